"""What holds for every link: it keeps its word about its range, and the chain's own language.

Each link is tried on records whose fields lie anywhere in what is legal - traits ten SD out, a
bowl with a load of a hundred, nobody present at all - and under parameters anywhere in their
ranges, both ends included. What a link promises, and what would be so without it, is read from its
own docstring.
"""

import ast
import importlib
import importlib.util
import inspect
import math
import pkgutil
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import chain, instruments, layout
from sim.chain import curves
from sim.parameters import Parameters, table
from sim.records import Dyad, Frame, Patient, Programme, Therapist

FILES = [
    importlib.import_module(f"{chain.__name__}.{file.name}")
    for file in pkgutil.iter_modules(chain.__path__)
]
LINKS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in [*FILES, instruments]
    if module is not curves
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
}
#: `bounded` is none: it gives an instrument's two numbers, not what a person answers.
PUBLIC = {
    name: x for name, x in LINKS.items() if "._" not in name and name != "instruments.bounded"
}
CHAIN = {name: link for name, link in PUBLIC.items() if not name.startswith("instruments.")}
RECORDS = {"t": Therapist, "c": Patient, "d": Dyad, "g": Programme, "f": Frame}
CLAIM = re.compile(r"\bT(\d+)[ab]?\b")

# ---- what is legal -------------------------------------------------------------------------------

LEVEL = (0.0, 1.0)
RATE = (1e-7, 1e6)
BY_UNIT = {
    "level": LEVEL,
    "level difference": (-1.0, 1.0),
    "share": LEVEL,
    "probability": LEVEL,
    "load/SD": LEVEL,
    "SD": (-10.0, 10.0),
    "SD2": (0.0, 9.0),
    "SD/hour": (-1.0, 1.0),
    "share/hour": LEVEL,
    "logit": (-10.0, 10.0),
    "factor": (1e-5, 1e4),
    "load": (0.0, 100.0),
    "1/segment": RATE,
    "0-3": (0.0, 3.0),
    "hours": (0.0, 168.0),
    "0 or 1": (0, 1),
    "0-1": LEVEL,
    "code": (0, 2),
    "count": (0, 1000),
    "sessions": (0, 1000),
    "sittings": (1, 28),
    "segments": (1, 1000),
    "weeks": (0, 1040),
    "week": (-1040, 1040),
    "bits": (0, 255),
    "0-7": (0, 7),
}
BY_NAME = {
    "agitation": (0.0, 100.0),
    "fatigue": (0.0, 100.0),
    "practice_strain": (0.0, 168.0),
    "affect": (0.0, 100.0),
    "affect_mean": (0.0, 20.0),
    "template": LEVEL,
    "capacity": (1e-5, 1e6),
    "drift_rate": (0.0, 1e6),
    "bowl": (0.001, 2000.0),
    "ladder": (-60.0, 60.0),
    "Therapist.practice_hours": (0.0, 1e5),
    "strain": LEVEL,
    "technique_drift": LEVEL,
}
NUMBERS = {
    "z": (-6.4, 6.4),
    "x": (-20.0, 20.0),
    "sent": (-6.4, 6.4),
    "style": (-6.4, 6.4),
    "error": (-6.4, 6.4),
    "common": (-6.4, 6.4),
    "own": (-6.4, 6.4),
    "u": LEVEL,
    "phase": (-1.0, 1.0),
    "trait": (-20.0, 20.0),
    "step": (0.0, 3.0),
    "difficulty": (-10.0, 10.0),
    "baseline": (-10.0, 10.0),
    "gain": (-10.0, 10.0),
    "rate": (-1.0, 1.0),
    "hours": (0.0, 168.0),
    "week": (-1040, 1040),
    "weeks": (0.0, 52.0),
    "drifting": (0.0, 1e6),
    "unrest": (0.0, 100.0),
    "load": (0.0, 100.0),
    "presence": LEVEL,
    "share": LEVEL,
    "felt": LEVEL,
    "holding": LEVEL,
    "hurts": (0.0, 2.0),  # a segment may hold a hostile act and an overflow that pushed away
    "overflows": LEVEL,
    "overflowed": LEVEL,
    "window": LEVEL,
    "swamped_share": LEVEL,
    "regular": LEVEL,
    "hurt": LEVEL,
    "acts": (0, 1000),
    "skill": (0.0, 100.0),
    "wanted": (-20.0, 20.0),
    "heart": (0.0, 1.0),
    "theme": (0, 7),
    "kind": (1, 2),
    "validity": LEVEL,
    "reliability": LEVEL,
    "mean": (15.0, 55.0),
    "spread": (0.5, 15.0),
    "low": (14.0, 14.0),
    "high": (56.0, 56.0),
    "grid": (0.01, 1.0),
}


def between(low, high):
    """Anything from low to high; both ends more often than by chance."""
    inner = st.integers(low, high) if isinstance(low, int) else st.floats(low, high)
    return st.sampled_from([low, high]) | inner


