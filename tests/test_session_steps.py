"""One session, step by step: each is what its link says, in its place in the order."""

import dataclasses
import itertools
import math

import pytest

from sim import course, draws, session
from sim.chain import (
    alliance,
    attitude,
    attunement,
    closeness,
    hostility,
    intention,
    outcome,
    patient_self_attunement,
    presence,
    rupture,
    safety,
    self_attunement,
)
from sim.chain.curves import logistic
from sim.parameters import Parameters
from sim.records import (
    ABSORBED,
    CONFRONTATION,
    DEFENSIVE,
    PUSHED_AWAY,
    RIGID,
    UNSETTLED,
    WITHDRAWAL,
    WORKED_THROUGH,
    Dyad,
    Frame,
    Patient,
    Programme,
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


# ---- step by step --------------------------------------------------------------------------------


def test_arriving(meet):
    """How they face each other at the beginning is what the links say of these two today."""
    t, c, d = meet()
    words = draws.words(1, 0, 0, 0, draws.segment_moment(1, 0), draws.ARRIVAL)
    agitation, theme, affect, space = words
    c.theme, c.second_theme, t.hooks = 3, 5, 1 << 3
    c.expectancy_intake, t.hope = 0.8, 0.4
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    assert t.agitation == presence.arrival(P, t, draws.normal(agitation))
    assert t.presence == presence.level(P, t, presence.drift(P, t))
    assert t.hostility == hostility.rate(P, t)
    meeting = draws.words(1, 0, 0, 0, draws.segment_moment(1, 0), draws.MEETING)
    today, due, acting, _ = meeting
    assert d.intention == intention.today(P, Programme(), t, d, draws.normal(today))
    assert d.action_due == (draws.uniform(due) < outcome.action_due(P, c))
    assert d.acted == (d.action_due == 1 and draws.uniform(acting) < outcome.acting(P, t))
    assert d.hooked == (draws.uniform(theme) < P.main_theme)
    assert c.expectancy == outcome.expectancy(P, t, c)
    assert c.hope == logistic(c.expectancy)
    assert d.vulnerability == attunement.vulnerability(P, c, d)
    assert d.affect_mean == attunement.affect_mean(P, c, d)
    assert c.affect == max(0.0, d.affect_mean + P.affect_noise * draws.normal(affect))
    assert c.need == c.need_for_space + P.need_noise * draws.normal(space)
    assert d.warmth == attitude.toward_patient(P, t, c, d)
    assert d.steadiness == attitude.toward_relationship(P, t, d)
    assert d.reading == attunement.reading(P, t, c, d)
    assert d.recognising == attunement.recognising(P, c, d)


@pytest.mark.parametrize("index", range(1, 11))
def test_five_minutes(meet, monkeypatch, index):
    """What a segment leaves is what the links make of it, where nothing special happens."""
    for module, link in (
        (rupture, "lapse"),
        (rupture, "onset"),
        (self_attunement, "overflow"),
        (hostility, "act"),
    ):
        monkeypatch.setattr(module, link, lambda *_: 0.0)
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    was, patient, dyad = copies(t, c, d)
    session.segment(P, t, c, d, 1, 0, 1, index)
    words = draws.words(1, 0, 0, 0, draws.segment_moment(1, index), draws.SEGMENT_STATE)
    settled, affect, space = (draws.jitter(word) for word in words[:3])
    assert c.affect == attunement.affect(P, patient, dyad, affect)
    assert c.need in {closeness.need(P, patient, phase, space) for phase in (1.0, -1.0)}
    assert t.presence == presence.settle(P, was, presence.drift(P, was), settled)
    assert t.agitation == presence.calm(P, was)
    assert t.load == self_attunement.fill(P, dataclasses.replace(t, load=was.load), c, d)
    assert d.read_said == attunement.read_said(P, t, d)
    assert d.read_unsaid == attunement.read_unsaid(P, t, d)
    assert d.read == attunement.read(P, d)
    assert d.expressed == attunement.express(P, t, c, d)
    assert d.recognised == attunement.recognise(P, d)
    assert (d.sent, d.felt) == (d.read * d.expressed, d.read * d.expressed * d.recognised)
    assert t.attunement == d.sent
    offered = dataclasses.replace(d, closeness=dyad.closeness)
    assert d.closeness == closeness.follow(P, offered, c.need)
    assert d.mismatch == closeness.mismatch(P, c, d)
    assert d.adherence == rupture.adherence(P, t, d)
    assert d.sum_window == patient_self_attunement.tolerable(P, c)
    assert d.sum_swamped == patient_self_attunement.swamped(P, c, d)


#: Events, the link that gives each its chance, and how it shows in a segment.
EVENTS = {
    "lapse": (rupture, "lapse", lambda d: d.lapse == 1),
    "overflow": (self_attunement, "overflow", lambda d: d.overflow > 0),
    "hostile act": (hostility, "act", lambda d: d.hostile == 1),
    "rupture": (rupture, "onset", lambda d: d.onset == 1),
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_happens_as_often_as_its_link_says(meet, monkeypatch, event):
    module, link, shows = EVENTS[event]
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    for chance in (0.0, 0.3, 1.0):
        monkeypatch.setattr(module, link, lambda *_, chance=chance: chance)
        seen = 0
        for number in range(1, 41):
            for index in range(1, 11):
                one = copies(t, c, d)
                session.segment(P, *one, 1, 0, number, index)
                seen += shows(one[2])
        assert seen == pytest.approx(400 * chance, abs=4.0 * math.sqrt(400 * chance * (1 - chance)))


#: What may become of an open rupture, by the links that decide and what they are set to.
TURNS = {
    "nobody notices": ({"notice": 0.0}, 0, lambda d: d.rupture_noticed == 0),
    "it is noticed": ({"notice": 1.0}, 0, lambda d: d.noticing == 1 == d.rupture_noticed),
    "it is worked through": ({"work_through": 1.0}, 1, lambda d: d.working == WORKED_THROUGH),
    "it stays unsettled": (
        {"work_through": 0.0, "defend": 0.0, "cling": 0.0},
        1,
        lambda d: d.working == UNSETTLED,
    ),
    "it is answered in kind": (
        {"work_through": 0.0, "defend": 1.0},
        1,
        lambda d: d.working == DEFENSIVE and d.hostile == 1 and d.rupture_damage > 0.5,
    ),
    "the model is clung to": (
        {"work_through": 0.0, "defend": 0.0, "cling": 1.0},
        1,
        lambda d: d.working == RIGID and d.rupture_damage > 0.5,
    ),
}


@pytest.mark.parametrize("turn", TURNS)
def test_what_becomes_of_an_open_rupture(meet, monkeypatch, turn):  # T89, T97, T99, T100
    links, noticed, shows = TURNS[turn]
    for link, chance in links.items():
        monkeypatch.setattr(rupture, link, lambda *_, chance=chance: chance)
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    d.rupture_open, d.rupture_kind, d.rupture_noticed, d.rupture_damage = 1, 1, noticed, 0.5
    for index in range(1, 41):
        one = copies(t, c, d)
        session.segment(P, *one, 1, 0, 1, index)
        assert shows(one[2])


def test_two_ways_to_fail_share_what_fails(meet, monkeypatch):  # T99, T100
    """Half answer in kind; of the others, half cling: a half, a quarter and a quarter."""
    for link, chance in {"work_through": 0.0, "defend": 0.5, "cling": 0.5}.items():
        monkeypatch.setattr(rupture, link, lambda *_, chance=chance: chance)
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    d.rupture_open, d.rupture_kind, d.rupture_noticed = 1, 1, 1
    found = dict.fromkeys((DEFENSIVE, RIGID, UNSETTLED), 0)
    for number in range(1, 81):
        for index in range(1, 11):
            one = copies(t, c, d)
            session.segment(P, *one, 1, 0, number, index)
            found[one[2].working] += 1
    for working, share in {DEFENSIVE: 0.5, RIGID: 0.25, UNSETTLED: 0.25}.items():
        assert found[working] == pytest.approx(800 * share, abs=4.0 * math.sqrt(800 * 0.25))


@pytest.mark.parametrize("kind", [WITHDRAWAL, CONFRONTATION])
def test_a_rupture_is_of_the_kind_that_its_link_says(meet, monkeypatch, kind):  # T93
    monkeypatch.setattr(rupture, "onset", lambda *_: 1.0)
    monkeypatch.setattr(rupture, "confrontation", lambda *_: float(kind == CONFRONTATION))
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    session.segment(P, t, c, d, 1, 0, 1, 1)
    assert (d.onset, d.rupture_kind, d.rupture_damage) == (1, kind, P.rupture_damage)


@pytest.mark.parametrize("mode", [ABSORBED, PUSHED_AWAY])
def test_a_bowl_that_overflows(meet, monkeypatch, mode):  # T43
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    t.absorbed = float(mode == ABSORBED)
    calm, spilt = copies(t, c, d), copies(t, c, d)
    monkeypatch.setattr(rupture, "lapse", lambda *_: 0.0)
    for chance, people in ((0.0, calm), (1.0, spilt)):
        monkeypatch.setattr(self_attunement, "overflow", lambda *_, chance=chance: chance)
        session.segment(P, *people, 1, 0, 1, 1)
    assert spilt[2].overflow == mode
    assert (spilt[2].overflows, spilt[2].pushed_away) == (1, int(mode == PUSHED_AWAY))
    assert spilt[0].load == pytest.approx((1.0 - P.overflow_release) * calm[0].load)
    assert spilt[0].presence == presence.spill(P, calm[0])
    assert spilt[2].felt < calm[2].felt


def test_a_lapse_caught_and_a_lapse_not_caught(meet, monkeypatch):  # T84, T85
    monkeypatch.setattr(self_attunement, "overflow", lambda *_: 0.0)
    t, c, d = meet()
    session.begin(P, Programme(), t, c, d, 1, 0, 1)
    here, caught, missed = (copies(t, c, d) for _ in range(3))
    for lapses, catches, people in ((0.0, 0.0, here), (1.0, 1.0, caught), (1.0, 0.0, missed)):
        monkeypatch.setattr(rupture, "lapse", lambda *_, lapses=lapses: lapses)
        people[0].catching = catches
        session.segment(P, *people, 1, 0, 1, 1)
    assert [people[2].caught for people in (here, caught, missed)] == [0, 1, 0]
    assert caught[0].presence == presence.come_back(P, here[0])
    assert missed[0].presence == presence.lapse(P, here[0])


def test_sinking_in(live):
    """What a session leaves is what the links make of its means and shares."""
    before = []

    def watch(moment, t, c, d):
        if moment == "segment":
            before[:] = copies(t, c, d)
        if moment != "finish":
            return
        was_t, was_c, was_d = before
        sums = (d.sum_presence, d.sum_felt, d.sum_held, d.sum_window, d.sum_swamped)
        present, felt, holding, window, swamped = (0.1 * total for total in sums)
        hurts = 0.1 * (d.hostile_acts + d.pushed_away)
        regular = safety.frame(P, SHORT)
        assert d.felt_attunement == attunement.feeling_felt(P, was_d, felt)
        assert c.fear_rejection == safety.fear_of_rejection(P, was_c, holding, hurts)
        assert c.fear_harm == safety.fear_of_harming(P, was_c, holding, 0.1 * d.overflows)
        calmed = dataclasses.replace(was_d, felt_attunement=d.felt_attunement)
        calmed.safety = safety.safety(P, c, calmed, hurts, regular)
        calmed.ladder = attitude.climb(P, calmed, felt)
        assert d.ladder == calmed.ladder
        if calmed.rupture_open == 1:
            rupture.fester(P, calmed)
        hostility.wound(P, calmed, hostility.harm(P, d.hostile_acts))
        alliance.grow(P, t, c, calmed)
        assert (d.safety, d.bond, d.alliance) == (calmed.safety, calmed.bond, calmed.alliance)
        explored = patient_self_attunement.exploring(P, was_c, calmed, felt, window, regular)
        modelled = patient_self_attunement.modelling(P, was_t, was_c, calmed, felt, present)
        moved = c.self_attunement_in_room - was_c.self_attunement_in_room
        assert moved == pytest.approx(explored + modelled, abs=1e-14)
        home = dataclasses.replace(c, self_attunement=was_c.self_attunement)
        patient_self_attunement.take_in(P, was_t, was_c, felt)
        patient_self_attunement.stretch(P, was_c, window, swamped)
        assert (c.reflective, c.comforting, c.bowl) == (
            was_c.reflective,
            was_c.comforting,
            was_c.bowl,
        )
        assert c.self_attunement == patient_self_attunement.take_home(P, home)
        skill = outcome.technique_skill(P, t, present)
        assert c.technique_work == outcome.technique_work(P, was_c, calmed, skill)
        assert c.relational_work == outcome.relational_work(P, was_c, calmed)
        self_attunement.deepen(P, was_t, present, P.session_learning)
        assert t.self_attunement == was_t.self_attunement

    live(frame=SHORT, caseload=3, watch=watch)


# ---- order within the session --------------------------------------------------------------------


def test_closeness_and_distance_take_turns(live, monkeypatch):  # T77
    phases = []
    need = closeness.need
    monkeypatch.setattr(
        closeness, "need", lambda p, c, phase, z: phases.append(phase) or need(p, c, phase, z)
    )
    live(frame=Frame(weeks=1, lead_in_weeks=0, follow_up_weeks=0), caseload=1)
    assert set(phases) == {-1.0, 1.0}
    assert sum(phases) == pytest.approx(0.0, abs=2.0)
    runs = [len(list(run)) for _, run in itertools.groupby(phases)]
    assert max(runs) <= 2


def test_what_a_session_leaves_with_the_therapist(meet):  # T83
    t, c, d = meet()
    attend(P, t, c, d)
    assert t.fatigue == pytest.approx(P.strain * d.sum_load / 10.0 / t.capacity)
    load = t.load
    session.begin(P, Programme(), t, Patient(), Dyad(), 1, 0, 2)
    assert t.load == pytest.approx(P.carry_over * load)


def test_a_reset_only_stills_the_arrival(meet):  # T139
    t, c, d = meet(Parameters({"transfer": 1.0, "agitation_base": 2.0}))
    arrived = {}
    for reset in (0.0, 0.5, 1.0):
        one = copies(t, c, d)
        p = Parameters({"transfer": 1.0, "agitation_base": 2.0})
        session.begin(p, Programme(reset=reset), *one, 1, 0, 1)
        arrived[reset] = one[0]
    assert arrived[1.0].agitation == 0.0
    assert arrived[0.5].agitation == pytest.approx(0.5 * arrived[0.0].agitation)
    assert arrived[1.0].presence > arrived[0.5].presence > arrived[0.0].presence


def test_an_open_rupture_lives_on_and_festers(meet):  # T92
    t, c, d = meet()
    never = Parameters({"notice_base": -12.0, "notice_presence": 0.0})
    rupture.begin(P, d, WITHDRAWAL)
    damages = []
    for number in (1, 2, 3):
        attend(never, t, c, d, number)
        damages.append(d.rupture_damage)
        course.close(c)
    assert damages[0] < damages[1] < damages[2]
