"""Compiled kernels, kept: in this process, and on disk for the next.

Numba's own cache looks only at the file of the function it compiled; after an edit in ``sim/chain``
a kept kernel would silently run the old chain. So every state of the sources has a folder of its
own, named by a hash of all that enters a kernel, in the user's cache folder:

    <user cache>/attune-sim/<hash>/kernel.py  what is compiled, for Numba to look at
                                   seal       a hash of the compiled files, so that damage is seen
                                   .../*.nb?  Numba's files

``ATTUNE_CACHE_DIR`` or ``NUMBA_CACHE_DIR`` put it elsewhere. Whatever is wrong with the folder, a
kernel is compiled all the same, and the run goes on.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import itertools
import os
import platform
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from sim import links, parameters, records, rows
from sim.engine import blocks, kernel, seating, summary
from sim.errors import LinkError

#: Folders of older sources and of other sets of links that are kept.
KEPT = 8

#: What is said before the chain is compiled.
NOTICE = "Compiling the chain for the first time (about half a minute) ..."

_SOURCES = (records, rows, blocks, seating, links, summary)
_SEAL = "seal"


class Loops(NamedTuple):
    """Loops over people that are compiled with the chain.

    Attributes
    ----------
    module : module
        Where they stand; its function ``live`` is the kernel.
    around : tuple of (str, function)
        What they put around links, by ``module.function`` (`sim.links.link`).
    sources : tuple of module
        The other modules whose text enters the kernel.
    """

    module: ModuleType
    around: tuple[tuple[str, Callable[..., Any]], ...] = ()
    sources: tuple[ModuleType, ...] = ()


#: The loops of every study but those of worlds that never were.
PLAIN = Loops(kernel)

_lock = threading.Lock()
_unknown = itertools.count()
_ready: dict[tuple[str, tuple[tuple[str, FunctionType], ...]], Any] = {}


def compiled(
    replacements: links.Replacements | None,
    arguments: tuple[Any, ...],
    say: Callable[[str], object],
    loops: Loops = PLAIN,
) -> Callable[..., None]:
    """Give the kernel for a set of links, compiled for arguments of these types.

    Parameters
    ----------
    replacements : mapping of str to function, optional
        Links of the user's own.
    arguments : tuple
        What the kernel will be called with; only the types count.
    say : callable
        Is told when compiling is about to take its time.
    loops : Loops
        The loops over people.

    Returns
    -------
    callable
        The kernel; it lets go of Python's lock while it runs.

    Raises
    ------
    LinkError
        If a replacement does not fit, or cannot be compiled.
    """
    mine = links.check(replacements)
    key = (loops.module.__name__, tuple(mine.items()))
    with _lock:
        if key not in _ready:
            _ready[key] = _prepare(mine, arguments, say, loops)
        return _ready[key]  # type: ignore[no-any-return]


def folder(replacements: links.Replacements | None = None, loops: Loops = PLAIN) -> Path | None:
    """Tell where the kernel for a set of links is kept on disk.

    Returns
    -------
    Path or None
        None for links that cannot be told apart by their source.
    """
    prints = links.fingerprint(replacements)
    if None in prints.values():
        return None
    digest = hashlib.sha256(_state(loops).encode())
    digest.update(repr(sorted(prints.items())).encode())
    return root() / digest.hexdigest()[:32]


def root() -> Path:
    """Tell where compiled kernels are kept."""
    chosen = os.environ.get("ATTUNE_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute() / "attune-sim"
    import platformdirs

    return Path(platformdirs.user_cache_dir("attune-sim", appauthor=False))


@cache
def _state(loops: Loops) -> str:
    """Tell all that enters a kernel apart from links of the user's own."""
    digest = hashlib.sha256()
    own = (loops.module, *loops.sources, sys.modules[__name__])
    for module in (*links.modules(), *_SOURCES, *own):
        digest.update(f"\n# {module.__name__}\n{inspect.getsource(module)}".encode())
    digest.update(repr(parameters.dtype().names).encode())
    tools = (_numba().__version__, version("llvmlite"), version("numpy"))
    machine = (platform.python_version(), platform.system(), platform.machine())
    return repr((digest.hexdigest(), tools, machine))


