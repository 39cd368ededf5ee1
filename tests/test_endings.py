"""From one session to the next: endings, ruptures that close over, and life outside."""

import dataclasses
import itertools

import pytest

from sim import course, draws
from sim.chain import outcome, patient_self_attunement, rupture
from sim.parameters import Parameters
from sim.records import (
    WITHDRAWAL,
    Frame,
    Patient,
)

P = Parameters()
SHORT = Frame(weeks=8, lead_in_weeks=2, follow_up_weeks=2)


def leaving(**more):
    """A world in which a third of the patients leave within a few sessions."""
    return Parameters({"dropout_base": -2.5, "improved_rate": 0.3, **more})


# ---- endings -------------------------------------------------------------------------------------


def test_endings_have_their_codes():
    assert course.ENDINGS == ("ongoing", "completed", "improved", "dropped_out", "therapist_left")
    assert course.ENDINGS[course.COMPLETED] == "completed"
    assert course.ENDINGS[course.IMPROVED] == "improved"
    assert course.ENDINGS[course.DROPPED_OUT] == "dropped_out"


@pytest.fixture(scope="module")
def left(live):
    """Courses of which many end early, with the states of every patient after every week."""
    weeks = []

    def watch(moment, _t, c, d):
        if moment in {"between", "afterwards"}:
            weeks.append((moment, dataclasses.replace(c), dataclasses.replace(d)))

    lived = [live(leaving(), frame=SHORT, caseload=5, who=who, watch=watch) for who in range(6)]
    return lived, weeks


def test_every_ending_happens_and_nobody_is_left_over(left):
    rows = [row for lived in left[0] for row in lived.patient_rows]
    assert {row.ending for row in rows} == {course.COMPLETED, course.IMPROVED, course.DROPPED_OUT}
    for row in rows:
        assert 1 <= row.sessions_attended <= 8
        assert row.ending != course.COMPLETED or row.sessions_attended == 8
    assert all(c.in_treatment == 0 for lived in left[0] for c in lived.patients)


def test_who_has_ended_attends_nothing_and_lives_on(left):
    for lived in left[0]:
        for slot, (c, row) in enumerate(zip(lived.patients, lived.patient_rows, strict=True)):
            numbers = [number for k, number in lived.sessions if k == slot]
            assert numbers == list(range(1, row.sessions_attended + 1))
            assert c.sessions_attended == row.sessions_attended
            if row.sessions_attended < 8:
                assert row.symptom_severity_post != row.symptom_severity_last
                assert row.symptom_severity_followup != row.symptom_severity_post


def test_an_ending_stands_and_nothing_between_the_two_moves_any_more(left):
    by_patient = {}
    for _, c, d in left[1]:
        by_patient.setdefault(c.patient, []).append((c, d))
    assert len(by_patient) == 30
    for states in by_patient.values():
        for (c, d), (later, d_later) in itertools.pairwise(states):
            if c.in_treatment == 1:
                continue
            assert (later.in_treatment, later.sessions_attended) == (0, c.sessions_attended)
            assert later.ending == c.ending
            assert d_later == d
            for name in ("template", "technique_work", "relational_work", "fear_rejection"):
                assert getattr(later, name) == getattr(c, name)
            assert later.self_attunement_in_room == c.self_attunement_in_room
            # What was gained fades or stays, and never grows by itself (T110).
            gained = c.self_attunement - c.self_attunement_intake
            kept = later.self_attunement - later.self_attunement_intake
            assert abs(kept) <= abs(gained) + 1e-12


def test_whoever_still_comes_at_the_end_has_completed():
    c = Patient(in_treatment=1)
    course.close(c)
    assert (c.in_treatment, c.ending) == (0, course.COMPLETED)
    c = Patient(in_treatment=0, ending=course.DROPPED_OUT)
    course.close(c)
    assert (c.in_treatment, c.ending) == (0, course.DROPPED_OUT)


def test_a_stay_of_fixed_length_has_no_early_leavers_for_the_better(live):
    stay = dataclasses.replace(SHORT, may_leave=0.0)
    p = leaving(improved_rate=1.0, improved_enough=-2.0)
    endings = {row.ending for row in live(p, frame=SHORT, caseload=8).patient_rows}
    assert course.IMPROVED in endings
    endings = {row.ending for row in live(p, frame=stay, caseload=8).patient_rows}
    assert course.IMPROVED not in endings


def test_where_nobody_may_drop_out_nobody_does(live):  # K17: a course of fixed length
    p = leaving(dropout_base=3.0, improved_rate=0.0)
    assert course.DROPPED_OUT in {row.ending for row in live(p, frame=SHORT).patient_rows}
    fixed = dataclasses.replace(SHORT, may_leave=0.0, may_drop_out=0.0)
    rows = live(p, frame=fixed, caseload=6).patient_rows
    assert {(row.ending, row.sessions_attended) for row in rows} == {(course.COMPLETED, 8)}


def test_nobody_ends_early_at_the_last_session(live):
    once = dataclasses.replace(SHORT, weeks=1)
    p = leaving(dropout_base=3.0, improved_rate=1.0, improved_enough=-2.0)
    rows = live(p, frame=once, caseload=8).patient_rows
    assert {(row.ending, row.sessions_attended) for row in rows} == {(course.COMPLETED, 1)}


