"""Assurance: the power of a trial as far as we know it, averaged over what is believed.

Power is the chance of success *if* the numbers of the theory are as they stand; assurance is the
mean of that chance over all that they may be (O'Hagan, Stevens & Campbell 2005, Pharmaceutical
Statistics 4, 187-201). Whether a single trial succeeds varies for two reasons, which the law of
total variance keeps apart: luck within the trial, and not knowing the numbers.

    Var(success) = E[power * (1 - power)] + Var(power)

The second is split again: into what the numbers do that there is evidence for, and what those do
that come from the prior alone, because they are assumed or, after calibration, not fitted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import manifest
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import beliefs, verdicts
from sim.study.search import NOTICE
from sim.study.verdicts import EFFECT, FAILED, FOUND
from sim.trial import characteristics, kernels
from sim.trial import design as designs

if TYPE_CHECKING:
    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: The fewest sets, the fewest trials of each, and the most.
FEWEST_SETS, FEWEST, MOST = 10, 10, 2000


def assurance(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Average the power of a design over what is believed.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=assurance", "over=prior")``, say; its
        ``replicates`` are the sets of parameters.
    progress : callable, optional
        Is told how many sets are done.
    say : callable, optional
        Is told when something is about to be compiled.

    Returns
    -------
    Results
        Tables: ``sets``, one row a set with its ``power``; ``assurance``, one row (`described`).

    Raises
    ------
    ConfigurationError
        For what cannot be, a budget that is too small included.
    ResultsError
        If the theory has not been calibrated, and the posterior is asked for.
    """
    import pandas as pd

    started = time.perf_counter()
    planned = verdicts.with_endpoint(designs.of(config))
    many, each = config.replicates, allowed(config)
    if say is not None and kernels.cold():
        say(NOTICE)
    hits, told = np.zeros(many, np.int64), np.zeros(many, np.int64)
    for k, believed in enumerate(beliefs.sets(config, many)):
        one = verdicts.with_endpoint(designs.of(believed))
        codes = verdicts.of_trials(one, k * each, each, say=say).codes[EFFECT][:, 0]
        hits[k], told[k] = (codes == FOUND).sum(), (codes != FAILED).sum()
        if progress is not None:
            progress(k + 1)
    paired = config.generator.name == "process"
    row = described(hits, told, config.target, paired=paired)
    row |= {"over": config.over, "target": config.target, "trials_of_a_set": each}
    row |= {"patients": many * each * planned.patients * planned.periods}
    shares = [characteristics.wilson(int(h), int(n)) for h, n in zip(hits, told, strict=True)]
    table = pd.DataFrame([share._asdict() for share in shares]).rename(columns={"share": "power"})
    table.insert(0, "set", np.arange(many))
    table["shrunk"] = shrunk(hits, told)
    tables = {"assurance": pd.DataFrame([row]), "sets": table}
    seconds = time.perf_counter() - started
    return Results(tables, manifest.describe(config, seconds=seconds), config)


def allowed(config: Config) -> int:
    """Tell how many trials of each set of parameters the budget allows.

    Raises
    ------
    ConfigurationError
        If they are too few, or the sets are.
    """
    planned = designs.of(config)
    many, room = config.replicates, verdicts.budget(config)
    one = planned.patients * planned.periods
    if many < FEWEST_SETS:
        raise ConfigurationError(
            f"replicates={many} sets of parameters show nothing of their spread: it takes "
            f"{FEWEST_SETS} or more"
        )
    each = min(MOST, room // (many * one))
    if each < FEWEST:
        raise ConfigurationError(
            f"budget={room} is too small: {FEWEST} trials of each of {many} sets of parameters "
            f"take {FEWEST * many * one} patients"
        )
    return int(each)


def described(hits: Array, told: Array, target: float, *, paired: bool) -> dict[str, Any]:
    """Describe power over sets of parameters.

    Parameters
    ----------
    hits, told : array of int, (sets,)
        Significant trials of each set, and those that could be analysed.
    target : float
        The power that is adequate.
    paired : bool
        Whether sets 0 and 1, 2 and 3, … share what there is evidence for.

    Returns
    -------
    dict
        ``mean`` with its Monte Carlo interval; ``low, median, high`` of power over sets (2.5th,
        50th and 97.5th percentile) and the share of sets with ``adequate`` power, freed of the
        Monte Carlo error of single sets; of the variance of a single trial's success the parts
        ``luck`` and ``ignorance``, which add up to mean * (1 - mean); and of the latter the share
        that comes from the prior alone (``prior_alone``: what would be left of it if all that
        sets of a pair share were known), if they are paired.
    """
    power = hits / np.maximum(told, 1)
    mean, spread = float(power.mean()), variance(hits, told)
    half = characteristics.QUANTILE * math.sqrt(_of_the_mean(power, paired=paired))
    freed = shrunk(hits, told)
    low, median, high = np.quantile(freed, [0.025, 0.5, 0.975])
    prior = math.nan
    if paired and spread > 0.0:
        pairs = power[: len(power) // 2 * 2].reshape(-1, 2)
        off = pairs - power.mean()
        shared = float(np.clip((off[:, 0] * off[:, 1]).mean(), 0.0, spread))
        prior = 1.0 - shared / spread
    return {
        "mean": mean,
        "mean_low": max(0.0, mean - half),
        "mean_high": min(1.0, mean + half),
        "low": float(low),
        "median": float(median),
        "high": float(high),
        "adequate": float((freed >= target).mean()),
        "luck": mean * (1.0 - mean) - spread,
        "ignorance": spread,
        "prior_alone": prior,
        "sets": len(hits),
    }


def variance(hits: Array, told: Array) -> float:
    """Give the variance of power between sets, without what the luck of few trials adds to it.

    That of the observed shares, less the mean of p (1 - p) / (n - 1); never below 0.
    """
    power = hits / np.maximum(told, 1)
    noise = power * (1.0 - power) / np.maximum(told - 1, 1)
    return max(0.0, float(power.var(ddof=1) - noise.mean()))


def shrunk(hits: Array, told: Array) -> Array:
    """Draw every set's share towards the mean, so that they spread as power itself does."""
    power = hits / np.maximum(told, 1)
    seen, true = float(power.var(ddof=1)), variance(hits, told)
    keep = math.sqrt(true / seen) if seen > 0.0 else 0.0
    drawn: Array = power.mean() + keep * (power - power.mean())
    return np.clip(drawn, 0.0, 1.0)


def _of_the_mean(power: Array, *, paired: bool) -> float:
    """Give the variance of the mean over sets; sets of a pair are not independent."""
    if not paired or len(power) < 4:  # noqa: PLR2004
        return float(power.var(ddof=1)) / len(power)
    pairs = power[: len(power) // 2 * 2].reshape(-1, 2).mean(axis=1)
    return float(pairs.var(ddof=1)) / len(pairs)
