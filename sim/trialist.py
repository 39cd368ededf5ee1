"""What the command line shows of a trial: its design, what is implied, and every analysis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.terminal import number, working

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.power import Power
    from sim.trial.design import Design

#: The width of the names of analyses, and of a share with its interval.
NAME, SHARE = 36, 17

#: From this width on, everything is shown.
WIDE = 116

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
        console.print()
        console.print(panel_table(rows, wide=wide))
    console.print(
        "\n[dim]effect: of being assigned to training; r: with baseline; deff: the design effect\n"
        "per cent of trials that are significant without an effect (size) and with one "
        "(power), \\[95% Wilson interval]; type M: by how many times these exaggerate"
        f"{'; type S: how many of them have the wrong sign' if wide else ''}; "
        "● recommended by the rule fixed beforehand[/]\n"
    )
    for sentence in done.warnings:
        console.print(f"[dark_orange]◆[/] {_escape(sentence)}", soft_wrap=True)
    console.print(f"\n{_escape(done.answer)}")
    console.print(f"[dim]{_escape(done.caution)}[/]\n")


def implied_table(implied: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay out effect, clustering and baseline of every endpoint."""
    columns = {"Implied": 24, "effect": 7, "in SD": 7, "ICC": 23, "r": 5, "deff": 5}
    if wide:
        columns |= {"ICC of one trial": 17, "baseline-adjusted": 17}
    cells = []
    for row in implied.to_dict("records"):
        cell = [
            str(row["label"]),
            signed(row["effect"]),
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


def panel_table(rows: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay out the analyses of one endpoint, one a row."""
    columns = {str(rows["label"].iloc[0]): NAME, "size": SHARE, "power": SHARE}
    columns |= {"benchmark": 9} if wide else {}
    columns |= {"type M": 6}
    columns |= {"type S": 6, "bias": 7, "coverage": 8, "singular": 8, "failed": 6} if wide else {}
    cells = []
    for row in rows.to_dict("records"):
        sign = "[cyan]●[/]" if row["recommended"] else " "
        colour = "default" if row["verdict"] in {"holds", "not known"} else "dark_orange"
        size = percent(row["size"], row["size_low"], row["size_high"])
        cell = [
            f"{sign} {row['analysis_label']}",
            f"[{colour}]{size}[/]",
            percent(row["power"], row["power_low"], row["power_high"]),
        ]
        cell += [percent(row["benchmark"])] if wide else []
        cell += [times(row["type_m"])]
        if wide:
            shares = ("coverage", "singular", "failed")
            cell += [percent(row["type_s"]), signed(row["bias"])]
            cell += [percent(row[name]) for name in shares]
        cells.append(cell)
    return _grid(columns, cells)


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


def percent(share: float, low: float = math.nan, high: float = math.nan) -> str:
    """Write a share in per cent, with its interval: ``5.1 [4.7, 5.6]``."""
    if math.isnan(share):
        return "–"
    said = f"{100.0 * share:.1f}"
    return said if math.isnan(low) else f"{said} [{100.0 * low:.1f}, {100.0 * high:.1f}]"


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
