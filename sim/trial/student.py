"""Student's t for whole arrays: p-values and quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.trial.statistics import Floats


def two_sided(t: Floats, df: Any) -> Floats:
    """Give the two-sided p of t statistics; NaN for one that is NaN.

    Parameters
    ----------
    t : array of float
        Estimates divided by their standard errors.
    df : array of float
        Degrees of freedom, not necessarily whole.
    """
    import numpy as np
    from scipy import special

    p: Floats = 2.0 * special.stdtr(df, -np.abs(t))
    return p


def quantile(level: float, df: Any) -> Floats:
    """Give half the width of a two-sided interval in standard errors.

    Parameters
    ----------
    level : float
        Of the interval, .95 for instance.
    df : array of float
        Degrees of freedom.
    """
    from scipy import special

    t: Floats = special.stdtrit(df, 0.5 + 0.5 * level)
    return t
