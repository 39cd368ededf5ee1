"""Effects: the difference that training makes at every step of the chain, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import ResultsError
from sim.study import monte_carlo
from sim.study.steps import SCALES, SCORE_SCALES, STEPS, Step

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

#: The column that tells the number of a replicate's set of parameters, where there are many.
SETS = "parameter_set"

#: What an interval says about a difference.
FINDINGS = ("higher", "lower", "interval covers 0", "exactly 0", "no interval")


def of_all(trials: pd.DataFrame, reference: str, steps: Sequence[Step] = STEPS) -> pd.DataFrame:
    """Hold every arm against the reference: one contrast below the other, as `table` gives each.

    Parameters
    ----------
    trials : DataFrame
        The trials table: one row a replicate and arm.
    reference : str
        The arm that all others are held against.
    steps : sequence of Step
        What is compared.

    Returns
    -------
    DataFrame
        One row an arm and step, in the order of the arms and of the chain.
    """
    import pandas as pd

    others = [str(arm) for arm in trials["arm"].cat.categories if arm != reference]
    tables = [table(trials, arm, reference, steps) for arm in others]
    return pd.concat(tables, ignore_index=True)


def table(
    trials: pd.DataFrame, treated: str, control: str, steps: Sequence[Step] = STEPS
) -> pd.DataFrame:
    """Work out the difference between two arms at every step of the chain.

    Parameters
    ----------
    trials : DataFrame
        The trials table: one row a replicate and arm.
    treated, control : str
        The arms; a difference is treated minus control.
    steps : sequence of Step
        What is compared.

    Returns
    -------
    DataFrame
        One row a step, in the order of the chain. ``arm`` and ``reference`` name the arms, and
        ``trained`` and ``untrained`` are their means over replicates; ``difference``, ``low`` and
        ``high`` the mean of the differences within replicates and its 95% Monte Carlo interval
        (in a world of many sets of parameters, where 95% of these lie), in ``unit``;
        ``standardised``, ``standardised_low`` and ``standardised_high`` the same divided by
        ``sd``, which is that of ``scale`` (`SCALES`; in words in ``scale_meaning``);
        ``better`` is +1 where more is better and -1 where less is; ``finding`` is one of
        `FINDINGS`.

    Raises
    ------
    ResultsError
        If an arm or a column is missing.
    """
    import pandas as pd

    names = {"arm": treated, "reference": control}
    arms = [of_arm(trials, arm) for arm in (treated, control)]
    return pd.DataFrame([names | _row(step, *arms) for step in steps])


def of_arm(trials: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Give the trials of an arm by replicate.

    Raises
    ------
    ResultsError
        If there is no such arm.
    """
    there = list(trials["arm"].cat.categories)
    if arm not in there:
        raise ResultsError(f"there is no arm '{arm}' in these results, only {there}")
    return trials[trials["arm"] == arm].set_index("replicate").sort_index()


def differences(trials: pd.DataFrame, step: Step, treated: str, control: str) -> Values:
    """Give the difference between two arms in each replicate."""
    return value(step, of_arm(trials, treated)) - value(step, of_arm(trials, control))


def _row(step: Step, trained: pd.DataFrame, untrained: pd.DataFrame) -> dict[str, Any]:
    """Compare one step."""
    with_training, without = value(step, trained), value(step, untrained)
    difference = _estimate(with_training - without, trained)
    sd = spread(step, untrained, trained)
    return {
        "step": step.name,
        "label": step.label,
        "place": step.place,
        "column": "+".join(step.columns) + (f"/{step.per}" if step.per else ""),
        "better": step.better,
        "unit": step.unit,
        "trained": monte_carlo.mean(with_training).mean,
        "untrained": monte_carlo.mean(without).mean,
        "difference": difference.mean,
        "low": difference.low,
        "high": difference.high,
        "standardised": _in(sd, difference.mean),
        "standardised_low": _in(sd, difference.low),
        "standardised_high": _in(sd, difference.high),
        "sd": sd,
        "scale": step.scale,
        "scale_meaning": (SCALES | SCORE_SCALES)[step.scale],
        "finding": finding(difference),
        "replicates": difference.replicates,
    }


def _estimate(values: Values, arm: pd.DataFrame) -> monte_carlo.Estimate:
    """Estimate a mean over replicates; in a world of many sets of parameters, over these."""
    if SETS in arm:
        return monte_carlo.over_sets(values, arm[SETS].to_numpy())
    return monte_carlo.mean(values)


def _in(sd: float, difference: float) -> float:
    """Count a difference in standard deviations; not a number where nothing varies."""
    return difference / sd if sd > 0.0 else math.nan


def value(step: Step, arm: pd.DataFrame) -> Values:
    """Give the value of a step in each replicate of an arm."""
    import numpy as np

    total: Values = np.mean([column(arm, name) for name in step.columns], axis=0)
    if step.per is None:
        return total
    below = column(arm, step.per)
    return np.divide(total, below, out=np.full_like(total, np.nan), where=below > 0.0)


def spread(step: Step, untrained: pd.DataFrame, trained: pd.DataFrame) -> float:
    """Give the SD by which a step's difference is standardised; see `SCALES`.

    The SD between persons is pooled over replicates, that of an instrument over both arms too.
    That of a rate per session is the SD of the count divided by the mean number of sessions.

    Returns
    -------
    float
        Not a number where there is no spread.
    """
    import numpy as np

    if step.scale in {"trait", "intake"}:
        return 1.0
    if step.scale == "yes or no":
        share = monte_carlo.mean(value(step, untrained)).mean
        sd = math.sqrt(max(0.0, share * (1.0 - share)))
    else:
        (name,) = step.columns
        arms = [untrained, trained] if step.scale == "instrument" else [untrained]
        squares = np.concatenate([column(arm, f"{name}_sd") ** 2 for arm in arms])
        if np.isnan(squares).all():
            return math.nan
        sd = math.sqrt(float(np.nanmean(squares)))
        if step.per is not None:
            sd /= float(np.nanmean(column(untrained, step.per)))
    return sd if sd > 0.0 else math.nan


def finding(difference: monte_carlo.Estimate) -> str:
    """Say what the interval of a difference says; nothing more."""
    if math.isnan(difference.low):
        return "no interval"
    if difference.low == difference.high == 0.0:
        return "exactly 0"
    if difference.low > 0.0:
        return "higher"
    return "lower" if difference.high < 0.0 else "interval covers 0"


def column(arm: pd.DataFrame, name: str) -> Values:
    """Give a column of the trials table.

    Raises
    ------
    ResultsError
        If there is no such column.
    """
    if name not in arm:
        raise ResultsError(f"the trials table has no column {name}: compute these results again")
    return arm[name].to_numpy(dtype="float64")
