"""Phrases: what came out of a study of power, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim import ensemble
from sim.trial.characteristics import KNOWN, QUANTILE

if TYPE_CHECKING:
    import pandas as pd

    from sim.trial.design import Design

#: So many trials of each kind tell analyses apart that differ by about a percentage point.
STEADY = 2000


def endpoint(told: dict[Any, Any], rows: pd.DataFrame, design: Design) -> str:
    """Say what is true of an endpoint, and what the analysis recommended makes of it.

    Parameters
    ----------
    told : dict
        A row of `sim.study.implications.table`.
    rows : DataFrame
        Its analyses, from `sim.study.test_choice.table`.
    design : Design
        The design.
    """
    effect, half = told["effect"], QUANTILE * told["effect_error"]
    ends = f" [{_number(effect - half)}, {_number(effect + half)}]" if half > 0.0 else ""
    cause = "being assigned to training changes it by"
    if design.kind == "correlational":
        cause = "an SD of therapists' mindfulness goes with"
    head = f"{told['label']}: {cause} {_number(effect)}{ends} ({_number(told['standardised'])} SD)"
    if not math.isnan(told["r"]):
        r, low, high = (f"{told[key]:+.2f}".replace("-", "−") for key in ("r", "r_low", "r_high"))
        head += (
            f"; therapists' mean outcome correlates {r} with it, in 95% of single studies "
            f"{low} to {high}"
        )
    chosen = rows[rows["recommended"].astype(bool)].to_dict("records")
    if not chosen:
        return (
            f"{head}. No analysis can be recommended: none that knows of therapists keeps its "
            "nominal size and fails in hardly any trial."
        )
    (row,) = chosen
    found = f"{_share(row, 'power')} are significant"
    if not math.isnan(row["type_m"]):
        wrong = f"{100 * row['type_s']:.0f}% [{_ends(row, 'type_s', 0)}]"
        found += (
            f"; these exaggerate the effect {row['type_m']:.3g} times, and {wrong} of them have "
            "the wrong sign"
        )
    return (
        f"{head}. By the analysis recommended ({row['analysis_label']}) {found}. "
        f"{_bias(row, told['sd'])} {_coverage(row, design.config.design.level)}"
    )


def fits(rows: pd.DataFrame) -> list[str]:
    """Say how often fits are singular, and how often they fail.

    Parameters
    ----------
    rows : DataFrame
        The analyses of all endpoints, from `sim.study.test_choice.table`.
    """
    said = []
    models = rows[rows["analysis"] == "mixed_satterthwaite"].to_dict("records")
    if models:
        several = len(models) > 1
        shares = ", ".join(
            f"{100 * row['singular']:.1f}%" + (f" ({row['label']})" if several else "")
            for row in models
        )
        said.append(
            f"Mixed models estimate the therapist variance as 0 (singular) in {shares} of trials."
        )
    failed = [
        f"{row['analysis_label']}, {row['label']}, in {100 * lost:.1f}%"
        for row in rows.to_dict("records")
        for lost in [max(row["failed"], row["failed_null"])]
        if lost > 0.0
    ]
    if failed:
        said.append(f"Failed, and left out of its shares: {'; '.join(failed)}.")
    else:
        said.append("No analysis failed in any trial.")
    return said


def chance(design: Design) -> list[str]:
    """Say what trials share, over what they are averaged, and what the recommendation hangs on."""
    config = design.config
    shared = (
        "Trials with an effect and without one share people and luck, replicate by replicate: size "
        "and power err together, and what an effect adds is surer than either."
    )
    said = [shared]
    if config.world.sets is not None and config.generator.name == "process":
        said.append(
            f"Replicates take the {len(ensemble.every(config)):,} sets of parameters of the world "
            f"{config.world.name} in turn: effect and power are averages over them (an assurance), "
            "and no single set need have them; attune assurance over=posterior shows their spread."
        )
    if config.replicates < STEADY:
        said.append(
            f"With {config.replicates:,} trials of each kind the recommendation hangs on luck: it "
            f"takes about {STEADY:,} to tell analyses apart whose size or power differ by a point."
        )
    return said


def truth(design: Design) -> list[str]:
    """Say what estimates are held against, where the trial itself departs from that."""
    said = design.config.design
    departures = []
    if said.contamination > 0.0:
        departures.append("contamination")
    if said.therapist_loss > 0.0:
        departures.append("the loss of therapists")
    if design.kind == "correlational":
        if said.case_mix == 0.0:
            return []
        confounded = (
            "Estimates are held against the slope that is found where patients are given to "
            "therapists at random: what case mix adds to it is bias, and without an effect error."
        )
        return [confounded]
    if not departures:
        return []
    held = (
        "Estimates are held against everybody assigned to training less nobody, all therapists "
        f"staying: what {' and '.join(departures)} did to them counts as bias."
    )
    return [held]


def _bias(row: dict[Any, Any], sd: float) -> str:
    """Say how far estimates are off on average; biased they are called beyond any doubt only."""
    by = f"{_number(row['bias'])} [{_number(row['bias_low'])}, {_number(row['bias_high'])}]"
    error = (row["bias_high"] - row["bias_low"]) / (2.0 * QUANTILE)
    if not abs(row["bias"]) > KNOWN * error:
        return f"Bias cannot be told from none: {by}."
    return f"Its estimates are biased, by {by} ({_number(row['bias'] / sd)} SD)."


def _coverage(row: dict[Any, Any], level: float) -> str:
    """Say how often intervals hold the effect."""
    return f"Its {100 * (1 - level):g}% intervals cover the effect in {_share(row, 'coverage')}."


def _share(row: dict[Any, Any], name: str) -> str:
    """Write a share of trials with its interval."""
    return f"{100 * row[name]:.1f}% of trials [{_ends(row, name, 1)}]"


def _ends(row: dict[Any, Any], name: str, places: int) -> str:
    """Write where a share lies, in per cent."""
    return ", ".join(f"{100 * row[f'{name}_{end}']:.{places}f}" for end in ("low", "high"))


def _number(value: float) -> str:
    """Write a number with its sign, in three digits that count."""
    return f"{value:+.3g}".replace("-", "−")
