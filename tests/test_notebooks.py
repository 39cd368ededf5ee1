"""The notebooks: all execute, and what is stored is what is written, with no stray path in it."""

import importlib
import os
import re
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parents[1]
NUMBERS = range(1, 8)

#: The size at which notebooks are executed here: replicates, of the hundreds they have.
SMALL = {"NOTEBOOK_REPLICATES": "4"}

#: A path of somebody's machine: from the root or from a home folder, on any system.
ABSOLUTE = re.compile(r"(?<![\w.:/])(?:/(?:home|root|tmp|usr|work|Users|var|opt)/|[A-Z]:\\)")

#: A date, or an object's place in memory: what makes outputs differ from run to run.
FLEETING = re.compile(r"\b20\d\d-\d\d-\d\d\b|\b0x[0-9a-f]{6,}")


@pytest.fixture(scope="module")
def notebooks():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "experiments")
        yield importlib.import_module("notebooks")


@pytest.fixture(scope="module")
def kernel(notebooks):
    """One kernel for all of them, at the small size: the chain is loaded once."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=os.environ | notebooks.QUIET | SMALL, cwd=notebooks.FOLDER)
    yield manager
    manager.shutdown_kernel(now=True)


def source(notebooks, number):
    (found,) = notebooks.SOURCES.glob(f"{number:02d}_*.py")
    return found


def stored(notebooks, number):
    (found,) = notebooks.FOLDER.glob(f"{number:02d}_*.ipynb")
    return nbformat.read(found, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(output):
    """What an output holds but for its figures."""
    data = output.get("data", {})
    return [output.get("text", ""), *(str(v) for k, v in data.items() if k != "image/png")]


def test_each_source_has_its_notebook(notebooks):
    names = [place.stem for place in notebooks.sources()]
    assert names == sorted(place.stem for place in notebooks.FOLDER.glob("*.ipynb"))
    assert [int(name[:2]) for name in names] == list(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_it_executes(notebooks, kernel, number):
    notebook = notebooks.read(source(notebooks, number))
    fresh = nbformat.v4.new_code_cell("%reset -f")  # no name is left of the one before
    notebook.cells.insert(0, fresh)
    made = notebooks.execute(notebook, kernel)
    assert all(cell.execution_count for cell in code(made))
    assert any("image/png" in output.get("data", {}) for output in notebooks.outputs(made))


@pytest.mark.parametrize("number", NUMBERS)
def test_it_begins_with_sim_and_asks_before_it_shows(notebooks, number):
    notebook = stored(notebooks, number)
    first = code(notebook)[0].source
    assert first.splitlines()[0] == "import sim"
    assert first.count("NOTEBOOK_REPLICATES") == 1
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert words.count("**Predict.**") >= 3
    assert "**Look.**" in words


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_stored_is_what_is_written(notebooks, number):
    written, kept = notebooks.read(source(notebooks, number)), stored(notebooks, number)
    pairs = [[(cell.cell_type, cell.source) for cell in one.cells] for one in (written, kept)]
    assert pairs[0] == pairs[1], "make notebooks writes it anew"


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_stored_is_whole_and_of_no_machine(notebooks, number):
    notebook = stored(notebooks, number)
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    kinds = {output.output_type for output in notebooks.outputs(notebook)}
    assert "error" not in kinds
    assert not [o for o in notebooks.outputs(notebook) if o.get("name") == "stderr"]
    for text in (text for output in notebooks.outputs(notebook) for text in texts(output)):
        assert not ABSOLUTE.search(text)
        assert not FLEETING.search(text)


def test_all_of_them_are_small(notebooks):
    assert sum(place.stat().st_size for place in notebooks.FOLDER.rglob("*.ipynb")) < 3_000_000
