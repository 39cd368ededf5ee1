"""Practice: dose and response, which practice helps most, and the bottleneck of the chain."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from sim.figures import style
from sim.figures.style import FAINT, INK, LEFT, LINE, QUIET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.figures.style import Look
    from sim.study.practice import Practice

#: What is drawn of every dose, and what it is called.
SHOWN = {
    "felt_attunement": "Attunement felt",
    "patient_self_attunement": "Patient's self-attunement",
    "symptom_severity": "Symptom relief",
}

#: The questions drawn as panels; the last ones are answered in words, not numbers.
PANELS = (
    "hours_per_week",
    "weeks",
    "sittings_per_week",
    "start_week",
    "maintenance_hours",
    "reset",
    "supervision",
    "order",
)

#: The measures of `Practice.starts` under the names of the steps they show.
_STARTS = {"felt_attunement": "felt_attunement", "symptom_severity_post": "symptom_severity"}

#: Heights in inches: of a panel, of what stands above and below it, of a row of dots.
_TALL, _AROUND, _ROW, _LEGEND = 1.55, 0.92, 0.26, 0.36
_ACROSS = 3


def doses(practice: Practice) -> Figure:
    """Lay out the questions as panels: what each dose gives, better upward, on one scale."""
    looks = style.series(list(SHOWN.values()))
    table = _better(practice.doses)
    panels = [table[table["question"] == name] for name in PANELS]
    panels = [panel for panel in panels if not panel.empty]
    starts = _of_starts(practice.starts)
    down = -(-(len(panels) + 1) // _ACROSS)
    lines = style.foot_lines(
        "Better upward, in standard deviations: of untrained patients for attunement felt, of "
        "patients at intake for self-attunement and symptoms. Bars: 95% Monte Carlo interval.",
        practice.caution,
    )
    each = _TALL + _AROUND
    below = _LEGEND + each * down + 0.1 + LINE * len(lines) + 0.12
    figure, height = style.headed(below, "How much practice, and when?", practice.question)
    left, gap = 0.062, 0.052
    wide = (1.0 - LEFT - left - gap * (_ACROSS - 1)) / _ACROSS
    top = 1.12 * max(table["high"].max(), starts["high"].max())
    bottom = min(0.0, 1.1 * min(table["low"].min(), starts["low"].min())) - 0.04 * top
    for i, panel in enumerate([*panels, starts]):
        x, y = left + (i % _ACROSS) * (wide + gap), below - _LEGEND - each * (i // _ACROSS)
        axes = figure.add_axes((x, (y - 0.34 - _TALL) / height, wide, _TALL / height))
        _panel(axes, panel, looks)
        axes.set_ylim(bottom, top)
        if i % _ACROSS == 0:
            axes.set_ylabel("Better by (SD)")
    style.legend(figure, looks, below / height)
    style.foot(figure, lines, height)
    return figure


def kinds(practice: Practice) -> Figure:
    """Lay out the programmes at equal hours, the most helpful first."""
    table = _better(practice.doses)
    table = table[table["question"] == "training"]
    last = table[table["step"] == "symptom_severity"].sort_values("point", ascending=False)
    along = str(table["along"].iloc[0])
    return _rows(
        table.rename(columns={"dose": "row"}),
        [str(dose) for dose in last["dose"]],
        "Which practice helps most, at equal hours?",
        f"{along[0].upper()}{along[1:]}; sorted by symptom relief.",
        practice.caution,
    )


def bottleneck(practice: Practice) -> Figure:
    """Lay out the links, each made half a logit better, and where that helps most."""
    table = _better(practice.bottleneck).rename(columns={"link": "row"})
    return _rows(
        table,
        list(dict.fromkeys(table["row"])),
        "Where is the bottleneck of the chain?",
        "Each link in turn made half a logit better, for everybody, in untrained therapists.",
        practice.caution,
    )


def _better(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the steps that are drawn, and turn every effect so that better is up."""
    kept = table[table["step"].isin(SHOWN)].copy()
    ends = [kept[name] * kept["better"] for name in ("standardised_low", "standardised_high")]
    kept["point"] = kept["standardised"] * kept["better"]
    kept["low"] = ends[0].where(kept["better"] > 0, ends[1])
    kept["high"] = ends[1].where(kept["better"] > 0, ends[0])
    kept["series"] = kept["step"].map(SHOWN)
    return kept


