"""Ruptures: what begins them, who notices, how they are worked through, and what they leave."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import alliance, attitude, rupture, self_attunement
from sim.parameters import Parameters
from sim.records import CONFRONTATION, WITHDRAWAL, Dyad, Patient, Therapist

P = Parameters()
levels = st.floats(0.0, 1.0)
traits = st.floats(-5.0, 5.0)
kinds = pytest.mark.parametrize("kind", [WITHDRAWAL, CONFRONTATION])


# ---- lapses and onset ----------------------------------------------------------------------------


def test_the_best_lapse_too_and_the_absent_more(falls):  # T82
    assert falls(lambda presence: rupture.lapse(P, Therapist(presence=presence)), 0.0, 1.0)
    assert rupture.lapse(P, Therapist(presence=1.0)) == P.lapse_floor > 0.0


def onset(p=P, sensitivity=0.0, fear=0.4, **segment):
    c = Patient(sensitivity=sensitivity, fear_rejection=fear)
    return rupture.onset(p, c, Dyad(**{"felt": 0.3, "alliance": 0.6, **segment}))


def test_what_brings_a_rupture_about(rises, falls):  # T43, T50, T64, T76, T84, T88
    assert falls(lambda felt: onset(felt=felt), 0.0, 1.0)
    assert rises(lambda mismatch: onset(mismatch=mismatch), 0.0, 9.0)
    assert rises(lambda sensitivity: onset(sensitivity=sensitivity), -5.0, 5.0)
    assert rises(lambda fear: onset(fear=fear), 0.0, 1.0)
    assert falls(lambda alliance: onset(alliance=alliance), 0.0, 1.0)
    assert onset(overflow=1) == onset(overflow=2) > onset()
    assert onset(hostile=1) > onset()
    assert onset(lapse=1) > onset()


def test_even_the_best_attuned_may_rupture():  # T82
    assert onset(felt=1.0, alliance=1.0, sensitivity=-3.0, fear=0.0) > 0.0


def test_not_every_lapse_does_damage():  # T84
    assert onset(lapse=1) < 0.5
    assert rupture.lapse(P, Therapist(presence=0.7)) > onset(lapse=1)


@given(levels, st.floats(0.0, 9.0), traits)
def test_a_lapse_caught_in_time_does_no_damage(felt, mismatch, sensitivity):  # T85
    there = {"felt": felt, "mismatch": mismatch, "sensitivity": sensitivity}
    assert onset(lapse=1, caught=1, **there) == onset(lapse=0, caught=0, **there)


@kinds
def test_preventing_and_noticing_are_two_paths(kind):  # T85
    t = Therapist(presence=0.7, attention=0.5, knowing=0.5, catching=0.3)
    c, d = Patient(fear_rejection=0.4), Dyad(felt=0.3, lapse=1, alliance=0.6, steadiness=0.7)
    prevents = Parameters({"catch_base": 2.0, "catch_attention": 1.0, "catch_knowing": 3.0})
    detects = Parameters({"notice_base": 1.0, "notice_presence": 4.0, "notice_cue": 3.0})

    def notices(p):
        return rupture.notice(p, t, d, kind), rupture.work_through(p, t, c, d)

    def prevented(p):
        return self_attunement.catching(p, t), rupture.onset(p, c, d), rupture.lapse(p, t)

    assert notices(prevents) == notices(P)
    assert prevented(detects) == prevented(P)
    assert self_attunement.catching(prevents, t) > self_attunement.catching(P, t)
    assert rupture.notice(detects, t, d, kind) > rupture.notice(P, t, d, kind)
    # Who catches well is no better at noticing for it.
    assert rupture.notice(P, dataclasses.replace(t, catching=0.9), d, kind) == notices(P)[0]


def test_some_confront_and_most_withdraw(rises):  # T93
    def confronts(trait, hostile=0):
        return rupture.confrontation(P, Patient(confrontation=trait), Dyad(hostile=hostile))

    assert rises(confronts, -5.0, 5.0)
    assert confronts(0.0) < 0.5
    assert confronts(0.0, hostile=1) > confronts(0.0)  # T99: hostile exchanges


# ---- noticing ------------------------------------------------------------------------------------


@kinds
def test_presence_notices(rises, kind):  # T90, T93
    assert rises(lambda x: rupture.notice(P, Therapist(presence=x), Dyad(), kind), 0.0, 1.0)


@given(levels)
def test_weak_cues_are_missed_more_often(presence):  # T93
    t, d = Therapist(presence=presence), Dyad(steadiness=0.6)
    assert rupture.notice(P, t, d, WITHDRAWAL) < rupture.notice(P, t, d, CONFRONTATION) < 1.0


def test_presence_matters_most_where_cues_are_weak():  # T93: in log odds, as the link is written
    def lift(kind):
        there, away = (rupture.notice(P, Therapist(presence=x), Dyad(), kind) for x in (1.0, 0.0))
        return there / (1.0 - there) / (away / (1.0 - away))

    assert lift(WITHDRAWAL) > lift(CONFRONTATION) > 1.0


@kinds
def test_steadiness_toward_the_relationship_notices(rises, kind):  # T20, T27
    t = Therapist(presence=0.7)
    assert rises(lambda x: rupture.notice(P, t, Dyad(steadiness=x), kind), 0.0, 1.0)


@kinds
def test_attention_to_the_relationship_notices(rises, kind):  # T20
    def notices(to_relationship, p=P):
        t = Therapist(presence=0.7, to_relationship=to_relationship)
        return rupture.notice(p, t, Dyad(), kind)

    assert rises(notices, 0.1, 3.0)
    even = Parameters({"notice_focus": 0.0})
    assert notices(0.1, even) == notices(3.0, even) == notices(1.0)


@given(levels, levels)
def test_noticing_alone_gives_nothing(bond, damage):  # T94
    d = Dyad(bond=bond, rupture_open=1, rupture_kind=1, rupture_damage=damage)
    before = dataclasses.replace(d)
    rupture.acknowledge(P, d)
    assert d == dataclasses.replace(before, rupture_noticed=1)
    for worth in (-0.3, 0.3):
        d = dataclasses.replace(before)
        rupture.acknowledge(Parameters({"notice_worth": worth}), d)
        assert (d.bond - bond) * worth >= 0.0


def test_training_in_ruptures_alone_notices_and_works_through(rises):  # T104
    def chances(skill):
        t = Therapist(presence=0.7, noticing=skill, working_through=skill, stance=1.5)
        d = Dyad(felt=0.3)
        return [
            rupture.notice(P, t, d, WITHDRAWAL),
            rupture.work_through(P, t, Patient(), d),
            rupture.onset(P, Patient(), d),
            self_attunement.catching(P, t),
        ]

    assert rises(lambda skill: chances(skill)[0], -2.0, 2.0)
    assert rises(lambda skill: chances(skill)[1], -2.0, 2.0)
    assert chances(2.0)[2:] == chances(0.0)[2:]  # it prevents nothing


# ---- working through -----------------------------------------------------------------------------


def works(p=P, patient=None, damage=0.15, **traits):
    t = Therapist(**{"presence": 0.7, **traits})
    t.stance = rupture.stance(p, t)
    return rupture.work_through(p, t, patient or Patient(), Dyad(rupture_damage=damage))


@pytest.mark.parametrize(
    ("trait", "component"),
    [
        ("attention", rupture.addressing),
        ("acceptance", rupture.not_defending),
        ("openness", rupture.hearing),
        ("presence", rupture.changing),
    ],
)
def test_each_of_four_components_adds(rises, trait, component):  # T97, T98
    low, high = (0.0, 1.0) if trait == "presence" else (-5.0, 5.0)
    assert rises(lambda x: works(**{trait: x}), low, high)
    parts = (rupture.addressing, rupture.not_defending, rupture.hearing, rupture.changing)
    poor, rich = Therapist(**{trait: low}), Therapist(**{trait: high})
    moved = [part for part in parts if part(P, rich) != part(P, poor)]
    assert moved == [component]


def test_reactivity_and_rigidity_take_away(falls):  # T97, T99, T100, T102
    assert falls(lambda x: works(reactivity=x), -5.0, 5.0)
    assert falls(lambda x: works(rigidity=x), -5.0, 5.0)


def test_lacking_one_component_cannot_be_made_up_for_within_it():
    """Each part saturates: the fullest attention gives no more than its quarter."""
    t = Therapist()
    for part in (rupture.addressing, rupture.not_defending, rupture.hearing):
        assert part(P, t) == 0.5
    assert rupture.stance(P, Therapist(attention=100.0)) == pytest.approx(2.0)


def test_the_patient_must_contribute(rises, falls):  # T96
    def with_patient(**state):
        return works(patient=Patient(**state))

    assert rises(lambda x: with_patient(self_attunement_in_room=x), -5.0, 5.0)
    assert falls(lambda fear: with_patient(fear_rejection=fear), 0.0, 1.0)
    # The same training of the therapist is worth less with a patient who has little to give.
    able, unable = (
        Patient(self_attunement_in_room=x, fear_rejection=y) for x, y in ((1.0, 0.1), (-3.0, 0.9))
    )
    worth = [
        works(patient=c, openness=1.0, acceptance=1.0) - works(patient=c) for c in (able, unable)
    ]
    assert worth[0] > worth[1] > 0.0


def test_deep_damage_is_hard_to_work_through(falls):  # T92
    assert falls(lambda damage: works(damage=damage), 0.0, 1.0)


# ---- two ways to fail ----------------------------------------------------------------------------


def test_reactivity_answers_in_kind_and_awareness_with_acceptance_loosens_it(rises, falls):  # T99
    def defends(reactivity=0.0, presence=0.7, kindness=0.6, introject=0.0):
        t = Therapist(
            reactivity=reactivity, presence=presence, gentleness=kindness, introject=introject
        )
        return rupture.defend(P, t)

    assert falls(lambda x: defends(introject=x), -5.0, 5.0)  # T53: as any hostile act

    assert rises(lambda x: defends(reactivity=x), -5.0, 5.0)
    assert falls(lambda x: defends(presence=x), 0.0, 1.0)  # T101
    assert falls(lambda x: defends(kindness=x), 0.0, 1.0)
    # Both are needed: awareness without acceptance does nothing, nor acceptance unaware.
    assert defends(presence=1.0, kindness=0.0) == defends(presence=0.0, kindness=1.0)
    assert defends(presence=1.0, kindness=0.0) == defends(presence=0.0, kindness=0.0)


def test_rigidity_clings_and_presence_lets_go(rises, falls):  # T100, T102
    d = Dyad(rupture_damage=0.2)
    assert rises(lambda x: rupture.cling(P, Therapist(rigidity=x), d), -5.0, 5.0)
    assert falls(lambda x: rupture.cling(P, Therapist(presence=x), d), 0.0, 1.0)
    assert rises(lambda x: rupture.cling(P, Therapist(), Dyad(rupture_damage=x)), 0.0, 1.0)
    calm = Parameters({"cling_threat": 0.0})
    assert rupture.cling(calm, Therapist(), Dyad(rupture_damage=1.0)) == rupture.cling(
        P, Therapist(), Dyad()
    )
    assert rises(lambda x: rupture.changing(P, Therapist(presence=x)), 0.0, 1.0)
    assert falls(lambda x: rupture.changing(P, Therapist(rigidity=x)), -5.0, 5.0)


@given(levels)
def test_a_bad_answer_and_time_deepen_the_damage(damage):  # T92, T95, T99, T100
    for deepen in (rupture.worsen, rupture.fester):
        d = Dyad(rupture_open=1, rupture_damage=damage)
        deepen(P, d)
        assert damage <= d.rupture_damage <= 1.0
        assert d.rupture_damage > damage or damage > 0.999
        assert d.rupture_open == 1


# ---- the treatment model -------------------------------------------------------------------------


@given(levels, st.floats(-3.0, 3.0), st.sampled_from([0, 1]), st.sampled_from([0, 1]))
def test_the_model_is_set_aside_only_while_a_rupture_is_worked_on(  # T100, T102
    presence, rigidity, rupture_open, noticed
):
    t = Therapist(presence=presence, rigidity=rigidity)
    d = Dyad(rupture_open=rupture_open, rupture_noticed=noticed)
    holds = rupture.adherence(P, t, d)
    if rupture_open and noticed:
        assert holds == pytest.approx(1.0 - P.adherence_dip * rupture.changing(P, t))
        assert holds < 1.0
        assert rupture.adherence(Parameters({"adherence_dip": 0.0}), t, d) == 1.0
    else:
        assert holds == 1.0


def test_the_rigid_hold_to_it_and_the_present_can_let_it_go(rises, falls):  # T102
    d = Dyad(rupture_open=1, rupture_noticed=1)
    assert rises(lambda x: rupture.adherence(P, Therapist(rigidity=x), d), -5.0, 5.0)
    assert falls(lambda x: rupture.adherence(P, Therapist(presence=x), d), 0.0, 1.0)


# ---- how it ends ---------------------------------------------------------------------------------


def torn(sessions=0, **state):
    """A dyad with a rupture that has been left open for so many sessions."""
    d = Dyad(**{"bond": 0.6, **state})
    rupture.begin(P, d, WITHDRAWAL)
    for _ in range(sessions):
        rupture.fester(P, d)
    return d


def nothing_open(d):
    return (d.rupture_open, d.rupture_kind, d.rupture_noticed, d.rupture_damage) == (0, 0, 0, 0.0)


@kinds
def test_a_rupture_begins(kind):
    d = Dyad(rupture_noticed=1)
    rupture.begin(P, d, kind)
    assert (d.rupture_open, d.rupture_kind, d.rupture_noticed) == (1, kind, 0)
    assert d.rupture_damage == P.rupture_damage > 0.0


@given(st.floats(0.0, 0.99), st.floats(0.0, 0.95))
def test_a_repair_overshoots_and_leaves_a_template(bond, template):  # T87, T95
    d, c = torn(bond=bond), Patient(template=template)
    rupture.repair(P, c, d)
    assert bond < d.bond <= 1.0
    assert template < c.template <= 1.0
    assert nothing_open(d)


def test_the_later_the_repair_the_less_is_won():  # T92
    bonds, scars = [], []
    for sessions in range(6):
        d = torn(sessions)
        rupture.repair(P, Patient(), d)
        bonds.append(d.bond)
        scars.append(d.scar)
    assert all(later < earlier for earlier, later in itertools.pairwise(bonds))
    assert all(later > earlier for earlier, later in itertools.pairwise(scars))


@given(st.floats(0.01, 1.0), st.floats(0.0, 0.5))
def test_a_rupture_buried_leaves_a_scar_and_mends_nothing(bond, scar):  # T88, T95
    d = torn(2, bond=bond, scar=scar)
    rupture.bury(P, d)
    assert d.bond == bond
    assert scar < d.scar <= 1.0
    assert nothing_open(d)


def test_only_what_is_open_closes_over():  # T88, T92
    assert rupture.closes_over(P, Dyad(rupture_open=0)) == 0.0
    assert rupture.closes_over(P, Dyad(rupture_open=1)) == P.closing_over
    never = Parameters({"closing_over": 0.0})
    assert rupture.closes_over(never, Dyad(rupture_open=1)) == 0.0


def test_repaired_at_once_buried_late_or_never_torn():  # T87, T88, T95
    """Where the bond tends afterwards: a repair lifts it for a while, a burial weighs on it."""
    repaired, buried, smooth = torn(0), torn(4), Dyad(bond=0.6)
    c = Patient()
    rupture.repair(P, c, repaired)
    rupture.bury(P, buried)
    after = [alliance.bond_target(P, c, d) for d in (repaired, smooth, buried)]
    assert after[0] > after[1] > after[2]
    assert after[0] - after[1] == pytest.approx(repaired.strength)
    assert repaired.bond > smooth.bond == buried.bond
    # What is won may be gone with the session; and the later the repair, the worse the start.
    fleeting = torn(0)
    rupture.repair(Parameters({"repair_lasting": 0.0}), Patient(), fleeting)
    assert fleeting.bond == repaired.bond
    assert alliance.bond_target(P, c, fleeting) == after[1]
    # Without the bonus a repair is at best as good as no rupture (K13).
    plain = torn(0)
    rupture.repair(Parameters({"repair_bonus": 0.0}), Patient(), plain)
    assert plain.bond == smooth.bond
    assert plain.scar >= smooth.scar


def test_a_rupture_repaired_at_once_leaves_the_bond_no_worse_than_none():  # T87, T95
    """Session by session: what the repair wins does not fade sooner than what it left behind."""
    start = {"bond": 0.6, "task": 0.6, "goal": 0.6, "felt_attunement": 0.2}
    repaired, smooth = torn(0, **start), Dyad(**start)
    t, c = Therapist(), Patient()
    rupture.repair(P, c, repaired)
    ahead = []
    for _ in range(30):
        for d in (repaired, smooth):
            alliance.grow(P, t, c, d)
        ahead.append(repaired.bond - smooth.bond)
    assert min(ahead) >= -1e-12


def test_the_worse_the_damage_the_deeper_the_scar():
    scars = []
    for sessions in range(6):
        d = torn(sessions)
        rupture.bury(P, d)
        scars.append(d.scar)
    assert all(later > earlier for earlier, later in itertools.pairwise(scars))


def test_readiness_for_repair_moves_with_training():  # T98, K0
    """All that a programme trains together makes noticing and working through likelier."""
    chances = []
    for gain in (0.0, 0.5, 1.0):
        t = Therapist(presence=0.6 + 0.1 * gain, attention=gain, acceptance=gain, openness=gain)
        t.steadiness = attitude.steadiness(P, t)
        t.stance = rupture.stance(P, t)
        d = Dyad(steadiness=attitude.toward_relationship(P, t, Dyad(alliance=0.6)))
        chances.append(
            rupture.notice(P, t, d, WITHDRAWAL) * rupture.work_through(P, t, Patient(), d)
        )
    assert chances == sorted(chances)
    assert len(set(chances)) == 3
