"""Calibrate: a world that matches the evidence, and what the evidence cannot tell."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import manifest
from sim.calibration import goals, profile, space, stages, studies
from sim.calibration.held import HELD
from sim.calibration.targets import targets
from sim.engine import executors
from sim.results import Results
from sim.study import calibration_tables as make
from sim.study import extremes, headline

if TYPE_CHECKING:
    import pandas as pd

    from sim.calibration.space import Simulator
    from sim.calibration.stages import Calibrated, Problem
    from sim.computing import Engine
    from sim.configuration import Config
    from sim.extent import Extent
    from sim.study.extremes import Portrait

    Array = np.ndarray[Any, np.dtype[Any]]

#: What counts as a large difference in effect, in SD of symptom severity.
UNIT = 0.02

#: The stages beside the rounds nearer to the evidence: screening, the pool, the posterior,
#: recovery, candidates, fits, the headline and the profile.
BESIDE_ROUNDS = 8

#: The two searches of the profile are numbered from here on.
PROFILE = 40


@dataclasses.dataclass(frozen=True, eq=False)
class Calibration:
    """A calibration, as tables.

    Attributes
    ----------
    results : Results
        The tables: ``targets``, ``settings`` of parameters, ``ridges``, ``recovery``,
        ``posterior`` and what it ``predicted``, ``headline``, ``along_kappa`` and ``by_set``. What
        else is to be told is in the manifest under ``calibration``.
    """

    results: Results

    @property
    def told(self) -> dict[str, Any]:
        """What is to be told besides tables."""
        return dict(self.results.manifest["calibration"])

    def table(self, name: str) -> pd.DataFrame:
        """Give one of the tables."""
        return self.results.table(name)

    @property
    def answer(self) -> str:
        """What came out, in a few sentences."""
        told = self.told
        table = self.table("targets")
        own = table[table["use"] == "calibrate"]
        met, at_fit = int(own["calibrated_inside"].sum()), int(own["fit_inside"].sum())
        effect = self.table("headline").set_index("step").loc["symptom_severity"]
        return (
            f"{at_fit} of {len(own)} calibrated statistics are inside their bands at the best fit, "
            f"and {met} in the calibrated world. Of {told['fitted']} fitted parameters the "
            f"evidence pins {told['pinned']}, {told['on_ridges']} only together with another, "
            f"{told['in_part']} in part and {told['not_at_all']} not at all. Intervals of 90% hold "
            f"the truth in {100 * told['coverage']:.0f}% of {told['truths']} worlds. Training "
            f"moves symptom severity by {effect['median']:+.3f} SD [{effect['low']:+.3f}, "
            f"{effect['high']:+.3f}] over the posterior, and {100 * effect['of_prior']:.0f}% of "
            "that variance is prior alone."
        ).replace("-", "\u2212")

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write the calibration to a folder: all, or nothing.

        Raises
        ------
        ResultsError
            If the folder cannot be written.
        """
        return self.results.save(folder, summary=self.table("targets"), also=also)


def calibrate(
    config: Config,
    tell: Callable[[str, int, int], object] | None = None,
) -> Calibration:
    """Calibrate, and look at what the posterior says of the effect of training.

    Parameters
    ----------
    config : Config
        The configuration; ``calibration`` says how large, and the rest is the comparison of which
        the headline is.
    tell : callable, optional
        Is told the stage, and how many of how many of its parts are done.

    Returns
    -------
    Calibration

    Raises
    ------
    AnalysisError
        If the pool is too small.
    """
    started = time.perf_counter()
    told = tell or (lambda _stage, _done, _all: None)
    extent = config.calibration
    where = space.space()
    seed = int(config.seed.both)

    aims, own = goals.of(targets()), goals.fitted(targets())
    problem = stages.Problem(where, aims, own, simulator(config), seed)
    done = stages.calibrate(problem, extent, told)
    sets = space.sets(where, done.sets)
    shown = headline.headline(
        config, sets, done.screening.fitted, extent.each,
        lambda part, parts: told("headline", part, parts),
    )  # fmt: skip
    ends = _profile(config, problem, done, shown.by_set, told)
    tables = {
        "targets": make.of_targets(done),
        "settings": make.of_parameters(problem, done),
        "ridges": make.of_ridges(done),
        "recovery": make.of_recovery(done),
        "sets": make.of_sets(where, sets),
        "predicted": make.of_predicted(problem, done),
        "headline": shown.effects,
        "along_kappa": shown.along_kappa,
        "by_set": shown.by_set,
    }
    described = manifest.describe(config, seconds=time.perf_counter() - started)
    described["calibration"] = make.told(problem, done) | {
        "extremes": [dataclasses.asdict(end) | {"words": end.words} for end in ends]
    }
    return Calibration(Results(tables, described, config))


