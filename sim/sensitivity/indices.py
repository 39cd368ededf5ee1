"""Indices: how much of the variance of an answer each factor makes, alone and with others.

Sobol' (1993), by two matrices A and B of rows that share nothing, and one for each factor that is A
with that factor's column of B (the design is SALib's; the estimators are those of Saltelli et al.
2010 and Jansen 1999, as SciPy has them, here for many resamples):

    first = E[f(B) (f(A with the column of B) - f(A))] / Var   what a factor does alone
    total = E[(f(A) - f(A with the column of B))²] / 2 Var     what it does, in whatever company

A factor may be many numbers, moved together. The last is chance. What is left when its total is
taken away is what knowing every number would explain; what of that no factor explains alone is
their interactions. So

    sum of the first of all factors but chance + interactions + total of chance = 1.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.sensitivity.factors import CHANCE

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: How often rows are drawn anew for an interval.
RESAMPLES = 200

#: The half-width of a 95% interval in standard errors.
_HALF = 1.959963984540054


@dataclasses.dataclass(frozen=True, eq=False)
class Indices:
    """The indices of one answer; half-widths are those of 95% intervals over resampled rows.

    Attributes
    ----------
    first, first_half, total, total_half : array
        Of each factor, chance last.
    interactions, interactions_half : float
        What factors do only together.
    """

    first: Array
    first_half: Array
    total: Array
    total_half: Array
    interactions: float
    interactions_half: float

    @property
    def chance(self) -> float:
        """The share of chance, alone and in company."""
        return float(self.total[-1])

    @property
    def chance_half(self) -> float:
        """The half-width of its interval."""
        return float(self.total_half[-1])


def design(factors: Sequence[Sequence[int]], rows: int, seed: int) -> Array:
    """Lay the matrices out.

    Parameters
    ----------
    factors : sequence of sequence of int
        The numbers of each factor, that are moved together; chance comes on top.
    rows : int
        Of each matrix; a power of two.
    seed : int
        Of the scrambling.

    Returns
    -------
    array
        Shape (rows, factors + 3, numbers + 1): for each row A, A with the columns of each factor
        of B in turn, chance last, and B. Of the last column, that of chance, counts only whether it
        is that of A or that of B.
    """
    from SALib.sample import sobol

    order = [number for factor in factors for number in factor]
    place = np.argsort([*order, len(order)])
    of = [f"factor {i}" for i, factor in enumerate(factors) for _ in factor]
    problem = {
        "num_vars": len(of) + 1,
        "names": [f"number {i}" for i in range(len(of) + 1)],
        "groups": [*of, CHANCE],
        "bounds": [[0.0, 1.0]] * (len(of) + 1),
    }
    made = sobol.sample(problem, rows, calc_second_order=False, seed=seed)
    whole = np.asarray(made, np.float64).reshape(rows, len(factors) + 3, len(of) + 1)
    return whole[..., place]


def analyse(values: Array, seed: int) -> Indices:
    """Work the indices out.

    Parameters
    ----------
    values : array
        The answer in each row of the design, shape (rows, factors + 3); where there is none, the
        mean stands in.
    seed : int
        Of the resampling.

    Returns
    -------
    Indices
        Not a number throughout, where nothing varies.
    """
    rows, factors = len(values), values.shape[1] - 3
    there = values[~np.isnan(values)]
    if len(there) == 0 or np.ptp(there) == 0.0:
        nothing = np.full(factors + 1, np.nan)
        return Indices(nothing, nothing, nothing, nothing, float("nan"), float("nan"))
    known = np.where(np.isnan(values), there.mean(), values)
    first, total, together = _estimates(known)
    rng = np.random.default_rng(seed)
    again = [_estimates(known[rng.integers(0, rows, rows)]) for _ in range(RESAMPLES)]
    halves = [_HALF * np.std(parts, axis=0, ddof=1) for parts in zip(*again, strict=True)]
    return Indices(first, halves[0], total, halves[1], together, float(halves[2]))


def _estimates(values: Array) -> tuple[Array, Array, float]:
    """Give first-order and total indices, and what factors do only together."""
    a, b = values[:, 0], values[:, -1]
    ends = values[:, [0, -1]]
    b, mixed = b - ends.mean(), values[:, 1:-1] - a[:, None]
    variance = max(float(ends.var()), np.finfo(np.float64).tiny)
    first = (b[:, None] * mixed).mean(axis=0) / variance
    total = 0.5 * (mixed * mixed).mean(axis=0) / variance
    return first, total, float(1.0 - first[:-1].sum() - total[-1])
