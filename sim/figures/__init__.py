"""Figures: what a study found, drawn.

One file a figure, and `style` for the look that they share. Every ``lay_out`` gives a figure;
the functions below write them, as PNG and SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.figures import (
    chain,
    decomposition,
    flow,
    information,
    ladder,
    outcomes,
    power,
    practice,
    ruptures,
    sensitivity,
    style,
    sweep,
    therapists,
    trajectories,
    validation,
)
from sim.study import around_ruptures, counts, courses, outcome_categories, therapist_effects
from sim.trial import wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.results import Results
    from sim.study.compare import Comparison
    from sim.study.decomposition import Decomposition
    from sim.study.mechanism import Ladder
    from sim.study.power import Power
    from sim.study.practice import Practice
    from sim.study.sensitivity import Sensitivity
    from sim.study.validate import Validation

#: What each figure shows, in a sentence.
CAPTIONS = {
    "chain": (
        "What training does at each link: three relationships in a row, and what follows from "
        "them. Difference in standard deviations, with 95% Monte Carlo interval."
    ),
    "ladder": (
        "What is left of the effect of training at each step of the chain when a link is cut, in "
        "per cent of what it is with every link. Lighter is less; framed is what the theory "
        "expects."
    ),
    "decomposition": (
        "The effect of training on symptom severity, split exactly at three stages of the chain, "
        "beside what a study would estimate from the mediators it measured."
    ),
    "arms": "What each programme does at the main steps of the chain.",
    "trajectories": "What patients go through from session to session, to the end and later.",
    "ruptures": "The alliance around ruptures, by what had become of them.",
    "therapists": "How therapists differ in the outcome of their patients, trained and not.",
    "outcomes": "Who improved reliably, who deteriorated, and how treatments ended.",
    "flow": "The flow of people through the trial.",
    "power": "Size and power of every analysis, on the same simulated trials.",
    "validation": "Published findings among those of simulated studies of the same size.",
    "literature": "How often such studies find something significant, and what was published.",
    "tornado": (
        "What the effect of training hangs on: how far each number moves it from one end of its "
        "prior to the other, and what of the variance it makes."
    ),
    "indices": "Which number matters for which outcome, in per cent of the variance.",
    "responses": "How the effect of training goes along the numbers that matter most.",
    "information": (
        "What it would be worth to know the numbers of a link before choosing whether to train, "
        "and in what."
    ),
}

#: The figures that are drawn from sessions.
OF_PEOPLE = ("trajectories", "ruptures", "therapists", "outcomes")


def draw_chain(comparison: Comparison, folder: Path) -> list[Path]:
    """Draw the chain: three relationships in a row, and the effect of training at each link.

    Parameters
    ----------
    comparison : Comparison
        What `sim.compare` gave.
    folder : Path
        Where ``chain.png`` and ``chain.svg`` go; with more than two arms, one
        ``chain-<arm>`` for each but the reference, and ``arms`` with all of them.

    Returns
    -------
    list of Path
        The files; the first is the one that shows most.
    """
    arms = list(dict.fromkeys(str(arm) for arm in comparison.effects["arm"]))
    if len(arms) == 1:
        return style.write(lambda: chain.lay_out(comparison), folder, "chain")
    files = style.write(lambda: _arms(comparison), folder, "arms")
    for arm in arms:
        name = f"chain-{arm}"
        files += style.write(partial(chain.lay_out, comparison, arm), folder, name)
    return files


def _arms(comparison: Comparison) -> Figure:
    """Lay out all arms beside each other, by their effects."""
    effects = comparison.effects
    reference = str(effects["reference"].iloc[0]).replace("_", " ")
    title = f"What each programme does, against {reference}"
    return sweep.lay_out(effects, ["arm"], title, comparison.caution)


def draw_people(
    sample: Results,
    question: str,
    shares: Mapping[str, float],
    folder: Path,
    note: str = "",
) -> list[Path]:
    """Draw what patients and therapists go through: the figures of `OF_PEOPLE`.

    Parameters
    ----------
    sample : Results
        With patients and sessions; see `sim.study.sample.take`.
    question : str
        What is compared.
    shares : mapping of str to float
        The share of outcome variance that lies between therapists, by arm.
    folder : Path
        Where the files go.
    note : str, optional
        Where the numbers come from.

    Returns
    -------
    list of Path
        The files.
    """
    reference = sample.config.reference
    each = {
        "trajectories": lambda: trajectories.lay_out(
            courses.table(sample, reference), question, reference, note
        ),
        "ruptures": lambda: ruptures.lay_out(around_ruptures.table(sample), question, note),
        "therapists": lambda: therapists.lay_out(
            therapist_effects.table(sample), question, reference, shares, note
        ),
        "outcomes": lambda: outcomes.lay_out(
            outcome_categories.table(sample, reference), question, reference, note
        ),
    }
    return [file for name in OF_PEOPLE for file in style.write(each[name], folder, name)]


def draw_ladder(climbed: Ladder, folder: Path) -> list[Path]:
    """Draw the ladder of knock-outs: what is left of the effect of training at each step.

    Parameters
    ----------
    climbed : Ladder
        What `sim.study.mechanism.mechanism` gave.
    folder : Path
        Where ``ladder.png`` and ``ladder.svg`` go.

    Returns
    -------
    list of Path
        The two files.
    """
    return style.write(lambda: ladder.lay_out(climbed), folder, "ladder")


def draw_trial(done: Power, folder: Path) -> list[Path]:
    """Draw a trial: the flow of its people, and the size and power of every analysis.

    Parameters
    ----------
    done : Power
        What `sim.study.power.power` gave.
    folder : Path
        Where ``flow`` and ``power`` go.

    Returns
    -------
    list of Path
        The files.
    """
    config = done.design.config
    said = wording.flow(done.design)
    title = f"{config.design.name.replace('_', ' ')}: {' '.join(config.design.about.split())}"

    def people() -> Figure:
        return flow.lay_out(done.flow, title, *said, done.caution)

    def tests() -> Figure:
        return power.lay_out(done.panel, done.question, config.design.level, done.caution)

    return [
        *style.write(people, folder, "flow"),
        *style.write(tests, folder, "power"),
    ]


def draw_decomposition(split: Decomposition, folder: Path) -> list[Path]:
    """Draw a decomposition: the parts of the effect of training, stage by stage.

    Parameters
    ----------
    split : Decomposition
        What `sim.study.decomposition.decomposition` gave.
    folder : Path
        Where ``decomposition.png`` and ``decomposition.svg`` go.

    Returns
    -------
    list of Path
        The two files.
    """
    return style.write(lambda: decomposition.lay_out(split), folder, "decomposition")


def draw_sweep(
    table: pd.DataFrame, axes: Sequence[str], folder: Path, title: str = "", note: str = ""
) -> list[Path]:
    """Draw a sweep: effects with their intervals against the swept keys.

    Parameters
    ----------
    table : DataFrame
        One row a condition and step of the chain; see `sim.figures.sweep.lay_out`.
    axes : sequence of str
        The swept keys, columns of the table; the first is drawn along the axis.
    folder : Path
        Where ``sweep.png`` and ``sweep.svg`` go.
    title, note : str, optional
        A title of one's own; where the numbers come from.

    Returns
    -------
    list of Path
        The two files; none where there is nothing to draw.
    """
    if table.empty or not axes:
        return []
    return style.write(lambda: sweep.lay_out(table, axes, title, note), folder, "sweep")


def draw_practice(study: Practice, folder: Path) -> list[Path]:
    """Draw what doses of practice do, which practice helps most, and the bottleneck.

    Parameters
    ----------
    study : Practice
        What `sim.study.practice.practice` gave.
    folder : Path
        Where ``doses``, ``kinds`` and ``bottleneck`` go, as PNG and SVG.

    Returns
    -------
    list of Path
        The files.
    """
    each = {"doses": practice.doses, "kinds": practice.kinds, "bottleneck": practice.bottleneck}
    return [
        file
        for name, lay_out in each.items()
        for file in style.write(partial(lay_out, study), folder, name)
    ]


def draw_validation(done: Validation, folder: Path) -> list[Path]:
    """Draw published findings among simulated ones; and several studies as a literature.

    Parameters
    ----------
    done : Validation
        What `sim.study.validate.validate` gave.
    folder : Path
        Where ``validation``, and of several studies ``literature`` go, as PNG and SVG.

    Returns
    -------
    list of Path
        The files.
    """
    files = style.write(lambda: validation.lay_out(done), folder, "validation")
    if len(done.counted) >= counts.FEWEST:
        files += style.write(lambda: validation.literature(done), folder, "literature")
    return files


def draw_sensitivity(done: Sensitivity, folder: Path) -> list[Path]:
    """Draw a sensitivity analysis: tornado, map of indices, responses, and worth of knowing.

    Parameters
    ----------
    done : Sensitivity
        What `sim.study.sensitivity.sensitivity` gave.
    folder : Path
        Where ``tornado``, ``indices``, ``responses`` and ``information`` go, as PNG and SVG.

    Returns
    -------
    list of Path
        The files.
    """
    each = {
        "tornado": sensitivity.tornado,
        "indices": sensitivity.heat_map,
        "responses": sensitivity.responses,
        "information": information.lay_out,
    }
    return [
        file
        for name, lay_out in each.items()
        for file in style.write(partial(lay_out, done), folder, name)
    ]
