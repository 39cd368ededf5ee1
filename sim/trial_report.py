"""The report of a trial: its design, its flow and every analysis, as one page."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sim import figures
from sim.trial import wording

if TYPE_CHECKING:
    from sim.study.power import Power

NAME = "report.html"
TEMPLATE = "templates/trial.html"


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
    import yaml
    from jinja2 import Environment, StrictUndefined

    template = files("sim").joinpath(TEMPLATE).read_text(encoding="utf-8")
    made = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    manifest = done.results.manifest
    config = manifest["config"]
    return made.from_string(template).render(
        done=done,
        manifest=manifest,
        lines=wording.lines(done.design),
        about=" ".join(str(config["design"]["about"]).split()),
        source=" ".join(str(config["design"]["source"]).split()),
        figures=[_figure(file) for file in drawn],
        implied=done.implied.to_dict("records"),
        panel=done.panel.to_dict("records"),
        yaml=yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=100),
    )


def _figure(file: Path) -> dict[str, str]:
    """Take a figure into the page."""
    return {
        "name": file.stem,
        "caption": figures.CAPTIONS[file.stem],
        "source": "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode(),
    }
