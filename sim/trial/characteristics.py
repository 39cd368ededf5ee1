"""Operating characteristics: how often an analysis is right, over many simulated trials.

*Power* is the share of trials with p below the level where there is an effect, *size* the same
where there is none. Of the significant ones, *type S* is the share with the wrong sign, and *type
M* by how many times they exaggerate on average (Gelman & Carlin 2014, Perspectives on Psychological
Science 9, 641-651). *Bias* and *coverage* are held against the population effect. A failed fit is
counted as failed, and never as "not significant": shares are of the trials that could be fitted.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from sim.trial import student

if TYPE_CHECKING:
    from sim.trial.answers import Answers

#: The normal quantile of every 95% interval.
QUANTILE = 1.959963984540054

#: The size of a test is called missed when it lies outside what chance does to that many trials
#: in a thousand under the nominal one, and by more than this share of it.
SURE, NOTICEABLE = 0.999, 0.1

#: A population effect less than this many standard errors from 0 has no sign to get wrong.
KNOWN = 3.0

#: Of fewer significant trials it is not told how many have the wrong sign, or how they exaggerate.
FEWEST_HITS = 50

#: How often an effect is halved in looking for the detectable one, and beyond how many of the
#: largest standard error it is given up.
_HALVINGS, _FAR = 40, 1e6

#: The share of trials in which a detectable effect is found.
FOUND = 0.8

#: How size can be.
HOLDS, LIBERAL, CONSERVATIVE, OPEN = "holds", "too liberal", "conservative", "not known"


class Share(NamedTuple):
    """A share of trials, with its 95% Wilson interval."""

    share: float
    low: float
    high: float
    trials: int


def wilson(hits: int, trials: int) -> Share:
    """Give a share of trials with its 95% Wilson interval (Wilson 1927, JASA 22, 209-212)."""
    if trials == 0:
        return Share(math.nan, math.nan, math.nan, 0)
    share, z2 = hits / trials, QUANTILE * QUANTILE
    centre = (share + z2 / (2 * trials)) / (1.0 + z2 / trials)
    half = (
        QUANTILE
        / (1.0 + z2 / trials)
        * math.sqrt(share * (1.0 - share) / trials + z2 / (4 * trials * trials))
    )
    low = 0.0 if hits == 0 else centre - half
    high = 1.0 if hits == trials else centre + half
    return Share(share, low, high, trials)


def rejections(found: Answers, level: float) -> Share:
    """Count the trials that reject at a level, of those that could be fitted."""
    fitted = ~found.failed
    return wilson(int((found.p[fitted] < level).sum()), int(fitted.sum()))


def size_holds(size: Share, level: float) -> str:
    """Tell whether a test keeps its nominal size.

    It misses it if the number of rejections lies outside the exact binomial 99.9% band, and the
    share is off by more than a tenth of the level: the first so that chance alone gives no
    warning, the second so that more trials do not warn of what does not matter.

    Returns
    -------
    str
        `HOLDS`, `LIBERAL`, `CONSERVATIVE`; or `OPEN` without trials.
    """
    from scipy import stats

    if size.trials == 0:
        return OPEN
    low, high = stats.binom.interval(SURE, size.trials, level)
    hits = round(size.share * size.trials)
    if hits > high and size.share > level * (1.0 + NOTICEABLE):
        return LIBERAL
    if hits < low and size.share < level * (1.0 - NOTICEABLE):
        return CONSERVATIVE
    return HOLDS


def describe(found: Answers, truth: float, truth_error: float, level: float) -> dict[str, float]:
    """Describe an analysis where there is an effect.

    Parameters
    ----------
    found : Answers
        What it said of every trial.
    truth, truth_error : float
        The population effect, and its Monte Carlo standard error.
    level : float
        Of significance.

    Returns
    -------
    dict of str to float
        ``power, type_s, bias, coverage``, each with ``_low`` and ``_high``; ``type_m``, ``spread``
        (the standard deviation of the estimates), ``mean_se``; ``singular`` and ``failed`` as
        shares. Type S and M are NaN where hardly a trial is significant (`FEWEST_HITS`), or the
        sign of the population effect is not known; they, bias and coverage where the truth is NaN.
    """
    fitted = ~found.failed
    estimate, se, p = found.estimate[fitted], found.se[fitted], found.p[fitted]
    n = int(fitted.sum())
    power = rejections(found, level)
    hits = estimate[p < level]
    known = abs(truth) > KNOWN * truth_error and len(hits) >= FEWEST_HITS
    wrong = wilson(int((hits * truth < 0.0).sum()), len(hits) if known else 0)
    spread = float(estimate.std(ddof=1)) if n > 1 else math.nan
    bias = float(estimate.mean()) - truth if n else math.nan
    half = QUANTILE * math.hypot(spread / math.sqrt(n), truth_error) if n > 1 else math.nan
    reach = student.quantile(1.0 - level, found.df[fitted]) * se
    covered = wilson(int((abs(estimate - truth) <= reach).sum()), 0 if math.isnan(truth) else n)
    exaggerated = float(abs(hits).mean()) / abs(truth) if known else math.nan
    return {
        **_named("power", power),
        **_named("type_s", wrong),
        "type_m": exaggerated,
        "bias": bias,
        "bias_low": bias - half,
        "bias_high": bias + half,
        **_named("coverage", covered),
        "spread": spread,
        "mean_se": float(se.mean()) if n else math.nan,
        "singular": float(found.singular[fitted].mean()) if n else math.nan,
        "failed": float(found.failed.mean()),
    }


def detectable(null: Answers, level: float, found: float = FOUND) -> float:
    """Give the effect that an analysis would find in so many trials: in four of five, say.

    The smallest whose `benchmark` is that share, found by halving; not a number if it never is.
    """
    fitted = ~null.failed
    if not fitted.any():
        return math.nan
    low, high = 0.0, float(null.se[fitted].max())
    while benchmark(null, high, level) < found:
        low, high = high, 2.0 * high
        if not high < _FAR * float(null.se[fitted].max()):
            return math.nan
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if benchmark(null, middle, level) < found else (low, middle)
    return high


def benchmark(null: Answers, effect: float, level: float) -> float:
    """Give the power of an analysis against a given effect, from trials without one.

    A constant that is added to every outcome of one arm is added to the estimate, and changes no
    standard error: so trials without an effect tell the power against any.
    """
    fitted = ~null.failed
    if math.isnan(effect) or not fitted.any():
        return math.nan
    estimate, se, df = null.estimate[fitted], null.se[fitted], null.df[fitted]
    return float((abs(estimate + effect) > student.quantile(1.0 - level, df) * se).mean())


def _named(name: str, share: Share) -> dict[str, float]:
    """Name a share and the ends of its interval."""
    return {name: share.share, f"{name}_low": share.low, f"{name}_high": share.high}
