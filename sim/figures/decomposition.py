"""The decomposition drawn: what each edge of a stage carries of the effect, three stages down."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from sim.engine.edges import STAGES
from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.study.splits import DIRECT, INDIRECT, OUTCOMES, TITLES, TOTAL
from sim.study.steps import STEPS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.decomposition import Decomposition

    Row = dict[Hashable, Any]

#: Heights in inches: of an edge, of a stage's title, of the legend, of the axis.
_ROW, _TITLE, _LEGEND, _AXIS = 0.225, 0.36, 0.34, 0.5

#: Where the bars begin and end, and where the two columns of numbers end, as shares of the width.
_FROM, _TO, _SHARE, _STUDY = 0.235, 0.70, 0.845, 1.0 - LEFT

#: The height of a bar, as a share of its row.
_BAR = 0.56


def lay_out(split: Decomposition) -> Figure:
    """Lay the figure out: edges down, what each carries across, better to the right.

    Parameters
    ----------
    split : Decomposition
        What `sim.study.decomposition.decomposition` gave.
    """
    (step,) = (step for step in STEPS if step.name == OUTCOMES[0])
    table = split.effects[split.effects["outcome"] == step.name]
    stages = {stage: _rows(table, stage) for stage in STAGES}
    inches = sum(_TITLE + _ROW * len(rows) for rows in stages.values())
    lines = style.foot_lines(_explained(), split.held, split.caution)
    below = _LEGEND + inches + _AXIS + LINE * len(lines) + 0.1
    title = "Why training works: its effect on symptoms, split exactly"
    figure, height = style.headed(below, title, split.question)
    box = (_FROM, (below - _LEGEND - inches) / height, _TO - _FROM, inches / height)
    axes = figure.add_axes(box)
    axes.set(ylim=(inches, 0.0), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"Symptom relief that training gives by this edge ({step.unit})", labelpad=3)
    y = 0.0
    total = _better(next(iter(stages.values()))[-1], "shapley")[0]
    for stage, rows in stages.items():
        _title(axes, y + 0.62 * _TITLE, stage, first=y == 0.0)
        y += _TITLE
        for row in rows:
            _edge(axes, y + 0.5 * _ROW, row)
            y += _ROW
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
    axes.axvline(total, color=QUIET, linewidth=0.9, linestyle=":", zorder=1)
    _legend(figure, below / height)
    style.foot(figure, lines, height)
    return figure


def _rows(table: Any, stage: str) -> list[Row]:
    """Give a stage's rows in the order of the theory, what is beside them, and the total."""
    own: dict[Any, Row] = {
        row["edge"]: row for row in table[table["stage"] == stage].to_dict("records")
    }
    return [own[edge] for edge in own if edge != INDIRECT]


