"""The notebooks, made anew from what they are written in: `make notebooks`.

A notebook is written as plain Python, in ``notebooks/src``, where a change can be read; its twin in
``notebooks`` has the outputs as well. Figures are kept with few colours, so that all stay small.

    python experiments/notebooks.py [NAME ...]
"""

from __future__ import annotations

import base64
import io
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupytext
import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
SOURCES = FOLDER / "src"

#: How many colours are kept of a figure.
COLOURS = 64

#: What tqdm, which Mesa brings, says of a widget that nobody here needs.
QUIET = {"PYTHONWARNINGS": "ignore:IProgress not found"}

#: So long a single cell may take, in seconds.
PATIENCE = 600


def main(*names: str) -> None:
    """Execute the notebooks named, or all, and write them with their outputs."""
    for source in sources():
        if names and source.stem not in names:
            continue
        began = time.perf_counter()
        made = execute(read(source))
        write(made, FOLDER / f"{source.stem}.ipynb")
        sys.stdout.write(f"{source.stem}: {time.perf_counter() - began:.0f} s\n")


def sources() -> list[Path]:
    """List what the notebooks are written in, in their order."""
    return sorted(SOURCES.glob("*.py"))


def read(source: Path) -> Any:
    """Read a notebook from its plain Python; cells are named by their number."""
    made = jupytext.read(source)
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number:02d}"
    made.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return made


def execute(made: Any, kernel: KernelManager | None = None) -> Any:
    """Execute a notebook: in a kernel of its own, or in one that is running already.

    Raises
    ------
    CellExecutionError
        If a cell fails.
    """
    client = NotebookClient(
        made,
        km=kernel,
        timeout=PATIENCE,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute(env=os.environ | QUIET)
    if kernel is not None:
        client.kc.stop_channels()  # nbclient leaves them open where the kernel is not its own
    made.metadata.pop("language_info", None)
    made.metadata["language_info"] = {"name": "python"}
    return made


def write(made: Any, place: Path) -> None:
    """Write a notebook with its outputs, figures with few colours, and nothing of this machine."""
    for output in outputs(made):
        data = output.get("data", {})
        if "image/png" in data:
            data["image/png"] = few_colours(data["image/png"])
            data.pop("text/plain", None)
    nbformat.validate(made)
    nbformat.write(made, place)


def outputs(made: Any) -> Iterator[Any]:
    """Go through the outputs of all cells."""
    for cell in made.cells:
        yield from cell.get("outputs", ())


def few_colours(png: str) -> str:
    """Keep a figure with few colours: a third of the size, and no difference to the eye."""
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
        few = white.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    kept = io.BytesIO()
    few.save(kept, "PNG", optimize=True)
    return base64.b64encode(kept.getvalue()).decode("ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
