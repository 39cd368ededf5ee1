"""Practice: taken up or not, learned on a curve by catching the drift, forgotten, and paid for."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import practice
from sim.parameters import Parameters
from sim.records import Programme, Therapist

#: The components, and the aim that chooses each.
AIMS = {
    "attention": "regulation",
    "bowl_capacity": "regulation",
    "curiosity": "exploration",
    "hook_release": "exploration",
    "decentring": "liberation",
    "ego": "liberation",
    "openness": "relation",
    "acceptance": "relation",
    "self_compassion": "relation",
    "love": "relation",
    "intention": "relation",
    "resonance": "relation",
}
#: What no aim chooses but to learn it.
SKILLS = ("technique", "conceptualisation", "noticing", "working_through")
COMPONENTS = (*AIMS, *SKILLS)
#: The two stages of loving-kindness: what loosens self-protection, and what generates love.
LOOSENING = ("attention", "bowl_capacity", "decentring", "ego", "acceptance", "self_compassion")
HEART = ("love", "intention", "resonance")
P = Parameters()
gains = st.floats(-3.0, 3.0)
hours = st.floats(0.0, 40.0)
rates = st.floats(0.001, 0.2)
shares = st.floats(0.0, 1.0)
traits = st.floats(-3.0, 3.0)


def practised(weeks, programme, p=P, hours=5.0, **fields):
    """A therapist after so many weeks of a programme."""
    t = Therapist(**fields)
    for week in range(weeks):
        practice.practise(p, programme, t, week, hours)
    return t


def gained(t):
    return {name: getattr(t, f"{name}_gain") for name in COMPONENTS}


def everything(value):
    return dict.fromkeys(COMPONENTS, value)


# ---- what is asked, and done ---------------------------------------------------------------------


def test_hours_are_asked_during_the_programme_and_kept_up_after_it():
    g = Programme(hours_per_week=7.0, weeks=8, start_week=-8, maintenance_hours=1.5)
    assert [practice.assigned(P, g, week) for week in (-9, -8, -1, 0, 30)] == [
        0.0,
        7.0,
        7.0,
        1.5,
        1.5,
    ]
    assert practice.assigned(P, Programme(maintenance_hours=1.5), 3) == 0.0


def worth(hours, sittings, p=P):
    """What a week's hours are worth, spread over so many sittings."""
    return practice.worth(p, Programme(sittings_per_week=sittings), hours)


def test_many_short_sittings_are_worth_more_than_one_long_one(rises):  # T138
    many = [worth(6.0, sittings) for sittings in range(1, 15)]
    assert all(more > fewer for fewer, more in itertools.pairwise(many))
    assert worth(P.usual_sitting * 5, 5) == pytest.approx(P.usual_sitting * 5)
    assert rises(lambda hours: worth(hours, 6), 0.0, 40.0)
    untiring = Parameters({"tiring": 0.0})
    assert worth(6.0, 1, untiring) == worth(6.0, 14, untiring) == 6.0


def test_hours_done_are_hours_whatever_the_sittings_make_of_them():
    """What is learned depends on how hours are spread; what they cost and add up to does not."""
    g = Programme(attention=0.02, technique=0.02, strain=0.01, technique_drift=0.01)
    often, once = (
        practised(1, dataclasses.replace(g, sittings_per_week=n), hours=6.0) for n in (12, 1)
    )
    assert often.practice_hours == once.practice_hours == 6.0
    assert costs(often) == costs(once)
    assert often.attention_gain > once.attention_gain > 0.0
    assert often.technique_gain > once.technique_gain > 0.0


def test_adherence_varies_with_the_person_and_the_week(rises):
    assert rises(lambda own: practice.adherence(P, Therapist(adherence=own), 0.0), -3.0, 3.0)
    assert rises(lambda z: practice.adherence(P, Therapist(), z), -3.0, 3.0)


# ---- taking it up, and giving it up --------------------------------------------------------------

COURSE = Programme(weeks=8, start_week=-8, hours_per_week=5.0)


def keeps(week=0, u=0.5, programme=COURSE, p=P, **fields):
    t = Therapist(**{"adoption": 0.1, **fields})
    return practice.keeps_practising(p, programme, t, week, u)


