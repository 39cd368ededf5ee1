"""A data frame of patients, read for analysis: whose trial, which arm, which therapist.

One row a patient, as a trialist keeps them. What cannot be analysed is refused here, in a sentence.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.errors import AnalysisError, nearest
from sim.trial import statistics

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.trial.statistics import Floats, Statistics

#: A trial has so many arms.
ARMS = 2

#: What the arms are called.
WHICH = {0.0: "control arm", 1.0: "arm that is tested"}


class Read(NamedTuple):
    """What was read.

    Attributes
    ----------
    statistics : Statistics
        Of all trials.
    keys : DataFrame
        One row a trial: what tells it apart from others; no columns if there is one only.
    reasons : array of str, (trials,)
        Why a trial is not to be analysed, whatever a model might make of it; empty where it is.
    """

    statistics: Statistics
    keys: pd.DataFrame
    reasons: NDArray[np.object_]


def read(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    cluster: str,
    covariates: Sequence[str],
    by: str | Sequence[str] | None,
    control: object,
) -> Read:
    """Read patients, and take the statistics of their trials.

    The arguments are those of `sim.analysis.fit_trials`.

    Raises
    ------
    AnalysisError
        If a column is missing or holds no numbers, if there are not two arms, or if there is
        nobody.
    """
    import pandas as pd

    keys = [by] if isinstance(by, str) else list(by or ())
    named = {"outcome": [outcome], "arm": [arm], "cluster": [cluster], "by": keys}
    named["covariates"] = list(covariates)
    for argument, columns in named.items():
        _check_columns(frame, argument, columns)
    if len(frame) == 0:
        raise AnalysisError("the data frame has no rows: there is nobody to analyse")
    values = np.stack(
        [
            _arms(frame, arm, control),
            *(_numbers(frame, "covariates", name) for name in covariates),
            _numbers(frame, "outcome", outcome),
        ],
        axis=1,
    )
    _check_missing(values, arm, covariates)
    if keys:
        groups = frame.groupby(keys, sort=True, observed=True, dropna=False)
        trial = groups.ngroup().to_numpy("int64")
        told = groups.size().reset_index()[keys]
    else:
        trial = np.zeros(len(frame), np.int64)
        told = pd.DataFrame(index=[0])
    place, loose = _clusters(frame, cluster, trial)
    variables = (arm, *covariates, outcome)
    made = statistics.of_rows(values, trial, place, variables, loose)
    reasons = np.full(made.trials, "", object)
    _mark_single_therapists(made, reasons)
    _mark_missing(values, trial, covariates, reasons)
    return Read(made, told, reasons)


def _check_columns(frame: pd.DataFrame, argument: str, columns: Sequence[Hashable]) -> None:
    """Check that there are such columns."""
    for name in columns:
        if name not in frame.columns:
            there = [str(column) for column in frame.columns]
            raise AnalysisError(
                f"{argument}={name!r} is no column of the data frame, which has "
                f"{', '.join(there)}{nearest(str(name), there)}"
            )


def _numbers(frame: pd.DataFrame, argument: str, name: str) -> Floats:
    """Read a column of numbers; what is missing is NaN."""
    import pandas as pd

    column = frame[name]
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        raise AnalysisError(
            f"{argument}={name!r} holds {column.dtype}: it takes a column of numbers"
        )
    numbers: Floats = column.to_numpy("float64", na_value=np.nan)
    if np.isinf(numbers).any():
        raise AnalysisError(f"{argument}={name!r} holds numbers that are infinite")
    return numbers


def _arms(frame: pd.DataFrame, arm: str, control: object) -> Floats:
    """Read the arm: 1 for the arm that is tested, 0 for the control."""
    import pandas as pd

    column = frame[arm]
    found: list[Any] = sorted(column.dropna().unique().tolist(), key=str)
    if len(found) != ARMS:
        shown = ", ".join(map(repr, found[:6]))
        raise AnalysisError(f"arm={arm!r} has to hold two different values, and it holds: {shown}")
    if control is None:
        if set(found) != {0, 1}:
            raise AnalysisError(
                f"arm={arm!r} holds {found[0]!r} and {found[1]!r}: say which is the control, as in "
                f"control={found[0]!r}"
            )
        control = 0
    if control not in found:
        raise AnalysisError(
            f"control={control!r} is no value of arm={arm!r}, which holds {found[0]!r} and "
            f"{found[1]!r}"
        )
    missing = pd.isna(column).to_numpy()
    return np.where(missing, np.nan, (column != control).to_numpy("bool").astype(np.float64))


def _check_missing(values: Floats, arm: str, covariates: Sequence[str]) -> None:
    """Refuse a covariate that nobody in one of the arms has."""
    for value, which in WHICH.items():
        here = values[:, 0] == value
        for k, name in enumerate(covariates, start=1):
            if np.isnan(values[here, k]).all():
                raise AnalysisError(
                    f"covariates={name!r} is missing for everybody in the {which} of {arm!r}: "
                    "leave it out, or analyse those who have it"
                )


def _mark_missing(
    values: Floats,
    trial: np.ndarray[Any, Any],
    covariates: Sequence[str],
    reasons: NDArray[np.object_],
) -> None:
    """Mark the trials in which nobody in one of the arms has a covariate."""
    for k, name in enumerate(covariates, start=1):
        known = ~np.isnan(values[:, k])
        for value, which in WHICH.items():
            here = values[:, 0] == value
            there, seen = (
                np.bincount(trial[some], minlength=len(reasons)) for some in (here, here & known)
            )
            reasons[(there > 0) & (seen == 0)] = f"{name} is missing for everybody in the {which}"


def _mark_single_therapists(made: Statistics, reasons: NDArray[np.object_]) -> None:
    """Mark the trials with a single therapist in an arm, and others in the other only."""
    arm = made.means[..., 0]
    treating = made.clustered & (made.n > 0)
    works_in_both = (treating & (arm > 0.0) & (arm < 1.0)).any(axis=1)
    for value, which in WHICH.items():
        alone = (treating & (arm == value)).sum(axis=1) == 1
        reasons[alone & ~works_in_both] = (
            f"with one therapist in the {which} the arm cannot be told from the therapist; "
            "take two or more in each"
        )


def _clusters(
    frame: pd.DataFrame, cluster: str, trial: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Number each trial's therapists, and mark patients who have none."""
    import pandas as pd

    codes, _ = pd.factorize(frame[cluster], use_na_sentinel=True)
    pairs = pd.DataFrame({"trial": trial, "cluster": codes}).drop_duplicates()
    pairs = pairs.sort_values(["trial", "cluster"], ignore_index=True)
    pairs["place"] = pairs.groupby("trial").cumcount()
    rows = pd.DataFrame({"trial": trial, "cluster": codes})
    place = rows.merge(pairs, on=["trial", "cluster"], how="left", sort=False)["place"]
    return place.to_numpy("int64"), codes < 0
