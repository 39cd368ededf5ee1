"""Draws: the generator's published answers, the numbers made of them, and their addresses."""

import ast
import math
from collections import Counter
from pathlib import Path

import numba
import numpy as np
import pytest
from scipy import stats

import sim
from sim import draws, links

#: Random123's known-answer vectors for philox4x32-10: counter, key, answer.
KNOWN = [
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

WORDS = [0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF]


@pytest.fixture(scope="module")
def compiled():
    """The draws as an executor has them."""
    return links.link(compiler=numba.njit).draws


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter, key, answer, compiled):
    assert draws.philox(*counter, *key) == answer
    assert compiled.philox(*counter, *key) == answer


def test_compiled_draws_are_the_plain_ones(compiled):
    for word in [*WORDS, *range(0, 2**32, 2**32 // 1009)]:
        assert compiled.uniform(word) == draws.uniform(word)
        assert compiled.normal(word) == draws.normal(word)
        assert compiled.jitter(word) == draws.jitter(word)
    address = (123, 45, 6, draws.NOBODY, draws.segment_moment(7, 8), draws.WEEK)
    assert compiled.words(*address) == draws.words(*address)


def test_uniforms_lie_strictly_between_0_and_1():
    assert draws.uniform(0) == 2.0**-33
    assert draws.uniform(0xFFFFFFFF) == 1.0 - 2.0**-33
    assert draws.uniform(0x7FFFFFFF) + draws.uniform(0x80000000) == 1.0


def test_normals_are_the_inverse_of_the_distribution_function():
    words = np.concatenate([WORDS, np.arange(0, 2**32, 2**32 // 20011), 2 ** np.arange(32)])
    ours = np.array([draws.normal(int(word)) for word in words])
    theirs = stats.norm.ppf((words + 0.5) / 2**32)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=1e-15)
    assert -6.34 < ours.min() < ours.max() < 6.34


def test_normals_are_symmetric():
    for word in range(0, 2**31, 2**31 // 997):
        assert draws.normal(word) == -draws.normal(0xFFFFFFFF - word)


def test_jitter_has_mean_0_and_variance_1_within_its_range():
    ends = draws.jitter(0), draws.jitter(0xFFFFFFFF)
    np.testing.assert_allclose(ends, (-math.sqrt(3.0), math.sqrt(3.0)), rtol=1e-9)
    values = [draws.jitter(word) for word in range(2**15, 2**32, 2**16)]
    assert np.mean(values) == pytest.approx(0.0, abs=1e-6)
    assert np.var(values) == pytest.approx(1.0, abs=1e-6)


def test_moments_do_not_meet():
    moments = [draws.segment_moment(s, i) for s in range(1, 200) for i in range(200)]
    assert len(set(moments)) == len(moments)
    assert draws.week_moment(-1040) >= 0


# ---- addresses -----------------------------------------------------------------------------------


def sources():
    """The files of the chain that draw, as syntax trees."""
    for module in links.modules():
        if module is not draws:
            yield module.__name__, ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


def drawn():
    """Every call of `draws.words`, with the names on the left of it."""
    for module, tree in sources():
        unpacked = {
            id(node.value): [ast.unparse(name) for name in node.targets[0].elts]
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("words"):
                assert ast.unparse(node.func) == "draws.words", module
                yield node, unpacked.get(id(node))


DRAWN = list(drawn())


@pytest.mark.parametrize(("call", "names"), DRAWN, ids=lambda x: getattr(x, "lineno", ""))
def test_the_names_on_the_left_are_the_purposes(call, names):
    purposes = draws.PURPOSES[getattr(draws, call.args[-1].attr)]
    assert names is not None, f"{ast.unparse(call)} is not unpacked"
    for name, purpose in zip(names, purposes, strict=True):
        if purpose.startswith("_"):
            assert name.startswith("_"), f"{name} is a word nobody uses yet"
        else:
            assert name == f"{purpose}_word"


def test_every_call_is_made_in_one_place_under_its_own_seed():
    made = Counter(getattr(draws, call.args[-1].attr) for call, _ in DRAWN)
    assert made == Counter(draws.PURPOSES.keys())
    for call, _ in DRAWN:
        number = getattr(draws, call.args[-1].attr)
        assert ast.unparse(call.args[0]) == ("people" if number < 32 else "luck")


def test_a_word_becomes_a_number_or_is_handed_on():
    for module, tree in sources():
        called = {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            for argument in node.args
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id.endswith("_word"):
                used = isinstance(node.ctx, ast.Load)
                assert not used or id(node) in called, f"{module}: {node.id}"


class Word(int):
    """A word that knows its address."""


@pytest.fixture
def traced(monkeypatch):
    """The (address, word)s that are turned into numbers, in order."""
    used = []
    words, uniform = draws.words, draws.uniform
    normal, jitter = draws.normal, draws.jitter

    def traced_words(*address):
        drawn = [Word(word) for word in words(*address)]
        for place, word in enumerate(drawn):
            word.address = (*address, place)
        return tuple(drawn)

    def traced_number(number):
        def consume(word):
            if isinstance(word, Word):
                used.append(word.address)
            return number(int(word))

        return consume

    monkeypatch.setattr(draws, "words", traced_words)
    monkeypatch.setattr(draws, "uniform", traced_number(uniform))
    monkeypatch.setattr(draws, "normal", traced_number(normal))
    monkeypatch.setattr(draws, "jitter", traced_number(jitter))
    return used


@pytest.mark.parametrize("setting", ["weekly_outpatient", "twice_weekly_inpatient"])
def test_no_word_is_used_twice(traced, setting):
    """Within one arm of one replicate, even with one seed for people and luck."""
    config = sim.configure("therapists.n=3", "patients.total=8", f"setting={setting}")
    sim.Clinic(config, rng=7, replicate=3, arm="trained").run()
    assert len(traced) > 10_000
    assert {call for *_, call, _ in traced} == set(draws.PURPOSES)
    twice = {address: times for address, times in Counter(traced).items() if times > 1}
    assert not twice
