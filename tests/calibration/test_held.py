"""What is never fitted: every number that multiplies what training moves in a therapist."""

import ast
import dataclasses
from pathlib import Path

import pytest

from sim import chain, parameters
from sim.calibration import space
from sim.calibration.held import FREE, HELD
from sim.records import Therapist

#: Links that end with the therapist: what is practised, and what is learned and forgotten of it.
BEFORE_THE_ROOM = ("practice",)

#: What no training moves: who the therapist is, what life brings, where attention leans.
UNMOVED = {
    "therapist", "hooks", "stress", "rapport", "focus_self", "focus_relationship",
}  # fmt: skip

#: What the therapist's state makes of a session, in the record of the two.
OF_THE_TWO = {"warmth", "steadiness", "intention", "hooked", "ladder"}

#: Arguments that hand a link a trait or a state of the therapist's.
HANDED = {"presence", "trait", "load", "overflowed", "attended"}


def read(node, owner):
    """The fields of a record that an expression reads."""
    return {
        one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.value.id == owner
    }


def names(node):
    """The names of variables that an expression reads."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def assigned(tree):
    """The variables of a link: their names, what they are set to, and whether that is added."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, False
                elif isinstance(target, ast.Tuple):
                    parts = getattr(node.value, "elts", [node.value] * len(target.elts))
                    for one, value in zip(target.elts, parts, strict=True):
                        if isinstance(one, ast.Name):
                            yield one.id, value, False
        elif (
            isinstance(node, ast.AnnAssign | ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and node.value is not None
        ):
            yield node.target.id, node.value, isinstance(node, ast.AugAssign)


def multiplied(node):
    """Two sides of which one makes the other count for more, in either order."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow):
        yield from ((node.left, node.right), (node.right, node.left))
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow):
        yield from ((node.target, node.value), (node.value, node.target))
    if isinstance(node, ast.IfExp):
        yield from ((node.body, node.test), (node.orelse, node.test))


class Link:
    """One link: its products of a parameter with what training moves."""

    def __init__(self, tree):
        self.tree = tree
        self.moved = HANDED & {argument.arg for argument in tree.args.args}
        self.carries = {}
        for name, value, again in assigned(tree):
            before = self.carries.get(name, set()) if again else set()
            self.carries[name] = self.parameters(value) | before
            if self.is_moved(value):
                self.moved.add(name)

    def parameters(self, node):
        """The parameters of an expression, and those of its variables."""
        carried = [self.carries.get(name, set()) for name in names(node)]
        return read(node, "p").union(*carried)

    def is_moved(self, node):
        """Whether training moves an expression: it reads the therapist, or asks who does."""
        asks = any(
            isinstance(one, ast.Call) and "t" in {getattr(a, "id", None) for a in one.args}
            for one in ast.walk(node)
        )
        of_the_two = read(node, "d") & OF_THE_TWO
        return bool(read(node, "t") - UNMOVED or of_the_two or asks or names(node) & self.moved)

    @property
    def found(self):
        """The parameters that multiply what training moves."""
        found = set()
        for node in ast.walk(self.tree):
            for one, other in multiplied(node):
                if self.is_moved(other):
                    found |= self.parameters(one)
        return found


def slopes(source):
    """Every parameter of a module of the chain that multiplies what training moves."""
    links = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)]
    return set().union(*(Link(link).found for link in links))


@pytest.fixture(scope="module")
def beside_training():
    folder = Path(chain.__file__).parent
    modules = [file for file in folder.glob("*.py") if file.stem not in BEFORE_THE_ROOM]
    return set().union(*(slopes(file.read_text("utf-8")) for file in modules))


def test_whatever_multiplies_what_training_moves_is_held_or_excused(beside_training):
    assert beside_training - set(HELD) - set(FREE) == set()


def test_nothing_is_excused_that_need_not_be(beside_training):
    assert set(FREE) <= beside_training
    assert not set(FREE) & set(HELD)


def test_the_reading_of_the_chain_sees_the_slopes_everybody_knows(beside_training):
    known = {"notice_presence", "rung_slope", "self_to_other", "hook_load", "ego_reactivity"}
    assert known <= beside_training
    assert "bond_felt" not in beside_training


def test_a_slope_hidden_in_a_variable_is_found():
    hidden = "def link(p, t):\n    steep = 2.0 * p.secret\n    mind = t.presence - 0.5\n"
    assert slopes(f"{hidden}    return steep * mind\n") == {"secret"}
    assert slopes(f"{hidden}    return steep + mind\n") == set()


def test_what_is_held_exists_and_may_not_be_fitted():
    where = space.space()
    assert len(set(HELD)) == len(HELD)
    assert set(HELD) | set(FREE) <= set(parameters.table())
    assert not where.may_be_fitted[where.columns([n for n in HELD if n in where.names])].any()


def test_what_no_training_moves_are_fields_of_the_therapist():
    assert {field.name for field in dataclasses.fields(Therapist)} >= UNMOVED


@pytest.mark.parametrize(
    "written",
    [
        "return p.secret * t.presence",
        "return t.presence / p.secret",
        "return p.secret ** t.presence",
        "m = t.presence; m *= p.secret; return m",
        "m = p.secret; m *= t.presence; return m",
        "return p.secret if t.presence > 0.5 else 0.0",
        "a, b = t.presence, p.secret; return a * b",
        "a: float = t.presence; return a * p.secret",
        "a = 0.0; a += t.presence; return a * p.secret",
        "return p.secret * d.warmth",
    ],
)
def test_however_a_slope_is_written_it_is_seen(written):
    assert slopes(f"def link(p, t, d):\n    {written}\n") == {"secret"}


def test_every_link_calls_the_records_by_the_same_names():
    """What is read above goes by them: ``p`` the parameters, ``t`` the therapist, ``d`` the two."""
    expected, seen = {"Parameters": "p", "Therapist": "t", "Dyad": "d"}, set()
    for file in Path(chain.__file__).parent.glob("*.py"):
        for link in ast.walk(ast.parse(file.read_text("utf-8"))):
            for argument in link.args.args if isinstance(link, ast.FunctionDef) else ():
                kind = argument.annotation and ast.unparse(argument.annotation)
                if kind in expected:
                    assert argument.arg == expected[kind], (file.stem, link.name)
                    seen.add(kind)
    assert seen == set(expected)
