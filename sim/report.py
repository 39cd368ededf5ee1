"""The report: a comparison as one page that can be sent to a colleague.

The page asks for nothing: figures, style and numbers are all in the file, and it tells browsers
to load nothing else. The same comparison gives the same file.
"""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import figures, parameters
from sim.figures.style import count
from sim.figures.style import number as _number
from sim.study import sample, vital_signs
from sim.study.measures import KINDS
from sim.study.steps import RELATIONSHIPS

if TYPE_CHECKING:
    from sim.manifest import Links
    from sim.results import Results
    from sim.study.compare import Comparison

NAME = "report.html"
TEMPLATE = "report.html"

#: The groups whose options say something about themselves, as a reader would name them.
GROUPS = {
    "therapists": "Therapists",
    "patients": "Patients",
    "setting": "Setting",
    "training": "Arm *trained*",
    "control": "Arm *untrained*",
    "world": "World",
}

#: A number smaller than this is written with a third digit.
_SMALL = 0.1

#: A gain in precision larger than this is only said to be large.
_MANY = 9999.5


def write(
    comparison: Comparison,
    folder: Path,
    links: Links | None = None,
    say: Callable[[str], object] | None = None,
) -> list[Path]:
    """Draw every figure of a comparison, and write the report.

    The figures of patients and sessions are drawn from the first replicates, lived again.

    Parameters
    ----------
    comparison : Comparison
        What `sim.compare` gave.
    folder : Path
        Where the figures and ``report.html`` go.
    links : mapping of str to callable, optional
        Links of the user's own, if the comparison had some; without them nothing can be lived
        again, and the report has the chain only.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    list of Path
        The files.
    """
    results = comparison.results
    drawn = figures.draw_chain(comparison, folder)
    lived = None
    handed_over = [one for one in results.manifest.get("links", {}).values() if not one["file"]]
    if not handed_over or links:
        lived = sample.take(results, links=links, say=say)
    note = ""
    if lived is not None:
        note = _note(results, lived)
        drawn += figures.draw_people(lived, comparison.question, _shares(comparison), folder, note)
    page = Path(folder) / NAME
    shown = [file for file in drawn if file.suffix == ".svg"]
    page.write_text(html(comparison, shown, note), encoding="utf-8", newline="\n")
    return [*drawn, page]


def html(comparison: Comparison, drawn: Iterable[Path] = (), note: str = "") -> str:
    """Write the page.

    Parameters
    ----------
    comparison : Comparison
        What `sim.compare` gave.
    drawn : iterable of Path
        The figures, as SVG.
    note : str, optional
        What the figures of patients were drawn from.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    manifest = comparison.results.manifest
    config = manifest["config"]
    rows = {
        "effects": comparison.effects,
        "measures": comparison.measures,
        "signs": comparison.vital_signs,
    }
    told = {name: table.to_dict("records") for name, table in rows.items()}
    readings = comparison.readings
    return rendered(
        TEMPLATE,
        comparison=comparison,
        manifest=manifest,
        figures=[drawing(file, note) for file in drawn],
        note=note,
        arms=list(dict.fromkeys(row["arm"] for row in told["effects"])),
        places=RELATIONSHIPS,
        kinds=KINDS,
        readings=[] if readings is None else readings.to_dict("records"),
        chosen=chosen(config),
        evidence=_evidence(config.get("parameters", {})),
        yaml=as_yaml(config),
        gain=gain,
        **told,
    )


def rendered(name: str, **values: Any) -> str:
    """Fill a template of ours in.

    Parameters
    ----------
    name : str
        Its file in ``sim/templates/``.
    **values
        What it shows.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    place = files("sim").joinpath("templates")
    return (
        Environment(
            loader=FunctionLoader(lambda file: place.joinpath(file).read_text(encoding="utf-8")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        .get_template(name)
        .render(number=number, interval=interval, **values)
    )


def number(value: float) -> str:
    """Write a number with two digits that count, and no minus before nought."""
    if math.isnan(value):
        return "–"
    return _number(value, 2 if abs(value) >= _SMALL or value == 0.0 else 3)


def interval(point: float, low: float, high: float, *, signed: bool = True) -> str:
    """Write a value with its interval: ``+0.213 [0.204, 0.222]``; three digits throughout."""
    if math.isnan(point):
        return "–"
    if signed and point == low == high == 0.0:
        return "exactly 0"
    said = ("+" if signed and point > 0.0 else "") + _number(point)
    return said if math.isnan(low) else f"{said} [{_number(low)}, {_number(high)}]"


def gain(times: float) -> str:
    """Write by how many times a variance is smaller."""
    if math.isnan(times):
        return "–"
    return f"{times:.0f}×" if times < _MANY else "over 10,000×"


def _note(results: Results, lived: Results) -> str:
    """Say what the figures of patients are drawn from."""
    replicates = lived.trials["replicate"].nunique()
    of = results.trials["replicate"].nunique()
    patients = len(lived.patients) // lived.patients["arm"].nunique()
    return (
        f"From the first {replicates} of {of} replicates, lived again session by session: "
        f"{patients:,} patients an arm, {count(len(lived.sessions))} sessions in all."
    )


def _shares(comparison: Comparison) -> dict[str, float]:
    """Tell the share of outcome variance that lies between therapists, in every arm."""
    trials = comparison.results.trials
    arms = [str(arm) for arm in trials["arm"].cat.categories]
    return {
        arm: vital_signs.therapist_share(trials[trials["arm"] == arm].sort_values("replicate")).mean
        for arm in arms
    }


def drawing(file: Path, note: str = "") -> dict[str, str]:
    """Take a figure into the page."""
    name = file.stem
    caption = figures.CAPTIONS.get(name.partition("-")[0], "")
    return {
        "name": name,
        "caption": f"{caption} {note}".strip() if name in figures.OF_PEOPLE else caption,
        "source": "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode(),
    }


def chosen(config: Mapping[str, Any]) -> list[dict[str, str]]:
    """List what was chosen, and what it says about itself."""
    listed = []
    for group, name in GROUPS.items():
        if config.get("arms") and group in {"training", "control"}:
            continue
        option = config.get(group) or {}
        listed.append({"group": name.replace("*", ""), **_said(option)})
    listed += [{"group": "Arm", **_said(option)} for option in config.get("arms") or []]
    cut = (config.get("knockout") or {}).values()
    listed += [{"group": "Knocked out", **_said(option)} for option in cut]
    return listed


def _said(option: Mapping[str, Any]) -> dict[str, str]:
    """Take the texts of an option."""
    texts = {key: str(option.get(key) or "") for key in ("name", "about", "evidence", "source")}
    return {key: " ".join(text.split()) for key, text in texts.items()}


def _evidence(values: Mapping[str, float]) -> dict[str, Any]:
    """Count the parameters by the grade of their evidence, and list those that have some."""
    table = parameters.table()
    counts = Counter(entry.evidence for entry in table.values())
    found = [entry for entry in table.values() if entry.evidence != "assumed"]
    changed = [
        {"entry": table[name], "value": value}
        for name, value in values.items()
        if name in table and value != table[name].default
    ]
    return {
        "counts": [(grade, counts[grade]) for grade in parameters.EVIDENCE],
        "all": len(table),
        "known": sorted(found, key=lambda entry: parameters.EVIDENCE.index(entry.evidence)),
        "values": {name: values.get(name, entry.default) for name, entry in table.items()},
        "changed": changed,
    }


def as_yaml(config: Mapping[str, Any]) -> str:
    """Write the resolved configuration as YAML."""
    import yaml

    text: str = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=100)
    return text
