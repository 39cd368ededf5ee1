"""Where a number becomes a word.

The cuts are set by how the numbers are spread in the default study without training, so that the
outer words are rare there; they are the teller's, no part of the theory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

#: The words of a band, from low to high, and the cuts between them.
AFFECT = ("quiet", "mild", "moved", "strong", "full"), (0.5, 1.0, 1.7, 2.2)
NEED = ("apart", "neither", "near"), (-0.6, 0.6)
PRESENCE = ("away", "thin", "partly", "here", "whole"), (0.35, 0.5, 0.68, 0.85)
BOWL = ("light", "holding", "heavy", "brim"), (0.25, 0.55, 0.8)
FELT = ("none", "little", "some", "met", "deep"), (0.05, 0.12, 0.2, 0.3)
GAP = ("too_far", "matched", "too_near"), (-0.7, 0.7)
SHOWN = ("little", "some", "much"), (0.33, 0.55)
TRAIT = ("low", "average", "high"), (-0.67, 0.67)
SEVERITY = ("mild", "average", "severe"), (-0.67, 0.67)
FEAR = ("low", "middling", "high"), (0.3, 0.57)
SELF = ("little", "some", "much"), (0.33, 0.56)
INTENTION = ("faint", "there", "clear"), (-1.0, 1.0)

#: What each of Stern's three steps usually reaches; the one furthest below it is the weakest.
USUAL = {"read": 0.67, "expressed": 0.4, "recognised": 0.63}

#: Below this the unsaid goes unread while the words are read better by at least the second.
UNSAID, UNSAID_GAP = 0.5, 0.16

#: From here on a therapist arrives unsettled; holds the treatment model loosely below the second.
UNSETTLED, LOOSE = 0.35, 0.8

#: A session of which the patient was swamped for so much of it.
SWAMPED = 0.4

#: By how much a state has to fall or to rise over a session for it to be told.
MOVES = {
    "alliance": (0.008, 0.008),
    "safety": (0.02, 0.02),
    "fear_rejection": (0.01, 0.01),
    "fear_harm": (0.01, 0.01),
    "self_attunement": (0.005, 0.03),
}


def word(value: float, bands: tuple[Sequence[str], Sequence[float]]) -> str:
    """Find the word for a number: that of the highest cut it reaches.

    Parameters
    ----------
    value : float
        The number.
    bands : tuple
        The words, from low to high, and the cuts between them.

    Returns
    -------
    str
    """
    words, cuts = bands
    return words[sum(value >= cut for cut in cuts)]


def move(name: str, change: float) -> str:
    """Say whether a state ``grows``, ``holds`` or ``weakens`` over a session."""
    fall, rise = MOVES[name]
    return "grows" if change >= rise else "weakens" if change <= -fall else "holds"


def share(row: Row) -> float:
    """Tell how full the bowl is: what it holds, of what it can hold; 0 and up."""
    return float(row["load"]) / float(row["capacity"])


def weakest(row: Row) -> str:
    """Name the step of the three that falls furthest below what it usually reaches."""
    return min(USUAL, key=lambda step: float(row[step]) / USUAL[step])


def misses_the_unsaid(row: Row) -> bool:
    """Tell whether the words are read, and what face and voice say is not."""
    unsaid, said = float(row["read_unsaid"]), float(row["read_said"])
    return unsaid < UNSAID and said - unsaid >= UNSAID_GAP


def figure(value: float, places: int = 2) -> str:
    """Write a number for the margin, shortly: ``.71``, ``−1.20``."""
    text = f"{value:.{places}f}".replace("-", "−")
    if float(text.replace("−", "-")) == 0.0:
        text = text.removeprefix("−")
    return text.replace("0.", ".", 1) if text.lstrip("−").startswith("0.") else text