def _prepare(
    mine: dict[str, FunctionType],
    arguments: tuple[Any, ...],
    say: Callable[[str], object],
    loops: Loops,
) -> Any:
    """Link the chain and the loops, and compile them or read them from disk."""
    from numba.core.errors import NumbaError

    place = folder(mine, loops)
    mark = place.name[:16] if place is not None else f"unknown{next(_unknown)}"

    def compiler(function: FunctionType) -> Any:
        # Machine code finds machine code by name. Kernels read from disk bring their names along,
        # so two kernels in one process may only meet when every set of links has names of its own.
        function.__qualname__ = f"{function.__qualname__}_{mark}"
        # One long piece of code: a quarter faster than calls, and compiled as quickly.
        return _jit(function, inline=True)

    also = (summary, loops.module)
    linked = links.link(mine, compiler, also=also, around=dict(loops.around))
    module = getattr(linked, loops.module.__name__.rpartition(".")[2])
    live: FunctionType = module.live.py_func
    types = tuple(_numba().typeof(argument) for argument in arguments)
    whole = place is not None and _whole(place)
    if not whole:
        say(NOTICE)
    try:
        entry = _kept(live, place, types, whole) if place is not None else None
        if entry is None:
            entry = _jit(live)
            entry.compile(types)
    except NumbaError as error:
        if not mine:
            raise
        reason = " ".join(str(error).split())
        raise LinkError(f"links.{', links.'.join(mine)} cannot be compiled: {reason}") from error
    return entry


def _kept(live: FunctionType, place: Path, types: tuple[Any, ...], whole: bool) -> Any:
    """Read a kernel from its folder, or compile it and put it there; none if that fails."""
    try:
        if not whole:
            _clear(place)
        source = place / "kernel.py"
        if not source.is_file():
            source.write_text(inspect.getsource(live), encoding="utf-8")
        # Numba looks after the file a function comes from, its place, age and text. All three are
        # to be the same wherever the package is installed: hence a copy.
        os.utime(source, (0, 0))
        copy = live.__code__.replace(co_filename=str(source))
        moved = FunctionType(copy, live.__globals__, live.__name__)
        moved.__qualname__ = live.__qualname__
        with _cache_at(place):
            entry = _jit(moved, keep=True)
    except (OSError, RuntimeError):
        return None  # no such folder, read-only, not ours: nothing to read and nowhere to write
    try:
        entry.compile(types)
    except Exception:
        if not entry.signatures:
            raise
        return entry  # compiled, but could not be written
    if not (whole and entry.stats.cache_hits):
        with contextlib.suppress(OSError):
            (place / _SEAL).write_text(_hash(place), encoding="ascii")
            _prune(place)
    with contextlib.suppress(OSError):
        os.utime(place)  # used today
    return entry


def _jit(function: FunctionType, *, keep: bool = False, inline: bool = False) -> Any:
    """Let a function be compiled when it is first needed.

    Not with ``fastmath``, nor with any other freedom that would change a result's last bit; and a
    division by zero stays the error that it is in plain Python.
    """
    return _numba().njit(nogil=True, cache=keep, forceinline=inline)(function)


def _numba() -> Any:
    """Import Numba, without the vector library whose exponentials differ in the last bit."""
    os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")
    import numba

    return numba


@contextlib.contextmanager
def _cache_at(place: Path) -> Iterator[None]:
    """Have Numba keep what is decorated here in a folder; everybody else's stays where it is."""
    config = _numba().config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(place)
    try:
        yield
    finally:
        config.CACHE_DIR = before


def _files(place: Path) -> list[Path]:
    """List Numba's files in a folder."""
    return sorted(place.glob("*/*.nb?"))


def _hash(place: Path) -> str:
    """Tell the compiled files of a folder apart."""
    digest = hashlib.sha256()
    for file in _files(place):
        digest.update(f"{file.name} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _whole(place: Path) -> bool:
    """Tell whether a folder's compiled files are those that were once written."""
    try:
        return (place / _SEAL).read_text(encoding="ascii") == _hash(place)
    except (OSError, ValueError):
        return False


def _clear(place: Path) -> None:
    """Make a folder, with nothing compiled in it."""
    place.mkdir(parents=True, exist_ok=True)
    for file in [place / "kernel.py", place / _SEAL, *_files(place)]:
        file.unlink(missing_ok=True)


def _prune(place: Path) -> None:
    """Remove the folders that were not used for longest."""
    folders = [file.parent for file in place.parent.glob("*/" + _SEAL)]
    folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in folders[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
