"""What ``attune --help`` shows: studies, groups with their options, examples; and the version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim import choices
from sim.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    from rich.console import Console

#: What each group decides.
GROUPS = {
    "world": "which theory holds",
    "therapists": "who treats",
    "patients": "who comes",
    "setting": "when they meet",
    "training": "what the arm 'trained' practises; control= is the arm 'untrained'",
    "design": "how a trial is laid out, for attune power",
    "generator": "where simulated trials come from: the chain, or assumed numbers",
    "published": "studies that attune validate holds the model against: published=[a,b], or =all",
    "calibration": "how large attune calibrate is",
    "price": "what a trial costs, for attune cost",
    "departure": "ways in which a trial goes other than planned, for attune robustness",
    "engine": "what computes",
    "knockout": "links of the theory to cut, alone or together: knockout=[k6,k10]",
    "instrument": "what studies see: questionnaires and ratings, as in instruments=[phq9,oq45]",
    "experiment": "whole studies; those that are sweeps need no -m",
}

EXAMPLES = {
    "attune": "the default study: MBSR against no training",
    "attune compare training=zen_daily therapists.n=40": "another programme, more therapists",
    "attune compare patients=severe_inpatients setting=twice_weekly_inpatient": "on a ward",
    "attune compare parameters.transfer=0": "practice stays on the cushion",
    "attune compare knockout=k3": "the same study with a link of the theory cut",
    "attune compare instruments=[phq9,ors]": "with scores beside the latent states",
    "attune mechanism": "every link cut in turn, beside what the theory expects",
    "attune -m compare training=mbsr,zen therapists.n=20,40": "every combination, and one table",
    "attune simulate format=csv replicates=10": "ten studies as tables, with a codebook",
    "attune power design=grepmair2007": "what such a trial would find, by every analysis",
    "attune power generator=linear generator.effect=0.4": "the same from assumed numbers",
    "attune validate published=grepmair2007": "could the model have found what was published?",
    "attune calibrate calibration=quick": "how a world is fitted to the evidence, in small",
    "attune search over=therapists target=0.9 design=multicentre": "the smallest that will do",
    "attune cost price.therapist=2000": "the cheapest that will do, over therapists and patients",
    "attune assurance design=multicentre over=prior": "power averaged over what is believed",
    "attune detectable design=pilot": "the effect a design would find, and whether there is one",
    "attune robustness design=multicentre": "its power when things go otherwise than planned",
    "attune sensitivity sensitivity.cost=0.01": "what the effect hangs on, and what to find out",
    "attune session study.find=missed_rupture": "one session told slowly, beside its twin",
    "attune compare links.rupture.onset=mine.py:onset": "with a link of your own, from a file",
    "attune experiment=transfer": "a whole study from conf/experiment, or from a folder of yours",
    "attune power engine=dask engine.workers=8": "the same numbers, by eight processes",
    "attune collect outputs/compare": "one table of all that lies there",
    "attune --config-dir mine compare training=ours": "with mine/training/ours.yaml",
    "attune parameters link=presence": "the numbers behind presence, and their evidence",
}

#: What the first word may ask for besides a study.
OTHERS = {
    "collect": "Puts what many studies found into one table, as a sweep does in the end.",
    "status": "Says how far the studies in a folder are that are not complete.",
    "parameters": "Shows every number of the theory, with its evidence.",
    "teach": "Writes the page for teacher and student, and opens it.",
}

SETTINGS = {
    "target=0.8": "the power that a trial is planned for; over=, sizes=[10,60] and budget= as well",
    "replicates=200": "how often the study is repeated",
    "seed=1": "people and luck; seed.people and seed.luck set one alone",
    "record=trials": "what is kept: trials, therapists, patients, sessions or segments",
    "format=parquet": "what attune simulate writes: parquet or csv",
    "output=outputs": "the folder for results; name=... names the folder in it",
    "fresh=true": "compute again what has been computed already",
}

FLAGS = {
    "-m, --multirun": "run every combination of values given with commas; goes on after a kill",
    "-cd, --config-dir FOLDER": "a folder with options of your own, laid out like conf/",
    "-c, --cfg job": "show the complete configuration, and run nothing",
    "--version": "show the version",
}


def version() -> str:
    """Tell the version of the installed package; a bare checkout has none."""
    from importlib import metadata

    try:
        return metadata.version("attune-sim")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def show(console: Console, topic: str | None = None, folder: str | Path | None = None) -> None:
    """Show the help, of everything or of one study.

    Raises
    ------
    ConfigurationError
        If there is no such study.
    """
    groups = choices.groups(folder)
    studies = groups.pop("study")
    if topic in OTHERS:
        pages = {"collect": _collect, "status": _status, "parameters": _parameters, "teach": _teach}
        pages[topic](console)
        return
    if topic is not None and topic not in studies:
        known = [*studies, *OTHERS]
        raise ConfigurationError(f"there is no study '{topic}'{nearest(topic, known)}")
    if topic is None:
        console.print(
            "[bold]attune[/] \\[study] \\[group=option] \\[key=value] ...", soft_wrap=True
        )
        console.print("Simulate psychotherapy by therapists who are trained in mindfulness or not.")
        lines = {name: option.brief for name, option in studies.items()}
        lines |= OTHERS
        _section(console, "Studies", lines)
    else:
        console.print(f"[bold]attune {topic}[/] \\[group=option] \\[key=value] ...", soft_wrap=True)
        console.print(studies[topic].about)
    console.print("\n[bold]Choices[/]  group=option, * is the default")
    for group, options in groups.items():
        console.print(f"  [bold]{group}[/]  [dim]{GROUPS.get(group, '')}[/]")
        _table(console, {_starred(option): option.brief for option in options.values()}, 4)
    _section(console, "Settings", SETTINGS)
    console.print(
        "  Every key of an option can be set as well: therapists.n=40, patients.total=124"
    )
    _section(console, "Flags", FLAGS)
    console.print("\n[bold]Examples[/]")
    for line, meaning in EXAMPLES.items():
        console.print(f"  {line}\n      [dim]{meaning}[/]", soft_wrap=True)


def _collect(console: Console) -> None:
    """Show the help of ``attune collect``."""
    console.print("[bold]attune collect[/] FOLDER")
    console.print(
        "Write sweep.parquet, sweep.csv and a figure into the folder of a sweep, or into any "
        "folder with results below it: one row for each study and effect, the keys in which "
        "the studies differ first."
    )


def _status(console: Console) -> None:
    """Show the help of ``attune status``."""
    console.print("[bold]attune status[/] FOLDER")
    console.print(
        "Say how far the studies in a folder are that are not complete: blocks, speed, workers, "
        "time left; and of those that were stopped, the command that goes on from there."
    )


def _parameters(console: Console) -> None:
    """Show the help of ``attune parameters``."""
    from sim.parameters import EVIDENCE

    console.print(
        "[bold]attune parameters[/] \\[link=...] \\[claim=...] \\[evidence=...] \\[--markdown]"
    )
    console.print("Show the parameters of the theory, each with its passport.")
    ways = {
        "link=presence": "of one file of the chain, or of one link (presence.drift)",
        "claim=T82": "that serve one claim of the theory",
        "evidence=assumed": f"of one grade: {', '.join(EVIDENCE)}",
        "--markdown": "as a page of the documentation",
    }
    _section(console, "Choices", ways)


def _teach(console: Console) -> None:
    """Show the help of ``attune teach``."""
    console.print("[bold]attune teach[/] \\[folder=page] \\[open=true]")
    console.print(
        "Write the page into a folder and open it in the browser: the chain to take apart, one "
        "session, the twin, the population, and lessons. It is one file, works without the "
        "internet, and can be sent on."
    )


def _starred(option: choices.Option) -> str:
    return f"{option.name} *" if option.is_default else option.name


def _section(console: Console, title: str, lines: dict[str, str]) -> None:
    console.print(f"\n[bold]{title}[/]")
    _table(console, lines, 2)


def _table(console: Console, lines: dict[str, str], indent: int) -> None:
    """Print names and what they mean in two columns."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=26 - indent, no_wrap=True)
    table.add_column(overflow="fold")
    for name, meaning in lines.items():
        table.add_row(" " * indent + name, meaning)
    console.print(table)
