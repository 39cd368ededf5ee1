"""The tables of a sensitivity analysis, and what they come to in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from sim.sensitivity.factors import CHANCE, WHOLE
from sim.study import levers

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.sensitivity.factors import Factors
    from sim.sensitivity.regions import Region, Side
    from sim.study.sensitivity import Plan
    from sim.study.worlds_lived import Outcomes

    Array = np.ndarray[Any, np.dtype[Any]]

#: Parts of a number's prior along which a response is drawn.
BINS = 10

#: The grades of evidence that come from somebody's measuring.
MEASURED = ("meta-analysis", "study", "seed paper")

#: What stands for how a therapist's mindfulness acts on ruptures, which T90 calls open; and for all.
RUPTURES, EVERYTHING = "mindfulness on ruptures (T90)", "all numbers at once"

#: Costs at which knowing is valued, as multiples of what the best training gives on average.
COSTS = tuple(round(0.2 * step, 1) for step in range(11))

#: Harm in fewer worlds than this is hardly any.
HARDLY = 0.005

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
    chosen: Factors, looked_at: Outcomes, design: Array, values: Array, seed: int
) -> dict[str, pd.DataFrame]:
    """Tell what each number makes of the variance, what of it adds up, and how answers respond."""
    names = [*chosen.names, CHANCE]
    rows, parts, along = [], [], []
    for j, step in enumerate(looked_at.steps):
        found = sobol.analyse(values[:, :, j], seed)
        for i, name in enumerate(names):
            rows.append(
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
            )
        parts.append(
            {
                "outcome": step.name,
                "label": step.label,
                "alone": float(found.first[:-1].sum()),
                "together": found.interactions,
                "together_half": found.interactions_half,
                "chance": found.chance,
                "chance_half": found.chance_half,
                "mean": float(np.nanmean(values[:, [0, -1], j])),
                "sd": float(np.nanstd(values[:, [0, -1], j])),
            }
        )
        ends = values[:, [0, -1], j].T.reshape(-1)
        u = design[:, [0, -1], :-1].transpose(1, 0, 2).reshape(len(ends), -1)
        for i, name in enumerate(chosen.names):
            along += _response(chosen, name, step.name, u[:, i], ends)
    return {
        "indices": pd.DataFrame(rows),
        "shares": pd.DataFrame(parts),
        "responses": pd.DataFrame(along),
    }


def _response(
    chosen: Factors, name: str, outcome: str, u: Array, values: Array
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
                "value": chosen.value(name, middle),
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
                harmed = int((better[j] * values < 0.0).sum())
                low, high = np.quantile(values, ENDS)
                harm_low, harm_high = corners.wilson(harmed, len(values))
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
                        "harmed": harmed / len(values),
                        "harmed_low": harm_low,
                        "harmed_high": harm_high,
                        "cost": option.cost,
                        "worlds": len(values),
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
    best = float(values[:, 1:].mean(axis=0).max()) + planned.config.sensitivity.cost
    costs = [round(multiple * max(best, 0.0), 6) for multiple in COSTS]
    names = list(planned.factors.names)
    rows, along = [], []
    for link, members in groups(names).items():
        columns = [names.index(name) for name in members]
        predicted = worth_of.predicted(values, u[:, columns])
        found = worth_of.worth(values, predicted)
        measured = [parameters.table()[m].evidence for m in members if m != WHOLE]
        rows.append(
            {
                "link": link,
                "parameters": ", ".join(members) if len(members) < len(names) else "",
                "measured": any(grade in MEASURED for grade in measured),
                "held": all(member in HELD for member in members),
                "value": found.value,
                "error": found.error,
                "sure": found.sure,
            }
        )
        for cost in costs:
            off = np.full(values.shape[1], cost - planned.config.sensitivity.cost)
            off[0] = 0.0
            at = worth_of.worth(values - off, predicted - off)
            along.append({"link": link, "cost": cost, "value": at.value, "error": at.error})
    table = pd.DataFrame(rows)
    table = table.sort_values("value", ascending=False, kind="stable", ignore_index=True)
    return {"information": table, "along_cost": pd.DataFrame(along)}


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
    harm = f"training harms in {_percent(region.harmed)} of worlds"
    if not region.sides:
        return harm
    meanings = " and ".join(
        f"{varying.label(factors.names[side.column])} is "
        f"{'high' if side.high else 'low'}"
        for side in region.sides
    )
    return (
        f"where {meanings} ({_where(factors, region.sides)}; {_percent(region.share)} of worlds), "
        f"{harm}: {_percent(region.of_all)} of all harm lies there"
    )


def answer(config: Config, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say what came out."""
    value = config.sensitivity.value
    own = {name: tables[name][tables[name]["outcome"] == value] for name in _BY_OUTCOME}
    return [
        _hangs_on(own["indices"], own["shares"]),
        _harms(own["regions"]),
        _decides(own["options"]),
        _knowing(tables["information"]),
    ]


