"""The tables of a sensitivity analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import parameters
from sim.calibration.held import HELD
from sim.sensitivity import factors as varying
from sim.sensitivity import indices as sobol
from sim.sensitivity import information as worth_of
from sim.sensitivity import regions as corners
from sim.sensitivity import screened
from sim.sensitivity.factors import CHANCE, REST, WHOLE
from sim.study.sensitivity_words import EVERYTHING, RUPTURES, percent

if TYPE_CHECKING:
    from sim.sensitivity.factors import Factors
    from sim.sensitivity.regions import Region, Side
    from sim.study.sensitivity import Plan
    from sim.study.worlds_lived import Outcomes

    Array = np.ndarray[Any, np.dtype[Any]]

#: Parts of a number's prior along which a response is drawn.
BINS = 10

#: The grade of evidence of what nobody has measured.
ASSUMED = "assumed"

#: Costs at which knowing is valued, as multiples of what the best training gives on average.
COSTS = tuple(round(0.2 * step, 1) for step in range(11))

#: The ends of the range that is told of effects over worlds.
ENDS = (0.05, 0.95)


def screening(factors: Factors, looked_at: Outcomes, effects: Array) -> pd.DataFrame:
    """Tell of every number and outcome how far long steps move it, the strongest first."""
    size, spread = screened.strength(effects), np.nanstd(effects, axis=0)
    rows = [
        {
            "parameter": name,
            "outcome": step.name,
            "mu_star": size[i, j],
            "sigma": spread[i, j],
        }
        for i, name in enumerate(factors.names)
        for j, step in enumerate(looked_at.steps)
    ]
    table = pd.DataFrame(rows)
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)


def indices(
    factors: Factors,
    chosen: Sequence[str],
    looked_at: Outcomes,
    design: Array,
    values: Array,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Tell what each factor makes of the variance, what of it adds up, and how answers respond."""
    rest = [REST] if values.shape[1] - 3 > len(chosen) else []
    names = [*chosen, *rest, CHANCE]
    rows, parts, along = [], [], []
    ends = design[:, [0, -1], :-1].transpose(1, 0, 2).reshape(2 * len(design), -1)
    for j, step in enumerate(looked_at.steps):
        found = sobol.analyse(values[:, :, j], seed)
        rows += [
            {
                "parameter": name,
                "meaning": varying.label(name),
                "outcome": step.name,
                "label": step.label,
                "first": found.first[i],
                "first_half": found.first_half[i],
                "total": found.total[i],
                "total_half": found.total_half[i],
            }
            for i, name in enumerate(names)
        ]
        lived = values[:, [0, -1], j].T.reshape(-1)
        parts.append(
            {
                "outcome": step.name,
                "label": step.label,
                "better": step.better,
                "alone": float(found.first[: len(chosen)].sum()),
                "rest": float(found.first[len(chosen)]) if rest else 0.0,
                "together": found.interactions,
                "together_half": found.interactions_half,
                "chance": found.chance,
                "chance_half": found.chance_half,
                "mean": float(np.nanmean(lived)),
                "sd": float(np.nanstd(lived)),
            }
        )
        for name in chosen:
            u = ends[:, factors.names.index(name)]
            along += _response(factors, name, step.name, u, lived)
    return {
        "indices": pd.DataFrame(rows),
        "shares": pd.DataFrame(parts),
        "responses": pd.DataFrame(along),
    }


def _response(
    factors: Factors, name: str, outcome: str, u: Array, values: Array
) -> list[dict[str, Any]]:
    """Tell how an answer goes along one number: its mean, and where nine in ten worlds lie."""
    there = ~np.isnan(values)
    part = np.minimum((u * BINS).astype(np.int64), BINS - 1)
    rows = []
    for number in range(BINS):
        own = values[there & (part == number)]
        if len(own) == 0:
            continue
        middle = (number + 0.5) / BINS
        low, high = np.quantile(own, ENDS)
        rows.append(
            {
                "parameter": name,
                "outcome": outcome,
                "quantile": middle,
                "value": factors.value(name, middle),
                "mean": float(own.mean()),
                "error": float(own.std() / np.sqrt(len(own))),
                "low": float(low),
                "high": float(high),
            }
        )
    return rows


def options(planned: Plan, looked_at: Outcomes, effects: Array, others: Array) -> pd.DataFrame:
    """Tell of every option what it does over all worlds, and how often it harms."""
    better = looked_at.better
    rows = []
    both = [(planned.weighed, effects), (planned.elsewhere, others)]
    for listed, found in both:
        for i, option in enumerate(listed):
            for j, step in enumerate(looked_at.steps):
                values = found[:, i, j][~np.isnan(found[:, i, j])]
                worlds = len(values)
                harmed = int((better[j] * values < 0.0).sum())
                harm_low, harm_high = corners.wilson(harmed, worlds)
                if worlds == 0:  # an outcome that nobody has, in any world
                    values = np.array([np.nan])
                low, high = np.quantile(values, ENDS)
                rows.append(
                    {
                        "option": option.name,
                        "kind": option.kind,
                        "weighed": option.weighed,
                        "outcome": step.name,
                        "label": step.label,
                        "better": step.better,
                        "mean": float(values.mean()),
                        "error": float(values.std() / np.sqrt(len(values))),
                        "low": float(low),
                        "high": float(high),
                        "harmed": harmed / worlds if worlds else np.nan,
                        "harmed_low": harm_low,
                        "harmed_high": harm_high,
                        "cost": option.cost,
                        "worlds": worlds,
                    }
                )
    table = pd.DataFrame(rows)
    table["best"] = np.nan
    net = _values(planned, looked_at, effects)
    wins = np.bincount(net.argmax(axis=1), minlength=net.shape[1]) / len(net)
    own = table["outcome"] == looked_at.steps[looked_at.value].name
    for option, share in zip(planned.weighed, wins[1:], strict=True):
        table.loc[own & (table["option"] == option.name), "best"] = share
    return table


