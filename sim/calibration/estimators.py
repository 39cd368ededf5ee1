"""Estimators: how each published figure is computed, from columns alone.

The replicate is the first axis of every array, and every estimator gives one number a replicate.
What is missing (NaN) is left out. Patients lie in ``[replicate, therapist, patient]``, sessions in
``[replicate, therapist, patient, session]``, therapists in ``[replicate, arm, therapist]``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import gains

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

#: How a treatment may end that was not broken off; codes of `sim.course.ENDINGS`.
COMPLETED, IMPROVED, DROPPED_OUT = 1.0, 2.0, 3.0

HALF = 0.5

#: Sessions that a sudden gain needs: three before it and three after it.
NEEDED = 6


def mean(x: Numbers) -> Numbers:
    """Give the mean over people."""
    found: Numbers = np.nanmean(_flat(x), axis=1)
    return found


def ratio(x: Numbers, y: Numbers) -> Numbers:
    """Give the sum of one column over the sum of another."""
    found: Numbers = np.nansum(_flat(x), axis=1) / np.nansum(_flat(y), axis=1)
    return found


def median(x: Numbers) -> Numbers:
    """Give the median of whole numbers as if each were spread evenly over +-1/2."""
    x = _flat(x)
    whole = np.arange(np.nanmax(x) + 1.0)
    there = (~np.isnan(x)).sum(axis=1)
    upto = (x[:, None, :] <= whole[:, None]).sum(axis=2) / there[:, None]
    at = (upto >= HALF).argmax(axis=1)  # the first number that half do not exceed
    row = np.arange(len(x))
    below = np.where(at > 0, upto[row, at - 1], 0.0)
    found: Numbers = whole[at] - 0.5 + (HALF - below) / (upto[row, at] - below)
    return found


def share(x: Numbers, low: float = -np.inf, high: float = np.inf) -> Numbers:
    """Give the share of those who have a value whose value lies from `low` to `high`."""
    x = _flat(x)
    within = ((x >= low) & (x <= high)).sum(axis=1)
    found: Numbers = within / (~np.isnan(x)).sum(axis=1)
    return found


def skewness(x: Numbers) -> Numbers:
    """Give the skewness: the mean cube of the standardised values."""
    found: Numbers = np.nanmean(_standardised(_flat(x)) ** 3, axis=1)
    return found


def correlation(x: Numbers, y: Numbers, given: Numbers | None = None, sign: float = 1.0) -> Numbers:
    """Give the correlation of two columns over people, times a sign.

    With a third column it is the partial correlation given that column. Where several have rated
    `x` (one more axis than `y`), it is the mean over raters.
    """
    if x.ndim > y.ndim:
        every = [correlation(x[..., i], y, given, sign) for i in range(x.shape[-1])]
        return np.asarray(np.mean(every, axis=0))
    columns = _together(x, y, *(() if given is None else (given,)))
    first, second, *third = columns
    if third:
        first, second = _residual(first, third[0]), _residual(second, third[0])
    return sign * _correlated(first, second)


def disattenuated(x: Numbers, y: Numbers, first: float, second: float) -> Numbers:
    """Give the correlation corrected for the unreliability of both columns."""
    return correlation(x, y) / math.sqrt(first * second)


def therapist_correlation(x: Numbers, by: Numbers) -> Numbers:
    """Give the correlation of therapists' means of their patients with a trait of their own."""
    return correlation(np.nanmean(x, axis=2), by)


def correlation_ratio(
    x: Numbers, other: Numbers, y: Numbers, given: Numbers | None = None
) -> Numbers:
    """Give the correlation of one rating with an outcome over that of another rating."""
    return correlation(x, y, given) / correlation(other, y, given)


def correlation_gain(
    x: Numbers, y: Numbers, given: Numbers, several: int, sign: float = 1.0
) -> Numbers:
    """Tell by how much a rating's correlation with an outcome rises when several are averaged.

    `x` are ratings by session; the first of those used is that of the third session, and only
    patients who gave all of them count.
    """
    used = x[..., 2 : 2 + several]
    there = ~np.isnan(used).any(axis=-1)
    one = np.where(there, used[..., 0], np.nan)
    average = np.where(there, used.mean(axis=-1), np.nan)
    return correlation(average, y, given, sign) - correlation(one, y, given, sign)


