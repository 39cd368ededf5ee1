"""The patient's self-attunement: found in safety, learned from a model, taken home, kept."""

from __future__ import annotations

from sim.chain.curves import between, closed, factor, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def tolerable(p: Parameters, c: Patient) -> float:
    """Tell how far this segment's affect lies where something can be done with it.

    x * exp(1 - x), x = affect / (window_peak * bowl): nothing without affect, all of it at a
    moderate affect, less and less beyond

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T112 (a window of tolerance: growth is best at a moderate load).
    Without it: ``1.0``.
    """
    x = c.affect / (p.window_peak * c.bowl)
    return between(x * factor(1.0 - x), 0.0, 1.0)


def swamped(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell how far this segment's affect swamps the patient.

    logistic(swamp_steepness * (affect - bowl - bowl_lent * felt attunement)): who is felt with
    can bear more

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T112 (to meet what comes without being swamped).
    Without it: ``0.0``.
    """
    return logistic(p.swamp_steepness * (c.affect - c.bowl - p.bowl_lent * d.felt))


def stretch(p: Parameters, c: Patient, window: float, swamped_share: float) -> None:
    """Let the patient's own bowl grow by what could be borne, and shrink by what could not.

    bowl * exp(bowl_growth * window - bowl_shrinking * swamped)

    Notes
    -----
    Claims: T39 (the same bowl in the patient as in the therapist), T112.
    Without it: ``nothing changes``.
    """
    moved = c.bowl * factor(p.bowl_growth * window - p.bowl_shrinking * swamped_share)
    c.bowl = between(moved, 0.05, 20.0)


def exploring(
    p: Parameters, c: Patient, d: Dyad, felt: float, window: float, regular: float
) -> float:
    """Tell what a session adds by the safety route: being safe, looking inward, being met there.

    safety_route * safety * vulnerability * felt * (1 - window_weight * (1 - window)) * frame
    * what is left of the way, where the way is inner_room above the level at intake

    Returns
    -------
    float
        SD a session; negative where safety_route is.

    Notes
    -----
    Claims: T04, T106, T107 (theoretical: a wide prior), T108, T109, T111a, T112.
    Without it: ``0.0``.
    """
    usable = 1.0 - p.window_weight * (1.0 - window)
    met = d.safety * d.vulnerability * felt
    return p.safety_route * met * usable * regular * _way_left(p, c)


def model(p: Parameters, t: Therapist, d: Dyad, presence: float) -> float:
    """Tell what the therapist shows of how one may relate to oneself and to another.

    model_base + model_slope * presence * (model_warmth * warmth toward the patient
    + (1 - model_warmth) * kindness toward own reactions)

    Returns
    -------
    float
        SD, on the scale of the patient's self-attunement.

    Notes
    -----
    Claims: T111b (a model of relating to oneself), T113 (qualities of the therapist, notably
    empathy).
    Without it: ``0.0``.
    """
    kindness = p.model_warmth * d.warmth + (1.0 - p.model_warmth) * t.gentleness
    return p.model_base + p.model_slope * presence * kindness


def modelling(
    p: Parameters, t: Therapist, c: Patient, d: Dyad, felt: float, presence: float
) -> float:
    """Tell what a session adds by the modelling route: taking in how the therapist is.

    (1 - exp(-modelling_route * felt)) * (model - self-attunement in the room)

    Only what is felt can be taken in; the therapist's own level is the asymptote.

    Returns
    -------
    float
        SD a session; negative where the model is poorer than the patient.

    Notes
    -----
    Claims: T04, T107, T111b, T113 (contact times quality).
    Without it: ``0.0``.
    """
    gap = model(p, t, d, presence) - c.self_attunement_in_room
    return closed(p.modelling_route * felt) * gap


def take_in(p: Parameters, t: Therapist, c: Patient, felt: float) -> None:
    """Let the patient's stance to his or her own feelings take on the shape of the therapist's.

    facet + (1 - exp(-facet_rate * felt)) * (quality - mean of the four - facet): reflecting
    follows curiosity, understanding openness, accepting acceptance, comforting love

    Notes
    -----
    Claims: T114 (reflective, understanding, accepting, comforting).
    Without it: ``nothing changes``.
    """
    share = closed(p.facet_rate * felt)
    mean = 0.25 * (t.curiosity + t.openness + t.acceptance + t.love)
    c.reflective += share * (t.curiosity - mean - c.reflective)
    c.understanding += share * (t.openness - mean - c.understanding)
    c.accepting += share * (t.acceptance - mean - c.accepting)
    c.comforting += share * (t.love - mean - c.comforting)


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
    Without it: ``1.0``.
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
    Without it: ``c.self_attunement``.
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
    Without it: ``c.self_attunement``.
    """
    left = _way_left(p, c)
    gained = c.self_attunement - c.self_attunement_intake
    return c.self_attunement_intake + gained * factor(-p.fading * left * weeks)


def practise_alone(p: Parameters, c: Patient, weeks: float) -> None:
    """Let a patient who practises mindfulness grow by that, with the therapist or without.

    both self-attunements + (1 - exp(-own_practice * hours * weeks)) * (inner_room - growth so far)

    Notes
    -----
    Claims: T117 (mindfulness as a treatment: the patient's own practice).
    Without it: ``nothing changes``.
    """
    share = closed(p.own_practice * c.practice_hours * weeks)
    highest = c.self_attunement_intake + p.inner_room
    c.self_attunement_in_room += share * (highest - c.self_attunement_in_room)
    c.self_attunement += share * (highest - c.self_attunement)


def _way_left(p: Parameters, c: Patient) -> float:
    """Tell what share of the way from intake to inner freedom is still to go, 0 to 1."""
    gone = (c.self_attunement_in_room - c.self_attunement_intake) / p.inner_room
    return 1.0 - between(gone, 0.0, 1.0)
