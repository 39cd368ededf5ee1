"""The rows of the tables: what is written down of a therapist, patient, session and segment.

A row holds numbers only. A wave that a person never reached is not a number (NaN).
"""

from __future__ import annotations

import dataclasses
import math
from typing import Annotated


@dataclasses.dataclass(slots=True)
class TherapistRow:
    """A therapist over the study.

    Waves: ``pre`` before any training, ``start`` in the first week of the treatment, ``post`` at
    its end. ``<trait>_pre`` and ``_post`` are on the cushion, ``_room`` is what reached the room
    at its end.
    """

    therapist: Annotated[int, "id", "stable id"] = 0
    attention_pre: Annotated[float, "SD", "stability of attention before training"] = 0.0
    curiosity_pre: Annotated[float, "SD", "curiosity before training"] = 0.0
    openness_pre: Annotated[float, "SD", "openness before training"] = 0.0
    acceptance_pre: Annotated[float, "SD", "acceptance before training"] = 0.0
    love_pre: Annotated[float, "SD", "love before training"] = 0.0
    bowl_capacity_pre: Annotated[float, "SD", "capacity of the bowl before training"] = 0.0
    decentring_pre: Annotated[float, "SD", "decentring before training"] = 0.0
    intention_pre: Annotated[float, "SD", "relational intention before training"] = 0.0
    ego_pre: Annotated[float, "SD", "investment in being right, before training"] = 0.0
    resonance_pre: Annotated[float, "share", "dose of the patient's affect felt, before"] = 0.0
    attention_post: Annotated[float, "SD", "stability of attention, on the cushion"] = 0.0
    curiosity_post: Annotated[float, "SD", "curiosity, on the cushion"] = 0.0
    openness_post: Annotated[float, "SD", "openness, on the cushion"] = 0.0
    acceptance_post: Annotated[float, "SD", "acceptance, on the cushion"] = 0.0
    love_post: Annotated[float, "SD", "love, on the cushion"] = 0.0
    bowl_capacity_post: Annotated[float, "SD", "capacity of the bowl, on the cushion"] = 0.0
    decentring_post: Annotated[float, "SD", "decentring, on the cushion"] = 0.0
    intention_post: Annotated[float, "SD", "relational intention, on the cushion"] = 0.0
    self_compassion_post: Annotated[float, "SD", "kindness to oneself gained, on the cushion"] = 0.0
    ego_post: Annotated[float, "SD", "investment in being right, on the cushion"] = 0.0
    aim_regulation_post: Annotated[float, "share", "of the aims: calm and control"] = 0.0
    aim_exploration_post: Annotated[float, "share", "of the aims: knowing oneself"] = 0.0
    aim_liberation_post: Annotated[float, "share", "of the aims: letting go"] = 0.0
    aim_relation_post: Annotated[float, "share", "of the aims: being with others"] = 0.0
    attention_room: Annotated[float, "SD", "stability of attention in the room"] = 0.0
    curiosity_room: Annotated[float, "SD", "curiosity in the room"] = 0.0
    openness_room: Annotated[float, "SD", "openness in the room"] = 0.0
    acceptance_room: Annotated[float, "SD", "acceptance in the room"] = 0.0
    love_room: Annotated[float, "SD", "love in the room"] = 0.0
    bowl_capacity_room: Annotated[float, "SD", "capacity of the bowl in the room"] = 0.0
    decentring_room: Annotated[float, "SD", "decentring in the room"] = 0.0
    intention_room: Annotated[float, "SD", "relational intention in the room"] = 0.0
    ego_room: Annotated[float, "SD", "investment in being right, in the room"] = 0.0
    resonance_room: Annotated[float, "share", "dose of the patient's affect, in the room"] = 0.0
    hook_release_room: Annotated[float, "share", "of what hooks do, undone in the room"] = 0.0
    reactivity_room: Annotated[float, "SD", "reactivity in the room"] = 0.0
    rigidity_room: Annotated[float, "SD", "rigidity to the model in the room"] = 0.0
    noticing_post: Annotated[float, "SD", "trained skill in noticing ruptures"] = 0.0
    working_through_post: Annotated[float, "SD", "trained skill in working through"] = 0.0
    hope_room: Annotated[float, "SD", "hope that training gave, in the room"] = 0.0
    introject: Annotated[float, "SD", "self-affiliation"] = 0.0
    technique_pre: Annotated[float, "SD", "technical skill before training"] = 0.0
    technique_room: Annotated[float, "SD", "technical skill in the room at the end"] = 0.0
    conceptualisation_pre: Annotated[float, "SD", "skill in conceptualising before training"] = 0.0
    conceptualisation_room: Annotated[float, "SD", "skill in conceptualising, in the room"] = 0.0
    self_kindness_pre: Annotated[float, "level", "kindness toward oneself in the room"] = 0.0
    self_kindness_post: Annotated[float, "level", "kindness toward oneself in the room"] = 0.0
    self_attunement_pre: Annotated[float, "level", "self-attunement before training"] = 0.0
    self_attunement_start: Annotated[float, "level", "self-attunement at treatment start"] = 0.0
    self_attunement_post: Annotated[float, "level", "self-attunement at treatment end"] = 0.0
    knowing_post: Annotated[float, "level", "knowing oneself at treatment end"] = 0.0
    befriending_post: Annotated[float, "level", "befriending oneself at treatment end"] = 0.0
    practising_post: Annotated[int, "0 or 1", "whether practice was taken up and kept up"] = 0
    practice_minutes: Annotated[float, "minutes", "formal practice done by the end"] = 0.0
    caseload: Annotated[int, "patients", "patients assigned"] = 0
    fmi_self_pre: Annotated[float, "14-56", "Freiburg Mindfulness Inventory before training"] = 0.0
    fmi_self_start: Annotated[float, "14-56", "the same at treatment start"] = 0.0
    fmi_self_post: Annotated[float, "14-56", "the same at treatment end"] = 0.0
    scs_self_pre: Annotated[float, "1-5", "Self-Compassion Scale before training"] = 0.0
    scs_self_start: Annotated[float, "1-5", "the same at treatment start"] = 0.0
    scs_self_post: Annotated[float, "1-5", "the same at treatment end"] = 0.0
    technique_supervisor_post: Annotated[float, "SD", "technique as a supervisor rates it"] = 0.0
    conceptualisation_supervisor_post: Annotated[float, "SD", "conceptualising, likewise"] = 0.0


