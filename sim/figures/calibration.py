"""A calibration: what was published and what is simulated, what is known, and what stays open."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.identification import IN_PART, NOT_AT_ALL, PINNED, PINNED_DOWN, RIDGE
from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET
from sim.study.calibration_tables import FITTED
from sim.study.headline import KAPPAS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study.calibrate import Calibration

#: The height of a row, in inches.
_ROW = 0.21

#: How far a statistic is drawn outside its band, in half-widths of it.
_REACH = 3.0

#: The bars of a histogram of ranks.
_BARS = 20


def draw(calibration: Calibration, folder: Path) -> list[Path]:
    """Draw the four figures of a calibration, as PNG and SVG."""
    files = []
    for name, lay_out in (
        ("targets", targets),
        ("identification", identification),
        ("recovery", recovery),
        ("headline", headline),
    ):
        files += style.write(partial(lay_out, calibration), folder, f"calibration_{name}")
    return files


def targets(calibration: Calibration) -> Figure:
    """Draw published bands beside what is simulated, each band as wide as the others."""
    table = calibration.table("targets")
    rows = [*table[table["use"] == "calibrate"].to_dict("records"), None]
    rows += table[table["use"] != "calibrate"].to_dict("records")
    tall = _ROW * len(rows)
    lines = style.foot_lines(
        "Grey: the published band, stretched to the same width for every target; grey tick: the "
        "published figure. Thin line: 90% of the worlds of the prior. Thick line: 90% of the "
        "posterior. Dot: the calibrated world, hollow and square where it lies outside. Arrows "
        "point at what lies beyond the figure. Below: reported, not fitted."
    )
    inside = int(table[table["use"] == "calibrate"]["calibrated_inside"].sum())
    many = len(table[table["use"] == "calibrate"])
    below = tall + 0.25 + LINE * len(lines) + 0.2
    figure, height = style.headed(
        below,
        "What was published, and what is simulated",
        f"{inside} of {many} calibrated statistics are inside their bands in the calibrated world.",
    )
    axes = figure.add_axes((0.27, (below - tall) / height, 0.55, tall / height))
    axes.set(xlim=(-_REACH, _REACH), ylim=(len(rows) - 0.5, -0.5))
    axes.axis("off")
    for y, row in enumerate(rows):
        if row is None:
            axes.plot([-_REACH - 2.8, _REACH + 1.8], [y, y], color=QUIET, lw=0.6, clip_on=False)
        else:
            _target(axes, y, {str(key): value for key, value in row.items()})
    style.foot(figure, lines, height)
    return figure


def _target(axes: Axes, y: int, row: dict[str, Any]) -> None:
    """Draw one target."""
    colours = style.palette()
    middle, half = 0.5 * (row["low"] + row["high"]), 0.5 * (row["high"] - row["low"])

    def place(value: float) -> float:
        return float(np.clip((value - middle) / half, -_REACH, _REACH))

    axes.fill_betweenx([y - 0.42, y + 0.42], -1.0, 1.0, color="#E4E4E4", lw=0, zorder=0)
    if not np.isnan(row["published"]):
        at = place(row["published"])
        axes.plot([at, at], [y - 0.42, y + 0.42], color="#9A9A9A", lw=1.4, zorder=1)
    for name, colour, width in (("prior", QUIET, 0.8), ("predicted", colours["blue"], 2.6)):
        ends = [place(row[f"{name}_low"]), place(row[f"{name}_high"])]
        if not np.isnan(ends).any():
            for end in (f"{name}_low", f"{name}_high"):
                if abs(row[end] - middle) > _REACH * half:
                    mark = "<" if row[end] < middle else ">"
                    axes.plot([place(row[end])], [y], mark, color=colour, ms=1.5 + width,
                              clip_on=False, zorder=2)  # fmt: skip
            axes.plot(ends, [y, y], color=colour, lw=width, solid_capstyle="butt", zorder=2)
    value, good = row["calibrated"], row["calibrated_inside"]
    if not np.isnan(value):
        beyond = abs((value - middle) / half) > _REACH
        marker = ("<" if value < middle else ">") if beyond else "o" if good else "s"
        colour = colours["blue"] if good else colours["orange"]
        axes.plot(
            [place(value)], [y], marker=marker, ms=5, mfc=colour if good else "white", mec=colour,
            mew=1.3, zorder=3, clip_on=False,
        )  # fmt: skip
    axes.text(-_REACH - 0.12, y, row["name"].replace("_", " "), ha="right", va="center", size=7.5)
    said = (
        f"{style.number(value, 2)}   [{style.number(row['low'], 2)}, "
        f"{style.number(row['high'], 2)}]"
    )
    axes.text(_REACH + 0.12, y, said, ha="left", va="center", size=7, color=INK)


def identification(calibration: Calibration) -> Figure:
    """Draw the posterior of every fitted parameter in standard deviations of its prior."""
    table = calibration.table("settings")
    own = table[table["status"] == FITTED].sort_values("posterior_sd").to_dict("records")
    tall = 0.25 * len(own)
    told = calibration.told
    known = sum(sd < PINNED for sd in told["directions"])
    lines = style.foot_lines(
        "Thick line: posterior mean ± 1.645 SD, on the scale on which the prior is standard "
        "normal; grey: the same of the prior. Filled circle: pinned, the posterior's SD is under "
        "half the prior's. Diamond: on a ridge, known only together with another parameter. Hollow "
        "circle: identified in part (blue; under four fifths) or not at all (grey)."
    )
    below = tall + 0.6 + LINE * len(lines) + 0.15
    figure, height = style.headed(
        below,
        "What the evidence pins, and what it does not",
        f"{told['fitted']} fitted parameters; pinned: {told['pinned']}, on ridges: "
        f"{told['on_ridges']}, in part: {told['in_part']}, not at all: {told['not_at_all']}. Known "
        f"to half the prior's SD: {known} of {len(told['directions'])} independent directions.",
    )
    axes = figure.add_axes((0.27, (below - tall) / height, 0.45, tall / height))
    axes.set(xlim=(-3.0, 3.0), ylim=(len(own) - 0.5, -0.5), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("SD of the prior, from its median")
    colours = style.palette()
    looks = {
        PINNED_DOWN: ("o", colours["blue"], colours["blue"]),
        RIDGE: ("D", colours["purple"], "white"),
        IN_PART: ("o", colours["blue"], "white"),
        NOT_AT_ALL: ("o", colours["grey"], "white"),
    }
    for y, row in enumerate(own):
        marker, edge, face = looks[row["finding"]]
        mean, half = row["posterior_mean"], 1.645 * row["posterior_sd"]
        axes.plot([-1.645, 1.645], [y, y], color=FAINT, lw=6, solid_capstyle="butt", zorder=0)
        axes.plot([mean - half, mean + half], [y, y], color=edge, lw=2, zorder=1)
        axes.plot([mean], [y], marker=marker, mec=edge, mfc=face, mew=1.2, ms=5.5, zorder=2)
        axes.text(-3.1, y, row["parameter"].replace("_", " "), ha="right", va="center", size=8)
        axes.text(
            3.15,
            y,
            f"{style.number(row['posterior_sd'], 2)}  {row['finding']}",
            va="center",
            size=8,
        )
    style.foot(figure, lines, height)
    return figure


def recovery(calibration: Calibration) -> Figure:
    """Draw the ranks of true values in their posteriors: pooled, and coverage by parameter."""
    table = calibration.table("recovery")
    own = calibration.table("settings")
    own = own[own["status"] == FITTED].sort_values("coverage")
    told = calibration.told
    lines = style.foot_lines(
        f"{told['truths']} worlds near the evidence played it in turn; each was looked for in all "
        "others. Left: where the true values lie in their posteriors, over all fitted parameters; "
        "flat, if posteriors are right (line; the band holds 99% of such bars if truths were "
        "independent). Right: how often intervals of 90% hold the truth, for each parameter."
    )
    tall = max(2.2, 0.17 * len(own))
    below = tall + 0.65 + LINE * len(lines) + 0.15
    figure, height = style.headed(
        below,
        "Does the method find back what is known?",
        f"Intervals of 90% hold the truth in {100 * told['coverage']:.1f}% of "
        f"{len(table):,} cases.",
    )
    bottom = (below - tall) / height
    axes = figure.add_axes((LEFT + 0.05, bottom, 0.36, tall / height))
    counts, _, _ = axes.hist(
        table["rank"], bins=_BARS, range=(0.0, 1.0), color="#8FBBD9", edgecolor="white"
    )
    expected = len(table) / _BARS
    half = 2.576 * np.sqrt(told["truths"] * own.shape[0] / _BARS * (1.0 - 1.0 / _BARS))
    axes.axhspan(expected - half, expected + half, color=FAINT, zorder=0)
    axes.axhline(expected, color=INK, lw=0.9)
    axes.set(xlabel="rank of the truth in its posterior", ylabel="cases", xlim=(0, 1))
    axes.set_ylim(0, 1.15 * max(float(np.max(counts)), expected + half))
    right = figure.add_axes((0.66, bottom, 0.3, tall / height))
    y = np.arange(len(own))
    right.axvspan(0.86, 0.94, color=FAINT, zorder=0)
    right.axvline(told["level"], color=INK, lw=0.9)
    right.plot(own["coverage"], y, "o", color=style.palette()["blue"], ms=4)
    right.set(xlabel="coverage of 90% intervals", xlim=(0.6, 1.0), ylim=(-0.5, len(own) - 0.5))
    right.set_yticks(y, [name.replace("_", " ") for name in own["parameter"]], size=7)
    style.foot(figure, lines, height)
    return figure


def headline(calibration: Calibration) -> Figure:
    """Draw the effect on symptom severity over the posterior, along kappa, and what is prior."""
    by_set = calibration.table("by_set")["symptom_severity"].to_numpy()
    along = calibration.table("along_kappa")
    along = along[along["step"] == "symptom_severity"].sort_values("kappa")
    (row,) = (
        one
        for one in calibration.table("headline").to_dict("records")
        if one["step"] == "symptom_severity"
    )
    ends = [-one["effect"] for one in calibration.told["extremes"]]
    lines = style.foot_lines(
        f"Left: one effect for each of {len(by_set)} sets of the posterior; triangles: the "
        "smallest and the largest effect an optimiser found while every target that is met stays "
        "in its band. Middle: median and 90% interval, if the same share κ of what is practised "
        "reaches the room in all sets. Right: the part of the variance over sets that comes from "
        "numbers which no target informs."
    )
    below = 2.4 + 0.62 + LINE * len(lines) + 0.15
    figure, height = style.headed(
        below,
        "What training does to symptoms, and how much of the answer is evidence",
        f"Effect on symptom severity at the end, in SD at intake: {style.number(row['median'])} "
        f"[{style.number(row['low'])}, {style.number(row['high'])}]; less is better.",
    )
    bottom, tall = (below - 2.4) / height, 2.4 / height
    blue = style.palette()["blue"]
    axes = figure.add_axes((LEFT + 0.045, bottom, 0.27, tall))
    axes.hist(by_set, bins=32, color="#8FBBD9", edgecolor="white")
    axes.axvline(0.0, color=INK, lw=0.9)
    axes.plot(ends, [0.0] * len(ends), "v", color=style.palette()["orange"], ms=7, clip_on=False)
    axes.set(xlabel="effect, SD", ylabel="sets")
    axes.locator_params(axis="x", nbins=5)
    middle = figure.add_axes((0.42, bottom, 0.25, tall))
    middle.fill_between(along["kappa"], along["low"], along["high"], color="#CFE3F1", lw=0)
    middle.plot(along["kappa"], along["median"], "o-", color=blue, ms=4)
    style.zero(middle)
    middle.set(xlabel="κ: share that reaches the room", ylabel="effect, SD", xticks=KAPPAS)
    right = figure.add_axes((0.83, bottom, 0.14, tall))
    names = {"of_kappa": "κ alone", "of_held": "never fitted", "of_prior": "prior alone"}
    for y, (key, name) in enumerate(names.items()):
        right.barh([y], [row[key]], color=blue if y == len(names) - 1 else "#8FBBD9", height=0.6)
        right.text(-0.05, y, f"{name}  {100 * row[key]:.0f}%", ha="right", va="center", size=8)
    right.set(xlim=(0, 1), yticks=[], xticks=[0, 0.5, 1.0], ylim=(len(names) - 0.5, -0.5))
    right.set_xlabel("share of variance")
    style.foot(figure, lines, height)
    return figure
