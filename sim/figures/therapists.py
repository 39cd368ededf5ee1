"""Therapist effects: how well each therapist's patients end, and what training changes in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.figures import style
from sim.figures.style import FAINT, LINE, QUIET, Look
from sim.study.sample import THERAPIST, pairs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

#: Heights in inches: of the panels, of the legend.
_TALL, _LEGEND = 3.5, 0.62

#: So many therapists are drawn one by one.
_MOST = 30

_AXIS = "Severity at the end, adjusted for intake (SD) ↓"


def lay_out(
    table: pd.DataFrame,
    question: str,
    reference: str,
    shares: Mapping[str, float] | None = None,
    note: str = "",
) -> Figure:
    """Draw the therapists of one study one by one, those of all, and what each one gains.

    Parameters
    ----------
    table : DataFrame
        What `sim.study.therapist_effects.table` gave.
    question : str
        What is compared.
    reference : str
        The arm that others are held against.
    shares : mapping of str to float, optional
        The share of outcome variance that lies between therapists, by arm.
    note : str, optional
        Where the numbers come from.
    """
    arms = [str(arm) for arm in table["arm"].cat.categories]
    looks = style.series(arms, reference)
    one = table[table["replicate"] == table["replicate"].min()]
    each = one.groupby("arm", observed=True)["therapist"].nunique()
    drawn = f", {_MOST} of them evenly by rank" if each.max() > _MOST else ""
    told = "; ".join(f"{arm} {100 * x:.1f}%" for arm, x in (shares or {}).items() if x == x)  # noqa: PLR0124
    lines = style.foot_lines(
        f"A: the therapists of the first study{drawn}, in the order of the {reference} arm: mean "
        "severity of their patients at the end, adjusted for severity at intake, with 95% interval "
        "(a therapist's own patients are few). B: the same for all studies, smoothed; dotted: what "
        "chance alone would give if all therapists were alike. C: what training changes for each "
        "therapist's patients; to the left they end better.",
        *([f"Share of outcome variance between therapists: {told}."] if told else []),
        note,
    )
    below = _LEGEND + _TALL + 0.72 + LINE * len(lines)
    figure, height = style.headed(below, "Therapists differ, trained or not", question)
    bottom, tall = (below - _LEGEND - _TALL) / height, _TALL / height
    places = ((0.06, 0.33), (0.44, 0.25), (0.735, 0.25))
    axes = [figure.add_axes((x, bottom, wide, tall)) for x, wide in places]
    titles = ("A  One study, therapist by therapist", "B  All studies", "C  Change by training")
    for part, title in zip(axes, titles, strict=True):
        part.set_title(title, loc="left", weight="bold")
        part.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
        part.set_axisbelow(True)
        part.tick_params(length=2.5, pad=2)
    _one_by_one(axes[0], one, looks, reference)
    _densities(axes[1], table, looks)
    _changes(axes[2], table, looks, reference)
    style.legend(figure, looks, below / height)
    style.less_is_better(figure, below / height)
    style.foot(figure, lines, height)
    return figure


def _one_by_one(axes: Axes, one: pd.DataFrame, looks: dict[str, Look], reference: str) -> None:
    """Draw each therapist's mean in every arm."""
    import numpy as np

    order = one[one["arm"] == reference].sort_values(["adjusted", "therapist"])["therapist"]
    same = set(one["therapist"]) == set(order)
    keep = np.unique(np.linspace(0, len(order) - 1, min(_MOST, len(order))).round().astype(int))
    for i, (arm, look) in enumerate(looks.items()):
        own = one[one["arm"] == arm]
        listed = order if same else own.sort_values(["adjusted", "therapist"])["therapist"]
        rows = own.set_index("therapist").loc[listed.iloc[keep]]
        y = np.arange(len(keep)) + 0.30 * (i - 0.5 * (len(looks) - 1))
        half = 1.96 * rows["error"]
        axes.hlines(
            y,
            rows["adjusted"] - half,
            rows["adjusted"] + half,
            color=look.colour,
            linewidth=0.8,
            alpha=0.75,
        )
        dots = look.dots | {"markersize": 3.6}
        axes.plot(rows["adjusted"], y, linestyle="none", zorder=3, **dots)
    axes.set_ylim(len(keep) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_ylabel("Therapists, best outcome on top", color=QUIET)
    axes.set_xlabel(_AXIS, labelpad=3)


def _densities(axes: Axes, table: pd.DataFrame, looks: dict[str, Look]) -> None:
    """Draw how the therapists of all studies are spread, and how chance alone would spread them."""
    import numpy as np

    everybody = table["adjusted"].to_numpy(dtype="float64")
    margin = 0.15 * float(np.ptp(everybody)) + 0.05
    x = np.linspace(everybody.min() - margin, everybody.max() + margin, 240)
    for arm, look in looks.items():
        values = table.loc[table["arm"] == arm, "adjusted"].to_numpy(dtype="float64")
        _curve(axes, x, values, look)
        axes.axvline(values.mean(), color=look.colour, linestyle=look.line, linewidth=1.0)
    errors = table["error"].to_numpy(dtype="float64")
    if not np.isnan(errors).any() and (errors > 0.0).all():
        z = (x[:, None] - everybody.mean()) / errors[None, :]
        chance = (np.exp(-0.5 * z * z) / errors[None, :]).mean(axis=1) / math.sqrt(2.0 * math.pi)
        axes.plot(x, chance, color="#222222", linestyle=":", linewidth=1.4)
    axes.set_ylim(bottom=0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(_AXIS.replace(", adjusted for intake", ""), labelpad=3)


def _changes(axes: Axes, table: pd.DataFrame, looks: dict[str, Look], reference: str) -> None:
    """Draw what training changes for each therapist, where the same ones live in both arms."""
    import numpy as np

    axes.axvline(0.0, color="#222222", linewidth=0.9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Difference (SD) ↓", labelpad=3)
    said: list[tuple[str, str]] = []
    for arm, look in looks.items():
        if arm == reference:
            continue
        change = pairs(table, arm, reference, THERAPIST)
        values = change["adjusted"].to_numpy(dtype="float64")
        if len(values) == 0:
            said.append(("not the same therapists\nin both arms", QUIET))
        elif np.ptp(values) == 0.0:
            axes.plot(values[0], 0.0, linestyle="none", **look.dots)
            said.append((f"{arm}: {style.number(values[0])}\nfor every therapist", look.colour))
        else:
            width = 1.6 * float(np.abs(np.quantile(values, [0.005, 0.995])).max())
            _curve(axes, np.linspace(-width, width, 240), values, look)
            better = f"{100 * float((values < 0.0).mean()):.0f}%"
            name = f"{arm}: " if len(looks) > 2 else ""  # noqa: PLR2004 - two arms need no name
            said.append((f"{name}better with\n{better} of therapists", look.colour))
    axes.set_ylim(bottom=0.0, top=1.3 * axes.get_ylim()[1])
    for i, (words, colour) in enumerate(said):
        axes.text(
            0.02, 0.98 - 0.13 * i, words, transform=axes.transAxes, va="top", size=8, color=colour
        )


def _curve(axes: Axes, x: Values, values: Values, look: Look) -> None:
    """Draw a smoothed distribution (Gaussian kernel, Scott's width)."""
    from scipy import stats

    if len(values) > 1 and values.std() > 0.0:
        y = stats.gaussian_kde(values)(x)
        axes.fill_between(x, y, color=look.colour, alpha=0.13, linewidth=0)
        axes.plot(x, y, color=look.colour, linestyle=look.line, linewidth=1.5)