@dataclasses.dataclass(slots=True)
class PatientRow:
    """A patient over the study.

    Waves: ``pre`` at intake, ``post`` at the scheduled end whether or not still treated, ``last``
    after the last session attended, ``followup`` some weeks after the end.
    """

    patient: Annotated[int, "id", "stable id"] = 0
    therapist: Annotated[int, "id", "stable id of the therapist"] = 0
    sessions_attended: Annotated[int, "sessions", "sessions attended"] = 0
    ending: Annotated[int, "code", "how the treatment ended"] = 0
    symptom_severity_pre: Annotated[float, "SD", "symptom severity"] = 0.0
    symptom_severity_post: Annotated[float, "SD", "symptom severity"] = 0.0
    symptom_severity_last: Annotated[float, "SD", "symptom severity"] = 0.0
    symptom_severity_followup: Annotated[float, "SD", "symptom severity"] = 0.0
    well_being_pre: Annotated[float, "SD", "well-being"] = 0.0
    well_being_post: Annotated[float, "SD", "well-being"] = 0.0
    well_being_last: Annotated[float, "SD", "well-being"] = 0.0
    well_being_followup: Annotated[float, "SD", "well-being"] = 0.0
    relationships_pre: Annotated[float, "SD", "quality of relationships"] = 0.0
    relationships_post: Annotated[float, "SD", "quality of relationships"] = 0.0
    relationships_last: Annotated[float, "SD", "quality of relationships"] = 0.0
    relationships_followup: Annotated[float, "SD", "quality of relationships"] = 0.0
    self_attunement_pre: Annotated[float, "SD", "self-attunement outside the room"] = 0.0
    self_attunement_post: Annotated[float, "SD", "self-attunement outside the room"] = 0.0
    self_attunement_last: Annotated[float, "SD", "self-attunement outside the room"] = 0.0
    self_attunement_followup: Annotated[float, "SD", "self-attunement outside the room"] = 0.0
    fear_rejection_pre: Annotated[float, "level", "fear of being rejected"] = 0.0
    fear_rejection_post: Annotated[float, "level", "fear of being rejected"] = 0.0
    fear_harm_pre: Annotated[float, "level", "fear of harming the other"] = 0.0
    fear_harm_post: Annotated[float, "level", "fear of harming the other"] = 0.0
    reflective_post: Annotated[float, "SD", "reflecting on oneself, against the rest"] = 0.0
    understanding_post: Annotated[float, "SD", "understanding oneself, likewise"] = 0.0
    accepting_post: Annotated[float, "SD", "accepting oneself, likewise"] = 0.0
    comforting_post: Annotated[float, "SD", "comforting oneself, likewise"] = 0.0
    template_post: Annotated[float, "SD", "skill in handling conflict, from repairs"] = 0.0
    bowl_pre: Annotated[float, "SD", "affect the patient can bear"] = 0.0
    bowl_post: Annotated[float, "SD", "affect the patient can bear"] = 0.0
    expectancy_pre: Annotated[float, "SD", "expectancy of help brought along"] = 0.0
    expectancy_post: Annotated[float, "SD", "expectancy of help in the last session"] = 0.0
    gsi_self_pre: Annotated[float, "0-4", "SCL-90-R Global Severity Index at intake"] = 0.0
    gsi_self_post: Annotated[float, "0-4", "the same at the scheduled end"] = 0.0
    gsi_self_followup: Annotated[float, "0-4", "the same at follow-up"] = 0.0
    wai_patient_early: Annotated[float, "1-5", "WAI-SR, patient, third session"] = math.nan
    wai_patient_mid: Annotated[float, "1-5", "the same at half time"] = math.nan
    wai_patient_late: Annotated[float, "1-5", "the same, last session attended"] = math.nan
    wai_therapist_early: Annotated[float, "1-5", "WAI-SR, therapist, third session"] = math.nan
    wai_therapist_mid: Annotated[float, "1-5", "the same at half time"] = math.nan
    wai_therapist_late: Annotated[float, "1-5", "the same, last session attended"] = math.nan
    alliance_early: Annotated[float, "level", "alliance after the third session"] = math.nan
    alliance_mid: Annotated[float, "level", "alliance after the session at half time"] = math.nan
    alliance_late: Annotated[float, "level", "alliance after the last session attended"] = math.nan
    safety_late: Annotated[float, "level", "safety after the last session attended"] = math.nan
    ruptures: Annotated[int, "count", "ruptures begun"] = 0
    noticed: Annotated[int, "count", "ruptures noticed"] = 0
    repaired: Annotated[int, "count", "ruptures worked through"] = 0
    attempts: Annotated[int, "count", "attempts at working through"] = 0
    hostile_acts: Annotated[int, "count", "hostile or controlling acts"] = 0
    hostile_answers: Annotated[int, "count", "hostile acts the patient answered in kind"] = 0
    overflows: Annotated[int, "count", "overflows of the bowl"] = 0
    lapses: Annotated[int, "count", "lapses of presence"] = 0
    catches: Annotated[int, "count", "lapses caught in time"] = 0
    sessions_with_rupture: Annotated[int, "sessions", "sessions in which a rupture was open"] = 0
    sessions_hooked: Annotated[int, "sessions", "on a theme the therapist cannot hold"] = 0
    actions_due: Annotated[int, "sessions", "that called for action"] = 0
    actions_taken: Annotated[int, "sessions", "in which the therapist then acted"] = 0
    ruptures_reported_patient: Annotated[int, "sessions", "with a rupture, says the patient"] = 0
    ruptures_reported_therapist: Annotated[
        int, "sessions", "with a rupture, says the therapist"
    ] = 0
    presence: Annotated[float, "level", "the therapist's presence, mean of sessions"] = math.nan
    sent_attunement: Annotated[float, "level", "attunement sent, mean of sessions"] = math.nan
    felt_attunement: Annotated[float, "level", "attunement felt, mean of sessions"] = math.nan


