"""The patient's self-attunement: found in safety, learned from a model, taken home, kept."""

from __future__ import annotations

from sim.chain.curves import between, closed, factor
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def exploring(p: Parameters, c: Patient, d: Dyad, felt: float) -> float:
    """Tell what a session adds by the safety route: being safe, looking inward, being met there.

    safety_route * safety * vulnerability * felt * what is left of the way

    where the way is inner_room above the level at intake.

    Returns
    -------
    float
        SD a session; negative where safety_route is.

    Notes
    -----
    Claims: T106, T107 (theoretical: a wide prior), T109, T111a.
    """
    left = _way_left(p, c)
    return p.safety_route * d.safety * d.vulnerability * felt * left


def modelling(p: Parameters, t: Therapist, c: Patient, felt: float, presence: float) -> float:
    """Tell what a session adds by the modelling route: taking in how the therapist is.

    (1 - exp(-modelling_route * felt)) * (model - self-attunement in the room), where the model is
    model_base + model_slope * presence * self_kindness

    Only what is felt can be taken in; the therapist's own level is the asymptote.

    Returns
    -------
    float
        SD a session; negative where the model is poorer than the patient.

    Notes
    -----
    Claims: T107, T111b (a model of relating to oneself), T113 (contact times quality), T114.
    """
    model = p.model_base + p.model_slope * presence * t.self_kindness
    return closed(p.modelling_route * felt) * (model - c.self_attunement_in_room)


def support(p: Parameters, c: Patient) -> float:
    """Tell how much the therapist still carries for the patient.

    1 - support_fading * autonomy, where autonomy is the way gone since intake

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T110 (support is withdrawn as autonomy grows).
    """
    return 1.0 - p.support_fading * (1.0 - _way_left(p, c))


def take_home(p: Parameters, c: Patient) -> float:
    """Tell the self-attunement outside the room after a session.

    outside + (1 - exp(-generalising * (1 - over_holding * support))) * (in the room - outside)

    What is learned in the room moves first; holding on too long keeps it there.

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T105 (in the room before outside), T110.
    """
    rate = p.generalising * (1.0 - p.over_holding * support(p, c))
    gap = c.self_attunement_in_room - c.self_attunement
    return c.self_attunement + closed(rate) * gap


def keep(p: Parameters, c: Patient, weeks: float) -> float:
    """Tell the self-attunement left after some weeks without therapy.

    intake + (outside - intake) * exp(-fading * (1 - autonomy) * weeks)

    Returns
    -------
    float
        SD.

    Notes
    -----
    Claims: T110 (what rests on oneself lasts).
    """
    left = _way_left(p, c)
    gained = c.self_attunement - c.self_attunement_intake
    return c.self_attunement_intake + gained * factor(-p.fading * left * weeks)


def _way_left(p: Parameters, c: Patient) -> float:
    """Tell what share of the way from intake to inner freedom is still to go, 0 to 1."""
    gone = (c.self_attunement_in_room - c.self_attunement_intake) / p.inner_room
    return 1.0 - between(gone, 0.0, 1.0)
