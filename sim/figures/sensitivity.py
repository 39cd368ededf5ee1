"""What an effect hangs on: a tornado, shares of the variance by outcome, and responses."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.sensitivity.factors import CHANCE, REST
from sim.study.sensitivity_words import percent
from sim.study.worlds_lived import LOOKED_AT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.sensitivity import Sensitivity

    Row = dict[Any, Any]

#: Heights in inches: of a row, of the strip of shares, of the axis below.
_ROW, _STRIP, _AXIS = 0.3, 0.68, 0.42

#: So many numbers have their responses drawn.
_FEW = 4

#: A cell of the map is that wide, in inches, and its names take that much room above.
_CELL, _ABOVE = 0.46, 1.0

#: From this share on, the number in a cell is white.
_DARK = 0.5


def tornado(done: Sensitivity) -> Figure:
    """Draw how far each number moves the effect by which options are judged.

    Parameters
    ----------
    done : Sensitivity
        What `sim.study.sensitivity.sensitivity` gave.
    """
    value = done.results.config.sensitivity.value
    step = LOOKED_AT[value]
    shares = _of(done.table("shares"), value)[0]
    rows = _swings(done, value)
    lines = style.foot_lines(
        "Bars: the mean effect where the number is in the lowest tenth of its prior (hollow) and "
        "in the highest (filled), all else varying; dotted: the mean over all worlds. Alone: the "
        "share of the variance that the number makes by itself; in all: with what it does together "
        "with others. The strip adds up to all of the variance.",
        done.caution,
    )
    tall = _ROW * len(rows)
    below = _STRIP + tall + _AXIS + LINE * len(lines) + 0.1
    title = f"What the effect on {step.label.lower()} hangs on"
    figure, height = style.headed(below, title, done.question)
    strip = figure.add_axes(
        (LEFT, (below - 0.30) / height, 1.0 - 2.0 * LEFT, 0.2 / height), frameon=False
    )
    _strip(strip, shares)
    place = (0.40, (below - _STRIP - tall) / height, 0.40, tall / height)
    axes = figure.add_axes(place)
    axes.set(ylim=(len(rows) - 0.5, -0.5), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Effect of training, SD; better to the right", labelpad=2)
    for y, row in enumerate(rows):
        _bar(axes, y, row)
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
    axes.axvline(step.better * shares["mean"], color=QUIET, linewidth=0.9, linestyle=":", zorder=1)
    across = axes.get_yaxis_transform()
    for x, words in ((1.28, "alone, %"), (1.46, "in all, %")):
        axes.text(x, -0.75, words, transform=across, ha="right", va="bottom", color=QUIET, size=7.5)
    style.foot(figure, lines, height)
    return figure


def _of(table: pd.DataFrame, outcome: str) -> list[Row]:
    """Give the rows of one outcome."""
    return table[table["outcome"] == outcome].to_dict("records")


def _swings(done: Sensitivity, outcome: str) -> list[Row]:
    """Give the mean effect at both ends of each number, the farthest apart first."""
    table = done.table("responses")
    sign = LOOKED_AT[outcome].better
    known = {row["parameter"]: row for row in _of(done.table("indices"), outcome)}
    rows = []
    for name, own in table[table["outcome"] == outcome].groupby("parameter", sort=False):
        along = own.sort_values("quantile")
        rows.append(
            known[name]
            | {"low": sign * along["mean"].iloc[0], "high": sign * along["mean"].iloc[-1]}
        )
    return sorted(rows, key=lambda row: -abs(row["high"] - row["low"]))


def _strip(axes: Axes, shares: Row) -> None:
    """Draw what adds up to all of the variance."""
    colours = style.palette()
    parts = (
        ("numbers alone", shares["alone"], colours["blue"]),
        ("all others", shares["rest"], "#8FBBD9"),
        ("together", shares["together"], colours["purple"]),
        ("chance", shares["chance"], "#BBBBBB"),
    )
    at, whole = 0.0, sum(max(share, 0.0) for _, share, _ in parts) or 1.0
    for i, (name, share, colour) in enumerate(parts):
        wide = max(share, 0.0) / whole
        axes.barh(0.0, wide, left=at, height=1.0, color=colour, edgecolor="white")
        at += wide
        axes.text(
            i / len(parts), -1.25, f"■ {name} {percent(share)}", va="center", size=8, color=INK
        )
        axes.text(i / len(parts), -1.25, "■", va="center", size=8, color=colour)
    axes.set(xlim=(0.0, 1.0), ylim=(-1.9, 0.5), xticks=[], yticks=[])


def _bar(axes: Axes, y: int, row: Row) -> None:
    """Draw one number."""
    blue = style.palette()["blue"]
    low, high = row["low"], row["high"]
    axes.plot([low, high], [y, y], color=blue, linewidth=5.5, alpha=0.45, solid_capstyle="butt")
    dot: dict[str, Any] = {
        "marker": "o",
        "markersize": 5.5,
        "markeredgecolor": blue,
        "linestyle": "none",
    }
    axes.plot(low, y, markerfacecolor="white", zorder=3, **dot)
    axes.plot(high, y, markerfacecolor=blue, zorder=3, **dot)
    across = axes.get_yaxis_transform()
    said = f"{row['parameter'].replace('_', ' ')}"
    axes.text(-0.04, y - 0.16, said, transform=across, ha="right", va="center", size=8.5)
    meaning = textwrap.shorten(row["meaning"], 62, placeholder=" …")
    axes.text(
        -0.04, y + 0.26, meaning, transform=across, ha="right", va="center", size=6.2, color=QUIET
    )
    for x, share, half in ((1.28, "first", "first_half"), (1.46, "total", "total_half")):
        text = f"{percent(row[share])[:-1]} ± {100.0 * row[half]:.0f}"
        axes.text(x, y, text, transform=across, ha="right", va="center", size=8)


def heat_map(done: Sensitivity) -> Figure:
    """Draw the share of each outcome's variance that every number has to do with."""
    table = done.table("indices")
    names = list(dict.fromkeys(table["parameter"]))
    outcomes = list(dict.fromkeys(table["outcome"]))
    lines = style.foot_lines(
        "Per cent of the variance that a number has to do with, alone or with others (total "
        "index); small: alone (first-order index). All others: every number that has no column, "
        "together. Totals of a row add up to more than a hundred where numbers act together.",
        done.caution,
    )
    tall = 0.36 * len(outcomes)
    below = _ABOVE + tall + LINE * len(lines) + 0.2
    figure, height = style.headed(below, "Which number matters for which outcome", done.question)
    wide = min(_CELL * len(names) / style.WIDTH, 0.76)
    axes = figure.add_axes((0.22, (below - _ABOVE - tall) / height, wide, tall / height))
    axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(outcomes) - 0.5, -0.5))
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])
    labels = dict(zip(table["outcome"], table["label"], strict=True))
    axes.set_yticks(range(len(outcomes)), [labels[name] for name in outcomes])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    for x, name in enumerate(names):
        axes.text(
            x, -0.62, name.replace("_", " "), rotation=45, ha="left", va="bottom", size=8,
            color=QUIET if name in {REST, CHANCE} else INK,
        )  # fmt: skip
        for y, outcome in enumerate(outcomes):
            (row,) = table[(table["parameter"] == name) & (table["outcome"] == outcome)].to_dict(
                "records"
            )
            _cell(axes, x, y, row)
    style.foot(figure, lines, height)
    return figure


