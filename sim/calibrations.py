"""``attune calibrate``: a world that matches the evidence, on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim import calibration_report as report
from sim import progress, results, terminal
from sim.study import calibrate as study

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.engine.keeping import Status
    from sim.study.calibrate import Calibration

#: The columns of the table of targets, and their widths.
COLUMNS = {"": 31, "band": 14, "fit": 6, "calibrated": 10, "posterior": 14}


def show(config: Config, console: Console) -> None:
    """Run the study ``calibrate``, or find it done; save it, draw it, report it, and show it."""
    from rich.markup import escape

    found = None if config.fresh else results.find(config)
    if found is None:
        with progress.kept(config) as status, _progress(config, status) as tell:
            calibration = study.calibrate(config, tell)
            folder = calibration.save(
                results.folder_of(config), also=lambda part: report.write(calibration, part)
            )
    else:
        calibration = study.of(found)
        folder = found.folder or results.folder_of(config)
    show_calibration(console, calibration)
    again = " (found there; fresh=true computes it again)" if found is not None else ""
    console.print(f"Results: [bold]{escape(str(folder))}[/]{again}", soft_wrap=True)
    console.print(f"Report:  [bold]{escape(str(folder / report.NAME))}[/]", soft_wrap=True)


def show_calibration(console: Console, calibration: Calibration) -> None:
    """Print the targets, what is known of the parameters, the ends of the profile, the answer."""
    from rich.markup import escape

    console.print()
    console.print(targets_table(calibration))
    console.print(
        "[dim]posterior: 90% of its worlds; ✓ inside the band, · outside; below the "
        "line, what is reported and not fitted[/]\n"
    )
    for line in report.findings(calibration):
        console.print(escape(line), soft_wrap=True)
    console.print(f"\n{escape(calibration.answer)}\n", soft_wrap=True)


def targets_table(calibration: Calibration) -> RenderableType:
    """Lay the targets out, those that are fitted first."""
    from rich.console import Group

    table = calibration.table("targets")
    parts: list[RenderableType] = [terminal.grid(COLUMNS, [list(COLUMNS)], style="dim")]
    for fitted in (True, False):
        rows = table[(table["use"] == "calibrate") == fitted].to_dict("records")
        parts.append(terminal.grid(COLUMNS, [report.cells(row) for row in rows]))
        if fitted:
            parts.append("[dim]" + "─" * (sum(COLUMNS.values()) + len(COLUMNS) - 1) + "[/]")
    return Group(*parts)


@contextmanager
def _progress(config: Config, status: Status) -> Iterator[Callable[[str, int, int], object]]:
    """Show the stage, and how much of it is done, on stderr; tell the share of all that is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
    console = Console(stderr=True, highlight=False)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, int] = {}
        many = study.stages_of(config.calibration)

        def tell(stage: str, done: int, of_all: int) -> None:
            if stage not in tasks:
                tasks[stage] = int(bar.add_task(stage, total=of_all))
            bar.update(tasks[stage], completed=done)  # type: ignore[arg-type]
            status.share = min(1.0, (len(tasks) - 1 + done / max(of_all, 1)) / many)

        yield tell
