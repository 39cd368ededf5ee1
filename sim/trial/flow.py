"""The flow of a trial: how many are recruited, assigned, treated, lost and counted in each arm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim import course

if TYPE_CHECKING:
    import pandas as pd

    from sim.engine.seating import Seating
    from sim.trial.batch import Batch

    Array = np.ndarray[Any, np.dtype[Any]]

#: What is counted, in the order in which it happens, and how it is said of an arm.
STAGES = {
    "therapists": "Therapists",
    "practised": "Of them following the programme",
    "patients": "Patients enrolled",
    "dropped_out": "Dropped out of treatment",
    "therapist_left": "Lost their therapist",
    "recorded": "Outcome recorded",
}

ARMS = ("untrained", "trained")


def counts(trained: Array, seats: Seating, ending: Array | None, batch: Batch) -> Array:
    """Count the people of some trials, by arm.

    Parameters
    ----------
    trained : array of bool, (trials, periods, seats)
        Whether the therapist is assigned to training in that period.
    seats : Seating
        Who sits where in these trials.
    ending : array of int, (trials, periods, seats, slots), or None
        How treatments ended, where the chain lived them.
    batch : Batch
        The first endpoint of these trials.

    Returns
    -------
    array of int, (trials, 2, stages)
        By arm (`ARMS`) and stage (`STAGES`). A therapist who works in both arms counts in both.
    """
    there = np.arange(seats.slots) < seats.caseloads[..., None]
    made = np.zeros((len(trained), 2, len(STAGES)), np.int64)
    for arm, here in enumerate((~trained, trained)):
        at = here[..., None] & there
        endings = [np.zeros(len(trained), np.int64)] * 2
        if ending is not None:
            endings = [
                (at & (ending == course.ENDINGS.index(word))).sum(axis=(1, 2, 3))
                for word in ("dropped_out", "therapist_left")
            ]
        seen = ~np.isnan(batch.outcome)
        mine = seen & (batch.arm == arm) if _has_arms(batch) else seen & (arm == 0)
        made[:, arm] = np.stack(
            [
                here.any(axis=1).sum(axis=1),
                (here & (seats.programmes == 1)).any(axis=1).sum(axis=1),
                at.sum(axis=(1, 2, 3)),
                *endings,
                mine.sum(axis=(1, 2)),
            ],
            axis=1,
        )
    return made


def table(flow: Array) -> pd.DataFrame:
    """Average the flow of many trials.

    Returns
    -------
    DataFrame
        One row an arm and stage: the ``mean`` number over trials, and how it varies, from ``low``
        to ``high`` (2.5th and 97.5th percentile).
    """
    import pandas as pd

    rows = []
    for i, arm in enumerate(ARMS):
        for k, (stage, label) in enumerate(STAGES.items()):
            low, high = np.percentile(flow[:, i, k], [2.5, 97.5])
            mean = float(flow[:, i, k].mean())
            rows.append((arm, stage, label, mean, float(low), float(high)))
    return pd.DataFrame(rows, columns=["arm", "stage", "label", "mean", "low", "high"])


def _has_arms(batch: Batch) -> bool:
    """Tell whether patients belong to one of two arms, and not to therapists' scores."""
    return bool(np.isin(batch.arm[:1][~np.isnan(batch.arm[:1])], (0.0, 1.0)).all())
