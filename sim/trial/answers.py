"""What an analysis answers: an estimate with its test, one a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.trial import student
from sim.trial.failures import NONE

if TYPE_CHECKING:
    from sim.trial.failures import Codes
    from sim.trial.reml import Fits
    from sim.trial.statistics import Flags, Floats

#: The ways to count degrees of freedom that a mixed model offers.
WAYS = ("satterthwaite", "kenward_roger", "between_within")


class Answers(NamedTuple):
    """One estimate a trial; NaN where the analysis failed.

    Attributes
    ----------
    estimate, se, df, p : array of float, (trials,)
        The difference between the arms in units of the outcome, its standard error, the degrees of
        freedom of the t distribution it is held against, and the two-sided p.
    singular : array of bool, (trials,)
        Whether the therapist variance was estimated as 0; never, where none is estimated.
    failure : array of int, (trials,)
        Why there is no answer (`sim.trial.failures`), or 0.
    """

    estimate: Floats
    se: Floats
    df: Floats
    p: Floats
    singular: Flags
    failure: Codes

    @property
    def failed(self) -> Flags:
        """Mark the trials without an answer."""
        marks: Flags = self.failure != NONE
        return marks

    def repeat(self, times: int) -> Answers:
        """Give every trial's answer several times, one after the other."""
        columns: Any = [np.repeat(column, times) for column in self]
        return Answers(*columns)

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Give the two ends of the confidence interval of each trial."""
        half = self.se * student.quantile(level, self.df)
        return self.estimate - half, self.estimate + half


def of_fits(fits: Fits, way: str) -> Answers:
    """Take from fitted mixed models the answer by one way to count degrees of freedom.

    Parameters
    ----------
    fits : Fits
        The models.
    way : str
        One of `WAYS`.
    """
    se, df, p = {
        "satterthwaite": (fits.se, fits.df_satterthwaite, fits.p_satterthwaite),
        "kenward_roger": (fits.se_kr, fits.df_kr, fits.p_kr),
        "between_within": (fits.se, fits.df_between, fits.p_between),
    }[way]
    return Answers(fits.estimate, se, df, p, fits.singular, fits.failure)


def of_estimates(estimate: Floats, se: Floats, df: Floats, failure: Codes) -> Answers:
    """Test estimates by Student's t; what failed becomes NaN."""
    failed = failure != NONE
    estimate, se, df = (np.where(failed, np.nan, column) for column in (estimate, se, df))
    with np.errstate(invalid="ignore", divide="ignore"):
        p = student.two_sided(estimate / se, df)
    return Answers(estimate, se, df, p, np.zeros(len(estimate), np.bool_), failure)
