"""The record types: what a therapist, a patient and their dyad are made of.

Each record is declared once, as a slotted dataclass whose fields say their unit and meaning. In
plain Python the chain works on objects of these classes; an executor works on arrays of the same
layout, made by `sim.layout.dtype`. A record holds numbers only.

Units: *SD* is a standard deviation of untrained therapists (for therapists' traits) or of
outpatients at intake (for patients' states); *level* is a number from 0 to 1; *share* is a part
of a whole, from 0 to 1; *logit* is on the logistic scale.
"""

from __future__ import annotations

import dataclasses
from typing import Annotated

#: How an overflow shows: the therapist is swallowed, or pushes away; 0 where the bowl holds.
ABSORBED = 1
PUSHED_AWAY = 2

#: The kinds of rupture; 0 where none is open.
WITHDRAWAL = 1
CONFRONTATION = 2

#: How an attempt at working through went; 0 where none was made.
WORKED_THROUGH = 1
UNSETTLED = 2
DEFENSIVE = 3
RIGID = 4


@dataclasses.dataclass(slots=True)
class Programme:
    """What a therapist is asked to do: a training programme, or none."""

    hours_per_week: Annotated[float, "hours", "formal practice assigned a week"] = 0.0
    weeks: Annotated[int, "weeks", "length of the programme"] = 0
    start_week: Annotated[int, "week", "first week; the treatment starts in week 0"] = 0
    maintenance_hours: Annotated[float, "hours", "practice assigned a week afterwards"] = 0.0
    sittings_per_week: Annotated[int, "sittings", "over which a week's hours are spread"] = 6
    order: Annotated[int, "code", "0 all at once, 1 loosening first, 2 the heart first"] = 0
    attention: Annotated[float, "SD/hour", "first hour's gain in stability of attention"] = 0.0
    curiosity: Annotated[float, "SD/hour", "first hour's gain in curiosity"] = 0.0
    openness: Annotated[float, "SD/hour", "first hour's gain in openness"] = 0.0
    acceptance: Annotated[float, "SD/hour", "first hour's gain in acceptance"] = 0.0
    love: Annotated[float, "SD/hour", "first hour's gain in love"] = 0.0
    bowl_capacity: Annotated[float, "SD/hour", "first hour's gain in capacity"] = 0.0
    decentring: Annotated[float, "SD/hour", "first hour's gain in decentring"] = 0.0
    intention: Annotated[float, "SD/hour", "first hour's gain in relational intention"] = 0.0
    self_compassion: Annotated[float, "SD/hour", "first hour's gain in kindness to oneself"] = 0.0
    ego: Annotated[float, "SD/hour", "first hour's change in ego-investment"] = 0.0
    resonance: Annotated[float, "SD/hour", "first hour's gain in resonance"] = 0.0
    hook_release: Annotated[float, "share/hour", "of what hooks do, undone by the first hour"] = 0.0
    technique: Annotated[float, "SD/hour", "first hour's gain in technical skill"] = 0.0
    conceptualisation: Annotated[float, "SD/hour", "first hour's gain in conceptualising"] = 0.0
    noticing: Annotated[float, "SD/hour", "first hour's gain in noticing ruptures"] = 0.0
    working_through: Annotated[float, "SD/hour", "first hour's gain in working through"] = 0.0
    aim_regulation: Annotated[float, "logit", "leaning toward the aim of calm and control"] = 0.0
    aim_exploration: Annotated[float, "logit", "leaning toward the aim of knowing oneself"] = 0.0
    aim_liberation: Annotated[float, "logit", "leaning toward the aim of letting go"] = 0.0
    aim_relation: Annotated[float, "logit", "leaning toward the aim of being with others"] = 0.0
    hope: Annotated[float, "SD", "hope that being trained gives the therapist"] = 0.0
    supervision: Annotated[float, "share", "by how much supervision raises transfer"] = 0.0
    reset: Annotated[float, "share", "of arrival agitation stilled before each session"] = 0.0
    imagery: Annotated[float, "SD", "relational intention called up before each session"] = 0.0
    strain: Annotated[float, "SD/hour", "fatigue that an hour of practice costs that week"] = 0.0
    technique_drift: Annotated[float, "SD/hour", "manualised technique lost to an hour"] = 0.0
    displacement: Annotated[float, "share", "of the hours, taken from training in technique"] = 0.0


