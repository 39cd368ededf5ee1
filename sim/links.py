"""Linking: the functions of the chain tied together anew, with links of one's own in their place.

The chain is written once, as plain functions that find each other as ``rupture.onset(...)``, by
the globals of their modules. Here every function gets fresh globals: the same names, tied to
functions of the same set. So a link can be replaced for one run and for no other, and all of them
can be compiled, without a second copy of the theory.

Exact decomposition lets *one* link read the untrained twin's in-room therapist while all others
read the trained one's. A second set of functions is put *around* links, the user's own among them:
``def notice(p, t, d, kind): return rupture.notice(p, stand_in(t), d, kind)``. Inside a replacement
the chain is what it was before, so a wrapper does not call itself (`sim.engine.counterfactual`).
"""

from __future__ import annotations

import hashlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

from sim import chain, course, draws, instruments, ledger, population, session
from sim.errors import LinkError, nearest

#: What makes a function fit for an executor: ``numba.njit``, for one.
Compiler = Callable[[FunctionType], Any]

#: Links of one's own, by ``module.function`` of ``sim.chain``.
Replacements = Mapping[str, Callable[..., Any]]

#: The shapes that links are drawn with are no links themselves.
_SHAPES = "curves"


@cache
def modules() -> tuple[ModuleType, ...]:
    """List the modules that are linked, from the ground up."""
    found = sorted(module.name for module in pkgutil.iter_modules(chain.__path__))
    links = (__import__(f"{chain.__name__}.{name}", fromlist=[name]) for name in found)
    return (draws, *links, instruments, population, session, course, ledger)


@cache
def names() -> tuple[str, ...]:
    """List the links that can be replaced, as ``module.function``."""
    return tuple(
        f"{_short(module)}.{name}"
        for module in modules()
        if module.__name__.startswith(chain.__name__) and _short(module) != _SHAPES
        for name, value in vars(module).items()
        if _is_own(module, value) and not name.startswith("_")
    )


def check(replacements: Replacements | None) -> dict[str, FunctionType]:
    """Check links of one's own against the links they stand for.

    Parameters
    ----------
    replacements : mapping of str to function, optional
        ``{"rupture.onset": my_onset}``.

    Returns
    -------
    dict of str to function
        The same, in the order of their names; of a compiled function its Python source.

    Raises
    ------
    LinkError
        If there is no such link, it is no function, or it does not take what the link takes.
    """
    checked = {}
    for name, given in sorted((replacements or {}).items()):
        if name not in names():
            raise LinkError(f"links.{name} does not exist{nearest(name, names())}")
        function = getattr(given, "py_func", given)
        if not isinstance(function, FunctionType):
            raise LinkError(f"links.{name}={given!r} is not a Python function")
        wanted, takes = _parameters(original(name)), _parameters(function)
        if takes != wanted:
            raise LinkError(
                f"links.{name} takes ({', '.join(wanted)}), but {function.__name__} takes "
                f"({', '.join(takes)}): the two have to be the same"
            )
        checked[name] = function
    return checked


def original(name: str) -> FunctionType:
    """Give the chain's own function of a link that exists."""
    module, _, function = name.partition(".")
    (home,) = (found for found in modules() if found.__name__ == f"{chain.__name__}.{module}")
    link: FunctionType = getattr(home, function)
    return link


def link(
    replacements: Replacements | None = None,
    compiler: Compiler | None = None,
    also: Iterable[ModuleType] = (),
    around: Replacements | None = None,
) -> SimpleNamespace:
    """Tie the functions of the chain together.

    Parameters
    ----------
    replacements : mapping of str to function, optional
        Links of one's own. What they call of the chain is the original.
    compiler : callable, optional
        Each function is passed through it, and what it returns takes the function's place.
    also : iterable of module
        Modules that stand on the chain and are to be linked with it: an executor's loops.
    around : mapping of str to function, optional
        Functions that take the place of links when all else is tied. What they call of the chain
        is what was there before them, links of one's own included.

    Returns
    -------
    SimpleNamespace
        The modules, by their last name: ``linked.session.segment(...)``. The plain modules, if
        nothing is replaced or compiled.

    Raises
    ------
    LinkError
        If a replacement does not fit.
    """
    listed = (*modules(), *also)
    plain = {module.__name__: module for module in listed}
    if compiler is not None:
        plain = _tie(listed, {}, compiler)
    mine: dict[str, Any] = {}
    for layer in filter(None, (check(replacements), check(around))):
        as_it_is = compiler is None and not mine
        known = {
            name: own if as_it_is else _adopt(own, plain, compiler, {})
            for name, own in layer.items()
        }
        mine |= {f"{chain.__name__}.{name}": own for name, own in known.items()}
        plain = _tie(listed, mine, compiler)
    return SimpleNamespace(**{_short(module): module for module in plain.values()})


