"""A caseload through the weeks: practice, rest - and who affects whom."""

import dataclasses
import itertools

import pytest

from sim import course, draws, population, session
from sim.chain import presence, self_attunement
from sim.chain.curves import logistic
from sim.parameters import Parameters
from sim.records import (
    Dyad,
    Frame,
    Patient,
    PatientPopulation,
    Programme,
    Therapist,
    TherapistPopulation,
)

P = Parameters()
SHORT = Frame(weeks=8, lead_in_weeks=2, follow_up_weeks=2)
TRAINING = Programme(
    hours_per_week=6.0,
    weeks=8,
    start_week=-2,
    **dict.fromkeys(("attention", "curiosity", "openness", "acceptance", "love"), 0.02),
    **dict.fromkeys(("bowl_capacity", "decentring", "intention", "resonance"), 0.02),
    **dict.fromkeys(("self_compassion", "hook_release", "conceptualisation"), 0.02),
    **dict.fromkeys(("noticing", "working_through"), 0.02),
    ego=-0.02,
    technique=0.001,
    aim_relation=0.5,
    hope=0.5,
    supervision=0.3,
    reset=0.4,
    imagery=0.3,
    strain=0.01,
    technique_drift=0.01,
    displacement=0.5,
)

#: What a therapist practises for, which moves with the programme and the hours.
AIMS = ("aim_regulation", "aim_exploration", "aim_liberation", "aim_relation")


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
    """Asked to practise, one may aim for something else; nothing else is different yet."""
    trained, _, _ = meet(programme=TRAINING, attention=0.3)
    plain, _, _ = meet(attention=0.3)
    asked = {name: getattr(plain, name) for name in ("transfer", *AIMS)}
    assert trained.aim_relation > plain.aim_relation
    assert dataclasses.replace(trained, **asked) == plain


def test_an_executor_may_reuse_a_record():
    """Nothing of whoever was in a record before stays behind."""

    def copies(*them):
        return [dataclasses.replace(one) for one in them]

    def differing(fresh, used):
        names = [field.name for field in dataclasses.fields(fresh)]
        return {name for name in names if getattr(fresh, name) != getattr(used, name)}

    people, met = [], []
    for before in (0, 7):
        t, c, d = Therapist(), Patient(), Dyad()
        for one in (t, c, d):
            for field in dataclasses.fields(one):
                setattr(one, field.name, type(getattr(one, field.name))(before))
        population.therapist(P, TherapistPopulation(), t, 3, 1, 0)
        course.prepare(P, Frame(), TRAINING, t)
        population.patient(P, PatientPopulation(), c, 9, 1, 0)
        population.dyad(P, t, c, d, 1, 0)
        course.welcome(P, c, d)
        met.append(copies(t, c, d))
        for number in (1, 2):
            course.week(P, TRAINING, t, number - 1, 1, 0)
            session.begin(P, TRAINING, t, c, d, 1, 0, number)
            for index in range(1, 11):
                session.segment(P, t, c, d, 1, 0, number, index)
            session.finish(P, SHORT, t, c, d)
            course.between_sessions(P, SHORT, c, d, t.therapist, 1, 0, number)
        people.append((t, c, d))
    # The first questionnaire sets how people answer.
    styles = {"mindfulness_style", "compassion_style", "alliance_style", "symptom_style"}
    assert set().union(*map(differing, *people)) == styles
    # What belongs to a session waits for it; all else is there when they meet.
    therapist, patient, dyad = map(differing, *met)
    assert therapist - styles == {"agitation", "dullness", "presence", "hostility"}
    assert patient - styles == {"affect", "need"}
    lasting = {"climate", "felt_attunement", "safety", "bond", "task", "goal", "alliance", "scar"}
    lasting |= {"rupture_open", "rupture_kind", "rupture_noticed", "rupture_damage", "closeness"}
    lasting |= {"rupture_probability", "repair_probability", "ladder", "strength", "own_intention"}
    assert not dyad & lasting


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
    assert trusting.safety == logistic(P.safety_start + 1.5 * P.safety_trust)
    assert trusting.task == wary.task == P.alliance_start
    hopeful = Dyad()
    course.welcome(P, Patient(expectancy=1.5), hopeful)
    assert hopeful.goal == pytest.approx(P.alliance_start + 1.5 * P.goal_expectancy)
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
    assert t.relief > before.relief
    assert t.resonance > before.resonance
    assert t.impact / t.resonance < before.impact / before.resonance
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
    cushion |= {"practice_hours", "practice_strain", "practice_drift", "practice_displaced", *AIMS}
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
    practice = {"practice_minutes": trained.therapist_row.practice_minutes}
    assert practice["practice_minutes"] > 0.0
    # Aims ripen with the hours, whatever is practised.
    practice |= {f"{aim}_post": getattr(trained.therapist_row, f"{aim}_post") for aim in AIMS}
    assert dataclasses.replace(plain.therapist_row, **practice) == trained.therapist_row


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
    word, *_ = draws.words(3, 0, 0, draws.NOBODY, draws.week_moment(0), draws.WEEK)
    course.week(P, Programme(), t, 0, 3, 0)
    assert t.stress == P.stress_noise * draws.normal(word)
    stress = []
    for week in range(1, 400):
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
