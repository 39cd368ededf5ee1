"""``attune teach``: the page for teacher and student, written to a folder and opened."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim import page
from sim.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    from rich.console import Console

#: What can be said after ``attune teach``.
KEYS = ("folder", "open")

#: Where the page goes if nothing is said.
FOLDER = "page"


def teach(words: Sequence[str], console: Console) -> None:
    """Write the page, say where it lies, and open it in the browser.

    Parameters
    ----------
    words : sequence of str
        ``folder=my/course`` to put it elsewhere than in ``page/``; ``open=false`` to write it only.
    console : Console
        Where it is said.

    Raises
    ------
    ConfigurationError
        If a word cannot be understood.
    ResultsError
        If nothing can be written there.
    """
    from rich.markup import escape

    folder, opened = _read(words)
    file = page.write(Path(folder))
    console.print(f"The page: [bold]{escape(str(file))}[/]", soft_wrap=True)
    if opened and not webbrowser.open(file.resolve().as_uri()):
        console.print("There is no browser here: open the file in one, with a double click.")


def _read(words: Sequence[str]) -> tuple[str, bool]:
    """Read what was said."""
    said = {"folder": FOLDER, "open": "true"}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in KEYS:
            raise ConfigurationError(
                f"'{word}' says nothing to attune teach: it takes folder=... and open=false"
                f"{nearest(key, KEYS)}"
            )
        said[key] = value
    if said["open"] not in {"true", "false"}:
        raise ConfigurationError(f"open={said['open']} will not do: it takes true or false")
    if not said["folder"]:
        raise ConfigurationError("folder= names no folder: leave it out for page/")
    return said["folder"], said["open"] == "true"
