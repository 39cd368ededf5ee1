"""Practice: what a programme asks, what is done, learned and forgotten, and what it costs."""

from __future__ import annotations

from sim.chain.curves import between, closed, factor, logistic
from sim.parameters import Parameters
from sim.records import Programme, Therapist


def assigned(p: Parameters, g: Programme, week: int) -> float:
    """Tell the hours of formal practice assigned in a week.

    The programme's hours while it lasts, its maintenance hours ever after, none before.

    Returns
    -------
    float
        Hours, 0 or more.

    Notes
    -----
    Claims: T138 (when and how often), T143.
    Without it: ``0.0``.
    """
    if g.weeks == 0 or week < g.start_week:
        return 0.0
    return g.hours_per_week if week < g.start_week + g.weeks else g.maintenance_hours


def worth(p: Parameters, g: Programme, hours: float) -> float:
    """Tell the hours of usual sittings that a week's practice is worth.

    hours * (1 + tiring * usual_sitting) / (1 + tiring * hours / sittings): long sittings give less
    an hour

    Returns
    -------
    float
        Hours, 0 or more.

    Notes
    -----
    Claims: T138 (in how many sittings).
    Without it: ``hours``.
    """
    sitting = hours / g.sittings_per_week
    return hours * (1.0 + p.tiring * p.usual_sitting) / (1.0 + p.tiring * sitting)


def keeps_practising(p: Parameters, g: Programme, t: Therapist, week: int, u: float) -> int:
    """Tell whether a therapist practises this week: has taken it up, and has not given it up.

    Taken up by the share `adoption` of therapists. Given up, for good, with the probability
    logistic(attrition_base - attrition_readiness * readiness + attrition_strain * strain) a week.

    Returns
    -------
    int
        0 or 1.

    Notes
    -----
    Claims: T143 (one can start at once, but practice is not always easy: attrition is selective).
    Without it: ``1``.
    """
    if g.weeks == 0 or week < g.start_week:
        return t.practising
    if t.adoption >= p.adoption:
        return 0
    tired = p.attrition_strain * t.practice_strain
    leaves = logistic(p.attrition_base - p.attrition_readiness * t.adherence + tired)
    return 0 if u < leaves else t.practising


def adherence(p: Parameters, t: Therapist, z: float) -> float:
    """Tell the share of the assigned practice that is done in a week of practising.

    logistic(adherence_mean + own readiness + adherence_noise * z)

    Returns
    -------
    float
        Share, 0 to 1.

    Notes
    -----
    Claims: T143. Mean: Parsons et al. 2017 (64% of the assigned home practice).
    Without it: ``1.0``.
    """
    return logistic(p.adherence_mean + t.adherence + p.adherence_noise * z)


def adrift(p: Parameters, t: Therapist) -> float:
    """Tell the share of a sitting in which the mind is adrift, on the cushion.

    drift / (drift + return), with drift = drift_base * exp(-drift_attention * attention) and
    return = return_base * exp(return_attention * attention), attention as it is on the cushion

    Returns
    -------
    float
        Share, 0 to 1.

    Notes
    -----
    Claims: T19 (drift falls with time).
    Without it: ``p.lesson_reference``.
    """
    attention = t.attention_baseline + t.attention_gain
    drifting = p.drift_base * factor(-p.drift_attention * attention)
    return drifting / (drifting + p.return_base * factor(p.return_attention * attention))


def lesson(p: Parameters, t: Therapist) -> float:
    """Tell what an hour of sitting teaches attention, against an average therapist's hour.

    (1 + lesson_drift * (adrift / lesson_reference - 1)) * exp(lesson_gentleness * acceptance)

    Each drift that is caught is a lesson, and a gentle return teaches more than a harsh one.
    Where lesson_drift is 1, who never drifts learns nothing.

    Returns
    -------
    float
        Factor, 0 or more.

    Notes
    -----
    Claims: T19 (learning by catching the drift; coming back gently).
    Without it: ``1.0``.
    """
    gentle = factor(p.lesson_gentleness * (t.acceptance_baseline + t.acceptance_gain))
    occasions = 1.0 + p.lesson_drift * (adrift(p, t) / p.lesson_reference - 1.0)
    return max(0.0, occasions) * gentle


