"""The equations: what every link of the theory says about itself, read from its docstring.

A link's docstring has a form of its own: a sentence, the equation, perhaps a word of explanation;
what it returns, with unit and range; in its notes the claims it serves, and what would be so
without it. The pages of the docs are made from what is read here, so the theory is written once.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType

from sim import chain, claims, course, instruments, population, session

#: The shapes that links are drawn with are no links themselves.
SHAPES = "curves"

#: The columns of a typeset equation.
WIDTH = 84

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_WITHOUT = re.compile(r"Without\s+it:\s+``(.+?)``\.?", re.DOTALL)
_REASON = re.compile(r"(\bT\d{2,3}[a-z]?(?: and T\d{2,3}[a-z]?)*) \(([^()]+)\)")

#: A formula after a colon, at the end of a sentence.
_FORMULA = re.compile(r"^([^:]+): ((?=.* [*/+] |.*\w\().+)\.$")

#: Where an equation begins another line: before what it explains, bounds or adds.
_PARTS = re.compile(
    r"; |(?<=:) |,? (?=with \w+ = )"
    r"|, (?=where |\w+ = |at most |at least |within |less |plus |pushed |none )"
)

#: Where a line that is too long may be broken, and how bad that is in open brackets: before a sum,
#: after a comma, before a product, between words.
_BREAKS = {
    re.compile(r" (?=[+−] )"): 0.0,
    re.compile(r"(?<=,) "): 0.3,
    re.compile(r" (?=· )"): 0.6,
    re.compile(r" "): 1.5,
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link says about itself.

    Attributes
    ----------
    name : str
        ``module.function``.
    file : str
        Its file, from the root of the project.
    sentence : str
        What it tells or does.
    equations : tuple of str
        Its equation, in parts.
    words : tuple of str
        What else is said, in paragraphs.
    returns : str
        Unit and range of what it returns; empty if it changes a record.
    claims : tuple of str
        The claims it names.
    reasons : mapping of str to str
        What it says of a claim, in brackets.
    notes : str
        Its notes as they stand: claims and sources.
    neutral : str or None
        What would be so without it; none if that is not said.
    """

    name: str
    file: str
    sentence: str
    equations: tuple[str, ...]
    words: tuple[str, ...]
    returns: str
    claims: tuple[str, ...]
    reasons: Mapping[str, str]
    notes: str
    neutral: str | None

    @property
    def changes(self) -> bool:
        """Whether it changes a record rather than tell a number."""
        return not self.returns

    @property
    def caption(self) -> str:
        """What it tells, without saying that it tells it."""
        said = self.sentence.removeprefix("Tell ")
        return said[:1].upper() + said[1:]


@cache
def links() -> Mapping[str, Link]:
    """Read every public link of the chain, by its name, file by file."""
    found = sorted(module.name for module in pkgutil.iter_modules(chain.__path__))
    return _of(*(importlib.import_module(f"sim.chain.{name}") for name in found if name != SHAPES))


@cache
def steps() -> Mapping[str, Link]:
    """Read the public functions that call the links in order, or say who there is."""
    return _of(population, session, course)


@cache
def measures() -> Mapping[str, Link]:
    """Read the public functions of the instruments."""
    return _of(instruments)


def read(function: FunctionType) -> Link:
    """Read what one function says about itself.

    Raises
    ------
    ValueError
        If it says nothing, or does not begin with a sentence.
    """
    module = function.__module__
    name = f"{module.rpartition('.')[2]}.{function.__name__}"
    head, *rest = _SECTION.split(inspect.getdoc(function) or "")
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    sentence, *paragraphs = (" ".join(part.split()) for part in head.strip().split("\n\n"))
    if not sentence.endswith("."):
        message = f"{name} does not say in one sentence what it tells or does"
        raise ValueError(message)
    notes = sections.get("Notes", "")
    without = _WITHOUT.search(notes)
    returns = " ".join(sections.get("Returns", "").split("\n", 2)[-1].split())
    equations = [text for text in paragraphs if _is_equation(text)]
    for text in (sentence, returns):
        begun = bool(equations) and not equations[0].startswith("where ")
        if returns and not begun and (formula := _FORMULA.match(text)):
            sentence = sentence.replace(text, f"{formula[1]}.")
            returns = returns.replace(text, f"{formula[1]}.")
            equations.insert(0, formula[2])
    return Link(
        name=name,
        file=f"{module.replace('.', '/')}.py",
        sentence=sentence,
        equations=tuple(equations),
        words=tuple(text for text in paragraphs if not _is_equation(text)),
        returns=returns,
        claims=claims.named(inspect.getdoc(function) or ""),
        reasons=_reasons(notes),
        notes=" ".join(_WITHOUT.sub("", notes).split()),
        neutral=" ".join(without[1].split()) if without else None,
    )


def typeset(link: Link, width: int = WIDTH) -> str:
    """Set a link's equation in lines, with the signs of print; empty if it has none.

    What it tells stands on the left; of what it changes, the new value stands for the old.
    """
    lines: list[str] = []
    own = link.name.partition(".")[2]
    for number, part in enumerate(part for text in link.equations for part in _split(text)):
        changed = re.match(r"([a-z][\w' -]*?) [*+-] ", part)
        left = ""
        if changed and (link.changes or (number == 0 and changed[1] == own)):
            left = f"{changed[1]} ← "
        elif not link.changes and number == 0:
            left = f"{own} = "
        indent = "  " if number and not left else ""
        lines += _wrap(indent + left + _signs(part), width)
    return "\n".join(lines)


def _of(*modules: ModuleType) -> dict[str, Link]:
    """Read the public functions of some modules, by their names."""
    return {link.name: link for module in modules for link in _read_module(module.__name__)}


def _read_module(name: str) -> Iterator[Link]:
    """Read the public functions of a module, in its order."""
    for function in vars(importlib.import_module(name)).values():
        own = isinstance(function, FunctionType) and function.__module__ == name
        if own and not function.__name__.startswith("_"):
            yield read(function)


def _reasons(notes: str) -> dict[str, str]:
    """Read what is said of each claim in brackets."""
    found = _REASON.findall(" ".join(notes.split()))
    return {claim: said for named, said in found for claim in claims.named(named)}


def _is_equation(text: str) -> bool:
    """Tell whether a paragraph is an equation: sentences begin with a capital letter."""
    return not text[:1].isupper() and not text.startswith("`")


def _split(text: str) -> Iterator[str]:
    """Split an equation into its parts, wherever no bracket is open."""
    start = depth = 0
    cuts = {cut.start(): cut.end() for cut in _PARTS.finditer(text)}
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if place in cuts and depth == 0 and place >= start:
            yield text[start:place]
            start = cuts[place]
    yield text[start:].rstrip(".")


def _signs(text: str) -> str:
    """Put the signs of print."""
    text = text.replace(" * ", " · ").replace(" - ", " − ")
    return re.sub(r"(^|[(= ])-(?=[\w(])", r"\1−", text)


def _wrap(line: str, width: int) -> Iterator[str]:
    """Break a line where few brackets are open, and not too early; set what is within deeper."""
    deep = 0
    while len(line) > width:
        _, place = min(
            (deep + _open(line[: cut.start()]) + bad, -cut.start())
            for kind, bad in _BREAKS.items()
            for cut in kind.finditer(line, width * 3 // 10, width + 1)
        )
        deep += _open(line[:-place])
        yield line[:-place]
        line = f"    {'  ' * deep}{line[-place:].strip()}"
    yield line


def _open(text: str) -> int:
    """Count the brackets left open."""
    return text.count("(") - text.count(")")
