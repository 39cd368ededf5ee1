"""Who writes down what, and when: the rows of the tables are filled in here."""

from __future__ import annotations

import math

from sim import draws, instruments
from sim.course import ENDINGS
from sim.parameters import Parameters
from sim.records import Dyad, Frame, Patient, Therapist
from sim.rows import PatientRow, SegmentRow, SessionRow, TherapistRow

#: What the codes in the rows mean, by column.
WORDS: dict[str, tuple[str, ...]] = {
    "ending": ENDINGS,
    "overflow": ("held", "absorbed", "pushed_away"),
    "rupture_kind": ("none", "withdrawal", "confrontation"),
    "working_through": ("not_tried", "worked_through", "unsettled", "defensive", "rigid"),
}

#: The waves at which therapists fill in questionnaires.
PRE, START, POST = 0, 1, 2

#: The waves at which patients fill in questionnaires, and both rate the alliance.
INTAKE, EARLY, MID, LATE, END, FOLLOWUP = 0, 1, 2, 3, 4, 5

#: The session after which an early alliance is measured.
EARLY_SESSION = 3


def therapist_pre(
    p: Parameters, t: Therapist, row: TherapistRow, people: int, luck: int, replicate: int
) -> None:
    """Write down a therapist before any training, and how he or she answers questionnaires."""
    mindfulness_style_word, compassion_style_word, alliance_style_word, _fourth = draws.words(
        people, replicate, t.therapist, draws.NOBODY, 0, draws.THERAPIST_ANSWERING
    )
    t.mindfulness_style = draws.normal(mindfulness_style_word)
    t.compassion_style = draws.normal(compassion_style_word)
    t.alliance_style = draws.normal(alliance_style_word)
    row.therapist = t.therapist
    row.attention_pre = t.attention_baseline
    row.curiosity_pre = t.curiosity_baseline
    row.openness_pre = t.openness_baseline
    row.acceptance_pre = t.acceptance_baseline
    row.love_pre = t.love_baseline
    row.bowl_capacity_pre = t.bowl_capacity_baseline
    row.decentring_pre = t.decentring_baseline
    row.intention_pre = t.intention_baseline
    row.ego_pre = t.ego_baseline
    row.resonance_pre = t.resonance_baseline
    row.introject = t.introject
    row.technique_pre = t.technique_baseline
    row.conceptualisation_pre = t.conceptualisation_baseline
    row.self_kindness_pre = t.self_kindness
    row.self_attunement_pre = t.self_attunement
    row.fmi_self_pre, row.scs_self_pre = _questionnaires(p, t, luck, replicate, PRE)


def therapist_start(
    p: Parameters, t: Therapist, row: TherapistRow, luck: int, replicate: int
) -> None:
    """Write down a therapist in the first week of the treatment."""
    row.self_attunement_start = t.self_attunement
    row.fmi_self_start, row.scs_self_start = _questionnaires(p, t, luck, replicate, START)


