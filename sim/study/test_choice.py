"""The choice of a test: size and power of every analysis, on the same simulated trials."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.trial import characteristics, panel
from sim.trial.analysis import BY_NAME
from sim.trial.answers import Answers
from sim.trial.characteristics import HOLDS, LIBERAL

if TYPE_CHECKING:
    import pandas as pd

#: The two worlds in which trials are simulated.
EFFECT, NULL = "effect", "null"


def table(fits: pd.DataFrame, implied: pd.DataFrame, level: float) -> pd.DataFrame:
    """Describe every analysis of every endpoint.

    Parameters
    ----------
    fits : DataFrame
        One row a world (`EFFECT`, `NULL`), replicate, endpoint and analysis: ``estimate, se, df,
        p, singular, failure``.
    implied : DataFrame
        What `sim.study.implications.table` gave.
    level : float
        Of significance.

    Returns
    -------
    DataFrame
        One row an endpoint and analysis: ``size`` and ``size_low`` to ``size_high`` with the
        ``verdict`` on it, what `sim.trial.characteristics.describe` gives under the effect,
        ``failed_null``, the power against a ``benchmark``, and whether the analysis is
        ``recommended``. The benchmark is the effect that the sharpest analysis would find in four
        of five trials, of those that neither forget therapists nor reject too often without an
        effect: the effect of a programme may be too small for any to be told from another.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for name, of_endpoint in fits.groupby("endpoint", sort=False, observed=True):
        (told,) = implied[implied["endpoint"] == name].to_dict("records")
        mine, nulls = [], {}
        for analysis, both in of_endpoint.groupby("analysis", sort=False, observed=True):
            effect = _answers(both[both["world"] == EFFECT])
            null = _answers(both[both["world"] == NULL])
            nulls[str(analysis)] = null
            size = characteristics.rejections(null, level)
            # An analysis that estimates something else has another truth, which nobody worked out.
            truth = told["effect"] if BY_NAME[str(analysis)].same_estimand else math.nan
            mine.append(
                {
                    "endpoint": name,
                    "label": told["label"],
                    "analysis": analysis,
                    "analysis_label": panel.LABELS[str(analysis)],
                    "size": size.share,
                    "size_low": size.low,
                    "size_high": size.high,
                    "verdict": characteristics.size_holds(size, level),
                    **characteristics.describe(effect, truth, told["effect_error"], level),
                    "failed_null": float(null.failed.mean()) if len(null.failed) else math.nan,
                }
            )
        _set_benchmark(mine, nulls, level)
        chosen = panel.recommend(mine)
        rows += [row | {"recommended": row["analysis"] == chosen} for row in mine]
    return pd.DataFrame(rows)


def warnings(rows: pd.DataFrame, level: float) -> list[str]:
    """Say which analyses miss their nominal size, a sentence each; those too liberal first."""
    said = []
    order = rows.sort_values("verdict", key=lambda verdicts: verdicts != LIBERAL, kind="stable")
    for row in order.to_dict("records"):
        if row["verdict"] in {HOLDS, characteristics.OPEN}:
            continue
        said.append(
            f"{row['analysis_label']} is {row['verdict']} for {row['label']}: without an effect "
            f"{100 * row['size']:.1f}% of trials are significant, not {100 * level:g}%."
        )
    return said


def _set_benchmark(rows: list[dict[str, Any]], nulls: dict[str, Answers], level: float) -> None:
    """Add to every analysis of an endpoint its power against the same benchmark."""
    reach = []
    for row in rows:
        known = BY_NAME[str(row["analysis"])]
        if not known.naive and known.same_estimand and row["verdict"] != LIBERAL:
            reach.append(characteristics.detectable(nulls[row["analysis"]], level))
    there = [one for one in reach if not math.isnan(one)]
    effect = min(there) if there else math.nan
    for row in rows:
        null = nulls[row["analysis"]]
        same = BY_NAME[str(row["analysis"])].same_estimand
        row["benchmark_effect"] = effect if same else math.nan
        row["benchmark"] = characteristics.benchmark(null, row["benchmark_effect"], level)


def _answers(rows: pd.DataFrame) -> Answers:
    """Take what one analysis said out of the table of fits."""
    estimate, se, df, p = (rows[name].to_numpy("float64") for name in ("estimate", "se", "df", "p"))
    failure = rows["failure"].to_numpy("int8")
    return Answers(estimate, se, df, p, rows["singular"].to_numpy("bool"), failure)
