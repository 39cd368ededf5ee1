"""Enrolment: the people of many trials, assigned, and seated for the engine.

Every therapist sits at one seat of the engine for each period, and every patient belongs to one
therapist: no two arms of a trial have anybody in common, but where the design itself lets a
therapist work in both (and then with other patients, and by other luck).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.engine import seating
from sim.schema import SLOTS
from sim.trial import allocation, caseload, chance, survey

if TYPE_CHECKING:
    from sim.engine.seating import Seating
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]


class Enrolment(NamedTuple):
    """The people of some trials.

    Attributes
    ----------
    replicates : array of int, (trials,)
        The numbers of the trials.
    trained : array of bool, (trials, periods, seats)
        Whether the therapist at a seat is assigned to training in that period.
    seating : Seating
        Who sits where, period by period, and what they do, which need not be what they were
        assigned to: programme 1 is the training, 0 what goes on without it.
    mindfulness : array of float, (trials, seats), or None
        The therapists' scores before the trial, if the design looks at them.
    """

    replicates: Array
    trained: Array
    seating: Seating
    mindfulness: Array | None

    def part(self, start: int, stop: int) -> Enrolment:
        """Give some of the trials, counted from the first."""
        scores = None if self.mindfulness is None else self.mindfulness[start:stop]
        return Enrolment(
            self.replicates[start:stop],
            self.trained[start:stop],
            self.seating.part(start, stop),
            scores,
        )


def enrol(design: Design, replicates: Array, *, lived: bool = True) -> Enrolment:
    """Enrol the therapists and patients of some trials.

    Parameters
    ----------
    design : Design
        The design.
    replicates : array of int, (trials,)
        Their numbers, one after the other.
    lived : bool
        Whether the chain knows these people; if not, nobody can be asked anything beforehand.
    """
    said = design.config.design
    asked = lived and (
        design.kind == "correlational"
        or said.case_mix != 0.0
        or (design.kind == "parallel" and said.assignment in {"stratified", "self_selected"})
    )
    mindfulness = survey.mindfulness(design, replicates) if asked else None
    trained = allocation.assign(design, replicates, mindfulness)
    loads = caseload.sizes(design, replicates, trained[:, 0])
    if design.kind == "partially_nested":
        trained, loads = _one_each(design, trained, loads)
    many, periods, seats = trained.shape
    who = np.arange(seats, dtype=np.int64)
    departures = _departures(design, replicates, trained.shape)
    # Whoever has left in one period has no patients in the next.
    gone = np.cumsum(departures < seating.NEVER, axis=1) - (departures < seating.NEVER) > 0
    loads = np.where(gone, 0, loads[:, None])
    slots = int(loads.max())
    place = np.arange(periods)[:, None, None] * (SLOTS // design.periods) + np.arange(slots)
    seated = seating.Seating(
        therapists=_full((many, periods, seats), who),
        programmes=_followed(design, replicates, trained),
        caseloads=loads,
        departures=departures,
        patients=_full((many, periods, seats, slots), who[:, None] * SLOTS + place),
        lucks=_lucks(design),
    )
    if said.case_mix != 0.0 and mindfulness is not None:
        severity = survey.severity(design, replicates, seated)
        seated = seated._replace(
            patients=_by_severity(design, replicates, mindfulness, severity, seated)
        )
    return Enrolment(replicates, trained, seated, mindfulness)


def twice(design: Design, replicates: Array) -> Seating:
    """Seat the same people twice, for the causal contrast: nobody trained, and all who would.

    Parameters
    ----------
    design : Design
        The design.
    replicates : array of int, (trials,)
        Their numbers.

    Returns
    -------
    Seating
        Two arms of the same people under the same luck, the first untrained. In the second
        everybody is assigned to training, and as many take it up as the design says. Nobody
        leaves in either, and nothing is contaminated.
    """
    loads = caseload.of_all(design, replicates)
    many, seats = loads.shape
    who = np.arange(seats, dtype=np.int64)
    trained = np.broadcast_to(np.array([False, True])[:, None], (many, 2, seats))
    return seating.Seating(
        therapists=_full((many, 2, seats), who),
        programmes=_followed(design, replicates, trained, contaminated=False),
        caseloads=_full((many, 2, seats), loads[:, None]),
        departures=_full((many, 2, seats), seating.NEVER),
        patients=_full(
            (many, 2, seats, int(loads.max())), who[:, None] * SLOTS + np.arange(loads.max())
        ),
        lucks=np.full(2, int(design.config.seed.luck), np.int64),
    )


def _one_each(design: Design, trained: Array, loads: Array) -> tuple[Array, Array]:
    """Seat every untrained patient with another therapist, beside the trained therapists."""
    untrained, _ = design.patients_of_arms or (0, 0)
    alone = np.ones((len(loads), untrained), np.int64)
    apart = np.zeros((*trained.shape[:2], untrained), np.bool_)
    return np.concatenate([trained, apart], axis=2), np.concatenate([loads, alone], axis=1)


def _followed(
    design: Design, replicates: Array, trained: Array, *, contaminated: bool = True
) -> Array:
    """Tell which programme therapists really follow: not all take it up, some do it unasked."""
    said = design.config.design
    takes_up, unasked, _, _ = chance.uniform(
        design.config.seed.luck,
        replicates[:, None],
        chance.UPTAKE,
        therapists=np.arange(trained.shape[2]),
    )
    share = said.contamination if contaminated else 0.0
    follows = np.where(trained, takes_up[:, None] < said.uptake, unasked[:, None] < share)
    made: Array = np.ascontiguousarray(follows, np.int64)
    return made


def _departures(design: Design, replicates: Array, shape: tuple[int, ...]) -> Array:
    """Draw the week in which therapists leave, at any time from the second week on."""
    departures = _full(shape, seating.NEVER)
    said = design.config.design
    if said.therapist_loss == 0.0:
        return departures
    leaves, when, _, _ = chance.uniform(
        design.config.seed.luck,
        replicates[:, None],
        chance.DEPARTURE,
        therapists=np.arange(shape[2]),
    )
    weeks = design.config.setting.weeks - 1
    at = np.floor(when * weeks * shape[1]).astype(np.int64)
    period, week = np.divmod(at, weeks)
    i, j = np.nonzero(leaves < said.therapist_loss)
    departures[i, period[i, j], j] = 1 + week[i, j]
    return departures


def _by_severity(
    design: Design, replicates: Array, mindfulness: Array, severity: Array, seated: Seating
) -> Array:
    """Give patients to therapists so that severity goes with mindfulness as the design says.

    Places stand in an order that follows the therapist's mindfulness by that correlation, patients
    in the order of their severity; the two orders are laid beside each other.
    """
    share = design.config.design.case_mix
    spread = np.maximum(mindfulness.std(axis=1), 1e-12)
    z = (mindfulness - mindfulness.mean(axis=1)[:, None]) / spread[:, None]
    lot = chance.uniform(
        design.config.seed.luck,
        replicates[:, None, None, None],
        chance.CASE_MIX,
        patients=seated.patients,
    )[0]
    key = share * z[:, None, :, None] + (1.0 - share * share) ** 0.5 * chance.normal(lot)
    there = np.arange(seated.slots) < seated.caseloads[..., None]
    flat = (*there.shape[:2], -1)
    order = np.where(there, key, np.inf).reshape(flat).argsort(axis=2, kind="stable")
    ranked = np.where(there, severity, np.inf).reshape(flat).argsort(axis=2, kind="stable")
    ids = seated.patients.reshape(flat)
    given = np.empty_like(ids)
    np.put_along_axis(given, order, np.take_along_axis(ids, ranked, axis=2), axis=2)
    return given.reshape(seated.patients.shape)


def _lucks(design: Design) -> Array:
    """Give every period a luck of its own."""
    seed = int(design.config.seed.luck)
    return np.array([chance.luck_of_period(seed, g) for g in range(design.periods)], np.int64)


def _full(shape: tuple[int, ...], values: Any) -> Array:
    """Fill an array of whole numbers."""
    filled: Array = np.full(shape, values, np.int64)
    return filled