@dataclasses.dataclass(slots=True)
class SessionRow:
    """A session: the state in which it leaves both, and what happened in it."""

    presence: Annotated[float, "level", "the therapist's presence, mean of segments"] = 0.0
    dull: Annotated[float, "share", "of the session in which the mind was dull"] = 0.0
    scattered: Annotated[float, "share", "of the session in which the mind was scattered"] = 0.0
    load: Annotated[float, "load", "what the bowl held, mean of segments"] = 0.0
    fatigue: Annotated[float, "SD", "the therapist's tiredness afterwards"] = 0.0
    therapist_self_attunement: Annotated[float, "level", "the therapist's, afterwards"] = 0.0
    hooked: Annotated[int, "0 or 1", "the theme is one the therapist cannot hold"] = 0
    intention: Annotated[float, "SD", "relational intention with this patient, today"] = 0.0
    ladder: Annotated[float, "SD", "how far up the ladder the two have climbed"] = 0.0
    warmth: Annotated[float, "level", "attitude toward the patient"] = 0.0
    vulnerability: Annotated[float, "level", "how much the patient showed"] = 0.0
    sent_attunement: Annotated[float, "level", "attunement sent, mean of segments"] = 0.0
    felt_attunement: Annotated[float, "level", "attunement felt, mean of segments"] = 0.0
    safety: Annotated[float, "level", "felt safety afterwards"] = 0.0
    bond: Annotated[float, "level", "bond afterwards"] = 0.0
    task: Annotated[float, "level", "agreement on tasks afterwards"] = 0.0
    goal: Annotated[float, "level", "agreement on goals afterwards"] = 0.0
    alliance: Annotated[float, "level", "alliance afterwards"] = 0.0
    fear_rejection: Annotated[float, "level", "fear of being rejected afterwards"] = 0.0
    fear_harm: Annotated[float, "level", "fear of harming the other afterwards"] = 0.0
    self_attunement_in_room: Annotated[float, "SD", "the patient's, in the room"] = 0.0
    self_attunement: Annotated[float, "SD", "the patient's, outside the room"] = 0.0
    window: Annotated[float, "level", "affect within the patient's window, mean"] = 0.0
    swamped: Annotated[float, "level", "affect that swamped the patient, mean"] = 0.0
    bowl: Annotated[float, "SD", "affect the patient can bear, afterwards"] = 0.0
    symptom_severity: Annotated[float, "SD", "symptom severity at the session"] = 0.0
    well_being: Annotated[float, "SD", "well-being at the session"] = 0.0
    relationships: Annotated[float, "SD", "quality of relationships at the session"] = 0.0
    rupture_probability: Annotated[float, "probability", "of a rupture in such a session"] = 0.0
    repair_probability: Annotated[float, "probability", "that one would be repaired at once"] = 0.0
    rupture_open: Annotated[int, "0 or 1", "a rupture is left open"] = 0
    ruptures: Annotated[int, "count", "ruptures begun"] = 0
    noticed: Annotated[int, "count", "ruptures noticed"] = 0
    attempts: Annotated[int, "count", "attempts at working through"] = 0
    repaired: Annotated[int, "count", "ruptures worked through"] = 0
    hostile_acts: Annotated[int, "count", "hostile or controlling acts"] = 0
    hostile_answers: Annotated[int, "count", "hostile acts the patient answered in kind"] = 0
    overflows: Annotated[int, "count", "overflows of the bowl"] = 0
    lapses: Annotated[int, "count", "lapses of presence"] = 0
    catches: Annotated[int, "count", "lapses caught in time"] = 0
    action_due: Annotated[int, "0 or 1", "the session called for action"] = 0
    acted: Annotated[int, "0 or 1", "the therapist then acted"] = 0
    rupture_reported_patient: Annotated[int, "0 or 1", "the patient reports a rupture"] = 0
    rupture_reported_therapist: Annotated[int, "0 or 1", "the therapist reports a rupture"] = 0


