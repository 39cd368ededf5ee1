"""What ``attune parameters`` shows: every number of the theory, with its passport."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.errors import ConfigurationError, nearest
from sim.parameters import EVIDENCE, Parameter, table

if TYPE_CHECKING:
    from rich.console import Console

#: The columns a terminal needs for the table to fit.
WIDE = 120

#: By what the table can be filtered.
FILTERS = ("link", "claim", "evidence")

#: The columns of the page.
COLUMNS = (
    "name",
    "default",
    "range",
    "neutral",
    "unit",
    "prior",
    "evidence",
    "source",
    "claims",
    "link",
    "meaning",
)

PREFACE = """\
# Parameters

Every number of the theory with its passport. Written by `make docs` from `sim/parameters.toml`;
change it there. A parameter is set with `parameters.<name>=<value>`, within its range. *Neutral*
is the value at which its effect is absent. Claims are numbered as in the theory map.
"""


def show(console: Console, words: Sequence[str] = (), *, markdown: bool = False) -> None:
    """Print the passports that the filters leave.

    Raises
    ------
    ConfigurationError
        If a filter does not exist or leaves nothing.
    """
    chosen = select(words)
    if markdown:
        sys.stdout.write(to_markdown(chosen))
    else:
        _print(console, chosen)


def select(words: Sequence[str] = ()) -> list[Parameter]:
    """Filter the table: ``link=presence``, ``claim=T82``, ``evidence=assumed``.

    Raises
    ------
    ConfigurationError
        If a filter does not exist or leaves nothing.
    """
    chosen = list(table().values())
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in FILTERS:
            raise ConfigurationError(
                f"'{word}' is no filter of attune parameters: it takes "
                f"{', '.join(f'{known}=...' for known in FILTERS)}{nearest(name, FILTERS)}"
            )
        known = list(dict.fromkeys(key for entry in table().values() for key in _keys(entry, name)))
        if value not in known:
            listed = ", ".join(EVIDENCE) if name == "evidence" else None
            raise ConfigurationError(
                f"no parameter has {word}"
                + (f": it takes one of {listed}" if listed else "")
                + nearest(value, known)
            )
        chosen = [entry for entry in chosen if value in _keys(entry, name)]
    if not chosen:
        raise ConfigurationError(f"no parameter has {' and '.join(words)} together")
    return chosen


def to_markdown(chosen: Iterable[Parameter]) -> str:
    """Write the passports as a page of the documentation, one table for each file of the chain."""
    lines = [PREFACE]
    file = None
    for entry in chosen:
        if entry.link.partition(".")[0] != file:
            file = entry.link.partition(".")[0]
            lines += [
                *([""] if lines[-1].startswith("|") else []),
                f"## {file}",
                "",
                f"| {' | '.join(COLUMNS)} |",
                "|---" * len(COLUMNS) + "|",
            ]
        cells = (
            f"`{entry.name}`",
            f"{entry.default:g}",
            _range(entry),
            _neutral(entry),
            entry.unit,
            entry.prior,
            entry.evidence,
            entry.source,
            ", ".join(entry.claims) or "–",
            f"`{entry.link}`",
            entry.meaning,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _print(console: Console, chosen: list[Parameter]) -> None:
    """Print the passports as a table, or on a narrow terminal as a list."""
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    assumed = sum(entry.evidence == "assumed" for entry in chosen)
    total = f"\n{len(chosen)} parameters, {assumed} of them assumed"
    if console.width < WIDE:
        for entry in chosen:
            console.print(f"[bold]{entry.name}[/] = {entry.default:g}", highlight=False)
            facts = f"{entry.link}; {_range(entry)}; {entry.evidence}"
            for line in (f"{entry.meaning} ({escape('; '.join(_passport(entry)))})", facts):
                console.print(Padding(line, (0, 0, 0, 4)), highlight=False)
        console.print(total)
        return

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    grid.add_column("name", no_wrap=True)
    grid.add_column("value", justify="right", no_wrap=True)
    grid.add_column("range", no_wrap=True)
    grid.add_column("evidence", no_wrap=True)
    grid.add_column("meaning (unit; claims; source)", min_width=30)
    link = None
    for entry in chosen:
        if entry.link != link:
            link = entry.link
            grid.add_row(f"[bold]{link}[/]")
        grid.add_row(
            f" {entry.name}",
            f"{entry.default:g}",
            _range(entry),
            entry.evidence,
            f"{entry.meaning} [dim]({escape('; '.join(_passport(entry)))})[/]",
        )
    console.print(grid)
    console.print(total)


def _passport(entry: Parameter) -> list[str]:
    """List unit and claims, and the source where there is one."""
    source = [] if entry.evidence == "assumed" else [entry.source]
    return [entry.unit, *entry.claims, *source]


def _keys(entry: Parameter, name: str) -> tuple[str, ...]:
    """List what a filter may ask of an entry."""
    if name == "link":
        return (entry.link.partition(".")[0], entry.link)
    return entry.claims if name == "claim" else (entry.evidence,)


def _range(entry: Parameter) -> str:
    return f"{entry.low:g} to {entry.high:g}"


def _neutral(entry: Parameter) -> str:
    return "–" if entry.neutral is None else f"{entry.neutral:g}"
