"""Implications: what a generator comes to, in the terms in which trials are planned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.study import monte_carlo

if TYPE_CHECKING:
    import pandas as pd

    from sim.trial.contrast import Contrast
    from sim.trial.endpoints import Endpoint
    from sim.trial.implied import Sums


def table(
    endpoints: Sequence[Endpoint],
    sums: Sequence[Sums],
    contrasts: Sequence[Contrast],
) -> pd.DataFrame:
    """Describe what the trials of a generator are like, endpoint by endpoint.

    Parameters
    ----------
    endpoints : sequence of Endpoint
        The endpoints.
    sums : sequence of Sums
        Of each, what its trials add up to.
    contrasts : sequence of Contrast
        Of each, the population effect.

    Returns
    -------
    DataFrame
        One row an endpoint. ``effect`` with its Monte Carlo ``effect_error`` and the number of
        ``contrasts``, in units; ``sd``, the standard deviation within arms (`spread`); and
        ``standardised``, the one by the other. ``icc`` with the 95% Monte Carlo interval
        ``icc_low`` to ``icc_high`` of the population's, and between which values 95% of single
        trials would estimate it (``icc_trial_low``, ``icc_trial_high``); ``icc_adjusted`` for
        baseline; ``baseline_correlation``; in a correlational study the mean ``r`` of therapists'
        mean outcome with their score, and between which values 95% of single studies would find
        it (``r_low``, ``r_high``); the typical ``caseload`` and the ``design_effect``
        1 + (caseload - 1) * icc.
    """
    import pandas as pd

    rows = [
        _row(endpoint, one, effect)
        for endpoint, one, effect in zip(endpoints, sums, contrasts, strict=True)
    ]
    return pd.DataFrame(rows)


def spread(sums: Sums) -> float:
    """Give the standard deviation of the outcome within arms, over therapists and patients.

    The square root of the sum of both components of variance: the pooled standard deviation of
    single trials is a little less, for their therapists are few. It is the latter where a trial
    has one therapist, and no components.
    """
    import numpy as np

    whole = float((sums.between + sums.within).mean())
    pooled = float(sums.syy.sum() / sums.freedom.sum())
    return math.sqrt(pooled if np.isnan(whole) else max(whole, 0.0))


def _row(endpoint: Endpoint, sums: Sums, effect: Contrast) -> dict[str, Any]:
    """Describe one endpoint."""
    import numpy as np

    sd = spread(sums)
    icc = monte_carlo.ratio(sums.between, sums.between + sums.within)
    whole = sums.between + sums.within
    each = np.divide(sums.between, whole, out=np.full_like(whole, np.nan), where=whole > 0.0)
    each = each[~np.isnan(each)]
    low, high = np.percentile(each, [2.5, 97.5]) if len(each) else (math.nan, math.nan)
    adjusted = monte_carlo.ratio(
        sums.adjusted_between, sums.adjusted_between + sums.adjusted_within
    )
    r = sums.r[~np.isnan(sums.r)]
    r_low, r_high = np.percentile(r, [2.5, 97.5]) if len(r) else (math.nan, math.nan)
    squares = float(sums.sxx.sum() * sums.syy.sum())
    caseload = float(sums.caseload.mean())
    return {
        "endpoint": endpoint.name,
        "label": endpoint.label,
        "unit": endpoint.unit,
        "better": endpoint.better,
        "effect": effect.effect,
        "effect_error": effect.standard_error,
        "contrasts": effect.replicates,
        "sd": sd,
        "standardised": effect.effect / sd if sd > 0.0 else math.nan,
        "icc": icc.mean,
        "icc_low": icc.low,
        "icc_high": icc.high,
        "icc_trial_low": float(low),
        "icc_trial_high": float(high),
        "icc_adjusted": adjusted.mean,
        "baseline_correlation": float(sums.sxy.sum()) / math.sqrt(squares)
        if squares > 0.0
        else math.nan,
        "r": float(r.mean()) if len(r) else math.nan,
        "r_low": float(r_low),
        "r_high": float(r_high),
        "caseload": caseload,
        "design_effect": 1.0 + (caseload - 1.0) * icc.mean,
    }
