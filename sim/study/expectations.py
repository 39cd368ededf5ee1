"""Expectations: what the theory says becomes of an effect when a link is cut, and whether it does.

An expectation is a contrast with the study in which nothing is cut, in raw units: a standardised
effect explodes where a cut removes the spread. Both studies have the same people and the same luck,
so the contrast is taken replicate by replicate and is far more precise than either effect.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.study import monte_carlo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.study.monte_carlo import Estimate

    Values = NDArray[np.float64]

#: What may be expected, and when it holds; E is the effect of training without the cut, E' with it.
WORDS = {
    "better": "E' is in the direction hoped for",
    "worse": "E' is in the direction not hoped for",
    "gone": "E' is less than a tenth of E, in either direction",
    "smaller": "E' is less than E, counted in the direction of E",
    "as before": "E' differs from E by less than a tenth of E",
    "larger": "E' is more than E, counted in the direction of E",
    "higher": "E' is higher than E",
    "lower": "E' is lower than E",
    "nothing": "E' is exactly 0 in every replicate",
    "the same": "E' is exactly E in every replicate",
}

#: What an expectation comes to.
MET, NOT_MET, OPEN = "as expected", "not as expected", "open"

#: The share of an effect that is as good as nothing.
NEGLIGIBLE = 0.1


def judge(word: str, cut: Values, uncut: Values, better: int = 1) -> str:
    """Tell whether an expectation holds.

    Parameters
    ----------
    word : str
        What is expected; one of `WORDS`.
    cut, uncut : array of float
        The effect in each replicate, with the cut and without it; those that are not a number in
        either are left out.
    better : int
        +1 where more is hoped for, -1 where less is.

    Returns
    -------
    str
        `MET`, `NOT_MET`; or `OPEN` where the Monte Carlo interval is too wide to say, or where
        there is no effect without the cut that could be gone, smaller, larger or as before.
    """
    import numpy as np

    there = ~(np.isnan(cut) | np.isnan(uncut))
    cut, uncut = cut[there], uncut[there]
    if len(cut) == 0:
        return OPEN
    if word in {"nothing", "the same"}:
        return NOT_MET if (cut if word == "nothing" else cut - uncut).any() else MET
    directed = {
        "better": better * cut,
        "worse": -better * cut,
        "higher": cut - uncut,
        "lower": uncut - cut,
    }
    if word in directed:
        return _above(monte_carlo.mean(directed[word]))
    before = monte_carlo.mean(uncut)
    if not clear(before):
        return OPEN
    way, margin = math.copysign(1.0, before.mean), NEGLIGIBLE * abs(before.mean)
    if word == "gone":
        return _within(monte_carlo.mean(cut), margin)
    if word == "as before":
        return _within(monte_carlo.mean(cut - uncut), margin)
    return _above(monte_carlo.mean((way if word == "larger" else -way) * (cut - uncut)))


def relative(cut: Values, uncut: Values) -> Estimate:
    """Tell what is left of an effect, as a share of what it was; with Monte Carlo interval.

    Returns
    -------
    Estimate
        1 where it is as before, 0 where it is gone; not a number where there was nothing.
    """
    import numpy as np

    there = ~(np.isnan(cut) | np.isnan(uncut))
    if not clear(monte_carlo.mean(uncut[there])):
        return monte_carlo.Estimate(math.nan, math.nan, math.nan, int(there.sum()))
    return monte_carlo.ratio(cut, uncut)


def clear(estimate: Estimate) -> bool:
    """Tell whether an effect is known not to be nought."""
    return estimate.low > 0.0 or estimate.high < 0.0


def _above(estimate: Estimate) -> str:
    """Judge an effect that should be above nought; one that is exactly nought is not."""
    if estimate.low > 0.0:
        return MET
    return NOT_MET if estimate.high < 0.0 or estimate.low == estimate.high else OPEN


def _within(estimate: Estimate, margin: float) -> str:
    """Judge an effect that should be as good as nought."""
    if math.isnan(estimate.low):
        return OPEN
    if -margin <= estimate.low and estimate.high <= margin:
        return MET
    return NOT_MET if estimate.low > margin or estimate.high < -margin else OPEN
