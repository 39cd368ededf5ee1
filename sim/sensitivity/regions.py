"""Where the sign turns: the corners of what may be in which an effect is for the worse.

A *corner* is where one number, or each of two, lies in the lowest or highest part of its prior.
Those in which harm is most frequent are looked for in one half of the worlds, and what is told of
them is what the other half says: the worst of many corners is always bad luck too.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: The parts of a prior that a side of a corner takes.
PARTS = (0.25, 0.5)

#: A corner holds at least this share of all worlds.
SMALLEST = 0.02

#: A corner is told of if so many of the worlds that judge it see harm there.
FEWEST = 5

#: So many numbers enter corners of two.
PAIRED = 12

#: The half-width of a 95% interval in standard errors.
_HALF = 1.959963984540054


@dataclasses.dataclass(frozen=True)
class Side:
    """A number that lies in the lowest or the highest part of its prior.

    Attributes
    ----------
    column : int
        Which number.
    high : bool
        Whether above the quantile, or below it.
    at : float
        The quantile.
    """

    column: int
    high: bool
    at: float

    def holds(self, u: Array) -> Array:
        """Mark the worlds on this side."""
        x = u[:, self.column]
        inside: Array = x >= self.at if self.high else x < self.at
        return inside


@dataclasses.dataclass(frozen=True)
class Region:
    """A corner, and what is found there.

    Attributes
    ----------
    sides : tuple of Side
        What it is; none for all worlds.
    share : float
        Of all worlds.
    harmed, low, high : float
        The share of its worlds with harm, and its 95% Wilson interval.
    of_all : float
        The share of all harm that lies in it.
    size : float
        How large the harm is, on average over the worlds of it that see some.
    mean : float
        The mean effect in it, more being better.
    cases : int
        How many of its worlds see harm.
    """

    sides: tuple[Side, ...]
    share: float
    harmed: float
    low: float
    high: float
    of_all: float
    size: float
    mean: float
    cases: int = 0


def everywhere(benefit: Array) -> Region:
    """Tell of all worlds how many see harm."""
    return _region((), np.ones(len(benefit), np.bool_), benefit)


def worst(u: Array, benefit: Array, many: int = 3) -> list[Region]:
    """Find the corners in which harm is most frequent.

    Parameters
    ----------
    u : array
        Where the worlds lie, quantiles of the priors, shape (worlds, numbers).
    benefit : array
        The effect in each, more being better, shape (worlds,).
    many : int
        How many corners of one number, and how many of two.

    Returns
    -------
    list of Region
        Corners of one number, then of two; each has a number that those before it of its kind have
        not. Only those in which the other half of the worlds shows more harm than everywhere, too,
        and in no fewer than `FEWEST` worlds.
    """
    half = np.arange(len(u)) % 2 == 0
    single = [_found(sides, u[half], benefit[half]) for sides in _singles(u.shape[1])]
    ranked = _ranked(single)
    columns = list(dict.fromkeys(region.sides[0].column for region in ranked))[:PAIRED]
    double = _ranked([_found(sides, u[half], benefit[half]) for sides in _pairs(columns)])
    of_all = everywhere(benefit[~half]).harmed
    found = []
    for regions in (_different(ranked, many), _different(double, many)):
        again = [_found(region.sides, u[~half], benefit[~half]) for region in regions]
        found += [region for region in again if region.low > of_all and region.cases >= FEWEST]
    return found


def _singles(numbers: int) -> Iterator[tuple[Side, ...]]:
    """List the corners of one number."""
    for column in range(numbers):
        for part in PARTS:
            yield (Side(column, high=False, at=part),)
            yield (Side(column, high=True, at=1.0 - part),)


def _pairs(columns: Sequence[int]) -> Iterator[tuple[Side, ...]]:
    """List the corners of two numbers."""
    of_each = {
        column: [s for (s,) in _singles(column + 1) if s.column == column] for column in columns
    }
    for one, other in itertools.combinations(columns, 2):
        yield from itertools.product(of_each[one], of_each[other])


def _found(sides: tuple[Side, ...], u: Array, benefit: Array) -> Region:
    """Tell what is found in a corner."""
    inside = np.ones(len(u), np.bool_)
    for side in sides:
        inside &= side.holds(u)
    return _region(sides, inside, benefit)


def _region(sides: tuple[Side, ...], inside: Array, benefit: Array) -> Region:
    """Count harm among some worlds."""
    n, harm = int(inside.sum()), benefit < 0.0
    count = int((harm & inside).sum())
    low, high = wilson(count, n)
    return Region(
        sides,
        n / len(inside),
        count / n if n else 0.0,
        low,
        high,
        count / int(harm.sum()) if harm.any() else 0.0,
        float(-benefit[harm & inside].mean()) if count else 0.0,
        float(benefit[inside].mean()) if n else 0.0,
        count,
    )


def wilson(count: int, n: int) -> tuple[float, float]:
    """Give the 95% Wilson interval of a share."""
    if n == 0:
        return 0.0, 1.0
    share, square = count / n, _HALF * _HALF
    middle = (share + square / (2 * n)) / (1.0 + square / n)
    half = _HALF * np.sqrt(share * (1.0 - share) / n + square / (4 * n * n)) / (1.0 + square / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _ranked(regions: Sequence[Region]) -> list[Region]:
    """Order corners that hold enough worlds, the worst first."""
    enough = [r for r in regions if r.share >= SMALLEST and r.harmed > 0.0]
    return sorted(enough, key=lambda r: -round(r.low, 9))


def _different(regions: Sequence[Region], many: int) -> list[Region]:
    """Take the first of some corners, each with a number that none before it has."""
    taken: list[Region] = []
    seen: set[int] = set()
    for region in regions:
        columns = {side.column for side in region.sides}
        if not columns <= seen and len(taken) < many:
            taken.append(region)
            seen |= columns
    return taken
