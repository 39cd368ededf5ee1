"""The loops over worlds that never were: the untrained twin's first, then every other beside it.

As in `sim.engine.kernel`, but arms are worlds: the first is the untrained one, lived as it is; all
others are lived under the training, by the same people and with the same luck, and in each of them
some edges carry what they would without it (`sim.engine.edges`). The untrained twin lives each of
their weeks along, and what drove the routes in the twin's own run is kept from the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim import course, ledger, population, session
from sim.chain import outcome, self_attunement
from sim.engine import summary

if TYPE_CHECKING:
    from sim.engine.blocks import Array, Rows, World
    from sim.engine.twins import Drivers
    from sim.parameters import Parameters
    from sim.records import Dyad, Frame, Therapist

#: The record level of patients, as in `sim.engine.blocks`.
PATIENTS = 2


class Scratch(NamedTuple):
    """The records that one call of the loops works with.

    Attributes
    ----------
    therapist : array
        The therapist of the world being lived, and the untrained twin who lives along.
    patients, dyads : array
        A caseload.
    drivers : array
        What drove the routes in the untrained world, by therapist, patient and session.
    therapist_rows, patient_rows, session_row : array
        What the ledger writes.
    """

    therapist: Array
    patients: Array
    dyads: Array
    drivers: Array
    therapist_rows: Array
    patient_rows: Array
    session_row: Array


def live(world: World, rows: Rows, scratch: Scratch, start: int, stop: int) -> None:
    """Live some replicates of a block, every world of each.

    Parameters
    ----------
    world : World
        What is given, with the records of `sim.engine.twins`; one programme and one set of
        parameters a world.
    rows : Rows
        The block to fill in; the replicates from `start` to `stop` are this call's own.
    scratch : Scratch
        Records to work with, this call's own.
    start, stop : int
        Which part of the block to live, counted from its first replicate.
    """
    for i in range(start, stop):
        for arm in range(world.seating.caseloads.shape[1]):
            caseloads = world.seating.caseloads[0, arm]
            for j in range(caseloads.shape[0]):
                _live_caseload(world, scratch, i, arm, j)
            summary.trial(world, scratch, caseloads, rows.trials[i, arm])
            if rows.level >= PATIENTS:
                for j in range(caseloads.shape[0]):
                    for k in range(caseloads[j]):
                        rows.patients[i, arm, j, k] = scratch.patient_rows[j, k]


def _live_caseload(world: World, scratch: Scratch, i: int, arm: int, j: int) -> None:
    """Live one therapist's study in one world."""
    replicate = world.first_replicate + i
    p = world.parameters[0, arm]
    f = world.frame[0]
    g = world.programmes[world.seating.programmes[0, arm, j]]
    luck = world.seating.lucks[arm]
    caseload = world.seating.caseloads[0, arm, j]
    t = scratch.therapist[0]
    twin = scratch.therapist[1]
    row = scratch.therapist_rows[j, 0]
    _meet(world, scratch, replicate, arm, j)
    for week in range(-f.lead_in_weeks, f.weeks):
        course.week(world.parameters[0, 0], world.programmes[0], twin, week, luck, replicate)
        _at_hand(scratch)
        course.week(p, g, t, week, luck, replicate)
        if week == 0:
            ledger.therapist_start(p, t, row, luck, replicate)
        for turn in range(f.sessions_per_week if week >= 0 else 0):
            number = week * f.sessions_per_week + turn + 1
            for k in range(caseload):
                _live_appointment(world, scratch, replicate, arm, j, k, number)
    ledger.therapist_post(p, t, row, caseload, luck, replicate)
    for k in range(caseload):
        c = scratch.patients[k]
        d = scratch.dyads[k]
        patient_row = scratch.patient_rows[j, k]
        course.close(c)
        ledger.patient_post(p, t, c, d, patient_row, luck, replicate)
        for week in range(f.follow_up_weeks):
            course.afterwards(p, f, c, d, luck, replicate, week)
        ledger.patient_followup(p, c, patient_row, luck, replicate)


