"""Attitude: a ladder, under a ceiling, toward oneself, the patient and the relationship."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import attitude
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist

P = Parameters()
QUALITIES = ("curiosity", "openness", "acceptance", "love")
traits = st.floats(-10.0, 10.0)
ordinary = st.floats(-3.0, 3.0)
levels = st.floats(0.0, 1.0)


def ladder(trait, difficulty):
    return [attitude.rung(P, trait, float(step), difficulty) for step in range(4)]


# ---- toward the patient: a ladder ----------------------------------------------------------------


@given(traits, traits)
def test_curiosity_is_easiest_and_love_hardest(trait, difficulty):  # T23
    rungs = ladder(trait, difficulty)
    assert all(easier > harder for easier, harder in itertools.pairwise(rungs))


def odds(level):
    return math.log(level / (1.0 - level))


@given(ordinary, st.floats(-1.5, 3.0), st.floats(0.1, 2.0))
def test_a_difficult_patient_steepens_the_ladder(trait, difficulty, more):  # T23
    easy, hard = ladder(trait, difficulty), ladder(trait, difficulty + more)
    assert hard[0] == easy[0]
    for step in range(1, 4):
        assert hard[step] < easy[step]
        wider = odds(hard[step - 1]) - odds(hard[step])
        assert wider > odds(easy[step - 1]) - odds(easy[step])


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("difficulty", [-2.0, 0.0, 3.0])
def test_each_quality_warms(rises, quality, difficulty):  # T22
    c = Patient(difficulty=difficulty)

    def warmth(trait):
        t = Therapist(self_kindness=1.0, **{quality: trait})
        return attitude.toward_patient(P, t, c, Dyad())

    assert rises(warmth, -4.0, 4.0)


def test_relational_intention_warms(rises):  # T32
    """What one means to be today: the calling is a part of it, this patient another."""

    def warmth(intention):
        t = Therapist(self_kindness=1.0)
        return attitude.toward_patient(P, t, Patient(), Dyad(intention=intention))

    assert rises(warmth, -3.0, 3.0)


def test_kindness_is_hardest_with_the_difficult(falls):
    t = Therapist(self_kindness=1.0)
    assert falls(lambda x: attitude.toward_patient(P, t, Patient(difficulty=x), Dyad()), -2.0, 4.0)


@given(ordinary, ordinary, levels, st.floats(0.0, 3.0))
def test_intention_befriending_and_the_ladder_climbed_lift(climbed, intention, befriending, more):
    """T09, T25, T32, T41: one sum, of which each part has its weight, and each can be cut."""
    t, d = Therapist(befriending=befriending), Dyad(intention=intention, ladder=climbed)
    lift = attitude.lift(P, t, d)
    befriended = P.self_to_other * P.warmth_befriending * befriending
    assert lift == pytest.approx(P.warmth_intention * intention + befriended + climbed, abs=1e-12)
    kept = Parameters({"self_to_other": 0.0, "warmth_intention": 0.0})
    assert attitude.lift(kept, t, d) == climbed
    higher = dataclasses.replace(d, ladder=climbed + more)
    assert attitude.lift(P, t, higher) - lift == pytest.approx(more, abs=1e-12)
    assert attitude.lift(P, Therapist(), Dyad()) == 0.0


@given(ordinary, ordinary, levels, ordinary)
def test_what_lifts_warmth_lifts_every_rung(trait, intention, befriending, difficulty):  # T09, T32
    """As if each of the four qualities stood that much higher."""
    c, d = Patient(difficulty=difficulty), Dyad(intention=intention, ladder=0.2)
    qualities = {"curiosity": trait, "openness": 0.3 * trait, "acceptance": -trait, "love": 0.2}
    lifted = Therapist(self_kindness=1.0, befriending=befriending, **qualities)
    lift = attitude.lift(P, lifted, d)
    raised = Therapist(self_kindness=1.0, **{one: x + lift for one, x in qualities.items()})
    assert attitude.toward_patient(P, lifted, c, d) == pytest.approx(
        attitude.toward_patient(P, raised, c, Dyad()), abs=1e-12
    )


# ---- a ladder that two climb together ------------------------------------------------------------


def test_both_must_come_for_the_two_to_climb(rises):  # T25
    def climbed(shown, felt):
        return attitude.climb(P, Dyad(vulnerability=shown), felt)

    assert rises(lambda shown: climbed(shown, 0.4), 0.0, 1.0)
    assert rises(lambda felt: climbed(0.5, felt), 0.0, 1.0)
    assert climbed(0.0, 1.0) == climbed(1.0, 0.0) == 0.0
    assert attitude.climb(Parameters({"climb_reach": 0.0}), Dyad(vulnerability=0.9), 0.9) == 0.0


@given(st.floats(0.0, 4.0), levels, levels)
def test_the_two_climb_as_far_as_they_go_on_meeting(start, shown, felt):  # T25, T34
    """Toward climb_reach * shown * felt, a share a session; where the meeting ends, down again."""
    d = Dyad(ladder=start, vulnerability=shown)
    top = P.climb_reach * shown * felt
    after = attitude.climb(P, d, felt)
    assert after == pytest.approx(start + P.climb_rate * (top - start), abs=1e-12)
    for _ in range(400):
        d.ladder = attitude.climb(P, d, felt)
    assert d.ladder == pytest.approx(top, abs=1e-9)
    assert abs(attitude.climb(P, d, 0.0)) <= d.ladder


# ---- from oneself to others ----------------------------------------------------------------------


def test_befriending_oneself_carries_over(rises):  # T09, T41, T47
    def warmth(p, befriending):
        t = Therapist(self_kindness=1.0, befriending=befriending)
        return attitude.toward_patient(p, t, Patient(), Dyad())

    assert rises(lambda befriending: warmth(P, befriending), 0.0, 1.0)
    cut = Parameters({"self_to_other": 0.0})
    assert len({warmth(cut, befriending) for befriending in (0.0, 0.3, 1.0)}) == 1


@given(traits, traits, traits, traits, levels, levels, traits)
def test_kindness_to_oneself_is_a_ceiling_on_kindness_to_others(  # T48
    curiosity, openness, acceptance, love, self_kindness, befriending, difficulty
):
    t = Therapist(
        curiosity=curiosity,
        openness=openness,
        acceptance=acceptance,
        love=love,
        self_kindness=self_kindness,
        befriending=befriending,
    )
    warmth = attitude.toward_patient(P, t, Patient(difficulty=difficulty), Dyad(ladder=1.0))
    assert warmth <= attitude.ceiling(P, t)
    assert attitude.ceiling(P, t) <= P.ceiling_floor + P.ceiling_slope * self_kindness


def test_the_ceiling_is_necessary_and_not_sufficient():  # T48: a triangle, no line
    saint = dict.fromkeys(QUALITIES, 6.0)
    brute = dict.fromkeys(QUALITIES, -6.0)
    c, d = Patient(), Dyad()
    unkind, kind = Therapist(self_kindness=0.05, **saint), Therapist(self_kindness=0.95, **saint)
    cold = Therapist(self_kindness=0.95, **brute)
    assert attitude.toward_patient(P, unkind, c, d) < 0.5 < attitude.toward_patient(P, kind, c, d)
    assert attitude.toward_patient(P, cold, c, d) < 0.5
    # Below the ceiling, kindness to oneself by itself warms nobody.
    kinder = dataclasses.replace(cold, self_kindness=0.99)
    assert attitude.toward_patient(P, kinder, c, d) == attitude.toward_patient(P, cold, c, d)


def test_the_ceiling_rises_with_kindness_to_oneself(rises):
    top = (1.0 - P.ceiling_floor) / P.ceiling_slope
    assert rises(lambda kind: attitude.ceiling(P, Therapist(self_kindness=kind)), 0.0, top)


# ---- toward oneself ------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["acceptance", "love", "introject"])
def test_kindness_to_oneself_rests_on_acceptance_love_and_introject(rises, trait):  # T26, T52
    assert rises(lambda x: attitude.toward_self(P, Therapist(**{trait: x})), -10.0, 10.0)


@pytest.mark.parametrize("trait", ["acceptance", "love", "introject", "self_compassion"])
def test_one_is_as_kind_to_boredom_and_fear_as_to_oneself(rises, trait):  # T26
    """The same attitude toward one's own reactions; but a kindness only for oneself stays home."""
    assert rises(lambda x: attitude.toward_own_reactions(P, Therapist(**{trait: x})), -8.0, 8.0)
    t = Therapist(**{trait: 1.0})
    at_home, in_the_room = attitude.toward_self(P, t), attitude.toward_own_reactions(P, t)
    assert (at_home == in_the_room) == (trait != "self_compassion")


