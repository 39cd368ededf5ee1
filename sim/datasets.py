"""``attune simulate``: tables of simulated studies, for elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import progress, results
from sim.study import export

if TYPE_CHECKING:
    from rich.console import Console

    from sim.configuration import Config


def simulate(config: Config, console: Console) -> None:
    """Say how large the tables become, write them, and say where they lie."""
    from rich.markup import escape

    found = None if config.fresh else results.find(config)
    if found is None:
        size = export.size(config)
        rows = ", ".join(f"{many:,} {level}" for level, many in size.rows.items())
        console.print(
            f"Up to {rows}: about {export.megabytes(size.disk)} on disk ({config.format}), "
            f"{export.megabytes(size.memory)} of memory",
            soft_wrap=True,
        )
        with progress.working(config, config.replicates) as (advance, say):
            folder = export.export(config, progress=advance, say=say)
        found = results.load(folder)
        again = ""
    else:
        folder = found.folder or results.folder_of(config)
        again = " (found there; fresh=true computes it again)"
    for table in found.manifest["tables"].values():
        console.print(
            f"  {table['file']:<20} {table['rows']:>12,} rows  "
            f"{export.megabytes(table['bytes']):>8}",
            soft_wrap=True,
        )
    console.print(f"  {export.CODEBOOK}.csv, {export.CODEBOOK}.md  what every column means")
    console.print(f"Results: [bold]{escape(str(folder))}[/]{again}", soft_wrap=True)
