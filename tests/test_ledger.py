"""The ledger: every cell of every row is written, by what it says, and nothing else changes."""

import dataclasses
import math
import statistics

import pytest

from sim import course, layout, ledger, rows
from sim.ledger import WORDS
from sim.parameters import Parameters
from sim.records import Frame, Programme
from sim.rows import PatientRow, SegmentRow, SessionRow, TherapistRow

P = Parameters()
NOBODY_WROTE = -999
SHORT = Frame(weeks=8, sessions_per_week=1, lead_in_weeks=2, follow_up_weeks=2)
TRAINING = Programme(hours_per_week=6.0, weeks=4, start_week=-2, attention=0.02, love=0.02)
STORMY = Parameters(
    {
        "onset_base": -3.0,
        "notice_base": -1.5,
        "hostile_rate": 0.05,
        "bowl_size": 2.0,
        "dropout_base": -2.5,
        "improved_rate": 0.3,
    }
)


STYLES = ("symptom", "alliance")
ALLIANCES = ("alliance", "wai_patient", "wai_therapist")


def marked(row):
    """A row in which every cell says that nobody wrote it yet."""
    return row(
        **{field.name: field.kind(NOBODY_WROTE) for field in layout.fields(row)},
    )


@pytest.fixture(scope="module")
def lived(live):
    return [live(STORMY, TRAINING, SHORT, caseload=5, who=who, blank=marked) for who in range(4)]


def pairs(lived):
    return [
        (slot, c, row, [s for (k, _), s in sorted(one.sessions.items()) if k == slot])
        for one in lived
        for slot, (c, row) in enumerate(zip(one.patients, one.patient_rows, strict=True))
    ]


def cells(row):
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}


# ---- every cell is written -----------------------------------------------------------------------


def test_every_cell_of_every_row_is_written(lived):
    written = [
        *(one.therapist_row for one in lived),
        *(row for one in lived for row in one.patient_rows),
        *(row for one in lived for row in one.sessions.values()),
        *(row for one in lived for row in one.segments.values()),
    ]
    assert {type(row) for row in written} == {TherapistRow, PatientRow, SessionRow, SegmentRow}
    for row in written:
        blank = [name for name, value in cells(row).items() if value == NOBODY_WROTE]
        assert not blank


def test_a_cell_holds_the_kind_of_number_it_says(lived):
    for one in lived:
        for row in (one.therapist_row, *one.patient_rows, *one.sessions.values()):
            for field in layout.fields(type(row)):
                value = getattr(row, field.name)
                assert isinstance(value, field.kind)
                assert not isinstance(value, bool)


def test_only_waves_never_reached_are_no_numbers(lived):
    early_leavers = 0
    for _, _, row, _ in pairs(lived):
        missing = {name for name, value in cells(row).items() if value != value}  # noqa: PLR0124
        expected = set()
        if row.sessions_attended < ledger.EARLY_SESSION:
            expected |= {f"{one}_early" for one in ALLIANCES}
        if row.sessions_attended < 4:  # half of eight
            expected |= {f"{one}_mid" for one in ALLIANCES}
        assert missing == expected
        early_leavers += bool(expected)
    assert early_leavers > 0
    for one in lived:
        for row in (one.therapist_row, *one.sessions.values(), *one.segments.values()):
            assert all(math.isfinite(value) for value in cells(row).values())


def test_levels_are_levels(lived):
    for one in lived:
        written = (one.therapist_row, *one.patient_rows, *one.sessions.values())
        for row in (*written, *one.segments.values()):
            for field in layout.fields(type(row)):
                value = getattr(row, field.name)
                if field.unit in {"level", "probability", "0 or 1"} and value == value:  # noqa: PLR0124
                    assert 0.0 <= value <= 1.0, field.name


def test_codes_have_words(lived):
    columns = {field.name for row in (PatientRow, SegmentRow) for field in layout.fields(row)}
    coded = {
        field.name
        for row in vars(rows).values()
        if dataclasses.is_dataclass(row)
        for field in layout.fields(row)
        if field.unit == "code"
    }
    assert coded == set(WORDS) <= columns
    seen = {name: set() for name in WORDS}
    for one in lived:
        for row in (*one.patient_rows, *one.segments.values()):
            for name in WORDS:
                if hasattr(row, name):
                    seen[name].add(getattr(row, name))
    assert seen["overflow"] == {0, 1, 2}
    assert seen["rupture_kind"] == {0, 1, 2}
    assert seen["working_through"] == {0, 1, 2, 3, 4}
    assert seen["ending"] <= {course.COMPLETED, course.IMPROVED, course.DROPPED_OUT}
    for name, codes in seen.items():
        assert max(codes) < len(WORDS[name])


