"""The page: the chain for teacher and student, in one file that opens with a double click."""

from __future__ import annotations

from importlib.resources import files

from sim.page import translation

#: The parts of the engine that are written by hand, around the translated chain.
_ENGINE = ("philox.js", "engine.js")


def engine() -> str:
    """Write the page's engine: the translated chain, and the loops over people."""
    by_hand = [_part(name) for name in _ENGINE]
    return "\n".join([translation.chain(), translation.cuts(), translation.blanks(), *by_hand])


def _part(name: str) -> str:
    """Read a file that lies beside this one."""
    return files("sim.page").joinpath(name).read_text(encoding="utf-8")
