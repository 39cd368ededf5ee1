"""The correlation is that of therapists' scores with their patients' means."""

import numpy as np
import pytest
from scipy import stats

from sim.trial import correlation, failures, statistics


def trials(therapists=12, seed=4):
    rng = np.random.default_rng(seed)
    score = rng.normal(size=(20, therapists, 1))
    outcome = 0.5 * score + rng.normal(size=(20, therapists, 6))
    outcome[:, 0, 2:] = np.nan
    return score, outcome


def test_it_is_scipys():
    score, outcome = trials()
    found = correlation.correlate(statistics.of_arrays(score, outcome))
    for i in range(20):
        theirs = stats.pearsonr(score[i, :, 0], np.nanmean(outcome[i], axis=1))
        assert found.r[i] == pytest.approx(theirs.statistic)
        assert found.p[i] == pytest.approx(theirs.pvalue)
        interval = theirs.confidence_interval(0.95)
        assert (found.low[i], found.high[i]) == pytest.approx((interval.low, interval.high))


def test_two_therapists_have_none():
    found = correlation.correlate(statistics.of_arrays(*trials(2)))
    assert (found.failure == failures.FEW_THERAPISTS).all()
    assert np.isnan(found.r).all()
    score, outcome = trials()
    same = correlation.correlate(statistics.of_arrays(np.full(score.shape, 0.1), outcome))
    assert (same.failure == failures.ONE_ARM).all()
