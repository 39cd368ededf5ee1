"""Every sentence agrees with the row it was made of, and nothing that happened is left out."""

import itertools
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.narrative import bands, phrases, sessions
from sim.narrative.five_minutes import Teller
from sim.narrative.voice import Voice
from sim.study import open_rupture, simulate
from sim.study.session_log import _of, _twin

#: Worlds in which much happens: as it comes, and with bowls that run over and words that hurt.
WORLDS = {
    "community": ("patients=community", "seed=4"),
    "ward": ("patients=severe_inpatients", "setting=twice_weekly_inpatient"),
    "stormy": (
        "parameters.bowl_size=1.2",
        "parameters.hostile_rate=0.15",
        "parameters.onset_base=-3",
        "parameters.dropout_base=-6",
        "parameters.report_patient_false=0.3",
        "therapists.hooks=0.5",
        "training=zen_daily",
        "parameters.transfer=1",
    ),
}

#: What has to be so of a row for each thing that is told of it; `was` is how the rupture stood.
TRUE = {
    "affect.quiet": lambda r: r["affect"] < 0.5,
    "affect.mild": lambda r: 0.5 <= r["affect"] < 1.0,
    "affect.moved": lambda r: 1.0 <= r["affect"] < 1.7,
    "affect.strong": lambda r: 1.7 <= r["affect"] < 2.2,
    "affect.full": lambda r: r["affect"] >= 2.2,
    "need.near": lambda r: r["need"] >= 0.6,
    "need.apart": lambda r: r["need"] < -0.6,
    "presence.whole": lambda r: r["presence"] >= 0.85,
    "presence.here": lambda r: 0.68 <= r["presence"] < 0.85,
    "presence.partly": lambda r: 0.5 <= r["presence"] < 0.68,
    "presence.thin": lambda r: 0.35 <= r["presence"] < 0.5,
    "presence.away": lambda r: r["presence"] < 0.35,
    "bowl.light": lambda r: r["load"] < 0.25 * r["capacity"],
    "bowl.holding": lambda r: r["load"] < 0.55 * r["capacity"],
    "bowl.heavy": lambda r: 0.55 * r["capacity"] <= r["load"] < 0.8 * r["capacity"],
    "bowl.brim": lambda r: r["load"] >= 0.8 * r["capacity"],
    "felt.none": lambda r: r["felt_attunement"] < 0.05,
    "felt.little": lambda r: 0.05 <= r["felt_attunement"] < 0.12,
    "felt.some": lambda r: 0.12 <= r["felt_attunement"] < 0.2,
    "felt.met": lambda r: 0.2 <= r["felt_attunement"] < 0.3,
    "felt.deep": lambda r: r["felt_attunement"] >= 0.3,
    "unsaid.missed": lambda r: r["read_unsaid"] < 0.5 and r["read_said"] > r["read_unsaid"] + 0.159,
    "closeness.too_near": lambda r: r["closeness"] - r["need"] >= 0.7,
    "closeness.too_far": lambda r: r["closeness"] - r["need"] < -0.7,
    "adherence.loose": lambda r: r["adherence"] < 0.8,
    "open.unnoticed": lambda r: r["rupture_open"] and not r["noticed"],
}

#: What happens, and so is told if and only if it does.
HAPPENS = {
    "lapse.slips": lambda r: r["lapse"] and not r["caught"],
    "lapse.caught": lambda r: r["lapse"] and r["caught"],
    "overflow.absorbed": lambda r: r["overflow"] == "absorbed",
    "overflow.pushed_away": lambda r: r["overflow"] == "pushed_away",
    "hostile.act": lambda r: r["hostile"] and r["working_through"] != "defensive",
    "hostile.answered": lambda r: r["hostile"] and r["answered"],
    "hostile.unanswered": lambda r: r["hostile"] and not r["answered"],
    "begins.withdrawal": lambda r: r["rupture_begins"] and r["rupture_kind"] == "withdrawal",
    "begins.confrontation": lambda r: r["rupture_begins"] and r["rupture_kind"] == "confrontation",
    "noticed.withdrawal": lambda r: r["noticed"] and r["rupture_kind"] == "withdrawal",
    "noticed.confrontation": lambda r: r["noticed"] and r["rupture_kind"] == "confrontation",
    "working.worked_through": lambda r: r["working_through"] == "worked_through",
    "working.unsettled": lambda r: r["working_through"] == "unsettled",
    "working.defensive": lambda r: r["working_through"] == "defensive",
    "working.rigid": lambda r: r["working_through"] == "rigid",
}


