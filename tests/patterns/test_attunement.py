"""The two in the room: Stern's three steps, feeling and holding, safety, closeness and distance."""

import numpy as np
import pytest

#: What other ways there are from feeling something to being felt, closed.
NO_RESONANCE = ("parameters.resonance_mean=0", "parameters.resonance_spread=0")

LATE = "session >= 10"


def correlations(table, first, second):
    """The correlation of two columns in each replicate."""
    return table.groupby("replicate")[[first, second]].apply(lambda rows: rows.corr().iloc[0, 1])


@pytest.mark.claims("T33", "T74")
def test_attunement_sent_and_felt_are_two_things_that_go_together(study, positive):
    together = correlations(study().rows(), "sent_attunement", "felt_attunement")
    assert positive(together)
    assert positive(0.95 - together)


@pytest.mark.claims("T33", "T04", "T106", "T38")
def test_what_comes_of_it_follows_what_is_felt_more_than_what_is_sent(study, positive):
    rows = study("parameters.climate_spread=1.2", replicates=100).rows().copy()
    rows["grown"] = rows["self_attunement_post"] - rows["self_attunement_pre"]
    for outcome in ("alliance_late", "grown"):
        felt, sent = (
            correlations(rows, f"{what}_attunement", outcome) for what in ("felt", "sent")
        )
        assert positive(sent)
        assert positive(felt - sent)


@pytest.mark.claims("T33", "T34")
def test_the_sense_of_being_felt_builds_up_over_sessions(study, positive):
    """What was felt before still shows in the alliance, whatever is felt today."""
    sessions = study(record="sessions").rows().copy()
    before = sessions.groupby(["replicate", "therapist", "patient"])["felt_attunement"].shift(1)
    sessions["before"] = before
    sessions = sessions.dropna()
    from_before = correlations(sessions, "before", "goal")
    assert positive(from_before)


@pytest.mark.claims("T35")
def test_attunement_felt_is_the_product_of_reading_expressing_and_recognising(study):
    rows = study(record="segments").rows()
    product = rows["read"] * rows["expressed"] * rows["recognised"]
    assert np.allclose(rows["felt_attunement"], product)
    assert np.allclose(rows["sent_attunement"], rows["read"] * rows["expressed"])


@pytest.mark.claims("T35", "T74")
def test_each_of_the_three_steps_is_necessary(study, positive):
    ordinary = study()
    blind = study("parameters.read_base=-5", "parameters.read_knowing=0")
    assert positive(0.1 * ordinary.mean("felt_attunement") - blind.mean("felt_attunement"))
    mute = study("parameters.express_resonance=0")
    assert (mute.mean("felt_attunement") == 0.0).all()
    closed = study("parameters.recognising_open=0")
    assert (closed.mean("felt_attunement") == 0.0).all()
    assert positive(closed.mean("sent_attunement"))


@pytest.mark.claims("T35", "T136")
def test_training_a_step_that_is_not_the_bottleneck_yields_little(course, positive):
    narrow = course("parameters.recognising_open=0.1", attention=0.02, love=0.02)
    wide = course("parameters.recognising_open=1", attention=0.02, love=0.02)
    assert positive(narrow.gain("sent_attunement"))
    assert positive(0.2 * wide.gain("felt_attunement") - narrow.gain("felt_attunement"))


@pytest.mark.claims("T36", "T60", "T93")
def test_presence_helps_most_with_what_is_not_said(study, positive):
    """Both are followed within sessions, so that no trait of the therapist enters."""
    segments = study(record="segments")
    session = ["therapist", "patient", "session"]
    held = {"where": "overflow == 'held'", "within": session}
    said, unsaid = (
        segments.slope(what, "presence", **held) for what in ("read_said", "read_unsaid")
    )
    assert positive(said)
    assert positive(unsaid - said)


@pytest.mark.claims("T36", "T60", "T18")
def test_who_is_blind_to_face_and_voice_reads_less(study, positive):
    segments = study(record="segments")
    assert positive(segments.mean("read_said - read_unsaid"))
    for part in ("read_said", "read_unsaid"):
        assert positive(segments.slope("read", part))
        assert positive(segments.slope("sent_attunement", part))


@pytest.mark.claims("T18", "T122", "T136")
def test_openness_sees_what_was_not_expected_and_a_firm_formulation_does_not(course, positive):
    words = ("parameters.self_to_other=0", "parameters.climb_reach=0", "parameters.read_showing=0")
    surprise = "read_unsaid / read_said"
    broad = course(*words, openness=0.03, record="segments")
    assert positive(broad.gain(surprise))
    firm = course(*words, conceptualisation=0.03, record="segments")
    assert positive(-firm.gain(surprise))