@given(ordinary)
def test_what_is_trained_for_oneself_alone_reaches_the_room_by_tau(trained):  # T41
    t = Therapist(love=0.3, self_compassion=trained)
    untrained = Therapist(love=0.3)
    cut, whole = (Parameters({"self_to_other": tau}) for tau in (0.0, 1.0))
    assert attitude.toward_own_reactions(cut, t) == attitude.toward_own_reactions(cut, untrained)
    assert attitude.toward_own_reactions(whole, t) == attitude.toward_self(whole, t)


# ---- toward the relationship ---------------------------------------------------------------------


def lean(quality):
    """How much the stance toward a relationship leans on how the relationship is."""
    t = Therapist(**dict.fromkeys(QUALITIES, quality))
    t.steadiness = attitude.steadiness(P, t)
    smooth = attitude.toward_relationship(P, t, Dyad(alliance=1.0))
    stuck = attitude.toward_relationship(P, t, Dyad(alliance=0.0))
    return smooth - stuck


def test_the_kind_do_not_lean_on_how_the_relationship_is(falls):  # T27
    assert falls(lean, -8.0, 8.0)
    assert lean(-8.0) > 0.9
    assert 0.0 < lean(10.0) < 0.01


@given(levels, levels)
def test_the_stance_lies_between_the_alliance_and_all(steadiness, alliance):
    stance = attitude.toward_relationship(
        P, Therapist(steadiness=steadiness), Dyad(alliance=alliance)
    )
    assert alliance - 1e-15 <= stance <= 1.0
