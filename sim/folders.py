"""Folders that hold all of a result, or nothing.

A folder is written under a hidden name next to its place and renamed when it is complete, so a
kill at any moment leaves a whole result, or none. What marks it as one is its manifest.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from sim.errors import ResultsError

MANIFEST = "manifest.json"

_UNFINISHED = ".part"
_REPLACED = ".old"

#: Seconds after which nobody can still be writing to an unfinished folder.
_SURELY_DEAD = 3600.0


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Say in one sentence what kept something from being written to a place.

    Raises
    ------
    ResultsError
        In place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise ResultsError(f"cannot write the results to {place}: {_reason(error)}") from error


def check_place(place: Path) -> None:
    """Find out before a long run, not after it, whether its results have somewhere to go.

    Raises
    ------
    ResultsError
        If nothing can be written there.
    """
    there = next(part for part in (place, *place.absolute().parents) if part.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"attune")
    except OSError as error:
        raise ResultsError(
            f"cannot write the results to {place}: {there} takes no files ({_reason(error)})"
        ) from error


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Path]:
    """Give a hidden folder next to a place, and put it there when all is written.

    An exception takes the hidden folder away; a kill leaves it, and `mend` clears it up.
    """
    mend(place)
    if place.exists() and not (place / MANIFEST).is_file() and not _is_empty(place):
        raise ResultsError(f"{place} holds something that is no result: choose another name")
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.parent / f".{place.name}.{uuid.uuid4().hex[:12]}{_UNFINISHED}"
    old = part.with_suffix(_REPLACED)
    part.mkdir()
    try:
        yield part
        if place.exists():
            place.rename(old)  # a kill here: `mend` puts it back
        part.rename(place)
    finally:
        if old.exists() and not place.exists():
            old.rename(place)
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)


def mend(place: Path) -> None:
    """Clear up after a killed process: put a replaced result back, take unfinished ones away."""
    name = re.sub(r"([*?[])", r"[\1]", place.name)
    with contextlib.suppress(OSError):
        for old in place.parent.glob(f".{name}.*{_REPLACED}"):
            if place.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(place)
        for part in place.parent.glob(f".{name}.*{_UNFINISHED}"):
            if time.time() - part.stat().st_mtime > _SURELY_DEAD:
                shutil.rmtree(part, ignore_errors=True)


def _is_empty(place: Path) -> bool:
    return place.is_dir() and not any(place.iterdir())


def share(found: Path, place: Path) -> None:
    """Give a finished result a second place, without a second copy on disk where that is possible.

    Files of a result are never changed, only replaced, so both places may share them.

    Parameters
    ----------
    found : Path
        Where it lies.
    place : Path
        Where it shall lie as well.

    Raises
    ------
    ResultsError
        If nothing can be written there.
    """
    if found == place:
        return
    with writing(place), beside(place) as part:
        for file in sorted(found.rglob("*")):
            target = part / file.relative_to(found)
            if file.is_dir():
                target.mkdir()
                continue
            try:
                target.hardlink_to(file)
            except OSError:
                shutil.copy2(file, target)


def _reason(error: OSError) -> str:
    """Say why something could not be written: ``No space left on device``."""
    return os.strerror(error.errno) if error.errno else str(error)
