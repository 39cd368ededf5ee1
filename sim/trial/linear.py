"""The linear generator: trials made up from assumed numbers, without the theory.

With unit variance in each arm, effect d, intraclass correlation r and correlation b with baseline,

    outcome = d * trained + sqrt(r) * u_therapist + b * baseline + sqrt(1 - r - b * b) * e

where u, baseline and e are standard normal, and outcomes are missing completely at random. So the
tool can be held against closed forms and against other tools, and used by whoever does not believe
in the chain. Draws have addresses here as everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws, links
from sim.schema import SLOTS
from sim.trial import batch, chance, enrolment, flow
from sim.trial.batch import Simulated
from sim.trial.kernels import inlined, kernel

if TYPE_CHECKING:
    from sim.trial.batch import Batch
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

#: So many trials make a block: what they take stays in a core's cache.
BLOCK = 512


def simulated(
    design: Design,
    replicates: int,
    *,
    null: bool = False,
    first_replicate: int = 0,
    progress: Callable[[int], object] | None = None,
) -> Iterator[Simulated]:
    """Make trials up.

    Parameters
    ----------
    design : Design
        The design; its configuration holds the assumed numbers.
    replicates : int
        How many trials.
    null : bool
        Whether the effect is 0.
    first_replicate : int
        The number of the first.
    progress : callable, optional
        Is told the number of trials made.

    Yields
    ------
    Simulated
        Some trials, by their one endpoint; blocks of fixed size, so memory does not grow.
    """
    assumed = design.config.generator
    effect = 0.0 if null else assumed.effect
    for start in range(0, replicates, BLOCK):
        many = min(BLOCK, replicates - start)
        numbers = first_replicate + start + np.arange(many, dtype=np.int64)
        enrolled = enrolment.enrol(design, numbers, lived=False)
        made = _made_up(design, enrolled, effect)
        yield Simulated((made,), flow.counts(enrolled.trained, enrolled.seating, None, made))
        if progress is not None:
            progress(start + many)


def _made_up(design: Design, enrolled: enrolment.Enrolment, effect: float) -> Batch:
    """Make up the trials of one block."""
    config, seats = design.config, enrolled.seating
    assumed, said = config.generator, config.design
    trials, periods, clusters = enrolled.trained.shape
    shape = (trials, clusters, periods * seats.slots)
    arm, outcome, baseline, whole = (np.empty(shape) for _ in range(4))
    loads = np.ascontiguousarray(seats.caseloads.transpose(0, 2, 1))
    trained = np.ascontiguousarray(enrolled.trained.transpose(0, 2, 1))
    own = math.sqrt(1.0 - assumed.icc - assumed.baseline_correlation**2)
    chances = (
        1.0 - (1.0 - assumed.dropout * (1.0 - said.retrieved)) * (1.0 - said.patient_loss),
        *design.unasked("baseline"),
        *design.unasked(design.wave),
    )
    numbers = (effect, math.sqrt(assumed.icc), assumed.baseline_correlation, own, *chances)
    _fill()(
        int(config.seed.luck), enrolled.replicates, trained, loads, numbers,
        arm, outcome, baseline, whole,
    )  # fmt: skip
    made = batch.Batch(
        endpoint=design.endpoints[0],
        replicates=enrolled.replicates,
        arm=arm,
        outcome=outcome,
        whole=whole,
        baseline=baseline if said.baseline else None,
        period=np.repeat(np.arange(periods), seats.slots),
        clustered=np.ones(clusters, np.bool_),
        therapists=np.arange(clusters),
        by_period=design.kind in {"stepped_wedge", "crossover"},
        luck=int(config.seed.luck),
    )
    if design.kind == "partially_nested":
        return batch.gathered(made, design.therapists)
    return made


@cache
def _fill() -> Callable[..., None]:
    """Compile the loop, with the draws tied in."""
    tied = links.link(None, inlined).draws
    words, uniform, normal = tied.words, tied.uniform, tied.normal
    nobody, of_therapist, of_patient = draws.NOBODY, chance.LINEAR_THERAPIST, chance.LINEAR_PATIENT
    nothing = math.nan

    @kernel
    def fill(
        luck: int,
        replicates: Array,
        trained: Array,
        loads: Array,
        numbers: tuple[float, ...],
        arm: Array,
        outcome: Array,
        baseline: Array,
        whole: Array,
    ) -> None:
        """Fill in arm, outcome and baseline of every patient."""
        effect, between, slope, own, lost, low, high, low_end, high_end = numbers
        slots = arm.shape[2] // loads.shape[2]
        stride = SLOTS // loads.shape[2]
        for i in range(trained.shape[0]):
            for j in range(trained.shape[1]):
                word, _, _, _ = words(luck, replicates[i], j, nobody, 0, of_therapist)
                therapist = between * normal(word)
                for g in range(loads.shape[2]):
                    shift = effect * trained[i, j, g] + therapist
                    for k in range(slots):
                        at = g * slots + k
                        if k >= loads[i, j, g]:
                            arm[i, j, at] = nothing
                            outcome[i, j, at] = nothing
                            baseline[i, j, at] = nothing
                            whole[i, j, at] = nothing
                            continue
                        patient = j * SLOTS + g * stride + k
                        first, second, third, fourth = words(
                            luck, replicates[i], nobody, patient, 0, of_patient
                        )
                        x = normal(first)
                        y = shift + slope * x + own * normal(second)
                        arm[i, j, at] = trained[i, j, g]
                        whole[i, j, at] = y
                        lot = uniform(fourth)  # who is, by plan, left out when
                        gone = uniform(third) < lost or low_end <= lot < high_end
                        outcome[i, j, at] = nothing if gone else y
                        baseline[i, j, at] = nothing if low <= lot < high else x

    return fill
