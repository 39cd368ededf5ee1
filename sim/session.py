"""One session, in order, once: it begins, goes on for segments of five minutes, and ends.

Read it aloud: it should read like the paper. What each step does stands in ``sim.chain``.
"""

from __future__ import annotations

from sim import draws
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
    transfer,
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
    Therapist,
)


def begin(
    p: Parameters,
    g: Programme,
    t: Therapist,
    c: Patient,
    d: Dyad,
    luck: int,
    replicate: int,
    number: int,
) -> None:
    """Let both arrive: the therapist settles, the patient brings a theme and a mood."""
    agitation_word, theme_word, affect_word, space_word = draws.words(
        luck, replicate, t.therapist, c.patient, draws.segment_moment(number, 0), draws.ARRIVAL
    )
    intention_word, due_word, acting_word, _fourth = draws.words(
        luck, replicate, t.therapist, c.patient, draws.segment_moment(number, 0), draws.MEETING
    )
    # The therapist arrives, perhaps from the session before, perhaps after a moment's pause.
    t.agitation = transfer.reset(p, g, t, presence.arrival(p, t, draws.normal(agitation_word)))
    t.load = transfer.reset(p, g, t, p.carry_over * t.load)
    t.dullness = presence.dullness(p, t)
    t.presence = presence.level(p, t, presence.drift(p, t))
    t.hostility = hostility.rate(p, t)
    d.intention = intention.today(p, g, t, d, draws.normal(intention_word))

    # The patient arrives with a theme, shows more or less of it, and is more or less moved.
    theme = c.theme if draws.uniform(theme_word) < p.main_theme else c.second_theme
    d.hooked = self_attunement.hooked(p, t, theme)
    d.vulnerability = attunement.vulnerability(p, c, d)
    d.affect_mean = attunement.affect_mean(p, c, d)
    c.affect = max(0.0, d.affect_mean + p.affect_noise * draws.normal(affect_word))
    c.need = c.need_for_space + p.need_noise * draws.normal(space_word)

    c.expectancy = outcome.expectancy(p, t, c)
    c.hope = logistic(c.expectancy)

    # How they face each other today.
    d.warmth = attitude.toward_patient(p, t, c, d)
    d.steadiness = attitude.toward_relationship(p, t, d)
    d.reading = attunement.reading(p, t, c, d)
    d.recognising = attunement.recognising(p, c, d)
    _clear(d)

    # Some sessions call for action; the therapist may act, or accept what should not be accepted.
    d.action_due = 1 if draws.uniform(due_word) < outcome.action_due(p, c) else 0
    d.acted = 1 if d.action_due == 1 and draws.uniform(acting_word) < outcome.acting(p, t) else 0


