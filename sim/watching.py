"""``attune status``: how far studies are, seen from elsewhere."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine import keeping
from sim.errors import ConfigurationError, ResultsError
from sim.folders import MANIFEST

if TYPE_CHECKING:
    from rich.console import Console

#: After so many seconds without a word nobody is at work any more.
SILENT = 60.0


def status(words: Sequence[str], console: Console) -> None:
    """Say of every study under a folder that is not complete how far it is.

    Parameters
    ----------
    words : sequence of str
        One folder: of a result, whether it is there already or not, or of many.
    console : Console
        Where to say it.

    Raises
    ------
    ConfigurationError
        If no folder is named, or more than one.
    ResultsError
        If there is nothing of the kind.
    """
    from rich.markup import escape

    if len(words) != 1 or not words[0]:
        raise ConfigurationError(
            "attune status takes one folder, as in attune status outputs/power"
        )
    place = Path(words[0])
    listed = found(place)
    for blocks, told in listed:
        result = blocks.parent / blocks.name.removeprefix(".").removesuffix(".blocks")
        console.print(f"[bold]{escape(str(result))}[/]", soft_wrap=True)
        for line in lines(told):
            console.print(f"  {escape(line)}", soft_wrap=True)
    if not listed and (place / MANIFEST).is_file():
        console.print(f"{escape(str(place))} is complete", soft_wrap=True)
    elif not listed and place.is_dir():
        console.print(f"nothing is under way in {escape(str(place))}", soft_wrap=True)
    elif not listed:
        raise ResultsError(f"there is no study at {place}: no such folder, and none under way")


def found(place: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """Find the studies that are not complete: the folders of their blocks, and what is told there.

    Parameters
    ----------
    place : Path
        The folder of a result, or one above.
    """
    own = keeping.folder_beside(place.absolute())
    own = place.parent / own.name
    folders = [own] if own.is_dir() else sorted(place.rglob(".*.blocks"))
    listed: list[tuple[Path, Mapping[str, Any]]] = []
    for folder in folders:
        for file in sorted(folder.glob(f"*/{keeping.STATUS}")):
            try:
                listed.append((folder, dict(json.loads(file.read_text(encoding="utf-8")))))
            except (OSError, ValueError, TypeError):  # it went this very moment
                continue
    return listed


def lines(told: Mapping[str, Any]) -> list[str]:
    """Say how far a study is, in a few lines.

    Parameters
    ----------
    told : mapping
        What stands in the file (`sim.engine.keeping.Status.told`).
    """
    many = f"{told['workers']} worker{'s' * (told['workers'] != 1)}"
    said = (
        f"{100 * told['share']:.0f}% done: {told['blocks']} of {told['of_blocks']} blocks, "
        f"{told['found']} of them found; {told['a_second']:,.0f} a second, {many}"
    )
    ago = max(0.0, time.time() - told["written"])
    where = f"process {told['process']} on {told['machine']}"
    if at_work(told, ago):
        left = told["seconds_left"]
        still = "" if left is None else f", about {timedelta(seconds=round(left))} left"
        rest = f"at work{still} ({where}, {ago:.0f} s ago)"
    else:
        rest = f"stopped {timedelta(seconds=round(ago))} ago ({where}); goes on from there with"
    return [said, *told["failed"], rest, f"  {told['command']}"]


def at_work(told: Mapping[str, Any], ago: float) -> bool:
    """Tell whether somebody is still at work: has said so, and lives if it lives here."""
    if told["machine"] == platform.node() and os.name == "posix":
        try:
            os.kill(int(told["process"]), 0)
        except PermissionError:
            return True
        except OSError:
            return False
        return True
    return ago < SILENT
