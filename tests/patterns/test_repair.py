"""Working through: four parts of a stance, two ways to fail, and what training adds."""

import pytest

FAILED = "working_through in ('unsettled', 'defensive', 'rigid')"

#: Many ruptures, soon noticed, so that there is much to work through.
OFTEN = ("parameters.onset_base=-3.5", "parameters.notice_base=-1")

#: Working through leans on the therapist's stance, and on nothing else.
STANCE_ALONE = (
    *OFTEN,
    *(f"parameters.work_{what}=0" for what in ("patient", "fear", "damage")),
    "parameters.stance_slope=1",
)

#: Bonds that do not break: whatever else brings ruptures on is put aside.
UNBROKEN = (
    "parameters.onset_base=-12",
    *(f"parameters.onset_{what}=0" for what in ("mismatch", "overflow", "lapse", "hostile")),
)


@pytest.mark.claims("T94")
def test_noticing_without_working_through_does_no_good(course, study, positive):
    stuck = ("parameters.work_base=-6", "parameters.work_stance=0")
    found = course(*stuck, noticing=0.05)
    assert positive(found.gain("noticed"))
    assert not positive(found.gain("alliance_late"))
    hurt, helped = (study(*stuck, f"parameters.notice_worth={x}") for x in (-0.1, 0.1))
    assert positive(helped.mean("alliance_late") - hurt.mean("alliance_late"))


@pytest.mark.claims("T96")
def test_both_have_to_contribute_to_a_repair(study, positive):
    words = (*OFTEN, "parameters.work_patient=0.5")
    able, unable = (study(*words, f"patients.self_attunement={x}") for x in (1.5, -1.5))
    assert positive(able.share("repaired", "attempts") - unable.share("repaired", "attempts"))
    afraid, hopeful = (study(*OFTEN, f"patients.fear={x}") for x in (2, -2))
    assert positive(hopeful.share("repaired", "attempts") - afraid.share("repaired", "attempts"))


@pytest.mark.claims("T96", "T104")
def test_patients_who_can_contribute_less_gain_less_from_trained_therapists(course, positive):
    def gain(capacity):
        words = (*OFTEN, "parameters.work_patient=0.8", f"patients.self_attunement={capacity}")
        found = course(*words, working_through=0.03)
        repaired = "repaired", "attempts"
        return found.share(*repaired, arm="trained") - found.share(*repaired)

    unable, able = gain(-3), gain(0.5)
    assert positive(unable)
    assert positive(able - unable)


@pytest.mark.claims("T97", "T98", "T125")
@pytest.mark.parametrize("trained", ["attention", "acceptance", "openness"])
def test_each_quality_brings_its_part_to_working_through(course, positive, trained):
    """Attention speaks of it, acceptance does not defend, openness hears: each one adds."""
    words = ("parameters.flexibility_presence=0",)
    found = course(*STANCE_ALONE, *words, **{trained: 0.03})
    success = "repaired", "attempts"
    assert positive(found.share(*success, arm="trained") - found.share(*success))


@pytest.mark.claims("T97", "T98", "T102")
def test_flexibility_is_the_fourth_part(study, positive):
    rigid, flexible = (study(*STANCE_ALONE, f"therapists.rigidity={x}") for x in (2, -2))
    success = "repaired", "attempts"
    assert positive(flexible.share(*success) - rigid.share(*success))
    words = ("parameters.stance_slope=0", "parameters.flexibility_presence=4")
    absent, present = (study(*STANCE_ALONE, *words, f"therapists.attention={x}") for x in (-4, 4))
    assert positive(present.share(*success) - absent.share(*success))


#: Hostile acts come by themselves and in answer to an answer, and not while a rupture is worked on.
EXCHANGES = (
    "parameters.hostile_rate=0.02",
    "parameters.hostile_introject=0",
    "parameters.hostile_befriending=0",
    "parameters.hostile_overflow=0",
    "parameters.notice_base=-12",
    "parameters.answer_base=1",
    "therapists.n=30",
)


@pytest.mark.claims("T99", "T101")
def test_hostile_exchanges_lengthen_with_reactivity(study, slope, positive):
    found = study(*EXCHANGES, record="segments", replicates=8)
    rows = found.rows().copy()
    session = rows.groupby(["replicate", "therapist", "patient", "session"])
    rows["given_back"] = rows["hostile"]
    again = rows[session["answered"].shift(1).eq(1)]
    fresh = rows[session["answered"].shift(1).eq(0)]
    chain = again.groupby("replicate")["hostile"].mean()
    assert positive(chain - 3.0 * fresh.groupby("replicate")["hostile"].mean())
    traits = found.rows(of="therapists")[["replicate", "therapist", "reactivity_room"]]
    assert positive(slope(again.merge(traits), "hostile", "reactivity_room"))


