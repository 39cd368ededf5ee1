"""The flow diagram of a trial: how many are recruited, assigned, treated, lost and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import INK, LINE, QUIET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Heights in inches: of a line of text in a box, of its margins, of the gap between boxes.
_TEXT, _MARGIN, _GAP = 0.2, 0.2, 0.34

#: How wide a box is, and where its middle lies, as shares of the figure.
_WIDE = 0.42
_MIDDLES = {1: (0.5,), 2: (0.26, 0.74)}


def lay_out(
    flow: pd.DataFrame,
    title: str,
    recruited: str,
    assigned: str,
    titles: Sequence[str],
    note: str = "",
) -> Figure:
    """Draw the flow of people through a trial, as CONSORT asks for it, with both levels.

    Parameters
    ----------
    flow : DataFrame
        What `sim.trial.flow.table` gave: mean numbers by arm and stage.
    title : str
        What the trial is called.
    recruited, assigned : str
        Who is recruited; how they come to their arm, empty if nobody is assigned.
    titles : sequence of str
        What each arm is called, in the order of the figure: the trained one first. With a single
        title only the people of the other arm are drawn.
    note : str, optional
        Where the numbers come from.
    """
    arms = ("trained", "untrained") if len(titles) > 1 else ("untrained",)
    columns = [
        _boxes(flow[flow["arm"] == arm].to_dict("records"), title_of)
        for arm, title_of in zip(arms, titles, strict=True)
    ]
    lines = style.foot_lines(
        "Means over simulated trials; in brackets where 95% of trials lie, if they differ.", note
    )
    rows = [max(len(column[i]) for column in columns) for i in range(len(columns[0]))]
    tall = [_TEXT * many + _MARGIN for many in rows]
    head = [_TEXT + _MARGIN] * (2 if assigned else 1)
    below = sum(head) + sum(tall) + _GAP * (len(head) + len(tall) - 1) + LINE * len(lines) + 0.42
    figure, height = style.headed(below, "The flow of the trial", title)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, height)
    top = below - 0.06
    middles = _MIDDLES[len(columns)]
    for k, text in enumerate(filter(None, (recruited, assigned))):
        _box(axes, 0.5, top, head[k], [text], 0.72)
        top -= head[k] + _GAP
        last = k + 1 == len(head)
        for x in middles if last else (0.5,):
            _arrow(axes, (0.5, top + _GAP), (x, top))
    for i, tallness in enumerate(tall):
        for x, column in zip(middles, columns, strict=True):
            _box(axes, x, top, tallness, column[i], _WIDE, bold=i == 0)
            if i + 1 < len(tall):
                _arrow(axes, (x, top - tallness), (x, top - tallness - _GAP))
        top -= tallness + _GAP
    style.foot(figure, lines, height)
    return figure


def _boxes(flow: list[dict[Any, Any]], title: str) -> list[list[str]]:
    """Write the boxes of one arm, from assignment to analysis."""
    stages = {row["stage"]: row for row in flow}

    def said(stage: str) -> str:
        row = stages[stage]
        return f"{row['label']}: {_number(row['mean'], row['low'], row['high'])}"

    def some(stage: str) -> bool:
        return bool(stages[stage]["mean"] > 0.0)

    lost = [said(stage) for stage in ("dropped_out", "therapist_left") if some(stage)]
    follows = [said("practised")] if some("practised") else []
    return [
        [title, said("therapists"), *follows],
        [said("patients")],
        lost or ["Nobody left treatment early"],
        [said("recorded")],
    ]


def _number(mean: float, low: float, high: float) -> str:
    """Write a mean number, and in brackets how it varies over trials."""
    if low == high == mean:
        return f"{mean:.0f}"
    return f"{mean:.1f} ({low:.0f} to {high:.0f})"


def _box(
    axes: Axes,
    middle: float,
    top: float,
    tall: float,
    lines: list[str],
    wide: float,
    *,
    bold: bool = False,
) -> None:
    """Draw one box with its lines."""
    from matplotlib.patches import Rectangle

    face = "#F5F5F5" if bold else "white"
    corner = (middle - 0.5 * wide, top - tall)
    axes.add_patch(Rectangle(corner, wide, tall, facecolor=face, edgecolor=QUIET, linewidth=0.9))
    start = top - 0.5 * tall + 0.5 * _TEXT * (len(lines) - 1)
    for i, line in enumerate(lines):
        weight = "bold" if bold and i == 0 else "normal"
        axes.text(
            middle,
            start - i * _TEXT,
            line,
            ha="center",
            va="center_baseline",
            size=8.5,
            weight=weight,
            color=INK,
        )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow from one box down to the next, with a corner where it has to move aside."""
    if start[0] != end[0]:
        bend = 0.5 * (start[1] + end[1])
        axes.plot([start[0], start[0], end[0]], [start[1], bend, bend], color=QUIET, linewidth=0.9)
        start = (end[0], bend)
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": QUIET,
            "linewidth": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
