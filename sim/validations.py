"""``attune validate``: published studies beside simulated ones, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import folders, results, validation_report
from sim.progress import progress
from sim.study import agreement, counts, validate

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.validate import Validation


def show(config: Config, console: Console) -> None:
    """Run the study ``validate``, or find it done; save it, draw it, report it, and show it."""
    found = None if config.fresh else results.find(config)
    if found is None:
        folders.check_place(results.folder_of(config))
        with progress(validate.size(config), "simulated studies") as (advance, say):
            done = validate.validate(config, progress=advance, say=say)
        folder = done.save(
            results.folder_of(config), also=lambda part: validation_report.write(done, part)
        )
    else:
        done = validate.of(found)
        folder = found.folder or results.folder_of(config)
    show_validation(console, done)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{_escape(folder)}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{_escape(folder / validation_report.NAME)}[/]", soft_wrap=True)


def show_validation(console: Console, done: Validation) -> None:
    """Print what was published and simulated, finding by finding, and studies as a literature."""
    console.print(f"\n{_escape(done.question)}\n")
    for study, rows in done.findings.groupby("study", sort=False):
        mark = str(rows["check"].iloc[0]).replace("_", " ")
        console.print(f"[bold]{_escape(study)}[/]  [dim]{mark}[/]")
        console.print(table(rows))
    console.print(
        "\n[dim]simulated: median of simulated studies, and where 95% of them lie; in sample: "
        "chosen or fitted near it; informed: known when numbers were chosen[/]\n"
    )
    if len(done.counted) >= counts.FEWEST:
        console.print(literature(done.counted))
        for sentence in counts.said(done.counted):
            console.print(f"\n{_escape(sentence)}")
    console.print(f"[dim]{_escape(done.caution)}[/]\n")


def table(rows: pd.DataFrame) -> RenderableType:
    """Lay out the findings of a study, one a row, with a verdict below each."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    for width in (11, 65):
        grid.add_column(width=width, overflow="fold")
    for row in rows.to_dict("records"):
        recalled = " (recalled)" if row["evidence"] == "recalled" else ""
        grid.add_row(" published", f"{_escape(row['says'])}: {agreement.published(row)}{recalled}")
        found = f"{agreement.simulated(row)}{agreement.besides(row)}. {agreement.verdict(row)}"
        grid.add_row("[dim] simulated[/]", _escape(found))
    return grid


def literature(counted: pd.DataFrame) -> RenderableType:
    """Lay out what every study would find how often, and what it published."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    heads = ["As a literature", *("better", "null", "worse"), "published"]
    for i, _ in enumerate(heads):
        side: Any = "right" if 0 < i < len(heads) - 1 else "left"
        grid.add_column(min_width=8, justify=side, no_wrap=True)
    grid.add_row(
        *(f"[bold]{head}[/]" if i == 0 else f"[dim]{head}[/]" for i, head in enumerate(heads))
    )
    for row in counted.to_dict("records"):
        shares = (f"{row[kind]:.1%}" for kind in counts.KINDS)
        grid.add_row(_escape(row["study"]), *shares, counts.KINDS[row["observed"]])
    return grid


def _escape(text: Any) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(str(text))