def therapist_post(
    p: Parameters,
    t: Therapist,
    row: TherapistRow,
    caseload: int,
    luck: int,
    replicate: int,
) -> None:
    """Write down a therapist at the end of the treatment."""
    row.attention_post = t.attention_baseline + t.attention_gain
    row.curiosity_post = t.curiosity_baseline + t.curiosity_gain
    row.openness_post = t.openness_baseline + t.openness_gain
    row.acceptance_post = t.acceptance_baseline + t.acceptance_gain
    row.love_post = t.love_baseline + t.love_gain
    row.bowl_capacity_post = t.bowl_capacity_baseline + t.bowl_capacity_gain
    row.decentring_post = t.decentring_baseline + t.decentring_gain
    row.intention_post = t.intention_baseline + t.intention_gain
    row.self_compassion_post = t.self_compassion_gain
    row.ego_post = t.ego_baseline + t.ego_gain
    row.aim_regulation_post = t.aim_regulation
    row.aim_exploration_post = t.aim_exploration
    row.aim_liberation_post = t.aim_liberation
    row.aim_relation_post = t.aim_relation
    row.attention_room = t.attention
    row.curiosity_room = t.curiosity
    row.openness_room = t.openness
    row.acceptance_room = t.acceptance
    row.love_room = t.love
    row.bowl_capacity_room = t.bowl_capacity
    row.decentring_room = t.decentring
    row.intention_room = t.intention
    row.ego_room = t.ego
    row.resonance_room = t.resonance
    row.hook_release_room = t.hook_release
    row.reactivity_room = t.reactivity
    row.rigidity_room = t.rigidity
    row.noticing_post = t.noticing_gain
    row.working_through_post = t.working_through_gain
    row.hope_room = t.hope
    row.technique_room = t.technique
    row.conceptualisation_room = t.conceptualisation
    row.self_kindness_post = t.self_kindness
    row.self_attunement_post = t.self_attunement
    row.knowing_post = t.knowing
    row.befriending_post = t.befriending
    row.practising_post = t.practising
    row.practice_minutes = 60.0 * t.practice_hours
    row.caseload = caseload
    row.fmi_self_post, row.scs_self_post = _questionnaires(p, t, luck, replicate, POST)
    technique_word, conceptualisation_word, _third, _fourth = draws.words(
        luck, replicate, t.therapist, draws.NOBODY, POST, draws.SUPERVISOR_ANSWERS
    )
    row.technique_supervisor_post = instruments.supervisor_technique(
        p, t, draws.normal(technique_word)
    )
    row.conceptualisation_supervisor_post = instruments.supervisor_conceptualisation(
        p, t, draws.normal(conceptualisation_word)
    )


def _questionnaires(
    p: Parameters, t: Therapist, luck: int, replicate: int, wave: int
) -> tuple[float, float]:
    """Let a therapist fill in both questionnaires: mindfulness and self-compassion."""
    mindfulness_word, compassion_word, _third, _fourth = draws.words(
        luck, replicate, t.therapist, draws.NOBODY, wave, draws.THERAPIST_ANSWERS
    )
    return (
        instruments.mindfulness(p, t, draws.normal(mindfulness_word)),
        instruments.self_compassion(p, t, draws.normal(compassion_word)),
    )


def patient_pre(
    p: Parameters,
    t: Therapist,
    c: Patient,
    row: PatientRow,
    people: int,
    luck: int,
    replicate: int,
) -> None:
    """Write down a patient at intake, and how he or she answers questionnaires."""
    common_style_word, symptom_style_word, alliance_style_word, _fourth = draws.words(
        people, replicate, draws.NOBODY, c.patient, 0, draws.PATIENT_ANSWERING
    )
    common = draws.normal(common_style_word)
    c.symptom_style = instruments.answering(p, common, draws.normal(symptom_style_word))
    c.alliance_style = instruments.answering(p, common, draws.normal(alliance_style_word))
    nothing = math.nan
    row.patient = c.patient
    row.therapist = t.therapist
    row.symptom_severity_pre = c.symptom_severity
    row.well_being_pre = c.well_being
    row.relationships_pre = c.relationships
    row.self_attunement_pre = c.self_attunement
    row.fear_rejection_pre = c.fear_rejection
    row.fear_harm_pre = c.fear_harm
    row.expectancy_pre = c.expectancy_intake
    row.bowl_pre = c.bowl
    row.gsi_self_pre = _symptoms(p, c, luck, replicate, INTAKE)
    row.wai_patient_early = nothing
    row.wai_patient_mid = nothing
    row.wai_patient_late = nothing
    row.wai_therapist_early = nothing
    row.wai_therapist_mid = nothing
    row.wai_therapist_late = nothing
    row.alliance_early = nothing
    row.alliance_mid = nothing
    row.alliance_late = nothing
    row.safety_late = nothing
    row.ruptures = 0
    row.noticed = 0
    row.repaired = 0
    row.attempts = 0
    row.hostile_acts = 0
    row.hostile_answers = 0
    row.overflows = 0
    row.lapses = 0
    row.catches = 0
    row.sessions_with_rupture = 0
    row.sessions_hooked = 0
    row.actions_due = 0
    row.actions_taken = 0
    row.ruptures_reported_patient = 0
    row.ruptures_reported_therapist = 0
    row.presence = 0.0
    row.sent_attunement = 0.0
    row.felt_attunement = 0.0


