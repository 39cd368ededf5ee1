"""The language of links in a file: what it allows, and one sentence for whatever it does not."""

import pytest

from sim import own_links
from sim.errors import LinkError

#: A file as it may be, with everything that is allowed in it.
ALLOWED = '''
"""A theory of one's own."""

from __future__ import annotations

import math

from sim.chain import rupture
from sim.chain.curves import between, logistic as squashed
from sim.parameters import Parameters
from sim.records import CONFRONTATION, Dyad, Patient

STEEP: float = 1.5
BASE = -2.0 * STEEP
FEW = 3


def onset(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell it."""
    level = 0.0
    for i in range(3):
        level += tension(d.felt, i) / (FEW - 2 + i)
    if d.rupture_kind == CONFRONTATION and not d.hostile:
        level = -level
    low, high = (0.0, 1.0)
    own: float = squashed(BASE + level if c.sensitivity > 0.0 else BASE)
    return between(own + min(0.1, abs(p.onset_base)) * rupture.confrontation(p, c, d), low, high)


def tension(felt, i):
    return (1.0 - felt) * math.exp(-float(i)) + (i >> 1 & 1) * math.pi


def repair(p, c, d):
    d.scar = 0.0
    c.template += 0.1
    rupture.repair(p, c, d)
'''

#: What a function may not say in its place, and what is answered.
REFUSED = {
    "return d.felt ** 2": r"line 4: a link does without \*\*: write products, as in x \* x",
    "return d.felt % 2": "a link does without %",
    "return d.felt // 2": r"a link does without //: write math.floor\(a / b\)",
    "return 1.0 if d.felt in (1, 2) else 0.0": "a link does without in: compare with ==",
    "return [0.1][0]": "a link does without square brackets",
    "x = {}": "a link does without dictionaries",
    "return d.flet": "the dyad has no flet; did you mean 'felt'",
    "return p.onset_bse": "the parameters has no onset_bse; did you mean 'onset_base'",
    "return t.presence": "only records .* have a dot behind them",
    "return felt": "there is no number felt",
    "return math.erf(d.felt)": "math.erf will not do: a link has exp, .* of it",
    "return math.pow(d.felt, 2.0)": "math.pow will not do",
    "return np.exp(d.felt)": "only functions are called",
    "print(d.felt)": "print will not do: a link calls functions of its file",
    "return random()": "random will not do",
    "return len('a')": "len will not do",
    "return rupture.onst(p, c, d)": "sim.chain.rupture has no onst",
    "return rupture._close(d)": "sim.chain.rupture has no _close",
    "while d.felt < 1.0: pass": "a link does without while",
    "for x in (1, 2): pass": "a loop goes over a range",
    "for x in range(1001): pass": "a loop takes plain whole numbers up to 1,000",
    "for x in range(int(d.felt)): pass": "a loop takes plain whole numbers up to 1,000",
    "return (lambda x: x)(1.0)": "only functions are called",
    "d = 0.1": "d is the dyad: give another value another name",
    "p.onset_base = 0.0": "the parameters cannot be changed",
    "import math": "imports stand at the head",
    "global SIZE": "a link does without global",
    "with d: pass": "a link does without with",
    "return 'a'": "'a' is no number",
    "return onset(*(p, c, d))": r"a link does without \*",
    "return onset(**p)": r"\*\* will not do",
    "yield 1.0": "a link does without yield",
    "return (y := 1.0)": "a link does without :=",
    "def inner(): pass": "a link does without functions within functions",
}

#: What may not stand outside of functions.
OUTSIDE = {
    "import random": "random will not do: chance comes into a link as a number it is given",
    "from numpy import random": "numpy will not do: chance",
    "from sim import draws": "sim will not do: chance",
    "import numpy as np": "numpy will not do: a link takes from math, sim.chain",
    "from math import exp": "write import math, and math.exp",
    "from sim.chain import trance": "sim.chain will not do|has no trance",
    "from sim.chain.curves import logstic": "sim.chain.curves has no logstic",
    "from sim.parameters import table": "sim.parameters has no table",
    "from . import other": "will not do",
    "TEXT = 'a'": "outside its functions only numbers have names",
    "SIZE = 2 ** 3": "outside its functions only numbers have names",
    "print('hello')": "outside its functions a file has imports and numbers with a name only",
    "class Onset: pass": "outside its functions a file has imports",
    "@cache\ndef other(p): return p": "decorators will not do",
    "def other(p, x=1): return x": "other takes plain arguments only",
    "def (": "this is no Python",
}


def place(folder, text, function="onset"):
    file = folder / "mine.py"
    file.write_text(text, encoding="utf-8")
    return f"{file}:{function}"


def test_all_that_is_allowed_is(tmp_path):
    own = own_links.load("rupture.onset", place(tmp_path, ALLOWED))
    assert own.function.__name__ == "onset"
    assert own_links.load("rupture.repair", place(tmp_path, ALLOWED, "repair")).function


@pytest.mark.parametrize("line", REFUSED)
def test_what_the_chain_does_not_allow_is_refused_in_one_sentence(tmp_path, line):
    text = f"import math\nfrom sim.chain import rupture\ndef onset(p, c, d):\n    {line}\n"
    with pytest.raises(LinkError, match=REFUSED[line]) as caught:
        own_links.load("rupture.onset", place(tmp_path, text))
    assert "mine.py, line 4: " in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("line", OUTSIDE)
def test_what_stands_outside_of_functions_is_refused_as_well(tmp_path, line):
    text = f"{line}\ndef onset(p, c, d):\n    return 0.1\n"
    with pytest.raises(LinkError, match=OUTSIDE[line]) as caught:
        own_links.load("rupture.onset", place(tmp_path, text))
    assert len(str(caught.value).splitlines()) == 1


def test_a_link_that_is_refused_was_never_run(tmp_path):
    left = tmp_path / "left"
    text = f"open({str(left)!r}, 'w')\ndef onset(p, c, d):\n    return 0.1\n"
    with pytest.raises(LinkError, match="line 1"):
        own_links.load("rupture.onset", place(tmp_path, text))
    assert not left.exists()
