"""The report of a decomposition: why training works, as one page that can be sent around.

Like that of a comparison (`sim.report`), the page asks for nothing, and the same decomposition
gives the same file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import figures, report
from sim.engine import components, processes, routes
from sim.engine.edges import STAGES
from sim.figures import style
from sim.study.splits import OUTCOMES, TITLES
from sim.study.steps import STEPS

if TYPE_CHECKING:
    from types import ModuleType

    from sim.study.decomposition import Decomposition

NAME = report.NAME
TEMPLATE = "decomposition.html"

#: Where each stage says what its edges are.
_TOLD: dict[str, ModuleType] = {
    "components": components,
    "processes": processes,
    "routes": routes,
}


def write(split: Decomposition, folder: Path) -> list[Path]:
    """Draw the decomposition, and write the report.

    Parameters
    ----------
    split : Decomposition
        What `sim.study.decomposition.decomposition` gave.
    folder : Path
        Where the figure and ``report.html`` go.

    Returns
    -------
    list of Path
        The files.
    """
    drawn = figures.draw_decomposition(split, folder)
    page = Path(folder) / NAME
    shown = [file for file in drawn if file.suffix == ".svg"]
    page.write_text(html(split, shown), encoding="utf-8", newline="\n")
    return [*drawn, page]


def html(split: Decomposition, drawn: Iterable[Path] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    split : Decomposition
        What `sim.study.decomposition.decomposition` gave.
    drawn : iterable of Path
        The figure, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = split.results.manifest
    config = dict(manifest["config"])
    named = {step.name: step for step in STEPS}
    return report.rendered(
        TEMPLATE,
        split=split,
        manifest=manifest,
        figures=[report.drawing(file) for file in drawn],
        stages=[
            {"name": stage, "title": TITLES[stage], "told": _told(_TOLD[stage])} for stage in STAGES
        ],
        edges=STAGES,
        fine=fine,
        per_cent=per_cent,
        outcomes=[named[name] for name in OUTCOMES],
        rows=split.effects.to_dict("records"),
        interactions=_interactions(split),
        chosen=report.chosen(config | {"knockout": {}}),
    )


def fine(value: float, low: float = math.nan, high: float = math.nan) -> str:
    """Write a small part of an effect with its interval, to four places."""
    if math.isnan(value):
        return "–"
    if value == low == high == 0.0:
        return "exactly 0"
    said = style.number(value, 4)
    said = f"+{said}" if float(f"{value:.4f}") > 0.0 else said
    return said if math.isnan(low) else f"{said} {_within(low, high, 4)}"


def per_cent(share: float, low: float, high: float) -> str:
    """Write a share with its interval, in per cent."""
    if math.isnan(share):
        return "–"
    said = style.number(100.0 * share, 0)
    return said if math.isnan(low) else f"{said} {_within(100.0 * low, 100.0 * high, 0)}"


def _within(low: float, high: float, places: int) -> str:
    """Write an interval."""
    return f"[{style.number(low, places)}, {style.number(high, places)}]"


def _told(module: ModuleType) -> list[str]:
    """Take what a stage says of itself: its paragraphs, and its list of edges."""
    text = re.sub(r"\s*\([^()]*`[^()]*\)", "", str(module.__doc__).partition("\n\n")[2])
    parts = text.replace("\n- ", "\n\n- ").split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def _interactions(split: Decomposition) -> list[dict[Any, Any]]:
    """List the interactions whose interval leaves nought out, the largest of an outcome first."""
    found = split.interactions
    sure = found[(found["interaction_low"] > 0.0) | (found["interaction_high"] < 0.0)]
    ordered = sure.assign(size=sure["interaction"].abs()).sort_values("size", ascending=False)
    return ordered.to_dict("records")
