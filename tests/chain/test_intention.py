"""Intention: why one practises, and what one means to be for this patient, today."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chain import intention
from sim.parameters import Parameters
from sim.records import Dyad, Programme, Therapist

P = Parameters()
AIMS = ("regulation", "exploration", "liberation", "relation")
EVEN = Parameters({"aim_calling": 0.0, "aim_maturing": 0.0})
leanings = st.floats(-3.0, 3.0)
hours = st.floats(0.0, 5000.0)


def aims(p=P, practice_hours=0.0, programme=None, **own):
    """The four shares of a therapist's aims."""
    t = Therapist(practice_hours=practice_hours, **{f"own_aim_{k}": x for k, x in own.items()})
    intention.aims(p, programme or Programme(), t)
    return {name: getattr(t, f"aim_{name}") for name in AIMS}


# ---- why one practises ---------------------------------------------------------------------------


@given(leanings, leanings, leanings, leanings, hours)
def test_aims_are_shares_of_one_whole(first, second, third, fourth, practice_hours):  # T28
    leaning = dict(zip(AIMS, (first, second, third, fourth), strict=True))
    shares = aims(practice_hours=practice_hours, **leaning)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert all(0.0 < share < 1.0 for share in shares.values())


def test_who_leans_nowhere_aims_at_all_alike():
    assert aims(EVEN) == dict.fromkeys(AIMS, 0.25)


@pytest.mark.parametrize("aim", AIMS)
def test_what_one_leans_to_takes_from_the_rest(rises, falls, aim):  # T28
    assert rises(lambda x: aims(**{aim: x})[aim], -3.0, 3.0)
    for other in set(AIMS) - {aim}:
        assert falls(lambda x, other=other: aims(**{aim: x})[other], -3.0, 3.0)


@pytest.mark.parametrize("aim", AIMS)
@given(leanings)
def test_a_course_leads_its_trainees_as_their_own_leaning_would(aim, leaning):  # T28, T145
    led = aims(programme=Programme(**{f"aim_{aim}": leaning}))
    assert led == pytest.approx(aims(**{aim: leaning}))


def test_the_calling_is_to_be_with_others(rises):  # T32
    def with_others(calling):
        return aims(Parameters({"aim_calling": calling}))["relation"]

    assert rises(with_others, -3.0, 3.0)
    assert with_others(0.0) == aims(Parameters({"aim_calling": 0.0}))["exploration"]
    assert aims()["relation"] > 0.25


def test_aims_ripen_from_regulation_to_liberation(rises, falls):  # T30
    assert falls(lambda done: aims(practice_hours=done)["regulation"], 0.0, 3000.0)
    assert rises(lambda done: aims(practice_hours=done)["liberation"], 0.0, 3000.0)
    beginner, adept = aims(EVEN), aims(EVEN, practice_hours=3000.0)
    assert beginner == adept  # unless they mature
    # Between the two that do not ripen nothing shifts.
    ripe = aims(practice_hours=3000.0)
    fresh = aims()
    assert ripe["exploration"] / ripe["relation"] == pytest.approx(
        fresh["exploration"] / fresh["relation"]
    )


def test_ripeness_is_half_of_all_it_can_be_at_its_hours(rises):  # T30
    def ripe(done):
        return intention.ripeness(P, Therapist(practice_hours=done))

    assert rises(ripe, 0.0, 5000.0)
    assert ripe(0.0) == 0.0
    assert ripe(P.aim_hours) == pytest.approx(0.5 * P.aim_maturing)
    assert ripe(1e9) == pytest.approx(P.aim_maturing)


# ---- what one means to be today ------------------------------------------------------------------


@given(leanings, leanings, leanings, st.floats(0.0, 1.0), leanings)
def test_intention_is_nested(own, called_up, z, transfer, imagery):  # T31, T145
    """The calling, this patient, this session, and the moment at the door: one sum."""
    t, d = Therapist(intention=own, transfer=transfer), Dyad(own_intention=called_up)
    today = intention.today(P, Programme(imagery=imagery), t, d, z)
    expected = own + called_up + P.intention_noise * z + transfer * imagery
    assert today == pytest.approx(expected, abs=1e-12)


def test_to_picture_who_waits_does_nothing_where_nothing_reaches_the_room(rises):  # T145
    def today(transfer, imagery):
        return intention.today(
            P, Programme(imagery=imagery), Therapist(transfer=transfer), Dyad(), 0.0
        )

    assert rises(lambda imagery: today(0.5, imagery), 0.0, 2.0)
    assert today(0.0, 2.0) == 0.0
