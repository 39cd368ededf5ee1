"""One session: what it does to both, and what its parts add up to."""

import dataclasses
import math
import random

import pytest

from sim import layout, schema, session
from sim.chain import (
    attunement,
    patient_self_attunement,
    rupture,
    safety,
    self_attunement,
)
from sim.parameters import Parameters, table
from sim.records import (
    ABSORBED,
    CONFRONTATION,
    DEFENSIVE,
    PUSHED_AWAY,
    UNSETTLED,
    WITHDRAWAL,
    WORKED_THROUGH,
    Dyad,
    Frame,
    Patient,
    Programme,
    Therapist,
)

P = Parameters()
SHORT = Frame(weeks=8, lead_in_weeks=1, follow_up_weeks=1)


def attend(p, t, c, d, number=1, luck=1, frame=SHORT):
    session.begin(p, Programme(), t, c, d, luck, 0, number)
    for index in range(1, frame.segments + 1):
        session.segment(p, t, c, d, luck, 0, number, index)
    session.finish(p, frame, t, c, d)


def copies(*people):
    return [dataclasses.replace(one) for one in people]


def with_ruptures(**more):
    """A world in which much goes wrong, so that a short course sees everything."""
    return Parameters({"onset_base": -2.5, "notice_base": -1.5, "hostile_rate": 0.05, **more})


@pytest.fixture(scope="module")
def stormy(live):
    """A few courses in which much goes wrong."""
    return [live(with_ruptures(), frame=SHORT, caseload=3, who=who) for who in range(4)]


# ---- what a session changes ----------------------------------------------------------------------


def test_a_session_changes_both_people_and_what_is_between_them(meet):
    t, c, d = meet()
    before = copies(t, c, d)
    attend(P, t, c, d)
    changed = [
        {f.name for f in dataclasses.fields(now) if getattr(now, f.name) != getattr(then, f.name)}
        for now, then in zip((t, c, d), before, strict=True)
    ]
    assert {"self_attunement", "attunement", "presence", "fatigue"} <= changed[0]
    assert {"self_attunement", "self_attunement_in_room"} <= changed[1]
    assert {"fear_rejection", "technique_work", "relational_work"} <= changed[1]
    assert {"felt_attunement", "alliance", "safety"} <= changed[2]
    assert {"rupture_probability", "repair_probability"} <= changed[2]
    assert c.sessions_attended == 1
    # Life outside the room, and who the therapist is, are not the session's business.
    assert not {"symptom_severity", "well_being", "relationships", "ending"} & changed[1]
    traits = {f.name for f in dataclasses.fields(t) if f.name.endswith(("_baseline", "_gain"))}
    assert not (traits | {"attention", "transfer", "practice_hours"}) & changed[0]


def test_the_same_address_is_the_same_session_and_another_is_not(meet):
    people = meet()
    first, again, other, later = (copies(*people) for _ in range(4))
    attend(P, *first)
    attend(P, *again)
    attend(P, *other, luck=2)
    attend(P, *later, number=2)
    assert first == again
    assert first != other
    assert first != later


def test_a_session_starts_its_tallies_afresh(meet):
    t, c, d = meet()
    for number in (1, 2):
        session.begin(P, Programme(), t, c, d, 1, 0, number)
        tallies = [f.name for f in dataclasses.fields(d) if f.name.startswith("sum_")]
        counts = ["overflows", "pushed_away", "hostile_acts", "lapses", "catches"]
        counts += ["ruptures", "noticed", "attempts", "repaired"]
        assert {getattr(d, name) for name in tallies + counts} == {0}
        assert d.unbroken == 1.0
        for index in range(1, 11):
            session.segment(P, t, c, d, 1, 0, number, index)
        assert d.sum_presence > 0.0


# ---- tallies -------------------------------------------------------------------------------------


