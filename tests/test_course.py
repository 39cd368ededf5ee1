"""A caseload through the weeks: practice, endings, life afterwards - and who affects whom."""

import dataclasses
import itertools

import pytest

from sim import course, draws, session
from sim.chain import outcome, presence, rupture, self_attunement
from sim.parameters import Parameters
from sim.records import WITHDRAWAL, Dyad, Frame, Patient, Programme, Therapist

P = Parameters()
SHORT = Frame(weeks=8, lead_in_weeks=2, follow_up_weeks=2)
TRAINING = Programme(
    hours_per_week=6.0,
    weeks=8,
    start_week=-2,
    **dict.fromkeys(("attention", "curiosity", "openness", "acceptance", "love"), 0.02),
    **dict.fromkeys(("bowl_capacity", "decentring", "intention"), 0.02),
    **dict.fromkeys(("noticing", "working_through"), 0.02),
    hope=0.5,
    supervision=0.3,
    reset=0.4,
    strain=0.01,
    technique_drift=0.001,
)


def leaving(**more):
    """A world in which a third of the patients leave within a few sessions."""
    return Parameters({"dropout_base": -2.5, "improved_rate": 0.3, **more})


# ---- before the first session --------------------------------------------------------------------


def test_a_therapist_starts_where_the_self_relation_has_come_to_rest(meet):  # T40, T52
    t, _, _ = meet(introject=0.7, attention=0.4)
    rested = dataclasses.replace(t)
    self_attunement.deepen(P, rested, presence.resting(P, t), 0.5)
    assert rested.knowing == pytest.approx(t.knowing, abs=1e-15)
    assert rested.befriending == pytest.approx(t.befriending, abs=1e-15)
    hostile, *_ = meet(introject=-2.0)
    kind, *_ = meet(introject=2.0)
    assert hostile.self_attunement < t.self_attunement < kind.self_attunement


def test_nothing_has_been_practised_before_the_first_week(meet):
    trained, _, _ = meet(programme=TRAINING, attention=0.3)
    plain, _, _ = meet(attention=0.3)
    assert dataclasses.replace(trained, transfer=plain.transfer) == plain


def test_strangers_meet(meet):
    _, c, d = meet()
    assert d.felt_attunement == P.felt_start
    assert d.alliance == pytest.approx((d.bond + d.task + d.goal) / 3.0)
    assert (d.rupture_open, d.scar, d.rupture_damage) == (0, 0.0, 0.0)
    trusting, wary = Dyad(), Dyad()
    course.welcome(P, Patient(trust=1.5), trusting)
    course.welcome(P, Patient(trust=-1.5), wary)
    assert trusting.safety > d.safety > wary.safety
    assert trusting.bond > d.bond > wary.bond
    assert trusting.task == wary.task == P.alliance_start
    assert c.in_treatment == 1


# ---- a therapist's week --------------------------------------------------------------------------


def test_practice_begins_when_the_programme_does(meet):
    t, _, _ = meet()
    hours = []
    for week in range(-4, 8):
        course.week(P, TRAINING, t, week, 1, 0)
        hours.append(t.practice_hours)
    done = [later - earlier for earlier, later in itertools.pairwise([0.0, *hours])]
    assert done[:2] == [0.0, 0.0]  # weeks -4 and -3
    assert all(0.0 < hours < 6.0 for hours in done[2:10])
    assert done[10:] == [0.0, 0.0]


def test_training_is_felt_in_the_room_and_deepens_slowly(meet):  # T03, T40, T140
    t, _, _ = meet()
    before = dataclasses.replace(t)
    for week in range(-2, 6):
        course.week(P, TRAINING, t, week, 1, 0)
        for name in ("attention", "love", "decentring"):
            assert getattr(t, name) == pytest.approx(t.transfer * getattr(t, f"{name}_gain"))
    assert t.self_kindness > before.self_kindness
    assert t.capacity > before.capacity
    assert t.impact < before.impact
    assert t.knowing > before.knowing
    assert t.befriending > before.befriending
    assert t.technique < before.technique


