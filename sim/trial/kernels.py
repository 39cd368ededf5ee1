"""How the trialist's loops are compiled, and where the machine code is kept.

Numba's own cache looks only at the file of the function it compiled; a kernel that calls one of
another file would outlive an edit there. So every state of `sim.trial` has a folder of its own in
the user's cache folder (`sim.engine.cache.root`), named by a hash of its sources; the last few are
kept. Where nothing can be written, kernels are compiled anew and everything works as before.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sim.engine.cache import root

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

#: Folders of older sources that are kept.
KEPT = 4


def kernel(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Let a function over numbers and arrays be compiled when it is first called.

    It lets go of Python's lock while it runs. A division by zero gives inf or NaN, as NumPy has
    it: a fit that cannot be is marked as failed by whoever called for it.
    """
    return _compiled(function, inline=False)


def inlined(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """Compile a small function into whatever kernel calls it."""
    return _compiled(function, inline=True)


def cold() -> bool:
    """Tell whether the kernels have still to be compiled: nothing is kept of them yet."""
    place = _folder()
    return place is None or next(place.rglob("*.nbc"), None) is None


def _compiled(function: Callable[Arguments, Value], *, inline: bool) -> Callable[Arguments, Value]:
    """Decorate with what all kernels have in common."""
    # The vector library's exponentials differ in the last bit, and the chain's are not to.
    os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")
    import numba

    compiled: Any = numba.njit(nogil=True, error_model="numpy", forceinline=inline)(function)
    place = _folder()
    if place is None:
        return compiled  # type: ignore[no-any-return]
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(place)
    try:
        with contextlib.suppress(OSError, RuntimeError):  # no place to keep it: compiled anew
            compiled.enable_caching()
    finally:
        config.CACHE_DIR = before
    return compiled  # type: ignore[no-any-return]


@cache
def _folder() -> Path | None:
    """Give the folder for the sources as they are, and remove those not used for longest."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted([*here.glob("*.py"), here.parent / "draws.py"]):
        digest.update(source.name.encode() + source.read_bytes())
    place = root() / f"trial-{digest.hexdigest()[:24]}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        os.utime(place)
        folders = sorted(place.parent.glob("trial-*"), key=lambda one: one.stat().st_mtime)
        for old in folders[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return None
    return place
