"""Attunement: reading, expressing, recognising - and what being felt and held does to safety."""

from __future__ import annotations

from sim.chain.curves import between, logistic, saturating
from sim.parameters import Parameters
from sim.records import ABSORBED, PUSHED_AWAY, Dyad, Patient, Therapist


def vulnerability(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell how much of himself or herself the patient shows in a session.

    logistic(showing_base + showing_safety * (safety - 1/2) + showing_openness * openness
    - showing_fear * the mean of both fears)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T25, T64 (fear hides), T68 (safety opens).
    """
    fear = 0.5 * (c.fear_rejection + c.fear_harm)
    return logistic(
        p.showing_base
        + p.showing_safety * (d.safety - 0.5)
        + p.showing_openness * c.openness
        - p.showing_fear * fear
    )


def affect_mean(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the affect around which a session moves.

    affect_base + affect_severity * severity + affect_showing * vulnerability, at least 0

    Returns
    -------
    float
        SD, 0 or more.

    Notes
    -----
    Claims: T24 (unpleasant material must be met too), T61.
    """
    return max(
        0.0,
        p.affect_base + p.affect_severity * c.symptom_severity + p.affect_showing * d.vulnerability,
    )


def affect(p: Parameters, c: Patient, d: Dyad, z: float) -> float:
    """Tell the patient's affect in the next segment.

    mean + affect_staying * (affect - mean) + affect_noise * z, at least 0

    Returns
    -------
    float
        SD, 0 or more.

    Notes
    -----
    Claims: T24.
    """
    drawn = d.affect_mean + p.affect_staying * (c.affect - d.affect_mean) + p.affect_noise * z
    return max(0.0, drawn)


def need(p: Parameters, c: Patient, phase: float, z: float) -> float:
    """Tell the closeness the patient wants in the next segment.

    mean + need_staying * (need - mean) + need_noise * z, where the mean swings about the patient's
    own need: own + need_swing * phase, phase +1 while drawing near and -1 while standing off.

    Returns
    -------
    float
        SD; negative is distance.

    Notes
    -----
    Claims: T76, T77 (aligned engagement and distanced autonomy take turns).
    """
    mean = c.need_for_space + p.need_swing * phase
    return mean + p.need_staying * (c.need - mean) + p.need_noise * z


def reading(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell how well this patient is read today by a therapist who is fully present.

    logistic(read_base + self_to_other * read_knowing * knowing + read_showing * vulnerability
    - read_difficulty * difficulty)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T09 and T147 (knowing oneself carries over to knowing the patient), T35, T41, T60.
    """
    return logistic(
        p.read_base
        + p.self_to_other * p.read_knowing * t.knowing
        + p.read_showing * d.vulnerability
        - p.read_difficulty * c.difficulty
    )


def read(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far the patient's state is read in this segment: Stern's first step.

    reading * (read_floor + (1 - read_floor) * presence), less read_overflow while overflowing

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T18, T35, T43 (both ways of overflowing cost attunement), T60.
    """
    level = d.reading * (p.read_floor + (1.0 - p.read_floor) * t.presence)
    return level * (1.0 - p.read_overflow) if d.overflow > 0 else level


def express(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell how far the reading is expressed so that it can be seen: Stern's second step.

    warmth * (express_floor + (1 - express_floor) * presence)
    * x / (1 + x) * (safety_floor + (1 - safety_floor) *
    safety), less express_overflow while overflowing, where x = express_resonance * resonance *
    affect

    Presence and attitude multiply; without resonance there is nothing warm to express.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T21 (attention must be infused with attitude), T35, T61, T68 (safety softens face and
    voice), T72.
    """
    present = p.express_floor + (1.0 - p.express_floor) * t.presence
    moved = saturating(p.express_resonance * t.resonance * c.affect)
    eased = p.safety_floor + (1.0 - p.safety_floor) * d.safety
    level = d.warmth * present * moved * eased
    return level * (1.0 - p.express_overflow) if d.overflow > 0 else level


def recognising(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell how well this patient can recognise today that he or she is met.

    logistic(recognise_base + climate + recognise_safety * (safety - 1/2) + recognise_trust * trust
    - recognise_fear * fear_rejection)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T33, T35, T68 (safety opens perception), T74 (a climate of two).
    """
    return logistic(
        p.recognise_base
        + d.climate
        + p.recognise_safety * (d.safety - 0.5)
        + p.recognise_trust * c.trust
        - p.recognise_fear * c.fear_rejection
    )


def recognise(p: Parameters, d: Dyad) -> float:
    """Tell how far the expression is recognised in this segment: Stern's third step.

    recognising, less recognise_rupture while a rupture is open

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T35, T68 (threat closes perception).
    """
    return d.recognising * (1.0 - p.recognise_rupture * d.rupture_open)


def follow(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the closeness the therapist offers after reading how much of it is wanted.

    closeness + closeness_tracking * read * (need - closeness), pushed nearer by an overflow that
    absorbs and further off by one that pushes away

    Returns
    -------
    float
        SD; negative is distance.

    Notes
    -----
    Claims: T43 (over-involvement and distance), T76, T78.
    """
    offered = d.closeness + p.closeness_tracking * d.read * (c.need - d.closeness)
    if d.overflow == ABSORBED:
        return offered + p.closeness_overflow
    if d.overflow == PUSHED_AWAY:
        return offered - p.closeness_overflow
    return offered


def mismatch(c: Patient, d: Dyad) -> float:
    """Tell how badly closeness misses what is wanted: the squared difference, at most 9.

    Returns
    -------
    float
        SD squared, 0 to 9.

    Notes
    -----
    Claims: T76, T77 (constant closeness misses what tracked closeness meets).
    """
    gap = d.closeness - c.need
    return min(9.0, gap * gap)


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
    """
    if d.overflow > 0:
        return 0.0
    return d.felt * saturating(p.held_affect * c.affect)


def fear_of_rejection(p: Parameters, c: Patient, holding: float, hurts: float) -> float:
    """Tell the fear of being rejected after a session.

    fear - fear_learning * holding * fear + fear_learning * fear_bias * hurts * (1 - fear)

    where holding is the mean of `held` and hurts the hostile acts and the overflows that pushed
    away, counted together, per segment: being held contradicts the fear, being hurt confirms it,
    and one hurt weighs more than one moment of holding.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T64, T66 (slow disconfirmation).
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
    Claims: T65, T66.
    """
    return _prediction_error(p, c.fear_harm, holding, overflows)


def _prediction_error(p: Parameters, fear: float, against: float, confirming: float) -> float:
    """Move a fear by what spoke against it and what confirmed it."""
    eased = fear - p.fear_learning * between(against, 0.0, 1.0) * fear
    return between(eased + p.fear_learning * p.fear_bias * confirming * (1.0 - fear), 0.0, 1.0)


def safety(p: Parameters, c: Patient, d: Dyad, hurts: float) -> float:
    """Tell the felt safety after a session.

    safety + safety_rate * (target - safety), target = logistic(safety_base +
    safety_felt * felt attunement + safety_trust * trust - safety_hurt * hurts
    - safety_rupture * rupture open)

    Safety raises what is shown, sent and recognised, and these raise safety: a loop.

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T68, T109.
    """
    target = logistic(
        p.safety_base
        + p.safety_felt * d.felt_attunement
        + p.safety_trust * c.trust
        - p.safety_hurt * hurts
        - p.safety_rupture * d.rupture_open
    )
    return d.safety + p.safety_rate * (target - d.safety)


def feeling_felt(p: Parameters, d: Dyad, felt: float) -> float:
    """Tell the sense of being felt over the last sessions: a leaky memory.

    felt_attunement + felt_rate * (this session's mean - felt_attunement)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T33.
    """
    return d.felt_attunement + p.felt_rate * (felt - d.felt_attunement)