def twins(*words, arms=("untrained", "trained"), many=3):
    """Live some dyads, and give the twins of each."""
    small = (f"therapists.n={many}", "patients.per_therapist=3", "replicates=1", "record=segments")
    config = sim.configure("world=theory", *small, "reading=same", "precision=null", *words)
    tables = simulate.tables(config)
    for therapist, patient in tables["patients"][["therapist", "patient"]].drop_duplicates().values:
        levels = {level: _of(tables[level], therapist, patient) for level in list(tables)[1:]}
        yield tuple(_twin(arm, "a programme", levels) for arm in arms)


@pytest.fixture(scope="module", params=WORLDS)
def courses(request):
    return [twin for pair in twins(*WORLDS[request.param]) for twin in pair]


def tellings(twin):
    """Every five minutes of a course with what is told of them, and every session's frame."""
    voice, rupture, before = Voice(), open_rupture.Rupture(), None
    teller = Teller(voice)
    for number, session in twin.sessions.items():
        rows = [row for (n, _), row in twin.segments.items() if n == number]
        closed_over = rupture.meet(rows[0])
        stood = (rupture.session, rupture.noticed)
        fears = (twin.patient["fear_rejection_pre"], twin.patient["fear_harm_pre"])
        if before is not None:
            fears = (before["fear_rejection"], before["fear_harm"])
        opening = tuple(sessions.opening(voice, session, rows[0], fears, rupture, closed_over))
        teller.begin()
        told = []
        for row in rows:
            rupture.follow(row)
            told.append((row, teller.tell(row, rupture, last=row is rows[-1])))
        closing = tuple(sessions.closing(voice, session, before, rupture))
        yield session, before, stood, opening, told, closing
        before = session


def plain(key):
    """The thing told, whether it changed or was tried before."""
    key = re.sub(r"^affect\.(rises|eases)\.", "affect.", key)
    return key.removesuffix(".again")


def test_what_is_told_of_five_minutes_is_true_of_their_row(courses):
    for twin in courses:
        for _, _, _, _, told, _ in tellings(twin):
            for row, lines in told:
                keys = [key for line in lines for key in line.keys]
                assert keys
                assert len(keys) == len(set(keys))
                for key in map(plain, keys):
                    if key.startswith("weakest."):
                        step = key.removeprefix("weakest.")
                        shares = {s: row[s] / usual for s, usual in bands.USUAL.items()}
                        assert shares[step] == min(shares.values())
                    elif key != "affect.steady":
                        assert (TRUE | HAPPENS)[key](row), (key, row)


def test_whatever_happens_is_told_and_nothing_else(courses):
    for twin in courses:
        for _, _, _, _, told, _ in tellings(twin):
            for row, lines in told:
                keys = {plain(key) for line in lines for key in line.keys}
                for key, happened in HAPPENS.items():
                    assert (key in keys) == bool(happened(row)), (key, row)


def test_a_feeling_rises_and_eases_as_the_rows_do(courses):
    for twin in courses:
        for _, _, _, _, told, _ in tellings(twin):
            for (was, _), (row, lines) in itertools.pairwise(told):
                keys = {key for line in lines for key in line.keys}
                if any(key.startswith("affect.rises") for key in keys):
                    assert row["affect"] > was["affect"]
                if any(key.startswith("affect.eases") for key in keys):
                    assert row["affect"] < was["affect"]


def test_a_rupture_is_unnoticed_until_it_is_noticed(courses):
    for twin in courses:
        noticed, attempts = False, 0
        for _, _, _, _, told, _ in tellings(twin):
            for row, lines in told:
                keys = {key for line in lines for key in line.keys}
                again = {key for key in keys if key.endswith(".again")}
                if row["rupture_begins"]:
                    noticed, attempts = False, 0
                noticed |= bool(row["noticed"])
                assert not (noticed and "open.unnoticed" in keys)
                assert not again or attempts > 0
                attempts += row["working_through"] != "not_tried"


