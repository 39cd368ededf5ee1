"""Priors: what is believed of each parameter before any target is looked at.

The words stand in the parameter table (``uniform(low, high)``, ``normal(mean, sd)``,
``lognormal(median, sd of the log)``, ``beta(a, b)``); each is truncated to the parameter's range.
A parameter whose prior is ``fixed`` is a convention and is not drawn.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import ConfigurationError, nearest
from sim.parameters import table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Of how many equal parts of the probability moments are taken.
_PARTS = 2000


@cache
def drawn() -> tuple[str, ...]:
    """List the parameters that have a prior, in the order of the table."""
    return tuple(name for name, entry in table().items() if entry.prior != "fixed")


def quantile(name: str, u: ArrayLike) -> NDArray[np.float64]:
    """Give quantiles of a parameter's prior.

    Parameters
    ----------
    name : str
        A parameter of the table.
    u : array_like
        Probabilities, 0 to 1.

    Returns
    -------
    array of float
        Values within the parameter's range, of the shape of `u`.

    Raises
    ------
    ConfigurationError
        If there is no such parameter, or it is a convention and has no prior.
    """
    distribution, low, high = _truncated(name)
    entry = table()[name]
    values = distribution.ppf(low + np.asarray(u, np.float64) * (high - low))
    inside: NDArray[np.float64] = np.clip(values, entry.low, entry.high)
    return inside


def probability(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Tell the prior probability of values up to the one given: the inverse of `quantile`.

    Returns
    -------
    array of float
        Probabilities, 0 to 1.

    Raises
    ------
    ConfigurationError
        As `quantile`.
    """
    distribution, low, high = _truncated(name)
    below = distribution.cdf(np.asarray(value, np.float64))
    share: NDArray[np.float64] = np.clip((below - low) / (high - low), 0.0, 1.0)
    return share


def median(name: str) -> float:
    """Give the median of a parameter's prior; of a convention, its value."""
    if table()[_known(name)].prior == "fixed":
        return table()[name].default
    return float(quantile(name, 0.5))


@cache
def sd(name: str) -> float:
    """Give the standard deviation of a parameter's prior; of a convention, zero."""
    if table()[_known(name)].prior == "fixed":
        return 0.0
    return float(np.std(quantile(name, (np.arange(_PARTS) + 0.5) / _PARTS)))


def _known(name: str) -> str:
    """Refuse a name that is not in the table."""
    if name not in table():
        raise ConfigurationError(f"parameters.{name} does not exist{nearest(name, table())}")
    return name


@cache
def _truncated(name: str) -> tuple[Any, float, float]:
    """Give a prior's distribution, and the probabilities at both ends of the range."""
    from scipy import stats

    entry = table()[_known(name)]
    if entry.prior == "fixed":
        raise ConfigurationError(f"parameters.{name} is a convention and has no prior")
    kind, *numbers = re.findall(r"[a-z]+|-?[\d.]+(?:e-?\d+)?", entry.prior)
    a, b = map(float, numbers)
    distribution: Any = {
        "uniform": lambda: stats.uniform(a, b - a),
        "normal": lambda: stats.norm(a, b),
        "lognormal": lambda: stats.lognorm(b, scale=a),
        "beta": lambda: stats.beta(a, b),
    }[kind]()
    return distribution, float(distribution.cdf(entry.low)), float(distribution.cdf(entry.high))
