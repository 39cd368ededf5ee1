"""Trajectories: what patients go through from session to session, with and without training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import FAINT, LEFT, QUIET, Look
from sim.study.courses import COURSES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Heights in inches: of the panels, of the gaps between their rows, and of the legend.
_TALL, _SHORT, _STRIP, _GAP, _LEGEND = 2.05, 1.35, 0.85, 0.22, 0.72

#: How far to the right of the last session the waves after it stand, as a share of the sessions.
_AFTER = {"end": 0.16, "follow-up": 0.36}

_SMALL: dict[str, Any] = {"color": QUIET, "size": 8}


def lay_out(table: pd.DataFrame, question: str, reference: str, note: str = "") -> Figure:
    """Draw four states over the sessions, their differences, and who is still in treatment.

    Parameters
    ----------
    table : DataFrame
        What `sim.study.courses.table` gave.
    question : str
        What is compared.
    reference : str
        The arm that others are held against.
    note : str, optional
        Where the numbers come from.
    """
    from matplotlib.ticker import MaxNLocator

    looks = style.series(list(dict.fromkeys(table["arm"])), reference)
    of_whom = "the same patients, in treatment in both arms"
    lines = style.foot_lines(
        "Above: mean (line) and middle 80% (band) of the patients still in treatment; at the "
        "scheduled end and at follow-up (f-up) of all patients, treated or not (dot and bar). "
        f"Middle: difference from {reference}, with 95% Monte Carlo interval; in sessions of "
        f"{of_whom if _paired(table, reference) else 'the patients still in treatment'}. "
        "Left: share of patients still in treatment.",
        note,
        characters=108,
    )
    below = _LEGEND + _TALL + _SHORT + _STRIP + 2.0 * _GAP + 0.70
    figure, height = style.headed(below, "What patients go through, session by session", question)
    style.legend(figure, looks, below / height)
    style.less_is_better(figure, below / height)
    left, right, gap = 0.078, 1.0 - LEFT + 0.008, 0.05
    wide = (right - left - gap * (len(COURSES) - 1)) / len(COURSES)
    top = (below - _LEGEND) / height
    rows = {}
    for name, tall in (("state", _TALL), ("difference", _SHORT), ("staying", _STRIP)):
        rows[name] = (top - tall / height, tall / height)
        top -= (tall + _GAP) / height
    labelled = []
    for i, name in enumerate(COURSES):
        own, course = table[table["quantity"] == name], COURSES[name]
        place = left + i * (wide + gap)
        state, difference = (
            figure.add_axes((place, rows[row][0], wide, rows[row][1]))
            for row in ("state", "difference")
        )
        _state(state, own, looks)
        _differences(difference, own, looks, reference)
        label = course.label + (" ↓" if course.better < 0 else "")
        for y, words, how in ((1.115, label, {"weight": "bold"}), (1.03, course.unit, _SMALL)):
            state.text(0.0, y, words, transform=state.transAxes, **how)
        same_unit = table["quantity"].map(lambda q, unit=course.unit: COURSES[q].unit == unit)
        difference.set_ylim(*_span(table[same_unit]))
        _sessions(state, own, waves=course.lasts, named=False)
        _sessions(difference, own, waves=course.lasts)
        for axes, most in ((state, 6), (difference, 5)):
            axes.yaxis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 5, 10]))
        difference.set_xlabel("Session", labelpad=2)
        if i == 0:
            staying = figure.add_axes(
                (place, rows["staying"][0] - 0.28 / height, wide, _STRIP / height)
            )
            _staying(staying, own, looks)
            _sessions(staying, own, waves=True)
            staying.set_xticks([t for t in staying.get_xticks() if t <= _last(own)])
            labelled = [(state, "State"), (difference, "Difference"), (staying, "In treatment")]
    for axes, words in labelled:
        axes.set_ylabel(words)
    figure.align_ylabels([axes for axes, _ in labelled])
    figure.text(
        left + wide + gap - 0.02,
        rows["staying"][0] + (_STRIP - 0.26) / height,
        "\n".join(lines),
        va="top",
        size=8,
        color=QUIET,
        linespacing=1.45,
    )
    return figure


def _state(axes: Axes, own: pd.DataFrame, looks: dict[str, Look]) -> None:
    """Draw means and bands."""
    for i, (arm, look) in enumerate(looks.items()):
        rows = own[(own["arm"] == arm) & (own["wave"] == "session")].sort_values("session")
        x = rows["session"].to_numpy()
        axes.fill_between(
            x, rows["low"], rows["high"], color=look.colour, alpha=0.13, linewidth=0, zorder=1
        )
        for edge in ("low", "high"):
            axes.plot(
                x, rows[edge], color=look.colour, linestyle=look.line, linewidth=0.6, alpha=0.7
            )
        axes.plot(x, rows["mean"], color=look.colour, linestyle=look.line, linewidth=1.7, zorder=3)
        for wave in _AFTER:
            for row in own[(own["arm"] == arm) & (own["wave"] == wave)].to_dict("records"):
                at = _place(own, wave) + _aside(own, i, len(looks))
                axes.plot([at, at], [row["low"], row["high"]], color=look.colour, linewidth=1.1)
                axes.plot(at, row["mean"], linestyle="none", zorder=4, **look.dots)


def _differences(axes: Axes, own: pd.DataFrame, looks: dict[str, Look], reference: str) -> None:
    """Draw how far the other arms are from the reference."""
    style.zero(axes, linestyle=looks[reference].line, color=looks[reference].colour)
    for i, (arm, look) in enumerate(looks.items()):
        if arm == reference:
            continue
        rows = own[(own["arm"] == arm) & (own["wave"] == "session")].sort_values("session")
        x = rows["session"].to_numpy()
        axes.fill_between(
            x,
            rows["difference_low"],
            rows["difference_high"],
            color=look.colour,
            alpha=0.25,
            linewidth=0,
        )
        axes.plot(x, rows["difference"], color=look.colour, linestyle=look.line, linewidth=1.5)
        for wave in _AFTER:
            for row in own[(own["arm"] == arm) & (own["wave"] == wave)].to_dict("records"):
                at = _place(own, wave) + _aside(own, i, len(looks))
                ends = [row["difference_low"], row["difference_high"]]
                axes.plot([at, at], ends, color=look.colour, linewidth=1.1)
                axes.plot(at, row["difference"], linestyle="none", zorder=4, **look.dots)


def _staying(axes: Axes, own: pd.DataFrame, looks: dict[str, Look]) -> None:
    """Draw the share of patients still in treatment."""
    from matplotlib.ticker import PercentFormatter

    for arm, look in looks.items():
        rows = own[(own["arm"] == arm) & (own["wave"] == "session")].sort_values("session")
        axes.plot(
            rows["session"],
            rows["in_treatment"],
            color=look.colour,
            linestyle=look.line,
            linewidth=1.3,
        )
    axes.set_ylim(0.0, 1.06)
    axes.set_yticks([0.0, 0.5, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _sessions(axes: Axes, own: pd.DataFrame, *, waves: bool, named: bool = True) -> None:
    """Mark sessions, and the waves after them, on the axis below."""
    last = _last(own)
    ticks: list[float] = [1, *(t for t in _steps(last) if t > 1)]
    labels = [f"{t:g}" for t in ticks]
    end = last + 0.5
    if waves:
        ticks += [_place(own, wave) for wave in _AFTER]
        labels += ["end", "f-up"]
        end = _place(own, "follow-up") + 0.09 * last
        axes.axvline(last + 0.06 * last, color=FAINT, linewidth=0.8, zorder=0)
    axes.set_xlim(1 - 0.03 * last, end)
    axes.set_xticks(ticks, labels if named else [""] * len(ticks))
    axes.tick_params(length=2.5, pad=2)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def _steps(last: int) -> list[int]:
    """Choose about four sessions to mark."""
    step = next(step for step in (1, 2, 5, 6, 10, 20, 25, 50, 100, 1000) if last <= 4 * step)
    return list(range(step, last + 1, step))


def _last(own: pd.DataFrame) -> int:
    return max(1, int(own["session"].max()))


def _place(own: pd.DataFrame, wave: str) -> float:
    """Tell where a wave after the sessions stands."""
    return _last(own) * (1.0 + _AFTER[wave])


def _aside(own: pd.DataFrame, i: int, of: int) -> float:
    """Tell how far beside its place an arm stands, lest arms hide each other."""
    return _last(own) * 0.05 * (i - 0.5 * (of - 1))


def _span(table: pd.DataFrame) -> tuple[float, float]:
    """Choose the ends of the axis of differences, zero always in sight."""
    ends = table[["difference", "difference_low", "difference_high"]]
    low, high = min(0.0, float(ends.min().min())), max(0.0, float(ends.max().max()))
    if not high - low > 1e-9:  # noqa: PLR2004 - nothing to show
        return -0.1, 0.1
    margin = 0.08 * (high - low)
    return low - margin, high + margin


def _paired(table: pd.DataFrame, reference: str) -> bool:
    """Tell whether arms are of the same people: then nothing differs at the first session."""
    first = table[(table["session"] == 1) & (table["arm"] != reference)]
    return bool((first.loc[first["quantity"] == "symptom_severity", "difference"] == 0.0).all())
