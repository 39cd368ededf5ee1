"""Allocation: which therapists come to be trained, by the lot or by their own choice.

Therapists stand in the order in which they were recruited, that of their ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.trial import chance

if TYPE_CHECKING:
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]


def assign(design: Design, replicates: Array, mindfulness: Array | None = None) -> Array:
    """Assign the therapists of every trial, period by period.

    Parameters
    ----------
    design : Design
        The design.
    replicates : array of int, (trials,)
        Their numbers.
    mindfulness : array of float, (trials, therapists), optional
        The therapists' scores before the trial, where the assignment looks at them.

    Returns
    -------
    array of bool, (trials, periods, therapists)
        Whether the therapist is assigned to training in that period.
    """
    n, periods = design.therapists, design.periods
    shape = (len(replicates), periods, n)
    who = np.arange(n)
    lot, odd, _, _ = chance.uniform(
        design.config.seed.luck, replicates[:, None], chance.ASSIGNMENT, therapists=who
    )
    odd = odd[:, :1]
    rank = lot.argsort(axis=1).argsort(axis=1)
    at = np.arange(periods)[None, :, None]
    trained: Array
    if design.kind == "sequential_cohort":
        trained = np.broadcast_to(at == 1, shape)
    elif design.kind == "abab":
        trained = np.broadcast_to(at % 2 == 1, shape)
    elif design.kind == "stepped_wedge":
        trained = at >= 1 + (rank * (periods - 1) // n)[:, None]
    elif design.kind == "crossover":
        first = _in_blocks(lot, odd, n // 2, 2)
        trained = np.stack([first, ~first], axis=1)
    elif design.kind == "correlational":
        trained = np.zeros(shape, np.bool_)
    else:
        trained = _two_arms(design, lot, odd, mindfulness)[:, None]
    return trained


def _two_arms(design: Design, lot: Array, odd: Array, mindfulness: Array | None) -> Array:
    """Divide the therapists between a trained and an untrained arm."""
    said, many = design.config.design, design.trained
    if said.assignment == "random":
        coin: Array = lot < many / design.therapists
        return coin
    if said.assignment == "blocks":
        return _in_blocks(lot, odd, many, said.block)
    if mindfulness is None:
        raise ValueError(f"assignment={said.assignment} needs the therapists' mindfulness")
    if said.assignment == "self_selected":
        # Whoever wants it most is trained: a random utility with logistic noise, so that of two
        # therapists one SD apart the odds of being the keener one are exp(selection).
        centre, spread = mindfulness.mean(axis=1), mindfulness.std(axis=1)
        z = (mindfulness - centre[:, None]) / np.maximum(spread, 1e-12)[:, None]
        wish = said.selection * z + np.log(lot) - np.log1p(-lot)
        return _first(-wish, many)
    # Stratified: permuted blocks in the order of recruitment, first through the less mindful half.
    half: Array = mindfulness.argsort(axis=1, kind="stable").argsort(axis=1) * 2 >= lot.shape[1]
    order = half.argsort(axis=1, kind="stable")
    placed = _in_blocks(np.take_along_axis(lot, order, axis=1), odd, many, said.block)
    trained = np.empty_like(placed)
    np.put_along_axis(trained, order, placed, axis=1)
    return trained


def _in_blocks(lot: Array, odd: Array, many: int, block: int) -> Array:
    """Permute each block: at the end of every block as many are trained as the share demands.

    Where that is no whole number, it is rounded up or down by the lot, so that in the end the
    number is exact and everybody had the same chance.
    """
    n = lot.shape[1]
    trained = np.zeros(lot.shape, np.bool_)
    before = np.zeros_like(odd)
    for start in range(0, n, block):
        stop = min(start + block, n)
        by_then = np.floor(many * stop / n + odd) if stop < n else np.full_like(odd, many)
        trained[:, start:stop] = _first(lot[:, start:stop], by_then - before)
        before = by_then
    return trained


def _first(values: Array, many: Array | int) -> Array:
    """Mark the smallest few of every row."""
    marked: Array = values.argsort(axis=1).argsort(axis=1) < many
    return marked
