"""What the command line shows of a trial: its design, what is implied, and every analysis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.progress import working
from sim.terminal import number
from sim.trial.characteristics import QUANTILE

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.power import Power
    from sim.trial.design import Design

#: The width of the names of analyses, and of a share with its interval.
NAME, SHARE = 36, 17

#: From this width on, everything is shown.
WIDE = 127

#: The columns of the panel: how wide, and whether only where everything is shown.
COLUMNS = {
    "size": (SHARE, False),
    "power": (SHARE, False),
    "type M": (6, False),
    "type S": (13, False),
    "bias": (14, False),
    "coverage": (8, False),
    "benchmark": (9, True),
}

#: Nobody cares by how many more times an effect is exaggerated.
MANY = 99


def power(config: Config, console: Console) -> None:
    """Run the study ``power``, or find it done; save it, draw it, report it, and show it."""
    from sim import results, trial_report
    from sim.study import power as study
    from sim.trial import design

    show_design(console, design.of(config))
    found = None if config.fresh else results.find(config)
    if found is None:
        with working(config, config.replicates) as (advance, say):
            done = study.power(config, progress=advance, say=say)
            folder = done.save(
                results.folder_of(config), also=lambda part: trial_report.write(done, part)
            )
    else:
        done = study.of(found)
        folder = found.folder or results.folder_of(config)
    show(console, done)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{_escape(folder)}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{_escape(folder / trial_report.NAME)}[/]", soft_wrap=True)


def show_design(console: Console, planned: Design) -> None:
    """Print a design, a heading and a sentence a line, so that it can be checked."""
    from rich.table import Table

    from sim.trial import wording

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=12, no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for head, text in wording.lines(planned):
        grid.add_row(head, _escape(text))
    console.print()
    console.print(grid)


def show(console: Console, done: Power) -> None:
    """Print what is implied, the panel of analyses, the warnings, and what the numbers are not."""
    wide = console.width >= WIDE
    console.print()
    console.print(implied_table(done.implied, wide=wide))
    dropout = dropout_line(done.flow)
    if dropout:
        console.print(f"[dim]{dropout}[/]")
    for _, rows in done.panel.groupby("endpoint", sort=False, observed=True):
        for table in panel_tables(rows, console.width):
            console.print()
            console.print(table)
    cause = "of being assigned to training"
    if done.design.kind == "correlational":
        cause = "slope on an SD of therapists' mindfulness"
    console.print(
        f"\n[dim]effect: {cause}, ± its 95% Monte Carlo error; r: with baseline; deff: the design "
        "effect\nper cent of trials that are significant without an effect (size) and with one "
        "(power), \\[95% Wilson interval]; type M: by how many times these exaggerate; type S: how "
        "many of them have the wrong sign; bias: mean estimate less effect; coverage: intervals "
        "that hold it; ● recommended by the rule fixed beforehand[/]\n"
    )
    for sentence in done.notes:
        console.print(f"[dim]{_escape(sentence)}[/]")
    console.print()
    for sentence in done.warnings:
        console.print(f"[dark_orange]◆[/] {_escape(sentence)}", soft_wrap=True)
    for sentence in done.answers:
        console.print(f"\n{_escape(sentence)}")
    console.print(f"[dim]{_escape(done.caution)}[/]\n")


def implied_table(implied: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay out effect, clustering and baseline of every endpoint."""
    columns = {"Implied": 24, "effect": 13, "in SD": 6, "ICC": 23, "r": 5, "deff": 4}
    if wide:
        columns |= {"ICC of one trial": 17, "baseline-adjusted": 17}
    cells = []
    for row in implied.to_dict("records"):
        cell = [
            str(row["label"]),
            give_or_take(row["effect"], QUANTILE * row["effect_error"]),
            signed(row["standardised"]),
            clustering(row["icc"], row["icc_low"], row["icc_high"]),
            number(row["baseline_correlation"]),
            number(row["design_effect"]),
        ]
        if wide:
            cell += [
                between(row["icc_trial_low"], row["icc_trial_high"]),
                number(row["icc_adjusted"]),
            ]
        cells.append(cell)
    return _grid(columns, cells)


