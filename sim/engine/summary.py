"""What is kept of a trial when no rows are: means, spreads and sums of squares.

Linked and compiled with the loops (`sim.engine.kernel`). Sums run over therapists and patients in
order, so they depend on nothing but the rows. A value that does not exist, NaN, is left out: a mean
is that of the people who have one, and how many they are stands in ``<column>_n``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from sim.engine.blocks import Array, World

    class Written(Protocol):
        """The rows that the loops have written, of one arm of one replicate."""

        @property
        def therapist_rows(self) -> Array:
            """By therapist."""

        @property
        def patient_rows(self) -> Array:
            """By therapist and slot."""


def trial(world: World, scratch: Written, caseloads: Array, trial_row: Array) -> None:
    """Sum one arm of one replicate up, in the order of `sim.engine.blocks.trial_columns`."""
    width = world.patient_whole.shape[0]
    # Every field takes eight bytes: value k of column f lies at k * width + f.
    numbers = scratch.patient_rows.view(np.float64)
    wholes = scratch.patient_rows.view(np.int64)
    for column in range(width):
        whole = world.patient_whole[column]
        mean, sd, n = _spread(numbers, wholes, whole, column, width, caseloads)
        trial_row[column] = mean
        trial_row[width + column] = sd
        trial_row[2 * width + column] = n

    at = 3 * width
    for pair in range(world.codes.shape[0]):
        column = world.codes[pair, 0]
        trial_row[at + pair] = _share(wholes, column, world.codes[pair, 1], width, caseloads)

    at += world.codes.shape[0]
    between, within = _squares(numbers, world.outcome, width, caseloads)
    trial_row[at] = between
    trial_row[at + 1] = within

    at += 2
    width = world.therapist_whole.shape[0]
    numbers = scratch.therapist_rows.view(np.float64)
    wholes = scratch.therapist_rows.view(np.int64)
    for column in range(width):
        whole = world.therapist_whole[column]
        mean, _, _ = _spread(numbers, wholes, whole, column, width, world.one_each)
        trial_row[at + column] = mean


def _spread(
    numbers: Array, wholes: Array, whole: bool, column: int, width: int, caseloads: Array
) -> tuple[float, float, int]:
    """Give mean, standard deviation and number of a column's values."""
    n = 0
    total = 0.0
    for j in range(caseloads.shape[0]):
        for k in range(caseloads[j]):
            x = float(wholes[j, k * width + column]) if whole else numbers[j, k * width + column]
            if not math.isnan(x):
                n += 1
                total += x
    if n == 0:
        return math.nan, math.nan, 0
    mean = total / n
    squares = 0.0
    for j in range(caseloads.shape[0]):
        for k in range(caseloads[j]):
            x = float(wholes[j, k * width + column]) if whole else numbers[j, k * width + column]
            if not math.isnan(x):
                squares += (x - mean) * (x - mean)
    sd = math.sqrt(squares / (n - 1)) if n > 1 else math.nan
    return mean, sd, n


def _share(wholes: Array, column: int, code: int, width: int, caseloads: Array) -> float:
    """Give the share of patients whose column holds a code."""
    n = 0
    those = 0
    for j in range(caseloads.shape[0]):
        for k in range(caseloads[j]):
            n += 1
            if wholes[j, k * width + column] == code:
                those += 1
    return those / n if n > 0 else math.nan


def _squares(numbers: Array, column: int, width: int, caseloads: Array) -> tuple[float, float]:
    """Give a column's sums of squares between and within therapists."""
    n = 0
    total = 0.0
    for j in range(caseloads.shape[0]):
        for k in range(caseloads[j]):
            n += 1
            total += numbers[j, k * width + column]
    if n == 0:
        return math.nan, math.nan
    between = 0.0
    within = 0.0
    for j in range(caseloads.shape[0]):
        if caseloads[j] > 0:
            own = 0.0
            for k in range(caseloads[j]):
                own += numbers[j, k * width + column]
            mean = own / caseloads[j]
            between += caseloads[j] * (mean - total / n) * (mean - total / n)
            for k in range(caseloads[j]):
                within += (numbers[j, k * width + column] - mean) * (
                    numbers[j, k * width + column] - mean
                )
    return between, within
