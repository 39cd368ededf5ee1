"""Who there is: therapists, patients, and what is special between two of them.

Therapists are drawn at (therapist, -), patients at (-, patient), what is special to a pair at
(therapist, patient), all under the seed of the people: adding one person changes nobody else.
"""

from __future__ import annotations

import math

from sim import draws
from sim.chain.curves import between, factor, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, PatientPopulation, Therapist, TherapistPopulation


def therapist(
    p: Parameters, a: TherapistPopulation, t: Therapist, who: int, people: int, replicate: int
) -> None:
    """Make a therapist: traits before training.

    The components of mindfulness share a common part (therapist_common of their variance), and so
    does the introject (T47, T52).

    Notes
    -----
    Claims: T17, T20 (how attention is divided), T22, T28 (own aims), T44, T45, T49, T52, T61, T121,
    T143 (who takes practice up).
    """
    common_word, attention_word, curiosity_word, openness_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_MIND
    )
    acceptance_word, love_word, intention_word, introject_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_HEART
    )
    bowl_capacity_word, decentring_word, resonance_word, technique_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_BOWL
    )
    reactivity_word, rigidity_word, aptitude_word, adherence_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_REACTION
    )
    adoption_word, strain_word, ego_word, conceptualisation_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_PRACTICE
    )
    focus_self_word, focus_relationship_word, rapport_word, _fourth = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_FOCUS
    )
    t.therapist = who
    common = draws.normal(common_word)
    share = p.therapist_common
    t.attention_baseline = a.attention + _loaded(share, common, attention_word)
    t.curiosity_baseline = a.attitude + _loaded(share, common, curiosity_word)
    t.openness_baseline = a.attitude + _loaded(share, common, openness_word)
    t.acceptance_baseline = a.attitude + _loaded(share, common, acceptance_word)
    t.love_baseline = a.attitude + _loaded(share, common, love_word)
    t.intention_baseline = _loaded(share, common, intention_word)
    t.bowl_capacity_baseline = a.bowl_capacity + _loaded(share, common, bowl_capacity_word)
    t.decentring_baseline = a.decentring + _loaded(share, common, decentring_word)
    t.introject = a.introject + _loaded(p.introject_common, common, introject_word)
    t.resonance_baseline = between(
        p.resonance_mean + p.resonance_spread * draws.normal(resonance_word), 0.0, 1.0
    )
    t.technique_baseline = a.technique + draws.normal(technique_word)
    t.conceptualisation_baseline = a.technique + draws.normal(conceptualisation_word)
    t.ego_baseline = draws.normal(ego_word)
    t.reactivity_baseline = draws.normal(reactivity_word)
    t.rigidity_baseline = a.rigidity + draws.normal(rigidity_word)
    t.rapport = draws.normal(rapport_word)
    t.focus_self = p.focus_spread * draws.normal(focus_self_word)
    t.focus_relationship = p.focus_spread * draws.normal(focus_relationship_word)
    spread = p.aptitude_spread
    t.aptitude = factor(spread * draws.normal(aptitude_word) - 0.5 * spread * spread)
    t.adherence = p.adherence_spread * draws.normal(adherence_word)
    t.adoption = draws.uniform(adoption_word)
    spread = p.strain_spread
    t.strain_proneness = factor(spread * draws.normal(strain_word) - 0.5 * spread * spread)
    _aims(p, t, who, people, replicate)
    t.hooks = _hooks(a, who, people, replicate)


