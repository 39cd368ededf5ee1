"""Intention: why one practises, and what one means to be for this patient, today."""

from __future__ import annotations

from sim.chain.curves import factor, saturating
from sim.parameters import Parameters
from sim.records import Dyad, Programme, Therapist


def ripeness(p: Parameters, t: Therapist) -> float:
    """Tell how far practice has carried the aims onward: aim_maturing * x / (1 + x).

    where x = hours of practice so far / aim_hours

    Returns
    -------
    float
        Logit; below 0 where aim_maturing is.

    Notes
    -----
    Claims: T30 (aims change with practice: from regulation over exploration to liberation).
    Without it: ``0.0``.
    """
    return p.aim_maturing * saturating(t.practice_hours / p.aim_hours)


def aims(p: Parameters, g: Programme, t: Therapist) -> None:
    """Set the therapist's aims in practising: four shares of one whole.

    share = exp(own leaning + the programme's leaning) / sum of the four; the aim of being with
    others has aim_calling besides, and ripeness moves weight from regulation to liberation.

    Notes
    -----
    Claims: T28 (one tends to obtain what one aims for), T30, T32 (the built-in aim), T145.
    Without it: ``nothing changes``.
    """
    moved = ripeness(p, t)
    regulation = factor(t.own_aim_regulation + g.aim_regulation - moved)
    exploration = factor(t.own_aim_exploration + g.aim_exploration)
    liberation = factor(t.own_aim_liberation + g.aim_liberation + moved)
    relation = factor(t.own_aim_relation + g.aim_relation + p.aim_calling)
    whole = regulation + exploration + liberation + relation
    t.aim_regulation = regulation / whole
    t.aim_exploration = exploration / whole
    t.aim_liberation = liberation / whole
    t.aim_relation = relation / whole


def today(p: Parameters, g: Programme, t: Therapist, d: Dyad, z: float) -> float:
    """Tell the relational intention with this patient in this session.

    intention + what this patient calls up + intention_noise * z + transfer * imagery

    The imagery is that of the doorway: to picture the person who waits, before opening the door.

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T31 (nested: the calling, this session, this patient), T145 (the doorway exercise).
    Without it: ``0.0``.
    """
    return t.intention + d.own_intention + p.intention_noise * z + t.transfer * g.imagery