def test_practice_is_taken_up_by_a_share_of_those_asked():  # T143
    assert keeps(adoption=P.adoption - 1e-9) == 1
    assert keeps(adoption=P.adoption) == 0
    nobody, all_ = (Parameters({"adoption": share}) for share in (0.0, 1.0))
    assert keeps(p=nobody, adoption=0.0) == 0
    assert keeps(p=all_, adoption=math.nextafter(1.0, 0.0)) == 1


@given(st.sampled_from([0, 1]), shares)
def test_nobody_gives_up_what_is_not_asked(practising, u):
    """Before a course begins, and where there is none."""
    assert keeps(week=-9, u=u, practising=practising, adoption=0.99) == practising
    assert keeps(programme=Programme(), u=u, practising=practising, adoption=0.99) == practising


def chance_of_giving_up(p=P, **fields):
    """The draw below which a therapist gives up, found by halving."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if keeps(u=middle, p=p, **fields) else (middle, high)
    return low


def test_the_unready_and_the_strained_give_up_sooner(rises, falls):  # T143: attrition is selective
    assert falls(lambda ready: chance_of_giving_up(adherence=ready), -3.0, 3.0)
    assert rises(lambda strain: chance_of_giving_up(practice_strain=strain), 0.0, 2.0)
    assert chance_of_giving_up() == pytest.approx(1.0 / (1.0 + math.exp(-P.attrition_base)))
    blind = Parameters({"attrition_readiness": 0.0, "attrition_strain": 0.0})
    assert chance_of_giving_up(blind, adherence=-3.0, practice_strain=2.0) == pytest.approx(
        chance_of_giving_up()
    )


@given(shares)
def test_what_is_given_up_is_given_up_for_good(u):  # T143
    assert keeps(u=u, practising=0) == 0


# ---- what an hour teaches ------------------------------------------------------------------------


def test_the_attentive_drift_less_on_the_cushion(falls):  # T19
    assert falls(lambda x: practice.adrift(P, Therapist(attention_baseline=x)), -5.0, 5.0)
    assert falls(lambda x: practice.adrift(P, Therapist(attention_gain=x)), -5.0, 5.0)
    average = P.drift_base / (P.drift_base + P.return_base)
    assert practice.adrift(P, Therapist()) == pytest.approx(average)
    # Only what is on the cushion counts, whatever reaches the room.
    assert practice.adrift(P, Therapist(attention=3.0)) == practice.adrift(P, Therapist())


def test_each_drift_that_is_caught_is_a_lesson(falls):  # T19
    assert falls(lambda x: practice.lesson(P, Therapist(attention_gain=x)), -3.0, 3.0)
    assert practice.lesson(P, Therapist()) == pytest.approx(1.0, abs=0.02)
    only = Parameters({"lesson_drift": 1.0})
    assert practice.lesson(only, Therapist(attention_gain=200.0)) == pytest.approx(0.0, abs=1e-9)
    never = Parameters({"lesson_drift": 0.0, "lesson_gentleness": 0.0})
    assert {practice.lesson(never, Therapist(attention_gain=x)) for x in (-2.0, 2.0)} == {1.0}


def test_a_gentle_return_teaches_more(rises):  # T19
    assert rises(lambda x: practice.lesson(P, Therapist(acceptance_baseline=x)), -3.0, 3.0)
    assert rises(lambda x: practice.lesson(P, Therapist(acceptance_gain=x)), -3.0, 3.0)


def test_attention_is_learned_by_lessons_and_nothing_else_is():
    """Of two who start alike but for attention, the scattered one has more to catch."""
    g = Programme(attention=0.01, bowl_capacity=0.01)
    even = Parameters({"learning_ceiling": 10.0, "drift_attention": 1.0, "return_attention": 1.0})
    scattered, steady = (practised(1, g, even, attention_baseline=x) for x in (-1.0, 1.0))
    room = (10.0 + 1.0) / (10.0 - 1.0)
    assert scattered.attention_gain > 1.2 * room * steady.attention_gain
    assert scattered.bowl_capacity_gain == steady.bowl_capacity_gain


# ---- two stages of loving-kindness ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "sign"), [("acceptance", 1.0), ("decentring", 1.0), ("ego", -1.0)]
)
@pytest.mark.parametrize("part", ["baseline", "gain"])
def test_what_loosens_self_protection_opens_the_heart(rises, trait, sign, part):  # T51
    def opened(x, p=P):
        return practice.loosened(p, Therapist(**{f"{trait}_{part}": sign * x}))

    assert rises(opened, -4.0, 4.0)
    assert opened(0.0) == 1.0
    assert 1.0 - P.heart_gate < opened(-50.0) < 1.0 < opened(50.0) < 1.0 + P.heart_gate + 1e-12
    ungated = Parameters({"heart_gate": 0.0})
    assert opened(-4.0, ungated) == opened(4.0, ungated) == 1.0


@given(st.integers(-20, 20), st.sampled_from([0, 1, 2]), st.integers(-8, 8), st.integers(1, 12))
def test_the_stages_take_turns_and_share_alike(week, order, start, weeks):  # T51
    """In any week both together get as much as without an order; later on, both are kept up."""
    g = Programme(weeks=weeks, start_week=start, order=order)
    loosening, heart = practice.turn(P, g, week, 0.0), practice.turn(P, g, week, 1.0)
    assert loosening + heart == 2.0
    if order == 0 or week >= start + weeks:
        assert loosening == heart == 1.0
    else:
        other = dataclasses.replace(g, order=3 - order)
        assert practice.turn(P, other, week, 0.0) == heart


@pytest.mark.parametrize("order", [1, 2])
def test_over_a_course_of_even_length_each_stage_gets_its_half(order):  # T51
    g = Programme(weeks=8, start_week=-8, order=order)
    turns = [practice.turn(P, g, week, 1.0) for week in range(-8, 0)]
    late, early = [0.0] * 4 + [2.0] * 4, [2.0] * 4 + [0.0] * 4
    assert turns == (late if order == 1 else early)


def test_first_loosen_then_generate():  # T51: the order matters, and only by the gate
    rates = {"acceptance": 0.03, "decentring": 0.03, "ego": -0.02, "love": 0.03, "intention": 0.03}

    def love(order, p=P, start=-0.5):
        g = Programme(weeks=8, order=order, **rates)
        return practised(8, g, p, acceptance_baseline=start, decentring_baseline=start).love_gain

    assert love(1) > love(0) > 0.0
    assert love(1) > love(2) > 0.0
    ungated = Parameters({"heart_gate": 0.0, "practice_decay": 0.0})
    assert love(1, ungated) == pytest.approx(love(2, ungated))
    # Those whose self-protection is tight lose most by beginning with the heart.
    assert love(2, start=-1.5) / love(1, start=-1.5) < love(2, start=1.0) / love(1, start=1.0)


# ---- aims ----------------------------------------------------------------------------------------


@given(shares)
def test_an_aim_chooses_among_gains_and_makes_none(share):  # T28
    """Four aims that share one whole: their weights have the mean of one whatever they are."""
    rest = (1.0 - share) / 3.0
    weights = [practice.weight(P, one) for one in (share, rest, rest, rest)]
    assert sum(weights) == pytest.approx(4.0)
    assert all(weight >= 0.0 for weight in weights)
    assert practice.weight(P, 0.25) == 1.0
    assert practice.weight(Parameters({"aim_weight": 0.0}), share) == 1.0


@pytest.mark.parametrize("component", COMPONENTS)
@pytest.mark.parametrize("aim", ["regulation", "exploration", "liberation", "relation"])
def test_one_tends_to_obtain_what_one_aims_for(component, aim):  # T28, T32
    """A component gains by the aim that chooses it, loses by the others; skills need no aim."""
    g = Programme(weeks=1, **{component: 0.01})
    devoted = {
        f"aim_{one}": 0.55 if one == aim else 0.15
        for one in ("regulation", "exploration", "liberation", "relation")
    }
    even = gained(practised(1, g))[component]
    found = gained(practised(1, g, **devoted))[component]
    if component in SKILLS:
        assert found == even
    else:
        assert (found > even) == (AIMS[component] == aim)
        assert found != even


# ---- learning ------------------------------------------------------------------------------------


@given(rates, st.floats(0.1, 3.0), st.floats(-2.0, 2.0))
def test_the_curve_is_concave(rate, aptitude, baseline):  # T19
    t = Therapist(aptitude=aptitude)
    curve = [practice.learn(P, t, baseline, 0.0, rate, 10.0 * step) for step in range(8)]
    steps = [later - earlier for earlier, later in itertools.pairwise(curve)]
    assert all(step > 0.0 for step in steps)
    assert all(later < earlier for earlier, later in itertools.pairwise(steps))


@given(gains, gains, rates, hours, hours)
def test_hours_count_alike_whether_at_once_or_apart(baseline, gain, rate, first, second):
    t = Therapist(aptitude=1.3)
    at_once = practice.learn(P, t, baseline, gain, rate, first + second)
    apart = practice.learn(
        P, t, baseline, practice.learn(P, t, baseline, gain, rate, first), rate, second
    )
    assert at_once == pytest.approx(apart, abs=1e-12)


@given(st.floats(-2.0, 2.0), rates, st.floats(0.1, 300.0))
def test_nobody_learns_beyond_the_ceiling(baseline, rate, hours):
    t = Therapist(aptitude=1.0)
    assert baseline + practice.learn(P, t, baseline, 0.0, rate, hours) <= P.learning_ceiling
    above = P.learning_ceiling - baseline + 0.5
    assert practice.learn(P, t, baseline, above, rate, hours) == above


def test_those_low_at_the_start_gain_more(falls):  # T127
    t = Therapist(aptitude=1.0)
    assert falls(lambda baseline: practice.learn(P, t, baseline, 0.0, 0.02, 20.0), -2.0, 2.0)


def test_the_apt_learn_faster(rises):
    def gain(aptitude):
        return practice.learn(P, Therapist(aptitude=aptitude), 0.0, 0.0, 0.02, 20.0)

    assert rises(gain, 0.2, 3.0)


def test_the_speed_of_learning_is_a_speed(rises):
    def gain(speed, hours=20.0, rate=0.02):
        p = Parameters({"learning_speed": speed})
        return practice.learn(p, Therapist(), 0.0, 0.0, rate, hours)

    assert rises(gain, 0.0, 5.0)
    assert gain(2.0) == pytest.approx(gain(1.0, hours=40.0)) == pytest.approx(gain(1.0, rate=0.04))
    assert gain(0.0) == 0.0


@given(gains, gains, hours)
def test_what_is_not_trained_or_not_practised_stays_to_the_last_bit(baseline, gain, hours):
    t = Therapist(aptitude=1.7)
    assert practice.learn(P, t, baseline, gain, 0.0, hours) == gain
    assert practice.learn(P, t, baseline, gain, 0.1, 0.0) == gain


def test_practice_that_harms_harms_within_bounds():
    """The worst programme that can be asked for, for a year: still a number."""
    worst = Programme(**{**everything(-1.0), "hook_release": 0.0})
    t = practised(52, worst, hours=40.0, aptitude=1.5)
    found = gained(t)
    assert found.pop("hook_release") == 0.0
    assert all(math.isfinite(gain) and gain < 0.0 for gain in found.values())


def test_the_first_hour_gives_what_the_programme_says():
    """The unit of a rate: the first hour's gain of an average therapist, but for its curvature."""
    gain = practice.learn(P, Therapist(aptitude=1.0), 0.0, 0.0, 0.015, 1.0)
    assert gain == pytest.approx(0.015, rel=0.015 / P.learning_ceiling)


