"""Safety: being held, the fears it contradicts, the frame, and the felt safety of the two."""

from __future__ import annotations

from sim.chain.curves import between, logistic, saturating
from sim.parameters import Parameters
from sim.records import Dyad, Frame, Patient, Therapist


def frame(p: Parameters, f: Frame) -> float:
    """Tell how far hour, room and regular appointments hold.

    (1 - frame_irregularity * irregularity) * (1 - frame_cancellation * cancellations)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T108 (the holding environment is physical too).
    Without it: ``1.0``.
    """
    steady = 1.0 - p.frame_irregularity * f.irregularity
    return steady * (1.0 - p.frame_cancellation * f.cancellations)


def held(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell how far the patient's pain was felt *and* held in this segment.

    felt * x / (1 + x) with x = held_affect * affect, and nothing while the bowl overflows

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T63 (feeling it and holding it says that it can be borne).
    Without it: ``0.0``.
    """
    if d.overflow > 0:
        return 0.0
    return d.felt * saturating(p.held_affect * c.affect)


def fear_of_rejection(p: Parameters, c: Patient, holding: float, hurts: float) -> float:
    """Tell the fear of being rejected after a session.

    fear - fear_learning * holding * fear + fear_learning * fear_bias * hurts * (1 - fear)

    where holding is the mean of `held` and hurts the hostile acts and the overflows that pushed
    away, counted together, per segment: being held contradicts the fear, being hurt confirms it,
    and one hurt undoes several moments of holding.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T64, T66 (slow disconfirmation, by prediction error).
    Without it: ``c.fear_rejection``.
    """
    return _prediction_error(p, c.fear_rejection, holding, hurts)


def fear_of_harming(p: Parameters, c: Patient, holding: float, overflows: float) -> float:
    """Tell the fear that one's pain harms the other after a session.

    As `fear_of_rejection`, but what confirms it is the share of segments in which the therapist's
    bowl overflowed.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T63 (to feel it without holding it does the reverse), T65, T66.
    Without it: ``c.fear_harm``.
    """
    return _prediction_error(p, c.fear_harm, holding, overflows)


def _prediction_error(p: Parameters, fear: float, against: float, confirming: float) -> float:
    """Move a fear by what spoke against it and what confirmed it."""
    eased = fear - p.fear_learning * between(against, 0.0, 1.0) * fear
    return between(eased + p.fear_learning * p.fear_bias * confirming * (1.0 - fear), 0.0, 1.0)


def safety(p: Parameters, c: Patient, d: Dyad, hurts: float, regular: float) -> float:
    """Tell the felt safety after a session.

    safety + safety_rate * (target - safety), target = logistic(safety_base +
    safety_felt * felt attunement + safety_trust * trust - safety_hurt * hurts
    - safety_rupture * rupture open); on the way up the rate is as regular as the frame

    Safety raises what is shown, sent and recognised, and these raise safety: a loop.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T68 (a loop with two basins, where it is strong), T108, T109.
    Without it: ``0.5``.
    """
    target = logistic(
        p.safety_base
        + p.safety_felt * d.felt_attunement
        + p.safety_trust * c.trust
        - p.safety_hurt * hurts
        - p.safety_rupture * d.rupture_open
    )
    gap = target - d.safety
    return d.safety + p.safety_rate * (gap * regular if gap > 0.0 else gap)
