"""Approximate Bayesian computation, with a local-linear regression.

Worlds whose noisy statistics lie near the evidence are kept, the nearer the heavier. What is left
between a world's statistics s and the evidence e is taken off its parameters by a regression of
these on those, both as the pool has them (Beaumont, Zhang & Balding 2002):

    z* = z + (e - s) b        weights  w K(|e - s|)

on the scale of normal quantiles, so that a prior is standard normal there. Where parameters and
noisy statistics are jointly normal, this is the posterior, exactly but for the size of the pool.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import AnalysisError

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: A regression takes at least so many worlds for each statistic.
WORLDS_EACH = 4

#: The quartiles, and how far apart those of a standard normal variable are.
QUARTILES, BETWEEN = (0.25, 0.75), 1.3489795003921634

#: How far a statistic can lie from the evidence, in spreads of the pool.
FARTHEST = 8.0

#: A posterior of at least so many sets has at least so many that differ.
FEWEST_SETS = 500


@dataclasses.dataclass(frozen=True)
class Sample:
    """A weighted sample of a posterior.

    Attributes
    ----------
    z : array
        Normal quantiles of the priors, adjusted, shape (n, parameters).
    weights : array
        Shape (n,), summing to one.
    kept : array of int
        Which worlds of the pool they come from.
    """

    z: Array
    weights: Array
    kept: Array

    @property
    def effective(self) -> float:
        """The effective number of worlds, (sum w)² / sum w²."""
        return float(1.0 / (self.weights * self.weights).sum())

    def mean(self) -> Array:
        """Give the posterior means, as normal quantiles of the priors."""
        found: Array = self.weights @ self.z
        return found

    def covariance(self) -> Array:
        """Give the posterior covariance matrix, in units of the priors' variance."""
        off = self.z - self.mean()
        found: Array = (off * self.weights[:, None]).T @ off
        return found


@dataclasses.dataclass(frozen=True)
class Fit:
    """What a pool and its noisy statistics have been prepared to: see `prepare`."""

    z: Array
    noisy: Array
    weights: Array
    spread: Array
    share: float


def prepare(z: Array, noisy: Array, weights: Array, share: float) -> Fit:
    """Make a pool ready for posteriors given any evidence.

    Parameters
    ----------
    z : array
        Normal quantiles, shape (n, parameters).
    noisy : array
        Statistics with noise, shape (n, targets); no NaN.
    weights : array
        The prior's density over the pool's, shape (n,).
    share : float
        The share of the worlds that is kept.

    Raises
    ------
    AnalysisError
        If the pool is too small for a regression.
    """
    kept, needed = int(share * len(z)), WORLDS_EACH * (1 + noisy.shape[1])
    if kept < needed:
        raise AnalysisError(
            f"a pool of {len(z)} worlds is too small: its nearest {kept} are kept, and a "
            f"regression on {noisy.shape[1]} statistics takes {needed}"
        )
    low, high = np.quantile(noisy, QUARTILES, axis=0)
    return Fit(z, noisy, weights, np.maximum((high - low) / BETWEEN, 1e-12), share)


def sample(fit: Fit, evidence: Array, without: int | None = None) -> Sample:
    """Sample the posterior of all columns, given evidence.

    Parameters
    ----------
    fit : Fit
        The pool, from `prepare`.
    evidence : array
        Shape (targets,).
    without : int, optional
        A world to be left out: the one whose statistics are the evidence.

    Returns
    -------
    Sample
    """
    off = offset(fit, evidence)
    distance = np.sqrt((off * off).sum(axis=1))
    many = int(fit.share * len(distance))
    if without is not None:
        distance[without] = np.inf
        many = min(many, len(distance) - 1)
    kept = np.sort(np.argsort(distance, kind="stable")[:many])
    reach = max(float(distance[kept].max()) * (1.0 + 1e-9), 1e-12)
    weights = fit.weights[kept] * (1.0 - (distance[kept] / reach) ** 2)
    weights = weights / weights.sum()
    slopes = regression(off[kept], fit.z[kept], weights)
    adjusted = fit.z[kept] - off[kept] @ slopes
    return Sample(adjusted, weights, kept)


def offset(fit: Fit, evidence: Array) -> Array:
    """Tell how far each world lies from the evidence, in the spreads of the pool's statistics.

    A ratio of small correlations may lie anywhere: no statistic counts for more than `FARTHEST`.
    """
    off: Array = np.clip((fit.noisy - evidence) / fit.spread, -FARTHEST, FARTHEST)
    return off


def regression(x: Array, y: Array, weights: Array) -> Array:
    """Give the slopes of a weighted regression with intercepts, shape (columns of x, of y).

    A thousandth of a standard deviation of ridge keeps it solvable where statistics go together.
    """
    x_mean, y_mean = weights @ x, weights @ y
    x_off = x - x_mean
    products = (x_off * weights[:, None]).T @ x_off
    ridge = 1e-6 * np.trace(products) / len(products)
    cross = (x_off * weights[:, None]).T @ (y - y_mean)
    slopes: Array = np.linalg.solve(products + ridge * np.eye(len(products)), cross)
    return slopes


def sets(found: Sample, many: int) -> Array:
    """Choose the sets of a posterior from a sample (`resampled`): enough of them have to differ.

    Parameters
    ----------
    found : Sample
        The posterior.
    many : int
        How many.

    Returns
    -------
    array of int
        Rows of the sample, in order.

    Raises
    ------
    AnalysisError
        If too few of them differ: fewer than `FEWEST_SETS`, or than half of what is asked for.
    """
    rows = resampled(found, many)
    different = len(np.unique(rows))
    fewest = FEWEST_SETS if many >= FEWEST_SETS else many // 2
    if different < fewest:
        raise AnalysisError(
            f"the pool is too small: it gives {different} different sets of parameters, and the "
            f"posterior takes {fewest}"
        )
    return rows


def resampled(found: Sample, many: int) -> Array:
    """Draw rows of a sample, equally weighted and in order, by systematic resampling."""
    share = np.cumsum(found.weights)
    rows = np.searchsorted(share / share[-1], (np.arange(many) + 0.5) / many)
    return np.asarray(rows, np.int64)


def medoid(z: Array) -> int:
    """Give the member of a sample that lies nearest to all others, shape (n, parameters)."""
    squares = (z * z).sum(axis=1)
    between = squares[:, None] + squares[None, :] - 2.0 * (z @ z.T)
    return int(np.argmin(np.sqrt(np.maximum(between, 0.0)).sum(axis=1).round(9)))
