"""Around ruptures: the alliance before and after, by what became of the rupture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.figures import style
from sim.figures.style import FAINT, LEFT, LINE, QUIET, Look
from sim.study.around_ruptures import FATES, REACH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Heights in inches: of the panels, of a row of counts, of the legend.
_TALL, _COUNT, _LEGEND = 2.6, 0.165, 0.72

#: The fates, as the rows of counts are named.
_SHORT = {
    "repaired": "repaired",
    "failed": "not repaired",
    "missed": "missed",
    "none": "no rupture",
}

#: Arms side by side, at most.
_PANELS = 3


def lay_out(table: pd.DataFrame, question: str, note: str = "") -> Figure:
    """Draw the alliance around ruptures, a panel an arm, with the number of dyads below.

    Parameters
    ----------
    table : DataFrame
        What `sim.study.around_ruptures.table` gave.
    question : str
        What is compared.
    note : str, optional
        Where the numbers come from.
    """
    there = list(dict.fromkeys(table["arm"]))
    arms = there[:_PANELS]
    looks = fates()
    lines = style.foot_lines(
        "Mean difference of the alliance (level 0–1) from the same dyad's mean over the four "
        "sessions before, with 95% Monte Carlo interval. A rupture counts if it was the only one "
        "that began in its session and none was open before; it is sorted by what had become of it "
        "by the end of that session, so one that was missed or not repaired may be repaired "
        "later. Below: dyads that still meet. Those who leave drop out of the mean.",
        *([f"The first {_PANELS} of {len(there)} arms."] if len(there) > _PANELS else []),
        note,
    )
    counts = 0.62 + _COUNT * len(looks)
    below = _LEGEND + _TALL + counts + 0.30 + LINE * len(lines)
    figure, height = style.headed(below, "The alliance around ruptures", question)
    left, gap = 0.20, 0.045
    wide = (1.0 - LEFT - left - gap * (len(arms) - 1)) / max(1, len(arms))
    bottom = (below - _LEGEND - _TALL) / height
    first: Axes | None = None
    for i, arm in enumerate(arms):
        axes = figure.add_axes(
            (left + i * (wide + gap), bottom, wide, _TALL / height), sharey=first
        )
        own = table[table["arm"] == arm]
        _panel(axes, own, looks)
        _counts(axes, own, looks, named=first is None)
        axes.set_title(str(arm), loc="left", weight="bold")
        short = len(arms) > 2  # noqa: PLR2004 - two are wide enough
        words = "Sessions from rupture" if short else "Sessions from the one in which it began"
        axes.set_xlabel(words, labelpad=2)
        if first is None:
            axes.set_ylabel("Alliance, difference from before")
        else:
            axes.tick_params(axis="y", labelleft=False)
        first = first or axes
    if first is None:
        message = "Nobody met long enough for sessions before and after a rupture."
        figure.text(LEFT, bottom + 0.5 * _TALL / height, message, color=QUIET)
    style.legend(figure, {FATES[fate]: look for fate, look in looks.items()}, below / height)
    style.foot(figure, lines, height)
    return figure


def fates() -> dict[str, Look]:
    """Give every fate of a rupture its look."""
    colours = style.palette()
    return {
        "repaired": Look(colours["blue"], "-", "o"),
        "failed": Look(colours["orange"], "--", "D"),
        "missed": Look("#222222", ":", "s"),
        "none": Look("#999999", "-", "o", filled=False),
    }


def _panel(axes: Axes, own: pd.DataFrame, looks: dict[str, Look]) -> None:
    """Draw one arm."""
    axes.axvspan(-0.5, 0.5, color="#F5F5F5", zorder=0)
    style.zero(axes)
    for fate in reversed(looks):
        rows, look = own[own["fate"] == fate].sort_values("offset"), looks[fate]
        thin = 1.0 if fate == "none" else 1.5
        x = rows["offset"]
        axes.fill_between(x, rows["low"], rows["high"], color=look.colour, alpha=0.16, linewidth=0)
        axes.plot(
            x, rows["mean"], color=look.colour, linestyle=look.line, linewidth=thin, **look.dots
        )
    axes.set_xlim(-REACH - 0.5, REACH + 0.5)
    axes.set_xticks(range(-REACH, REACH + 1), [_signed(k) for k in range(-REACH, REACH + 1)])
    axes.tick_params(length=2.5, pad=2)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def _counts(axes: Axes, own: pd.DataFrame, looks: dict[str, Look], *, named: bool) -> None:
    """Write the number of dyads below the axis."""
    for i, (fate, look) in enumerate(looks.items()):
        y = -(0.52 + _COUNT * i) / _TALL
        at = own[own["fate"] == fate].set_index("offset")["dyads"]
        for offset, dyads in at.items():
            axes.text(
                float(str(offset)),
                y,
                style.count(dyads),
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="center_baseline",
                size=7.5,
                color=QUIET,
            )
        if named:
            axes.annotate(
                _SHORT[fate],
                (0.0, y),
                xycoords="axes fraction",
                xytext=(-22, 0),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                size=8,
                color=look.colour if fate != "none" else QUIET,
                annotation_clip=False,
            )


def _signed(k: int) -> str:
    return f"+{k}" if k > 0 else str(k).replace("-", "−")
