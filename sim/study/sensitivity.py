"""Sensitivity: what matters most, what knowing would be worth, and where the sign turns.

A row of a sample is one set of parameters and one trial, in which every arm has the same people and
the same luck. Screening (Morris 1991) finds the numbers that matter at all; matrices (Sobol' 1993)
tell how much each does alone, how much they do together, and how much is chance; a pool of worlds
in which everything varies tells which option is best where.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import manifest
from sim.calibration import pool, screening
from sim.errors import ConfigurationError
from sim.results import Results
from sim.sensitivity import factors as varying
from sim.sensitivity import indices, screened
from sim.study import levers, sensitivity_tables, sensitivity_words, uncertainties, worlds_lived

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.sensitivity.factors import Factors
    from sim.study.levers import Option
    from sim.study.worlds_lived import Outcomes

    Array = np.ndarray[Any, np.dtype[Any]]

#: Replicates of one purpose are numbered from here on.
STANDARD, SCREENED, MATRICES, POOL = 10_000_000, 20_000_000, 30_000_000, 40_000_000

#: Options that are another world for all arms are lived in this part of the pool.
PART = 4


@dataclasses.dataclass(frozen=True, eq=False)
class Sensitivity:
    """A sensitivity analysis, as tables.

    Attributes
    ----------
    results : Results
        The tables: ``screening``, ``indices`` of numbers and chance, ``shares`` that add up to one,
        ``responses`` along each number, ``options``, ``information`` with its worth ``along_cost``,
        and ``regions`` of harm. What else is to be told is in the manifest under ``sensitivity``.
    """

    results: Results

    @property
    def told(self) -> dict[str, Any]:
        """What is to be told besides tables."""
        return dict(self.results.manifest["sensitivity"])

    def table(self, name: str) -> pd.DataFrame:
        """Give one of the tables."""
        return self.results.table(name)

    @property
    def question(self) -> str:
        """What is asked, of whom."""
        config = self.results.config
        people = [one.name.replace("_", " ") for one in (config.therapists, config.patients)]
        names = list(config.programmes())
        treated = next(name for name in names if name != config.reference)
        base, control = (config.programmes()[name].name for name in (treated, config.reference))
        return (
            f"What does the effect of {base.replace('_', ' ')} against "
            f"{control.replace('_', ' ')} hang on? {people[0].capitalize()} with {people[1]}, "
            f"{config.setting.name.replace('_', ' ')}; {self.told['numbers']} numbers vary."
        )

    @property
    def answer(self) -> str:
        """What came out, in a few sentences."""
        return " ".join(self.told["answer"])

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        config = self.results.config
        return (
            f"World: {config.world.name}. Shares are of the variance over priors, and priors are "
            "guesses more often than not: a number matters here as far as the prior lets it vary "
            "and the model lets it act. What knowing is worth hangs on what is valued, and on what "
            "training is said to cost."
        )

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write the analysis to a folder: all, or nothing.

        Raises
        ------
        ResultsError
            If the folder cannot be written.
        """
        return self.results.save(folder, summary=self.table("indices"), also=also)


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """What is lived, checked before anything is.

    Attributes
    ----------
    config : Config
        The configuration.
    factors : Factors
        All numbers that vary.
    options : list of Option
        What can be chosen; the first is what is configured.
    """

    config: Config
    factors: Factors
    options: list[Option]

    @property
    def screens(self) -> bool:
        """Whether there are more numbers than have indices."""
        return len(self.factors.names) > self.config.sensitivity.parameters

    @property
    def weighed(self) -> list[Option]:
        """The ways of training."""
        return [option for option in self.options if option.weighed]

    @property
    def elsewhere(self) -> list[Option]:
        """The options that are another world for all arms."""
        return [option for option in self.options if not option.weighed]

    @property
    def rows(self) -> int:
        """How many rows are lived in all."""
        asked, numbers = self.config.sensitivity, len(self.factors.names)
        screened = asked.trajectories * (numbers + 1) if self.screens else 0
        matrices = asked.rows * (min(numbers, asked.parameters) + self.screens + 3)
        beside = len(self.elsewhere) * (asked.worlds // PART)
        return screened + matrices + asked.worlds + beside


def plan(config: Config) -> Plan:
    """Read the three lists of a configuration.

    Raises
    ------
    ConfigurationError
        For the first mistake in them.
    """
    rows = config.sensitivity.rows
    if rows & (rows - 1):
        raise ConfigurationError(
            f"sensitivity.rows={rows} is no power of two: it takes 512 or 1024, say"
        )
    worlds_lived.steps(config)
    factors = varying.of(config, uncertainties.named(config))
    return Plan(config, factors, levers.options(config))


def sensitivity(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Sensitivity:
    """Ask what the effect of training hangs on.

    Parameters
    ----------
    config : Config
        The configuration; ``sensitivity`` says what varies, what can be chosen, what is looked at.
    progress : callable, optional
        Is told the number of rows done, out of `Plan.rows`.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ConfigurationError
        For the first mistake in the three lists.
    """
    started = time.perf_counter()
    planned = plan(config)
    looked_at = worlds_lived.outcomes(config, planned.factors, STANDARD, say)
    rows = _Rows(planned, looked_at, progress)
    tables: dict[str, pd.DataFrame] = {}
    chosen = list(planned.factors.names)
    if planned.screens:
        found = _screened(rows)
        tables["screening"] = sensitivity_tables.screening(planned.factors, looked_at, found)
        chosen = screened.strongest(
            planned.factors.names, found, config.sensitivity.parameters, looked_at.value
        )
    design, values = _matrices(rows, chosen)
    seed = int(config.seed.both)
    tables |= sensitivity_tables.indices(planned.factors, chosen, looked_at, design, values, seed)
    u, effects = _pool(rows)
    others = _elsewhere(rows, u)
    tables["options"] = sensitivity_tables.options(planned, looked_at, effects, others)
    tables |= sensitivity_tables.information(planned, looked_at, u, effects)
    tables["regions"] = sensitivity_tables.regions(planned.factors, looked_at, u, effects[:, 0])
    described = manifest.describe(config, seconds=time.perf_counter() - started)
    described["sensitivity"] = {
        "numbers": len(planned.factors.names),
        "indexed": chosen,
        "screened": planned.screens,
        "rows": planned.rows,
        "matrix_rows": design.shape[0] * design.shape[1],
        "worlds": config.sensitivity.worlds,
        "answer": sensitivity_words.answer(config, tables),
    }
    return Sensitivity(Results(tables, described, config))


def of(results: Results) -> Sensitivity:
    """Give an analysis that is there already."""
    return Sensitivity(results)


@dataclasses.dataclass(eq=False)
class _Rows:
    """Rows that are lived, and how many are done."""

    planned: Plan
    looked_at: Outcomes
    progress: Callable[[int], object] | None
    done: int = 0

    def live(self, u: Array, first: int, options: Sequence[Option]) -> Array:
        """Live rows: effects in SD, shape (n, options, outcomes)."""
        config, factors = options[0].config, self.planned.factors
        simulate = worlds_lived.lived(config, options, factors, self.looked_at)
        before = self.done

        def told(done: int) -> None:
            self.done = before + done
            if self.progress is not None:
                self.progress(self.done)

        found = simulate(u, first, told)
        return found.reshape(len(u), len(options), -1)


def _screened(rows: _Rows) -> Array:
    """Live trajectories: elementary effects, shape (trajectories, numbers, outcomes).

    All rows of a trajectory have the same people and the same luck.
    """
    planned = rows.planned
    asked, numbers = planned.config.sensitivity, len(planned.factors.names)
    seed = int(planned.config.seed.both)
    u = screening.trajectories(planned.factors.space, asked.trajectories, seed)
    steps = u.reshape(asked.trajectories, numbers + 1, numbers)
    values = np.stack(
        [
            rows.live(steps[:, step], SCREENED, planned.options[:1])[:, 0]
            for step in range(numbers + 1)
        ],
        axis=1,
    )
    return screened.elementary(steps, values)


def _matrices(rows: _Rows, chosen: Sequence[str]) -> tuple[Array, Array]:
    """Live the matrices: the design, and the effect, shape (rows, matrices, outcomes).

    Besides the numbers chosen all others are one factor, so nothing that is not known is left out.
    """
    planned = rows.planned
    asked, names = planned.config.sensitivity, planned.factors.names
    groups = [[names.index(name)] for name in chosen]
    rest = [i for i, name in enumerate(names) if name not in chosen]
    seed = int(planned.config.seed.both)
    design = indices.design([*groups, rest] if rest else groups, asked.rows, seed)
    own_chance = design[0, :, -1] == design[0, 0, -1]
    values = [
        rows.live(
            design[:, matrix, :-1],
            MATRICES if own_chance[matrix] else MATRICES + asked.rows,
            planned.options[:1],
        )[:, 0]
        for matrix in range(design.shape[1])
    ]
    return design, np.stack(values, axis=1)


def _pool(rows: _Rows) -> tuple[Array, Array]:
    """Live the pool: where its worlds lie, and effects, shape (worlds, options, outcomes)."""
    planned = rows.planned
    worlds, seed = planned.config.sensitivity.worlds, int(planned.config.seed.both)
    u = pool.places(pool.whole(len(planned.factors.names)), worlds, seed)
    return u, rows.live(u, POOL, planned.weighed)


def _elsewhere(rows: _Rows, u: Array) -> Array:
    """Live the options that are another world: effects, shape (worlds, options, outcomes)."""
    planned = rows.planned
    part = u[: len(u) // PART]
    found = [rows.live(part, POOL, [option])[:, 0] for option in planned.elsewhere]
    return np.stack(found, axis=1) if found else np.zeros((len(part), 0, len(rows.looked_at.steps)))
