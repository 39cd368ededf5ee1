"""The register of claims: what the paper says, T01 to T147, and where in the project it lives.

The register itself is ``claims.toml``, next to this file. Functions name the claims they serve in
their docstrings, parameters in their table, pattern tests in a mark; the register says of each
claim what it claims, how sure the paper is of it, and what became of it here.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

#: What became of a claim.
STATUSES = ("mechanism", "configuration", "measurement", "study", "outside")

#: What a claim can be.
TYPES: Mapping[str, str] = {
    "CON": "construct",
    "CAU": "causal link",
    "MOD": "moderator",
    "FB": "feedback",
    "EMP": "finding",
    "OPEN": "open question",
    "TRN": "training",
    "MEAS": "measurement",
}

#: The types of claim that say how one thing acts on another.
ACTING = ("CAU", "MOD", "FB")

#: How sure the paper is of a claim; it does not always say.
CERTAINTIES: Mapping[str, str] = {
    "E": "with evidence",
    "T": "theoretical",
    "A": "asserted",
    "E/T": "evidence in part",
    "": "",
}

#: The sections of the paper in its order, by the codes of their paragraphs.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Abstract and introduction": ("ABS", "INT"),
    "Mindfulness": ("MF",),
    "Mindfulness and attunement": ("MA",),
    "Psychotherapist self-attunement": ("TSA",),
    "Psychotherapist interpersonal attunement": ("TIA",),
    "Attunement and empathy": ("AE",),
    "Ruptures": ("RUP",),
    "Patient self-attunement": ("PSA",),
    "Mindfulness as clinical training": ("MCT",),
    "Recommendations and future directions": ("REC",),
}

#: A claim as text names it: ``T43``, or with a part of its own, ``T111a``.
_NAMED = re.compile(r"\b(T\d{2,3})(?=[a-z]?\b)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of the paper.

    Attributes
    ----------
    number : str
        ``T01`` to ``T147``.
    says : str
        The claim, in our own words.
    paragraph : str
        Where the paper makes it: code of the section and number of the paragraph in it.
    type : str
        One of `TYPES`.
    certainty : str
        The paper's own; one of `CERTAINTIES`.
    status : str
        What became of it; one of `STATUSES`.
    lives : tuple of str
        Where it lives, as far as no function says so: ``training=zen``, ``key training.reset``,
        ``table sessions.presence``, ``instrument symptoms``.
    planned : tuple of str
        The same for what is still to be built.
    why : str
        Why it is outside, or why a causal claim is no mechanism; else empty.
    """

    number: str
    says: str
    paragraph: str
    type: str
    certainty: str = ""
    status: str
    lives: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse an entry that contradicts itself.

        Raises
        ------
        ValueError
            If a part of it is missing or unknown.
        """
        excepted = self.status == "outside" or (self.type in ACTING and self.status != "mechanism")
        faults = {
            "its number": not re.fullmatch(r"T\d{2,3}", self.number),
            "what it says": not self.says.endswith((".", "?")),
            "its paragraph": self.section is None,
            "its type": self.type not in TYPES,
            "its certainty": self.certainty not in CERTAINTIES,
            "its status": self.status not in STATUSES,
            "the reason why": excepted != bool(self.why),
        }
        for part, wrong in faults.items():
            if wrong:
                message = f"claim {self.number}: {part} is not valid"
                raise ValueError(message)

    @property
    def section(self) -> str | None:
        """The section of the paper in which it is made first; none if there is no such section."""
        code = re.match("[A-Z]+", self.paragraph)
        found = (title for title, codes in SECTIONS.items() if code and code[0] in codes)
        return next(found, None)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What the paper leaves open, how it was decided here, and the keys that set it."""

    question: str
    decision: str
    keys: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tension:
    """A tension within the paper or with later work, and what the model makes of it."""

    issue: str
    answer: str


@cache
def register() -> Mapping[str, Claim]:
    """Read the register: every claim by its number, in the paper's order."""
    return {
        number: Claim(number=number, **_fixed(entry)) for number, entry in _file()["claims"].items()
    }


@cache
def left_open() -> tuple[Open, ...]:
    """List what the paper leaves open, in the order of the theory map."""
    return tuple(Open(**_fixed(entry)) for entry in _file()["open"])


@cache
def tensions() -> tuple[Tension, ...]:
    """List the tensions, in the order of the theory map."""
    return tuple(Tension(**entry) for entry in _file()["tension"])


def named(text: str) -> tuple[str, ...]:
    """List the claims that a text names, each once, in its order.

    >>> named("Claims: T43, T111a (a safe place).")
    ('T43', 'T111')
    """
    return tuple(dict.fromkeys(_NAMED.findall(text)))


@cache
def _file() -> dict[str, Any]:
    """Read the file."""
    return tomllib.loads(files("sim").joinpath("claims.toml").read_text(encoding="utf-8"))


def _fixed(entry: dict[str, Any]) -> dict[str, Any]:
    """Make lists of the file into tuples, which nobody can change."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()}
