"""Mindfulness, second component: curiosity, openness, acceptance and love; and their ladder."""

import itertools

import pytest

#: Everybody takes the course up, nobody gives it up, and nothing is forgotten.
ALL = ("parameters.adoption=1", "parameters.attrition_base=-30", "parameters.practice_decay=0")

#: Nothing raises the attitude to a patient but the four qualities themselves.
ALONE = ("parameters.ceiling_floor=1", "parameters.self_to_other=0", "parameters.climb_reach=0")

QUALITIES = ("curiosity", "openness", "acceptance", "love")


@pytest.mark.claims("T21", "T22", "T119")
def test_attention_without_attitude_reaches_the_patient_less(study, positive):
    arms = "arms=[none,attention,mbsr]"
    found = study(arms, "parameters.transfer=1", "parameters.learning_speed=3")
    attention, both = (
        found.mean("felt_attunement", arm=arm) - found.mean("felt_attunement", arm="none")
        for arm in ("attention", "mbsr")
    )
    assert positive(attention)
    assert positive(both - 2.0 * attention)


@pytest.mark.claims("T21")
def test_presence_and_attitude_multiply(course, positive):
    cold, warm = (course(f"therapists.attitude={x}", *ALONE, attention=0.03) for x in (-4, 1))
    assert positive(warm.gain("felt_attunement") - 2.0 * cold.gain("felt_attunement"))


@pytest.mark.claims("T17", "T22", "T119", "T45", "T44")
@pytest.mark.parametrize("trained", ["attention", *QUALITIES, "bowl_capacity", "decentring"])
def test_what_is_trained_alone_moves_alone(course, positive, trained):
    found = course(**{trained: 0.02})
    others = ("attention", *QUALITIES, "bowl_capacity", "decentring", "intention")
    moved = {name for name in others if (found.gain(f"{name}_post", of="therapists") != 0).any()}
    assert moved == {trained}
    assert positive(found.gain(f"{trained}_post", of="therapists"))


@pytest.mark.claims("T06", "T17", "T22")
def test_training_moves_all_relational_qualities_and_they_go_together(study, positive):
    found = study("training=mbsr", "parameters.transfer=1", "parameters.learning_speed=3")
    for quality in QUALITIES:
        assert positive(found.gain(f"{quality}_room", of="therapists"))
        together = found.slope(f"{quality}_pre", "attention_pre", of="therapists")
        assert positive(together)
        assert positive(1.0 - together)


def lost(course, quality, difficulty):
    """What the attitude to a patient loses when one quality is taken away from the therapist."""
    words = (*ALL, *ALONE, "parameters.rung_slope=2", f"patients.difficulty={difficulty}")
    alike = ("parameters.therapist_common=0.95", "parameters.aim_weight=0")
    found = course(*words, *alike, **{quality: -0.9}, record="sessions", replicates=40)
    return -found.gain("warmth")


@pytest.mark.claims("T23", "T22")
def test_the_four_qualities_form_a_ladder_steeper_with_difficult_patients(course, positive):
    """How much of each quality there is with a patient is what is missing when it is gone."""
    easy, hard = ([lost(course, one, difficulty) for one in QUALITIES] for difficulty in (0, 1.5))
    for patients in (easy, hard):
        for lower, higher in itertools.pairwise(patients):
            assert positive(lower - higher)
        assert positive(patients[-1])
    assert positive((hard[0] - hard[-1]) - (easy[0] - easy[-1]))


@pytest.mark.claims("T23")
def test_a_difficult_patient_is_harder_to_meet_with_warmth(study, positive):
    easy, hard = (study(f"patients.difficulty={x}", record="sessions") for x in (-2, 2))
    assert positive(easy.mean("warmth") - hard.mean("warmth"))


@pytest.mark.claims("T24", "T26", "T44")
def test_how_pain_is_met_matters_most_where_there_is_most_of_it(course, positive):
    mild, severe = (course(f"patients.severity={x}", self_compassion=0.05) for x in (-2, 1.5))
    assert positive(-mild.gain("overflows"))
    assert positive(mild.gain("overflows") - severe.gain("overflows"))


@pytest.mark.claims("T24")
def test_pain_moves_within_a_session_and_the_load_with_it(study, positive):
    segments = study(record="segments")
    session = ["therapist", "patient", "session"]
    assert positive(segments.slope("load", "affect", within=session))