def test_tallies_are_sums_over_segments(live, monkeypatch):
    """Every number of a session is the sum, the count or the product of its segments'."""
    chances, seen, tested = [], [], []
    onset = rupture.onset

    def watched(p, c, d):
        chances.append(onset(p, c, d))
        return chances[-1]

    def watch(moment, t, c, d):
        if moment == "segment":
            seen.append((dataclasses.replace(t), dataclasses.replace(d), dataclasses.replace(c)))
        if moment == "finish":
            dyads = [dyad for _, dyad, _ in seen]
            assert d.sum_presence == pytest.approx(sum(one.presence for one, _, _ in seen))
            assert d.sum_load == pytest.approx(sum(one.load for one, _, _ in seen))
            assert d.sum_sent == pytest.approx(sum(one.sent for one in dyads))
            assert d.sum_felt == pytest.approx(sum(one.felt for one in dyads))
            held = [safety.held(p, *one) for one in ((a, b, e) for a, e, b in seen)]
            assert d.sum_held == pytest.approx(sum(held))
            window = [patient_self_attunement.tolerable(p, one) for _, _, one in seen]
            assert d.sum_window == pytest.approx(sum(window))
            swamped = [patient_self_attunement.swamped(p, e, b) for _, b, e in seen]
            assert d.sum_swamped == pytest.approx(sum(swamped))
            assert d.overflows == sum(one.overflow > 0 for one in dyads)
            assert d.pushed_away == sum(one.overflow == PUSHED_AWAY for one in dyads)
            assert d.hostile_acts == sum(one.hostile for one in dyads)
            assert d.answers == sum(one.answered for one in dyads)
            assert d.lapses == sum(one.lapse for one in dyads)
            assert d.catches == sum(one.caught for one in dyads)
            assert d.ruptures == sum(one.onset for one in dyads)
            assert d.noticed == sum(one.noticing for one in dyads)
            assert d.attempts == sum(one.working > 0 for one in dyads)
            assert d.repaired == sum(one.working == WORKED_THROUGH for one in dyads)
            none = math.prod(1.0 - chance for chance in chances)
            assert d.rupture_probability == pytest.approx(1.0 - none)
            tested.append((d.ruptures, d.repaired, d.overflows, d.hostile_acts))
        if moment in {"finish", "begin"}:
            seen.clear()
            chances.clear()

    p = with_ruptures(bowl_size=1.5)
    monkeypatch.setattr(rupture, "onset", watched)
    live(p, frame=SHORT, caseload=4, watch=watch)
    assert len(tested) > 10
    assert all(any(column) for column in zip(*tested, strict=True))


def test_a_session_shares_out_what_its_segments_were(meet):
    t, c, d = meet()
    attend(P, t, c, d)
    assert t.attunement == pytest.approx(d.sum_sent / 10.0)
    kind = d.rupture_kind if d.rupture_open else WITHDRAWAL
    together = rupture.notice(P, t, d, kind) * rupture.work_through(P, t, c, d)
    assert d.repair_probability == pytest.approx(together)  # T89: noticing, then working through


# ---- what happens in five minutes ----------------------------------------------------------------


def test_a_rupture_takes_its_steps_one_at_a_time(stormy):
    """It begins; is noticed; is worked on; closes. One step a segment, never two at once."""
    steps = set()
    for lived in stormy:
        for slot in range(3):
            rows = [lived.segments[key] for key in sorted(lived.segments) if key[0] == slot]
            opened, noticed, session_number = 0, 0, None
            numbers = [key[1] for key in sorted(lived.segments) if key[0] == slot]
            for number, row in zip(numbers, rows, strict=True):
                if number != session_number:  # between sessions it may have closed over
                    session_number = number
                    still = row.rupture_open or row.working_through == WORKED_THROUGH
                    if opened and (not still or row.rupture_begins):
                        opened, noticed = 0, 0
                taken = (row.rupture_begins, row.noticed, row.working_through)
                assert sum(step > 0 for step in taken) <= 1
                assert not (row.rupture_begins and opened)
                assert not (row.noticed and (noticed or not opened))
                assert not (row.working_through and not noticed)
                opened = row.rupture_open
                noticed = opened and (noticed or row.noticed)
                closes = row.working_through == WORKED_THROUGH
                assert row.rupture_open == 0 if closes else row.rupture_open in {0, 1}
                assert (row.rupture_kind > 0) == (row.rupture_open == 1)
                assert (row.rupture_damage > 0.0) == (row.rupture_open == 1)
                steps.add(taken)
    assert {taken[2] for taken in steps} == {0, 1, 2, 3, 4}  # every way of working was seen
    assert {taken[0] for taken in steps} == {taken[1] for taken in steps} == {0, 1}


