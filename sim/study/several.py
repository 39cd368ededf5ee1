"""Several primary endpoints: what a trial finds that must not find too much.

Each endpoint is tested by the analysis that is recommended for it; Holm's procedure and a fixed
sequence (each endpoint only if all before it were significant) keep the error of the whole family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.study.test_choice import EFFECT, NULL
from sim.trial import multiplicity
from sim.trial.characteristics import wilson

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Array = np.ndarray[Any, Any]

#: The procedures, in words.
PROCEDURES = {"holm": "Holm", "sequence": "in their order"}

#: A family has that many endpoints.
FEWEST = 2


def table(fits: pd.DataFrame, panel: pd.DataFrame, level: float) -> pd.DataFrame:
    """Describe the family of endpoints.

    Parameters
    ----------
    fits : DataFrame
        The fits of all trials; see `sim.study.test_choice.table`.
    panel : DataFrame
        What that gave.
    level : float
        Of significance, of the family.

    Returns
    -------
    DataFrame
        One row a procedure: the share of trials in which ``any`` endpoint is significant and in
        which ``all`` are, where there is an effect, and the ``error``, in which any is where there
        is none; each with ``_low`` and ``_high``. Trials in which an analysis failed are left out.
        Empty with a single endpoint, or if none is recommended for one.
    """
    import pandas as pd

    chosen = panel[panel["recommended"].astype(bool)]
    many = panel["endpoint"].nunique()
    if many < FEWEST or len(chosen) < many:
        return pd.DataFrame()
    rows = []
    for procedure, label in PROCEDURES.items():
        found: dict[str, Any] = {"procedure": procedure, "label": label}
        for world, named in ((EFFECT, ("any", "all")), (NULL, ("error",))):
            p = _p(fits[fits["world"] == world], chosen)
            hits = _significant(p, procedure, level).sum(axis=1)
            for name in named:
                fewest = many if name == "all" else 1
                share = wilson(int((hits >= fewest).sum()), len(hits))
                ends = {f"{name}_low": share.low, f"{name}_high": share.high}
                found |= {name: share.share, **ends}
        rows.append(found)
    return pd.DataFrame(rows)


def said(row: dict[Any, Any], level: float) -> str:
    """Say what a procedure comes to."""
    any_of, all_of, error = (
        f"{100 * row[name]:.1f}% [{100 * row[f'{name}_low']:.1f}, {100 * row[f'{name}_high']:.1f}]"
        for name in ("any", "all", "error")
    )
    return (
        f"Endpoints together, {row['label']}: one or more significant in {any_of} of trials, all "
        f"in {all_of}; without an effect one or more in {error}, at a level of {100 * level:g}%."
    )


def _p(fits: pd.DataFrame, chosen: pd.DataFrame) -> Array:
    """Lay the p-values of recommended analyses out by trial and endpoint."""
    import numpy as np

    columns = []
    for row in chosen.to_dict("records"):
        mine = (fits["endpoint"] == row["endpoint"]) & (fits["analysis"] == row["analysis"])
        columns.append(fits[mine].sort_values("replicate")["p"].to_numpy("float64"))
    p: Array = np.stack(columns, axis=1)
    return p[~np.isnan(p).any(axis=1)]


def _significant(p: Array, procedure: str, level: float) -> Array:
    """Tell which endpoints of each trial are significant."""
    hits: Array
    if procedure == "holm":
        hits = multiplicity.holm(p) <= level
    else:
        hits = multiplicity.gatekeeping(p, [[i] for i in range(p.shape[1])], level)
    return hits
