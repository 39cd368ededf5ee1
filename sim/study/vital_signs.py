"""The vital signs of a world: what its untrained therapists' patients go through.

A world in which nobody drops out and every session ruptures cannot say much about training. The
bands are what the literature makes believable; a world can leave them, and then it is said to.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from sim.study import monte_carlo
from sim.study.effects import column

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.study.monte_carlo import Estimate

    Values = NDArray[np.float64]


class Sign(NamedTuple):
    """One vital sign: its label, unit, believable band, and where the band comes from."""

    label: str
    unit: str
    low: float
    high: float
    source: str


SIGNS = {
    "rupture_reported_by_patient": Sign(
        "Sessions with a rupture, patients report", "share", 0.11, 0.38, "Nagy et al. 1998"
    ),
    "rupture_reported_by_therapist": Sign(
        "Sessions with a rupture, therapists report", "share", 0.25, 0.53, "Nagy et al. 1998"
    ),
    "dropout": Sign("Dropout", "share", 0.10, 0.30, "Swift & Greenberg 2012"),
    "pre_post_all": Sign(
        "Pre–post effect, all patients", "SD at intake", 0.6, 1.3, "Gaskell et al. 2022"
    ),
    "pre_post_completers": Sign(
        "Pre–post effect, completed or improved", "SD at intake", 0.6, 1.3, "Gaskell et al. 2022"
    ),
    "therapist_share": Sign(
        "Therapists' share of outcome variance", "share", 0.02, 0.12, "Johns et al. 2019"
    ),
    "alliance": Sign(
        "Alliance, last session", "level 0–1", 0.2, 0.85, "neither at floor nor at ceiling"
    ),
}


def table(trials: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Take the vital signs of one arm.

    Parameters
    ----------
    trials : DataFrame
        The trials table.
    arm : str
        Which arm; that of the untrained therapists shows the world as it is.

    Returns
    -------
    DataFrame
        One row a sign: ``value`` with its 95% Monte Carlo interval ``low`` to ``high``, the
        believable band ``band_low`` to ``band_high``, its ``source``, and whether the value lies
        ``inside`` it.
    """
    import pandas as pd

    rows = trials[trials["arm"] == arm].sort_values("replicate")
    sessions = column(rows, "sessions_attended")
    estimates = {
        "rupture_reported_by_patient": monte_carlo.ratio(
            column(rows, "ruptures_reported_patient"), sessions
        ),
        "rupture_reported_by_therapist": monte_carlo.ratio(
            column(rows, "ruptures_reported_therapist"), sessions
        ),
        "dropout": monte_carlo.mean(column(rows, "ending_dropped_out")),
        "pre_post_all": monte_carlo.mean(_improvement(rows, "")),
        "pre_post_completers": monte_carlo.mean(_improvement(rows, "_completers")),
        "therapist_share": therapist_share(rows),
        "alliance": monte_carlo.mean(column(rows, "alliance_late")),
    }
    return pd.DataFrame(
        [
            {
                "sign": name,
                "label": sign.label,
                "unit": sign.unit,
                "value": estimates[name].mean,
                "low": estimates[name].low,
                "high": estimates[name].high,
                "band_low": sign.low,
                "band_high": sign.high,
                "inside": sign.low <= estimates[name].mean <= sign.high,
                "source": sign.source,
            }
            for name, sign in SIGNS.items()
        ]
    )


def therapist_share(rows: pd.DataFrame) -> Estimate:
    """Estimate the share of the variance of severity at the end that lies between therapists.

    Severity at the end is adjusted for severity at intake by the slope b within therapists. With
    k therapists and N patients, and sums of squares and products between (B) and within (W)
    therapists, x at intake and y at the end:

        b = Wxy / Wxx
        within = (Wyy - b * Wxy) / (N - k - 1)
        between = ((Byy - 2 * b * Bxy + b * b * Bxx) / (k - 1) - within) / n0

    where n0 = (N - sum of squared caseloads / N) / (k - 1) is the typical caseload. A replicate's
    own share may be negative; the estimate is the ratio of the mean components, as in Searle,
    Casella & McCulloch (1992).

    Parameters
    ----------
    rows : DataFrame
        One row a replicate of one arm of the trials table.

    Returns
    -------
    Estimate
        Of a share; not a number with a single therapist, one patient a therapist, or patients
        who are all alike at intake.
    """
    k, n, squares = (column(rows, x) for x in ("therapists", "patients", "caseload_squares"))
    if (k <= 1).any() or (n - k <= 1).any():
        return monte_carlo.Estimate(math.nan, math.nan, math.nan, 0)
    n0 = (n - squares / n) / (k - 1)
    sums = ("pre_ss", "pre_post_sp", "post_ss")
    b_xx, b_xy, b_yy = (column(rows, f"symptom_severity_{x}_between") for x in sums)
    w_xx, w_xy, w_yy = (column(rows, f"symptom_severity_{x}_within") for x in sums)
    if not (w_xx > 0.0).all():
        return monte_carlo.Estimate(math.nan, math.nan, math.nan, 0)
    slope = w_xy / w_xx
    within = (w_yy - slope * w_xy) / (n - k - 1)
    square = (b_yy - 2.0 * slope * b_xy + slope * slope * b_xx) / (k - 1)
    between = (square - within) / n0
    return monte_carlo.ratio(between, between + within)


def _improvement(rows: pd.DataFrame, sample: str) -> Values:
    """Give how much severity fell from intake to the end, in SD at intake."""
    before = column(rows, f"symptom_severity_pre{sample}")
    return before - column(rows, f"symptom_severity_post{sample}")
