"""Estimators: how each published figure is computed, from columns alone.

Arrays have the replicate as their first axis and every statistic gives one number a replicate.
What is missing (NaN) is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

    #: Columns and arguments in, one number a replicate out.
    Statistic = Callable[..., Numbers]


def _flat(x: Numbers) -> Numbers:
    """Put all people of a replicate in one row."""
    return x.reshape(len(x), -1)


def mean(x: Numbers) -> Numbers:
    """Give the mean."""
    found: Numbers = np.nanmean(_flat(x), axis=1)
    return found


def correlation(x: Numbers, y: Numbers, sign: float = 1.0) -> Numbers:
    """Give the correlation of two columns over people, times a sign."""
    x, y = _flat(x), _flat(y)
    there = ~(np.isnan(x) | np.isnan(y))
    n = there.sum(axis=1)
    x, y = (np.where(there, v, 0.0) for v in (x, y))
    x = np.where(there, x - (x.sum(axis=1) / n)[:, None], 0.0)
    y = np.where(there, y - (y.sum(axis=1) / n)[:, None], 0.0)
    spread = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    found: Numbers = sign * (x * y).sum(axis=1) / spread
    return found


#: Every estimator, by its name in the files of ``conf/target/``.
ESTIMATORS: dict[str, Any] = {f.__name__: f for f in (mean, correlation)}