def segment(t: Therapist, c: Patient, d: Dyad, row: SegmentRow) -> None:
    """Write down five minutes."""
    row.presence = t.presence
    row.agitation = t.agitation
    row.load = t.load
    row.capacity = t.capacity
    row.affect = c.affect
    row.need = c.need
    row.closeness = d.closeness
    row.read_said = d.read_said
    row.read_unsaid = d.read_unsaid
    row.read = d.read
    row.expressed = d.expressed
    row.recognised = d.recognised
    row.sent_attunement = d.sent
    row.felt_attunement = d.felt
    row.overflow = d.overflow
    row.hostile = d.hostile
    row.answered = d.answered
    row.adherence = d.adherence
    row.lapse = d.lapse
    row.caught = d.caught
    row.rupture_begins = d.onset
    row.rupture_open = d.rupture_open
    row.rupture_kind = d.rupture_kind
    row.rupture_damage = d.rupture_damage
    row.noticed = d.noticing
    row.working_through = d.working


def session(
    p: Parameters,
    f: Frame,
    t: Therapist,
    c: Patient,
    d: Dyad,
    patient_row: PatientRow,
    row: SessionRow,
    luck: int,
    replicate: int,
    number: int,
) -> None:
    """Write down a session, true and as reported, and add it to the patient's row."""
    patient_word, therapist_word, _third, _fourth = draws.words(
        luck, replicate, t.therapist, c.patient, draws.segment_moment(number, 0), draws.REPORT
    )
    share = 1.0 / f.segments
    row.presence = d.sum_presence * share
    row.dull = t.dullness * (1.0 - row.presence)
    row.scattered = (1.0 - t.dullness) * (1.0 - row.presence)
    row.load = d.sum_load * share
    row.fatigue = t.fatigue
    row.therapist_self_attunement = t.self_attunement
    row.hooked = d.hooked
    row.intention = d.intention
    row.ladder = d.ladder
    row.warmth = d.warmth
    row.vulnerability = d.vulnerability
    row.sent_attunement = d.sum_sent * share
    row.felt_attunement = d.sum_felt * share
    row.safety = d.safety
    row.bond = d.bond
    row.task = d.task
    row.goal = d.goal
    row.alliance = d.alliance
    row.fear_rejection = c.fear_rejection
    row.fear_harm = c.fear_harm
    row.self_attunement_in_room = c.self_attunement_in_room
    row.self_attunement = c.self_attunement
    row.window = d.sum_window * share
    row.swamped = d.sum_swamped * share
    row.bowl = c.bowl
    row.symptom_severity = c.symptom_severity
    row.well_being = c.well_being
    row.relationships = c.relationships
    row.rupture_probability = d.rupture_probability
    row.repair_probability = d.repair_probability
    row.rupture_open = d.rupture_open
    row.ruptures = d.ruptures
    row.noticed = d.noticed
    row.attempts = d.attempts
    row.repaired = d.repaired
    row.hostile_acts = d.hostile_acts
    row.hostile_answers = d.answers
    row.action_due = d.action_due
    row.acted = d.acted
    row.overflows = d.overflows
    row.lapses = d.lapses
    row.catches = d.catches
    row.rupture_reported_patient = instruments.rupture_by_patient(p, d, draws.uniform(patient_word))
    row.rupture_reported_therapist = instruments.rupture_by_therapist(
        p, d, draws.uniform(therapist_word)
    )
    _add(c, d, patient_row, row)
    if c.sessions_attended == EARLY_SESSION:
        patient_row.alliance_early = d.alliance
        patient_row.wai_patient_early, patient_row.wai_therapist_early = _alliance(
            p, t, c, d, luck, replicate, EARLY
        )
    if number >= _half(f) and math.isnan(patient_row.alliance_mid):
        patient_row.alliance_mid = d.alliance
        patient_row.wai_patient_mid, patient_row.wai_therapist_mid = _alliance(
            p, t, c, d, luck, replicate, MID
        )


