"""Transfer: what of practice reaches the room, from the cushion to the session."""

from __future__ import annotations

from sim.chain.curves import between
from sim.parameters import Parameters
from sim.records import Programme, Therapist


def share(p: Parameters, g: Programme) -> float:
    """Tell the share of every gain that reaches the room: min(1, transfer * (1 + supervision)).

    Returns
    -------
    float
        Share, 0 to 1; zero transfer stays zero whatever the supervision.

    Notes
    -----
    Claims: T140 (from cushion to session), T141 (supervision as a bridge).
    Without it: ``0.0``.
    """
    return between(p.transfer * (1.0 + g.supervision), 0.0, 1.0)


def carry_into_room(p: Parameters, t: Therapist) -> None:
    """Set what the therapist brings into the room: baseline + transfer * gain, costs alike.

    Of resonance a unit of gain adds resonance_trait to the dose that is felt, within 0 and 1. What
    practice takes from technique is what was not learned for want of time and, as far as the work
    is held to a manual, what drifts away from it.

    Notes
    -----
    Claims: T06 (the relational qualities), T73, T140; costs: theory map, section 11.4.
    Without it: ``nothing changes``.
    """
    t.attention = t.attention_baseline + t.transfer * t.attention_gain
    t.curiosity = t.curiosity_baseline + t.transfer * t.curiosity_gain
    t.openness = t.openness_baseline + t.transfer * t.openness_gain
    t.acceptance = t.acceptance_baseline + t.transfer * t.acceptance_gain
    t.love = t.love_baseline + t.transfer * t.love_gain
    t.bowl_capacity = t.bowl_capacity_baseline + t.transfer * t.bowl_capacity_gain
    t.decentring = t.decentring_baseline + t.transfer * t.decentring_gain
    t.intention = t.intention_baseline + t.transfer * t.intention_gain
    t.self_compassion = t.transfer * t.self_compassion_gain
    t.hook_release = t.transfer * t.hook_release_gain
    felt_more = p.resonance_trait * t.transfer * t.resonance_gain
    t.resonance = between(t.resonance_baseline + felt_more, 0.0, 1.0)
    lost = t.manualised * t.practice_drift + t.practice_displaced
    t.technique = t.technique_baseline + t.transfer * (t.technique_gain - lost)
    t.conceptualisation = t.conceptualisation_baseline + t.transfer * t.conceptualisation_gain
    t.noticing = t.transfer * t.noticing_gain
    t.working_through = t.transfer * t.working_through_gain
    t.hope = t.transfer * t.hope_gain


def let_go(p: Parameters, t: Therapist) -> None:
    """Set how invested the therapist is in being right, and what that makes of him or her.

    ego = baseline + transfer * change; reactivity = own + ego_reactivity * ego; rigidity = own +
    ego_rigidity * ego

    Notes
    -----
    Claims: T121 (being right, control and self-esteem give way to a quiet response).
    Without it: ``nothing changes``.
    """
    t.ego = t.ego_baseline + t.transfer * t.ego_gain
    t.reactivity = t.reactivity_baseline + p.ego_reactivity * t.ego
    t.rigidity = t.rigidity_baseline + p.ego_rigidity * t.ego


def reset(p: Parameters, g: Programme, t: Therapist, unrest: float) -> float:
    """Tell what is left of unrest after a few minutes of settling before the session.

    unrest * (1 - min(1, transfer * reset_effect * reset)), where unrest is the agitation one
    arrives with, or the load carried over from the session before

    Returns
    -------
    float
        As the unrest, 0 or more.

    Notes
    -----
    Claims: T139 (back to baseline before each session), T145 (feel a breath).
    Without it: ``unrest``.
    """
    return unrest * (1.0 - min(1.0, t.transfer * p.reset_effect * g.reset))
