"""What is told of the twin: only what is otherwise, and by more than a hair.

Trained and untrained, the same two people differ a little in every number from the first minutes
on. A word that changes because a number went over a cut by a hundredth would say more than there
is; so how things stand is told of the twin only where the numbers are apart, and what happens is
told whenever it happens to one of the two.
"""

from __future__ import annotations

import dataclasses

from sim.narrative import bands
from sim.narrative.bands import Row
from sim.narrative.voice import Line, Side, Voice

#: How far apart two numbers have to be for their words to be told beside each other.
APART = {
    "presence": 0.05,
    "bowl": 0.06,
    "felt": 0.04,
    "unsaid": 0.05,
    "closeness": 0.2,
    "adherence": 0.1,
    "affect": 0.0,
    "need": 0.0,
}

#: What happens to one of the two and may not happen to the other.
_EVENTS = ("lapse", "overflow", "hostile", "begins")

#: What tells of a rupture that is open.
_MET = frozenset({"noticed", "working", "open"})


class Beside:
    """Tells of the twin, five minutes after five minutes of a session.

    Parameters
    ----------
    voice : Voice
        Whose words are used for what did not happen.
    """

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._said_none = False

    def other(self, told: Side, twin: Side, row: Row, twin_row: Row) -> tuple[Line, ...]:
        """Tell what is so of the twin only, after what happened to the other only.

        Parameters
        ----------
        told, twin : Side
            What is told of both worlds.
        row, twin_row : Row
            The rows of both.

        Returns
        -------
        tuple of Line
            Nothing where the two are alike.
        """
        near = _near(row, twin_row)
        kept = [
            line
            for line in twin.lines
            if not told.keys.issuperset(line.keys) and not near.issuperset(map(_group, line.keys))
        ]
        return (*self._missing(told, twin, kept), *kept)

    def opening(self, told: Side, twin: Side) -> Side:
        """Tell of how a session begins for the twin what is otherwise; all of it if nothing is."""
        kept = [line for line in twin.lines if not told.keys.issuperset(line.keys)]
        mine, theirs = ({_group(key) for key in side.keys} for side in (told, twin))
        spared = [self.voice.line("not.left")] if "left" in mine - theirs else []
        return dataclasses.replace(twin, lines=(*spared, *kept)) if spared or kept else told

    def _missing(self, told: Side, twin: Side, kept: list[Line]) -> list[Line]:
        """Tell what happened to the other and not to the twin."""
        mine, theirs = ({_group(key) for key in side.keys} for side in (told, twin))
        keys = [f"not.{event}" for event in _EVENTS if event in mine - theirs]
        if any(_group(key) == "bowl" for line in kept for key in line.keys):
            keys = [key for key in keys if key != "not.overflow"]  # it is told that the bowl holds
        met = _MET & mine
        if met and not _MET & theirs:
            if twin.standing == "none" and not (self._said_none and met == {"open"}):
                keys.append("not.open")
                self._said_none = True
            elif twin.standing == "unnoticed" and met != {"open"}:
                keys.append("not.noticed")
        return [self.voice.line(key) for key in keys]


def _group(key: str) -> str:
    """Name what a key is about; the weakest step goes with what was felt."""
    group = key.partition(".")[0]
    return "felt" if group == "weakest" else group


def _near(one: Row, other: Row) -> set[str]:
    """List how things stand in much the same way in two rows."""

    def gap(row: Row) -> float:
        return float(row["closeness"]) - float(row["need"])

    far = {
        "presence": one["presence"] - other["presence"],
        "bowl": bands.share(one) - bands.share(other),
        "felt": one["felt_attunement"] - other["felt_attunement"],
        "unsaid": one["read_unsaid"] - other["read_unsaid"],
        "closeness": gap(one) - gap(other),
        "adherence": one["adherence"] - other["adherence"],
        "affect": one["affect"] - other["affect"],
        "need": one["need"] - other["need"],
    }
    return {group for group, difference in far.items() if abs(difference) <= APART[group]}
