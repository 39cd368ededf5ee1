"""The report of a ladder: which link carries the effect, as one page that can be sent around.

Like that of a comparison (`sim.report`), the page asks for nothing, and the same ladder gives the
same file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import figures, report
from sim.schema import plain
from sim.study import expectations
from sim.study.mechanism import EFFECT
from sim.study.steps import RELATIONSHIPS

if TYPE_CHECKING:
    from sim.cuts import Knockout
    from sim.study.mechanism import Ladder

NAME = report.NAME
TEMPLATE = "ladder.html"


def write(ladder: Ladder, folder: Path) -> list[Path]:
    """Draw the ladder, and write the report.

    Parameters
    ----------
    ladder : Ladder
        What `sim.study.mechanism.mechanism` gave.
    folder : Path
        Where the figure and ``report.html`` go.

    Returns
    -------
    list of Path
        The files.
    """
    drawn = figures.draw_ladder(ladder, folder)
    page = Path(folder) / NAME
    shown = [file for file in drawn if file.suffix == ".svg"]
    page.write_text(html(ladder, shown), encoding="utf-8", newline="\n")
    return [*drawn, page]


def html(ladder: Ladder, drawn: Iterable[Path] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    ladder : Ladder
        What `sim.study.mechanism.mechanism` gave.
    drawn : iterable of Path
        The figure, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = ladder.results.manifest
    config = dict(manifest["config"])
    asked = ladder.results.config.knockout
    knockouts = [_told(name, knockout) for name, knockout in asked.items()]
    return report.rendered(
        TEMPLATE,
        ladder=ladder,
        manifest=manifest,
        figures=[report.drawing(file) for file in drawn],
        words=expectations.WORDS,
        knockouts=knockouts,
        verdicts=ladder.verdicts.to_dict("records"),
        marks=figures.ladder.MARKS,
        effect=EFFECT,
        met=expectations.MET,
        places=RELATIONSHIPS,
        rungs=_rungs(ladder),
        chosen=report.chosen(config | {"knockout": {}}),
    )


def _told(name: str, knockout: Knockout) -> dict[str, Any]:
    """Tell what a knock-out cuts, and in which studies it is asked."""
    cases = [
        {
            "name": case.name,
            "only": ", ".join(case.only or ()).replace("_", " "),
            "given": _values(case.given),
            "instead": None if case.instead is None else _values(case.instead),
        }
        for case in knockout.cases
        if case.name
    ]
    return {
        "name": name.upper(),
        "title": knockout.title,
        "about": knockout.about,
        "because": knockout.because,
        "cut": _values(knockout.cut),
        "cases": cases,
    }


def _values(values: dict[str, float]) -> list[str]:
    """Write keys and values as a user would."""
    return [f"{key}={plain(value)}" for key, value in values.items()]


def _rungs(ladder: Ladder) -> list[dict[str, Any]]:
    """Put the rows of every rung under its name."""
    listed = []
    for (name, case), rows in ladder.effects.groupby(["knockout", "case"], sort=False):
        listed.append(
            {
                "name": str(name).upper(),
                "title": rows["title"].iloc[0],
                "case": case,
                "rows": rows.to_dict("records"),
            }
        )
    return listed
