"""The chain in the browser's language: the same functions, translated one by one.

The theory is written once, in Python. Here each function of the chain, of a session, a course and a
population is read from its source, stripped of its docstring and types, and handed to PScript,
which writes the same expressions in JavaScript. A module becomes an object of functions, so that
the functions find each other as they do in Python, ``rupture.onset(...)``, and any link can be
replaced. What stands in a link's place when it is cut is read from its docstring ("Without it") and
translated in the same way.

One function is not translated but written by hand: ``draws.philox``, whose products need more bits
than a number in JavaScript has (``philox.js``; its published known answers are the test).
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from sim import equations, layout, links, parameters, records

#: Modules that are linked but not lived by: what is measured, and what is written down.
_LEFT_OUT = ("instruments", "ledger")

#: Written by hand: its products need 64 bits.
_BY_HAND = "draws.philox"

#: What is known to Python without being defined, and what it is called in JavaScript; PScript
#: itself knows the others.
_KNOWN = {"math": "Math", "int": "Math.trunc", "min": "min", "max": "max", "range": "range"}

#: The records that an executor makes.
RECORDS = (
    records.Programme,
    records.Frame,
    records.TherapistPopulation,
    records.PatientPopulation,
    records.Therapist,
    records.Patient,
    records.Dyad,
)


def chain() -> str:
    """Write the functions of the theory as JavaScript objects, one a module."""
    parts = []
    for module in _modules():
        name = _short(module)
        parts.append(f"const {name} = {{}};\n")
        parts += [
            f"{name}.{function.__name__} = {javascript(read(function), function)};\n"
            for function in _functions(module)
            if f"{name}.{function.__name__}" != _BY_HAND
        ]
    listed = ", ".join(_short(module) for module in _modules())
    parts.append(f"const chain = {{ {listed} }};\n")
    return "\n".join(parts)


def cuts() -> str:
    """Write what stands in the place of every link when it is cut, by ``module.function``."""
    lines = []
    for link in equations.links().values():
        original = links.original(link.name)
        body = "pass" if link.neutral in {None, "nothing changes"} else f"return {link.neutral}"
        tree = read(original)
        tree.body = ast.parse(body).body
        lines.append(f'  "{link.name}": {javascript(tree, original)},')
    return "const without = {\n" + "\n".join(lines) + "\n};\n"


def blanks() -> str:
    """Write what makes a new record of each kind, and a new set of parameters, at the defaults."""
    made = {
        record.__name__: {field.name: field.default for field in layout.fields(record)}
        for record in RECORDS
    }
    made["Parameters"] = {entry.name: entry.default for entry in parameters.table().values()}
    lines = [f"  {kind}: () => ({_literal(values)})," for kind, values in made.items()]
    return "const records = {\n" + "\n".join(lines) + "\n};\n"


def constants(*names: str) -> str:
    """Write constants of `sim.records`, for the parts of the page that name what happened."""
    return f"const codes = {_literal({name: getattr(records, name) for name in names})};\n"


def read(function: FunctionType) -> ast.FunctionDef:
    """Read a function from its source, without docstring and types."""
    (tree,) = ast.parse(inspect.getsource(function)).body
    if not isinstance(tree, ast.FunctionDef):
        message = f"{function.__qualname__} is no plain function"
        raise TypeError(message)
    tree.returns = None
    for argument in tree.args.args:
        argument.annotation = None
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    return tree


def javascript(tree: ast.FunctionDef, function: FunctionType) -> str:
    """Translate one function, its names tied to the objects of the page."""
    from pscript import py2js

    tied = _Tied(function).visit(tree)
    # Plain operators: in the chain both sides of every one of them are numbers.
    tied.body.insert(0, ast.parse("PSCRIPT_OVERLOAD = False").body[0])
    written = str(py2js(ast.unparse(ast.fix_missing_locations(tied)), inline_stdlib=False))
    if "_pyfunc_" in written or "_pymeth_" in written:
        message = f"{function.__qualname__} needs more of Python than arithmetic"
        raise TypeError(message)
    _, _, body = written.partition("= ")
    return body.strip().removesuffix(";").replace(f"function flx_{tree.name} ", "function ", 1)


def _literal(values: Mapping[str, float]) -> str:
    """Write numbers by name as an object."""
    return "{ " + ", ".join(f"{name}: {value!r}" for name, value in values.items()) + " }"


def _modules() -> list[ModuleType]:
    """List the modules of the theory, from the ground up."""
    return [module for module in links.modules() if _short(module) not in _LEFT_OUT]


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """List the functions that a module defines, in its order."""
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value


class _Tied(ast.NodeTransformer):
    """Ties the global names of a function: numbers in place, functions to their module's object."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        self.local = set(function.__code__.co_varnames)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a global name by what it stands for."""
        if node.id in self.local:
            return node
        if node.id in _KNOWN:
            return ast.parse(_KNOWN[node.id], mode="eval").body
        value = self.function.__globals__.get(node.id)
        if isinstance(value, ModuleType):
            return ast.Name(_short(value), node.ctx)
        if isinstance(value, FunctionType):
            home = value.__module__.rpartition(".")[2]
            return ast.Attribute(ast.Name(home, ast.Load()), value.__name__, node.ctx)
        return ast.Constant(self._number(value, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Replace a constant of a module, as in ``draws.ARRIVAL``, by its number."""
        if isinstance(node.value, ast.Name) and node.value.id not in self.local:
            home = self.function.__globals__.get(node.value.id)
            value: Any = getattr(home, node.attr, None)
            if isinstance(home, ModuleType) and isinstance(value, int | float):
                return ast.Constant(value)
        node.value = self.visit(node.value)
        return node

    def _number(self, value: object, name: str) -> float:
        """Check that what a global name stands for is a number."""
        if isinstance(value, int | float):
            return value
        message = f"{self.function.__qualname__} uses {name}, which is no number, link or module"
        raise TypeError(message)


def _short(module: ModuleType) -> str:
    """Give the last name of a module."""
    return module.__name__.rpartition(".")[2]
