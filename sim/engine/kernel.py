"""The loops over people, as this executor writes them: replicate, arm, therapist, week, patient.

Plain functions like those of the chain, linked and compiled together with them (`sim.links`). A
value depends on its address alone: how replicates are cut into calls and how much is kept change
none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import course, ledger, population, session
from sim.engine import summary
from sim.engine.blocks import PATIENTS, SEGMENTS, SESSIONS, THERAPISTS

if TYPE_CHECKING:
    from sim.engine.blocks import Array, Rows, Scratch, World
    from sim.parameters import Parameters
    from sim.records import Frame

#: How a treatment ends whose therapist has left.
THERAPIST_LEFT = course.ENDINGS.index("therapist_left")


def live(world: World, rows: Rows, scratch: Scratch, start: int, stop: int) -> None:
    """Live some replicates of a block, every arm of each.

    Parameters
    ----------
    world : World
        What is given: parameters, setting, people, programmes, seeds.
    rows : Rows
        The block to fill in; the replicates from `start` to `stop` are this call's own.
    scratch : Scratch
        Records to work with, this call's own.
    start, stop : int
        Which part of the block to live, counted from its first replicate.
    """
    seating = world.seating
    alone = seating.therapists.shape[0] > 1
    for i in range(start, stop):
        for arm in range(seating.therapists.shape[1]):
            caseloads = seating.caseloads[i if alone else 0, arm]
            for j in range(caseloads.shape[0]):
                _live_caseload(world, rows, scratch, i, arm, j)
            summary.trial(world, scratch, caseloads, rows.trials[i, arm])
            if rows.level >= THERAPISTS:
                for j in range(caseloads.shape[0]):
                    rows.therapists[i, arm, j] = scratch.therapist_rows[j, 0]
            if rows.level >= PATIENTS:
                for j in range(caseloads.shape[0]):
                    for k in range(caseloads[j]):
                        rows.patients[i, arm, j, k] = scratch.patient_rows[j, k]


def _live_caseload(world: World, rows: Rows, scratch: Scratch, i: int, arm: int, j: int) -> None:
    """Live one therapist's study: the weeks before, the treatment, and the time after."""
    replicate = world.first_replicate + i
    p = world.parameters[i if world.parameters.shape[0] > 1 else 0]
    f = world.frame[0]
    seating = world.seating
    at = i if seating.therapists.shape[0] > 1 else 0
    who = seating.therapists[at, arm, j]
    g = world.programmes[seating.programmes[at, arm, j]]
    people = world.people
    luck = seating.lucks[arm]
    caseload = seating.caseloads[at, arm, j]
    departure = seating.departures[at, arm, j]
    patients = scratch.patients
    dyads = scratch.dyads
    patient_rows = scratch.patient_rows[j]
    scratch.therapist[0] = world.therapist[0]
    scratch.therapist_rows[j, 0] = world.therapist_row[0]
    t = scratch.therapist[0]
    row = scratch.therapist_rows[j, 0]
    session_row = scratch.session_row[0]

    population.therapist(p, world.therapist_population[0], t, who, people, replicate)
    course.prepare(p, f, g, t)
    ledger.therapist_pre(p, t, row, people, luck, replicate)
    for k in range(caseload):
        patients[k] = world.patient[0]
        dyads[k] = world.dyad[0]
        patient_rows[k] = world.patient_row[0]
        c = patients[k]
        d = dyads[k]
        population.patient(
            p, world.patient_population[0], c, seating.patients[at, arm, j, k], people, replicate
        )
        population.dyad(p, t, c, d, people, replicate)
        course.welcome(p, c, d)
        ledger.patient_pre(p, t, c, patient_rows[k], people, luck, replicate)

    for week in range(-f.lead_in_weeks, 0):
        course.week(p, g, t, week, luck, replicate)
    for week in range(f.weeks):
        course.week(p, g, t, week, luck, replicate)
        if week == 0:
            ledger.therapist_start(p, t, row, luck, replicate)
        _depart(patients, caseload, week, departure)
        for turn in range(f.sessions_per_week):
            number = week * f.sessions_per_week + turn + 1
            for k in range(caseload):
                c = patients[k]
                d = dyads[k]
                if course.takes_place(f, c, who, luck, replicate, number):
                    session.begin(p, g, t, c, d, luck, replicate, number)
                    for index in range(1, f.segments + 1):
                        session.segment(p, t, c, d, luck, replicate, number, index)
                        if rows.level >= SEGMENTS:
                            place = (i, arm, j, k, number - 1, index - 1)
                            ledger.segment(t, c, d, rows.segments[place])
                    session.finish(p, f, t, c, d)
                    ledger.session(
                        p, f, t, c, d, patient_rows[k], session_row, luck, replicate, number
                    )
                    if rows.level >= SESSIONS:
                        rows.sessions[i, arm, j, k, number - 1] = session_row
                        rows.attended[i, arm, j, k, number - 1] = True
                course.between_sessions(p, f, c, d, who, luck, replicate, number)

    ledger.therapist_post(p, t, row, caseload, luck, replicate)
    for k in range(caseload):
        course.close(patients[k])
        ledger.patient_post(p, t, patients[k], dyads[k], patient_rows[k], luck, replicate)
    _follow_up(p, f, patients, dyads, patient_rows, caseload, luck, replicate)


def _depart(patients: Array, caseload: int, week: int, departure: int) -> None:
    """Let the therapist leave in due time: patients still treated are so no more, and live on."""
    for k in range(caseload):
        if week == departure and patients[k].in_treatment == 1:
            patients[k].in_treatment = 0
            patients[k].ending = THERAPIST_LEFT


def _follow_up(
    p: Parameters,
    f: Frame,
    patients: Array,
    dyads: Array,
    patient_rows: Array,
    caseload: int,
    luck: int,
    replicate: int,
) -> None:
    """Live the weeks after the end of the treatment."""
    for week in range(f.follow_up_weeks):
        for k in range(caseload):
            course.afterwards(p, f, patients[k], dyads[k], luck, replicate, week)
    for k in range(caseload):
        ledger.patient_followup(p, patients[k], patient_rows[k], luck, replicate)
