"""What is aimed at: the bands of the targets, as numbers.

Where the source gives a figure, evidence is that figure, and its error is such that the nearer end
of the band lies at the end of an interval of 90%. Where it gives a direction or a range only, all
of the band is as good: what counts is by how much a statistic lies outside it. A model discrepancy,
declared with the target, is added to either.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: Half the width of an interval of 90%, in standard deviations.
HALF = 1.6448536269514722

#: How far outside a band without a figure a statistic may seem to lie, in half-widths.
TOUCH = 0.1

#: The call under which the noise of targets is drawn (`sim.draws`): from 160 on, calibration.
TARGET_NOISE = 160


class Aimed(Protocol):
    """What is needed of a target (`sim.calibration.targets.Target`)."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def low(self) -> float:
        """Where its band begins."""

    @property
    def high(self) -> float:
        """Where its band ends."""

    @property
    def published(self) -> float | None:
        """The figure the source gives, if it gives one."""

    @property
    def discrepancy(self) -> float:
        """How far the model may be off by being a model: a standard deviation."""

    @property
    def use(self) -> str:
        """Whether it is fitted: ``calibrate``, or else reported only."""


@dataclasses.dataclass(frozen=True)
class Goals:
    """Bands, in the order of the columns of simulated statistics.

    Attributes
    ----------
    names : tuple of str
        Of the targets.
    low, high : array
        Their bands, ends included.
    published : array
        The figures of the sources; NaN where there is none.
    discrepancy : array
        The model's own error, as standard deviations.
    """

    names: tuple[str, ...]
    low: Array
    high: Array
    published: Array
    discrepancy: Array

    @cached_property
    def half(self) -> Array:
        """Half the width of each band."""
        found: Array = 0.5 * (self.high - self.low)
        return found

    @cached_property
    def open(self) -> Array:
        """Mark the bands that are all there is: without a figure strictly inside them."""
        inside = (self.published > self.low) & (self.published < self.high)
        return np.asarray(~inside)

    @cached_property
    def evidence(self) -> Array:
        """What is to be met by `counted` statistics: the figure, or to lie outside by nothing."""
        return np.where(self.open, 0.0, self.published)

    @cached_property
    def error(self) -> Array:
        """The standard deviation of target error and discrepancy together."""
        nearer = np.minimum(self.published - self.low, self.high - self.published)
        own = np.where(self.open, TOUCH * self.half, nearer / HALF)
        found: Array = np.sqrt(own * own + self.discrepancy**2)
        return found

    def counted(self, statistics: Array) -> Array:
        """Give statistics as they are compared with the evidence, shape (n, targets).

        Where all of the band is as good, by how much they lie above or below it.
        """
        above = np.maximum(statistics - self.high, 0.0)
        below = np.minimum(statistics - self.low, 0.0)
        found: Array = np.where(self.open, above + below, statistics)
        return found

    def noisy(self, statistics: Array, seed: int, number: Array) -> Array:
        """Add target error and discrepancy to simulated statistics, each with its own address.

        Their Monte Carlo error is in them already: every world is simulated with people and luck
        of its own, in studies of finite size.

        Parameters
        ----------
        statistics : array
            Shape (n, targets).
        seed : int
            The seed.
        number : array of int
            The number of each world, shape (n,).

        Returns
        -------
        array
            Of the same shape.
        """
        from sim import draws
        from sim.calibration.space import normal

        worlds = np.asarray(number, np.uint64)[:, None]
        targets = np.arange(len(self.names), dtype=np.uint64)[None, :]
        word, _, _, _ = draws.words(seed, worlds, targets, draws.NOBODY, 0, TARGET_NOISE)  # type: ignore[arg-type]
        noise = normal(np.asarray(draws.uniform(word)))
        noisy: Array = self.counted(statistics) + self.error * noise
        return noisy

    def inside(self, statistics: Array) -> Array:
        """Mark statistics inside their bands; one that could not be computed is not."""
        inside: Array = (statistics >= self.low) & (statistics <= self.high)
        return inside

    def off(self, statistics: Array) -> Array:
        """Tell how far statistics lie outside their bands, in half-widths; 9 if not computed."""
        beyond = np.maximum(self.low - statistics, statistics - self.high) / self.half
        off: Array = np.where(np.isnan(statistics), 9.0, np.maximum(beyond, 0.0))
        return off

    def part(self, columns: Array) -> Goals:
        """Give some of the goals."""
        names = tuple(self.names[int(column)] for column in columns)
        return Goals(
            names,
            self.low[columns],
            self.high[columns],
            self.published[columns],
            self.discrepancy[columns],
        )


def of(targets: Sequence[Aimed]) -> Goals:
    """Make goals of targets."""
    return Goals(
        tuple(target.name for target in targets),
        np.array([target.low for target in targets], np.float64),
        np.array([target.high for target in targets], np.float64),
        np.array(
            [np.nan if one.published is None else one.published for one in targets], np.float64
        ),
        np.array([target.discrepancy for target in targets], np.float64),
    )


def fitted(targets: Sequence[Aimed]) -> Array:
    """Give the columns of the targets that are fitted."""
    return np.array([i for i, one in enumerate(targets) if one.use == "calibrate"], np.int64)
