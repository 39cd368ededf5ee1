"""``attune decomposition``: the effect of training split exactly, on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim import decomposition_report as report
from sim import figures, folders, progress, results, terminal
from sim.decomposition_report import fine, per_cent
from sim.engine.edges import STAGES
from sim.study import decomposition as study
from sim.study.splits import DIRECT, OUTCOMES, TITLES, TOTAL

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.decomposition import Decomposition

#: The columns, and their widths; the last ones where there is room.
COLUMNS = {"": 28, "Shapley": 26, "share": 14, "in order": 8}
MORE = {"alone": 8, "last": 8, "a study": 8}

#: What the columns mean.
KEY = (
    "Shapley: mean over all orders \\[95% Monte Carlo interval]; share: of the total effect, per "
    "cent; in order: as edges come in from top to bottom"
)
KEY_OF_MORE = (
    "; alone: all other edges cut; last: no other edge cut; a study: the usual estimate by a "
    "measured mediator"
)

#: So many interactions are told.
TOLD = 3


def show(config: Config, console: Console) -> None:
    """Run the study ``decomposition``, or find it done; save it, draw it, report it, and show it.

    A console that is quiet, as in a sweep, gets the figure and no report.
    """
    found = None if config.fresh else results.find(config)
    if found is None:
        draw = figures.draw_decomposition if console.quiet else report.write
        with progress.working(config, config.replicates) as (advance, say):
            split = study.decomposition(config, progress=advance, say=say)
            folder = split.save(results.folder_of(config), also=lambda part: draw(split, part))
    else:
        split = study.of(found)
        folder = found.folder or results.folder_of(config)
        if not console.quiet and not (folder / report.NAME).is_file():  # a condition of a sweep
            with folders.writing(folder):
                report.write(split, folder)
    show_decomposition(console, split)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{_escape(str(folder))}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{_escape(str(folder / report.NAME))}[/]", soft_wrap=True)


def show_decomposition(console: Console, split: Decomposition) -> None:
    """Print how the effect on symptom severity is split at each stage, and what edges share."""
    wide = console.width >= terminal.WIDE
    console.print(f"\n{_escape(split.question)}\n", soft_wrap=True)
    rows = split.effects[split.effects["outcome"] == OUTCOMES[0]]
    console.print("[bold]Symptom severity ↓, in SD[/]")
    console.print(table(rows, wide=wide))
    console.print(f"[dim]{KEY}{KEY_OF_MORE if wide else ''}[/]\n")
    for line in interactions(split.interactions):
        console.print(line, soft_wrap=True)
    console.print(_escape(split.answer), soft_wrap=True)
    console.print(f"[dim]{_escape(split.held)}[/]")
    console.print(f"[dim]{_escape(split.caution)}[/]\n")


def table(rows: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay out how one effect is split: a row an edge, stage by stage."""
    from rich.console import Group

    columns = COLUMNS | (MORE if wide else {})
    parts: list[RenderableType] = [terminal.grid(columns, [list(columns)], style="dim")]
    for stage in STAGES:
        own = rows[rows["stage"] == stage].to_dict("records")
        parts.append(f"[bold]{TITLES[stage]}[/]")
        parts.append(terminal.grid(columns, [_cells(row, wide=wide) for row in own]))
    return Group(*parts)


def interactions(found: pd.DataFrame) -> list[str]:
    """Say of which two edges the joint effect on symptoms is most more, or less, than the sum."""
    own = found[(found["outcome"] == OUTCOMES[0]) & (found["interaction_low"].notna())]
    sure = own[(own["interaction_low"] > 0.0) | (own["interaction_high"] < 0.0)]
    most = sure.assign(size=sure["interaction"].abs()).nlargest(TOLD, "size")
    lines = []
    for row in most.to_dict("records"):
        names = " and ".join(str(row[end]).replace("_", " ") for end in ("first", "second"))
        said = fine(*(row[f"interaction{end}"] for end in ("", "_low", "_high")))
        way = "need each other" if row["interaction"] < 0.0 else "stand in for each other"
        lines.append(f"{names} {way}: {said} SD together, beyond what each does")
    return lines


def _cells(row: Mapping[Any, Any], *, wide: bool) -> list[str]:
    """Write one row."""
    edge = row["edge"] in STAGES[row["stage"]]
    look = "bold" if row["edge"] == TOTAL else "dim" if row["edge"] == DIRECT else ""
    label = f" {row['label']}" if edge or row["edge"] == DIRECT else str(row["label"])
    cells = [
        f"[{look}]{label}[/]" if look else label,
        fine(*(row[f"shapley{end}"] for end in ("", "_low", "_high"))),
        per_cent(*(row[f"share{end}"] for end in ("", "_low", "_high"))),
    ]
    names = ("telescoping", *(("alone", "last", "estimated") if wide else ()))
    return [*cells, *(fine(row[name]) if edge else "" for name in names)]


def _escape(text: str) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(text)
