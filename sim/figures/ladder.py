"""The ladder: each link cut in turn, and what is left of the effect at every step of the chain."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.study.expectations import MET, NEGLIGIBLE, NOT_MET, OPEN
from sim.study.mechanism import EFFECT
from sim.study.rungs import UNCUT
from sim.study.steps import RELATIONSHIPS, STEPS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.mechanism import Ladder

#: A row of `Ladder.effects`.
Cell = dict[Hashable, Any]

#: Heights in inches: of a row, of one that asks in another study, of the names of the steps.
_ROW, _CASE, _NAMES = 0.235, 0.2, 2.2

#: Where the steps begin and end, and the gap between two relationships, as shares of the width.
_FROM, _TO, _GAP = 0.285, 0.905, 0.012

#: The relationships, as short as columns are narrow.
_PLACES = {
    "therapist": "Therapist with self",
    "dyad": "Therapist with patient",
    "patient": "Patient\nwith self",
    "outcome": "Outcome",
}

#: The colours of what is left: nothing, as before, and twice as much or more; and of the reverse.
_GONE, _BEFORE, _TWICE, _REVERSED = "#FFFFFF", "#6CB0DC", "#08306B", "#F4D9C1"

#: A share whose interval is wider than this is a rough figure.
_UNSURE = 0.5

#: A cell darker than this is written on in white.
_DARK = 1.3

#: The marks of a verdict.
MARKS = {MET: "✓", NOT_MET: "✗", OPEN: "?"}


def lay_out(ladder: Ladder) -> Figure:
    """Lay the figure out: knock-outs down, steps of the chain across.

    Parameters
    ----------
    ladder : Ladder
        What `sim.study.mechanism.mechanism` gave.
    """
    rungs = _rungs(ladder.effects)
    heights = [_CASE if case else _ROW for _, case in rungs]
    tall = sum(heights)
    lines = style.foot_lines(_explained(ladder), ladder.caution)
    below = _NAMES + tall + 0.62 + LINE * len(lines) + 0.12
    figure, height = style.headed(below, "Which link carries the effect", ladder.question)
    axes = figure.add_axes((0.0, (below - _NAMES - tall) / height, 1.0, tall / height))
    axes.set(xlim=(0.0, 1.0), ylim=(tall, 0.0))
    axes.axis("off")
    columns = _columns(ladder.effects)
    _names(axes, columns, _NAMES)
    y, before = 0.0, ""
    for (name, case), high in zip(rungs, heights, strict=True):
        rows = ladder.effects
        cells = rows[(rows["knockout"] == name) & (rows["case"] == case)].to_dict("records")
        verdicts = _verdicts(ladder.verdicts, name, case)
        by_step = {cell["quantity"]: cell for cell in cells}
        _rung(axes, y, high, by_step, columns, verdicts, leads=name != before)
        y, before = y + high, name
    _scale(figure, (below - _NAMES - tall - 0.2) / height, height)
    style.foot(figure, lines, height)
    return figure


def _rungs(effects: pd.DataFrame) -> list[tuple[str, str]]:
    """List the rungs in their order: knock-out and case."""
    pairs = effects[["knockout", "case"]].drop_duplicates()
    return [(str(name), str(case)) for name, case in pairs.itertuples(index=False)]


def _columns(effects: pd.DataFrame) -> dict[str, tuple[float, float, str]]:
    """Give every step its place across, its width and its name, with room between relationships."""
    there = set(effects["quantity"])
    steps = [step for step in STEPS if step.name in there]
    wide = (_TO - _FROM - _GAP * (len(RELATIONSHIPS) - 1)) / len(steps)
    places = list(RELATIONSHIPS)
    return {
        step.name: (
            _FROM + wide * i + _GAP * places.index(step.place),
            wide,
            step.label + (" ↓" if step.better < 0 else ""),
        )
        for i, step in enumerate(steps)
    }


def _names(axes: Axes, columns: Mapping[str, tuple[float, float, str]], room: float) -> None:
    """Write the names of the steps, and above them the relationships that they belong to."""
    for left, wide, label in columns.values():
        axes.text(left + 0.5 * wide, -0.06, label, rotation=90, va="bottom", ha="center", size=7.5)
    for place, title in _PLACES.items():
        own = [columns[step.name] for step in STEPS if step.place == place and step.name in columns]
        if not own:
            continue
        start, end = own[0][0], own[-1][0] + own[-1][1]
        axes.plot([start, end], [0.36 - room] * 2, color=QUIET, linewidth=0.9, clip_on=False)
        axes.text(
            0.5 * (start + end), 0.32 - room, title, va="bottom", ha="center", size=7.5,
            weight="bold", linespacing=1.15,
        )  # fmt: skip


def _rung(
    axes: Axes,
    y: float,
    high: float,
    cells: Mapping[str, Cell],
    columns: Mapping[str, tuple[float, float, str]],
    verdicts: Mapping[tuple[str, str], str],
    *,
    leads: bool,
) -> None:
    """Draw one rung: its name, a cell for each step, and how many expectations are met."""
    first = next(iter(cells.values()))
    name, case, middle = str(first["knockout"]), str(first["case"]), y + 0.5 * high
    if leads:
        axes.plot([LEFT, 1.0 - LEFT], [y, y], color=FAINT, linewidth=0.6, zorder=0)
        axes.text(LEFT, middle, name.upper(), va="center", weight="bold")
    small: dict[str, Any] = {"size": 7, "color": QUIET} if case else {}
    axes.text(LEFT + 0.042, middle, case or first["title"], va="center", **small)
    for step, (left, wide, _) in columns.items():
        verdict = verdicts.get((EFFECT, step))
        _cell(axes, (left, y, wide, high), cells[step], verdict, itself=name == UNCUT)
    if verdicts:
        met = sum(verdict == MET for verdict in verdicts.values())
        sign = MARKS[MET] if met == len(verdicts) else MARKS[NOT_MET]
        weight = "normal" if met == len(verdicts) else "bold"
        axes.text(
            1.0 - LEFT, middle, f"{met} of {len(verdicts)} {sign}", va="center", ha="right",
            size=7.5, weight=weight,
        )  # fmt: skip


def _cell(
    axes: Axes,
    box: tuple[float, float, float, float],
    cell: Cell,
    verdict: str | None,
    *,
    itself: bool,
) -> None:
    """Draw one cell: what is left of the effect, in per cent; or the effect itself."""
    from matplotlib.patches import Rectangle

    left, y, wide, high = box
    share = float(cell["left"])
    none = math.isnan(share)
    face = "#EEEEEE" if none else colour(share)
    hatch = "////" if share < -NEGLIGIBLE else None
    axes.add_patch(
        Rectangle((left, y), wide, high, facecolor=face, edgecolor="white", lw=0.8, hatch=hatch)
    )
    ink = "white" if share > _DARK else INK
    said = "·" if none else _effect(cell) if itself else _per_cent(share)
    said += MARKS[verdict] if verdict in {NOT_MET, OPEN} else ""
    unsure = float(cell["left_high"]) - float(cell["left_low"]) > _UNSURE
    axes.text(
        left + 0.5 * wide,
        y + 0.5 * high,
        said,
        ha="center",
        va="center_baseline",
        size=6.5,
        color=ink,
        style="italic" if unsure else "normal",
    )
    if verdict is not None:
        met, inset = verdict == MET, 0.04 * high
        frame = Rectangle((left + 0.0012, y + inset), wide - 0.0024, high - 2.0 * inset)
        edge = INK if met else style.palette()["orange"]
        frame.set(fill=False, edgecolor=edge, linewidth=1.1 if met else 2.0, zorder=3)
        axes.add_patch(frame)


def _per_cent(share: float) -> str:
    """Write what is left, in per cent; never minus nought."""
    return style.number(100.0 * share, 0)


def colour(share: float) -> Any:
    """Give the colour of what is left of an effect; lighter is less, in grey as well."""
    from matplotlib.colors import LinearSegmentedColormap

    if share < -NEGLIGIBLE:
        return _REVERSED
    scale = LinearSegmentedColormap.from_list("left", [_GONE, _BEFORE, _TWICE])
    return scale(min(max(0.5 * share, 0.0), 1.0))


def _effect(cell: Cell) -> str:
    """Write an effect itself, in its unit, as short as can be."""
    said = style.number(float(cell["uncut"]), 2).replace("0.", ".")
    return said if said.startswith("−") else f"+{said}"


def _verdicts(verdicts: pd.DataFrame, name: str, case: str) -> dict[tuple[str, str], str]:
    """Give the verdicts on one rung, by what they are about."""
    if verdicts.empty:
        return {}
    own = verdicts[(verdicts["knockout"] == name) & (verdicts["case"] == case)]
    return {
        (str(of), str(quantity)): str(verdict)
        for of, quantity, verdict in own[["of", "quantity", "verdict"]].itertuples(index=False)
    }


def _scale(figure: Figure, top: float, height: float) -> None:
    """Draw the scale of colours, with its words."""
    from matplotlib.patches import Rectangle

    axes = figure.add_axes((_FROM, top - 0.2 / height, _TO - _FROM, 0.2 / height))
    axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    axes.axis("off")
    steps = 40
    for i in range(steps):
        axes.add_patch(
            Rectangle(
                (0.2 + 0.5 * i / steps, 0), 0.5 / steps, 1, color=colour(2.0 * i / steps), lw=0
            )
        )
    for x, words in ((0.2, "gone"), (0.45, "as before"), (0.7, "twice as much, or more")):
        axes.text(x, -0.3, words, ha="center", va="top", size=8, color=QUIET)


def _explained(ladder: Ladder) -> str:
    """Say what cells, frames and marks mean."""
    said = (
        "Cells: what is left of the effect of training, in per cent of what it is without the cut; "
        "row K0: the effects themselves, in raw units. ↓ less is better. A dot: nothing to lose. "
        "Italics: a rough figure. Hatched: the effect is reversed."
    )
    if ladder.verdicts.empty:
        return said
    return said + (
        " Framed: the theory expects something here, and finds it; ✗ it does not; ? too close to "
        "tell. On the right all expectations of a row, those about other quantities included."
    )
