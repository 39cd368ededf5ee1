"""The patient with himself or herself: found in safety, learned from a model, taken home, kept."""

import pytest

STRONG = ("training=mbsr", "parameters.transfer=1", "parameters.learning_speed=3")

#: One of the two routes closed.
SAFETY_ROUTE = ("parameters.modelling_route=0",)
MODELLING_ROUTE = ("parameters.safety_route=0",)

GROWN = "self_attunement_post - self_attunement_pre"

#: A therapist whom the patient's affect does not move: only the patient's own window counts.
UNMOVED = (
    "parameters.drift_load=0",
    "parameters.bowl_size=30",
    "parameters.express_resonance=100",
    "parameters.affect_noise=0.1",
)


@pytest.mark.claims("T105", "T110")
def test_the_patient_is_at_home_with_oneself_in_the_room_first(study, positive):
    sessions = study(*STRONG, record="sessions")
    inside, outside = ("self_attunement_in_room", "self_attunement")
    start = sessions.mean("self_attunement_pre", of="patients", arm="trained")

    def grown(where, session):
        return sessions.mean(where, arm="trained", where=f"session == {session}") - start

    for session in (2, 7, 14):
        assert positive(grown(outside, session))
        assert positive(grown(inside, session) - 1.3 * grown(outside, session))


@pytest.mark.claims("T105", "T10")
def test_symptoms_follow_what_was_taken_home(study, positive):
    """Nothing else helps here, so that what stays in the room does nothing."""
    others = ("technique", "relation", "fear", "expectancy")
    words = tuple(f"parameters.severity_{other}=0" for other in others)
    kept, taken = (study(*words, f"parameters.generalising={x}") for x in (0, 0.5))
    assert positive(taken.mean(GROWN))
    assert positive(kept.mean("symptom_severity_post") - taken.mean("symptom_severity_post"))


@pytest.mark.claims("T106", "T111", "T04", "T115")
def test_patients_of_trained_therapists_become_more_attuned_to_themselves(study, positive):
    found = study(*STRONG)
    for what in (GROWN, "relationships_followup", "well_being_post"):
        assert positive(found.gain(what))
    assert positive(found.slope(GROWN, "felt_attunement"))


@pytest.mark.claims("T107", "T106", "T69", "T01")
def test_without_the_two_routes_only_the_relationship_itself_helps(study, positive):
    words = (*STRONG, *SAFETY_ROUTE, *MODELLING_ROUTE, "parameters.severity_fear=0")
    found = study(*words, "parameters.hope_expectancy=0", "parameters.costs=0")
    assert (found.mean(GROWN) == 0.0).all()
    assert (found.gain(GROWN) == 0.0).all()
    assert positive(found.gain("alliance_late"))
    assert positive(-found.gain("symptom_severity_post"))


@pytest.mark.claims("T111", "T106", "T107", "T113")
def test_a_safe_place_and_a_model_each_do_part_of_it(study, positive):
    both, place, model = (study(*STRONG, *route) for route in ((), SAFETY_ROUTE, MODELLING_ROUTE))
    for route in (place, model):
        assert positive(route.mean(GROWN))
        assert positive(both.mean(GROWN) - route.mean(GROWN))
        assert positive(route.gain(GROWN))
        assert positive(both.gain(GROWN) - route.gain(GROWN))


@pytest.mark.claims("T111", "T113", "T107")
def test_a_model_that_is_not_perceived_is_none(study, positive):
    seen = study(*STRONG, *MODELLING_ROUTE)
    unseen = study(*STRONG, *MODELLING_ROUTE, "parameters.recognising_open=0")
    assert positive(seen.gain(GROWN))
    assert (unseen.gain(GROWN) == 0.0).all()
    assert (unseen.mean(GROWN) == 0.0).all()


@pytest.mark.claims("T108", "T109")
@pytest.mark.parametrize("what", ["safety_late", GROWN])
def test_an_irregular_frame_slows_what_safety_builds(study, positive, what):
    steady, shifting = (study(*SAFETY_ROUTE, f"setting.irregularity={x}") for x in (0, 1))
    assert positive(steady.mean(what) - shifting.mean(what))


@pytest.mark.claims("T108")
def test_cancelled_appointments_do_more_harm_than_the_time_they_cost(study, positive):
    words = (*SAFETY_ROUTE, "setting.cancellations=0.3")
    missed, harmless = (study(*words, f"parameters.frame_cancellation={x}") for x in (1, 0))
    assert positive(14.0 - missed.mean("sessions_attended"))
    assert positive(harmless.mean("safety_late") - missed.mean("safety_late"))


@pytest.mark.claims("T109", "T111", "T68")
def test_safety_lets_a_patient_explore(study, positive):
    words = (*SAFETY_ROUTE, "parameters.safety_felt=0")
    guarded, safe = (study(*words, f"parameters.safety_base={x}") for x in (-2, 2))
    assert positive(safe.mean(GROWN) - guarded.mean(GROWN))
    hidden, shown = (study(*SAFETY_ROUTE, f"parameters.showing_base={x}") for x in (-3, 1))
    assert positive(shown.mean(GROWN) - hidden.mean(GROWN))


