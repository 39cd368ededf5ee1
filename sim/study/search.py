"""Search: the smallest trial that will do.

Trials of several sizes are simulated by the same luck: first a few, over sizes that double, to see
about where power crosses the target; then more and more around there, until the interval clears the
target, or the budget ends. What was found is simulated anew, by luck that nothing was chosen by.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import manifest
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import afresh, crossing, sizes, verdicts
from sim.study.crossing import Curve
from sim.study.verdicts import EFFECT
from sim.trial import design as designs
from sim.trial import kernels

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

#: What is said before the analyses are compiled.
NOTICE = "Compiling the analyses for the first time (about half a minute) ..."

#: So many trials find out about where the target is crossed; so many are the first look there, and
#: the fewest that are simulated anew.
PILOT, FIRST_LOOK, FEWEST = 256, 1024, 64

#: So many sizes are looked at around there: read off the largest, or each simulated for itself.
NESTED, APART = 17, 5

#: The share of the budget that is kept for simulating anew, and the most trials that takes.
KEPT, MOST_FRESH = 0.2, 20_000

#: Falling by so many standard errors, power does not rise.
FALLS = 4.0

#: How a search can end: the interval clears the target; the budget ends before it does; the largest
#: size does not reach the target, or the budget ends before one that does is met.
CLEARED, ENDED, OUT_OF_REACH, NOT_MET = "cleared", "budget ended", "out of reach", "not met"


class Found(NamedTuple):
    """What a search has found.

    Attributes
    ----------
    ended : str
        `CLEARED`, `ENDED`, `OUT_OF_REACH` or `NOT_MET`.
    size, low, high : float
        The smallest size that reaches the target, with its 95% interval; infinite where none does.
    patients : int
        How many were simulated.
    """

    ended: str
    size: float
    low: float
    high: float
    patients: int


class _Runs:
    """The verdicts simulated so far, by size, and what they have cost."""

    def __init__(self, config: Config, over: str, say: Callable[[str], object] | None) -> None:
        self.config, self.over, self.say = config, over, say
        self.nested = over == "therapists" and sizes.nests(designs.of(config))
        self.spent, self.budget = 0, verdicts.budget(config)
        self.codes: dict[int, dict[str, Array]] = {}

    def design(self, size: int) -> Design:
        """Give the design at a size, with the endpoint that it is planned for."""
        made = designs.of(sizes.resized(self.config, self.over, size))
        return verdicts.with_endpoint(made)

    def price(self, wanted: list[int], many: int) -> int:
        """Tell how many patients it takes to judge so many trials of each size."""
        lacking = {size: many - self.trials(size) for size in wanted if self.trials(size) < many}
        if not lacking:
            return 0
        people = {size: self.design(size) for size in lacking}
        cost = {n: one.patients * one.periods * lacking[n] for n, one in people.items()}
        if self.nested:
            largest = max(lacking)
            return people[largest].patients * max(lacking.values())
        return sum(cost.values())

    def trials(self, size: int) -> int:
        """Tell how many trials of a size were judged."""
        return len(self.codes[size][EFFECT]) if size in self.codes else 0

    def judge(self, wanted: list[int], many: int) -> None:
        """Judge the first so many trials of each size."""
        lacking = [size for size in wanted if self.trials(size) < many]
        if not lacking:
            return
        if self.nested:
            done = min(self.trials(size) for size in lacking)
            made = verdicts.of_trials(
                self.design(max(lacking)), done, many - done, therapists=lacking, say=self.say
            )
            for place, size in enumerate(lacking):
                self._keep(size, done, {a: c[:, place] for a, c in made.codes.items()})
            self.spent += made.patients
            return
        for size in lacking:
            done = self.trials(size)
            made = verdicts.of_trials(self.design(size), done, many - done, say=self.say)
            self._keep(size, done, {a: c[:, 0] for a, c in made.codes.items()})
            self.spent += made.patients

    def table(self, wanted: list[int], asked: str = EFFECT) -> Array:
        """Give the verdicts of the trials that were judged at every one of some sizes."""
        many = min(self.trials(size) for size in wanted)
        return np.stack([self.codes[size][asked][:many] for size in wanted], axis=1)

    def power(self, size: int) -> float:
        """Give the share of significant trials of a size."""
        return verdicts.share(self.codes[size][EFFECT])

    def _keep(self, size: int, done: int, made: dict[str, Array]) -> None:
        """Put verdicts behind those that are there."""
        there = self.codes.get(size, {})
        self.codes[size] = {
            asked: np.concatenate([there[asked][:done], codes]) if asked in there else codes
            for asked, codes in made.items()
        }


def search(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Look for the smallest size that reaches the target.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=search", "over=therapists")``, say.
    progress : callable, optional
        Is told how many patients were simulated, of those that the budget allows.
    say : callable, optional
        Is told when something is about to be compiled.

    Returns
    -------
    Results
        Tables: ``search``, one row with what was found (`Found`); ``curve``, one row a size and
        question; and the size found (or the largest) simulated anew: what
        `sim.study.afresh.simulate` gives.

    Raises
    ------
    ConfigurationError
        For what cannot be searched.
    """
    import pandas as pd

    started = time.perf_counter()
    over = str(config.over)
    listed = sizes.listed(config, over)
    runs = _Runs(config, over, say)
    allowed(config)
    if say is not None and kernels.cold():
        say(NOTICE)
    told = progress or (lambda _: None)
    shown, ended = _looked_for(runs, listed, told)
    seed = int(config.seed.luck)
    curves = {
        asked: crossing.curve(np.array(shown), runs.table(shown, asked), config.target, seed)
        for asked in runs.codes[shown[0]]
    }
    if shown[-1] == listed[-1] and not math.isfinite(curves[EFFECT].crossing_low):
        ended = OUT_OF_REACH
    found = _found(config, over, curves[EFFECT], ended)
    fresh, cost = _afresh(runs, found, shown)
    told(runs.budget)
    row = found._asdict() | {"patients": runs.spent + cost, "fall": curves[EFFECT].fall}
    tables = {
        "search": pd.DataFrame([{"over": over, "target": config.target, **row}]),
        "curve": pd.concat([_rows(one, asked) for asked, one in curves.items()], ignore_index=True),
        **fresh,
    }
    seconds = time.perf_counter() - started
    return Results(tables, manifest.describe(config, seconds=seconds), config)


