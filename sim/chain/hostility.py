"""Hostility: hostile or controlling acts, the answers they get, and the harm they do."""

from __future__ import annotations

from sim.chain.curves import between, factor, logistic, saturating
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def rate(p: Parameters, t: Therapist) -> float:
    """Tell the rate of hostile or controlling acts while the bowl holds.

    hostile_rate * exp(-hostile_introject * introject - hostile_befriending * befriending)

    Returns
    -------
    float
        Rate per segment, 0 or more.

    Notes
    -----
    Claims: T52 and T53 (Henry, Schacht & Strupp 1990: about three to one), T55, T59.
    Without it: ``p.hostile_rate``.
    """
    return p.hostile_rate * factor(
        -p.hostile_introject * t.introject - p.hostile_befriending * t.befriending
    )


def enactment(p: Parameters, t: Therapist, overflowed: float) -> float:
    """Tell how many times likelier an act is for what the bowl could not hold.

    1 + hostile_overflow * overflowed * exp(-enact_attention * (attention to oneself - 1))

    Returns
    -------
    float
        Factor, 1 or more where hostile_overflow is 0 or more.

    Notes
    -----
    Claims: T20 (who does not look at himself or herself acts it out), T50 (behaviour out of what
    cannot be held).
    Without it: ``1.0``.
    """
    blind = factor(-p.enact_attention * (t.to_self - 1.0))
    return 1.0 + p.hostile_overflow * overflowed * blind


def exchange(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell the probability of giving back, in kind, what the patient has just answered in kind.

    logistic(exchange_base + exchange_reactivity * reactivity - exchange_awareness * presence *
    gentleness), and none where the patient has not

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T99 (negative feelings answered with one's own: chains lengthen with reactivity), T101.
    Without it: ``0.0``.
    """
    if d.answered == 0:
        return 0.0
    aware = t.presence * t.gentleness
    return logistic(
        p.exchange_base + p.exchange_reactivity * t.reactivity - p.exchange_awareness * aware
    )


def act(p: Parameters, t: Therapist, d: Dyad, overflowed: float) -> float:
    """Tell the probability of a hostile or controlling act in this segment.

    1 - (1 - rate * enactment) * (1 - exchange), the first probability at most 0.9

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T50, T53, T99.
    Without it: ``0.0``.
    """
    own = between(t.hostility * enactment(p, t, overflowed), 0.0, 0.9)
    return 1.0 - (1.0 - own) * (1.0 - exchange(p, t, d))


def answer(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the probability that the patient answers a hostile act in kind.

    logistic(answer_base + answer_confrontation * confrontation - answer_safety * (safety - 1/2))

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T99 (negative reciprocity).
    Without it: ``0.0``.
    """
    return logistic(
        p.answer_base
        + p.answer_confrontation * c.confrontation
        - p.answer_safety * (d.safety - 0.5)
    )


def harm(p: Parameters, acts: int) -> float:
    """Tell the harm that a session's hostile acts do to the relationship: steep at the origin.

    harm_most * x / (1 + x), x = acts / harm_half: the first act hurts more than any after it

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T54 (small doses hurt; good outcomes lie where there are almost none).
    Without it: ``0.0``.
    """
    return p.harm_most * saturating(acts / p.harm_half)


def wound(p: Parameters, d: Dyad, hurt: float) -> None:
    """Leave the harm of a session behind as a scar.

    scar + harm * (1 - scar)

    Notes
    -----
    Claims: T50 (harmful to process and outcome), T54, T59 (harm cleared in oneself is harm spared).
    Without it: ``nothing changes``.
    """
    d.scar = between(d.scar + hurt * (1.0 - d.scar), 0.0, 1.0)