def segment(
    p: Parameters,
    t: Therapist,
    c: Patient,
    d: Dyad,
    luck: int,
    replicate: int,
    number: int,
    index: int,
) -> None:
    """Live five minutes: the bowl fills, the patient is read and met, or missed."""
    moment = draws.segment_moment(number, index)
    presence_word, affect_word, space_word, overflow_word = draws.words(
        luck, replicate, t.therapist, c.patient, moment, draws.SEGMENT_STATE
    )
    hostile_word, lapse_word, catch_word, onset_word = draws.words(
        luck, replicate, t.therapist, c.patient, moment, draws.SEGMENT_EVENTS
    )
    # The patient's affect moves on; closeness and distance take turns.
    c.affect = attunement.affect(p, c, d, draws.jitter(affect_word))
    phase = 1.0 if (index >> 1) & 1 == 0 else -1.0
    c.need = closeness.need(p, c, phase, draws.jitter(space_word))

    # The therapist's mind drifts off and comes back; a lapse may be caught in time.
    t.presence = presence.settle(p, t, presence.drift(p, t), draws.jitter(presence_word))
    t.agitation = presence.calm(p, t)
    d.lapse = 1 if draws.uniform(lapse_word) < rupture.lapse(p, t) else 0
    d.caught = 0
    if d.lapse == 1:
        if draws.uniform(catch_word) < presence.catches(p, t):
            d.caught = 1
            t.presence = presence.come_back(p, t)
        else:
            t.presence = presence.lapse(p, t)

    # Something of the patient's pain is felt; the bowl holds it, or overflows.
    t.load = self_attunement.fill(p, t, c, d)
    d.overflow = 0
    if draws.uniform(overflow_word) < self_attunement.overflow(p, t, d):
        _overflow(p, t, c, d, luck, replicate, moment)

    # Stern's three steps: read, express, recognise.
    d.read_said = attunement.read_said(p, t, d)
    d.read_unsaid = attunement.read_unsaid(p, t, d)
    d.read = attunement.read(p, d)
    d.expressed = attunement.express(p, t, c, d)
    d.recognised = attunement.recognise(p, d)
    d.sent = d.read * d.expressed
    d.felt = d.sent * d.recognised
    t.attunement = d.sent
    d.closeness = closeness.follow(p, d, c.need)
    d.mismatch = closeness.mismatch(p, c, d)

    overflowed = 1.0 if d.overflow > 0 else 0.0
    acts = hostility.act(p, t, d, overflowed)
    d.hostile = 1 if draws.uniform(hostile_word) < acts else 0

    _rupture(p, t, c, d, luck, replicate, moment, onset_word)
    d.adherence = rupture.adherence(p, t, d)
    _answer(p, c, d, t.therapist, luck, replicate, moment)
    _tally(p, t, c, d)


def finish(p: Parameters, f: Frame, t: Therapist, c: Patient, d: Dyad) -> None:
    """Let the session sink in: feeling felt, fears, safety, alliance, self-attunement."""
    share = 1.0 / f.segments
    present = d.sum_presence * share
    felt = d.sum_felt * share
    holding = d.sum_held * share
    hurts = share * (d.hostile_acts + d.pushed_away)
    c.sessions_attended += 1

    window = d.sum_window * share
    regular = safety.frame(p, f)
    d.felt_attunement = attunement.feeling_felt(p, d, felt)
    c.fear_rejection = safety.fear_of_rejection(p, c, holding, hurts)
    c.fear_harm = safety.fear_of_harming(p, c, holding, share * d.overflows)
    d.safety = safety.safety(p, c, d, hurts, regular)
    d.ladder = attitude.climb(p, d, felt)

    if d.rupture_open == 1:
        rupture.fester(p, d)
    hostility.wound(p, d, hostility.harm(p, d.hostile_acts))
    alliance.grow(p, t, c, d)

    c.self_attunement_in_room += patient_self_attunement.exploring(
        p, c, d, felt, window, regular
    ) + patient_self_attunement.modelling(p, t, c, d, felt, present)
    patient_self_attunement.take_in(p, t, c, felt)
    patient_self_attunement.stretch(p, c, window, d.sum_swamped * share)
    c.self_attunement = patient_self_attunement.take_home(p, c)
    c.technique_work = outcome.technique_work(p, c, d, outcome.technique_skill(p, t, present))
    if d.action_due > d.acted:
        c.fortune = outcome.inaction(p, c)
    c.relational_work = outcome.relational_work(p, c, d)

    # What the session leaves with the therapist.
    t.attunement = d.sum_sent * share
    self_attunement.deepen(p, t, present, p.session_learning)
    t.fatigue += self_attunement.spent(p, t, d.sum_load * share)

    # Where the two stand now.
    d.rupture_probability = 1.0 - d.unbroken
    kind = d.rupture_kind if d.rupture_open == 1 else WITHDRAWAL
    d.repair_probability = rupture.notice(p, t, d, kind) * rupture.work_through(p, t, c, d)


def _clear(d: Dyad) -> None:
    """Begin a session's tallies at nothing."""
    d.sum_presence = 0.0
    d.sum_sent = 0.0
    d.sum_felt = 0.0
    d.sum_held = 0.0
    d.sum_load = 0.0
    d.sum_window = 0.0
    d.sum_swamped = 0.0
    d.felt = d.felt_attunement
    d.answered = 0
    d.adherence = 1.0
    d.unbroken = 1.0
    d.overflows = 0
    d.pushed_away = 0
    d.hostile_acts = 0
    d.answers = 0
    d.lapses = 0
    d.catches = 0
    d.ruptures = 0
    d.noticed = 0
    d.attempts = 0
    d.repaired = 0


