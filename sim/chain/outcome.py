"""Outcome: symptom severity, well-being, relationships - and what moves them."""

from __future__ import annotations

import math

from sim.chain.curves import between, closed, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def technique_skill(p: Parameters, t: Therapist, presence: float) -> float:
    """Tell how well technique is used in a session, against an average therapist.

    1 + technique_spread * technique + conceptualisation_spread * conceptualisation +
    technique_presence * (presence - presence_norm), at least 0

    Returns
    -------
    float
        Factor, 0 or more.

    Notes
    -----
    Claims: T02 and T134 (the rival routes: technique better used, the case better understood, both
    perhaps by a mind that is present).
    Without it: ``1.0``.
    """
    traits = p.technique_spread * t.technique + p.conceptualisation_spread * t.conceptualisation
    return max(0.0, 1.0 + traits + p.technique_presence * (presence - p.presence_norm))


def technique_work(p: Parameters, c: Patient, d: Dyad, skill: float) -> float:
    """Tell the work done by technique after a session.

    work + technique_rate * (skill * task - work)

    Technique works through tasks that are agreed on.

    Returns
    -------
    float
        SD of severity per unit of severity_technique; 0 or more.

    Notes
    -----
    Claims: T02 and T134 (technique, the rival route); theory map, section 11.3.
    Without it: ``0.0``.
    """
    return c.technique_work + p.technique_rate * (skill * d.task - c.technique_work)


def action_due(p: Parameters, c: Patient) -> float:
    """Tell the probability that a session calls for action: a decision, a limit, a crisis.

    logistic(due_base + due_severity * severity)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Theory map, section 11.4 (costs: acceptance where action was due).
    Without it: ``0.0``.
    """
    return logistic(p.due_base + p.due_severity * c.symptom_severity)


def acting(p: Parameters, t: Therapist) -> float:
    """Tell the probability that the therapist acts where action is due.

    logistic(acting_base + acting_technique * technique - acting_acceptance * acceptance)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Theory map, section 11.4 (costs: acceptance where action was due).
    Without it: ``1.0``.
    """
    return logistic(
        p.acting_base + p.acting_technique * t.technique - p.acting_acceptance * t.acceptance
    )


def inaction(p: Parameters, c: Patient) -> float:
    """Tell what life has done to severity after a session that let a needed action go by.

    fortune + inaction_cost

    Returns
    -------
    float
        SD.

    Notes
    -----
    Theory map, section 11.4 (costs: acceptance where action was due).
    Without it: ``c.fortune``.
    """
    return c.fortune + p.inaction_cost