@given(st.floats(-1.0, -0.001), hours)
def test_practice_that_harms_is_practice_that_helps_in_a_mirror(rate, hours):
    t = Therapist(aptitude=1.3)
    helped = practice.learn(P, t, -0.4, -0.2, -rate, hours)
    harmed = practice.learn(P, t, 0.4, 0.2, rate, hours)
    assert harmed == pytest.approx(-helped, abs=1e-12)
    assert 0.4 + harmed >= -P.learning_ceiling


# ---- forgetting and upkeep -----------------------------------------------------------------------


@given(st.floats(0.01, 3.0), st.floats(0.0, 1.99))
def test_gains_fade_without_upkeep(gain, hours):  # T138
    assert 0.0 < practice.forget(P, gain, hours) < gain


@given(gains, st.floats(0.0, 10.0))
def test_enough_upkeep_keeps_everything_to_the_last_bit(gain, more):
    assert practice.forget(P, gain, P.maintenance_need + more) == gain


def test_the_more_upkeep_the_less_is_lost(rises):
    assert rises(lambda hours: practice.forget(P, 1.0, hours), 0.0, P.maintenance_need)


def test_forgetting_is_exponential():
    p = Parameters({"practice_decay": 0.1})
    left = 1.0
    for _ in range(10):
        left = practice.forget(p, left, 0.0)
    assert left == pytest.approx(math.exp(-1.0), rel=1e-12)