def allowed(config: Config) -> int:
    """Tell how many patients the budget allows.

    Raises
    ------
    ConfigurationError
        If they are too few to look at the smallest size.
    """
    over = str(config.over)
    runs = _Runs(config, over, None)
    least = runs.price(sizes.listed(config, over)[:1], PILOT)
    if least > runs.budget:
        raise ConfigurationError(
            f"budget={runs.budget} is too small: {PILOT} trials of the smallest size take "
            f"{least} patients"
        )
    return runs.budget


def _looked_for(
    runs: _Runs, listed: list[int], told: Callable[[int], object]
) -> tuple[list[int], str]:
    """Look for where the target is crossed; tell the sizes that show it, and how it ended."""
    target, room = runs.config.target, runs.budget * (1.0 - KEPT)
    low, high, reached = _bracket(runs, listed, room, told)
    if not reached and high < listed[-1]:
        return _judged(runs, listed), NOT_MET
    around = _around(runs, listed, low, high)
    many = PILOT
    while True:
        doubled = max(FIRST_LOOK, 2 * many)
        fits = runs.spent + runs.price(around, doubled) <= room
        if not fits:
            doubled = _affordable(runs, around, many, doubled, room)
        if doubled > many:
            runs.judge(around, doubled)
            many = doubled
        elif min(map(runs.trials, around)) < many:  # not even the pilot's trials can be had
            return _judged(runs, listed), ENDED
        told(runs.spent)
        seen = crossing.curve(np.array(around), runs.table(around), target)
        if not math.isfinite(seen.crossing_low):
            return around, OUT_OF_REACH
        if _clears(runs, seen):
            return around, CLEARED
        if not fits:
            return around, ENDED
        around = _narrowed(runs, listed, around, seen)


def _bracket(
    runs: _Runs, listed: list[int], room: float, told: Callable[[int], object]
) -> tuple[int, int, bool]:
    """Double or halve the size until the target lies between two; tell whether it is reached."""
    target, own = runs.config.target, sizes.of(runs.config, runs.over)
    at = int(np.argmin(np.abs(np.array(listed) - own)))
    runs.judge([listed[at]], PILOT)
    up = runs.power(listed[at]) < target
    low = high = at
    while True:
        told(runs.spent)
        size = listed[at] * 2 if up else listed[at] // 2
        next_at = int(np.argmin(np.abs(np.array(listed) - size)))
        if next_at == at:
            return listed[low], listed[high], not up
        if runs.spent + runs.price([listed[next_at]], PILOT) > room:
            return listed[low], listed[high], not up
        runs.judge([listed[next_at]], PILOT)
        low, high, at = (at, next_at, next_at) if up else (next_at, at, next_at)
        if (runs.power(listed[at]) < target) != up:
            return listed[low], listed[high], True


