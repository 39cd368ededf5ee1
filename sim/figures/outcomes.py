"""Outcome categories: who improved reliably, who did not, and how treatments ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.study.outcome_categories import RELIABLE, SORTS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Heights in inches: of a bar, of what stands above and below the bars of one sort.
_BAR, _ABOVE, _BELOW = 0.30, 0.52, 0.22

#: A share at least this large has room for its number.
_ROOM = 0.09

#: What the eye sees of a category: colour, hatch, and the colour of the number on it.
_FACES = {
    "improved": ("blue", "", "white"),
    "completed": ("lightblue", "", INK),
    "unchanged": ("light", "", INK),
    "ongoing": ("light", "", INK),
    "deteriorated": ("orange", "////", "white"),
    "dropped_out": ("orange", "////", "white"),
    "therapist_left": ("purple", "....", INK),
}


def lay_out(table: pd.DataFrame, question: str, reference: str, note: str = "") -> Figure:
    """Draw the share of patients in every category, and the differences between the arms.

    Parameters
    ----------
    table : DataFrame
        What `sim.study.outcome_categories.table` gave.
    question : str
        What is compared.
    reference : str
        The arm that others are held against.
    note : str, optional
        Where the numbers come from.
    """
    arms = list(dict.fromkeys(table["arm"]))
    lines = style.foot_lines(
        "Reliable change: the Global Severity Index of the SCL-90-R (0–4), as patients report it, "
        f"fell or rose by {RELIABLE:g} or more since intake (Schauenburg & Strack 1999). All "
        "patients, treated or not. Ended improved: by agreement, before the scheduled end. "
        f"Difference: from {reference}, in percentage points, with 95% Monte Carlo interval.",
        note,
    )
    each = [
        max(_BAR * len(arms), 0.24 * table.loc[table["sort"] == sort, "category"].nunique())
        for sort in SORTS
    ]
    below = sum(each) + (_ABOVE + _BELOW) * len(SORTS) + 0.42 + LINE * len(lines) + 0.2
    figure, height = style.headed(below, "What becomes of patients", question)
    top = below
    panels: list[Axes] = []
    limit = _limit(table)
    for (sort, title), tall in zip(SORTS.items(), each, strict=True):
        rows = table[table["sort"] == sort]
        top -= _ABOVE
        figure.text(LEFT, (top + 0.33) / height, title, weight="bold", va="baseline")
        bars, points = (
            figure.add_axes((x, (top - tall) / height, wide, tall / height))
            for x, wide in ((0.10, 0.41), (0.68, 0.13))
        )
        _bars(bars, rows, arms)
        _points(points, rows, [arm for arm in arms if arm != reference], limit)
        panels.append(points)
        top -= tall + _BELOW
    panels[-1].tick_params(axis="x", labelbottom=True, length=2.5, pad=2)
    panels[-1].set_xlabel("Difference, percentage points", labelpad=2)
    style.foot(figure, lines, height)
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, arms: list[str]) -> None:
    """Draw one bar an arm, cut into categories."""
    import matplotlib.patches as mpatches

    colours = style.palette() | {"light": "#E4E4E4", "lightblue": "#9CC7E4"}
    for i, arm in enumerate(arms):
        start = share = 0.0
        for row in rows[rows["arm"] == arm].to_dict("records"):
            colour, hatch, ink = _FACES.get(row["category"], ("light", "", INK))
            share = row["share"]
            axes.barh(
                i,
                share,
                left=start,
                height=0.74,
                facecolor=colours[colour],
                edgecolor="white",
                linewidth=0.8,
                hatch=hatch,
            )
            if share >= _ROOM:
                box: dict[str, Any] = {
                    "facecolor": colours[colour],
                    "edgecolor": "none",
                    "pad": 1.0,
                }
                axes.text(
                    start + 0.5 * share,
                    i,
                    f"{100 * share:.1f}%",
                    ha="center",
                    va="center_baseline",
                    color=ink,
                    size=8,
                    bbox=box if hatch else None,
                )
            start += share
        if 0.0 < share < _ROOM:  # the last one is named beside the bar
            axes.text(1.012, i, f"{100 * share:.1f}%", va="center_baseline", color=QUIET, size=8)
    handles = []
    for category in dict.fromkeys(rows["category"]):
        colour, hatch, _ = _FACES.get(category, ("light", "", INK))
        handles.append(
            mpatches.Patch(
                facecolor=colours[colour],
                edgecolor="white",
                hatch=hatch,
                label=_said(category),
            )
        )
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(-0.015, 0.97),
        ncols=len(handles),
        frameon=False,
        fontsize=8,
        handlelength=1.2,
        handleheight=0.8,
        columnspacing=1.2,
        borderpad=0.2,
    )
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.set_yticks(range(len(arms)), arms)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=8.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _points(axes: Axes, rows: pd.DataFrame, arms: list[str], limit: float) -> None:
    """Draw the difference of every category, with its number beside it."""
    categories = list(dict.fromkeys(rows["category"]))
    looks = style.series(arms)
    for i, category in enumerate(categories):
        for j, arm in enumerate(arms):
            (row,) = rows[(rows["category"] == category) & (rows["arm"] == arm)].to_dict("records")
            y = i + (j - 0.5 * (len(arms) - 1)) * 0.8 / max(1, len(arms))
            point, low, high = (
                100.0 * row[key] for key in ("difference", "difference_low", "difference_high")
            )
            look = looks[arm]
            axes.plot([low, high], [y, y], color=look.colour, linewidth=1.4)
            dots = look.dots
            if not (low > 0.0 or high < 0.0):
                dots = dots | {"markerfacecolor": "white"}
            axes.plot(point, y, linestyle="none", zorder=3, **dots)
            axes.text(
                1.06,
                y,
                _interval(point, low, high),
                transform=axes.get_yaxis_transform(),
                va="center_baseline",
                size=8 if len(arms) == 1 else 6.5,
                color=look.colour,
            )
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
    axes.set_xlim(-limit, limit)
    axes.set_ylim(len(categories) - 0.5, -0.5)
    axes.set_yticks(range(len(categories)), [_said(category) for category in categories])
    axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=8)
    axes.tick_params(axis="x", labelbottom=False, length=0)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)


def _interval(point: float, low: float, high: float) -> str:
    """Write a difference and its interval: ``+0.46 [0.28, 0.64]``."""
    if point == low == high == 0.0:
        return "exactly 0"
    said = ("+" if point > 0.0 else "") + style.number(point, 2)
    if math.isnan(low):
        return said
    return f"{said} [{style.number(low, 2)}, {style.number(high, 2)}]"


def _said(category: str) -> str:
    """Say a category in words."""
    return category.replace("_", " ")


def _limit(table: pd.DataFrame) -> float:
    """Choose how far the axis of differences reaches, in percentage points."""
    ends = table[["difference", "difference_low", "difference_high"]].abs().max().max()
    return 115.0 * float(ends) if ends > 0.0 else 1.0
