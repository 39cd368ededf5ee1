"""Readings: how arms are compared, and how many replicates that takes.

*Same therapists*: the same people live in every arm under the same luck, so a difference is what
the programme caused. *Independent populations*: every arm has therapists and patients of its own,
as an observer would find them; the answer is the same on average, and far less precise.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim import manifest
from sim.results import Results
from sim.study import effects
from sim.study.simulate import tables
from sim.study.steps import STEPS

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links
    from sim.schema import Arm

#: What the readings are called.
NAMES = {"same": "same therapists", "independent": "independent populations"}

#: The step whose effect has to be known precisely.
TARGET = "symptom_severity"

#: How many times the first batch is lived at most, if nothing is said.
BATCHES = 5

#: What ended the replicates.
PRECISION, CAP, ASKED = "precision", "replicates_max", "replicates"


def live(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Live a study in its readings, batch after batch, until its effect is known precisely.

    The first batch has as many replicates as configured; others follow until the Monte Carlo
    standard error of the standardised effect on symptom severity, the worst over arms, is at most
    ``precision``, or ``replicates_max`` is reached. How many are added depends on the results so
    far and on nothing else.

    Parameters
    ----------
    config : Config
        The configuration.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress : callable, optional
        Is told the number of replicates done.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Results
        Trials of all batches, and ``independent`` beside them if both readings are asked for.
        Rows below the trials are kept of the first batch. How it ended is in the manifest under
        ``replicates``.
    """
    started = time.perf_counter()
    main = config.study_arms()
    apart = _apart(config)
    found: dict[str, Any] = {}
    done, more = 0, config.replicates
    while more > 0:
        batch = dataclasses.replace(
            config, replicates=more, record=config.record if done == 0 else "trials"
        )
        before = float(done)
        for kind, arms in (("trials", main), ("independent", apart)):
            share = len(arms) / len(main + apart)
            if arms:
                lived = tables(
                    batch if kind == "trials" else dataclasses.replace(batch, record="trials"),
                    first_replicate=done,
                    arms=arms,
                    links=links,
                    progress=_scaled(progress, before, share),
                    say=say,
                )
                _add(found, kind, lived)
            before += share * more
        done += more
        error = standard_error(found["trials"], config.reference)
        more, ended = _next(config, done, error)
    if apart:
        found["independent"] = _with_reference(found, main, config.reference)
    seconds = time.perf_counter() - started
    described = manifest.describe(config, seconds=seconds, links=links)
    described["replicates"] = {
        "lived": done,
        "stopped_by": ended,
        "standard_error": None if math.isnan(error) else error,
    }
    return Results(found, described, config)


def standard_error(trials: pd.DataFrame, reference: str) -> float:
    """Give the Monte Carlo standard error of the effect on severity, the worst over arms.

    Returns
    -------
    float
        In SD at intake; not a number with a single replicate.
    """
    step = next(step for step in STEPS if step.name == TARGET)
    others = [str(arm) for arm in trials["arm"].cat.categories if arm != reference]
    errors = [
        spread_of(effects.differences(trials, step, arm, reference))
        / math.sqrt(trials["replicate"].nunique())
        for arm in others
    ]
    return math.nan if any(map(math.isnan, errors)) else max(errors)


def spread_of(values: Any) -> float:
    """Give the standard deviation over replicates; not a number where there is none."""
    import numpy as np

    there = values[~np.isnan(values)]
    if len(there) <= 1:
        return math.nan
    return 0.0 if np.ptp(there) == 0.0 else float(there.std(ddof=1))