def _add(c: Patient, d: Dyad, patient_row: PatientRow, row: SessionRow) -> None:
    """Add a session to the patient's row."""
    patient_row.ruptures += row.ruptures
    patient_row.noticed += row.noticed
    patient_row.repaired += row.repaired
    patient_row.attempts += row.attempts
    patient_row.hostile_acts += row.hostile_acts
    patient_row.hostile_answers += row.hostile_answers
    patient_row.sessions_hooked += row.hooked
    patient_row.actions_due += row.action_due
    patient_row.actions_taken += row.acted
    patient_row.overflows += row.overflows
    patient_row.lapses += row.lapses
    patient_row.catches += row.catches
    if instruments.rupture_there(d):
        patient_row.sessions_with_rupture += 1
    patient_row.ruptures_reported_patient += row.rupture_reported_patient
    patient_row.ruptures_reported_therapist += row.rupture_reported_therapist
    patient_row.presence += row.presence
    patient_row.sent_attunement += row.sent_attunement
    patient_row.felt_attunement += row.felt_attunement
    patient_row.alliance_late = d.alliance
    patient_row.safety_late = d.safety
    patient_row.symptom_severity_last = c.symptom_severity
    patient_row.well_being_last = c.well_being
    patient_row.relationships_last = c.relationships
    patient_row.self_attunement_last = c.self_attunement


def _half(f: Frame) -> int:
    """Tell the session at half time."""
    return (f.weeks * f.sessions_per_week + 1) >> 1


def _symptoms(p: Parameters, c: Patient, luck: int, replicate: int, wave: int) -> float:
    """Let a patient fill in the questionnaire of symptoms."""
    symptoms_word, _second, _third, _fourth = draws.words(
        luck, replicate, draws.NOBODY, c.patient, wave, draws.PATIENT_ANSWERS
    )
    return instruments.symptoms(p, c, draws.normal(symptoms_word))


def _alliance(
    p: Parameters, t: Therapist, c: Patient, d: Dyad, luck: int, replicate: int, wave: int
) -> tuple[float, float]:
    """Let patient and therapist rate the alliance."""
    patient_word, therapist_word, _third, _fourth = draws.words(
        luck, replicate, t.therapist, c.patient, wave, draws.ALLIANCE_ANSWERS
    )
    return (
        instruments.alliance_by_patient(p, c, d, draws.normal(patient_word)),
        instruments.alliance_by_therapist(p, t, d, draws.normal(therapist_word)),
    )


def patient_post(
    p: Parameters,
    t: Therapist,
    c: Patient,
    d: Dyad,
    row: PatientRow,
    luck: int,
    replicate: int,
) -> None:
    """Write down a patient at the scheduled end, whether or not still treated."""
    row.sessions_attended = c.sessions_attended
    row.ending = c.ending
    row.symptom_severity_post = c.symptom_severity
    row.well_being_post = c.well_being
    row.relationships_post = c.relationships
    row.self_attunement_post = c.self_attunement
    row.fear_rejection_post = c.fear_rejection
    row.fear_harm_post = c.fear_harm
    row.reflective_post = c.reflective
    row.understanding_post = c.understanding
    row.accepting_post = c.accepting
    row.comforting_post = c.comforting
    row.template_post = c.template
    row.bowl_post = c.bowl
    row.expectancy_post = c.expectancy
    row.gsi_self_post = _symptoms(p, c, luck, replicate, END)
    if c.sessions_attended > 0:
        row.wai_patient_late, row.wai_therapist_late = _alliance(p, t, c, d, luck, replicate, LATE)
    sessions = float(c.sessions_attended) if c.sessions_attended > 0 else math.nan
    row.presence /= sessions
    row.sent_attunement /= sessions
    row.felt_attunement /= sessions


def patient_followup(p: Parameters, c: Patient, row: PatientRow, luck: int, replicate: int) -> None:
    """Write down a patient some weeks after the end."""
    row.symptom_severity_followup = c.symptom_severity
    row.well_being_followup = c.well_being
    row.relationships_followup = c.relationships
    row.self_attunement_followup = c.self_attunement
    row.gsi_self_followup = _symptoms(p, c, luck, replicate, FOLLOWUP)
