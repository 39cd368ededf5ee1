"""Ruptures: how they begin, are prevented, noticed, worked through - or fester."""

from __future__ import annotations

from sim.chain.curves import between, logistic
from sim.parameters import Parameters
from sim.records import CONFRONTATION, Dyad, Patient, Therapist


def lapse(p: Parameters, t: Therapist) -> float:
    """Tell the probability of a lapse: losing the thread, misunderstanding.

    lapse_floor + lapse_rate * (1 - presence)

    Returns
    -------
    float
        Probability, 0 to 1; never below the floor, even for the best.

    Notes
    -----
    Claims: T82, T84 (not every lapse does damage).
    Without it: ``0.0``.
    """
    return between(p.lapse_floor + p.lapse_rate * (1.0 - t.presence), 0.0, 1.0)


def onset(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the probability that a rupture begins in this segment.

    logistic(onset_base + onset_misattunement * (1 - felt) + onset_overflow * overflow
    + onset_mismatch * mismatch + onset_hostile * hostile + onset_lapse * lapse not caught
    + onset_sensitivity * sensitivity + onset_fear * fear_rejection - onset_alliance * alliance)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T43, T50, T64, T76, T83, T84, T85 (a lapse caught in time does no damage).
    Without it: ``0.02``.
    """
    overflowed = 1.0 if d.overflow > 0 else 0.0
    lapsed = 1.0 if d.lapse > d.caught else 0.0
    return logistic(
        p.onset_base
        + p.onset_misattunement * (1.0 - d.felt)
        + p.onset_overflow * overflowed
        + p.onset_mismatch * d.mismatch
        + p.onset_hostile * d.hostile
        + p.onset_lapse * lapsed
        + p.onset_sensitivity * c.sensitivity
        + p.onset_fear * c.fear_rejection
        - p.onset_alliance * d.alliance
    )


def confrontation(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the probability that a rupture shows as confrontation rather than withdrawal.

    logistic(confrontation_base + confrontation_trait * confrontation + confrontation_hostile *
    hostile act)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T93 (withdrawal gives weak cues, confrontation strong ones).
    Without it: ``0.5``.
    """
    return logistic(
        p.confrontation_base
        + p.confrontation_trait * c.confrontation
        + p.confrontation_hostile * d.hostile
    )


def begin(p: Parameters, d: Dyad, kind: int) -> None:
    """Open a rupture of a kind (1 withdrawal, 2 confrontation), with its first damage.

    Notes
    -----
    Claims: T88, T92.
    Without it: ``nothing changes``.
    """
    d.rupture_open = 1
    d.rupture_kind = kind
    d.rupture_noticed = 0
    d.rupture_damage = p.rupture_damage


def notice(p: Parameters, t: Therapist, d: Dyad, kind: int) -> float:
    """Tell the probability that the therapist notices an open rupture in this segment.

    logistic(notice_base + slope * presence + notice_cue if confrontation + notice_steadiness *
    steadiness + notice_focus * (attention to the relationship - 1) + notice_skill * trained
    skill), where the slope is notice_presence, times notice_subtle for a withdrawal

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T20 (attention to the relationship), T60, T90 (no study: a wide prior), T91 (ruptures
    are missed), T93 (presence matters most where cues are weak), T104 (training in noticing).
    Without it: ``0.0``.
    """
    plain = kind == CONFRONTATION
    slope = p.notice_presence if plain else p.notice_presence * p.notice_subtle
    cue = p.notice_cue if plain else 0.0
    turned = p.notice_steadiness * d.steadiness + p.notice_focus * (t.to_relationship - 1.0)
    return logistic(p.notice_base + slope * t.presence + cue + turned + p.notice_skill * t.noticing)


def acknowledge(p: Parameters, d: Dyad) -> None:
    """Let the noticing of a rupture itself do its small good or harm.

    bond + notice_worth * (1 - bond)

    Notes
    -----
    Claims: T94 (noticing alone is not enough, and may hurt).
    Without it: ``nothing changes``.
    """
    d.rupture_noticed = 1
    d.bond = between(d.bond + p.notice_worth * (1.0 - d.bond), 0.0, 1.0)


def addressing(p: Parameters, t: Therapist) -> float:
    """Tell how readily the therapist speaks of the rupture: attention's part.

    logistic(stance_slope * attention)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T97, T98.
    Without it: ``0.5``.
    """
    return logistic(p.stance_slope * t.attention)


def not_defending(p: Parameters, t: Therapist) -> float:
    """Tell how far the therapist can do without defending: acceptance's part.

    logistic(stance_slope * (acceptance - reactivity))

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T97, T98, T125 (readiness to admit mistakes).
    Without it: ``0.5``.
    """
    return logistic(p.stance_slope * (t.acceptance - t.reactivity))


def hearing(p: Parameters, t: Therapist) -> float:
    """Tell how far the therapist can hear what is negative: openness's part.

    logistic(stance_slope * openness)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T97, T98.
    Without it: ``0.5``.
    """
    return logistic(p.stance_slope * t.openness)


def changing(p: Parameters, t: Therapist) -> float:
    """Tell how readily the therapist sets the model aside and changes: flexibility's part.

    logistic(flexibility_presence * (presence - 1/2) - stance_slope * rigidity)

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T97, T98, T102 (readier to set the model aside for a while).
    Without it: ``0.5``.
    """
    return logistic(p.flexibility_presence * (t.presence - 0.5) - p.stance_slope * t.rigidity)


def stance(p: Parameters, t: Therapist) -> float:
    """Tell what the therapist's traits bring to working through: three of its four parts.

    addressing + not defending + hearing

    Returns
    -------
    float
        0 to 3.

    Notes
    -----
    Claims: T97, T98.
    Without it: ``1.5``.
    """
    return addressing(p, t) + not_defending(p, t) + hearing(p, t)


def work_through(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the probability that a noticed rupture is worked through at this attempt.

    logistic(work_base + work_stance * (stance + changing - 2) + work_patient * self-attunement in
    the room - work_fear * fear_rejection - work_damage * damage + work_skill * trained skill)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T89, T94 (noticing is not enough), T96 (the patient contributes), T97 (four parts), T98.
    Without it: ``0.0``.
    """
    return logistic(
        p.work_base
        + p.work_stance * (t.stance + changing(p, t) - 2.0)
        + p.work_patient * c.self_attunement_in_room
        - p.work_fear * c.fear_rejection
        - p.work_damage * d.rupture_damage
        + p.work_skill * t.working_through
    )


def defend(p: Parameters, t: Therapist) -> float:
    """Tell the probability that a failed attempt fails by answering in kind.

    logistic(defend_base + defend_reactivity * reactivity - hostile_introject * introject
    - defend_awareness * presence * gentleness): it is a hostile act like any other, and whoever is
    hostile to himself or herself gives it more often

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T53 and T55 (the self-relation), T99, T101 (awareness met with acceptance loosens it).
    Without it: ``0.0``.
    """
    own = p.defend_reactivity * t.reactivity - p.hostile_introject * t.introject
    return logistic(p.defend_base + own - p.defend_awareness * t.presence * t.gentleness)


def cling(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell the probability that a failed attempt fails by clinging to the treatment model.

    logistic(cling_base + cling_rigidity * rigidity + cling_threat * damage
    - cling_presence * presence)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T100 (rigidity rises under threat), T102, T103 (the same in every orientation).
    Without it: ``0.0``.
    """
    return logistic(
        p.cling_base
        + p.cling_rigidity * t.rigidity
        + p.cling_threat * d.rupture_damage
        - p.cling_presence * t.presence
    )


def adherence(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far the therapist holds to the treatment model in this segment.

    1 - adherence_dip * changing while a noticed rupture is open, else 1: who can, sets the model
    aside while the rupture is worked on, and takes it up again

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T100 (outside ruptures adherence does neither good nor harm), T102.
    Without it: ``1.0``.
    """
    if d.rupture_open == 0 or d.rupture_noticed == 0:
        return 1.0
    return 1.0 - p.adherence_dip * changing(p, t)


def worsen(p: Parameters, d: Dyad) -> None:
    """Deepen the damage of a rupture that was met badly.

    damage + failure_damage * (1 - damage)

    Notes
    -----
    Claims: T95, T99, T100.
    Without it: ``nothing changes``.
    """
    d.rupture_damage += p.failure_damage * (1.0 - d.rupture_damage)


def fester(p: Parameters, d: Dyad) -> None:
    """Deepen the damage of a rupture that a session leaves open.

    damage + festering * (1 - damage)

    Notes
    -----
    Claims: T88, T92.
    Without it: ``nothing changes``.
    """
    d.rupture_damage += p.festering * (1.0 - d.rupture_damage)


def repair(p: Parameters, c: Patient, d: Dyad) -> None:
    """Close a rupture that was worked through: the bond overshoots and a template remains.

    won = repair_bonus * (1 - damage) * (1 - bond); bond + won; strength + repair_lasting * won;
    scar + repair_residue * damage beyond that of the beginning; template + template_gain *
    (1 - template); the later the repair, the deeper the damage by then, and the less is won

    Notes
    -----
    Claims: T87 (a template for handling conflict), T92, T95 (stronger than before).
    Without it: ``nothing changes``.
    """
    won = p.repair_bonus * (1.0 - d.rupture_damage) * (1.0 - d.bond)
    late = between(d.rupture_damage - p.rupture_damage, 0.0, 1.0)
    d.bond = between(d.bond + won, 0.0, 1.0)
    d.strength = between(d.strength + p.repair_lasting * won, 0.0, 1.0)
    d.scar = between(d.scar + p.repair_residue * late, 0.0, 1.0)
    c.template += p.template_gain * (1.0 - c.template)
    _close(d)


def bury(p: Parameters, d: Dyad) -> None:
    """Close a rupture over without repair: what it did stays behind as a scar.

    scar + scar_share * damage

    Notes
    -----
    Claims: T88, T95.
    Without it: ``nothing changes``.
    """
    d.scar = between(d.scar + p.scar_share * d.rupture_damage, 0.0, 1.0)
    _close(d)


def _close(d: Dyad) -> None:
    """Leave no rupture open."""
    d.rupture_open = 0
    d.rupture_kind = 0
    d.rupture_noticed = 0
    d.rupture_damage = 0.0


def closes_over(p: Parameters, d: Dyad) -> float:
    """Tell the probability that an open rupture closes over, unrepaired, before the next session.

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T88, T92.
    Without it: ``0.0``.
    """
    return p.closing_over * d.rupture_open
