"""Where twins part: the same two people under the same luck, the therapist trained or not.

Two things are told apart. *Numbers* differ as soon as anything in a row does, by a hair, often from
the first five minutes on. *Events* differ when something happens in one world and not in the other:
the bowl runs over, a lapse is caught, a rupture begins. Where that is first so, the twins part.
It is true for this coupling of luck: the same draws decide in both worlds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sim import layout
from sim.rows import SegmentRow, SessionRow

Row = Mapping[str, Any]

#: What happens in five minutes, and what at the beginning of a session.
EVENTS = tuple(field.name for field in layout.fields(SegmentRow) if field.kind is int)
BEGINNING = ("hooked", "action_due", "acted")

#: All there is in a row.
_SEGMENT = tuple(field.name for field in layout.fields(SegmentRow))
_SESSION = tuple(field.name for field in layout.fields(SessionRow))


@dataclasses.dataclass(frozen=True, eq=False)
class Twin:
    """What a therapist and a patient lived through in one arm, as it was written down.

    Attributes
    ----------
    arm : str
        The arm.
    programme : str
        What the therapist was asked to practise.
    therapist, patient : Row
        Their rows.
    sessions : dict of int to Row
        The sessions held, by number, in order.
    segments : dict of (int, int) to Row
        Their five-minute segments, by number of session and segment.
    """

    arm: str
    programme: str
    therapist: Row
    patient: Row
    sessions: Mapping[int, Row]
    segments: Mapping[tuple[int, int], Row]


@dataclasses.dataclass(frozen=True)
class Parting:
    """The first place at which two twins differ.

    Attributes
    ----------
    session : int
        The session.
    segment : int
        The five minutes, from 1; 0 for the beginning of the session, -1 for its end, and for a
        session that took place in one world only.
    columns : tuple of str
        What differs there; ``("held",)`` where the session took place in one world only.
    """

    session: int
    segment: int
    columns: tuple[str, ...]

    @property
    def in_one_world_only(self) -> bool:
        """Whether the session took place in one world only."""
        return self.columns == ("held",)


def first_difference(one: Twin, other: Twin) -> Parting | None:
    """Find the first place at which any number differs; none where all are the same."""
    return _first(one, other, (), _SEGMENT, _SESSION)


def first_parting(one: Twin, other: Twin) -> Parting | None:
    """Find the first place at which something happens to one of two twins only."""
    return _first(one, other, BEGINNING, EVENTS, ())


def _first(
    one: Twin,
    other: Twin,
    beginning: tuple[str, ...],
    segment: tuple[str, ...],
    end: tuple[str, ...],
) -> Parting | None:
    """Go through both courses side by side until some column differs."""
    for number in sorted({*one.sessions, *other.sessions}):
        if number not in one.sessions or number not in other.sessions:
            return Parting(number, 0, ("held",))
        mine, theirs = one.sessions[number], other.sessions[number]
        if found := _differing(mine, theirs, beginning):
            return Parting(number, 0, found)
        for index in sorted(i for n, i in one.segments if n == number):
            rows = one.segments[number, index], other.segments[number, index]
            if found := _differing(*rows, segment):
                return Parting(number, index, found)
        if found := _differing(mine, theirs, end):
            return Parting(number, -1, found)
    return None


def _differing(one: Row, other: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    """List the columns in which two rows differ."""
    return tuple(name for name in columns if one[name] != other[name])
