"""``attune sensitivity``: what matters most, on the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim import figures, folders, progress, results, terminal
from sim import sensitivity_report as report
from sim.figures.information import shown
from sim.study import sensitivity as study
from sim.study.sensitivity_words import percent

if TYPE_CHECKING:
    from rich.console import Console

    from sim.configuration import Config
    from sim.study.sensitivity import Sensitivity

    Row = Mapping[Any, Any]

#: The columns of each table, and their widths.
NUMBERS = {"": 32, "alone, %": 14, "in all, %": 14}
SHARES = {
    "": 28, "effect": 8, "SD": 6, "numbers": 8, "others": 7, "together": 9, "chance": 7,
}  # fmt: skip
OPTIONS = {"": 30, "effect, SD": 23, "harms in": 9, "cost": 6, "best in": 8}
KNOWING = {"": 32, "at this cost": 16, "at most": 16, "at a cost of": 12}


def show(config: Config, console: Console) -> None:
    """Run the study ``sensitivity``, or find it done; save it, draw it, report it, and show it.

    A console that is quiet, as in a sweep, gets the figures and no report.
    """
    from rich.markup import escape

    found = None if config.fresh else results.find(config)
    if found is None:
        planned = study.plan(config)
        draw = figures.draw_sensitivity if console.quiet else report.write
        with progress.working(config, planned.rows, "rows") as (advance, say):
            done = study.sensitivity(config, progress=advance, say=say)
            folder = done.save(results.folder_of(config), also=lambda part: draw(done, part))
    else:
        done = study.of(found)
        folder = found.folder or results.folder_of(config)
        if not console.quiet and not (folder / report.NAME).is_file():  # a condition of a sweep
            with folders.writing(folder):
                report.write(done, folder)
    show_sensitivity(console, done)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{escape(str(folder))}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{escape(str(folder / report.NAME))}[/]", soft_wrap=True)


def show_sensitivity(console: Console, done: Sensitivity) -> None:
    """Print what the effect hangs on, what can be chosen, what knowing is worth, and the answer."""
    from rich.markup import escape

    value = done.results.config.sensitivity.value
    tables = {name: done.table(name) for name in ("indices", "shares", "options")}
    own = {name: table[table["outcome"] == value] for name, table in tables.items()}
    label = str(own["shares"]["label"].iloc[0])
    console.print(f"\n{escape(done.question)}\n")
    known = _rows(shown(done.table("information")))
    hangs = report.ordered(tables["indices"], value)
    parts = (
        (f"What the effect on {label.lower()} hangs on", NUMBERS, map(_number, hangs)),
        ("What each effect's variance is made of, %", SHARES, map(_share, _rows(tables["shares"]))),
        (f"What can be chosen: {label.lower()}", OPTIONS, map(_option, _rows(own["options"]))),
        (f"What knowing is worth, SD of {label.lower()} a patient", KNOWING, map(_known, known)),
    )
    for title, columns, rows in parts:
        console.print(f"[bold]{title}[/]")
        console.print(terminal.grid(columns, [list(columns)], style="dim"))
        console.print(terminal.grid(columns, list(rows)))
        console.print()
    regions = done.table("regions")
    console.print("[bold]Where training harms[/]")
    for words in regions[regions["outcome"] == value]["words"]:
        console.print(f" {escape(words[0].upper() + words[1:])}.", soft_wrap=True)
    console.print(f"\n{escape(done.answer)}\n", soft_wrap=True)
    console.print(f"[dim]{escape(done.caution)}[/]\n")


def _rows(table: Any) -> list[Row]:
    """Give the rows of a table."""
    rows: list[Row] = table.to_dict("records")
    return rows


def _number(row: Row) -> list[str]:
    """Write the indices of one number."""
    return [
        f" {row['parameter'].replace('_', ' ')}",
        *(
            "–" if math.isnan(row[name]) else f"{percent(row[name])[:-1]} ± {100 * row[half]:.0f}"
            for name, half in (("first", "first_half"), ("total", "total_half"))
        ),
    ]


def _share(row: Row) -> list[str]:
    """Write what the variance of one effect consists of."""
    parts = [row[name] for name in ("alone", "rest", "together", "chance")]
    return [
        f" {row['label']}{' ↓' if row['better'] < 0 else ''}",
        terminal.interval(row["mean"], math.nan, math.nan),
        terminal.number(row["sd"]),
        *("–" if math.isnan(row["chance"]) else percent(part)[:-1] for part in parts),
    ]


def _option(row: Row) -> list[str]:
    """Write what one option does."""
    return [
        f" {row['option'].replace('_', ' ')}",
        terminal.interval(row["mean"], row["low"], row["high"]),
        percent(row["harmed"]),
        f"{row['cost']:.3g}" if row["weighed"] else "",
        percent(row["best"]) if row["weighed"] else "",
    ]


def _known(row: Row) -> list[str]:
    """Write what knowing one link is worth."""
    return [
        f" {row['link']}",
        f"{row['value']:.4f} ± {2.0 * row['error']:.4f}",
        f"{row['most']:.4f} ± {2.0 * row['most_error']:.4f}",
        f"{row['at_cost']:.3f}",
    ]