def loosened(p: Parameters, t: Therapist) -> float:
    """Tell how far the first stage of loving-kindness opens the second.

    1 + heart_gate * (2 * logistic(heart_gate_slope * x) - 1), where x is the mean of acceptance,
    decentring and the absence of ego-investment, on the cushion: what loosens self-protection

    Returns
    -------
    float
        Factor, 0 to 2; one for an average therapist.

    Notes
    -----
    Claims: T51 (Kristeller & Johnson, via the seed paper: first loosen, then generate).
    Without it: ``1.0``.
    """
    acceptance = t.acceptance_baseline + t.acceptance_gain
    decentring = t.decentring_baseline + t.decentring_gain
    ego = t.ego_baseline + t.ego_gain
    open_ = logistic(p.heart_gate_slope * (acceptance + decentring - ego) / 3.0)
    return 1.0 + p.heart_gate * (2.0 * open_ - 1.0)


def turn(p: Parameters, g: Programme, week: int, heart: float) -> float:
    """Tell how much of the practice goes to what this week's part of the course trains.

    A course trains all at once (order 0), or one stage in each half of its weeks, twice as much:
    loosening first (order 1) or the heart first (order 2).

    Parameters
    ----------
    heart : float
        1 for what is trained by generating love, 0 for what is trained by loosening.

    Returns
    -------
    float
        Factor, 0 to 2.

    Notes
    -----
    Claims: T51 (the order of the two stages matters).
    Without it: ``1.0``.
    """
    if g.order == 0 or week >= g.start_week + g.weeks:
        return 1.0
    late = 1.0 if 2 * (week - g.start_week) >= g.weeks else 0.0
    first = heart if g.order == 1 else 1.0 - heart
    return 2.0 if first == late else 0.0


def learn(
    p: Parameters, t: Therapist, baseline: float, gain: float, rate: float, hours: float
) -> float:
    """Tell the gain in one component after some hours of practice.

    gain + (ceiling - baseline - gain) * (1 - exp(-learning_speed * rate * aptitude * hours
    / ceiling))

    Concave in hours, and smaller for those who stand high already (T127). Practice that lowers
    (a rate below zero) goes the same way down, toward -ceiling. At a rate of zero the gain stays
    exactly what it was.

    Returns
    -------
    float
        Gain on the cushion, SD.

    Notes
    -----
    Claims: T03, T08 (it can be learned), T19 (the curve is concave), T119, T127 (more is gained by
    those low at the start).
    Without it: ``gain``.
    """
    speed = p.learning_speed * rate
    sign = -1.0 if speed < 0.0 else 1.0
    room = p.learning_ceiling - sign * (baseline + gain)
    if room <= 0.0 or speed * hours == 0.0:
        return gain
    return gain + sign * room * closed(sign * speed * t.aptitude * hours / p.learning_ceiling)


def forget(p: Parameters, gain: float, hours: float) -> float:
    """Tell what is left of a gain after a week with so many hours of practice.

    gain * exp(-practice_decay * max(0, 1 - hours / maintenance_need))

    Returns
    -------
    float
        Gain on the cushion, SD.

    Notes
    -----
    Claims: T138 (decay and maintenance; the paper leaves both open).
    Without it: ``gain``.
    """
    if gain == 0.0:
        return gain
    lacking = between(1.0 - hours / p.maintenance_need, 0.0, 1.0)
    return gain * factor(-p.practice_decay * lacking)


def weight(p: Parameters, share: float) -> float:
    """Tell how much more, or less, practice gives of what is aimed for.

    1 + aim_weight * (4 * share - 1): one where the four aims are even, and their mean is one
    whatever they are, so that an aim chooses among gains and makes none.

    Returns
    -------
    float
        Factor, 0 or more.

    Notes
    -----
    Claims: T28 (Shapiro 1992, via the seed paper), T32.
    Without it: ``1.0``.
    """
    return 1.0 + p.aim_weight * (4.0 * share - 1.0)


def practise(p: Parameters, g: Programme, t: Therapist, week: int, hours: float) -> None:
    """Live a week of practice: forget a little, learn a little, bear what it costs.

    What practice gives is chosen by why one practises: regulation gives attention and capacity,
    exploration curiosity and the release of hooks, liberation decentring and less ego, being with
    others openness, acceptance, love, intention and resonance. Whatever has the same gains is
    the same practice, whatever its name.

    Notes
    -----
    Claims: T03, T17 (attention, attitude and intention are trained apart), T28, T44 (capacity), T45
    (decentring), T73 (resonance and regulation), T81 and T126 (relating or technique), T104
    (training in ruptures alone, the comparator), T121 (ego), T136 (which practice helps most), T137
    (difficult countertransference), T146 (any practice with equal gains).
    Without it: ``nothing changes``.
    """
    learned = worth(p, g, hours)
    calm = learned * weight(p, t.aim_regulation)
    insight = learned * weight(p, t.aim_exploration)
    release = learned * weight(p, t.aim_liberation)
    others = learned * weight(p, t.aim_relation)
    loosening = turn(p, g, week, 0.0)
    heart = turn(p, g, week, 1.0)
    generating = heart * loosened(p, t)
    _calm(p, g, t, loosening, calm)
    _insight(p, g, t, loosening, insight, release)
    _heart(p, g, t, loosening, heart, generating, others)
    _skills(p, g, t, learned)
    t.practice_hours += hours
    t.practice_strain = p.costs * g.strain * t.strain_proneness * hours
    t.practice_drift += p.costs * g.technique_drift * hours
    t.practice_displaced += p.costs * p.technique_lesson * g.displacement * hours


