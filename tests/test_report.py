"""The report: one file that asks for nothing, with the numbers of the tables in it."""

import re
from html.parser import HTMLParser

import pytest

import sim
from sim import figures, parameters, report
from sim.study import sample
from sim.study.measures import KINDS
from sim.study.steps import RELATIONSHIPS

SMALL = ("therapists.n=4", "patients.per_therapist=3", "replicates=6", "training=zen_daily")

#: What makes a browser load something.
LOADS = {"src", "href", "data", "action", "poster", "srcset", "background", "cite"}


class Page(HTMLParser):
    """What a page is made of: its tags, the words of each table row by key, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.words, self.table, self.key = [], {}, [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "table":
            self.table = given["class"]
        elif tag == "tr":
            self.key = given.get("data-step") or given.get("data-sign")
        elif tag in {"td", "th"} and self.key:
            self.rows.setdefault((self.table, self.key), []).append("")

    def handle_data(self, data):
        self.words.append(data)
        cells = self.rows.get((self.table, self.key)) if self.key else None
        if cells:
            cells[-1] += data.strip()

    def ids(self):
        return {given["id"] for _, given in self.tags if "id" in given}


@pytest.fixture(scope="module")
def comparison():
    return sim.compare(sim.configure(*SMALL, "parameters.transfer=0.8"))


@pytest.fixture(scope="module")
def written(comparison, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return report.write(comparison, folder)


@pytest.fixture(scope="module")
def page(written):
    return Page(written[-1].read_text(encoding="utf-8"))


def test_every_figure_and_the_page_are_written(written):
    names = ["chain", *figures.OF_PEOPLE]
    drawn = [f"{name}.{end}" for name in names for end in ("png", "svg")]
    assert [file.name for file in written] == [*drawn, "report.html"]
    assert all(file.stat().st_size > 1000 for file in written)


def test_it_asks_for_nothing(written, page):
    for tag, given in page.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        for name in LOADS & given.keys():
            assert given[name].startswith(("#", "data:image/svg+xml;base64,")), (tag, name)
        assert not any(name.startswith("on") for name in given)
    text = written[-1].read_text(encoding="utf-8")
    assert not re.search(r"https?://|@import|url\(", text)
    policy = [given["content"] for tag, given in page.tags if "http-equiv" in given]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_it_is_the_same_file_for_the_same_comparison(comparison, written):
    shown = [file for file in written if file.suffix == ".svg"]
    lived = sample.take(comparison.results)
    note = report._note(comparison.results, lived)
    again = report.html(comparison, shown, note)
    assert again == written[-1].read_text(encoding="utf-8")


def test_all_parts_are_there(comparison, page):
    parts = {"question", "answer", "chain", "measures", "readings", "people", "vital-signs"}
    parts |= {"evidence", "configuration", "repeat", "command"}
    assert parts | {f"figure-{name}" for name in ["chain", *figures.OF_PEOPLE]} <= page.ids()
    links = [given["href"][1:] for tag, given in page.tags if tag == "a"]
    assert set(links) <= page.ids()
    text = " ".join(" ".join(page.words).split())
    for words in (
        comparison.question,
        comparison.answer,
        comparison.caution,
        comparison.stopping,
        comparison.results.manifest["command"],
        comparison.results.manifest["source_hash"][:16],
        "people 1, luck 1",
        *RELATIONSHIPS.values(),
        *(KINDS[kind][0] for kind in comparison.measures["kind"].unique()),
    ):
        assert " ".join(words.split()) in text
    for name, version in comparison.results.manifest["versions"].items():
        assert f"{name} {version}" in text


def test_its_numbers_are_those_of_the_tables(comparison, page):
    for kind, table in (("effects", comparison.effects), ("measures", comparison.measures)):
        for row in table.to_dict("records"):
            cells = page.rows[kind, row["step"]]
            assert row["label"] in cells[0]
            assert cells[1:3] == [report.number(row["untrained"]), report.number(row["trained"])]
            assert cells[3] == report.interval(row["difference"], row["low"], row["high"])
            ends = (row[f"standardised{end}"] for end in ("", "_low", "_high"))
            assert cells[5] == report.interval(*ends)
    for row in comparison.readings.to_dict("records"):
        cells = page.rows["readings", row["step"]]
        for cell, name in zip(cells[1:3], ("same", "independent"), strict=True):
            assert cell == report.interval(*(row[f"{name}{end}"] for end in ("", "_low", "_high")))
    for row in comparison.vital_signs.to_dict("records"):
        cells = page.rows["signs", row["sign"]]
        assert cells[1] == report.interval(row["value"], row["low"], row["high"], signed=False)


def test_numbers_are_written_as_they_are():
    assert report.interval(0.0214, 0.0204, 0.0222) == "+0.021 [0.020, 0.022]"
    assert report.interval(-0.5, -0.6, -0.4) == "−0.500 [−0.600, −0.400]"
    assert report.interval(0.0, 0.0, 0.0) == "exactly 0"
    assert report.interval(0.2, float("nan"), float("nan")) == "+0.200"
    assert report.interval(float("nan"), 0.0, 0.0) == report.gain(float("nan")) == "–"
    assert [report.number(x) for x in (0.0, 1.234, -0.0123)] == ["0.00", "1.23", "−0.012"]
    assert (report.gain(11.6), report.gain(1e9)) == ("12×", "over 10,000×")


def test_evidence_is_counted_and_what_was_set_is_named(page):
    table = parameters.table().values()
    text = " ".join(" ".join(page.words).split())
    assumed = sum(entry.evidence == "assumed" for entry in table)
    assert f"Of the {len(table)} numbers of the theory, {assumed} are assumed" in text
    for entry in table:
        if entry.evidence != "assumed":
            assert entry.name in text
            assert " ".join(entry.source.split()) in text
    (changed,) = report._evidence({"transfer": 0.8})["changed"]
    assert (changed["entry"].name, changed["value"]) == ("transfer", 0.8)
    assert "Parameters that were set to something else" in text


def test_what_a_user_wrote_is_text_and_not_html():
    config = sim.configure(*SMALL, "reading=same", "replicates=2")
    config.training.name, config.training.about = "<script>alert(1)</script>", "<b>bold</b> & more"
    text = report.html(sim.compare(config))
    assert "<script" not in text
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in text


def test_without_a_sample_it_says_so(comparison, monkeypatch, tmp_path):
    monkeypatch.setattr(sample, "MOST_SESSIONS", 10)
    assert sample.size(comparison.results.config) == 0
    *drawn, page = report.write(comparison, tmp_path)
    assert [file.name for file in drawn] == ["chain.png", "chain.svg"]
    assert "Patients and sessions are not drawn" in page.read_text(encoding="utf-8")


def test_several_arms_have_their_tables(tmp_path):
    config = sim.configure(*SMALL[:3], "arms=[none,mbsr,zen_daily]", "reading=same")
    *_, page = report.write(sim.compare(config), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.count('<table class="effects">') == 2
    assert "zen daily against none" in text
    assert 'id="readings"' not in text


def test_a_sample_is_the_first_replicates_of_the_study(comparison):
    lived = sample.take(comparison.results)
    trials = comparison.results.trials
    first = trials[trials["replicate"] < 6].reset_index(drop=True)
    assert lived.trials["symptom_severity_post"].tolist() == (
        first["symptom_severity_post"].tolist()
    )
    assert sample.size(sim.configure("replicates=500")) == sample.REPLICATES
    assert sample.size(sim.configure("therapists.n=2000")) == 1