def _overflow(
    p: Parameters, t: Therapist, c: Patient, d: Dyad, luck: int, replicate: int, moment: int
) -> None:
    """Let the bowl overflow: awareness blurs, and the therapist is swallowed or pushes away."""
    mode_word, _second, _third, _fourth = draws.words(
        luck, replicate, t.therapist, c.patient, moment, draws.OVERFLOW
    )
    d.overflow = ABSORBED if draws.uniform(mode_word) < t.absorbed else PUSHED_AWAY
    d.overflows += 1
    if d.overflow == PUSHED_AWAY:
        d.pushed_away += 1
    t.presence = presence.spill(p, t)
    t.load = self_attunement.release(p, t)


def _rupture(
    p: Parameters,
    t: Therapist,
    c: Patient,
    d: Dyad,
    luck: int,
    replicate: int,
    moment: int,
    onset_word: int,
) -> None:
    """Let a rupture begin; or, when one is open, let it be noticed or worked through."""
    d.onset = 0
    d.noticing = 0
    d.working = 0
    chance = rupture.onset(p, c, d)
    d.unbroken *= 1.0 - chance
    begins = draws.uniform(onset_word) < chance
    if d.rupture_open == 0 and not begins:
        return
    kind_word, notice_word, work_word, failure_word = draws.words(
        luck, replicate, t.therapist, c.patient, moment, draws.RUPTURE
    )
    if d.rupture_open == 0:
        confronts = draws.uniform(kind_word) < rupture.confrontation(p, c, d)
        rupture.begin(p, d, CONFRONTATION if confronts else WITHDRAWAL)
        d.onset = 1
        d.ruptures += 1
    elif d.rupture_noticed == 0:
        if draws.uniform(notice_word) < rupture.notice(p, t, d, d.rupture_kind):
            rupture.acknowledge(p, d)
            d.noticing = 1
            d.noticed += 1
    else:
        _work_through(p, t, c, d, draws.uniform(work_word), draws.uniform(failure_word))


def _work_through(
    p: Parameters, t: Therapist, c: Patient, d: Dyad, u_work: float, u_failure: float
) -> None:
    """Try to work a noticed rupture through; a failed try may answer in kind, or cling."""
    d.attempts += 1
    if u_work < rupture.work_through(p, t, c, d):
        d.working = WORKED_THROUGH
        d.repaired += 1
        rupture.repair(p, c, d)
        return
    defends = rupture.defend(p, t)
    clings = defends + (1.0 - defends) * rupture.cling(p, t, d)
    d.working = UNSETTLED
    if u_failure < defends:
        d.working = DEFENSIVE
        d.hostile = 1
        rupture.worsen(p, d)
    elif u_failure < clings:
        d.working = RIGID
        rupture.worsen(p, d)


def _answer(
    p: Parameters, c: Patient, d: Dyad, therapist: int, luck: int, replicate: int, moment: int
) -> None:
    """Let the patient answer a hostile act in kind, or not."""
    d.answered = 0
    if d.hostile == 0:
        return
    answer_word, _second, _third, _fourth = draws.words(
        luck, replicate, therapist, c.patient, moment, draws.EXCHANGE
    )
    if draws.uniform(answer_word) < hostility.answer(p, c, d):
        d.answered = 1
        d.answers += 1


def _tally(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> None:
    """Add this segment to the session."""
    d.sum_presence += t.presence
    d.sum_sent += d.sent
    d.sum_felt += d.felt
    d.sum_held += safety.held(p, t, c, d)
    d.sum_load += t.load
    d.sum_window += patient_self_attunement.tolerable(p, c)
    d.sum_swamped += patient_self_attunement.swamped(p, c, d)
    d.hostile_acts += d.hostile
    d.lapses += d.lapse
    d.catches += d.caught
