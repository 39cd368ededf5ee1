"""Therapist effects: how well each therapist's patients end, given how they came."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.study.sample import THERAPIST

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Results

#: The outcome, before and after; less is better.
BEFORE, AFTER = "symptom_severity_pre", "symptom_severity_post"


def table(results: Results) -> pd.DataFrame:
    """Take the mean outcome of every therapist, adjusted for severity at intake.

    With b the slope of severity at the end on severity at intake within therapists, of all arms
    and replicates together, and M the mean of all patients:

        adjusted = mean(end) - b * (mean(intake) - M)

    Parameters
    ----------
    results : Results
        With patients.

    Returns
    -------
    DataFrame
        One row a replicate, arm and therapist: number of ``patients``, ``adjusted`` severity at
        the end in SD at intake, its standard ``error`` (the residual SD within therapists over the
        root of the number of patients; not a number where nobody has two patients).
    """
    rows = results.patients[["arm", *THERAPIST, BEFORE, AFTER]]
    groups = rows.groupby(["arm", *THERAPIST], observed=True, sort=True)
    x, y = (rows[name] - groups[name].transform("mean") for name in (BEFORE, AFTER))
    spread = float((x * x).sum())
    slope = float((x * y).sum()) / spread if spread > 0.0 else 0.0
    free = len(rows) - groups.ngroups - 1
    rest = y - slope * x
    within = math.sqrt(float((rest * rest).sum()) / free) if free > 0 else math.nan
    found = groups.agg(
        patients=(AFTER, "size"), before=(BEFORE, "mean"), after=(AFTER, "mean")
    ).reset_index()
    found["adjusted"] = found["after"] - slope * (found["before"] - float(rows[BEFORE].mean()))
    found["error"] = within / found["patients"] ** 0.5
    chosen: pd.DataFrame = found[["replicate", "arm", "therapist", "patients", "adjusted", "error"]]
    return chosen.sort_values(["replicate", "arm", "therapist"], ignore_index=True)
