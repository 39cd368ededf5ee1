"""The story as a whole: made of given rows alone, the same every time, and the twin beside it.

The rows are written by hand, so the words are held here and the chain elsewhere. If words were
meant to change, ``python tests/narrative/test_story.py`` writes the golden text anew.
"""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import sim
from sim.narrative import tell
from sim.narrative.markdown import markdown
from sim.rows import PatientRow, SegmentRow, SessionRow, TherapistRow
from sim.study.partings import Twin, first_difference, first_parting
from sim.study.session_log import SessionLog
from sim.study.session_search import Found

GOLDEN = Path(__file__).with_name("session.md")

CALM = {
    **dataclasses.asdict(SegmentRow()),
    "presence": 0.75,
    "load": 1.0,
    "capacity": 3.0,
    "affect": 0.8,
    "closeness": 0.1,
    "read_said": 0.7,
    "read_unsaid": 0.65,
    "read": 0.67,
    "expressed": 0.4,
    "recognised": 0.63,
    "sent_attunement": 0.27,
    "felt_attunement": 0.17,
    "adherence": 1.0,
    "overflow": "held",
    "rupture_kind": "none",
    "working_through": "not_tried",
}
OPEN = {"rupture_open": 1, "rupture_kind": "withdrawal", "rupture_damage": 0.15}

#: What happens in the sessions of the world that is told, five minutes at a time.
TOLD = {
    1: ({}, {"affect": 1.2, "need": 0.7}, {"lapse": 1, "caught": 1}, {"felt_attunement": 0.24}),
    2: (
        {"affect": 1.9, "presence": 0.5, "load": 2.5, "agitation": 0.5, "expressed": 0.2},
        {
            "affect": 2.3,
            "overflow": "pushed_away",
            "presence": 0.3,
            "felt_attunement": 0.02,
            "closeness": -0.9,
            "hostile": 1,
            "answered": 1,
            "rupture_begins": 1,
            **OPEN,
        },
        {"affect": 1.2, "presence": 0.6, "need": -0.8, **OPEN, "read_unsaid": 0.3},
        {"affect": 0.3, "noticed": 1, "adherence": 0.6, **OPEN},
    ),
    3: (
        {"working_through": "unsettled", **OPEN},
        {"working_through": "rigid", "rupture_damage": 0.4, **OPEN},
        {"working_through": "worked_through", "felt_attunement": 0.33},
        {"lapse": 1, "presence": 0.3},
    ),
}

#: What is otherwise for the twin, by session and segment.
OTHERWISE = {
    (1, 1): {"presence": 0.76},
    (2, 2): {
        "overflow": "held",
        "load": 2.6,
        "presence": 0.5,
        "felt_attunement": 0.1,
        "closeness": 0.1,
        "hostile": 0,
        "answered": 0,
    },
    (2, 3): {"noticed": 1},
    (2, 4): {"noticed": 0, "working_through": "worked_through", "rupture_open": 0},
    (3, 1): {"working_through": "not_tried", "rupture_open": 0, "rupture_kind": "none"},
    (3, 2): {"working_through": "not_tried", "rupture_open": 0, "rupture_kind": "none"},
    (3, 3): {"working_through": "not_tried"},
}

SESSIONS = {
    1: {"vulnerability": 0.3, "alliance": 0.5, "bond": 0.5, "safety": 0.5},
    2: {
        "hooked": 1,
        "vulnerability": 0.5,
        "intention": -1.2,
        "ruptures": 1,
        "noticed": 1,
        "alliance": 0.48,
        "bond": 0.44,
        "safety": 0.45,
        "rupture_open": 1,
        "swamped": 0.5,
        "rupture_reported_patient": 1,
        "fear_rejection": 0.6,
    },
    3: {
        "vulnerability": 0.6,
        "repaired": 1,
        "action_due": 1,
        "alliance": 0.53,
        "bond": 0.56,
        "safety": 0.46,
        "fear_rejection": 0.5,
        "rupture_reported_therapist": 1,
    },
}


def world(arm, programme, otherwise, **patient):
    """One world, from what is written above."""
    segments, sessions = {}, {}
    for number, lived in TOLD.items():
        sessions[number] = {
            **dataclasses.asdict(SessionRow()),
            "session": number,
            **SESSIONS[number],
        }
        for index, happened in enumerate(lived, 1):
            changed = otherwise.get((number, index), {})
            keys = {"session": number, "segment": index}
            segments[number, index] = {**CALM, **happened, **changed, **keys}
    if otherwise:
        sessions[2] |= {"rupture_open": 0, "repaired": 1, "alliance": 0.52, "bond": 0.55}
        sessions[3] |= {"repaired": 0, "alliance": 0.55}
    trained = {"attention_room": 0.4, "decentring_room": -0.1, "practice_minutes": 1500.0}
    return Twin(
        arm=arm,
        programme=programme,
        therapist={
            **dataclasses.asdict(TherapistRow()),
            "caseload": 2,
            "attention_pre": -1.0,
            **(trained if otherwise else {}),
        },
        patient={
            **dataclasses.asdict(PatientRow(symptom_severity_pre=1.0, fear_rejection_pre=0.7)),
            "alliance_late": 0.53,
            "felt_attunement": 0.2,
            "ending": "completed",
            "sessions_attended": 3,
            **patient,
        },
        sessions=sessions,
        segments=segments,
    )


