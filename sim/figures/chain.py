"""The chain: three relationships in a row, with what training does at each link."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from sim.figures.style import (
    FAINT,
    INK,
    LEFT,
    LINE,
    QUIET,
    WIDTH,
    foot,
    foot_lines,
    looks,
    number,
)
from sim.study.steps import RELATIONSHIPS, SCALES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.compare import Comparison

#: A row of `Comparison.effects`.
Step = dict[Hashable, Any]

#: The step that stands for each relationship in the head of the figure.
_KEY_STEPS = {
    "therapist": "therapist_self_attunement",
    "dyad": "felt_attunement",
    "patient": "patient_self_attunement",
    "outcome": "symptom_severity",
}

#: Where the columns beside the plot stand, as shares of its width.
_HEADING_AT, _LABEL_AT = -0.775, -0.728
_VALUES_AT, _EFFECT_AT, _SCALE_AT = 1.365, 1.96, 2.01

#: An axis at least this long, lest it shows rounding; this long where there is nothing to show.
_LEAST_SPAN, _EMPTY = 0.01, 0.1

#: Where the plot stands in the figure, as shares of its width.
_PLOT_AT, _PLOT_WIDE = 0.268, 0.32


def lay_out(comparison: Comparison, arm: str | None = None) -> Figure:
    """Lay the figure out from top to bottom, in inches.

    Parameters
    ----------
    comparison : Comparison
        What `sim.compare` gave.
    arm : str, optional
        The arm that is held against the reference; the first if not given.
    """
    from matplotlib.figure import Figure

    effects = comparison.effects
    arm = str(effects["arm"].iloc[0]) if arm is None else arm
    steps: list[Step] = effects[effects["arm"] == arm].to_dict("records")
    question = textwrap.wrap(comparison.question, 140)

    row, gap = 0.232, 0.385
    rows = row * len(steps) + gap * len(RELATIONSHIPS) + 0.05
    small_print = _small_print(comparison.caution)
    top, head = 0.52 + 0.18 * len(question), 1.50
    bottom = 0.93 + LINE * len(small_print)
    height = top + head + rows + bottom
    figure = Figure(figsize=(WIDTH, height))

    several = effects["arm"].nunique() > 1
    title = "What training the therapists does, along the chain"
    if several:
        title = f"What {arm.replace('_', ' ')} does, along the chain"
    figure.text(LEFT, 1.0 - 0.14 / height, title, va="top", size=13, weight="bold")
    figure.text(
        LEFT, 1.0 - 0.45 / height, "\n".join(question), va="top", color=QUIET, linespacing=1.4
    )
    head_axes = figure.add_axes(
        (LEFT, 1.0 - (top + head) / height, 1.0 - 2.0 * LEFT, head / height)
    )
    _head(head_axes, {step["step"]: step for step in steps})
    _rows(
        figure.add_axes((_PLOT_AT, bottom / height, _PLOT_WIDE, rows / height)),
        steps,
        gap / row,
        f"{arm} minus {steps[0]['reference']}",
    )
    _foot(figure, small_print, height)
    return figure


def _head(axes: Axes, steps: Mapping[str, Step]) -> None:
    """Draw the relationships as a row of boxes, each with the effect on its main step."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    width, arrow = 0.208, 0.056
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    for place_in_row, (place, name) in enumerate(RELATIONSHIPS.items(), 1):
        left = (place_in_row - 1) * (width + arrow)
        box = FancyBboxPatch(
            (left, 0.17),
            width,
            0.78,
            boxstyle="round,pad=0,rounding_size=0.012",
            mutation_aspect=6.0,
            facecolor="#F5F5F5",
            edgecolor=QUIET,
            linewidth=0.8,
            clip_on=False,
        )
        axes.add_patch(box)
        step = steps[_KEY_STEPS[place]]
        point, _, interval = _effect(step).partition(" [")
        colour, _, _ = look(step)
        lines: list[tuple[float, str, dict[str, Any]]] = [
            (0.79, textwrap.fill(f"{place_in_row}  {name}", 20), {"weight": "bold"}),
            (0.565, step["label"], {"color": QUIET}),
            (
                0.365,
                point if point in {"exactly 0", "–"} else f"{point} SD",
                {"size": 12, "color": colour},
            ),
            (0.255, interval and f"[{interval}", {"color": QUIET}),
        ]
        for y, words, style in lines:
            axes.text(
                left + 0.5 * width, y, words, ha="center", va="center", linespacing=1.25, **style
            )
        if place_in_row > 1:
            axes.add_patch(
                FancyArrowPatch(
                    (left - arrow + 0.006, 0.56),
                    (left - 0.006, 0.56),
                    arrowstyle="-|>",
                    mutation_scale=13,
                    linewidth=1.6,
                    color=INK,
                    shrinkA=0,
                    shrinkB=0,
                )
            )


