"""The report of a validation: published studies beside simulated ones, as one page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import figures, report
from sim.published import CHECKS
from sim.study import agreement, counts
from sim.study.validate import conducted
from sim.trial import design, wording

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.published import Published
    from sim.study.validate import Validation

NAME = report.NAME
TEMPLATE = "validation.html"


def write(done: Validation, folder: Path) -> list[Path]:
    """Draw the figures of a validation, and write the report.

    Parameters
    ----------
    done : Validation
        What `sim.study.validate.validate` gave.
    folder : Path
        Where the figures and ``report.html`` go.

    Returns
    -------
    list of Path
        The files.
    """
    drawn = figures.draw_validation(done, folder)
    page = Path(folder) / NAME
    shown = [file for file in drawn if file.suffix == ".svg"]
    page.write_text(html(done, shown), encoding="utf-8", newline="\n")
    return [*drawn, page]


def html(done: Validation, drawn: Iterable[Path] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    done : Validation
        What `sim.study.validate.validate` gave.
    drawn : iterable of Path
        The figures, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = done.results.manifest
    return report.rendered(
        TEMPLATE,
        done=done,
        manifest=manifest,
        figures=[report.drawing(file) for file in drawn],
        rows=done.findings.to_dict("records"),
        studies=[_told(done.config, one) for one in done.config.published.values()],
        counted=done.counted.to_dict("records"),
        together=counts.said(done.counted),
        kinds=counts.KINDS,
        agreement=agreement,
        yaml=report.as_yaml(manifest["config"]),
    )


def _told(config: Config, study: Published) -> dict[str, Any]:
    """Say of a study what it is, what its agreement means, how it was done, and what is assumed."""
    return {
        "name": study.name,
        "about": " ".join(study.about.split()),
        "source": " ".join(study.source.split()),
        "check": CHECKS[study.check],
        "assumed": study.assumed,
        "lines": design_lines(config, study),
    }


def design_lines(config: Config, study: Published) -> list[tuple[str, str]]:
    """Say how a study was conducted, a heading and a sentence or two each.

    Parameters
    ----------
    config : Config
        The configuration.
    study : Published
        The study; without a trial among its findings, only people and treatment are told.
    """
    lived = conducted(config, study)
    if any(one.kind.of_trial for one in study.findings.values()):
        return wording.lines(design.of(lived))
    people = f"{lived.therapists.n} {lived.therapists.name.replace('_', ' ')}, none trained"
    weeks, often = lived.setting.weeks, lived.setting.sessions_per_week
    sessions = "one session a week" if often == 1 else f"{often} sessions a week"
    return [
        ("Therapists", f"{people}."),
        ("Patients", f"{sum(lived.caseloads())} {lived.patients.name.replace('_', ' ')}."),
        ("Treatment", f"{weeks} weeks, {sessions}."),
    ]
