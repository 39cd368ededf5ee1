"""Ruptures: lapses that hurt, prevention, noticing, what is repaired and what is left behind."""

import pytest

#: The moments at which an open rupture can still be noticed.
UNNOTICED = "rupture_open == 1 and rupture_begins == 0 and working_through == 'not_tried'"

#: Bonds that do not break: whatever else brings ruptures on is put aside.
UNBROKEN = (
    "parameters.onset_base=-12",
    *(f"parameters.onset_{what}=0" for what in ("mismatch", "overflow", "lapse", "hostile")),
)

#: No feedback from how it went to how the next segment goes.
NO_FEEDBACK = (
    "parameters.onset_misattunement=0",
    "parameters.onset_alliance=0",
    "parameters.onset_fear=0",
    "parameters.onset_hostile=0",
)


@pytest.mark.claims("T86", "T91")
def test_ruptures_are_reported_as_often_as_in_the_literature(study, positive):
    """By patients in 11 to 38 sessions of 100, by therapists in 25 to 53 (Nagy et al. 1998)."""
    sessions = study(record="sessions")
    patient, therapist = (
        sessions.mean(f"rupture_reported_{who}") for who in ("patient", "therapist")
    )
    assert 0.11 < patient.mean() < 0.38
    assert 0.25 < therapist.mean() < 0.53
    assert positive(therapist - patient)


@pytest.mark.claims("T91", "T89")
def test_therapists_miss_ruptures_and_notice_others(study, positive):
    found = study()
    noticed = found.share("noticed", "ruptures")
    assert positive(0.9 - noticed)
    assert positive(noticed)


@pytest.mark.claims("T83", "T43")
def test_one_therapist_breaks_more_bonds_when_loaded(study, positive):
    sessions = study(record="sessions")
    assert positive(sessions.slope("rupture_probability", "load", within=["therapist"]))
    assert positive(sessions.slope("rupture_probability", "overflows", within=["therapist"]))


@pytest.mark.claims("T85", "T84")
def test_preventing_ruptures_is_one_thing(course, positive):
    """Presence that notices nothing and works nothing through: fewer ruptures, repaired as ever."""
    words = ("notice_presence=0", "notice_focus=0", "stance_slope=0", "flexibility_presence=0")
    found = course(*(f"parameters.{word}" for word in words), attention=0.03, record="sessions")
    assert positive(-found.gain("rupture_probability"))
    rate = found.share("noticed", "ruptures", arm="trained") - found.share("noticed", "ruptures")
    assert not positive(rate)


@pytest.mark.claims("T85", "T104", "T90")
def test_noticing_ruptures_is_another(course, positive):
    words = (*NO_FEEDBACK, "parameters.recognise_rupture=0", "parameters.harm_most=0")
    closed = ("parameters.carry_over=0", "parameters.strain=0", "parameters.affect_showing=0")
    found = course(*words, *closed, noticing=0.05, record="sessions")
    assert positive(
        found.share("noticed", "ruptures", arm="trained") - found.share("noticed", "ruptures")
    )
    assert positive(found.gain("repaired"))
    assert abs(found.gain("rupture_probability")).max() < 0.01


@pytest.mark.claims("T85", "T104")
def test_mindfulness_does_both(study, positive):
    found = study("training=mbsr", "parameters.transfer=1", "parameters.learning_speed=3")
    for arm_gain in (found.gain("-ruptures"), found.gain("catches / lapses", where="lapses > 0")):
        assert positive(arm_gain)
    for part, whole in (("noticed", "ruptures"), ("repaired", "noticed")):
        assert positive(found.share(part, whole, arm="trained") - found.share(part, whole))


@pytest.mark.claims("T89", "T94")
def test_repair_is_noticing_and_then_working_through(study, positive):
    unseen = study("parameters.notice_base=-12")
    assert positive(0.02 - unseen.share("repaired", "ruptures"))
    stuck = study("parameters.work_base=-6", "parameters.work_stance=0")
    assert positive(stuck.mean("noticed"))
    assert positive(0.2 - stuck.share("repaired", "noticed"))
    both = study("parameters.notice_base=-1", "parameters.work_base=2")
    assert positive(both.share("repaired", "ruptures") - 0.5)


