"""Alliance: bond under a ceiling, task by technique, goal by expectancy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import alliance
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
traits = st.floats(-10.0, 10.0)


@given(traits, traits, levels, levels)
def test_without_attunement_the_bond_stays_under_a_ceiling(trust, technique, task, goal):  # T38
    d = Dyad(felt_attunement=0.0, bond=0.0, task=task, goal=goal)
    t, c = Therapist(technique=technique), Patient(trust=trust, expectancy=trust)
    assert alliance.bond_target(P, c, d) <= P.bond_ceiling
    for _ in range(60):
        alliance.grow(P, t, c, d)
    assert d.bond <= P.bond_ceiling


def test_feeling_felt_bonds_and_brings_agreement_on_goals(rises):  # T33, T38
    c = Patient()
    assert rises(lambda felt: alliance.bond_target(P, c, Dyad(felt_attunement=felt)), 0.0, 0.25)
    t = Therapist()
    assert rises(lambda felt: alliance.goal_target(P, t, c, Dyad(felt_attunement=felt)), 0.0, 0.5)


def test_below_the_ceiling_a_unit_of_each_adds_its_weight():
    p = Parameters({"bond_ceiling": 1.0, "bond_base": 0.3})

    def bond(trust=0.0, **state):
        return alliance.bond_target(p, Patient(trust=trust), Dyad(**state))

    assert bond() == pytest.approx(0.3)
    assert bond(felt_attunement=0.1) == pytest.approx(0.3 + 0.1 * p.bond_felt)
    assert bond(trust=0.5) == pytest.approx(0.3 + 0.5 * p.bond_trust)
    assert bond(rupture_damage=0.2) == pytest.approx(0.3 - 0.2 * p.bond_damage)
    assert bond(scar=0.2) == pytest.approx(0.1)
    assert bond(strength=0.2) == pytest.approx(0.5)


def test_attunement_lifts_the_ceiling(rises):  # T38
    trusting = Patient(trust=10.0)
    assert rises(
        lambda felt: alliance.bond_target(P, trusting, Dyad(felt_attunement=felt)), 0.0, 0.25
    )


def test_damage_and_scars_weigh_on_the_bond(falls):  # T88, T95
    c = Patient()

    def bond(**harm):
        return alliance.bond_target(P, c, Dyad(felt_attunement=0.2, **harm))

    assert falls(lambda damage: bond(rupture_damage=damage), 0.0, 1.0)
    assert falls(lambda scar: bond(scar=scar), 0.0, 0.7)


def test_technique_brings_agreement_on_tasks_and_nothing_else(rises):
    c, d = Patient(), Dyad(felt_attunement=0.2)
    assert rises(lambda x: alliance.task_target(P, Therapist(technique=x), c, d), -3.0, 3.0)
    skilled, plain = Dyad(), Dyad()
    alliance.grow(P, Therapist(technique=2.0), c, skilled)
    alliance.grow(P, Therapist(technique=0.0), c, plain)
    assert (skilled.bond, skilled.goal) == (plain.bond, plain.goal)
    assert skilled.task > plain.task


def test_expectancy_brings_agreement_on_goals_only(rises):
    d = Dyad(felt_attunement=0.2)
    t = Therapist()
    assert rises(lambda x: alliance.goal_target(P, t, Patient(expectancy=x), d), -3.0, 3.0)
    hopeful, plain = Patient(expectancy=2.0), Patient()
    assert alliance.bond_target(P, hopeful, d) == alliance.bond_target(P, plain, d)
    assert alliance.task_target(P, Therapist(), hopeful, d) == alliance.task_target(
        P, Therapist(), plain, d
    )


def test_a_case_well_understood_brings_agreement_on_goals_only(rises):  # T134
    c, d = Patient(), Dyad(felt_attunement=0.2)

    def goal(p, skill):
        return alliance.goal_target(p, Therapist(conceptualisation=skill), c, d)

    assert rises(lambda skill: goal(P, skill), -3.0, 3.0)
    cut = Parameters({"goal_conceptualisation": 0.0})
    assert goal(cut, 3.0) == goal(cut, -3.0) == goal(P, 0.0)
    skilled, plain = Therapist(conceptualisation=2.0), Therapist()
    assert alliance.task_target(P, skilled, c, d) == alliance.task_target(P, plain, c, d)


def test_relief_feeds_the_alliance(rises):  # theory map 11.2; K18
    t, d = Therapist(), Dyad(felt_attunement=0.2)

    def relieved(relief):
        return Patient(severity_intake=1.0, symptom_severity=1.0 - relief)

    assert rises(lambda relief: alliance.task_target(P, t, relieved(relief), d), -2.0, 2.0)
    assert rises(lambda relief: alliance.goal_target(P, t, relieved(relief), d), -2.0, 2.0)
    cut = Parameters({"task_relief": 0.0, "goal_relief": 0.0})
    for relief in (-2.0, 2.0):
        c = relieved(relief)
        assert alliance.task_target(cut, t, c, d) == alliance.task_target(cut, t, Patient(), d)
        assert alliance.goal_target(cut, t, c, d) == alliance.goal_target(cut, t, Patient(), d)
        assert alliance.bond_target(P, c, d) == alliance.bond_target(P, Patient(), d)


@given(levels, levels, levels, levels, levels, levels)
def test_each_part_moves_toward_its_target_and_not_beyond(bond, task, goal, felt, damage, scar):
    d = Dyad(
        bond=bond, task=task, goal=goal, felt_attunement=felt, rupture_damage=damage, scar=scar
    )
    t, c = Therapist(), Patient()
    targets = (
        alliance.bond_target(P, c, d),
        alliance.task_target(P, t, c, d),
        alliance.goal_target(P, Therapist(), c, d),
    )
    alliance.grow(P, t, c, d)
    for before, target, after in zip(
        (bond, task, goal), targets, (d.bond, d.task, d.goal), strict=True
    ):
        assert after == pytest.approx(before + P.alliance_rate * (target - before), abs=1e-14)
    assert d.alliance == pytest.approx((d.bond + d.task + d.goal) / 3.0)
    assert d.scar == pytest.approx(scar * (1.0 - P.scar_healing))


def test_scars_heal_slowly():  # T95
    d = Dyad(scar=0.3)
    for _ in range(10):
        alliance.grow(P, Therapist(), Patient(), d)
    assert 0.1 < d.scar < 0.3


def test_what_a_repair_has_left_carries_the_bond_above_the_ceiling_for_a_while():  # T87, T95
    repaired, smooth = (Dyad(bond=0.5, felt_attunement=0.2, strength=x) for x in (0.1, 0.0))
    t, c = Therapist(), Patient(trust=5.0)
    lead = []
    for _ in range(60):
        for d in (repaired, smooth):
            alliance.grow(P, t, c, d)
        lead.append(repaired.bond - smooth.bond)
    assert repaired.strength == pytest.approx(0.1 * (1.0 - P.scar_healing) ** 60)
    assert all(ahead > 0.0 for ahead in lead)
    assert max(lead) > 10.0 * lead[-1]
