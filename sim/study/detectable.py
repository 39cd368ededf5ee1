"""Detectable: the effect that a given design would find, and whether the theory can produce it.

The first comes from trials without an effect: a constant added to one arm moves every estimate by
itself, so they tell the power against any effect. The second is a prediction: the effect of being
assigned to training under one set of parameters after the other, as they are believed.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import manifest
from sim.computing import GRAIN
from sim.engine import executors
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import beliefs, implications, verdicts
from sim.study.search import NOTICE
from sim.trial import characteristics, contrast, implied, kernels, student
from sim.trial import design as designs
from sim.trial.answers import Answers

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.trial.batch import Simulated
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

#: The share of the budget for trials without an effect, and the fewest and the most of these.
OF_TRIALS, FEWEST, MOST = 0.5, 200, 20_000

#: The fewest and the most replicates of the causal contrast under one set of parameters.
FEW, MANY = 2, 64

#: So many resamples make the interval on the effect that is detectable.
RESAMPLED = 100


def detectable(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Find the effect that a design detects, and the effects that the theory predicts.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=detectable", "design=pilot")``, say; its
        ``replicates`` are the sets of parameters.
    progress : callable, optional
        Is told how many sets are done.
    say : callable, optional
        Is told when something is about to be compiled.

    Returns
    -------
    Results
        Tables: ``detectable``, one row: the ``effect`` found with the target power, in units, with
        its Monte Carlo interval, and in SD; the predicted effects from ``low`` over ``median`` to
        ``high``, in SD (2.5th, 50th and 97.5th percentile), and the share of sets that predict the
        detectable effect or a larger one in the direction hoped for (``reached``); ``effects``, one
        row a set.

    Raises
    ------
    ConfigurationError
        For what cannot be, a budget that is too small included.
    ResultsError
        If the theory has not been calibrated, and the posterior is asked for.
    """
    import pandas as pd

    started = time.perf_counter()
    many, (trials, each) = config.replicates, allowed(config)
    planned = verdicts.with_endpoint(designs.of(config))
    if say is not None and kernels.cold():
        say(NOTICE)
    null, sd = _without_effect(planned, trials, say)
    effects = []
    for k, believed in enumerate(beliefs.sets(config, many)):
        effects.append(_effect(verdicts.with_endpoint(designs.of(believed)), k * each, each))
        if progress is not None:
            progress(k + 1)
    level = config.design.level
    found = characteristics.detectable(null, level, config.target)
    low, high = _interval(null, level, config.target, int(config.seed.luck))
    endpoint = planned.endpoints[0]
    standard = endpoint.better * np.array(effects) / sd
    ends = np.quantile(standard, [0.025, 0.5, 0.975])
    row = {
        "endpoint": endpoint.name,
        "label": endpoint.label,
        "unit": endpoint.unit,
        "target": config.target,
        "over": config.over,
        "sd": sd,
        "effect": found,
        "effect_low": low,
        "effect_high": high,
        "standardised": found / sd,
        "standardised_low": low / sd,
        "standardised_high": high / sd,
        "low": ends[0],
        "median": ends[1],
        "high": ends[2],
        "reached": float((standard >= found / sd).mean()),
        "sets": many,
        "replicates_of_a_set": each,
        "trials": trials,
    }
    table = pd.DataFrame({"set": np.arange(many), "effect": effects, "better_by": standard})
    tables = {"detectable": pd.DataFrame([row]), "effects": table}
    seconds = time.perf_counter() - started
    return Results(tables, manifest.describe(config, seconds=seconds), config)


def allowed(config: Config) -> tuple[int, int]:
    """Tell how many trials without an effect the budget allows, and how many pairs a set.

    Raises
    ------
    ConfigurationError
        If they are too few, or nobody is trained.
    ResultsError
        If the theory has not been calibrated, and the posterior is asked for.
    """
    beliefs.check(config)
    planned = verdicts.with_endpoint(designs.of(config))
    if planned.kind == "correlational":
        raise ConfigurationError(
            "design.kind=correlational has no effect to detect: nobody is trained"
        )
    many, room = config.replicates, verdicts.budget(config)
    one = planned.patients * planned.periods
    trials = int(min(MOST, OF_TRIALS * room / one))
    each = int(min(MANY, (room - trials * one) / (2 * many * planned.patients)))
    if trials < FEWEST or each < FEW:
        least = max(FEWEST * one / OF_TRIALS, FEWEST * one + 2 * FEW * many * planned.patients)
        raise ConfigurationError(
            f"budget={room} is too small for this design and {many} sets of parameters: it takes "
            f"{math.ceil(least)} patients"
        )
    return trials, each


def _without_effect(
    planned: Design, trials: int, say: Callable[[str], object] | None
) -> tuple[Answers, float]:
    """Analyse trials without an effect; give the SD of the outcome as well."""
    answered, sums = [], []
    taken = functools.partial(_of_some, planned)
    for answers, added in verdicts.spread(planned, taken, 0, trials, null=True, say=say):
        answered.append(answers)
        sums.append(added)
    columns = [np.concatenate(parts) for parts in zip(*answered, strict=True)]
    return Answers(*columns), implications.spread(implied.joined(sums))


def _of_some(planned: Design, made: Simulated) -> tuple[Answers, implied.Sums]:
    """Analyse some trials by the analysis that is planned, and add them up."""
    return verdicts.judged(planned, made)[0], implied.sums(made.batches[0])


def _effect(planned: Design, first: int, many: int) -> float:
    """Give the effect of being assigned to training under one set of parameters."""
    if planned.config.generator.name == "linear":
        return float(planned.config.generator.effect)
    task = functools.partial(contrast.differences, planned, None)
    size = GRAIN
    parts = executors.spread(planned.config, task, many, size, first_replicate=first)
    return float(np.concatenate([found for (found,) in parts]).mean())


def _interval(null: Answers, level: float, target: float, seed: int) -> tuple[float, float]:
    """Resample trials, and give the 95% interval of the effect that is detectable."""
    told = ~null.failed
    estimate = null.estimate[told]
    reach = student.quantile(1.0 - level, null.df[told]) * null.se[told]
    rng = np.random.Generator(np.random.Philox(seed))
    found = []
    for _ in range(RESAMPLED):
        at = rng.integers(len(reach), size=len(reach))
        found.append(_found_by(estimate[at], reach[at], target))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _found_by(estimate: Array, reach: Array, target: float) -> float:
    """Give the effect that takes so many estimates beyond what significance asks of them.

    A shift that takes an estimate beyond its reach upwards is its reach less itself; hardly any is
    found downwards, which a shift up from 0 makes rarer still.
    """
    return float(np.quantile(reach - estimate, target))
