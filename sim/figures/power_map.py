"""The map of power over therapists and patients of each, and what power costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LINE, QUIET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results import Results

_TALL = 3.1

#: From this power on, numbers on the map are written in white.
_DARK = 0.55


def lay_out(results: Results, question: str, note: str = "") -> Figure:
    """Draw the map, with the designs that reach the target, and power against price.

    Parameters
    ----------
    results : Results
        Of ``attune cost``.
    question : str
        What was asked.
    note : str, optional
        What the numbers are not.
    """
    (row,) = results.table("search").to_dict("records")
    grid, table = results.table("curve"), results.table("cost")
    lines = style.foot_lines(
        f"Left: power in per cent, by the same {row['trials']:,} replicates everywhere; line: the "
        f"therapists at which it reaches {100 * row['target']:g}%, with their 95% interval. Right: "
        "every design of the map; those on the line are beaten by none, band: 95% Monte Carlo "
        "interval of their power. Square: the cheapest trial that reaches the target, with the 95% "
        "interval on its price.",
        note,
    )
    below = _TALL + 0.85 + LINE * len(lines)
    figure, height = style.headed(below, "What power costs", question)
    bottom = (LINE * len(lines) + 0.55) / height
    tall = _TALL / height
    _map(figure.add_axes((0.075, bottom, 0.40, tall)), grid, table, row)
    currency = results.config.price.currency
    _front(figure.add_axes((0.58, bottom, 0.39, tall)), grid, row, currency)
    style.foot(figure, lines, height)
    return figure


def _map(axes: Axes, grid: pd.DataFrame, table: pd.DataFrame, row: dict[Any, Any]) -> None:
    """Draw power over therapists and patients of each."""
    import numpy as np

    power = grid.pivot_table(index="patients", columns="therapists", values="power")
    numbers, each = power.columns.to_numpy(), power.index.to_numpy()
    axes.imshow(power, origin="lower", aspect="auto", cmap="Blues", vmin=0.0, vmax=1.0)
    few = len(numbers) <= 10  # noqa: PLR2004
    for i, line in enumerate(power.to_numpy()):
        for j, value in enumerate(line):
            colour = "white" if value > _DARK else INK
            size = 7.5 if few else 5.5
            axes.text(j, i, f"{100 * value:.0f}", ha="center", va="center", size=size, color=colour)
    known = table[np.isfinite(table["therapists"])]
    x, low, high = (
        np.interp(known[name].clip(upper=numbers[-1]), numbers, np.arange(len(numbers)))
        for name in ("therapists", "therapists_low", "therapists_high")
    )
    y = np.searchsorted(each, known["patients"])
    orange = style.palette()["orange"]
    axes.fill_betweenx(y, low, high, color=orange, alpha=0.3)
    axes.plot(x, y, color=orange, linewidth=1.6, marker="o", markersize=3)
    axes.set_xticks(range(len(numbers)), [str(n) for n in numbers], size=7)
    axes.set_yticks(range(len(each)), [str(n) for n in each])
    axes.set_xlabel("therapists")
    axes.set_ylabel("patients to each")
    axes.set_title(f"Power; the line: {100 * row['target']:g}%", loc="left", weight="bold")


def _front(axes: Axes, grid: pd.DataFrame, row: dict[Any, Any], currency: str) -> None:
    """Draw power against price, and the designs that none beats."""
    colours = style.palette()
    thousand = 1000.0
    axes.plot(grid["price"] / thousand, grid["power"], "o", color=QUIET, markersize=2.5, alpha=0.5)
    best = grid[grid["front"]].sort_values("price")
    x = best["price"] / thousand
    axes.fill_between(x, best["low"], best["high"], color=colours["blue"], alpha=0.18, linewidth=0)
    axes.plot(x, best["power"], color=colours["blue"], marker="o", markersize=3.5)
    axes.axhline(row["target"], color=INK, linewidth=0.9, linestyle="--")
    if math.isfinite(row["price"]):
        ends = [row["price_low"], min(row["price_high"], float(grid["price"].max()))]
        axes.plot([end / thousand for end in ends], [row["target"]] * 2, color=colours["orange"])
        axes.plot(
            row["price"] / thousand,
            row["target"],
            "s",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=colours["orange"],
            zorder=5,
        )
        axes.annotate(
            f"{row['therapists']:.0f} therapists,\n{row['patients']} patients each",
            (row["price"] / thousand, row["target"]),
            xytext=(8, -10),
            textcoords="offset points",
            va="top",
            color=colours["orange"],
        )
        axes.set_xlim(0.0, 3.0 * row["price"] / thousand)
    axes.set_ylim(0.0, 1.02)
    axes.set_xlabel(f"price, thousand {currency}")
    axes.set_ylabel("power")
    axes.grid(visible=True, color=FAINT, linewidth=0.6)
    axes.set_title("Price", loc="left", weight="bold")
