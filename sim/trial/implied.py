"""What a generator implies: clustering and baseline, as trialists ask for them before a trial.

They are worked out from the simulated trials themselves. Everything is taken on all patients,
whether their outcome was recorded or not, within arms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.trial import correlation, statistics

if TYPE_CHECKING:
    from sim.trial.batch import Batch

    Array = np.ndarray[Any, np.dtype[Any]]


class Sums(NamedTuple):
    """Of every trial, what the implied quantities are made of.

    Attributes
    ----------
    between, within : array of float, (trials,)
        Components of variance of the outcome between and within therapists of the same arm, by
        the analysis of variance; the first may be negative in a single trial.
    adjusted_between, adjusted_within : array of float, (trials,)
        The same of the outcome adjusted for baseline; NaN without one.
    sxx, sxy, syy : array of float, (trials,)
        Sums of squares and products of baseline and outcome within arms; NaN without a baseline,
        but for the last.
    freedom : array of float, (trials,)
        Degrees of freedom of these.
    caseload : array of float, (trials,)
        The typical caseload: sum of squares over sum.
    r : array of float, (trials,)
        In a correlational study, the correlation of therapists' mean recorded outcome with their
        score; otherwise NaN.
    """

    between: Array
    within: Array
    adjusted_between: Array
    adjusted_within: Array
    sxx: Array
    sxy: Array
    syy: Array
    freedom: Array
    caseload: Array
    r: Array


def sums(batch: Batch) -> Sums:
    """Take the sums of every trial of a batch.

    Parameters
    ----------
    batch : Batch
        One endpoint of some trials.
    """
    nothing = np.full(batch.trials, np.nan)
    baseline = batch.baseline
    x = np.zeros_like(batch.whole) if baseline is None else baseline
    values = np.stack([batch.arm, x, batch.whole], axis=-1)
    made = statistics.of_values(values, clustered=batch.clustered)
    n, means = made.n.astype(np.float64), made.means[..., 1:]
    products = made.products[..., 1:, 1:]
    held = np.where(made.clustered, n, 0.0)
    inside = np.einsum("tj,tjkl->tkl", held > 0.0, products)
    arms = _arms(batch, made.means[..., 0])
    across, whole = np.zeros_like(inside), n.sum(axis=1)
    groups = spread = k = np.zeros(batch.trials)
    for arm in arms:
        weight = np.where(arm, held, 0.0)
        many = weight.sum(axis=1)
        centre = np.einsum("tj,tjk->tk", weight, means) / np.maximum(many, 1.0)[:, None]
        off = means - centre[:, None]
        across += np.einsum("tj,tjk,tjl->tkl", weight, off, off)
        spread = spread + np.where(
            many > 0.0, many - (weight**2).sum(axis=1) / np.maximum(many, 1.0), 0.0
        )
        groups = groups + (many > 0.0)
        k = k + (weight > 0.0).sum(axis=1)
    loose = (~made.clustered & (made.n > 0)).sum(axis=1)
    between_df, within_df = k - groups, held.sum(axis=1) - k
    with np.errstate(divide="ignore", invalid="ignore"):
        size = spread / between_df
        within = inside[:, 1, 1] / within_df
        between = (across[:, 1, 1] / between_df - within) / size
        slope = inside[:, 0, 1] / inside[:, 0, 0]
        lift = _less(inside, slope) / (within_df - 1.0)
        step = (_less(across, slope) / between_df - lift) / size
        typical = (held**2).sum(axis=1) / held.sum(axis=1)
    total = products.sum(axis=1) + across
    plain = baseline is None
    return Sums(
        between=between,
        within=within,
        adjusted_between=nothing if plain else step,
        adjusted_within=nothing if plain else lift,
        sxx=nothing if plain else total[:, 0, 0],
        sxy=nothing if plain else total[:, 0, 1],
        syy=total[:, 1, 1],
        freedom=whole - groups - loose,
        caseload=typical,
        r=nothing if _assigned(batch) else _correlation(batch),
    )


def joined(parts: list[Sums]) -> Sums:
    """Put the sums of several batches together."""
    return Sums(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _arms(batch: Batch, mean: Array) -> list[Array]:
    """Tell the arms apart by their therapists; one arm where therapists are in both, or none."""
    apart = _assigned(batch) and np.isin(mean, (0.0, 1.0)).all()
    return [mean == 0.0, mean == 1.0] if apart else [np.ones(mean.shape, np.bool_)]


def _assigned(batch: Batch) -> bool:
    """Tell whether the arm is an arm, and not a score."""
    known = batch.arm[~np.isnan(batch.arm)]
    return bool(np.isin(known, (0.0, 1.0)).all())


def _correlation(batch: Batch) -> Array:
    """Correlate therapists' mean recorded outcome with their score, in every trial."""
    return correlation.correlate(batch.statistics(adjusted=False)).r


def _less(products: Array, slope: Array) -> Array:
    """Give the sum of squares of the outcome less what the baseline tells of it."""
    square: Array = (
        products[:, 1, 1] - 2.0 * slope * products[:, 0, 1] + slope * slope * products[:, 0, 0]
    )
    return square
