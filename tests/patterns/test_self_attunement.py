"""The therapist with himself or herself: the bowl, hooks, countertransference, the introject."""

import pytest

#: Nobody is kind to himself or herself but by the introject, which nothing else goes with.
INTROJECT_ALONE = (
    "parameters.kindness_acceptance=0",
    "parameters.kindness_love=0",
    "parameters.introject_common=0",
)

#: The same pain for every therapist: it does not grow with what is shown.
SAME_PAIN = ("parameters.affect_showing=0", "parameters.affect_severity=0")


@pytest.mark.claims("T40", "T29", "T09", "T147")
@pytest.mark.parametrize("facet", ["self_attunement_pre", "knowing_post", "befriending_post"])
def test_self_attunement_needs_presence_and_kindness_to_oneself(study, positive, facet):
    def level(attention, introject):
        words = (f"therapists.attention={attention}", f"therapists.introject={introject}")
        return study(*words, "parameters.drift_attention=0.5").mean(facet, of="therapists")

    neither, kind, present, both = level(-3, -4), level(-3, 3), level(3, -4), level(3, 3)
    assert positive(present - neither)
    assert positive(kind - neither)
    assert positive((both - kind) - (present - neither))


@pytest.mark.claims("T40", "T09", "T147")
def test_curiosity_deepens_knowing_and_acceptance_befriending(course, positive):
    for quality, facet, other in (
        ("curiosity", "knowing_post", "befriending_post"),
        ("acceptance", "befriending_post", "knowing_post"),
    ):
        found = course(**{quality: 0.05})
        more = found.gain(facet, of="therapists") - found.gain(other, of="therapists")
        assert positive(more)


@pytest.mark.claims("T40")
def test_self_attunement_deepens_with_practice(study, positive):
    found = study("training=mbsr", "parameters.transfer=1", "parameters.learning_speed=3")
    grown = "self_attunement_post - self_attunement_pre"
    assert positive(found.gain(grown, of="therapists"))


@pytest.mark.claims("T41", "T47", "T26")
def test_without_transfer_from_self_to_other_self_compassion_stays_with_oneself(course, positive):
    words = (
        "parameters.ceiling_floor=1",
        "parameters.catch_knowing=0",
        "parameters.hostile_befriending=0",
    )
    apart = course(*words, "parameters.self_to_other=0", self_compassion=0.05, record="sessions")
    assert positive(apart.gain("scs_self_post", of="therapists"))
    for what in ("warmth", "felt_attunement", "presence", "symptom_severity"):
        assert (apart.gain(what) == 0.0).all()
    joined = course(*words, "parameters.self_to_other=1", self_compassion=0.05, record="sessions")
    for what in ("warmth", "felt_attunement", "presence"):
        assert positive(joined.gain(what))


@pytest.mark.claims("T47", "T55", "T52", "T09")
def test_who_is_at_peace_with_oneself_is_warmer_to_others(study, positive):
    words = ("parameters.ceiling_floor=1", "parameters.climb_reach=0")
    hostile, accepting = (
        study(*words, f"therapists.introject={x}", record="sessions") for x in (-2, 2)
    )
    for what in ("warmth", "felt_attunement", "alliance"):
        assert positive(accepting.mean(what) - hostile.mean(what))


@pytest.mark.claims("T48")
def test_kindness_to_oneself_is_a_ceiling_and_no_slope(study, positive):
    """There is nobody who loves others and not oneself; the other way round there is."""

    def warmth(introject, attitude):
        words = ("parameters.ceiling_floor=0.2", "parameters.self_to_other=0")
        people = (f"therapists.introject={introject}", f"therapists.attitude={attitude}")
        return study(*INTROJECT_ALONE, *words, *people, record="sessions")

    hostile_warm, accepting_warm = warmth(-4, 2), warmth(4, 2)
    hostile_cold, accepting_cold = warmth(-4, -3), warmth(4, -3)
    highest = hostile_warm.rows()["warmth"].max()
    assert highest < accepting_warm.mean("warmth").min()
    assert positive(accepting_warm.mean("warmth") - accepting_cold.mean("warmth"))
    there = accepting_warm.mean("warmth") - hostile_warm.mean("warmth")
    elsewhere = accepting_cold.mean("warmth") - hostile_cold.mean("warmth")
    assert positive(there - elsewhere)


@pytest.mark.claims("T42", "T43", "T61")
def test_contents_and_observer_pull_in_opposite_directions(study, positive):
    mild, severe = (study(f"patients.severity={x}") for x in (-2, 2))
    assert positive(severe.mean("overflows") - mild.mean("overflows"))
    present = study("patients.severity=2", "therapists.attention=2", "therapists.decentring=2")
    assert positive(severe.mean("overflows") - present.mean("overflows"))


