"""Therapist-level correlation: how patients fare by a score of their therapists.

What correlational studies of therapists' mindfulness report: Pearson's correlation of a therapist's
own score with the mean outcome of his or her patients, every therapist once. Few patients a
therapist make the means unreliable, and the correlation small: it is that of observed means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.trial import student
from sim.trial.failures import FEW_THERAPISTS, NO_VARIANCE, NONE, ONE_ARM
from sim.trial.gathering import ROUNDING

if TYPE_CHECKING:
    from sim.trial.failures import Codes
    from sim.trial.statistics import Floats, Statistics


class Correlations(NamedTuple):
    """One correlation a trial; NaN where there is none.

    Attributes
    ----------
    r, p : array of float, (trials,)
        Pearson's correlation, and its two-sided p (t with therapists less two).
    low, high : array of float, (trials,)
        Fisher's interval; -1 and 1 with three therapists.
    therapists : array of int, (trials,)
        How many therapists have patients.
    failure : array of int, (trials,)
        Why there is no answer (`sim.trial.failures`), or 0.
    """

    r: Floats
    p: Floats
    low: Floats
    high: Floats
    therapists: Any
    failure: Codes


def correlate(given: Statistics, level: float = 0.95) -> Correlations:
    """Correlate the first variable, a therapist's score, with therapists' mean outcomes.

    Parameters
    ----------
    given : Statistics
        The score stands where the arm does.
    level : float
        Of Fisher's interval.
    """
    held = (given.n > 0) & given.clustered
    count: Any = held.sum(axis=1)
    pair = given.means[..., [0, -1]]
    mean = np.where(held[..., None], pair, 0.0).sum(axis=1) / np.maximum(count, 1)[:, None]
    off = np.where(held[..., None], pair - mean[:, None], 0.0)
    off[np.abs(off) <= ROUNDING * np.abs(mean)[:, None]] = 0.0
    squares = (off**2).sum(axis=1)
    failure = np.full(len(count), NONE, np.int8)
    failure[squares[:, 1] <= 0.0] = NO_VARIANCE
    failure[squares[:, 0] <= 0.0] = ONE_ARM
    failure[count <= 2] = FEW_THERAPISTS  # noqa: PLR2004 - two points lie on a line
    with np.errstate(invalid="ignore", divide="ignore"):
        r = off.prod(axis=2).sum(axis=1) / np.sqrt(squares.prod(axis=1))
        r = np.where(failure == NONE, np.clip(r, -1.0, 1.0), np.nan)
        p = student.two_sided(r * np.sqrt((count - 2.0) / (1.0 - r * r)), count - 2.0)
        half = student.quantile(level, np.inf) / np.sqrt(np.maximum(count - 3.0, 0.0))
        low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    return Correlations(r, p, low, high, count, failure)