def trees(link, seen=()):
    """The code of a link and of what it calls in its own file."""
    found = [ast.parse(inspect.getsource(link))]
    file = inspect.getmodule(link)
    for node in ast.walk(found[0]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = getattr(file, node.func.id, None)
            own = inspect.isfunction(called) and called.__module__ == file.__name__
            if own and called not in seen:
                found += trees(called, (*seen, called))
    return found


def touched(link, letter):
    """The fields of a record that a link reads or changes."""
    return sorted(
        {
            node.attr
            for tree in trees(link)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == letter
        }
    )


def legal(record, name):
    field = next(field for field in layout.fields(record) if field.name == name)
    return BY_NAME.get(f"{record.__name__}.{name}") or BY_NAME.get(name) or BY_UNIT[field.unit]


def argument(link, name, also=()):
    """Everything that one argument of a link may be."""
    if name == "p":
        numbers = {
            one: between(table()[one].low, table()[one].high) | st.just(table()[one].default)
            for one in {*touched(link, "p"), *also}
        }
        return st.fixed_dictionaries(numbers).map(Parameters)
    if name in RECORDS:
        record = RECORDS[name]
        fields = {one: between(*legal(record, one)) for one in {*touched(link, name), *also}}
        return st.builds(record, **fields)
    return between(*NUMBERS[name])


def arguments(link):
    return st.tuples(*(argument(link, name) for name in inspect.signature(link).parameters))


def section(link, title):
    """A section of a numpydoc docstring."""
    found = re.search(
        rf"^{title}\n-+\n(.*?)(?=\n\n\S[^\n]*\n-+\n|\Z)",
        inspect.getdoc(link),
        re.DOTALL | re.MULTILINE,
    )
    return found.group(1) if found else ""


def promised(link):
    """The range that a link's docstring promises, and whether its lower end is left out."""
    text = section(link, "Returns")
    if found := re.search(r"(-?[\d.]+) (?:to|or) (-?[\d.]+)\b", text):
        return float(found.group(1)), float(found.group(2)), False
    if "above 0" in text:
        return 0.0, math.inf, True
    if "0 or more" in text:
        return 0.0, math.inf, False
    return -math.inf, math.inf, False


# ---- the tests -----------------------------------------------------------------------------------


@pytest.mark.parametrize("link", PUBLIC.values(), ids=PUBLIC)
def test_a_link_keeps_its_word(link):
    low, high, open_below = promised(link)
    returns = inspect.signature(link).return_annotation

    @settings(max_examples=40)
    @given(arguments(link))
    def holds(given_arguments):
        value = link(*given_arguments)
        if returns == "None":
            assert value is None
            for record, name in zip(
                given_arguments, inspect.signature(link).parameters, strict=True
            ):
                if name in RECORDS:
                    stays_legal(link, record, name)
            return
        assert type(value).__name__ == returns
        assert math.isfinite(value)
        assert low <= value <= high
        assert not (open_below and value == low)

    holds()


def stays_legal(link, record, letter):
    """What a link changes stays a level where it is one, and finite in any case."""
    for name in touched(link, letter):
        value = getattr(record, name)
        assert math.isfinite(value)
        if legal(type(record), name) == LEVEL:
            assert 0.0 <= value <= 1.0, name


def script(name):
    """An experiment's script, as a module."""
    file = Path(__file__).parents[2] / "experiments" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mutants = script("mutants")


def test_every_link_of_the_chain_can_be_cut():
    assert mutants.links() == CHAIN
    assert {name: said for name, link in CHAIN.items() if (said := mutants.faults(link))} == {}


@pytest.mark.parametrize("link", CHAIN.values(), ids=CHAIN)
def test_what_would_be_so_without_a_link_is_a_value_it_may_give(link):
    neutral = mutants.declared(link)
    if neutral == mutants.NOTHING:
        return
    low, high, _ = promised(link)
    returns = inspect.signature(link).return_annotation
    names = list(inspect.signature(link).parameters)
    fields = {name: re.findall(rf"\b{name}\.(\w+)", neutral) for name in names}

    @settings(max_examples=10)
    @given(st.tuples(*(argument(link, name, fields[name]) for name in names)))
    def holds(given_arguments):
        value = eval(neutral, link.__globals__, dict(zip(names, given_arguments, strict=True)))  # noqa: S307 - our own text
        assert type(value).__name__ == returns
        assert math.isfinite(value)
        assert low <= value <= high

    holds()


@pytest.mark.parametrize("link", PUBLIC.values(), ids=PUBLIC)
def test_a_link_says_what_it_gives(link):
    returns = inspect.signature(link).return_annotation
    assert returns in {"float", "int", "bool", "None"}
    if returns in {"float", "int"}:
        lines = section(link, "Returns").splitlines()
        assert lines[0] == returns
        assert lines[1].startswith("    ")
    assert inspect.getdoc(link).splitlines()[0].endswith((".", ")."))


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_claims_a_link_names_exist(link):
    for number in CLAIM.findall(inspect.getdoc(link)):
        assert 1 <= int(number) <= 147


@pytest.mark.parametrize("link", PUBLIC.values(), ids=PUBLIC)
def test_the_arguments_of_a_link_are_records_first_then_numbers(link):
    names = list(inspect.signature(link).parameters)
    letters = [name for name in names if name in {"p", *RECORDS}]
    assert names[: len(letters)] == letters
    order = "pgtcdf" if "g" in letters else "ptcdf"
    assert letters == sorted(letters, key=order.index)


@pytest.mark.parametrize("file", [*FILES, instruments], ids=lambda file: file.__name__)
def test_the_chain_is_plain_arithmetic(file):
    tree = ast.parse(inspect.getsource(file))
    for node in ast.walk(tree):
        # ** and % differ between machines; neither is needed.
        assert not isinstance(node, ast.Pow | ast.Mod | ast.FloorDiv | ast.MatMult)
        assert not isinstance(node, ast.Lambda | ast.ClassDef | ast.Global | ast.Nonlocal)
        if isinstance(node, ast.For) and file is instruments:  # corrections of the bounded link
            continue
        assert not isinstance(node, ast.For | ast.While | ast.Try | ast.With | ast.ListComp)
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} == {"math"}
        if isinstance(node, ast.ImportFrom):
            assert node.module == "__future__" or node.module.startswith("sim.")
    for node in tree.body:
        assert isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom | ast.Expr) or (
            isinstance(node, ast.AnnAssign | ast.Assign) and file in {curves, instruments}
        )