def _better(row: Row, name: str) -> tuple[float, float, float]:
    """Give a value and its interval, turned so that more is better."""
    sign = float(row["better"])
    value, low, high = (sign * float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return value, min(low, high), max(low, high)


def _title(axes: Axes, y: float, stage: str, *, first: bool) -> None:
    """Name a stage; above the first, what the numbers on the right are."""
    axes.text(
        _across(LEFT), y, TITLES[stage], transform=axes.get_yaxis_transform(), weight="bold",
        va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
    if not first:
        return
    for place, words in ((_SHARE, "share of the effect"), (_STUDY, "a study would say")):
        axes.text(
            _across(place), y, words, transform=axes.get_yaxis_transform(), size=7.5, color=QUIET,
            va="center", ha="right",
        )  # fmt: skip


def _edge(axes: Axes, y: float, row: Row) -> None:
    """Draw one edge: its bar with interval, the other ways of splitting, its numbers."""
    colours = style.palette()
    whole, beside = row["edge"] == TOTAL, row["edge"] == DIRECT
    value, low, high = _better(row, "shapley")
    colour = colours["grey"] if whole or beside else colours["blue"]
    face = "white" if whole else colour
    axes.barh(
        y, value, height=_BAR * _ROW, color=face, edgecolor=colour, linewidth=0.9,
        alpha=1.0 if whole else 0.62, zorder=2,
    )  # fmt: skip
    if not math.isnan(low):
        axes.plot([low, high], [y, y], color=INK, linewidth=1.0, zorder=4, solid_capstyle="butt")
    if not whole and not beside:
        ordered = _better(row, "telescoping")[0]
        axes.plot(ordered, y, zorder=5, **_telescoping())
        _study(axes, y, row)
    weight = "bold" if whole else "normal"
    label = "total effect" if whole else str(row["label"])
    across = axes.get_yaxis_transform()
    axes.text(
        _across(LEFT + 0.012), y, label, transform=across, va="center_baseline", weight=weight,
        color=QUIET if beside else INK,
    )  # fmt: skip
    axes.text(
        _across(_SHARE), y, _said(row, whole=whole), transform=across, va="center_baseline",
        ha="right", size=8,
    )  # fmt: skip
    axes.text(
        _across(_STUDY), y, _estimated(row), transform=across, va="center_baseline", ha="right",
        size=8, color=colours["orange"],
    )  # fmt: skip


def _study(axes: Axes, y: float, row: Row) -> None:
    """Draw what a study would find on average, if it measured this edge's mediator."""
    if _missing(row["estimated"]):
        return
    value, low, high = _better(row, "estimated")
    orange = style.palette()["orange"]
    axes.plot([low, high], [y, y], color=orange, linewidth=0.8, zorder=3)
    axes.plot(value, y, zorder=5, **_estimate())


def _telescoping() -> dict[str, Any]:
    """Give the mark of the telescoping sum."""
    return {
        "marker": "|", "markersize": 8, "markeredgewidth": 1.6, "color": INK, "linestyle": "none",
    }  # fmt: skip


def _estimate() -> dict[str, Any]:
    """Give the mark of the usual estimate."""
    orange = style.palette()["orange"]
    return {
        "marker": "D", "markersize": 3.8, "markerfacecolor": "white", "markeredgecolor": orange,
        "markeredgewidth": 1.1, "color": orange, "linewidth": 0.8,
    }  # fmt: skip


def _said(row: Row, *, whole: bool) -> str:
    """Write the share of the effect in per cent; of the total, the effect itself."""
    if whole:
        value, low, high = _better(row, "shapley")
        return f"{style.number(value)} [{style.number(low)}, {style.number(high)}]"
    share, low, high = (float(row[f"share{end}"]) for end in ("", "_low", "_high"))
    if math.isnan(share):
        return "–"
    said = f"{style.number(100.0 * share, 0)}%"
    if math.isnan(low):
        return said
    return f"{said} [{style.number(100.0 * low, 0)}, {style.number(100.0 * high, 0)}]"


def _estimated(row: Row) -> str:
    """Write what a study would say: the estimate by this edge's mediator."""
    if row["edge"] in {TOTAL, DIRECT} or row["edge"] not in STAGES[row["stage"]]:
        return ""
    if _missing(row["estimated"]):
        return "not measured"
    return style.number(_better(row, "estimated")[0])


def _missing(value: object) -> bool:
    """Tell whether there is no number."""
    return not isinstance(value, float) or math.isnan(value)


def _across(place: float) -> float:
    """Turn a share of the figure's width into one of the axes'."""
    return (place - _FROM) / (_TO - _FROM)


def _legend(figure: Figure, top: float) -> None:
    """Name bar and marks."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    blue = style.palette()["blue"]
    handles = [
        Patch(facecolor=blue, alpha=0.62, label="Shapley share, with 95% interval"),
        Line2D([], [], label="in the theory's order", **_telescoping()),
        Line2D([], [], label="usual estimate by its mediator", **_estimate()),
        Line2D([], [], color=QUIET, linestyle=":", label="total effect"),
    ]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(LEFT - 0.012, top), ncols=4,
        frameon=False, handlelength=2.0, columnspacing=1.6,
    )  # fmt: skip


def _explained() -> str:
    """Say how to read the parts."""
    return (
        "Each stage splits the same effect anew: bars of a stage and what is beside them add up to "
        "the total. A Shapley share is what an edge adds on average over all orders in which edges "
        "may come in; where it differs from the upright mark, edges interact."
    )
