"""Attitude: curiosity, openness, acceptance and love - toward oneself, patient, relationship."""

from __future__ import annotations

from sim.chain.curves import between, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def toward_self(p: Parameters, t: Therapist) -> float:
    """Tell the therapist's kindness toward himself or herself.

    logistic(kindness_base + kindness_acceptance * acceptance + kindness_love * love
    + kindness_introject * introject + kindness_compassion * trained self-compassion)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T40, T52 (the introject is the baseline of the self-relation).
    Without it: ``0.5``.
    """
    return logistic(
        p.kindness_base
        + p.kindness_acceptance * t.acceptance
        + p.kindness_love * t.love
        + p.kindness_introject * t.introject
        + p.kindness_compassion * t.self_compassion
    )


def toward_own_reactions(p: Parameters, t: Therapist) -> float:
    """Tell the same kindness where it is needed in the room: toward boredom, fear, frustration.

    As `toward_self`, but of trained self-compassion only the share self_to_other is at hand while
    one is with another.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T26 (the same attitude toward one's own reactions), T41 (tau: a kindness that stays with
    oneself).
    Without it: ``0.5``.
    """
    return logistic(
        p.kindness_base
        + p.kindness_acceptance * t.acceptance
        + p.kindness_love * t.love
        + p.kindness_introject * t.introject
        + p.kindness_compassion * p.self_to_other * t.self_compassion
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
    Without it: ``0.5``.
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
    Without it: ``1.0``.
    """
    return between(p.ceiling_floor + p.ceiling_slope * t.self_kindness, 0.0, 1.0)


def lift(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell what raises every quality toward this patient today.

    warmth_intention * intention + self_to_other * warmth_befriending * befriending + ladder

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T09 (befriending is one of two channels), T25 (what the two have climbed together), T32
    (intention), T41 and T47 (from self to others), T133 (empathy with oneself, and so with the
    patient).
    Without it: ``0.0``.
    """
    befriended = p.self_to_other * p.warmth_befriending * t.befriending
    return p.warmth_intention * d.intention + befriended + d.ladder


def toward_patient(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the attitude toward this patient: warmth.

    The mean of the four rungs, each raised by the lift, under the ceiling.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T06, T21, T23, T47, T48.
    Without it: ``0.5``.
    """
    raised = lift(p, t, d)
    reached = 0.25 * (
        rung(p, t.curiosity + raised, 0.0, c.difficulty)
        + rung(p, t.openness + raised, 1.0, c.difficulty)
        + rung(p, t.acceptance + raised, 2.0, c.difficulty)
        + rung(p, t.love + raised, 3.0, c.difficulty)
    )
    return min(reached, ceiling(p, t))


def climb(p: Parameters, d: Dyad, felt: float) -> float:
    """Tell how far these two have climbed the ladder after a session.

    ladder + climb_rate * (climb_reach * vulnerability * felt - ladder)

    What the patient shows, and the therapist connects with, makes the harder qualities easier; and
    these make the patient show more: a loop that starts with neither of the two.

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T25 (vulnerability and connection move the therapist up), T34 (it is two-way).
    Without it: ``0.0``.
    """
    return d.ladder + p.climb_rate * (p.climb_reach * d.vulnerability * felt - d.ladder)


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
    Without it: ``0.0``.
    """
    mean = 0.25 * (t.curiosity + t.openness + t.acceptance + t.love)
    return logistic(p.steadiness_base + p.steadiness_slope * mean)


def toward_relationship(p: Parameters, t: Therapist, d: Dyad) -> float:
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
    Without it: ``0.5``.
    """
    return t.steadiness + (1.0 - t.steadiness) * d.alliance
