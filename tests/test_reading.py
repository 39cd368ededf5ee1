"""``attune session``: told in the terminal, drawn as a strip, and kept as a page."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pytest
from rich.console import Console

import sim
from sim import cli, narrative, reading, results, session_page
from sim.figures import session_strip, style
from sim.study.session_log import session_log

SMALL = ("therapists.n=3", "patients.per_therapist=3", "seed=4", "study.find=missed_rupture")

#: Attributes through which a page loads something.
LOADS = {"src", "href", "srcset", "data", "action", "poster"}


@pytest.fixture(scope="module")
def log():
    return session_log(sim.configure("study=session", *SMALL))


@pytest.fixture(scope="module")
def story(log):
    return narrative.tell(log)


@pytest.fixture(scope="module")
def page(log, story, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    session_page.write(log, story, folder)
    return folder


class Tags(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data)


# ---- the command line ----------------------------------------------------------------------------


def test_a_session_is_told_and_kept(tmp_path, capsys):
    assert cli.main(["session", *SMALL, f"output={tmp_path}"]) == 0
    said = capsys.readouterr()
    assert "A rupture that nobody noticed" in said.out
    assert "Where the two part" in said.out
    assert said.err in {"", "Compiling the chain for the first time (about half a minute) ...\n"}
    (folder,) = (tmp_path / "session").iterdir()
    names = {file.name for file in folder.iterdir()}
    assert {"session.html", "session.md", "strip.png", "strip.svg", "manifest.json"} <= names
    kept = results.load(folder)
    assert set(kept.segments["arm"]) == {"trained", "untrained"}
    assert kept.segments["patient"].nunique() == 1
    assert "session.html" in "".join(said.out.split())
    assert kept.manifest["command"].startswith("attune session ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["study.patient=77"], "attune: study.patient=77 does not exist: "),
        (["study.find=null", "study.sessions=44"], "session 44 never took place"),
        (["study.find=lost"], "attune: study.find=lost will not do: "),
    ],
)
def test_a_mistake_gets_one_sentence_and_nothing_is_written(tmp_path, capsys, words, sentence):
    given = [*SMALL[:3], *(words if any("find" in w for w in words) else [SMALL[3], *words])]
    assert cli.main(["session", *given, f"output={tmp_path}"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_terminal_shows_every_sentence(story, width):
    out = io.StringIO()
    reading.show(Console(file=out, width=width, highlight=False), story)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= min(width, reading.WIDEST)
    words = set(re.findall(r"[\w']+", out.getvalue()))
    for chapter in story.chapters:
        for moment in chapter.moments:
            for line in (*moment.told.lines, *moment.other):
                assert set(re.findall(r"[\w']+", line.text)) <= words
    assert story.title in out.getvalue()


# ---- the page ------------------------------------------------------------------------------------


def test_the_page_asks_for_nothing_and_can_be_read_by_everybody(page):
    text = (page / "session.html").read_text(encoding="utf-8")
    read = Tags(text)
    for tag, given in read.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        for name in LOADS & given.keys():
            assert given[name].startswith("data:image/svg+xml;base64,")
        assert not any(name.startswith("on") for name in given)
    assert not re.search(r"https?://|@import|url\(", text)
    tags = [tag for tag, _ in read.tags]
    assert dict(read.tags)["html"] == {"lang": "en"}
    assert tags.count("h1") == tags.count("main") == 1
    assert all(given.get("alt") for tag, given in read.tags if tag == "img")
    assert all(given.get("scope") for tag, given in read.tags if tag == "th")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_the_page_has_every_sentence_and_its_numbers(page, story):
    read = " ".join(" ".join(Tags((page / "session.html").read_text("utf-8")).words).split())
    plain = (page / "session.md").read_text(encoding="utf-8")
    for chapter in story.chapters:
        for moment in chapter.moments:
            for line in (*moment.told.lines, *moment.other):
                assert line.text.replace("'", "’") in read
                assert line.text in plain
            for name, number in moment.told.margin.items():
                assert f"{name} {number}" in read
    for text in (*story.people, *story.parting, *story.honest):
        assert text.replace("'", "’") in read
        assert text in plain


def test_marks_in_a_name_are_text(log, story, page):
    from dataclasses import replace

    html = session_page.html(log, replace(story, title="<b>&"), page / "strip.svg")
    assert "<h1>&lt;b&gt;&amp;</h1>" in html


# ---- the strip -----------------------------------------------------------------------------------


def test_the_lines_of_the_strip_are_the_rows(log):
    with mpl.rc_context(style.style()):
        figure = session_strip.lay_out(log)
    panels = {axes.get_ylabel(): axes for axes in figure.axes}
    worlds = (log.twin, log.told)
    for column, label, _ in session_strip._PANELS:
        drawn = [tuple(line.get_ydata()) for line in panels[label].lines]
        for twin in worlds:
            for number in log.numbers:
                rows = [row for (n, _), row in twin.segments.items() if n == number]
                if rows:
                    assert tuple(row[column] for row in rows) in drawn
                if rows and column == "load":
                    assert tuple(row["capacity"] for row in rows) in drawn
    course = [tuple(line.get_ydata()) for line in panels["Alliance"].lines]
    for twin in worlds:
        assert tuple(row["alliance"] for row in twin.sessions.values()) in course


def test_the_same_log_is_drawn_as_the_same_file(log, tmp_path):
    files = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        files.append(style.write(lambda: session_strip.lay_out(log), tmp_path / name, "strip"))
    for one, other in zip(*files, strict=True):
        assert one.read_bytes() == other.read_bytes()


# ---- the documentation ---------------------------------------------------------------------------


def test_two_sessions_are_in_the_docs():
    folder = Path(__file__).parents[1] / "docs" / "sessions"
    told = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.md")}
    assert set(told) == {"repaired_rupture", "missed_rupture"}
    assert "the rupture is repaired." in told["repaired_rupture"]
    assert "They part with the rupture open, and unnoticed." in told["missed_rupture"]
    for name, text in told.items():
        assert f"]({name}.png)" in text
        assert (folder / f"{name}.png").stat().st_size < 200_000
        assert "What is model here, and what is not" in text