def _around(runs: _Runs, listed: list[int], low: int, high: int) -> list[int]:
    """Choose sizes from a little below to a little above."""
    lowest, highest = 0.8 * low, 1.2 * high
    return _few([n for n in listed if lowest <= n <= highest] or listed[-1:], runs.nested)


def _narrowed(runs: _Runs, listed: list[int], around: list[int], seen: Curve) -> list[int]:
    """Choose sizes about as wide again as the interval; where it is open, more on that side."""
    by = sizes.step(runs.config, runs.over)
    open_end = not math.isfinite(seen.crossing_high)
    low = seen.crossing_low
    high = 1.5 * around[-1] if open_end else seen.crossing_high
    if low <= around[0]:
        low = around[0] / 1.5
    wide = max(2.0 * by, 0.5 * (high - low))
    near = [n for n in listed if low - wide <= n <= high + wide]
    if runs.nested and near[-1] <= around[-1]:  # those that are there cost nothing more
        near = [n for n in around if near[0] <= n <= near[-1]] if _spans(near, around) else near
    return _few(near if len(near) > 1 else around, runs.nested)


def _spans(near: list[int], around: list[int]) -> bool:
    """Tell whether every size that is wanted is among those that are there."""
    return set(near) <= set(around)


def _few(near: list[int], nested: bool) -> list[int]:
    """Thin sizes out, evenly, with both ends."""
    most = NESTED if nested else APART
    if len(near) <= most:
        return near
    at = np.unique(np.round(np.linspace(0, len(near) - 1, most)).astype(int))
    return [near[i] for i in at]


def _affordable(runs: _Runs, around: list[int], many: int, doubled: int, room: float) -> int:
    """Tell how many trials, between some and twice as many, the budget allows."""
    low, high = many, doubled
    while high - low > 1:
        middle = (low + high) // 2
        fits = runs.spent + runs.price(around, middle) <= room
        low, high = (middle, high) if fits else (low, middle)
    return low


def _clears(runs: _Runs, seen: Curve) -> bool:
    """Tell whether the interval clears the target: it holds two neighbouring sizes at most."""
    by = sizes.step(runs.config, runs.over)
    ends = [
        sizes.rounded(runs.config, runs.over, x)
        for x in (seen.crossing_low, seen.crossing, seen.crossing_high)
        if math.isfinite(x)
    ]
    whole = len(ends) == 3 and seen.sizes[0] < seen.crossing_low  # noqa: PLR2004
    first = len(ends) == 3 and seen.crossing_high <= seen.sizes[0]  # noqa: PLR2004
    return first or (whole and ends[2] - ends[0] <= by)


def _judged(runs: _Runs, listed: list[int]) -> list[int]:
    """List the sizes that were simulated."""
    return [size for size in listed if runs.trials(size) > 0]


def _found(config: Config, over: str, seen: Curve, ended: str) -> Found:
    """Round what was found up to sizes that there are."""
    ends = (seen.crossing, seen.crossing_low, seen.crossing_high)
    size, low, high = (
        float(sizes.rounded(config, over, x)) if math.isfinite(x) else x for x in ends
    )
    return Found(ended, size, low, high, 0)


def _afresh(runs: _Runs, found: Found, shown: list[int]) -> tuple[dict[str, pd.DataFrame], int]:
    """Simulate the size found anew, or else the largest, with an effect and without one."""
    planned = runs.design(int(found.size) if math.isfinite(found.size) else shown[-1])
    each = planned.patients * planned.periods
    left = (runs.budget - runs.spent) / (2 * each) - afresh.CONTRASTS
    return afresh.simulate(planned, int(min(MOST_FRESH, max(FEWEST, left))), runs.say)


def _rows(seen: Curve, asked: str) -> pd.DataFrame:
    """Give a curve as a table."""
    import pandas as pd

    columns = {name: getattr(seen, name) for name in ("raw", "power", "low", "high")}
    return pd.DataFrame({"asked": asked, "size": seen.sizes, **columns, "trials": seen.trials})
