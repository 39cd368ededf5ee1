"""The look that all figures share.

Colours are safe for the colour-blind and never say anything alone: shape, position and number
say it too. Fonts ship with matplotlib and files carry no dates, so a figure of the same numbers
is the same file.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 9.0
DPI = 200

INK, QUIET, FAINT = "#222222", "#666666", "#DDDDDD"

#: The margin of every figure, as a share of its width.
LEFT = 0.02

#: A line of small print, in inches, and about how many characters it takes.
LINE, CHARACTERS = 0.163, 150

#: A thousand, from where on counts are written in thousands with one digit, and without.
_THOUSAND, _TEN_THOUSAND = 1000, 10000


class Look(NamedTuple):
    """How something looks: colour, line, marker, and whether the marker is filled."""

    colour: str
    line: Any
    marker: str
    filled: bool = True

    @property
    def dots(self) -> dict[str, Any]:
        """Give the style of a marker."""
        return {
            "marker": self.marker,
            "markersize": 4.5,
            "markerfacecolor": self.colour if self.filled else "white",
            "markeredgecolor": self.colour,
            "markeredgewidth": 1.1,
        }


def style() -> Any:
    """Give matplotlib's settings for every figure of ours."""
    import seaborn as sns

    return {
        **sns.axes_style("ticks"),
        **sns.plotting_context("paper"),
        "font.family": "DejaVu Sans",
        "font.size": 8.5,
        "text.color": INK,
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "axes.labelsize": 8.5,
        "axes.titlesize": 8.5,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "xtick.color": QUIET,
        "xtick.labelsize": 8.0,
        "ytick.color": QUIET,
        "ytick.labelsize": 8.0,
        "legend.fontsize": 8.5,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "attune",
        "svg.fonttype": "path",
    }


def palette() -> dict[str, str]:
    """Give the colours by name: seaborn's for the colour-blind."""
    import seaborn as sns

    blue, _, green, orange, purple = sns.color_palette("colorblind").as_hex()[:5]
    return {"blue": blue, "orange": orange, "green": green, "purple": purple, "grey": "#555555"}


def looks() -> dict[str, tuple[str, str, str]]:
    """List what dots look like: colour of the edge, marker, colour of the face."""
    colours = palette()
    return {
        "hoped": (colours["blue"], "o", colours["blue"]),
        "against": (colours["orange"], "D", colours["orange"]),
        "open": (colours["grey"], "o", "white"),
    }


def series(names: Sequence[str], reference: str | None = None) -> dict[str, Look]:
    """Give every arm, or other series, a look of its own.

    Parameters
    ----------
    names : sequence of str
        Of the series, in their order.
    reference : str, optional
        The one that others are held against: grey, broken and hollow.

    Returns
    -------
    dict of str to Look
    """
    colours = palette()
    chosen = {}
    lines = ("-", "-.", ":")
    others = [name for name in names if name != reference]
    for i, name in enumerate(others):
        colour = colours[("blue", "green", "purple", "orange")[i % 4]]
        chosen[name] = Look(colour, lines[i % 3], "osD^vPX"[i % 7])
    if reference is not None:
        chosen[reference] = Look(colours["grey"], "--", "o", filled=False)
    return {name: chosen[name] for name in names}


def headed(height: float, title: str, subtitle: str) -> tuple[Figure, float]:
    """Make a figure with its title and subtitle.

    Parameters
    ----------
    height : float
        Of what comes below, in inches.
    title, subtitle : str
        What the figure shows; of what.

    Returns
    -------
    tuple of Figure and float
        The figure, and its whole height in inches.
    """
    from matplotlib.figure import Figure

    lines = textwrap.wrap(subtitle, 140)
    whole = height + 0.52 + 0.18 * len(lines)
    figure = Figure(figsize=(WIDTH, whole))
    figure.text(LEFT, 1.0 - 0.14 / whole, title, va="top", size=13, weight="bold")
    figure.text(LEFT, 1.0 - 0.45 / whole, "\n".join(lines), va="top", color=QUIET, linespacing=1.4)
    return figure, whole


def foot_lines(*texts: str, characters: int = CHARACTERS) -> list[str]:
    """Break small print into lines."""
    return [line for text in texts for line in textwrap.wrap(text, characters)]


def foot(figure: Figure, lines: Sequence[str], height: float) -> None:
    """Write the small print at the bottom; it takes `LINE` inches a line, and a margin."""
    figure.text(
        LEFT,
        (LINE * len(lines) + 0.08) / height,
        "\n".join(lines),
        va="top",
        size=8,
        color=QUIET,
        linespacing=1.45,
    )


def legend(figure: Figure, looks: Mapping[str, Look], top: float, left: float = 0.0) -> None:
    """Name series in a row below the subtitle.

    Parameters
    ----------
    figure : Figure
        What is drawn on.
    looks : mapping of str to Look
        The series by what they are called.
    top, left : float
        Where, as shares of the figure; the left counts from the margin.
    """
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, linestyle=look.line, label=name, **look.dots)
        for name, look in looks.items()
    ]
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(LEFT - 0.012 + left, top),
        ncols=min(len(handles), 6),
        frameon=False,
        handlelength=2.8,
    )


def less_is_better(figure: Figure, top: float) -> None:
    """Say what the arrow means, at the right of the legend."""
    figure.text(1.0 - LEFT, top - 0.012, "↓ less is better", va="top", ha="right", color=QUIET)


def zero(axes: Axes, **style: Any) -> None:
    """Draw the line of no difference."""
    axes.axhline(0.0, **{"color": INK, "linewidth": 0.9, "zorder": 1, **style})


def number(x: float, places: int = 3) -> str:
    """Write a number with three decimals and a true minus; never minus nought."""
    text = f"{x:.{places}f}"
    return text.replace("-", "−") if float(text) != 0.0 else text.lstrip("-")


def count(n: float) -> str:
    """Write a count shortly: ``834``, ``1.2k``, ``12k``."""
    if n < _THOUSAND:
        return f"{n:.0f}"
    return f"{n / _THOUSAND:.1f}k" if n < _TEN_THOUSAND else f"{n / _THOUSAND:.0f}k"


def write(lay_out: Callable[[], Figure], folder: Path, name: str) -> list[Path]:
    """Lay a figure out in our style, and write it as PNG and SVG, without dates.

    Parameters
    ----------
    lay_out : callable
        Gives the figure.
    folder : Path
        Where to.
    name : str
        Of the files, without ending.

    Returns
    -------
    list of Path
        The two files.
    """
    import matplotlib as mpl

    with mpl.rc_context(style()):
        figure = lay_out()
        files = [Path(folder) / f"{name}.png", Path(folder) / f"{name}.svg"]
        figure.savefig(files[0], dpi=DPI, facecolor="white", metadata={"Software": None})
        figure.savefig(
            files[1], facecolor="white", metadata={"Date": None, "Creator": "attune-sim"}
        )
    return files
