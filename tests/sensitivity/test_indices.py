"""Indices: known answers, SciPy's answers, and shares that add up to one."""

import numpy as np
import pytest
from SALib.analyze import sobol
from scipy import stats

from sim.sensitivity import indices

A, B = 7.0, 0.1


def ishigami(x):
    """The function everybody tries: three numbers, of which the third acts only with the first."""
    x = np.pi * (2.0 * x - 1.0)
    return np.sin(x[..., 0]) + A * np.sin(x[..., 1]) ** 2 + B * x[..., 2] ** 4 * np.sin(x[..., 0])


def known():
    """First-order and total indices of Ishigami's function, worked out by hand."""
    first = np.array([0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2, A**2 / 8.0, 0.0])
    both = 8.0 * B**2 * np.pi**8 / 225.0
    variance = first.sum() + both
    return first / variance, (first + np.array([both, 0.0, both])) / variance


@pytest.fixture(scope="module")
def design():
    return indices.design([[0], [1], [2]], 1024, seed=3)


def noise(design):
    """The chance of every row: whoever has A's column has A's."""
    rows = len(design)
    drawn = stats.norm(scale=1.5).rvs((2, rows), random_state=5)
    return np.where(design[..., -1] == design[:, :1, -1], drawn[0][:, None], drawn[1][:, None])


def test_ishigami(design):
    found = indices.analyse(ishigami(design[..., :3]), seed=1)
    first, total = known()
    np.testing.assert_allclose(found.first[:3], first, atol=0.03)
    np.testing.assert_allclose(found.total[:3], total, atol=0.03)
    assert found.first[3] == found.total[3] == 0.0
    assert found.interactions == pytest.approx(1.0 - first.sum(), abs=0.04)
    assert (np.abs(found.first[:3] - first) < 2.0 * found.first_half[:3]).all()


def test_indices_are_those_of_scipy_on_the_same_matrices(design):
    values = ishigami(design[..., :3]) + noise(design)
    found = indices.analyse(values, seed=1)
    given = {
        "f_A": values[None, :, 0],
        "f_B": values[None, :, -1],
        "f_AB": np.moveaxis(values[:, 1:-1], 1, 0)[:, None, :],
    }
    theirs = stats.sobol_indices(func=given, n=len(design))
    np.testing.assert_allclose(found.first, theirs.first_order, atol=1e-12)
    np.testing.assert_allclose(found.total, theirs.total_order, atol=1e-12)


def test_intervals_are_about_those_of_salib(design):
    values = ishigami(design[..., :3]) + noise(design)
    found = indices.analyse(values, seed=1)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4}
    theirs = sobol.analyze(
        problem, values.reshape(-1), calc_second_order=False, num_resamples=200, seed=1
    )
    np.testing.assert_allclose(found.first, theirs["S1"], atol=1e-3)
    np.testing.assert_allclose(found.total, theirs["ST"], atol=1e-3)
    np.testing.assert_allclose(found.first_half, theirs["S1_conf"], rtol=0.3)
    np.testing.assert_allclose(found.total_half, theirs["ST_conf"], rtol=0.3)


def test_shares_with_interactions_and_chance_add_up_to_one(design):
    values = ishigami(design[..., :3]) * (1.0 + 0.3 * noise(design)) + noise(design)
    found = indices.analyse(values, seed=1)
    assert found.first[:3].sum() + found.interactions + found.chance == pytest.approx(1.0)


def test_chance_has_the_share_it_was_given(design):
    found = indices.analyse(ishigami(design[..., :3]) + noise(design), seed=1)
    variance = np.var(ishigami(design[:, 0, :3]))
    assert found.chance == pytest.approx(1.5**2 / (variance + 1.5**2), abs=0.04)
    assert found.first[3] == pytest.approx(found.chance, abs=3.0 * found.chance_half)
    assert found.interactions_half > 0.0


def test_a_row_differs_from_the_first_by_one_column(design):
    for factor in range(4):
        same = design[:, 1 + factor] == design[:, 0]
        assert same.all(axis=0).tolist() == [i != factor for i in range(4)]
        assert (design[:, 1 + factor, factor] == design[:, -1, factor]).all()


def test_where_nothing_varies_there_is_no_index(design):
    found = indices.analyse(np.full(design.shape[:2], 2.0), seed=1)
    assert np.isnan(found.first).all()
    assert np.isnan(found.interactions)


def test_a_missing_answer_stands_aside(design):
    values = ishigami(design[..., :3])
    full = indices.analyse(values, seed=1)
    values[5, 2] = np.nan
    np.testing.assert_allclose(indices.analyse(values, seed=1).first, full.first, atol=0.02)


def test_numbers_moved_together_are_one_factor():
    design = indices.design([[2], [3, 0, 1]], 512, seed=2)
    assert design.shape == (512, 5, 5)
    moved = [(design[:, 1 + factor] != design[:, 0]).any(axis=0).tolist() for factor in range(3)]
    assert moved[0] == [False, False, True, False, False]
    assert moved[1] == [True, True, False, True, False]
    assert moved[2] == [False, False, False, False, True]
    found = indices.analyse(ishigami(design[..., :3]), seed=1)
    first, _ = known()
    assert found.first[1] == pytest.approx(first[:2].sum(), abs=0.05)
    assert found.total[1] == pytest.approx(1.0 - first[2], abs=0.05)
