"""The model by the ODD protocol: what can be read from the code is written into it, `make docs`.

    docs/ODD.md    its prose is written by hand; what stands between two marks is made here

A mark is a comment that a page does not show: ``<!-- made: submodels -->`` begins what is made and
``<!-- end: submodels -->`` ends it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import NamedTuple

import theory

from sim import course, equations, instruments, layout, parameters, records, session
from sim.equations import Link

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "ODD.md"

#: Who and what there is, in the order of the page.
ENTITIES = (records.Therapist, records.Patient, records.Dyad, records.Frame, records.Programme)

#: The files of the chain in the paper's order; any other comes after them.
FILES = (
    "practice",
    "intention",
    "presence",
    "attitude",
    "self_attunement",
    "attunement",
    "closeness",
    "safety",
    "hostility",
    "rupture",
    "alliance",
    "patient_self_attunement",
    "outcome",
    "ending",
)

#: What happens once, what happens in every week, and so on, in the order in which it does.
SCHEDULE = (
    course.prepare,
    course.welcome,
    course.week,
    course.takes_place,
    session.begin,
    session.segment,
    session.finish,
    course.between_sessions,
    course.close,
    course.afterwards,
)

_MARKED = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end: \2 -->\n)", re.DOTALL)


# ---- entities ----------------------------------------------------------------------------------


def entities() -> Iterator[str]:
    """Write the state variables of every entity."""
    for record in ENTITIES:
        fields = list(_fields(record))
        yield from (f"### {record.__name__}", "", _first_sentence(record), "")
        yield from (f"<details><summary>{len(fields)} variables</summary>", "")
        yield from ("| variable | unit | meaning |", "|---|---|---|", *fields, "", "</details>", "")


def _fields(record: type) -> Iterator[str]:
    """Write a row for each field; of a trained component one for all three of its values."""
    known = {field.name: field for field in layout.fields(record)}
    for name, field in known.items():
        trait = re.sub(r"_(baseline|gain)$", "", name)
        if trait == name or trait not in known:
            before = [f"`{part}`" for part in (f"{name}_baseline", f"{name}_gain") if part in known]
            besides = f"; {' and '.join(before)} besides" if before else ""
            yield f"| `{name}` | {field.unit} | {field.meaning}{besides} |"


def _first_sentence(thing: object) -> str:
    """Give the first sentence of a docstring."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


# ---- process overview --------------------------------------------------------------------------


class Item(NamedTuple):
    """Something that happens in a step: what is said of it, and the links that are called."""

    words: str
    links: list[str]


def schedule() -> Iterator[str]:
    """Write what happens in each step, in order, with the links that are called."""
    for function in SCHEDULE:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        yield from (f"**`{name}`** {_first_sentence(function)}", "")
        listed = [item for item in items(function) if item.links or item.words]
        for number, item in enumerate(listed, start=1):
            links = ", ".join(refer(link) for link in item.links)
            yield f"{number}. {' – '.join(part for part in (item.words, links) if part)}"
        if listed:
            yield ""


def items(function: FunctionType) -> list[Item]:
    """List what a step does: its comments, and the links that the lines below them call."""
    module = sys.modules[function.__module__]
    source = inspect.getsource(module).splitlines()
    (tree,) = (
        node
        for node in ast.parse("\n".join(source)).body
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__
    )
    found: list[Item] = [Item("", [])]
    alone = False
    for statement in tree.body[1:]:
        above = _comment(source, statement.lineno - 2)
        own = _helper(statement, module)
        apart = not source[statement.lineno - 2].strip()
        if above or own or apart or alone:
            found.append(Item(above or (_first_sentence(own) if own else ""), []))
        alone = own is not None
        links = found[-1].links
        links.extend(link for link in dict.fromkeys(_calls(statement, module)) if link not in links)
    return [
        Item(equations.links()[item.links[0]].caption, item.links)
        if not item.words and len(item.links) == 1
        else item
        for item in found
        if item.links
    ]


def _comment(source: list[str], last: int) -> str:
    """Read the comment that ends in a line, if there is one."""
    lines: list[str] = []
    while source[last].strip().startswith("#"):
        lines.insert(0, source[last].strip().lstrip("# "))
        last -= 1
    return " ".join(lines)


def _helper(statement: ast.stmt, module: object) -> FunctionType | None:
    """Give the private function of the same file that a statement does nothing but call."""
    if isinstance(statement, ast.If) and len(statement.body) == 1 and not statement.orelse:
        (statement,) = statement.body
    called = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(called, ast.Call) and isinstance(called.func, ast.Name):
        return getattr(module, called.func.id, None)
    return None


def _calls(node: ast.AST, module: object) -> Iterator[str]:
    """List the links that a piece of code calls, in its order, itself or through its own file."""
    for call in sorted(
        (one for one in ast.walk(node) if isinstance(one, ast.Call)),
        key=lambda one: (one.end_lineno, one.end_col_offset),
    ):
        name = ast.unparse(call.func)
        if name in equations.links():
            yield name
        elif name.startswith("_") and hasattr(module, name):
            (tree,) = ast.parse(inspect.getsource(getattr(module, name))).body
            yield from _calls(tree, module)


def refer(name: str) -> str:
    """Refer to a link, further down on the page."""
    return f"[`{name}`](#{theory.anchor(name)})"


# ---- initialisation, observation ---------------------------------------------------------------