# ---- what is written is what was -----------------------------------------------------------------


def test_a_patients_counts_are_sums_of_sessions(lived):
    for _, _, row, sessions in pairs(lived):
        assert row.sessions_attended == len(sessions)
        for name in (
            *("ruptures", "noticed", "repaired", "attempts", "hostile_acts"),
            *("overflows", "lapses", "catches"),
        ):
            assert getattr(row, name) == sum(getattr(s, name) for s in sessions)
        for name in ("presence", "sent_attunement", "felt_attunement"):
            mean = sum(getattr(s, name) for s in sessions) / len(sessions)
            assert getattr(row, name) == pytest.approx(mean)
        reported = [
            sum(getattr(s, f"rupture_reported_{who}") for s in sessions)
            for who in ("patient", "therapist")
        ]
        assert [row.ruptures_reported_patient, row.ruptures_reported_therapist] == reported
        open_before = 0
        there = 0
        for s in sessions:
            there += s.ruptures > 0 or s.repaired > 0 or s.rupture_open == 1
            assert not (s.repaired and not s.ruptures and not open_before)
            open_before = s.rupture_open
        assert row.sessions_with_rupture == there


def test_a_sessions_means_and_counts_are_those_of_its_segments(lived):
    for one in lived:
        for (slot, number), row in one.sessions.items():
            parts = [one.segments[slot, number, index] for index in range(1, 11)]
            for name in ("presence", "load", "sent_attunement", "felt_attunement"):
                mean = sum(getattr(part, name) for part in parts) / 10.0
                assert getattr(row, name) == pytest.approx(mean)
            assert row.overflows == sum(part.overflow > 0 for part in parts)
            assert row.hostile_acts == sum(part.hostile for part in parts)
            assert row.lapses == sum(part.lapse for part in parts)
            assert row.catches == sum(part.caught for part in parts)
            assert row.ruptures == sum(part.rupture_begins for part in parts)
            assert row.noticed == sum(part.noticed for part in parts)
            assert row.attempts == sum(part.working_through > 0 for part in parts)
            assert row.repaired == sum(part.working_through == 1 for part in parts)
            assert row.rupture_open == parts[-1].rupture_open


def test_a_segment_is_sent_read_times_expressed_and_felt_as_recognised(lived):  # T35
    for one in lived:
        for row in one.segments.values():
            assert row.sent_attunement == row.read * row.expressed
            assert row.felt_attunement == row.sent_attunement * row.recognised


def test_waves_are_those_they_say(lived):
    for _, c, row, sessions in pairs(lived):
        for name in ("symptom_severity", "well_being", "relationships", "self_attunement"):
            intake = (
                c.severity_intake if name == "symptom_severity" else getattr(c, f"{name}_intake")
            )
            assert getattr(row, f"{name}_pre") == intake
            assert getattr(row, f"{name}_last") == getattr(sessions[-1], name)
            assert getattr(row, f"{name}_followup") == getattr(c, name)
        assert row.fear_rejection_pre == c.fear_rejection_intake
        assert row.fear_rejection_post == c.fear_rejection
        assert row.fear_harm_pre == c.fear_harm_intake
        assert row.fear_harm_post == c.fear_harm
        assert row.alliance_late == sessions[-1].alliance
        assert row.safety_late == sessions[-1].safety
        if len(sessions) >= ledger.EARLY_SESSION:
            assert row.alliance_early == sessions[ledger.EARLY_SESSION - 1].alliance
        if len(sessions) >= 4:
            assert row.alliance_mid == sessions[3].alliance
        assert row.ending == c.ending


def test_waves_of_those_who_stay_are_measured_at_the_scheduled_end(live):
    states = {}

    def watch(moment, _t, c, _d):
        if moment in {"between", "afterwards"}:
            states.setdefault(c.patient, []).append(c.symptom_severity)

    one = live(frame=SHORT, watch=watch)
    for row in one.patient_rows:
        assert row.symptom_severity_post == states[row.patient][SHORT.weeks - 1]
        assert row.symptom_severity_followup == states[row.patient][-1]


