"""Published findings among simulated ones: a distribution each, with what was published marked."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.study import agreement, counts

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.validate import Validation

    Array = np.ndarray[Any, np.dtype[Any]]

#: Heights in inches: of a finding, of a study of a literature, of the axis below it.
_ROW, _BAR, _AXIS = 0.82, 0.42, 0.5

#: Where the distributions lie, as shares of the width: left edge and width; and the words behind.
_AT, _WIDE, _WORDS = 0.36, 0.36, 0.75

#: Bins of a distribution, and how far it is drawn: shares of the simulated studies.
_BINS, _ENDS = 40, (0.002, 0.998)


def lay_out(done: Validation) -> Figure:
    """Draw every finding: the distribution of simulated studies, and what was published.

    Parameters
    ----------
    done : Validation
        What `sim.study.validate.validate` gave.
    """
    rows = done.findings.to_dict("records")
    values = done.results.table("published")
    lines = style.foot_lines(
        "Grey: studies simulated at the size of the published one. Orange: what was published - a "
        "line for a number, a band for a range, an arrow for a direction, with the simulated "
        "studies that lie that way in blue. Broken: where nothing would be found.",
        done.caution,
    )
    below = _ROW * len(rows) + LINE * len(lines) + 0.2
    figure, height = style.headed(below, "Could the model have found it?", done.question)
    for i, row in enumerate(rows):
        top = below - _ROW * i
        mine = (values["study"] == row["study"]) & (values["finding"] == row["finding"])
        axes = figure.add_axes((_AT, (top - _ROW + 0.3) / height, _WIDE, (_ROW - 0.38) / height))
        _distribution(axes, values.loc[mine, "value"].to_numpy("float64"), row)
        if i == 0 or rows[i - 1]["study"] != row["study"]:
            figure.text(LEFT, (top - 0.1) / height, row["study"], weight="bold", va="top")
            mark = row["check"].replace("_", " ")
            figure.text(LEFT + 0.13, (top - 0.1) / height, mark, va="top", color=QUIET)
        figure.text(
            LEFT,
            (top - 0.28) / height,
            textwrap.fill(f"{row['says']} ({row['unit']})" if row["unit"] else row["says"], 46),
            va="top",
            linespacing=1.3,
        )
        figure.text(_WORDS, (top - 0.1) / height, words(row), va="top", size=7.5, linespacing=1.35)
    style.foot(figure, lines, height)
    return figure


def literature(done: Validation) -> Figure:
    """Draw several studies as a literature: what each would find how often, and what it published.

    Parameters
    ----------
    done : Validation
        What `sim.study.validate.validate` gave, with two studies or more that are tested.
    """
    rows = done.counted.to_dict("records")
    lines = style.foot_lines(
        "Shares of studies simulated at the size of the published one; ◆ what was published.",
        *counts.said(done.counted),
        done.caution,
    )
    below = 0.36 + _BAR * len(rows) + _AXIS + LINE * len(lines) + 0.1
    figure, height = style.headed(below, "What such studies would find", done.question)
    looks = _looks()
    style.legend(figure, looks, below / height)
    tall = _BAR * len(rows)
    axes = figure.add_axes((0.22, (below - 0.36 - tall) / height, 0.74, tall / height))
    for i, row in enumerate(rows):
        left = 0.0
        for kind, look in zip(counts.KINDS, looks.values(), strict=True):
            share = float(row[kind])
            axes.barh(i, share, left=left, height=0.6, color=look.colour, edgecolor="white")
            if row["observed"] == kind:
                x = min(max(left + 0.5 * share, 0.008), 0.992)
                axes.plot(x, i, marker="D", color=INK, markersize=6, markeredgecolor="white")
            left += share
    axes.set_yticks(range(len(rows)), [row["study"] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_xlabel("of simulated studies")
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    style.foot(figure, lines, height)
    return figure


def words(row: Mapping[Any, Any]) -> str:
    """Say beside a distribution where what was published lies."""
    told = [f"{agreement.published(row)} published", agreement.verdict(row)]
    if row["failed"] > 0.0:
        told.append(f"{row['failed']:.0%} without a value")
    grade = "published value recalled" if row["evidence"] == "recalled" else ""
    return "\n".join(line for one in [*told, grade] for line in textwrap.wrap(one, 38))


def _distribution(axes: Axes, values: Array, row: Mapping[Any, Any]) -> None:
    """Draw the simulated studies and what was published; values off the axis pile up at its end."""
    import numpy as np

    colours = style.palette()
    finite = values[np.isfinite(values)]
    published = [row[x] for x in ("published", "published_low", "published_high")]
    marked = [float(x) for x in published if agreement.there(x)]
    if len(finite):
        low, high = np.quantile(finite, _ENDS)
    else:
        low, high = 0.0, 1.0
    low, high = (
        end(x, row["nothing"] if row["direction"] else x, *marked)
        for x, end in ((low, min), (high, max))
    )
    pad = 0.04 * max(high - low, 1e-9)
    wide = (high - low + 2.0 * pad) / _BINS
    first = low - pad
    if row["direction"]:  # an edge where nothing would be found
        first = row["nothing"] - wide * np.ceil((row["nothing"] - first) / wide)
    edges = first + wide * np.arange(_BINS + 2)
    there = np.clip(values[~np.isnan(values)], edges[0], edges[-1])
    counted, _ = np.histogram(there, edges)
    middles = 0.5 * (edges[1:] + edges[:-1])
    that_way = row["direction"] * (middles - row["nothing"]) > 0.0
    bars = np.where(that_way, colours["blue"], "#BBBBBB")
    axes.bar(middles, counted, width=wide, color=list(bars), linewidth=0.0)
    top = max(float(counted.max(initial=0)), 1.0)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0.0, 1.08 * top)
    orange = colours["orange"]
    if len(marked) > 1:
        axes.axvspan(*marked, color=orange, alpha=0.25, linewidth=0.0, zorder=0)
    elif marked:
        axes.axvline(marked[0], color=orange, linewidth=2.0)
    if row["direction"]:
        axes.axvline(row["nothing"], color=INK, linewidth=0.9, linestyle="--")
        reach = 0.16 * (edges[-1] - edges[0]) * row["direction"]
        axes.annotate(
            "",
            (row["nothing"] + reach, 0.9 * top),
            (row["nothing"], 0.9 * top),
            arrowprops={"arrowstyle": "-|>", "color": orange, "linewidth": 2.0},
        )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(axis="x", length=2, labelsize=7, pad=1)
    if np.isinf(values).any():
        left, right = axes.get_xlim()
        room = right - 0.06 * (right - left)  # for the sign
        axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= room])
        axes.text(1.0, -0.06, "∞", transform=axes.transAxes, ha="center", va="top", size=8)


def _looks() -> dict[str, style.Look]:
    """Give the kinds of what a study finds a look."""
    colours = style.palette()
    chosen = (colours["blue"], "#CCCCCC", colours["orange"])
    return {
        word: style.Look(colour, "", "s")
        for word, colour in zip(counts.KINDS.values(), chosen, strict=True)
    }