KEPT = "(self_attunement_followup - self_attunement_pre)"


@pytest.mark.claims("T110")
def test_held_too_long_it_stays_in_the_room_and_fades_when_the_room_is_gone(study, positive):
    words = (*STRONG, "parameters.over_holding=1")
    held, let_go = (study(*words, f"parameters.support_fading={x}") for x in (0, 1))
    assert positive(let_go.mean(GROWN, arm="trained") - held.mean(GROWN, arm="trained"))
    assert positive(let_go.mean(KEPT, arm="trained") - held.mean(KEPT, arm="trained"))


@pytest.mark.claims("T110")
def test_gains_fade_after_the_end_the_less_the_more_they_rest_on_oneself(study, positive):
    words = ("setting.follow_up_weeks=26", "parameters.modelling_route=0.6")
    near, far = (study(*words, f"parameters.inner_room={x}") for x in (6, 1))
    lost = 1.0 - near.mean(KEPT) / near.mean(GROWN)
    assert positive(lost)
    assert positive(lost - (1.0 - far.mean(KEPT) / far.mean(GROWN)))


@pytest.mark.claims("T112", "T39")
def test_exploring_is_best_at_a_moderate_affect(study, positive):
    words = (*SAFETY_ROUTE, *UNMOVED, "parameters.window_weight=1")
    faint, moderate, strong = (
        study(*words, f"parameters.affect_base={x}").mean(GROWN) for x in (0, 0.8, 5)
    )
    assert positive(moderate - faint)
    assert positive(moderate - strong)


@pytest.mark.claims("T112", "T39")
def test_the_patients_bowl_widens_with_what_can_be_borne_and_narrows_when_swamped(study, positive):
    bearable = study(*UNMOVED, "parameters.affect_base=0.6")
    swamping = study(*UNMOVED, "parameters.affect_base=4")
    assert positive(bearable.mean("bowl_post - bowl_pre"))
    assert positive(swamping.mean("bowl_pre - bowl_post"))


@pytest.mark.claims("T112")
def test_who_is_felt_with_can_bear_more(study, positive):
    sessions = study(record="sessions", replicates=24)
    lent = study("parameters.bowl_lent=5", record="sessions", replicates=24)
    assert positive(sessions.mean("swamped"))
    assert positive(sessions.mean("swamped") - lent.mean("swamped"))
    assert positive(sessions.mean("1 - window"))


@pytest.mark.claims("T113", "T111", "T114")
def test_the_therapists_own_level_is_where_it_ends_whatever_the_dose(study, positive):
    """Contact times quality: a better model is worth more the longer one sees it."""
    words = (*MODELLING_ROUTE, "setting.weeks=40", "parameters.modelling_route=1")

    def reached(attitude, session):
        found = study(*words, f"therapists.attitude={attitude}", record="sessions", replicates=8)
        return found.mean("self_attunement_in_room", where=f"session == {session}")

    gap = {session: reached(2, session) - reached(-2, session) for session in (2, 12, 40)}
    assert positive(gap[2])
    assert positive(gap[12] - gap[2])
    first, second = (reached(2, 12) - reached(2, 2), reached(2, 40) - reached(2, 30))
    assert positive(first - 3.0 * abs(second))


@pytest.mark.claims("T113", "T111")
def test_presence_and_warmth_make_the_model_and_so_does_kindness_to_oneself(study, positive):
    words = (*MODELLING_ROUTE, "parameters.modelling_route=1")
    hostile, accepting = (
        study(*words, "parameters.model_warmth=0", f"therapists.introject={x}") for x in (-3, 3)
    )
    assert positive(accepting.mean(GROWN) - hostile.mean(GROWN))


@pytest.mark.claims("T114")
@pytest.mark.parametrize(
    ("quality", "facet"),
    [
        ("curiosity", "reflective"),
        ("openness", "understanding"),
        ("acceptance", "accepting"),
        ("love", "comforting"),
    ],
)
def test_the_patients_stance_takes_the_shape_of_the_therapists(course, positive, quality, facet):
    found = course(**{quality: 0.03})
    others = {"reflective", "understanding", "accepting", "comforting"} - {facet}
    for other in others:
        assert positive(found.gain(f"{facet}_post - {other}_post"))


@pytest.mark.claims("T117")
def test_patients_may_practise_themselves_and_the_two_ways_overlap(study, positive):
    alone = study(*STRONG, "patients.practice_hours=0")
    practising = study(*STRONG, "patients.practice_hours=7")
    for what in (GROWN, "well_being_post", "-symptom_severity_followup"):
        assert positive(practising.mean(what) - alone.mean(what))
        assert positive(practising.gain(what))
    assert positive(alone.gain(GROWN) - practising.gain(GROWN))


@pytest.mark.claims("T117")
def test_a_patients_own_practice_needs_no_therapist(study, positive):
    closed = (*SAFETY_ROUTE, *MODELLING_ROUTE)
    alone = study(*closed, "patients.practice_hours=5")
    assert positive(alone.mean(GROWN))
    later = alone.mean("self_attunement_followup - self_attunement_pre")
    assert positive(later - 0.5 * alone.mean(GROWN))
