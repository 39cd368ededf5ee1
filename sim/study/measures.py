"""Measures: what instruments show of the chain, and what is left of it at follow-up.

Every measure has something beside it to be read with: an instrument the latent state that it
measures, a state at follow-up the same state at the end of the treatment.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.study import effects, monte_carlo
from sim.study.steps import STEPS, Step

if TYPE_CHECKING:
    import pandas as pd

#: The kinds, and what stands beside each.
KINDS = {
    "instrument": ("Instruments and reports", "latent SD"),
    "change": ("Reliable change at the end", "in SD"),
    "followup": ("At follow-up", "at the end"),
}

_BY_NAME = {step.name: step for step in STEPS}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Step):
    """A score, a report or a state at follow-up; its columns are as a step's.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    beside : Step
        What it is read with.
    """

    kind: str = "instrument"
    beside: Step


def _latent(name: str, columns: tuple[str, ...], per: str | None = None, **more: str) -> Step:
    """Describe a latent state that is no step of the chain; columns named twice count twice."""
    scale = more.get("scale", "trait")
    return Step(
        name=name, label=name, place="latent", columns=columns, per=per, unit="SD", scale=scale
    )


def _therapist(name: str, label: str, unit: str, latent: Step) -> Measure:
    return Measure(
        name=name,
        label=label,
        place="therapist",
        columns=(f"therapist_{name}",),
        unit=unit,
        scale="instrument",
        beside=latent,
    )


def _alliance(rater: str, wave: str, words: str) -> Measure:
    latent = _latent(f"alliance_{wave}", (f"alliance_{wave}",), scale="patients")
    return Measure(
        name=f"wai_{rater}_{wave}",
        label=f"WAI, {rater}, {words}",
        place="dyad",
        columns=(f"wai_{rater}_{wave}",),
        unit="score 1–5",
        scale="instrument",
        beside=latent,
    )


def _report(rater: str) -> Measure:
    latent = _latent("rupture_there", ("sessions_with_rupture",), "sessions_attended")
    return Measure(
        name=f"ruptures_reported_{rater}",
        label=f"Rupture told by {rater}",
        place="dyad",
        columns=(f"ruptures_reported_{rater}",),
        per="sessions_attended",
        unit="share",
        scale="instrument",
        better=-1,
        beside=dataclasses.replace(latent, scale="patients"),
    )


def _severity(wave: str, words: str) -> Measure:
    return Measure(
        name=f"gsi_self_{wave}",
        label=f"GSI, {words}",
        place="outcome",
        columns=(f"gsi_self_{wave}",),
        unit="score 0–4",
        scale="instrument",
        better=-1,
        beside=_latent(f"severity_{wave}", (f"symptom_severity_{wave}",), scale="intake"),
    )


def _followup(name: str, column: str, place: str = "outcome") -> Measure:
    step = _BY_NAME[name]
    return Measure(
        name=f"{name}_followup",
        label=step.label,
        place=place,
        columns=(f"{column}_followup",),
        unit="SD",
        scale="intake",
        better=step.better,
        kind="followup",
        beside=step,
    )


#: What the two questionnaires of therapists ask for (`sim.instruments`), each trait by its weight.
_MINDFULNESS = _latent(
    "mindfulness",
    (
        *["therapist_attention_post"] * 3,
        *(f"therapist_{name}_post" for name in ("curiosity", "openness", "acceptance")),
    ),
)
_SELF_COMPASSION = _latent(
    "self_compassion",
    ("therapist_acceptance_post", "therapist_love_post", "therapist_introject"),
)

#: What is shown below the chain.
MEASURES = (
    _therapist("fmi_self_post", "FMI, therapist, end", "sum 14–56", _MINDFULNESS),
    _therapist("scs_self_post", "SCS, therapist, end", "score 1–5", _SELF_COMPASSION),
    Measure(
        name="expectancy",
        label="Patient's expectancy",
        place="dyad",
        columns=("expectancy_post",),
        unit="SD",
        scale="intake",
        beside=_latent("expectancy", ("expectancy_post",), scale="intake"),
    ),
    _alliance("patient", "early", "early"),
    _alliance("patient", "late", "late"),
    _alliance("therapist", "early", "early"),
    _alliance("therapist", "late", "late"),
    _report("patient"),
    _report("therapist"),
    _severity("pre", "at intake"),
    _severity("post", "at the end"),
    _severity("followup", "at follow-up"),
    _followup("patient_self_attunement", "self_attunement", "patient"),
    _followup("symptom_severity", "symptom_severity"),
    _followup("well_being", "well_being"),
    _followup("relationships", "relationships"),
)


def table(trials: pd.DataFrame, reference: str, asked: Sequence[Measure] = ()) -> pd.DataFrame:
    """Work out what instruments show, and what is left at follow-up.

    Parameters
    ----------
    trials : DataFrame
        The trials table.
    reference : str
        The arm that all others are held against.
    asked : sequence of Measure
        What is shown besides, of the instruments that were asked for (`sim.study.asked_for`).

    Returns
    -------
    DataFrame
        The columns of `sim.study.effects.table`, one row an arm and measure, and three more.
        ``kind`` is one of `KINDS`. ``beside``, with its interval ``_low`` to ``_high``, is the
        standardised effect on the latent state behind an instrument, on the same state at the end,
        or of the share itself. ``change``, at follow-up only, is how much of the effect has come
        or gone since the end, in SD.
    """
    import pandas as pd

    listed = (*MEASURES, *asked)
    latent = [measure.beside for measure in listed]
    shown = effects.of_all(trials, reference, listed)
    beside = effects.of_all(trials, reference, latent)
    more = []
    for row, arm in enumerate(shown["arm"]):
        measure = listed[row % len(listed)]
        change = monte_carlo.Estimate(float("nan"), float("nan"), float("nan"), 0)
        if measure.kind == "followup":
            change = monte_carlo.mean(
                effects.differences(trials, measure, arm, reference)
                - effects.differences(trials, measure.beside, arm, reference)
            )
        more.append(
            {
                "kind": measure.kind,
                **{
                    f"beside{end}": beside[f"standardised{end}"][row]
                    for end in ("", "_low", "_high")
                },
                "change": change.mean,
                "change_low": change.low,
                "change_high": change.high,
            }
        )
    return pd.concat([shown, pd.DataFrame(more, index=shown.index)], axis=1)
