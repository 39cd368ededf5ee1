"""Courses: what patients go through from session to session, in every arm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.study import monte_carlo
from sim.study.sample import PATIENT, SESSION, pairs

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Results

#: The share of patients below and above the band.
TAIL = 0.1


class Course(NamedTuple):
    """A state that is followed: its label, unit, direction, and whether it lasts."""

    label: str
    unit: str
    better: int
    lasts: bool = True


COURSES = {
    "symptom_severity": Course("Symptom severity", "SD at intake", -1),
    "well_being": Course("Well-being", "SD at intake", 1),
    "self_attunement": Course("Patient's self-attunement", "SD at intake", 1),
    "alliance": Course("Alliance", "level 0–1", 1, lasts=False),
}

#: The waves at which everybody is seen, treated or not.
WAVES = {"post": "end", "followup": "follow-up"}


def table(results: Results, reference: str) -> pd.DataFrame:
    """Follow states through the sessions, and all patients to the end and to the follow-up.

    Parameters
    ----------
    results : Results
        With sessions.
    reference : str
        The arm that others are compared with.

    Returns
    -------
    DataFrame
        One row a ``quantity``, ``arm`` and ``wave`` (``session``, ``end``, ``follow-up``), and
        ``session`` (0 for the other waves). ``mean`` and the band ``low`` to ``high`` (10% to 90%
        of patients) are of the ``patients`` seen then: in sessions, of those still in treatment,
        which is ``in_treatment`` of all. ``difference`` is that to the reference, with its 95%
        Monte Carlo interval: of the same patients, in treatment in both arms, where the same
        people live in both; otherwise of the means.
    """
    import pandas as pd

    keys = {"sessions": SESSION, "patients": PATIENT}
    sessions = results.sessions[["arm", *keys["sessions"], *COURSES]]
    parts = [_waves(sessions, "session", reference, keys["sessions"], list(COURSES))]
    lasting = [name for name, course in COURSES.items() if course.lasts]
    for suffix, wave in WAVES.items():
        columns = {f"{name}_{suffix}": name for name in lasting}
        rows = results.patients[["arm", *keys["patients"], *columns]].rename(columns=columns)
        parts.append(_waves(rows.assign(session=0), wave, reference, keys["patients"], lasting))
    found = pd.concat(parts, ignore_index=True)
    people = results.patients["arm"].value_counts()
    found["in_treatment"] = found["patients"] / found["arm"].map(people).astype("float64")
    return found


def _waves(
    rows: pd.DataFrame, wave: str, reference: str, keys: list[str], names: list[str]
) -> pd.DataFrame:
    """Sum one kind of wave up."""
    import numpy as np
    import pandas as pd

    found: list[dict[str, Any]] = []
    for arm in rows["arm"].cat.categories:
        own = rows[rows["arm"] == arm].sort_values("session", kind="stable")
        starts = np.unique(own["session"], return_index=True)
        differences = None if arm == reference else _differences(rows, arm, reference, keys, names)
        values = {name: own[name].to_numpy(dtype="float64") for name in names}
        for name in names:
            parts = np.split(values[name], starts[1][1:]) if len(own) else []
            for at, part in zip(starts[0].tolist(), parts, strict=False):
                low, high = np.quantile(part, [TAIL, 1.0 - TAIL]).tolist()
                row = {"quantity": name, "arm": arm, "wave": wave, "session": at}
                row |= {"mean": float(part.mean()), "low": low, "high": high}
                row["patients"] = len(part)
                if differences is not None and at in differences[name].index:
                    estimate = monte_carlo.mean(differences[name].loc[at].to_numpy())
                    row |= {
                        "difference": estimate.mean,
                        "difference_low": estimate.low,
                        "difference_high": estimate.high,
                    }
                found.append(row)
    return pd.DataFrame(found)


def _differences(
    rows: pd.DataFrame, arm: str, reference: str, keys: list[str], names: list[str]
) -> dict[str, pd.DataFrame]:
    """Give the mean difference by session (down) and replicate (across)."""
    own = rows if "session" in keys else rows.drop(columns="session")
    paired = pairs(own, arm, reference, keys).reset_index()
    if not paired.empty:
        if "session" not in paired:
            paired["session"] = 0
        same = paired.groupby(["session", "replicate"])[names].mean()
        return {name: _wide(same[name]) for name in names}
    means = rows.groupby(["arm", "session", "replicate"], observed=True)[names].mean()
    return {name: _wide(means[name].loc[arm] - means[name].loc[reference]) for name in names}


def _wide(values: pd.Series[Any]) -> pd.DataFrame:
    """Lay values out by session (down) and replicate (across)."""
    wide: pd.DataFrame = values.unstack()  # noqa: PD010 - of an index, not of columns
    return wide
