"""What each number of the table means: the base of a link, and how much a unit of each input adds.

On its own scale - log odds for probabilities and levels, logs for rates, as it is for the rest -
every link here is a straight line in each of its inputs. Its base is where an average pair stands;
its slopes are the weights of the table. So a weight of nought cuts an effect (a knock-out is an
override), and a weight below nought turns it round.
"""

import ast
import importlib
import inspect
import math
import random

import pytest

from sim.parameters import Parameters, table
from sim.records import Dyad, Patient, Programme, Therapist


def logit(level):
    return math.log(level / (1.0 - level))


def as_it_is(value):
    return value


def of_two(factor):
    """The log odds of a factor between 0 and 2."""
    return logit(0.5 * factor)


#: Link: its scale, its base, and the slope of each input. An input is a field or a number.
LINES = {
    "practice.adherence": (
        logit,
        lambda p: p.adherence_mean,
        {"t.adherence": lambda _: 1.0, "z": lambda p: p.adherence_noise},
    ),
    "practice.adrift": (
        logit,
        lambda p: math.log(p.drift_base) - math.log(p.return_base),
        {
            "t.attention_baseline": lambda p: -p.drift_attention - p.return_attention,
            "t.attention_gain": lambda p: -p.drift_attention - p.return_attention,
        },
    ),
    "intention.today": (
        as_it_is,
        lambda _: 0.0,
        {
            "t.intention": lambda _: 1.0,
            "d.own_intention": lambda _: 1.0,
            "z": lambda p: p.intention_noise,
            "g.imagery": lambda _: 1.0,
        },
    ),
    "presence.budget": (math.log, lambda _: 0.0, {"t.attention": lambda p: p.budget_attention}),
    "presence.dullness": (
        logit,
        lambda p: p.dull_base,
        {"t.fatigue": lambda p: p.dull_fatigue, "t.agitation": lambda p: -p.dull_agitation},
    ),
    "presence.catches": (
        as_it_is,
        lambda _: 0.5,
        {"t.catching": lambda _: 1.0, "t.dullness": lambda p: -0.5 * p.dull_catching},
    ),
    "presence.return_rate": (
        math.log,
        lambda p: math.log(p.return_base),
        {
            "t.attention": lambda p: p.return_attention,
            "t.gentleness": lambda p: p.return_kindness,
        },
    ),
    "presence.drift_rate": (
        math.log,
        lambda p: math.log(p.drift_base),
        {"t.attention": lambda p: -p.drift_attention},
    ),
    "presence.drift": (
        as_it_is,
        lambda p: p.drift_floor + 1.0,
        {
            "t.load": lambda p: p.drift_load,
            "t.agitation": lambda p: p.drift_agitation,
            "t.fatigue": lambda p: p.drift_fatigue,
            "t.practice_strain": lambda p: p.drift_fatigue,
        },
    ),
    "presence.arrival": (
        as_it_is,
        lambda p: p.agitation_base,
        {"t.stress": lambda p: p.agitation_stress, "z": lambda p: p.agitation_noise},
    ),
    "attitude.toward_self": (
        logit,
        lambda p: p.kindness_base,
        {
            "t.acceptance": lambda p: p.kindness_acceptance,
            "t.love": lambda p: p.kindness_love,
            "t.introject": lambda p: p.kindness_introject,
            "t.self_compassion": lambda p: p.kindness_compassion,
        },
    ),
    "attitude.toward_own_reactions": (
        logit,
        lambda p: p.kindness_base,
        {
            "t.acceptance": lambda p: p.kindness_acceptance,
            "t.love": lambda p: p.kindness_love,
            "t.introject": lambda p: p.kindness_introject,
            "t.self_compassion": lambda p: p.kindness_compassion * p.self_to_other,
        },
    ),
    "attitude.lift": (
        as_it_is,
        lambda _: 0.0,
        {
            "d.intention": lambda p: p.warmth_intention,
            "t.befriending": lambda p: p.self_to_other * p.warmth_befriending,
            "d.ladder": lambda _: 1.0,
        },
    ),
    "attitude.climb": (
        as_it_is,
        lambda _: 0.0,
        {
            "d.ladder": lambda p: 1.0 - p.climb_rate,
            "felt": lambda p: p.climb_rate * p.climb_reach,
        },
    ),
    "attitude.rung": (
        logit,
        lambda p: p.rung_base,
        {"trait": lambda p: p.rung_slope, "step": lambda p: -p.ladder_step},
    ),
    "attitude.steadiness": (
        logit,
        lambda p: p.steadiness_base,
        {
            f"t.{quality}": lambda p: 0.25 * p.steadiness_slope
            for quality in ("curiosity", "openness", "acceptance", "love")
        },
    ),
    "self_attunement.capacity": (
        math.log,
        lambda p: math.log(p.bowl_size),
        {"t.bowl_capacity": lambda p: p.bowl_trait},
    ),
    "self_attunement.overflow": (
        logit,
        lambda p: -p.overflow_steepness,
        {
            "t.load": lambda p: p.overflow_steepness,
            "t.capacity": lambda p: -p.overflow_steepness,
            "d.hooked": lambda p: p.overflow_steepness * p.hook_capacity * 2.0,
        },
    ),
    "self_attunement.absorbed": (
        logit,
        lambda p: p.absorbed_base,
        {"t.decentring": lambda p: -p.absorbed_decentring},
    ),
    "hostility.rate": (
        math.log,
        lambda p: math.log(p.hostile_rate),
        {
            "t.introject": lambda p: -p.hostile_introject,
            "t.befriending": lambda p: -p.hostile_befriending,
        },
    ),
    "hostility.exchange": (
        logit,
        lambda p: p.exchange_base,
        {
            "t.reactivity": lambda p: p.exchange_reactivity,
            "t.gentleness": lambda p: -p.exchange_awareness,
        },
    ),
    "hostility.answer": (
        logit,
        lambda p: p.answer_base,
        {
            "c.confrontation": lambda p: p.answer_confrontation,
            "d.safety": lambda p: -p.answer_safety,
        },
    ),
    "self_attunement.catching": (
        logit,
        lambda p: p.catch_base,
        {
            "t.attention": lambda p: p.catch_attention,
            "t.knowing": lambda p: p.catch_knowing,
            "t.to_self": lambda p: p.catch_focus,
        },
    ),
    "attunement.vulnerability": (
        logit,
        lambda p: p.showing_base,
        {
            "d.safety": lambda p: p.showing_safety,
            "c.openness": lambda p: p.showing_openness,
            "c.fear_rejection": lambda p: -0.5 * p.showing_fear,
            "c.fear_harm": lambda p: -0.5 * p.showing_fear,
        },
    ),
    "attunement.affect_mean": (
        as_it_is,
        lambda p: p.affect_base,
        {
            "c.symptom_severity": lambda p: p.affect_severity,
            "d.vulnerability": lambda p: p.affect_showing,
        },
    ),
    "attunement.affect": (
        as_it_is,
        lambda _: 2.0,
        {
            "z": lambda p: p.affect_noise,
            "c.affect": lambda p: p.affect_staying,
            "d.affect_mean": lambda p: 1.0 - p.affect_staying,
        },
    ),
    "closeness.need": (
        as_it_is,
        lambda _: 0.0,
        {
            "z": lambda p: p.need_noise,
            "c.need": lambda p: p.need_staying,
            "c.need_for_space": lambda p: 1.0 - p.need_staying,
            "phase": lambda p: (1.0 - p.need_staying) * p.need_swing,
        },
    ),
    "attunement.reading": (
        logit,
        lambda p: p.read_base,
        {
            "t.knowing": lambda p: p.self_to_other * p.read_knowing,
            "d.vulnerability": lambda p: p.read_showing,
            "c.difficulty": lambda p: -p.read_difficulty,
            "t.to_patient": lambda p: p.read_focus,
        },
    ),
    "attunement.breadth": (
        of_two,
        lambda _: 0.0,
        {
            "t.openness": lambda p: p.breadth_openness,
            "t.conceptualisation": lambda p: -p.breadth_formulation,
        },
    ),
    "attunement.recognising": (
        logit,
        lambda p: p.recognise_base,
        {
            "d.climate": lambda _: 1.0,
            "d.safety": lambda p: p.recognise_safety,
            "c.trust": lambda p: p.recognise_trust,
            "c.fear_rejection": lambda p: -p.recognise_fear,
        },
    ),
    "attunement.feeling_felt": (
        as_it_is,
        lambda _: 0.0,
        {"felt": lambda p: p.felt_rate, "d.felt_attunement": lambda p: 1.0 - p.felt_rate},
    ),
    "rupture.lapse": (
        as_it_is,
        lambda p: p.lapse_floor + p.lapse_rate,
        {"t.presence": lambda p: -p.lapse_rate},
    ),
    "rupture.onset": (
        logit,
        lambda p: p.onset_base + p.onset_misattunement,
        {
            "d.felt": lambda p: -p.onset_misattunement,
            "d.overflow": lambda p: p.onset_overflow,
            "d.mismatch": lambda p: p.onset_mismatch,
            "d.hostile": lambda p: p.onset_hostile,
            "d.lapse": lambda p: p.onset_lapse,
            "c.sensitivity": lambda p: p.onset_sensitivity,
            "c.fear_rejection": lambda p: p.onset_fear,
            "d.alliance": lambda p: -p.onset_alliance,
        },
    ),
    "rupture.confrontation": (
        logit,
        lambda p: p.confrontation_base,
        {
            "c.confrontation": lambda p: p.confrontation_trait,
            "d.hostile": lambda p: p.confrontation_hostile,
        },
    ),
    "rupture.notice": (
        logit,
        lambda p: p.notice_base,
        {
            "t.presence": lambda p: p.notice_presence * p.notice_subtle,
            "kind": lambda p: p.notice_cue,
            "d.steadiness": lambda p: p.notice_steadiness,
            "t.noticing": lambda p: p.notice_skill,
            "t.to_relationship": lambda p: p.notice_focus,
        },
    ),
    "rupture.addressing": (logit, lambda _: 0.0, {"t.attention": lambda p: p.stance_slope}),
    "rupture.not_defending": (
        logit,
        lambda _: 0.0,
        {"t.acceptance": lambda p: p.stance_slope, "t.reactivity": lambda p: -p.stance_slope},
    ),
    "rupture.hearing": (logit, lambda _: 0.0, {"t.openness": lambda p: p.stance_slope}),
    "rupture.changing": (
        logit,
        lambda p: -0.5 * p.flexibility_presence,
        {"t.presence": lambda p: p.flexibility_presence, "t.rigidity": lambda p: -p.stance_slope},
    ),
    "rupture.work_through": (
        logit,
        lambda p: p.work_base + p.work_stance * (1.0 / (1.0 + math.exp(-changes(p))) - 2.0),
        {
            "t.stance": lambda p: p.work_stance,
            "c.self_attunement_in_room": lambda p: p.work_patient,
            "c.fear_rejection": lambda p: -p.work_fear,
            "d.rupture_damage": lambda p: -p.work_damage,
            "t.working_through": lambda p: p.work_skill,
        },
    ),
    "rupture.defend": (
        logit,
        lambda p: p.defend_base,
        {
            "t.reactivity": lambda p: p.defend_reactivity,
            "t.introject": lambda p: -p.hostile_introject,
            "t.gentleness": lambda p: -p.defend_awareness,
        },
    ),
    "rupture.cling": (
        logit,
        lambda p: p.cling_base,
        {
            "t.rigidity": lambda p: p.cling_rigidity,
            "t.presence": lambda p: -p.cling_presence,
            "d.rupture_damage": lambda p: p.cling_threat,
        },
    ),
    "alliance.task_target": (
        as_it_is,
        lambda p: p.task_base,
        {
            "t.technique": lambda p: p.task_technique,
            "c.severity_intake": lambda p: p.task_relief,
            "c.symptom_severity": lambda p: -p.task_relief,
            "d.rupture_damage": lambda p: -p.task_damage,
        },
    ),
    "alliance.goal_target": (
        as_it_is,
        lambda p: p.goal_base,
        {
            "d.felt_attunement": lambda p: p.goal_felt,
            "t.conceptualisation": lambda p: p.goal_conceptualisation,
            "c.expectancy": lambda p: p.goal_expectancy,
            "c.severity_intake": lambda p: p.goal_relief,
            "c.symptom_severity": lambda p: -p.goal_relief,
        },
    ),
    "patient_self_attunement.support": (
        as_it_is,
        lambda _: 1.0,
        {"c.self_attunement_in_room": lambda p: -p.support_fading / p.inner_room},
    ),
    "outcome.technique_skill": (
        as_it_is,
        lambda _: 1.0,
        {
            "t.technique": lambda p: p.technique_spread,
            "t.conceptualisation": lambda p: p.conceptualisation_spread,
            "presence": lambda p: p.technique_presence,
        },
    ),
    "outcome.action_due": (
        logit,
        lambda p: p.due_base,
        {"c.symptom_severity": lambda p: p.due_severity},
    ),
    "outcome.acting": (
        logit,
        lambda p: p.acting_base,
        {
            "t.technique": lambda p: p.acting_technique,
            "t.acceptance": lambda p: -p.acting_acceptance,
        },
    ),
    "outcome.inaction": (as_it_is, lambda p: p.inaction_cost, {"c.fortune": lambda _: 1.0}),
    "outcome.technique_work": (
        as_it_is,
        lambda p: p.technique_rate,
        {
            "d.task": lambda p: p.technique_rate,
            "skill": lambda p: p.technique_rate,
            "c.technique_work": lambda p: 1.0 - p.technique_rate,
        },
    ),
    "outcome.relational_work": (
        as_it_is,
        lambda _: 0.0,
        {
            "d.alliance": lambda p: p.relational_rate,
            "c.relational_work": lambda p: 1.0 - p.relational_rate,
        },
    ),
    "outcome.expectancy": (
        as_it_is,
        lambda _: 0.0,
        {"c.expectancy_intake": lambda _: 1.0, "t.hope": lambda p: p.hope_expectancy},
    ),
    "outcome.severity_home": (
        as_it_is,
        lambda p: -p.remission,
        {
            "c.severity_intake": lambda p: 1.0 - p.regression,
            "c.fortune": lambda _: 1.0,
            "c.technique_work": lambda p: -p.severity_technique,
            "c.relational_work": lambda p: -p.severity_relation,
            "c.self_attunement": lambda p: -p.severity_self_attunement,
            "c.self_attunement_intake": lambda p: p.severity_self_attunement,
            "c.fear_rejection": lambda p: 0.5 * p.severity_fear,
            "c.fear_harm": lambda p: 0.5 * p.severity_fear,
            "c.fear_rejection_intake": lambda p: -0.5 * p.severity_fear,
            "c.fear_harm_intake": lambda p: -0.5 * p.severity_fear,
            "c.hope": lambda p: -p.severity_expectancy,
        },
    ),
    "outcome.well_being_home": (
        as_it_is,
        lambda _: 0.0,
        {
            "c.well_being_intake": lambda _: 1.0,
            "d.felt_attunement": lambda p: p.well_being_felt,
            "c.self_attunement": lambda p: p.well_being_self_attunement,
            "c.self_attunement_intake": lambda p: -p.well_being_self_attunement,
            "c.severity_intake": lambda p: p.well_being_relief,
            "c.symptom_severity": lambda p: -p.well_being_relief,
        },
    ),
    "outcome.relationships_home": (
        as_it_is,
        lambda _: 0.0,
        {
            "c.relationships_intake": lambda _: 1.0,
            "c.self_attunement": lambda p: p.relationships_self_attunement,
            "c.self_attunement_intake": lambda p: -p.relationships_self_attunement,
            "c.template": lambda p: p.relationships_template,
            "c.fear_rejection_intake": lambda p: p.relationships_fear,
            "c.fear_rejection": lambda p: -p.relationships_fear,
        },
    ),
    "outcome.fortune": (
        as_it_is,
        lambda _: 0.0,
        {"c.fortune": lambda _: 1.0, "z": lambda p: p.life_noise},
    ),
    "outcome.severity": (
        as_it_is,
        lambda p: -p.remission * (1.0 - math.exp(-p.severity_rate)),
        {"c.symptom_severity": lambda p: math.exp(-p.severity_rate)},
    ),
    "outcome.well_being": (
        as_it_is,
        lambda _: 0.0,
        {
            "c.well_being": lambda p: math.exp(-p.well_being_rate),
            "z": lambda p: p.well_being_noise,
        },
    ),
    "outcome.relationships": (
        as_it_is,
        lambda _: 0.0,
        {
            "c.relationships": lambda p: math.exp(-p.losing_rate),
            "z": lambda p: p.relationships_noise,
        },
    ),
    "ending.dropping_out": (
        logit,
        lambda p: p.dropout_base,
        {
            "d.alliance": lambda p: -p.dropout_alliance,
            "d.rupture_damage": lambda p: p.dropout_damage,
            "c.expectancy": lambda p: -p.dropout_expectancy,
        },
    ),
}