def a_log(numbers=(2, 3), *, otherwise=None, found=None, **patient):
    """A session log of these rows."""
    told = world("untrained", "none", {})
    twin = world("trained", "mbsr", OTHERWISE if otherwise is None else otherwise, **patient)
    config = sim.configure("study=session", "world=theory", "setting.segments=4", "therapists.n=3")
    return SessionLog(
        results=SimpleNamespace(config=config, manifest={"links": {}}),
        replicate=0,
        therapist=0,
        patient=0,
        told=told,
        twin=twin,
        numbers=tuple(numbers),
        found=found,
        parting=first_parting(told, twin),
        first_difference=first_difference(told, twin),
    )


def text(log):
    return markdown(tell(log), "strip.png", "attune session")


def the_golden_log():
    return a_log(found=Found("missed_rupture", 0, 0, 2, 7, 90))


def test_the_text_is_as_it_was():
    assert text(the_golden_log()) == GOLDEN.read_text(encoding="utf-8")


def test_the_same_rows_are_told_in_the_same_words():
    assert text(a_log()) == text(a_log())


def test_the_twin_is_told_only_where_it_differs():
    story = tell(a_log())
    chapters = {chapter.number: chapter for chapter in story.chapters}
    moments = {(m.session, m.segment): m for one in story.chapters for m in one.moments}
    assert moments[2, 1].other == ()
    assert moments[2, 2].parts
    keys = {key for line in moments[2, 2].other for key in line.keys}
    assert {"not.hostile", "not.overflow"} <= keys
    assert [m for m in moments.values() if m.parts] == [moments[2, 2]]
    said = " ".join(line.text for line in moments[3, 1].other)
    assert said == "Here no rupture is open."
    assert moments[3, 3].other[0].keys == ("not.open",)
    assert moments[3, 4].other == ()
    for moment in moments.values():
        for line in moment.other:
            assert line.keys[0].startswith("not.") or line in moment.twin.lines
    assert chapters[2].opening[1].keys == chapters[2].opening[0].keys
    assert chapters[3].opening[1].keys != chapters[3].opening[0].keys


def test_the_parting_is_told_apart_if_it_lies_elsewhere():
    assert tell(a_log((2,))).around == ()
    around = tell(a_log((1,))).around
    assert [(m.session, m.segment, m.parts) for m in around] == [
        (2, 1, False),
        (2, 2, True),
        (2, 3, False),
    ]
    said = " ".join(tell(a_log((1,))).parting)
    assert "In numbers the two differ from the first 5 minutes of session 1 on" in said
    assert "presence .75 here, .76 there" in said
    assert "the same in both until minute 5 of session 2" in said
    assert "in whether the bowl holds, and in whether a hostile or controlling word" in said
    assert "coupling of luck" in said


def test_worlds_are_called_by_their_arms():
    log = a_log()
    assert tell(log).worlds == ("The therapist untrained", "The twin, trained")
    told, twin = (
        dataclasses.replace(one, arm=arm)
        for one, arm in ((log.told, "none"), (log.twin, "zen_daily"))
    )
    log = dataclasses.replace(log, told=told, twin=twin)
    assert tell(log).worlds == ("The therapist untrained", "The twin, with zen daily")


def test_twins_that_never_part_are_said_not_to():
    story = tell(a_log(otherwise={(1, 1): {"presence": 0.76}}))
    assert any("never part: nothing happens in one" in one for one in story.parting)
    story = tell(dataclasses.replace(a_log(), parting=None, first_difference=None))
    assert story.parting[0].startswith("The two worlds never part. Not one number differs")


def test_a_twin_whose_patient_fares_worse_is_told_with_a_caution():
    worse = "symptoms are more severe at the planned end, by .35 SD"
    told = a_log().told.patient["symptom_severity_post"]
    assert worse in " ".join(tell(a_log(symptom_severity_post=told + 0.35)).ending)
    for alike in (told, told + 0.004, told - 0.35):
        assert "more severe" not in " ".join(tell(a_log(symptom_severity_post=alike)).ending)


def test_a_session_that_the_twin_never_had():
    log = a_log(sessions_attended=2, ending="improved")
    gone = {number: row for number, row in log.twin.sessions.items() if number < 3}
    rows = {place: row for place, row in log.twin.segments.items() if place[0] < 3}
    log = dataclasses.replace(log, twin=dataclasses.replace(log.twin, sessions=gone, segments=rows))
    last = tell(log).chapters[-1]
    assert last.opening[1] is None
    assert all(moment.twin is None for moment in last.moments)
    assert last.absent == (
        "In the other world there is no such session: the treatment ended because the patient was "
        "well enough after 2 sessions."
    )
    assert last.absent in text(log)


if __name__ == "__main__":
    GOLDEN.write_text(text(the_golden_log()), encoding="utf-8")
