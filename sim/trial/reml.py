"""The random-intercept model by exact REML, for thousands of trials at once.

    outcome = intercept + arm + covariates + therapist + rest

From the sufficient statistics alone (`sim.trial.statistics`); the mathematics is told in
`sim.trial.likelihood`. A partially nested trial, with therapists in one arm only, is the same model
with patients who have no therapist.

Three ways to count degrees of freedom: Satterthwaite's, in closed form, as lmerTest has them
(patients less coefficients where the fit is singular: too many, and the reason why small trials
reject too often); Kenward and Roger's, with their larger standard error
(`sim.trial.kenward_roger`); and between-within, therapists less therapist-level coefficients.

Checked against lme4 1.1, lmerTest and pbkrtest in the tests.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.trial import student
from sim.trial.failures import FEW_THERAPISTS, NO_OPTIMUM, NONE, ONE_PATIENT_EACH
from sim.trial.gathering import between, fault, gather, loosen
from sim.trial.kenward_roger import adjust
from sim.trial.kernels import kernel
from sim.trial.likelihood import solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.trial.failures import Codes
    from sim.trial.statistics import Flags, Floats, Statistics, Whole

#: The columns a kernel writes for a trial.
(ESTIMATE, SE, DF_SATTERTHWAITE, SE_KR, DF_KR, DF_BETWEEN, GAMMA, SIGMA, CRITERION) = range(9)


class Fits(NamedTuple):
    """One fitted random-intercept model a trial; NaN where the fit failed.

    Attributes
    ----------
    estimate, se : array of float, (trials,)
        The coefficient of the arm (or of the variable that was asked for), and its standard error.
    df_satterthwaite, p_satterthwaite : array of float
        Satterthwaite's degrees of freedom and two-sided p.
    se_kr, df_kr, p_kr : array of float
        Kenward and Roger's standard error, degrees of freedom and p.
    df_between, p_between : array of float
        Between-within degrees of freedom, with the model's own standard error.
    theta : array of float
        tau / sigma.
    sigma : array of float
        The residual standard deviation; the therapists' is ``theta * sigma``.
    criterion : array of float
        The REML criterion, as lme4 counts it: minus twice the restricted log likelihood.
    singular : array of bool
        Whether the therapist variance was estimated as 0.
    failure : array of int
        Why there is no fit (`sim.trial.failures`), or 0.
    """

    estimate: Floats
    se: Floats
    df_satterthwaite: Floats
    p_satterthwaite: Floats
    se_kr: Floats
    df_kr: Floats
    p_kr: Floats
    df_between: Floats
    p_between: Floats
    theta: Floats
    sigma: Floats
    criterion: Floats
    singular: Flags
    failure: Codes

    @property
    def icc(self) -> Floats:
        """The share of variance between therapists, given arm and covariates."""
        share: Floats = self.theta**2 / (1.0 + self.theta**2)
        return share


def fit(statistics: Statistics, *, tested: str | None = None, kenward_roger: bool = True) -> Fits:
    """Fit the random-intercept model to every trial.

    Parameters
    ----------
    statistics : Statistics
        Arm, covariates and outcome of the trials.
    tested : str, optional
        The variable whose coefficient is wanted; the arm if not given.
    kenward_roger : bool
        Whether Kenward and Roger's numbers are wanted too; NaN if not.

    Returns
    -------
    Fits
        One number a trial in each array.
    """
    out = np.empty((statistics.trials, CRITERION + 1))
    failure = np.zeros(statistics.trials, np.int8)
    at = 0 if tested is None else statistics.variables.index(tested)
    _fit_trials(*statistics.arrays(), at, kenward_roger, out, failure)
    columns: list[NDArray[np.float64]] = [np.ascontiguousarray(column) for column in out.T]
    estimate, se, df, se_kr, df_kr, df_between, gamma, sigma, criterion = columns
    return Fits(
        estimate=estimate,
        se=se,
        df_satterthwaite=df,
        p_satterthwaite=student.two_sided(estimate / se, df),
        se_kr=se_kr,
        df_kr=df_kr,
        p_kr=student.two_sided(estimate / se_kr, df_kr) if kenward_roger else se_kr,
        df_between=df_between,
        p_between=student.two_sided(estimate / se, df_between),
        theta=np.sqrt(gamma),
        sigma=sigma,
        criterion=criterion,
        singular=gamma == 0.0,
        failure=failure,
    )


@kernel
def _fit_trials(
    n: Whole,
    means: Floats,
    products: Floats,
    clustered: Flags,
    tested: int,
    kenward_roger: bool,
    out: Floats,
    failure: Codes,
) -> None:
    """Fit every trial and write its row."""
    trials, clusters = n.shape
    p = means.shape[2]
    packed = (p + 1) * (p + 2) // 2
    z, sizes, counts = np.empty((clusters, p + 1)), np.empty(clusters), np.empty(clusters)
    squares, within = np.empty((clusters, packed)), np.empty(packed)
    sums, inverse, square = np.empty((3, packed)), np.empty(packed), np.empty((p + 1, p + 1))
    for i in range(trials):
        out[i] = math.nan
        patients, groups = gather(
            n[i], means[i], products[i], clustered[i], z, sizes, counts, squares, within
        )
        df = between(n[i], clustered[i], z, within, tested)
        loosen(n[i], clustered[i], z, within)
        failure[i] = fault(sizes[:groups], squares, within, patients, p, inverse)
        if failure[i] == NONE and df <= 0.0:
            failure[i] = FEW_THERAPISTS
        if failure[i] == NONE and groups == 1 and sizes[0] == 1.0 and counts[0] == patients:
            failure[i] = ONE_PATIENT_EACH
        if failure[i] != NONE:
            continue
        free = patients - p
        gamma, f_2 = solve(sizes[:groups], counts, squares, within, free, sums, inverse, square)
        if math.isnan(gamma):
            failure[i] = NO_OPTIMUM
            continue
        out[i, DF_BETWEEN] = df
        _describe(
            sizes[:groups], counts, free, gamma, f_2, sums[0], inverse, square, tested + 1, out[i]
        )
        if kenward_roger:
            larger, out[i, DF_KR] = adjust(
                sizes[:groups], counts, squares, within, patients, gamma, inverse, tested + 1
            )
            out[i, SE_KR] = out[i, SIGMA] * math.sqrt(larger)


@kernel
def _describe(
    sizes: Floats,
    counts: Floats,
    free: float,
    gamma: float,
    f_2: float,
    factor: Floats,
    inverse: Floats,
    square: Floats,
    tested: int,
    out: Floats,
) -> None:
    """Write what a fit says of one coefficient; its place, `tested`, counts the intercept.

    With c = L^-1 e the contrast in the factor's coordinates, the squared standard error is
    sigma^2 |c|^2, and along gamma its logarithm changes by c' M2 c / |c|^2 - M2_yy.
    """
    p = square.shape[0] - 1
    last = p * (p + 1) // 2
    variance = factor[last + p] * factor[last + p] / free
    estimate = unscaled = moved = logs = 0.0
    for k in range(p):
        row = k * (k + 1) // 2
        logs += 2.0 * math.log(factor[row + k])
        if k >= tested:
            c = inverse[row + tested]
            estimate += factor[last + k] * c
            unscaled += c * c
            moved += square[k, k] * c * c
            for m in range(tested, k):
                moved += 2.0 * square[k, m] * c * inverse[m * (m + 1) // 2 + tested]
    for g in range(sizes.shape[0]):
        logs += counts[g] * math.log(1.0 + sizes[g] * gamma)
    out[ESTIMATE] = estimate
    out[SE] = math.sqrt(variance * unscaled)
    out[DF_SATTERTHWAITE] = free
    if gamma > 0.0:
        change = moved / unscaled - square[p, p]
        out[DF_SATTERTHWAITE] = 1.0 / (1.0 / free + change * change / f_2)
    out[GAMMA] = gamma
    out[SIGMA] = math.sqrt(variance)
    out[CRITERION] = free * (1.0 + math.log(2.0 * math.pi * variance)) + logs
