"""Two sessions told in the docs, made anew: `make docs`.

    docs/sessions/repaired_rupture.md, .png    a rupture is noticed and worked through
    docs/sessions/missed_rupture.md, .png      a rupture is not noticed, and the session after it

The patients were chosen for their stories, the sessions by `attune session` itself; the commands
stand at the end of each page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pages import shrink

import sim
from sim import narrative
from sim.figures import session_strip, style
from sim.narrative.markdown import markdown
from sim.study.session_log import session_log

FOLDER = Path(__file__).parents[1] / "docs" / "sessions"

#: Whose sessions are told.
TOLD = {
    "repaired_rupture": ("study.therapist=12",),
    "missed_rupture": ("study.therapist=2",),
}


def tell(event: str, *whose: str) -> None:
    """Tell a session, and draw it."""
    log = session_log(sim.configure("study=session", f"study.find={event}", *whose))
    text = markdown(narrative.tell(log), f"{event}.png", log.results.manifest["command"])
    (FOLDER / f"{event}.md").write_text(text, encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory() as made:
        png, _ = style.write(lambda: session_strip.lay_out(log), Path(made), event)
        shrink(png, FOLDER / f"{event}.png")


def main() -> int:
    """Write both pages."""
    FOLDER.mkdir(exist_ok=True)
    for event, whose in TOLD.items():
        tell(event, *whose)
    return 0


if __name__ == "__main__":
    sys.exit(main())
