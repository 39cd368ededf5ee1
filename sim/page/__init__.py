"""The page: the chain for teacher and student, in one file that opens with a double click.

It asks for nothing: style, script and numbers are all in the file, and it tells browsers to load
nothing else. Its engine is the chain itself (`sim.page.translation`); what is written by hand are
the loops over people, and how things look.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from sim import folders
from sim.page import facts, translation

NAME = "index.html"

#: The parts of the engine that are written by hand, around the translated chain.
_ENGINE = ("philox.js", "engine.js")

#: What draws, in the order in which it is read.
_VIEWS = (
    "state.js",
    "draw.js",
    "measures.js",
    "curve.js",
    "chain_view.js",
    "dyad.js",
    "strip.js",
    "session_view.js",
    "population_view.js",
    "lesson_list.js",
    "lessons.js",
    "controls.js",
    "page.js",
)

#: The codes of what happens, as the views name them.
_CODES = (
    "ABSORBED",
    "PUSHED_AWAY",
    "CONFRONTATION",
    "WORKED_THROUGH",
    "UNSETTLED",
    "DEFENSIVE",
    "RIGID",
)

#: What tests, and readers at the browser's console, may use.
_OPEN = "window.attune = { chain, records, facts, state, live, cut, record, change, effects };"


def write(folder: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    folder : Path
        Where ``index.html`` goes; it is made if it is not there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ResultsError
        If nothing can be written there.
    """
    page = Path(folder) / NAME
    text = html()
    with folders.writing(page):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8", newline="\n")
    return page


def html() -> str:
    """Write the page as one HTML document that asks for nothing else."""
    views = [_part(name) for name in _VIEWS]
    script = "\n".join([engine(), translation.constants(*_CODES), *views, _OPEN])
    known = json.dumps(facts.facts(), ensure_ascii=False, separators=(",", ":"))
    parts = {
        "style": _part("page.css"),
        "facts": known.replace("</", "<\\/"),
        "script": script,
    }
    text = _part("page.html")
    for name, part in parts.items():
        text = text.replace(f"[[{name}]]", part)
    return text


def engine() -> str:
    """Write the page's engine: the translated chain, and the loops over people."""
    by_hand = [_part(name) for name in _ENGINE]
    return "\n".join([translation.chain(), translation.cuts(), translation.blanks(), *by_hand])


def _part(name: str) -> str:
    """Read a file that lies beside this one."""
    return files("sim.page").joinpath(name).read_text(encoding="utf-8")
