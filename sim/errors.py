"""What can go wrong that a user can mend.

AttuneError                 one clear sentence; the command line ends with exit code 2
├── ConfigurationError      a choice that does not exist, or a value that cannot be
├── AnalysisError           data that an analysis cannot take
├── EngineError             an engine that cannot be had, or a block that fails again and again
├── LinkError               a link of the user's own that the chain cannot take
└── ResultsError            a folder that cannot be read or written
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class AttuneError(Exception):
    """Something a user can mend, said in one sentence on one line."""

    def __init__(self, sentence: str) -> None:
        shown = (char if char.isprintable() else repr(char)[1:-1] for char in sentence)
        super().__init__("".join(shown))


class ConfigurationError(AttuneError):
    """A choice that does not exist, or a value that cannot be."""


class AnalysisError(AttuneError):
    """Data that an analysis cannot take."""


class EngineError(AttuneError):
    """An engine that cannot be had, or a block that fails again and again."""


class LinkError(AttuneError):
    """A link of the user's own that the chain cannot take."""


class ResultsError(AttuneError):
    """A folder that cannot be read or written."""


#: How alike two names must be, from 0 to 1, and what a common beginning adds to it.
ALIKE = 0.6
COMMON_BEGINNING = 0.25


def nearest(name: str, names: Iterable[str]) -> str:
    """Say which of the names was probably meant: ``"; did you mean 'zen'?"``, or nothing.

    Names that begin alike come first: of ``zenn``, ``zen_daily`` is nearer than ``none``. Capital
    letters do not matter: ``K6`` is ``k6``.
    """

    def likeness(known: str) -> float:
        one, other = name.casefold(), known.casefold()
        alike = difflib.SequenceMatcher(None, one, other).ratio()
        return alike + COMMON_BEGINNING * (one[:3] == other[:3] != "")

    best = max(names, key=likeness, default="")
    return f"; did you mean '{best}'?" if best and likeness(best) >= ALIKE else ""
