"""Monte Carlo intervals: how far a mean over replicates may be off because replicates are few.

Such an interval is about the luck of the simulation, and about nothing else: it says how well we
know what *this model with these parameters* does. It shrinks to nothing with more replicates, and
what we do not know about the parameters stays outside it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The level of every interval.
LEVEL = 0.95


class Estimate(NamedTuple):
    """A mean over replicates and its Monte Carlo interval; not a number where there is none."""

    mean: float
    low: float
    high: float
    replicates: int


def mean(values: NDArray[np.float64]) -> Estimate:
    """Estimate a mean over replicates by Student's t.

    mean ± t(n - 1) * sd / sqrt(n)

    Parameters
    ----------
    values : array of float
        One value a replicate; those that are not a number are left out (a share of ruptures in a
        replicate without any).

    Returns
    -------
    Estimate
        With fewer than two replicates there is a mean and no interval.
    """
    import numpy as np

    there = values[~np.isnan(values)]
    n = len(there)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    centre = float(there.mean())
    if n == 1:
        return Estimate(centre, math.nan, math.nan, 1)
    if np.ptp(there) == 0.0:  # no rounding where there is no spread: nought is nought
        return Estimate(float(there[0]), float(there[0]), float(there[0]), n)
    half = _quantile(n) * float(there.std(ddof=1)) / math.sqrt(n)
    return Estimate(centre, centre - half, centre + half, n)


def over_sets(values: NDArray[np.float64], sets: NDArray[np.int64]) -> Estimate:
    """Estimate what a quantity is over many sets of parameters: its mean, and where 95% lie.

    This is no Monte Carlo interval: it does not shrink with more replicates, for it is about what
    is not known of the parameters. The chance of the few replicates of each set is in it.

    Parameters
    ----------
    values : array of float
        One value a replicate; those that are not a number are left out.
    sets : array of int
        The number of the set that each was lived with.

    Returns
    -------
    Estimate
        Of fewer than two sets there is a mean and no interval.
    """
    import numpy as np

    there = ~np.isnan(values)
    lived, first = np.unique(sets[there], return_inverse=True)
    n = int(there.sum())
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    means = np.bincount(first, weights=values[there]) / np.bincount(first)
    if len(lived) == 1:
        return Estimate(float(means[0]), math.nan, math.nan, n)
    low, high = np.quantile(means, [0.5 - 0.5 * LEVEL, 0.5 + 0.5 * LEVEL])
    return Estimate(float(means.mean()), float(low), float(high), n)


def ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> Estimate:
    """Estimate a ratio of two means over replicates by the delta method.

    R = sum(top) / sum(bottom); its error is that of the mean of (top - R * bottom) / mean(bottom)

    Parameters
    ----------
    top, bottom : array of float
        One value a replicate each.

    Returns
    -------
    Estimate
    """
    import numpy as np

    there = ~(np.isnan(top) | np.isnan(bottom))
    top, bottom = top[there], bottom[there]
    if len(top) == 0 or bottom.sum() == 0.0:
        return Estimate(math.nan, math.nan, math.nan, len(top))
    centre = float(top.sum() / bottom.sum())
    scatter = mean((top - centre * bottom) / bottom.mean())
    half = 0.5 * (scatter.high - scatter.low)
    return Estimate(centre, centre - half, centre + half, len(top))


def _quantile(replicates: int) -> float:
    """Give Student's t for the level and so many replicates."""
    from scipy import stats

    return float(stats.t.ppf(0.5 + 0.5 * LEVEL, replicates - 1))
