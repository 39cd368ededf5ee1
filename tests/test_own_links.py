"""Links of one's own from a file, on the command line: found, checked, run, and written down."""

import importlib.util
import inspect
import json
import textwrap
from pathlib import Path

import pytest

import sim
from sim import cli, configuration, engine, links, manifest, own_links, results
from sim.errors import ConfigurationError, LinkError
from sim.tables import ROWS

ROOT = Path(__file__).parents[1]
SMALL = ("therapists.n=2", "patients.total=5", "setting.weeks=9")
FEW = ("therapists.n=2", "patients.total=4", "replicates=2", "precision=null", "reading=same")

#: Two links that do what those of test_links.py do, so that one kernel serves both.
MINE = """
import math

from sim.chain import rupture
from sim.chain.curves import logistic

STEEPNESS = 1.5


def onset_of_my_own(p, c, d):
    '''A rival account: only what is not felt matters, and a little chance.'''
    return 0.01 + 0.1 * steep(1.0 - d.felt) * math.exp(-d.alliance)


def steep(x):
    return logistic(STEEPNESS * (x - 0.5))


def lapse_as_it_is(p, t):
    '''The link itself, called from a replacement: no change, and no going round in circles.'''
    return rupture.lapse(p, t)
"""


def file(folder, text, name="mine.py"):
    place = folder / name
    place.write_text(textwrap.dedent(text), encoding="utf-8")
    return place


def rows(lived):
    return {level: lived.table(level) for level in ROWS}


def same(one, other):
    return all(
        one[level][c].tobytes() == other[level][c].tobytes() for level in ROWS for c in one[level]
    )


def both(place):
    own = {"onset": "onset_of_my_own", "lapse": "lapse_as_it_is"}
    return [f"links.rupture.{name}={place}:{function}" for name, function in own.items()]


@pytest.fixture(scope="module")
def plain():
    return rows(sim.Clinic(sim.configure(*SMALL)).run())


def test_a_link_from_a_file_is_the_same_in_clinic_and_engine(tmp_path, plain):
    config = sim.configure(*SMALL, *both(file(tmp_path, MINE)))
    clinic = rows(sim.Clinic(config).run())
    assert not same(clinic, plain)
    (block,) = engine.run(config, 1, "segments")
    assert same(rows(block), clinic)
    # ... and the one that only calls its original has changed nothing.
    alone = sim.configure(*SMALL, both(tmp_path / "mine.py")[0])
    assert same(rows(sim.Clinic(alone).run()), clinic)


def test_the_chains_own_account_from_a_file_changes_nothing(plain):
    own = f"links.rupture.onset={ROOT / 'experiments' / 'rival_onsets.py'}:as_it_is"
    config = sim.configure(*SMALL, own)
    assert same(rows(sim.Clinic(config).run()), plain)


@pytest.mark.parametrize("name", links.names())
def test_every_link_can_be_replaced_by_one_that_calls_it(tmp_path, name):
    module, _, function = name.partition(".")
    takes = ", ".join(inspect.signature(links.original(name)).parameters)
    text = f"from sim.chain import {module}\ndef mine({takes}):\n    return {name}({takes})\n"
    if own_links._changes(f"sim.chain.{module}", function):
        text = text.replace("return ", "")
    own = own_links.load(name, f"{file(tmp_path, text)}:mine")
    assert links.check({name: own.function})


def test_no_link_at_all_is_what_null_says(plain):
    config = sim.configure(*SMALL, "links.rupture.onset=null")
    assert own_links.places(config) == {}
    assert same(rows(sim.Clinic(config).run()), plain)
    assert manifest.identity(config) == manifest.identity(sim.configure(*SMALL))


# ---- written down, and told apart ----------------------------------------------------------------


def test_the_identity_follows_what_a_file_says_and_not_where_it_lies(tmp_path):
    def identity(place):
        return manifest.identity(
            sim.configure(*SMALL, f"links.rupture.onset={place}:onset_of_my_own")
        )

    (tmp_path / "there").mkdir()
    one = identity(file(tmp_path, MINE))
    assert one != manifest.identity(sim.configure(*SMALL))
    assert one == identity(file(tmp_path / "there", MINE))
    assert one != identity(file(tmp_path, MINE.replace("1.5", "1.6"), "other.py"))
    assert one != identity(file(tmp_path, MINE.replace("1.5", "1.7")))


