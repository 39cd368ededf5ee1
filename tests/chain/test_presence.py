"""Presence: how often and how long, with a floor of drifting that holds for the best."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import presence
from sim.parameters import Parameters
from sim.records import Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
rates = st.floats(0.01, 20.0)


def with_rates(**fields):
    """A therapist whose rates of returning and drifting follow from the traits."""
    t = Therapist(gentleness=0.6, capacity=3.4, **fields)
    t.return_rate = presence.return_rate(P, t)
    t.drift_rate = presence.drift_rate(P, t)
    return t


def test_attention_makes_presence_both_more_frequent_and_more_lasting(rises, falls):  # T15
    assert rises(lambda attention: with_rates(attention=attention).return_rate, -10.0, 10.0)
    assert falls(lambda attention: with_rates(attention=attention).drift_rate, -10.0, 10.0)


def test_each_of_the_two_adds_to_presence(rises):  # T15
    entering = Parameters({"drift_attention": 0.0})
    dwelling = Parameters({"return_attention": 0.0})

    def at_rest(p, attention):
        t = Therapist(attention=attention, gentleness=0.5)
        t.return_rate, t.drift_rate = presence.return_rate(p, t), presence.drift_rate(p, t)
        return presence.resting(p, t)

    assert rises(lambda attention: at_rest(entering, attention), -3.0, 3.0)
    assert rises(lambda attention: at_rest(dwelling, attention), -3.0, 3.0)
    assert at_rest(P, 1.0) > max(at_rest(entering, 1.0), at_rest(dwelling, 1.0))


def test_coming_back_gently_comes_back_faster(rises):  # T19
    assert rises(lambda k: presence.return_rate(P, Therapist(gentleness=k)), 0.0, 1.0)


@given(st.floats(-10.0, 1000.0))
def test_the_best_drift_too(attention):  # T82
    t = with_rates(attention=attention)
    assert presence.drift(P, t) >= P.drift_floor > 0.0
    assert presence.resting(P, t) < 1.0


def test_training_returns_less_and_less(rises):
    """Diminishing returns under the floor: the second SD of attention gives less than the first."""
    at_rest = [presence.resting(P, with_rates(attention=x)) for x in (2.0, 3.0, 4.0, 5.0)]
    steps = [later - earlier for earlier, later in itertools.pairwise(at_rest)]
    assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("load", {}),
        ("agitation", {}),
        ("fatigue", {}),
        ("practice_strain", {"transfer": 0.5}),
    ],
    ids=["load", "agitation", "fatigue", "strain of practice"],
)
def test_what_burdens_scatters(rises, name, fields):  # T14, T18, T83
    t = with_rates(**fields)

    def drift(burden):
        return presence.drift(P, dataclasses.replace(t, **{name: burden}))

    assert rises(drift, 0.0, 5.0)


def test_a_bigger_bowl_is_scattered_less_by_the_same_load(falls):
    t = with_rates(load=3.0)
    assert falls(lambda size: presence.drift(P, dataclasses.replace(t, capacity=size)), 1.0, 9.0)


def test_stress_from_outside_agitates(rises):  # T83
    def arrival(stress):
        return presence.arrival(P, Therapist(stress=stress), 0.0)

    assert rises(arrival, 0.0, 3.0)
    assert presence.arrival(P, Therapist(stress=-50.0), 0.0) == 0.0


@given(rates, rates, levels)
def test_presence_settles_where_drifting_and_returning_balance(coming, drifting, start):
    t = Therapist(return_rate=coming, presence=start)
    balance = presence.level(P, t, drifting)
    assert balance == pytest.approx(coming / (coming + drifting), rel=1e-12)
    after = presence.settle(P, t, drifting, 0.0)
    assert min(start, balance) - 1e-12 <= after <= max(start, balance) + 1e-12
    for _ in range(3000):
        t.presence = presence.settle(P, t, drifting, 0.0)
        if t.presence == pytest.approx(balance, abs=1e-9):
            return
    pytest.fail("it never settles")


def test_settling_has_the_speed_of_both_rates_together():
    """Exact exponential steps: halving the gap takes log(2) / (return + drift) segments."""
    t = Therapist(return_rate=0.3, presence=1.0)
    gap = 1.0 - presence.level(P, t, 0.2)
    left = presence.settle(P, t, 0.2, 0.0) - presence.level(P, t, 0.2)
    assert left / gap == pytest.approx(0.6065306597126334, rel=1e-12)


@given(st.floats(-1.7, 1.7))
def test_presence_moves_from_moment_to_moment_by_itself(z):  # T29
    t = with_rates(presence=0.7)
    drifting = presence.drift(P, t)
    moved = presence.settle(P, t, drifting, z) - presence.settle(P, t, drifting, 0.0)
    assert moved * z >= 0.0
    assert abs(moved) <= 0.25 * P.presence_noise * abs(z) + 1e-12


def test_agitation_outlasts_presence_so_that_a_reset_has_something_to_act_on():  # T139
    agitated, reset = with_rates(agitation=1.0), with_rates()
    agitated.presence = reset.presence = 0.5
    lead = []
    for _ in range(4):
        for t in (agitated, reset):
            t.presence = presence.settle(P, t, presence.drift(P, t), 0.0)
            t.agitation = presence.calm(P, t)
        lead.append(reset.presence - agitated.presence)
    assert all(ahead > 0.0 for ahead in lead)
    assert 0.0 < agitated.agitation < 1.0
    assert lead[-1] < max(lead)


@given(levels)
def test_a_lapse_and_a_full_bowl_lower_presence_and_catching_brings_it_back(level):  # T84, T43
    t = Therapist(presence=level)
    assert presence.lapse(P, t) <= level <= presence.come_back(P, t)
    assert presence.spill(P, t) <= level
    if 1e-9 < level < 1.0 - 1e-9:
        assert presence.lapse(P, t) < level < presence.come_back(P, t)
        assert presence.spill(P, t) < level


# ---- where attention is turned -------------------------------------------------------------------

OBJECTS = ("self", "patient", "relationship")
leanings = st.floats(-4.0, 4.0)


def divided(p=P, **fields):
    """How much attention each of the three objects gets."""
    t = Therapist(**fields)
    presence.divide(p, t)
    return {name: getattr(t, f"to_{name}") for name in OBJECTS}


@given(st.floats(-4.0, 4.0), leanings, leanings)
def test_attention_is_a_budget_that_three_objects_share(attention, to_self, to_both):  # T20
    portions = divided(attention=attention, focus_self=to_self, focus_relationship=to_both)
    budget = presence.budget(P, Therapist(attention=attention))
    assert sum(portions.values()) == pytest.approx(3.0 * budget)
    assert min(portions.values()) > 0.0


def test_what_one_object_gets_the_others_lack(rises, falls):  # T20
    assert divided() == dict.fromkeys(OBJECTS, 1.0)
    for leaning, own in (("focus_self", "self"), ("focus_relationship", "relationship")):
        assert rises(lambda x, one=leaning, name=own: divided(**{one: x})[name], -3.0, 3.0)
        for other in set(OBJECTS) - {own}:
            assert falls(lambda x, one=leaning, name=other: divided(**{one: x})[name], -3.0, 3.0)


def test_the_attentive_have_more_to_divide(rises):  # T20
    for name in OBJECTS:
        assert rises(lambda x, name=name: divided(attention=x)[name], -3.0, 3.0)
    assert presence.budget(P, Therapist(attention=1.0)) == pytest.approx(
        2.718281828459045**P.budget_attention
    )
    equal = Parameters({"budget_attention": 0.0})
    assert presence.budget(equal, Therapist(attention=3.0)) == 1.0


# ---- what is there when presence is not ----------------------------------------------------------


def test_the_tired_mind_is_dull_and_the_agitated_one_scattered(rises, falls):  # T14
    assert rises(lambda x: presence.dullness(P, Therapist(fatigue=x)), 0.0, 5.0)
    assert falls(lambda x: presence.dullness(P, Therapist(agitation=x)), 0.0, 5.0)
    same = Parameters({"dull_fatigue": 0.0, "dull_agitation": 0.0})
    assert presence.dullness(same, Therapist(fatigue=4.0, agitation=4.0)) == presence.dullness(
        P, Therapist()
    )


@given(levels, levels)
def test_a_dull_mind_does_not_notice_that_it_is_gone(catching, dullness):  # T14, T85
    t = Therapist(catching=catching, dullness=dullness)
    caught = presence.catches(P, t)
    assert caught == pytest.approx(catching * (1.0 - P.dull_catching * dullness))
    assert presence.catches(Parameters({"dull_catching": 0.0}), t) == catching
    assert presence.catches(P, dataclasses.replace(t, dullness=0.0)) == catching
