"""What is measured: how a latent state becomes a score, and an event a report.

Instruments read what happened and never change it. A score follows

    x = sqrt(rel) * (sqrt(val) * z + sqrt(1 - val) * u) + sqrt(1 - rel) * e

where z is the latent state in SD of the norm population, u the person's own lasting way of
answering and e a fresh error at every wave; x is mapped to the scale by a bounded link whose
mean over the norm population is near the norm's, and then to the grid of the items.
"""

from __future__ import annotations

import math

from sim.chain.curves import logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def observed(z: float, style: float, error: float, validity: float, reliability: float) -> float:
    """Tell the standardised observed value of a latent state.

    Parameters
    ----------
    z, style, error : float
        Latent state, own lasting way of answering, fresh error; each standard normal in the norm
        population.
    validity, reliability : float
        Shares, 0 to 1.

    Returns
    -------
    float
        SD of the norm population.
    """
    lasting = math.sqrt(validity) * z + math.sqrt(1.0 - validity) * style
    return math.sqrt(reliability) * lasting + math.sqrt(1.0 - reliability) * error


def score(x: float, mean: float, spread: float, low: float, high: float, grid: float) -> float:
    """Put a standardised value on an instrument's scale.

    low + (high - low) * logistic(a + b * x), rounded to the grid. Where the share of the scale at
    the norm's mean is s, b = spread / ((high - low) s (1 - s)), the norm's spread at its mean, and
    a = logit(s) sqrt(1 + pi b**2 / 8), so that the mean over a normal population is near the
    norm's (MacKay 1992, Neural Computation 4, 720-736, on the logistic of a normal variable).

    Returns
    -------
    float
        Score, low to high.
    """
    share = (mean - low) / (high - low)
    b = spread / ((high - low) * share * (1.0 - share))
    a = math.log(share / (1.0 - share)) * math.sqrt(1.0 + math.pi * b * b / 8.0)
    raw = low + (high - low) * logistic(a + b * x)
    return low + grid * math.floor((raw - low) / grid + 0.5)


def mindfulness(p: Parameters, t: Therapist, error: float) -> float:
    """Score the Freiburg Mindfulness Inventory, 14 items, as the therapist fills it in.

    It asks for attention and attitude as known on the cushion, whether or not they reach the room;
    whoever hopes from being trained answers higher by answering_hope * hope.

    Returns
    -------
    float
        Sum score, 14 to 56, whole numbers.

    Notes
    -----
    Claims: T12, T16, T140 (a score may rise and patients notice nothing).
    """
    attention = t.attention_baseline + t.attention_gain
    attitude = (
        t.curiosity_baseline
        + t.curiosity_gain
        + t.openness_baseline
        + t.openness_gain
        + t.acceptance_baseline
        + t.acceptance_gain
    ) / 3.0
    # Its variance in untrained therapists: parts that are common add up, parts of one's own do not.
    variance = p.therapist_common + (1.0 - p.therapist_common) / 3.0
    z = 0.5 * (attention + attitude) / math.sqrt(variance)
    z += p.answering_hope * t.hope_gain
    x = observed(z, t.mindfulness_style, error, p.fmi_validity, p.fmi_reliability)
    return score(x, p.fmi_mean, p.fmi_spread, 14.0, 56.0, 1.0)


def self_compassion(p: Parameters, t: Therapist, error: float) -> float:
    """Score the Self-Compassion Scale, 26 items, as the therapist fills it in.

    It asks for acceptance and love toward oneself and for trained self-compassion, which practice
    moves, and for the introject; hope shifts it as it does `mindfulness`.

    Returns
    -------
    float
        Mean score, 1 to 5, in steps of 1/26.

    Notes
    -----
    Claims: T41, T56, T57, T58.
    """
    kindness = (
        t.acceptance_baseline
        + t.acceptance_gain
        + t.love_baseline
        + t.love_gain
        + t.introject
        + t.self_compassion_gain
    ) / 3.0
    # Its variance in untrained therapists, as above.
    common = (2.0 * math.sqrt(p.therapist_common) + math.sqrt(p.introject_common)) / 3.0
    own = (2.0 * (1.0 - p.therapist_common) + 1.0 - p.introject_common) / 9.0
    z = kindness / math.sqrt(common * common + own)
    z += p.answering_hope * t.hope_gain
    x = observed(z, t.compassion_style, error, p.scs_validity, p.scs_reliability)
    return score(x, p.scs_mean, p.scs_spread, 1.0, 5.0, 1.0 / 26.0)


def answering(p: Parameters, common: float, own: float) -> float:
    """Tell a person's lasting way of answering one instrument.

    sqrt(method_common) * common + sqrt(1 - method_common) * own: a part is shared by all
    instruments the person fills in.

    Returns
    -------
    float
        SD, standard normal.
    """
    return math.sqrt(p.method_common) * common + math.sqrt(1.0 - p.method_common) * own


def symptoms(p: Parameters, c: Patient, error: float) -> float:
    """Score the Global Severity Index of the SCL-90-R, as the patient fills it in.

    Returns
    -------
    float
        Mean score, 0 to 4, in steps of 1/90; high is worse.
    """
    x = observed(c.symptom_severity, c.symptom_style, error, p.gsi_validity, p.gsi_reliability)
    return score(x, p.gsi_mean, p.gsi_spread, 0.0, 4.0, 1.0 / 90.0)


