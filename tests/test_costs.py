"""What practice asks, and what it costs: who takes it up, who gives up, strain, drift, inaction."""

import dataclasses
import itertools

import pytest

from sim import course
from sim.parameters import Parameters
from sim.records import Frame, Programme

P = Parameters()
SHORT = Frame(weeks=8, lead_in_weeks=8, follow_up_weeks=1)
#: A course that trains nothing, and costs.
COSTLY = Programme(
    hours_per_week=7.0,
    weeks=8,
    start_week=-8,
    maintenance_hours=2.0,
    strain=0.05,
    technique_drift=0.02,
    displacement=0.8,
)
#: The same hours, spent on what helps.
HELPFUL = dataclasses.replace(COSTLY, attention=0.02, love=0.02, hope=0.3)


def years(meet, p, programme, weeks=16, **traits):
    """A therapist's weeks, as they were."""
    t, _, _ = meet(p, programme, **traits)
    seen = []
    for week in range(-8, weeks - 8):
        course.week(p, programme, t, week, 1, 0)
        seen.append(dataclasses.replace(t))
    return seen


# ---- taking it up, and giving it up --------------------------------------------------------------


def test_who_does_not_take_it_up_is_as_untrained(live):  # T143
    nobody = Parameters({"adoption": 0.0})
    asked, not_asked = live(nobody, HELPFUL, SHORT), live(nobody, frame=SHORT)
    assert asked.segments == not_asked.segments
    assert repr(asked.patient_rows) == repr(not_asked.patient_rows)
    assert asked.therapist_row.practice_minutes == 0.0
    assert (asked.therapist.practising, not_asked.therapist.practising) == (0, 1)
    assert asked.therapist.hope == 0.0


def test_practice_once_given_up_is_not_taken_up_again(meet):  # T143
    lost = 0
    for who in range(60):
        weeks = years(meet, Parameters({"attrition_base": -2.5}), HELPFUL, therapist=who)
        practising = [t.practising for t in weeks]
        assert practising == sorted(practising, reverse=True)
        done = [b.practice_hours - a.practice_hours for a, b in itertools.pairwise(weeks)]
        for hours, goes_on in zip(done, practising[1:], strict=True):
            assert (hours > 0.0) == (goes_on == 1)
        lost += practising[-1] == 0
    # Of sixty with odds of 1 in 12 a week over sixteen weeks.
    assert 30 < lost < 59


def test_what_was_gained_fades_when_practice_is_given_up(meet):  # T138
    weeks = years(meet, Parameters({"attrition_base": -30.0}), HELPFUL)
    t = dataclasses.replace(weeks[-1], practising=0)
    before = dataclasses.replace(t)
    for week in range(8, 20):
        course.week(P, HELPFUL, t, week, 1, 0)
    assert 0.0 < t.love_gain < before.love_gain
    assert t.practice_hours == before.practice_hours
    assert t.practice_strain == 0.0


# ---- aims ----------------------------------------------------------------------------------------


def test_aims_ripen_while_one_practises_and_only_then(meet):  # T30
    weeks = years(meet, Parameters({"attrition_base": -30.0}), HELPFUL)
    liberation = [t.aim_liberation for t in weeks]
    assert all(later > earlier for earlier, later in itertools.pairwise(liberation))
    idle = years(meet, P, Programme())
    assert len({t.aim_liberation for t in idle}) == 1


def test_what_one_aims_for_shapes_what_one_gets(meet):  # T28, T32: one course, two therapists
    p = Parameters({"attrition_base": -30.0})
    calm, loving = (
        years(meet, p, HELPFUL, **{f"own_aim_{aim}": 1.5})[-1] for aim in ("regulation", "relation")
    )
    assert calm.attention_gain > loving.attention_gain > 0.0
    assert loving.love_gain > calm.love_gain > 0.0
    blind = Parameters({"attrition_base": -30.0, "aim_weight": 0.0})
    calm, loving = (
        years(meet, blind, HELPFUL, **{f"own_aim_{aim}": 1.5})[-1]
        for aim in ("regulation", "relation")
    )
    assert (calm.attention_gain, calm.love_gain) == (loving.attention_gain, loving.love_gain)


