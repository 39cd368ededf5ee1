"""Factors: all that varies between the rows of a sample, chance among it.

A number is a factor by the quantile of its prior. Where the world is a posterior, numbers that the
evidence ties together must not be drawn apart: those that may never be fitted are factors of their
own, and all others are one, a set of the posterior drawn whole. *Chance*, who comes and what
happens, is a factor like any other: a replicate has an address, so a row is told whose chance it
has, and two rows that differ in nothing else differ by chance alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import ensemble, parameters
from sim.calibration import priors
from sim.calibration.held import HELD
from sim.calibration.space import Space
from sim.errors import ConfigurationError

if TYPE_CHECKING:
    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: All of a posterior that is drawn whole; all numbers besides those that are looked at one by one;
#: and what no knowledge takes away.
WHOLE, REST, CHANCE = "posterior", "all others", "chance"


@dataclasses.dataclass(frozen=True, eq=False)
class Factors:
    """The numbers that vary.

    Attributes
    ----------
    own : tuple of str
        Those that are drawn from their priors, each for itself.
    base : array of records
        What all else is: one set of parameters, or those of a posterior, drawn whole.
    """

    own: tuple[str, ...]
    base: Array

    @property
    def names(self) -> tuple[str, ...]:
        """The factors, in the order of the columns of a sample; chance is not among them."""
        return (*self.own, WHOLE) if len(self.base) > 1 else self.own

    @property
    def space(self) -> Space:
        """The factors as a space that can be sampled."""
        return Space(self.names)

    def sets(self, u: Array) -> Array:
        """Turn rows of the cube into parameter sets, as `sim.engine.run` takes them.

        Parameters
        ----------
        u : array
            Quantiles in [0, 1], shape (n, factors).

        Returns
        -------
        array of records
            Shape (n,).
        """
        many = len(self.base)
        which = np.zeros(len(u), np.int64)
        if many > 1:
            which = np.minimum((u[:, -1] * many).astype(np.int64), many - 1)
        made = self.base[which].copy()
        for column, name in enumerate(self.own):
            made[name] = priors.quantile(name, u[:, column])
        return made

    def value(self, name: str, u: float) -> float:
        """Give the value of a factor at a quantile; of a posterior drawn whole, the quantile."""
        return u if name == WHOLE else float(priors.quantile(name, u))


def of(config: Config, wanted: Sequence[str] | None) -> Factors:
    """Give the factors of a configuration.

    Parameters
    ----------
    config : Config
        The configuration; what is set by hand there does not vary.
    wanted : sequence of str, optional
        The numbers that vary; all that have a prior if not given.

    Raises
    ------
    ConfigurationError
        If none is left, or a number is wanted apart that a posterior ties to others.
    """
    by_hand = set(ensemble.set_by_hand(config)) if wanted is None else set()
    posterior = config.world.sets is not None
    may = [name for name in priors.drawn() if name not in by_hand]
    if posterior:
        may = [name for name in may if name in HELD]
    own = tuple(may) if wanted is None else tuple(wanted)
    tied = [name for name in own if name not in may]
    if tied and posterior:
        raise ConfigurationError(
            f"sensitivity.uncertainties names {tied[0]}, which the evidence ties to other numbers "
            f"in world={config.world.name}: it takes those that are never fitted, transfer say"
        )
    base = ensemble.every(config)
    if not own and len(base) == 1:
        raise ConfigurationError(
            "sensitivity.uncertainties is empty: all numbers that have a prior are set by hand"
        )
    return Factors(own, base)


def label(name: str) -> str:
    """Say what a factor is."""
    told = {
        WHOLE: "all that was fitted, together",
        REST: "all other numbers, together",
        CHANCE: "who comes, and what happens",
    }
    return told[name] if name in told else parameters.table()[name].meaning
