"""Run the notebooks and keep what they show: python experiments/notebooks.py [name ...].

A notebook is a list of cells, and needs no server to be run: every cell of code is executed in
turn, and what it prints, the value of its last line and its figures are written beneath it. A cell
may say in its metadata what its sizes are at a small scale (``"small": {"replicates": 4}``); the
tests run all notebooks so.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl

FOLDER = Path(__file__).parents[1] / "notebooks"

#: Dots to the inch of a figure in a notebook.
DPI = 110


def notebooks() -> list[Path]:
    """List the notebooks in their order."""
    return sorted(FOLDER.glob("*.ipynb"))


def read(file: Path) -> dict[str, Any]:
    """Read a notebook."""
    return json.loads(file.read_text(encoding="utf-8"))


def run(notebook: dict[str, Any], *, small: bool = False) -> dict[str, Any]:
    """Execute a notebook from the top; its cells keep what they show.

    Parameters
    ----------
    notebook : dict
        The notebook; it is changed.
    small : bool
        Whether to run it at the small sizes that its cells name.

    Returns
    -------
    dict
        All that it defined, by name.
    """
    defined: dict[str, Any] = {"__name__": "__main__"}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    with _quiet_figures():
        for number, cell in enumerate(code, start=1):
            cell["execution_count"] = number
            cell["outputs"] = list(_execute("".join(cell["source"]), defined, number))
            if small:
                defined.update(cell["metadata"].get("small", {}))
    return defined


def write(notebook: dict[str, Any], file: Path) -> None:
    """Write a notebook."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")


def _execute(source: str, defined: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """Execute one cell, and give its outputs."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"<cell {number}>", "exec"), defined)  # noqa: S102 - a notebook
        value = None
        if last is not None:
            shown = ast.Expression(last.value)
            value = eval(compile(shown, f"<cell {number}>", "eval"), defined)  # noqa: S307
    if printed.getvalue():
        yield {"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())}
    pictures = list(_figures())
    if value is not None and not (pictures and _is_drawing(value)):
        yield {
            "data": _seen(value),
            "execution_count": number,
            "metadata": {},
            "output_type": "execute_result",
        }
    yield from pictures


def _seen(value: object) -> dict[str, list[str]]:
    """Show a value, as text and where it can be as a table."""
    data = {"text/plain": _lines(value if isinstance(value, str) else repr(value))}
    if hasattr(value, "_repr_html_"):
        data["text/html"] = _lines(value._repr_html_())
    return data


def _is_drawing(value: object) -> bool:
    """Tell whether a value is only what a call for drawing gives back."""
    return type(value).__module__.startswith(("matplotlib", "numpy")) or isinstance(value, list)


def _figures() -> Iterator[dict[str, Any]]:
    """Take the figures that are open, and close them."""
    import matplotlib.pyplot as plt

    for number in plt.get_fignums():
        drawn = io.BytesIO()
        plt.figure(number).savefig(
            drawn, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None}
        )
        text = base64.b64encode(drawn.getvalue()).decode()
        yield {"data": {"image/png": text}, "metadata": {}, "output_type": "display_data"}
    plt.close("all")


@contextlib.contextmanager
def _quiet_figures() -> Iterator[None]:
    """Draw into files while a notebook runs, and leave nothing behind."""
    with mpl.rc_context({"backend": "agg"}):
        yield


def _lines(text: str) -> list[str]:
    """Cut text into lines, as a notebook holds it."""
    return text.splitlines(keepends=True)


def main() -> None:
    """Run the notebooks that were named, or all of them, at full size."""
    for file in notebooks():
        if sys.argv[1:] and not any(name in file.name for name in sys.argv[1:]):
            continue
        started = time.perf_counter()
        notebook = read(file)
        run(notebook)
        write(notebook, file)
        print(f"{file.name}: {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
