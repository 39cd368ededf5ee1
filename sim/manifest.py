"""The manifest of a result: what determined it, what made it, and the command that repeats it.

Two results are the same when their *identity* is: the resolved configuration without what
determines nothing (engine, threads, output folder, progress), the sources of this package, and
the links of the user's own. Because every draw has an address, an identical result need not be
computed twice.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import ensemble, own_links
from sim.sources import source_hash

if TYPE_CHECKING:
    from sim.configuration import Config

#: Own links: the name of a link, and the function that stands in for it.
Links = Mapping[str, Callable[..., Any]]

#: Raised by one when an older manifest can no longer be read.
FORMAT = 1

_LIBRARIES = ("numba", "numpy", "pandas", "pyarrow", "scipy")


def parameters_hash() -> str:
    """Hash the parameter table: its numbers and their passports."""
    table = Path(__file__).with_name("parameters.toml")
    return hashlib.sha256(table.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def identity(config: Config, links: Links | None = None) -> str:
    """Hash what determines a result.

    Parameters
    ----------
    config : Config
        The resolved configuration.
    links : mapping, optional
        Links of the user's own, handed over in Python. They enter with the text of their functions;
        what such a function reads from elsewhere is not seen, so a result with them is never taken
        for granted by `sim.results.find`. Those of the configuration enter with the hash of their
        files, which say all there is.

    Returns
    -------
    str
        Sixty-four hexadecimal digits.
    """
    determines = {
        "config": config.identity(),
        "sets": ensemble.digest(config),
        "source": source_hash(),
        "links": {
            name: [told["function"], told["sha256"] or told["text"]]
            for name, told in _links(config, links).items()
        },
    }
    text = json.dumps(determines, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def describe(config: Config, *, seconds: float, links: Links | None = None) -> dict[str, Any]:
    """Write down how a result came about.

    Parameters
    ----------
    config : Config
        The resolved configuration.
    seconds : float
        Wall time that the computation took.
    links : mapping, optional
        Links of the user's own.

    Returns
    -------
    dict
        The manifest, ready for JSON; `sim.results.Results.save` adds the tables.
    """
    return {
        "format": FORMAT,
        "study": config.study.name,
        "identity": identity(config, links),
        "command": config.command,
        "config": config.to_dict(),
        "seed": {"people": config.seed.people, "luck": config.seed.luck},
        "links": _links(config, links),
        "versions": versions(),
        "source_hash": source_hash(),
        "parameters_hash": parameters_hash(),
        "machine": {
            "system": platform.platform(),
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
        },
        "engine": {"name": config.engine.name, "threads": config.engine.threads},
        "wall_seconds": round(seconds, 3),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def versions() -> dict[str, str]:
    """List the versions of Python, of this package and of the libraries a number may hang on."""
    found = {"python": platform.python_version()}
    for name in ("attune-sim", *_LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _links(config: Config, links: Links | None) -> dict[str, dict[str, str | None]]:
    """Tell of every link of the user's own its function, file, the hash of that, and its text."""
    told: dict[str, dict[str, str | None]] = {}
    for name, (function, file, sha256) in own_links.sources(config).items():
        text = Path(file).read_text(encoding="utf-8")
        told[name] = {
            "function": function.__name__,
            "file": file,
            "sha256": sha256,
            "text": text,
        }
    for name, link in (links or {}).items():
        called = str(getattr(link, "__name__", repr(link)))
        told[name] = {"function": called, "file": None, "sha256": None, "text": _text(link)}
    return told


def _text(link: Callable[..., Any]) -> str:
    """Give the text of a function, or at least its name."""
    try:
        return inspect.getsource(link)
    except (OSError, TypeError):
        return f"{getattr(link, '__module__', '?')}.{getattr(link, '__qualname__', repr(link))}"