@pytest.mark.claims("T43", "T42")
def test_overflow_comes_with_load_and_never_without(study, positive):
    segments = study(record="segments")
    keys = ["replicate", "therapist", "patient", "session"]
    rows = segments.rows()
    before = rows.groupby(keys)["load"].shift(1)
    full, empty = before > before.quantile(0.8), before < before.quantile(0.2)
    over = (rows["overflow"] != "held").astype(float)
    share = [over[part].groupby(rows["replicate"][part]).mean() for part in (full, empty)]
    assert positive(share[0] - share[1])
    unmoved = study("parameters.resonance_mean=0", "parameters.resonance_spread=0")
    assert (unmoved.mean("overflows") == 0.0).all()


@pytest.mark.claims("T43", "T77")
def test_overflow_has_two_modes_and_both_cost_attunement(study, positive):
    """Absorbed comes too near, pushed away goes too far; either is met with less attunement."""
    words = ("parameters.discharge_presence=0", "parameters.drift_load=0")
    segments = study(*words, record="segments")
    held, absorbed, pushed = (f"overflow == '{mode}'" for mode in MODES)
    for mode in (absorbed, pushed):
        for what in ("read", "expressed", "sent_attunement", "presence"):
            lost = segments.mean(what, where=held) - segments.mean(what, where=mode)
            assert positive(lost)
    for far, near in ((pushed, held), (held, absorbed)):
        nearer = segments.mean("closeness", where=near) - segments.mean("closeness", where=far)
        assert positive(nearer)


MODES = ("held", "absorbed", "pushed_away")


@pytest.mark.claims("T43")
def test_an_overflow_lets_some_of_the_load_go(study, positive):
    def load(share):
        found = study(f"parameters.overflow_release={share}", record="segments")
        return found.mean("load", where="overflow != 'held'")

    assert positive(load(0) - load(0.5))
    assert positive(load(0.5) - load(1))


@pytest.mark.claims("T44", "T136")
def test_a_bigger_bowl_overflows_less_most_so_with_severe_patients(course, positive):
    mild, severe = (course(f"patients.severity={x}", bowl_capacity=0.03) for x in (-2, 1))
    assert positive(-mild.gain("overflows"))
    assert positive(mild.gain("overflows") - severe.gain("overflows"))


@pytest.mark.claims("T45", "T44")
def test_decentring_lightens_the_load_and_capacity_does_not(course, positive):
    words = (*SAME_PAIN, "parameters.drift_load=0", "parameters.overflow_blur=0")
    lighter = course(*words, decentring=0.03, record="segments")
    larger = course(*words, bowl_capacity=0.03, record="segments")
    for found in (lighter, larger):
        assert (found.gain("affect") == 0.0).all()
        assert positive(-found.gain("overflow != 'held'"))
    assert positive(-lighter.gain("load"))
    assert not positive(-larger.gain("load"))


@pytest.mark.claims("T71", "T45", "T43")
def test_who_keeps_self_and_other_apart_is_swallowed_less_often(course, positive):
    found = course("parameters.absorbed_decentring=1", decentring=0.03, record="segments")
    over = {"where": "overflow != 'held'"}
    assert positive(-found.gain("overflow == 'absorbed'", **over))


@pytest.mark.claims("T49")
def test_what_one_cannot_hold_in_oneself_one_cannot_hold_in_a_patient(study, positive):
    sessions = study(record="sessions")
    dyad = ["therapist", "patient"]
    for what in ("load", "overflows", "rupture_probability"):
        assert positive(sessions.slope(what, "hooked", within=dyad))


@pytest.mark.claims("T49")
def test_a_hooked_theme_takes_part_of_the_bowl_besides_weighing_more(study, positive):
    for other in ("hook_load", "hook_capacity"):
        sessions = study(f"parameters.{other}=0", record="sessions")
        assert positive(sessions.slope("overflows", "hooked", within=["therapist", "patient"]))


@pytest.mark.claims("T49", "T137")
def test_hooks_make_one_therapist_differ_between_patients(study, positive):
    """Against a world in which every theme is a hook, so that all patients meet the same one."""

    def between(hooks):
        found = study(
            f"therapists.hooks={hooks}", "parameters.hook_load=1.5", "parameters.main_theme=1"
        )
        rows = found.rows()
        overflows = rows.groupby(["replicate", "therapist"])["overflows"].std()
        return overflows.groupby(level=0).mean() / found.mean("overflows")

    assert positive(between(0.4) - between(1))


@pytest.mark.claims("T50", "T52", "T20")
def test_what_cannot_be_held_is_acted_out(study, positive):
    segments = study("parameters.hostile_rate=0.01", record="segments")
    over, held = "overflow != 'held'", "overflow == 'held'"
    acted = segments.mean("hostile", where=over) - segments.mean("hostile", where=held)
    assert positive(acted)


