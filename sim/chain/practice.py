"""Practice: what a programme asks, what is done, learned, forgotten - and carried into the room."""

from __future__ import annotations

from sim.chain.curves import between, closed, factor, logistic
from sim.parameters import Parameters
from sim.records import Programme, Therapist


def assigned(g: Programme, week: int) -> float:
    """Tell the hours of formal practice assigned in a week.

    The programme's hours while it lasts, its maintenance hours ever after, none before.

    Returns
    -------
    float
        Hours, 0 or more.

    Notes
    -----
    Claims: T138 (when and how often), T143.
    """
    if g.weeks == 0 or week < g.start_week:
        return 0.0
    if week < g.start_week + g.weeks:
        return g.hours_per_week
    return g.maintenance_hours


def adherence(p: Parameters, t: Therapist, z: float) -> float:
    """Tell the share of the assigned practice that is done this week.

    logistic(adherence_mean + own readiness + adherence_noise * z)

    Returns
    -------
    float
        Share, 0 to 1.

    Notes
    -----
    Claims: T143. Mean: Parsons et al. 2017 (64% of the assigned home practice).
    """
    return logistic(p.adherence_mean + t.adherence + p.adherence_noise * z)


def learn(
    p: Parameters, t: Therapist, baseline: float, gain: float, rate: float, hours: float
) -> float:
    """Tell the gain in one component after some hours of practice.

    gain + (ceiling - baseline - gain) * (1 - exp(-rate * aptitude * hours / ceiling))

    Concave in hours, and smaller for those who stand high already (T127). Practice that harms (a
    rate below zero) goes the same way down, toward -ceiling. At a rate of zero the gain stays
    exactly what it was.

    Returns
    -------
    float
        Gain on the cushion, SD.

    Notes
    -----
    Claims: T03, T19 (the curve is concave), T127 (more is gained by those low at the start).
    """
    sign = -1.0 if rate < 0.0 else 1.0
    room = p.learning_ceiling - sign * (baseline + gain)
    if room <= 0.0 or rate * hours == 0.0:
        return gain
    return gain + sign * room * closed(sign * rate * t.aptitude * hours / p.learning_ceiling)


def forget(p: Parameters, gain: float, hours: float) -> float:
    """Tell what is left of a gain after a week with so many hours of practice.

    gain * exp(-decay * max(0, 1 - hours / maintenance_need))

    Returns
    -------
    float
        Gain on the cushion, SD.

    Notes
    -----
    Claims: T138 (decay and maintenance; the paper leaves both open).
    """
    if gain == 0.0:
        return gain
    lacking = between(1.0 - hours / p.maintenance_need, 0.0, 1.0)
    return gain * factor(-p.practice_decay * lacking)


def practise(p: Parameters, g: Programme, t: Therapist, hours: float) -> None:
    """Live a week of practice: forget a little, learn a little, bear what it costs.

    Notes
    -----
    Claims: T03, T17 (attention, attitude and intention are trained apart), T44 (capacity),
    T45 (decentring), T104 (training in ruptures alone, the comparator).
    """
    t.attention_gain = _after_week(p, t, t.attention_baseline, t.attention_gain, g.attention, hours)
    t.curiosity_gain = _after_week(p, t, t.curiosity_baseline, t.curiosity_gain, g.curiosity, hours)
    t.openness_gain = _after_week(p, t, t.openness_baseline, t.openness_gain, g.openness, hours)
    t.acceptance_gain = _after_week(
        p, t, t.acceptance_baseline, t.acceptance_gain, g.acceptance, hours
    )
    t.love_gain = _after_week(p, t, t.love_baseline, t.love_gain, g.love, hours)
    t.bowl_capacity_gain = _after_week(
        p, t, t.bowl_capacity_baseline, t.bowl_capacity_gain, g.bowl_capacity, hours
    )
    t.decentring_gain = _after_week(
        p, t, t.decentring_baseline, t.decentring_gain, g.decentring, hours
    )
    t.intention_gain = _after_week(p, t, t.intention_baseline, t.intention_gain, g.intention, hours)
    t.noticing_gain = _after_week(p, t, 0.0, t.noticing_gain, g.noticing, hours)
    t.working_through_gain = _after_week(
        p, t, 0.0, t.working_through_gain, g.working_through, hours
    )
    t.practice_hours += hours
    t.practice_strain = g.strain * hours
    t.practice_drift += g.technique_drift * hours


def _after_week(
    p: Parameters, t: Therapist, baseline: float, gain: float, rate: float, hours: float
) -> float:
    """Tell a gain after a week: what was forgotten is lost first, then the week's is learned."""
    return learn(p, t, baseline, forget(p, gain, hours), rate, hours)


def hope(p: Parameters, g: Programme, t: Therapist, week: int) -> float:
    """Tell the hope that being trained gives a therapist: full while it lasts, then fading.

    hope while the programme lasts, hope * (1 - hope_fading) a week afterwards, none before

    Returns
    -------
    float
        SD.

    Notes
    -----
    Theory map, section 11.3: the non-specific effect of any training, a rival to what it trains.
    """
    if g.weeks == 0 or week < g.start_week:
        return 0.0
    if week < g.start_week + g.weeks:
        return g.hope
    return t.hope_gain * (1.0 - p.hope_fading)


def transfer(p: Parameters, g: Programme) -> float:
    """Tell the share of every gain that reaches the room: min(1, transfer * (1 + supervision)).

    Returns
    -------
    float
        Share, 0 to 1; zero transfer stays zero whatever the supervision.

    Notes
    -----
    Claims: T140 (from cushion to session), T141 (supervision as a bridge).
    """
    return between(p.transfer * (1.0 + g.supervision), 0.0, 1.0)


def carry_into_room(t: Therapist) -> None:
    """Set what the therapist brings into the room: baseline + transfer * gain, costs alike.

    Notes
    -----
    Claims: T140; costs: theory map, section 11.4.
    """
    t.attention = t.attention_baseline + t.transfer * t.attention_gain
    t.curiosity = t.curiosity_baseline + t.transfer * t.curiosity_gain
    t.openness = t.openness_baseline + t.transfer * t.openness_gain
    t.acceptance = t.acceptance_baseline + t.transfer * t.acceptance_gain
    t.love = t.love_baseline + t.transfer * t.love_gain
    t.bowl_capacity = t.bowl_capacity_baseline + t.transfer * t.bowl_capacity_gain
    t.decentring = t.decentring_baseline + t.transfer * t.decentring_gain
    t.intention = t.intention_baseline + t.transfer * t.intention_gain
    t.noticing = t.transfer * t.noticing_gain
    t.working_through = t.transfer * t.working_through_gain
    t.hope = t.transfer * t.hope_gain
    t.technique = t.technique_baseline - t.transfer * t.practice_drift


def reset(g: Programme, t: Therapist, agitation: float) -> float:
    """Tell the agitation left after a few minutes of settling before the session.

    agitation * (1 - transfer * reset)

    Returns
    -------
    float
        Agitation, SD, never more than before.

    Notes
    -----
    Claims: T139.
    """
    return agitation * (1.0 - t.transfer * g.reset)