#: Where an input stands at the base, if not at nought; all else in the records is at nought too.
CENTRE = {
    "intention.today": {"t.transfer": 1.0},
    "presence.return_rate": {"t.gentleness": 0.5},
    "presence.catches": {"t.catching": 0.5},
    "attitude.climb": {"d.vulnerability": 1.0},
    "self_attunement.catching": {"t.to_self": 1.0},
    "hostility.exchange": {"d.answered": 1, "t.presence": 1.0},
    "hostility.answer": {"d.safety": 0.5},
    "attunement.reading": {"t.to_patient": 1.0},
    "rupture.defend": {"t.presence": 1.0},
    "presence.drift": {"t.drift_rate": 1.0, "t.capacity": 1.0, "t.transfer": 1.0},
    "self_attunement.overflow": {"t.load": 1.0, "t.capacity": 2.0},
    "attunement.vulnerability": {"d.safety": 0.5},
    "attunement.affect": {"c.affect": 2.0, "d.affect_mean": 2.0},
    "attunement.recognising": {"d.safety": 0.5},
    "rupture.notice": {"kind": 1, "t.to_relationship": 1.0},
    "outcome.technique_skill": {"presence": Parameters().presence_norm},
    "outcome.technique_work": {"d.task": 1.0, "skill": 1.0},
    "outcome.severity_home": {"c.responsiveness": 1.0, "c.sessions_attended": 1000},
    "outcome.well_being_home": {"c.in_treatment": 1},
    "outcome.fortune": {"weeks": 1.0},
    "outcome.severity": {"weeks": 1.0},
    "outcome.well_being": {"weeks": 1.0},
    "outcome.relationships": {"weeks": 1.0, "c.template": 0.0},
    "ending.dropping_out": {"d.alliance": 0.5},
}
STEP = 0.125
WHOLE = {"d.hooked", "d.overflow", "d.hostile", "d.lapse", "kind"}


