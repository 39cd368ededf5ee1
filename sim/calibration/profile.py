"""The profile: how small and how large an effect can be while every target stays in its band.

Where the evidence pins nothing, a posterior shows what is probable under the priors; the profile
shows what is *possible*. Two searches push the effect down and up, over the fitted parameters and
those that are held at their priors, and pay for every target that leaves its band.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import search
from sim.calibration.space import normal, uniform

if TYPE_CHECKING:
    from sim.calibration.goals import Goals
    from sim.calibration.search import Found
    from sim.calibration.space import Simulator

    Array = np.ndarray[Any, np.dtype[Any]]

#: Gives the effect in worlds - rows of the cube and the number of the first -, shape (n,).
Effect = Callable[["Array", int], "Array"]

#: What a half-width outside a band costs, in the unit of effects.
PRICE = 40.0

#: In how many steps one goes back to where all targets are met.
STEPS_BACK = 12


@dataclasses.dataclass(frozen=True)
class Extreme:
    """A world at one end of the profile.

    Attributes
    ----------
    which : str
        ``smallest`` or ``largest``.
    world : Found
        Where it lies, and its statistics.
    effect, error : float
        The effect there, and its Monte Carlo standard error.
    """

    which: str
    world: Found
    effect: float
    error: float


def stays(goals: Goals, must: Array, world: Found) -> Array:
    """Mark the targets that are not outside their bands by more than twice their Monte Carlo error.

    Parameters
    ----------
    goals : Goals
        The bands.
    must : array of int
        The targets that count.
    world : Found
        Where it lies, and its statistics.
    """
    slack = 2.0 * np.nan_to_num(world.error[must])
    value = world.statistics[must]
    return np.asarray((value >= goals.low[must] - slack) & (value <= goals.high[must] + slack))


def extreme(
    which: str,
    start: Array,
    home: Array,
    columns: Array,
    goals: Goals,
    must: Array,
    simulate: Simulator,
    effect: Effect,
    *,
    unit: float,
    generations: int,
    repeats: int,
    seed: int,
    number: int,
    fresh: int = 32,
    progress: Callable[[int], object] | None = None,
) -> Extreme:
    """Push the effect as far as it goes.

    Parameters
    ----------
    which : str
        ``smallest`` or ``largest``: of the effect as `effect` counts it, benefits upward.
    start : array
        Where to begin in the cube.
    home : array
        A world in which the targets are met; where the search ends outside a band, one goes back
        toward it until all are met.
    columns : array of int
        The parameters that may be moved.
    goals : Goals
        The bands.
    must : array of int
        The targets that have to stay in their bands.
    simulate, effect : callable
        Give statistics and effects of worlds.
    unit : float
        What counts as a large difference in effect.
    generations, repeats, seed, number, fresh, progress
        As for `sim.calibration.search.minimise`.

    Returns
    -------
    Extreme
    """
    sign = -1.0 if which == "largest" else 1.0
    part = goals.part(must)

    def aim(u: Array, statistics: Array, first: int) -> Array:
        off = np.minimum(part.off(statistics[:, must]), 9.0)
        far = np.maximum(np.abs(normal(u[:, columns])) - 1.96, 0.0)
        inside: Array = sign * effect(u, first) / unit
        found: Array = inside + PRICE * (off + off * off).sum(axis=1) + (far * far).sum(axis=1)
        return found

    world = search.minimise(
        start, columns, simulate, aim,
        generations=generations, repeats=repeats, seed=seed, number=number, step=0.35,
        fresh=fresh, progress=progress,
    )  # fmt: skip
    first = search.NUMBER + number * search.APART + search.APART // 2
    back = 0
    while back < STEPS_BACK and not stays(goals, must, world).all():
        back += 1
        share = back / STEPS_BACK
        u = uniform((1.0 - share) * normal(world.u) + share * normal(home))
        world = search.judged(u, simulate, fresh, first + back * fresh, world.evaluations)
    found = effect(np.repeat(world.u[None, :], fresh, axis=0), first)
    return Extreme(which, world, float(found.mean()), float(found.std(ddof=1) / np.sqrt(fresh)))
