"""Attunement: what is shown, and three steps - read, express, recognise - each necessary."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import attunement, self_attunement
from sim.parameters import Parameters
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


# ---- Stern's three steps -------------------------------------------------------------------------


def read(p, t, d):
    """How far the patient is read in one segment, from words and from all the rest."""
    d = dataclasses.replace(
        d, read_said=attunement.read_said(p, t, d), read_unsaid=attunement.read_unsaid(p, t, d)
    )
    return attunement.read(p, d)


def met(p, t, c, d):
    """Attunement felt in one segment: read, express, recognise."""
    return read(p, t, d) * attunement.express(p, t, c, d) * attunement.recognise(p, d)


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
    floor = P.words * P.said_floor + (1.0 - P.words) * P.unsaid_floor
    expected = (better.reading - reading) * (floor + (1.0 - floor) * t.presence)
    assert gain == pytest.approx(expected * attunement.express(P, t, c, d) * recognising, abs=1e-14)


def test_knowing_oneself_reads_better(rises):  # T09, T41, T147
    def reading(p, knowing):
        return attunement.reading(p, Therapist(knowing=knowing), Patient(), Dyad())

    assert rises(lambda knowing: reading(P, knowing), 0.0, 1.0)
    cut = Parameters({"self_to_other": 0.0})
    assert reading(cut, 0.0) == reading(cut, 1.0)


def test_who_looks_at_the_patient_reads_better(rises):  # T20
    def reading(to_patient, p=P):
        return attunement.reading(p, Therapist(to_patient=to_patient), Patient(), Dyad())

    assert rises(reading, 0.1, 3.0)
    even = Parameters({"read_focus": 0.0})
    assert reading(0.1, even) == reading(3.0, even) == reading(1.0)


def test_who_hides_or_is_difficult_is_read_worse(rises, falls):  # T60
    t = Therapist(knowing=0.5)
    assert rises(lambda x: attunement.reading(P, t, Patient(), Dyad(vulnerability=x)), 0.0, 1.0)
    assert falls(lambda x: attunement.reading(P, t, Patient(difficulty=x), Dyad()), -5.0, 5.0)


def test_presence_reads_and_expresses(rises):  # T18, T21
    _, c, d = whole()
    assert rises(lambda x: read(P, Therapist(presence=x), d), 0.0, 1.0)
    assert rises(
        lambda x: attunement.express(P, Therapist(presence=x, resonance=0.5), c, d), 0.0, 1.0
    )


# Cues: what is said in words, and what face, posture and tone of voice say.


def cues(presence, p=P, openness=0.0, conceptualisation=0.0, **dyad):
    t = Therapist(presence=presence, openness=openness, conceptualisation=conceptualisation)
    t.breadth = attunement.breadth(p, t)
    d = Dyad(**{"reading": 0.6, **dyad})
    return attunement.read_said(p, t, d), attunement.read_unsaid(p, t, d)


def test_weak_cues_gain_most_from_presence(rises):  # T36, T60, T93
    assert rises(lambda presence: cues(presence)[0], 0.0, 1.0)
    assert rises(lambda presence: cues(presence)[1], 0.0, 1.0)
    (said, unsaid), (said_absent, unsaid_absent) = cues(1.0), cues(0.0)
    assert said == unsaid == pytest.approx(0.6)
    assert said_absent == pytest.approx(0.6 * P.said_floor)
    assert unsaid_absent == pytest.approx(0.6 * P.unsaid_floor)
    assert P.unsaid_floor < P.said_floor


def test_who_is_not_read_when_fully_present_is_not_read_at_all():
    assert cues(1.0, reading=0.0) == (0.0, 0.0)


@given(levels, levels, levels)
def test_words_and_all_the_rest_make_one_reading(said, unsaid, words):  # T35
    d = Dyad(read_said=said, read_unsaid=unsaid)
    read_so = attunement.read(Parameters({"words": words}), d)
    assert min(said, unsaid) - 1e-12 <= read_so <= max(said, unsaid) + 1e-12
    assert attunement.read(Parameters({"words": 1.0}), d) == said
    assert attunement.read(Parameters({"words": 0.0}), d) == unsaid


def test_without_memory_or_desire_more_is_seen(rises, falls):  # T18, T122
    """What was not expected is seen by the open, and less by whoever has a formulation."""

    def seen(p=P, **traits):
        return cues(0.7, p, **traits)[1]

    assert rises(lambda x: seen(openness=x), -3.0, 3.0)
    assert falls(lambda x: seen(conceptualisation=x), -3.0, 3.0)
    assert attunement.breadth(P, Therapist()) == 1.0
    even = Parameters({"breadth_openness": 0.0, "breadth_formulation": 0.0})
    assert seen(even, openness=3.0) == seen(even, conceptualisation=3.0) == seen()
    # What is said is heard all the same.
    assert cues(0.7, openness=3.0)[0] == cues(0.7, conceptualisation=3.0)[0] == cues(0.7)[0]


@pytest.mark.parametrize("overflow", [ABSORBED, PUSHED_AWAY])
@given(levels, levels)
def test_overflowing_takes_a_share_of_either_cue(overflow, presence, lost):  # T43
    p = Parameters({"read_overflow": lost})
    held, spilt = cues(presence, p), cues(presence, p, overflow=overflow)
    assert spilt == pytest.approx([(1.0 - lost) * cue for cue in held], abs=1e-12)


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
    assert read(P, t, d) > 0.0


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
    assert read(P, t, spilt) < read(P, t, d)
    assert attunement.express(P, t, c, spilt) < attunement.express(P, t, c, d)


def test_what_lets_a_patient_recognise(rises, falls):  # T64, T68, T74
    def recognising(safety=0.5, climate=0.0, **traits):
        return attunement.recognising(P, Patient(**traits), Dyad(safety=safety, climate=climate))

    assert rises(lambda safety: recognising(safety=safety), 0.0, 1.0)
    assert rises(lambda climate: recognising(climate=climate), -3.0, 3.0)
    assert rises(lambda trust: recognising(trust=trust), -5.0, 5.0)
    assert falls(lambda fear: recognising(fear_rejection=fear), 0.0, 1.0)


@given(levels)
def test_to_be_cut_off_from_recognising_cuts_the_third_step(open_):  # T35
    """A knock-out of the third step in one number, whatever made the patient able to recognise."""
    p = Parameters({"recognising_open": open_})
    c, d = Patient(trust=0.4), Dyad(safety=0.7, climate=0.3)
    level = attunement.recognising(p, c, d)
    assert level == pytest.approx(open_ * attunement.recognising(P, c, d), abs=1e-12)


@given(levels)
def test_a_rupture_closes_perception(recognising):  # T68
    smooth, torn = (Dyad(recognising=recognising, rupture_open=x) for x in (0, 1))
    assert attunement.recognise(P, torn) <= attunement.recognise(P, smooth) == recognising


# ---- feeling felt --------------------------------------------------------------------------------


@given(levels, levels)
def test_feeling_felt_is_a_leaky_memory(before, felt):  # T33
    d = Dyad(felt_attunement=before)
    after = attunement.feeling_felt(P, d, felt)
    assert min(before, felt) - 1e-15 <= after <= max(before, felt) + 1e-15


def test_decentring_takes_load_and_leaves_expression_alone():  # T45
    """What one distances from is the load, not the resonance by which one is moved."""
    _, c, d = whole()
    near, far = (Therapist(presence=0.8, resonance=0.5, decentring=x) for x in (-2.0, 2.0))
    for t in (near, far):
        t.relief = self_attunement.relief(P, t)
    assert self_attunement.impact(P, far) < self_attunement.impact(P, near)
    assert attunement.express(P, far, c, d) == attunement.express(P, near, c, d)
