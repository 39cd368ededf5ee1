"""Simulate: what the engine lives through, as tables."""

from __future__ import annotations

import dataclasses
import functools
import shlex
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sim import checks, engine, ensemble, ledger, manifest, schema
from sim.results import Results
from sim.study import recorded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.manifest import Links

#: The record levels that hold patients; `sim.study.recorded` needs them, if only for a block.
_WITH_PATIENTS = ("patients", "sessions", "segments")


def simulate(
    config: Config,
    replicates: int | None = None,
    record: str | None = None,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Simulate studies: the same people in every arm, anew in every replicate.

    Parameters
    ----------
    config : Config
        The configuration, from `sim.configure`.
    replicates : int, optional
        How many studies; as configured if not given.
    record : str, optional
        What to keep: ``trials``, ``therapists``, ``patients``, ``sessions`` or ``segments``; as
        configured if not given. It changes no result.
    links : mapping of str to callable, optional
        Links of your own, such as ``{"rupture.onset": my_onset}``.
    progress : callable, optional
        Is told the number of replicates done.
    say : callable, optional
        Is told when the chain is about to be compiled, once after every change of the sources.

    Returns
    -------
    Results
        With a table for each level up to the one asked for.

    Raises
    ------
    ConfigurationError
        If the number of replicates or the record level cannot be.
    LinkError
        If a link of your own does not fit.
    """
    config = _changed(config, replicates=replicates, record=record)
    started = time.perf_counter()
    found = tables(config, links=links, progress=progress, say=say)
    seconds = time.perf_counter() - started
    return Results(found, manifest.describe(config, seconds=seconds, links=links), config)


def tables(
    config: Config,
    *,
    first_replicate: int = 0,
    arms: Sequence[schema.Arm] | None = None,
    parameters: np.ndarray[Any, Any] | None = None,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> dict[str, pd.DataFrame]:
    """Live some replicates, and give a table for each level that the configuration records.

    Parameters
    ----------
    config : Config
        The configuration; it says how many replicates, and what is kept of them.
    first_replicate : int
        The number of the first.
    arms : sequence of Arm, optional
        The arms to live; those of the configuration if not given.
    parameters : array, optional
        A set of parameters for each replicate; those of the configuration's world if not given.
    links, progress, say
        As for `simulate`.

    Returns
    -------
    dict of str to DataFrame
        By record level. In a world of many sets of parameters the trials tell the number of
        theirs, ``parameter_set``.
    """
    levels = schema.RECORD_LEVELS[: schema.RECORD_LEVELS.index(config.record) + 1]
    parts: dict[str, list[dict[str, np.ndarray[Any, Any]]]] = {level: [] for level in levels}
    names: tuple[str, ...] = ()
    lived = config.record if config.record in _WITH_PATIENTS else "patients"
    for arms_lived, kept in engine.lived(
        config,
        config.replicates,
        lived,
        functools.partial(_taken, config, levels),
        links=links,
        first_replicate=first_replicate,
        arms=arms,
        parameters=parameters,
        progress=progress,
        say=say,
    ):
        names = arms_lived
        for level, table in kept.items():
            parts[level].append(table)
    made = {level: _frame(parts.pop(level), names, coded=level != "trials") for level in levels}
    if config.world.sets is not None and parameters is None:
        numbers = made["trials"]["replicate"].to_numpy()
        made["trials"]["parameter_set"] = ensemble.which(config, numbers)
    return made


def _taken(
    config: Config, levels: Sequence[str], block: Block
) -> tuple[tuple[str, ...], dict[str, dict[str, np.ndarray[Any, Any]]]]:
    """Take the tables of some levels out of a block, with the names of its arms."""
    return block.arms, {level: recorded.columns(config, block, level) for level in levels}


def _frame(
    parts: list[dict[str, np.ndarray[Any, Any]]], arms: tuple[str, ...], *, coded: bool
) -> pd.DataFrame:
    """Put the parts of a table together, codes as words."""
    import numpy as np
    import pandas as pd

    words = {"arm": arms, **(ledger.WORDS if coded else {})}
    columns: dict[str, Any] = {}
    for name in list(parts[0]):
        values = np.concatenate([part.pop(name) for part in parts])
        if name in words:
            kind = pd.CategoricalDtype(list(words[name]), ordered=name == "arm")
            columns[name] = pd.Categorical.from_codes(values.tolist(), dtype=kind)
        else:
            columns[name] = values
    return pd.DataFrame(columns)


def _changed(config: Config, **changes: int | str | None) -> Config:
    """Give the configuration with some values changed, and the command that goes with them."""
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        return config
    words = [word for word in shlex.split(config.command) if word.partition("=")[0] not in given]
    command = shlex.join([*words, *(f"{name}={value}" for name, value in given.items())])
    changed = dataclasses.replace(config, command=command, **given)  # type: ignore[arg-type]
    checks.check(changed)
    return changed
