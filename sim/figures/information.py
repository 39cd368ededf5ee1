"""What knowing would be worth: link by link, and along what training costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, INK, LINE, QUIET
from sim.sensitivity.information import SURE
from sim.study.sensitivity_words import EVERYTHING, RUPTURES
from sim.study.worlds_lived import LOOKED_AT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.sensitivity import Sensitivity

#: So many links are drawn, and so many of them along the cost.
_MANY, _FEW = 10, 3

#: The height of a row, in inches.
_ROW = 0.24


def lay_out(done: Sensitivity) -> Figure:
    """Draw the links that are worth most to know, and their worth along the cost of training.

    Parameters
    ----------
    done : Sensitivity
        What `sim.study.sensitivity.sensitivity` gave.
    """
    asked = done.results.config.sensitivity
    table = shown(done.table("information"))
    rows = table.to_dict("records")
    what = LOOKED_AT[asked.value].label.lower()
    lines = style.foot_lines(
        f"Worth: by how much better, in SD of {what} for each patient, the choice between no "
        "training and all ways of training would be on average, if the numbers of a link were "
        "known before choosing. Left: at the cost of training at which that is most, with two "
        "standard errors. Filled: nobody has measured it; pale: within what chance makes of a "
        "hundred links. Right: along that cost. Choices were "
        "made by fits and judged in other worlds, so noise alone stays pale.",
        done.caution,
    )
    tall = max(_ROW * len(rows), 2.0)
    below = tall + 0.75 + LINE * len(lines)
    figure, height = style.headed(below, "What a study would be worth", done.question)
    bottom = (below - tall - 0.2) / height
    _bars(figure.add_axes((0.28, bottom, 0.26, tall / height)), rows)
    _along(figure.add_axes((0.70, bottom, 0.28, tall / height)), done, rows)
    style.foot(figure, lines, height)
    return figure


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Take the links that are worth most, what T90 asks for, and all numbers at once, last."""
    beside = table["link"].isin([RUPTURES, EVERYTHING])
    links = table[~beside].sort_values("most", ascending=False, kind="stable").head(_MANY)
    import pandas as pd

    last = [table[table["link"] == name] for name in (RUPTURES, EVERYTHING)]
    return pd.concat([links, *last], ignore_index=True)


def _bars(axes: Axes, rows: list[dict[Any, Any]]) -> None:
    """Draw the worth of each link where it is most."""
    blue = style.palette()["blue"]
    for y, row in enumerate(rows):
        beside = row["link"] in {RUPTURES, EVERYTHING}
        colour = QUIET if row["link"] == EVERYTHING else blue
        half = 2.0 * row["most_error"]
        sure = 1.0 if row["most"] > SURE * row["most_error"] else 0.4
        axes.plot([0.0, row["most"]], [y, y], color=colour, linewidth=1.2, alpha=0.5)
        axes.errorbar(
            row["most"], y, xerr=[[min(half, row["most"])], [half]], color=colour, marker="o",
            markersize=5, markerfacecolor="white" if row["measured"] else colour, elinewidth=1.0,
            alpha=sure,
        )  # fmt: skip
        said = row["link"] if beside else row["link"].replace(".", ": ").replace("_", " ")
        axes.text(
            -0.03, y, said, transform=axes.get_yaxis_transform(), ha="right", va="center", size=8,
            color=QUIET if row["link"] == EVERYTHING else INK,
            weight="bold" if row["link"] == RUPTURES else "normal",
        )  # fmt: skip
        axes.text(
            1.02, y, f"at {row['at_cost']:.3f}", transform=axes.get_yaxis_transform(),
            va="center", size=7, color=QUIET,
        )  # fmt: skip
    axes.set(ylim=(len(rows) - 0.5, -0.5), yticks=[], xlim=(0.0, None))
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("worth, SD a patient; at that cost", labelpad=2)


def _along(axes: Axes, done: Sensitivity, rows: list[dict[Any, Any]]) -> None:
    """Draw worth along the cost of training."""
    table = done.table("along_cost")
    links = [row["link"] for row in rows if row["link"] not in {RUPTURES, EVERYTHING}][:_FEW]
    links += [row["link"] for row in rows if row["link"] == RUPTURES]
    looks = style.series(links)
    for name in links:
        own = table[table["link"] == name]
        look = looks[name]
        label = name if name == RUPTURES else name.replace(".", ": ").replace("_", " ")
        axes.plot(
            own["cost"], own["value"], color=look.colour, linestyle=look.line, label=label,
            **look.dots,
        )  # fmt: skip
    cost = done.results.config.sensitivity.cost
    axes.axvline(cost, color=QUIET, linewidth=0.9, linestyle=":")
    axes.set(xlabel="cost of training, SD a patient", ylabel="worth, SD a patient")
    axes.set_ylim(0.0, 1.4 * axes.get_ylim()[1])  # room for the names
    axes.legend(frameon=False, fontsize=7, loc="upper right")
