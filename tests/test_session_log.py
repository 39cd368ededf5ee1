"""A session log: whom it takes out of a study, what it looks for, and where twins part."""

import copy
import dataclasses
import functools

import pytest

import sim
from sim.errors import ConfigurationError
from sim.ledger import WORDS
from sim.rows import SegmentRow, SessionRow
from sim.study import session_search
from sim.study.partings import BEGINNING, EVENTS, Parting, first_difference, first_parting
from sim.study.session_log import session_log

SMALL = ("study=session", "therapists.n=4", "patients.per_therapist=3", "replicates=3", "seed=2")

#: What happens, in whole numbers and words, as the rows of five minutes have it.
HAPPENINGS = {
    *("overflow", "hostile", "answered", "lapse", "caught", "rupture_begins", "rupture_open"),
    *("rupture_kind", "noticed", "working_through"),
}


@functools.cache
def composed(words):
    return sim.configure(*SMALL, *words)


def log(*words):
    """A log of the small study; what is asked of it is set without composing it anew."""
    asked = [word for word in words if word.startswith(("study.therapist", "study.patient"))]
    config = copy.deepcopy(composed(tuple(word for word in words if word not in asked)))
    for word in asked:
        key, _, value = word.partition("=")
        setattr(config.study, key.removeprefix("study."), int(value))
    return session_log(config)


@pytest.fixture(scope="module")
def table():
    """Every five minutes of the study that the logs are taken from."""
    config = sim.configure(*SMALL[1:], "replicates=1", "record=segments", "reading=same")
    return sim.simulate(config).segments


# ---- whom, and which sessions --------------------------------------------------------------------


def test_the_rows_are_those_of_the_study(table):
    one = log("study.therapist=1", "study.patient=2", "study.sessions=[2,3]")
    assert (one.replicate, one.therapist, one.patient, one.place) == (0, 1, 4098, 2)
    assert one.numbers == (2, 3)
    for twin in (one.told, one.twin):
        rows = table[(table["arm"] == twin.arm) & (table["patient"] == 4098)]
        assert list(twin.segments) == list(zip(rows["session"], rows["segment"], strict=True))
        assert list(twin.segments.values()) == rows.to_dict("records")
        assert set(twin.sessions) == set(rows["session"])
    assert one.told.arm == "untrained"
    assert one.twin.arm == "trained"
    assert set(one.results.segments["patient"]) == {4098}


def test_a_patient_is_named_by_number_or_by_place():
    by_place = log("study.therapist=2", "study.patient=1", "study.sessions=1")
    by_number = log("study.patient=8193", "study.sessions=1")
    assert by_place.told.patient == by_number.told.patient
    assert by_number.therapist == 2


def test_the_clinic_lives_the_same_session():
    one = log("study.therapist=1", "study.patient=2", "study.sessions=2")
    clinic = sim.Clinic(sim.configure(*SMALL)).run()
    for twin in (one.told, one.twin):
        (patient,) = (c for c in clinic.patients if c.patient == 4098 and c.arm == twin.arm)
        for number, index, row in patient.segments:
            said = dataclasses.asdict(row)
            for name, words in WORDS.items():
                if name in said:
                    said[name] = words[said[name]]
            assert {k: v for k, v in twin.segments[number, index].items() if k in said} == said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("study.therapist=4",), "study.therapist=4 does not exist: there are 4 therapists, .* 3"),
        (
            ("study.therapist=1", "study.patient=3"),
            (
                "study.patient=3 does not exist: therapist 1 has 3 patients, numbered from 4096 to "
                "4098, or from 0 to 2 by their place in the caseload"
            ),
        ),
        (("study.patient=99999999",), "study.patient=99999999 does not exist: there are 4"),
        (("study.sessions=99",), "study.sessions: session 99 never took place: the treatment has"),
        (("study.sessions=[0]",), r"study.sessions=\[0\] will not do: it takes numbers"),
        (("study.sessions=[]",), r"study.sessions=\[\] will not do"),
        (("study.sessions=x",), "study.sessions=x will not do"),
        (("study.find=repaired",), "one of .*, or null; did you mean 'repaired_rupture'"),
        (("study.find=missed_rupture", "study.sessions=1"), "contradict each other"),
        (("study.first_replicate=-1",), "study.first_replicate=-1 is out of range"),
        (("reading=independent",), "reading=independent gives every arm people of its own"),
        (
            ("parameters.transfer=0", "study.find=first_parting"),
            "study.find=first_parting: there is no such session in 3 replicates",
        ),
    ],
)
def test_mistakes_get_one_sentence(words, sentence):
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        log(*words)
    assert len(str(caught.value).splitlines()) == 1


def test_a_session_after_the_end_or_cancelled_is_said_to_be():
    words = ("parameters.dropout_base=-3", "setting.cancellations=0.4")
    config = sim.configure(*SMALL[1:], *words, "replicates=1", "record=sessions", "reading=same")
    lived = sim.simulate(config)
    held = lived.sessions[lived.sessions["arm"] == "untrained"].groupby("patient")["session"].max()
    there = lived.sessions.set_index(["arm", "patient", "session"]).index
    endings = lived.patients.set_index(["arm", "patient"])["ending"]
    said = set()
    for patient in range(3):
        gone = [n for n in range(1, 19) if ("untrained", patient, n) not in there]
        for number in {gone[0], gone[-1]}:
            with pytest.raises(ConfigurationError) as caught:
                log(*words, f"study.patient={patient}", f"study.sessions={number}")
            sentence = str(caught.value)
            if number < held[patient] or endings["untrained", patient] == "completed":
                assert "the appointment was cancelled" in sentence
            else:
                assert f"had ended after session {held[patient]} (" in sentence
            said.add("cancelled" in sentence)
    assert said == {True, False}


