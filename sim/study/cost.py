"""Cost: the cheapest trial that will do, and what more money buys.

Power is mapped over therapists and patients of each, by the same replicates everywhere: a smaller
trial is a part of a larger one as far as the design allows it. For every number of patients the
therapists are found that reach the target, and the price; the cheapest of these is the answer, with
an interval from resampled replicates, in which another design may be the cheapest.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import manifest
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import afresh, crossing, prices, sizes, verdicts
from sim.study.search import NOTICE
from sim.study.verdicts import EFFECT
from sim.trial import design as designs
from sim.trial import kernels

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

#: How many patients each therapist may have, as far as the design allows it.
PATIENTS = (2, 3, 4, 6, 8, 12, 16)

#: The smallest and the largest number of therapists, if nothing is said, and how many numbers are
#: looked at: read off the largest, or each simulated for itself.
USUAL, NESTED, APART = (4, 100), 16, 5

#: The fewest trials that a map is drawn from, the most, and what is kept for simulating anew.
FEWEST, MOST, KEPT = 128, 20_000, 0.2


def cost(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Results:
    """Map power and price over therapists and patients of each, and find the cheapest design.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=cost", "price.therapist=2000")``, say.
    progress : callable, optional
        Is told how many patients were simulated, of those that the budget allows.
    say : callable, optional
        Is told when something is about to be compiled.

    Returns
    -------
    Results
        Tables: ``curve``, one row a number of therapists and of patients to each, with ``power``
        (made to rise with therapists), its interval, ``price``, and whether no cheaper design of
        the map does as well (``front``); ``cost``, one row a number of patients, with the
        ``therapists`` that reach the target, the ``price``, their intervals, and how often this
        number was the ``cheapest`` in resampled replicates; ``search``, the cheapest of them;
        and the same
        simulated anew: what `sim.study.afresh.simulate` gives.

    Raises
    ------
    ConfigurationError
        For what cannot be.
    """
    import pandas as pd

    started = time.perf_counter()
    if say is not None and kernels.cold():
        say(NOTICE)
    each, numbers = _axes(config)
    codes, spent, many = _simulated(config, each, numbers, progress, say)
    seed = int(config.seed.luck)
    flat = codes.reshape(len(codes), -1)
    _, again = crossing.resampled(flat, seed)
    shape = (len(each), len(numbers))
    needed, drawn = [], []
    rows: list[pd.DataFrame] = []
    for i, patients in enumerate(each):
        mine = crossing.curve(np.array(numbers), codes[:, i], config.target, seed)
        rising = crossing.isotonic(again.reshape(-1, *shape)[:, i])
        price = [prices.total(_at(config, patients, n)) for n in numbers]
        needed.append(_rounded(config, np.array([mine.crossing]))[0])
        drawn.append(_rounded(config, crossing.cross(np.array(numbers), rising, config.target)))
        columns = {"power": mine.power, "low": mine.low, "high": mine.high, "price": price}
        rows.append(pd.DataFrame({"patients": patients, "therapists": numbers, **columns}))
    grid = pd.concat(rows, ignore_index=True)
    grid["front"] = front(grid["price"].to_numpy(), grid["power"].to_numpy())
    table = _cheapest(config, each, np.array(needed), np.stack(drawn, axis=1))
    best, fresh, cost_of_fresh = _best(config, table, spent, say)
    best |= {"patients_simulated": spent + cost_of_fresh, "trials": many}
    tables = {"search": pd.DataFrame([best]), "cost": table, "curve": grid, **fresh}
    seconds = time.perf_counter() - started
    return Results(tables, manifest.describe(config, seconds=seconds), config)


def front(price: Array, power: Array) -> Array:
    """Mark the designs that no other beats: none as cheap has more power, none as good is cheaper.

    Parameters
    ----------
    price, power : array of float, (designs,)
        Of each design.

    Returns
    -------
    array of bool, (designs,)
    """
    marked = np.zeros(len(price), np.bool_)
    best = -math.inf
    for i in np.lexsort((-power, price)):
        if power[i] > best:
            marked[i], best = True, power[i]
    return marked


def allowed(config: Config) -> int:
    """Tell how many trials of each size the budget allows.

    Raises
    ------
    ConfigurationError
        If they are too few to draw a map from.
    """
    one = sum(plan.patients * plan.periods for plan, _ in _looked_at(config, *_axes(config)))
    room = verdicts.budget(config)
    many = min(MOST, int(room * (1.0 - KEPT) / one))
    if many < FEWEST:
        raise ConfigurationError(
            f"budget={room} is too small for a map: {FEWEST} trials of each size take "
            f"{math.ceil(FEWEST * one / (1.0 - KEPT))} patients (sizes=[10,60] makes it smaller)"
        )
    return many


def _axes(config: Config) -> tuple[list[int], list[int]]:
    """List the numbers of patients to each therapist, and of therapists, that are looked at."""
    over = _with_sizes(config, None)
    possible = sizes.listed(over, "patients")
    each = [n for n in PATIENTS if n in possible]
    listed = sizes.listed(
        config if config.sizes is not None else _with_sizes(config, list(USUAL)),
        "therapists",
    )
    most = NESTED if sizes.nests(designs.of(config)) else APART
    ends = np.log(listed[0]), np.log(listed[-1])
    wanted = np.exp(np.linspace(*ends, most))
    at = np.unique([int(np.argmin(np.abs(np.array(listed) - n))) for n in wanted])
    return each, [listed[i] for i in at]


def _with_sizes(config: Config, ends: list[int] | None) -> Config:
    """Give the configuration with other ends of the search."""
    return dataclasses.replace(config, sizes=ends)


def _at(config: Config, patients: int, therapists: int) -> Design:
    """Give the design with so many therapists, and so many patients to each."""
    wide = sizes.resized(config, "patients", patients)
    return verdicts.with_endpoint(designs.of(sizes.resized(wide, "therapists", therapists)))


def _simulated(
    config: Config,
    each: list[int],
    numbers: list[int],
    progress: Callable[[int], object] | None,
    say: Callable[[str], object] | None,
) -> tuple[Array, int, int]:
    """Judge the same replicates at every point of the map."""
    nested, many = sizes.nests(designs.of(config)), allowed(config)
    parts, spent = [], 0
    for planned, shown in _looked_at(config, each, numbers):
        made = verdicts.of_trials(planned, 0, many, therapists=shown if nested else None, say=say)
        parts.append(made.codes[EFFECT])
        spent += made.patients
        if progress is not None:
            progress(spent)
    codes = np.concatenate(parts, axis=1).reshape(many, len(each), len(numbers))
    return codes, spent, many


def _looked_at(
    config: Config, each: list[int], numbers: list[int]
) -> list[tuple[Design, list[int]]]:
    """List the designs that are simulated, and the numbers of therapists read off each."""
    nested = sizes.nests(designs.of(config))
    return [
        (_at(config, patients, n), numbers if nested else [n])
        for patients in each
        for n in (numbers[-1:] if nested else numbers)
    ]


def _rounded(config: Config, crossings: Array) -> Array:
    """Round crossings up to numbers of therapists that there are; infinite ones stay."""
    by = sizes.step(config, "therapists")
    made: Array = np.ceil(np.round(crossings, 9) / by) * by
    return made


def _cheapest(config: Config, each: list[int], needed: Array, drawn: Array) -> pd.DataFrame:
    """Price the therapists needed for each number of patients, and tell which is the cheapest."""
    import pandas as pd

    prices_drawn = np.stack(
        [_priced(config, patients, drawn[:, i]) for i, patients in enumerate(each)], axis=1
    )
    least = prices_drawn.min(axis=1)
    rows = []
    for i, patients in enumerate(each):
        ends = np.quantile(drawn[:, i], crossing.TAILS, method="inverted_cdf")
        low, high = np.quantile(prices_drawn[:, i], crossing.TAILS, method="inverted_cdf")
        wins = np.isfinite(least) & (prices_drawn[:, i] == least)
        rows.append(
            {
                "patients": patients,
                "therapists": needed[i],
                "therapists_low": ends[0],
                "therapists_high": ends[1],
                "price": _priced(config, patients, needed[i : i + 1])[0],
                "price_low": low,
                "price_high": high,
                "cheapest": float(wins.mean()),
            }
        )
    table = pd.DataFrame(rows)
    low, high = np.quantile(least, crossing.TAILS, method="inverted_cdf")
    table.attrs["least"] = (float(low), float(high))
    return table


def _priced(config: Config, patients: int, therapists: Array) -> Array:
    """Price designs with so many therapists; what cannot be reached has no price."""
    known = {
        n: prices.total(_at(config, patients, int(n)))
        for n in np.unique(therapists[therapists < math.inf])
    }
    return np.array([known.get(n, math.inf) for n in therapists])


def _best(
    config: Config, table: pd.DataFrame, spent: int, say: Callable[[str], object] | None
) -> tuple[dict[str, Any], dict[str, pd.DataFrame], int]:
    """Take the cheapest design, and simulate it anew, with an effect and without one."""
    row = table.iloc[int(table["price"].to_numpy().argmin())]
    low, high = table.attrs.pop("least")
    best: dict[str, Any] = {
        "over": "cost",
        "target": config.target,
        "therapists": row["therapists"],
        "patients": int(row["patients"]),
        "price": row["price"],
        "price_low": low,
        "price_high": high,
    }
    if not math.isfinite(row["price"]):
        return best, {}, 0
    planned = _at(config, int(row["patients"]), int(row["therapists"]))
    one = 2 * planned.patients * planned.periods
    left = (verdicts.budget(config) - spent) / one - afresh.CONTRASTS
    fresh, more = afresh.simulate(planned, int(min(MOST, max(FEWEST, left))), say)
    return best, fresh, more
