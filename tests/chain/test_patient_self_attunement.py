"""The patient's self-attunement: two routes into the room, one way home, and what lasts."""

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


# ---- two routes ----------------------------------------------------------------------------------


def test_safety_lets_one_explore(rises):  # T106, T109, T111
    def explored(safety=0.6, vulnerability=0.6, felt=0.3):
        d = Dyad(safety=safety, vulnerability=vulnerability)
        return link.exploring(P, patient(), d, felt)

    assert rises(lambda safety: explored(safety=safety), 0.0, 1.0)
    assert rises(lambda shown: explored(vulnerability=shown), 0.0, 1.0)
    assert rises(lambda felt: explored(felt=felt), 0.0, 1.0)
    assert explored(safety=0.0) == explored(vulnerability=0.0) == explored(felt=0.0) == 0.0


def test_there_is_less_to_find_the_more_is_found(falls):
    d = Dyad(safety=0.6, vulnerability=0.6)
    assert falls(lambda gone: link.exploring(P, patient(gone), d, 0.3), 0.0, 1.0)
    assert link.exploring(P, patient(1.0), d, 0.3) == 0.0


def test_only_what_is_felt_is_taken_in(rises):  # T111, T113
    t, c = Therapist(self_kindness=0.7), patient()
    assert link.modelling(P, t, c, 0.0, 0.8) == 0.0
    assert rises(lambda felt: link.modelling(P, t, c, felt, 0.8), 0.0, 1.0)


@given(levels, levels, states)
def test_the_therapists_own_level_is_the_asymptote(presence, kindness, start):  # T113, T114
    t, c = Therapist(self_kindness=kindness), Patient(self_attunement_in_room=start)
    model = P.model_base + P.model_slope * presence * kindness
    for _ in range(600):
        c.self_attunement_in_room += link.modelling(P, t, c, 0.5, presence)
    assert c.self_attunement_in_room == pytest.approx(model, abs=1e-6)


def test_a_kinder_and_more_present_therapist_is_a_better_model(rises):  # T113
    c = patient()
    assert rises(lambda x: link.modelling(P, Therapist(self_kindness=x), c, 0.3, 0.8), 0.0, 1.0)
    assert rises(lambda x: link.modelling(P, Therapist(self_kindness=0.7), c, 0.3, x), 0.0, 1.0)


def test_each_route_works_without_the_other():  # T111
    t, c, d = Therapist(self_kindness=0.7), patient(), Dyad(safety=0.6, vulnerability=0.6)
    no_safety, no_model = Parameters({"safety_route": 0.0}), Parameters({"modelling_route": 0.0})
    assert link.exploring(no_safety, c, d, 0.3) == 0.0 < link.modelling(no_safety, t, c, 0.3, 0.8)
    assert link.modelling(no_model, t, c, 0.3, 0.8) == 0.0 < link.exploring(no_model, c, d, 0.3)


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