def test_both_kinds_of_rupture_and_of_overflow_happen(stormy):
    rows = [row for lived in stormy for row in lived.segments.values()]
    assert {row.rupture_kind for row in rows} == {0, WITHDRAWAL, CONFRONTATION}
    assert {row.overflow for row in rows} == {0, ABSORBED, PUSHED_AWAY}


def test_only_a_lapse_can_be_caught(stormy):
    rows = [row for lived in stormy for row in lived.segments.values()]
    assert all(row.caught <= row.lapse for row in rows)
    assert 0 < sum(row.caught for row in rows) < sum(row.lapse for row in rows)


def test_a_defensive_answer_is_a_hostile_act(stormy):  # T99
    rows = [row for lived in stormy for row in lived.segments.values()]
    assert all(row.hostile == 1 for row in rows if row.working_through == DEFENSIVE)
    assert any(row.hostile == 0 for row in rows if row.working_through == UNSETTLED)


def test_no_uninvited_themes(live, monkeypatch):  # T49
    """A therapist is hooked only by a theme of the patient's, and only if it is his or her own."""
    tried = []
    hooked = self_attunement.hooked

    def watched(p, t, theme):
        tried.append(theme)
        return hooked(p, t, theme)

    monkeypatch.setattr(self_attunement, "hooked", watched)

    def watch(moment, t, c, d):
        if moment == "begin":
            assert tried[-1] in {c.theme, c.second_theme}
            assert d.hooked == (t.hooks >> tried[-1]) % 2

    for main in (0.0, 0.5, 1.0):
        tried.clear()
        lived = live(Parameters({"main_theme": main}), frame=SHORT, caseload=3, watch=watch)
        themes = {c.theme for c in lived.patients}
        if main == 1.0:
            assert set(tried) == themes
        if main == 0.0:
            assert set(tried) == {c.second_theme for c in lived.patients}


# ---- knock-outs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["read", "express", "recognise"])
def test_without_one_of_three_steps_nothing_is_felt(live, monkeypatch, step):  # T35, K10
    monkeypatch.setattr(attunement, step, lambda *_: 0.0)
    lived = live(frame=SHORT)
    assert {row.felt_attunement for row in lived.segments.values()} == {0.0}
    assert {row.felt_attunement for row in lived.patient_rows} == {0.0}
    sent = {row.sent_attunement for row in lived.segments.values()}
    assert (sent == {0.0}) == (step != "recognise")


def test_without_resonance_it_is_light_and_cold(live):  # T61, K7
    cold = Parameters({"resonance_mean": 0.0, "resonance_spread": 0.0})
    lived = live(cold, frame=SHORT)
    for row in lived.segments.values():
        assert row.load == 0.0
        assert row.expressed == row.felt_attunement == 0.0
        assert row.read > 0.0
    warm = live(frame=SHORT)
    assert all(row.load > 0.0 for row in warm.segments.values())


@pytest.mark.parametrize(("bowl", "most"), [(2.0, 0.75), (8.0, 1.0)])
def test_resonance_can_be_too_little_and_too_much(live, bowl, most):  # T72
    """An inverted U, whose top lies further out with a bigger bowl."""

    def felt(resonance):
        p = Parameters({"resonance_mean": resonance, "resonance_spread": 0.0, "bowl_size": bowl})
        courses = [live(p, frame=SHORT, who=who, caseload=3) for who in range(4)]
        rows = [row for lived in courses for row in lived.patient_rows]
        return sum(row.felt_attunement for row in rows) / len(rows)

    found = {resonance: felt(resonance) for resonance in (0.0, 0.1, 0.35, most)}
    assert found[0.0] == 0.0 < found[0.1] < found[0.35]
    if bowl == 2.0:
        assert found[most] < found[0.35]
    else:
        assert found[most] > found[0.35]


def silent(**more):
    """A world in which nothing whatever brings a rupture about."""
    weights = [name for name in table() if name.startswith("onset_") and name != "onset_base"]
    return Parameters({**dict.fromkeys(weights, 0.0), "onset_base": -12.0, **more})


