"""``attune session``: a session told in the terminal, and kept as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import folders, narrative, progress, results, session_page

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console, RenderableType

    from sim.configuration import Config
    from sim.narrative import Story
    from sim.narrative.story import Chapter, Moment
    from sim.narrative.voice import Side

#: Lines longer than this are hard to read.
WIDEST = 92

#: The columns of the clock, of the margin to the left of the twin, and of that to the right.
_CLOCK, _INDENT, _MARGIN = 5, 9, 12


def session(config: Config, console: Console) -> None:
    """Run the study ``session``: tell it, and keep it as a page, a text and tables."""
    from rich.markup import escape

    from sim.study import session_log

    folders.check_place(results.folder_of(config))
    with progress.progress(config.replicates) as (advance, say):
        log = session_log.session_log(config, progress=advance, say=say)
    story = narrative.tell(log)

    def also(part: Path) -> None:
        session_page.write(log, story, part)

    folder = log.results.save(results.folder_of(config), summary=log.results.sessions, also=also)
    show(console, story)
    console.print(
        f"Page:    [bold]{escape(str(folder / session_page.NAME))}.html[/]", soft_wrap=True
    )
    console.print(f"Results: [bold]{escape(str(folder))}[/]", soft_wrap=True)


def show(console: Console, story: Story) -> None:
    """Print a story."""
    width = min(WIDEST, console.width)

    def prints(text: RenderableType, indent: int = 0) -> None:
        from rich.padding import Padding

        console.print(Padding(text, (0, 0, 0, indent)), width=width)

    told, twin = story.worlds
    console.print()
    prints(_styled(story.title, "bold"))
    console.print()
    for text in story.people:
        prints(text)
    prints(_styled(story.lead, "dim"))
    prints(_styled(f"{told}; indented, in colour: {twin[0].lower()}{twin[1:]}.", "dim"))
    for chapter in story.chapters:
        console.print()
        for part in _chapter(chapter):
            prints(part)
    console.print()
    prints(_styled("Where the two part", "bold"))
    for text in story.parting:
        prints(text)
    for moment in story.around:
        for part in _moment(moment):
            prints(part)
    console.print()
    prints(_styled("How it went on", "bold"))
    for text in story.ending:
        prints(text)
    prints(_outcome(story))
    console.print()
    for text in story.honest:
        prints(_styled(text, "dim"))
    console.print()


def _chapter(chapter: Chapter) -> list[RenderableType]:
    """Lay out a session."""
    parts: list[RenderableType] = [_styled(chapter.heading, "bold")]
    parts += _both(chapter.opening, chapter.absent, "")
    for moment in chapter.moments:
        parts += _moment(moment)
    return [*parts, *_both(chapter.closing, "", "after")]


def _both(pair: tuple[Side, Side | None], absent: str, clock: str) -> list[RenderableType]:
    """Lay out what is told of both worlds, of the twin only what differs."""
    told, twin = pair
    parts = [_row(clock, told.text, _numbers(told) if clock else "")]
    if absent:
        parts.append(_twin(absent))
    elif twin is not None and twin.keys != told.keys:
        parts.append(_twin(twin.text, _numbers(twin) if clock else ""))
    return parts


def _moment(moment: Moment) -> list[RenderableType]:
    """Lay out five minutes; of the twin, if something else happens to it."""
    parts = [_row(moment.clock, moment.told.text, _numbers(moment.told))]
    if moment.twin is not None and (moment.other or moment.parts):
        said = " ".join(line.text for line in moment.other)
        here = "Here the two part. " if moment.parts else ""
        parts.append(_twin((here + said).strip(), _felt(moment.twin)))
    return parts


def _row(clock: str, text: str, numbers: str = "") -> RenderableType:
    """Set the clock to the left of a text, and small numbers in the margin to its right."""
    return _columns(clock, _CLOCK, _styled(text, ""), numbers)


def _twin(text: str, numbers: str = "") -> RenderableType:
    """Set what is told of the twin further in."""
    return _columns("", _INDENT, _styled(text, "cyan"), numbers)


def _columns(left: str, width: int, text: RenderableType, right: str) -> RenderableType:
    """Set a text between two margins."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=width, justify="right", no_wrap=True, style="dim")
    grid.add_column(ratio=1)
    grid.add_column(min_width=_MARGIN, justify="right", no_wrap=True, style="dim")
    grid.add_row(left, text, right)
    return grid


def _numbers(side: Side) -> str:
    """Write the numbers of the margin below each other."""
    return "\n".join(f"{name} {number}" for name, number in side.margin.items())


def _felt(side: Side) -> str:
    """Write what was felt, alone."""
    return f"felt {side.margin['felt']}"


def _styled(text: str, style: str) -> RenderableType:
    """Give a text a style; brackets in it are no markup."""
    from rich.text import Text

    return Text(text, style)


def _outcome(story: Story) -> RenderableType:
    """Lay out what became of the patient in both worlds."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column()
    for _ in story.worlds:
        grid.add_column(justify="right")
    grid.add_row("", *story.worlds, style="dim")
    for row in story.outcome:
        grid.add_row(row.label, row.told, row.twin)
    return grid