def _of_starts(starts: pd.DataFrame) -> pd.DataFrame:
    """Put the thirds of the therapists in the form of a question."""
    kept = starts[starts["measure"].isin(_STARTS)]
    return _better(
        kept.assign(
            step=kept["measure"].map(_STARTS),
            question="starts",
            asks="Who gains most?",
            along="therapists, by attention and attitude before training",
            dose=kept["third"],
        )
    )


def _panel(axes: Axes, panel: pd.DataFrame, looks: dict[str, Look]) -> None:
    """Draw one question: doses along, effects up."""
    names = list(dict.fromkeys(panel["dose"].astype(str)))
    try:
        places = [float(name) for name in names]
    except ValueError:
        places = [float(i) for i in range(len(names))]
        numeric = False
    else:
        numeric = True
    style.zero(axes)
    where = dict(zip(names, places, strict=True))
    for name, look in looks.items():
        part = panel[panel["series"] == name]
        x = [where[str(dose)] for dose in part["dose"]]
        axes.vlines(x, part["low"], part["high"], color=look.colour, linewidth=1.2)
        line = look.line if numeric else "none"
        axes.plot(x, part["point"], color=look.colour, linestyle=line, **look.dots)
    axes.set_xticks(places, [name.replace("-", "−") for name in names])
    if numeric:
        _thin(axes, places)
    else:
        axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set_title(str(panel["asks"].iloc[0]), loc="left", weight="bold")
    axes.set_xlabel(fill(str(panel["along"].iloc[0]), 44), labelpad=2)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", length=2.5, pad=2)


def _thin(axes: Axes, places: list[float]) -> None:
    """Leave out the words of ticks that would run into each other."""
    span = max(places) - min(places) or 1.0
    shown, last = [], -1e9
    for place in places:
        if place - last >= 0.07 * span:
            shown.append(place)
            last = place
    axes.set_xticks(shown, [f"{place:g}".replace("-", "−") for place in shown])


def _rows(table: pd.DataFrame, names: list[str], title: str, subtitle: str, note: str) -> Figure:
    """Draw a row a name, a column a step, effects as dots with their intervals."""
    lines = style.foot_lines(
        "Better to the right, in standard deviations. Hollow: the interval covers 0.", note
    )
    tall = _ROW * len(names) + 0.1
    below = 0.42 + tall + 0.5 + LINE * len(lines) + 0.12
    figure, height = style.headed(below, title, subtitle)
    left = LEFT + 0.0083 * max(map(len, names)) + 0.012
    gap = 0.025
    wide = (1.0 - LEFT - left - gap * (len(SHOWN) - 1)) / len(SHOWN)
    place = {name: i for i, name in enumerate(names)}
    look = style.series(["all"])["all"]
    for i, (step, label) in enumerate(SHOWN.items()):
        bottom = (below - 0.42 - tall) / height
        axes = figure.add_axes((left + i * (wide + gap), bottom, wide, tall / height))
        part = table[table["step"] == step]
        y = part["row"].astype(str).map(place)
        clear = (part["low"] > 0.0) | (part["high"] < 0.0)
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
        axes.hlines(y, part["low"], part["high"], color=look.colour, linewidth=1.5)
        axes.plot(part["point"][clear], y[clear], linestyle="none", zorder=3, **look.dots)
        hollow = look.dots | {"markerfacecolor": "white"}
        axes.plot(part["point"][~clear], y[~clear], linestyle="none", zorder=3, **hollow)
        axes.set_ylim(len(names) - 0.5, -0.5)
        words = [name.replace("_", " ") for name in names]
        axes.set_yticks(range(len(names)), words if i == 0 else [""] * len(names))
        axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=8.5)
        axes.tick_params(axis="x", length=2.5, pad=2, labelcolor=QUIET)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.12)
        axes.grid(visible=True, axis="both", color=FAINT, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_title(label, loc="left", weight="bold")
        axes.set_xlabel("SD", labelpad=2)
    style.foot(figure, lines, height)
    return figure
