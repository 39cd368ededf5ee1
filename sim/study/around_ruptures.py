"""Around ruptures: the alliance before and after, by what became of the rupture at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.study import monte_carlo
from sim.study.sample import PATIENT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.results import Results

    Array = np.ndarray[Any, Any]

#: So many sessions before the rupture, and after it.
REACH = 4

#: What can have become of a rupture by the end of the session in which it began.
FATES = {
    "repaired": "repaired in that session",
    "failed": "noticed, but not repaired",
    "missed": "missed",
    "none": "no rupture, for comparison",
}


def table(results: Results) -> pd.DataFrame:
    """Follow the alliance around sessions in which one rupture began and none was open before.

    Parameters
    ----------
    results : Results
        With sessions.

    Returns
    -------
    DataFrame
        One row an ``arm``, ``fate`` (`FATES`) and ``offset`` in sessions: the ``mean`` difference
        of the alliance from the dyad's own mean over the four sessions before, its 95% Monte Carlo
        interval ``low`` to ``high``, and the number of ``dyads`` still meeting then. A dyad counts
        once for every such session. Empty where nobody met long enough.
    """
    import numpy as np
    import pandas as pd

    found: list[dict[str, Any]] = []
    for arm in results.sessions["arm"].cat.categories:
        rows = results.sessions[results.sessions["arm"] == arm]
        grids, replicate = _grids(rows)
        alliance = grids["alliance"]
        last = alliance.shape[1]
        for fate in FATES:
            begins = _begins(grids, fate)
            begins[:, : min(REACH, last)] = False
            who, when = np.nonzero(begins)
            before = [alliance[who, when - k] for k in range(REACH, 0, -1)]
            own = np.mean(before, axis=0) if len(who) else np.zeros(0)
            there = ~np.isnan(own)
            who, when, own = who[there], when[there], own[there]
            for offset in range(-REACH, REACH + 1):
                at = when + offset
                value = np.full(len(who), np.nan)
                inside = at < last
                value[inside] = alliance[who[inside], at[inside]] - own[inside]
                found += _row(arm, fate, offset, value, replicate[who])
    columns = ["arm", "fate", "offset", "mean", "low", "high", "dyads"]
    return pd.DataFrame(found, columns=columns)


def _grids(rows: pd.DataFrame) -> tuple[dict[str, Array], Array]:
    """Lay columns out as dyads by sessions, and give the replicate of each dyad."""
    import numpy as np

    dyad = rows.groupby(PATIENT, sort=True).ngroup().to_numpy()
    session = rows["session"].to_numpy() - 1
    shape = (int(dyad.max(initial=-1)) + 1, int(session.max(initial=-1)) + 1)
    grids = {}
    for name in ("alliance", "ruptures", "noticed", "repaired", "rupture_open"):
        grids[name] = np.full(shape, np.nan)
        grids[name][dyad, session] = rows[name].to_numpy(dtype="float64")
    replicate = np.zeros(shape[0], dtype=np.int64)
    replicate[dyad] = rows["replicate"].to_numpy()
    return grids, replicate


def _begins(grids: dict[str, Array], fate: str) -> Array:
    """Find the sessions with one rupture of a fate, or with none, where none was open before."""
    import numpy as np

    is_open = grids["rupture_open"]
    calm = np.zeros(is_open.shape, dtype=bool)
    calm[:, 1:] = is_open[:, :-1] == 0
    left_open = is_open == 1
    kinds = {
        "repaired": (grids["ruptures"] == 1) & ~left_open,
        "failed": (grids["ruptures"] == 1) & left_open & (grids["noticed"] > 0),
        "missed": (grids["ruptures"] == 1) & left_open & (grids["noticed"] == 0),
        "none": grids["ruptures"] == 0,
    }
    found: Array = calm & kinds[fate]
    return found


def _row(arm: str, fate: str, offset: int, value: Array, replicate: Array) -> list[dict[str, Any]]:
    """Take the mean over all that still meet, with its Monte Carlo interval."""
    import numpy as np

    there = ~np.isnan(value)
    if not there.any():
        return []
    _, group = np.unique(replicate[there], return_inverse=True)
    sums = np.bincount(group, weights=value[there]).astype(np.float64)
    estimate = monte_carlo.ratio(sums, np.bincount(group).astype(np.float64))
    return [
        {
            "arm": arm,
            "fate": fate,
            "offset": offset,
            "mean": estimate.mean,
            "low": estimate.low,
            "high": estimate.high,
            "dyads": int(there.sum()),
        }
    ]
