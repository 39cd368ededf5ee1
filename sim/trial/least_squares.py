"""Ordinary least squares, over therapists' means or over patients.

`of_therapists` is the analysis that needs no model of therapists: each counts once, by his or her
patients' mean. Without covariates it is the t-test on therapist means, exact if caseloads are even;
with them, covariates enter as therapists' means too.

`within_therapists` compares patients of the same therapist: therapists are fixed effects. It is for
designs in which a therapist's patients are in different arms.

`of_patients` forgets that patients share therapists: without covariates the t-test, with them the
analysis of covariance. It is what trials without clustering use, and here to show what that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.trial import answers, statistics
from sim.trial.failures import (
    COLLINEAR,
    FEW_PATIENTS,
    FEW_THERAPISTS,
    NO_VARIANCE,
    NONE,
    ONE_ARM,
)
from sim.trial.gathering import NOTHING_LEFT, ROUNDING

if TYPE_CHECKING:
    from sim.trial.answers import Answers
    from sim.trial.statistics import Floats, Statistics


def of_therapists(given: Statistics) -> Answers:
    """Regress therapists' mean outcomes on arm and mean covariates, every therapist once.

    df = therapists - 2 - covariates

    Patients without a therapist have no mean of therapists, and make the trial fail.
    """
    held = (given.n > 0) & given.clustered
    count: Any = held.sum(axis=1)
    weights = held[..., None] / np.maximum(count, 1)[:, None, None]
    mean = (weights * given.means).sum(axis=1)
    off = np.where(held[..., None], given.means - mean[:, None], 0.0)
    off[np.abs(off) <= ROUNDING * np.abs(mean)[:, None]] = 0.0
    products = np.einsum("tjk,tjl->tkl", off, off)
    loose = ((given.n > 0) & ~given.clustered).any(axis=1)
    return _solved(products, np.where(loose, 0, count), FEW_THERAPISTS)


def within_therapists(given: Statistics) -> Answers:
    """Regress outcomes on arm and covariates within therapists, who may differ as they like.

    df = patients - therapists - 1 - covariates

    Covariates that are constant within therapists make the trial fail: they explain nothing there.
    """
    n: Any = given.n.sum(axis=1) - (given.n > 0).sum(axis=1) + 1
    return _solved(given.products.sum(axis=1), n, FEW_PATIENTS)


def of_patients(given: Statistics) -> Answers:
    """Regress patients' outcomes on arm and covariates, as if nobody shared a therapist.

    df = patients - 2 - covariates
    """
    n, means, products = statistics.totals(given)
    spread = np.einsum("tkk->tk", products)
    nought = spread <= n[:, None] * (ROUNDING * np.abs(means)) ** 2
    products = np.where(nought[:, :, None] | nought[:, None, :], 0.0, products)
    return _solved(products, n, FEW_PATIENTS)


def _solved(products: Floats, n: Any, few: int) -> Answers:
    """Regress the last variable on the others, from sums of products about the means.

    The arm is taken last of the predictors: its coefficient and standard error then stand in the
    last two rows of a Cholesky factor.
    """
    trials, width, _ = products.shape
    order = np.array([*range(1, width - 1), 0, width - 1])
    factor = np.zeros((trials, width, width))
    ordered = products[:, order[:, None], order]
    total = np.einsum("tkk->tk", ordered)
    failure = np.zeros(trials, np.int8)
    with np.errstate(invalid="ignore", divide="ignore"):
        for k in range(width):
            for l in range(k):
                cross = (factor[:, k, :l] * factor[:, l, :l]).sum(axis=1)
                factor[:, k, l] = (ordered[:, k, l] - cross) / factor[:, l, l]
            left = total[:, k] - (factor[:, k, :k] ** 2).sum(axis=1)
            gone = ~(left > NOTHING_LEFT * total[:, k]) & (failure == NONE)
            failure[gone] = NO_VARIANCE if k == width - 1 else COLLINEAR
            factor[:, k, k] = np.sqrt(np.maximum(left, 0.0))
        failure[~(products[:, 0, 0] > 0.0)] = ONE_ARM
        df = np.asarray(n, np.float64) - width
        failure[df <= 0.0] = few
        estimate = factor[:, -1, -2] / factor[:, -2, -2]
        se = factor[:, -1, -1] / np.sqrt(df) / factor[:, -2, -2]
    return answers.of_estimates(estimate, se, df, failure)
