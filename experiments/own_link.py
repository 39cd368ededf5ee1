"""What docs/your_own_link.md shows, made anew: `make docs`.

The page is written by hand but for what stands between ``<!-- name -->`` and ``<!-- end -->``: the
file with the rival accounts, what `attune compare` prints of them, and how a link is refused.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console

import sim
from sim import own_links, terminal
from sim.errors import LinkError

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "your_own_link.md"
FILE = "experiments/rival_onsets.py"

#: What of the chain the two accounts are about.
PLACE = "Therapist with patient"

#: A link that will not do.
REFUSED = """\
def my_onset(p, c, d):
    return 0.05 * (1.0 - d.flet) ** 2
"""


def accounts(text: str) -> str:
    """Take both rival accounts, and the numbers they begin with, out of the file."""
    begin, end = text.index("from sim.chain"), text.index("def as_it_is")
    return f"```python\n{text[begin:end].rstrip()}\n```"


def printed(account: str, *choice: str) -> str:
    """Compare under one account, and give what is printed of therapist and patient together."""
    link = f"links.rupture.onset={ROOT / FILE}:{account}"
    comparison = sim.compare(sim.configure(link, "reading=same", *choice))
    out = io.StringIO()
    console = Console(file=out, width=80, highlight=False)
    console.print(terminal.effects_table(comparison.effects, wide=False))
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    at = lines.index(PLACE)
    last = next(i for i in range(at + 1, len(lines)) if not lines[i].startswith(" "))
    return "```\n" + "\n".join([lines[0], *lines[at:last]]) + "\n```"


def refused() -> str:
    """Say how a link is refused that will not do."""
    said = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "my_theory.py"
        for text in (REFUSED, REFUSED.replace("flet", "felt")):
            place.write_text(text, encoding="utf-8")
            try:
                own_links.load("rupture.onset", f"{place}:my_onset")
            except LinkError as error:
                said.append(str(error).replace(str(place), place.name))
    return "```\n" + "\n".join(f"attune: {one}" for one in said) + "\n```"


def page(text: str, parts: dict[str, str]) -> str:
    """Put the parts in their places."""
    for name, part in parts.items():
        block = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->", re.DOTALL)
        filled = f"<!-- {name} -->\n{part}\n<!-- end -->"
        text, found = block.subn(lambda _, new=filled: new, text)
        assert found == 1, name
    return text


def main() -> int:
    """Write the page."""
    parts = {
        "file": accounts((ROOT / FILE).read_text(encoding="utf-8")),
        "of_being_missed": printed("of_being_missed"),
        "of_the_patient": printed("of_the_patient"),
        "refused": refused(),
    }
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