def test_compare_takes_it_keeps_it_and_finds_it_again(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file(tmp_path, MINE)
    words = ["compare", *both("mine.py"), *FEW]
    assert cli.main(words) == 0
    (written,) = Path("outputs/compare").glob("*/manifest.json")
    kept = json.loads(written.read_text(encoding="utf-8"))
    told = kept["links"]["rupture.onset"]
    assert told["function"] == "onset_of_my_own"
    assert told["file"] == "mine.py"
    assert told["text"] == Path("mine.py").read_text(encoding="utf-8")
    assert len(told["sha256"]) == 64
    assert set(both("mine.py")) < set(kept["command"].split())
    assert "Own links" in (written.parent / "report.html").read_text(encoding="utf-8")
    again = configuration.restore(kept["config"])
    assert set(own_links.of(again)) == {"rupture.onset", "rupture.lapse"}
    capsys.readouterr()
    assert cli.main(words) == 0
    assert "found there" in " ".join(capsys.readouterr().out.split())
    file(tmp_path, MINE.replace("0.01", "0.02"))
    assert results.find(sim.configure(*words[1:])) is None


# ---- what is refused -----------------------------------------------------------------------------

WRONG = """
from sim.chain import rupture

def few(p, c):
    return 0.1

def nothing(p, c, d):
    d.felt + 1.0 if d.felt > 2.0 else 0.0

def two(p, c, d):
    return 0.1, 0.2

def divides(p, c, d):
    return 1.0 / d.ruptures

def endless(p, c, d):
    return 1e308 * 1e308

def changing(p, c, d):
    return deeper(p, d)

def deeper(p, d):
    rupture.worsen(p, d)
    return 0.1
"""


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("links.rupture.onst={}:few", "links.rupture.onst does not exist; did you mean"),
        ("links.curves.logistic={}:few", "links.curves.logistic does not exist"),
        ("links.rupture.onset={}:fw", "wrong.py has no function fw: it has few, .*; did you"),
        ("links.rupture.onset=no.py:few", "links.rupture.onset=no.py:few: there is no file no.py"),
        ("links.rupture.onset={}", "it takes a file and a function in it, as in"),
        ("links.rupture.onset=few", "it takes a file and a function in it, as in"),
        ("links.rupture.onset={}:few", r"takes \(p, c, d\), but few takes \(p, c\)"),
        ("links.rupture.onset={}:two", "two gives 2 numbers, and the link gives a number"),
        ("links.rupture.onset={}:divides", "divides fails where all traits are 0: ZeroDivision"),
        ("links.rupture.onset={}:endless", "gives inf where all traits are 0"),
        ("links.rupture.onset={}:changing", "changes a record, and the link it stands for does"),
    ],
)
def test_a_link_that_will_not_do_is_refused_in_one_sentence(tmp_path, capsys, word, sentence):
    text = WRONG.replace("    d.felt + 1.0 if d.felt > 2.0 else 0.0\n", "    return\n")
    place = file(tmp_path, text, "wrong.py")
    with pytest.raises(LinkError, match=sentence):
        manifest.identity(sim.configure(word.format(place)))
    assert cli.main(["compare", word.format(place), f"output={tmp_path}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("attune: ")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "compare").exists()


def test_a_link_that_gives_nothing_is_refused(tmp_path):
    place = file(tmp_path, "def onset(p, c, d):\n    pass\n")
    with pytest.raises(LinkError, match="gives nothing, and the link gives a number"):
        own_links.load("rupture.onset", f"{place}:onset")


@pytest.mark.parametrize("word", ["links=3", "links.rupture=3", "links.rupture.onset=3"])
def test_what_is_no_file_is_no_link(word):
    with pytest.raises(ConfigurationError, match="it takes a file and a function in it"):
        sim.configure(word)


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "mine.py").write_bytes(b"\xff\xfe")
    with pytest.raises(LinkError, match=r"mine.py cannot be read"):
        own_links.load("rupture.onset", f"{tmp_path / 'mine.py'}:onset")


# ---- the guide -----------------------------------------------------------------------------------


def test_the_guide_shows_the_file_and_the_sentences_there_are():
    script = ROOT / "experiments" / "own_link.py"
    spec = importlib.util.spec_from_file_location("own_link", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = module.PAGE.read_text(encoding="utf-8")
    said = (ROOT / module.FILE).read_text(encoding="utf-8")
    parts = {"file": module.accounts(said), "refused": module.refused()}
    assert module.page(text, parts) == text
    for account in ("of_being_missed", "of_the_patient"):
        assert text.count(f"rival_onsets.py:{account}") >= 2


@pytest.mark.parametrize(
    ("gives", "sentence"),
    [
        ("3.0", "gives 3 to some people, and the link a number from 0 to 1"),
        ("0.02 / (1.0 - d.overflow - d.hostile)", "fails with some people: .*zero"),
        ("math.log(c.sensitivity + 0.1)", "fails with some people: math domain error"),
    ],
)
def test_a_link_has_to_do_for_people_of_all_kinds(tmp_path, gives, sentence):
    text = f"import math\n\n\ndef onset(p, c, d):\n    return {gives}\n"
    config = sim.configure(*SMALL, f"links.rupture.onset={file(tmp_path, text)}:onset")
    with pytest.raises(LinkError, match=sentence):
        own_links.of(config)


def test_arithmetic_that_fails_is_the_link_s_where_there_is_one():
    def failing():
        yield 1
        raise ZeroDivisionError("division by zero")

    with pytest.raises(LinkError, match=r"links\.rupture\.onset failed while .* was running"):
        list(engine.answering_for({"rupture.onset": len}, failing()))
    with pytest.raises(ZeroDivisionError):
        list(engine.answering_for({}, failing()))