def panel_tables(rows: pd.DataFrame, width: int) -> list[RenderableType]:
    """Lay out the analyses of one endpoint, one a row, in as many tables as the width takes."""
    names = [name for name, (_, rest) in COLUMNS.items() if width >= WIDE or not rest]
    tables: list[dict[str, int]] = []
    for name in names:
        wide = COLUMNS[name][0]
        if not tables or NAME + sum(tables[-1].values()) + len(tables[-1]) + 1 + wide > width:
            tables.append({})
        tables[-1][name] = wide
    cells = [(_label(row), _cells(row)) for row in rows.to_dict("records")]
    head = str(rows["label"].iloc[0])
    return [
        _grid(
            {head: NAME} | table,
            [[label, *(cell[name] for name in table)] for label, cell in cells],
        )
        for table in tables
    ]


def _label(row: dict[Any, Any]) -> str:
    """Name an analysis, under the sign of the one recommended."""
    return f"{'[cyan]●[/]' if row['recommended'] else ' '} {row['analysis_label']}"


def _cells(row: dict[Any, Any]) -> dict[str, str]:
    """Write what is told of an analysis, by column."""
    colour = "default" if row["verdict"] in {"holds", "not known"} else "dark_orange"
    size = percent(row["size"], row["size_low"], row["size_high"])
    return {
        "size": f"[{colour}]{size}[/]",
        "power": percent(row["power"], row["power_low"], row["power_high"]),
        "type M": times(row["type_m"]),
        "type S": percent(row["type_s"], row["type_s_low"], row["type_s_high"], places=0),
        "bias": give_or_take(row["bias"], row["bias_high"] - row["bias"]),
    } | {name: percent(row[name]) for name in ("coverage", "benchmark")}


def clustering(icc: float, low: float, high: float) -> str:
    """Write an intraclass correlation with its interval, three digits throughout."""
    if math.isnan(icc):
        return "–"
    said, start, end = (f"{x:.3f}".replace("-", "−") for x in (icc, low, high))
    return f"{said} [{start}, {end}]"


def dropout_line(flow: pd.DataFrame) -> str:
    """Say how many drop out, and how many outcomes are missing, by arm; empty if none do."""
    said = []
    for arm, rows in flow.groupby("arm", sort=False):
        mean = rows.set_index("stage")["mean"]
        if mean["patients"] == 0.0 or mean["dropped_out"] == 0.0:
            continue
        gone = 100.0 * mean["dropped_out"] / mean["patients"]
        missing = 100.0 * (1.0 - mean["recorded"] / mean["patients"])
        said.append(f"{arm} {gone:.1f}% ({missing:.1f}% of outcomes missing)")
    return f"Dropout: {', '.join(said)}" if said else ""


def percent(share: float, low: float = math.nan, high: float = math.nan, places: int = 1) -> str:
    """Write a share in per cent, with its interval: ``5.1 [4.7, 5.6]``."""
    if math.isnan(share):
        return "–"
    said, start, end = (f"{100.0 * x:.{places}f}" for x in (share, low, high))
    return said if math.isnan(low) else f"{said} [{start}, {end}]"


def times(factor: float) -> str:
    """Write by how many times something is too large."""
    if math.isnan(factor):
        return "–"
    return f"{factor:.1f}" if factor < MANY else f">{MANY}"


def signed(value: float) -> str:
    """Write a number with its sign and three digits that count."""
    if math.isnan(value):
        return "–"
    return f"{value:+.3f}".replace("-", "−")


def give_or_take(value: float, half: float) -> str:
    """Write a number, and how far off it may be: ``−0.004 ±.0012``."""
    if math.isnan(value) or not half > 0.0:
        return signed(value)
    return f"{signed(value)} ±{f'{half:.4f}' if half >= 1.0 else f'{half:.4f}'[1:]}"


def between(low: float, high: float) -> str:
    """Write where something lies: ``−.05 to .14``."""
    if math.isnan(low):
        return "–"
    return " to ".join(f"{x:.2f}".replace("-", "−") for x in (low, high))


def _grid(columns: dict[str, int], rows: list[list[str]]) -> RenderableType:
    """Set rows in columns, under a line of names; numbers to the right."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    for place, width in enumerate(columns.values()):
        side: Any = "left" if place == 0 else "right"
        grid.add_column(width=width, justify=side, no_wrap=True)
    names = [f"[bold]{name}[/]" if i == 0 else f"[dim]{name}[/]" for i, name in enumerate(columns)]
    grid.add_row(*names)
    for row in rows:
        grid.add_row(*row)
    return grid


def _escape(text: Any) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(str(text))
