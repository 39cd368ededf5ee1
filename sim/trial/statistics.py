"""What an analysis needs to know of a trial: a few numbers a therapist, in arrays of fixed size.

A mixed model, a t-test and an analysis of covariance all see a trial through the same sufficient
statistics. With T trials, J therapists (clusters) a trial and K variables,

    n[trial, cluster]                 patients with a value in every variable
    means[trial, cluster, k]          their means
    products[trial, cluster, k, l]    their sums of products about these means: sum (x_k - mean_k)
                                      (x_l - mean_l), both triangles filled in
    clustered[trial, cluster]         whether this is a therapist whose patients share something

The variables stand in one order everywhere: **first the arm** (1 for the arm that is tested, 0 for
the one it is held against), **then the covariates, last the outcome**. The arm is a variable like
the others: it is constant within therapists in most designs, and its products are then 0; it varies
within them in a crossover or a sequential cohort.

- A seat that nobody holds has ``n == 0``; its other numbers are 0 and are never looked at.
- A patient with a missing value (NaN) in any of the variables is left out: complete cases.
- Patients without a therapist (the control arm of a partially nested trial) make up one entry with
  ``clustered`` false.
- Sums of products are taken about the therapist's own mean, in two passes, so nothing cancels.

`of_values` makes them from arrays by trial, therapist and slot of the caseload, `of_rows` from rows
in any order (`sim.trial.frames` reads a data frame). A simulation that never keeps its patients may
fill `empty` statistics itself; `add_cluster` does one therapist, and is compiled.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from sim.trial.kernels import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: Any array, and the same kind again.
Array = TypeVar("Array", bound="np.ndarray[Any, np.dtype[Any]]")

#: What the variables are called where nobody named them.
ARM, OUTCOME = "arm", "outcome"


@dataclasses.dataclass(frozen=True)
class Statistics:
    """The sufficient statistics of many trials of one shape.

    Attributes
    ----------
    variables : tuple of str
        K names: the arm, the covariates, the outcome.
    n : array of int, (trials, clusters)
        Patients with a value in every variable.
    means : array of float, (trials, clusters, K)
        Their means.
    products : array of float, (trials, clusters, K, K)
        Their sums of products about the means.
    clustered : array of bool, (trials, clusters)
        Whether the patients share a therapist.
    """

    variables: tuple[str, ...]
    n: Whole
    means: Floats
    products: Floats
    clustered: Flags

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return int(self.n.shape[0])

    @property
    def clusters(self) -> int:
        """How many seats for therapists a trial has."""
        return int(self.n.shape[1])

    @property
    def covariates(self) -> tuple[str, ...]:
        """The names between arm and outcome."""
        return self.variables[1:-1]

    def arrays(self) -> tuple[Whole, Floats, Floats, Flags]:
        """Give ``n, means, products, clustered`` as kernels take them."""
        return plain(self.n), plain(self.means), plain(self.products), plain(self.clustered)

    def select(self, outcome: str, covariates: Sequence[str] = ()) -> Statistics:
        """Keep the arm, some covariates and one outcome, in this order.

        The patients remain those who have a value in every variable there was. Any variable but
        the arm may take any part: an outcome may serve as a covariate.

        Parameters
        ----------
        outcome : str
            The variable that stands last.
        covariates : sequence of str
            Those between.

        Raises
        ------
        ValueError
            If there is no such variable.
        """
        at = np.array([0, *(self.variables.index(name) for name in (*covariates, outcome))])
        return dataclasses.replace(
            self,
            variables=tuple(self.variables[k] for k in at),
            means=np.ascontiguousarray(self.means[..., at]),
            products=np.ascontiguousarray(self.products[..., at[:, None], at]),
        )

    def part(self, trials: slice | Flags | Whole) -> Statistics:
        """Keep some of the trials."""
        return dataclasses.replace(
            self,
            n=self.n[trials],
            means=self.means[trials],
            products=self.products[trials],
            clustered=self.clustered[trials],
        )


def plain(array: Array) -> Array:
    """Give an array as kernels take it, so that none is compiled twice: compact and writeable."""
    made: Array = np.require(array, requirements=["C", "W"])
    return made


def empty(variables: Sequence[str], trials: int, clusters: int) -> Statistics:
    """Make statistics of trials in which nobody has been seen yet, to be filled in.

    Parameters
    ----------
    variables : sequence of str
        The names: arm, covariates, outcome.
    trials, clusters : int
        How many trials, and seats for therapists in each.
    """
    shape, k = (trials, clusters), len(variables)
    return Statistics(
        variables=tuple(variables),
        n=np.zeros(shape, np.int64),
        means=np.zeros((*shape, k)),
        products=np.zeros((*shape, k, k)),
        clustered=np.ones(shape, np.bool_),
    )


def of_values(
    values: ArrayLike, variables: Sequence[str] | None = None, clustered: ArrayLike = True
) -> Statistics:
    """Take the statistics of trials from an array of their patients.

    Parameters
    ----------
    values : array of float, (trials, clusters, slots, K)
        What is known of the patient in each slot of each therapist's caseload: arm, covariates,
        outcome. An empty slot is NaN, and so is a value that is missing.
    variables : sequence of str, optional
        The K names; ``arm, covariate_1, ..., outcome`` if not given.
    clustered : array of bool, (trials, clusters) or what fits
        False for an entry that stands for patients without a therapist.
    """
    array = plain(np.asarray(values, np.float64))
    trials, clusters, _, k = array.shape
    made = empty(variables or names(k), trials, clusters)
    made.clustered[...] = clustered
    _add_trials(array, made.n, made.means, made.products)
    return made


def of_arrays(
    arm: ArrayLike, outcome: ArrayLike, *covariates: ArrayLike, clustered: ArrayLike = True
) -> Statistics:
    """Take the statistics of trials from one array a variable.

    Parameters
    ----------
    arm : array of float, (clusters, 1), (trials, clusters, 1), (trials, clusters, slots) or so
        1 in the arm that is tested, 0 in the one it is held against; anything that broadcasts
        against the outcome.
    outcome : array of float, (trials, clusters, slots)
        The outcome; NaN in an empty slot, or where it is missing.
    *covariates : array of float
        Each of the outcome's shape, or broadcasting against it.
    clustered : array of bool, (trials, clusters) or what fits
        False for an entry that stands for patients without a therapist.
    """
    whole = np.asarray(outcome, np.float64)
    arrays = [np.broadcast_to(np.asarray(a, np.float64), whole.shape) for a in (arm, *covariates)]
    return of_values(np.stack([*arrays, whole], axis=-1), clustered=clustered)


def of_rows(
    values: ArrayLike,
    trial: ArrayLike,
    cluster: ArrayLike,
    variables: Sequence[str] | None = None,
    loose: ArrayLike = False,
) -> Statistics:
    """Take the statistics of trials from rows in any order, one a patient.

    Parameters
    ----------
    values : array of float, (rows, K)
        Arm, covariates, outcome.
    trial, cluster : array of int, (rows,)
        Which trial and which therapist of it, both counted from 0.
    variables : sequence of str, optional
        The K names; ``arm, covariate_1, ..., outcome`` if not given.
    loose : array of bool, (rows,) or what fits
        True for a patient without a therapist; such patients need a cluster of their own.
    """
    array = np.ascontiguousarray(values, np.float64)
    trial, cluster = np.asarray(trial, np.int64), np.asarray(cluster, np.int64)
    trials, clusters = (int(index.max(initial=-1)) + 1 for index in (trial, cluster))
    made = empty(variables or names(array.shape[1]), trials, clusters)
    made.clustered[trial, cluster] = ~np.broadcast_to(np.asarray(loose, np.bool_), trial.shape)
    place = trial * clusters + cluster
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=trials * clusters))
    _add_rows(array[order], ends, made.n, made.means, made.products)
    return made


def names(k: int) -> tuple[str, ...]:
    """Name K variables: ``arm, covariate_1, ..., outcome``."""
    return (ARM, *(f"covariate_{i}" for i in range(1, k - 1)), OUTCOME)


@inlined
def complete(row: Floats) -> bool:
    """Tell whether no value is missing."""
    total = 0.0
    for k in range(row.shape[0]):
        total += row[k]
    return not math.isnan(total)


@kernel
def add_cluster(values: Floats, means: Floats, products: Floats) -> int:
    """Fill in the means and products of one therapist's patients, and tell how many count.

    Parameters
    ----------
    values : array of float, (slots, K)
        The patients; one with a NaN is left out.
    means : array of float, (K,)
        Filled in.
    products : array of float, (K, K)
        Filled in.

    Returns
    -------
    int
        How many patients have a value in every variable; with none, all is 0.
    """
    slots, width = values.shape
    means[:] = 0.0
    products[:] = 0.0
    n = 0
    for i in range(slots):
        if complete(values[i]):
            n += 1
            for k in range(width):
                means[k] += values[i, k]
    if n == 0:
        return 0
    for k in range(width):
        means[k] /= n
    for i in range(slots):
        if complete(values[i]):
            for k in range(width):
                off = values[i, k] - means[k]
                for l in range(k + 1):
                    products[k, l] += off * (values[i, l] - means[l])
                    products[l, k] = products[k, l]
    return n


@kernel
def _add_trials(values: Floats, n: Whole, means: Floats, products: Floats) -> None:
    """Fill in the statistics of all trials."""
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            n[i, j] = add_cluster(values[i, j], means[i, j], products[i, j])


@kernel
def _add_rows(values: Floats, ends: Whole, n: Whole, means: Floats, products: Floats) -> None:
    """Fill in the statistics of all trials from rows that are sorted by trial and therapist."""
    clusters = n.shape[1]
    start = 0
    for place in range(ends.shape[0]):
        i, j = place // clusters, place % clusters
        n[i, j] = add_cluster(values[start : ends[place]], means[i, j], products[i, j])
        start = ends[place]


def totals(statistics: Statistics) -> tuple[Whole, Floats, Floats]:
    """Forget who treated whom: patients, means and sums of products of each whole trial.

    Returns
    -------
    n : array of int, (trials,)
    means : array of float, (trials, K)
    products : array of float, (trials, K, K)
        About the means of the trial; NaN in a trial without patients.
    """
    weights: Any = statistics.n[..., None]
    n = statistics.n.sum(axis=1)
    with np.errstate(invalid="ignore"):
        means = (weights * statistics.means).sum(axis=1) / n[:, None]
    off = statistics.means - means[:, None]
    between = np.einsum("tj,tjk,tjl->tkl", statistics.n.astype(np.float64), off, off)
    return n, means, statistics.products.sum(axis=1) + between
