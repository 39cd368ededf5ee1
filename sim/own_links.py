"""Links of one's own that stand in a file: ``links.rupture.onset=my_theory.py:my_onset``.

The file is read as text, held to the language of the chain (`sim.grammar`), and only then run, so
that its functions can stand in for links of the chain (`sim.links`). It may use nothing but
``math`` and the chain, so its text determines what it does: the hash of it is part of the identity
of a result.
"""

from __future__ import annotations
import __future__

import ast
import hashlib
import importlib
import inspect
import math
import random
import re
import typing
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import chain, grammar, headers, layout, links, parameters, records
from sim.errors import LinkError, nearest

if TYPE_CHECKING:
    from sim.schema import Config

#: The file and the function in it.
_PLACE = re.compile(r"(?P<file>.+\.py):(?P<function>\w+)")

#: How many kinds of people a link is tried with, and the units of what lies between 0 and 1.
_PEOPLE = 200
_LEVELS = frozenset({"level", "share", "probability", "0-1"})

#: A range, as a docstring tells it.
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)\b")

#: What a chance, a share or a level is tried with, and a whole number.
_TRIED, _TRIED_WHOLE = 0.5, 1


class Source(NamedTuple):
    """Where a link of one's own stands: its function, the file, and a hash of the file's text."""

    function: FunctionType
    file: str
    sha256: str


def of(
    config: Config, given: Mapping[str, Callable[..., Any]] | None = None
) -> dict[str, Callable[..., Any]]:
    """Give the links of one's own that a study runs with: those in files, and those given.

    Parameters
    ----------
    config : Config
        The configuration; `Config.links` names files.
    given : mapping of str to callable, optional
        Functions handed over in Python; they go first.

    Returns
    -------
    dict of str to callable
        By the name of the link.

    Raises
    ------
    LinkError
        If a file cannot be read, or its function is not fit for the chain.
    """
    found: dict[str, Callable[..., Any]] = {}
    for name, place in places(config).items():
        found[name] = load(name, place).function
    return found | dict(given or {})


def places(config: Config) -> dict[str, str]:
    """Tell where links of one's own stand, by name: ``{"rupture.onset": "mine.py:onset"}``."""
    return {
        f"{module}.{function}": place
        for module, functions in sorted(config.links.items())
        for function, place in sorted(functions.items())
        if place is not None
    }


def sources(config: Config) -> dict[str, Source]:
    """Tell where the links of a configuration stand, by the name of the link.

    Raises
    ------
    LinkError
        If a file cannot be read, or its function is not fit for the chain.
    """
    return {name: load(name, place) for name, place in places(config).items()}