def of(results: Results) -> Calibration:
    """Give a calibration that is there already."""
    return Calibration(results)


def stages_of(extent: Extent) -> int:
    """Count the stages that a calibration tells of."""
    return BESIDE_ROUNDS + extent.rounds + stages.CORE


def simulator(config: Config) -> Simulator:
    """Give what lives worlds in all virtual studies, wherever the configuration says.

    Parameters
    ----------
    config : Config
        The configuration; it names the engine, the seed and the size of the studies.
    """
    task = functools.partial(
        _statistics, config.calibration.size, int(config.seed.both), config.engine
    )

    def simulate(u: Array, first: int, progress: Callable[[int], object] | None = None, /) -> Array:
        blocks = executors.spread(
            config, task, len(u), studies.AT_ONCE, first_replicate=first, each=u, progress=progress
        )
        return np.concatenate(list(blocks))

    return simulate


def _statistics(size: float, seed: int, engine: Engine, first: int, _many: int, u: Array) -> Array:
    """Live some worlds in all virtual studies; what cannot be computed is NaN."""
    sets = space.sets(space.space(), u)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nobody there
        found = studies.statistics(sets, size=size, seed=seed, first=first, engine=engine)
    return np.where(np.isfinite(found), found, np.nan)


def _profile(
    config: Config,
    problem: Problem,
    done: Calibrated,
    by_set: pd.DataFrame,
    told: Callable[[str, int, int], object],
) -> list[Portrait]:
    """Look for the smallest and the largest effect, and describe the worlds where they are."""
    extent, where = config.calibration, problem.space
    inside = problem.goals.inside(done.calibrated.statistics)
    must = np.array([int(t) for t in problem.fitted if inside[t]], np.int64)
    held = where.columns([name for name in HELD if name in where.names])
    columns = np.unique(np.concatenate([done.columns, held]))
    benefits = -by_set["symptom_severity"].to_numpy()
    own = problem.goals.part(must)
    missed = (~own.inside(done.predicted[:, must])).sum(axis=1)
    good = missed <= np.quantile(missed, 0.25)

    def effect(u: Array, first: int) -> Array:
        return headline.benefit(config, space.sets(where, u), first)

    portraits = []
    for number, which in enumerate(("smallest", "largest")):
        order = np.where(good, benefits, np.nan)
        at = int(np.nanargmin(order) if which == "smallest" else np.nanargmax(order))
        start = done.calibrated.u.copy()
        start[columns] = done.sets[at][columns]
        end = profile.extreme(
            which, start, done.calibrated.u, columns, problem.goals, must, problem.simulate,
            effect, unit=UNIT, generations=extent.generations, repeats=extent.repeats,
            seed=problem.seed, number=PROFILE + number, fresh=extent.fresh,
        )  # fmt: skip
        told("profile", 1 + number, 2)
        now = profile.stays(problem.goals, must, end.world)
        left = tuple(
            problem.goals.names[int(t)] for t, kept in zip(must, now, strict=True) if not kept
        )
        values = space.sets(where, end.world.u[None, :])
        small = min(1.0, extent.sets / 512)
        portraits.append(
            extremes.portrait(config, where, end, values, done.calibrated.u, left, replicates=small)
        )
    return portraits
