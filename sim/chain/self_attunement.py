"""The therapist's self-attunement: knowing and befriending oneself, and the bowl that holds."""

from __future__ import annotations

from sim.chain.curves import between, factor, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def knowing_target(p: Parameters, t: Therapist, presence: float) -> float:
    """Tell how well a therapist who goes on like this comes to know himself or herself.

    presence * self_kindness * (knowing_base + knowing_curiosity * curiosity), within 0 and 1

    Returns
    -------
    float
        Level, 0 to 1; zero where presence or self-kindness is missing.

    Notes
    -----
    Claims: T09, T40 (grows only where presence and kindness toward oneself meet), T147.
    Without it: ``0.0``.
    """
    meeting = presence * t.self_kindness
    return between(meeting * (p.knowing_base + p.knowing_curiosity * t.curiosity), 0.0, 1.0)


def befriending_target(p: Parameters, t: Therapist, presence: float) -> float:
    """Tell how well a therapist who goes on like this comes to befriend himself or herself.

    presence * self_kindness * (befriending_base + befriending_acceptance * acceptance),
    within 0 and 1

    Returns
    -------
    float
        Level, 0 to 1; zero where presence or self-kindness is missing.

    Notes
    -----
    Claims: T09, T40.
    Without it: ``0.0``.
    """
    meeting = presence * t.self_kindness
    return between(
        meeting * (p.befriending_base + p.befriending_acceptance * t.acceptance), 0.0, 1.0
    )


def deepen(p: Parameters, t: Therapist, presence: float, share: float) -> None:
    """Let both facets of self-attunement grow or fade toward where they tend.

    facet + share * (target - facet); self-attunement is the mean of the two.

    Notes
    -----
    Claims: T40.
    Without it: ``nothing changes``.
    """
    t.knowing += share * (knowing_target(p, t, presence) - t.knowing)
    t.befriending += share * (befriending_target(p, t, presence) - t.befriending)
    t.self_attunement = 0.5 * (t.knowing + t.befriending)


def capacity(p: Parameters, t: Therapist) -> float:
    """Tell how much the bowl holds: bowl_size * exp(bowl_trait * bowl_capacity).

    Returns
    -------
    float
        Load, above 0.

    Notes
    -----
    Claims: T43, T44 (practice enlarges the bowl).
    Without it: ``p.bowl_size``.
    """
    return p.bowl_size * factor(p.bowl_trait * t.bowl_capacity)


def relief(p: Parameters, t: Therapist) -> float:
    """Tell the share of the patient's affect that decentring keeps from becoming load.

    decentring_relief * logistic(decentring_base + decentring_slope * decentring)

    Returns
    -------
    float
        Share, 0 to 1.

    Notes
    -----
    Claims: T45 (from contents to the bowl: less load from the same contents), T71 (as if).
    Without it: ``0.0``.
    """
    return p.decentring_relief * logistic(p.decentring_base + p.decentring_slope * t.decentring)


def impact(p: Parameters, t: Therapist) -> float:
    """Tell the load that a unit of the patient's affect puts into the bowl.

    resonance * (1 - relief)

    Returns
    -------
    float
        Load per SD of affect, 0 or more.

    Notes
    -----
    Claims: T45 (apart from capacity), T61 and T62 (a smaller dose of the patient's state, felt
    whether or not one is present).
    Without it: ``0.0``.
    """
    return t.resonance * (1.0 - t.relief)


def hook(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how much of a hook is in today's theme: hooked * (1 - hook_release).

    Returns
    -------
    float
        Share, 0 to 1; nothing where the therapist can hold the theme.

    Notes
    -----
    Claims: T49, T137 (work with difficult countertransference loosens the hook).
    Without it: ``0.0``.
    """
    return d.hooked * (1.0 - t.hook_release)


def hooked(p: Parameters, t: Therapist, theme: int) -> int:
    """Tell whether a theme is one the therapist cannot hold.

    Returns
    -------
    int
        0 or 1.

    Notes
    -----
    Claims: T49.
    Without it: ``0``.
    """
    return (t.hooks >> theme) & 1


def fill(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the load of the bowl after a segment of the patient's affect.

    load * (1 - discharge) + impact * affect * (1 + hook_load * hook), where
    discharge = discharge_rest + discharge_presence * presence * gentleness, at most 0.95

    Returns
    -------
    float
        Load, 0 or more.

    Notes
    -----
    Claims: T26 (kindness toward one's own reactions lightens them), T49, T61.
    Without it: ``0.0``.
    """
    discharge = p.discharge_rest + p.discharge_presence * t.presence * t.gentleness
    taken = t.impact * c.affect * (1.0 + p.hook_load * hook(p, t, d))
    return t.load * (1.0 - between(discharge, 0.0, 0.95)) + taken


def overflow(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell the probability that the bowl overflows in this segment.

    logistic(overflow_steepness * (load - capacity * (1 - hook_capacity * hook))); none where
    there is no load

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T42 (contents and observer pull in opposite directions), T43, T44, T49, T72 (too much of
    what is felt is more than the bowl holds).
    Without it: ``0.0``.
    """
    if t.load <= 0.0:
        return 0.0
    holding = t.capacity * (1.0 - p.hook_capacity * hook(p, t, d))
    return logistic(p.overflow_steepness * (t.load - holding))


def absorbed(p: Parameters, t: Therapist) -> float:
    """Tell the probability that an overflow swallows the therapist rather than pushing away.

    logistic(absorbed_base - absorbed_decentring * decentring)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T43 (two modes), T71 (keeping self and other apart).
    Without it: ``0.5``.
    """
    return logistic(p.absorbed_base - p.absorbed_decentring * t.decentring)


def catching(p: Parameters, t: Therapist) -> float:
    """Tell the probability of catching one's own lapse before it does harm.

    logistic(catch_base + catch_attention * attention + catch_knowing * knowing
    + catch_focus * (attention to oneself - 1))

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T20, T85 (prevention, apart from noticing a rupture), T101.
    Without it: ``0.0``.
    """
    return logistic(
        p.catch_base
        + p.catch_attention * t.attention
        + p.catch_knowing * t.knowing
        + p.catch_focus * (t.to_self - 1.0)
    )


def spent(p: Parameters, t: Therapist, load: float) -> float:
    """Tell the tiredness that a session of this mean load leaves behind.

    strain * load / capacity

    Returns
    -------
    float
        SD, 0 or more where strain is.

    Notes
    -----
    Claims: T83 (the day before this patient comes into the room too).
    Without it: ``0.0``.
    """
    return p.strain * load / t.capacity


def release(p: Parameters, t: Therapist) -> float:
    """Tell the load left after an overflow, which lets a share of it go.

    load * (1 - overflow_release)

    Returns
    -------
    float
        Load, 0 or more.

    Notes
    -----
    Claims: T43.
    Without it: ``t.load``.
    """
    return t.load * (1.0 - p.overflow_release)