@pytest.mark.claims("T61", "T24")
def test_severe_patients_load_therapists_more(study, positive):
    mild, severe = (study(f"patients.severity={x}", record="segments") for x in (-2, 2))
    assert positive(severe.mean("affect") - mild.mean("affect"))
    assert positive(severe.mean("load") - mild.mean("load"))


@pytest.mark.claims("T24", "T61")
def test_the_pain_in_the_room_is_what_the_patient_has_and_shows(study, positive):
    for words in (("patients.severity=1.5",), ("parameters.showing_base=2",)):
        more = study(*words, record="segments")
        assert positive(more.mean("affect") - study(record="segments").mean("affect"))


@pytest.mark.claims("T61", "T62", "T72")
def test_without_resonance_reading_may_be_right_and_nobody_is_felt(study, positive):
    ordinary = study(record="segments")
    cold = study(*NO_RESONANCE, record="segments")
    assert (cold.mean("load") == 0.0).all()
    assert (cold.mean("felt_attunement") == 0.0).all()
    assert positive(cold.mean("read") - 0.9 * ordinary.mean("read"))


@pytest.mark.claims("T62", "T61", "T45")
def test_resonance_loads_even_the_mindless(study, positive):
    words = ("therapists.attention=-4", "therapists.attitude=-3")
    less, more = (
        study(*words, f"parameters.resonance_mean={x}", record="segments") for x in (0.3, 0.7)
    )
    assert positive(more.mean("load") - less.mean("load"))


@pytest.mark.claims("T63", "T64", "T65", "T66")
def test_pain_that_is_felt_and_held_eases_both_fears_and_pain_that_floods_does_not(study, positive):
    holding = study("parameters.bowl_size=12")
    flooded = study("parameters.bowl_size=0.3")
    for fear in ("fear_rejection", "fear_harm"):
        assert positive(holding.mean(f"{fear}_pre - {fear}_post"))
        assert positive(flooded.mean(f"{fear}_post - {fear}_pre"))


@pytest.mark.claims("T63", "T65")
def test_the_fear_of_harming_is_confirmed_by_an_overflow(study, positive):
    sessions = study(record="sessions").rows().copy()
    keys = ["replicate", "therapist", "patient"]
    sessions["moved"] = sessions.groupby(keys)["fear_harm"].diff()
    sessions = sessions.dropna()
    flooded = sessions[sessions["overflows"] > 0].groupby("replicate")["moved"].mean()
    held = sessions[sessions["overflows"] == 0].groupby("replicate")["moved"].mean()
    assert positive(flooded)
    assert positive(-held)


@pytest.mark.claims("T64", "T25")
@pytest.mark.parametrize("what", ["vulnerability", "alliance", "safety"])
def test_who_expects_rejection_shows_less_and_trusts_more_slowly(study, positive, what):
    afraid, hopeful = (study(f"patients.fear={x}", record="sessions") for x in (1.5, -1.5))
    assert positive(hopeful.mean(what) - afraid.mean(what))


@pytest.mark.claims("T64")
def test_who_expects_rejection_meets_more_ruptures(study, positive):
    words = ("parameters.onset_misattunement=0", "parameters.onset_alliance=0")
    afraid, hopeful = (study(*words, f"patients.fear={x}") for x in (1.5, -1.5))
    assert positive(afraid.mean("ruptures") - hopeful.mean("ruptures"))


@pytest.mark.claims("T66", "T64")
def test_fears_change_slowly_and_one_hurt_undoes_several_moments_of_being_held(study, positive):
    found = study("parameters.hostile_rate=0.01", record="sessions")
    sessions = found.rows().copy()
    keys = ["replicate", "therapist", "patient"]
    sessions["moved"] = sessions.groupby(keys)["fear_rejection"].diff()
    quiet = sessions.query("hostile_acts == 0 and overflows == 0")
    hurt = sessions.query("hostile_acts == 1 and overflows == 0")
    easing, rising = (-quiet["moved"], hurt["moved"])
    easing, rising = (x.groupby(sessions["replicate"]).mean() for x in (easing, rising))
    assert positive(easing)
    assert positive(rising + easing - 2.0 * easing / 10.0)
    assert positive(found.mean("fear_rejection_pre", of="patients") - 10.0 * easing)


