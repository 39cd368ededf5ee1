"""Simple analyses are those of scipy and of the textbook."""

import numpy as np
import pytest
from scipy import stats

from sim.trial import failures, least_squares, statistics


@pytest.fixture(scope="module")
def trials():
    rng = np.random.default_rng(7)
    shape = (30, 8, 5)
    arm = (np.arange(8) % 2)[None, :, None]
    baseline = rng.normal(size=shape)
    outcome = (
        0.4 * arm + 0.5 * baseline + 0.5 * rng.normal(size=(30, 8, 1)) + rng.normal(size=shape)
    )
    outcome[:, 1, 3:] = np.nan
    return arm, outcome, baseline


def regression(x, y):
    """Regress by the textbook: coefficient of the second column, standard error, df."""
    b, rss, *_ = np.linalg.lstsq(x, y)
    df = len(y) - x.shape[1]
    return b[1], np.sqrt(rss[0] / df * np.linalg.inv(x.T @ x)[1, 1]), df


def test_naive_t_test_is_scipys(trials):
    arm, outcome, _ = trials
    found = least_squares.of_patients(statistics.of_arrays(arm, outcome))
    for i in range(30):
        one, other = (outcome[i, a::2][~np.isnan(outcome[i, a::2])] for a in (1, 0))
        t = stats.ttest_ind(one, other)
        assert found.p[i] == pytest.approx(t.pvalue, rel=1e-9)
        assert found.estimate[i] == pytest.approx(one.mean() - other.mean())
        low, high = t.confidence_interval(0.9)
        assert [end[i] for end in found.interval(0.9)] == pytest.approx([low, high])


def test_therapist_means_t_test_is_scipys(trials):
    arm, outcome, _ = trials
    found = least_squares.of_therapists(statistics.of_arrays(arm, outcome))
    means = np.nanmean(outcome, axis=2)
    t = stats.ttest_ind(means[:, 1::2], means[:, 0::2], axis=1)
    np.testing.assert_allclose(found.p, t.pvalue, rtol=1e-9)
    assert (found.df == 6).all()


@pytest.mark.parametrize("of", [least_squares.of_patients, least_squares.of_therapists])
def test_adjusted_analyses_are_regressions(trials, of):
    arm, outcome, baseline = trials
    found = of(statistics.of_arrays(arm, outcome, baseline))
    for i in range(30):
        seen = ~np.isnan(outcome[i])
        arms = np.broadcast_to(arm[0], seen.shape)
        if of is least_squares.of_patients:
            y, a, b = outcome[i][seen], arms[seen], baseline[i][seen]
        else:
            y, a, b = (
                np.array([column[j][seen[j]].mean() for j in range(8)])
                for column in (outcome[i], arms, baseline[i])
            )
        estimate, se, df = regression(np.stack([np.ones(len(y)), a, b], axis=1), y)
        assert found.estimate[i] == pytest.approx(estimate)
        assert found.se[i] == pytest.approx(se)
        assert found.df[i] == df
        assert found.p[i] == pytest.approx(2 * stats.t.sf(abs(estimate / se), df))


def test_within_therapists_is_a_regression_with_a_column_for_each(trials):
    _, outcome, baseline = trials
    arm = np.arange(5) % 2
    found = least_squares.within_therapists(statistics.of_arrays(arm, outcome, baseline))
    for i in range(5):
        seen = ~np.isnan(outcome[i])
        who = np.nonzero(seen)[0]
        x = [np.broadcast_to(arm, seen.shape)[seen], baseline[i][seen]]
        x = np.stack([who == 0, *x, *(who == j for j in range(1, 8))], axis=1).astype(float)
        estimate, se, df = regression(x, outcome[i][seen])
        assert found.estimate[i] == pytest.approx(estimate)
        assert found.se[i] == pytest.approx(se)
        assert found.df[i] == df


def test_what_cannot_be_fitted_is_failed(trials):
    arm, outcome, _ = trials
    of = statistics.of_arrays
    one_each = of(arm[:, :2], outcome[:, :2])
    assert (least_squares.of_therapists(one_each).failure == failures.FEW_THERAPISTS).all()
    assert not least_squares.of_patients(one_each).failed.any()
    flat = of(arm, np.where(np.isnan(outcome), np.nan, 0.3))
    alone = of(np.ones_like(arm), outcome)
    same = of(arm, outcome, np.full(outcome.shape, 0.1))
    for analysis in (least_squares.of_therapists, least_squares.of_patients):
        assert (analysis(flat).failure == failures.NO_VARIANCE).all()
        assert (analysis(alone).failure == failures.ONE_ARM).all()
        assert (analysis(same).failure == failures.COLLINEAR).all()
        assert np.isnan(analysis(flat).p).all()
    loose = of(arm, outcome, clustered=np.arange(8) > 0)
    assert (least_squares.of_therapists(loose).failure == failures.FEW_THERAPISTS).all()


def test_binary_outcomes_are_differences_of_shares(trials):
    """A linear probability model: the estimate is the difference in the share of responders."""
    arm, outcome, _ = trials
    responded = np.where(np.isnan(outcome), np.nan, outcome > 0.0)
    found = least_squares.of_patients(statistics.of_arrays(arm, responded))
    shares = [np.nanmean(responded[:, a::2].reshape(30, -1), axis=1) for a in (1, 0)]
    np.testing.assert_allclose(found.estimate, shares[0] - shares[1])
