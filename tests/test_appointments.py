"""Appointments: some do not take place, and life goes on without them."""

import dataclasses
import math

import pytest

from sim import course, draws
from sim.parameters import Parameters
from sim.records import Frame, Patient

P = Parameters()
STAYS = {"dropout_base": -12.0, "improved_rate": 0.0}
SHORT = Frame(weeks=10, lead_in_weeks=1, follow_up_weeks=2)
OFTEN_OFF = dataclasses.replace(SHORT, cancellations=0.4)


def held(frame, patients=60, luck=1, **state):
    """Which appointments take place, by patient and number."""
    return {
        (who, number)
        for who in range(patients)
        for number in range(1, 41)
        if course.takes_place(frame, Patient(patient=who, **state), 3, luck, 0, number)
    }


@pytest.mark.parametrize("cancellations", [0.1, 0.4, 0.9])
def test_appointments_fail_as_often_as_the_setting_says(cancellations):
    kept = len(held(Frame(cancellations=cancellations))) / 2400
    error = math.sqrt(cancellations * (1.0 - cancellations) / 2400)
    assert abs(kept - (1.0 - cancellations)) < 4.0 * error


def test_all_take_place_where_none_fail_and_none_after_the_end():
    assert len(held(Frame())) == 2400
    assert held(Frame(), in_treatment=0) == set()


def test_where_fewer_fail_the_same_ones_take_place_and_more():
    """One draw an appointment, at its own address."""
    few, many = held(Frame(cancellations=0.2)), held(Frame(cancellations=0.5))
    assert many < few
    assert held(Frame(cancellations=0.2), luck=2) != few


def test_no_other_event_is_drawn_at_the_address_of_an_appointment(live, monkeypatch):
    asked = []
    words = draws.words

    def watched(seed, replicate, therapist, patient, moment, call):
        asked.append((therapist, patient, moment, call))
        return words(seed, replicate, therapist, patient, moment, call)

    monkeypatch.setattr(draws, "words", watched)
    live(frame=OFTEN_OFF)
    assert sum(call == draws.APPOINTMENT for *_, call in asked) == 2 * 10
    assert len(set(asked)) == len(asked)


@pytest.fixture(scope="module")
def interrupted(live):
    """Courses in which many appointments fail, and nobody leaves before the end."""
    return [live(Parameters(STAYS), frame=OFTEN_OFF, caseload=4, who=who) for who in range(6)]


def test_only_what_took_place_is_written_down(interrupted):
    for lived in interrupted:
        for slot, c in enumerate(lived.patients):
            attended = {number for k, number in lived.sessions if k == slot}
            expected = {n for n in range(1, 11) if course.takes_place(
                OFTEN_OFF, Patient(patient=c.patient), lived.therapist.therapist, 1, 0, n
            )}  # fmt: skip
            assert attended == expected
            assert c.sessions_attended == lived.patient_rows[slot].sessions_attended
            assert c.sessions_attended == len(attended)
            assert c.ending == course.COMPLETED
    kept = sum(len(lived.sessions) for lived in interrupted) / (6 * 4 * 10)
    assert 0.45 < kept < 0.75


def test_waves_wait_for_a_session_that_takes_place(interrupted):
    """The third session attended is early; half time is the first one held from then on."""
    for lived in interrupted:
        for slot, row in enumerate(lived.patient_rows):
            numbers = sorted(number for k, number in lived.sessions if k == slot)
            alliances = [lived.sessions[slot, number].alliance for number in numbers]
            if len(numbers) >= 3:
                assert row.alliance_early == alliances[2]
            else:
                assert math.isnan(row.alliance_early)
            later = [number for number in numbers if number >= 5]
            if later:
                assert row.alliance_mid == lived.sessions[slot, later[0]].alliance
            else:
                assert math.isnan(row.alliance_mid)
            assert row.alliance_late == alliances[-1]


def test_life_goes_on_without_them(live):
    """With no appointment kept, what befalls a patient is what would have befallen anybody."""
    never = dataclasses.replace(SHORT, cancellations=1.0)
    lived = live(Parameters(STAYS), frame=never, caseload=3)
    assert lived.sessions == {}
    for c, row in zip(lived.patients, lived.patient_rows, strict=True):
        assert row.sessions_attended == 0
        never_there = {"presence", "sent_attunement", "felt_attunement", "safety_late"}
        never_there |= {f"alliance_{wave}" for wave in ("early", "mid", "late")}
        never_there |= {f"wai_{who}_late" for who in ("patient", "therapist")}
        assert all(math.isnan(getattr(row, name)) for name in never_there)
        assert row.symptom_severity_post != row.symptom_severity_pre
        assert row.self_attunement_post == pytest.approx(row.self_attunement_pre)
        assert c.ending == course.COMPLETED
        assert (row.ruptures, row.hostile_acts, row.lapses) == (0, 0, 0)


def test_nobody_leaves_before_the_first_session(live):
    """Nobody is dissatisfied, or well enough, with what has not begun."""
    leaving = {"dropout_base": 3.0, "improved_rate": 1.0, "improved_enough": -2.0}
    frame = dataclasses.replace(SHORT, cancellations=0.8)
    for who in range(4):
        lived = live(Parameters(leaving), frame=frame, caseload=5, who=who)
        for c, row in zip(lived.patients, lived.patient_rows, strict=True):
            assert row.sessions_attended > 0 or c.ending == course.COMPLETED
            assert row.sessions_attended < 3


def test_an_unsteady_frame_is_less_safe_and_finds_less(live):  # T108
    """The same sessions, but for the hour and the room: less safety, and less explored."""

    def found(irregularity):
        frame = dataclasses.replace(SHORT, irregularity=irregularity)
        courses = [live(Parameters(STAYS), frame=frame, caseload=4, who=who) for who in range(4)]
        rows = [row for lived in courses for row in lived.patient_rows]
        grown = [row.self_attunement_post - row.self_attunement_pre for row in rows]
        return sum(row.safety_late for row in rows), sum(grown)

    steady, shaky, unheld = found(0.0), found(0.5), found(1.0)
    assert steady[0] > shaky[0] > unheld[0]
    assert steady[1] > shaky[1] > unheld[1]