@pytest.mark.claims("T66", "T10", "T115")
def test_what_disconfirms_the_fear_here_carries_over_to_others(study, positive):
    alone = ("relationships_self_attunement=0", "relationships_template=0")
    words = tuple(f"parameters.{word}" for word in alone)
    held, flooded = (study(*words, f"parameters.bowl_size={size}") for size in (12, 0.3))
    for wave in ("post", "followup"):
        others = f"relationships_{wave}"
        assert positive(held.mean(others) - flooded.mean(others))


@pytest.mark.claims("T68", "T64", "T35")
def test_safety_opens_what_is_shown_sent_and_recognised(study, positive):
    guarded, safe = (
        study(f"parameters.safety_base={x}", "parameters.safety_felt=0", record="segments")
        for x in (-2, 2)
    )
    for what in ("expressed", "recognised"):
        assert positive(safe.mean(what) - guarded.mean(what))
    shown = [found.mean("vulnerability", of="sessions") for found in (guarded, safe)]
    assert positive(shown[1] - shown[0])


@pytest.mark.claims("T68", "T35", "T95")
def test_an_open_rupture_closes_perception_and_safety(study, positive):
    segments = study(record="segments")
    session = ["therapist", "patient"]
    assert positive(-segments.slope("recognised", "rupture_open", within=session))
    assert positive(-segments.slope("safety", "rupture_open", of="sessions", within=session))


#: A loop strong enough for two basins.
LOOP = (
    "parameters.safety_felt=30",
    "parameters.safety_base=-3.5",
    "parameters.showing_safety=6",
    "parameters.recognise_safety=8",
    "parameters.recognise_base=0",
    "parameters.safety_floor=0",
)


@pytest.mark.claims("T68")
def test_where_the_loop_of_safety_is_strong_a_first_impression_lasts(study, positive):
    def apart(*words):
        shaken, eased = (
            study(*words, f"parameters.safety_start={x}", "setting.weeks=40") for x in (-3, 3)
        )
        return eased.mean("safety_late") - shaken.mean("safety_late")

    assert positive(apart(*LOOP) - 0.2)
    assert positive(0.05 - apart())


@pytest.mark.claims("T109", "T108")
def test_safety_grows_with_being_felt_and_falls_with_being_hurt(study, positive):
    sessions = study("parameters.hostile_rate=0.01", record="sessions").rows().copy()
    keys = ["replicate", "therapist", "patient"]
    sessions["moved"] = sessions.groupby(keys)["safety"].diff()
    sessions = sessions.dropna()
    felt = correlations(sessions, "felt_attunement", "moved")
    hurt = correlations(sessions, "hostile_acts", "moved")
    assert positive(felt)
    assert positive(-hurt)


@pytest.mark.claims("T72", "T61", "T43")
def test_between_cut_off_and_overwhelmed_lies_a_best_amount_of_resonance(study, positive):
    """An inverted U; with a bigger bowl the best lies further out."""

    def felt(resonance, bowl):
        words = ("parameters.resonance_spread=0", f"parameters.resonance_mean={resonance}")
        return study(*words, f"parameters.bowl_size={bowl}").mean("felt_attunement")

    doses = (0.1, 0.4, 0.7, 1)
    small, large = ({dose: felt(dose, bowl) for dose in doses} for bowl in (2.5, 5))
    for bowl, best in ((small, 0.4), (large, 0.7)):
        for dose in set(doses) - {best}:
            assert positive(bowl[best] - bowl[dose])


@pytest.mark.claims("T73", "T136", "T44", "T45")
def test_resonance_needs_regulation(course, positive):
    """Two by two: moved alone is overwhelmed, steady alone gains little, both gain more."""
    resonance, regulation = {"resonance": 0.04}, {"bowl_capacity": 0.03, "decentring": 0.03}
    moved, steady, both = (
        course(**resonance),
        course(**regulation),
        course(**resonance, **regulation),
    )
    assert positive(moved.gain("overflows"))
    assert positive(-steady.gain("overflows"))
    felt = [found.gain("felt_attunement") for found in (moved, steady, both)]
    assert positive(felt[2])
    assert positive(felt[2] - felt[0] - felt[1])


@pytest.mark.claims("T74")
def test_empathy_is_a_climate_of_two(study, positive):
    """Of what patients feel, some lies in who the therapist is, and far from all."""
    rows = study("patients.per_therapist=12").rows()
    felt = rows.groupby(["replicate", "therapist"])["felt_attunement"]
    within = felt.var().groupby(level=0).mean()
    between = felt.mean().groupby(level=0).var() - within / 12.0
    share = between / (between + within)
    assert positive(share)
    assert positive(0.75 - share)