def generalisability(x: Numbers, sessions: int) -> Numbers:
    """Tell how far one session's rating stands for a patient's level over some sessions.

    Variance of patients over itself plus that of patients by sessions, from a two-way analysis of
    variance over the sessions from the third on; only patients who gave all of them count.
    """
    used = x[..., 2 : 2 + sessions].reshape(len(x), -1, sessions)
    used = np.where(np.isnan(used).any(axis=-1, keepdims=True), np.nan, used)
    n = (~np.isnan(used[..., 0])).sum(axis=1)
    used = used - np.nanmean(used, axis=1, keepdims=True)
    level = used.mean(axis=-1, keepdims=True)
    people = sessions * np.nansum(level[..., 0] ** 2, axis=1) / (n - 1)
    rest = np.nansum((used - level) ** 2, axis=(1, 2)) / ((n - 1) * (sessions - 1))
    found: Numbers = (people - rest) / (people + (sessions - 1) * rest)
    return found


def therapist_share(x: Numbers, given: Numbers | None = None) -> Numbers:
    """Tell the share of variance between patients that lies between their therapists.

    The intraclass correlation of a one-way analysis of variance with unequal groups; with a second
    column, of what that column does not predict. It may come out below zero.
    """
    shape = x.shape
    if given is not None:
        both = _together(x, given)
        x = _residual(both[0], both[1]).reshape(shape)
    there = ~np.isnan(x)
    n = there.sum(axis=2)
    groups = (n > 0).sum(axis=1)
    total = n.sum(axis=1)
    own = np.where(there, x, 0.0).sum(axis=2) / np.maximum(n, 1)
    grand = (own * n).sum(axis=1) / total
    between = (n * (own - grand[:, None]) ** 2).sum(axis=1) / (groups - 1)
    within = np.where(there, (x - own[..., None]) ** 2, 0.0).sum(axis=(1, 2)) / (total - groups)
    size = (total - (n * n).sum(axis=1) / total) / (groups - 1)
    found: Numbers = (between - within) / (between + (size - 1) * within)
    return found


def standardised_gap(x: Numbers, y: Numbers) -> Numbers:
    """Tell by how many SD one rating of the same thing lies above another, in the pooled SD."""
    x, y = _together(x, y)
    pooled = np.sqrt(0.5 * (np.nanvar(x, axis=1) + np.nanvar(y, axis=1)))
    found: Numbers = (np.nanmean(x, axis=1) - np.nanmean(y, axis=1)) / pooled
    return found


def gap_by_ending(x: Numbers, ending: Numbers) -> Numbers:
    """Tell by how many SD patients who completed lie above those who dropped out.

    Patients who left improved count among those who completed.
    """
    finished = np.isin(ending, (COMPLETED, IMPROVED))
    left = ending == DROPPED_OUT
    return _gap(_flat(np.where(finished, x, np.nan)), _flat(np.where(left, x, np.nan)))


def pre_post(pre: Numbers, post: Numbers, ending: Numbers | None = None) -> Numbers:
    """Give the fall from before to after in SD before; with endings, of those who completed."""
    if ending is not None:
        finished = np.isin(ending, (COMPLETED, IMPROVED))
        pre, post = (np.where(finished, column, np.nan) for column in (pre, post))
    pre, post = _together(pre, post)
    fall = np.nanmean(pre, axis=1) - np.nanmean(post, axis=1)
    found: Numbers = fall / np.nanstd(pre, axis=1, ddof=1)
    return found


