"""Scales: a bounded link from a standardised value to the scores of an instrument.

score = low + (high - low) * logistic(a + b * x), to the grid, where a and b are such that a
standard normal x gives the norm's mean and SD. Nobody scores beyond the ends, and near an end a
change of the latent state moves the score less: the ceiling of an instrument.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import instruments

if TYPE_CHECKING:
    import numpy as np

    from sim.forms import Instrument

    Array = np.ndarray[Any, np.dtype[Any]]

#: How many points the Gauss-Hermite rule has by which means over a normal population are taken.
POINTS = 96


class Moments(NamedTuple):
    """Mean and SD of the scores of a normal population, before the grid."""

    mean: float
    spread: float


@cache
def link(mean: float, spread: float, low: float, high: float) -> tuple[float, float]:
    """Find a and b, from where the engine's own rule leads (`sim.instruments.bounded`).

    Returns
    -------
    a, b : float
        On the logistic scale; b is positive.
    """
    from scipy import optimize

    def off(at: tuple[float, float]) -> tuple[float, float]:
        found = _moments(at[0], at[1])
        return found.mean - share, found.spread - wanted

    length = high - low
    share, wanted = (mean - low) / length, spread / length
    a, b = optimize.fsolve(off, instruments.bounded(mean, spread, low, high), xtol=1e-12)
    return float(a), float(b)


def moments(instrument: Instrument, shift: float = 0.0, width: float = 1.0) -> Moments:
    """Give mean and SD of the scores where x is normal with some mean and SD.

    Parameters
    ----------
    instrument : Instrument
        The instrument.
    shift, width : float
        Mean and SD of x; 0 and 1 in the population of the norm.
    """
    low, high = instrument.low, instrument.high
    a, b = link(instrument.mean, instrument.spread, low, high)
    found = _moments(a + b * shift, b * width)
    return Moments(low + (high - low) * found.mean, (high - low) * found.spread)


def scores(instrument: Instrument, x: Array) -> Array:
    """Put standardised values on the scale.

    Parameters
    ----------
    instrument : Instrument
        The instrument.
    x : array of float
        In SD of the norm's population; NaN where there is none.

    Returns
    -------
    array of float
        Scores on the grid, from low to high; NaN where there is none.
    """
    import numpy as np
    from scipy import special

    low, high, grid = instrument.low, instrument.high, instrument.grid
    a, b = link(instrument.mean, instrument.spread, low, high)
    raw = (high - low) * special.expit(a + b * x)
    steps: Array = low + grid * np.floor(raw / grid + 0.5)
    return np.minimum(steps, high)


def _moments(a: float, b: float) -> Moments:
    """Give mean and SD of logistic(a + b x), where x is standard normal."""
    import numpy as np
    from scipy import special

    points, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    y = special.expit(a + b * points)
    mean = float(weights @ y / weights.sum())
    square = float(weights @ (y - mean) ** 2 / weights.sum())
    return Moments(mean, square**0.5)
