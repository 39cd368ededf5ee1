"""A told session as a page: one file that asks for nothing, to be read like one of a book."""

from __future__ import annotations

import base64
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sim.figures import session_strip, style
from sim.narrative.markdown import markdown

if TYPE_CHECKING:
    from sim.narrative import Story
    from sim.study.session_log import SessionLog

#: The page, the same as text, and the figure, without their endings.
NAME, STRIP = "session", "strip"
TEMPLATE = "templates/session.html"

CAPTION = (
    "The session as a strip: ruptures, the bowl against what it can hold, presence, closeness "
    "offered and wanted, and what was felt; below, the alliance over the whole treatment. Both "
    "worlds over each other."
)


def write(log: SessionLog, story: Story, folder: Path) -> list[Path]:
    """Draw the strip, and write the page and the text.

    Parameters
    ----------
    log : SessionLog
        What `sim.study.session_log.session_log` gave.
    story : Story
        The same in words (`sim.narrative.tell`).
    folder : Path
        Where the files go.

    Returns
    -------
    list of Path
        ``strip.png`` and ``strip.svg``, ``session.html``, ``session.md``.
    """
    drawn = style.write(lambda: session_strip.lay_out(log), folder, STRIP)
    page, text = Path(folder) / f"{NAME}.html", Path(folder) / f"{NAME}.md"
    page.write_text(html(log, story, drawn[1]), encoding="utf-8", newline="\n")
    command = log.results.manifest["command"]
    text.write_text(markdown(story, drawn[0].name, command), encoding="utf-8", newline="\n")
    return [*drawn, page, text]


def html(log: SessionLog, story: Story, strip: Path) -> str:
    """Write the page.

    Parameters
    ----------
    log : SessionLog
        What was lived.
    story : Story
        The same in words.
    strip : Path
        The figure, as SVG.

    Returns
    -------
    str
        One HTML document that asks for nothing else.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["typeset"] = _typeset
    template = files("sim").joinpath(TEMPLATE).read_text(encoding="utf-8")
    source = base64.b64encode(strip.read_bytes()).decode()
    return environment.from_string(template).render(
        story=story,
        manifest=log.results.manifest,
        figure=f"data:image/svg+xml;base64,{source}",
        caption=CAPTION,
    )


def _typeset(text: str) -> str:
    """Set apostrophes as a printer does."""
    return text.replace("'", "’")