def relational_work(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the work done by the relationship itself after a session.

    work + relational_rate * (alliance - relation_reference - work): an alliance below the
    reference does harm

    Returns
    -------
    float
        Level, -1 to 1.

    Notes
    -----
    Claims: T01, T69; what is left of the effect when the patient's self-attunement is cut (T107).
    Without it: ``0.0``.
    """
    helps = d.alliance - p.relation_reference
    return c.relational_work + p.relational_rate * (helps - c.relational_work)


def expectancy(p: Parameters, t: Therapist, c: Patient) -> float:
    """Tell the patient's expectancy of help in a session.

    brought along + hope_expectancy * the therapist's hope from being trained

    Returns
    -------
    float
        SD.

    Notes
    -----
    Theory map, section 11.3 (expectancy, a rival).
    Without it: ``c.expectancy_intake``.
    """
    return c.expectancy_intake + p.hope_expectancy * t.hope


def severity_home(p: Parameters, c: Patient) -> float:
    """Tell the symptom severity toward which a patient tends.

    intake * (1 - regression) + fortune - remission - responsiveness * (severity_technique *
    technique work + severity_relation * relational work + severity_self_attunement * gain in
    self-attunement + severity_fear * mean fall of both fears + severity_expectancy * hope)

    What was unusual at intake passes in part by itself; of hope each session adds the share
    hope_building, until it counts in full.

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T10, T66, T69, T105 (symptoms follow self-attunement outside the room); rivals: theory
    map, section 11.3.
    Without it: ``c.severity_intake``.
    """
    fears = 0.5 * (c.fear_rejection_intake + c.fear_harm_intake - c.fear_rejection - c.fear_harm)
    hope = c.hope * min(1.0, p.hope_building * c.sessions_attended)
    helped = (
        p.severity_technique * c.technique_work
        + p.severity_relation * c.relational_work
        + p.severity_self_attunement * (c.self_attunement - c.self_attunement_intake)
        + p.severity_fear * fears
        + p.severity_expectancy * hope
    )
    alone = c.severity_intake * (1.0 - p.regression) - p.remission
    return alone + c.fortune - c.responsiveness * helped


def well_being_home(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the well-being toward which a patient tends.

    intake + well_being_felt * felt attunement while in treatment + well_being_self_attunement *
    gain in self-attunement + well_being_relief * fall in severity

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T10, T37 (being attuned to makes one feel alive, at once).
    Without it: ``c.well_being_intake``.
    """
    return (
        c.well_being_intake
        + p.well_being_felt * d.felt_attunement * c.in_treatment
        + p.well_being_self_attunement * (c.self_attunement - c.self_attunement_intake)
        + p.well_being_relief * (c.severity_intake - c.symptom_severity)
    )


def relationships_home(p: Parameters, c: Patient) -> float:
    """Tell the quality of relationships toward which a patient tends.

    intake + relationships_self_attunement * gain in self-attunement + relationships_template *
    template from repaired ruptures + relationships_fear * fall of the fear of rejection

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T10, T66 (generalises to others), T87 (a template for handling conflict), T115.
    Without it: ``c.relationships_intake``.
    """
    return (
        c.relationships_intake
        + p.relationships_self_attunement * (c.self_attunement - c.self_attunement_intake)
        + p.relationships_template * c.template
        + p.relationships_fear * (c.fear_rejection_intake - c.fear_rejection)
    )


def severity(p: Parameters, c: Patient, weeks: float) -> float:
    """Tell the symptom severity after some weeks.

    severity + (1 - exp(-severity_rate * weeks)) * (home - severity)

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T10.
    Without it: ``c.symptom_severity``.
    """
    share = closed(p.severity_rate * weeks)
    return c.symptom_severity + share * (severity_home(p, c) - c.symptom_severity)


def fortune(p: Parameters, c: Patient, weeks: float, z: float) -> float:
    """Tell what life outside has done to severity so far: a random walk.

    fortune + life_noise * sqrt(weeks) * z

    Returns
    -------
    float
        SD.

    Notes
    -----
    Theory map, section 11.3 (events outside the therapy).
    Without it: ``0.0``.
    """
    return c.fortune + p.life_noise * math.sqrt(weeks) * z


def well_being(p: Parameters, c: Patient, d: Dyad, weeks: float, z: float) -> float:
    """Tell the well-being after some weeks.

    well_being + (1 - exp(-well_being_rate * weeks)) * (home - well_being)
    + well_being_noise * sqrt(weeks) * z

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T10, T37.
    Without it: ``c.well_being``.
    """
    share = closed(p.well_being_rate * weeks)
    moved = c.well_being + share * (well_being_home(p, c, d) - c.well_being)
    return moved + p.well_being_noise * math.sqrt(weeks) * z


def relationships(p: Parameters, c: Patient, weeks: float, z: float) -> float:
    """Tell the quality of relationships after some weeks.

    relationships + (1 - exp(-rate * weeks)) * (home - relationships) + relationships_noise *
    sqrt(weeks) * z, where the rate is forming_rate on the way up, and on the way down
    losing_rate * (1 - keeping * template): what has been learned of conflict helps to keep.

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T10 (forming and keeping are two things), T87.
    Without it: ``c.relationships``.
    """
    gap = relationships_home(p, c) - c.relationships
    rate = p.forming_rate
    if gap < 0.0:
        rate = p.losing_rate * (1.0 - p.keeping * between(c.template, 0.0, 1.0))
    moved = c.relationships + closed(rate * weeks) * gap
    return moved + p.relationships_noise * math.sqrt(weeks) * z
