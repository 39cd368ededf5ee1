"""Mindfulness, first component: attention that drifts off, is caught, and comes back."""

import numpy as np
import pandas as pd
import pytest

#: What else moves presence, put aside: load, overflow and lapses, with the catching of them.
NOTHING_ELSE = (
    *(f"parameters.{name}=0" for name in ("overflow_blur", "drift_load")),
    *(f"parameters.{name}=0" for name in ("lapse_floor", "lapse_rate")),
    "parameters.bowl_size=30",
)

#: Above this a segment counts as mindful.
MINDFUL = 0.75


def entering_and_leaving(table):
    """How often mindful spells begin where there is none, and how long they last."""
    keys = [table[name] for name in ("replicate", "therapist", "patient", "session")]
    mindful = table["presence"] > MINDFUL
    before = mindful.groupby(keys).shift(1)
    known = before.notna()
    mindful, before, replicate = mindful[known], before[known] == 1, table["replicate"][known]
    enters = mindful[~before].groupby(replicate).mean()
    leaves = (~mindful[before]).groupby(replicate).mean()
    return enters, 1.0 / leaves


@pytest.mark.claims("T14")
def test_a_mind_that_is_not_present_is_dull_or_scattered(study):
    sessions = study(record="sessions").rows()
    whole = sessions["presence"] + sessions["dull"] + sessions["scattered"]
    assert np.allclose(whole, 1.0)
    assert (sessions[["presence", "dull", "scattered"]] > 0.0).all(axis=None)


@pytest.mark.claims("T14", "T18", "T83")
def test_a_tired_mind_is_a_dull_one(study, positive):
    busy = study("patients.per_therapist=12", "parameters.recovery=0.2", record="sessions")
    dullness = busy.slope("dull / (dull + scattered)", "fatigue", within=["therapist"])
    assert positive(dullness)


@pytest.mark.claims("T14", "T85")
def test_a_dull_mind_does_not_notice_that_it_is_gone(study, positive):
    words = ("parameters.dull_catching=1", "parameters.dull_fatigue=3", "parameters.lapse_rate=0.8")
    sessions = study(*words, "patients.per_therapist=12", record="sessions")
    dullness = {"where": "lapses > 0", "within": ["therapist"]}
    assert positive(-sessions.slope("catches / lapses", "dull / (dull + scattered)", **dullness))


@pytest.mark.claims("T15", "T29", "T18")
def test_training_of_attention_makes_mindful_spells_more_frequent_and_longer(course, positive):
    found = course(attention=0.02, record="segments")
    frequency, length = entering_and_leaving(found.rows("trained"))
    frequency_before, length_before = entering_and_leaving(found.rows("untrained"))
    assert positive(frequency - frequency_before)
    assert positive(length - length_before)


@pytest.mark.claims("T15")
@pytest.mark.parametrize("other", ["return_attention", "drift_attention"])
def test_coming_back_faster_and_drifting_off_less_are_two_ways_to_presence(course, positive, other):
    words = (*NOTHING_ELSE, f"parameters.{other}=0")
    found = course(*words, attention=0.02)
    assert positive(found.gain("presence"))


@pytest.mark.claims("T15", "T18", "T19", "T26")
def test_who_is_kind_to_his_or_her_own_drifting_comes_back_sooner(study, positive):
    harsh = study(*NOTHING_ELSE, "therapists.introject=-2")
    gentle = study(*NOTHING_ELSE, "therapists.introject=2")
    assert positive(gentle.mean("presence") - harsh.mean("presence"))


@pytest.mark.claims("T29")
def test_presence_varies_between_therapists_between_sessions_and_within_them(study, positive):
    found = study(record="segments")
    therapist = ["therapist"]
    session = ["therapist", "patient", "session"]
    assert positive(found.spread("presence", by=therapist))
    assert positive(found.spread("presence", by=session) - found.spread("presence", by=therapist))
    assert positive(found.spread("presence") - found.spread("presence", by=session))


@pytest.mark.claims("T18", "T14", "T24")
def test_a_heavy_load_takes_presence(study, positive):
    words = ("parameters.overflow_blur=0", "parameters.affect_severity=0.5")
    light = study(*words, "patients.severity=-2")
    heavy = study(*words, "patients.severity=2")
    assert positive(light.mean("presence") - heavy.mean("presence"))


@pytest.mark.claims("T18", "T83")
def test_the_last_patient_of_the_week_meets_a_tired_therapist(study, positive):
    sessions = study("patients.per_therapist=12", "parameters.carry_over=0", record="sessions")
    later = {"within": ["therapist", "session"]}
    assert positive(sessions.slope("fatigue", "patient", **later))
    assert positive(-sessions.slope("presence", "patient", **later))


@pytest.mark.claims("T83", "T139")
def test_unrest_from_outside_comes_into_the_room_and_fades(study, positive):
    segments = study(record="segments")
    first, last = "segment == 1", "segment == 10"
    assert positive(segments.mean("agitation", where=first))
    assert positive(-segments.slope("presence", "agitation", where=first, within=["therapist"]))
    fading = segments.mean("agitation", where=first) - segments.mean("agitation", where=last)
    assert positive(fading)


