"""Seating: who treats whom, under which programme, and until when.

The engine lives arms, and in every arm seats: at a seat sits a therapist with a caseload. Who that
is may be the same in every replicate, as in a comparison, or another in each, as in trials that
randomise (`sim.trial`). A seat is as good as any other: a value depends on the ids of those who
sit there, and not on where they sit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.schema import SLOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.configuration import Config
    from sim.schema import Arm

Array = np.ndarray[Any, np.dtype[Any]]

#: The week of departure of a therapist who stays: later than any study is long.
NEVER = 1 << 30


class Seating(NamedTuple):
    """Who sits where; first axis: one for all replicates, or one for each.

    Attributes
    ----------
    therapists : array of int
        Ids, by replicate, arm and seat.
    programmes : array of int
        Which of the world's programmes the therapist is asked to follow; likewise.
    caseloads : array of int
        Patients of the therapist, 0 or more; likewise.
    departures : array of int
        The week, 1 or later, in which the therapist is there no more, `NEVER` for one who stays;
        likewise.
    patients : array of int
        Ids, by replicate, arm, seat and slot; slots beyond the caseload mean nobody.
    lucks : array of int
        The seed of the luck of every arm, so that one therapist can live twice by other luck.
    """

    therapists: Array
    programmes: Array
    caseloads: Array
    departures: Array
    patients: Array
    lucks: Array

    @property
    def seats(self) -> int:
        """How many seats an arm has."""
        return int(self.therapists.shape[2])

    @property
    def slots(self) -> int:
        """How many patients the largest caseload has."""
        return int(self.patients.shape[3])

    def part(self, start: int, stop: int) -> Seating:
        """Give the seating of some of the replicates."""
        if len(self.therapists) == 1:
            return self
        return Seating(
            self.therapists[start:stop],
            self.programmes[start:stop],
            self.caseloads[start:stop],
            self.departures[start:stop],
            self.patients[start:stop],
            self.lucks,
        )


def of(config: Config, arms: Sequence[Arm]) -> Seating:
    """Seat the people of a comparison: every arm its own programme, the same in all replicates."""
    caseloads = np.array(config.caseloads(), np.int64)
    first = np.array([arm.first_therapist for arm in arms], np.int64)
    shape = (1, len(first), len(caseloads))
    seats = np.arange(len(caseloads), dtype=np.int64)
    who = first[:, None] + seats
    owner = np.broadcast_to(first[:, None], who.shape) if config.patients.shared else who
    slots = np.arange(int(caseloads.max()), dtype=np.int64)
    return Seating(
        therapists=who[None],
        programmes=_full(shape, np.arange(len(first), dtype=np.int64)[None, :, None]),
        caseloads=_full(shape, caseloads),
        departures=_full(shape, NEVER),
        patients=(owner[:, :, None] * SLOTS + slots)[None],
        lucks=np.full(len(first), int(config.seed.luck), np.int64),
    )


def _full(shape: tuple[int, ...], values: Any) -> Array:
    """Fill an array of whole numbers."""
    filled: Array = np.full(shape, values, np.int64)
    return filled
