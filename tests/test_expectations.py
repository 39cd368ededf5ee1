"""Verdicts on made-up effects, whose answers are known."""

import math

import numpy as np
import pytest

from sim.study import expectations
from sim.study.expectations import MET, NOT_MET, OPEN, judge

rng = np.random.default_rng(7)

#: An effect of 1, its noise, and noise of its own for the study with the cut.
NOISE, OWN = 0.1 * rng.normal(size=(2, 400))
NOISE, OWN = NOISE - NOISE.mean(), OWN - OWN.mean()
EFFECT = 1.0 + NOISE


def with_cut(share):
    """What the same people show when so much of the effect is left."""
    return share * EFFECT + 0.2 * OWN


@pytest.mark.parametrize(
    ("left", "met"),
    [
        (1.5, {"better", "larger", "higher"}),
        (1.05, {"better", "larger", "higher", "as before"}),
        (0.5, {"better", "smaller", "lower"}),
        (0.05, {"better", "smaller", "lower", "gone"}),
        (-0.5, {"worse", "smaller", "lower"}),
    ],
)
def test_which_words_hold_for_what_is_left(left, met):
    words = set(expectations.WORDS)
    assert {word for word in words if judge(word, with_cut(left), EFFECT) == MET} == met


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("better", -0.3),
        ("worse", 0.3),
        ("gone", 0.2),
        ("gone", -0.2),
        ("smaller", 1.3),
        ("larger", 0.7),
        ("as before", 0.7),
        ("as before", 1.3),
        ("nothing", 0.0),
        ("the same", 1.0),
    ],
)
def test_a_word_that_does_not_hold(word, left):
    assert judge(word, with_cut(left), EFFECT) == NOT_MET


def test_less_is_better():
    relief = -EFFECT
    assert judge("better", 0.5 * relief, relief, better=-1) == MET
    assert judge("worse", -0.5 * relief, relief, better=-1) == MET
    assert judge("smaller", 0.5 * relief, relief, better=-1) == MET
    assert judge("larger", 1.5 * relief, relief, better=-1) == MET
    assert judge("higher", 0.5 * relief, relief, better=-1) == MET, "higher is higher"


def test_exactly_nothing_is_nothing_and_gone():
    nothing = np.zeros_like(EFFECT)
    for word in ("nothing", "gone", "smaller"):
        assert judge(word, nothing, EFFECT) == MET
    for word in ("better", "worse", "as before", "larger"):
        assert judge(word, nothing, EFFECT) == NOT_MET
    almost = nothing.copy()
    almost[3] = 1e-9
    assert judge("nothing", almost, EFFECT) == NOT_MET


def test_exactly_the_same():
    for word in ("the same", "as before"):
        assert judge(word, EFFECT.copy(), EFFECT) == MET
    for word in ("smaller", "larger", "higher", "lower"):
        assert judge(word, EFFECT.copy(), EFFECT) == NOT_MET
    other = EFFECT.copy()
    other[0] = np.nextafter(other[0], 2.0)
    assert judge("the same", other, EFFECT) == NOT_MET


def test_too_few_replicates_to_tell():
    few, wide = EFFECT[:4], with_cut(0.0)[:4] + np.array([-0.6, 0.5, -0.4, 0.6])
    for word in ("better", "gone", "worse"):
        assert judge(word, wide, few) == OPEN
    for word in set(expectations.WORDS) - {"nothing", "the same"}:
        assert judge(word, few[:1], few[:1]) == OPEN


def test_where_there_is_nothing_to_lose_nothing_can_be_gone():
    nothing = 0.1 * OWN
    for word in ("gone", "smaller", "larger", "as before"):
        assert judge(word, with_cut(0.0), nothing) == OPEN


def test_contrasts_are_paired():
    """Noise that both studies share does not blur what a cut does."""
    shared = 30.0 * rng.normal(size=400)
    assert judge("lower", 0.9 * EFFECT + shared, EFFECT + shared) == MET
    assert judge("lower", rng.permutation(0.9 * EFFECT + shared), EFFECT + shared) == OPEN


def test_replicates_without_a_value_are_left_out():
    gaps = with_cut(0.5)
    gaps[::3] = math.nan
    assert judge("smaller", gaps, EFFECT) == MET
    assert judge("smaller", np.full_like(gaps, math.nan), EFFECT) == OPEN


def test_what_is_left():
    half = expectations.relative(with_cut(0.5), EFFECT)
    assert half.low < 0.5 < half.high
    assert half.high - half.low < 0.02
    assert expectations.relative(EFFECT, EFFECT)[:3] == pytest.approx((1.0, 1.0, 1.0))
    assert expectations.relative(0.0 * EFFECT, EFFECT)[:3] == (0.0, 0.0, 0.0)
    assert math.isnan(expectations.relative(EFFECT, 0.1 * OWN).mean)
