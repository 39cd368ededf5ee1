"""The page's engine lives what plain Python lives: the same people, moments and events."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import draws, equations, page
from sim.page import translation

ROOT = Path(__file__).parents[2]

#: Numbers of order one; the browser's exponential may differ in its last bit.
CLOSE = 1e-9

A_COURSE = {
    "cuts": [],
    "parameters": {},
    "frame": {"weeks": 3, "follow_up_weeks": 0},
    "programme": {},
    "therapists": {},
    "patients": {},
    "people": 1,
    "luck": 2,
    "replicate": 0,
    "who": 0,
    "caseload": 1,
}


def in_words(p):
    return str(p)


def with_a_list(p):
    return p in [1, 2]


@pytest.fixture(scope="module")
def engine():
    return page.engine()


def test_every_number_of_every_moment_is_that_of_python(engine, node, courses):
    several = courses.several()
    assert len(several) >= 50
    assert {name for course in several for name in course["cuts"]} == set(equations.links())
    expected = np.concatenate([courses.in_python(course) for course in several])
    lived = node.live(engine, several)
    assert lived.shape == expected.shape
    np.testing.assert_allclose(lived, expected, rtol=CLOSE, atol=CLOSE)
    assert np.isfinite(lived).all()


def test_cut_links_are_mended_again(engine, node):
    cut = A_COURSE | {"cuts": ["rupture.onset", "attunement.read"]}
    first, between, last = np.split(node.live(engine, [A_COURSE, cut, A_COURSE]), 3)
    assert (first == last).all()
    assert (first != between).any()


def test_words_are_those_of_python_to_the_last_bit(engine, node):
    edges = [0, 1, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, draws.NOBODY]
    addresses = [[a, b, a ^ b, 7, b, a] for a in edges for b in edges]
    script = f"{engine}\nconsole.log(JSON.stringify({addresses}.map(a => draws.philox(...a))))"
    assert json.loads(node.run(script)) == [list(draws.philox(*one)) for one in addresses]


def test_a_line_of_the_chain_that_changes_changes_the_page(engine, node, tmp_path, courses):
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "sim", copy / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "conf", copy / "sim/conf", ignore=shutil.ignore_patterns("__pycache__"))
    link = copy / "sim/chain/attunement.py"
    before = "return p.words * d.read_said + (1.0 - p.words) * d.read_unsaid"
    source = link.read_text("utf-8")
    assert before in source
    link.write_text(source.replace(before, "return 0.5 * d.read_said * d.read_unsaid"), "utf-8")
    told = subprocess.run(
        [sys.executable, "-c", "from sim import page; print(page.engine())"],
        env=os.environ | {"PYTHONPATH": str(copy)},
        cwd=copy,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "0.5 * d.read_said" in told.stdout
    assert (node.live(engine, [A_COURSE]) != node.live(told.stdout, [A_COURSE])).any()


@pytest.mark.parametrize("function", [in_words, with_a_list])
def test_what_the_translation_cannot_carry_is_refused(function):
    with pytest.raises(TypeError, match=function.__name__):
        translation.javascript(translation.read(function), function)
