"""Several endpoints: the family's error rate is kept, and no more is given away than needed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.trial import multiplicity

P = arrays.arrays(float, (4,), elements=st.floats(0.0, 1.0))


def test_a_known_answer():
    """Holm (1979): .01 and .005 of four go, .03 and .04 stay."""
    adjusted = multiplicity.holm([0.01, 0.04, 0.03, 0.005])
    np.testing.assert_allclose(adjusted, [0.03, 0.06, 0.06, 0.02])


@given(P)
def test_holm_lies_between_nothing_and_bonferroni(p):
    adjusted = multiplicity.holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1.0, 4 * p) + 1e-15).all()
    assert adjusted.min() == pytest.approx(min(1.0, 4 * p.min()))
    order = np.argsort(p)
    assert (np.diff(adjusted[order]) >= 0.0).all()


@given(P)
def test_one_family_is_holm_and_families_of_one_are_a_fixed_sequence(p):
    whole = multiplicity.gatekeeping(p, [[0, 1, 2, 3]])
    np.testing.assert_array_equal(whole, multiplicity.holm(p) <= 0.05)
    sequence = multiplicity.gatekeeping(p, [[2], [0], [1], [3]])
    passed = np.cumprod(p[[2, 0, 1, 3]] <= 0.05).astype(bool)
    np.testing.assert_array_equal(sequence[[2, 0, 1, 3]], passed)


def test_a_failed_endpoint_rejects_nothing_and_shuts_the_gate():
    p = np.array([[np.nan, 0.001], [0.001, np.nan]])
    found = multiplicity.gatekeeping(p, [[0], [1]])
    np.testing.assert_array_equal(found, [[False, False], [True, False]])
    np.testing.assert_allclose(multiplicity.holm(p), [[np.nan, 0.002], [0.002, np.nan]])


def test_the_family_error_is_kept_whatever_the_correlation():
    rng = np.random.default_rng(1)
    from scipy import stats

    for r in (0.0, 0.8):
        shared = rng.normal(size=(20_000, 1))
        z = np.sqrt(r) * shared + np.sqrt(1 - r) * rng.normal(size=(20_000, 3))
        any_rejected = (multiplicity.holm(2 * stats.norm.sf(abs(z))) <= 0.05).any(axis=1)
        assert stats.binomtest(int(any_rejected.sum()), 20_000, 0.05).pvalue > 1e-3 or (
            any_rejected.mean() < 0.05
        )


def test_every_endpoint_belongs_to_one_family():
    with pytest.raises(ValueError, match="once"):
        multiplicity.gatekeeping([0.1, 0.2], [[0], [0, 1]])
