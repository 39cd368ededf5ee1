"""Worlds lived through once each: what training does in every row of a sample."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import engine
from sim.engine import executors
from sim.errors import ConfigurationError, nearest
from sim.schema import Arm, allowed
from sim.study import effects, levers
from sim.study.quantities import BESIDE
from sim.study.simulate import tables
from sim.study.steps import STEPS, Step

if TYPE_CHECKING:
    from sim.calibration.space import Simulator
    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.sensitivity.factors import Factors
    from sim.study.levers import Option

    Array = np.ndarray[Any, np.dtype[Any]]

#: So many trials at prior medians tell the spread by which effects are standardised.
STANDARD = 64

#: So many rows are lived at a time where they share people and luck.
ROWS = 32

#: All that can be looked at, by name.
LOOKED_AT = {step.name: step for step in (*STEPS, *BESIDE)}


@dataclasses.dataclass(frozen=True, eq=False)
class Outcomes:
    """What is looked at.

    Attributes
    ----------
    steps : tuple of Step
        The steps of the chain.
    spreads : array
        The SD by which the effect on each is standardised.
    value : int
        Which of them options are judged by.
    """

    steps: tuple[Step, ...]
    spreads: Array
    value: int

    @property
    def better(self) -> Array:
        """Whether more is better of each, +1, or less, -1."""
        return np.array([float(step.better) for step in self.steps])


def steps(config: Config) -> tuple[Step, ...]:
    """Read the outcomes of a configuration; the one that options are judged by is among them.

    Raises
    ------
    ConfigurationError
        If one is no step of the chain.
    """
    asked = config.sensitivity
    if not isinstance(asked.outcomes, list):
        raise ConfigurationError(
            f"sensitivity.outcomes={asked.outcomes} will not do: it takes "
            f"{allowed('sensitivity.outcomes')}"
        )
    given = dict.fromkeys(asked.outcomes, "sensitivity.outcomes")
    for name, key in (given | {asked.value: "sensitivity.value"}).items():
        if name not in LOOKED_AT:
            raise ConfigurationError(
                f"{key} names {name}, which is no step of the chain: it takes any of "
                f"{', '.join(step.name for step in STEPS)}{nearest(str(name), LOOKED_AT)}"
            )
    names = dict.fromkeys([*asked.outcomes, asked.value])
    return tuple(LOOKED_AT[name] for name in names)


def outcomes(
    config: Config, factors: Factors, first: int, say: Callable[[str], object] | None = None
) -> Outcomes:
    """Learn by what each outcome is standardised: from worlds in which all is at its median.

    Parameters
    ----------
    config : Config
        The configuration.
    factors : Factors
        The numbers that vary.
    first : int
        The number of the first replicate.
    say : callable, optional
        Is told when the chain is about to be compiled.
    """
    looked_at = steps(config)
    arms = [levers.control(config), levers.options(config)[0].arm]
    middle = np.full((STANDARD, len(factors.names)), 0.5)
    lived = dataclasses.replace(config, replicates=STANDARD, record="trials")
    trials = tables(
        lived, first_replicate=first, arms=arms, parameters=factors.sets(middle), say=say
    )["trials"]
    by_arm = [effects.of_arm(trials, arm.name) for arm in arms]
    spreads = [effects.spread(step, *by_arm) for step in looked_at]
    names = [step.name for step in looked_at]
    return Outcomes(looked_at, np.array(spreads), names.index(config.sensitivity.value))


def lived(
    config: Config, options: Sequence[Option], factors: Factors, looked_at: Outcomes
) -> Simulator:
    """Give what lives rows of a sample.

    Parameters
    ----------
    config : Config
        The configuration.
    options : sequence of Option
        Each is held against no training, with the same people and the same luck.
    factors : Factors
        The numbers that vary.
    looked_at : Outcomes
        What is looked at.

    Returns
    -------
    callable
        Takes rows of the cube, shape (n, factors), and the number of the first one's replicate;
        gives the effects in SD, shape (n, options * outcomes), by option and then by outcome.
    """
    arms = [levers.control(config), *(option.arm for option in options)]

    def live(u: Array, first: int, progress: Callable[[int], object] | None = None, /) -> Array:
        sets = factors.sets(u)
        if config.sensitivity.frozen:
            return _frozen(config, arms, sets, looked_at, progress)
        return _lived(config, arms, sets, first, looked_at, progress)

    return live


def _lived(
    config: Config,
    arms: Sequence[Arm],
    sets: Array,
    first: int,
    looked_at: Outcomes,
    progress: Callable[[int], object] | None,
) -> Array:
    """Live a set of parameters in each of the replicates from the first on."""
    made = engine.lived(
        config, len(sets), "trials", functools.partial(_effects, arms, looked_at),
        first_replicate=first, arms=arms, parameters=sets, progress=progress,
    )  # fmt: skip
    return np.concatenate(list(made))


def _frozen(
    config: Config,
    arms: Sequence[Arm],
    sets: Array,
    looked_at: Outcomes,
    progress: Callable[[int], object] | None,
) -> Array:
    """Live every set of parameters in the same replicate: the rows share people and luck."""
    task = functools.partial(_in_one, config, arms, looked_at)
    return np.concatenate(
        list(executors.spread(config, task, len(sets), ROWS, each=sets, progress=progress))
    )


def _in_one(
    config: Config, arms: Sequence[Arm], looked_at: Outcomes, _first: int, many: int, sets: Array
) -> Array:
    """Live some sets of parameters in replicate 0."""
    alone = dataclasses.replace(config, engine=dataclasses.replace(config.engine, threads=1))

    def one(row: int) -> Array:
        (block,) = engine.run(alone, 1, "trials", arms=arms, parameters=sets[row : row + 1])
        return _effects(arms, looked_at, block)

    with ThreadPoolExecutor(engine.threads(config)) as threads:
        return np.concatenate(list(threads.map(one, range(many))))


def _effects(arms: Sequence[Arm], looked_at: Outcomes, block: Block) -> Array:
    """Give the effect of every arm but the first on every outcome, in SD."""
    import pandas as pd

    table = block.table("trials")
    needed = {
        column
        for step in looked_at.steps
        for column in (*step.columns, *([step.per] if step.per else []))
    }
    values = []
    for arm in range(len(arms)):
        own = table["arm"] == arm
        rows = pd.DataFrame({name: table[name][own] for name in sorted(needed)})
        values.append(np.stack([effects.value(step, rows) for step in looked_at.steps], axis=1))
    found = [(one - values[0]) / looked_at.spreads for one in values[1:]]
    return np.concatenate(found, axis=1)