@dataclasses.dataclass(slots=True)
class Frame:
    """The setting as the chain needs it: when therapist and patient meet."""

    weeks: Annotated[int, "weeks", "length of the treatment"] = 18
    sessions_per_week: Annotated[int, "sessions", "sessions a week"] = 1
    segments: Annotated[int, "segments", "five-minute segments a session"] = 10
    lead_in_weeks: Annotated[int, "weeks", "weeks before treatment that are simulated"] = 8
    follow_up_weeks: Annotated[int, "weeks", "weeks from the end to the follow-up wave"] = 26
    may_leave: Annotated[float, "0 or 1", "whether patients end early who are well enough"] = 1.0
    may_drop_out: Annotated[float, "0 or 1", "whether patients may drop out"] = 1.0
    stopping: Annotated[float, "probability", "of an agreed end after a session"] = 0.0
    cancellations: Annotated[float, "probability", "that an appointment does not take place"] = 0.0
    irregularity: Annotated[float, "share", "how far hour and room change"] = 0.0
    manualised: Annotated[float, "share", "how far technique is held to a manual"] = 0.5


@dataclasses.dataclass(slots=True)
class TherapistPopulation:
    """How a population of therapists differs from the untrained therapists of the table."""

    attention: Annotated[float, "SD", "mean stability of attention"] = 0.0
    attitude: Annotated[float, "SD", "mean curiosity, openness, acceptance and love"] = 0.0
    bowl_capacity: Annotated[float, "SD", "mean capacity of the bowl"] = 0.0
    decentring: Annotated[float, "SD", "mean decentring"] = 0.0
    introject: Annotated[float, "SD", "mean self-affiliation"] = 0.0
    technique: Annotated[float, "SD", "mean technical skill"] = 0.0
    rigidity: Annotated[float, "SD", "mean rigidity to the model"] = 0.0
    hooks: Annotated[float, "probability", "that a given theme is one they cannot hold"] = 0.25


@dataclasses.dataclass(slots=True)
class PatientPopulation:
    """How a population of patients differs from the outpatients of the table."""

    severity: Annotated[float, "SD", "mean symptom severity"] = 0.0
    severity_spread: Annotated[float, "SD", "spread of symptom severity"] = 1.0
    well_being: Annotated[float, "SD", "mean well-being"] = 0.0
    relationships: Annotated[float, "SD", "mean quality of relationships"] = 0.0
    self_attunement: Annotated[float, "SD", "mean self-attunement"] = 0.0
    difficulty: Annotated[float, "SD", "mean difficulty of being with them"] = 0.0
    trust: Annotated[float, "SD", "mean trust in others"] = 0.0
    fear: Annotated[float, "logit", "shift of both fears"] = 0.0
    expectancy: Annotated[float, "SD", "mean expectancy of help"] = 0.0
    practice_hours: Annotated[float, "hours", "mindfulness the patients practise a week"] = 0.0


