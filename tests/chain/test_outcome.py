"""Outcome: three equations with their own roots and speeds, technique, and action where due."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import outcome
from sim.parameters import Parameters, table
from sim.records import Dyad, Patient, Therapist

P = Parameters()
states = st.floats(-3.0, 3.0)
spells = st.floats(0.0, 20.0)


def better_off(**state):
    """A patient who comes with fears of one half and a severity of 1."""
    start = {
        "severity_intake": 1.0,
        "symptom_severity": 1.0,
        "fear_rejection_intake": 0.5,
        "fear_rejection": 0.5,
        "fear_harm_intake": 0.5,
        "fear_harm": 0.5,
        "hope": 0.5,
    }
    return Patient(**{**start, **state})


# ---- what helps ----------------------------------------------------------------------------------

#: What brings severity down: the state that does it, and the weight that can be cut.
HELP = {
    "severity_technique": {"technique_work": 0.5},
    "severity_relation": {"relational_work": 0.5},
    "severity_self_attunement": {"self_attunement": 0.5},
    "severity_fear": {"fear_rejection": 0.3, "fear_harm": 0.3},
    "severity_expectancy": {"sessions_attended": 4},
}


@pytest.mark.parametrize("weight", HELP)
def test_each_help_lowers_severity_by_its_own_path(weight):  # T01, T10, T66, T69; K16
    before, after = better_off(), better_off(**HELP[weight])
    assert outcome.severity_home(P, after) < outcome.severity_home(P, before)
    cut = Parameters({weight: 0.0})
    assert outcome.severity_home(cut, after) == outcome.severity_home(cut, before)
    for other in HELP:
        if other != weight:
            cut = Parameters({other: 0.0})
            assert outcome.severity_home(cut, after) < outcome.severity_home(cut, before)


def test_the_responsive_are_helped_more(falls):
    def home(responsiveness):
        return outcome.severity_home(
            P, better_off(relational_work=0.5, responsiveness=responsiveness)
        )

    assert falls(home, 0.0, 4.0)


def test_some_of_it_passes_by_itself():
    c = better_off(responsiveness=0.0)
    assert outcome.severity_home(P, c) == pytest.approx(1.0 - P.regression - P.remission)
    mild = better_off(responsiveness=0.0, severity_intake=-1.0)
    assert outcome.severity_home(P, mild) > -1.0  # toward the mean, from below as well


def test_hope_counts_in_full_from_the_fourth_session_on():
    homes = [outcome.severity_home(P, better_off(sessions_attended=n)) for n in range(7)]
    assert homes[0] > homes[1] > homes[2] > homes[3] > homes[4] == homes[5] == homes[6]


def test_symptoms_follow_self_attunement_outside_the_room():  # T105
    inside = better_off(self_attunement_in_room=2.0)
    assert outcome.severity_home(P, inside) == outcome.severity_home(P, better_off())


def test_technique_works_through_tasks_that_are_agreed_on(rises):  # T02, T134
    def work(technique, task):
        skill = outcome.technique_skill(P, Therapist(technique=technique), P.presence_norm)
        return outcome.technique_work(P, Patient(), Dyad(task=task), skill)

    assert rises(lambda technique: work(technique, 0.6), -2.0, 4.0)
    assert rises(lambda task: work(0.0, task), 0.0, 1.0)
    assert work(3.0, 0.0) == 0.0
    assert work(-50.0, 1.0) == 0.0


def test_an_average_therapist_has_a_skill_of_one(rises):  # T02, T134
    """Of technique, of understanding the case, and - in a rival theory - of being present."""

    def skill(p=P, presence=P.presence_norm, **traits):
        return outcome.technique_skill(p, Therapist(**traits), presence)

    assert skill() == 1.0
    assert rises(lambda x: skill(technique=x), -2.0, 4.0)
    assert rises(lambda x: skill(conceptualisation=x), -2.0, 4.0)
    assert skill(technique=0.5) == pytest.approx(1.0 + 0.5 * P.technique_spread)
    assert skill(conceptualisation=0.5) == pytest.approx(1.0 + 0.5 * P.conceptualisation_spread)
    assert P.technique_presence == 0.0
    assert skill(presence=0.0) == skill(presence=1.0)
    rival = Parameters({"technique_presence": 1.5})
    assert rises(lambda x: skill(rival, presence=x), 0.1, 1.0)
    assert skill(rival) == 1.0
    cut = Parameters({"technique_spread": 0.0, "conceptualisation_spread": 0.0})
    assert skill(cut, technique=3.0, conceptualisation=-3.0) == 1.0


# ---- acting where action is due ------------------------------------------------------------------


def test_the_ill_call_for_action_more_often(rises):  # theory map, 11.4
    def due(p, severity):
        return outcome.action_due(p, Patient(symptom_severity=severity))

    assert rises(lambda severity: due(P, severity), -3.0, 5.0)
    calm = Parameters({"due_severity": 0.0})
    assert due(calm, -3.0) == due(calm, 5.0) == due(P, 0.0)


def test_the_skilled_act_and_the_accepting_let_it_be(rises, falls):  # theory map, 11.4
    assert rises(lambda x: outcome.acting(P, Therapist(technique=x)), -4.0, 4.0)
    assert falls(lambda x: outcome.acting(P, Therapist(acceptance=x)), -4.0, 4.0)
    even = Parameters({"acting_acceptance": 0.0})
    assert outcome.acting(even, Therapist(acceptance=4.0)) == outcome.acting(P, Therapist())


@given(states)
def test_what_was_let_go_by_stays_a_misfortune(fortune):
    c = better_off(fortune=fortune)
    assert outcome.inaction(P, c) == pytest.approx(fortune + P.inaction_cost)
    assert outcome.inaction(Parameters({"inaction_cost": 0.0}), c) == fortune
    after = dataclasses.replace(c, fortune=outcome.inaction(P, c))
    moved = outcome.severity_home(P, after) - outcome.severity_home(P, c)
    assert moved == pytest.approx(P.inaction_cost)


# ---- the work of the relationship ----------------------------------------------------------------


@given(st.floats(0.0, 1.0))
def test_the_work_of_the_relationship_builds_up_to_the_alliance(alliance):  # T69
    c, d = Patient(), Dyad(alliance=alliance)
    for _ in range(300):
        c.relational_work = outcome.relational_work(P, c, d)
        assert c.relational_work <= alliance + 1e-12
    assert c.relational_work == pytest.approx(alliance, abs=1e-9)


# ---- three equations -----------------------------------------------------------------------------


def test_being_felt_makes_feel_alive_while_it_lasts(rises):  # T37
    def home(felt, in_treatment=1):
        c = better_off(in_treatment=in_treatment)
        return outcome.well_being_home(P, c, Dyad(felt_attunement=felt))

    assert rises(home, 0.0, 1.0)
    assert home(0.8, in_treatment=0) == home(0.0)


def test_well_being_answers_sooner_than_severity():  # T37
    """The same step up in feeling felt, and in all it brings, after three weeks."""
    c, d = better_off(relational_work=0.6), Dyad(felt_attunement=0.4)
    severity = outcome.severity(P, c, 3.0) - c.symptom_severity
    well_being = outcome.well_being(P, c, d, 3.0, 0.0) - c.well_being
    done = well_being / (outcome.well_being_home(P, c, d) - c.well_being)
    assert done > severity / (outcome.severity_home(P, c) - c.symptom_severity) > 0.0


def test_relief_and_self_attunement_bring_well_being(rises):  # T10
    d = Dyad()
    assert rises(lambda x: outcome.well_being_home(P, better_off(self_attunement=x), d), -2.0, 2.0)
    assert rises(
        lambda relief: outcome.well_being_home(P, better_off(symptom_severity=1 - relief), d), -2, 2
    )


#: What brings relationships up.
SOCIAL = {
    "relationships_self_attunement": {"self_attunement": 0.5},
    "relationships_template": {"template": 0.5},
    "relationships_fear": {"fear_rejection": 0.2},
}


@pytest.mark.parametrize("weight", SOCIAL)
def test_each_help_improves_relationships_by_its_own_path(weight):  # T10, T66, T87, T115
    before, after = better_off(), better_off(**SOCIAL[weight])
    assert outcome.relationships_home(P, after) > outcome.relationships_home(P, before)
    cut = Parameters({weight: 0.0})
    assert outcome.relationships_home(cut, after) == outcome.relationships_home(cut, before)


def test_relationships_may_improve_without_severity():  # T10
    learned = better_off(template=0.8)
    assert outcome.relationships_home(P, learned) > outcome.relationships_home(P, better_off())
    assert outcome.severity_home(P, learned) == outcome.severity_home(P, better_off())


def test_forming_and_keeping_are_two_things():  # T10, T87
    rising = better_off(self_attunement=2.0)
    falling = better_off(relationships=2.0)

    def moved(p, c):
        return outcome.relationships(p, c, 1.0, 0.0) - c.relationships

    shut = Parameters({"forming_rate": 0.0})
    assert moved(P, rising) > 0.0 == moved(shut, rising)
    assert moved(shut, falling) == moved(P, falling) < 0.0
    kept = Parameters({"losing_rate": 0.0})
    assert moved(kept, rising) == moved(P, rising)
    assert moved(kept, falling) == 0.0


def test_a_template_for_conflict_keeps_relationships_from_being_lost(rises):  # T87
    no_home = Parameters({"relationships_template": 0.0})

    def left(template):
        c = better_off(relationships=2.0, template=template)
        return outcome.relationships(no_home, c, 4.0, 0.0)

    assert rises(left, 0.0, 1.0)
    for template in (0.0, 0.4, 1.0):
        rate = P.losing_rate * (1.0 - P.keeping * template)
        assert left(template) == pytest.approx(2.0 * math.exp(-4.0 * rate))


# ---- time ----------------------------------------------------------------------------------------


@given(states, spells, spells)
def test_two_spells_are_worth_one_long_one(start, first, second):
    c = better_off(symptom_severity=start, well_being=start, relationships=start)
    d = Dyad(felt_attunement=0.3)
    severity = outcome.severity(P, c, first + second)
    half = dataclasses.replace(c, symptom_severity=outcome.severity(P, c, first))
    assert outcome.severity(P, half, second) == pytest.approx(severity, abs=1e-12)
    well_being = outcome.well_being(P, c, d, first + second, 0.0)
    half = dataclasses.replace(c, well_being=outcome.well_being(P, c, d, first, 0.0))
    assert outcome.well_being(P, half, d, second, 0.0) == pytest.approx(well_being, abs=1e-12)
    relationships = outcome.relationships(P, c, first + second, 0.0)
    half = dataclasses.replace(c, relationships=outcome.relationships(P, c, first, 0.0))
    assert outcome.relationships(P, half, second, 0.0) == pytest.approx(relationships, abs=1e-12)


@given(states)
def test_nothing_happens_in_no_time(start):
    c = better_off(symptom_severity=start, well_being=start, relationships=start, fortune=start)
    assert outcome.severity(P, c, 0.0) == start
    assert outcome.well_being(P, c, Dyad(), 0.0, 1.3) == start
    assert outcome.relationships(P, c, 0.0, 1.3) == start
    assert outcome.fortune(P, c, 0.0, 1.3) == start


@pytest.mark.parametrize("weeks", [0.5, 1.0, 4.0])
def test_life_is_a_random_walk(weeks):
    """The variance that a unit draw adds is proportional to the time."""
    step = outcome.fortune(P, Patient(), weeks, 1.0)
    assert step * step == pytest.approx(weeks * P.life_noise * P.life_noise)
    assert outcome.fortune(P, Patient(fortune=0.7), weeks, -1.0) == pytest.approx(0.7 - step)


def test_fortune_shifts_where_severity_tends():
    unlucky = better_off(fortune=0.4)
    shift = outcome.severity_home(P, unlucky) - outcome.severity_home(P, better_off())
    assert shift == pytest.approx(0.4)


def test_every_weight_can_be_cut():
    """Each effect has a neutral value, so that a knock-out is an override and no edit (K16)."""
    for name in (*HELP, *SOCIAL, "well_being_felt", "dropout_alliance", "dropout_damage"):
        assert table()[name].neutral == 0.0
    assert math.isclose(table()["improved_rate"].neutral, 0.0)
