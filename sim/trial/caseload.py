"""Caseloads: how many patients each therapist of a trial has.

All patients are apportioned among therapists by weights, at least one to each: equal weights, the
same uneven ones in every trial, or weights drawn anew.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.trial import chance

if TYPE_CHECKING:
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]


def sizes(design: Design, replicates: Array, trained: Array) -> Array:
    """Tell the caseloads of every trial.

    Parameters
    ----------
    design : Design
        The design.
    replicates : array of int, (trials,)
        Their numbers.
    trained : array of bool, (trials, therapists)
        Who is assigned to training in the first period.

    Returns
    -------
    array of int, (trials, therapists)
        The same in all periods; 1 or more.
    """
    arms = design.patients_of_arms
    if arms is None:
        return of_all(design, replicates)
    weights = _weights(design, replicates, trained.shape)
    made = np.zeros(weights.shape, np.int64)
    for many, arm in zip(arms, (~trained, trained), strict=True):
        total = np.where(arm.any(axis=1), many, 0)
        made += _apportion(np.where(arm, weights, 0.0), total)
    return made


def of_all(design: Design, replicates: Array) -> Array:
    """Tell the caseloads of trials in which patients are not counted by arm; see `sizes`."""
    weights = _weights(design, replicates, (len(replicates), design.therapists))
    return _apportion(weights, np.full(len(weights), design.patients_of_therapists))


def _weights(design: Design, replicates: Array, shape: tuple[int, ...]) -> Array:
    """Give every therapist a weight: log-normal ones of the design's coefficient of variation."""
    said = design.config.design
    if said.caseloads == "fixed":
        return np.ones(shape)
    n = shape[1]
    if said.caseloads == "uneven":
        # Spread over the order of recruitment by the golden section: no run of large ones.
        uniform = np.broadcast_to((0.5 + np.arange(n) * 0.6180339887498949) % 1.0, shape)
        uniform = (uniform.argsort(axis=1).argsort(axis=1) + 0.5) / n
    else:
        uniform = chance.uniform(
            design.config.seed.luck,
            replicates[:, None],
            chance.CASELOAD,
            therapists=np.arange(n),
        )[0]
    spread = math.sqrt(math.log1p(said.caseload_spread**2))
    weights: Array = np.exp(spread * chance.normal(uniform))
    return weights


def _apportion(weights: Array, totals: Array) -> Array:
    """Divide each row's total by its weights in whole numbers, one at least where there is weight.

    What is left over after rounding down goes to the largest remainders, ties to those who come
    first.
    """
    there = weights > 0.0
    spare = np.maximum(totals - there.sum(axis=1), 0)
    share = weights / np.maximum(weights.sum(axis=1), 1e-300)[:, None] * spare[:, None]
    # Equal weights give equal shares: rounding must not tell them apart.
    share = np.round(share, 9)
    whole = np.floor(share)
    left = spare - whole.sum(axis=1).astype(np.int64)
    remainder = np.where(there, share - whole, -1.0)
    rank = (-remainder).argsort(axis=1, kind="stable").argsort(axis=1)
    more = rank < left[:, None]
    made: Array = whole.astype(np.int64) + more + there
    return made