def test_without_transfer_the_room_is_as_without_training(meet):  # T140, the exact null
    null = Parameters({"transfer": 0.0})
    trained, _, _ = meet(null, TRAINING)
    plain, _, _ = meet(null)
    for week in range(-2, 6):
        course.week(null, TRAINING, trained, week, 1, 0)
        course.week(null, Programme(), plain, week, 1, 0)
    cushion = {f.name for f in dataclasses.fields(Therapist) if f.name.endswith("_gain")}
    cushion |= {"practice_hours", "practice_strain", "practice_drift"}
    for field in dataclasses.fields(Therapist):
        here, there = getattr(trained, field.name), getattr(plain, field.name)
        assert (here == there) == (field.name not in cushion), field.name


def test_without_transfer_no_patient_can_tell(live):  # T140, to the last bit
    null = Parameters({"transfer": 0.0})
    trained, plain = live(null, TRAINING, SHORT), live(null, frame=SHORT)
    assert trained.segments == plain.segments
    assert trained.sessions == plain.sessions
    assert repr(trained.patient_rows) == repr(plain.patient_rows)  # with NaN for waves not reached
    assert trained.therapist_row.attention_post > plain.therapist_row.attention_post


def test_an_empty_programme_is_no_programme(live):
    empty = Programme(hours_per_week=6.0, weeks=8, start_week=-2)
    trained, plain = live(None, empty, SHORT), live(frame=SHORT)
    assert trained.segments == plain.segments
    assert repr(trained.patient_rows) == repr(plain.patient_rows)
    minutes = trained.therapist_row.practice_minutes
    assert minutes > 0.0
    assert (
        dataclasses.replace(plain.therapist_row, practice_minutes=minutes) == trained.therapist_row
    )


def test_hope_is_given_by_being_trained_and_fades(meet):
    t, c, d = meet(programme=TRAINING)
    hopes = []
    for week in range(-3, 20):
        course.week(P, TRAINING, t, week, 1, 0)
        hopes.append(t.hope_gain)
        assert t.hope == t.transfer * t.hope_gain
    assert hopes[0] == 0.0  # not before it begins
    assert set(hopes[1:9]) == {TRAINING.hope}
    assert all(0.0 < later < earlier for earlier, later in itertools.pairwise(hopes[8:]))
    before = c.expectancy
    session.begin(P, TRAINING, t, c, d, 1, 0, 1)
    assert c.expectancy == pytest.approx(before + P.hope_expectancy * t.hope)
    session.begin(P, TRAINING, t, c, d, 1, 0, 2)
    assert c.expectancy == pytest.approx(before + P.hope_expectancy * t.hope)  # and no more


def test_stress_lasts_and_varies(meet):  # T83
    t, _, _ = meet()
    stress = []
    for week in range(400):
        course.week(P, Programme(), t, week, 3, 0)
        stress.append(t.stress)
    variance = sum(x * x for x in stress) / len(stress)
    settled = P.stress_noise * P.stress_noise / (1.0 - P.stress_staying * P.stress_staying)
    assert variance == pytest.approx(settled, rel=0.3)
    apart = sum(a * b for a, b in itertools.pairwise(stress)) / sum(x * x for x in stress)
    assert apart == pytest.approx(P.stress_staying, abs=0.15)


def test_a_week_rests(meet):  # T83
    t, _, _ = meet()
    t.fatigue, t.load = 1.0, 2.0
    course.week(P, Programme(), t, 0, 1, 0)
    assert t.fatigue == pytest.approx(1.0 - P.recovery)
    assert t.load == 0.0


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
    c.relational_work = 0.6
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
        c.patient = 17
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
    assert len(set(steps)) == len(steps) == 10


# ---- who affects whom ----------------------------------------------------------------------------


