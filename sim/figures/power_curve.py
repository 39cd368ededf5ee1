"""Power over sizes: what a search saw, with its band, and where the target is crossed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LINE, QUIET
from sim.study import afresh
from sim.study.sizes import NOUNS
from sim.study.verdicts import ASKED, EFFECT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results import Results

#: The panel, in inches: from the left, wide, tall.
_LEFT, _WIDE, _TALL = 0.75, 7.9, 3.0


def lay_out(results: Results, question: str, note: str = "") -> Figure:
    """Draw the power of the sizes that a search looked at.

    Parameters
    ----------
    results : Results
        Of ``attune search``.
    question : str
        What was asked.
    note : str, optional
        What the numbers are not.
    """
    (row,) = results.table("search").to_dict("records")
    curve = results.table("curve")
    asked = list(dict.fromkeys(curve["asked"]))
    noun = NOUNS[row["over"]][1]
    small = (
        f"Power of the sizes looked at, all by the same luck ({int(curve['trials'].iloc[0]):,} "
        "replicates), made to rise; band: 95% Monte Carlo interval. "
    )
    if math.isfinite(row["size"]):
        small += (
            "Shaded: the 95% interval on the size that reaches the target. Square: that size, "
            "simulated anew, with its 95% Wilson interval."
        )
    lines = style.foot_lines(small, note)
    named = len(asked) > 1
    below = 0.3 * named + _TALL + 0.55 + LINE * len(lines)
    title = f"How many {NOUNS[row['over']][1]}"
    figure, height = style.headed(below, title, question)
    at = (LINE * len(lines) + 0.55) / height
    axes = figure.add_axes((_LEFT / style.WIDTH, at, _WIDE / style.WIDTH, _TALL / height))
    looks = style.series([ASKED[one] for one in asked])
    for one in asked:
        rows = curve[curve["asked"] == one]
        look = looks[ASKED[one]]
        axes.fill_between(
            rows["size"], rows["low"], rows["high"], color=look.colour, alpha=0.18, linewidth=0
        )
        axes.plot(rows["size"], rows["power"], color=look.colour, linestyle=look.line, **look.dots)
    if named:
        style.legend(figure, looks, at + (_TALL + 0.33) / height)
    _target(axes, row, results)
    axes.set_xlabel(noun)
    axes.set_ylabel("power")
    axes.set_ylim(0.0, 1.02)
    axes.grid(visible=True, color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    style.foot(figure, lines, height)
    return figure


def _target(axes: Axes, row: dict[Any, Any], results: Results) -> None:
    """Draw the target, the interval on the size that reaches it, and that size simulated anew."""
    colours = style.palette()
    axes.axhline(row["target"], color=INK, linewidth=0.9, linestyle="--", zorder=1)
    left, _ = axes.get_xlim()
    axes.text(left, row["target"] + 0.012, f" target {row['target']:g}", color=QUIET, size=8)
    if not math.isfinite(row["size"]):
        return
    right = row["high"] if math.isfinite(row["high"]) else axes.get_xlim()[1]
    axes.axvspan(row["low"], right, color=colours["green"], alpha=0.13, linewidth=0)
    share = afresh.share(results.table("fresh"), "effect", EFFECT)
    axes.errorbar(
        row["size"],
        share.share,
        yerr=[[share.share - share.low], [share.high - share.share]],
        marker="s",
        markersize=6,
        color=colours["orange"],
        markerfacecolor="white",
        capsize=3,
        zorder=5,
    )
    axes.annotate(
        f"{row['size']:.0f}",
        (row["size"], share.high),
        xytext=(0, 5),
        textcoords="offset points",
        ha="center",
        weight="bold",
        color=colours["orange"],
    )