def test_a_programme_kept_up_is_worth_more_in_the_end_than_one_dropped():
    g = Programme(**everything(0.015))
    kept = practised(8, g)
    dropped = practised(8, g)
    for week in range(8, 34):
        practice.practise(P, g, kept, week, 1.0)
        practice.practise(P, g, dropped, week, 0.0)
    for name, gain in gained(dropped).items():
        assert gained(kept)[name] > gain > 0.0


# ---- what a programme moves ----------------------------------------------------------------------


@pytest.mark.parametrize("trained", COMPONENTS)
def test_a_programme_moves_what_it_trains_and_nothing_else(trained):  # T17, T28
    t = practised(8, Programme(**{trained: 0.02}))
    assert gained(t)[trained] > 0.2
    assert {name for name, gain in gained(t).items() if gain != 0.0} == {trained}


@given(st.floats(0.0, 0.2), st.floats(0.1, 3.0), hours)
def test_hooks_are_released_as_a_share_and_never_more_than_whole(rate, aptitude, hours):  # T137
    t = practised(20, Programme(hook_release=rate), hours=hours, aptitude=aptitude)
    assert 0.0 <= t.hook_release_gain <= 1.0
    if rate * hours == 0.0:
        assert t.hook_release_gain == 0.0
    untiring = Parameters({"tiring": 0.0})
    once = practised(1, Programme(hook_release=0.02), untiring, hours=5.0)
    assert once.hook_release_gain == pytest.approx(1.0 - math.exp(-0.1))
    helped = practised(9, Programme(hook_release=0.02), untiring, hours=5.0)
    assert once.hook_release_gain < helped.hook_release_gain < 1.0
    left = helped.hook_release_gain
    practice.practise(P, Programme(), helped, 9, 0.0)
    assert helped.hook_release_gain == pytest.approx(left * math.exp(-P.practice_decay))