def fingerprint(replacements: Replacements | None) -> dict[str, str | None]:
    """Tell links of one's own apart by what they do.

    Parameters
    ----------
    replacements : mapping of str to function, optional
        Links that were checked.

    Returns
    -------
    dict of str to str or None
        A hash of each one's code, constants, and all that it uses; none where it uses something
        that cannot be followed, an object or another module.
    """
    prints: dict[str, str | None] = {}
    for name, function in check(replacements).items():
        digest = hashlib.sha256()
        followed = all(_tell(part, digest.update) for part in _trace(function, set()))
        prints[name] = digest.hexdigest() if followed else None
    return prints


def _tie(
    listed: Iterable[ModuleType], mine: Mapping[str, Any], compiler: Compiler | None
) -> dict[str, ModuleType]:
    """Copy modules, with fresh functions that see each other and the links of one's own."""
    copies = {}
    fresh: dict[object, Any] = {}
    for module in listed:
        copy = ModuleType(module.__name__)
        vars(copy).update(vars(module))
        copies[module.__name__] = fresh[module] = copy
        for name, value in vars(module).items():
            if _is_own(module, value):
                own = mine.get(f"{module.__name__}.{name}")
                fresh[value] = _renew(value, vars(copy), compiler) if own is None else own
    for copy in copies.values():
        _point(vars(copy), fresh)
    return copies


def _adopt(
    function: FunctionType,
    plain: Mapping[str, ModuleType],
    compiler: Compiler | None,
    adopted: dict[object, Any],
) -> Any:
    """Make a function of the user's fit for the executor, with whatever functions it uses."""
    if function.__module__ in plain:
        return getattr(plain[function.__module__], function.__name__)
    if function not in adopted:
        surroundings = dict(function.__globals__)
        adopted[function] = renewed = _renew(function, surroundings, compiler)
        for name, value in _used(function):
            if isinstance(value, FunctionType):
                surroundings[name] = _adopt(value, plain, compiler, adopted)
            elif isinstance(value, ModuleType):
                surroundings[name] = plain.get(value.__name__, value)
        return renewed
    return adopted[function]


def _renew(function: FunctionType, surroundings: dict[str, Any], compiler: Compiler | None) -> Any:
    """Copy a function into other globals, and compile it if need be."""
    copy = FunctionType(
        function.__code__,
        surroundings,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__doc__ = function.__doc__
    copy.__qualname__ = function.__qualname__
    return copy if compiler is None else compiler(copy)


def _point(surroundings: dict[str, Any], fresh: Mapping[object, Any]) -> None:
    """Let the names among some globals stand for the fresh modules and functions."""
    for name, value in surroundings.items():
        if isinstance(value, ModuleType | FunctionType) and value in fresh:
            surroundings[name] = fresh[value]


def _is_own(module: ModuleType, value: object) -> bool:
    """Tell whether a value is a function that this module defines."""
    return isinstance(value, FunctionType) and value.__module__ == module.__name__


def _short(module: ModuleType) -> str:
    """Give the last name of a module."""
    return module.__name__.rpartition(".")[2]


def _parameters(function: FunctionType) -> list[str]:
    """List what a function takes: ``p``, ``*rest``, ``**more``."""
    return [
        str(p.replace(annotation=p.empty)) for p in inspect.signature(function).parameters.values()
    ]


def _used(function: FunctionType) -> Iterator[tuple[str, object]]:
    """List the globals that a function uses, and what they stand for."""
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        for name in code.co_names:
            if name in function.__globals__:
                yield name, function.__globals__[name]
        codes.extend(const for const in code.co_consts if isinstance(const, CodeType))


def _trace(function: FunctionType, seen: set[object]) -> Iterator[object]:
    """List all that determines what a function does: code, constants, and what it uses."""
    if function in seen:
        return
    seen.add(function)
    yield function.__code__
    yield function.__defaults__
    within = [
        (name, cell.cell_contents)
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        )
    ]
    for name, value in [*within, *_used(function)]:
        yield name
        own = isinstance(value, FunctionType) and value.__module__ not in _sources()
        if isinstance(value, FunctionType) and own:
            yield from _trace(value, seen)
        else:
            yield value


def _tell(part: object, update: Callable[[bytes], None]) -> bool:
    """Add one part to a hash; say whether it could be told in bytes."""
    if isinstance(part, CodeType):
        update(part.co_code)
        update(repr((part.co_names, part.co_varnames)).encode())
        return all(_tell(const, update) for const in part.co_consts)
    if isinstance(part, tuple):
        return all(_tell(piece, update) for piece in part)
    if isinstance(part, FunctionType | ModuleType):
        known = part is math or part.__name__ in _sources() or _home(part) in _sources()
        update(f"{_home(part)} {part.__name__}".encode())
        return known
    update(repr(part).encode())
    return part is None or isinstance(part, int | float | str)


def _home(part: FunctionType | ModuleType) -> str | None:
    """Name the module in which a function is defined."""
    return getattr(part, "__module__", None)


@cache
def _sources() -> frozenset[str]:
    """Name the modules whose source is known to whoever asks for a fingerprint."""
    return frozenset(module.__name__ for module in modules())
