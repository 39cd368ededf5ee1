"""The few shapes that the links are drawn with."""

from __future__ import annotations

import math

#: Arguments of the exponential are held within this bound: beyond it nothing of note happens.
BOUND = 30.0


def logistic(x: float) -> float:
    """Map the whole line to (0, 1): 1 / (1 + exp(-x)), with x held within -30 and 30."""
    return 1.0 / (1.0 + math.exp(-between(x, -BOUND, BOUND)))


def factor(x: float) -> float:
    """Map the whole line to positive factors: exp(x), with x held within -30 and 30."""
    return math.exp(between(x, -BOUND, BOUND))


def closed(rate: float) -> float:
    """Give the share of a gap that closes at a rate over one unit of time: 1 - exp(-rate)."""
    return 1.0 - factor(-rate)


def saturating(x: float) -> float:
    """Map what is 0 or more to [0, 1): x / (1 + x)."""
    return x / (1.0 + x)


def between(x: float, low: float, high: float) -> float:
    """Hold a number within two bounds."""
    if x < low:
        return low
    if x > high:
        return high
    return x
