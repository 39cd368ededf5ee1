"""A story as Markdown: for the documentation, and wherever text is read as it is."""

from __future__ import annotations

from collections.abc import Iterator

from sim.narrative.story import Chapter, Moment, Story
from sim.narrative.voice import Side

#: What is said of five minutes in which the same is told of both worlds.
ALIKE = "The same."


def markdown(story: Story, figure: str = "", command: str = "") -> str:
    """Write a story as Markdown.

    Parameters
    ----------
    story : Story
        What `sim.narrative.tell` told.
    figure : str, optional
        The file of the figure, as the page refers to it.
    command : str, optional
        What tells it again.

    Returns
    -------
    str
    """
    told, twin = story.worlds
    parts = [f"# {story.title}", story.lead, *story.people]
    if figure:
        parts.append(f"![The session as a strip: bowl, presence, closeness, ruptures]({figure})")
    parts.append(f"*{told}. Indented: {twin[0].lower()}{twin[1:]}.*")
    for chapter in story.chapters:
        parts += _chapter(chapter)
    parts += ["## Where the two part", *story.parting]
    for moment in story.around:
        parts += _moment(moment)
    parts += ["## How it went on", *story.ending, _table(story)]
    parts += ["## What is model here, and what is not", *story.honest]
    if command:
        parts.append(f"Told by\n\n```\n{command}\n```")
    return "\n\n".join(parts) + "\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    """Write a session."""
    yield f"## {chapter.heading}"
    yield from _both(*chapter.opening, chapter.absent)
    for moment in chapter.moments:
        yield from _moment(moment)
    closing = chapter.closing
    yield "**Afterwards.** " + closing[0].text + _margin(closing[0])
    if closing[1] is not None:
        same = closing[1].keys == closing[0].keys
        yield f"> {ALIKE if same else closing[1].text}{_margin(closing[1])}"


def _both(told: Side, twin: Side | None, absent: str) -> Iterator[str]:
    """Write what is told of both worlds, of the twin only if it differs."""
    yield told.text
    if absent:
        yield f"> {absent}"
    elif twin is not None and twin.keys != told.keys:
        yield f"> {twin.text}"


def _moment(moment: Moment) -> Iterator[str]:
    """Write five minutes."""
    yield f"**{moment.clock}** {moment.told.text}{_margin(moment.told)}"
    if moment.twin is not None:
        parts = "*Here the two part.* " if moment.parts else ""
        other = " ".join(line.text for line in moment.other) or ALIKE
        yield f"> {parts}{other}{_margin(moment.twin)}"


def _margin(side: Side) -> str:
    """Write the numbers of the margin small."""
    said = " · ".join(f"{name} {number}" for name, number in side.margin.items())
    return f" <sub>{said}</sub>" if said else ""


def _table(story: Story) -> str:
    """Write what became of the patient as a table."""
    head = f"| | {' | '.join(story.worlds)} |\n|---|---:|---:|"
    rows = [f"| {row.label} | {row.told} | {row.twin} |" for row in story.outcome]
    return "\n".join([head, *rows])
