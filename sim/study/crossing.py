"""Crossings: where power, rising with size, reaches a target, and how sure that is.

Every replicate was judged at every size, and by the same luck, so sizes go up and down together.
Power is made to rise by isotonic regression; where it crosses the target is a size between two
neighbours, rounded up. Between them its normal quantile rises with the root of the size by a
straight line, as that of a z-test does: power itself is bent, and a straight line lies below it.
The interval on it resamples whole replicates: that keeps what sizes share.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.study.verdicts import FAILED, FOUND
from sim.trial.characteristics import QUANTILE

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: How often replicates are resampled, and the ends of the interval.
RESAMPLED, TAILS = 1000, (0.025, 0.975)

#: A share of 0 or 1 has no normal quantile: it is taken for one as near.
_CERTAIN = 1e-4


class Curve(NamedTuple):
    """Power over sizes.

    Attributes
    ----------
    sizes : array of int, (sizes,)
        From small to large.
    raw, power : array of float, (sizes,)
        The share of significant trials, and the same made to rise.
    low, high : array of float, (sizes,)
        The 95% interval of the latter.
    crossing, crossing_low, crossing_high : float
        Where it reaches the target, with its 95% interval; infinite where it does not.
    fall : float
        By how many standard errors the raw power falls where it ought to rise, at most.
    trials : int
        How many replicates.
    """

    sizes: Array
    raw: Array
    power: Array
    low: Array
    high: Array
    crossing: float
    crossing_low: float
    crossing_high: float
    fall: float
    trials: int


def curve(sizes: Array, codes: Array, target: float, seed: int = 1) -> Curve:
    """Describe power over sizes.

    Parameters
    ----------
    sizes : array of int, (sizes,)
        From small to large.
    codes : array of int8, (trials, sizes)
        The verdicts (`sim.study.verdicts`).
    target : float
        The power aimed for.
    seed : int
        Of the resampling.
    """
    raw, again = resampled(codes, seed)
    power, rising = isotonic(raw), isotonic(again)
    low, high = np.quantile(rising, TAILS, axis=0)
    crossings = cross(sizes, rising, target)
    ends = np.quantile(crossings, TAILS, method="inverted_cdf")
    # Where every replicate, or none, agrees, resampling knows no doubt: Wilson's interval does.
    least, most = _wilson(raw, len(codes))
    certain = (power <= 0.0) | (power >= 1.0)
    return Curve(
        sizes=np.asarray(sizes),
        raw=raw,
        power=power,
        low=np.where(certain, np.minimum(low, least), low),
        high=np.where(certain, np.maximum(high, most), high),
        crossing=float(cross(sizes, power[None], target)[0]),
        crossing_low=float(ends[0]),
        crossing_high=float(ends[1]),
        fall=_fall(raw, again),
        trials=len(codes),
    )


def resampled(codes: Array, seed: int = 1) -> tuple[Array, Array]:
    """Give the share of significant trials at every size, and that of resampled replicates.

    Replicates with the same verdicts are counted together, which resampling by counts allows.

    Parameters
    ----------
    codes : array of int8, (trials, sizes)
        The verdicts.
    seed : int
        Of the resampling.

    Returns
    -------
    tuple of array of float, (sizes,) and (resamples, sizes)
    """
    patterns, counts = np.unique(codes, axis=0, return_counts=True)
    rng = np.random.Generator(np.random.Philox(seed))
    drawn = rng.multinomial(counts.sum(), counts / counts.sum(), size=RESAMPLED)
    hits, told = (patterns == FOUND).astype(float), (patterns != FAILED).astype(float)
    weights = np.concatenate([counts[None], drawn]).astype(float)
    made = (weights @ hits) / np.maximum(weights @ told, 1.0)
    return made[0], made[1:]


def isotonic(power: Array) -> Array:
    """Make power rise from left to right, changing as little as can be (least squares)."""
    from scipy.optimize import isotonic_regression

    if power.ndim == 1:
        rising: Array = isotonic_regression(power).x
        return rising
    done = np.diff(power, axis=1).min(axis=1, initial=0.0) >= 0.0
    made = power.copy()
    for i in np.nonzero(~done)[0]:
        made[i] = isotonic_regression(power[i]).x
    return made


def cross(sizes: Array, power: Array, target: float) -> Array:
    """Tell where rising power reaches the target.

    Parameters
    ----------
    sizes : array of int, (sizes,)
        From small to large.
    power : array of float, (curves, sizes)
        Rising.
    target : float
        The power aimed for.

    Returns
    -------
    array of float, (curves,)
        Between the two neighbours by a straight line of normal quantiles over roots of sizes; the
        smallest size where all have it, infinity where none has.
    """
    from scipy import special

    where = np.asarray(sizes, float)
    at = (power < target).sum(axis=1)
    right = np.minimum(at, len(where) - 1)
    left = np.maximum(right - 1, 0)
    row = np.arange(len(power))
    below, above, wanted = (
        special.ndtri(np.clip(share, _CERTAIN, 1.0 - _CERTAIN))
        for share in (power[row, left], power[row, right], np.asarray(target))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(above > below, (wanted - below) / (above - below), 1.0)
    start, end = np.sqrt(where[left]), np.sqrt(where[right])
    found = np.square(start + np.clip(part, 0.0, 1.0) * (end - start))
    found = np.where(at == 0, where[0], found)
    inside: Array = np.where(at == len(where), math.inf, found)
    return inside


def _fall(raw: Array, again: Array) -> float:
    """Tell by how many standard errors power falls from one size to a larger one, at most."""
    worst = 0.0
    for i in range(len(raw) - 1):
        drop = raw[i] - raw[i + 1 :]
        error = (again[:, [i]] - again[:, i + 1 :]).std(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            worst = max(worst, float(np.nanmax(np.where(error > 0.0, drop / error, 0.0))))
    return worst


def _wilson(share: Array, trials: int) -> tuple[Array, Array]:
    """Give Wilson's interval of every share."""
    z2 = QUANTILE * QUANTILE
    centre = (share + z2 / (2 * trials)) / (1.0 + z2 / trials)
    half = (
        QUANTILE
        / (1.0 + z2 / trials)
        * np.sqrt(share * (1.0 - share) / trials + z2 / (4.0 * trials * trials))
    )
    return centre - half, centre + half
