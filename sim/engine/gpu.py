"""A graphics card: the same functions of the chain and the same loops, compiled for CUDA.

Each of the card's threads lives one replicate: all of its arms, therapists and patients, in the
order in which a core would. Parameters, populations and seats go to the card
as arrays of records, and the rows that are asked for come back; trials are analysed on the cores.
Exponentials and logarithms of a card may differ from a core's in the last bits, so results agree
with the other engines to 1e-9 and not to the bit, and blocks are not shared with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import links
from sim.engine import blocks, summary
from sim.engine.cache import PLAIN, Loops
from sim.errors import EngineError

if TYPE_CHECKING:
    from sim.engine.blocks import Array, Rows, World

    #: Loops over people, as `sim.engine.cache.compiled` gives them.
    Live = Callable[[World, Rows, Any, int, int], None]

#: What is said before the chain is compiled.
NOTICE = "Compiling the chain for the graphics card (minutes, the first time) ..."

#: The threads of a card that begin together.
TOGETHER = 64

#: How much of the memory that is free may be taken.
SHARE = 0.8

_ready: dict[tuple[Any, ...], Live] = {}


def compiled(
    replacements: links.Replacements | None, say: Callable[[str], object], loops: Loops = PLAIN
) -> Live:
    """Give the loops for a set of links, compiled for the card.

    Parameters
    ----------
    replacements : mapping of str to function, optional
        Links of the user's own.
    say : callable
        Is told when compiling is about to take its time.
    loops : Loops
        The loops over people.

    Returns
    -------
    callable
        What `sim.engine.cache.compiled` gives, for calls of whole blocks.

    Raises
    ------
    EngineError
        If there is no card, or nothing that could talk to it.
    """
    mine = links.check(replacements)
    key = (loops.module.__name__, *mine.items())
    if key not in _ready:
        cuda = _cuda()
        say(NOTICE)
        _ready[key] = _prepared(cuda, mine, loops)
    return _ready[key]


@cache
def _cuda() -> Any:
    """Import what talks to the card.

    Raises
    ------
    EngineError
        If it is missing, or finds no card.
    """
    if not _simulated() and find_spec("numba_cuda") is None:
        raise EngineError(
            "engine=gpu needs numba-cuda: pip install -e '.[gpu]' in a clone of attune"
        )
    try:
        cuda: Any = import_module("numba.cuda")
        there = _simulated() or bool(cuda.is_available())
        error: object = None if there else cuda.cuda_error()
    except Exception as failure:  # noqa: BLE001 - a driver that is half there fails in many ways
        there, error = False, failure
    if not there:
        reason = " ".join(str(error or "").split()).rstrip(" :.")
        why = f" ({reason})" if reason else ""
        raise EngineError(
            f"engine=gpu finds no graphics card by NVIDIA with a driver on this machine{why}: "
            "engine=cpu lives the same study"
        )
    return cuda


def _prepared(cuda: Any, mine: dict[str, FunctionType], loops: Loops) -> Live:
    """Link the chain and the loops for the card."""

    def compiler(function: FunctionType) -> Any:
        return cuda.jit(device=True)(function)

    also = (summary, loops.module)
    linked = links.link(mine, compiler, also=also, around=dict(loops.around))
    live = getattr(linked, loops.module.__name__.rpartition(".")[2]).live

    entries: dict[type, Any] = {}

    def launch(world: World, rows: Rows, scratch: Any, start: int, stop: int) -> None:
        """Live a block, in as many parts as the card's memory makes of it."""
        kind = type(scratch)
        if kind not in entries:
            entries[kind] = _entry(cuda, live, kind)
        many = _at_once(cuda, world, rows, scratch, stop - start)
        room = _sent(cuda, kind(*(np.repeat(array[None], many, 0) for array in scratch)))
        for at in range(start, stop, many):
            here = min(many, stop - at)
            given = _sent(cuda, blocks.part(world, at, here))
            part = blocks.Rows(rows.level, *(array[at : at + here] for array in rows[1:]))
            made = _sent(cuda, part)
            entries[kind][-(-here // TOGETHER), TOGETHER](given, made, room, here)
            for back, array in zip(made[1:], part[1:], strict=True):
                if array.size:
                    array[...] = _fetched(back)

    return launch


def _entry(cuda: Any, live: Any, kind: type) -> Any:
    """Make what the card begins with: a replicate for each of its threads.

    Every thread takes its own records out of those of all, which lie in a NamedTuple of this kind.
    """
    own = ", ".join(f"all_of.{name}[i]" for name in vars(kind)["_fields"])
    known: dict[str, Any] = {"cuda": cuda, "live": live, "kind": kind}
    exec(  # noqa: S102 - three lines of our own, with the fields of the records written out
        "def begin(world, rows, all_of, replicates):\n"
        "    i = cuda.grid(1)\n"
        f"    if i < replicates:\n        live(world, rows, kind({own}), i, i + 1)\n",
        known,
    )
    return cuda.jit(known["begin"])


def _sent(cuda: Any, given: Any) -> Any:
    """Send arrays to the card, numbers as they are.

    Numba's simulator of a card knows no arrays within a tuple: there they are copied.
    """
    if isinstance(given, tuple):
        return type(given)(*(_sent(cuda, one) for one in given))
    if not isinstance(given, np.ndarray):
        return given
    if _simulated():
        copy = given.copy()
        return copy.view(np.recarray) if given.dtype.names else copy
    return cuda.to_device(np.ascontiguousarray(given))


def _fetched(there: Any) -> Array:
    """Fetch an array from the card."""
    array: Array = there if _simulated() else there.copy_to_host()
    return array


def _simulated() -> bool:
    """Tell whether Numba simulates a card."""
    return os.environ.get("NUMBA_ENABLE_CUDASIM", "0") != "0"


def _at_once(cuda: Any, world: World, rows: Rows, scratch: Any, wanted: int) -> int:
    """Tell how many replicates the card lives at a time.

    Raises
    ------
    EngineError
        If its memory does not hold one.
    """
    made = sum(array.nbytes for array in rows[1:]) // max(len(rows.trials), 1)
    sent = sum(array.nbytes for array in world.seating) // max(len(world.seating.therapists), 1)
    one = made + sent + sum(array.nbytes for array in scratch)
    if _simulated():
        return wanted
    free: int = cuda.current_context().get_memory_info()[0]
    many = int(SHARE * free) // one
    if many < 1:
        raise EngineError(
            f"the graphics card has too little memory: a replicate of this study takes "
            f"{one / 2**20:,.0f} MB, and {free / 2**20:,.0f} MB are free; engine=cpu lives the "
            "same study"
        )
    return min(int(many), wanted)
