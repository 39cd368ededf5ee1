"""Finished blocks, kept as they come, and how far a study is.

While a study runs its blocks lie in a hidden folder beside the place of its result:

    .<name>.blocks/<identity>/<run>-<first>-<many>.block  a block: its hash, and what was made of it
                              status.json                 how far the study is, for elsewhere

The identity is the hash of all that determines the result (`sim.manifest.identity`), and a study
asks for its runs in an order that nothing else determines; so a block that lies there is the block
that would be lived, whatever lives it: another executor, other threads, other workers. One whose
hash is not what it says is lived again. The folder goes when the result is complete, or when the
study stops before there is a block to go on from.

What is kept is pickled. It is as trustworthy as the folder it lies in, which is the user's own.
"""

from __future__ import annotations

import contextlib
import contextvars
import hashlib
import json
import os
import pickle
import platform
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

STATUS = "status.json"

#: Seconds between two looks at how far a study is.
OFTEN = 0.5

_HASH = hashlib.sha256().digest_size


class Found(NamedTuple):
    """A block that was kept."""

    made: Any


class Status:
    """How far a study is: what was found, what was lived, and how fast.

    Attributes
    ----------
    blocks, of_blocks : int
        Blocks done, and how many there are in the runs begun so far.
    found : int
        Of those done, the ones that were kept before.
    lived : int
        Replicates lived, here and now.
    share : float
        How much of the study is done, from 0 to 1, as the study itself tells it.
    workers : int
        How many work.
    failed : list of str
        What failed, a sentence each.
    """

    def __init__(self) -> None:
        self.blocks = self.of_blocks = self.found = self.lived = self.workers = 0
        self.share = 0.0
        self.failed: list[str] = []
        self._started = time.monotonic()
        self._share_found: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._started

    @property
    def rate(self) -> float:
        """Replicates lived a second."""
        return self.lived / self.seconds if self.seconds > 0.0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left; none as long as nobody can tell."""
        if self._share_found is None and self.lived > 0:
            self._share_found = self.share if self.found else 0.0
        begun = self._share_found or 0.0
        if not begun < self.share:
            return None
        return self.seconds * (1.0 - self.share) / (self.share - begun)

    def __str__(self) -> str:
        """Say it in a few words: ``6 of 20 blocks, 412 a second, 2 workers``."""
        many = f"{self.workers} worker{'s' * (self.workers != 1)}"
        return f"{self.blocks} of {self.of_blocks} blocks, {self.rate:,.0f} a second, {many}"

    def told(self) -> dict[str, Any]:
        """Give it as a dictionary, for a file."""
        return {
            "blocks": self.blocks,
            "of_blocks": self.of_blocks,
            "found": self.found,
            "lived": self.lived,
            "share": round(self.share, 4),
            "seconds": round(self.seconds, 1),
            "a_second": round(self.rate, 2),
            "seconds_left": None if self.left is None else round(self.left, 1),
            "workers": self.workers,
            "failed": self.failed,
        }


class Desk:
    """One study's blocks, and how far it is.

    Parameters
    ----------
    folder : Path, optional
        Where blocks are kept; nowhere if not given.
    identity : str
        The hash of what determines the result.
    command : str
        What runs the study, for whoever looks from elsewhere.
    """

    def __init__(self, folder: Path | None = None, identity: str = "", command: str = "") -> None:
        self.status = Status()
        self.place = None if folder is None else folder / identity[:32]
        self._folder = folder
        self._identity = identity
        self._command = command
        self._runs = 0
        self._told = 0.0
        self._alone = False
        self._made: list[Path] = []

    def begin(self) -> int:
        """Give the number of the next run."""
        self._runs += 1
        return self._runs - 1

    def prepare(self) -> None:
        """Make the folder."""
        if self.place is None:
            return
        with contextlib.suppress(OSError):
            self._made = [one for one in (self.place, *self.place.parents) if not one.exists()]
            self.place.mkdir(parents=True, exist_ok=True)

    def leave(self) -> None:
        """Leave what there is to go on from; where there is no block, leave nothing behind."""
        if self.place is None or any(self.place.glob("*.block")):
            self.tell(now=True)
            return
        with contextlib.suppress(OSError):
            (self.place / STATUS).unlink(missing_ok=True)
            for folder in self._made:  # the deepest first; one that holds anything stays
                folder.rmdir()

    def remove(self) -> None:
        """Take the folder away: the result is complete."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def read(self, name: str) -> Found | None:
        """Read a block; none if it is not there, or not as it was written."""
        if self.place is None:
            return None
        try:
            content = (self.place / f"{name}.block").read_bytes()
            said, packed = content[:_HASH], content[_HASH:]
            if said != self._hash(name, packed):
                return None
            return Found(pickle.loads(packed))  # noqa: S301 - written here, and hashed
        except Exception:  # noqa: BLE001 - whatever is wrong with it: lived again
            return None

    def write(self, name: str, made: Any) -> None:
        """Write a block: whole, or not at all. A disk that takes none costs no study."""
        if self.place is None:
            return
        self._clear()
        packed = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
        self._put(f"{name}.block", self._hash(name, packed) + packed)

    def tell(self, *, now: bool = False) -> None:
        """Write down how far the study is, not more often than anybody would look."""
        if self.place is None or (not now and time.monotonic() - self._told < OFTEN):
            return
        self._told = time.monotonic()
        said = {
            "command": self._command,
            "process": os.getpid(),
            "machine": platform.node(),
            "written": time.time(),
            **self.status.told(),
        }
        self._put(STATUS, json.dumps(said, indent=2).encode())

    def _clear(self) -> None:
        """Remove blocks of what would be another result: they are of no use any more.

        Not before there is a block of this one: a study that cannot be lived costs no other.
        """
        if self._alone or self._folder is None:
            return
        self._alone = True
        with contextlib.suppress(OSError):
            for other in self._folder.iterdir():
                if other != self.place:
                    shutil.rmtree(other, ignore_errors=True)

    def _hash(self, name: str, packed: bytes) -> bytes:
        """Hash a block with its address."""
        return hashlib.sha256(f"{self._identity} {name}\n".encode() + packed).digest()

    def _put(self, name: str, content: bytes) -> None:
        """Put a file into the folder, all of it at once."""
        if self.place is None:
            return
        part = self.place / f".{uuid.uuid4().hex[:12]}"
        with contextlib.suppress(OSError):
            try:
                part.write_bytes(content)
                part.replace(self.place / name)
            finally:
                part.unlink(missing_ok=True)


