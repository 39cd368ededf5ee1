"""A design in words, so that a trialist can check it line by line before it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.trial.design import Design

#: What a design is called.
KINDS = {
    "parallel": "Two arms of therapists, side by side",
    "partially_nested": "Two arms, with therapists in common in the trained one only",
    "sequential_cohort": "The same therapists before they are trained and afterwards",
    "stepped_wedge": "Stepped wedge: all therapists are trained in the end, group by group",
    "crossover": "Crossover: every therapist with the programme and without it",
    "abab": "One therapist, with the programme and without it in turn",
    "correlational": "Correlational: nobody is trained",
}

_ASSIGNED = {
    "blocks": "by permuted blocks of {block} in the order of recruitment",
    "stratified": "by permuted blocks of {block} within the less and the more mindful half",
    "random": "each by the toss of a coin",
    "self_selected": "by their own choice; an SD of measured mindfulness adds {selection:+g} to "
    "its logit",
}

_PLANNED = {
    "baseline": "at intake",
    "post": "at the end of the treatment",
    "followup": "at follow-up",
    "any": "at one wave, another one each",
}

_CASELOADS = {
    "fixed": "as equal as can be",
    "uneven": "uneven (coefficient of variation {caseload_spread:g}), the same in every trial",
    "drawn": "drawn for every trial (coefficient of variation {caseload_spread:g})",
}


def lines(design: Design) -> list[tuple[str, str]]:
    """Say what a design is.

    Parameters
    ----------
    design : Design
        The design.

    Returns
    -------
    list of tuple of str
        A heading and a sentence or two each.
    """
    return [
        ("Design", f"{KINDS[design.kind]}."),
        ("Therapists", _therapists(design)),
        ("Patients", _patients(design)),
        *_treatment(design),
        ("Outcome", _outcome(design)),
        ("Missing", _missing(design)),
        ("Trials from", _generator(design)),
    ]


def flow(design: Design) -> tuple[str, str, tuple[str, ...]]:
    """Name what a flow diagram shows: who is recruited, how they are assigned, and the arms."""
    n = design.therapists
    recruited = f"Recruited: {_count(n, 'therapist')}"
    if design.kind == "correlational":
        return recruited, "", ("All therapists, none trained",)
    if design.kind in {"parallel", "partially_nested"}:
        said = design.config.design
        how = f"Assigned {_ASSIGNED[said.assignment].format(**vars(said))}"
        if design.kind == "partially_nested":
            how = "All of them trained; untrained patients have other therapists"
        return recruited, how, ("Trained", "Untrained")
    return recruited, "Every therapist works in both", ("With the programme", "Without it")


def _therapists(design: Design) -> str:
    """Say who treats, and how they come to their arm."""
    said, n = design.config.design, design.therapists
    who = design.config.therapists.name.replace("_", " ")
    how = _ASSIGNED[said.assignment].format(**vars(said))
    if design.kind == "parallel":
        many = "about " if said.assignment == "random" else ""
        arms = f"{many}{design.trained} of them trained and {n - design.trained} not"
        return f"{n} {who}, {arms}, {how}."
    if design.kind == "partially_nested":
        return f"{n} {who}, all trained; every untrained patient has another therapist."
    if design.kind == "stepped_wedge":
        steps = design.periods - 1
        return f"{n} {who}, trained in {steps} steps in an order drawn by the lot."
    if design.kind == "crossover":
        return f"{n} {who}; which half begins with the programme is drawn by the lot."
    if design.kind == "abab":
        return f"One therapist of those called {who}."
    return f"{n} {who}."


def _patients(design: Design) -> str:
    """Say who comes, and to whom."""
    said, config = design.config.design, design.config
    who = config.patients.name.replace("_", " ")
    arms = design.patients_of_arms
    total = f"{arms[1]} and {arms[0]} (trained, untrained)" if arms else f"{design.patients}"
    each = f", in each of {design.periods} cohorts" if design.periods > 1 else ""
    loads = _CASELOADS[said.caseloads].format(**vars(said))
    given = "at random"
    if said.case_mix != 0.0:
        more = "more" if said.case_mix > 0.0 else "less"
        given = f"so that the more mindful get the {more} severe (r = {said.case_mix:+.2f})"
    return f"{total} {who}{each}; caseloads {loads}; given to therapists {given}."


def _treatment(design: Design) -> list[tuple[str, str]]:
    """Say what is trained, and when people meet; nothing that no generator would heed."""
    config, said = design.config, design.config.design
    if config.generator.name == "linear":
        return []
    frame = config.setting
    times = {1: "once", 2: "twice"}.get(frame.sessions_per_week, f"{frame.sessions_per_week} times")
    minutes = frame.segments * frame.segment_minutes
    sessions = _count(frame.weeks * frame.sessions_per_week, "session")
    length = _count(frame.weeks, "week")
    met = [f"{times} a week for {length}, {sessions} of {minutes} minutes at most."]
    if frame.may_leave > 0.0:
        met.append("Patients may leave when they are better.")
    if frame.may_drop_out > 0.0:
        met.append("They may drop out.")
    found = [("Sessions", " ".join([met[0][0].upper() + met[0][1:], *met[1:]]))]
    if design.kind == "correlational":
        return found
    practice, other = config.training, config.control.name.replace("_", " ")
    begins = f"from week {practice.start_week}" if practice.weeks else "before each session"
    lasts = f" for {practice.weeks} weeks" if practice.weeks else ""
    name, hours = practice.name.replace("_", " "), practice.hours_per_week
    words = [
        f"{name} ({hours:g} hours a week{lasts}, {begins}) against {other}.",
        f"{_share(said.uptake)} of those assigned take it up;" if said.uptake < 1.0 else "",
        f"{_share(said.contamination)} of the others do it all the same."
        if said.contamination > 0.0
        else "",
    ]
    return [("Training", " ".join(filter(None, words)).rstrip(";")), *found]


def _outcome(design: Design) -> str:
    """Say what is measured, when, and what an effect on it would mean."""
    said, config = design.config.design, design.config
    names = ", ".join(one.label for one in design.endpoints)
    if config.generator.name == "linear":
        adjusted = ", adjusted for baseline" if said.baseline else ""
        return f"One outcome in SD{adjusted}; significance at {said.level:g}, two-sided."
    end = config.setting.weeks
    when = f"at the scheduled end (week {end})"
    if said.wave == "followup":
        when = f"at follow-up (week {end + design.follow_up_weeks})"
    through = f"; mediator {design.mediator.label}" if design.mediator else ""
    meant = "whether or not treatment was stopped (treatment policy)"
    if said.estimand == "while_on_treatment":
        when, meant = "after the last session attended", "while on treatment"
    taken = any("pre" in one.columns for one in design.endpoints)
    adjusted = ", and before treatment" if said.baseline and taken else ""
    return (
        f"{names}; {when}{adjusted}{through}; {meant}; significance at {said.level:g}, two-sided."
    )


def _missing(design: Design) -> str:
    """Say who is lost, and what of."""
    said, config = design.config.design, design.config
    found = []
    if config.generator.name == "linear":
        if config.generator.dropout > 0.0:
            found.append(f"{_share(config.generator.dropout)} drop out, at random")
    elif said.estimand == "treatment_policy" and said.retrieved < 1.0:
        kept = f"{_share(said.retrieved)}" if said.retrieved > 0.0 else "none"
        found.append(
            f"of those who drop out, {kept} are asked again, so outcomes are missing not at random"
        )
    if said.therapist_loss > 0.0:
        found.append(f"{_share(said.therapist_loss)} of the therapists leave in the course of it")
    if said.patient_loss > 0.0:
        found.append(f"{_share(said.patient_loss)} of the outcomes are lost at random")
    if said.planned_missing > 0.0:
        found.append(
            f"{_share(said.planned_missing)} of the patients are not asked "
            f"{_PLANNED[said.planned_at]}, by plan"
        )
    told = "; ".join(found) or "nothing is missing"
    return f"{told[0].upper()}{told[1:]}."


def _generator(design: Design) -> str:
    """Say where the trials come from."""
    made = design.config.generator
    if made.name == "process":
        return f"the chain, in the world {design.config.world.name}."
    return (
        f"assumed numbers: effect {made.effect:g} SD, intraclass correlation {made.icc:g}, "
        f"correlation with baseline {made.baseline_correlation:g}."
    )


def _count(many: int, word: str) -> str:
    """Write a number of things."""
    return f"{many} {word}" if many == 1 else f"{many} {word}s"


def _share(share: float) -> str:
    """Write a share in per cent."""
    return f"{100.0 * share:.3g}%"