def reliable_change(pre: Numbers, post: Numbers, change: float, among: float = -np.inf) -> Numbers:
    """Give the share whose score rose by a reliable change, or where that is below 0, fell.

    Of those whose score before was `among` or more.
    """
    moved = np.sign(change) * (post - pre) >= abs(change)
    counts = ~np.isnan(pre) & ~np.isnan(post) & (pre >= among)
    found: Numbers = (moved & counts).sum(axis=(1, 2)) / counts.sum(axis=(1, 2))
    return found


def remission(pre: Numbers, post: Numbers, cut: float) -> Numbers:
    """Give the share of those at or above a cut before who are below it after."""
    ill = _flat(pre) >= cut
    found: Numbers = (ill & (_flat(post) < cut)).sum(axis=1) / ill.sum(axis=1)
    return found


def session_of_improvement(x: Numbers, pre: Numbers, change: float, half: float = HALF) -> Numbers:
    """Tell after how many sessions half of the patients are improved, as things then stand.

    Improved is who scores lower than before by a reliable change; whoever has ended counts with
    the last score given. Between sessions the share is taken to move in a straight line; where
    half are never improved the answer is the number of sessions and one.
    """
    last = x.copy()
    for session in range(1, x.shape[-1]):
        gone = np.isnan(last[..., session])
        last[..., session][gone] = last[..., session - 1][gone]
    improved = pre[..., None] - last >= change
    there = ~np.isnan(last[..., :1]) & ~np.isnan(pre)[..., None]
    shares = (improved & there).sum(axis=(1, 2)) / there.sum(axis=(1, 2))
    found = np.full(len(x), x.shape[-1] + 1.0)
    for session in range(x.shape[-1] - 1, -1, -1):
        now = shares[:, session]
        before = shares[:, session - 1] if session > 0 else np.zeros(len(x))
        crosses = (now >= half) & (before < half)
        part = (half - before) / np.where(crosses, now - before, 1.0)
        found = np.where(crosses, session + part, found)
    return found


def cross_lag(
    x: Numbers, y: Numbers, given: Numbers | None = None, sessions: int | None = None
) -> Numbers:
    """Give the standardised within-person effect of one state on another a session later.

    Every session's mean is taken off, then every person's; what is left of `y` is regressed on
    what was left of `y`, of `x` and of what is `given` a session before. The coefficient is in
    within-person standard deviations.
    """
    every = [column[..., :sessions] for column in (x, y, *(() if given is None else (given,)))]
    own = [_within(column) for column in every]
    scale = [np.sqrt(np.nanmean(column**2, axis=(1, 2))) for column in own]
    before = [column[..., :-1].reshape(len(x), -1) for column in own]
    after = own[1][..., 1:].reshape(len(x), -1)
    there = ~np.isnan(np.stack([*before, after])).any(axis=0)
    made = np.stack([np.where(there, column, 0.0) for column in before], axis=-1)
    after = np.where(there, after, 0.0)
    square = np.einsum("nij,nik->njk", made, made)
    product = np.einsum("nij,ni->nj", made, after)
    slope = np.linalg.solve(square, product[..., None])[:, 0, 0]
    found: Numbers = slope * scale[0] / scale[1]
    return found


def sudden_gains(x: Numbers, large: float) -> Numbers:
    """Give the share of patients with a sudden gain (Tang & DeRubeis 1999).

    A fall from one session to the next of at least `large` (in the units of the score), of a
    quarter of the score above its lowest value in the sample, and of 2.78 standard errors between
    the means of the three sessions before and the three after.
    """
    floor = np.nanmin(x, axis=(1, 2, 3), keepdims=True)
    gained = np.zeros(x.shape[:3], np.bool_)
    for session in range(3, x.shape[-1] - 2):
        before, after = x[..., session - 3 : session], x[..., session : session + 3]
        fall = before[..., -1] - after[..., 0]
        spread = np.sqrt(before.var(axis=-1, ddof=1) / 3.0 + after.var(axis=-1, ddof=1) / 3.0)
        stands_out = before.mean(axis=-1) - after.mean(axis=-1) > 2.78 * spread
        gained |= (fall >= large) & (fall >= 0.25 * (before[..., -1] - floor[..., 0])) & stands_out
    could = (~np.isnan(x)).sum(axis=-1) >= NEEDED
    found: Numbers = (gained & could).sum(axis=(1, 2)) / could.sum(axis=(1, 2))
    return found


