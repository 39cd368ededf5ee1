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

from sim.trial import answers, chance, reml
from sim.trial.kernels import kernel
from sim.trial.lots import Moment, pair

if TYPE_CHECKING:
    from sim.trial.answers import Answers
    from sim.trial.statistics import Flags, Floats, Statistics

#: How many draws a Monte Carlo interval is made of.
DRAWS = 4000

#: So many trials are drawn for at a time.
TOGETHER = 256

#: What they are for.
PATHS = chance.MEDIATED

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
    luck: int = 1,
    first_trial: int = 0,
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
    luck : int
        The seed of the luck, for its draws.
    first_trial : int
        The number of the first trial.

    Raises
    ------
    ValueError
        If the mediator is none of the covariates.
    """
    a, b, direct, within = links(given, mediator, way=way)
    low, high = _interval(a, b, level, luck, first_trial)
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


def links(
    given: Statistics, mediator: str, *, way: str = "kenward_roger"
) -> tuple[Answers, Answers, Answers, Answers]:
    """Test every path of the mediation in every trial.

    Parameters
    ----------
    given, mediator, way
        As for `mediate`.

    Returns
    -------
    tuple of Answers
        ``a, b, direct, within`` of `Mediation`.

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
    return a, b, direct, within


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


def _interval(
    a: Answers, b: Answers, level: float, luck: int, first_trial: int
) -> tuple[Floats, Floats]:
    """Give percentiles of the product of two normal numbers, trial by trial."""
    tails = (0.5 - 0.5 * level, 0.5 + 0.5 * level)
    ends = np.empty((2, len(a.p)))
    for start in range(0, len(a.p), TOGETHER):
        here = slice(start, start + TOGETHER)
        paths = np.stack([a.estimate[here], a.se[here], b.estimate[here], b.se[here]], axis=1)
        products = np.empty((len(paths), DRAWS))
        _multiply(paths, luck, first_trial + start, products)
        ends[:, here] = np.quantile(products, tails, axis=1)  # NaN where a model failed
    return ends[0], ends[1]


@kernel
def _multiply(paths: Floats, luck: int, first_trial: int, products: Floats) -> None:
    """Draw both paths of every trial many times, and multiply them."""
    for i in range(products.shape[0]):
        for number in range(products.shape[1]):
            x, y = pair(Moment(luck, first_trial + i, 0), PATHS, number)
            products[i, number] = (paths[i, 0] + paths[i, 1] * x) * (paths[i, 2] + paths[i, 3] * y)
