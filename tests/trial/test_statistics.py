"""Sufficient statistics hold what the patients say, in whatever form they come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.trial import statistics
from sim.trial.patients import Patients


def values(seed=1, shape=(4, 5, 6), k=3):
    """Make patients up, with empty slots and missing values."""
    made = np.random.default_rng(seed).normal(size=(*shape, k))
    made[:, 0, 2:] = np.nan
    made[1, 1, 3, 1] = np.nan
    made[2, 2] = np.nan
    return made


def test_means_and_products_are_numpys():
    patients = values()
    made = statistics.of_values(patients)
    for i, j in np.ndindex(made.n.shape):
        rows = patients[i, j][~np.isnan(patients[i, j]).any(axis=1)]
        assert made.n[i, j] == len(rows)
        if len(rows):
            off = rows - rows.mean(axis=0)
            np.testing.assert_allclose(made.means[i, j], rows.mean(axis=0), atol=1e-12)
            np.testing.assert_allclose(made.products[i, j], off.T @ off, atol=1e-12)
        else:
            assert not made.means[i, j].any()
            assert not made.products[i, j].any()
    assert made.n[2, 2] == 0
    assert made.n[1, 1] == 5


@given(seed=st.integers(0, 1000), shift=st.floats(-1e8, 1e8))
def test_nothing_cancels(seed, shift):
    """Far from 0, products are as exact as the numbers themselves allow."""
    patients = values(seed)
    near, far = statistics.of_values(patients), statistics.of_values(patients + shift)
    np.testing.assert_array_equal(near.n, far.n)
    spread = 1.0 + abs(shift)
    np.testing.assert_allclose(far.products, near.products, rtol=0.0, atol=1e-13 * spread)


def test_totals_forget_who_treated_whom():
    patients = values()
    n, means, products = statistics.totals(statistics.of_values(patients))
    for i in range(len(patients)):
        rows = patients[i].reshape(-1, 3)
        rows = rows[~np.isnan(rows).any(axis=1)]
        assert n[i] == len(rows)
        np.testing.assert_allclose(means[i], rows.mean(axis=0), atol=1e-12)
        np.testing.assert_allclose(products[i], np.cov(rows.T) * (len(rows) - 1), atol=1e-11)


def test_selecting_variables_keeps_their_numbers():
    made = statistics.of_values(values(k=4), ("arm", "age", "pre", "post"))
    some = made.select("pre", ["post"])
    assert some.variables == ("arm", "post", "pre")
    assert some.covariates == ("post",)
    np.testing.assert_array_equal(some.products[..., 1, 2], made.products[..., 3, 2])
    with pytest.raises(ValueError, match="not in"):
        made.select("middle")


def test_patients_give_complete_cases_of_what_is_asked_for():
    patients = values()
    seen = Patients(("arm", "pre", "post"), patients, np.ones(5, np.bool_))
    assert seen.statistics("post").n[1, 1] == 6
    assert seen.statistics("post", ["pre"]).n[1, 1] == 5
    assert seen.part(slice(1, 3)).statistics("post", ["pre"]).n[0, 1] == 5
