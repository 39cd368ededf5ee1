"""The rule: nothing that links therapists' mindfulness or training to patients is ever fitted.

A target that is fitted may not relate a therapist's trait, state, questionnaire or programme to a
column of patients or sessions. Shares of variance between therapists, comparisons of raters of the
same dyad, and what therapists say of themselves are allowed. The rule needs nothing but what a
target declares: its level, its columns and its study; an estimator is given no other column.
"""

from __future__ import annotations

from sim.calibration.ratings import DERIVED
from sim.calibration.studies import STUDIES
from sim.calibration.targets import Target

#: The levels of rows that a target can read.
LEVELS = ("therapists", "patients", "sessions")

#: Columns in the rows of patients and sessions that tell a therapist's own state, or what he or she
#: alone does.
THERAPIST_STATES = frozenset(
    {
        "presence",
        "dull",
        "scattered",
        "load",
        "fatigue",
        "therapist_self_attunement",
        "hooked",
        "sessions_hooked",
        "intention",
        "ladder",
        "warmth",
        "lapses",
        "catches",
        "noticed",
        "attempts",
        "technique_supervisor",
    }
)


def reads(target: Target) -> frozenset[tuple[str, str]]:
    """List what a target reads, as levels and columns of the rows.

    A derived column is told by what it is made of.
    """
    found: set[tuple[str, str]] = set()
    for name in target.columns.values():
        other, _, column = name.rpartition(".")
        derived = DERIVED.get(column)
        found |= set(derived.reads) if derived else {(other or target.level, column)}
    return frozenset(found)


def leak(target: Target) -> str | None:
    """Tell in one sentence how a target breaks the rule; None where it does not.

    Only targets that are fitted can.
    """
    if target.use != "calibrate":
        return None
    unknown = sorted({level for level, _ in reads(target)} - set(LEVELS))
    if unknown:
        return f"{target.name} reads {unknown[0]}, which is no level that the rule knows"
    therapists = {column for level, column in reads(target) if level == "therapists"}
    patients = {column for level, column in reads(target) if level != "therapists"}
    states = sorted(patients & THERAPIST_STATES)
    if states:
        return f"{target.name} reads a therapist's state, {states[0]}, in the rows of patients"
    if therapists and patients:
        return (
            f"{target.name} relates {min(therapists)} of therapists to {min(patients)} of patients"
        )
    if patients and STUDIES[target.study].arms != ("none",):
        return f"{target.name} relates programmes of therapists to {min(patients)} of patients"
    return None