# ---- strain, drift, and lessons missed -----------------------------------------------------------


def presence_of(lived):
    return sum(row.presence for row in lived.segments.values()) / len(lived.segments)


def test_practice_strains_and_is_off_the_mark_for_it(live):
    """A course that costs and gives nothing: less present, less skilled, and no better outcome."""
    paid, spared = live(P, COSTLY, SHORT), live(P, frame=SHORT)
    assert presence_of(paid) < presence_of(spared)
    assert paid.therapist_row.technique_room < spared.therapist_row.technique_room
    assert paid.therapist_row.attention_post == spared.therapist_row.attention_post


def test_without_costs_it_is_as_if_it_had_not_been(live):
    free = Parameters({"costs": 0.0})
    paid, spared = live(free, COSTLY, SHORT), live(free, frame=SHORT)
    assert paid.segments == spared.segments
    assert repr(paid.patient_rows) == repr(spared.patient_rows)
    assert paid.therapist_row.technique_room == spared.therapist_row.technique_room
    assert paid.therapist_row.practice_minutes > 0.0


def test_the_costs_are_off_where_nothing_crosses(live):  # T140
    null = Parameters({"transfer": 0.0})
    paid, spared = live(null, COSTLY, SHORT), live(null, frame=SHORT)
    assert paid.segments == spared.segments
    assert repr(paid.patient_rows) == repr(spared.patient_rows)


@pytest.mark.parametrize("proneness", [0.2, 1.0, 4.0])
def test_practice_strains_some_more_than_others(meet, proneness):
    p = Parameters({"attrition_base": -30.0})
    once, so = years(meet, p, COSTLY), years(meet, p, COSTLY, strain_proneness=proneness)
    for one, other in zip(once, so, strict=True):
        assert other.practice_strain == pytest.approx(proneness * one.practice_strain)
        assert other.technique == one.technique


@pytest.mark.parametrize("manualised", [0.0, 0.5, 1.0])
def test_only_technique_by_the_manual_drifts(live, manualised):  # theory map, 11.4
    frame = dataclasses.replace(SHORT, manualised=manualised)
    drifts = dataclasses.replace(COSTLY, displacement=0.0)
    lived = live(P, drifts, frame)
    row, t = lived.therapist_row, lived.therapist
    lost = row.technique_pre - row.technique_room
    assert lost == pytest.approx(t.transfer * manualised * t.practice_drift)
    assert t.practice_drift > 0.0


# ---- action that is due --------------------------------------------------------------------------


def test_what_was_due_and_not_done_is_a_misfortune(live):  # theory map, 11.4
    p = Parameters({"due_base": -0.5, "acting_base": 0.0, "inaction_cost": 0.3})
    before, seen = {}, []

    def watch(moment, _t, c, d):
        if moment == "segment":
            before["fortune"] = c.fortune
        if moment == "finish":
            lost = 0.3 if d.action_due and not d.acted else 0.0
            assert c.fortune == pytest.approx(before["fortune"] + lost, abs=1e-12)
            assert d.acted <= d.action_due
            seen.append((d.action_due, d.acted))

    rows = [live(p, frame=SHORT, caseload=3, who=who, watch=watch).patient_rows for who in range(3)]
    assert set(seen) == {(0, 0), (1, 0), (1, 1)}
    counted = [
        sum(getattr(r, n) for rs in rows for r in rs) for n in ("actions_due", "actions_taken")
    ]
    assert counted == [sum(due for due, _ in seen), sum(acted for _, acted in seen)]


def test_the_accepting_let_more_of_it_go_by(live):  # theory map, 11.4: a cost of acceptance
    p = Parameters({"due_base": 0.0, "acting_base": 0.0, "acting_acceptance": 1.0})
    accepting = Programme(weeks=8, start_week=-8, hours_per_week=7.0, acceptance=0.1)

    def omitted(programme):
        courses = [live(p, programme, SHORT, caseload=4, who=who) for who in range(6)]
        rows = [row for lived in courses for row in lived.patient_rows]
        due, taken = (sum(getattr(r, f"actions_{n}") for r in rows) for n in ("due", "taken"))
        return 1.0 - taken / due

    assert omitted(accepting) > omitted(Programme()) + 0.05
