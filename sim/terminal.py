"""What the command line shows of a study while it runs and when it is done."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.progress import working
from sim.study.measures import KINDS
from sim.study.steps import RELATIONSHIPS

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.study.compare import Comparison

#: The width of an effect without its interval.
CONTRAST = 9

#: From here on, nobody counts.
MANY = 9999.5

#: The steps at which both readings are shown beside each other.
BESIDE = (
    "attention_in_the_room",
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
    "well_being",
    "relationships",
    "dropout",
)

#: From this width on, differences are shown in their own units as well.
WIDE = 116

#: Below this, numbers are shown with a third digit.
SMALL = 0.1

#: What a difference says, by a sign and a colour: as hoped, against it, or open.
LOOKS = {1: ("●", "cyan"), -1: ("◆", "dark_orange"), 0: ("○", "default")}


def compare(config: Config, console: Console) -> None:
    """Run the study ``compare``, or find it done; save it, draw it, report it, and show it.

    A console that is quiet, as in a sweep, gets the chain drawn and no report.
    """
    from sim import figures, folders, report, results
    from sim.study import compare as study
    from sim.study import export

    found = None if config.fresh else results.find(config)
    if found is None:
        if config.record in {"sessions", "segments"}:
            size = export.size(config)
            rows = ", ".join(f"{many:,} {level}" for level, many in size.rows.items())
            disk = export.megabytes(size.disk)
            console.print(f"Up to {rows}: about {disk} on disk, and held in memory", soft_wrap=True)
        draw = figures.draw_chain if console.quiet else report.write
        with working(config, config.replicates) as (advance, say):
            comparison = study.compare(config, progress=advance, say=say)
            folder = comparison.save(
                results.folder_of(config), also=lambda part: draw(comparison, part)
            )
    else:
        comparison = study.of(found)
        folder = found.folder or results.folder_of(config)
        if not console.quiet and not (folder / report.NAME).is_file():  # a condition of a sweep
            with folders.writing(folder):
                report.write(comparison, folder)
    show_comparison(console, comparison)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{_escape(folder)}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{_escape(folder / report.NAME)}[/]", soft_wrap=True)


def variance(config: Config, console: Console) -> None:
    """Run the study ``variance``, or find it done; save it, and show it."""
    from sim import results
    from sim.study import variance as study

    found = None if config.fresh else results.find(config)
    if found is None:
        study.crossed(config)
        with working(config, config.replicates) as (advance, say):
            split = study.variance(config, progress=advance, say=say)
            folder = split.results.save(results.folder_of(config), summary=split.shares)
    else:
        split = study.of(found)
        folder = found.folder or results.folder_of(config)
    console.print(f"\n{_escape(split.question)}\n")
    for arm, rows in split.shares.groupby("arm", sort=False, observed=True):
        console.print(shares_table(str(arm), rows))
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    interval = "95% Monte Carlo interval" if config.world.sets is None else "95% of the worlds"
    console.print(
        f"[dim]per cent of the variance \\[{interval}]; chance: what would be "
        "otherwise if the same people lived through it again[/]\n"
    )
    console.print(f"Results: [bold]{_escape(folder)}[/]{again}", soft_wrap=True)


def shares_table(arm: str, shares: pd.DataFrame) -> RenderableType:
    """Lay out of one arm how the variance of each outcome is split."""
    from sim.study.variance import PARTS

    columns = {arm: 25} | dict.fromkeys(PARTS, 12)
    cells = []
    for _, rows in shares.groupby("outcome", sort=False):
        by_part = rows.set_index("part")
        said = [percent(*by_part.loc[part, ["share", "low", "high"]]) for part in PARTS]
        cells.append([str(rows["label"].iloc[0]), *said])
    return grid(columns, [list(columns), *cells])


def percent(share: float, low: float, high: float) -> str:
    """Write a share with its interval: ``12 [9, 15]``."""
    if math.isnan(share):
        return "–"
    said, start, end = (f"{100 * x:.0f}" for x in (share, low, high))
    return f"{said} [{start}, {end}]".replace("-0", "0").replace("-", "−")


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print the question, the effect at every step of the chain, and what the numbers are not.

    Below the chain stand both readings beside each other, instruments, and what is left at
    follow-up.
    """
    wide = console.width >= WIDE
    console.print(f"\n{_escape(comparison.question)}\n")
    several = len(comparison.effects["arm"].unique()) > 1
    if several:
        for grid in contrasts(comparison.effects, RELATIONSHIPS, "place", console.width):
            console.print(grid)
    else:
        console.print(effects_table(comparison.effects, wide=wide))
    signs = "  ".join(
        f"[{colour}]{sign}[/] {meaning}"
        for (sign, colour), meaning in zip(
            LOOKS.values(), ("as hoped", "against it", "open"), strict=True
        )
    )
    console.print(f"\n[dim]{signs}  ↓ less is better  \\[95% Monte Carlo interval][/]\n")
    if several:
        titles = {kind: title for kind, (title, _) in KINDS.items()}
        for grid in contrasts(comparison.measures, titles, "kind", console.width):
            console.print(grid)
    else:
        console.print(measures_table(comparison.measures, wide=wide))
    if comparison.readings is not None:
        console.print(readings_table(comparison.readings))
    console.print(f"\n{vital_signs_line(comparison.vital_signs)}")
    console.print(f"[dim]{_escape(comparison.stopping)}[/]")
    console.print(f"[dim]{_escape(comparison.caution)}[/]\n")


