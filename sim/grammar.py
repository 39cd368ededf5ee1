"""What a link of one's own may say: the language of the chain, checked before anything runs.

The chain is scalar: arithmetic, comparisons, ``math`` and its own functions on records and plain
numbers. Whatever goes beyond that would run differently, or not at all, in one of the executors
(the compiler, the browser), or would bring chance in without an address. So a file with links of
one's own is read as text first, and the first thing that will not do is named with its line.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from sim import parameters, records
from sim.errors import LinkError, nearest
from sim.headers import Words, head, is_text, refused

#: The records a link is given, by the names they have in every link.
RECORDS: Mapping[str, str] = {
    "p": "Parameters",
    "g": "Programme",
    "f": "Frame",
    "t": "Therapist",
    "c": "Patient",
    "d": "Dyad",
}

#: What of ``math`` gives the same bits in plain Python and compiled, and exists in a browser.
MATH = (
    *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt"),
    *("floor", "ceil", "trunc", "fabs"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "atanh"),
    *("pi", "e"),
)

#: The functions of Python itself that are as scalar as the chain.
PLAIN = frozenset({"abs", "min", "max", "int", "float"})

#: A loop takes that many steps at most: a link is called thousands of times a second.
MOST_STEPS = 1000

_OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Pow: "**: write products, as in x * x",
    ast.Mod: "%: its sign differs between languages",
    ast.FloorDiv: "//: write math.floor(a / b)",
    ast.MatMult: "@: links know no arrays",
    ast.In: "in: compare with ==",
    ast.NotIn: "not in: compare with !=",
    ast.Is: "is: compare with ==",
    ast.IsNot: "is not: compare with !=",
}

_EXPRESSIONS = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Tuple)
_SYMBOLS = (ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context)

_NAMES: Mapping[type[ast.AST], str] = {
    ast.List: "lists",
    ast.Dict: "dictionaries",
    ast.Set: "sets",
    ast.ListComp: "lists",
    ast.GeneratorExp: "generators",
    ast.Subscript: "square brackets: links know no arrays",
    ast.JoinedStr: "text",
    ast.Lambda: "lambda: write a function of the file",
    ast.FunctionDef: "functions within functions",
    ast.While: "while: a loop needs an end, as in for i in range(10)",
    ast.With: "with",
    ast.Try: "try",
    ast.Raise: "raise",
    ast.Assert: "assert",
    ast.Global: "global: a link remembers nothing but in the records",
    ast.Nonlocal: "nonlocal: a link remembers nothing but in the records",
    ast.Import: "import: imports stand at the head of the file",
    ast.ImportFrom: "import: imports stand at the head of the file",
    ast.NamedExpr: ":=",
    ast.Delete: "del",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.Starred: "*",
}


def check(source: str, file: str, has: Callable[[str, str], bool]) -> Words:
    """Check the text of a file with links of one's own.

    Parameters
    ----------
    source : str
        The text.
    file : str
        What to call it.
    has : callable
        Tells whether a module of the chain has something of a name.

    Returns
    -------
    Words
        What its names stand for.

    Raises
    ------
    LinkError
        For the first thing that the chain does not allow, with its line.
    """
    try:
        tree = ast.parse(source, file)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise LinkError(f"{file}{line}: this is no Python: {message}") from error
    words = head(tree, file, has)
    for function in words.functions.values():
        _Function(function, words, file, has).check()
    return words


def changes(words: Words, name: str, in_chain: Callable[[str, str], bool]) -> bool:
    """Tell whether a function of a file changes a record, by itself or by what it calls.

    Parameters
    ----------
    words : Words
        What `check` gave.
    name : str
        The function.
    in_chain : callable
        Tells the same of a function of the chain, by its module and name.
    """
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        for node in ast.walk(words.functions[one]):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                return True
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if isinstance(called, ast.Name) and called.id in words.functions:
                ahead.append(called.id)
            elif isinstance(called, ast.Name) and called.id in words.taken:
                if in_chain(*words.taken[called.id]):
                    return True
            elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                module = words.modules.get(called.value.id, "math")
                if module != "math" and in_chain(module, called.attr):
                    return True
    return False


def _is_few(node: ast.expr) -> bool:
    """Tell whether a number of steps stands in the text, and is no more than a link may take."""
    return (
        isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value <= MOST_STEPS
    )


class _Function:
    """One function of a file, held to the language of the chain."""

    def __init__(
        self,
        node: ast.FunctionDef,
        words: Words,
        file: str,
        has: Callable[[str, str], bool],
    ) -> None:
        self.node, self.words, self.file, self.has = node, words, file, has
        taken = node.args
        self.given = {one.arg for one in (*taken.posonlyargs, *taken.args)}
        names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
        self.local = {name.id: name for name in names if isinstance(name.ctx, ast.Store)}

    def check(self) -> None:
        """Check what the function takes, and every statement of it."""
        node, taken = self.node, self.node.args
        if node.decorator_list:
            raise self._no(node.decorator_list[0], "decorators will not do: leave them out")
        if taken.vararg or taken.kwarg or taken.kwonlyargs or taken.defaults:
            raise self._no(node, f"{node.name} takes plain arguments only, all of them given")
        for name in self.local.keys() & self.given & RECORDS.keys():
            raise self._no(
                self.local[name], f"{name} is the {_noun(name)}: give another value another name"
            )
        self._block(node.body)

    def _block(self, body: list[ast.stmt]) -> None:
        """Check statements."""
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        """Check a statement."""
        if is_text(node) or isinstance(node, ast.Pass | ast.Break | ast.Continue):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._expression(node.value)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                self._expression(node.value)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self._target(target)
            if isinstance(node, ast.AugAssign):
                self._symbol(node.op, node)
            if node.value is not None:
                self._expression(node.value)
        elif isinstance(node, ast.If):
            self._expression(node.test)
            self._block(node.body)
            self._block(node.orelse)
        elif isinstance(node, ast.For):
            self._loop(node)
        else:
            raise self._beyond(node.value if isinstance(node, ast.Expr) else node)

    def _loop(self, node: ast.For) -> None:
        """Check a loop: over a range of whole numbers."""
        over = node.iter
        ranged = isinstance(over, ast.Call) and getattr(over.func, "id", None) == "range"
        if not ranged or not isinstance(node.target, ast.Name) or node.orelse:
            raise self._no(node, "a loop goes over a range, as in for i in range(10)")
        for argument in over.args:  # type: ignore[attr-defined]
            if not _is_few(argument):
                raise self._no(
                    node, f"a loop takes plain whole numbers up to {MOST_STEPS:,}, as in range(10)"
                )
        self._block(node.body)

    def _target(self, node: ast.expr) -> None:
        """Check what is given a value."""
        if isinstance(node, ast.Tuple):
            for part in node.elts:
                self._target(part)
        elif isinstance(node, ast.Attribute):
            self._field(node)
            owner = getattr(node.value, "id", "")
            if owner not in {"t", "c", "d"}:
                raise self._no(node, f"the {_noun(owner)} cannot be changed")
        elif not isinstance(node, ast.Name):
            raise self._beyond(node)

    def _expression(self, node: ast.expr) -> None:
        """Check what is worked out."""
        if isinstance(node, ast.Constant):
            if not isinstance(node.value, bool | int | float):
                raise self._no(node, f"{node.value!r} is no number")
        elif isinstance(node, ast.Name):
            self._name(node)
        elif isinstance(node, ast.Attribute):
            self._field(node)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, _EXPRESSIONS):
            for part in ast.iter_child_nodes(node):
                if isinstance(part, _SYMBOLS):
                    self._symbol(part, node)
                else:
                    self._expression(part)  # type: ignore[arg-type]
        else:
            raise self._beyond(node)

    def _symbol(self, symbol: ast.AST, node: ast.AST) -> None:
        """Check an operator."""
        if type(symbol) in _OPERATORS:
            raise self._no(node, f"a link does without {_OPERATORS[type(symbol)]}")

    def _name(self, node: ast.Name) -> None:
        """Check that a name stands for a number, or for a record that is passed on."""
        name, words = node.id, self.words
        if name in {*self.given, *self.local, *words.numbers, *words.taken}:
            return
        known = [*self.given, *self.local, *words.numbers, *words.functions, *words.taken]
        raise self._no(node, f"there is no number {name}{nearest(name, known)}")

    def _call(self, node: ast.Call) -> None:
        """Check what is called, and with what."""
        called, words = node.func, self.words
        if any(word.arg is None for word in node.keywords):
            raise self._no(node, "** will not do: a link names all it gives")
        if isinstance(called, ast.Attribute) and getattr(called.value, "id", "") in words.modules:
            self._field(called)
        elif not isinstance(called, ast.Name):
            raise self._no(node, "only functions are called: of the file, of math and of the chain")
        elif called.id not in {*words.functions, *words.taken, *PLAIN}:
            known = [*words.functions, *words.taken, *PLAIN]
            allowed = "a link calls functions of its file, of math and of the chain only"
            raise self._no(node, f"{called.id} will not do: {allowed}{nearest(called.id, known)}")
        for argument in (*node.args, *(word.value for word in node.keywords)):
            self._expression(argument)

    def _field(self, node: ast.Attribute) -> None:
        """Check that a record has a field, or a module a function."""
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        module = self.words.modules.get(owner)
        if module == "math":
            if node.attr not in MATH:
                raise self._no(node, f"math.{node.attr} will not do: {_MATH_SAYS}")
        elif module is not None:
            if not self.has(module, node.attr):
                raise self._no(node, f"{module} has no {node.attr}")
        elif owner in RECORDS and owner in self.given:
            known = fields(owner)
            if node.attr not in known:
                said = f"the {_noun(owner)} has no {node.attr}{nearest(node.attr, known)}"
                more = " (a number of your own gets a name at the head of the file)"
                raise self._no(node, said + (more if owner == "p" else ""))
        else:
            said = "only records (p, t, c, d) and modules have a dot behind them"
            raise self._no(node, said)

    def _beyond(self, node: ast.AST) -> LinkError:
        """Refuse what links do without."""
        said = _NAMES.get(type(node), type(node).__name__)
        return self._no(node, f"a link does without {said}")

    def _no(self, node: ast.AST, said: str) -> LinkError:
        return refused(self.file, node, said)


_MATH_SAYS = f"a link has {', '.join(MATH)} of it"


def fields(owner: str) -> tuple[str, ...]:
    """List what a record holds, by the name it has in a link; the parameters for ``p``."""
    if owner == "p":
        return tuple(parameters.table())
    record: Any = getattr(records, RECORDS[owner])
    return tuple(field.name for field in dataclasses.fields(record))


def _noun(owner: str) -> str:
    """Name a record for a reader."""
    return RECORDS[owner].lower()
