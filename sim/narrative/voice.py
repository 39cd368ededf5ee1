"""The voice that tells: the same thing told again is told in the next words there are for it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from sim.narrative.phrases import PHRASES


class Line(NamedTuple):
    """A sentence, and what it tells: the keys of its phrases."""

    keys: tuple[str, ...]
    text: str


@dataclasses.dataclass(frozen=True)
class Side:
    """What is told of one world at one place: the sentences, and the numbers in the margin.

    Where it is told of five minutes, it says as well how a rupture stands after them.
    """

    lines: tuple[Line, ...]
    margin: Mapping[str, str]
    standing: str = "none"

    @property
    def text(self) -> str:
        """The sentences in a row."""
        return " ".join(line.text for line in self.lines)

    @property
    def keys(self) -> frozenset[str]:
        """What is told."""
        return frozenset(key for line in self.lines for key in line.keys)


class Voice:
    """Who tells; remembers what has been told, and how often."""

    def __init__(self) -> None:
        self._told: Counter[str] = Counter()

    def words(self, key: str, **filled: str) -> str:
        """Choose the words for a thing.

        Parameters
        ----------
        key : str
            What is told (`sim.narrative.phrases.PHRASES`).
        **filled : str
            What stands in the place of the names in braces.

        Returns
        -------
        str
            As it stands among the phrases.
        """
        ways = PHRASES[key]
        chosen = ways[self._told[key] % len(ways)]
        self._told[key] += 1
        return chosen.format(**filled)

    def line(self, key: str, **filled: str) -> Line:
        """Tell one thing in a sentence of its own."""
        return Line((key,), sentence(self.words(key, **filled)))

    def joined(self, keys: tuple[str, ...], link: str) -> Line:
        """Tell several things in one sentence, with a link between them."""
        return Line(keys, sentence(link.join(self.words(key) for key in keys)))


def sentence(words: str) -> str:
    """Make a sentence of words: a capital at the beginning, a full stop at the end."""
    return words[0].upper() + words[1:] + ("" if words.endswith(".") else ".")