def _meet(world: World, scratch: Scratch, replicate: int, arm: int, j: int) -> None:
    """Let the therapist, the twin and the patients be, and meet."""
    p = world.parameters[0, arm]
    untrained = world.parameters[0, 0]
    f = world.frame[0]
    g = world.programmes[world.seating.programmes[0, arm, j]]
    people = world.people
    luck = world.seating.lucks[arm]
    who = world.seating.therapists[0, arm, j]
    t = scratch.therapist[0]
    twin = scratch.therapist[1]
    scratch.therapist[0] = world.therapist[0]
    scratch.therapist[1] = world.therapist[0]
    scratch.therapist_rows[j, 0] = world.therapist_row[0]
    population.therapist(untrained, world.therapist_population[0], twin, who, people, replicate)
    course.prepare(untrained, f, world.programmes[0], twin)
    _at_hand(scratch)
    population.therapist(p, world.therapist_population[0], t, who, people, replicate)
    course.prepare(p, f, g, t)
    ledger.therapist_pre(p, t, scratch.therapist_rows[j, 0], people, luck, replicate)
    for k in range(world.seating.caseloads[0, arm, j]):
        scratch.patients[k] = world.patient[0]
        scratch.dyads[k] = world.dyad[0]
        scratch.patient_rows[j, k] = world.patient_row[0]
        c = scratch.patients[k]
        d = scratch.dyads[k]
        patient = world.seating.patients[0, arm, j, k]
        population.patient(p, world.patient_population[0], c, patient, people, replicate)
        population.dyad(p, t, c, d, people, replicate)
        course.welcome(p, c, d)
        ledger.patient_pre(p, t, c, scratch.patient_rows[j, k], people, luck, replicate)


def _live_appointment(
    world: World, scratch: Scratch, replicate: int, arm: int, j: int, k: int, number: int
) -> None:
    """Live one appointment, if it takes place, and on to the next."""
    p = world.parameters[0, arm]
    f = world.frame[0]
    g = world.programmes[world.seating.programmes[0, arm, j]]
    luck = world.seating.lucks[arm]
    t = scratch.therapist[0]
    c = scratch.patients[k]
    d = scratch.dyads[k]
    row = scratch.session_row[0]
    if arm > 0:
        c.twin = scratch.drivers[j, k, number - 1]
    if course.takes_place(f, c, t.therapist, luck, replicate, number):
        session.begin(p, g, t, c, d, luck, replicate, number)
        for index in range(1, f.segments + 1):
            session.segment(p, t, c, d, luck, replicate, number, index)
        session.finish(p, f, t, c, d)
        ledger.session(p, f, t, c, d, scratch.patient_rows[j, k], row, luck, replicate, number)
        present = d.sum_presence * (1.0 / f.segments)
        self_attunement.deepen(p, scratch.therapist[1], present, p.session_learning)
        _at_hand(scratch)
        if arm == 0:
            _remember(p, f, t, d, c.twin)
    if arm == 0:
        scratch.drivers[j, k, number - 1] = c.twin
    course.between_sessions(p, f, c, d, t.therapist, luck, replicate, number)


def _at_hand(scratch: Scratch) -> None:
    """Put the twin who lives along within reach of the therapist: ``t.twin``."""
    # Two records lie one behind the other, in each first the twin's fields and then one's own.
    words = scratch.therapist.view(np.int64)
    fields = words.shape[0] // 4
    for k in range(fields):
        words[k] = words[3 * fields + k]


def _remember(p: Parameters, f: Frame, t: Therapist, d: Dyad, w: Drivers) -> None:
    """Write down what drives the routes, when a session of the untrained twin is over."""
    share = 1.0 / f.segments
    w.felt = d.sum_felt * share
    w.presence = d.sum_presence * share
    w.window = d.sum_window * share
    w.holding = d.sum_held * share
    w.hurts = share * (d.hostile_acts + d.pushed_away)
    w.overflows = share * d.overflows
    w.safety = d.safety
    w.vulnerability = d.vulnerability
    w.warmth = d.warmth
    w.gentleness = t.gentleness
    w.alliance = d.alliance
    w.task = d.task
    w.skill = outcome.technique_skill(p, t, w.presence)