def test_how_a_session_begins_and_ends_is_true_of_its_row(courses):
    for twin in courses:
        for session, before, (began, noticed), opening, told, closing in tellings(twin):
            keys = {key for line in opening for key in line.keys}
            assert ("hooked" in keys, "held" in keys) == (session["hooked"], not session["hooked"])
            assert ("due.acted" in keys) == bool(session["acted"])
            assert ("due.left" in keys) == bool(session["action_due"] > session["acted"])
            assert ("arrives.unsettled" in keys) == (told[0][0]["agitation"] >= 0.35)
            assert ("left.unnoticed" in keys) == bool(began and not noticed)
            assert ("left.noticed" in keys) == bool(began and noticed)
            first = told[0][0]
            closed = (
                before is not None
                and before["rupture_open"]
                and (first["rupture_begins"] or not first["rupture_open"])
                and first["working_through"] != "worked_through"
            )
            assert ("closed_over" in keys) == bool(closed)
            if before is None or not before["rupture_open"]:
                assert not began
            elif began:
                assert str(began) in next(line.text for line in opening if "left" in line.keys[0])
                assert began < session["session"]
            keys = {key for line in closing for key in line.keys}
            left = {"rupture.left_unnoticed", "rupture.left_noticed"}
            assert bool(keys & left) == bool(session["rupture_open"])
            if before is not None:
                change = session["alliance"] - before["alliance"]
                assert ("alliance.grows" in keys) == (change >= 0.008)
                assert ("alliance.weakens" in keys) == (change <= -0.008)
                if "rupture.repaired" in keys:
                    assert session["repaired"]
                    assert session["bond"] > before["bond"]
            reports = {line.keys[0]: line.text for line in closing if "told" in line.keys[0]}
            there = session["ruptures"] or session["repaired"] or session["rupture_open"]
            for key, text in reports.items():
                patient, therapist = (
                    session[f"rupture_reported_{who}"] for who in ("patient", "therapist")
                )
                assert (
                    key.removeprefix("told.")
                    == {
                        (1, 1): "both",
                        (1, 0): "patient",
                        (0, 1): "therapist",
                        (0, 0): "neither",
                    }[patient, therapist]
                )
                assert text.endswith("there was one." if there else "there was none.")
            assert reports or not there


def test_everything_there_are_words_for_can_be_told():
    seen = set()
    for words in WORLDS.values():
        for pair in twins(*words, many=6):
            for twin in pair:
                for _, _, _, opening, told, closing in tellings(twin):
                    lines = [*opening, *closing, *(line for _, all_ in told for line in all_)]
                    seen |= {key for line in lines for key in line.keys}
    assert set(phrases.PHRASES) - seen == set(phrases.ABSENT)


# ---- the words themselves ------------------------------------------------------------------------


def test_every_way_of_saying_is_a_way_of_its_own():
    everything = [way for ways in phrases.PHRASES.values() for way in ways]
    assert len(everything) == len(set(everything))
    for way in everything:
        assert way == way.strip()
        assert not re.search(r"\d|  ", way)
        names = {name for _, name, _, _ in string.Formatter().parse(way) if name}
        assert names <= {"why", "session", "truth"}


def test_the_same_thing_is_told_in_the_next_words_and_so_round():
    voice = Voice()
    ways = phrases.PHRASES["affect.steady"]
    told = [voice.words("affect.steady") for _ in range(2 * len(ways))]
    assert told == [*ways, *ways]


@given(st.floats(-10.0, 10.0))
def test_a_word_is_that_of_the_highest_cut_reached(value):
    for words, cuts in (bands.AFFECT, bands.NEED, bands.PRESENCE, bands.FELT, bands.GAP):
        assert len(words) == len(cuts) + 1
        assert list(cuts) == sorted(cuts)
        at = words.index(bands.word(value, (words, cuts)))
        assert at == 0 or value >= cuts[at - 1]
        assert at == len(cuts) or value < cuts[at]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.714, ".71"), (-0.2, "−.20"), (-1.2, "−1.20"), (0.0, ".00"), (-0.001, ".00"), (1.0, "1.00")],
)
def test_numbers_of_the_margin(value, said):
    assert bands.figure(value) == said
