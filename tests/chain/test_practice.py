"""Practice: learned on a curve, forgotten without upkeep, and carried into the room or not."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import practice, presence
from sim.parameters import Parameters
from sim.records import Programme, Therapist

COMPONENTS = (
    *("attention", "curiosity", "openness", "acceptance", "love"),
    *("bowl_capacity", "decentring", "intention"),
)
SKILLS = ("noticing", "working_through")  # of which nobody has any before training
P = Parameters()
gains = st.floats(-3.0, 3.0)
hours = st.floats(0.0, 40.0)
rates = st.floats(0.001, 0.2)
shares = st.floats(0.0, 1.0)


def practised(weeks, programme, p=P, hours=5.0, **fields):
    """A therapist after so many weeks of a programme."""
    t = Therapist(**fields)
    for _ in range(weeks):
        practice.practise(p, programme, t, hours)
    return t


def gained(t):
    return {name: getattr(t, f"{name}_gain") for name in (*COMPONENTS, *SKILLS)}


def everything(value):
    return dict.fromkeys((*COMPONENTS, *SKILLS), value)


# ---- what is asked, and done ---------------------------------------------------------------------


def test_hours_are_asked_during_the_programme_and_kept_up_after_it():
    g = Programme(hours_per_week=7.0, weeks=8, start_week=-8, maintenance_hours=1.5)
    assert [practice.assigned(g, week) for week in (-9, -8, -1, 0, 30)] == [0.0, 7.0, 7.0, 1.5, 1.5]
    assert practice.assigned(Programme(maintenance_hours=1.5), 3) == 0.0


def test_adherence_varies_with_the_person_and_the_week(rises):
    assert rises(lambda own: practice.adherence(P, Therapist(adherence=own), 0.0), -3.0, 3.0)
    assert rises(lambda z: practice.adherence(P, Therapist(), z), -3.0, 3.0)


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


@given(gains, gains, hours)
def test_what_is_not_trained_or_not_practised_stays_to_the_last_bit(baseline, gain, hours):
    t = Therapist(aptitude=1.7)
    assert practice.learn(P, t, baseline, gain, 0.0, hours) == gain
    assert practice.learn(P, t, baseline, gain, 0.1, 0.0) == gain


def test_practice_that_harms_harms_within_bounds():
    """The worst programme that can be asked for, for a year: still a number."""
    worst = Programme(**everything(-1.0))
    t = practised(52, worst, hours=40.0, aptitude=1.5)
    assert all(math.isfinite(gain) and gain < 0.0 for gain in gained(t).values())


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
    for _ in range(26):
        practice.practise(P, g, kept, 1.0)
        practice.practise(P, g, dropped, 0.0)
    for name, gain in gained(dropped).items():
        assert gained(kept)[name] > gain > 0.0


# ---- what a programme moves ----------------------------------------------------------------------


@pytest.mark.parametrize("trained", [*COMPONENTS, *SKILLS])
def test_a_programme_moves_what_it_trains_and_nothing_else(trained):  # T17, T28
    t = practised(8, Programme(**{trained: 0.02}))
    assert gained(t)[trained] > 0.2
    assert {name for name, gain in gained(t).items() if gain != 0.0} == {trained}


def test_without_gains_only_the_hours_are_remembered():
    t = practised(8, Programme(), hours=3.0)
    expected = Therapist()
    expected.practice_hours = 24.0
    assert t == expected


def test_practice_costs_what_the_programme_says():
    t = practised(4, Programme(strain=0.01, technique_drift=0.002), hours=5.0)
    assert t.practice_strain == pytest.approx(0.05)  # this week's
    assert t.practice_drift == pytest.approx(0.04)  # all weeks'


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


# ---- from the cushion to the room ----------------------------------------------------------------


@given(shares)
def test_supervision_cannot_carry_what_does_not_cross(supervision):  # T140, T141
    assert practice.transfer(Parameters({"transfer": 0.0}), Programme(supervision=supervision)) == 0


@given(shares, shares)
def test_supervision_is_a_bridge(transfer, supervision):  # T141
    p = Parameters({"transfer": transfer})
    alone = practice.transfer(p, Programme())
    assert alone == transfer
    assert alone <= practice.transfer(p, Programme(supervision=supervision)) <= 1.0


def test_no_more_than_all_crosses():
    assert practice.transfer(Parameters({"transfer": 0.8}), Programme(supervision=0.5)) == 1.0
    assert practice.transfer(Parameters({"transfer": 0.4}), Programme(supervision=0.5)) == 0.4 * 1.5


@given(gains, gains, shares)
def test_the_room_gets_the_baseline_whole_and_its_share_of_the_gain(baseline, gain, transfer):
    t = Therapist(transfer=transfer, technique_baseline=baseline, practice_drift=abs(gain))
    for name in COMPONENTS:
        setattr(t, f"{name}_baseline", baseline)
        setattr(t, f"{name}_gain", gain)
    t.noticing_gain = t.working_through_gain = t.hope_gain = gain
    practice.carry_into_room(t)
    for name in COMPONENTS:
        assert getattr(t, name) == pytest.approx(baseline + transfer * gain, abs=1e-12)
    for name in (*SKILLS, "hope"):
        assert getattr(t, name) == transfer * gain
    assert t.technique == pytest.approx(baseline - transfer * abs(gain), abs=1e-12)
    if transfer == 0.0:
        assert {getattr(t, name) for name in (*COMPONENTS, "technique")} == {baseline}


def test_what_does_not_cross_does_not_cost_either():
    """With transfer 0 neither strain nor drift reaches the room: the exact null (T140)."""
    g = Programme(strain=0.5, technique_drift=0.1, reset=1.0, **everything(0.05))
    t = practised(8, g, technique_baseline=0.3, capacity=3.0, drift_rate=0.5, agitation=0.7)
    practice.carry_into_room(t)
    assert t.practice_strain > 0.0
    assert t.technique == 0.3
    rested = dataclasses.replace(t, practice_strain=0.0)
    assert presence.drift(P, t) == presence.drift(P, rested)
    assert practice.reset(g, t, 0.7) == 0.7


def test_what_crosses_costs(rises, falls):
    g = Programme(strain=0.05, technique_drift=0.01)
    t = practised(8, g, capacity=3.0, drift_rate=0.5)

    def in_room(transfer):
        t.transfer = transfer
        practice.carry_into_room(t)
        return t

    assert falls(lambda transfer: in_room(transfer).technique, 0.0, 1.0)
    assert rises(lambda transfer: presence.drift(P, in_room(transfer)), 0.0, 1.0)


@given(shares, shares, st.floats(0.0, 10.0))
def test_a_reset_only_ever_stills(transfer, reset, agitation):  # T139
    left = practice.reset(Programme(reset=reset), Therapist(transfer=transfer), agitation)
    assert 0.0 <= left <= agitation
    if transfer * reset == 0.0:
        assert left == agitation