def test_with_nothing_carried_over_patients_do_not_touch_each_other(live):
    apart = Parameters({"strain": 0.0, "carry_over": 0.0, "session_learning": 0.0})
    alone, among = (live(apart, TRAINING, SHORT, caseload=size) for size in (1, 4))
    assert repr(among.patient_rows[0]) == repr(alone.patient_rows[0])
    for key, row in alone.segments.items():
        assert among.segments[key] == row


@pytest.mark.parametrize("name", ["strain", "carry_over", "session_learning"])
def test_each_of_the_three_makes_a_caseload_felt(live, name):  # T83
    off = {"strain": 0.0, "carry_over": 0.0, "session_learning": 0.0}
    on = Parameters({**off, name: getattr(P, name)})
    twice = dataclasses.replace(SHORT, sessions_per_week=2)  # the first patient comes again
    alone, among = (live(on, frame=twice, caseload=size) for size in (1, 4))
    assert repr(among.patient_rows[0]) != repr(alone.patient_rows[0])


def test_a_full_caseload_tires(live):  # T83
    def fatigue(size):
        seen = []
        p = Parameters({"dropout_base": -12.0, "improved_rate": 0.0})
        live(
            p,
            frame=SHORT,
            caseload=size,
            watch=lambda moment, t, c, d: seen.append(t.fatigue) if moment == "finish" else None,
        )
        return max(seen)

    assert fatigue(1) < fatigue(3) < fatigue(9)


# ---- books that must balance ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def eventful(live):
    p = Parameters({"onset_base": -3.0, "notice_base": -2.0, "hostile_rate": 0.02})
    return [live(p, TRAINING, caseload=3, who=who) for who in range(6)]


def test_nothing_is_repaired_unnoticed_nor_noticed_unbroken(eventful):
    for lived in eventful:
        for slot, row in enumerate(lived.patient_rows):
            sessions = [s for (k, _), s in sorted(lived.sessions.items()) if k == slot]
            ruptures = noticed = attempts = repaired = 0
            for s in sessions:
                ruptures += s.ruptures
                noticed += s.noticed
                attempts += s.attempts
                repaired += s.repaired
                assert repaired <= noticed <= ruptures
                assert repaired <= attempts
                assert repaired + s.rupture_open <= ruptures
                assert s.catches <= s.lapses
                assert s.ruptures + s.noticed + s.attempts <= 10  # one step a segment
            assert row.repaired <= row.noticed <= row.ruptures
            assert row.sessions_with_rupture <= row.sessions_attended
            assert row.ruptures_reported_patient <= row.sessions_attended
            assert row.ruptures_reported_therapist <= row.sessions_attended
    total = [row for lived in eventful for row in lived.patient_rows]
    assert sum(row.repaired for row in total) > 10
    assert sum(row.noticed for row in total) > sum(row.repaired for row in total)
    assert sum(row.ruptures for row in total) > sum(row.noticed for row in total)


def test_every_repair_leaves_a_template(eventful):  # T87
    for lived in eventful:
        for c, row in zip(lived.patients, lived.patient_rows, strict=True):
            left = 1.0
            for _ in range(row.repaired):
                left *= 1.0 - P.template_gain
            assert c.template == pytest.approx(1.0 - left, abs=1e-12)


def test_the_room_moves_before_home_does(live):  # T105
    """Averaged over patients, self-attunement in the room leads, and home follows."""
    p = Parameters({"dropout_base": -12.0, "improved_rate": 0.0})
    rooms, homes = [0.0] * 9, [0.0] * 9
    for who in range(5):
        lived = live(p, frame=SHORT, caseload=4, who=who)
        for slot, c in enumerate(lived.patients):
            for number in range(1, 9):
                row = lived.sessions[slot, number]
                rooms[number] += row.self_attunement_in_room - c.self_attunement_intake
                homes[number] += row.self_attunement - c.self_attunement_intake
    assert all(room > home > 0.0 for room, home in zip(rooms[1:], homes[1:], strict=True))
    assert rooms[1:] == sorted(rooms[1:])
    assert homes[1:] == sorted(homes[1:])
