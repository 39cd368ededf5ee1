"""Lots: draws with an address inside a compiled loop, for what an analysis leaves to chance.

As in `sim.draws`, whatever is drawn is a pure function of the seed of the luck, the trial, whom it
concerns, when and what for; so an imputation does not depend on how trials are cut into blocks, on
threads, or on what else is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sim import draws, links
from sim.trial.kernels import inlined, kernel

_TIED = links.link(None, inlined).draws
_words: Callable[..., tuple[int, int, int, int]] = _TIED.words
_uniform: Callable[[int], float] = _TIED.uniform
_normal: Callable[[int], float] = _TIED.normal

NOBODY = draws.NOBODY


class Moment(NamedTuple):
    """Under which seed, in which trial and when something is drawn.

    Attributes
    ----------
    luck, trial : int
        The seed of the luck, and the number of the trial.
    when : int
        Which turn of an analysis that draws several times.
    """

    luck: int
    trial: int
    when: int


@kernel
def normal(at: Moment, call: int, therapist: int, patient: int) -> float:
    """Draw a standard normal number for somebody."""
    word, _, _, _ = _words(at.luck, at.trial, therapist, patient, at.when, call)
    return _normal(word)


@kernel
def uniforms(at: Moment, call: int) -> tuple[float, float]:
    """Draw two numbers, uniform on (0, 1)."""
    first, second, _, _ = _words(at.luck, at.trial, NOBODY, NOBODY, at.when, call)
    return _uniform(first), _uniform(second)


@kernel
def pair(at: Moment, call: int, number: int) -> tuple[float, float]:
    """Draw the two standard normal numbers that bear a number."""
    first, second, _, _ = _words(at.luck, at.trial, NOBODY, number, at.when, call)
    return _normal(first), _normal(second)


@kernel
def chi_square(at: Moment, call: int, free: float) -> float:
    """Draw a chi-square number with two degrees of freedom or more.

    By rejection (Marsaglia & Tsang 2000, ACM Transactions on Mathematical Software 26, 363-372);
    every attempt has a number, and an address of its own.
    """
    size = 0.5 * free - 1.0 / 3.0
    spread = 1.0 / math.sqrt(9.0 * size)
    attempt = 0
    while True:
        first, second, _, _ = _words(at.luck, at.trial, NOBODY, attempt, at.when, call)
        x = _normal(first)
        root = 1.0 + spread * x
        if root > 0.0:
            cube = root * root * root
            if math.log(_uniform(second)) < 0.5 * x * x + size * (1.0 - cube + math.log(cube)):
                return 2.0 * size * cube
        attempt += 1
