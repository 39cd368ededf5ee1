"""The worlds that are asked: the posterior where there is one, else the prior."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import parameters
from sim.calibration import priors
from sim.engine import blocks

if TYPE_CHECKING:
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
        How many sets of parameters.
    config : Config
        The configuration.
    """
    there = files("sim.conf").joinpath(POSTERIOR).is_file()
    name = name or ("posterior" if there else "prior")
    if name == "posterior":
        return Worlds(name, _posterior(many))
    if name == "prior":
        return Worlds(name, _prior(many))
    return Worlds(config.world.name, blocks.parameter_array([config.parameters_record()]))


def _posterior(many: int) -> Array:
    """Take sets from the posterior, evenly spaced; what it does not hold has its default."""
    import io

    import pandas as pd

    table = pd.read_parquet(io.BytesIO(files("sim.conf").joinpath(POSTERIOR).read_bytes()))
    rows = np.linspace(0, len(table) - 1, min(many, len(table))).round().astype(int)
    made = np.repeat(blocks.parameter_array([parameters.Parameters()]), len(rows))
    for name, entry in parameters.table().items():
        if name in table:
            made[name] = np.clip(table[name].to_numpy()[rows], entry.low, entry.high)
    return made


def _prior(many: int) -> Array:
    """Draw sets from the prior, quasi-random and the same every time."""
    from scipy.stats import qmc

    names = priors.drawn()
    u = qmc.Sobol(len(names), seed=1).random(many)
    made = np.repeat(blocks.parameter_array([parameters.Parameters()]), many)
    for column, name in enumerate(names):
        made[name] = priors.quantile(name, u[:, column])
    return made
