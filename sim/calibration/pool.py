"""The pool: many worlds, quasi-random over the priors, each simulated once.

Worlds come in waves. The first covers the priors, but for their very ends. Later ones
keep to a *box*: a range of each fitted parameter's quantiles outside which earlier waves found
nothing that meets the evidence. A world's weight is the prior's density over that of all waves
together, so the pool still stands for the prior:

    w = 1 / sum over waves k of (n_k / n) * [world lies in box k] / volume of box k
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.space import EDGE

if TYPE_CHECKING:
    from sim.calibration.space import Simulator

    Array = np.ndarray[Any, np.dtype[Any]]

#: Worlds of one wave are numbered from here on: no two worlds share people or luck.
APART = 1_000_000


@dataclasses.dataclass(frozen=True)
class Box:
    """A range of every parameter's quantiles.

    Attributes
    ----------
    low, high : array
        In (0, 1), shape (parameters,).
    """

    low: Array
    high: Array

    @property
    def log_volume(self) -> float:
        """The logarithm of its share of the cube."""
        return float(np.log(self.high - self.low).sum())

    def holds(self, u: Array) -> Array:
        """Mark the worlds that lie in it."""
        inside: Array = np.asarray(((u >= self.low) & (u <= self.high)).all(axis=1))
        return inside


def whole(parameters: int) -> Box:
    """Give the box of the first wave: all but the edges."""
    return Box(np.full(parameters, EDGE), np.full(parameters, 1.0 - EDGE))


@dataclasses.dataclass(frozen=True)
class Pool:
    """Simulated worlds.

    Attributes
    ----------
    u : array
        Where they lie in the cube, shape (n, parameters).
    statistics : array
        What virtual studies found in them, shape (n, targets); NaN where nothing could be.
    number : array of int
        The number of each world, which its people, its luck and its noise go by.
    boxes : tuple of Box
        Of each wave.
    sizes : tuple of int
        How many worlds each wave has.
    """

    u: Array
    statistics: Array
    number: Array
    boxes: tuple[Box, ...]
    sizes: tuple[int, ...]

    @property
    def weights(self) -> Array:
        """The prior's density over the pool's, corrected for the truncation of every wave."""
        share = np.array(self.sizes) / sum(self.sizes)
        logs = np.array([box.log_volume for box in self.boxes])
        logs -= logs.max()  # only ratios count
        density = np.zeros(len(self.u))
        for part, box, log in zip(share, self.boxes, logs, strict=True):
            density += part * box.holds(self.u) * np.exp(-log)
        weights: Array = density.mean() / density
        return weights

    def and_also(self, other: Pool) -> Pool:
        """Put two pools together."""
        return Pool(
            np.concatenate([self.u, other.u]),
            np.concatenate([self.statistics, other.statistics]),
            np.concatenate([self.number, other.number]),
            self.boxes + other.boxes,
            self.sizes + other.sizes,
        )


def places(box: Box, worlds: int, seed: int, free: Array | None = None) -> Array:
    """Spread worlds over a box by a scrambled Sobol sequence.

    Parameters
    ----------
    box : Box
        Where.
    worlds : int
        How many.
    seed : int
        Of the scrambling.
    free : array of bool, optional
        The parameters that vary; all others are at their prior medians.

    Returns
    -------
    array
        Shape (worlds, parameters).
    """
    from scipy.stats import qmc

    free = np.ones(len(box.low), np.bool_) if free is None else free
    u = np.full((worlds, len(box.low)), 0.5)
    sequence = qmc.Sobol(int(free.sum()), scramble=True, rng=np.random.default_rng(seed))
    power = int(np.ceil(np.log2(max(worlds, 2))))
    spread = sequence.random_base2(power)[:worlds]
    u[:, free] = box.low[free] + spread * (box.high - box.low)[free]
    return u


def wave(
    box: Box,
    worlds: int,
    simulate: Simulator,
    *,
    seed: int,
    number: int,
    free: Array | None = None,
    progress: Callable[[int], object] | None = None,
) -> Pool:
    """Simulate one wave of worlds.

    Parameters
    ----------
    box : Box
        Where they lie.
    worlds : int
        How many.
    simulate : callable
        Gives the statistics of worlds, and is told the number of the first.
    seed : int
        The seed.
    number : int
        Of the wave, from 0; its worlds, people and luck are its own.
    free : array of bool, optional
        The parameters that vary; all others are at their prior medians.
    progress : callable, optional
        Is told the number of worlds done.

    Returns
    -------
    Pool
    """
    u = places(box, worlds, seed + number, free)
    first = number * APART
    found = simulate(u, first, progress)
    return Pool(u, found, first + np.arange(worlds), (box,), (worlds,))


def narrowed(u: Array, weights: Array, fitted: Sequence[int], box: Box) -> Box:
    """Give the box for the next wave: where nearly all of a first posterior lies.

    Parameters
    ----------
    u, weights : array
        A sample of the posterior in the cube, and its weights.
    fitted : sequence of int
        The columns that may be narrowed.
    box : Box
        The box so far.

    Returns
    -------
    Box
        For each fitted parameter the range of the middle 99% of the sample, widened by a tenth of
        the prior at both ends, within the box so far.
    """
    low, high = box.low.copy(), box.high.copy()
    for column in fitted:
        order = np.argsort(u[:, column], kind="stable")
        share = np.cumsum(weights[order]) / weights.sum()
        ends = np.interp([0.005, 0.995], share, u[order, column])
        low[column] = max(low[column], ends[0] - 0.1)
        high[column] = min(high[column], ends[1] + 0.1)
    return Box(low, high)