def _calm(p: Parameters, g: Programme, t: Therapist, loosening: float, hours: float) -> None:
    """Train what the aim of regulation chooses: attention and capacity."""
    taught = g.attention * loosening * lesson(p, t)
    t.attention_gain = _after_week(p, t, t.attention_baseline, t.attention_gain, taught, hours)
    taught = g.bowl_capacity * loosening
    t.bowl_capacity_gain = _after_week(
        p, t, t.bowl_capacity_baseline, t.bowl_capacity_gain, taught, hours
    )


def _insight(
    p: Parameters, g: Programme, t: Therapist, loosening: float, insight: float, release: float
) -> None:
    """Train what the aims of exploration and liberation choose: curiosity, hooks; letting go."""
    t.curiosity_gain = _after_week(
        p, t, t.curiosity_baseline, t.curiosity_gain, g.curiosity, insight
    )
    kept = forget(p, t.hook_release_gain, insight)
    undone = closed(p.learning_speed * g.hook_release * t.aptitude * insight)
    t.hook_release_gain = kept + (1.0 - kept) * undone
    t.decentring_gain = _after_week(
        p, t, t.decentring_baseline, t.decentring_gain, g.decentring * loosening, release
    )
    t.ego_gain = _after_week(p, t, t.ego_baseline, t.ego_gain, g.ego * loosening, release)


def _heart(
    p: Parameters,
    g: Programme,
    t: Therapist,
    loosening: float,
    heart: float,
    generating: float,
    hours: float,
) -> None:
    """Train what the aim of being with others chooses; love and intention wait for the gate."""
    t.openness_gain = _after_week(p, t, t.openness_baseline, t.openness_gain, g.openness, hours)
    t.acceptance_gain = _after_week(
        p, t, t.acceptance_baseline, t.acceptance_gain, g.acceptance * loosening, hours
    )
    t.self_compassion_gain = _after_week(
        p, t, 0.0, t.self_compassion_gain, g.self_compassion * loosening, hours
    )
    t.love_gain = _after_week(p, t, t.love_baseline, t.love_gain, g.love * generating, hours)
    t.intention_gain = _after_week(
        p, t, t.intention_baseline, t.intention_gain, g.intention * generating, hours
    )
    t.resonance_gain = _after_week(p, t, 0.0, t.resonance_gain, g.resonance * heart, hours)


def _skills(p: Parameters, g: Programme, t: Therapist, hours: float) -> None:
    """Train skills, which need no aim but to learn them: in technique, and with ruptures."""
    t.technique_gain = _after_week(p, t, t.technique_baseline, t.technique_gain, g.technique, hours)
    t.conceptualisation_gain = _after_week(
        p, t, t.conceptualisation_baseline, t.conceptualisation_gain, g.conceptualisation, hours
    )
    t.noticing_gain = _after_week(p, t, 0.0, t.noticing_gain, g.noticing, hours)
    t.working_through_gain = _after_week(
        p, t, 0.0, t.working_through_gain, g.working_through, hours
    )


def _after_week(
    p: Parameters, t: Therapist, baseline: float, gain: float, rate: float, hours: float
) -> float:
    """Tell a gain after a week: what was forgotten is lost first, then the week's is learned."""
    return learn(p, t, baseline, forget(p, gain, hours), rate, hours)


def hope(p: Parameters, g: Programme, t: Therapist, week: int) -> float:
    """Tell the hope that being trained gives a therapist: full while it lasts, then fading.

    hope while the programme lasts and is attended, hope * (1 - hope_fading) a week afterwards,
    none before

    Returns
    -------
    float
        SD.

    Notes
    -----
    Theory map, section 11.3: the non-specific effect of any training, a rival to what it trains.
    Without it: ``0.0``.
    """
    if g.weeks == 0 or week < g.start_week:
        return 0.0
    if week < g.start_week + g.weeks:
        return g.hope * t.practising
    return t.hope_gain * (1.0 - p.hope_fading)
