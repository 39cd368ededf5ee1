"""What the command line shows of planning a trial: search, cost, assurance, and the like."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim import plans, trialist
from sim.progress import working
from sim.terminal import grid

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.results import Results

#: What counts up while a study runs: sets of parameters, or simulated patients.
_OF_SETS = ("assurance", "detectable")


def plan(config: Config, console: Console) -> None:
    """Run a study that plans a trial, or find it done; save it, draw it, report it, and show it."""
    from sim import plan_report, results
    from sim.study import verdicts
    from sim.trial import design

    planned = design.of(config)
    _module(config).allowed(config)  # what cannot be is refused before anything is shown
    trialist.show_design(console, planned)
    found = None if config.fresh else results.find(config)
    if found is None:
        of_sets = config.study.name in _OF_SETS
        total = config.replicates if of_sets else verdicts.budget(config)
        folder = results.folder_of(config)
        with working(config, total, "sets" if of_sets else "patients") as (advance, say):
            done = study(config)(config, progress=advance, say=say)
            done.save(
                folder,
                summary=done.table(_SUMMARIES[config.study.name]),
                also=lambda part: plan_report.write(done, part),
            )
    else:
        done = found
        folder = found.folder or results.folder_of(config)
    show(console, done)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results:  [bold]{_escape(folder)}[/]{again}", soft_wrap=True)
    console.print(f"Report:   [bold]{_escape(folder / plan_report.NAME)}[/]", soft_wrap=True)
    if (Path(folder) / "protocol.md").is_file():
        console.print(f"Protocol: [bold]{_escape(folder / 'protocol.md')}[/]", soft_wrap=True)


def study(config: Config) -> Callable[..., Results]:
    """Give the function of a study that plans; it bears the name of its module."""
    run: Callable[..., Results] = getattr(_module(config), config.study.name)
    return run


def _module(config: Config) -> ModuleType:
    """Give the module of a study that plans."""
    name = config.study.name
    if name not in plans.PLANS:
        raise ValueError(name)
    return import_module(f"sim.study.{name}")


def show(console: Console, done: Results) -> None:
    """Print the numbers of a study that plans, and what they come to."""
    from sim.narrative import findings

    table = _TABLES.get(done.config.study.name)
    if table is not None:
        console.print()
        console.print(table(done))
    console.print()
    for sentence in findings.answer(done):
        console.print(_escape(sentence))
    console.print(f"[dim]{_escape(findings.caution(done))}[/]\n")


def curve_table(done: Results) -> RenderableType:
    """Lay out the power of every size that a search looked at."""
    from sim.study.sizes import NOUNS
    from sim.study.verdicts import ASKED

    (row,) = done.table("search").to_dict("records")
    curve = done.table("curve")
    asked = list(dict.fromkeys(curve["asked"]))
    columns = {NOUNS[row["over"]][1].capitalize(): 26} | dict.fromkeys(
        ["power"] if len(asked) == 1 else [ASKED[one] for one in asked], 20
    )
    cells = []
    for size, rows in curve.groupby("size", sort=True):
        mark = "[cyan]●[/]" if size == row["size"] else " "
        told = [trialist.percent(r["power"], r["low"], r["high"]) for r in rows.to_dict("records")]
        cells.append([f"{mark} {size}", *told])
    return _headed(columns, cells)


def cost_table(done: Results) -> RenderableType:
    """Lay out what the target costs, by the number of patients to each therapist."""
    from sim.study import prices

    currency = done.config.price.currency
    priced = f"price, {currency}"
    columns = {"Patients to each": 18, "therapists": 18, priced: 28, "cheapest": 9}
    (best,) = done.table("search").to_dict("records")
    cells = []
    for row in done.table("cost").to_dict("records"):
        mark = "[cyan]●[/]" if row["patients"] == best["patients"] else " "
        ends = (prices.said(row[f"price_{end}"], "").strip() for end in ("low", "high"))
        price = f"{prices.said(row['price'], '').strip()} \\[{', '.join(ends)}]"
        need = _whole(row["therapists"], row["therapists_low"], row["therapists_high"])
        cells.append([f"{mark} {row['patients']}", need, price, trialist.percent(row["cheapest"])])
    return _headed(columns, cells)


def departures_table(done: Results) -> RenderableType:
    """Lay out power and size under every departure."""
    columns = {"": 24, "power": 17, "difference": 20, "size": 16}
    cells = []
    for i, row in enumerate(done.table("robustness").to_dict("records")):
        apart = [100.0 * row[f"difference{end}"] for end in ("", "_low", "_high")]
        said = f"{apart[0]:+.1f} \\[{apart[1]:+.1f}, {apart[2]:+.1f}]".replace("-", "−")
        cells.append(
            [
                row["departure"].replace("_", " ").capitalize(),
                trialist.percent(row["power"], row["power_low"], row["power_high"]),
                said if i else "",
                trialist.percent(row["size"], row["size_low"], row["size_high"]),
            ]
        )
    return _headed(columns, cells)


def _whole(number: float, low: float, high: float) -> str:
    """Write a whole number with its interval; what is never reached is a dash."""
    said = [f"{x:.0f}" if math.isfinite(x) else "–" for x in (number, low, high)]
    return f"{said[0]} \\[{said[1]}, {said[2]}]"


def _headed(columns: dict[str, int], cells: list[list[str]]) -> RenderableType:
    """Set rows in columns, under a line of names."""
    from rich.console import Group

    return Group(grid(columns, [list(columns)], style="dim"), grid(columns, cells))


def _escape(text: Any) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(str(text))


#: What is laid out, and what ``summary.csv`` shows, by study.
_TABLES = {"search": curve_table, "cost": cost_table, "robustness": departures_table}
_SUMMARIES = {
    "search": "curve",
    "cost": "cost",
    "assurance": "assurance",
    "detectable": "detectable",
    "robustness": "robustness",
}
