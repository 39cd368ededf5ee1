"""Mediation of the 2-1-1 kind: from the therapist's arm through what a patient gets to the outcome.

The arm is a therapist's (level 2), mediator and outcome are patients' (level 1: the alliance, and
symptoms). Only what differs between therapists can carry the effect of something that does, so the
mediator is split into the mean over a therapist's patients and the patient's distance from it
(Preacher, Zyphur & Zhang 2010, Psychological Methods 15, 209-233, in the manifest-means form):

    mediator = intercept + a * arm + covariates + therapist + rest
    outcome  = intercept + c' * arm + b * mean mediator + w * (mediator - mean) + covariates + ...

The indirect effect is a * b. Tested by joint significance (both a and b: MacKinnon et al. 2002,
Psychological Methods 7, 83-104), with a Monte Carlo interval: percentiles of the product of two
independent normal numbers (MacKinnon, Lockwood & Williams 2004). Means of few patients are
unreliable, which draws b toward the path within therapists (Lüdtke et al. 2008). And an indirect
effect is causal only if nothing else moves mediator and outcome together, which no randomisation of
arms can see to.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.trial import answers, reml

if TYPE_CHECKING:
    from sim.trial.answers import Answers
    from sim.trial.statistics import Flags, Floats, Statistics

#: How many draws a Monte Carlo interval is made of.
DRAWS = 4000

#: What the parts of the mediator are called among the variables.
MEAN, WITHIN = "mediator_mean", "mediator_within"


class Mediation(NamedTuple):
    """One mediation analysis a trial; NaN where a model failed.

    Attributes
    ----------
    a, b, direct, within : Answers
        From arm to mediator; from a therapist's mean mediator to the outcome; what is left of the
        arm; and from a patient's distance from the therapist's mean to the outcome.
    indirect : array of float, (trials,)
        a times b, in units of the outcome.
    p_joint : array of float, (trials,)
        The larger p of a and b: joint significance.
    low, high : array of float, (trials,)
        The Monte Carlo interval of the indirect effect.
    failed : array of bool, (trials,)
        Whether one of the two models could not be fitted.
    """

    a: Answers
    b: Answers
    direct: Answers
    within: Answers
    indirect: Floats
    p_joint: Floats
    low: Floats
    high: Floats
    failed: Flags


def mediate(
    given: Statistics,
    mediator: str,
    *,
    way: str = "kenward_roger",
    level: float = 0.95,
    seed: int = 1,
) -> Mediation:
    """Analyse the mediation in every trial.

    Parameters
    ----------
    given : Statistics
        Arm, covariates and outcome, the mediator among the covariates.
    mediator : str
        Which of them it is.
    way : str
        How degrees of freedom are counted (`sim.trial.answers.WAYS`).
    level : float
        Of the Monte Carlo interval.
    seed : int
        Of its draws, which are the same in every trial.

    Raises
    ------
    ValueError
        If the mediator is none of the covariates.
    """
    outcome = given.variables[-1]
    covariates = [name for name in given.covariates if name != mediator]
    if len(covariates) == len(given.covariates):
        message = f"{mediator} is none of the covariates {given.covariates}"
        raise ValueError(message)
    kenward_roger = way == "kenward_roger"
    split = _split(given.select(outcome, [*covariates, mediator]))

    def answer(model: Statistics, tested: str) -> Answers:
        fits = reml.fit(model, tested=tested, kenward_roger=kenward_roger)
        return answers.of_fits(fits, way)

    a = answer(given.select(mediator, covariates), given.variables[0])
    direct, b, within = (answer(split, name) for name in (given.variables[0], MEAN, WITHIN))
    low, high = _interval(a, b, level, seed)
    return Mediation(
        a=a,
        b=b,
        direct=direct,
        within=within,
        indirect=a.estimate * b.estimate,
        p_joint=np.maximum(a.p, b.p),
        low=low,
        high=high,
        failed=a.failed | b.failed,
    )


def _split(given: Statistics) -> Statistics:
    """Split the last covariate into therapists' means and the distances from them."""
    k = len(given.variables)
    at = np.array([*range(k - 1), k - 2, k - 1])  # the mediator twice, before the outcome
    means = given.means[..., at].copy()
    products = given.products[..., at[:, None], at].copy()
    means[..., k - 1] = 0.0
    products[..., k - 2, :] = 0.0
    products[..., :, k - 2] = 0.0
    variables = (*given.variables[:-2], MEAN, WITHIN, given.variables[-1])
    return dataclasses.replace(given, variables=variables, means=means, products=products)


def _interval(a: Answers, b: Answers, level: float, seed: int) -> tuple[Floats, Floats]:
    """Give percentiles of the product of two normal numbers, trial by trial."""
    rng = np.random.Generator(np.random.Philox(seed))
    x, y = rng.standard_normal((2, DRAWS))
    tails = (0.5 - 0.5 * level, 0.5 + 0.5 * level)
    low, high = np.full(len(a.p), np.nan), np.full(len(a.p), np.nan)
    for i in np.nonzero(~(a.failed | b.failed))[0]:
        product = (a.estimate[i] + a.se[i] * x) * (b.estimate[i] + b.se[i] * y)
        low[i], high[i] = np.quantile(product, tails)
    return low, high
