"""Robustness: the power of a design when the trial goes otherwise than planned.

Every departure is lived by the same people and the same luck as the plan, as far as it leaves them
alone, so what it costs is known much better than either power.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim import checks, choices, manifest, mistakes, parameters
from sim.errors import ConfigurationError, nearest
from sim.results import Results
from sim.study import sizes, verdicts
from sim.study.search import NOTICE
from sim.study.verdicts import EFFECT, FAILED, FOUND
from sim.trial import characteristics, kernels
from sim.trial import design as designs

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config
    from sim.plans import Departure
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

#: The fewest trials of each departure.
FEWEST = 100

#: What the plan is called among the departures.
AS_PLANNED = "as_planned"


def robustness(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Find the power, and the size, of a design under every departure.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=robustness", "design=pilot")``, say.
    progress : callable, optional
        Is told how many patients were simulated, of those that the budget allows.
    say : callable, optional
        Is told when something is about to be compiled.

    Returns
    -------
    Results
        One table, ``robustness``: one row a departure, the plan first, with ``power`` and ``size``
        and their Wilson intervals, and the ``difference`` in power from the plan with its 95%
        interval, replicate by replicate.

    Raises
    ------
    ConfigurationError
        For a departure that cannot be, or a budget that is too small.
    """
    import pandas as pd

    started = time.perf_counter()
    designed, many = _designed(config), allowed(config)
    if say is not None and kernels.cold():
        say(NOTICE)
    rows, spent = [], 0
    as_planned: Array | None = None
    for name, planned in designed.items():
        codes, size, cost = _judged(planned, many, say)
        as_planned = codes if as_planned is None else as_planned
        said = config.departure.get(name)
        about = "As planned." if said is None else " ".join(said.about.split())
        rows.append({"departure": name, "about": about, **_row(codes, size, as_planned)})
        spent += cost
        if progress is not None:
            progress(spent)
    tables = {"robustness": pd.DataFrame(rows)}
    seconds = time.perf_counter() - started
    return Results(tables, manifest.describe(config, seconds=seconds), config)


def allowed(config: Config) -> int:
    """Tell how many trials of each plan the budget allows.

    Raises
    ------
    ConfigurationError
        If they are too few, or nothing is departed from.
    """
    if not config.departure:
        raise ConfigurationError(
            "departure=[] leaves nothing to ask: it takes one or more of "
            f"{', '.join(choices.groups()['departure'])}"
        )
    designed = _designed(config)
    one = 2 * sum(planned.patients * planned.periods for planned in designed.values())
    room = verdicts.budget(config)
    many = min(config.replicates, room // one)
    if many < min(FEWEST, config.replicates):
        raise ConfigurationError(
            f"budget={room} is too small: {FEWEST} trials of {len(designed)} plans, with an effect "
            f"and without, take {FEWEST * one} patients"
        )
    return many


def _designed(config: Config) -> dict[str, Design]:
    """Design the trial as planned, and under every departure; analysed as its protocol has it."""
    config = dataclasses.replace(config, analysis=verdicts.analysis_of(designs.of(config)))
    plans = {AS_PLANNED: config}
    plans |= {name: departed(config, one) for name, one in config.departure.items()}
    return {name: verdicts.with_endpoint(designs.of(one)) for name, one in plans.items()}


def departed(config: Config, departure: Departure) -> Config:
    """Give the configuration of a trial that departs from its plan.

    Parameters
    ----------
    config : Config
        The plan; it stays as it is.
    departure : Departure
        What is otherwise.

    Raises
    ------
    ConfigurationError
        If it sets what does not exist, or a value that cannot be.
    """
    linear = config.generator.name == "linear"
    made = copy.deepcopy(config)
    for key, said in (departure.linear if linear else departure.process).items():
        _check_key(departure.name, key)
        if key == "therapists.n":
            wanted = _value(departure.name, key, made.therapists.n, said)
            by = sizes.step(made, "therapists")
            made = sizes.resized(made, "therapists", max(by, int(wanted / by + 0.5) * by))
            continue
        *path, last = key.split(".")
        target: Any = made
        for part in path:
            target = getattr(target, part)
        before = getattr(target, last)
        setattr(target, last, _value(departure.name, key, before, said))
    try:
        checks.check(made)
        designs.of(made)
    except ConfigurationError as error:
        raise ConfigurationError(f"the departure {departure.name} cannot be: {error}") from error
    return made


def _check_key(name: str, key: str) -> None:
    """Check that a departure sets a key that exists."""
    known = [*mistakes.keys(), *(f"parameters.{one}" for one in parameters.table())]
    if key not in known or "." not in key:
        raise ConfigurationError(
            f"the departure {name} sets {key}, which does not exist{nearest(key, known)}"
        )


def _value(name: str, key: str, before: Any, said: Any) -> Any:
    """Work the value out that a departure sets: as it stands, or ``times`` or ``plus`` a number."""
    word, _, rest = str(said).partition(" ")
    if word not in {"times", "plus"}:
        return said
    try:
        number = float(rest)
        made = before * number if word == "times" else before + number
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f"the departure {name} sets {key} to '{said}', which cannot be worked out from "
            f"{before}: it takes a value, or a number behind times or plus"
        ) from error
    return made


def _judged(
    planned: Design, many: int, say: Callable[[str], object] | None
) -> tuple[Array, Array, int]:
    """Judge trials with an effect and without one."""
    effect = verdicts.of_trials(planned, 0, many, say=say)
    null = verdicts.of_trials(planned, 0, many, null=True, say=say)
    cost = effect.patients + null.patients
    return effect.codes[EFFECT][:, 0], null.codes[EFFECT][:, 0], cost


def _row(codes: Array, null: Array, planned: Array) -> dict[str, float]:
    """Describe a departure, beside the plan."""
    row: dict[str, float] = {}
    for name, one in (("power", codes), ("size", null)):
        share = characteristics.wilson(int((one == FOUND).sum()), int((one != FAILED).sum()))
        row |= {name: share.share, f"{name}_low": share.low, f"{name}_high": share.high}
    there = (codes != FAILED) & (planned != FAILED)
    apart = (codes == FOUND).astype(float)[there] - (planned == FOUND)[there]
    mean, error = float(apart.mean()), float(apart.std()) / math.sqrt(max(1, len(apart)))
    half = characteristics.QUANTILE * error
    return row | {
        "difference": mean,
        "difference_low": mean - half,
        "difference_high": mean + half,
        "trials": len(codes),
    }
