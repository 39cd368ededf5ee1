"""A session as a strip: ruptures, the bowl, presence, closeness and what was felt, in both worlds.

Below the strip stands the alliance over the whole treatment, with the sessions told shaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET, Look
from sim.study import open_rupture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.partings import Row, Twin
    from sim.study.session_log import SessionLog

#: Heights in inches: of the panels from the top down, of the gaps, of the legend.
_LANES, _PANEL, _COURSE, _GAP, _LEGEND = 0.62, 0.78, 1.05, 0.16, 0.30

#: Five minutes stand between two sessions, drawn as this many.
_BETWEEN = 1.5

#: Where the panels begin, as a share of the width.
_MARGIN = 0.125

#: The panels of five minutes: column, what it is called, and its limits.
_PANELS = (
    ("load", "Bowl", (None, None)),
    ("presence", "Presence", (0.0, 1.0)),
    ("closeness", "Closeness", (None, None)),
    ("felt_attunement", "Felt", (0.0, None)),
)

#: What is drawn on the lane of a rupture: marker, and whether it is filled.
_MARKS = {
    "rupture begins": ("v", True),
    "noticed": ("o", False),
    "tried, not settled": ("x", True),
    "worked through": ("o", True),
    "hostile act": ("*", True),
}


def lay_out(log: SessionLog) -> Figure:
    """Draw the sessions of a log, both worlds over each other.

    Parameters
    ----------
    log : SessionLog
        What `sim.study.session_log.session_log` gave.
    """
    looks = style.series([log.told.arm, log.twin.arm], reference=log.told.arm)
    lines = style.foot_lines(
        "Bowl: load, and the capacity as a thin line; a triangle where it ran over (what is drawn "
        "is what was left in it). Presence: a cross where the therapist lost the thread, a circle "
        "where that was caught. Closeness: offered, against what the patient wanted (black). "
        "Ruptures: hatched while unnoticed. Upright line: here the two part. Same people, same "
        "luck: true for these draws."
    )
    panels = _LANES + len(_PANELS) * (_PANEL + _GAP) + 0.48 + _COURSE
    below = _LEGEND + panels + 0.42 + LINE * len(lines)
    who = f"Therapist {log.therapist} with patient {log.patient}, replicate {log.replicate}"
    figure, height = style.headed(below, _title(log), who)
    left, wide = _MARGIN, 1.0 - LEFT - _MARGIN
    top = (below - _LEGEND) / height
    worlds = {log.told.arm: log.told, log.twin.arm: log.twin}

    def place(inches: float) -> Axes:
        nonlocal top
        top -= inches / height
        return figure.add_axes((left, top, wide, inches / height))

    lanes = place(_LANES)
    _lanes(lanes, log, worlds, looks)
    for column, label, limits in _PANELS:
        top -= _GAP / height
        axes = place(_PANEL)
        _panel(axes, log, worlds, looks, column)
        axes.set_ylim(*limits)
        if column == "load":
            axes.set_ylim(0.0, 1.12 * axes.dataLim.y1)
        _name(axes, label)
        axes.sharex(lanes)
        axes.tick_params(axis="x", labelbottom=column == _PANELS[-1][0], length=2.5)
    axes.set_xlabel("Minutes" if len(log.numbers) == 1 else "Minutes of each session", labelpad=1)
    top -= 0.48 / height
    _course(place(_COURSE), log, worlds, looks)
    style.legend(figure, looks, below / height, left=0.0)
    style.foot(figure, lines, height)
    return figure


def _title(log: SessionLog) -> str:
    """Name the sessions."""
    numbers = [str(number) for number in log.numbers]
    return f"Session{'s' if len(numbers) > 1 else ''} {' and '.join(numbers)}"


def _x(log: SessionLog, number: int, index: int) -> float:
    """Tell where five minutes stand: their middle, counted in segments from the left."""
    segments = log.results.config.setting.segments
    return log.numbers.index(number) * (segments + _BETWEEN) + index - 0.5


def _sessions(axes: Axes, log: SessionLog) -> None:
    """Mark where sessions begin and end, and the place where the twins part."""
    segments = log.results.config.setting.segments
    ticks = [0, segments // 2, segments]
    at, said = [], []
    for k, number in enumerate(log.numbers):
        start = k * (segments + _BETWEEN)
        axes.axvspan(start, start + segments, color="#F6F6F6", zorder=0, linewidth=0)
        at += [start + tick for tick in ticks]
        said += [str(tick * log.minutes) for tick in ticks]
        if log.parting is not None and log.parting.session == number:
            axes.axvline(start + max(0, log.parting.segment - 1), color=INK, linewidth=0.8)
    axes.set_xlim(0.0, len(log.numbers) * (segments + _BETWEEN) - _BETWEEN)
    axes.set_xticks(at, said)


def _lanes(axes: Axes, log: SessionLog, worlds: dict[str, Twin], looks: dict[str, Look]) -> None:
    """Draw the ruptures of each world on a lane of its own."""
    _sessions(axes, log)
    for lane, (arm, twin) in enumerate(worlds.items()):
        look, y = looks[arm], 1.0 - lane
        _, standing = open_rupture.follow(twin)
        for (number, index), row in twin.segments.items():
            if number not in log.numbers:
                continue
            x = _x(log, number, index)
            if standing[number, index] != "none":
                hatched = standing[number, index] == "unnoticed"
                axes.barh(
                    y,
                    1.0,
                    left=x - 0.5,
                    height=0.5,
                    color="white" if hatched else look.colour,
                    alpha=1.0 if hatched else 0.28,
                    edgecolor=look.colour if hatched else "none",
                    hatch="////" if hatched else None,
                    linewidth=0.0,
                )
            for mark in _happened(row):
                marker, filled = _MARKS[mark]
                face = look.colour if filled else "white"
                axes.scatter(
                    x,
                    y,
                    s=26,
                    marker=marker,
                    c=look.colour if marker == "x" else face,
                    edgecolors=None if marker == "x" else look.colour,
                    zorder=3,
                )
    axes.set_ylim(-0.6, 1.6)
    axes.set_yticks([1.0, 0.0], list(worlds))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelbottom=False, length=2.5)
    axes.set_title(_key(), loc="right", size=8, color=QUIET, pad=3)


def _key() -> str:
    """Say what the marks mean, with signs that look like them."""
    signs = {"v": "▼", "x": "×", "*": "★"}
    said = [
        f"{signs.get(marker, '●' if filled else '○')} {mark}"
        for mark, (marker, filled) in _MARKS.items()
    ]
    return "   ".join(said)


def _happened(row: Row) -> list[str]:
    """List the marks of five minutes."""
    working = row["working_through"]
    happened = {
        "rupture begins": row["rupture_begins"],
        "noticed": row["noticed"],
        "tried, not settled": working not in {"not_tried", "worked_through"},
        "worked through": working == "worked_through",
        "hostile act": row["hostile"],
    }
    return [mark for mark in _MARKS if happened[mark]]


def _panel(
    axes: Axes, log: SessionLog, worlds: dict[str, Twin], looks: dict[str, Look], column: str
) -> None:
    """Draw one state over five-minute segments, a line for each world."""
    _sessions(axes, log)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    for arm, twin in reversed(worlds.items()):  # the broken line over the whole one
        look = looks[arm]
        for number in log.numbers:
            rows = [row for (n, _), row in twin.segments.items() if n == number]
            x = [_x(log, number, row["segment"]) for row in rows]
            y = [row[column] for row in rows]
            axes.plot(x, y, color=look.colour, linestyle=look.line, linewidth=1.4)
            if column == "load":
                full = [row["capacity"] for row in rows]
                axes.plot(x, full, color=look.colour, linestyle=look.line, linewidth=0.7)
                over = [
                    (a, b)
                    for a, b, row in zip(x, y, rows, strict=True)
                    if row["overflow"] != "held"
                ]
                _dots(axes, over, look, "^", filled=look.filled)
            if column == "presence":
                at = list(zip(x, y, rows, strict=True))
                slips = [(a, b) for a, b, row in at if row["lapse"] and not row["caught"]]
                _dots(axes, slips, look, "x", filled=True)
                _dots(axes, [(a, b) for a, b, row in at if row["caught"]], look, "o", filled=False)
            if column == "closeness" and twin is log.told:
                axes.plot(x, [row["need"] for row in rows], color=INK, linewidth=0.9, zorder=1)
    axes.locator_params(axis="y", nbins=3)
    axes.tick_params(axis="y", length=2.5, pad=2)


def _dots(
    axes: Axes, at: Sequence[tuple[float, float]], look: Look, marker: str, *, filled: bool
) -> None:
    """Mark places on a line."""
    for x, y in at:
        face = look.colour if filled or marker == "x" else "white"
        axes.plot(
            x,
            y,
            marker=marker,
            color=look.colour,
            markerfacecolor=face,
            markersize=5.5,
            linestyle="none",
            zorder=4,
        )


def _name(axes: Axes, label: str) -> None:
    """Write what a panel shows at the margin, where all names begin."""
    axes.set_ylabel(label, rotation=0, ha="left", va="center")
    axes.yaxis.set_label_coords((LEFT - _MARGIN) / (1.0 - LEFT - _MARGIN), 0.5)


def _course(axes: Axes, log: SessionLog, worlds: dict[str, Twin], looks: dict[str, Look]) -> None:
    """Draw the alliance over the treatment, with the sessions told shaded."""
    for number in log.numbers:
        axes.axvspan(number - 0.5, number + 0.5, color="#EBEBEB", zorder=0, linewidth=0)
    for arm, twin in reversed(worlds.items()):
        look, numbers = looks[arm], list(twin.sessions)
        alliance = [row["alliance"] for row in twin.sessions.values()]
        axes.plot(numbers, alliance, color=look.colour, linestyle=look.line, linewidth=1.4)
        left = [(n, row["alliance"]) for n, row in twin.sessions.items() if row["rupture_open"]]
        _dots(axes, left, look, "o", filled=look.filled)
    _name(axes, "Alliance")
    axes.set_xlabel("Session; a dot where it left a rupture open", labelpad=1)
    axes.set_xlim(0.5, max(*log.told.sessions, *log.twin.sessions) + 0.5)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", nbins=3)
    axes.tick_params(length=2.5, pad=2)
