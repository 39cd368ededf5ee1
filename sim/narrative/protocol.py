"""The protocol: what a trialist writes of a trial that was planned here, numbers filled in.

The wording follows what reporting guidelines ask for: SPIRIT 2013 (items 14 and 20: sample size,
statistical methods), CONSORT 2010 and its extension to cluster trials (Campbell et al. 2012: items
7a and 12a), and for the simulation itself ADEMP (Morris, White & Crowther 2019, Statistics in
Medicine 38, 2074-2102: aims, data, estimands, methods, performance).
"""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING, Any

from sim.narrative import findings
from sim.study import afresh, prices, search, sizes
from sim.study.verdicts import analysis_of, with_endpoint
from sim.trial import design as designs
from sim.trial import wording
from sim.trial.analysis import BY_NAME

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.results import Results
    from sim.trial.design import Design

#: The words of a command that say how to search, not what.
_PLANNING = ("over", "target", "sizes", "budget", "analysis", "price")

#: What is said where nothing is assumed to be missing.
_LOST = (
    "No outcome is assumed to be lost, which no trial can be sure of (attune robustness shows what "
    "losses cost)."
)

#: What each analysis does, as a section on methods says it.
_METHODS = {
    "therapists": "by a two-sided t-test on the means of therapists' patients",
    "therapists_adjusted": "by a linear regression of the means of therapists' patients on arm, "
    "adjusted for the therapist's mean at baseline (a two-sided t-test of the arm)",
    "within_therapists": "by the comparison within therapists, adjusted for baseline",
    "mixed_between_within": "by a linear mixed model with a random intercept for therapists "
    "(REML), adjusted for baseline, with between-within degrees of freedom",
    "mixed_kenward_roger": "by a linear mixed model with a random intercept for therapists "
    "(REML), adjusted for baseline, with the Kenward–Roger correction",
    "mixed_satterthwaite": "by a linear mixed model with a random intercept for therapists "
    "(REML), adjusted for baseline, with Satterthwaite degrees of freedom",
    "repeated_measures": "by a linear mixed model of all waves with random intercepts for "
    "therapists and patients, adjusted for baseline",
    "imputed": "by a linear mixed model with a random intercept for therapists after multiple "
    "imputation within therapists, pooled by Rubin's rules",
}


def chosen(results: Results) -> Design | None:
    """Give the design that a search or a map of costs has found; nothing if there is none."""
    config, name = results.config, results.config.study.name
    if name not in {"search", "cost"}:
        return None
    (row,) = results.table("search").to_dict("records")
    if name == "search":
        if not math.isfinite(row["size"]):
            return None
        made = sizes.resized(config, row["over"], int(row["size"]))
    else:
        if not math.isfinite(row["price"]):
            return None
        wide = sizes.resized(config, "patients", int(row["patients"]))
        made = sizes.resized(wide, "therapists", int(row["therapists"]))
    return with_endpoint(designs.of(made))


def sections(results: Results) -> list[tuple[str, str]]:
    """Write the paragraphs of a protocol.

    Parameters
    ----------
    results : Results
        Of ``attune search`` or ``attune cost``.

    Returns
    -------
    list of tuple of str
        A heading and a paragraph each; none where no design was found.
    """
    planned = chosen(results)
    if planned is None:
        return []
    return [
        ("Sample size (SPIRIT 14, CONSORT cluster 7a)", _sample_size(results, planned)),
        ("Statistical methods (SPIRIT 20a, CONSORT cluster 12a)", _methods(planned)),
        ("Missing data (SPIRIT 20c)", _missing(results, planned)),
        ("How power was simulated (ADEMP)", _simulation(results, planned)),
    ]


def power_command(results: Results, planned: Design) -> str:
    """Give the command that simulates the design found, by every analysis.

    Parameters
    ----------
    results : Results
        Of the study that found it.
    planned : Design
        What it found.
    """
    before, after = results.config, planned.config
    _, _, *words = shlex.split(results.manifest["command"])
    changed = {
        "therapists.n": (before.therapists.n, after.therapists.n),
        "patients.per_therapist": (before.patients.per_therapist, after.patients.per_therapist),
        "patients.total": (before.patients.total, after.patients.total),
        "setting.weeks": (before.setting.weeks, after.setting.weeks),
        **{
            f"design.{key}": (getattr(before.design, key), getattr(after.design, key))
            for key in ("trained", "trained_patients", "untrained_patients")
        },
    }
    said = [f"{key}={new}" for key, (old, new) in changed.items() if old != new]
    dropped = {*_PLANNING, *(one.partition("=")[0] for one in said)}
    kept = [
        word
        for word in words
        if word.partition("=")[0].partition(".")[0] not in _PLANNING
        and word.partition("=")[0] not in dropped
    ]
    return shlex.join(["attune", "power", *kept, *said])


