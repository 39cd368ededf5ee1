"""Screening: which parameters move which targets (Morris 1991; the design is SALib's).

A trajectory moves one parameter after the other by a long step through its prior, at a random
place of all others, and looks at what each step does to the targets. A parameter *moves* a target
if its mean absolute elementary effect is more than twice what Monte Carlo error alone would give,
and more than that by its own 95% interval over trajectories (a ratio of small correlations may make
one step look like a leap). Of those that may be fitted each target names the one that surely moves
it most, in turn, the target that is missed most often first; then the next, until there are as many
as configured. All others stay at their priors. Decision 21 says how this rule came about.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.space import EDGE

if TYPE_CHECKING:
    from sim.calibration.goals import Goals
    from sim.calibration.space import Space

    Array = np.ndarray[Any, np.dtype[Any]]

#: A parameter takes one of so many levels; a step goes over two of the three gaps between them.
LEVELS = 4
STEP = LEVELS / (2.0 * (LEVELS - 1.0))

#: How many times what Monte Carlo error alone gives: from there on a parameter moves a target.
BEYOND = 2.0

#: The seed of the bootstrap over trajectories.
SEED = 1

#: The worlds of screening are numbered from here on.
NUMBER = 90_000_000


@dataclasses.dataclass(frozen=True)
class Screening:
    """What moves what.

    Attributes
    ----------
    effects : array
        The mean absolute elementary effect of each parameter on each target, over the whole of
        its prior (but the edges), in half-widths of the target's band; (parameters, targets).
    noise : array
        What Monte Carlo error alone would give, in the same unit; (targets,).
    moves : array of bool
        Which parameter moves which target.
    ranked : tuple of str
        The parameters that may be fitted and move a calibrated target, the strongest first.
    fitted : tuple of str
        Those of them that go on.
    worlds : int
        How many worlds were simulated.
    lost : int
        In how many of them some target could not be computed.
    """

    effects: Array
    noise: Array
    moves: Array
    ranked: tuple[str, ...]
    fitted: tuple[str, ...]
    worlds: int
    lost: int


def trajectories(space: Space, many: int, seed: int) -> Array:
    """Lay out Morris trajectories.

    Parameters
    ----------
    space : Space
        The parameters.
    many : int
        How many trajectories.
    seed : int
        The seed.

    Returns
    -------
    array
        Rows of the cube, shape (many * (parameters + 1), parameters).
    """
    from SALib.sample import morris

    rows = morris.sample(_problem(space), many, num_levels=LEVELS, seed=seed)
    return np.asarray(rows, np.float64)


def screen(
    space: Space,
    goals: Goals,
    u: Array,
    statistics: Array,
    error: Array,
    *,
    calibrated: Array,
    most: int,
) -> Screening:
    """Tell from simulated trajectories which parameters move which targets.

    Parameters
    ----------
    space, goals : Space, Goals
        The parameters and the targets.
    u : array
        The trajectories, from `trajectories`.
    statistics : array
        What was found in their worlds, shape (rows, targets).
    error : array
        The Monte Carlo standard deviation of each statistic of one world, shape (targets,).
    calibrated : array of int
        The targets that are fitted.
    most : int
        How many parameters go on at most.

    Returns
    -------
    Screening
    """
    from SALib.analyze import morris

    effects = np.zeros((space.size, len(goals.names)))
    unsure = np.zeros_like(effects)
    known = np.where(np.isnan(statistics), _middle(statistics), statistics)
    for target in range(len(goals.names)):
        found = morris.analyze(
            _problem(space), u, known[:, target] / goals.half[target], num_levels=LEVELS, seed=SEED
        )
        effects[:, target] = np.asarray(found["mu_star"], np.float64)
        unsure[:, target] = np.asarray(found["mu_star_conf"], np.float64)
    # of pure noise the difference of two worlds is normal with sqrt(2) times their error
    noise = math.sqrt(2.0) * error * math.sqrt(2.0 / math.pi) / STEP / goals.half
    surely = effects - unsure - noise
    moves = (effects > BEYOND * noise) & (surely > 0.0)
    may = space.may_be_fitted & moves[:, calibrated].any(axis=1)
    missed = 1.0 - goals.inside(statistics)[:, calibrated].mean(axis=0)
    order = _in_turn(np.where(moves, surely, 0.0)[:, calibrated], missed, may)
    ranked = tuple(space.names[i] for i in order)
    lost = int(np.isnan(statistics[:, calibrated]).any(axis=1).sum())
    return Screening(effects, noise, moves, ranked, ranked[:most], len(u), lost)


def _in_turn(strength: Array, missed: Array, may: Array) -> list[int]:
    """Let targets name the parameters that move them most, in turn, the most often missed first.

    So no target is left without a parameter because others are easier to move.
    """
    left = np.where(may[:, None], strength, 0.0).round(9)
    turns = [int(target) for target in np.argsort(-missed.round(9), kind="stable")]
    order: list[int] = []
    while left.any():
        for target in turns:
            if left[:, target].any():
                order.append(int(np.argmax(left[:, target])))
                left[order[-1]] = 0.0
    return order


def _problem(space: Space) -> dict[str, Any]:
    """Describe the cube as SALib wants it."""
    return {
        "num_vars": space.size,
        "names": list(space.names),
        "bounds": [[EDGE, 1.0 - EDGE]] * space.size,
    }


def _middle(statistics: Array) -> Array:
    """Give the median of each statistic over the worlds where it is known; nought if nowhere."""
    middle = np.zeros(statistics.shape[1])
    for column in range(statistics.shape[1]):
        there = statistics[~np.isnan(statistics[:, column]), column]
        middle[column] = float(np.median(there)) if len(there) else 0.0
    return middle
