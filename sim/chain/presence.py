"""Presence: attention that drifts off and comes back, and where it is turned."""

from __future__ import annotations

from sim.chain.curves import between, factor, logistic
from sim.parameters import Parameters
from sim.records import Therapist


def budget(p: Parameters, t: Therapist) -> float:
    """Tell how much attention there is to divide, against an average therapist's.

    exp(budget_attention * attention)

    Returns
    -------
    float
        Factor, above 0.

    Notes
    -----
    Claims: T20 (attention is a budget).
    Without it: ``1.0``.
    """
    return factor(p.budget_attention * t.attention)


def divide(p: Parameters, t: Therapist) -> None:
    """Divide attention over its three objects in therapy: oneself, the patient, the relationship.

    each = budget * 3 * exp(own leaning) / sum of the three: one each for an average therapist who
    divides evenly; what one object has more of, the others have less of.

    Notes
    -----
    Claims: T20 (the participant observer's three objects), T122 (evenly hovering attention).
    Without it: ``nothing changes``.
    """
    to_self = factor(t.focus_self)
    to_relationship = factor(t.focus_relationship)
    portion = 3.0 * budget(p, t) / (to_self + 1.0 + to_relationship)
    t.to_self = portion * to_self
    t.to_patient = portion
    t.to_relationship = portion * to_relationship


def return_rate(p: Parameters, t: Therapist) -> float:
    """Tell how fast a drifting mind comes back: the rate at which mindful spells begin.

    return_base * exp(return_attention * attention + return_kindness * (gentleness - 1/2))

    Returns
    -------
    float
        Rate per segment, above 0.

    Notes
    -----
    Claims: T15 (practice makes the state more frequent), T19 (coming back gently).
    Without it: ``p.return_base``.
    """
    tilt = p.return_attention * t.attention + p.return_kindness * (t.gentleness - 0.5)
    return p.return_base * factor(tilt)


def drift_rate(p: Parameters, t: Therapist) -> float:
    """Tell how fast a rested mind drifts off: one over the length of a mindful spell.

    drift_base * exp(-drift_attention * attention)

    Returns
    -------
    float
        Rate per segment, 0 or more, without the floor that nobody gets below.

    Notes
    -----
    Claims: T15 (practice makes the state last longer), T18 (drift is the opposite of attention).
    Without it: ``p.drift_base``.
    """
    return p.drift_base * factor(-p.drift_attention * t.attention)


def level(p: Parameters, t: Therapist, drifting: float) -> float:
    """Tell the presence at which drifting off and coming back are in balance.

    return / (return + drift)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T15, T29.
    Without it: ``0.5``.
    """
    return t.return_rate / (t.return_rate + drifting)


def resting(p: Parameters, t: Therapist) -> float:
    """Tell the presence of a rested, unloaded therapist.

    return / (return + drift_floor + drift_rate)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T29, T82.
    Without it: ``0.5``.
    """
    return level(p, t, p.drift_floor + t.drift_rate)


def arrival(p: Parameters, t: Therapist, z: float) -> float:
    """Tell the agitation a therapist brings into a session.

    max(0, agitation_base + agitation_stress * stress + agitation_noise * z)

    Returns
    -------
    float
        SD, 0 or more.

    Notes
    -----
    Claims: T83 (what lies outside the room comes in), T139.
    Without it: ``0.0``.
    """
    return max(0.0, p.agitation_base + p.agitation_stress * t.stress + p.agitation_noise * z)


def drift(p: Parameters, t: Therapist) -> float:
    """Tell how fast the mind drifts off in this segment.

    drift_floor + drift_rate * (1 + drift_load * load / capacity + drift_agitation * agitation +
    drift_fatigue * (fatigue + transfer * strain of practice))

    The floor holds for the best: nobody is present all the time (T82).

    Returns
    -------
    float
        Rate per segment, at least the floor.

    Notes
    -----
    Claims: T14 and T18 (load and fatigue raise drift), T82, T83.
    Without it: ``p.drift_floor + t.drift_rate``.
    """
    burden = (
        p.drift_load * t.load / t.capacity
        + p.drift_agitation * t.agitation
        + p.drift_fatigue * (t.fatigue + t.transfer * t.practice_strain)
    )
    return p.drift_floor + t.drift_rate * (1.0 + burden)


def settle(p: Parameters, t: Therapist, drifting: float, z: float) -> float:
    """Tell the presence after one segment of drifting off and coming back.

    m_inf + (m - m_inf) * exp(-(return + drift)) + noise * m_inf * (1 - m_inf) * z,
    where m_inf = `level`; held within 0 and 1.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T15, T29 (graded, and moving from moment to moment).
    Without it: ``t.presence``.
    """
    tends = level(p, t, drifting)
    moved = tends + (t.presence - tends) * factor(-t.return_rate - drifting)
    return between(moved + p.presence_noise * tends * (1.0 - tends) * z, 0.0, 1.0)


def dullness(p: Parameters, t: Therapist) -> float:
    """Tell how much of the mind that is not present is dull today, rather than scattered.

    logistic(dull_base + dull_fatigue * fatigue - dull_agitation * agitation at arrival)

    Returns
    -------
    float
        Share, 0 to 1; with presence and the scattered rest it makes one whole.

    Notes
    -----
    Claims: T14 (mindfulness is one state of mind among others; a tired mind is a dull one).
    Without it: ``0.5``.
    """
    return logistic(p.dull_base + p.dull_fatigue * t.fatigue - p.dull_agitation * t.agitation)


def catches(p: Parameters, t: Therapist) -> float:
    """Tell the probability of catching a lapse in the state one is in today.

    catching * (1 - dull_catching * dullness): a dull mind does not notice that it is gone

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T14, T85.
    Without it: ``0.0``.
    """
    return t.catching * (1.0 - p.dull_catching * t.dullness)


def calm(p: Parameters, t: Therapist) -> float:
    """Tell the agitation left after one more segment: it fades by a fixed share.

    agitation * (1 - agitation_fading)

    Returns
    -------
    float
        SD, 0 or more.

    Notes
    -----
    Claims: T139 (presence settles within a segment, so a reset needs a slower state to act on).
    Without it: ``t.agitation``.
    """
    return t.agitation * (1.0 - p.agitation_fading)


def lapse(p: Parameters, t: Therapist) -> float:
    """Tell the presence after a lapse that was not caught: presence * (1 - lapse_depth).

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T84.
    Without it: ``t.presence``.
    """
    return t.presence * (1.0 - p.lapse_depth)


def come_back(p: Parameters, t: Therapist) -> float:
    """Tell the presence after a lapse was caught: a share of what is missing comes back.

    presence + catch_return * (1 - presence)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T19, T85 (noticing brings the return to presence).
    Without it: ``t.presence``.
    """
    return t.presence + p.catch_return * (1.0 - t.presence)


def spill(p: Parameters, t: Therapist) -> float:
    """Tell the presence after the bowl has overflowed: presence * (1 - overflow_blur).

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T43 (to overflow is to lose awareness).
    Without it: ``t.presence``.
    """
    return t.presence * (1.0 - p.overflow_blur)
