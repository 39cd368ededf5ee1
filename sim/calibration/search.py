"""Looking for a world: by an evolution strategy (package cma), on the scale of normal quantiles.

Every candidate is simulated several times, with people and luck that no other candidate has, and
judged by the means; what is found in the end is judged anew with fresh ones. So nobody wins by luck
that was looked for.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.space import EDGE, normal, uniform

if TYPE_CHECKING:
    from sim.calibration.goals import Goals
    from sim.calibration.space import Simulator

    Array = np.ndarray[Any, np.dtype[Any]]

#: The worlds of all searches are numbered from here on, each search a million apart.
NUMBER = 200_000_000
APART = 1_000_000

#: How far inside its band a statistic is wished, as a share of half its width.
MARGIN = 0.2

#: How far beyond that a target counts as half missed, in half-widths of its band.
HALFWAY = 0.5

#: What a standard deviation away from the prior's median costs, beside the bands.
PRIOR = 0.002


@dataclasses.dataclass(frozen=True)
class Found:
    """A world that was looked for.

    Attributes
    ----------
    u : array
        Where it lies in the cube, shape (parameters,).
    statistics : array
        What virtual studies find in it, means over fresh people and luck, shape (targets,).
    error : array
        The Monte Carlo standard errors of these means.
    evaluations : int
        How many candidates were tried.
    """

    u: Array
    statistics: Array
    error: Array
    evaluations: int


#: Gives what is to be small of candidates - rows of the cube, shape (n, parameters), and their mean
#: statistics, shape (n, targets) -, given the number of the first world too; shape (n,).
Aim = Callable[["Array", "Array", int], "Array"]


def minimise(
    start: Array,
    columns: Array,
    simulate: Simulator,
    aim: Aim,
    *,
    generations: int,
    repeats: int,
    seed: int,
    number: int,
    step: float = 0.5,
    fresh: int = 32,
    progress: Callable[[int], object] | None = None,
) -> Found:
    """Look for the world in which something is smallest.

    Parameters
    ----------
    start : array
        Where to begin, in the cube, shape (parameters,).
    columns : array of int
        The parameters that may be moved.
    simulate : callable
        Gives the statistics of worlds, and is told the number of the first.
    aim : callable
        What is to be small.
    generations : int
        How many generations there are.
    repeats : int
        How often each candidate is simulated.
    seed, number : int
        The seed, and the number of the search.
    step : float
        How far candidates are spread at first, in standard deviations of the priors.
    fresh : int
        How often what was found is simulated anew.
    progress : callable, optional
        Is told the number of generations done.

    Returns
    -------
    Found
    """
    import cma

    edge = float(normal(np.array([1.0 - EDGE]))[0])
    options = {
        "bounds": [-edge, edge],
        "seed": seed * 1009 + number + 1,
        "verbose": -9,
        "CMA_diagonal": len(columns) > 40,  # noqa: PLR2004 - too many to learn all correlations
        "maxiter": generations,
        "tolfun": 0.0,
        "tolfunhist": 0.0,
        "tolx": 0.0,
    }
    first = NUMBER + number * APART
    begin = np.clip(normal(start[columns]), -0.98 * edge, 0.98 * edge)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = cma.CMAEvolutionStrategy(begin, step, options)
        for generation in range(generations):
            asked = np.array(search.ask())
            u = np.repeat(start[None, :], len(asked), axis=0)
            u[:, columns] = uniform(asked)
            statistics = repeated(simulate, u, repeats, first)
            values = aim(u, statistics, first)
            first += len(u) * repeats
            search.tell(list(asked), [float(value) for value in values])
            if progress is not None:
                progress(generation + 1)
        best = np.asarray(search.result.xfavorite, np.float64)
    there = start.copy()
    there[columns] = uniform(np.clip(best, -edge, edge))
    return judged(there, simulate, fresh, first, int(search.result.evaluations))


def judged(u: Array, simulate: Simulator, fresh: int, first: int, evaluations: int = 0) -> Found:
    """Simulate one world several times, with people and luck from a number on."""
    found = simulate(np.repeat(u[None, :], fresh, axis=0), first)
    return Found(u, *mean_and_error(found), evaluations)


def mean_and_error(found: Array) -> tuple[Array, Array]:
    """Give means over rows and their standard errors, leaving out what is not known."""
    there = ~np.isnan(found)
    many = there.sum(axis=0)
    total = np.where(there, found, 0.0).sum(axis=0)
    mean = np.divide(total, many, out=np.full(found.shape[1], np.nan), where=many > 0)
    squares = (np.where(there, found - mean, 0.0) ** 2).sum(axis=0)
    scale = many * np.maximum(many - 1, 1)
    error = np.sqrt(np.divide(squares, scale, out=np.full_like(mean, np.nan), where=many > 1))
    return mean, error


def repeated(simulate: Simulator, u: Array, repeats: int, first: int) -> Array:
    """Simulate each world several times and give the means, shape (worlds, targets)."""
    return averaged(simulate(np.repeat(u, repeats, axis=0), first), repeats)


def averaged(found: Array, repeats: int) -> Array:
    """Give the means over each so many rows."""
    blocks = found.reshape(len(found) // repeats, repeats, -1)
    means: Array = np.array([mean_and_error(block)[0] for block in blocks])
    return means


def to_meet(goals: Goals, fitted: Array, columns: Array, weights: Array | None = None) -> Aim:
    """Make the aim of meeting as many fitted targets as can be met at once.

    A target counts nothing well inside its band, and never more than one: so one that cannot be
    met does not take others with it.

    Parameters
    ----------
    goals : Goals
        The bands.
    fitted : array of int
        The targets that count.
    columns : array of int
        The parameters that may be moved: they are drawn a little to their priors' medians.
    weights : array, optional
        How much each of the fitted targets counts; all the same if not given.
    """
    count = np.ones(len(fitted)) if weights is None else weights

    def aim(u: Array, statistics: Array, _first: int) -> Array:
        own = statistics[:, fitted]
        part = goals.part(fitted)
        distance = np.abs(own - 0.5 * (part.low + part.high)) / part.half
        squared = np.maximum(distance - (1.0 - MARGIN), 0.0) ** 2
        missed = np.where(np.isnan(own), 1.0, squared / (squared + HALFWAY * HALFWAY))
        pull = (normal(u[:, columns]) ** 2).sum(axis=1)
        found: Array = (count * missed).sum(axis=1) + PRIOR * pull
        return found

    return aim


@dataclasses.dataclass(frozen=True)
class Conflict:
    """A target that is missed, and what it costs to meet it.

    Attributes
    ----------
    target : str
        The one missed at the best fit.
    reached : bool
        Whether it can be met at all, if it counts more than all others.
    against : tuple of str
        The targets that are then missed and were not before.
    moved : tuple of str
        The parameters that go farthest for it.
    """

    target: str
    reached: bool
    against: tuple[str, ...]
    moved: tuple[str, ...]


#: How much more a missed target counts when it is asked what stands against it.
ABOVE_ALL = 50.0

#: So many missed targets are asked, those farthest off first.
ASKED = 4

#: So many parameters are named as those that go farthest.
NAMED = 3


def conflicts(
    best: Found,
    goals: Goals,
    fitted: Array,
    columns: Array,
    names: tuple[str, ...],
    simulate: Simulator,
    *,
    generations: int,
    repeats: int,
    seed: int,
    number: int,
) -> list[Conflict]:
    """Ask of targets missed at the best fit what stands against meeting them.

    Parameters
    ----------
    best : Found
        The best fit.
    goals, fitted, columns, simulate, generations, repeats, seed
        As for `minimise` and `to_meet`.
    names : tuple of str
        Of all parameters.
    number : int
        Of the first of these searches.

    Returns
    -------
    list of Conflict
    """
    inside, off = goals.inside(best.statistics), goals.off(best.statistics)
    missed = sorted((int(t) for t in fitted if not inside[t]), key=lambda t: (-off[t], t))
    listed = []
    for i, target in enumerate(missed[:ASKED]):
        weights = np.where(fitted == target, ABOVE_ALL, 1.0)
        aim = to_meet(goals, fitted, columns, weights)
        other = minimise(
            best.u, columns, simulate, aim,
            generations=generations, repeats=repeats, seed=seed, number=number + i,
        )  # fmt: skip
        now = goals.inside(other.statistics)
        against = tuple(goals.names[int(t)] for t in fitted if inside[t] and not now[t])
        far = np.abs(normal(other.u) - normal(best.u))
        moved = tuple(names[int(j)] for j in np.argsort(-far, kind="stable")[:NAMED] if far[j] > 0)
        listed.append(Conflict(goals.names[target], bool(now[target]), against, moved))
    return listed
