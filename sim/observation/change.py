"""Change: who changed by more than errors of measurement make it, and who arrived.

Jacobson & Truax (1991, Journal of Consulting and Clinical Psychology 59, 12-19). A change is
reliable if it is at least the reliable change; whose reliable improvement leads over the cut has
recovered.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from sim.forms import Instrument

    Array = np.ndarray[Any, np.dtype[Any]]

#: The categories, in the order of their codes.
CATEGORIES = ("recovered", "improved", "unchanged", "deteriorated")
RECOVERED, IMPROVED, UNCHANGED, DETERIORATED = range(4)

#: The code of those of whom one of the two scores is missing.
UNKNOWN = -1

#: A change that errors of measurement alone exceed once in twenty times, in their SD.
Z = 1.959963984540054


def reliable_change(spread: float, reliability: float) -> float:
    """Work out the reliable change: 1.96 * sqrt(2) * spread * sqrt(1 - reliability).

    Parameters
    ----------
    spread : float
        SD of the scores.
    reliability : float
        Their reliability, a share.

    Returns
    -------
    float
        In units of the score.
    """
    return Z * math.sqrt(2.0) * spread * math.sqrt(1.0 - reliability)


def reliable(instrument: Instrument) -> float:
    """Give the reliable change of an instrument: as published, or worked out."""
    if instrument.reliable is not None:
        return instrument.reliable
    return reliable_change(instrument.spread, instrument.reliability)


def categories(
    before: Array, after: Array, *, cut: float | None, reliable: float, better: int
) -> Array:
    """Sort changes into categories.

    Parameters
    ----------
    before, after : array of float
        Scores; NaN where one is missing.
    cut : float or None
        On its better side people are taken for well; without one, nobody can recover.
    reliable : float
        The reliable change.
    better : int
        1 where more is better, -1 where less is.

    Returns
    -------
    array of int
        The places in `CATEGORIES`, or `UNKNOWN`. Whoever was on the better side of the cut before
        improves, but cannot recover.
    """
    import numpy as np

    gain = better * (after - before)
    tolerance = 1e-9 * max(1.0, abs(reliable))  # scores are multiples of a grid, near enough
    up, down = gain >= reliable - tolerance, gain <= -reliable + tolerance
    found: Array = np.full(np.shape(gain), UNCHANGED, np.int64)
    found[up], found[down] = IMPROVED, DETERIORATED
    if cut is not None:
        well = better * (after - cut) > tolerance
        ill = better * (before - cut) <= tolerance
        found[up & well & ill] = RECOVERED
    found[np.isnan(gain)] = UNKNOWN
    return found
