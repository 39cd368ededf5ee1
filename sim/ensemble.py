"""Ensembles: worlds that are many sets of parameters, such as the posterior of a calibration.

The sets lie in a file beside the choices, one a row, a column a parameter. Replicate r is lived
with set r modulo their number, whatever else is lived; what is set by hand, or cut by a knock-out,
is so in all of them.
"""

from __future__ import annotations

import hashlib
import shlex
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from sim import parameters
from sim.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: The world that a calibration makes of its best guess at every number.
CALIBRATED = "calibrated"

#: The studies that can live in many worlds.
STUDIES = ("compare", "simulate", "power", "variance", "sensitivity")


def of(config: Config, replicates: int, first_replicate: int = 0) -> Array | None:
    """Give the sets of parameters that replicates are lived with.

    Parameters
    ----------
    config : Config
        The configuration.
    replicates : int
        How many replicates.
    first_replicate : int
        The number of the first.

    Returns
    -------
    array of records or None
        One a replicate; none if the world is a single set.

    Raises
    ------
    ConfigurationError
        If the file of the sets is not there, or the study cannot live in many worlds.
    """
    import numpy as np

    if config.world.sets is None:
        return None
    if config.study.name not in STUDIES:
        raise ConfigurationError(
            f"world={config.world.name} is many sets of parameters, and attune {config.study.name} "
            f"takes one: it goes with {', '.join(STUDIES)}"
        )
    known = _read(config.world.sets)
    lived = known[which(config, np.arange(first_replicate, first_replicate + replicates))]
    for name in set_by_hand(config):
        lived[name] = getattr(config.parameters, name)
    return lived


def every(config: Config) -> Array:
    """Give every set of parameters of a world, once each: one, unless it is many."""
    if config.world.sets is not None:
        lived = of(config, len(_read(config.world.sets)))
        if lived is not None:
            return lived
    return _one(config.parameters_record())


def _one(values: parameters.Parameters) -> Array:
    """Make an array of one set."""
    import numpy as np

    names = list(parameters.table())
    return np.array([tuple(getattr(values, name) for name in names)], parameters.dtype())


def record(config: Config, replicate: int) -> parameters.Parameters:
    """Give the parameters that one replicate is lived with, as the chain takes them."""
    lived = of(config, 1, replicate)
    if lived is None:
        return parameters.Parameters(vars(config.parameters))
    return parameters.Parameters({name: float(lived[name][0]) for name in parameters.table()})


def which(config: Config, replicates: Array) -> Array:
    """Tell the number of the set that each replicate is lived with."""
    import numpy as np

    return np.asarray(replicates) % len(_read(str(config.world.sets)))


def set_by_hand(config: Config) -> list[str]:
    """List the parameters that are set on the command line, or by a choice made there.

    They differ from the table; in the calibrated world, whose file sets every number there is to
    the best guess at it, from that file.
    """
    words = [word.lstrip("+").partition("=")[0] for word in shlex.split(config.command)]
    said = {word.removeprefix("parameters.") for word in words if word.startswith("parameters.")}
    guessed = calibrated() if config.world.name == CALIBRATED else {}
    return [
        name
        for name, entry in parameters.table().items()
        if name in said or getattr(config.parameters, name) != guessed.get(name, entry.default)
    ]


def calibrated() -> dict[str, float]:
    """Give what the calibrated world sets, by parameter; nothing if there is no such world."""
    import yaml

    file = files("sim.conf").joinpath("world", f"{CALIBRATED}.yaml")
    if not file.is_file():
        return {}
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {name: float(value) for name, value in said["parameters"].items()}


def digest(config: Config) -> str | None:
    """Hash the file of the sets: it determines results."""
    if config.world.sets is None:
        return None
    return hashlib.sha256(_file(config.world.sets).read_bytes()).hexdigest()


def _file(name: str) -> Traversable:
    """Find the file of the sets.

    Raises
    ------
    ConfigurationError
        If there is none of that name.
    """
    file = files("sim.conf").joinpath(f"{name}.parquet")
    if not file.is_file():
        raise ConfigurationError(
            f"world.sets={name} names no file of parameter sets: make calibration writes "
            "conf/posterior.parquet, which is posterior"
        )
    return file


@cache
def _read(name: str) -> Array:
    """Read sets of parameters; what the file does not hold has its default."""
    import io

    import numpy as np
    import pandas as pd

    table = pd.read_parquet(io.BytesIO(_file(name).read_bytes()))
    made = np.zeros(len(table), parameters.dtype())
    for parameter, entry in parameters.table().items():
        values = table[parameter].to_numpy() if parameter in table else entry.default
        made[parameter] = np.clip(values, entry.low, entry.high)
    return made
