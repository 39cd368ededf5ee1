"""The head of a file with links of one's own: what it imports, and the numbers that it names."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator

from sim.errors import LinkError

#: Modules of this package that a link may take something from; the chain above all.
GIVEN = ("sim.chain", "sim.records", "sim.parameters")

#: What the numbers of a file may be worked out with.
_ARITHMETIC = (ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.UAdd)


@dataclasses.dataclass
class Words:
    """What the names at the head of a file stand for.

    Attributes
    ----------
    modules : dict of str to str
        Modules by the name they are called by: ``math``, ``sim.chain.rupture``.
    taken : dict of str to tuple of str
        What was taken out of a module: the module, and its name there.
    functions : dict of str to FunctionDef
        The functions of the file.
    numbers : set of str
        The numbers of the file that have a name.
    """

    modules: dict[str, str] = dataclasses.field(default_factory=dict)
    taken: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = dataclasses.field(default_factory=dict)
    numbers: set[str] = dataclasses.field(default_factory=set)


def head(tree: ast.Module, file: str, has: Callable[[str, str], bool]) -> Words:
    """Read what stands in a file outside its functions: imports, numbers with a name."""
    words = Words()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            words.functions[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            _import(node, words, file, has)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [target.id for target in targets if isinstance(target, ast.Name)]
            if len(named) != len(targets) or not _is_number(node.value, words):
                raise refused(file, node, "outside its functions only numbers have names")
            words.numbers.update(named)
        elif not is_text(node):
            said = "outside its functions a file has imports and numbers with a name only"
            raise refused(file, node, said)
    return words


def _import(
    node: ast.Import | ast.ImportFrom, words: Words, file: str, has: Callable[[str, str], bool]
) -> None:
    """Read an import at the head of a file."""
    for alias in node.names:
        name, called = alias.name, alias.asname or alias.name
        if isinstance(node, ast.Import):
            if name == "math":
                words.modules[called] = name
                continue
        elif node.module == "__future__":
            continue
        elif node.module == "sim.chain" and has("sim.chain", name):
            words.modules[called] = f"sim.chain.{name}"
            continue
        elif (node.module or "").startswith(GIVEN) and not node.level:
            module = str(node.module)
            if not has(module, name):
                raise refused(file, node, f"{module} has no {name}")
            words.taken[called] = (module, name)
            continue
        module = name if isinstance(node, ast.Import) else f"{node.module or '.'}"
        if module == "math":
            raise refused(file, node, f"write import math, and math.{name}")
        if module.partition(".")[0] in {"random", "secrets"} or name in {"random", "draws"}:
            said = "chance comes into a link as a number it is given, so that it has an address"
            raise refused(file, node, f"{module} will not do: {said}")
        said = "a link takes from math, sim.chain, sim.records and sim.parameters only"
        raise refused(file, node, f"{module} will not do: {said}")


def is_text(node: ast.AST) -> bool:
    """Tell whether a statement is a docstring."""
    value = getattr(node, "value", None)
    return (
        isinstance(node, ast.Expr)
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
    )


def _is_number(node: ast.expr | None, words: Words) -> bool:
    """Tell whether an expression is made of numbers, named or not."""
    if node is None:
        return False
    for part in _walk(node):
        if isinstance(part, ast.Constant):
            if not isinstance(part.value, bool | int | float):
                return False
        elif isinstance(part, ast.Name):
            if part.id not in words.numbers:
                return False
        elif not isinstance(part, _ARITHMETIC):
            return False
    return True


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Go through an expression, without what only says how names are used."""
    return (part for part in ast.walk(node) if not isinstance(part, ast.expr_context))


def refused(file: str, node: ast.AST, said: str) -> LinkError:
    """Refuse something, with its place."""
    return LinkError(f"{file}, line {getattr(node, 'lineno', 1)}: {said}")