def patient(
    p: Parameters, b: PatientPopulation, c: Patient, who: int, people: int, replicate: int
) -> None:
    """Make a patient: how he or she comes to therapy.

    Every other trait leans on severity by the correlation the table states (T64 and others); of
    what severity leaves open, well-being and self-attunement share well_being_own.

    Notes
    -----
    Claims: T23 (difficulty), T64 and T65 (two fears), T74 (openness), T76 (need for space), T84
    (sensitivity), T96 (what the patient can contribute), T112 (the window of tolerance), T117.
    """
    severity_word, well_being_word, relationships_word, self_attunement_word = draws.words(
        people, replicate, draws.NOBODY, who, 0, draws.PATIENT_DISTRESS
    )
    trust_word, fear_rejection_word, fear_harm_word, difficulty_word = draws.words(
        people, replicate, draws.NOBODY, who, 0, draws.PATIENT_TRUST
    )
    openness_word, expectancy_word, space_word, sensitivity_word = draws.words(
        people, replicate, draws.NOBODY, who, 0, draws.PATIENT_STYLE
    )
    confrontation_word, responsiveness_word, theme_word, second_theme_word = draws.words(
        people, replicate, draws.NOBODY, who, 0, draws.PATIENT_COURSE
    )
    bowl_word, _second, _third, _fourth = draws.words(
        people, replicate, draws.NOBODY, who, 0, draws.PATIENT_BOWL
    )
    c.patient = who
    distress = draws.normal(severity_word)
    c.severity_intake = b.severity + b.severity_spread * distress
    attuned = draws.normal(self_attunement_word)
    c.self_attunement_intake = b.self_attunement + _blend(
        p.self_attunement_severity, distress, attuned
    )
    well = _blend(p.well_being_own, attuned, draws.normal(well_being_word))
    c.well_being_intake = b.well_being + _blend(p.well_being_severity, distress, well)
    c.relationships_intake = b.relationships + _tied(
        p.relationships_severity, distress, relationships_word
    )
    c.trust = b.trust + _tied(p.trust_severity, distress, trust_word)
    c.difficulty = b.difficulty + _tied(p.difficulty_severity, distress, difficulty_word)
    fear_base = p.fear_base + b.fear
    c.fear_rejection_intake = logistic(
        fear_base + p.fear_spread * _tied(p.fear_severity, distress, fear_rejection_word)
    )
    c.fear_harm_intake = logistic(
        fear_base + p.fear_spread * _tied(p.fear_severity, distress, fear_harm_word)
    )
    c.openness = draws.normal(openness_word)
    c.expectancy_intake = b.expectancy + draws.normal(expectancy_word)
    c.need_for_space = p.need_spread * draws.normal(space_word)
    c.sensitivity = draws.normal(sensitivity_word)
    c.confrontation = draws.normal(confrontation_word)
    spread = p.responsiveness_spread
    c.responsiveness = factor(spread * draws.normal(responsiveness_word) - 0.5 * spread * spread)
    c.practice_hours = b.practice_hours
    c.bowl = p.bowl_width * factor(p.bowl_spread * _tied(p.bowl_severity, distress, bowl_word))
    c.theme = int(8.0 * draws.uniform(theme_word))
    c.second_theme = int(8.0 * draws.uniform(second_theme_word))

    c.expectancy = c.expectancy_intake
    c.hope = logistic(c.expectancy)
    c.symptom_severity = c.severity_intake
    c.well_being = c.well_being_intake
    c.relationships = c.relationships_intake
    c.self_attunement = c.self_attunement_intake
    c.self_attunement_in_room = c.self_attunement_intake
    c.fear_rejection = c.fear_rejection_intake
    c.fear_harm = c.fear_harm_intake
    c.fortune = 0.0
    c.technique_work = 0.0
    c.relational_work = 0.0
    c.template = 0.0
    c.reflective = 0.0
    c.understanding = 0.0
    c.accepting = 0.0
    c.comforting = 0.0
    c.in_treatment = 1
    c.ending = 0
    c.sessions_attended = 0


def dyad(p: Parameters, t: Therapist, c: Patient, d: Dyad, people: int, replicate: int) -> None:
    """Make what is special between these two.

    The climate is made by both; of its variance the share climate_therapist is the therapist's own
    ease with people, which no training moves.

    Notes
    -----
    Claims: T31 (what this patient calls up), T74 (a climate made by both).
    """
    climate_word, intention_word, _third, _fourth = draws.words(
        people, replicate, t.therapist, c.patient, 0, draws.DYAD_FIT
    )
    own = math.sqrt(p.climate_therapist) * t.rapport
    together = math.sqrt(1.0 - p.climate_therapist) * draws.normal(climate_word)
    d.climate = p.climate_spread * (own + together)
    d.own_intention = p.intention_patient_spread * draws.normal(intention_word)


def _loaded(share: float, common: float, word: int) -> float:
    """Draw a trait of which a share of the variance is common to all traits of mindfulness."""
    return math.sqrt(share) * common + math.sqrt(1.0 - share) * draws.normal(word)


def _tied(correlation: float, distress: float, word: int) -> float:
    """Draw a standard normal trait that correlates with distress."""
    return _blend(correlation, distress, draws.normal(word))


def _blend(correlation: float, common: float, own: float) -> float:
    """Blend two standard normal numbers into a third that correlates so much with the first."""
    return correlation * common + math.sqrt(1.0 - correlation * correlation) * own


def _aims(p: Parameters, t: Therapist, who: int, people: int, replicate: int) -> None:
    """Draw the aims a therapist has of his or her own (T28)."""
    aim_regulation_word, aim_exploration_word, aim_liberation_word, aim_relation_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_AIMS
    )
    t.own_aim_regulation = p.aim_spread * draws.normal(aim_regulation_word)
    t.own_aim_exploration = p.aim_spread * draws.normal(aim_exploration_word)
    t.own_aim_liberation = p.aim_spread * draws.normal(aim_liberation_word)
    t.own_aim_relation = p.aim_spread * draws.normal(aim_relation_word)


def _hooks(a: TherapistPopulation, who: int, people: int, replicate: int) -> int:
    """Draw the themes, eight at most, that a therapist cannot hold (T49)."""
    hook_1_word, hook_2_word, hook_3_word, hook_4_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_HOOKS_FIRST
    )
    hook_5_word, hook_6_word, hook_7_word, hook_8_word = draws.words(
        people, replicate, who, draws.NOBODY, 0, draws.THERAPIST_HOOKS_LAST
    )
    return (
        _hook(a, hook_1_word, 1)
        + _hook(a, hook_2_word, 2)
        + _hook(a, hook_3_word, 4)
        + _hook(a, hook_4_word, 8)
        + _hook(a, hook_5_word, 16)
        + _hook(a, hook_6_word, 32)
        + _hook(a, hook_7_word, 64)
        + _hook(a, hook_8_word, 128)
    )


def _hook(a: TherapistPopulation, word: int, bit: int) -> int:
    """Give the theme's bit if the therapist cannot hold it, else 0."""
    return bit if draws.uniform(word) < a.hooks else 0
