"""Progress: how far a study is, on stderr, while the blocks that are done are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.engine.keeping import Status


@contextmanager
def kept(config: Config) -> Iterator[Status]:
    """Keep the blocks of a study while it runs; when what is within is done, they go.

    What is within has to save the result: then it is complete. A study that is stopped leaves its
    blocks, and goes on from there (`sim.engine.keeping`).

    Parameters
    ----------
    config : Config
        The configuration.

    Yields
    ------
    Status
        How far the study is; its ``share`` is to be told.

    Raises
    ------
    ResultsError
        If there is no place for the result.
    """
    from sim import folders, manifest, results
    from sim.engine import keeping

    place = results.folder_of(config)
    folders.check_place(place)
    identity = manifest.identity(config)
    if config.engine.kind == "gpu":  # its last bits are its own
        identity = f"gpu-{identity}"
    with keeping.at(keeping.folder_beside(place), identity, config.command) as status:
        yield status


@contextmanager
def working(
    config: Config, total: int, what: str = "replicates"
) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Keep the blocks of a study while it runs (`kept`), and show how far it is; on stderr.

    Parameters
    ----------
    config : Config
        The configuration.
    total : int
        How many replicates, or what else is counted, there will be.
    what : str
        What is counted.

    Yields
    ------
    tuple of callable
        One takes the number of those done, the other a sentence.

    Raises
    ------
    ResultsError
        If there is no place for the result.
    """
    with (
        kept(config) as status,
        progress(total, what, told=lambda: str(status)) as (advance, say),
    ):

        def counted(done: int) -> None:
            status.share = min(done / total, 1.0)
            advance(done)

        yield counted, say


@contextmanager
def progress(
    total: int, what: str = "replicates", told: Callable[[], str] | None = None
) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Show how many replicates, or what else, are done, and what is said meanwhile; on stderr.

    Parameters
    ----------
    total : int
        How many there will be.
    what : str
        What is counted.
    told : callable, optional
        Gives what else there is to say of it at any moment.

    Yields
    ------
    tuple of callable
        One takes the number of those done, the other a sentence.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    class Told(ProgressColumn):
        """What else there is to say."""

        max_refresh = 0.5

        def render(self, task: Any) -> Text:  # noqa: ARG002 - there is one task
            """Say it."""
            return Text(told() if told is not None else "")

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining()]
    console = Console(stderr=True, highlight=False)
    quiet = not console.is_terminal
    with Progress(*columns, Told(), console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=total)
        yield (lambda done: bar.update(task, completed=done)), console.print
