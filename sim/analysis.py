"""A trialist's own data, analysed as the simulated trials are.

>>> import sim
>>> sim.analysis.fit_trials(
...     patients, outcome="gsi_post", arm="arm", control="untrained",
...     covariates=["gsi_pre"], cluster="therapist",
... )  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AnalysisError", "fit_trials"]


def fit_trials(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    cluster: str,
    covariates: Sequence[str] = (),
    by: str | Sequence[str] | None = None,
    control: Any = None,
) -> pd.DataFrame:
    """Fit the random-intercept model to one trial, or to many at once.

    outcome = intercept + arm + covariates + therapist + rest, by REML. Patients with a missing
    value are left out.

    Parameters
    ----------
    frame : DataFrame
        One row a patient.
    outcome : str
        The column of the outcome; of 0 and 1 for a linear probability model.
    arm : str
        The column of the arm: two values, 0 and 1 or others. It may vary within therapists.
    cluster : str
        The column that tells therapists apart within a trial. Patients without one (missing) form
        an arm that is not clustered: a partially nested trial.
    covariates : sequence of str
        Columns of numbers to adjust for.
    by : str or sequence of str, optional
        The columns that tell trials apart; all rows are one trial if not given.
    control : optional
        The value of the arm that the other is held against; needed unless they are 0 and 1.

    Returns
    -------
    DataFrame
        One row a trial, after the columns `by`, in their order: ``estimate`` (the difference from
        the control, in units of the outcome) and its ``se``; ``df_satterthwaite,
        p_satterthwaite``; ``se_kr, df_kr, p_kr`` after Kenward and Roger; ``theta``, the
        therapists' standard deviation divided by ``sigma``, the patients'; ``reml_criterion``;
        ``singular``, whether the therapists' was estimated as 0; ``failed``, why there is no fit,
        or nothing. In a trial that failed all else is missing, ``singular`` too (the column is
        nullable): it says nothing about significance.

    Raises
    ------
    AnalysisError
        If the data cannot be analysed at all: a column that is missing or holds no numbers, not
        two arms, a covariate missing for a whole arm, one therapist an arm, no variance.
    """
    import numpy as np
    import pandas as pd

    from sim.trial import failures, reml
    from sim.trial import frame as frames

    given, keys, reasons = frames.read(
        frame,
        outcome=outcome,
        arm=arm,
        cluster=cluster,
        covariates=covariates,
        by=by,
        control=control,
    )
    fits = reml.fit(given)
    found = failures.words(fits.failure)
    failed = np.where(reasons != "", reasons, found)
    failures.check(failed, f"the model of {outcome}")
    columns = {
        "estimate": fits.estimate,
        "se": fits.se,
        "df_satterthwaite": fits.df_satterthwaite,
        "p_satterthwaite": fits.p_satterthwaite,
        "se_kr": fits.se_kr,
        "df_kr": fits.df_kr,
        "p_kr": fits.p_kr,
        "theta": fits.theta,
        "sigma": fits.sigma,
        "reml_criterion": fits.criterion,
        "singular": pd.array(fits.singular, dtype="boolean"),
    }
    table = pd.DataFrame(columns)
    table[failed != ""] = pd.NA
    return pd.concat([keys, table.assign(failed=failed)], axis=1)