def test_an_open_end_may_be_agreed_on_after_any_session(live):
    open_ended = dataclasses.replace(SHORT, stopping=0.3)
    stays = Parameters({"dropout_base": -12.0, "improved_rate": 0.0})
    rows = [
        r
        for who in range(4)
        for r in live(stays, frame=open_ended, caseload=6, who=who).patient_rows
    ]
    assert {row.ending for row in rows} == {course.COMPLETED}
    attended = [row.sessions_attended for row in rows]
    assert min(attended) < 4
    assert max(attended) == 8
    # Who is fed up still drops out rather than agree.
    rows = live(
        leaving(dropout_base=3.0, improved_rate=0.0), frame=open_ended, caseload=6
    ).patient_rows
    assert course.DROPPED_OUT in {row.ending for row in rows}


def test_a_world_nobody_leaves(live):
    p = Parameters({"dropout_base": -12.0, "improved_rate": 0.0})
    rows = live(p, frame=SHORT, caseload=6).patient_rows
    assert {(row.ending, row.sessions_attended) for row in rows} == {(course.COMPLETED, 8)}


def test_the_worse_the_alliance_the_more_leave(live):  # T88
    def dropped(alliance):
        held = Parameters(
            {
                "alliance_rate": 0.0,
                "alliance_start": alliance,
                "dropout_base": -2.5,
                "bond_trust": 0.0,
                "goal_expectancy": 0.0,
                "improved_rate": 0.0,
            }
        )
        rows = [
            row
            for who in range(4)
            for row in live(held, frame=SHORT, caseload=6, who=who).patient_rows
        ]
        return sum(row.ending == course.DROPPED_OUT for row in rows)

    assert dropped(0.2) > dropped(0.5) > dropped(0.8)


# ---- between sessions ----------------------------------------------------------------------------


def test_an_open_rupture_may_close_over_and_scar(meet):  # T88, T92, T95
    scars = []
    for chance in (0.0, 1.0):
        p = Parameters({"closing_over": chance, "dropout_base": -12.0, "improved_rate": 0.0})
        _, c, d = meet(p)
        c.sessions_attended = 1
        rupture.begin(p, d, WITHDRAWAL)
        course.between_sessions(p, SHORT, c, d, 0, 1, 0, 1)
        assert d.rupture_open == (1 if chance == 0.0 else 0)
        scars.append(d.scar)
    assert scars[0] == 0.0 < scars[1]


@pytest.mark.parametrize("often", [1, 2])
def test_life_goes_on_by_the_calendar_and_not_by_the_session(meet, often):
    """However often they meet, a week is a week."""
    quiet = {"life_noise": 0.0, "well_being_noise": 0.0, "relationships_noise": 0.0}
    stays = {"dropout_base": -12.0, "improved_rate": 0.0}
    p = Parameters({**quiet, **stays, "well_being_relief": 0.0})  # which comes by and by
    f = dataclasses.replace(SHORT, sessions_per_week=often)
    _, c, d = meet(p)
    c.relational_work, c.template = 0.6, 0.4
    expected = (
        outcome.severity(p, c, 4.0),
        outcome.well_being(p, c, d, 4.0, 0.0),
        outcome.relationships(p, c, 4.0, 0.0),
    )
    steady = dataclasses.replace(c)
    for number in range(1, 4 * often + 1):
        course.between_sessions(p, f, steady, d, 0, 1, 0, number)
    lived = (steady.symptom_severity, steady.well_being, steady.relationships)
    assert lived == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("often", [1, 2])
def test_what_was_gained_fades_only_without_therapy(meet, often):  # T110
    f = dataclasses.replace(SHORT, sessions_per_week=often)
    stays = Parameters({"dropout_base": -12.0, "improved_rate": 0.0})
    _, c, d = meet()
    c.self_attunement, c.self_attunement_in_room = 0.6, 0.9
    course.between_sessions(stays, f, c, d, 0, 1, 0, 1)
    assert c.self_attunement == 0.6
    ended = dataclasses.replace(c, in_treatment=0)
    kept = patient_self_attunement.keep(P, ended, 1.0 / often)
    course.between_sessions(P, f, ended, d, 0, 1, 0, 2)
    assert ended.self_attunement == kept < 0.6
    later = patient_self_attunement.keep(P, ended, 1.0)
    course.afterwards(P, f, ended, d, 1, 0, 0)
    assert ended.self_attunement == later < kept


def test_the_same_fate_whoever_the_therapist_is(meet, monkeypatch):
    """What life outside brings is addressed by the patient alone."""
    asked = []
    words = draws.words

    def watched(seed, replicate, therapist, patient, moment, call):
        asked.append((call, therapist))
        return words(seed, replicate, therapist, patient, moment, call)

    monkeypatch.setattr(draws, "words", watched)
    lives = []
    for therapist in (0, 5):
        _, c, d = meet()
        c.patient, c.sessions_attended = 17, 1
        course.between_sessions(P, SHORT, c, d, therapist, 1, 0, 1)
        lives.append((c.fortune, c.well_being, c.relationships))
    assert lives[0] == lives[1]
    assert {therapist for call, therapist in asked if call == draws.LIFE} == {draws.NOBODY}
    assert {therapist for call, therapist in asked if call == draws.ENDING} == {0, 5}


def test_no_two_weeks_of_life_are_alike(live):
    """Sessions, weeks between and weeks afterwards never share an address."""
    fortunes = []

    def watch(moment, _t, c, _d):
        if moment in {"between", "afterwards"}:
            fortunes.append(c.fortune)

    live(frame=SHORT, caseload=1, watch=watch)
    steps = [later - earlier for earlier, later in itertools.pairwise([0.0, *fortunes])]
    assert len({round(step, 9) for step in steps}) == len(steps) == 10
