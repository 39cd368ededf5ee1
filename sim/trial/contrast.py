"""The causal contrast: what being assigned to training changes, for the same people.

Everybody lives twice under the same luck, without training and assigned to it. The mean over
replicates of the difference is the population effect that estimates are held against.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import engine
from sim.computing import GRAIN
from sim.engine import executors
from sim.trial import endpoints, enrolment, process

if TYPE_CHECKING:
    from sim.manifest import Links
    from sim.trial.batch import Batch
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

#: So many replicates at a time; after each batch it is seen whether they are enough.
BATCH = 512

#: So many replicates at most.
MOST = 16 * BATCH


class Contrast(NamedTuple):
    """The population effect on one endpoint.

    Attributes
    ----------
    effect : float
        In the endpoint's units, trained less untrained.
    standard_error : float
        Of Monte Carlo.
    replicates : int
        How many replicates it is the mean of; 0 where it is assumed.
    """

    effect: float
    standard_error: float
    replicates: int


def assumed(design: Design) -> list[Contrast]:
    """Give the effect that the linear generator assumes."""
    return [Contrast(float(design.config.generator.effect), 0.0, 0)]


def of_process(
    design: Design,
    precise: list[float],
    *,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> list[Contrast]:
    """Work the population effects out, on as many replicates as that takes.

    Parameters
    ----------
    design : Design
        The design.
    precise : list of float
        The standard error that will do for each endpoint, in its units.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress, say : callable, optional
        As for `sim.engine.run`.

    Returns
    -------
    list of Contrast
        One an endpoint. In a correlational study, where nothing is caused, the mean slope of
        therapists' mean outcome on their measured mindfulness when patients are given to them at
        random and all outcomes are recorded.
    """
    found: list[list[Array]] = [[] for _ in design.endpoints]
    once = _slopes if design.kind == "correlational" else differences
    task = functools.partial(once, design, links)
    done = 0
    while done < MOST:
        for values in executors.spread(
            design.config, task, BATCH, GRAIN, first_replicate=done, say=say
        ):
            for parts, one in zip(found, values, strict=True):
                parts.append(one)
        done += BATCH
        if progress is not None:
            progress(done)
        made = [_mean(np.concatenate(parts)) for parts in found]
        if all(one.standard_error <= enough for one, enough in zip(made, precise, strict=True)):
            break
    return made


def differences(design: Design, links: Links | None, first: int, many: int) -> list[Array]:
    """Give each replicate's mean difference between its two lives, an endpoint each.

    Parameters
    ----------
    design : Design
        The design.
    links : mapping of str to callable, optional
        Links of the user's own.
    first, many : int
        The number of the first replicate, and how many.

    Returns
    -------
    list of array of float, (replicates,)
        In the endpoints' units, trained less untrained.
    """
    numbers = first + np.arange(many, dtype=np.int64)
    config = process.lived(design)
    said = config.design
    seats = enrolment.twice(design, numbers)
    there = np.arange(seats.slots) < seats.caseloads[..., None]
    found: list[list[Array]] = [[] for _ in design.endpoints]
    for block in engine.run(
        config,
        many,
        "patients",
        links=links,
        first_replicate=first,
        arms=process.programmes(config),
        seating=seats,
    ):
        start = block.first_replicate - first
        for parts, one in zip(found, design.endpoints, strict=True):
            wave = endpoints.column_wave(one, said.wave, said.estimand)
            values = endpoints.values(one, endpoints.seen(config, block, one), wave)
            if not one.of_therapists:
                values = np.where(there[start : start + block.replicates], values, np.nan)
            means = np.nanmean(values, axis=(2, 3))
            parts.append(means[:, 1] - means[:, 0])
    return [np.concatenate(parts) for parts in found]


def _slopes(design: Design, links: Links | None, first: int, many: int) -> list[Array]:
    """Give each replicate's slope of therapists' mean outcome on mindfulness, an endpoint each."""
    said = dataclasses.replace(
        design.config.design, case_mix=0.0, therapist_loss=0.0, planned_missing=0.0
    )
    config = dataclasses.replace(design.config, design=said)
    fair = dataclasses.replace(design, config=config)
    found: list[list[Array]] = [[] for _ in design.endpoints]
    for made in process.simulated(fair, many, first_replicate=first, links=links):
        for parts, batch in zip(found, made.batches, strict=True):
            parts.append(_slope(batch))
    return [np.concatenate(parts) for parts in found]


def _slope(batch: Batch) -> Array:
    """Regress therapists' mean outcome on their score, in every trial."""
    y, x = np.nanmean(batch.whole, axis=2), np.nanmean(batch.arm, axis=2)
    off = x - x.mean(axis=1)[:, None]
    slope: Array = (off * y).sum(axis=1) / (off * off).sum(axis=1)
    return slope


def _mean(values: Array) -> Contrast:
    """Average over replicates."""
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    return Contrast(float(values.mean()), error, len(values))