#: The study that runs; blocks are kept where it says.
_desk: contextvars.ContextVar[Desk | None] = contextvars.ContextVar("desk", default=None)


class Run:
    """One run of a study: some replicates in blocks.

    Parameters
    ----------
    desk : Desk
        The study's.
    number : int
        How many runs the study has asked for before.
    """

    def __init__(self, desk: Desk, number: int) -> None:
        self._desk = desk
        self._number = number

    @property
    def keeps(self) -> bool:
        """Whether blocks are kept."""
        return self._desk.place is not None

    def find(self, first: int, many: int) -> Found | None:
        """Find a block that was kept."""
        found = self._desk.read(self._name(first, many))
        if found is not None:
            self._desk.status.blocks += 1
            self._desk.status.found += 1
            self._desk.tell()
        return found

    def keep(self, first: int, many: int, made: Any) -> None:
        """Keep a block that was lived."""
        self._desk.write(self._name(first, many), made)
        self._desk.status.blocks += 1
        self._desk.status.lived += many
        self._desk.tell()

    def fail(self, first: int, many: int, why: str) -> None:
        """Note a block that failed for good."""
        self._desk.status.failed.append(f"replicates {first} to {first + many - 1}: {why}")
        self._desk.tell(now=True)

    def look(self, workers: int) -> None:
        """See how many work, and write it down."""
        self._desk.status.workers = workers
        self._desk.tell()

    def _name(self, first: int, many: int) -> str:
        """Name a block."""
        return f"{self._number}-{first}-{many}"


def begin(size: int, replicates: int) -> Run:
    """Begin a run of so many replicates, in blocks of some size."""
    desk = _desk.get() or Desk()
    desk.status.of_blocks += -(-replicates // size)
    return Run(desk, desk.begin())


def folder_beside(place: Path) -> Path:
    """Name the folder in which the blocks of a result to be are kept."""
    return place.parent / f".{place.name}.blocks"


@contextlib.contextmanager
def at(folder: Path | None, identity: str, command: str) -> Iterator[Status]:
    """Keep the blocks of the study that runs now; when it is complete, they go.

    Parameters
    ----------
    folder : Path or None
        Where to (`folder_beside`); nowhere if none.
    identity : str
        The hash of what determines the result.
    command : str
        What runs the study.

    Yields
    ------
    Status
        How far the study is.
    """
    desk = Desk(folder, identity, command)
    desk.prepare()
    token = _desk.set(desk)
    try:
        desk.tell(now=True)
        yield desk.status
    except BaseException:
        desk.leave()
        raise
    else:
        desk.remove()
    finally:
        _desk.reset(token)
