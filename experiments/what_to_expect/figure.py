"""What to expect: symptom relief by condition beside its ceiling, and along transfer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LINE, QUIET

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Heights in inches: of a condition, of the head of a group, of the panel along transfer.
_ROW, _HEAD, _ALONG = 0.23, 0.3, 2.0

#: The groups of conditions, and how each is called.
GROUPS = {
    "severity": "By severity",
    "setting": "By setting",
    "programme": "By programme",
    "dose": "By dose",
    "route": "Extra routes, each a switch",
}


def draw(table: pd.DataFrame, share: np.ndarray[Any, Any], world: str) -> Figure:
    """Draw the effect on symptoms, better to the right."""
    primary = table[table["step"] == "symptom_severity"]
    rows = primary[primary["group"].isin(GROUPS)]
    gain = float(rows["gain"].iloc[0])
    ceiling = gain * math.sqrt(max(float(share.mean()), 0.0))
    lines = style.foot_lines(
        f"World: {world}. Dots: median over worlds; bars: 90% of them (of a single world, the "
        "Monte Carlo interval). Broken: the ceiling that therapist variance sets, in the worlds' "
        "mean - what the gain of MBSR in the room would do if these traits explained all that "
        "therapists differ by in their patients' outcome. Same people, same luck, trained and not; "
        "nothing here was fitted to an effect of training.",
    )
    tall = _ROW * len(rows) + _HEAD * len(GROUPS)
    below = tall + 0.55 + _ALONG + 0.75 + LINE * len(lines)
    figure, height = style.headed(
        below,
        "What should we expect of training therapists?",
        "Symptom relief through training, in standard deviations of patients at intake.",
    )
    axes = figure.add_axes((0.36, (below - tall) / height, 0.6, tall / height))
    _conditions(axes, rows, ceiling)
    place = (0.12, (LINE * len(lines) + 0.6) / height, 0.4, (_ALONG - 0.1) / height)
    _along(figure.add_axes(place), primary[primary["group"] == "transfer"])
    style.foot(figure, lines, height)
    return figure


def _conditions(axes: Axes, rows: pd.DataFrame, ceiling: float) -> None:
    """Draw a row a condition."""
    colours = style.palette()
    y, ticks, names = 0.0, [], []
    for group, title in GROUPS.items():
        y += _HEAD / _ROW
        axes.text(
            -0.567,
            y - 0.75,
            title,
            transform=axes.get_yaxis_transform(),
            weight="bold",
            va="center",
        )
        for row in rows[rows["group"] == group].to_dict("records"):
            point, *ends = (-row[x] for x in ("median", "low", "high"))
            colour = colours["blue"] if min(ends) > 0 else colours["orange"]
            colour = style.QUIET if min(ends) <= 0.0 <= max(ends) else colour
            axes.hlines(y, min(ends), max(ends), color=colour, linewidth=1.6)
            axes.plot(point, y, "o", color=colour, markersize=4.5)
            ticks.append(y)
            names.append(row["condition"])
            y += 1.0
    axes.axvline(0.0, color=INK, linewidth=0.9)
    axes.axvline(ceiling, color=INK, linewidth=0.9, linestyle="--")
    axes.set_yticks(ticks, names)
    axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=8)
    axes.set_ylim(y - 0.3, 0.0)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("symptom relief (SD)", labelpad=2)


def _along(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the effect along the share of practice that reaches the room."""
    colours = style.palette()
    x = rows["condition"].astype(float).to_numpy()
    point, low, high = (-rows[name].to_numpy() for name in ("median", "low", "high"))
    axes.fill_between(x, low, high, color=colours["blue"], alpha=0.2, linewidth=0.0)
    axes.plot(x, point, color=colours["blue"], marker="o", markersize=4.5)
    axes.axhline(0.0, color=INK, linewidth=0.9)
    axes.set_xlabel("share of practice that reaches the room (κ)", labelpad=2)
    axes.set_ylabel("symptom relief (SD)")
    axes.text(
        1.06,
        0.95,
        "No study says how much of what is gained\non the cushion reaches the room. The answer\n"
        "to nearly everything above hangs on it.",
        transform=axes.transAxes,
        va="top",
        color=QUIET,
    )
