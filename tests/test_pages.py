"""The pages and figures of the docs: every programme is there, and no file is large."""

import importlib.util
import re
from pathlib import Path

import pytest

from sim import choices

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
