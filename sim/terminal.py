"""What the command line shows of a study while it runs and when it is done."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.errors import ResultsError
from sim.study.steps import RELATIONSHIPS

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.compare import Comparison

#: From this width on, differences are shown in their own units as well.
WIDE = 116

#: Below this, numbers are shown with a third digit.
SMALL = 0.1

#: What a difference says, by a sign and a colour: as hoped, against it, or open.
LOOKS = {1: ("●", "cyan"), -1: ("◆", "dark_orange"), 0: ("○", "default")}


def compare(config: Config, console: Console) -> None:
    """Run the study ``compare``, or find it done; save it, draw it, and show it."""
    from sim import figures, results
    from sim.study import compare as study

    found = None if config.fresh else results.find(config)
    if found is None:
        _check_writable(results.folder_of(config))
        with progress(config.replicates) as (advance, say):
            comparison = study.compare(config, progress=advance, say=say)
        folder = comparison.save(
            results.folder_of(config), also=lambda part: figures.draw_chain(comparison, part)
        )
    else:
        comparison = study.of(found)
        folder = found.folder or results.folder_of(config)
    show_comparison(console, comparison)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{_escape(folder)}[/]{again}", soft_wrap=True)


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print the question, the effect at every step of the chain, and what the numbers are not."""
    console.print(f"\n{_escape(comparison.question)}\n")
    console.print(effects_table(comparison.effects, wide=console.width >= WIDE))
    signs = "  ".join(
        f"[{colour}]{sign}[/] {meaning}"
        for (sign, colour), meaning in zip(
            LOOKS.values(), ("as hoped", "against it", "open"), strict=True
        )
    )
    console.print(f"\n[dim]{signs}  ↓ less is better  \\[95% Monte Carlo interval][/]")
    console.print(vital_signs_line(comparison.vital_signs))
    console.print(f"[dim]{_escape(comparison.caution)}[/]\n")


def effects_table(effects: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay the effects out, one row a step, grouped by relationship."""
    from rich.console import Group

    columns = {"": 30, "without": 7, "with": 6}
    if wide:
        columns |= {"difference": 23, "unit": 11}
    columns |= {"in SD": 23, "SD of": 10}
    parts: list[RenderableType] = [_grid(columns, [list(columns)], style="dim")]
    for place, title in RELATIONSHIPS.items():
        rows = effects[effects["place"] == place]
        cells = [_cells(row, wide=wide) for _, row in rows.iterrows()]
        if cells:
            parts += [f"[bold]{title}[/]", _grid(columns, cells)]
    return Group(*parts)


def _grid(columns: Mapping[str, int], rows: list[list[str]], style: str = "") -> RenderableType:
    """Set rows in columns of given names and widths, numbers to the right."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    for name, width in columns.items():
        side: Literal["left", "right"] = "left" if name in {"", "unit", "SD of"} else "right"
        grid.add_column(width=width, justify=side, no_wrap=True)
    for row in rows:
        grid.add_row(*row, style=style)
    return grid


def _cells(row: pd.Series[Any], *, wide: bool) -> list[str]:
    """Write one row of the table of effects."""
    direction = {"higher": 1, "lower": -1}.get(row["finding"], 0) * row["better"]
    sign, colour = LOOKS[direction]
    exact = row["finding"] == "exactly 0"
    effect = interval(row["standardised"], row["standardised_low"], row["standardised_high"])
    cells = [
        f" [{colour}]{sign}[/] {row['label']}{' ↓' if row['better'] < 0 else ''}",
        number(row["untrained"]),
        number(row["trained"]),
    ]
    if wide:
        raw = interval(row["difference"], row["low"], row["high"])
        cells += ["exactly 0" if exact else raw, row["unit"]]
    return [*cells, f"[{colour}]{'exactly 0' if exact else effect}[/]", f"[dim]{row['scale']}[/]"]


def vital_signs_line(signs: pd.DataFrame) -> str:
    """Say whether the untrained arm is believable, and where it is not."""
    known = signs[signs["value"].notna()]
    strange = known[~known["inside"].astype(bool)]
    if strange.empty:
        return f"[dim]The untrained arm is believable: {len(known)} of {len(known)} vital signs.[/]"
    named = "; ".join(
        f"{row['label']} {row['value']:.2f}, believable {row['band_low']:g} to {row['band_high']:g}"
        for _, row in strange.iterrows()
    )
    return f"[bold]Not believable in the untrained arm:[/] {named}"


def number(value: float) -> str:
    """Write a number with two digits that count, and no minus before nought."""
    if math.isnan(value):
        return "–"
    places = 2 if abs(value) >= SMALL or value == 0.0 else 3
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text.replace("-", "−")


def interval(point: float, low: float, high: float) -> str:
    """Write a difference with its interval: ``+0.21 [0.20, 0.22]``."""
    if math.isnan(point):
        return "–"
    places = 2 if abs(point) >= SMALL else 3
    said, start, end = (f"{x:.{places}f}".replace("-", "−") for x in (point, low, high))
    plus = "+" if point > 0.0 else ""
    return f"{plus}{said}" if math.isnan(low) else f"{plus}{said} [{start}, {end}]"


@contextmanager
def progress(total: int) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Show how many replicates are done, and what is said meanwhile; on stderr.

    Yields
    ------
    tuple of callable
        One takes the number of replicates done, the other a sentence.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    console = Console(stderr=True, highlight=False)
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("replicates", total=total)
        yield (lambda done: bar.update(task, completed=done)), console.print


def _check_writable(folder: Path) -> None:
    """Find out before a long run, not after it, that its results have nowhere to go.

    Raises
    ------
    ResultsError
        If nothing can be written there.
    """
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise ResultsError(f"cannot write the results to {folder}: {there} takes no files")


def _escape(text: str | Path) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(str(text))