def alliance_by_patient(p: Parameters, c: Patient, d: Dyad, error: float) -> float:
    """Score the Working Alliance Inventory, short revised form, as the patient fills it in.

    Returns
    -------
    float
        Mean score, 1 to 5, in steps of 1/12.
    """
    z = (d.alliance - p.alliance_norm) / p.alliance_norm_spread
    x = observed(z, c.alliance_style, error, p.wai_patient_validity, p.wai_reliability)
    return score(x, p.wai_patient_mean, p.wai_spread, 1.0, 5.0, 1.0 / 12.0)


def alliance_by_therapist(p: Parameters, t: Therapist, d: Dyad, error: float) -> float:
    """Score the Working Alliance Inventory, short revised form, as the therapist fills it in.

    Therapists see less of the alliance their patients feel, and rate it lower (Tryon, Blackwell &
    Hammel 2007).

    Returns
    -------
    float
        Mean score, 1 to 5, in steps of 1/12.
    """
    z = (d.alliance - p.alliance_norm) / p.alliance_norm_spread
    x = observed(z, t.alliance_style, error, p.wai_therapist_validity, p.wai_reliability)
    return score(x, p.wai_therapist_mean, p.wai_spread, 1.0, 5.0, 1.0 / 12.0)


def rupture_there(d: Dyad) -> bool:
    """Tell whether a rupture was open at any time of the session."""
    return d.ruptures > 0 or d.repaired > 0 or d.rupture_open == 1


def rupture_by_patient(p: Parameters, d: Dyad, u: float) -> int:
    """Tell whether the patient reports a rupture for this session.

    With probability report_patient if one was open at any time, else report_patient_false.

    Returns
    -------
    int
        0 or 1.

    Notes
    -----
    Claims: T86 (Nagy et al. 1998, via the seed paper).
    """
    return 1 if u < (p.report_patient if rupture_there(d) else p.report_patient_false) else 0


def rupture_by_therapist(p: Parameters, d: Dyad, u: float) -> int:
    """Tell whether the therapist reports a rupture for this session.

    With probability report_noticed if one was noticed or worked on, report_unnoticed if one was
    open and went unnoticed, else report_therapist_false.

    Returns
    -------
    int
        0 or 1.

    Notes
    -----
    Claims: T86, T91 (ruptures are missed).
    """
    if d.noticed > 0 or d.attempts > 0:
        return 1 if u < p.report_noticed else 0
    return 1 if u < (p.report_unnoticed if rupture_there(d) else p.report_therapist_false) else 0


def supervisor_technique(p: Parameters, t: Therapist, error: float) -> float:
    """Rate the therapist's technique in the room, as a supervisor does who hears the tapes.

    sqrt(supervisor_reliability) * technique + sqrt(1 - supervisor_reliability) * error

    Returns
    -------
    float
        SD of untrained therapists.

    Notes
    -----
    Claims: T134 (trained and control therapists, rated by supervisors: which route is it?).
    """
    return observed(t.technique, 0.0, error, 1.0, p.supervisor_reliability)


def supervisor_conceptualisation(p: Parameters, t: Therapist, error: float) -> float:
    """Rate how well the therapist understands his or her cases, as a supervisor does.

    sqrt(supervisor_reliability) * conceptualisation + sqrt(1 - supervisor_reliability) * error

    Returns
    -------
    float
        SD of untrained therapists.

    Notes
    -----
    Claims: T134.
    """
    return observed(t.conceptualisation, 0.0, error, 1.0, p.supervisor_reliability)


def empathy_by_client(p: Parameters, felt: float, style: float, error: float) -> float:
    """Rate the therapist's empathy as the patient does: by how far he or she felt met.

    Returns
    -------
    float
        SD of the patients rated.

    Notes
    -----
    Claims: T33; Elliott et al. (2018).
    """
    return observed(felt, style, error, p.empathy_client_validity, p.empathy_reliability)


def empathy_by_observer(p: Parameters, sent: float, style: float, error: float) -> float:
    """Rate the therapist's empathy as an observer does who hears the tapes: by what was sent.

    Returns
    -------
    float
        SD of the patients rated.

    Notes
    -----
    Claims: T33; Elliott et al. (2011).
    """
    return observed(sent, style, error, p.empathy_observer_validity, p.empathy_reliability)


def empathy_by_therapist(p: Parameters, sent: float, style: float, error: float) -> float:
    """Rate one's own empathy, as the therapist does: by what was sent.

    Returns
    -------
    float
        SD of the patients rated.

    Notes
    -----
    Claims: T33; Elliott et al. (2011).
    """
    return observed(sent, style, error, p.empathy_therapist_validity, p.empathy_reliability)


def empathic_accuracy(p: Parameters, sent: float, style: float, error: float) -> float:
    """Test how accurately the therapist tells what the patient felt, moment by moment.

    Returns
    -------
    float
        SD of the patients rated.

    Notes
    -----
    Claims: T35; Elliott et al. (2011), who find little relation to outcome.
    """
    return observed(sent, style, error, p.accuracy_validity, p.empathy_reliability)


def countertransference_by_observer(
    p: Parameters, acts: float, style: float, error: float
) -> float:
    """Rate the therapist's reactions to a patient, as an observer does who hears the tapes.

    Returns
    -------
    float
        SD of the patients rated.

    Notes
    -----
    Claims: T50; Hayes et al. (2018).
    """
    return observed(acts, style, error, p.countertransference_validity, p.empathy_reliability)


def well_being(p: Parameters, z: float, style: float, error: float) -> float:
    """Rate one's own well-being on the WHO-5.

    Returns
    -------
    float
        SD of the people who fill it in.

    Notes
    -----
    Claims: T10.
    """
    return observed(z, style, error, p.who_validity, p.who_reliability)
