"""The steps of the chain: what is compared, in the paper's order and the field's words.

Three relationships in a row, and what follows from them. Each step names the columns of the
trials table it is read from.
"""

from __future__ import annotations

import dataclasses

#: The three relationships of the paper, and the outcomes.
RELATIONSHIPS = {
    "therapist": "Therapist with himself or herself",
    "dyad": "Therapist with patient",
    "patient": "Patient with himself or herself",
    "outcome": "Outcome",
}

#: By what a difference is standardised.
SCALES = {
    "trait": "SD of untrained therapists' trait (latent, fixed at 1)",
    "intake": "SD of patients at intake (latent, fixed at 1)",
    "therapists": "SD between untrained therapists, as simulated",
    "patients": "SD between untrained patients, as simulated",
    "yes or no": "SD of a single yes or no in the untrained arm",
}

#: By what a difference in a score is.
SCORE_SCALES = {"instrument": "SD of the score at that wave, both arms pooled"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the chain.

    Attributes
    ----------
    name : str
        Its name in the table of effects.
    label : str
        What it is, in the field's words.
    place : str
        Its place in the chain; one of `RELATIONSHIPS`.
    columns : tuple of str
        Columns of the trials table; their mean is taken.
    per : str or None
        A column to divide by; since both are means over the same patients, this gives a ratio of
        sums in each replicate.
    unit : str
        Of the difference.
    scale : str
        By what the difference is standardised; one of `SCALES`.
    better : int
        +1 if more is better, -1 if less is.
    """

    name: str
    label: str
    place: str
    columns: tuple[str, ...]
    per: str | None = None
    unit: str
    scale: str
    better: int = 1


def _attitudes(wave: str) -> tuple[str, ...]:
    return tuple(f"therapist_{a}_{wave}" for a in ("curiosity", "openness", "acceptance", "love"))


#: The chain, from practice to outcome.
STEPS = (
    Step(
        name="attention_on_the_cushion",
        label="Attention, on the cushion",
        place="therapist",
        columns=("therapist_attention_post",),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="attitude_on_the_cushion",
        label="Attitude, on the cushion",
        place="therapist",
        columns=_attitudes("post"),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="attention_in_the_room",
        label="Attention, in the room",
        place="therapist",
        columns=("therapist_attention_room",),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="attitude_in_the_room",
        label="Attitude, in the room",
        place="therapist",
        columns=_attitudes("room"),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="therapist_self_attunement",
        label="Therapist's self-attunement",
        place="therapist",
        columns=("therapist_self_attunement_post",),
        unit="level 0–1",
        scale="therapists",
    ),
    Step(
        name="presence",
        label="Presence",
        place="dyad",
        columns=("presence",),
        unit="level 0–1",
        scale="patients",
    ),
    Step(
        name="sent_attunement",
        label="Attunement sent",
        place="dyad",
        columns=("sent_attunement",),
        unit="level 0–1",
        scale="patients",
    ),
    Step(
        name="felt_attunement",
        label="Attunement felt",
        place="dyad",
        columns=("felt_attunement",),
        unit="level 0–1",
        scale="patients",
    ),
    Step(
        name="alliance",
        label="Alliance, last session",
        place="dyad",
        columns=("alliance_late",),
        unit="level 0–1",
        scale="patients",
    ),
    Step(
        name="ruptures_per_session",
        label="Ruptures per session",
        place="dyad",
        columns=("ruptures",),
        per="sessions_attended",
        unit="per session",
        scale="patients",
        better=-1,
    ),
    Step(
        name="share_noticed",
        label="Noticed, of all ruptures",
        place="dyad",
        columns=("noticed",),
        per="ruptures",
        unit="share",
        scale="yes or no",
    ),
    Step(
        name="share_repaired_of_noticed",
        label="Repaired, of those noticed",
        place="dyad",
        columns=("repaired",),
        per="noticed",
        unit="share",
        scale="yes or no",
    ),
    Step(
        name="share_repaired",
        label="Repaired, of all ruptures",
        place="dyad",
        columns=("repaired",),
        per="ruptures",
        unit="share",
        scale="yes or no",
    ),
    Step(
        name="hostile_acts_per_session",
        label="Hostile acts per session",
        place="dyad",
        columns=("hostile_acts",),
        per="sessions_attended",
        unit="per session",
        scale="patients",
        better=-1,
    ),
    Step(
        name="patient_self_attunement",
        label="Patient's self-attunement",
        place="patient",
        columns=("self_attunement_post",),
        unit="SD",
        scale="intake",
    ),
    Step(
        name="symptom_severity",
        label="Symptom severity",
        place="outcome",
        columns=("symptom_severity_post",),
        unit="SD",
        scale="intake",
        better=-1,
    ),
    Step(
        name="well_being",
        label="Well-being",
        place="outcome",
        columns=("well_being_post",),
        unit="SD",
        scale="intake",
    ),
    Step(
        name="relationships",
        label="Relationships",
        place="outcome",
        columns=("relationships_post",),
        unit="SD",
        scale="intake",
    ),
    Step(
        name="dropout",
        label="Dropout",
        place="outcome",
        columns=("ending_dropped_out",),
        unit="share",
        scale="yes or no",
        better=-1,
    ),
)
