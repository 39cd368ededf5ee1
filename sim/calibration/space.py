"""The unit cube: every parameter at a quantile of its prior.

A set of parameters is a row of the cube, and a row of the cube a set of parameters. In the cube all
priors are uniform; on the scale of normal quantiles, which regressions work on, all are standard
normal. So a posterior standard deviation there is a share of the prior's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: The pool leaves out the last half of a hundredth at either end of every prior.
EDGE = 0.005


@dataclasses.dataclass(frozen=True)
class Space:
    """The parameters that have a prior.

    Attributes
    ----------
    names : tuple of str
        Their names, in the order of the columns.
    held : frozenset of str
        Those that may never be fitted.
    """

    names: tuple[str, ...]
    held: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.names)

    @cached_property
    def may_be_fitted(self) -> Array:
        """Mark the columns that may be fitted."""
        return np.array([name not in self.held for name in self.names])

    def columns(self, names: Sequence[str]) -> Array:
        """Give the columns of some parameters.

        Raises
        ------
        ConfigurationError
            If a parameter has no prior, or does not exist.
        """
        for name in names:
            if name not in self.names:
                raise ConfigurationError(
                    f"{name} is no parameter with a prior{nearest(name, self.names)}"
                )
        return np.array([self.names.index(name) for name in names], np.int64)

    def medians(self, rows: int = 1) -> Array:
        """Give rows of the cube with every parameter at its prior median, shape (rows, size)."""
        return np.full((rows, self.size), 0.5)


class Simulator(Protocol):
    """What gives the statistics of worlds."""

    def __call__(
        self, u: Array, first: int, progress: Callable[[int], object] | None = None, /
    ) -> Array:
        """Give the statistics of worlds.

        Parameters
        ----------
        u : array
            Rows of the cube, shape (n, size).
        first : int
            The number of the first world's replicate.
        progress : callable, optional
            Is told how many worlds are done.

        Returns
        -------
        array
            Shape (n, targets).
        """


def space() -> Space:
    """Give the space of the parameter table: all numbers that are more than a convention."""
    from sim import parameters
    from sim.calibration.held import HELD

    named = [name for name, entry in parameters.table().items() if entry.prior != "fixed"]
    return Space(tuple(named), frozenset(HELD))


def sets(where: Space, u: Array) -> Array:
    """Turn rows of the cube into parameter sets, as `sim.engine.run` takes them.

    Parameters
    ----------
    where : Space
        The parameters of the columns.
    u : array
        Quantiles of the priors, in [0, 1], shape (n, size).

    Returns
    -------
    array of records
        Shape (n,); numbers without a prior have their defaults.
    """
    from sim import parameters
    from sim.calibration import priors
    from sim.engine import blocks

    made = np.repeat(blocks.parameter_array([parameters.Parameters()]), len(u))
    for column, name in enumerate(where.names):
        made[name] = priors.quantile(name, u[:, column])
    return made


def normal(u: Array) -> Array:
    """Give the normal quantiles of places in the cube."""
    from scipy import special

    z: Array = special.ndtri(u)
    return z


def uniform(z: Array) -> Array:
    """Give the places in the cube of normal quantiles."""
    from scipy import special

    u: Array = special.ndtr(z)
    return u
