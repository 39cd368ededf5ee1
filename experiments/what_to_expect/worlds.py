"""The worlds that are asked: the posterior where there is one, else the prior."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from scipy.stats import qmc

import sim
from sim import ensemble
from sim.calibration import space
from sim.engine import blocks

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: The posterior, as the calibration leaves it beside the choices.
POSTERIOR = "posterior.parquet"


class Worlds(NamedTuple):
    """Sets of parameters, and what they stand for: ``posterior``, ``prior`` or one world's name."""

    name: str
    sets: Array

    def with_values(self, values: dict[str, float]) -> Worlds:
        """Give the same worlds with some parameters set in all of them."""
        changed = self.sets.copy()
        for name, value in values.items():
            changed[name] = value
        return Worlds(self.name, changed)


def of(name: str, many: int, config: Config) -> Worlds:
    """Give so many worlds.

    Parameters
    ----------
    name : str
        ``posterior``, ``prior``, or anything else for the one world of the configuration; empty for
        the posterior where there is one, else the prior.
    many : int
        How many sets of parameters; those of the prior are quasi-random, the same every time.
    config : Config
        The configuration.
    """
    there = files("sim.conf").joinpath(POSTERIOR).is_file()
    name = name or ("posterior" if there else "prior")
    if name == "posterior":
        return Worlds(name, ensemble.of(sim.configure("world=posterior"), many))
    if name == "prior":
        where = space.space()
        return Worlds(name, space.sets(where, qmc.Sobol(where.size, seed=1).random(many)))
    return Worlds(config.world.name, blocks.parameter_array([config.parameters_record()]))
