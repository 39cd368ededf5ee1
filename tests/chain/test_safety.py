"""Safety: pain held, two fears contradicted, a frame that stands, and a loop that feeds itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import attunement, safety
from sim.parameters import Parameters, table
from sim.records import ABSORBED, PUSHED_AWAY, Dyad, Frame, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)


# ---- being held, and fear ------------------------------------------------------------------------


def test_pain_that_is_felt_and_held(rises):  # T63
    def held(felt, affect, overflow=0):
        return safety.held(
            P, Therapist(), Patient(affect=affect), Dyad(felt=felt, overflow=overflow)
        )

    assert rises(lambda felt: held(felt, 1.5), 0.0, 1.0)
    assert rises(lambda affect: held(0.5, affect), 0.0, 10.0)
    assert held(0.5, 0.0) == 0.0
    assert held(0.9, 3.0, ABSORBED) == held(0.9, 3.0, PUSHED_AWAY) == 0.0


fears = pytest.mark.parametrize(
    ("learned", "name"),
    [
        (safety.fear_of_rejection, "fear_rejection"),
        (safety.fear_of_harming, "fear_harm"),
    ],
)


@fears
def test_holding_disconfirms_and_hurting_confirms(falls, rises, learned, name):  # T63, T65, T66
    c = Patient(**{name: 0.6})
    assert learned(P, c, 0.0, 0.0) == 0.6
    assert falls(lambda holding: learned(P, c, holding, 0.0), 0.0, 1.0)
    assert rises(lambda hurts: learned(P, c, 0.0, hurts), 0.0, 1.0)


@fears
def test_one_hurt_undoes_several_moments_of_holding(learned, name):  # T66
    """Moments are segments of a session of ten; a moment fully held is the most there can be."""
    assert table()["fear_bias"].default > 1.0
    moment = 0.1
    for fear in (0.2, 0.3, 0.4, 0.5):
        c = Patient(**{name: fear})
        hurt = learned(P, c, 0.0, moment)
        setattr(c, name, hurt)
        undone = learned(P, c, 2.0 * moment, 0.0)
        assert hurt > fear
        assert undone >= fear - 0.001  # two of the fullest are hardly enough
        assert learned(P, c, moment, 0.0) > fear


@fears
def test_fear_falls_slowly(learned, name):  # T66
    c = Patient(**{name: 0.6})
    sessions = 0
    while getattr(c, name) > 0.3:
        setattr(c, name, learned(P, c, 0.3, 0.0))
        sessions += 1
    assert sessions > 8


@given(levels, levels, levels)
def test_the_two_fears_do_not_touch_each_other(rejection, harm, holding):  # T64, T65
    one, other = Patient(fear_rejection=rejection, fear_harm=harm), Patient(fear_harm=harm)
    assert safety.fear_of_harming(P, one, holding, 0.1) == safety.fear_of_harming(
        P, other, holding, 0.1
    )


# ---- safety --------------------------------------------------------------------------------------


def safe(felt=0.25, hurts=0.0, trust=0.0, rupture_open=0, regular=1.0):
    d = Dyad(safety=0.5, felt_attunement=felt, rupture_open=rupture_open)
    return safety.safety(P, Patient(trust=trust), d, hurts, regular)


def test_what_makes_safe_and_what_does_not(rises, falls):  # T54, T64, T68, T88
    assert rises(lambda felt: safe(felt=felt), 0.0, 1.0)
    assert rises(lambda trust: safe(trust=trust), -5.0, 5.0)
    assert falls(lambda hurts: safe(hurts=hurts), 0.0, 1.0)
    assert safe(rupture_open=1) < safe()
    # Small doses hurt most: steep at the origin.
    assert safe(hurts=0.0) - safe(hurts=0.1) > safe(hurts=0.5) - safe(hurts=0.6)


def test_a_unit_of_each_adds_its_weight_to_where_safety_tends():
    """In log odds, as every weight of the table that says so."""
    at_once = Parameters({"safety_rate": 1.0})

    def target(felt=0.0, trust=0.0, hurts=0.0, rupture_open=0):
        d = Dyad(felt_attunement=felt, rupture_open=rupture_open)
        level = safety.safety(at_once, Patient(trust=trust), d, hurts, 1.0)
        return math.log(level / (1.0 - level))

    assert target() == pytest.approx(P.safety_base)
    assert target(felt=0.5) - target() == pytest.approx(0.5 * P.safety_felt)
    assert target(trust=0.5) - target() == pytest.approx(0.5 * P.safety_trust)
    assert target(hurts=0.5) - target() == pytest.approx(-0.5 * P.safety_hurt)
    assert target(rupture_open=1) - target() == pytest.approx(-P.safety_rupture)


@given(levels, levels, levels, st.floats(-5.0, 5.0), levels)
def test_safety_moves_toward_its_target_and_not_beyond(start, felt, hurts, trust, regular):
    c, d = Patient(trust=trust), Dyad(safety=start, felt_attunement=felt)
    settled = safety.safety(Parameters({"safety_rate": 1.0}), c, d, hurts, 1.0)
    after = safety.safety(P, c, d, hurts, regular)
    assert min(start, settled) - 1e-12 <= after <= max(start, settled) + 1e-12


# ---- the frame -----------------------------------------------------------------------------------


def test_a_steady_frame_is_whole_and_an_unsteady_one_is_not(falls):  # T108
    assert safety.frame(P, Frame()) == 1.0
    assert falls(lambda x: safety.frame(P, Frame(irregularity=x)), 0.0, 1.0)
    assert falls(lambda x: safety.frame(P, Frame(cancellations=x)), 0.0, 1.0)
    both = safety.frame(P, Frame(irregularity=0.4, cancellations=0.2))
    each = [safety.frame(P, Frame(irregularity=0.4)), safety.frame(P, Frame(cancellations=0.2))]
    assert both == pytest.approx(each[0] * each[1])
    assert each[0] == pytest.approx(1.0 - 0.4 * P.frame_irregularity)
    never_mind = Parameters({"frame_irregularity": 0.0, "frame_cancellation": 0.0})
    assert safety.frame(never_mind, Frame(irregularity=1.0, cancellations=0.5)) == 1.0


def test_without_a_frame_safety_can_be_lost_but_not_found(rises):  # T108
    up, down = {"felt": 0.9}, {"felt": 0.0, "trust": -2.0, "hurts": 0.3}
    assert rises(lambda regular: safe(**up, regular=regular), 0.0, 1.0)
    assert safe(**up, regular=0.0) == 0.5
    assert safe(**down, regular=0.0) == safe(**down, regular=1.0) < 0.5


# ---- a loop --------------------------------------------------------------------------------------


def felt(p, level):
    """What is felt in a segment between two who are this safe: shown, read, expressed, taken in."""
    t = Therapist(presence=0.8, resonance=0.5, knowing=0.5)
    c = Patient(fear_rejection=0.4, fear_harm=0.4)
    d = Dyad(warmth=0.7, safety=level)
    d.vulnerability = attunement.vulnerability(p, c, d)
    c.affect = attunement.affect_mean(p, c, d)
    d.reading = attunement.reading(p, t, c, d)
    d.read_said, d.read_unsaid = attunement.read_said(p, t, d), attunement.read_unsaid(p, t, d)
    d.recognising = attunement.recognising(p, c, d)
    sent = attunement.read(p, d) * attunement.express(p, t, c, d)
    return sent * attunement.recognise(p, d)


def settled(start, p=P):
    """Safety after sixty sessions of the loop."""
    d = Dyad(safety=start)
    for _ in range(60):
        d.felt_attunement = attunement.feeling_felt(p, d, felt(p, d.safety))
        d.safety = safety.safety(p, Patient(), d, 0.0, 1.0)
    return d.safety


def test_safety_feeds_itself():  # T68
    """What safety does to feeling felt, and feeling felt to safety; each way can be cut."""
    cuts = {"showing_safety": 0.0, "recognise_safety": 0.0, "safety_floor": 1.0}
    gain = felt(P, 0.9) - felt(P, 0.3)
    assert gain > 0.0
    for name, neutral in cuts.items():
        assert table()[name].neutral == neutral
        p = Parameters({name: neutral})
        assert 0.0 < felt(p, 0.9) - felt(p, 0.3) < gain
    assert felt(Parameters(cuts), 0.9) == felt(Parameters(cuts), 0.3)
    assert settled(0.9) > settled(0.9, Parameters({"safety_felt": 0.0}))


def test_a_strong_loop_drifts_apart_to_open_or_guarded():  # T68: early shocks may last
    strong = Parameters({"safety_felt": 30.0, "safety_base": -4.0, "recognise_safety": 5.0})
    assert settled(0.02, strong) < 0.3
    assert settled(0.98, strong) > 0.7
