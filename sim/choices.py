"""What there is to choose from: the groups of ``conf/`` and the options in them.

Read straight from the files, without Hydra, so that ``attune --help`` is quick and a message can
name what was probably meant.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any


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
    places: list[Traversable] = [shipped()]
    if folder is not None and Path(folder).is_dir():
        places.append(Path(folder))
    listed: dict[str, dict[str, Option]] = {group: {} for group in defaults}
    for place in places:
        for group, name, about in _options(place):
            option = Option(name, about, defaults.get(group) == name)
            listed.setdefault(group, {})[name] = option
    return listed


def _defaults() -> dict[str, str]:
    """Read the default option of every group from the list in ``config.yaml``."""
    entries = _read(shipped() / "config.yaml").get("defaults", [])
    pairs = [pair for entry in entries if isinstance(entry, dict) for pair in entry.items()]
    return {group: str(name) for group, name in pairs if group.isidentifier()}


def _options(place: Traversable) -> Iterator[tuple[str, str, str]]:
    """List the options in a folder: the group, the name, and what it says about itself."""
    for group in sorted(place.iterdir(), key=lambda item: item.name):
        if group.name.startswith(("_", ".")) or not group.is_dir():
            continue
        for file in sorted(group.iterdir(), key=lambda item: item.name):
            name, dot, suffix = file.name.rpartition(".")
            if dot and suffix in {"yaml", "yml"}:
                said = _read(file)
                inner = said.get(group.name)
                about = said.get("about") or (inner or {}).get("about", "")
                yield group.name, name, str(about)


def _read(file: Traversable) -> dict[str, Any]:
    """Read a YAML file; one that cannot be read says nothing here, and is named when composed."""
    import yaml

    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return said if isinstance(said, dict) else {}