def table(trials: pd.DataFrame, independent: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Put both readings beside each other.

    Parameters
    ----------
    trials : DataFrame
        The trials in which the same people live in every arm.
    independent : DataFrame
        Those in which every arm has people of its own.
    reference : str
        The arm that the others are held against.

    Returns
    -------
    DataFrame
        One row an arm and step: the standardised effect ``same`` and ``independent``, each with
        its 95% Monte Carlo interval ``_low`` to ``_high``, by the same SD; and ``gain``, by how
        many times the Monte Carlo variance of the difference is smaller with the same therapists,
        at equal replicates. There is no gain where the difference is exactly 0 in every replicate.
    """
    import pandas as pd

    keys = ["arm", "reference", "step", "label", "place", "better", "scale"]
    ours = effects.of_all(trials, reference)
    theirs = effects.of_all(independent, reference)
    shown = ours[keys].copy()
    for name, frame in (("same", ours), ("independent", theirs)):
        for end in ("", "_low", "_high"):
            column = {"": "difference", "_low": "low", "_high": "high"}[end]
            shown[f"{name}{end}"] = frame[column].to_numpy() / ours["sd"].to_numpy()
    gains = []
    for row in shown.itertuples():
        step = next(step for step in STEPS if step.name == row.step)
        spreads = [
            spread_of(effects.differences(frame, step, str(row.arm), reference))
            for frame in (trials, independent)
        ]
        gains.append((spreads[1] / spreads[0]) ** 2 if spreads[0] > 0.0 else math.nan)
    return shown.assign(gain=pd.Series(gains, index=shown.index))


def stopping(described: Mapping[str, Any], precision: float | None) -> str:
    """Say how many replicates were lived, and what ended them.

    Parameters
    ----------
    described : mapping
        What `live` wrote into the manifest under ``replicates``.
    precision : float or None
        What was asked for.
    """
    lived, error = described["lived"], described["standard_error"]
    known = "unknown" if error is None else f"{error:.2g} SD"
    head = f"{lived} replicates; the standard error of the effect on symptom severity is {known}"
    if described["stopped_by"] == PRECISION:
        return f"{head}, within precision={precision:g}."
    if described["stopped_by"] == CAP:
        return f"{head}, not yet within precision={precision:g}: replicates_max ended it."
    return f"{head}: as many as asked for."


def _next(config: Config, done: int, error: float) -> tuple[int, str]:
    """Decide how many replicates to add, and else what ended them."""
    if config.precision is None:
        return 0, ASKED
    if error <= config.precision:
        return 0, PRECISION
    first = config.replicates
    most = BATCHES * first if config.replicates_max is None else config.replicates_max
    if done >= most:
        return 0, CAP
    wanted = first if math.isnan(error) else done * ((error / config.precision) ** 2 - 1.0)
    batches = math.ceil(min(wanted, float(most)) / first)
    return min(max(1, batches) * first, most - done), ""


def _apart(config: Config) -> tuple[Arm, ...]:
    """List the arms to live once more with people of their own; those of the reference do."""
    if config.reading != "both":
        return ()
    arms = config.study_arms("independent")
    return tuple(arm for arm in arms if arm.name != config.reference)


def _add(found: dict[str, Any], kind: str, lived: dict[str, pd.DataFrame]) -> None:
    """Add a batch to what was found so far."""
    import pandas as pd

    if kind not in found:
        found |= {kind: lived["trials"]} if kind != "trials" else lived
    else:
        found[kind] = pd.concat([found[kind], lived["trials"]], ignore_index=True)


def _with_reference(found: dict[str, Any], main: tuple[Arm, ...], reference: str) -> pd.DataFrame:
    """Put the reference back among the arms that have people of their own."""
    import pandas as pd

    kind = pd.CategoricalDtype([arm.name for arm in main], ordered=True)
    trials = found["trials"]
    both = pd.concat([found["independent"], trials[trials["arm"] == reference]])
    both["arm"] = both["arm"].astype(kind)
    ordered: pd.DataFrame = both.sort_values(["replicate", "arm"], ignore_index=True)
    return ordered


def _scaled(
    progress: Callable[[int], object] | None, before: float, share: float
) -> Callable[[int], object] | None:
    """Tell the replicates done, where one of two readings takes its share of the time."""
    if progress is None:
        return None
    return lambda lived: progress(round(before + share * lived))