def test_without_gains_only_the_hours_are_remembered():
    t = practised(8, Programme(), hours=3.0)
    expected = Therapist()
    expected.practice_hours = 24.0
    assert t == expected


@pytest.mark.parametrize("trained", [*LOOSENING, *HEART])
@pytest.mark.parametrize("order", [1, 2])
def test_what_waits_its_turn_is_not_trained_meanwhile(trained, order):  # T51
    """In the first half of an ordered course only one of the stages gains anything at all."""
    t = practised(1, Programme(weeks=8, order=order, **{trained: 0.02}))
    first = trained in LOOSENING if order == 1 else trained in HEART
    assert (gained(t)[trained] != 0.0) == first


# ---- what it costs -------------------------------------------------------------------------------

COSTLY = Programme(strain=0.01, technique_drift=0.002, displacement=0.5)


def costs(t):
    return t.practice_strain, t.practice_drift, t.practice_displaced


def test_practice_costs_what_the_programme_says():
    t = practised(4, COSTLY, hours=5.0, strain_proneness=1.4)
    strain, drift, displaced = costs(t)
    assert strain == pytest.approx(0.07)  # this week's, and as one is prone to it
    assert drift == pytest.approx(0.04)  # all weeks'
    assert displaced == pytest.approx(10.0 * P.technique_lesson)  # lessons in technique not had


def test_all_costs_rise_and_fall_together_and_none_is_none():
    double, none = (Parameters({"costs": times}) for times in (2.0, 0.0))
    once = costs(practised(4, COSTLY))
    assert costs(practised(4, COSTLY, double)) == pytest.approx([2.0 * cost for cost in once])
    assert costs(practised(4, COSTLY, none)) == (0.0, 0.0, 0.0)
    assert costs(practised(4, COSTLY, hours=0.0)) == (0.0, 0.0, 0.0)
    untaught = Parameters({"technique_lesson": 0.0})
    assert practised(4, COSTLY, untaught).practice_displaced == 0.0


# ---- hope ----------------------------------------------------------------------------------------


def test_hope_lasts_as_long_as_the_programme_and_then_fades():
    g = Programme(weeks=3, start_week=1, hope=0.6)
    t = Therapist()
    seen = []
    for week in range(7):
        t.hope_gain = practice.hope(P, g, t, week)
        seen.append(t.hope_gain)
    left = 1.0 - P.hope_fading
    assert seen == pytest.approx([0.0, 0.6, 0.6, 0.6, 0.6 * left, 0.6 * left * left, 0.6 * left**3])
    assert practice.hope(P, Programme(hope=0.6), t, 0) == 0.0  # no programme, no hope
    assert practice.hope(P, g, Therapist(practising=0), 2) == 0.0  # nor for who has given it up
