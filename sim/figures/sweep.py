"""Sweeps: the effect at some steps of the chain, against what was varied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET, Look

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The steps that are drawn, if they are in the table; otherwise the first ones in it.
STEPS = (
    "therapist_self_attunement",
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
    "dropout",
)

#: Heights in inches: of a panel of lines, of a row of dots, of the legend.
_TALL, _ROW, _LEGEND = 1.75, 0.235, 0.36

#: Panels of lines in a row.
_ACROSS = 3

#: So many series can be told apart.
_SERIES = 8


def lay_out(table: pd.DataFrame, axes: Sequence[str], title: str = "", note: str = "") -> Figure:
    """Draw effects against one or more swept keys.

    A first axis of numbers is drawn as lines, one of words as rows of dots; further axes are
    series, told apart by colour, line and marker.

    Parameters
    ----------
    table : DataFrame
        One row a condition and step (and arm): the swept keys; ``step, label, better``; and
        ``standardised, standardised_low, standardised_high``, or ``difference, low, high``.
    axes : sequence of str
        The swept keys; the one drawn along the axis first, if it matters.
    title : str, optional
        A title of one's own.
    note : str, optional
        Where the numbers come from.
    """
    import pandas as pd

    first, *others = axes
    if "arm" in table and len(table["arm"].unique()) > 1 and "arm" not in axes:
        others = [*others, "arm"]
    words = table[list(others)].map(_plain).agg(", ".join, axis=1) if others else ""
    rows = table.assign(along=table[first], series=words)
    if rows["series"].nunique() > _SERIES:  # too many to be told apart: rows of their own
        rows = rows.assign(along=rows["along"].map(_plain) + ", " + rows["series"], series="")
        first, others = ", ".join([first, *others]), []
    numeric = bool(pd.api.types.is_numeric_dtype(rows["along"])) and len(rows["along"].unique()) > 1
    if not numeric:
        rows["along"] = rows["along"].map(_plain)
    names = list(dict.fromkeys(rows["series"]))
    there = list(dict.fromkeys(rows["step"]))
    steps = [step for step in STEPS if step in there] or there[: len(STEPS)]
    lines = style.foot_lines(
        "Difference that training makes, in standard deviations, with 95% Monte Carlo interval. "
        "Scales differ between panels."
        + ("" if numeric else " Hollow: the interval covers 0, or the difference is exactly 0.")
        + (f" Swept: {', '.join(axes)}." if list(axes) != ["arm"] else ""),
        note,
    )
    draw = _lines if numeric else _dots
    looks = style.series(names)
    return draw(rows, steps, looks, first, others, title or _title(axes), lines)


def _lines(
    rows: pd.DataFrame,
    steps: list[str],
    looks: dict[str, Look],
    first: str,
    others: list[str],
    title: str,
    lines: list[str],
) -> Figure:
    """Draw a panel a step, effects as lines over numbers."""
    down = -(-len(steps) // _ACROSS)
    each = _TALL + 0.78
    legend = _LEGEND if others else 0.0
    below = legend + each * down + 0.12 + LINE * len(lines) + 0.12
    figure, height = style.headed(below, title, _subtitle(rows))
    left, gap = 0.075, 0.075
    wide = (1.0 - LEFT - left - gap * (_ACROSS - 1)) / _ACROSS
    for i, step in enumerate(steps):
        x, y = left + (i % _ACROSS) * (wide + gap), below - legend - each * (i // _ACROSS)
        axes = figure.add_axes((x, (y - 0.30 - _TALL) / height, wide, _TALL / height))
        own = rows[rows["step"] == step]
        style.zero(axes)
        for name, look in looks.items():
            part = own[own["series"] == name].sort_values("along")
            point, low, high = _effect(part)
            axes.fill_between(part["along"], low, high, color=look.colour, alpha=0.16, linewidth=0)
            axes.plot(part["along"], point, color=look.colour, linestyle=look.line, **look.dots)
            axes.vlines(part["along"], low, high, color=look.colour, linewidth=1.2)
        ticks = sorted(set(own["along"]))
        if len(ticks) <= 8:  # noqa: PLR2004 - so many numbers stand side by side
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        _frame(axes, own, "y")
        axes.set_xlabel(first, labelpad=2)
        if i % _ACROSS == 0:
            axes.set_ylabel("Difference (SD)")
    _series(figure, looks, others, below / height)
    style.foot(figure, lines, height)
    return figure


def _dots(
    rows: pd.DataFrame,
    steps: list[str],
    looks: dict[str, Look],
    first: str,
    others: list[str],
    title: str,
    lines: list[str],
) -> Figure:
    """Draw a column a step, effects as dots in rows named by words."""
    names = list(dict.fromkeys(rows["along"]))
    row = max(_ROW, 0.13 * len(looks) + 0.08)
    tall = row * len(names) + 0.1
    legend = _LEGEND if others else 0.0
    below = legend + 0.50 + tall + 0.52 + LINE * len(lines) + 0.12
    figure, height = style.headed(below, title, _subtitle(rows))
    left = LEFT + 0.0083 * max(len(name) for name in [*names, first]) + 0.012
    gap = 0.02
    wide = (1.0 - LEFT - left - gap * (len(steps) - 1)) / len(steps)
    bottom = (below - legend - 0.50 - tall) / height
    for i, step in enumerate(steps):
        axes = figure.add_axes((left + i * (wide + gap), bottom, wide, tall / height))
        own = rows[rows["step"] == step]
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
        for j, (name, look) in enumerate(looks.items()):
            part = own[own["series"] == name]
            point, low, high = _effect(part)
            y = part["along"].map(names.index) + 0.13 / row * (j - 0.5 * (len(looks) - 1))
            axes.hlines(y, low, high, color=look.colour, linewidth=1.5)
            clear = (low > 0.0) | (high < 0.0)
            hollow = look.dots | {"markerfacecolor": "white"}
            axes.plot(point[clear], y[clear], linestyle="none", zorder=3, **look.dots)
            axes.plot(point[~clear], y[~clear], linestyle="none", zorder=3, **hollow)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_yticks(range(len(names)), names if i == 0 else [""] * len(names))
        axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=8.5)
        axes.hlines(
            [k + 0.5 for k in range(len(names) - 1)],
            0,
            1,
            color=FAINT,
            linewidth=0.5,
            transform=axes.get_yaxis_transform(),
            zorder=0,
        )
        axes.spines["left"].set_visible(False)
        _frame(axes, own, "x")
        axes.set_xlabel("SD", labelpad=2)
    _series(figure, looks, others, below / height)
    style.foot(figure, lines, height)
    return figure


def _frame(axes: Axes, own: pd.DataFrame, across: str) -> None:
    """Title a panel, and mark its axis of effects, zero always in sight."""
    from textwrap import fill

    from matplotlib.ticker import MaxNLocator

    step = own.iloc[0]
    label = str(step["label"]) + ("\u00a0↓" if step.get("better", 1) < 0 else "")
    wide = 40 if across == "y" else 17
    axes.set_title(fill(label, wide, break_on_hyphens=False), loc="left", weight="bold")
    ends = [float(x) for values in _effect(own) for x in values.dropna()]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    margin = 0.08 * (high - low) if high > low else 0.1
    few = MaxNLocator(nbins=5 if across == "y" else 3, steps=[1, 2, 5, 10])
    if across == "y":
        axes.set_ylim(low - margin, high + margin)
        axes.yaxis.set_major_locator(few)
    else:
        axes.set_xlim(low - 1.5 * margin, high + 1.5 * margin)
        axes.xaxis.set_major_locator(few)
    for which in ("x", "y") if across == "y" else ("x",):
        axes.tick_params(axis=which, length=2.5, pad=2)
    axes.grid(visible=True, axis="y" if across == "y" else "x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def _effect(rows: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float], pd.Series[float]]:
    """Give the effects and their intervals, standardised if they are."""
    names = ("standardised", "standardised_low", "standardised_high")
    if names[0] not in rows:
        names = ("difference", "low", "high")
    point, low, high = (rows[name].astype("float64") for name in names)
    return point, low, high


def _title(axes: Sequence[str]) -> str:
    """Name a sweep after what was varied."""
    words = [axis.replace("_", " ") for axis in axes]
    return f"What training does, by {' and '.join(words)}"


def _subtitle(rows: pd.DataFrame) -> str:
    """Say how many conditions there are."""
    conditions = rows[["along", "series"]].drop_duplicates()
    what = "condition" if len(conditions) == 1 else "conditions"
    return f"{len(conditions)} {what}. ↓ less is better."


def _plain(value: Any) -> str:
    """Write a value of a swept key for a reader."""
    return str(value).replace("_", " ")


def _series(figure: Figure, looks: dict[str, Look], others: list[str], top: float) -> None:
    """Name the series, and the keys that they are values of."""
    if others:
        keys = ", ".join(others)
        figure.text(LEFT, top - 0.022, keys, va="center", color=QUIET)
        style.legend(figure, looks, top, 0.02 + 0.0085 * len(keys))
