"""What is believed: power, or the effect of training, over sets of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures import style
from sim.figures.style import INK, LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results import Results

_TALL = 2.5

#: So many bars make a histogram.
BARS = 30


def assurance(results: Results, question: str, note: str = "") -> Figure:
    """Draw power over sets of parameters, and what makes a single trial's success uncertain.

    Parameters
    ----------
    results : Results
        Of ``attune assurance``.
    question : str
        What was asked.
    note : str, optional
        What the numbers are not.
    """
    (row,) = results.table("assurance").to_dict("records")
    sets = results.table("sets")
    small = (
        f"Left: power under {row['sets']} sets of parameters, {row['trials_of_a_set']} trials of "
        "each, freed of the Monte Carlo error of single sets; line: their mean, the assurance, "
        "with its 95% Monte Carlo interval; broken line: the power aimed for. Right: the variance "
        "of a single trial's success, by the law of total variance."
    )
    figure, axes, height, lines = _panel("How sure is that power", question, small, note, 0.60)
    axes.hist(sets["shrunk"], bins=BARS, range=(0.0, 1.0), color=style.palette()["blue"], alpha=0.6)
    axes.axvspan(row["mean_low"], row["mean_high"], color=style.palette()["orange"], alpha=0.25)
    axes.axvline(row["mean"], color=style.palette()["orange"], linewidth=1.8)
    axes.axvline(row["target"], color=INK, linewidth=0.9, linestyle="--")
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("power")
    axes.set_ylabel("sets of parameters")
    box = axes.get_position()
    beside = figure.add_axes((0.76, box.y0, 0.21, box.height))
    _parts(beside, row)
    style.foot(figure, lines, height)
    return figure


def effects(results: Results, question: str, note: str = "") -> Figure:
    """Draw the effects that are predicted, beside the one that a design detects.

    Parameters
    ----------
    results : Results
        Of ``attune detectable``.
    question : str
        What was asked.
    note : str, optional
        What the numbers are not.
    """
    (row,) = results.table("detectable").to_dict("records")
    found = results.table("effects")
    small = (
        f"Effects of being assigned to training under {row['sets']} sets of parameters, in SD of "
        "the outcome; above 0 patients do better. Blue line: 95% of the sets, the dot their "
        f"median. Orange: the effect that this design finds with {100 * row['target']:g}% power, "
        "with its 95% Monte Carlo interval."
    )
    figure, axes, height, lines = _panel("Is there such an effect", question, small, note, 0.88)
    colours = style.palette()
    axes.hist(found["better_by"], bins=BARS, color=colours["blue"], alpha=0.6)
    axes.axvspan(
        row["standardised_low"], row["standardised_high"], color=colours["orange"], alpha=0.25
    )
    axes.axvline(row["standardised"], color=colours["orange"], linewidth=1.8)
    beyond = row["standardised"] > row["high"]
    axes.annotate(
        f"detectable: {row['standardised']:.2f} SD",
        (row["standardised_low"] if beyond else row["standardised_high"], 0.95),
        xycoords=("data", "axes fraction"),
        ha="right" if beyond else "left",
        va="top",
        color=colours["orange"],
        weight="bold",
        xytext=(-5 if beyond else 5, 0),
        textcoords="offset points",
    )
    axes.axvline(0.0, color=INK, linewidth=0.9)
    y = -0.06 * axes.get_ylim()[1]
    axes.plot([row["low"], row["high"]], [y, y], color=colours["blue"], linewidth=2, clip_on=False)
    axes.plot([row["median"]], [y], "o", color=colours["blue"], markersize=4.5, clip_on=False)
    axes.set_ylim(bottom=1.8 * y)
    axes.set_xlabel(f"effect: {row['label']}, SD")
    axes.set_ylabel("sets of parameters")
    style.foot(figure, lines, height)
    return figure


def _panel(
    title: str, question: str, small: str, note: str, wide: float
) -> tuple[Figure, Axes, float, list[str]]:
    """Make a figure with one panel at the left."""
    lines = style.foot_lines(small, note)
    figure, height = style.headed(_TALL + 0.6 + LINE * len(lines), title, question)
    bottom = (LINE * len(lines) + 0.5) / height
    axes = figure.add_axes((0.085, bottom, wide, _TALL / height))
    return figure, axes, height, lines


def _parts(axes: Axes, row: dict[Any, Any]) -> None:
    """Draw the parts of the variance of a single trial's success."""
    whole = row["luck"] + row["ignorance"]
    if not whole > 0.0:
        axes.set_axis_off()
        return
    prior = row["prior_alone"]
    ignorance = 100.0 * row["ignorance"] / whole
    parts = {"luck in the trial": 100.0 * row["luck"] / whole}
    if prior == prior:  # noqa: PLR0124
        shared, alone = {
            "prior": ("numbers with evidence", "assumed numbers"),
            "posterior": ("fitted numbers", "numbers not fitted"),
        }[row["over"]]
        parts |= {shared: ignorance * (1.0 - prior), alone: ignorance * prior}
    else:
        parts |= {"not knowing the numbers": ignorance}
    colours = style.palette()
    shown = [colours["grey"], colours["green"], colours["purple"]]
    axes.barh(range(len(parts)), list(parts.values()), color=shown[: len(parts)], height=0.55)
    for i, (name, share) in enumerate(parts.items()):
        axes.text(0.0, i - 0.38, f"{name}: {share:.1f}%", va="bottom", size=8)
    axes.set_ylim(len(parts) - 0.4, -0.75)
    axes.set_xlim(0.0, 100.0)
    axes.set_yticks([])
    axes.set_xlabel("% of the variance of success")