@dataclasses.dataclass(slots=True)
class SegmentRow:
    """Five minutes: the state, and what happened."""

    presence: Annotated[float, "level", "the therapist's presence"] = 0.0
    agitation: Annotated[float, "SD", "unrest the therapist brought along"] = 0.0
    load: Annotated[float, "load", "what the bowl holds"] = 0.0
    capacity: Annotated[float, "load", "what the bowl can hold, but for a hooked theme"] = 0.0
    affect: Annotated[float, "SD", "the patient's affect"] = 0.0
    need: Annotated[float, "SD", "closeness the patient wants"] = 0.0
    closeness: Annotated[float, "SD", "closeness the therapist offers"] = 0.0
    read_said: Annotated[float, "level", "what the words say, read"] = 0.0
    read_unsaid: Annotated[float, "level", "what face, posture and tone say, read"] = 0.0
    read: Annotated[float, "level", "the patient's state, read"] = 0.0
    expressed: Annotated[float, "level", "the reading, expressed"] = 0.0
    recognised: Annotated[float, "level", "the expression, recognised"] = 0.0
    sent_attunement: Annotated[float, "level", "attunement sent"] = 0.0
    felt_attunement: Annotated[float, "level", "attunement felt"] = 0.0
    overflow: Annotated[int, "code", "whether the bowl held"] = 0
    hostile: Annotated[int, "0 or 1", "a hostile or controlling act"] = 0
    answered: Annotated[int, "0 or 1", "the patient answered it in kind"] = 0
    adherence: Annotated[float, "level", "holding to the treatment model"] = 0.0
    lapse: Annotated[int, "0 or 1", "a lapse of presence"] = 0
    caught: Annotated[int, "0 or 1", "the lapse was caught in time"] = 0
    rupture_begins: Annotated[int, "0 or 1", "a rupture begins"] = 0
    rupture_open: Annotated[int, "0 or 1", "a rupture is open at the end of the segment"] = 0
    rupture_kind: Annotated[int, "code", "of the open rupture"] = 0
    rupture_damage: Annotated[float, "level", "damage the open rupture has done"] = 0.0
    noticed: Annotated[int, "0 or 1", "the rupture is noticed"] = 0
    working_through: Annotated[int, "code", "how working through went"] = 0
