"""Mediation in a trial: how often it would be found that the effect runs through something.

A trial that measures what patients get, the alliance say, can ask whether that carries the effect
(T132). The analysis is of the 2-1-1 kind (`sim.trial.mediation`); here it is made of every trial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.study.test_choice import EFFECT, NULL
from sim.trial import chance, mediation, statistics
from sim.trial.batch import MEDIATOR
from sim.trial.characteristics import wilson

if TYPE_CHECKING:
    import pandas as pd

    from sim.trial.batch import Batch

#: What is kept of each trial.
NUMBERS = ("a", "b", "indirect", "p_joint", "low", "high")


def analyse(batch: Batch, mediator: Batch, level: float) -> pd.DataFrame:
    """Analyse the mediation in every trial of a batch.

    Parameters
    ----------
    batch : Batch
        The outcome.
    mediator : Batch
        The mediator of the same patients.
    level : float
        Of significance.

    Returns
    -------
    DataFrame
        One row a trial: ``replicate, endpoint``, and the numbers in `NUMBERS`.
    """
    import numpy as np
    import pandas as pd

    values = batch.values()
    values = np.insert(values, values.shape[-1] - 1, mediator.outcome, axis=-1)
    names = ("arm", *batch.covariates(), MEDIATOR, "outcome")
    made = statistics.of_values(values, names, batch.clustered)
    found = mediation.mediate(
        made,
        MEDIATOR,
        level=1.0 - level,
        luck=chance.luck_of_endpoint(batch.luck, batch.endpoint.name),
        first_trial=int(batch.replicates[0]),
    )
    return pd.DataFrame(
        {
            "replicate": batch.replicates,
            "endpoint": batch.endpoint.name,
            "a": found.a.estimate,
            "b": found.b.estimate,
            **{name: getattr(found, name) for name in NUMBERS[2:]},
        }
    )


def table(fits: pd.DataFrame, level: float) -> pd.DataFrame:
    """Describe the mediation through one mediator, endpoint by endpoint.

    Parameters
    ----------
    fits : DataFrame
        One row a world, replicate and endpoint, as `analyse` gives them.
    level : float
        Of significance.

    Returns
    -------
    DataFrame
        One row an endpoint: the mean ``a``, ``b`` and ``indirect`` effect where there is an
        effect; the share of trials in which both paths are significant (``joint``) and in which
        the Monte Carlo interval leaves 0 out (``interval``), and the same where there is none
        (``joint_size``, ``interval_size``), each with ``_low`` and ``_high``; ``failed``.
    """
    import pandas as pd

    rows = []
    for name, both in fits.groupby("endpoint", sort=False, observed=True):
        row: dict[str, Any] = {"endpoint": name}
        effect = both[both["world"] == EFFECT]
        row |= {path: float(effect[path].mean()) for path in ("a", "b", "indirect")}
        for world, suffix in ((EFFECT, ""), (NULL, "_size")):
            mine = both[both["world"] == world].dropna(subset=["p_joint"])
            joint = mine["p_joint"] < level
            outside = (mine["low"] > 0.0) | (mine["high"] < 0.0)
            for test, hits in (("joint", joint), ("interval", outside)):
                share = wilson(int(hits.sum()), len(hits))
                key = f"{test}{suffix}"
                row |= {key: share.share, f"{key}_low": share.low, f"{key}_high": share.high}
        row["failed"] = float(effect["p_joint"].isna().mean())
        rows.append(row)
    return pd.DataFrame(rows)


def said(row: dict[Any, Any], label: str, mediator: str) -> str:
    """Say how often the mediation would be found."""
    found, size, interval = (
        f"{100 * row[key]:.1f}% [{100 * row[f'{key}_low']:.1f}, {100 * row[f'{key}_high']:.1f}]"
        for key in ("joint", "joint_size", "interval")
    )
    return (
        f"Through {mediator} to {label}: mean indirect effect {row['indirect']:+.3g}; both paths "
        f"are significant in {found} of trials, without an effect in {size}; the Monte Carlo "
        f"interval leaves 0 out in {interval}."
    )
