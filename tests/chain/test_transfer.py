"""Transfer: from the cushion to the room, whole or in part - and with it all that it costs."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import practice, presence, transfer
from sim.parameters import Parameters
from sim.records import Programme, Therapist

P = Parameters()
COMPONENTS = (
    *("attention", "curiosity", "openness", "acceptance", "love"),
    *("bowl_capacity", "decentring", "intention", "conceptualisation"),
)
#: What nobody has before training.
ADDED = ("self_compassion", "hook_release", "noticing", "working_through", "hope")
gains = st.floats(-3.0, 3.0)
shares = st.floats(0.0, 1.0)


# ---- the share -----------------------------------------------------------------------------------


@given(shares)
def test_supervision_cannot_carry_what_does_not_cross(supervision):  # T140, T141
    assert transfer.share(Parameters({"transfer": 0.0}), Programme(supervision=supervision)) == 0


@given(shares, shares)
def test_supervision_is_a_bridge(crosses, supervision):  # T141
    p = Parameters({"transfer": crosses})
    alone = transfer.share(p, Programme())
    assert alone == crosses
    assert alone <= transfer.share(p, Programme(supervision=supervision)) <= 1.0


def test_no_more_than_all_crosses():
    assert transfer.share(Parameters({"transfer": 0.8}), Programme(supervision=0.5)) == 1.0
    assert transfer.share(Parameters({"transfer": 0.4}), Programme(supervision=0.5)) == 0.4 * 1.5


# ---- what crosses --------------------------------------------------------------------------------


def trained(gain, baseline=0.3, **fields):
    """A therapist who stands and has gained alike in everything."""
    t = Therapist(resonance_baseline=0.5, **fields)
    for name in (*COMPONENTS, "technique", "ego"):
        setattr(t, f"{name}_baseline", baseline)
    for name in (*COMPONENTS, *ADDED, "technique", "ego", "resonance"):
        setattr(t, f"{name}_gain", gain)
    return t


@given(gains, gains, shares)
def test_the_room_gets_the_baseline_whole_and_its_share_of_the_gain(baseline, gain, crosses):
    t = trained(gain, baseline, transfer=crosses)
    transfer.carry_into_room(P, t)
    for name in (*COMPONENTS, "technique"):
        assert getattr(t, name) == pytest.approx(baseline + crosses * gain, abs=1e-12)
    for name in ADDED:
        assert getattr(t, name) == crosses * gain
    felt_more = P.resonance_trait * crosses * gain
    assert t.resonance == pytest.approx(min(1.0, max(0.0, 0.5 + felt_more)), abs=1e-12)
    if crosses == 0.0:
        assert {getattr(t, name) for name in (*COMPONENTS, "technique")} == {baseline}
        assert t.resonance == 0.5


@pytest.mark.parametrize("trained_one", [*COMPONENTS, *ADDED, "technique", "resonance"])
def test_each_gain_reaches_its_own_and_no_other(trained_one):  # T06, T73, T140
    t, untrained = (Therapist(resonance_baseline=0.5, transfer=0.5) for _ in range(2))
    setattr(t, f"{trained_one}_gain", 0.8)
    for one in (t, untrained):
        transfer.carry_into_room(P, one)
        transfer.let_go(P, one)
    names = [field.name for field in dataclasses.fields(t)]
    moved = {name for name in names if getattr(t, name) != getattr(untrained, name)}
    assert moved == {trained_one, f"{trained_one}_gain"}


# ---- letting go of being right -------------------------------------------------------------------


@given(gains, gains, shares, gains)
def test_less_ego_leaves_less_to_react_and_to_cling(baseline, change, crosses, own):  # T121
    t = Therapist(
        ego_baseline=baseline,
        ego_gain=change,
        transfer=crosses,
        reactivity_baseline=own,
        rigidity_baseline=-own,
    )
    transfer.let_go(P, t)
    assert t.ego == pytest.approx(baseline + crosses * change, abs=1e-12)
    assert t.reactivity == pytest.approx(own + P.ego_reactivity * t.ego, abs=1e-12)
    assert t.rigidity == pytest.approx(-own + P.ego_rigidity * t.ego, abs=1e-12)
    cut = Parameters({"ego_reactivity": 0.0, "ego_rigidity": 0.0})
    transfer.let_go(cut, t)
    assert (t.reactivity, t.rigidity) == (own, -own)


# ---- what it costs -------------------------------------------------------------------------------


def costly(**fields):
    """A therapist after eight weeks of a course that costs, and trains nothing."""
    g = Programme(weeks=8, start_week=0, strain=0.05, technique_drift=0.01, displacement=0.5)
    t = Therapist(technique_baseline=0.3, capacity=3.0, drift_rate=0.5, manualised=0.5, **fields)
    for week in range(8):
        practice.practise(P, g, t, week, 5.0)
    return t


def test_what_does_not_cross_does_not_cost_either():  # T140
    """With transfer 0 neither strain, drift nor lost lessons reach the room: the exact null."""
    t = costly(agitation=0.7, load=1.3)
    transfer.carry_into_room(P, t)
    assert min(t.practice_strain, t.practice_drift, t.practice_displaced) > 0.0
    assert t.technique == 0.3
    rested = dataclasses.replace(t, practice_strain=0.0)
    assert presence.drift(P, t) == presence.drift(P, rested)
    assert transfer.reset(P, Programme(reset=1.0), t, 0.7) == 0.7


def test_what_crosses_costs(rises, falls):
    t = costly()

    def in_room(crosses):
        t.transfer = crosses
        transfer.carry_into_room(P, t)
        return t

    assert falls(lambda crosses: in_room(crosses).technique, 0.0, 1.0)
    assert rises(lambda crosses: presence.drift(P, in_room(crosses)), 0.0, 1.0)


@given(shares)
def test_technique_drifts_only_as_far_as_it_is_held_to_a_manual(manualised):
    t = costly(transfer=0.5)
    t.manualised = manualised
    transfer.carry_into_room(P, t)
    lost = manualised * t.practice_drift + t.practice_displaced
    assert t.technique == pytest.approx(0.3 - 0.5 * lost, abs=1e-12)


# ---- a reset before the session ------------------------------------------------------------------


@given(shares, shares, st.floats(0.0, 10.0))
def test_a_reset_only_ever_stills(crosses, reset, unrest):  # T139, T145
    left = transfer.reset(P, Programme(reset=reset), Therapist(transfer=crosses), unrest)
    assert left == pytest.approx(unrest * (1.0 - crosses * P.reset_effect * reset))
    assert 0.0 <= left <= unrest
    if crosses * reset == 0.0:
        assert left == unrest
    most = Parameters({"reset_effect": 5.0})  # and never turns into its opposite
    assert transfer.reset(most, Programme(reset=reset), Therapist(transfer=1.0), unrest) >= 0.0
    idle = Parameters({"reset_effect": 0.0})
    assert transfer.reset(idle, Programme(reset=reset), Therapist(transfer=crosses), unrest) == (
        unrest
    )