def rate_ratio(
    x: Numbers, sessions: Numbers, by: Numbers, below: float = -0.5, above: float = 0.5
) -> Numbers:
    """Give the rate of one group of therapists over that of another, who lie below and above."""
    group = by[..., None]

    def rate(chosen: NDArray[np.bool_]) -> Numbers:
        counts = np.nansum(np.where(chosen, x, 0.0), axis=(1, 2))
        found: Numbers = counts / np.nansum(np.where(chosen, sessions, 0.0), axis=(1, 2))
        return found

    return rate(group < below) / rate(group > above)


def highest_agreement(x: Numbers, y: Numbers, z: Numbers) -> Numbers:
    """Give the highest of the three correlations between three raters."""
    pairs = (correlation(x, y), correlation(x, z), correlation(y, z))
    found: Numbers = np.max(pairs, axis=0)
    return found


# ---- arithmetic ----------------------------------------------------------------------------------


def _flat(x: Numbers) -> Numbers:
    """Put all people of a replicate in one row."""
    return x.reshape(len(x), -1)


def _together(*columns: Numbers) -> list[Numbers]:
    """Flatten columns and keep those who have a value in all of them."""
    flat = [_flat(column) for column in columns]
    missing = np.isnan(np.stack(flat)).any(axis=0)
    return [np.where(missing, np.nan, column) for column in flat]


def _standardised(x: Numbers) -> Numbers:
    """Give a row mean 0 and variance 1."""
    found: Numbers = (x - np.nanmean(x, axis=1, keepdims=True)) / np.nanstd(
        x, axis=1, keepdims=True
    )
    return found


def _correlated(x: Numbers, y: Numbers) -> Numbers:
    """Correlate two rows with the same gaps."""
    found: Numbers = np.nanmean(_standardised(x) * _standardised(y), axis=1)
    return found


def _residual(x: Numbers, given: Numbers) -> Numbers:
    """Take off what another column predicts."""
    z = _standardised(given)
    slope = np.nanmean(x * z, axis=1, keepdims=True)
    found: Numbers = x - np.nanmean(x, axis=1, keepdims=True) - slope * z
    return found


def _gap(x: Numbers, y: Numbers) -> Numbers:
    """Give the difference of two groups in their pooled SD."""
    n, m = (~np.isnan(x)).sum(axis=1), (~np.isnan(y)).sum(axis=1)
    inside = (n - 1) * np.nanvar(x, axis=1, ddof=1) + (m - 1) * np.nanvar(y, axis=1, ddof=1)
    pooled = np.sqrt(inside / (n + m - 2))
    found: Numbers = (np.nanmean(x, axis=1) - np.nanmean(y, axis=1)) / pooled
    return found


def _within(x: Numbers) -> Numbers:
    """Take off every session's mean over people, then every person's own mean."""
    x = x.reshape(len(x), -1, x.shape[-1])
    x = x - np.nanmean(x, axis=1, keepdims=True)
    found: Numbers = x - np.nanmean(x, axis=2, keepdims=True)
    return found


#: Every estimator, by its name in the files of ``conf/targets/``.
ESTIMATORS: dict[str, Callable[..., Any]] = {
    estimator.__name__: estimator
    for estimator in (
        mean,
        ratio,
        median,
        share,
        skewness,
        correlation,
        disattenuated,
        therapist_correlation,
        correlation_ratio,
        correlation_gain,
        generalisability,
        therapist_share,
        standardised_gap,
        gap_by_ending,
        pre_post,
        reliable_change,
        remission,
        session_of_improvement,
        cross_lag,
        sudden_gains,
        rate_ratio,
        highest_agreement,
        gains.gain_between,
        gains.gain_within,
        gains.relative_gain,
        gains.significant_studies,
        gains.correlation_in_arm,
        gains.mean_in_arm,
    )
}