@pytest.mark.claims("T75")
def test_the_patient_sees_the_relationship_that_helps_best(study, positive):
    rows = study("patients.severity_spread=0", replicates=250).rows().copy()
    rows["change"] = rows["symptom_severity_pre"] - rows["symptom_severity_post"]
    by_patient, by_therapist = (
        correlations(rows, f"wai_{rater}_late", "change") for rater in ("patient", "therapist")
    )
    assert positive(by_therapist)
    assert positive(by_patient - by_therapist)


@pytest.mark.claims("T76", "T77", "T83")
def test_missing_the_closeness_that_is_wanted_breaks_the_bond(study, positive):
    segments = study("parameters.onset_mismatch=1", record="segments")
    missed = segments.slope("rupture_begins", "(closeness - need) * (closeness - need)")
    assert positive(missed)


@pytest.mark.claims("T76", "T60")
def test_a_present_therapist_misses_less(study, positive):
    segments = study(record="segments")
    assert positive(-segments.slope("(closeness - need) * (closeness - need)", "presence"))


@pytest.mark.claims("T76", "T77")
def test_nearness_and_distance_take_turns(study, positive):
    segments = study(record="segments")
    near, far = "(segment + 0) in (4, 5, 8, 9)", "segment in (2, 3, 6, 7, 10)"
    assert positive(segments.mean("need", where=near) - segments.mean("need", where=far))


@pytest.mark.claims("T77", "T76")
def test_constant_closeness_is_worse_than_tracked_closeness_of_the_same_mean(study, positive):
    words = ("parameters.closeness_habit=0", "parameters.closeness_overflow=0")
    tracked = study(*words, "parameters.onset_mismatch=1", record="segments")
    constant = study(
        *words, "parameters.onset_mismatch=1", "parameters.closeness_tracking=0", record="segments"
    )
    assert (constant.mean("closeness") == 0.0).all()
    assert abs(tracked.mean("closeness").mean()) < 0.1 * tracked.spread("closeness").mean()
    begun = "rupture_begins"
    assert positive(constant.mean(begun) - tracked.mean(begun))


@pytest.mark.claims("T78", "T76")
def test_who_does_not_see_the_unsaid_comes_too_near(study, positive):
    blind = study("parameters.unsaid_floor=0", "therapists.attention=-5", record="segments")
    seeing = study(record="segments")
    nearer = blind.mean("closeness - need") - seeing.mean("closeness - need")
    assert positive(nearer)


@pytest.mark.claims("T78", "T77", "T76")
def test_crowding_an_overwhelmed_patient_is_worst(study, positive):
    """As too much stimulation is for an overwhelmed infant."""
    words = ("parameters.onset_mismatch=1", "parameters.onset_sensitivity=0")
    plain, easily_crowded = (
        study(*words, f"parameters.crowding={x}", record="segments") for x in (0, 5)
    )
    too_near, too_far = (f"affect > 2 and closeness {way} need" for way in (">", "<"))
    broken = [
        easily_crowded.mean("rupture_begins", where=where)
        - plain.mean("rupture_begins", where=where)
        for where in (too_near, too_far)
    ]
    assert positive(broken[0])
    assert positive(broken[0] - broken[1])


@pytest.mark.claims("T38", "T33")
def test_without_attunement_the_bond_stays_under_a_ceiling(study, positive):
    """Agreement on tasks and goals does not make up for it."""
    agreed = ("therapists.technique=3", "patients.expectancy=3")
    unmet = study("parameters.recognising_open=0", *agreed, record="sessions")
    met = study(record="sessions")
    late = {"where": LATE}
    assert positive(unmet.mean("task", **late) - met.mean("task", **late))
    assert positive(met.mean("bond", **late) - unmet.mean("bond", **late))
    trusting = study("parameters.recognising_open=0", "patients.trust=4", record="sessions")
    assert positive(met.mean("bond", **late) - trusting.mean("bond", **late))


@pytest.mark.claims("T38", "T34", "T95")
def test_being_felt_makes_a_bond_and_the_alliance_grows(study, positive):
    sessions = study(record="sessions")
    for part in ("bond", "goal", "alliance"):
        assert positive(sessions.slope(part, "felt_attunement", where=LATE))
    grown = sessions.mean("alliance", where=LATE) - sessions.mean("alliance", where="session == 1")
    assert positive(grown)
