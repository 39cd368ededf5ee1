"""Closeness: the wish for it swings, and the therapist follows as far as it is seen."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import draws
from sim.chain import closeness
from sim.parameters import Parameters
from sim.records import ABSORBED, PUSHED_AWAY, Dyad, Patient

P = Parameters()
levels = st.floats(0.0, 1.0)
wishes = st.floats(-3.0, 3.0)


# ---- what is wanted ------------------------------------------------------------------------------


def test_the_wish_for_closeness_swings_about_the_patients_own():  # T77
    c = Patient(need_for_space=-0.4, need=0.0)
    found = {}
    for phase in (1.0, -1.0):
        for _ in range(80):
            c.need = closeness.need(P, c, phase, 0.0)
        found[phase] = c.need
    assert found[1.0] == pytest.approx(-0.4 + P.need_swing)
    assert found[-1.0] == pytest.approx(-0.4 - P.need_swing)


# ---- what is offered -----------------------------------------------------------------------------


def missed(read, need=-1.5, offered=0.5):
    """How badly closeness misses after one segment in which so much was read of face and tone."""
    d = Dyad(closeness=offered, read_unsaid=read)
    d.closeness = closeness.follow(P, d, need)
    return closeness.mismatch(P, Patient(need=need), d)


def test_closeness_follows_the_need_as_far_as_it_is_read(falls):  # T76
    assert falls(missed, 0.0, 1.0)


@given(levels, levels, wishes)
def test_what_is_said_does_not_tell_how_near_to_come(said, read, wanted):  # T78
    told = Dyad(closeness=0.5, read_said=said, read=said, read_unsaid=read)
    assert closeness.follow(P, told, wanted) == closeness.follow(
        P, Dyad(closeness=0.5, read_unsaid=read), wanted
    )


@given(wishes, wishes)
def test_who_is_blind_to_it_falls_back_on_habit(start, wanted):  # T78
    d = Dyad(closeness=start, read_unsaid=0.0)
    for _ in range(60):
        d.closeness = closeness.follow(P, d, wanted)
    assert d.closeness == pytest.approx(P.closeness_habit, abs=1e-9)


def test_the_blind_come_too_near_to_who_wants_room():  # T78
    assert P.closeness_habit > 0.0
    assert missed(0.0, need=-1.0, offered=0.0) > missed(0.0, need=1.0, offered=0.0)


@given(wishes, wishes)
def test_who_sees_it_all_follows_all_the_way(start, wanted):  # T76
    d = Dyad(closeness=start, read_unsaid=1.0)
    after = closeness.follow(P, d, wanted)
    assert after == pytest.approx(start + P.closeness_tracking * (wanted - start), abs=1e-12)


def test_who_does_not_follow_stays_where_he_is():
    still = Parameters({"closeness_tracking": 0.0})
    assert closeness.follow(still, Dyad(closeness=0.7, read_unsaid=0.9), -2.0) == 0.7


def test_the_swallowed_come_too_near_and_the_overwhelmed_stand_off():  # T43
    held = closeness.follow(P, Dyad(read_unsaid=0.5), 0.0)
    offered = {
        overflow: closeness.follow(P, Dyad(read_unsaid=0.5, overflow=overflow), 0.0)
        for overflow in (ABSORBED, PUSHED_AWAY)
    }
    assert offered[ABSORBED] == pytest.approx(held + P.closeness_overflow)
    assert offered[PUSHED_AWAY] == pytest.approx(held - P.closeness_overflow)


# ---- what is missed ------------------------------------------------------------------------------


@given(wishes, st.floats(0.0, 5.0), st.floats(0.0, 1.4))
def test_too_near_misses_as_badly_as_too_far_while_it_can_be_borne(need, gap, affect):
    c = Patient(need=need, affect=affect, bowl=1.5)
    near, far = (Dyad(closeness=need + side * gap) for side in (1.0, -1.0))
    assert closeness.mismatch(P, c, near) == pytest.approx(closeness.mismatch(P, c, far), abs=1e-9)
    assert closeness.mismatch(P, c, Dyad(closeness=need)) == 0.0


@given(wishes, st.floats(0.01, 2.0), st.floats(0.1, 5.0))
def test_too_near_is_worst_for_who_is_past_bearing_it(need, gap, more):  # T78
    """As with an infant that turns its head away, and is followed."""
    calm = Patient(need=need, affect=1.4, bowl=1.5)
    swamped = dataclasses.replace(calm, affect=1.5 + more)
    near, far = (Dyad(closeness=need + side * gap) for side in (1.0, -1.0))
    crowded = closeness.mismatch(P, swamped, near)
    assert crowded == pytest.approx(
        min(9.0, closeness.mismatch(P, calm, near) * (1.0 + P.crowding)), abs=1e-12
    )
    assert closeness.mismatch(P, swamped, far) == closeness.mismatch(P, calm, far)
    none = Parameters({"crowding": 0.0})
    assert closeness.mismatch(none, swamped, near) == closeness.mismatch(none, calm, near)


@pytest.mark.parametrize("read", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("own", [-0.8, 0.0, 0.8])
def test_tracked_closeness_beats_constant_closeness_of_equal_mean(read, own):  # T76, T77
    """Sixty sessions of ten segments of a wish for closeness that swings and wanders."""
    c, d = Patient(need_for_space=own, need=own), Dyad(read_unsaid=read, closeness=own)
    needs, offered = [], []
    for moment in range(600):
        word, *_ = draws.words(5, 0, 1, 2, moment, draws.SEGMENT_STATE)
        phase = 1.0 if (moment // 2) % 2 == 0 else -1.0
        c.need = closeness.need(P, c, phase, draws.jitter(word))
        d.closeness = closeness.follow(P, d, c.need)
        needs.append(c.need)
        offered.append(d.closeness)
    constant = sum(offered) / len(offered)

    def missed_by(offers):
        pairs = zip(needs, offers, strict=True)
        return sum(closeness.mismatch(P, Patient(need=n), Dyad(closeness=o)) for n, o in pairs)

    assert missed_by(offered) < missed_by([constant] * len(needs))