@pytest.mark.claims("T93", "T60", "T91")
def test_presence_notices_a_withdrawal_more_than_a_confrontation(study, positive):
    """Confrontations are plain to most; a withdrawal is for those who are there."""
    words = ("parameters.onset_base=-3", "parameters.presence_noise=2")
    segments = study(*words, record="segments", replicates=20)
    kinds = {kind: f"{UNNOTICED} and rupture_kind == '{kind}'" for kind in KINDS}
    rate = {kind: segments.mean("noticed", where=where) for kind, where in kinds.items()}
    slope = {kind: segments.slope("noticed", "presence", where=kinds[kind]) for kind in KINDS}
    assert positive(rate["confrontation"] - rate["withdrawal"])
    for kind in KINDS:
        assert positive(slope[kind])
    assert positive(
        slope["withdrawal"] / rate["withdrawal"] - slope["confrontation"] / rate["confrontation"]
    )


KINDS = ("withdrawal", "confrontation")


@pytest.mark.claims("T93", "T99", "T50")
def test_most_ruptures_are_withdrawals_and_hostility_is_confronted(study, positive):
    segments = study("parameters.hostile_rate=0.02", record="segments")
    begins = "rupture_begins == 1"
    confronted = "rupture_kind == 'confrontation'"
    share = segments.mean(confronted, where=begins)
    assert positive(0.5 - share)
    after_act = segments.mean(confronted, where=f"{begins} and hostile == 1")
    assert positive(after_act - segments.mean(confronted, where=f"{begins} and hostile == 0"))


@pytest.mark.claims("T50", "T84")
def test_hostile_acts_break_bonds(study, positive):
    segments = study("parameters.hostile_rate=0.02", record="segments")
    broken = "rupture_begins"
    calm = segments.mean(broken, where="hostile == 0 and rupture_open == rupture_begins")
    assert positive(segments.mean(broken, where="hostile == 1") - calm)


@pytest.mark.claims("T87", "T95")
def test_bonds_that_broke_and_were_repaired_end_above_those_that_never_broke(study, positive):
    """The same people, once without a rupture, once with every rupture soon worked through."""
    whole = study(*UNBROKEN)
    mended = study("parameters.notice_base=3", "parameters.work_base=5")
    missed = study("parameters.notice_base=-12")
    assert positive(mended.share("repaired", "ruptures") - 0.9)
    assert positive(mended.mean("alliance_late") - whole.mean("alliance_late"))
    assert positive(whole.mean("alliance_late") - missed.mean("alliance_late"))


@pytest.mark.claims("T87", "T10")
def test_only_repair_teaches_how_to_handle_conflict(study, positive):
    whole = study(*UNBROKEN)
    mended = study("parameters.notice_base=3", "parameters.work_base=5")
    missed = study("parameters.notice_base=-12", "parameters.notice_presence=0")
    assert (whole.mean("template_post", where="ruptures == 0") == 0.0).all()
    assert positive(mended.mean("template_post"))
    assert positive(mended.mean("template_post") - 20.0 * missed.mean("template_post"))
    assert positive(mended.mean("relationships_followup") - whole.mean("relationships_followup"))
    assert positive(mended.mean("relationships_followup") - missed.mean("relationships_followup"))