@dataclasses.dataclass(slots=True)
class Therapist:
    """A therapist: traits, what practice has added, and the state of the moment.

    Of every trained component there are three values: ``<name>_baseline``, ``<name>_gain`` (what
    practice has added on the cushion) and ``<name>`` (in the room: baseline + transfer * gain).
    """

    therapist: Annotated[int, "id", "stable id"] = 0

    attention_baseline: Annotated[float, "SD", "stability of attention before training"] = 0.0
    curiosity_baseline: Annotated[float, "SD", "curiosity before training"] = 0.0
    openness_baseline: Annotated[float, "SD", "openness before training"] = 0.0
    acceptance_baseline: Annotated[float, "SD", "acceptance before training"] = 0.0
    love_baseline: Annotated[float, "SD", "love before training"] = 0.0
    bowl_capacity_baseline: Annotated[float, "SD", "capacity of the bowl before training"] = 0.0
    decentring_baseline: Annotated[float, "SD", "decentring before training"] = 0.0
    intention_baseline: Annotated[float, "SD", "relational intention before training"] = 0.0
    ego_baseline: Annotated[float, "SD", "investment in being right, before training"] = 0.0
    resonance_baseline: Annotated[float, "share", "dose of the patient's affect felt, before"] = 0.5
    technique_baseline: Annotated[float, "SD", "technical skill before training"] = 0.0
    conceptualisation_baseline: Annotated[float, "SD", "skill in conceptualising, before"] = 0.0
    reactivity_baseline: Annotated[float, "SD", "reactivity that ego has no part in"] = 0.0
    rigidity_baseline: Annotated[float, "SD", "rigidity that ego has no part in"] = 0.0

    attention_gain: Annotated[float, "SD", "attention gained on the cushion"] = 0.0
    curiosity_gain: Annotated[float, "SD", "curiosity gained on the cushion"] = 0.0
    openness_gain: Annotated[float, "SD", "openness gained on the cushion"] = 0.0
    acceptance_gain: Annotated[float, "SD", "acceptance gained on the cushion"] = 0.0
    love_gain: Annotated[float, "SD", "love gained on the cushion"] = 0.0
    bowl_capacity_gain: Annotated[float, "SD", "capacity gained on the cushion"] = 0.0
    decentring_gain: Annotated[float, "SD", "decentring gained on the cushion"] = 0.0
    intention_gain: Annotated[float, "SD", "relational intention gained on the cushion"] = 0.0
    self_compassion_gain: Annotated[float, "SD", "kindness toward oneself, gained"] = 0.0
    ego_gain: Annotated[float, "SD", "ego-investment added; below 0 it fell"] = 0.0
    resonance_gain: Annotated[float, "SD", "resonance gained on the cushion"] = 0.0
    hook_release_gain: Annotated[float, "share", "of what hooks do, undone on the cushion"] = 0.0
    technique_gain: Annotated[float, "SD", "technical skill gained in training"] = 0.0
    conceptualisation_gain: Annotated[float, "SD", "skill in conceptualising gained"] = 0.0
    noticing_gain: Annotated[float, "SD", "skill in noticing ruptures gained in training"] = 0.0
    working_through_gain: Annotated[float, "SD", "skill in working through, gained"] = 0.0
    hope_gain: Annotated[float, "SD", "hope gained by being trained"] = 0.0

    attention: Annotated[float, "SD", "stability of attention in the room"] = 0.0
    curiosity: Annotated[float, "SD", "curiosity in the room"] = 0.0
    openness: Annotated[float, "SD", "openness in the room"] = 0.0
    acceptance: Annotated[float, "SD", "acceptance in the room"] = 0.0
    love: Annotated[float, "SD", "love in the room"] = 0.0
    bowl_capacity: Annotated[float, "SD", "capacity of the bowl in the room"] = 0.0
    decentring: Annotated[float, "SD", "decentring in the room"] = 0.0
    intention: Annotated[float, "SD", "relational intention in the room"] = 0.0
    self_compassion: Annotated[float, "SD", "trained kindness toward oneself, in the room"] = 0.0
    ego: Annotated[float, "SD", "investment in being right, in the room"] = 0.0
    resonance: Annotated[float, "share", "dose of the patient's affect that is felt"] = 0.5
    hook_release: Annotated[float, "share", "of what hooks do, undone in the room"] = 0.0
    technique: Annotated[float, "SD", "technical skill in the room"] = 0.0
    conceptualisation: Annotated[float, "SD", "skill in conceptualising, in the room"] = 0.0
    noticing: Annotated[float, "SD", "trained skill in noticing ruptures, in the room"] = 0.0
    working_through: Annotated[float, "SD", "trained skill in working through, in the room"] = 0.0
    hope: Annotated[float, "SD", "hope that training gave, in the room"] = 0.0

    introject: Annotated[float, "SD", "self-affiliation: accepting above 0, hostile below"] = 0.0
    reactivity: Annotated[float, "SD", "answering negative feeling with one's own"] = 0.0
    rigidity: Annotated[float, "SD", "clinging to the treatment model"] = 0.0
    manualised: Annotated[float, "share", "how far technique is held to a manual"] = 0.0
    aptitude: Annotated[float, "factor", "speed of learning from practice"] = 1.0
    adherence: Annotated[float, "logit", "readiness to do the practice assigned"] = 0.0
    adoption: Annotated[float, "0-1", "place in the line of those who take practice up"] = 0.5
    strain_proneness: Annotated[float, "factor", "how much practice strains"] = 1.0
    hooks: Annotated[int, "bits", "themes the therapist cannot hold, one bit a theme"] = 0
    own_aim_regulation: Annotated[float, "logit", "own aim of calm and control"] = 0.0
    own_aim_exploration: Annotated[float, "logit", "own aim of knowing oneself"] = 0.0
    own_aim_liberation: Annotated[float, "logit", "own aim of letting go"] = 0.0
    own_aim_relation: Annotated[float, "logit", "own aim of being with others"] = 0.0
    rapport: Annotated[float, "SD", "own ease with people, which no training moves"] = 0.0
    focus_self: Annotated[float, "logit", "leaning of attention toward oneself"] = 0.0
    focus_relationship: Annotated[float, "logit", "leaning toward the relationship"] = 0.0

    mindfulness_style: Annotated[float, "SD", "own way of answering on mindfulness"] = 0.0
    alliance_style: Annotated[float, "SD", "own way of answering on the alliance"] = 0.0
    compassion_style: Annotated[float, "SD", "own way of answering on self-compassion"] = 0.0

    practising: Annotated[int, "0 or 1", "whether the practice is kept up"] = 1
    practice_hours: Annotated[float, "hours", "formal practice done so far"] = 0.0
    aim_regulation: Annotated[float, "share", "of the aims: calm and control"] = 0.25
    aim_exploration: Annotated[float, "share", "of the aims: knowing oneself"] = 0.25
    aim_liberation: Annotated[float, "share", "of the aims: letting go"] = 0.25
    aim_relation: Annotated[float, "share", "of the aims: being with others"] = 0.25
    practice_strain: Annotated[float, "SD", "what practice costs in the room this week"] = 0.0
    practice_drift: Annotated[float, "SD", "technique lost to practice so far, on the cushion"] = (
        0.0
    )
    practice_displaced: Annotated[float, "SD", "technique not learned for want of time"] = 0.0
    transfer: Annotated[float, "share", "of every gain that reaches the room"] = 0.0

    stress: Annotated[float, "SD", "strain from outside the room this week"] = 0.0
    fatigue: Annotated[float, "SD", "tiredness from the sessions held of late"] = 0.0
    knowing: Annotated[float, "level", "knowing oneself: a slow stock"] = 0.0
    befriending: Annotated[float, "level", "befriending oneself: a slow stock"] = 0.0
    self_attunement: Annotated[float, "level", "attunement to oneself: mean of both facets"] = 0.0

    self_kindness: Annotated[float, "level", "kindness toward oneself"] = 0.0
    gentleness: Annotated[float, "level", "kindness toward own reactions, in the room"] = 0.0
    return_rate: Annotated[float, "1/segment", "how fast a drifting mind comes back"] = 0.0
    drift_rate: Annotated[float, "1/segment", "how fast a rested mind drifts off"] = 0.0
    capacity: Annotated[float, "load", "how much the bowl holds"] = 0.0
    to_self: Annotated[float, "factor", "attention to oneself, against an even division"] = 1.0
    to_patient: Annotated[float, "factor", "attention to the patient, likewise"] = 1.0
    to_relationship: Annotated[float, "factor", "attention to the relationship, likewise"] = 1.0
    breadth: Annotated[float, "factor", "noticing the unexpected, against the average"] = 1.0
    relief: Annotated[float, "share", "of the patient's affect that decentring keeps off"] = 0.0
    impact: Annotated[float, "load/SD", "load taken on from a unit of the patient's affect"] = 0.0
    catching: Annotated[float, "probability", "of catching one's own lapse in time"] = 0.0
    absorbed: Annotated[float, "probability", "that an overflow swallows, not pushes away"] = 0.0
    steadiness: Annotated[float, "level", "how far the stance stands by itself"] = 0.0
    stance: Annotated[float, "0-3", "what traits bring to working a rupture through"] = 0.0
    hostility: Annotated[float, "1/segment", "rate of hostile or controlling acts at rest"] = 0.0

    agitation: Annotated[float, "SD", "unrest brought into the session; it fades"] = 0.0
    dullness: Annotated[float, "share", "of the mind not present that is dull today"] = 0.5
    presence: Annotated[float, "level", "mindful presence at this moment"] = 0.0
    load: Annotated[float, "load", "what the bowl holds at this moment"] = 0.0
    attunement: Annotated[float, "level", "attunement sent to the current patient"] = 0.0


