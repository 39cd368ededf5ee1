"""The report of a trial: its design, its flow and every analysis, as one page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sim import figures, report
from sim.trial import wording

if TYPE_CHECKING:
    from sim.study.power import Power

NAME = report.NAME
TEMPLATE = "trial.html"


def write(done: Power, folder: Path) -> list[Path]:
    """Draw the figures of a trial, and write the report.

    Parameters
    ----------
    done : Power
        What `sim.study.power.power` gave.
    folder : Path
        Where the figures and ``report.html`` go.

    Returns
    -------
    list of Path
        The files.
    """
    drawn = figures.draw_trial(done, folder)
    page = Path(folder) / NAME
    shown = [file for file in drawn if file.suffix == ".svg"]
    page.write_text(html(done, shown), encoding="utf-8", newline="\n")
    return [*drawn, page]


def html(done: Power, drawn: Iterable[Path] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    done : Power
        What `sim.study.power.power` gave.
    drawn : iterable of Path
        The figures, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = done.results.manifest
    config = manifest["config"]
    return report.rendered(
        TEMPLATE,
        done=done,
        manifest=manifest,
        lines=wording.lines(done.design),
        about=" ".join(str(config["design"]["about"]).split()),
        source=" ".join(str(config["design"]["source"]).split()),
        figures=[report.drawing(file) for file in drawn],
        implied=done.implied.to_dict("records"),
        panel=done.panel.to_dict("records"),
        yaml=report.as_yaml(config),
    )
