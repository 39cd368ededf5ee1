"""What there is to choose from: the groups of ``conf/`` and the options in them.

Read straight from the files, without Hydra, so that ``attune --help`` is quick and a message can
name what was probably meant.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

#: Folders of ``conf/`` that nobody chooses from: what the simulation is held against.
NO_CHOICE = frozenset({"targets"})


@dataclasses.dataclass(frozen=True)
class Option:
    """One option of a group: its name, and what it says about itself."""

    name: str
    about: str
    is_default: bool = False

    @property
    def brief(self) -> str:
        """The first sentence of what it says about itself."""
        head, dot, _ = self.about.partition(". ")
        return head + dot.strip()


def shipped() -> Traversable:
    """Tell the folder of the choices that come with the package."""
    return files("sim.conf")


def state() -> frozenset[tuple[str, int]]:
    """Tell every shipped file and when it was written: what was read before is old if it changes.

    Returns
    -------
    frozenset of tuple of str and int
        Empty where the package lies in an archive, which does not change.
    """
    walked = os.walk(str(shipped()))
    listed = (item for place, _, _ in walked for item in os.scandir(place))
    return frozenset((item.path, item.stat().st_mtime_ns) for item in listed)


def group_names(folder: str | Path | None = None) -> set[str]:
    """List the names of the groups, without reading their options."""
    places: list[Traversable] = [shipped(), *_own(folder)]
    return {item.name for place in places for item in _folders(place)}


def groups(folder: str | Path | None = None) -> dict[str, dict[str, Option]]:
    """List the groups and their options.

    Parameters
    ----------
    folder : str or Path, optional
        A folder of the user's own, laid out like ``conf/``.

    Returns
    -------
    dict
        Of each group, in the order in which they are composed, its options by name.
    """
    defaults = _defaults()
    places: list[Traversable] = [shipped(), *_own(folder)]
    listed: dict[str, dict[str, Option]] = {group: {} for group in defaults}
    for place in places:
        for group, name, about in _options(place):
            option = Option(name, about, defaults.get(group) == name)
            listed.setdefault(group, {})[name] = option
    return listed


def _defaults() -> dict[str, str]:
    """Read the default option of every group from the list in ``config.yaml``."""
    entries = read(shipped() / "config.yaml").get("defaults", [])
    pairs = [pair for entry in entries if isinstance(entry, dict) for pair in entry.items()]
    return {group: str(name) for group, name in pairs if group.isidentifier()}


def _own(folder: str | Path | None) -> list[Path]:
    """Give the user's own folder, if there is one."""
    return [Path(folder)] if folder is not None and Path(folder).is_dir() else []


def _folders(place: Traversable) -> list[Traversable]:
    """List the folders in a place that hold options, by name."""
    found = [item for item in place.iterdir() if item.is_dir()]
    return sorted(
        (
            item
            for item in found
            if not item.name.startswith(("_", ".")) and item.name not in NO_CHOICE
        ),
        key=lambda item: item.name,
    )


def _options(place: Traversable) -> Iterator[tuple[str, str, str]]:
    """List the options in a place: the group, the name, and what it says about itself."""
    for group in _folders(place):
        for file in sorted(group.iterdir(), key=lambda item: item.name):
            name, dot, suffix = file.name.rpartition(".")
            if dot and suffix == "yaml":
                said = read(file)
                inner = said.get(group.name)
                about = said.get("about") or (inner.get("about") if isinstance(inner, dict) else "")
                yield group.name, name, str(about or _comment(file))


def _comment(file: Traversable) -> str:
    """Read the comment at the head of a file: what an experiment says about itself."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    head = itertools.takewhile(lambda line: line.startswith("#"), lines)
    return " ".join(text for line in head if not (text := line.lstrip("# ")).startswith("@package"))


def read(file: Traversable) -> dict[str, Any]:
    """Read a YAML file; one that cannot be read says nothing here, and is named when composed.

    Returns
    -------
    dict
        What the file says by key; the same for everybody who reads it, so nobody may change it.
    """
    try:
        return _understood(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}


@cache
def _understood(text: str) -> dict[str, Any]:
    """Understand a text of YAML, once; what is no mapping of keys says nothing."""
    import yaml

    try:
        said = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe
    except yaml.YAMLError:
        return {}
    return said if isinstance(said, dict) else {}