@pytest.mark.claims("T25", "T34")
def test_showing_oneself_and_being_met_move_the_two_up_the_ladder(study, positive):
    found = study(record="sessions")
    late = "session >= 10"
    assert positive(found.mean("ladder", where=late) - found.mean("ladder", where="session <= 2"))
    hidden = study("parameters.showing_base=-5", record="sessions")
    assert positive(0.1 * found.mean("ladder") - hidden.mean("ladder"))
    unmet = study("parameters.recognising_open=0", record="sessions")
    assert (unmet.mean("ladder") == 0.0).all()


@pytest.mark.claims("T25", "T34")
def test_the_ladder_is_a_loop_of_warmth_and_showing_oneself(study, positive):
    late = {"where": "session >= 10"}
    words = ("parameters.ceiling_floor=1",)
    still = study(*words, "parameters.climb_reach=0", record="sessions")
    climbing = study(*words, "parameters.climb_reach=12", record="sessions")
    for step in ("warmth", "felt_attunement", "vulnerability"):
        assert positive(climbing.mean(step, **late) - still.mean(step, **late))


@pytest.mark.claims("T25", "T34")
def test_being_felt_today_shows_in_what_is_shown_next_time_and_the_other_way_round(
    study, slope, positive
):
    sessions = study("parameters.climb_reach=12", record="sessions").rows().copy()
    keys = ["replicate", "therapist", "patient"]
    after = sessions.groupby(keys)[["felt_attunement", "vulnerability"]].shift(-1)
    sessions["felt_next"], sessions["shown_next"] = after["felt_attunement"], after["vulnerability"]
    sessions = sessions.dropna()
    assert positive(slope(sessions, "shown_next", "felt_attunement", given=["vulnerability"]))
    assert positive(slope(sessions, "felt_next", "vulnerability", given=["felt_attunement"]))


@pytest.mark.claims("T26", "T41")
def test_kindness_to_ones_own_reactions_lightens_the_same_pain(course, positive):
    words = ("parameters.affect_showing=0", "parameters.affect_severity=0")
    found = course(*words, self_compassion=0.05, record="segments")
    assert (found.gain("affect") == 0.0).all()
    assert positive(-found.gain("load"))


#: The moments at which an open rupture can still be noticed.
UNNOTICED = "rupture_open == 1 and rupture_begins == 0 and working_through == 'not_tried'"


@pytest.mark.claims("T27", "T20", "T91")
def test_a_high_attitude_to_the_relationship_does_not_lean_on_how_it_goes(study, slope, positive):
    """What it does is noticing; so noticing leans on the alliance where attitude is low."""

    def leaning(attitude):
        words = ("parameters.steadiness_slope=2", "parameters.notice_steadiness=6")
        rare = ("parameters.notice_base=-6", f"therapists.attitude={attitude}")
        found = study(*words, *rare, record="segments", replicates=24)
        keys = ["replicate", "therapist", "patient", "session"]
        before = found.rows(of="sessions")[[*keys, "alliance"]].copy()
        before["session"] += 1
        moments = found.rows(where=UNNOTICED).merge(before, on=keys)
        return slope(moments, "noticed", "alliance", within=["therapist"])

    low, high = leaning(-2), leaning(2)
    assert positive(low)
    assert positive(low - high)
    assert not positive(high)


@pytest.mark.claims("T31")
def test_different_patients_call_up_different_intentions_in_one_therapist(study, positive):
    words = ("parameters.ladder_steepness=0", "parameters.climb_reach=0")
    found = study(*words, record="sessions")
    everybody = study(*words, "parameters.intention_patient_spread=0", record="sessions")
    by = ["therapist", "patient"]
    assert positive(found.spread("intention", by=by) - everybody.spread("intention", by=by))
    assert positive(found.slope("warmth", "intention", within=["therapist"]))


@pytest.mark.claims("T32", "T28")
def test_without_its_built_in_aim_practice_is_relaxation(study, positive):
    words = ("training=mbsr", "parameters.transfer=1", "parameters.learning_speed=3")
    relating = study(*words, "parameters.aim_calling=2")
    relaxing = study(*words, "parameters.aim_calling=-2")
    for quality in ("love_post", "openness_post"):
        lost = relating.gain(quality, of="therapists") - relaxing.gain(quality, of="therapists")
        assert positive(lost)
    calm = "bowl_capacity_post"
    assert positive(relaxing.gain(calm, of="therapists") - relating.gain(calm, of="therapists"))
    assert positive(relating.gain("felt_attunement") - relaxing.gain("felt_attunement"))
