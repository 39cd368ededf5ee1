"""The patient's self-attunement: two routes into the room, one way home, and what lasts."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import patient_self_attunement as link
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
states = st.floats(-3.0, 3.0)


def patient(gone=0.0, intake=-0.5, outside=None):
    """A patient who has gone so much of the way from intake to inner freedom, in the room."""
    in_room = intake + gone * P.inner_room
    return Patient(
        self_attunement_intake=intake,
        self_attunement_in_room=in_room,
        self_attunement=in_room if outside is None else outside,
    )


# ---- a window of tolerance -----------------------------------------------------------------------


def test_growth_is_best_at_a_moderate_affect(rises, falls):  # T112
    def usable(affect, bowl=1.5):
        return link.tolerable(P, Patient(affect=affect, bowl=bowl))

    peak = P.window_peak * 1.5
    assert usable(0.0) == 0.0
    assert usable(peak) == pytest.approx(1.0)
    assert rises(usable, 0.0, peak)
    assert falls(usable, peak, 8.0 * peak)
    # The width of the window is the patient's own: what counts is affect against the bowl.
    assert usable(1.2, bowl=3.0) == pytest.approx(usable(0.6, bowl=1.5))


def test_what_cannot_be_borne_swamps_and_whoever_is_felt_with_bears_more(rises, falls):  # T112
    def swamped(affect, felt=0.0, bowl=1.5, p=P):
        return link.swamped(p, Patient(affect=affect, bowl=bowl), Dyad(felt=felt))

    assert rises(swamped, 0.0, 4.0)
    assert falls(lambda bowl: swamped(2.0, bowl=bowl), 0.5, 4.0)
    assert falls(lambda felt: swamped(2.0, felt), 0.0, 1.0)
    assert swamped(1.5) == 0.5
    assert swamped(1.5 + P.bowl_lent * 0.4, felt=0.4) == pytest.approx(0.5)
    alone = Parameters({"bowl_lent": 0.0})
    assert swamped(2.0, 1.0, p=alone) == swamped(2.0, 0.0, p=alone)


def stretched(window, swamped, p=P, bowl=1.5):
    c = Patient(bowl=bowl)
    link.stretch(p, c, window, swamped)
    return c.bowl


def test_the_bowl_grows_by_what_was_borne_and_shrinks_by_what_was_not(rises, falls):  # T39, T112
    assert rises(lambda window: stretched(window, 0.2), 0.0, 1.0)
    assert falls(lambda swamped: stretched(0.5, swamped), 0.0, 1.0)
    assert stretched(0.0, 0.0) == 1.5
    assert stretched(1.0, 0.0) == pytest.approx(1.5 * math.exp(P.bowl_growth))
    assert stretched(0.0, 1.0) == pytest.approx(1.5 * math.exp(-P.bowl_shrinking))
    still = Parameters({"bowl_growth": 0.0, "bowl_shrinking": 0.0})
    assert stretched(1.0, 1.0, still) == 1.5


# ---- two routes ----------------------------------------------------------------------------------


def explored(p=P, c=None, felt=0.3, window=1.0, regular=1.0, **dyad):
    d = Dyad(**{"safety": 0.6, "vulnerability": 0.6, **dyad})
    return link.exploring(p, c or patient(), d, felt, window, regular)


def test_safety_lets_one_explore(rises):  # T106, T109, T111
    assert rises(lambda safety: explored(safety=safety), 0.0, 1.0)
    assert rises(lambda shown: explored(vulnerability=shown), 0.0, 1.0)
    assert rises(lambda felt: explored(felt=felt), 0.0, 1.0)
    assert explored(safety=0.0) == explored(vulnerability=0.0) == explored(felt=0.0) == 0.0


def test_there_is_less_to_find_the_more_is_found(falls):
    assert falls(lambda gone: explored(c=patient(gone)), 0.0, 1.0)
    assert explored(c=patient(1.0)) == 0.0


def test_what_swamps_or_leaves_cold_is_explored_less(rises):  # T112
    assert rises(lambda window: explored(window=window), 0.0, 1.0)
    assert explored(window=0.0) == pytest.approx((1.0 - P.window_weight) * explored(window=1.0))
    wide = Parameters({"window_weight": 0.0})
    assert explored(wide, window=0.0) == explored(wide, window=1.0) == explored(window=1.0)


def test_where_the_frame_does_not_hold_nothing_is_explored(rises):  # T108
    assert rises(lambda regular: explored(regular=regular), 0.0, 1.0)
    assert explored(regular=0.0) == 0.0


def modelled(p=P, c=None, felt=0.3, presence=0.8, kind=0.7, warmth=0.5):
    t, d = Therapist(gentleness=kind), Dyad(warmth=warmth)
    return link.modelling(p, t, c or patient(), d, felt, presence)


def test_only_what_is_felt_is_taken_in(rises):  # T111, T113
    assert modelled(felt=0.0) == 0.0
    assert rises(lambda felt: modelled(felt=felt), 0.0, 1.0)


@given(levels, levels, levels, states)
def test_the_therapists_own_level_is_the_asymptote(presence, kindness, warmth, start):  # T113, T114
    t, d = Therapist(gentleness=kindness), Dyad(warmth=warmth)
    c = Patient(self_attunement_in_room=start)
    shown = P.model_warmth * warmth + (1.0 - P.model_warmth) * kindness
    level = P.model_base + P.model_slope * presence * shown
    assert link.model(P, t, d, presence) == pytest.approx(level, abs=1e-12)
    for _ in range(600):
        c.self_attunement_in_room += link.modelling(P, t, c, d, 0.5, presence)
    assert c.self_attunement_in_room == pytest.approx(level, abs=1e-6)


def test_a_kinder_warmer_and_more_present_therapist_is_a_better_model(rises):  # T113
    assert rises(lambda x: modelled(kind=x), 0.0, 1.0)
    assert rises(lambda x: modelled(warmth=x), 0.0, 1.0)
    assert rises(lambda x: modelled(presence=x), 0.0, 1.0)
    nobody = Parameters({"model_slope": 0.0})
    assert link.model(nobody, Therapist(gentleness=1.0), Dyad(warmth=1.0), 1.0) == P.model_base


def test_each_route_works_without_the_other():  # T111
    no_safety, no_model = Parameters({"safety_route": 0.0}), Parameters({"modelling_route": 0.0})
    assert explored(no_safety) == 0.0 < modelled(no_safety)
    assert modelled(no_model) == 0.0 < explored(no_model)


# ---- the shape of what is taken in ---------------------------------------------------------------

FACETS = {
    "reflective": "curiosity",
    "understanding": "openness",
    "accepting": "acceptance",
    "comforting": "love",
}


def facets(c):
    return {name: getattr(c, name) for name in FACETS}


@pytest.mark.parametrize("facet", FACETS)
def test_the_stance_to_ones_feelings_takes_on_the_therapists_shape(facet):  # T114
    """What the therapist has more of than of the rest, the patient takes up more than the rest."""
    t, c = Therapist(**{FACETS[facet]: 1.0}), Patient()
    for _ in range(300):
        link.take_in(P, t, c, 0.5)
    shape = {name: 0.75 if name == facet else -0.25 for name in FACETS}
    assert facets(c) == pytest.approx(shape, abs=1e-9)
    assert sum(facets(c).values()) == pytest.approx(0.0, abs=1e-9)


def test_a_shape_is_taken_in_as_far_as_the_therapist_is_felt(rises):  # T114
    t = Therapist(love=1.0, curiosity=-0.5)

    def comforted(felt, p=P):
        c = Patient()
        link.take_in(p, t, c, felt)
        return c.comforting

    assert rises(comforted, 0.0, 1.0)
    assert comforted(0.0) == comforted(1.0, Parameters({"facet_rate": 0.0})) == 0.0
    even = Patient()
    link.take_in(P, Therapist(curiosity=2.0, openness=2.0, acceptance=2.0, love=2.0), even, 1.0)
    assert set(facets(even).values()) == {0.0}  # a height, and no shape


# ---- the patient's own practice ------------------------------------------------------------------


@given(st.floats(0.0, 20.0), st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_a_patient_who_practises_grows_with_the_therapist_or_without(hours, first, second):  # T117
    """Both inside the room and outside, toward the same inner freedom; spells add up."""
    at_once, apart, idle = (Patient(practice_hours=x) for x in (hours, hours, 0.0))
    link.practise_alone(P, at_once, first + second)
    link.practise_alone(P, apart, first)
    link.practise_alone(P, apart, second)
    left = math.exp(-P.own_practice * hours * (first + second))
    assert at_once.self_attunement == pytest.approx(P.inner_room * (1.0 - left), abs=1e-9)
    assert apart.self_attunement == pytest.approx(at_once.self_attunement, abs=1e-9)
    assert apart.self_attunement_in_room == pytest.approx(apart.self_attunement, abs=1e-12)
    before = dataclasses.replace(idle)
    link.practise_alone(P, idle, first)
    link.practise_alone(Parameters({"own_practice": 0.0}), at_once, second)
    assert idle == before


# ---- home ----------------------------------------------------------------------------------------


@given(states, states)
def test_what_is_learned_in_the_room_is_taken_home_slowly(in_room, outside):  # T105
    c = Patient(self_attunement_in_room=in_room, self_attunement=outside)
    after = link.take_home(P, c)
    assert min(in_room, outside) - 1e-12 <= after <= max(in_room, outside) + 1e-12
    assert abs(after - outside) < 0.5 * abs(in_room - outside) or abs(in_room - outside) < 1e-9


def test_the_room_leads_and_home_follows():  # T105
    c = Patient(self_attunement_in_room=-0.5, self_attunement=-0.5, self_attunement_intake=-0.5)
    for _ in range(12):
        c.self_attunement_in_room += 0.1
        c.self_attunement = link.take_home(P, c)
        assert -0.5 < c.self_attunement < c.self_attunement_in_room


# ---- support that fades --------------------------------------------------------------------------


def test_support_is_withdrawn_as_autonomy_grows(falls):  # T110
    assert link.support(P, patient(0.0)) == 1.0
    assert falls(lambda gone: link.support(P, patient(gone)), 0.0, 1.0)
    never = Parameters({"support_fading": 0.0})
    assert link.support(never, patient(1.0)) == 1.0


def test_holding_on_keeps_it_in_the_room():  # T110
    """Where support does not fade, less is taken home for the same progress in the room."""
    fading, clinging = Parameters({"support_fading": 1.0}), Parameters({"support_fading": 0.0})
    c = patient(0.6, outside=-0.5)
    assert link.take_home(fading, c) > link.take_home(clinging, c) > c.self_attunement
    light = Parameters({"support_fading": 0.0, "over_holding": 0.0})
    assert link.take_home(light, c) > link.take_home(clinging, c)


def test_what_rests_on_oneself_lasts_and_the_rest_fades(rises):  # T110
    def share_kept(gone):
        c = patient(gone, outside=0.3)
        kept = link.keep(P, c, 26.0) - c.self_attunement_intake
        return kept / (c.self_attunement - c.self_attunement_intake)

    assert rises(share_kept, 0.0, 1.0)
    assert 0.0 < share_kept(0.0) < 0.7
    assert share_kept(1.0) == pytest.approx(1.0, abs=1e-15)


@given(states, states, levels, st.floats(0.0, 30.0), st.floats(0.0, 30.0))
def test_fading_knows_no_calendar(intake, gained, gone, first, second):
    """Two spells apart are worth as much as one long one, and nothing fades in no time."""
    c = patient(gone, intake, intake + gained)
    at_once = link.keep(P, c, first + second)
    c.self_attunement = link.keep(P, c, first)
    assert link.keep(P, c, second) == pytest.approx(at_once, abs=1e-12)
    assert link.keep(P, c, 0.0) == pytest.approx(c.self_attunement, abs=1e-12)
    assert abs(at_once - intake) <= abs(gained) + 1e-12