def _cell(axes: Axes, x: int, y: int, row: Row) -> None:
    """Draw one cell of the map."""
    from matplotlib.patches import Rectangle

    total, first = row["total"], row["first"]
    there = total == total  # noqa: PLR0124
    shade = min(1.0, max(0.0, total)) if there else 0.0
    face = "#999999" if row["parameter"] == CHANCE else style.palette()["blue"]
    axes.add_patch(Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, color=face, alpha=shade, lw=0))
    ink = "white" if shade > _DARK else INK
    said = f"{100.0 * max(total, 0.0):.0f}" if there else "–"
    axes.text(x, y - 0.08, said, ha="center", va="center", size=8.5, color=ink)
    if there:
        alone = f"{100.0 * max(first, 0.0):.0f}"
        axes.text(x, y + 0.28, alone, ha="center", va="center", size=5.8, color=ink)


def responses(done: Sensitivity) -> Figure:
    """Draw how the effect goes along the few numbers that matter most."""
    value = done.results.config.sensitivity.value
    step = LOOKED_AT[value]
    own = [
        row for row in _of(done.table("indices"), value) if row["parameter"] not in {REST, CHANCE}
    ]
    few = sorted(own, key=lambda row: -row["total"])[:_FEW]
    lines = style.foot_lines(
        "Line: mean over worlds, everything else varying, with its standard error; band: nine in "
        "ten worlds. Above the line at nought training helps.",
        done.caution,
    )
    tall = 2.0
    below = tall + 0.95 + LINE * len(lines)
    title = f"How the effect on {step.label.lower()} goes along the numbers that matter most"
    figure, height = style.headed(below, title, done.question)
    table = done.table("responses")
    shared: Axes | None = None
    for i, row in enumerate(few):
        along = table[(table["parameter"] == row["parameter"]) & (table["outcome"] == value)]
        left = 0.08 + i * 0.232
        place = (left, (below - tall - 0.25) / height, 0.195, tall / height)
        axes = figure.add_axes(place, sharey=shared)
        shared = shared or axes
        _curve(axes, along.sort_values("quantile"), step.better)
        axes.set_title(f"{row['parameter'].replace('_', ' ')}  {percent(row['total'])}", pad=4)
        axes.set_xlabel(textwrap.fill(row["meaning"], 34), size=7, color=QUIET, labelpad=2)
        axes.tick_params(labelleft=i == 0)
        if i == 0:
            axes.set_ylabel("effect of training, SD; up is better")
    style.foot(figure, lines, height)
    return figure


def _curve(axes: Axes, along: pd.DataFrame, sign: int) -> None:
    """Draw one response."""
    blue = style.palette()["blue"]
    x, mean = along["value"], sign * along["mean"]
    axes.fill_between(x, sign * along["low"], sign * along["high"], color=blue, alpha=0.15, lw=0)
    axes.errorbar(
        x, mean, yerr=along["error"], color=blue, marker="o", markersize=3.2, linewidth=1.4,
        elinewidth=0.9,
    )  # fmt: skip
    style.zero(axes)
