"""The protocol of a trial as its author writes it down: what a design and a generator are told.

`sim.schema` makes groups of the configuration of these; `sim.trial.design` works out what they
mean for a trial, and refuses what no trial can be.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

#: How arms are made up.
KINDS = (
    "parallel",
    "partially_nested",
    "sequential_cohort",
    "stepped_wedge",
    "crossover",
    "abab",
    "correlational",
)

#: How therapists come to their arm.
ASSIGNMENTS = ("blocks", "stratified", "random", "self_selected")

#: How many patients each therapist has.
CASELOADS = ("fixed", "uneven", "drawn")

#: What the effect is to mean for those who do not stay in treatment.
ESTIMANDS = ("treatment_policy", "while_on_treatment")

#: When the outcome is measured.
WAVES = ("post", "followup")

#: The waves at which patients can be left out by plan: one of them, or any one for each patient.
PLANNED = ("baseline", "post", "followup", "any")

#: Where simulated trials come from.
GENERATORS = ("process", "linear")


@dataclasses.dataclass
class Design:
    """Who is trained, who treats whom, what is measured, and who is lost on the way."""

    kind: str = "parallel"
    assignment: str = "blocks"
    block: int = 2
    trained: int | None = None
    trained_patients: int | None = None
    untrained_patients: int | None = None
    caseloads: str = "fixed"
    caseload_spread: float = 0.4
    periods: int = 2
    selection: float = 0.0
    case_mix: float = 0.0
    uptake: float = 1.0
    contamination: float = 0.0
    therapist_loss: float = 0.0
    patient_loss: float = 0.0
    planned_missing: float = 0.0
    planned_at: str = "baseline"
    retrieved: float = 0.0
    estimand: str = "treatment_policy"
    endpoints: list[str] = dataclasses.field(default_factory=lambda: ["gsi_self"])
    mediator: str | None = None
    wave: str = "post"
    baseline: bool = True
    follow_up: int | None = None
    level: float = 0.05


@dataclasses.dataclass
class Generator:
    """What makes the trials up; the numbers are those of the linear generator."""

    effect: float = 0.0
    effect_spread: float = 0.0
    icc: float = 0.05
    baseline_correlation: float = 0.5
    dropout: float = 0.0


#: The keys that hold a word, the words, and what such a word is.
WORDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "design.kind": (KINDS, "kind of design"),
    "design.assignment": (ASSIGNMENTS, "way to an arm"),
    "design.caseloads": (CASELOADS, "kind of caseload"),
    "design.estimand": (ESTIMANDS, "estimand"),
    "design.planned_at": (PLANNED, "wave to be left out by plan"),
    "design.wave": (WAVES, "wave of a trial's outcome"),
    "generator.name": (GENERATORS, "generator"),
}

#: The range of every number.
RANGES: Mapping[str, tuple[float, float]] = {
    "design.block": (2, 100),
    "design.trained": (1, 100_000),
    "design.trained_patients": (1, 1_000_000),
    "design.untrained_patients": (1, 1_000_000),
    "design.caseload_spread": (0.0, 2.0),
    "design.periods": (2, 100),
    "design.selection": (-5.0, 5.0),
    "design.case_mix": (-1.0, 1.0),
    "design.uptake": (0.0, 1.0),
    "design.contamination": (0.0, 1.0),
    "design.therapist_loss": (0.0, 0.9),
    "design.patient_loss": (0.0, 0.9),
    "design.planned_missing": (0.0, 0.9),
    "design.retrieved": (0.0, 1.0),
    "design.follow_up": (1, 2080),
    "design.level": (0.0001, 0.5),
    "generator.effect": (-5.0, 5.0),
    "generator.effect_spread": (0.0, 5.0),
    "generator.icc": (0.0, 0.99),
    "generator.baseline_correlation": (-0.99, 0.99),
    "generator.dropout": (0.0, 0.9),
}

#: Numbers that may be left open.
OPTIONAL = frozenset(
    {
        "design.trained",
        "design.trained_patients",
        "design.untrained_patients",
        "design.follow_up",
    }
)

#: Keys that are true or false.
FLAGS = frozenset({"design.baseline"})