def _values(planned: Plan, looked_at: Outcomes, effects: Array) -> Array:
    """Give what every option is worth in every world, no training first: effect less cost."""
    j = looked_at.value
    gained = np.nan_to_num(looked_at.better[j] * effects[:, :, j])
    costs = np.array([option.cost for option in planned.weighed])
    return np.concatenate([np.zeros((len(gained), 1)), gained - costs], axis=1)


def information(
    planned: Plan, looked_at: Outcomes, u: Array, effects: Array
) -> dict[str, pd.DataFrame]:
    """Tell what it would be worth to know the numbers of each link, and that at other costs."""
    values = _values(planned, looked_at, effects)
    asked = planned.config.sensitivity
    best = float(values[:, 1:].mean(axis=0).max()) + asked.cost
    costs = list(dict.fromkeys(round(multiple * max(best, 0.0), 6) for multiple in COSTS))
    names = list(planned.factors.names)
    rows: list[dict[str, Any]] = []
    along: list[dict[str, Any]] = []
    for link, members in groups(names).items():
        predicted = worth_of.predicted(values, u[:, [names.index(name) for name in members]])
        grades = [parameters.table()[m].evidence for m in members if m != WHOLE]
        rows.append(
            {
                "link": link,
                "parameters": ", ".join(members) if link != EVERYTHING else "",
                "measured": any(grade != ASSUMED for grade in grades),
                **_at(values, predicted, 0.0),
            }
        )
        along += [
            {"link": link, "cost": cost, **_at(values, predicted, cost - asked.cost)}
            for cost in costs
        ]
    at_costs = pd.DataFrame(along)
    means = at_costs.groupby("cost")["value"].mean()
    dear = float(means.index.to_numpy()[int(means.to_numpy().argmax())])
    most = at_costs[at_costs["cost"] == dear].set_index("link")
    table = pd.DataFrame(rows)
    table["most"] = most.loc[table["link"], "value"].to_numpy()
    table["most_error"] = most.loc[table["link"], "error"].to_numpy()
    table["at_cost"] = dear
    order = table[["value", "most"]].round(9)
    table = table.loc[order.sort_values(["value", "most"], ascending=False, kind="stable").index]
    return {"information": table.reset_index(drop=True), "along_cost": at_costs}


def _at(values: Array, predicted: Array, more: float) -> dict[str, float]:
    """Tell what knowing is worth if every training costs so much more."""
    off = np.full(values.shape[1], more)
    off[0] = 0.0
    found = worth_of.worth(values - off, predicted - off)
    return {"value": found.value, "error": found.error}


def groups(names: Sequence[str]) -> dict[str, list[str]]:
    """Group numbers by the link that they belong to; and those that T90 asks for, and all."""
    table = parameters.table()
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name if name == WHOLE else table[name].link, []).append(name)
    ruptures = [
        name for name in names
        if name in HELD and name != WHOLE and table[name].link.startswith("rupture.")
    ]  # fmt: skip
    if ruptures:
        found[RUPTURES] = ruptures
    if len(names) > 1:
        found[EVERYTHING] = list(names)
    return found


def regions(factors: Factors, looked_at: Outcomes, u: Array, effects: Array) -> pd.DataFrame:
    """Tell where each effect is for the worse: everywhere, and in the corners with most of it."""
    rows = []
    for j, step in enumerate(looked_at.steps):
        there = ~np.isnan(effects[:, j])
        if not there.any():
            continue
        benefit = looked_at.better[j] * effects[there, j]
        found = [corners.everywhere(benefit), *corners.worst(u[there], benefit)]
        rows += [
            {
                "outcome": step.name,
                "label": step.label,
                "numbers": len(region.sides),
                "where": _where(factors, region.sides),
                "share": region.share,
                "harmed": region.harmed,
                "harmed_low": region.low,
                "harmed_high": region.high,
                "of_all": region.of_all,
                "size": region.size,
                "mean": region.mean,
                "words": _words(factors, region),
            }
            for region in found
        ]
    return pd.DataFrame(rows)


def _where(factors: Factors, sides: Sequence[Side]) -> str:
    """Name a corner: ``transfer < 0.31 and lapse_rate ≥ 0.4``."""
    said = [
        f"{factors.names[side.column]} {'≥' if side.high else '<'} "
        f"{factors.value(factors.names[side.column], side.at):.3g}"
        for side in sides
    ]
    return " and ".join(said) if said else "everywhere"


def _words(factors: Factors, region: Region) -> str:
    """Say what is found in a corner."""
    harm = f"training harms in {percent(region.harmed)} of"
    if not region.sides:
        size = f", by {region.size:.3f} SD on average" if region.harmed else ""
        return f"{harm} worlds{size}"
    where = " and ".join(
        f"“{varying.label(name)}” ({name}) is {'at least' if side.high else 'below'} {value}"
        for side in region.sides
        for name in [factors.names[side.column]]
        for value in [f"{factors.value(name, side.at):.3g}".replace("-", "−")]
    )
    return (
        f"where {where} - {percent(region.share)} of worlds - {harm} them, by {region.size:.3f} SD "
        f"on average, and {percent(region.of_all)} of all harm lies there"
    )
