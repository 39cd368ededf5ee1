"""Screening: the effect of a long step in each number, at many places of all others (Morris 1991).

Told are the mean size of such steps, mu*, which says how much a number moves an answer, and their
spread, sigma, which says how far that hangs on the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]


def elementary(steps: Array, values: Array) -> Array:
    """Give the elementary effects of trajectories.

    Parameters
    ----------
    steps : array
        Rows of the cube, each but the first with one number moved: shape (trajectories,
        numbers + 1, numbers).
    values : array
        Answers, shape (trajectories, numbers + 1, answers).

    Returns
    -------
    array
        The change of each answer for the whole of a number's prior, shape (trajectories, numbers,
        answers); not a number where there is no answer.
    """
    moved = np.diff(steps, axis=1)
    column = np.abs(moved).argmax(axis=2)
    length = np.take_along_axis(moved, column[..., None], axis=2)
    found = np.full((len(steps), steps.shape[2], values.shape[2]), np.nan)
    np.put_along_axis(found, column[..., None], np.diff(values, axis=1) / length, axis=1)
    return found


def strength(effects: Array) -> Array:
    """Give mu*, the mean size of the elementary effects, shape (numbers, answers)."""
    size = np.abs(effects)
    there = ~np.isnan(size)
    total: Array = np.where(there, size, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return total


def strongest(names: Sequence[str], effects: Array, many: int, first: int) -> list[str]:
    """Name the numbers that move the answers most; one answer counts as much as all others.

    Parameters
    ----------
    names : sequence of str
        Of the numbers.
    effects : array
        From `elementary`.
    many : int
        How many to name.
    first : int
        The answer that counts most.

    Returns
    -------
    list of str
    """
    size = strength(effects)
    most = size.max(axis=0)
    shares = np.divide(size, most, out=np.zeros_like(size), where=most > 0.0)
    counts = np.ones(size.shape[1])
    counts[first] = max(1.0, len(counts) - 1.0)
    order = np.argsort(-(shares @ counts).round(9), kind="stable")
    return [names[int(i)] for i in order[:many]]
