"""``attune mechanism``: the ladder of knock-outs, on the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim import figures, folders, ladder_report, progress, results, terminal
from sim.figures import style
from sim.study import expectations, mechanism, rungs

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.mechanism import Ladder

#: What is shown, with the heads of the columns; the last ones where there is room.
SHOWN = {
    "felt_attunement": "felt",
    "alliance": "alliance",
    "share_repaired": "repaired",
    "patient_self_attunement": "self",
    "symptom_severity": "symptoms",
    "well_being": "well-being",
    "relationships": "relations",
    "presence": "presence",
}

#: So many columns fit into a narrow terminal.
FEW = 5

#: Signs and colours of a verdict.
SIGNS = {
    expectations.MET: ("●", "cyan"),
    expectations.NOT_MET: ("◆", "dark_orange"),
    expectations.OPEN: ("○", "default"),
}


def show(config: Config, console: Console) -> None:
    """Run the study ``mechanism``, or find it done; save it, draw it, report it, and show it.

    A console that is quiet, as in a sweep, gets the ladder drawn and no report.
    """
    found = None if config.fresh else results.find(config)
    if found is None:
        many = len(rungs.studies(rungs.of(config)))
        draw = figures.draw_ladder if console.quiet else ladder_report.write
        with progress.working(config, many, "studies") as (advance, say):
            ladder = mechanism.mechanism(config, progress=advance, say=say)
            folder = ladder.save(results.folder_of(config), also=lambda part: draw(ladder, part))
    else:
        ladder = mechanism.of(found)
        folder = found.folder or results.folder_of(config)
        if (
            not console.quiet and not (folder / ladder_report.NAME).is_file()
        ):  # a condition of a sweep
            with folders.writing(folder):
                ladder_report.write(ladder, folder)
    show_ladder(console, ladder)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{_escape(str(folder))}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{_escape(str(folder / ladder_report.NAME))}[/]", soft_wrap=True)


def show_ladder(console: Console, ladder: Ladder) -> None:
    """Print what is left of the effect at the main steps, rung by rung, and what was not expected.

    Rungs that ask in another study than the one configured are shown where there is room.
    """
    wide = console.width >= terminal.WIDE
    console.print(f"\n{_escape(ladder.question)}\n")
    console.print(table(ladder, wide=wide))
    console.print("[dim]per cent of the effect that is left; K0: the effects, in raw units[/]\n")
    for line in unexpected(ladder.verdicts):
        console.print(line, soft_wrap=True)
    console.print(_escape(ladder.answer), soft_wrap=True)
    console.print(f"[dim]{_escape(ladder.caution)}[/]\n")


def table(ladder: Ladder, *, wide: bool) -> RenderableType:
    """Lay the ladder out, one row a rung."""
    shown = list(SHOWN) if wide else list(SHOWN)[:FEW]
    columns = {"": 45 if wide else 26, "met": 7} | {SHOWN[name]: 8 for name in shown}
    columns |= {head: max(width, len(head)) for head, width in columns.items()}
    cells, before = [list(columns)], ""
    for key, rung in ladder.effects.groupby(["knockout", "case"], sort=False):
        name, case = map(str, key)
        if name == before and not wide:
            continue
        rows = {str(row["quantity"]): row for row in rung.to_dict("records")}
        title = f"{name.upper() if name != before else '':<4}{case or rung['title'].iloc[0]}"
        before = name
        verdicts = ladder.verdicts
        own = verdicts[(verdicts["knockout"] == name) & (verdicts["case"] == case)]
        if not wide:
            own = verdicts[verdicts["knockout"] == name]
        numbers = [left(rows[quantity], itself=name == rungs.UNCUT) for quantity in shown]
        cells.append([_escape(title), met(own), *numbers])
    return terminal.grid(columns, cells)


def left(row: Mapping[Any, Any], *, itself: bool) -> str:
    """Write what is left of an effect in per cent, or the effect itself."""
    if itself:
        return terminal.interval(row["uncut"], math.nan, math.nan)
    share = row["left"]
    return "–" if math.isnan(share) else style.number(100.0 * share, 0)


def met(verdicts: pd.DataFrame) -> str:
    """Write how many expectations are met: ``● 4/4``."""
    if verdicts.empty:
        return ""
    many = int((verdicts["verdict"] == expectations.MET).sum())
    worst = next(
        kind
        for kind in (expectations.NOT_MET, expectations.OPEN, expectations.MET)
        if kind in set(verdicts["verdict"])
    )
    sign, colour = SIGNS[worst]
    return f"[{colour}]{sign}[/] {many}/{len(verdicts)}"


def unexpected(verdicts: pd.DataFrame) -> list[str]:
    """Say which expectations are not met, a line each."""
    lines = []
    for row in verdicts.to_dict("records"):
        if row["verdict"] == expectations.MET:
            continue
        sign, colour = SIGNS[str(row["verdict"])]
        case = f" ({row['case']})" if row["case"] else ""
        who = ", untrained" if row["of"] == mechanism.UNTRAINED else ""
        uncut, cut = (
            terminal.interval(row[key], row[f"{key}_low"], row[f"{key}_high"])
            for key in ("uncut", "cut")
        )
        lines.append(
            f"[{colour}]{sign}[/] {str(row['knockout']).upper()}{_escape(case)}: "
            f"{row['label']}{who}, expected {row['expected']}: {_escape(uncut)} becomes "
            f"{_escape(cut)}"
        )
    return lines


def _escape(text: str) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(text)