#: The tables that have a row for each outcome.
_BY_OUTCOME = ("indices", "shares", "regions", "options")


def _hangs_on(found: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Say which numbers an effect hangs on."""
    (row,) = shares.to_dict("records")
    what = f"the effect on {str(row['label']).lower()}"
    if np.isnan(row["chance"]):
        return f"Nothing that varies moves {what}: it is the same in every world."
    most = found[found["parameter"] != CHANCE].nlargest(3, "total")
    named = ", ".join(
        f"{one['parameter']} ({_percent(one['total'])})" for one in most.to_dict("records")
    )
    return (
        f"Over all that is not known, {what} is {_signed(row['mean'])} SD, give or take "
        f"{row['sd']:.3f}. Of that variance {_percent(row['alone'])} comes from single numbers, "
        f"{_percent(row['together'])} from numbers together and {_percent(row['chance'])} from "
        f"chance; most has to do with {named}."
    )


def _harms(found: pd.DataFrame) -> str:
    """Say where the sign turns."""
    whole, *rest = found.to_dict("records")
    if whole["harmed"] == 0.0:
        return "Training harms in no world that was lived."
    said = f"In {_percent(whole['harmed'])} of worlds the trained do worse"
    if not rest:
        return f"{said}, and no corner of what may be stands out."
    worst = max(rest, key=lambda row: (row["harmed_low"], row["numbers"]))
    hardly = "; it is rare even " if worst["harmed"] < HARDLY else ": most often "
    return f"{said}{hardly}{worst['words'].partition(': ')[0]}."


def _decides(found: pd.DataFrame) -> str:
    """Say what is best on average."""
    own = found[found["weighed"]].to_dict("records")
    nets = [row["better"] * row["mean"] - row["cost"] for row in own]
    best = int(np.argmax(nets))
    if nets[best] <= 0.0:
        return "At what training is said to cost, no training is best on average."
    row = own[best]
    cost = f", {row['cost']:.3g} SD of cost taken off," if row["cost"] else ""
    return (
        f"Of {levers.NOTHING} and {len(own)} ways of training, {_said(row['option'])} is best on "
        f"average{cost} at {nets[best]:.3f} SD a patient, and best of all in "
        f"{_percent(row['best'])} of worlds."
    )


def _knowing(found: pd.DataFrame) -> str:
    """Say which unmeasured link would change the decision most, and where T90 stands."""
    links = found[~found["link"].isin([RUPTURES, EVERYTHING])]
    open_ = links[~links["measured"]].reset_index(drop=True)
    asked = found[found["link"] == RUPTURES].to_dict("records")
    said = ""
    if asked:
        (row,) = asked
        said = (
            f" How mindfulness acts on ruptures, which no study had looked at (T90), would be worth "
            f"{row['value']:.4f} ± {2.0 * row['error']:.4f}."
        )
    if open_.empty or not open_["sure"].iloc[0]:
        return f"No link that nobody has measured would surely change that choice if known.{said}"
    first = open_.iloc[0]
    return (
        f"Of what nobody has measured, {first['link']} ({first['parameters']}) would change that "
        f"choice most if a study pinned it down: worth {first['value']:.4f} ± "
        f"{2.0 * first['error']:.4f} SD a patient.{said}"
    )


def _said(option: object) -> str:
    """Write the name of an option as it is read."""
    return str(option).replace("_", " ")


def _percent(share: float) -> str:
    """Write a share in per cent, with one digit where it is small."""
    text = f"{100.0 * share:.0f}%" if abs(share) >= 0.0995 else f"{100.0 * share:.1f}%"  # noqa: PLR2004
    return text.replace("-", "−")


def _signed(value: float) -> str:
    """Write a number with its sign."""
    return f"{value:+.3f}".replace("-", "−")
