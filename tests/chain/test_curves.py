import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain.curves import between, closed, factor, logistic, saturating

anything = st.floats(allow_nan=False)
moderate = st.floats(-25.0, 25.0)
rates = st.floats(0.0, 10.0)


@given(anything)
def test_the_logistic_stays_inside_nought_and_one(x):
    assert 0.0 < logistic(x) < 1.0


@given(moderate, moderate)
def test_the_logistic_rises(x, y):
    if x < y:
        assert logistic(x) <= logistic(y)
    if x + 1e-6 < y:
        assert logistic(x) < logistic(y)


@given(anything)
def test_the_logistic_is_symmetrical(x):
    assert logistic(0.0) == 0.5
    assert logistic(-x) == pytest.approx(1.0 - logistic(x), abs=1e-15)


@given(anything)
def test_a_factor_is_above_nought_and_finite(x):
    assert 0.0 < factor(x) < math.inf


@given(moderate)
def test_a_factor_is_the_exponential(x):
    assert factor(x) == math.exp(x)


def test_what_does_not_move_closes_nothing():
    assert closed(0.0) == 0.0
    assert closed(-0.0) == 0.0


@given(rates, rates)
def test_two_spells_close_as_much_as_one_long_one(a, b):
    assert closed(a + b) == pytest.approx(1.0 - (1.0 - closed(a)) * (1.0 - closed(b)), abs=1e-14)


@given(rates)
def test_no_more_than_the_whole_gap_is_closed(rate):
    assert 0.0 <= closed(rate) < 1.0


@given(st.floats(0.0, 1e12), st.floats(0.0, 1e12))
def test_saturation_rises_from_nought_to_one(x, y):
    assert saturating(0.0) == 0.0
    assert 0.0 <= saturating(x) <= 1.0
    if x < y:
        assert saturating(x) <= saturating(y)


@given(anything, st.floats(-5.0, 0.0), st.floats(0.0, 5.0))
def test_between_holds(x, low, high):
    assert between(x, low, high) == min(max(x, low), high)