def effects_table(effects: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay the effects out, one row a step, grouped by relationship."""
    from rich.console import Group

    columns = {"": 30, "without": 7, "with": 6}
    if wide:
        columns |= {"difference": 23, "unit": 11}
    columns |= {"in SD": 23, "SD of": 10}
    parts: list[RenderableType] = [grid(columns, [list(columns)], style="dim")]
    for place, title in RELATIONSHIPS.items():
        rows = effects[effects["place"] == place]
        cells = [_cells(row, wide=wide) for _, row in rows.iterrows()]
        if cells:
            parts += [f"[bold]{title}[/]", grid(columns, cells)]
    return Group(*parts)


def measures_table(measures: pd.DataFrame, *, wide: bool) -> RenderableType:
    """Lay out what instruments show in their units, and what is left at follow-up.

    Beside each stands the effect that it is to be read with, in SD: on the latent state that an
    instrument measures, or on the same state at the end.
    """
    from rich.console import Group

    parts: list[RenderableType] = []
    for kind, (title, beside) in KINDS.items():
        columns = {title: 30, "without": 7, "with": 6, "difference": 23}
        columns |= {"unit": 11, "in SD": 23} if wide else {}
        columns |= {beside: 10}
        rows = measures[measures["kind"] == kind]
        cells = [_measure_cells(row, wide=wide) for _, row in rows.iterrows()]
        if cells:
            parts += [grid(columns, [list(columns)], style="dim"), grid(columns, cells)]
    return Group(*parts)


def _measure_cells(row: pd.Series[Any], *, wide: bool) -> list[str]:
    """Write one row of the table of measures."""
    sign, colour = look(row)
    raw = interval(row["difference"], row["low"], row["high"])
    effect = interval(row["standardised"], row["standardised_low"], row["standardised_high"])
    exact = row["finding"] == "exactly 0"
    cells = [
        f" [{colour}]{sign}[/] {row['label']}{' ↓' if row['better'] < 0 else ''}",
        number(row["untrained"]),
        number(row["trained"]),
        f"[{colour}]{'exactly 0' if exact else raw}[/]",
    ]
    if wide:
        cells += [f"[dim]{row['unit']}[/]", "exactly 0" if exact else effect]
    return [*cells, interval(row["beside"], math.nan, math.nan)]


def readings_table(readings: pd.DataFrame) -> RenderableType:
    """Lay both readings out beside each other, with the gain in precision of the first.

    With several arms, only what they do to severity.
    """
    from rich.console import Group

    several = len(readings["arm"].unique()) > 1
    rows = readings[readings["step"].isin(BESIDE[-4:-3] if several else BESIDE)]
    title = "Symptom severity, in SD" if several else "Two readings, in SD"
    columns = {title: 25, "same therapists": 23, "independent populations": 23, "gain": 5}
    cells = [
        [
            str(row["arm"] if several else row["label"]),
            "exactly 0"
            if row["same_low"] == row["same_high"] == 0.0
            else interval(row["same"], row["same_low"], row["same_high"]),
            interval(row["independent"], row["independent_low"], row["independent_high"]),
            gain(row["gain"]),
        ]
        for _, row in rows.iterrows()
    ]
    meaning = "gain: how many times as many replicates independent populations would need"
    head = grid(columns, [list(columns)], style="dim")
    return Group(head, grid(columns, cells), f"[dim]{meaning}[/]")


def gain(times: float) -> str:
    """Write by how many times the variance is smaller."""
    if math.isnan(times):
        return "–"
    return f"{times:.0f}×" if times < MANY else ">10⁴×"


def contrasts(
    effects: pd.DataFrame, titles: Mapping[str, str], by: str, width: int
) -> Iterator[RenderableType]:
    """Lay out several arms beside each other, each by its effect in SD against the reference.

    Yields
    ------
    RenderableType
        As many arms as fit in the width, and the others below.
    """
    from rich.console import Group

    arms = [str(arm) for arm in effects["arm"].unique()]
    reference = str(effects["reference"].iloc[0])
    each = max(2 + CONTRAST, *map(len, arms))
    first = max(7, len(reference))
    fit = max(1, (width - 32 - first) // (each + 1))
    for start in range(0, len(arms), fit):
        shown = arms[start : start + fit]
        columns = {"": 30, reference: first} | dict.fromkeys(shown, each)
        parts: list[RenderableType] = [grid(columns, [list(columns)], style="dim")]
        for key, title in titles.items():
            rows = [effects[(effects["arm"] == arm) & (effects[by] == key)] for arm in shown]
            cells = []
            for row in zip(*(frame.to_dict("records") for frame in rows), strict=True):
                label = f" {row[0]['label']}{' ↓' if row[0]['better'] < 0 else ''}"
                cells.append([label, number(row[0]["untrained"]), *map(_contrast, row)])
            if cells:
                parts += [f"[bold]{title}[/]", grid(columns, cells)]
        yield Group(*parts)


def _contrast(row: Mapping[Any, Any]) -> str:
    """Write one effect in SD behind its sign, without an interval."""
    sign, colour = look(row)
    exact = row["finding"] == "exactly 0"
    said = "exactly 0" if exact else interval(row["standardised"], math.nan, math.nan)
    return f"[{colour}]{sign} {said.rjust(CONTRAST)}[/]"


def look(row: Mapping[Any, Any] | pd.Series[Any]) -> tuple[str, str]:
    """Choose the sign and the colour of an effect by what its interval says."""
    return LOOKS[{"higher": 1, "lower": -1}.get(row["finding"], 0) * row["better"]]


def grid(columns: Mapping[str, int], rows: list[list[str]], style: str = "") -> RenderableType:
    """Set rows in columns of given names and widths, numbers to the right."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    for place, (name, width) in enumerate(columns.items()):
        words = place == 0 or name in {"unit", "SD of"}
        side: Literal["left", "right"] = "left" if words else "right"
        grid.add_column(width=width, justify=side, no_wrap=True)
    for row in rows:
        grid.add_row(*row, style=style)
    return grid


def _cells(row: pd.Series[Any], *, wide: bool) -> list[str]:
    """Write one row of the table of effects."""
    sign, colour = look(row)
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
    """Say whether the arm of reference is believable, and where it is not."""
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


def _escape(text: str | Path) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(str(text))
