"""A therapist's caseload through the weeks: practice, sessions, endings, and life afterwards."""

from __future__ import annotations

from sim import draws
from sim.chain import (
    attitude,
    attunement,
    ending,
    intention,
    outcome,
    patient_self_attunement,
    practice,
    presence,
    rupture,
    self_attunement,
    transfer,
)
from sim.chain.curves import between, logistic
from sim.parameters import Parameters
from sim.records import Dyad, Frame, Patient, Programme, Therapist

#: How a treatment can end; a patient's ``ending`` is the index.
ENDINGS = ("ongoing", "completed", "improved", "dropped_out", "therapist_left")
COMPLETED = 1
IMPROVED = 2
DROPPED_OUT = 3


def prepare(p: Parameters, f: Frame, g: Programme, t: Therapist) -> None:
    """Bring a therapist to the start: no practice yet, self-attunement where it has come to rest.

    Notes
    -----
    Claims: T40, T52 (the introject sets where the self-relation rests).
    """
    t.attention_gain = 0.0
    t.curiosity_gain = 0.0
    t.openness_gain = 0.0
    t.acceptance_gain = 0.0
    t.love_gain = 0.0
    t.bowl_capacity_gain = 0.0
    t.decentring_gain = 0.0
    t.intention_gain = 0.0
    t.self_compassion_gain = 0.0
    t.ego_gain = 0.0
    t.resonance_gain = 0.0
    t.hook_release_gain = 0.0
    t.technique_gain = 0.0
    t.conceptualisation_gain = 0.0
    t.noticing_gain = 0.0
    t.working_through_gain = 0.0
    t.hope_gain = 0.0
    t.practice_hours = 0.0
    t.practice_strain = 0.0
    t.practice_drift = 0.0
    t.practice_displaced = 0.0
    t.practising = 1
    t.manualised = f.manualised
    t.stress = 0.0
    t.fatigue = 0.0
    t.load = 0.0
    t.attunement = 0.0
    t.transfer = transfer.share(p, g)
    intention.aims(p, g, t)
    _enter_room(p, t)
    at_rest = presence.resting(p, t)
    t.knowing = self_attunement.knowing_target(p, t, at_rest)
    t.befriending = self_attunement.befriending_target(p, t, at_rest)
    t.self_attunement = 0.5 * (t.knowing + t.befriending)
    # Catching leans on knowing oneself, which has only now come to rest.
    t.catching = self_attunement.catching(p, t)


def welcome(p: Parameters, c: Patient, d: Dyad) -> None:
    """Bring two strangers together: what a first meeting finds before anything has happened."""
    d.felt_attunement = p.felt_start
    d.safety = logistic(p.safety_start + p.safety_trust * c.trust)
    liking = p.bond_trust * c.trust + p.bond_climate * d.climate
    d.bond = between(p.alliance_start + liking, 0.0, 1.0)
    d.task = p.alliance_start
    d.goal = between(p.alliance_start + p.goal_expectancy * c.expectancy, 0.0, 1.0)
    d.alliance = (d.bond + d.task + d.goal) / 3.0
    d.scar = 0.0
    d.strength = 0.0
    d.ladder = 0.0
    d.closeness = 0.0
    d.rupture_open = 0
    d.rupture_kind = 0
    d.rupture_noticed = 0
    d.rupture_damage = 0.0
    d.rupture_probability = 0.0
    d.repair_probability = 0.0


def week(p: Parameters, g: Programme, t: Therapist, number: int, luck: int, replicate: int) -> None:
    """Live a week outside the room: practise, forget, recover, be strained; then enter the room.

    Notes
    -----
    Claims: T40, T83 (stress from outside), T138, T140.
    """
    stress_word, adherence_word, attrition_word, _fourth = draws.words(
        luck, replicate, t.therapist, draws.NOBODY, draws.week_moment(number), draws.WEEK
    )
    t.practising = practice.keeps_practising(p, g, t, number, draws.uniform(attrition_word))
    done = t.practising * practice.adherence(p, t, draws.normal(adherence_word))
    intention.aims(p, g, t)
    practice.practise(p, g, t, number, practice.assigned(p, g, number) * done)
    t.hope_gain = practice.hope(p, g, t, number)
    t.stress = p.stress_staying * t.stress + p.stress_noise * draws.normal(stress_word)
    t.fatigue *= 1.0 - p.recovery
    t.load = 0.0
    _enter_room(p, t)
    self_attunement.deepen(p, t, presence.resting(p, t), p.week_learning)


