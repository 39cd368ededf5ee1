"""Hostility: rare acts out of what one is to oneself, answers in kind, and harm steep at nought."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import attitude, hostility, self_attunement
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
traits = st.floats(-5.0, 5.0)


# ---- at rest -------------------------------------------------------------------------------------


def acts(p, introject):
    """The rate of hostile acts of a therapist of this introject, befriending where it rests."""
    t = Therapist(introject=introject)
    t.self_kindness = attitude.toward_self(p, t)
    t.befriending = self_attunement.befriending_target(p, t, 0.75)
    return hostility.rate(p, t)


def test_the_hostile_to_themselves_are_so_to_others_about_three_times_as_often():  # T53
    hostile, accepting = (Therapist(introject=x) for x in (-1.0, 1.0))
    direct = hostility.rate(P, hostile) / hostility.rate(P, accepting)
    assert 1.8 <= direct <= 5.0
    assert direct == pytest.approx(math.exp(2.0 * P.hostile_introject))
    whole = acts(P, -1.0) / acts(P, 1.0)
    assert 1.8 <= whole <= 5.0
    assert whole > direct  # befriending oneself works the same way (T55)


def test_hostility_falls_with_affiliation_to_oneself(falls):  # T52, T59
    assert falls(lambda x: hostility.rate(P, Therapist(introject=x)), -5.0, 5.0)
    assert falls(lambda x: hostility.rate(P, Therapist(befriending=x)), 0.0, 1.0)


# ---- what cannot be held, acted out --------------------------------------------------------------


@given(st.floats(0.0001, 0.1))
def test_what_cannot_be_held_is_acted_out(rate):  # T50
    t, d = Therapist(hostility=rate), Dyad()
    held, spilt = (hostility.act(P, t, d, x) for x in (0.0, 1.0))
    assert held < spilt == pytest.approx(held * (1.0 + P.hostile_overflow))
    assert hostility.act(P, Therapist(hostility=10.0), d, 0.0) == pytest.approx(0.9)
    assert hostility.act(P, Therapist(hostility=0.0), d, 1.0) == 0.0


def test_who_does_not_look_at_himself_acts_it_out(falls):  # T20, T50
    assert falls(lambda x: hostility.enactment(P, Therapist(to_self=x), 1.0), 0.1, 3.0)
    assert hostility.enactment(P, Therapist(), 1.0) == 1.0 + P.hostile_overflow
    blind = Parameters({"enact_attention": 0.0})
    found = {hostility.enactment(blind, Therapist(to_self=x), 1.0) for x in (0.1, 1.0, 3.0)}
    assert found == {1.0 + P.hostile_overflow}
    # Where the bowl holds there is nothing to act out, wherever one looks.
    assert {hostility.enactment(P, Therapist(to_self=x), 0.0) for x in (0.1, 3.0)} == {1.0}


# ---- exchanges -----------------------------------------------------------------------------------


def gives_back(p=P, answered=1, **therapist):
    t = Therapist(**{"presence": 0.7, "gentleness": 0.6, **therapist})
    return hostility.exchange(p, t, Dyad(answered=answered))


def test_reactivity_gives_back_and_awareness_with_acceptance_does_not(rises, falls):  # T99, T101
    assert rises(lambda x: gives_back(reactivity=x), -5.0, 5.0)
    assert falls(lambda x: gives_back(presence=x), 0.0, 1.0)
    assert falls(lambda x: gives_back(gentleness=x), 0.0, 1.0)
    # Both are needed: awareness without acceptance does nothing, nor acceptance unaware.
    assert gives_back(presence=1.0, gentleness=0.0) == gives_back(presence=0.0, gentleness=1.0)
    assert gives_back(answered=0, reactivity=5.0) == 0.0


@given(st.floats(0.0, 0.1), levels, traits)
def test_an_act_has_two_sources_and_each_is_enough(rate, overflowed, reactivity):  # T50, T99
    t = Therapist(hostility=rate, reactivity=reactivity, presence=0.7, gentleness=0.6)
    own = hostility.act(P, t, Dyad(answered=0), overflowed)
    given_back = hostility.act(P, dataclasses.replace(t, hostility=0.0), Dyad(answered=1), 0.0)
    assert given_back == pytest.approx(gives_back(reactivity=reactivity), abs=1e-12)
    both = hostility.act(P, t, Dyad(answered=1), overflowed)
    assert both == pytest.approx(own + given_back - own * given_back, abs=1e-12)


def test_the_confronting_answer_and_the_safe_do_not(rises, falls):  # T99
    def answers(confrontation=0.0, safety=0.5):
        return hostility.answer(P, Patient(confrontation=confrontation), Dyad(safety=safety))

    assert rises(lambda x: answers(confrontation=x), -5.0, 5.0)
    assert falls(lambda x: answers(safety=x), 0.0, 1.0)


def chain(p, reactivity):
    """The mean length of an exchange: one act, then answer and act in turn until one leaves off."""
    t = Therapist(reactivity=reactivity, presence=0.7, gentleness=0.6)
    goes_on = hostility.answer(p, Patient(), Dyad(safety=0.5))
    goes_on *= hostility.exchange(p, t, Dyad(answered=1))
    return 1.0 / (1.0 - goes_on)


def test_chains_lengthen_with_reactivity(rises):  # T99
    assert rises(lambda x: chain(P, x), -4.0, 4.0)
    cut = Parameters({"exchange_reactivity": 0.0})
    assert chain(cut, -4.0) == chain(cut, 4.0)


# ---- harm ----------------------------------------------------------------------------------------


def test_the_first_act_hurts_more_than_any_after_it():  # T54: steep at the origin
    harms = [hostility.harm(P, acts) for acts in range(8)]
    steps = [later - earlier for earlier, later in itertools.pairwise(harms)]
    assert harms[0] == 0.0
    assert all(step > 0.0 for step in steps)
    assert all(later < earlier for earlier, later in itertools.pairwise(steps))
    assert steps[0] > sum(steps[1:])  # more than all that follow together
    assert harms[-1] < P.harm_most
    assert hostility.harm(Parameters({"harm_most": 0.0}), 5) == 0.0


@given(levels, levels)
def test_harm_is_left_behind_as_a_scar(scar, hurt):  # T50, T54
    d = Dyad(scar=scar, bond=0.6)
    hostility.wound(P, d, hurt)
    assert d.scar == pytest.approx(scar + hurt * (1.0 - scar), abs=1e-15)
    assert scar <= d.scar <= 1.0
    unhurt = Dyad(scar=scar)
    hostility.wound(P, unhurt, 0.0)
    assert unhurt == Dyad(scar=scar)
