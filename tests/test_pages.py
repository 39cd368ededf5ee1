"""The pages and figures of the docs: all is there and up to date, and no file is large."""

import importlib.util
import re
from pathlib import Path

import pytest

from sim import choices, claims, configuration, equations, parameters

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def pages():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "experiments" / "pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def comparison(pages):
    return pages.programmes(3, "therapists.n=3", "patients.per_therapist=2")


def test_the_table_has_every_programme_with_its_effects(pages, comparison):
    text = pages.table(comparison)
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", text, flags=re.MULTILINE))
    assert list(rows) == [pages.NONE, *(name for name in rows if name != pages.NONE)]
    assert set(rows) == set(choices.groups()["training"])
    effects = comparison.effects.set_index(["arm", "step"])
    for name in set(rows) - {pages.NONE}:
        cells = [cell.strip() for cell in rows[name].split("|")]
        assert cells[2:] == [pages.effect(effects.loc[name, step]) for step in pages.STEPS]
    assert rows["waiting_list"].split("|")[0].strip() == "nothing"
    assert rows["mbsr"].split("|")[1].strip().startswith("56 (")
    assert {"0"} == {cell.strip() for cell in rows["waiting_list"].split("|")[1:]}


def test_the_page_is_of_the_programmes_there_are():
    text = (DOCS / "programmes.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
    assert sorted(named) == sorted(choices.groups()["training"])


def test_the_plain_world_is_the_table_with_all_that_is_assumed_at_nothing(pages):
    import yaml

    text = pages.PLAIN.read_text(encoding="utf-8")
    assert text == pages.plain(), "make docs writes it anew"
    off = {
        name: one.neutral
        for name, one in parameters.table().items()
        if one.evidence == "assumed" and one.neutral is not None
    }
    assert yaml.safe_load(text)["parameters"] == off
    world = configuration.configure("world=plain").parameters
    for name, one in parameters.table().items():
        assert getattr(world, name) == off.get(name, one.default), name


def test_figures_of_the_readme_are_small():
    shown = re.findall(r"!\[[^]]+\]\((docs/[\w.]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert len(shown) >= 2
    for name in shown:
        assert (ROOT / name).stat().st_size < 200_000


def test_a_figure_is_shrunk_to_the_same_file(pages, comparison, tmp_path):
    (tmp_path / "few").mkdir()
    png = pages.figures.draw_sweep(comparison.effects, ["arm"], tmp_path)[0]
    for name in ("one.png", "other.png"):
        pages.shrink(png, tmp_path / "few" / name)
    one, other = sorted((tmp_path / "few").iterdir())
    assert one.read_bytes() == other.read_bytes()
    assert one.stat().st_size < png.stat().st_size


# ---- the theory, and the model by the ODD protocol -----------------------------------------------

WRITTEN = ("theory", "odd")


@pytest.fixture(scope="module")
def writers():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "experiments")
        yield {name: importlib.import_module(name) for name in WRITTEN}


@pytest.fixture(scope="module")
def texts(writers):
    return {name: writer.PAGE.read_text(encoding="utf-8") for name, writer in writers.items()}


def test_both_pages_are_as_make_docs_would_write_them(writers, texts):
    assert writers["theory"].page() == texts["theory"], "docs/theory.md is old: run make docs"
    made = writers["odd"].page(texts["odd"])
    assert made == texts["odd"], "docs/ODD.md is old: run make docs"


def test_every_claim_is_on_the_page_once_with_its_words(texts):
    listed = re.findall(r"^\*\*(T\d+)\*\* (.+?) \*\(", texts["theory"], flags=re.MULTILINE)
    assert listed == [(number, claim.says) for number, claim in claims.register().items()]


def test_every_link_is_in_the_protocol_once(texts):
    listed = re.findall(r"^#### (\w+\.\w+)$", texts["odd"], flags=re.MULTILINE)
    assert sorted(listed) == sorted(equations.links())
    called = set(re.findall(r"\[`(\w+\.\w+)`\]\(#", texts["odd"].partition("## 4. ")[0]))
    parts = set(re.findall(r"^#### (\S+)\n\n.* Part of ", texts["odd"], flags=re.MULTILINE))
    missed = set(equations.links()) - called - parts
    assert not missed, f"no step and no other link calls {', '.join(sorted(missed))}"


@pytest.mark.parametrize("name", WRITTEN)
def test_no_link_of_a_page_is_dead(writers, texts, name):
    anchors = {
        page: set(re.findall(r'<a id="([^"]+)">', text))
        | {
            writers["theory"].anchor(title)
            for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        for page, text in texts.items()
    }
    anchors = {writers[page].PAGE.name: found for page, found in anchors.items()}
    for target in set(re.findall(r"\]\(([^)]+)\)", texts[name])):
        file, _, anchor = target.partition("#")
        page = file or writers[name].PAGE.name
        assert (DOCS / page).is_file(), target
        assert not anchor or anchor in anchors[page], target


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_can_be_read(texts, name):
    cells = re.findall(r"(?<=\| )[^|\n]+(?= \|)", texts[name])
    assert max(map(len, cells)) < 500
    code = re.findall(r"```text\n(.*?)```", texts[name], flags=re.DOTALL)
    assert len(code) > 50
    assert max(len(line) for block in code for line in block.splitlines()) <= equations.WIDTH


def test_the_protocol_says_what_each_step_does_in_order(writers):
    items = writers["odd"].items(writers["odd"].session.segment)
    words = [item.words for item in items]
    assert words[0] == "The patient's affect moves on; closeness and distance take turns."
    steps = next(item.links for item in items if item.words.startswith("Stern's three steps"))
    read, express, recognise = (
        steps.index(f"attunement.{step}") for step in ("read", "express", "recognise")
    )
    assert read < express < recognise


def test_a_page_without_a_place_for_a_part_is_refused(writers, texts):
    broken = texts["odd"].replace("<!-- made: schedule -->", "")
    with pytest.raises(ValueError, match="the page has places for"):
        writers["odd"].page(broken)


def test_pattern_tests_are_found_by_the_claims_they_name(writers, tmp_path, monkeypatch):
    (tmp_path / "test_bowl.py").write_text(
        '"""The bowl holds, or overflows."""\n\nimport pytest\n\n\n'
        '@pytest.mark.claims("T43", "T44")\ndef test_it_holds():\n    pass\n\n\n'
        '@pytest.mark.claims("T43")\n@pytest.mark.parametrize("n", [1])\ndef test_it_spills(n):\n'
        "    pass\n\n\ndef test_nothing():\n    pass\n",
        encoding="utf-8",
    )
    theory, odd = writers["theory"], writers["odd"]
    monkeypatch.setattr(theory, "PATTERNS", tmp_path)
    theory.patterns.cache_clear()
    try:
        holds, spills = "test_bowl.py::test_it_holds", "test_bowl.py::test_it_spills"
        assert theory.patterns() == {"T43": [holds, spills], "T44": [holds]}
        assert f"Shown by [`{holds}`](../tests/patterns/test_bowl.py)." in theory.page()
        row = next(line for line in odd.patterns() if "test_bowl" in line)
        assert row.endswith("| The bowl holds, or overflows. | T43, T44 |")
    finally:
        theory.patterns.cache_clear()
