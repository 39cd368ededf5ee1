"""The panel of analyses: the size and the power of every test, on the same simulated trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.trial.characteristics import HOLDS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Heights in inches: of a row, of what stands above the rows of an endpoint, of the axis.
_ROW, _ABOVE, _AXIS = 0.235, 0.34, 0.42

#: Where the panels lie, as shares of the width: left edge and width.
_PANELS = {"size": (0.33, 0.18), "power": (0.59, 0.13), "benchmark": (0.80, 0.13)}

#: The axis of size ends there, however wrong a test is; the number says the rest.
_FAR = 0.2


def lay_out(panel: pd.DataFrame, question: str, level: float, note: str = "") -> Figure:
    """Draw size and power of every analysis, endpoint by endpoint.

    Parameters
    ----------
    panel : DataFrame
        What `sim.study.power` gave: one row an endpoint and analysis.
    question : str
        What was asked.
    level : float
        The nominal size.
    note : str, optional
        Where the numbers come from.
    """
    lines = style.foot_lines(
        f"Size: share of trials without an effect that are significant at {level:g}; the line is "
        "the nominal size. Power: the same where there is an effect, with 95% Wilson intervals. "
        "Benchmark: power against the effect that the sharpest sound analysis would find in four "
        "of five trials. Hollow: the nominal size is missed; where it is exceeded, the power is "
        "not to be had. Bold: recommended by the rule fixed beforehand.",
        note,
    )
    groups = [rows for _, rows in panel.groupby("endpoint", sort=False, observed=True)]
    tall = sum(_ROW * len(rows) + _ABOVE for rows in groups)
    below = tall + _AXIS + LINE * len(lines) + 0.3
    figure, height = style.headed(below, "Which analysis, and how often it would find it", question)
    worst = 1.15 * float(panel["size_high"].max())
    ends = {"size": min(max(3.0 * level, worst), max(_FAR, 3.0 * level))}
    top = below
    for i, rows in enumerate(groups):
        top -= _ABOVE
        figure.text(LEFT, (top + 0.1) / height, str(rows["label"].iloc[0]), weight="bold")
        tallness = _ROW * len(rows)
        told = rows.to_dict("records")
        for name, (x, wide) in _PANELS.items():
            place = (x, (top - tallness) / height, wide, tallness / height)
            axes = figure.add_axes(place)
            _draw(axes, told, name, ends.get(name, 1.0))
            if i + 1 == len(groups):
                axes.tick_params(axis="x", labelbottom=True, length=2.5, pad=2)
                axes.set_xlabel(name.capitalize(), labelpad=2)
            if name == "size":
                axes.axvline(level, color=INK, linewidth=0.9, zorder=1)
                _name(axes, told)
        top -= tallness
    style.foot(figure, lines, height)
    return figure


def _name(axes: Axes, rows: list[dict[Any, Any]]) -> None:
    """Name the analyses, the recommended one in bold."""
    axes.set_yticks(range(len(rows)), [str(row["analysis_label"]) for row in rows])
    for text, row in zip(axes.get_yticklabels(), rows, strict=True):
        text.set_fontweight("bold" if row["recommended"] else "normal")


def _draw(axes: Axes, rows: list[dict[Any, Any]], name: str, far: float) -> None:
    """Draw a share for every analysis, with its interval, if it has one, and its number."""
    colours = style.palette()
    for i, row in enumerate(rows):
        share, low, high = (row.get(f"{name}{end}", row[name]) for end in ("", "_low", "_high"))
        good = row["verdict"] == HOLDS
        colour = colours["blue"] if good else colours["orange"]
        there = share == share  # noqa: PLR0124
        if there:
            axes.plot([min(low, far), min(high, far)], [i, i], color=colour, linewidth=1.4)
            axes.plot(
                min(share, far),
                i,
                linestyle="none",
                marker="o" if share <= far else ">",
                markersize=4.5,
                markerfacecolor=colour if good else "white",
                markeredgecolor=colour,
                clip_on=False,
                zorder=3,
            )
        axes.text(
            1.07,
            i,
            f"{share:.3f}" if there else "–",
            transform=axes.get_yaxis_transform(),
            va="center_baseline",
            size=8,
            color=colour if there else QUIET,
            weight="bold" if row["recommended"] else "normal",
        )
    axes.set_xlim(0.0, far)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=8)
    axes.tick_params(axis="x", labelbottom=False, length=0)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