@pytest.mark.claims("T50", "T54", "T59")
def test_hostile_acts_harm_process_and_outcome(study, positive):
    friendly, hostile = (study(f"parameters.hostile_rate={x}") for x in (0, 0.05))
    for worse in ("ruptures", "symptom_severity_post", "fear_rejection_post"):
        assert positive(hostile.mean(worse) - friendly.mean(worse))
    for better in ("alliance_late", "safety_late", "self_attunement_post"):
        assert positive(friendly.mean(better) - hostile.mean(better))


@pytest.mark.claims("T53", "T52")
def test_hostile_introjects_act_hostile_about_three_times_as_often(study):
    hostile, accepting = (study(f"therapists.introject={x}") for x in (-1, 1))
    ratio = hostile.mean("hostile_acts").mean() / accepting.mean("hostile_acts").mean()
    assert 2.0 < ratio < 4.5


@pytest.mark.claims("T52", "T53", "T55", "T59")
def test_a_hostile_self_is_hostile_to_patients_though_it_holds_as_much(study, positive):
    """Nothing overflows, no rupture is worked on: what is left is the relation to oneself."""
    words = ("parameters.resonance_mean=0", "parameters.resonance_spread=0")
    quiet = ("exchange_base=-30", "hostile_rate=0.01", "notice_base=-12", "notice_presence=0")
    quiet = tuple(f"parameters.{word}" for word in quiet)
    hostile, accepting = (study(*words, *quiet, f"therapists.introject={x}") for x in (-2, 2))
    assert positive(hostile.mean("hostile_acts") - 2.0 * accepting.mean("hostile_acts"))


#: Hostile acts do harm by what they leave behind, and in no other way.
SCARS_ALONE = (
    "parameters.onset_hostile=0",
    "parameters.confrontation_hostile=0",
    "parameters.safety_hurt=0",
    "parameters.fear_bias=0",
    "parameters.exchange_base=-30",
    "parameters.harm_most=0.1",
)


@pytest.mark.claims("T54", "T50", "T59")
def test_small_doses_of_hostility_hurt_most(study, positive):
    none, some, many = (
        study(*SCARS_ALONE, f"parameters.hostile_rate={x}").mean("alliance_late")
        for x in (0, 0.06, 0.12)
    )
    assert positive(none - some)
    assert positive(some - many)
    assert positive((none - some) - (some - many))


@pytest.mark.claims("T54", "T50")
def test_the_best_outcomes_have_the_fewest_hostile_acts(study, positive):
    alike = ("patients.severity_spread=0", "parameters.responsiveness_spread=0")
    acts = ("parameters.hostile_rate=0.02", "parameters.harm_most=0.1")
    found = study(*alike, *acts, replicates=60)
    rows = found.rows()
    change = rows["symptom_severity_pre"] - rows["symptom_severity_post"]
    third = change.groupby(rows["replicate"]).rank(pct=True)
    acts = [
        rows["hostile_acts"][part].groupby(rows["replicate"]).mean()
        for part in (third > 2 / 3, third < 1 / 3)
    ]
    assert positive(acts[1] - acts[0])


@pytest.mark.claims("T55", "T47")
def test_self_attunement_predicts_the_alliance_whatever_the_technique(study, slope, positive):
    found = study("therapists.n=30", "parameters.introject_common=0.8")
    keys = ["replicate", "therapist"]
    alliance = found.rows().groupby(keys)["alliance_late"].mean().rename("alliance").reset_index()
    rows = found.rows(of="therapists").merge(alliance, on=keys)
    assert positive(slope(rows, "alliance", "self_attunement_post", given=["technique_pre"]))


@pytest.mark.claims("T59", "T55", "T52")
def test_clearing_harm_in_oneself_helps_others_at_the_same_skill(study, positive):
    hostile, cleared = (study(f"therapists.introject={x}") for x in (-2, 1))
    technique = [found.mean("technique_room", of="therapists") for found in (hostile, cleared)]
    assert (technique[0] == technique[1]).all()
    worse = hostile.mean("symptom_severity_post") - cleared.mean("symptom_severity_post")
    assert positive(worse)


@pytest.mark.claims("T05", "T125", "T55")
def test_the_best_therapists_are_warm_and_ready_to_admit_mistakes(study, slope, positive):
    """What sets therapists apart is how they relate, at the same technique."""
    found = study("therapists.n=30", "parameters.introject_common=0.8")
    keys = ["replicate", "therapist"]
    helped = ["alliance_late", "self_attunement_post"]
    rows = found.rows(of="therapists").merge(
        found.rows().groupby(keys)[helped].mean().reset_index(), on=keys, suffixes=("", "_patients")
    )
    for outcome in ("alliance_late", "self_attunement_post_patients"):
        for relating in ("love_room", "acceptance_room"):
            assert positive(slope(rows, outcome, relating, given=["technique_pre"]))
