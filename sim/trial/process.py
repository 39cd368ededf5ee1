"""The process as a generator of trials: the chain lives them, and instruments record them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import engine
from sim.engine import blocks
from sim.schema import Arm
from sim.trial import batch, chance, endpoints, enrolment, flow
from sim.trial.batch import Simulated

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.engine.seating import Seating
    from sim.manifest import Links
    from sim.observation import Observed
    from sim.trial.batch import Batch
    from sim.trial.design import Design
    from sim.trial.endpoints import Endpoint
    from sim.trial.enrolment import Enrolment

    Array = np.ndarray[Any, np.dtype[Any]]

#: So many trials make a block: enough that what is done to a block costs little for each.
BLOCK = 1024

#: So many trials are enrolled at a time.
ENROLLED = 16 * BLOCK


def simulated(
    design: Design,
    replicates: int,
    *,
    null: bool = False,
    first_replicate: int = 0,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Simulated]:
    """Simulate trials, as they would be recorded.

    Parameters
    ----------
    design : Design
        The design.
    replicates : int
        How many trials.
    null : bool
        Whether nobody is trained, whatever the arm: all go on as the control does. In a
        correlational study, whether patients are given to therapists as ever, and then treated by
        others, with whom the score has nothing to do.
    first_replicate : int
        The number of the first.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress, say : callable, optional
        As for `sim.engine.run`.

    Yields
    ------
    Simulated
        Some trials; blocks of fixed size, so memory does not grow.
    """
    config = lived(design)
    for start in range(0, replicates, ENROLLED):
        many = min(ENROLLED, replicates - start)
        numbers = first_replicate + start + np.arange(many, dtype=np.int64)
        enrolled = enrolment.enrol(design, numbers)
        before = start
        for block in engine.run(
            config,
            many,
            "patients",
            links=links,
            first_replicate=int(numbers[0]),
            arms=programmes(config),
            seating=_without_effect(design, enrolled.seating) if null else enrolled.seating,
            progress=_after(progress, before),
            say=say,
        ):
            first = block.first_replicate - int(numbers[0])
            shown = enrolled.part(first, first + block.replicates)
            made = tuple(_recorded(design, shown, block, one) for one in design.endpoints)
            through = None
            if design.mediator is not None:
                through = _recorded(design, shown, block, design.mediator, at_end=True)
            ending = block.rows.patients["ending"]
            people = flow.counts(shown.trained, shown.seating, ending, made[0])
            yield Simulated(made, people, through)


def _without_effect(design: Design, seats: Seating) -> Seating:
    """Take the effect away, and leave everything else as it is.

    Every therapist follows the programme of the untrained, in whatever arm. Where nothing is
    trained, the patients of a therapist meet the next one in his or her place: who is given whom
    still follows the score, and how they fare no longer does.
    """
    if design.kind == "correlational":
        return seats._replace(therapists=np.roll(seats.therapists, 1, axis=2))
    return seats._replace(programmes=np.zeros_like(seats.programmes))


def lived(design: Design) -> Config:
    """Give the configuration that the engine lives: no longer than the design looks."""
    config = design.config
    after = design.follow_up_weeks if design.wave == "followup" else 0
    return dataclasses.replace(
        config,
        setting=dataclasses.replace(config.setting, follow_up_weeks=after),
        engine=dataclasses.replace(config.engine, block=BLOCK),
    )


def at_once(design: Design) -> int:
    """Tell how many trials are lived and analysed at a time: `BLOCK`, or fewer that take long."""
    config = lived(design)
    return blocks.replicates_at_once(config, design.periods, blocks.PATIENTS)


def programmes(config: Config) -> tuple[Arm, Arm]:
    """Give the two programmes that seats name by number: untrained, trained."""
    known = {arm.name: arm for arm in config.study_arms("same")}
    return known["untrained"], known["trained"]


def _recorded(
    design: Design,
    enrolled: Enrolment,
    block: Block,
    endpoint: Endpoint,
    *,
    at_end: bool = False,
) -> Batch:
    """Record one endpoint of a block of trials, at the wave of the design or at the end."""
    said, setting = design.config.design, design.config.setting
    seats, replicates = enrolled.seating, enrolled.replicates
    there: Array
    rows = endpoints.seen(design.config, block, endpoint)
    if endpoint.of_therapists:
        there = seats.caseloads[..., None] > 0
        missing = (seats.departures[..., None] < setting.weeks,) * 2
        asked = np.ones_like(there)
    else:
        there = np.arange(rows.shape[-1]) < seats.caseloads[..., None]
        missing, asked = _missing(design, replicates, seats.patients, rows, endpoint)
    wave = "post" if at_end else endpoints.column_wave(endpoint, said.wave, said.estimand)
    earlier = None
    if wave == "followup" and "pre" in endpoint.columns:
        before, unseen = endpoints.values(endpoint, rows, "post"), missing[1]
        earlier = _by_therapist(np.where(there & ~unseen, before, np.nan))
    whole = np.where(there, endpoints.values(endpoint, rows, wave), np.nan)
    baseline = None
    if said.baseline and "pre" in endpoint.columns:
        before = endpoints.values(endpoint, rows, "pre")
        baseline = _by_therapist(np.where(there & asked, before, np.nan))
    arm = np.broadcast_to(enrolled.trained[..., None], there.shape)
    if enrolled.mindfulness is not None and design.kind == "correlational":
        score = enrolled.mindfulness
        spread = np.maximum(score.std(axis=1), 1e-12)
        z = (score - score.mean(axis=1)[:, None]) / spread[:, None]
        arm = np.broadcast_to(z[:, None, :, None], there.shape)
    made = batch.Batch(
        endpoint=endpoint,
        replicates=replicates,
        arm=_by_therapist(np.where(there, arm, np.nan)),
        outcome=_by_therapist(np.where(missing[int(at_end)], np.nan, whole)),
        whole=_by_therapist(whole),
        baseline=baseline,
        period=np.repeat(np.arange(there.shape[1]), there.shape[3]),
        clustered=np.ones(there.shape[2], np.bool_),
        therapists=np.arange(there.shape[2]),
        earlier=earlier,
        by_period=design.kind in {"stepped_wedge", "crossover"},
        weeks=(0.0, float(setting.weeks), float(setting.weeks + design.follow_up_weeks)),
        luck=int(design.config.seed.luck),
    )
    if design.kind == "partially_nested" and not endpoint.of_therapists:
        return batch.gathered(made, design.therapists)
    return made


def _missing(
    design: Design, replicates: Array, patients: Array, rows: Observed, endpoint: Endpoint
) -> tuple[tuple[Array, Array], Array]:
    """Tell whose outcome is not recorded, at the wave that counts and at the end; who was asked."""
    said = design.config.design
    nobody, everybody = (np.full(rows.shape, value, np.bool_) for value in (False, True))
    left = said.estimand == "treatment_policy" and said.retrieved < 1.0
    losses = left or said.patient_loss > 0.0 or said.planned_missing > 0.0
    if endpoint.name == "dropout" or not losses:
        return (nobody, nobody), everybody
    at = replicates[:, None, None, None]
    luck = int(design.config.seed.luck)
    lost, retrieved, planned, lost_at_end = chance.uniform(
        luck, at, chance.ANSWERING, patients=patients
    )
    gone = np.isin(rows["ending"], endpoints.GONE) & (retrieved >= said.retrieved) & left
    left_out = {
        wave: (planned >= low) & (planned < high)
        for wave in ("baseline", "post", "followup")
        for low, high in [design.unasked(wave)]
    }
    missing = (lost < said.patient_loss) | gone | left_out[design.wave]
    missing_at_end = (lost_at_end < said.patient_loss) | gone | left_out["post"]
    return (missing, missing_at_end), ~left_out["baseline"]


def _by_therapist(values: Array) -> Array:
    """Lay the periods of a therapist side by side: trial, therapist, period and slot."""
    trials, periods, seats, slots = values.shape
    moved = values.transpose(0, 2, 1, 3).reshape(trials, seats, periods * slots)
    return np.ascontiguousarray(moved)


def _after(progress: Callable[[int], object] | None, before: int) -> Callable[[int], object] | None:
    """Count on from trials that are done."""
    return None if progress is None else lambda done: progress(before + done)