def changes(p):
    """The log odds of changing one's behaviour for somebody who is away altogether."""
    return -0.5 * p.flexibility_presence


def value(name, p, inputs):
    """What a link gives at these inputs; whatever is not named is at nought."""
    module, _, function = name.partition(".")
    link = getattr(importlib.import_module(f"sim.chain.{module}"), function)
    people = {"t": Therapist(), "c": Patient(), "d": Dyad(), "g": Programme()}
    for one in people.values():
        for field in one.__slots__:
            setattr(one, field, 0)
    numbers = {}
    for where, what in inputs.items():
        letter, _, field = where.rpartition(".")
        if letter:
            setattr(people[letter], field, what)
        else:
            numbers[where] = what
    known = {"p": p, **people}
    return link(
        *(known.get(one, numbers.get(one, 0)) for one in inspect.signature(link).parameters)
    )


def around_defaults(seed):
    """The defaults, then sets in which every number is another one, some of them at nought."""
    if seed == 0:
        return Parameters()
    chance = random.Random(seed)  # noqa: S311
    return Parameters(
        {
            name: min(
                one.high, max(one.low, one.default * chance.choice([0.3, 0.7, 1.3, -0.6, 0.0]))
            )
            if one.neutral == 0.0
            else min(one.high, max(one.low, one.default * chance.uniform(0.6, 1.1)))
            for name, one in table().items()
            if name not in {"hostile_rate", "presence_norm", "recognising_open"}
        }
    )


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("seed", range(4))
def test_a_link_is_the_line_it_says(name, seed):
    scale, base, slopes = LINES[name]
    p = around_defaults(seed)
    centre = CENTRE.get(name, {})
    start = scale(value(name, p, centre))
    assert start == pytest.approx(base(p), abs=1e-9)
    for where, slope in slopes.items():
        step = 1 if where in WHOLE else STEP
        moved = {**centre, where: centre.get(where, 0) + step}
        bottom = value(name, p, centre)
        top = value(name, p, moved)
        if scale is as_it_is and {bottom, top} & {0.0, 1.0} and name not in UNBOUNDED:
            continue  # held at its bounds
        assert scale(top) - scale(bottom) == pytest.approx(slope(p) * step, abs=1e-9), where


#: Links on no scale of their own that have no bounds to be held at.
UNBOUNDED = {
    *(
        "closeness.need",
        "intention.today",
        "attitude.lift",
        "outcome.severity_home",
        "outcome.well_being_home",
    ),
    *("outcome.relationships_home", "outcome.expectancy", "outcome.technique_work"),
    *("outcome.fortune", "outcome.severity", "outcome.well_being", "outcome.relationships"),
}


@pytest.mark.parametrize("name", LINES)
def test_nothing_else_moves_a_link(name):
    """No input is forgotten: what a link reads has a slope here, or a place at the centre."""
    _, _, slopes = LINES[name]
    module, _, function = name.partition(".")
    link = getattr(importlib.import_module(f"sim.chain.{module}"), function)
    read = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(inspect.getsource(link)))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"t", "c", "d", "g"}
    }
    # A lapse that was caught has a test of its own.
    assert read - {"d.caught"} <= {*slopes, *CENTRE.get(name, {})}
