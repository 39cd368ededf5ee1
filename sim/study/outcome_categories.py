"""Outcome categories: who improved reliably, who did not, and how treatments ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.course import ENDINGS
from sim.study import monte_carlo

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Results

#: A change of the Global Severity Index at least this large is reliable (SCL-90-R, Schauenburg &
#: Strack 1999).
RELIABLE = 0.43

#: What is told apart, in the order drawn.
CHANGES = ("improved", "unchanged", "deteriorated")
SORTS = {
    "change_post": "Reliable change at the end",
    "change_followup": "Reliable change at follow-up",
    "ending": "How the treatment ended",
}


def table(results: Results, reference: str) -> pd.DataFrame:
    """Sort patients into categories.

    Parameters
    ----------
    results : Results
        With patients.
    reference : str
        The arm that others are compared with.

    Returns
    -------
    DataFrame
        One row a ``sort`` (`SORTS`), ``category`` and ``arm``: the ``share`` of patients, and the
        ``difference`` of shares from the reference with its 95% Monte Carlo interval.
    """
    import pandas as pd

    patients = results.patients
    sorts: dict[str, Any] = {
        "change_post": _change(patients, "post"),
        "change_followup": _change(patients, "followup"),
        "ending": pd.Categorical(patients["ending"].astype(str), [*ENDINGS[1:], ENDINGS[0]]),
    }
    found: list[dict[str, Any]] = []
    for name, categories in sorts.items():
        counts = pd.crosstab([patients["arm"], patients["replicate"]], categories, dropna=False)
        shares = counts.div(counts.sum(axis=1), axis=0)
        for category in categories.categories:
            if name == "ending" and not (shares.get(category, pd.Series([0.0])) > 0.0).any():
                continue
            for arm in patients["arm"].cat.categories:
                own = shares.loc[arm, category]
                row = {"sort": name, "category": category, "arm": arm, "share": float(own.mean())}
                if arm != reference:
                    estimate = monte_carlo.mean(
                        (own - shares.loc[reference, category]).to_numpy(dtype="float64")
                    )
                    row |= {
                        "difference": estimate.mean,
                        "difference_low": estimate.low,
                        "difference_high": estimate.high,
                    }
                found.append(row)
    return pd.DataFrame(found)


def _change(patients: pd.DataFrame, wave: str) -> Any:
    """Tell a reliable change of the Global Severity Index from one that may be error."""
    import numpy as np
    import pandas as pd

    change = (patients[f"gsi_self_{wave}"] - patients["gsi_self_pre"]).to_numpy(dtype="float64")
    words = np.select([change <= -RELIABLE, change >= RELIABLE], CHANGES[::2], default=CHANGES[1])
    return pd.Categorical(words, list(CHANGES))