def takes_place(
    f: Frame, c: Patient, therapist: int, luck: int, replicate: int, number: int
) -> bool:
    """Tell whether this appointment takes place.

    Notes
    -----
    Claims: T108 (regular appointments count).
    """
    held_word, _second, _third, _fourth = draws.words(
        luck,
        replicate,
        therapist,
        c.patient,
        draws.segment_moment(number, 0),
        draws.APPOINTMENT,
    )
    return c.in_treatment == 1 and draws.uniform(held_word) >= f.cancellations


def between_sessions(
    p: Parameters,
    f: Frame,
    c: Patient,
    d: Dyad,
    therapist: int,
    luck: int,
    replicate: int,
    number: int,
) -> None:
    """Live from one appointment to the next: life goes on, and the patient may not come back.

    Every patient lives on, treated or not, so that waves can be measured on all.
    """
    weeks = 1.0 / f.sessions_per_week
    if c.in_treatment == 0:
        c.self_attunement = patient_self_attunement.keep(p, c, weeks)
    patient_self_attunement.practise_alone(p, c, weeks)
    _live(p, c, d, weeks, luck, replicate, number)
    comes = c.in_treatment == 1 and c.sessions_attended > 0
    if comes and number < f.weeks * f.sessions_per_week:
        _decide(p, f, c, d, therapist, luck, replicate, number)


def close(c: Patient) -> None:
    """End the contract: whoever still comes has completed the treatment."""
    if c.in_treatment == 1:
        c.in_treatment = 0
        c.ending = COMPLETED


def afterwards(
    p: Parameters, f: Frame, c: Patient, d: Dyad, luck: int, replicate: int, number: int
) -> None:
    """Live a week after the end of the treatment; weeks count from 0.

    Notes
    -----
    Claims: T110 (what rests on oneself lasts, the rest fades).
    """
    c.self_attunement = patient_self_attunement.keep(p, c, 1.0)
    patient_self_attunement.practise_alone(p, c, 1.0)
    last = f.weeks * f.sessions_per_week
    _live(p, c, d, 1.0, luck, replicate, last + 1 + number)


def _enter_room(p: Parameters, t: Therapist) -> None:
    """Work out what this week's therapist is like in the room."""
    transfer.carry_into_room(p, t)
    transfer.let_go(p, t)
    presence.divide(p, t)
    t.self_kindness = attitude.toward_self(p, t)
    t.gentleness = attitude.toward_own_reactions(p, t)
    t.return_rate = presence.return_rate(p, t)
    t.drift_rate = presence.drift_rate(p, t)
    t.capacity = self_attunement.capacity(p, t)
    t.breadth = attunement.breadth(p, t)
    t.relief = self_attunement.relief(p, t)
    t.impact = self_attunement.impact(p, t)
    t.absorbed = self_attunement.absorbed(p, t)
    t.catching = self_attunement.catching(p, t)
    t.steadiness = attitude.steadiness(p, t)
    t.stance = rupture.stance(p, t)


def _live(
    p: Parameters, c: Patient, d: Dyad, weeks: float, luck: int, replicate: int, number: int
) -> None:
    """Let some weeks of life outside pass over the patient, whoever the therapist is."""
    severity_word, well_being_word, relationships_word, _fourth = draws.words(
        luck, replicate, draws.NOBODY, c.patient, draws.segment_moment(number, 0), draws.LIFE
    )
    c.fortune = outcome.fortune(p, c, weeks, draws.normal(severity_word))
    c.symptom_severity = outcome.severity(p, c, weeks)
    c.well_being = outcome.well_being(p, c, d, weeks, draws.normal(well_being_word))
    c.relationships = outcome.relationships(p, c, weeks, draws.normal(relationships_word))


def _decide(
    p: Parameters,
    f: Frame,
    c: Patient,
    d: Dyad,
    therapist: int,
    luck: int,
    replicate: int,
    number: int,
) -> None:
    """Let an open rupture close over or stay open, and let the patient come back or not."""
    dropout_word, improved_word, closing_word, stopping_word = draws.words(
        luck, replicate, therapist, c.patient, draws.segment_moment(number, 0), draws.ENDING
    )
    leaves = draws.uniform(dropout_word) < ending.dropping_out(p, c, d)
    improved = draws.uniform(improved_word) < ending.leaving_improved(p, c)
    closes = draws.uniform(closing_word) < rupture.closes_over(p, d)
    stops = draws.uniform(stopping_word) < f.stopping
    if f.may_leave > 0.0 and improved:
        c.in_treatment = 0
        c.ending = IMPROVED
    elif f.may_drop_out > 0.0 and leaves:
        c.in_treatment = 0
        c.ending = DROPPED_OUT
    elif stops:
        c.in_treatment = 0
        c.ending = COMPLETED
    if closes:
        rupture.bury(p, d)