def test_where_nothing_brings_them_about_there_are_no_ruptures(live):
    rows = [row for who in range(4) for row in live(silent(), frame=SHORT, who=who).patient_rows]
    for name in ("ruptures", "noticed", "attempts", "repaired", "sessions_with_rupture"):
        assert {getattr(row, name) for row in rows} == {0}
    assert {row.lapses > 0 for row in rows} == {True}  # T84: lapses go on


def test_where_nobody_looks_no_rupture_is_noticed_or_repaired(live):  # T89, T94
    blind = with_ruptures(
        notice_base=-12.0, notice_presence=0.0, notice_cue=0.0, notice_steadiness=0.0
    )
    rows = [row for who in range(4) for row in live(blind, frame=SHORT, who=who).patient_rows]
    assert sum(row.ruptures for row in rows) > 20
    for name in ("noticed", "attempts", "repaired"):
        assert sum(getattr(row, name) for row in rows) == 0


def count(live, p, *names):
    rows = [
        row for who in range(8) for row in live(p, frame=SHORT, who=who, caseload=3).patient_rows
    ]
    return [sum(getattr(row, name) for row in rows) for name in names]


def test_a_world_that_prevents_and_a_world_that_detects(live):  # T85
    """Catching lapses makes ruptures fewer; noticing repairs more of those there are."""
    base = {"onset_base": -4.0, "onset_lapse": 3.0, "lapse_rate": 0.6, "dull_catching": 0.0}
    plain = Parameters(base)
    prevents = Parameters({**base, "catch_base": 4.0})
    detects = Parameters({**base, "notice_base": 0.0})
    wanted = ("ruptures", "noticed", "repaired")
    found = [count(live, p, *wanted) for p in (plain, prevents, detects)]
    assert found[1][0] < 0.7 * found[0][0]
    assert found[2][2] / found[2][0] > 1.3 * found[0][2] / found[0][0]


def test_lapses_outnumber_ruptures(live):  # T84
    lapses, ruptures = count(live, P, "lapses", "ruptures")
    assert lapses > 3 * ruptures > 0


# ---- anywhere in the ranges ----------------------------------------------------------------------


def anywhere(seed):
    """A set of parameters, each at an end of its range, at its default, or in between."""
    chance = random.Random(seed)  # noqa: S311
    return Parameters(
        {
            name: chance.choice([one.low, one.high, one.default, chance.uniform(one.low, one.high)])
            for name, one in table().items()
        }
    )


BOUNDED = {
    record: [
        f.name
        for f in layout.fields(record)
        if f.unit in {"level", "share", "probability"} and not f.name.startswith("sum_")
    ]
    for record in (Therapist, Patient, Dyad)
}
FLOATS = {
    record: [f.name for f in layout.fields(record) if f.kind is float]
    for record in (Therapist, Patient, Dyad)
}
#: What makes a study long.
SHORTNESS = {"weeks", "sessions_per_week", "segments", "lead_in_weeks", "follow_up_weeks"}
FEW = Frame(weeks=3, sessions_per_week=2, segments=6, lead_in_weeks=2, follow_up_weeks=2)


def anything(record, group, seed, **kept):
    """A record whose every field is at an end of its range, or in between; but for what is kept."""
    chance = random.Random(f"{group} {seed}")  # noqa: S311
    fields = {}
    for field in layout.fields(record):
        kind, low, high = schema.numbers()[f"{group}.{field.name}"]
        inner = chance.randint(low, high) if kind is int else chance.uniform(low, high)
        fields[field.name] = chance.choice([low, high, inner])
    return record(**{**fields, **kept})


@pytest.mark.parametrize("seed", range(60))
def test_anywhere_in_the_ranges_levels_stay_levels_and_numbers_finite(live, seed):
    """Every parameter, what is practised and where they meet: anything that may be asked for."""
    practised = anything(Programme, "training", seed, weeks=4, start_week=-2)
    short = {name: getattr(FEW, name) for name in FEW.__slots__ if name in SHORTNESS}
    setting = anything(Frame, "setting", seed, **short)

    def watch(_moment, *people):
        for one in people:
            for name in FLOATS[type(one)]:
                assert math.isfinite(getattr(one, name)), name
            for name in BOUNDED[type(one)]:
                assert -1e-12 <= getattr(one, name) <= 1.0 + 1e-12, name

    live(anywhere(seed), practised, setting, luck=seed, people=seed, watch=watch)
