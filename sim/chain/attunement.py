"""Attunement: what the patient shows, and how it is read, expressed and recognised."""

from __future__ import annotations

from sim.chain.curves import logistic, saturating
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


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
    Without it: ``0.5``.
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
    Without it: ``p.affect_base``.
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
    Without it: ``d.affect_mean``.
    """
    drawn = d.affect_mean + p.affect_staying * (c.affect - d.affect_mean) + p.affect_noise * z
    return max(0.0, drawn)


def reading(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell how well this patient is read today by a therapist who is fully present.

    logistic(read_base + self_to_other * read_knowing * knowing + read_showing * vulnerability
    - read_difficulty * difficulty + read_focus * (attention to the patient - 1))

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T09 and T147 (knowing oneself carries over to knowing the patient), T20, T35, T41, T60.
    Without it: ``0.5``.
    """
    return logistic(
        p.read_base
        + p.self_to_other * p.read_knowing * t.knowing
        + p.read_showing * d.vulnerability
        - p.read_difficulty * c.difficulty
        + p.read_focus * (t.to_patient - 1.0)
    )


def breadth(p: Parameters, t: Therapist) -> float:
    """Tell how far what was not expected is noticed, against an average therapist.

    2 * logistic(breadth_openness * openness - breadth_formulation * conceptualisation)

    Without memory or desire one sees what a firm formulation of the case would not have looked for.

    Returns
    -------
    float
        Factor, 0 to 2.

    Notes
    -----
    Claims: T18 (interpretation is held back), T122 (Freud's evenly hovering attention, Bion).
    Without it: ``1.0``.
    """
    return 2.0 * logistic(
        p.breadth_openness * t.openness - p.breadth_formulation * t.conceptualisation
    )


def read_said(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far what is said in words is read in this segment.

    reading * (said_floor + (1 - said_floor) * presence), less read_overflow while overflowing

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T36, T60 (words are a strong cue: they reach an absent mind too).
    Without it: ``d.reading``.
    """
    return _perceived(p, d, p.said_floor + (1.0 - p.said_floor) * t.presence)


def read_unsaid(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far face, posture and tone of voice are read in this segment.

    reading * breadth * (unsaid_floor + (1 - unsaid_floor) * presence), at most 1, less
    read_overflow while overflowing

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T36, T60 (weak cues gain most from presence), T93, T122.
    Without it: ``0.0``.
    """
    present = p.unsaid_floor + (1.0 - p.unsaid_floor) * t.presence
    return _perceived(p, d, t.breadth * present)


def _perceived(p: Parameters, d: Dyad, attended: float) -> float:
    """Tell what is read of cues that are attended to so far; overflowing takes some of it away."""
    level = min(1.0, d.reading * attended)
    return level * (1.0 - p.read_overflow) if d.overflow > 0 else level


def read(p: Parameters, d: Dyad) -> float:
    """Tell how far the patient's state is read in this segment: Stern's first step.

    words * read_said + (1 - words) * read_unsaid

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T18, T35, T36, T43 (both ways of overflowing cost attunement), T60.
    Without it: ``0.5``.
    """
    return p.words * d.read_said + (1.0 - p.words) * d.read_unsaid


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
    voice), T72 (between cut off and overwhelmed).
    Without it: ``0.5``.
    """
    present = p.express_floor + (1.0 - p.express_floor) * t.presence
    moved = saturating(p.express_resonance * t.resonance * c.affect)
    eased = p.safety_floor + (1.0 - p.safety_floor) * d.safety
    level = d.warmth * present * moved * eased
    return level * (1.0 - p.express_overflow) if d.overflow > 0 else level


def recognising(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell how well this patient can recognise today that he or she is met.

    recognising_open * logistic(recognise_base + climate + recognise_safety * (safety - 1/2)
    + recognise_trust * trust - recognise_fear * fear_rejection)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T33, T35, T68 (safety opens perception), T74 (a climate of two).
    Without it: ``0.5``.
    """
    return p.recognising_open * logistic(
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
    Without it: ``d.recognising``.
    """
    return d.recognising * (1.0 - p.recognise_rupture * d.rupture_open)


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
    Without it: ``0.0``.
    """
    return d.felt_attunement + p.felt_rate * (felt - d.felt_attunement)
