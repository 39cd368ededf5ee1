"""Attitude: curiosity, openness, acceptance and love - toward oneself, patient, relationship."""

from __future__ import annotations

from sim.chain.curves import between, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def toward_self(p: Parameters, t: Therapist) -> float:
    """Tell the therapist's kindness toward himself or herself in the room.

    logistic(kindness_base + weights * (acceptance, love, introject))

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T26, T40, T52 (the introject is the baseline of the self-relation).
    """
    return logistic(
        p.kindness_base
        + p.kindness_acceptance * t.acceptance
        + p.kindness_love * t.love
        + p.kindness_introject * t.introject
    )


def rung(p: Parameters, trait: float, step: float, difficulty: float) -> float:
    """Tell how far one quality is reached with this patient.

    logistic(rung_base + rung_slope * trait - step * ladder_step * (1 + ladder_steepness *
    difficulty)), the last factor at least 0.2

    Curiosity is step 0, openness 1, acceptance 2 and love 3: the ladder is steeper with a
    difficult patient.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T22, T23 (a ladder, curiosity easiest, love hardest).
    """
    spacing = p.ladder_step * max(0.2, 1.0 + p.ladder_steepness * difficulty)
    return logistic(p.rung_base + p.rung_slope * trait - step * spacing)


def ceiling(p: Parameters, t: Therapist) -> float:
    """Tell the most kindness toward others that this kindness toward oneself allows.

    min(1, ceiling_floor + ceiling_slope * self_kindness)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T48 (a necessary condition, not a slope).
    """
    return between(p.ceiling_floor + p.ceiling_slope * t.self_kindness, 0.0, 1.0)


def toward_patient(p: Parameters, t: Therapist, c: Patient) -> float:
    """Tell the attitude toward this patient: warmth.

    The mean of the four rungs, each raised by relational intention and by what befriending
    oneself carries over (self_to_other * warmth_befriending * befriending), under the ceiling.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T06, T09 (befriending is one of two channels), T23, T32 (intention), T41 and T47 (from
    self to others), T48.
    """
    lift = p.warmth_intention * t.intention + p.self_to_other * p.warmth_befriending * t.befriending
    reached = 0.25 * (
        rung(p, t.curiosity + lift, 0.0, c.difficulty)
        + rung(p, t.openness + lift, 1.0, c.difficulty)
        + rung(p, t.acceptance + lift, 2.0, c.difficulty)
        + rung(p, t.love + lift, 3.0, c.difficulty)
    )
    return min(reached, ceiling(p, t))


def steadiness(p: Parameters, t: Therapist) -> float:
    """Tell how far the attitude toward a relationship stands by itself.

    logistic(steadiness_base + steadiness_slope * mean of the four qualities)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T27.
    """
    mean = 0.25 * (t.curiosity + t.openness + t.acceptance + t.love)
    return logistic(p.steadiness_base + p.steadiness_slope * mean)


def toward_relationship(t: Therapist, d: Dyad) -> float:
    """Tell the attitude toward this relationship, smooth or stuck.

    steadiness + (1 - steadiness) * alliance: where the qualities are high, the stance no longer
    leans on how the alliance is.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T20 (the relationship is an object of attention of its own), T27.
    """
    return t.steadiness + (1.0 - t.steadiness) * d.alliance