@dataclasses.dataclass(slots=True)
class Patient:
    """A patient: who comes, and how he or she is."""

    patient: Annotated[int, "id", "stable id"] = 0

    difficulty: Annotated[float, "SD", "how hard it is to be with the patient"] = 0.0
    trust: Annotated[float, "SD", "trust in others brought along"] = 0.0
    openness: Annotated[float, "SD", "readiness to show oneself"] = 0.0
    expectancy_intake: Annotated[float, "SD", "expectancy of help brought along"] = 0.0
    expectancy: Annotated[float, "SD", "expectancy of help today"] = 0.0
    hope: Annotated[float, "level", "the hope that goes with that expectancy"] = 0.0
    need_for_space: Annotated[
        float, "SD", "closeness wanted on the whole; negative is distance"
    ] = 0.0
    sensitivity: Annotated[float, "SD", "how easily hurt"] = 0.0
    confrontation: Annotated[float, "SD", "leaning to confront, against withdrawing"] = 0.0
    responsiveness: Annotated[float, "factor", "how much help helps"] = 1.0
    practice_hours: Annotated[float, "hours", "mindfulness practised a week by the patient"] = 0.0
    theme: Annotated[int, "0-7", "the patient's main theme"] = 0
    second_theme: Annotated[int, "0-7", "another theme"] = 0

    severity_intake: Annotated[float, "SD", "symptom severity at intake"] = 0.0
    well_being_intake: Annotated[float, "SD", "well-being at intake"] = 0.0
    relationships_intake: Annotated[float, "SD", "quality of relationships at intake"] = 0.0
    self_attunement_intake: Annotated[float, "SD", "self-attunement at intake"] = 0.0
    fear_rejection_intake: Annotated[float, "level", "fear of being rejected, at intake"] = 0.0
    fear_harm_intake: Annotated[float, "level", "fear of harming the other, at intake"] = 0.0

    symptom_style: Annotated[float, "SD", "own way of answering on symptoms"] = 0.0
    alliance_style: Annotated[float, "SD", "own way of answering on the alliance"] = 0.0

    symptom_severity: Annotated[float, "SD", "symptom severity"] = 0.0
    well_being: Annotated[float, "SD", "well-being"] = 0.0
    relationships: Annotated[float, "SD", "quality of relationships"] = 0.0
    self_attunement: Annotated[float, "SD", "self-attunement outside the room"] = 0.0
    self_attunement_in_room: Annotated[float, "SD", "self-attunement in the room"] = 0.0
    fear_rejection: Annotated[float, "level", "fear of being rejected or judged"] = 0.0
    fear_harm: Annotated[float, "level", "fear that one's pain harms the other"] = 0.0
    fortune: Annotated[float, "SD", "what life outside has done to severity so far"] = 0.0
    technique_work: Annotated[float, "factor", "work done by technique so far; 0 or more"] = 0.0
    relational_work: Annotated[
        float, "level difference", "work done by the relationship so far, from its reference"
    ] = 0.0
    template: Annotated[float, "SD", "skill in handling conflict, from repaired ruptures"] = 0.0
    bowl: Annotated[float, "SD", "affect the patient can bear: the width of the window"] = 1.5
    reflective: Annotated[float, "SD", "reflecting on oneself, more or less than the rest"] = 0.0
    understanding: Annotated[float, "SD", "understanding oneself, likewise"] = 0.0
    accepting: Annotated[float, "SD", "accepting oneself, likewise"] = 0.0
    comforting: Annotated[float, "SD", "comforting oneself, likewise"] = 0.0

    affect: Annotated[float, "SD", "affect at this moment"] = 0.0
    need: Annotated[float, "SD", "closeness wanted at this moment"] = 0.0

    in_treatment: Annotated[int, "0 or 1", "whether the patient still comes"] = 1
    ending: Annotated[int, "code", "how the treatment ended; see course.ENDINGS"] = 0
    sessions_attended: Annotated[int, "sessions", "sessions attended so far"] = 0