def _rows(axes: Axes, steps: list[Step], gap: float, what: str) -> None:
    """Draw a dot and its interval for every step, grouped by relationship, numbers beside."""
    from matplotlib.ticker import MaxNLocator

    for x, words, align in (
        (_VALUES_AT, "without → with", "right"),
        (_EFFECT_AT, "difference, SD [95%]", "right"),
        (_SCALE_AT, "SD of", "left"),
    ):
        _beside(axes, x, -0.36, words, ha=align, color=QUIET)
    y = 0.0
    for place_in_row, (place, name) in enumerate(RELATIONSHIPS.items(), 1):
        _rule(axes, y)
        _beside(axes, _HEADING_AT, y + 0.62, f"{place_in_row}  {name}", weight="bold")
        y += gap
        for step in [step for step in steps if step["place"] == place]:
            _row(axes, step, y)
            y += 1.0
    _rule(axes, y - 0.3)
    axes.plot([0.0, 0.0], [0.0, y - 0.3], color=INK, linewidth=0.9, zorder=1)
    axes.set_ylim(y - 0.3, -0.2)
    axes.set_xlim(*_limits(steps))
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"Difference, {what.replace('_', ' ')} (SD)", size=8.5, labelpad=3)
    axes.tick_params(axis="x", labelsize=8.5)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(False)


def _row(axes: Axes, step: Step, y: float) -> None:
    """Draw one step."""
    seen = look(step)
    colour = seen[0]
    _beside(axes, _LABEL_AT, y, step["label"] + (" ↓" if step["better"] < 0 else ""))
    _beside(axes, _VALUES_AT, y, _values(step), ha="right", color=QUIET)
    _beside(axes, _EFFECT_AT, y, _effect(step), ha="right", color=colour)
    _beside(axes, _SCALE_AT, y, step["scale"], color=QUIET)
    ends = [step["standardised_low"], step["standardised_high"]]
    axes.plot(ends, [y, y], color=colour, linewidth=1.6, zorder=3)
    axes.plot(
        ends,
        [y, y],
        color=colour,
        linestyle="none",
        marker="|",
        markersize=9,
        markeredgewidth=1.2,
        zorder=3,
    )
    axes.plot(step["standardised"], y, linestyle="none", zorder=4, **_marker(seen))


def _small_print(caution: str) -> list[str]:
    """Explain the scales, and what the numbers are not, line by line."""
    scales = "; ".join(
        f"{word}: {meaning.removeprefix('SD ').removeprefix('of ')}"
        for word, meaning in SCALES.items()
    )
    return foot_lines(f"SD of - {scales}.", caution)


def _foot(figure: Figure, lines: list[str], height: float) -> None:
    """Explain the signs, and write the small print."""
    from matplotlib.lines import Line2D

    meanings = {
        "hoped": "in the direction hoped for",
        "against": "in the other direction",
        "open": "interval covers 0, or there is none",
    }
    handles = [
        Line2D([], [], linestyle="none", label=meanings[kind], **_marker(look))
        for kind, look in looks().items()
    ]
    handles.append(
        Line2D(
            [], [], linestyle="none", marker="$↓$", markersize=6, color=INK, label="less is better"
        )
    )
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(LEFT - 0.012, (LINE * len(lines) + 0.48) / height),
        ncols=4,
        frameon=False,
        handletextpad=0.1,
        columnspacing=1.6,
    )
    foot(figure, lines, height)


def _marker(look: tuple[str, str, str]) -> dict[str, Any]:
    """Give the style of a dot."""
    colour, marker, face = look
    return {
        "marker": marker,
        "markersize": 5.5,
        "markerfacecolor": face,
        "markeredgecolor": colour,
        "markeredgewidth": 1.3,
    }


def look(step: Step) -> tuple[str, str, str]:
    """Choose colour, marker and face by what the interval says about the direction."""
    direction = {"higher": 1, "lower": -1}.get(step["finding"], 0) * step["better"]
    return looks()[{1: "hoped", -1: "against", 0: "open"}[direction]]


def _limits(steps: list[Step]) -> tuple[float, float]:
    """Choose the ends of the axis, zero always in sight."""
    ends = [step[f"standardised{end}"] for step in steps for end in ("", "_low", "_high")]
    low = min([0.0, *(x for x in ends if not math.isnan(x))])
    high = max([0.0, *(x for x in ends if not math.isnan(x))])
    if high - low < _LEAST_SPAN:
        return -_EMPTY, _EMPTY
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def _values(step: Step) -> str:
    """Write the means of the two arms: ``0.412 → 0.431``; shares as per cent."""
    if step["unit"] == "share":
        return f"{100 * step['untrained']:.1f} → {100 * step['trained']:.1f} %"
    return f"{number(step['untrained'])} → {number(step['trained'])}"


def _effect(step: Step) -> str:
    """Write the standardised effect and its interval: ``+0.213 [0.204, 0.222]``."""
    if step["finding"] == "exactly 0":
        return "exactly 0"
    if math.isnan(step["standardised"]):
        return "–"
    point, low, high = (step[f"standardised{end}"] for end in ("", "_low", "_high"))
    said = ("+" if point > 0.0 else "") + number(point)
    return said if math.isnan(low) else f"{said} [{number(low)}, {number(high)}]"


def _beside(axes: Axes, x: float, y: float, words: str, **style: Any) -> None:
    """Write at a share of the plot's width, in the row of a step."""
    axes.text(x, y, words, transform=axes.get_yaxis_transform(), va="center_baseline", **style)


def _rule(axes: Axes, y: float) -> None:
    """Draw a thin line over the whole width of the figure."""
    axes.plot(
        [_HEADING_AT, (1.0 - LEFT - _PLOT_AT) / _PLOT_WIDE],
        [y, y],
        transform=axes.get_yaxis_transform(),
        color=FAINT,
        linewidth=0.8,
        clip_on=False,
        zorder=0,
    )