@pytest.mark.parametrize("word", ["study.find=missed_rupture", "study.sessions=[1]"])
def test_other_studies_are_not_asked_it(word):
    with pytest.raises(ConfigurationError, match="goes with attune session only"):
        sim.configure("study=compare", word)


# ---- what is looked for --------------------------------------------------------------------------


def by_session(table, arm="untrained"):
    return table[table["arm"] == arm].groupby(["therapist", "patient", "session"], sort=True)


def repaired(rows):
    begins = rows.loc[rows["rupture_begins"] == 1, "segment"].tolist()
    noticed = rows.loc[rows["noticed"] == 1, "segment"].tolist()
    worked = rows.loc[rows["working_through"] == "worked_through", "segment"].tolist()
    return len(begins) == len(noticed) == len(worked) == 1 and begins < noticed < worked


def missed(rows):
    begins = rows.loc[rows["rupture_begins"] == 1, "segment"].tolist()
    worked = (rows["working_through"] == "worked_through").any()
    return len(begins) == 1 and begins[0] <= 8 and not rows["noticed"].any() and not worked


@pytest.mark.parametrize(
    ("event", "holds"), [("repaired_rupture", repaired), ("missed_rupture", missed)]
)
def test_the_first_session_of_a_kind_is_found(table, event, holds):
    alike = [key for key, rows in by_session(table) if holds(rows)]
    found = session_search.search(event, table, ("untrained", "trained"))
    assert (found.therapist, found.patient, found.session) == alike[0]
    assert (found.alike, found.of) == (len(alike), len(by_session(table)))
    of_one = session_search.search(event, table, ("untrained", "trained"), therapist=2)
    assert (of_one.therapist, of_one.patient, of_one.session) == next(
        key for key in alike if key[0] == 2
    )
    one = log(f"study.find={event}")
    assert (one.therapist, one.patient, one.numbers[0]) == alike[0]
    assert len(one.numbers) == (2 if event == "missed_rupture" else 1)


def test_a_search_goes_on_to_the_next_replicate():
    rare = ("therapists.n=1", "patients.per_therapist=1", "setting.weeks=12", "replicates=40")
    one = log(*rare, "study.find=repaired_rupture")
    assert one.replicate > 0
    again = log(*rare, "study.find=repaired_rupture", f"study.first_replicate={one.replicate}")
    assert again.told.patient == one.told.patient
    assert again.replicate == one.replicate


# ---- where twins part ----------------------------------------------------------------------------


def pairs():
    """Dyads of all kinds of parting."""
    for words in ((), ("parameters.dropout_base=-3",), ("parameters.transfer=0.02",)):
        for patient in range(3):
            yield log(*words, f"study.patient={patient}", "study.sessions=1")


def expected(one, other, happenings):
    """Where two courses first differ, found in another way: all there is, in the order it comes."""

    def laid_out(twin):
        listed = {}
        for number, session in twin.sessions.items():
            listed[number, 0] = {"held": True}
            if happenings:
                listed[number, 0] |= {name: session[name] for name in BEGINNING}
            for (n, index), row in twin.segments.items():
                if n == number:
                    names = HAPPENINGS if happenings else SegmentRow.__slots__
                    listed[number, index] = {name: row[name] for name in names}
            if not happenings:
                listed[number, 99] = {name: session[name] for name in SessionRow.__slots__}
        return listed

    mine, theirs = laid_out(one), laid_out(other)
    for place in sorted({*mine, *theirs}):
        if mine.get(place) != theirs.get(place):
            return place
    return None


def test_the_parting_is_where_the_rows_first_differ():
    kinds = set()
    for one in pairs():
        for found, happenings in ((one.first_difference, False), (one.parting, True)):
            place = expected(one.told, one.twin, happenings)
            if place is None:
                assert found is None
                continue
            assert (found.session, found.segment if found.segment >= 0 else 99) == place
            kinds.add((happenings, found.in_one_world_only))
            if not found.in_one_world_only and found.segment > 0:
                rows = [side.segments[place] for side in (one.told, one.twin)]
                columns = EVENTS if happenings else SegmentRow.__slots__
                assert set(found.columns) == {c for c in columns if rows[0][c] != rows[1][c]}
    assert (True, False) in kinds
    assert (False, False) in kinds


def test_what_happens_is_all_that_is_counted_or_named():
    assert set(EVENTS) == HAPPENINGS


def test_twins_that_nothing_tells_apart_never_part():
    one = log("parameters.transfer=0", "study.sessions=1")
    assert one.parting is None
    assert one.first_difference is None


@pytest.mark.parametrize(
    ("level", "column", "place"),
    [
        ("segments", "presence", Parting(2, 3, ("presence",))),
        ("segments", "overflow", Parting(2, 3, ("overflow",))),
        ("sessions", "alliance", Parting(2, -1, ("alliance",))),
    ],
)
def test_a_single_number_moved_is_found(level, column, place):
    twin = log("study.sessions=1").told
    rows = {key: dict(row) for key, row in getattr(twin, level).items()}
    rows[(2, 3) if level == "segments" else 2][column] = "other"
    other = dataclasses.replace(twin, **{level: rows})
    assert first_difference(twin, other) == place
    assert first_parting(twin, other) == (place if column in EVENTS else None)


def test_a_session_that_one_of_them_missed_is_a_parting():
    twin = log("study.sessions=1").told
    sessions = {number: row for number, row in twin.sessions.items() if number != 3}
    other = dataclasses.replace(twin, sessions=sessions)
    for first in (first_difference, first_parting):
        found = first(twin, other)
        assert found == Parting(3, 0, ("held",))
        assert found.in_one_world_only
