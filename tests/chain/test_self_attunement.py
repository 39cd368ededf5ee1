"""The therapist's self-attunement: two stocks, and a bowl that holds or overflows."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import self_attunement
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
traits = st.floats(-3.0, 3.0)
loads = st.floats(0.0, 100.0)
affects = st.floats(0.0, 20.0)


# ---- knowing and befriending oneself -------------------------------------------------------------


@given(levels, levels, st.floats(0.01, 1.0), st.booleans(), traits, traits)
def test_without_presence_or_kindness_both_facets_fade(  # T40
    knowing, befriending, share, lacks_presence, curiosity, acceptance
):
    t = Therapist(
        knowing=knowing,
        befriending=befriending,
        self_kindness=1.0 if lacks_presence else 0.0,
        curiosity=curiosity,
        acceptance=acceptance,
    )
    self_attunement.deepen(P, t, 0.0 if lacks_presence else 1.0, share)
    assert t.knowing == pytest.approx((1.0 - share) * knowing, abs=1e-15)
    assert t.befriending == pytest.approx((1.0 - share) * befriending, abs=1e-15)


@given(levels, levels, levels, levels)
def test_they_grow_only_up_to_where_presence_and_kindness_meet(  # T40
    knowing, befriending, presence, kindness
):
    t = Therapist(knowing=knowing, befriending=befriending, self_kindness=kindness)
    self_attunement.deepen(P, t, presence, 0.2)
    if t.knowing > knowing:
        assert presence * kindness * P.knowing_base > knowing
    if t.befriending > befriending:
        assert presence * kindness * P.befriending_base > befriending
    assert t.self_attunement == pytest.approx(0.5 * (t.knowing + t.befriending))


@pytest.mark.parametrize(
    "target", [self_attunement.knowing_target, self_attunement.befriending_target]
)
def test_presence_and_kindness_multiply(rises, target):  # T40
    assert rises(lambda presence: target(P, Therapist(self_kindness=0.5), presence), 0.0, 1.0)
    assert rises(lambda kind: target(P, Therapist(self_kindness=kind), 0.5), 0.0, 1.0)
    both = target(P, Therapist(self_kindness=0.8), 0.8)
    one = target(P, Therapist(self_kindness=0.8), 0.4) + target(
        P, Therapist(self_kindness=0.4), 0.8
    )
    assert both - one == pytest.approx(0.0, abs=1e-12)
    assert target(P, Therapist(self_kindness=0.4), 0.4) == pytest.approx(both / 4.0)


def test_each_facet_has_its_own_root(rises):  # T09
    def knowing(curiosity):
        return self_attunement.knowing_target(
            P, Therapist(self_kindness=0.6, curiosity=curiosity), 0.7
        )

    def befriending(acceptance):
        return self_attunement.befriending_target(
            P, Therapist(self_kindness=0.6, acceptance=acceptance), 0.7
        )

    assert rises(knowing, -3.0, 3.0)
    assert rises(befriending, -3.0, 3.0)
    t = Therapist(self_kindness=0.6, acceptance=2.0, love=2.0)
    assert self_attunement.knowing_target(P, t, 0.7) == knowing(0.0)
    t = Therapist(self_kindness=0.6, curiosity=2.0)
    assert self_attunement.befriending_target(P, t, 0.7) == befriending(0.0)


def test_a_stock_is_slow():
    t = Therapist(self_kindness=1.0)
    self_attunement.deepen(P, t, 1.0, P.week_learning)
    assert 0.0 < t.self_attunement < 0.25 * self_attunement.knowing_target(P, t, 1.0)


# ---- the bowl ------------------------------------------------------------------------------------


def test_practice_enlarges_the_bowl(rises):  # T44
    assert rises(lambda x: self_attunement.capacity(P, Therapist(bowl_capacity=x)), -10.0, 10.0)


def test_decentring_takes_less_load_from_the_same_contents(falls):  # T45
    def impact(decentring):
        t = Therapist(resonance=0.5, decentring=decentring)
        t.relief = self_attunement.relief(P, t)
        return self_attunement.impact(P, t)

    assert falls(impact, -8.0, 8.0)
    assert impact(50.0) == pytest.approx(0.5 * (1.0 - P.decentring_relief))


@given(traits, levels)
def test_decentring_keeps_off_a_share_and_never_more_than_its_most(decentring, most):  # T45, T71
    p = Parameters({"decentring_relief": most})
    kept_off = self_attunement.relief(p, Therapist(decentring=decentring))
    assert 0.0 <= kept_off <= most
    t = Therapist(resonance=0.4, relief=kept_off)
    assert self_attunement.impact(p, t) == pytest.approx(0.4 * (1.0 - kept_off), abs=1e-15)
    if most == 0.0:
        assert self_attunement.impact(p, t) == 0.4


@given(traits, traits, traits, traits, st.floats(0.0, 10.0), affects)
def test_capacity_and_decentring_are_separate(first, second, third, fourth, load, affect):  # T44-45
    def taking(t):
        t.relief = self_attunement.relief(P, t)
        t.capacity, t.impact = self_attunement.capacity(P, t), self_attunement.impact(P, t)
        return t

    t = taking(Therapist(resonance=0.5, load=load, bowl_capacity=first, decentring=third))
    bigger = taking(dataclasses.replace(t, bowl_capacity=second))
    assert bigger.impact == t.impact
    looser = taking(dataclasses.replace(t, decentring=fourth))
    assert looser.capacity == t.capacity
    c, d = Patient(affect=affect), Dyad()
    # Capacity does not change what is taken on, nor decentring what a given load does.
    assert self_attunement.fill(P, bigger, c, d) == self_attunement.fill(P, t, c, d)
    assert self_attunement.overflow(P, looser, d) == self_attunement.overflow(P, t, d)
    if fourth > third and affect > 0.01 and fourth - third > 0.01:
        assert self_attunement.fill(P, looser, c, d) < self_attunement.fill(P, t, c, d)
    if second - first > 0.01:
        assert self_attunement.overflow(P, bigger, d) <= self_attunement.overflow(P, t, d)


def test_contents_and_observer_pull_apart(rises, falls):  # T42, T43
    d = Dyad()
    assert rises(lambda x: self_attunement.overflow(P, Therapist(load=x, capacity=3.4), d), 0, 9)
    assert falls(lambda x: self_attunement.overflow(P, Therapist(load=3.4, capacity=x), d), 0.5, 9)
    assert self_attunement.overflow(P, Therapist(load=3.4, capacity=3.4), d) == 0.5


@given(levels, levels, affects, st.floats(0.0, 1.0))
def test_what_is_felt_does_not_wait_for_presence(one, other, affect, resonance):  # T62
    t = Therapist(resonance=resonance, gentleness=0.6)
    t.impact = self_attunement.impact(P, t)
    c, d = Patient(affect=affect), Dyad()
    taken = [
        self_attunement.fill(P, dataclasses.replace(t, presence=presence), c, d)
        for presence in (one, other)
    ]
    assert taken[0] == taken[1] == pytest.approx(t.impact * affect)
    assert t.impact <= resonance  # a smaller dose


@given(loads, affects)
def test_without_resonance_nothing_of_the_patient_weighs(load, affect):  # T61, K7
    t = Therapist(resonance=0.0, load=load)
    t.impact = self_attunement.impact(P, t)
    assert t.impact == 0.0
    assert self_attunement.fill(P, t, Patient(affect=affect), Dyad()) <= load


@given(st.floats(0.5, 10.0), st.sampled_from([0, 1]))
def test_an_empty_bowl_does_not_overflow(capacity, hooked):  # K7
    t = Therapist(load=0.0, capacity=capacity)
    assert self_attunement.overflow(P, t, Dyad(hooked=hooked)) == 0.0


def test_more_resonance_and_more_affect_weigh_more(rises):  # T61
    def load(resonance, affect):
        t = Therapist(resonance=resonance)
        t.impact = self_attunement.impact(P, t)
        return self_attunement.fill(P, t, Patient(affect=affect), Dyad())

    assert rises(lambda resonance: load(resonance, 1.5), 0.0, 1.0)
    assert rises(lambda affect: load(0.5, affect), 0.0, 10.0)


def test_presence_and_kindness_together_let_it_flow_off(falls):  # T26
    def left(presence, kindness):
        t = Therapist(load=3.0, presence=presence, gentleness=kindness)
        return self_attunement.fill(P, t, Patient(affect=0.0), Dyad())

    assert falls(lambda presence: left(presence, 0.6), 0.0, 1.0)
    assert falls(lambda kindness: left(0.6, kindness), 0.0, 1.0)
    assert left(1.0, 0.0) == left(0.0, 1.0) == pytest.approx(3.0 * (1.0 - P.discharge_rest))


@given(st.floats(0.01, 3.0), st.floats(0.0, 3.0))
def test_the_bowl_comes_to_rest(discharge_presence, affect):
    """A leaky bowl has a level at which as much flows off as flows in."""
    p = Parameters({"discharge_presence": discharge_presence})
    t = Therapist(resonance=0.5, presence=0.7, gentleness=0.6)
    t.impact = self_attunement.impact(p, t)
    c, d = Patient(affect=affect), Dyad()
    share = min(0.95, p.discharge_rest + discharge_presence * 0.42)
    for _ in range(400):
        t.load = self_attunement.fill(p, t, c, d)
    assert t.load == pytest.approx(t.impact * affect / share, abs=1e-9)


# ---- hooks ---------------------------------------------------------------------------------------


@given(st.integers(0, 255), st.integers(0, 7))
def test_a_therapist_is_hooked_by_own_themes_only(hooks, theme):  # T49
    expected = int(format(hooks, "08b")[7 - theme])
    assert self_attunement.hooked(P, Therapist(hooks=hooks), theme) == expected


def test_a_shared_theme_weighs_more_and_is_held_worse():  # T49
    t, c = Therapist(impact=0.4, load=2.0, capacity=3.4), Patient(affect=1.5)
    free, hooked = Dyad(hooked=0), Dyad(hooked=1)
    assert self_attunement.fill(P, t, c, hooked) > self_attunement.fill(P, t, c, free)
    assert self_attunement.overflow(P, t, hooked) > self_attunement.overflow(P, t, free)


@given(levels)
def test_work_with_difficult_countertransference_loosens_the_hook(released):  # T49, T137
    """What is left of a hook weighs that much less; undone, the theme is as any other."""
    t = Therapist(impact=0.4, load=2.0, capacity=3.4, hook_release=released)
    c, free, hooked = Patient(affect=1.5), Dyad(hooked=0), Dyad(hooked=1)
    assert self_attunement.hook(P, t, free) == 0.0
    assert self_attunement.hook(P, t, hooked) == pytest.approx(1.0 - released, abs=1e-15)
    more = self_attunement.fill(P, t, c, hooked) - self_attunement.fill(P, t, c, free)
    assert more == pytest.approx((1.0 - released) * P.hook_load * 0.4 * 1.5, abs=1e-12)
    likelier = self_attunement.overflow(P, t, hooked) - self_attunement.overflow(P, t, free)
    assert likelier >= 0.0
    if released == 1.0:
        assert more == likelier == 0.0


# ---- where it overflows to, and what it leaves ---------------------------------------------------


def test_the_decentred_are_swallowed_less(falls):  # T43, T71
    assert falls(lambda x: self_attunement.absorbed(P, Therapist(decentring=x)), -8.0, 8.0)


@given(loads)
def test_an_overflow_lets_a_share_of_it_go(load):  # T43
    left = self_attunement.release(P, Therapist(load=load))
    assert left == pytest.approx(load * (1.0 - P.overflow_release))
    emptied, kept = (Parameters({"overflow_release": x}) for x in (1.0, 0.0))
    assert self_attunement.release(emptied, Therapist(load=load)) == 0.0
    assert self_attunement.release(kept, Therapist(load=load)) == load


def test_a_heavy_hour_tires_and_a_big_bowl_less(rises, falls):  # T83
    assert rises(lambda load: self_attunement.spent(P, Therapist(capacity=3.4), load), 0.0, 9.0)
    assert falls(lambda size: self_attunement.spent(P, Therapist(capacity=size), 2.0), 1.0, 9.0)
    assert self_attunement.spent(P, Therapist(capacity=3.4), 3.4) == pytest.approx(P.strain)
    assert self_attunement.spent(P, Therapist(capacity=3.4), 0.0) == 0.0
    assert self_attunement.spent(Parameters({"strain": 0.0}), Therapist(capacity=3.4), 9.0) == 0.0


# ---- catching oneself ----------------------------------------------------------------------------


def test_attention_and_knowing_oneself_catch_lapses(rises):  # T85, T101
    assert rises(lambda x: self_attunement.catching(P, Therapist(attention=x)), -8.0, 8.0)
    assert rises(lambda x: self_attunement.catching(P, Therapist(knowing=x)), 0.0, 1.0)


def test_who_looks_at_oneself_catches_oneself(rises):  # T20
    assert rises(lambda x: self_attunement.catching(P, Therapist(to_self=x)), 0.1, 3.0)
    even = Parameters({"catch_focus": 0.0})
    found = {self_attunement.catching(even, Therapist(to_self=x)) for x in (0.1, 1.0, 3.0)}
    assert found == {self_attunement.catching(P, Therapist(to_self=1.0))}