def initialisation() -> Iterator[str]:
    """Write the numbers by which people are drawn."""
    yield from ("| number | value | unit | evidence | meaning |", "|---|---:|---|---|---|")
    for entry in parameters.table().values():
        if entry.link.startswith("population."):
            value = f"{entry.default:g}".replace("-", "−")
            cells = (f"`{entry.name}`", value, entry.unit, entry.evidence, entry.meaning)
            yield f"| {' | '.join(cells)} |"
    yield ""


def observation() -> Iterator[str]:
    """Write the instruments."""
    yield from ("| instrument | what it gives |", "|---|---|")
    for name, measure in equations.measures().items():
        if next(iter(inspect.signature(getattr(instruments, name[12:])).parameters)) == "p":
            yield f"| `{name}` | {measure.caption} {measure.returns} |"
    yield ""


def patterns() -> Iterator[str]:
    """Write what the pattern tests show."""
    files = sorted(theory.PATTERNS.glob("test_*.py"))
    if not files:
        yield from ("There are none yet.", "")
        return
    yield from ("| tests | what they show | claims |", "|---|---|---|")
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        words = " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())
        claims = sorted(
            {
                claim
                for claim, tests in theory.patterns().items()
                if any(test.startswith(f"{file.name}::") for test in tests)
            },
            key=lambda claim: int(claim[1:]),
        )
        listed = ", ".join(claims)  # a link each would make the cell unreadable
        yield f"| [`{file.name}`](../tests/patterns/{file.name}) | {words} | {listed} |"
    yield ""


# ---- submodels ---------------------------------------------------------------------------------


def submodels() -> Iterator[str]:
    """Write every link of the chain, file by file."""
    listed = list(equations.links().values())
    files = dict.fromkeys([*FILES, *(link.name.partition(".")[0] for link in listed)])
    number = 0
    for file in files:
        own = [link for link in listed if link.name.startswith(f"{file}.")]
        if own:
            number += 1
            module = importlib.import_module(f"sim.chain.{file}")
            title = _first_sentence(module).rstrip(".").replace(" - ", " – ")
            yield from (f"### 7.{number} {title}", "")
            yield from (f"[`{own[0].file}`](../{own[0].file})", "")
            for link in own:
                yield from _submodel(link)


@cache
def wholes() -> dict[str, list[str]]:
    """List, of each link, the links of its own file that are made of it."""
    found: dict[str, list[str]] = {}
    for name in equations.links():
        file, _, function = name.partition(".")
        module = importlib.import_module(f"sim.chain.{file}")
        for part in _within(module, function):
            found.setdefault(f"{file}.{part}", []).append(name)
    return found


def _within(module: ModuleType, function: str) -> set[str]:
    """List the public functions of a file that one of them calls, if through private ones."""
    called = {
        call.func.id
        for call in ast.walk(ast.parse(inspect.getsource(getattr(module, function))))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }
    own = {
        name
        for name in called
        if getattr(vars(module).get(name), "__module__", "") == module.__name__
    }
    private = {name for name in own if name.startswith("_")}
    return (own - private).union(*(_within(module, name) for name in private))


def _submodel(link: Link) -> Iterator[str]:
    """Write one link: what it tells, its equation, its numbers, its claims."""
    returns = f" *{link.returns}*" if link.returns else ""
    part = ", ".join(refer(name) for name in wholes().get(link.name, ()))
    of = f" Part of {part}." if part else ""
    yield from (f"#### {link.name}", "", _print(f"{link.caption}{returns}{of}"), "")
    if equation := equations.typeset(link):
        yield from ("```text", equation, "```", "")
    for words in link.words:
        yield from (_print(words), "")
    numbers = [entry for entry in parameters.table().values() if entry.link == link.name]
    below = [f"Numbers: {', '.join(theory.valued(entry) for entry in numbers)}."] if numbers else []
    below += [_print(link.notes)] if link.notes else []
    if link.neutral and not link.changes:
        below.append(f"Without it: `{link.neutral}`.")
    yield from ("  \n".join(below), "")


def cite(claim: str) -> str:
    """Refer to a claim."""
    return f"[{claim}](theory.md#{claim.lower()})"


def _print(words: str) -> str:
    """Set words for print: products, and references to claims and to what is left open."""
    words = re.sub(r"\bT\d{2,3}", lambda claim: cite(claim[0]), words.replace(" * ", " · "))
    return re.sub(
        r"([Tt])heory map, section (11[.\d]*\d)",
        r"\1heory, section [\2](theory.md#11-what-the-paper-leaves-open)",
        words,
    )


# ---- the page ----------------------------------------------------------------------------------

PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "patterns": patterns,
    "entities": entities,
    "schedule": schedule,
    "observation": observation,
    "initialisation": initialisation,
    "submodels": submodels,
}


def page(text: str) -> str:
    """Write what is made into the page, whatever stood there before.

    Raises
    ------
    ValueError
        If a part has no place in the page, or a place no part.
    """
    places = [mark[2] for mark in _MARKED.finditer(text)]
    if sorted(places) != sorted(PARTS):
        message = f"the page has places for {', '.join(places)}, not for {', '.join(PARTS)}"
        raise ValueError(message)
    return _MARKED.sub(
        lambda mark: "\n".join((mark[1], *PARTS[mark[2]](), mark[3])).replace("\n\n\n", "\n\n"),
        text,
    )


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
