"""The report of a study that plans a trial: what came out, figures, tables, and the protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim import report
from sim.figures import beliefs, departures, power_curve, power_map, style
from sim.narrative import findings, protocol
from sim.trial import design as designs
from sim.trial import wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results import Results

NAME = report.NAME
TEMPLATE = "plan.html"

#: What each study is called at the head of its report, and what draws its figure.
HEADS: Mapping[str, str] = {
    "search": "The smallest trial that will do",
    "cost": "The cheapest trial that will do",
    "assurance": "How sure the power is",
    "detectable": "What this design would find",
    "robustness": "If the trial goes otherwise than planned",
}
_FIGURES: Mapping[str, Callable[..., Figure]] = {
    "search": power_curve.lay_out,
    "cost": power_map.lay_out,
    "assurance": beliefs.assurance,
    "detectable": beliefs.effects,
    "robustness": departures.lay_out,
}


def write(results: Results, folder: Path) -> list[Path]:
    """Draw the figure of a study that plans a trial, and write its report and its protocol.

    Parameters
    ----------
    results : Results
        Of one of the studies in `sim.plans.PLANS`.
    folder : Path
        Where the figure, ``report.html`` and ``protocol.md`` go.

    Returns
    -------
    list of Path
        The files; there is no protocol where no design was found.
    """
    name = results.config.study.name
    drawn = style.write(partial(_drawn, results), folder, name)
    page = Path(folder) / NAME
    page.write_text(html(results, drawn[1]), encoding="utf-8", newline="\n")
    sections = protocol.sections(results)
    if not sections:
        return [*drawn, page]
    text = Path(folder) / "protocol.md"
    text.write_text(as_markdown(results), encoding="utf-8", newline="\n")
    return [*drawn, page, text]


def html(results: Results, drawn: Path) -> str:
    """Write the page.

    Parameters
    ----------
    results : Results
        Of the study.
    drawn : Path
        Its figure, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = results.manifest
    planned = protocol.chosen(results)
    config = manifest["config"]
    return report.rendered(
        TEMPLATE,
        head=HEADS[results.config.study.name],
        study=results.config.study.name,
        answer=findings.answer(results),
        caution=findings.caution(results),
        figure=report.drawing(drawn),
        lines=wording.lines(planned or designs.of(results.config)),
        found=planned is not None,
        sections=protocol.sections(results),
        consort=protocol.consort(results),
        again=protocol.power_command(results, planned) if planned else "",
        tables=_tables(results),
        manifest=manifest,
        yaml=report.as_yaml(config),
    )


def as_markdown(results: Results) -> str:
    """Write the paragraphs of the protocol, and the flow of people, as Markdown."""
    parts = [f"## {head}\n\n{text}\n" for head, text in protocol.sections(results)]
    rows = [
        f"| {row['stage']} | {row['trained']} | {row['untrained']} |"
        for row in protocol.consort(results)
    ]
    table = ["| Expected flow | trained | untrained |", "| --- | --- | --- |", *rows]
    parts.append("## Expected flow (CONSORT)\n\n" + "\n".join(table) + "\n")
    return "# For the protocol\n\n" + "\n".join(parts)


def question(results: Results) -> str:
    """Say what was asked, in a line under the title of a figure."""
    planned = designs.of(results.config)
    told = dict(wording.lines(planned))
    name = results.config.design.name.replace("_", " ")
    if results.config.study.name in {"search", "cost"}:
        return f"{name}: {planned.endpoints[0].label}. Trials from {told['Trials from']}"
    return f"{name}: {told['Therapists']} {told['Patients']}"


def _drawn(results: Results) -> Figure:
    """Draw the figure of a study."""
    draw = _FIGURES[results.config.study.name]
    return draw(results, question(results), findings.caution(results))


def _tables(results: Results) -> list[tuple[str, list[str], list[list[str]]]]:
    """Give the tables that a report shows: a title, the columns, and the rows as text."""
    shown = {
        "search": {"curve": "Power of the sizes looked at."},
        "cost": {"cost": "What the target costs, by the number of patients to each therapist."},
        "assurance": {"assurance": "Power over sets of parameters."},
        "detectable": {"detectable": "What would be found, and what is predicted."},
        "robustness": {"robustness": "Power and size under every departure."},
    }[results.config.study.name]
    made = []
    for name, title in shown.items():
        table = results.table(name)
        columns = [column.replace("_", " ") for column in table.columns]
        rows = [[_cell(value) for value in row] for row in table.itertuples(index=False)]
        if len(rows) == 1:  # a long row reads better downwards
            rows = [list(pair) for pair in zip(columns, rows[0], strict=True)]
            columns = ["", ""]
        made.append((title, columns, rows))
    return made


def _cell(value: object) -> str:
    """Write one cell of a table."""
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124
            return "–"
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}".replace("-", "−")  # noqa: PLR2004
    return f"{value:,}" if isinstance(value, int) else str(value).replace("_", " ")
