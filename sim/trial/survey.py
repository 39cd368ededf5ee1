"""The survey before a trial: therapists and patients answer questionnaires, and nothing else.

Stratified trials, self-selected therapists and patients who are given to therapists by severity
need scores of people who have not lived yet. A survey is a study in which they are met once; as
every draw has its address, they are the same people in the trial, and answer the same.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import engine
from sim.engine import seating
from sim.schema import SLOTS

if TYPE_CHECKING:
    from sim.engine.seating import Seating
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]


def mindfulness(design: Design, replicates: Array) -> Array:
    """Have therapists fill in the Freiburg Mindfulness Inventory.

    Parameters
    ----------
    design : Design
        The design.
    replicates : array of int, (trials,)
        The numbers of the trials, one after the other.

    Returns
    -------
    array of float, (trials, therapists)
        Sum scores, 14 to 56.
    """
    shape = (1, 1, design.therapists)
    who = np.arange(design.therapists, dtype=np.int64)
    seats = seating.Seating(
        therapists=who.reshape(shape),
        programmes=np.zeros(shape, np.int64),
        caseloads=np.ones(shape, np.int64),
        departures=np.full(shape, seating.NEVER),
        patients=(who * SLOTS).reshape(*shape, 1),
        lucks=np.array([int(design.config.seed.luck)], np.int64),
    )
    return _ask(design, replicates, seats, "therapists", "fmi_self_pre")[:, 0]


def severity(design: Design, replicates: Array, seats: Seating) -> Array:
    """Have patients fill in the SCL-90-R.

    Parameters
    ----------
    design : Design
        The design.
    replicates : array of int, (trials,)
        The numbers of the trials, one after the other.
    seats : Seating
        Who there is.

    Returns
    -------
    array of float, (trials, periods, seats, slots)
        Global Severity Index, 0 to 4; of empty slots 0.
    """
    return _ask(design, replicates, seats, "patients", "gsi_self_pre")


def _ask(design: Design, replicates: Array, seats: Seating, record: str, column: str) -> Array:
    """Meet people once, for one segment, and read one column of their rows."""
    config = design.config
    brief = dataclasses.replace(
        config.setting, weeks=1, sessions_per_week=1, segments=1, lead_in_weeks=0, follow_up_weeks=0
    )
    once = dataclasses.replace(config, setting=brief)
    blocks = engine.run(
        once,
        len(replicates),
        record,
        first_replicate=int(replicates[0]),
        seating=seats,
    )
    found: Array = np.concatenate([getattr(block.rows, record)[column] for block in blocks])
    return found
