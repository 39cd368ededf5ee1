"""Growth: how fast each patient changes, as an outcome of its own.

A patient's slope over the waves he or she was seen at takes the outcome's place in any analysis, so
that a linear growth model becomes the same random-intercept fit, with everybody's slope as one
number. Those seen at fewer than two waves have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sim.trial.statistics import Floats


def slopes(waves: ArrayLike, times: Sequence[float]) -> Floats:
    """Give everybody's least-squares slope over time.

    Parameters
    ----------
    waves : array of float, (..., waves)
        What was measured; NaN where it was not.
    times : sequence of float, (waves,)
        When, in any unit: sessions, weeks, or their logarithm where change slows down.

    Returns
    -------
    array of float, (...)
        Change a unit of time; NaN for those seen at fewer than two different times.

    Raises
    ------
    ValueError
        If there are not as many times as waves.
    """
    y = np.asarray(waves, np.float64)
    if y.shape[-1] != len(times):
        message = f"{len(times)} times for {y.shape[-1]} waves"
        raise ValueError(message)
    seen = ~np.isnan(y)
    count = np.maximum(seen.sum(axis=-1, keepdims=True), 1)
    t = np.where(seen, np.asarray(times, np.float64), 0.0)
    off = np.where(seen, t - t.sum(axis=-1, keepdims=True) / count, 0.0)
    spread = (off * off).sum(axis=-1)
    along = (off * np.where(seen, y, 0.0)).sum(axis=-1)
    made: Floats = np.divide(along, spread, out=np.full_like(spread, np.nan), where=spread > 0.0)
    return made