@dataclasses.dataclass(slots=True)
class Dyad:
    """A therapist and a patient together: slow bonds, this session, this segment."""

    climate: Annotated[float, "SD", "how well these two suit each other"] = 0.0
    own_intention: Annotated[float, "SD", "relational intention this patient calls up"] = 0.0

    felt_attunement: Annotated[float, "level", "feeling felt, over the last sessions"] = 0.0
    safety: Annotated[float, "level", "felt safety between the two"] = 0.0
    bond: Annotated[float, "level", "bond"] = 0.0
    task: Annotated[float, "level", "agreement on tasks"] = 0.0
    goal: Annotated[float, "level", "agreement on goals"] = 0.0
    alliance: Annotated[float, "level", "alliance: mean of bond, task and goal"] = 0.0
    scar: Annotated[float, "level", "what hurts and unrepaired ruptures have left behind"] = 0.0
    strength: Annotated[float, "level", "what repaired ruptures have left behind"] = 0.0
    ladder: Annotated[float, "SD", "how far these two have climbed the ladder together"] = 0.0
    rupture_probability: Annotated[float, "probability", "of a rupture in such a session"] = 0.0
    repair_probability: Annotated[
        float, "probability", "that an open rupture is noticed and worked through at once"
    ] = 0.0

    rupture_open: Annotated[int, "0 or 1", "whether a rupture is open"] = 0
    rupture_kind: Annotated[int, "code", "0 none, 1 withdrawal, 2 confrontation"] = 0
    rupture_noticed: Annotated[int, "0 or 1", "whether the therapist has noticed it"] = 0
    rupture_damage: Annotated[float, "level", "damage the open rupture has done"] = 0.0

    vulnerability: Annotated[float, "level", "how much the patient shows today"] = 0.0
    hooked: Annotated[int, "0 or 1", "whether today's theme is one the therapist cannot hold"] = 0
    intention: Annotated[float, "SD", "relational intention with this patient, today"] = 0.0
    warmth: Annotated[float, "level", "attitude toward the patient today"] = 0.0
    steadiness: Annotated[float, "level", "attitude toward the relationship today"] = 0.0
    reading: Annotated[float, "level", "how well the patient is read when fully present"] = 0.0
    recognising: Annotated[float, "level", "how well the patient recognises being met"] = 0.0
    affect_mean: Annotated[float, "SD", "the affect around which today moves"] = 0.0

    closeness: Annotated[float, "SD", "closeness the therapist offers at this moment"] = 0.0
    read_unsaid: Annotated[float, "level", "what face, posture and tone say, read"] = 0.0
    read_said: Annotated[float, "level", "what the words say, read"] = 0.0
    read: Annotated[float, "level", "the patient's state, read this segment"] = 0.0
    expressed: Annotated[float, "level", "the reading, expressed this segment"] = 0.0
    recognised: Annotated[float, "level", "the expression, recognised this segment"] = 0.0
    sent: Annotated[float, "level", "attunement sent this segment"] = 0.0
    felt: Annotated[float, "level", "attunement felt this segment"] = 0.0
    mismatch: Annotated[float, "SD2", "closeness missed this segment, squared"] = 0.0
    overflow: Annotated[int, "code", "0 held, 1 absorbed, 2 pushed away, this segment"] = 0
    hostile: Annotated[int, "0 or 1", "a hostile or controlling act this segment"] = 0
    answered: Annotated[int, "0 or 1", "the patient answered the act in kind"] = 0
    lapse: Annotated[int, "0 or 1", "a lapse of presence this segment"] = 0
    caught: Annotated[int, "0 or 1", "the lapse was caught in time"] = 0
    onset: Annotated[int, "0 or 1", "a rupture began this segment"] = 0
    noticing: Annotated[int, "0 or 1", "the rupture was noticed this segment"] = 0
    working: Annotated[
        int, "code", "0 not tried, 1 worked through, 2 unsettled, 3 defensive, 4 rigid"
    ] = 0

    sum_presence: Annotated[float, "level", "presence, summed over this session's segments"] = 0.0
    sum_sent: Annotated[float, "level", "attunement sent, summed over the segments"] = 0.0
    sum_felt: Annotated[float, "level", "attunement felt, summed over the segments"] = 0.0
    sum_held: Annotated[float, "level", "affect felt with and held, summed"] = 0.0
    sum_load: Annotated[float, "load", "load of the bowl, summed over the segments"] = 0.0
    sum_window: Annotated[float, "level", "affect within the patient's window, summed"] = 0.0
    sum_swamped: Annotated[float, "level", "affect that swamped the patient, summed"] = 0.0
    adherence: Annotated[float, "level", "holding to the treatment model this segment"] = 1.0
    unbroken: Annotated[float, "probability", "that no rupture had begun by now"] = 1.0
    overflows: Annotated[int, "count", "overflows this session"] = 0
    pushed_away: Annotated[int, "count", "overflows this session that pushed the patient away"] = 0
    hostile_acts: Annotated[int, "count", "hostile or controlling acts this session"] = 0
    answers: Annotated[int, "count", "hostile acts the patient answered in kind"] = 0
    action_due: Annotated[int, "0 or 1", "whether this session called for action"] = 0
    acted: Annotated[int, "0 or 1", "whether the therapist then acted"] = 0
    lapses: Annotated[int, "count", "lapses this session"] = 0
    catches: Annotated[int, "count", "lapses caught this session"] = 0
    ruptures: Annotated[int, "count", "ruptures that began this session"] = 0
    noticed: Annotated[int, "count", "ruptures noticed this session"] = 0
    attempts: Annotated[int, "count", "attempts at working through this session"] = 0
    repaired: Annotated[int, "count", "ruptures worked through this session"] = 0