@pytest.mark.claims("T82")
def test_the_best_lapse_too_and_the_better_one_is_the_less_there_is_to_gain(study, positive):
    def therapists(skill):
        traits = ("attention", "attitude", "bowl_capacity", "decentring", "introject")
        return study(*(f"therapists.{name}={skill}" for name in traits))

    average, good, best = therapists(0), therapists(2), therapists(4)
    assert (best.mean("lapses") > 0.0).all()
    assert (best.mean("ruptures") > 0.0).all()
    for harm in ("lapses", "ruptures"):
        first = average.mean(harm) - good.mean(harm)
        second = good.mean(harm) - best.mean(harm)
        assert positive(second)
        assert positive(first - second)


@pytest.mark.claims("T84")
def test_lapses_outnumber_ruptures(study, positive):
    found = study()
    assert positive(found.mean("lapses - ruptures"))
    assert positive(found.mean("ruptures"))


@pytest.mark.claims("T84", "T85", "T19", "T82")
def test_a_lapse_costs_presence_and_noticing_it_brings_presence_back(study, positive):
    """Lapses come and are caught whoever is present, so that they are no sign of absence."""
    words = ("parameters.lapse_floor=0.2", "parameters.lapse_rate=0", "parameters.dull_catching=0")
    words += tuple(f"parameters.catch_{what}=0" for what in ("attention", "knowing", "focus"))
    segments = study(*words, record="segments")
    absent = segments.mean("presence", where="lapse == 1 and caught == 0")
    steady = segments.mean("presence", where="lapse == 0")
    caught = segments.mean("presence", where="caught == 1")
    assert positive(steady - absent)
    assert positive(caught - steady)


@pytest.mark.claims("T84", "T82")
def test_an_absent_mind_lapses_more(study, positive):
    segments = study(record="segments")
    assert positive(-segments.slope("lapse", "presence"))


@pytest.mark.claims("T84", "T85")
def test_a_lapse_caught_in_time_does_no_damage(study, positive):
    words = ("parameters.lapse_rate=0.8", "parameters.onset_lapse=2")
    segments = study(*words, record="segments")
    harmed = segments.mean("rupture_begins", where="lapse == 1 and caught == 0")
    spared = segments.mean("rupture_begins", where="caught == 1")
    assert positive(harmed - spared)


@pytest.mark.claims("T85", "T101")
def test_attention_and_knowing_oneself_help_to_catch_a_lapse(study, course, positive):
    found = course(attention=0.02)
    trained = found.share("catches", "lapses", arm="trained")
    assert positive(trained - found.share("catches", "lapses"))
    hostile, accepting = (study(f"therapists.introject={sign}2") for sign in "-+")
    assert positive(accepting.share("catches", "lapses") - hostile.share("catches", "lapses"))


#: Attention divided very unevenly, and nothing else that makes good therapists good at everything.
UNEVEN = (
    "parameters.focus_spread=1.5",
    "parameters.therapist_common=0",
    "parameters.lapse_rate=0.6",
    "parameters.hostile_rate=0.1",
    "parameters.hostile_introject=0",
    "parameters.hostile_befriending=0",
    "parameters.catch_attention=0",
    "parameters.exchange_base=-20",
    "parameters.self_to_other=0",
    *(f"parameters.{name}_focus=1.5" for name in ("catch", "read", "notice")),
    "parameters.enact_attention=1.5",
    "therapists.n=30",
    "setting.weeks=8",
)


def therapist_means(study, what, where=None):
    """What each therapist shows on the whole."""
    rows = study.rows(where=where)
    keys = [rows["replicate"], rows["therapist"]]
    return rows.eval(what).astype(float).groupby(keys).mean()


def together(first, second):
    """The correlation over therapists, in each replicate."""
    both = pd.DataFrame({"first": first, "second": second}).dropna()
    return both.groupby(level=0).apply(lambda rows: rows["first"].corr(rows["second"]))


@pytest.mark.claims("T20")
def test_attention_is_a_budget_of_which_the_patient_gets_what_the_self_leaves(study, positive):
    """Who looks most at oneself catches lapses and acts out less, and reads the patient worse."""
    segments = study(*UNEVEN, record="segments", replicates=8)
    catching = therapist_means(segments, "caught", where="lapse == 1")
    reading = therapist_means(segments, "read_said")
    acting_out = therapist_means(segments, "hostile", where="overflow != 'held'")
    assert positive(-together(catching, reading))
    assert positive(-together(catching, acting_out))


@pytest.mark.claims("T20", "T60", "T91")
def test_attention_left_to_the_relationship_notices_ruptures(study, positive):
    segments = study(*UNEVEN, record="segments", replicates=8)
    open_before = "rupture_open == 1 and rupture_begins == 0 and working_through == 'not_tried'"
    noticing = therapist_means(segments, "noticed", where=open_before)
    catching = therapist_means(segments, "caught", where="lapse == 1")
    assert positive(-together(catching, noticing))


@pytest.mark.claims("T20", "T18")
def test_stable_attention_is_more_attention_to_divide(course, positive):
    """Reading leans on presence no more, so that what attention adds is its budget."""
    words = ("parameters.said_floor=1", "parameters.unsaid_floor=1", "parameters.self_to_other=0")
    calm = ("parameters.read_overflow=0", "parameters.read_showing=0")
    found = course(*words, *calm, attention=0.03, record="segments")
    assert positive(found.gain("read_said"))
