"""The page of a study: a text by hand, with tables between marks that its script makes anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def fill(page: Path, name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Put a table between ``<!-- name -->`` and ``<!-- end of name -->``; the rest stays.

    Raises
    ------
    ValueError
        If the page has no such marks.
    """
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    text = page.read_text(encoding="utf-8")
    if text.count(start) != 1 or text.count(end) != 1:
        message = f"{page} has no place for the table '{name}'"
        raise ValueError(message)
    before, rest = text.split(start)
    _, after = rest.split(end)
    lines = [head, ["---"] * len(head), *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    page.write_text(f"{before}{start}\n{table}\n{end}{after}", encoding="utf-8")