def _sample_size(results: Results, planned: Design) -> str:
    """Say how many are recruited, and what for."""
    config = planned.config
    (implied,) = results.table("implied").to_dict("records")
    (row,) = results.table("search").to_dict("records")
    n, trained = planned.therapists, planned.trained
    people = planned.patients * planned.periods
    linear = config.generator.name == "linear"
    programme = "training" if linear else _name(config.training.name)
    control = "none" if linear else _control(config)
    given = (
        f"({trained} assigned to {programme}, {n - trained} to {control})"
        if planned.kind == "parallel"
        else f"({wording.KINDS[planned.kind]})"
    )
    why = (
        f"the smallest number of {row['over']} with which power reaches {100 * row['target']:g}% "
        f"(95% interval {_interval(row)})"
        if "size" in row
        else f"the cheapest of the trials looked at with which power reaches "
        f"{100 * row['target']:g}%, at the prices assumed "
        f"({prices.said(row['price'], config.price.currency)} in all)"
    )
    ended = ""
    if row.get("ended") == search.ENDED:
        ended = (
            " The budget of the simulation ended before the interval on that number cleared the "
            "target."
        )
    effect = (
        f"The effect assumed is {abs(implied['standardised']):.3g} SD"
        if linear
        else f"The effect of being assigned to training, as the model gives it, is "
        f"{implied['effect']:+.3g} {_unit(implied['unit'])} ({implied['standardised']:+.3f} SD)"
    )
    return (
        f"{n} therapists {given} treat {people} patients, on average {people / n:.3g} each. "
        f"This is {why}, at a two-sided significance level of {config.design.level:g}. {effect}"
        f"{_clustering(implied)}. Simulated anew, {findings.anew(results)} of "
        f"{afresh.share(results.table('fresh'), 'effect').trials:,} trials were significant (95% "
        f"Wilson interval), and without an effect {findings.anew(results, 'null')}.{ended}"
    )


def _methods(planned: Design) -> str:
    """Say how the trial is analysed."""
    config = planned.config
    name = analysis_of(planned)
    endpoint = planned.endpoints[0]
    method = _METHODS.get(name, f"by {BY_NAME[name].label}")
    if "pre" not in endpoint.columns or not config.design.baseline:
        method = method.replace(", adjusted for baseline", "")
    told = dict(wording.lines(planned))
    assigned = wording.flow(planned)[1].removeprefix("Assigned")
    how = assigned if planned.kind == "parallel" else ""
    whose, others = ("", "those") if endpoint.of_therapists else ("the patients of ", "of those")
    estimand = {
        "treatment_policy": "whether or not patients stay in treatment and whether or not their "
        "therapist takes the training up (treatment policy)",
        "while_on_treatment": "as long as patients are in treatment (while on treatment)",
    }[config.design.estimand]
    return (
        f"The estimand is the difference in {_outcome(planned)} between {whose}therapists assigned "
        f"to training and {others} who are not, {estimand}. {told['Outcome']} Therapists, not "
        f"patients, are assigned{how}, so the outcome is analysed {method}. What that assumes: "
        f"{_assumed(name)}. All therapists and patients whose outcome is recorded are analysed in "
        "the arm to which the therapist was assigned. An analysis that ignores therapists is not "
        "planned."
    )


def _assumed(name: str) -> str:
    """Say what an analysis assumes, in full where it is said by another one."""
    said = BY_NAME[name].assumes
    for short, other in (
        ("as the t-test on therapist means", "therapists"),
        ("as the mixed model", "mixed_between_within"),
    ):
        said = said.replace(short, BY_NAME[other].assumes)
    return said


def _missing(results: Results, planned: Design) -> str:
    """Say what is missing, and what is done about it."""
    told = dict(wording.lines(planned))["Missing"]
    flow = results.table("flow")
    mean = flow.set_index(["arm", "stage"])["mean"]
    asked = "therapists" if planned.endpoints[0].of_therapists else "patients"
    gone = [
        f"{findings.share(1.0 - mean[arm, 'recorded'] / mean[arm, asked])} ({arm})"
        for arm in ("trained", "untrained")
        if mean[arm, asked] > 0.0
    ]
    if asked == "therapists":
        return (
            f"Expected share of therapists without an outcome: {', '.join(gone)}. They are left "
            "out of the primary analysis; the power given above allows for that."
        )
    return (
        f"{_LOST if told == 'Nothing is missing.' else told} Expected share of outcomes missing: "
        f"{', '.join(gone)}. Patients whose outcome is missing are left out of the primary "
        "analysis; the power given above allows for that."
    )


