"""Attunement: three steps, each necessary; closeness that tracks; safety and fear."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import draws
from sim.chain import attunement, self_attunement
from sim.parameters import Parameters, table
from sim.records import ABSORBED, PUSHED_AWAY, Dyad, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
affects = st.floats(0.0, 20.0)
overflows = st.sampled_from([0, ABSORBED, PUSHED_AWAY])


# ---- what the patient brings ---------------------------------------------------------------------


def test_safety_and_openness_show_more_and_fear_hides(rises, falls):  # T25, T64, T65, T68
    def shown(safety=0.5, **traits):
        return attunement.vulnerability(P, Patient(**traits), Dyad(safety=safety))

    assert rises(lambda safety: shown(safety=safety), 0.0, 1.0)
    assert rises(lambda openness: shown(openness=openness), -5.0, 5.0)
    assert falls(lambda fear: shown(fear_rejection=fear), 0.0, 1.0)
    assert falls(lambda fear: shown(fear_harm=fear), 0.0, 1.0)


def test_the_ill_and_the_open_bring_more_affect(rises):  # T24, T61
    def mean(severity, vulnerability):
        return attunement.affect_mean(
            P, Patient(symptom_severity=severity), Dyad(vulnerability=vulnerability)
        )

    assert rises(lambda severity: mean(severity, 0.5), -1.0, 5.0)
    assert rises(lambda vulnerability: mean(0.0, vulnerability), 0.0, 1.0)


def test_affect_moves_about_its_mean():
    c, d = Patient(affect=9.0), Dyad(affect_mean=1.5)
    for _ in range(80):
        c.affect = attunement.affect(P, c, d, 0.0)
    assert c.affect == pytest.approx(1.5, abs=1e-9)
    still = Parameters({"affect_noise": 0.0})
    assert attunement.affect(P, c, d, 1.0) > attunement.affect(still, c, d, 1.0)


def test_the_wish_for_closeness_swings_about_the_patients_own():  # T77
    c = Patient(need_for_space=-0.4, need=0.0)
    found = {}
    for phase in (1.0, -1.0):
        for _ in range(80):
            c.need = attunement.need(P, c, phase, 0.0)
        found[phase] = c.need
    assert found[1.0] == pytest.approx(-0.4 + P.need_swing)
    assert found[-1.0] == pytest.approx(-0.4 - P.need_swing)


# ---- Stern's three steps -------------------------------------------------------------------------


def met(p, t, c, d):
    """Attunement felt in one segment: read, express, recognise."""
    return attunement.read(p, t, d) * attunement.express(p, t, c, d) * attunement.recognise(p, d)


def whole():
    """A therapist and a patient between whom nothing is missing."""
    t = Therapist(presence=0.8, resonance=0.5)
    c = Patient(affect=1.5)
    return t, c, Dyad(reading=0.8, warmth=0.7, recognising=0.7, safety=0.6)


def test_each_step_is_necessary():  # T35
    t, c, d = whole()
    assert met(P, t, c, d) > 0.05
    assert met(P, t, c, dataclasses.replace(d, reading=0.0)) == 0.0
    assert met(P, t, c, dataclasses.replace(d, warmth=0.0)) == 0.0
    assert met(P, t, c, dataclasses.replace(d, recognising=0.0)) == 0.0
    closed = Parameters({"recognise_rupture": 1.0})
    assert met(closed, t, c, dataclasses.replace(d, rupture_open=1)) == 0.0


@given(levels, levels)
def test_training_a_step_that_does_not_limit_gives_little(reading, recognising):  # T35
    """A graded product: what a better reading is worth is in proportion to the other steps."""
    t, c, d = whole()
    d.reading, d.recognising = reading, recognising
    better = dataclasses.replace(d, reading=min(1.0, reading + 0.1))
    gain = met(P, t, c, better) - met(P, t, c, d)
    expected = (better.reading - reading) * (P.read_floor + (1.0 - P.read_floor) * t.presence)
    assert gain == pytest.approx(expected * attunement.express(P, t, c, d) * recognising, abs=1e-14)


def test_knowing_oneself_reads_better(rises):  # T09, T41, T147
    def reading(p, knowing):
        return attunement.reading(p, Therapist(knowing=knowing), Patient(), Dyad())

    assert rises(lambda knowing: reading(P, knowing), 0.0, 1.0)
    cut = Parameters({"self_to_other": 0.0})
    assert reading(cut, 0.0) == reading(cut, 1.0)


def test_who_hides_or_is_difficult_is_read_worse(rises, falls):  # T60
    t = Therapist(knowing=0.5)
    assert rises(lambda x: attunement.reading(P, t, Patient(), Dyad(vulnerability=x)), 0.0, 1.0)
    assert falls(lambda x: attunement.reading(P, t, Patient(difficulty=x), Dyad()), -5.0, 5.0)


def test_presence_reads_and_expresses(rises):  # T18, T21
    _, c, d = whole()
    assert rises(lambda x: attunement.read(P, Therapist(presence=x), d), 0.0, 1.0)
    assert rises(
        lambda x: attunement.express(P, Therapist(presence=x, resonance=0.5), c, d), 0.0, 1.0
    )


@given(levels, levels, affects, levels, overflows)
def test_attention_without_warmth_expresses_nothing(  # T21
    presence, resonance, affect, safety, overflow
):
    t = Therapist(presence=presence, resonance=resonance)
    d = Dyad(warmth=0.0, safety=safety, overflow=overflow)
    assert attunement.express(P, t, Patient(affect=affect), d) == 0.0


def test_warmth_without_presence_expresses_its_floor_only():  # T21
    t, c, d = whole()
    absent = dataclasses.replace(t, presence=0.0)
    least = attunement.express(P, absent, c, d) / attunement.express(
        P, dataclasses.replace(t, presence=1.0), c, d
    )
    assert least == pytest.approx(P.express_floor)
    floorless = Parameters({"express_floor": 0.0})
    assert attunement.express(floorless, absent, c, d) == 0.0


def test_presence_is_worth_more_the_warmer_one_is(rises):  # T21: a product, no sum
    def worth(warmth):
        _, c, d = whole()
        d.warmth = warmth
        there, away = (Therapist(presence=x, resonance=0.5) for x in (0.9, 0.3))
        return attunement.express(P, there, c, d) - attunement.express(P, away, c, d)

    assert rises(worth, 0.0, 1.0)


@given(levels, levels, levels, affects)
def test_without_resonance_one_reads_and_stays_cold(presence, warmth, safety, affect):  # T61, K7
    t = Therapist(presence=presence, resonance=0.0)
    c, d = Patient(affect=affect), Dyad(warmth=warmth, safety=safety, reading=0.7, recognising=0.7)
    assert attunement.express(P, t, c, d) == 0.0
    assert met(P, t, c, d) == 0.0
    assert attunement.read(P, t, d) > 0.0


def test_resonance_expresses_more_and_more_slowly(rises):  # T72
    _, c, d = whole()

    def expressed(resonance):
        return attunement.express(P, Therapist(presence=0.8, resonance=resonance), c, d)

    assert rises(expressed, 0.0, 1.0)
    steps = [expressed(0.1 * step) for step in range(11)]
    gains = [later - earlier for earlier, later in itertools.pairwise(steps)]
    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize("overflow", [ABSORBED, PUSHED_AWAY])
def test_either_overflow_costs_attunement(overflow):  # T43
    t, c, d = whole()
    spilt = dataclasses.replace(d, overflow=overflow)
    assert attunement.read(P, t, spilt) < attunement.read(P, t, d)
    assert attunement.express(P, t, c, spilt) < attunement.express(P, t, c, d)


def test_what_lets_a_patient_recognise(rises, falls):  # T64, T68, T74
    def recognising(safety=0.5, climate=0.0, **traits):
        return attunement.recognising(P, Patient(**traits), Dyad(safety=safety, climate=climate))

    assert rises(lambda safety: recognising(safety=safety), 0.0, 1.0)
    assert rises(lambda climate: recognising(climate=climate), -3.0, 3.0)
    assert rises(lambda trust: recognising(trust=trust), -5.0, 5.0)
    assert falls(lambda fear: recognising(fear_rejection=fear), 0.0, 1.0)


@given(levels)
def test_a_rupture_closes_perception(recognising):  # T68
    smooth, torn = (Dyad(recognising=recognising, rupture_open=x) for x in (0, 1))
    assert attunement.recognise(P, torn) <= attunement.recognise(P, smooth) == recognising


# ---- closeness -----------------------------------------------------------------------------------


def test_closeness_follows_the_need_as_far_as_it_is_read(falls):  # T76
    c = Patient(need=-1.5)

    def missed(read):
        d = Dyad(closeness=0.5, read=read)
        d.closeness = attunement.follow(P, c, d)
        return attunement.mismatch(c, d)

    assert falls(missed, 0.0, 1.0)
    blind = Dyad(closeness=0.5, read=0.0)
    assert attunement.follow(P, c, blind) == 0.5


def test_the_swallowed_come_too_near_and_the_overwhelmed_stand_off():  # T43
    c = Patient(need=0.0)
    offered = [attunement.follow(P, c, Dyad(read=0.5, overflow=x)) for x in (PUSHED_AWAY, 0, 1)]
    assert offered[0] < offered[1] < offered[2]


@given(st.floats(-10.0, 10.0), st.floats(-10.0, 10.0))
def test_too_near_misses_as_badly_as_too_far(closeness, need):
    c, d = Patient(need=need), Dyad(closeness=closeness)
    mirrored = Dyad(closeness=2.0 * need - closeness)
    assert attunement.mismatch(c, d) == pytest.approx(attunement.mismatch(c, mirrored), abs=1e-9)
    assert attunement.mismatch(c, Dyad(closeness=need)) == 0.0


@pytest.mark.parametrize("read", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("own", [-0.8, 0.0, 0.8])
def test_tracked_closeness_beats_constant_closeness_of_equal_mean(read, own):  # T76, T77
    """Sixty sessions of ten segments of a wish for closeness that swings and wanders."""
    c, d = Patient(need_for_space=own, need=own), Dyad(read=read, closeness=own)
    needs, offered = [], []
    for moment in range(600):
        word, *_ = draws.words(5, 0, 1, 2, moment, draws.SEGMENT_STATE)
        phase = 1.0 if (moment // 2) % 2 == 0 else -1.0
        c.need = attunement.need(P, c, phase, draws.jitter(word))
        d.closeness = attunement.follow(P, c, d)
        needs.append(c.need)
        offered.append(d.closeness)
    constant = sum(offered) / len(offered)

    def missed(closeness):
        pairs = zip(needs, closeness, strict=True)
        return sum(attunement.mismatch(Patient(need=n), Dyad(closeness=o)) for n, o in pairs)

    assert missed(offered) < missed([constant] * len(needs))


# ---- being held, and fear ------------------------------------------------------------------------


def test_pain_that_is_felt_and_held(rises):  # T63
    def held(felt, affect, overflow=0):
        return attunement.held(
            P, Therapist(), Patient(affect=affect), Dyad(felt=felt, overflow=overflow)
        )

    assert rises(lambda felt: held(felt, 1.5), 0.0, 1.0)
    assert rises(lambda affect: held(0.5, affect), 0.0, 10.0)
    assert held(0.5, 0.0) == 0.0
    assert held(0.9, 3.0, ABSORBED) == held(0.9, 3.0, PUSHED_AWAY) == 0.0


fears = pytest.mark.parametrize(
    ("learned", "name"),
    [
        (attunement.fear_of_rejection, "fear_rejection"),
        (attunement.fear_of_harming, "fear_harm"),
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
    assert attunement.fear_of_harming(P, one, holding, 0.1) == attunement.fear_of_harming(
        P, other, holding, 0.1
    )


# ---- safety --------------------------------------------------------------------------------------


def safe(felt=0.25, hurts=0.0, trust=0.0, rupture_open=0):
    d = Dyad(safety=0.5, felt_attunement=felt, rupture_open=rupture_open)
    return attunement.safety(P, Patient(trust=trust), d, hurts)


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
        level = attunement.safety(at_once, Patient(trust=trust), d, hurts)
        return math.log(level / (1.0 - level))

    assert target() == pytest.approx(P.safety_base)
    assert target(felt=0.5) - target() == pytest.approx(0.5 * P.safety_felt)
    assert target(trust=0.5) - target() == pytest.approx(0.5 * P.safety_trust)
    assert target(hurts=0.5) - target() == pytest.approx(-0.5 * P.safety_hurt)
    assert target(rupture_open=1) - target() == pytest.approx(-P.safety_rupture)


@given(levels, levels, levels, st.floats(-5.0, 5.0))
def test_safety_moves_toward_its_target_and_not_beyond(safety, felt, hurts, trust):
    c, d = Patient(trust=trust), Dyad(safety=safety, felt_attunement=felt)
    settled = attunement.safety(Parameters({"safety_rate": 1.0}), c, d, hurts)
    after = attunement.safety(P, c, d, hurts)
    assert min(safety, settled) - 1e-12 <= after <= max(safety, settled) + 1e-12


def settled(start, p=P):
    """Safety after sixty sessions of the loop: shown, expressed, recognised, felt, safe."""
    t, c, d = whole()
    c.fear_rejection = c.fear_harm = 0.4
    t.knowing = 0.5
    d.safety = start
    for _ in range(60):
        d.vulnerability = attunement.vulnerability(p, c, d)
        c.affect = attunement.affect_mean(p, c, d)
        d.reading = attunement.reading(p, t, c, d)
        d.recognising = attunement.recognising(p, c, d)
        d.felt_attunement = attunement.feeling_felt(p, d, met(p, t, c, d))
        d.safety = attunement.safety(p, c, d, 0.0)
    return d


def test_safety_feeds_itself():  # T68
    """What safety does to feeling felt, and feeling felt to safety; each way can be cut."""

    def felt(p, safety):
        t, c, d = whole()
        d.safety = safety
        d.vulnerability = attunement.vulnerability(p, c, d)
        c.affect = attunement.affect_mean(p, c, d)
        d.reading = attunement.reading(p, t, c, d)
        d.recognising = attunement.recognising(p, c, d)
        return met(p, t, c, d)

    cuts = {"showing_safety": 0.0, "recognise_safety": 0.0, "safety_floor": 1.0}
    gain = felt(P, 0.9) - felt(P, 0.3)
    assert gain > 0.0
    for name, neutral in cuts.items():
        assert table()[name].neutral == neutral
        p = Parameters({name: neutral})
        assert 0.0 < felt(p, 0.9) - felt(p, 0.3) < gain
    assert felt(Parameters(cuts), 0.9) == felt(Parameters(cuts), 0.3)
    assert settled(0.9).safety > settled(0.9, Parameters({"safety_felt": 0.0})).safety


def test_a_strong_loop_drifts_apart_to_open_or_guarded():  # T68: early shocks may last
    strong = Parameters({"safety_felt": 30.0, "safety_base": -4.0, "recognise_safety": 5.0})
    guarded, opened = settled(0.02, strong), settled(0.98, strong)
    assert guarded.safety < 0.3
    assert opened.safety > 0.7


# ---- feeling felt --------------------------------------------------------------------------------


@given(levels, levels)
def test_feeling_felt_is_a_leaky_memory(before, felt):  # T33
    d = Dyad(felt_attunement=before)
    after = attunement.feeling_felt(P, d, felt)
    assert min(before, felt) - 1e-15 <= after <= max(before, felt) + 1e-15


def test_decentring_takes_load_and_leaves_expression_alone():
    """What one distances from is the load, not the resonance by which one is moved."""
    _, c, d = whole()
    near, far = (Therapist(presence=0.8, resonance=0.5, decentring=x) for x in (-2.0, 2.0))
    assert self_attunement.impact(P, far) < self_attunement.impact(P, near)
    assert attunement.express(P, far, c, d) == attunement.express(P, near, c, d)
