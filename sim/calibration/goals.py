"""What is aimed at: the bands of the targets, as numbers.

A band is taken as an interval of 90% about its middle, for what the literature found; a model
discrepancy, declared with the target, is added to it. Where a band is open to one side (a sign),
only falling short of its end counts.
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
        Their bands, ends included; an end may be infinite.
    discrepancy : array
        The model's own error, as standard deviations.
    """

    names: tuple[str, ...]
    low: Array
    high: Array
    discrepancy: Array

    @cached_property
    def one_sided(self) -> Array:
        """Mark bands that are open to one side."""
        return np.isinf(self.low) | np.isinf(self.high)

    @cached_property
    def half(self) -> Array:
        """Half the width of each band; of an open one, the size of its end or a twentieth."""
        end = np.where(np.isinf(self.low), self.high, self.low)
        ends = np.maximum(np.abs(np.where(np.isinf(end), 0.0, end)), 0.05)
        low = np.where(self.one_sided, 0.0, self.low)
        high = np.where(self.one_sided, 0.0, self.high)
        return np.where(self.one_sided, ends, 0.5 * (high - low))

    @cached_property
    def centre(self) -> Array:
        """The middle of each band; of an open one, its end."""
        end = np.where(np.isinf(self.low), self.high, self.low)
        low = np.where(self.one_sided, 0.0, self.low)
        high = np.where(self.one_sided, 0.0, self.high)
        return np.where(self.one_sided, end, 0.5 * (low + high))

    @cached_property
    def error(self) -> Array:
        """The standard deviation of target error and discrepancy together."""
        found: Array = np.sqrt((self.half / HALF) ** 2 + self.discrepancy**2)
        return np.where(self.one_sided, np.maximum(self.discrepancy, 0.02 * self.half), found)

    def bounded(self, statistics: Array) -> Array:
        """Take off what lies beyond the end of a band that is open there: it is no error."""
        low = np.where(np.isinf(self.low), self.high, -np.inf)
        high = np.where(np.isinf(self.high), self.low, np.inf)
        bounded: Array = np.where(
            self.one_sided,
            np.minimum(np.maximum(statistics, np.where(np.isinf(self.low), low, -np.inf)), high),
            statistics,
        )
        return bounded

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
        noisy: Array = self.bounded(statistics) + self.error * noise
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
        return Goals(names, self.low[columns], self.high[columns], self.discrepancy[columns])


def of(targets: Sequence[Aimed]) -> Goals:
    """Make goals of targets."""
    return Goals(
        tuple(target.name for target in targets),
        np.array([target.low for target in targets], np.float64),
        np.array([target.high for target in targets], np.float64),
        np.array([target.discrepancy for target in targets], np.float64),
    )


def fitted(targets: Sequence[Aimed]) -> Array:
    """Give the columns of the targets that are fitted."""
    return np.array([i for i, one in enumerate(targets) if one.use == "calibrate"], np.int64)
