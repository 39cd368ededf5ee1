"""Gains: how what programmes do to therapists is computed, from therapists' own columns alone.

Therapists lie in ``[replicate, arm, therapist]``; every function gives one number a replicate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


def gain_between(pre: Numbers, post: Numbers, arm: int, against: int) -> Numbers:
    """Give the difference between two arms' gains, in the pooled SD before."""
    gains = np.nanmean(post - pre, axis=2)
    spread = np.sqrt(0.5 * (pre[:, arm].var(axis=1, ddof=1) + pre[:, against].var(axis=1, ddof=1)))
    found: Numbers = (gains[:, arm] - gains[:, against]) / spread
    return found


def gain_within(pre: Numbers, post: Numbers, arm: int) -> Numbers:
    """Give an arm's gain in SD before."""
    gain = np.nanmean((post - pre)[:, arm], axis=1)
    found: Numbers = gain / pre[:, arm].std(axis=1, ddof=1)
    return found


def relative_gain(pre: Numbers, post: Numbers, arm: int, against: int) -> Numbers:
    """Give an arm's gain as a share of its mean before, less that of another arm."""

    def rise(one: int) -> Numbers:
        found: Numbers = np.nanmean(post[:, one], axis=1) / np.nanmean(pre[:, one], axis=1) - 1.0
        return found

    return rise(arm) - rise(against)


def significant_studies(
    pre: Numbers, post: Numbers, arm: int, against: int, therapists: int
) -> Numbers:
    """Give the share of small studies whose arms differ significantly in their gains.

    Therapists are taken in order, `therapists` of an arm to a study, those of one arm from one
    half of them and those of the other from the other half, and the other way round; two-sided t
    test at 5%.
    """
    from scipy.stats import t

    gain = post - pre
    half = gain.shape[2] // 2
    therapists = min(therapists, half)
    studies = half // therapists
    shape = (len(gain), studies, therapists)
    halves = [slice(start, start + studies * therapists) for start in (0, half)]
    significant = []
    for here, there in (halves, halves[::-1]):
        one = gain[:, arm, here].reshape(shape)
        other = gain[:, against, there].reshape(shape)
        error = np.sqrt((one.var(axis=2, ddof=1) + other.var(axis=2, ddof=1)) / therapists)
        found = np.abs(one.mean(axis=2) - other.mean(axis=2)) / error
        significant.append(found > t.ppf(0.975, 2 * therapists - 2))
    share_: Numbers = np.concatenate(significant, axis=1).mean(axis=1)
    return share_


def correlation_in_arm(
    x: Numbers, pre: Numbers, post: Numbers, arm: int, lowest: float = -np.inf
) -> Numbers:
    """Give the correlation of a column with the gain in another, in one arm."""
    done = x[:, arm] > lowest
    one = _standardised(np.where(done, x[:, arm], np.nan))
    other = _standardised(np.where(done, (post - pre)[:, arm], np.nan))
    found: Numbers = np.nanmean(one * other, axis=1)
    return found


def mean_in_arm(x: Numbers, arm: int, over: float = 1.0, lowest: float = -np.inf) -> Numbers:
    """Give the mean of those of an arm who lie above `lowest`, as a share of a number."""
    done = np.where(x[:, arm] > lowest, x[:, arm], np.nan)
    found: Numbers = np.nanmean(done, axis=1) / over
    return found


def _standardised(x: Numbers) -> Numbers:
    """Give a row mean 0 and variance 1."""
    centred = x - np.nanmean(x, axis=1, keepdims=True)
    found: Numbers = centred / np.nanstd(x, axis=1, keepdims=True)
    return found