@pytest.mark.claims("T95", "T92", "T88")
def test_a_repaired_rupture_dips_and_rises_and_an_unrepaired_one_goes_on_down(study, positive):
    sessions = study(record="sessions", replicates=60).rows(where="session >= 4").copy()
    dyads = sessions.groupby(["replicate", "therapist", "patient"])
    before = dyads["bond"].shift(1)
    sessions["fall"], sessions["rise"] = before - sessions["bond"], dyads["bond"].shift(-1) - before
    began = sessions["ruptures"].eq(1) & dyads["rupture_open"].shift(1).eq(0)
    left = began & sessions["rupture_open"].eq(1)
    later = dyads[["repaired", "rupture_open", "ruptures"]].shift(-1)
    mended = left & later["repaired"].eq(1) & later["rupture_open"].eq(0) & later["ruptures"].eq(0)
    missed = left & later["repaired"].eq(0) & later["rupture_open"].eq(1)
    by = sessions["replicate"]
    assert positive(sessions["fall"][mended].groupby(by).mean())
    back = (sessions["rise"] + sessions["fall"])[mended].groupby(by).mean()
    assert positive(back)
    further = (sessions["rise"] + sessions["fall"])[missed].groupby(by).mean()
    assert positive(sessions["fall"][missed].groupby(by).mean())
    assert positive(-further)


@pytest.mark.claims("T88", "T92", "T95")
def test_a_rupture_that_is_left_open_festers(study, positive):
    segments = study(record="segments").rows().copy()
    dyads = segments.groupby(["replicate", "therapist", "patient"])
    held = segments["rupture_open"].eq(1) & dyads["rupture_open"].shift(1).eq(1)
    overnight = held & segments["segment"].eq(1) & segments["working_through"].eq("not_tried")
    deeper = (segments["rupture_damage"] - dyads["rupture_damage"].shift(1))[overnight]
    assert positive(deeper.groupby(segments["replicate"]).mean())


@pytest.mark.claims("T92", "T95", "T87")
def test_the_later_a_rupture_is_repaired_the_less_is_won(study, positive):
    """The bond after the repair against that before the rupture, soon and two sessions late."""
    sessions = study(record="sessions", replicates=80).rows(where="session >= 4").copy()
    dyads = sessions.groupby(["replicate", "therapist", "patient"])
    back = {lag: dyads[["bond", "rupture_open", "ruptures"]].shift(lag) for lag in (1, 2, 3)}
    mended = sessions["repaired"].eq(1) & sessions["rupture_open"].eq(0)
    soon = mended & sessions["ruptures"].eq(1) & back[1]["rupture_open"].eq(0)
    late = mended & sessions["ruptures"].eq(0) & back[1]["rupture_open"].eq(1)
    late &= (
        back[2]["rupture_open"].eq(1) & back[3]["rupture_open"].eq(0) & back[1]["ruptures"].eq(0)
    )
    by = sessions["replicate"]
    won_soon = (sessions["bond"] - back[1]["bond"])[soon].groupby(by).mean()
    won_late = (sessions["bond"] - back[3]["bond"])[late].groupby(by).mean()
    assert positive(won_soon)
    assert positive(won_soon - won_late)


@pytest.mark.claims("T88", "T92")
def test_some_ruptures_close_over_unrepaired_and_leave_a_scar(study, positive):
    found = study(record="sessions")
    last = found.mean("rupture_open", where="session == 14")
    unrepaired = found.mean("ruptures - repaired") * 14.0 - last
    assert positive(unrepaired)
    healed, scarred = (study(f"parameters.scar_share={x}") for x in (0, 1))
    assert positive(healed.mean("alliance_late") - scarred.mean("alliance_late"))


@pytest.mark.claims("T88")
def test_who_drops_out_leaves_with_more_unresolved_ruptures(study, positive):
    words = ("setting.may_drop_out=1", "parameters.dropout_base=-3")
    found = study(*words, replicates=48)
    unresolved = "(ruptures - repaired) / sessions_attended"
    left, stayed = (
        found.mean(unresolved, where=f"ending == '{how}'") for how in ("dropped_out", "completed")
    )
    assert positive(left - stayed)


@pytest.mark.claims("T88")
def test_a_missed_rupture_drives_away_and_a_good_alliance_keeps(study, positive):
    words = ("setting.may_drop_out=1", "parameters.dropout_base=-3")
    dropped = "ending == 'dropped_out'"
    noticed, missed = (study(*words, f"parameters.notice_base={x}") for x in (2, -12))
    assert positive(missed.mean(dropped) - noticed.mean(dropped))