@pytest.mark.parametrize(("weeks", "often", "middle"), [(8, 1, 4), (9, 1, 5), (3, 2, 3)])
def test_half_time(live, weeks, often, middle):
    frame = Frame(weeks=weeks, sessions_per_week=often, lead_in_weeks=0, follow_up_weeks=0)
    stays = Parameters({"dropout_base": -12.0, "improved_rate": 0.0})
    one = live(stays, frame=frame, caseload=1)
    assert one.patient_rows[0].alliance_mid == one.sessions[0, middle].alliance


def test_a_therapist_is_written_down_on_the_cushion_and_in_the_room(lived):
    for one in lived:
        t, row = one.therapist, one.therapist_row
        assert row.therapist == t.therapist
        assert row.caseload == len(one.patients)
        assert row.practice_minutes == 60.0 * t.practice_hours > 0.0
        for name in (
            *("attention", "curiosity", "openness", "acceptance", "love"),
            *("bowl_capacity", "decentring", "intention"),
        ):
            baseline, gain = getattr(t, f"{name}_baseline"), getattr(t, f"{name}_gain")
            assert getattr(row, f"{name}_pre") == baseline
            assert getattr(row, f"{name}_post") == baseline + gain
            assert getattr(row, f"{name}_room") == getattr(t, name)
        assert row.introject == t.introject
        assert (row.technique_pre, row.technique_room) == (t.technique_baseline, t.technique)
        for name in ("self_kindness", "self_attunement", "knowing", "befriending"):
            assert getattr(row, f"{name}_post") == getattr(t, name)
        for name in ("fmi_self", "scs_self"):
            low, high = (14.0, 56.0) if name == "fmi_self" else (1.0, 5.0)
            for wave in ("pre", "start", "post"):
                assert low <= getattr(row, f"{name}_{wave}") <= high


def test_answers_err_anew_at_every_wave(live):
    """Nothing but error moves the score of a therapist who does not practise."""
    scores = []
    for who in range(30):
        row = live(frame=Frame(weeks=1, follow_up_weeks=0), caseload=1, who=who).therapist_row
        scores.append((row.scs_self_pre, row.scs_self_start, row.scs_self_post))
    assert all(len(set(three)) > 1 for three in scores[:5])
    moved = sum(abs(post - pre) for pre, _, post in scores) / 30
    apart = sum(abs(scores[i][0] - scores[i - 1][0]) for i in range(30)) / 30
    assert moved < 0.6 * apart


def test_people_answer_in_a_way_of_their_own_that_lasts(live):  # T16, T75
    brief = Frame(weeks=1, lead_in_weeks=0, follow_up_weeks=0)
    people = [live(frame=brief, caseload=10, who=who) for who in range(40)]
    for style in ("mindfulness_style", "compassion_style", "alliance_style"):
        own = [getattr(one.therapist, style) for one in people]
        assert len(set(own)) == 40
        assert abs(statistics.mean(own)) < 4.0 / math.sqrt(40)
        assert 0.55 < statistics.stdev(own) < 1.45
    patients = [c for one in people for c in one.patients]
    symptoms, alliance = ([getattr(c, f"{what}_style") for c in patients] for what in STYLES)
    for own in (symptoms, alliance):
        assert abs(statistics.mean(own)) < 4.0 / math.sqrt(400)
        assert abs(statistics.stdev(own) - 1.0) < 4.0 / math.sqrt(800)
    together = statistics.correlation(symptoms, alliance)
    assert abs(math.atanh(together) - math.atanh(P.method_common)) < 4.0 / math.sqrt(397)
    lucky = live(frame=brief, caseload=10, luck=2)
    assert [c.symptom_style for c in lucky.patients] == symptoms[:10]  # people, not luck


# ---- and nothing else changes --------------------------------------------------------------------


def test_writing_down_changes_nobody(live):
    def watch(moment, t, c, d):
        before = [dataclasses.replace(one) for one in (t, c, d)]
        if moment == "segment":
            ledger.segment(t, c, d, SegmentRow())
        if moment == "finish":
            ledger.session(P, SHORT, t, c, d, PatientRow(), SessionRow(), 1, 0, 1)
            ledger.therapist_pre(P, t, TherapistRow(), 1, 1, 0)
            ledger.therapist_start(P, t, TherapistRow(), 1, 0)
            ledger.therapist_post(P, t, TherapistRow(), 3, 1, 0)
            ledger.patient_pre(P, t, c, PatientRow(), 1, 1, 0)
            ledger.patient_post(P, t, c, d, PatientRow(), 1, 0)
            ledger.patient_followup(P, c, PatientRow(), 1, 0)
        assert [t, c, d] == before

    live(frame=SHORT, watch=watch)