def _simulation(results: Results, planned: Design) -> str:
    """Describe the simulation by aims, data, estimands, methods and performance."""
    config, manifest = results.config, results.manifest
    fresh = afresh.share(results.table("fresh"), "effect")
    (row,) = results.table("search").to_dict("records")
    error = 100.0 * math.sqrt(fresh.share * (1.0 - fresh.share) / fresh.trials)
    spent = row["patients"] if "size" in row else row["patients_simulated"]
    version = manifest["versions"]
    made = (
        "trials were made up by a random-intercept model from the numbers assumed above, with "
        "normal therapists and patients and outcomes missing completely at random"
        if config.generator.name == "linear"
        else "every trial was lived session by session by an agent-based model of the therapy "
        f"process (after Bruce et al. 2010; world {config.world.name}), which makes effect, "
        "clustering and dropout itself; the model is a theory, and its numbers are "
        "mostly assumed"
    )
    return (
        f"Aims: to find the {'smallest' if 'size' in row else 'cheapest'} trial with "
        f"{100 * row['target']:g}% power. "
        f"Data: {made}; sizes share their random numbers, and the size found was simulated anew "
        "with numbers of its own. Estimand: the effect of being assigned to training on "
        f"{_outcome(planned)}. Methods: the analysis above, once for each trial. Performance: the "
        "share of significant trials with and without an effect; the Monte Carlo standard error "
        f"of the power is {error:.2f} percentage points ({fresh.trials:,} trials; {spent:,} "
        f"simulated patients in all). Seed: people {manifest['seed']['people']}, luck "
        f"{manifest['seed']['luck']}. Software: attune-sim {version['attune-sim']} (sources "
        f"{manifest['source_hash'][:12]}), Python {version['python']}, NumPy {version['numpy']}, "
        f"Numba {version['numba']}. Repeat: {manifest['command']}"
    )


def consort(results: Results) -> list[dict[str, Any]]:
    """Give the expected flow of people in the order of a CONSORT diagram.

    Returns
    -------
    list of dict
        One row a stage: ``stage``, and ``trained`` and ``untrained`` as numbers with the range of
        95% of trials; none where no design was found.
    """
    planned = chosen(results)
    if planned is None:
        return []
    flow = results.table("flow")
    who = "Therapists" if planned.endpoints[0].of_therapists else "Patients"
    said = {
        "therapists": "Therapists allocated",
        "practised": "Therapists who receive the training",
        "patients": "Patients enrolled",
        "dropped_out": "Patients who drop out of treatment",
        "therapist_left": "Patients whose therapist leaves",
        "recorded": f"{who} analysed (outcome recorded)",
    }
    rows = []
    for stage, label in said.items():
        row: dict[str, Any] = {"stage": label}
        for arm in ("trained", "untrained"):
            one = flow[(flow["arm"] == arm) & (flow["stage"] == stage)].iloc[0]
            varies = one["low"] != one["high"]
            ends = f" ({one['low']:.0f}–{one['high']:.0f})" if varies else ""
            row[arm] = f"{one['mean']:.4g}{ends}"
        rows.append(row)
    return rows


def _outcome(planned: Design) -> str:
    """Name the outcome in a sentence."""
    endpoint = planned.endpoints[0]
    if planned.config.generator.name == "linear":
        return "the outcome"
    return f"{endpoint.label} ({'more' if endpoint.better > 0 else 'less'} is better)"


def _clustering(implied: dict[Any, Any]) -> str:
    """Say how alike patients of one therapist are, and outcome and baseline, as far as known."""
    parts = {
        "the intraclass correlation within therapists {:.3f}": implied["icc"],
        "the correlation of outcome with baseline {:.2f}": implied["baseline_correlation"],
        "the design effect {:.2f}": implied["design_effect"],
    }
    known = [text.format(value) for text, value in parts.items() if not math.isnan(value)]
    return "".join(f", {one}" for one in known)


def _interval(row: dict[Any, Any]) -> str:
    """Write the interval on a size."""
    if math.isfinite(row["high"]):
        return f"{row['low']:.0f} to {row['high']:.0f}"
    return f"{row['low']:.0f} or more"


def _unit(unit: str) -> str:
    """Write a unit behind a number: a scale's range says which points are meant."""
    return unit if unit in {"SD", "share", "level"} else f"points on {unit}"


def _name(option: str) -> str:
    """Write the name of a programme as words; abbreviations in capitals."""
    return option.upper() if option == "mbsr" else option.replace("_", " ")


def _control(config: Config) -> str:
    """Name what the untrained do."""
    return "no training" if config.control.name == "none" else _name(config.control.name)
