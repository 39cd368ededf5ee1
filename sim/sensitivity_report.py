"""The report of a sensitivity analysis: what matters, where training harms, what to find out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import figures, parameters, report
from sim.figures.information import shown
from sim.sensitivity.factors import CHANCE, REST
from sim.study.sensitivity_words import percent
from sim.study.worlds_lived import LOOKED_AT

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.sensitivity import Sensitivity

    Row = dict[Any, Any]

NAME = report.NAME
TEMPLATE = "sensitivity.html"

#: So many numbers of the screening are listed.
LISTED = 25


def write(done: Sensitivity, folder: Path) -> list[Path]:
    """Draw the analysis, and write the report.

    Parameters
    ----------
    done : Sensitivity
        What `sim.study.sensitivity.sensitivity` gave.
    folder : Path
        Where the figures and ``report.html`` go.

    Returns
    -------
    list of Path
        The files.
    """
    drawn = figures.draw_sensitivity(done, folder)
    page = Path(folder) / NAME
    shown_ = [file for file in drawn if file.suffix == ".svg"]
    page.write_text(html(done, shown_), encoding="utf-8", newline="\n")
    return [*drawn, page]


def html(done: Sensitivity, drawn: Iterable[Path] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    done : Sensitivity
        What `sim.study.sensitivity.sensitivity` gave.
    drawn : iterable of Path
        The figures, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = done.results.manifest
    config = dict(manifest["config"])
    asked = config["sensitivity"]
    return report.rendered(
        TEMPLATE,
        done=done,
        told=done.told,
        asked=asked,
        value=LOOKED_AT[asked["value"]],
        manifest=manifest,
        figures={file.stem: report.drawing(file) for file in drawn},
        shares=done.table("shares").to_dict("records"),
        indices=ordered(done.table("indices"), asked["value"]),
        screening=_screened(done),
        options=_options(done),
        information=shown(done.table("information")).to_dict("records"),
        regions=_regions(done),
        percent=percent,
        chosen=report.chosen(config | {"knockout": {}}),
        yaml=report.as_yaml(config),
    )


def ordered(table: pd.DataFrame, outcome: str) -> list[Row]:
    """Give the indices of one outcome: the numbers, the strongest first, all others, chance."""
    rows: list[Row] = table[table["outcome"] == outcome].to_dict("records")
    last = {REST: 1, CHANCE: 2}
    return sorted(rows, key=lambda row: (last.get(row["parameter"], 0), -row["total"]))


def _screened(done: Sensitivity) -> list[Row]:
    """List what the screening found to move the outcome that options are judged by."""
    if not done.told["screened"]:
        return []
    table = done.table("screening")
    own = table[table["outcome"] == done.results.config.sensitivity.value].head(LISTED)
    known = parameters.table()
    return [
        row
        | {
            "meaning": known[row["parameter"]].meaning if row["parameter"] in known else "",
            "evidence": known[row["parameter"]].evidence if row["parameter"] in known else "",
        }
        for row in own.to_dict("records")
    ]


def _options(done: Sensitivity) -> list[Row]:
    """List the options, as they do by the outcome that they are judged by."""
    table = done.table("options")
    own = table[table["outcome"] == done.results.config.sensitivity.value]
    return own.to_dict("records")


def _regions(done: Sensitivity) -> list[tuple[str, list[Row]]]:
    """Group the regions of harm by outcome, the one that options are judged by first."""
    table = done.table("regions")
    value = done.results.config.sensitivity.value
    names = dict.fromkeys([value, *table["outcome"]])
    grouped = [table[table["outcome"] == name].to_dict("records") for name in names]
    return [(str(rows[0]["label"]), rows) for rows in grouped]