def load(name: str, place: str) -> Source:
    """Load a link of one's own from its file.

    Parameters
    ----------
    name : str
        The link of the chain that it stands for, as in ``rupture.onset``.
    place : str
        The file and the function in it, as in ``my_theory.py:my_onset``; a path that does not
        begin at the root counts from the current folder.

    Returns
    -------
    Source

    Raises
    ------
    LinkError
        If there is no such link, file or function, it takes something else than the link does, or
        says what the chain does not allow.
    """
    named = _PLACE.fullmatch(place)
    if named is None:
        raise LinkError(
            f"links.{name}={place} will not do: it takes a file and a function in it, as in "
            f"links.{name}=my_theory.py:my_function"
        )
    if name not in links.names():
        raise LinkError(f"links.{name} does not exist{nearest(name, links.names())}")
    file, function = named["file"], named["function"]
    try:
        text = Path(file).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise LinkError(f"links.{name}={place}: there is no file {file}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LinkError(f"links.{name}={place}: {file} cannot be read") from error
    return _loaded(name, file, function, text)


@cache
def _loaded(name: str, file: str, function: str, text: str) -> Source:
    """Check a text, run it, and take the function out of it; once for each text."""
    words = grammar.check(text, file, _has)
    if function not in words.functions:
        known = list(words.functions)
        which = f": it has {', '.join(known)}" if known else ""
        raise LinkError(f"{file} has no function {function}{which}{nearest(function, known)}")
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
    module = ModuleType(__name__)  # a kernel that was kept asks for its module: there it is
    flags = __future__.annotations.compiler_flag  # annotations are for readers only
    exec(compile(text, file, "exec", flags), vars(module))  # noqa: S102 - what it is for
    own: FunctionType = vars(module)[function]
    links.check({name: own})
    where = f"links.{name}={file}:{function}"
    link = links.original(name)
    if grammar.changes(words, function, _changes) and not _changes(link.__module__, link.__name__):
        raise LinkError(f"{where} changes a record, and the link it stands for does not")
    _try(where, own, link)
    return Source(own, file, digest)


def _has(module: str, name: str) -> bool:
    """Tell whether a module of the package has something of a name that links may use."""
    if module == chain.__name__:
        return any(found.__name__ == f"{module}.{name}" for found in links.modules())
    try:
        known = vars(importlib.import_module(module))
    except ImportError:
        return False
    value = known.get(name)
    if name.startswith("_") or isinstance(value, ModuleType):
        return False
    if not module.startswith(chain.__name__) and not isinstance(value, type | int):
        return False  # of records and parameters only the classes, and what codes mean
    own = getattr(value, "__module__", module) == module
    return name in known and own


@cache
def _changes(module: str, name: str) -> bool:
    """Tell whether a function of the chain changes a record."""
    home = importlib.import_module(module)
    if not isinstance(vars(home).get(name), FunctionType):
        return False
    tree = ast.parse(inspect.getsource(home))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if name not in functions:
        return False
    return grammar.changes(headers.Words(functions=functions), name, lambda *_: False)


def _try(where: str, own: FunctionType, link: FunctionType) -> None:
    """Call a link of one's own once, with records at rest; what it gives has to be of a kind.

    Raises
    ------
    LinkError
        If it fails, or gives something else than the link it stands for.
    """
    try:
        expected = link(*_stand_ins(link))
    except (ArithmeticError, ValueError):
        return
    try:
        gives = own(*_stand_ins(link))
    except Exception as error:
        raise LinkError(
            f"{where} fails where all traits are 0: {type(error).__name__}: {error}"
        ) from error
    if _kind(gives) != _kind(expected):
        raise LinkError(f"{where} gives {_kind(gives)}, and the link gives {_kind(expected)}")
    for value in gives if isinstance(gives, tuple) else (gives,):
        if value is not None and not math.isfinite(value):
            raise LinkError(f"{where} gives {value} where all traits are 0")
    _try_anywhere(where, own, link)


def _try_anywhere(where: str, own: FunctionType, link: FunctionType) -> None:
    """Call a link of one's own with many kinds of people; it has to give what the link promises.

    Raises
    ------
    LinkError
        If it fails, or gives what is no number or lies outside the range that the docstring of the
        link it stands for tells.
    """
    low, high = _promised(link)
    for person in range(_PEOPLE):
        try:
            expected = _numbers(link(*_stand_ins(link, person)))
        except (ArithmeticError, ValueError):
            continue  # nobody is like this
        if not all(low <= value <= high for value in expected):
            continue
        try:
            gives = _numbers(own(*_stand_ins(link, person)))
        except Exception as error:
            raise LinkError(f"{where} fails with some people: {error}") from error
        for value in gives:
            if not math.isfinite(value):
                raise LinkError(f"{where} gives {value} to some people")
            if not low <= value <= high:
                wanted = f"a number from {low:g} to {high:g}" if high < math.inf else f"{low:g} up"
                raise LinkError(f"{where} gives {value:g} to some people, and the link {wanted}")


def _numbers(gives: Any) -> tuple[float, ...]:
    """Give what a link gives as numbers: none, one or several."""
    if gives is None:
        return ()
    return gives if isinstance(gives, tuple) else (gives,)


def _promised(link: FunctionType) -> tuple[float, float]:
    """Read the range that a link's docstring promises for what it gives."""
    text = (inspect.getdoc(link) or "").partition("Returns\n")[2].partition("Notes\n")[0]
    if found := _RANGE.search(text):
        return float(found.group(1)), float(found.group(2))
    return (0.0, math.inf) if "0 or more" in text or "above 0" in text else (-math.inf, math.inf)


def _stand_ins(link: FunctionType, person: int | None = None) -> list[Any]:
    """Make what a link is called with: records at rest, or those of one of many people."""
    chance = None if person is None else random.Random(person)  # noqa: S311 - always the same ones
    known = typing.get_type_hints(link, {**vars(records), "Parameters": parameters.Parameters})
    given: list[Any] = []
    for name in inspect.signature(link).parameters:
        kind = known[name]
        if kind is float:
            given.append(_TRIED if chance is None else chance.random())
        elif kind is int:
            given.append(_TRIED_WHOLE)
        else:
            given.append(kind())
            if chance is not None and kind is not parameters.Parameters:
                _become_somebody(given[-1], chance)
    return given


def _become_somebody(record: Any, chance: random.Random) -> None:
    """Give the fields of a record any value that such a field may have."""
    kind: type = type(record)
    for field in layout.fields(kind):
        if field.kind is int:
            value: float = chance.randint(0, 1) if field.unit == "0 or 1" else int(field.default)
        elif field.unit in _LEVELS:
            value = chance.random()
        elif field.unit in {"SD", "logit"}:
            value = chance.gauss(0.0, 1.0)
        else:
            value = float(field.default) or 1.0
        setattr(record, field.name, value)


def _kind(value: object) -> str:
    """Say what kind of thing a link gives."""
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return f"{len(value)} numbers"
    return "a number" if isinstance(value, bool | int | float) else type(value).__name__
