"""``attune practice``: how much practice, of which kind, and when - for who plans a training."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from sim import progress, results, terminal

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config

#: What is shown of every dose, and what its column is called.
COLUMNS = {
    "attitude_in_the_room": "attitude",
    "felt_attunement": "felt",
    "patient_self_attunement": "patient",
    "symptom_severity": "symptoms ↓",
}


#: What the columns mean.
KEY = (
    "Effects in SD against no training. attitude: the therapist's in the room; felt: attunement "
    "felt; patient: the patient's self-attunement; hours: practised on average; an hour: symptom "
    "relief per hour practised. ● as hoped ◆ against it ○ open"
)


def practice(config: Config, console: Console) -> None:
    """Run the study ``practice``, or find it done; save it, draw it, and show it."""
    from rich.markup import escape

    from sim import figures
    from sim.study import practice as study

    found = None if config.fresh else results.find(config)
    if found is None:
        with progress.working(config, config.replicates) as (advance, say):
            asked = study.practice(config, progress=advance, say=say)
            draw = partial(figures.draw_practice, asked)
            folder = asked.save(results.folder_of(config), also=draw)
    else:
        asked = study.of(found)
        folder = found.folder or results.folder_of(config)
    console.print(f"\n{escape(asked.question)}\n")
    for _, rows in asked.doses.groupby("question", sort=False):
        console.print(dose_table(rows))
    console.print(narrow_table(asked.bottleneck))
    console.print(f"[dim]{KEY}[/]")
    console.print(f"[dim]{escape(asked.caution)}[/]\n")
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{escape(str(folder))}[/]{again}", soft_wrap=True)
    console.print("Figures: doses, kinds, bottleneck (PNG and SVG, beside the tables)")


def dose_table(rows: pd.DataFrame) -> RenderableType:
    """Lay out one question: a row a dose, effects in SD against no training."""
    from rich.console import Group

    columns = {"dose": 17, "hours": 5, **dict.fromkeys(COLUMNS.values(), 11), "an hour": 8}
    cells = []
    for dose, part in rows.groupby("dose", sort=False):
        by_step = {row["step"]: row for row in part.to_dict("records")}
        said = []
        for step in COLUMNS:
            sign, colour = terminal.look(by_step[step])
            text = terminal.interval(by_step[step]["standardised"], math.nan, math.nan)
            said.append(f"[{colour}]{sign} {text.rjust(9)}[/]")
        relief = by_step["symptom_severity"]
        each = "–" if math.isnan(relief["per_hour"]) else f"{-relief['per_hour']:.5f}"
        cells.append([_minus(str(dose)), f"{relief['hours']:.0f}", *said, _minus(each)])
    first = rows.iloc[0]
    head = f"[bold]{first['asks']}[/] [dim]{first['along']}[/]"
    return Group(
        head,
        terminal.grid(columns, [list(columns)], style="dim"),
        terminal.grid(columns, cells),
        "",
    )


def narrow_table(table: pd.DataFrame) -> RenderableType:
    """Lay out the bottleneck: a row a link made half a logit better."""
    from rich.console import Group

    shown = {name: label for name, label in COLUMNS.items() if name in set(table["step"])}
    columns = {"link": 30, **dict.fromkeys(shown.values(), 11)}
    cells = []
    for link, part in table.groupby("link", sort=False):
        by_step = {row["step"]: row["standardised"] for row in part.to_dict("records")}
        said = [terminal.interval(by_step[step], math.nan, math.nan) for step in shown]
        cells.append([str(link), *said])
    head = "[bold]Where is the bottleneck?[/] [dim]each link half a logit better, in SD[/]"
    return Group(
        head,
        terminal.grid(columns, [list(columns)], style="dim"),
        terminal.grid(columns, cells),
        "",
    )


def _minus(text: str) -> str:
    """Write a true minus."""
    return text.replace("-", "−")