@pytest.mark.claims("T99")
def test_patients_answer_hostility_in_kind_less_where_they_feel_safe(study, positive):
    def answers(safety):
        words = (f"parameters.safety_base={safety}", "parameters.safety_felt=0")
        found = study(*words, "parameters.hostile_rate=0.03", "parameters.safety_hurt=0")
        return found.share("hostile_answers", "hostile_acts")

    assert positive(answers(-3))
    assert positive(answers(-3) - answers(3))


@pytest.mark.claims("T100", "T102")
def test_clinging_to_the_model_comes_with_rigidity_and_threat_and_goes_with_presence(
    study, positive
):
    words = (*OFTEN, "parameters.defend_base=-6", "parameters.work_base=-3")
    segments = study(*words, "parameters.cling_threat=2", record="segments")
    rows = {"where": FAILED}
    clings = "working_through == 'rigid'"
    assert positive(segments.slope(clings, "rupture_damage", **rows))
    assert positive(-segments.slope(clings, "presence", **rows))
    rigid, flexible = (
        study(*words, f"therapists.rigidity={x}", record="segments") for x in (2, -2)
    )
    assert positive(rigid.mean(clings, **rows) - flexible.mean(clings, **rows))


@pytest.mark.claims("T100")
def test_rigidity_does_harm_in_ruptures_and_none_outside(study, positive):
    rigid, flexible = (study(f"therapists.rigidity={x}") for x in (3, -3))
    assert positive(flexible.mean("alliance_late") - rigid.mean("alliance_late"))
    rigid, flexible = (study(*UNBROKEN, f"therapists.rigidity={x}") for x in (3, -3))
    unbroken = flexible.mean("ruptures") + rigid.mean("ruptures") == 0
    assert unbroken.sum() > 12
    for what in ("alliance_late", "symptom_severity_post"):
        assert (flexible.mean(what)[unbroken] == rigid.mean(what)[unbroken]).all()


@pytest.mark.claims("T99", "T101", "T53")
def test_answering_in_kind_is_loosened_by_awareness_and_acceptance_together(course, positive):
    def loosened(attention):
        words = (*OFTEN, "parameters.work_base=-3", "parameters.self_to_other=1")
        strong = ("parameters.defend_awareness=4", "parameters.drift_attention=0.5")
        people = (f"therapists.attention={attention}",)
        found = course(*words, *strong, *people, self_compassion=0.05, record="segments")
        return -found.gain("working_through == 'defensive'", where=FAILED)

    absent, present = loosened(-4), loosened(3)
    assert positive(present)
    assert positive(present - absent)


@pytest.mark.claims("T99", "T95", "T100")
def test_answering_in_kind_and_clinging_deepen_the_rupture(study, positive):
    segments = study(*OFTEN, record="segments").rows().copy()
    dyads = segments.groupby(["replicate", "therapist", "patient", "session"])
    segments["deeper"] = segments["rupture_damage"] - dyads["rupture_damage"].shift(1)
    for badly in ("defensive", "rigid"):
        met = segments[segments["working_through"].eq(badly)]
        assert positive(met.groupby("replicate")["deeper"].mean())
    unsettled = segments[segments["working_through"].eq("unsettled")]
    assert (unsettled["deeper"].dropna() == 0.0).all()


@pytest.mark.claims("T102", "T100")
def test_the_model_is_set_aside_while_a_rupture_is_worked_on_and_taken_up_again(course, positive):
    found = course(*OFTEN, attention=0.03, ego=-0.03, record="segments")
    outside, inside = "rupture_open == 0", FAILED
    for arm in ("trained", "untrained"):
        assert (found.rows(arm, where=outside)["adherence"] == 1.0).all()
    assert positive(1.0 - found.mean("adherence", where=inside))
    assert positive(-found.gain("adherence", where=inside))


@pytest.mark.claims("T104", "T85")
def test_training_for_ruptures_works_through_ruptures_and_mindfulness_in_other_ways_too(
    study, positive
):
    arms = "arms=[none,alliance_focused,mbsr]"
    strong = (
        "parameters.transfer=1",
        "parameters.learning_speed=3",
        "parameters.hope_expectancy=0",
    )
    found = study(arms, *strong, "parameters.costs=0")

    def gain(what, arm):
        return found.mean(what, arm=arm) - found.mean(what, arm="none")

    for arm in ("alliance_focused", "mbsr"):
        assert positive(gain("alliance_late", arm))
        assert positive(gain("-symptom_severity_post", arm))
    assert positive(gain("presence", "mbsr") - gain("presence", "alliance_focused"))
    assert positive(gain("-ruptures", "mbsr") - gain("-ruptures", "alliance_focused"))
    found = study(arms, *strong, "parameters.costs=0", *UNBROKEN)
    none = found.mean("ruptures", arm="none") + found.mean("ruptures", arm="alliance_focused") == 0
    assert none.sum() > 12
    assert (gain("symptom_severity_post", "alliance_focused")[none] == 0.0).all()
    assert positive(gain("-symptom_severity_post", "mbsr"))
