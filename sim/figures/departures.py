"""Departures: the power of a trial that goes otherwise than planned."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sim.figures import style
from sim.figures.style import FAINT, INK, LINE, QUIET

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results import Results

_ROW = 0.42


def lay_out(results: Results, question: str, note: str = "") -> Figure:
    """Draw the power under every departure, and what it loses against the plan.

    Parameters
    ----------
    results : Results
        Of ``attune robustness``.
    question : str
        What was asked.
    note : str, optional
        What the numbers are not.
    """
    rows = results.table("robustness").to_dict("records")
    level = results.config.design.level
    lines = style.foot_lines(
        f"{rows[0]['trials']:,} trials each, by the same people and luck as the plan. Power and "
        "size with 95% Wilson intervals; difference: of power from the plan, replicate by "
        f"replicate, with 95% interval. Line of size: the nominal {level:g}.",
        note,
    )
    tall = _ROW * len(rows)
    below = tall + 0.75 + LINE * len(lines)
    figure, height = style.headed(below, "If the trial goes otherwise than planned", question)
    bottom = (LINE * len(lines) + 0.45) / height
    colours = style.palette()
    panels = {"power": (0.36, 0.22), "difference": (0.61, 0.20), "size": (0.84, 0.13)}
    for name, (x, wide) in panels.items():
        axes = figure.add_axes((x, bottom, wide, tall / height))
        for i, row in enumerate(rows):
            if name == "difference" and i == 0:
                continue
            worse = name == "difference" and row["difference_high"] < 0.0
            colour = colours["orange"] if worse else colours["blue"]
            axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [i, i], color=colour, lw=1.5)
            axes.plot(row[name], i, "D" if worse else "o", color=colour, markersize=4.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_title(name.capitalize(), loc="left", weight="bold")
        axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
        axes.spines["left"].set_visible(False)
        if name == "power":
            axes.axvline(rows[0]["power"], color=INK, linewidth=0.9, linestyle="--")
            axes.set_xlim(0.0, 1.0)
        else:
            axes.axvline(level if name == "size" else 0.0, color=INK, linewidth=0.9)
    for i, row in enumerate(rows):
        y = bottom + (tall - _ROW * (i + 0.5)) / height
        said = textwrap.shorten(row["about"], 118, placeholder=" …")
        figure.text(
            style.LEFT,
            y + 0.07 / height,
            row["departure"].replace("_", " ").capitalize(),
            va="bottom",
            weight="bold",
        )
        if i > 0:
            wrapped = "\n".join(textwrap.wrap(said, 60))
            figure.text(style.LEFT, y + 0.06 / height, wrapped, va="top", size=7, color=QUIET)
    style.foot(figure, lines, height)
    return figure
