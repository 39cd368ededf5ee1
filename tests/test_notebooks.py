"""The notebooks run from top to bottom, and what they show is theirs."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("notebooks", ROOT / "experiments" / "notebooks.py")
runner = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(runner)

ALL = runner.notebooks()


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_a_notebook_runs_and_shows_its_figures(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    notebook = runner.read(file)
    runner.run(notebook, small=True)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert any("image/png" in one.get("data", {}) for cell in code for one in cell["outputs"])


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_a_notebook_is_kept_with_what_it_shows(file):
    notebook = runner.read(file)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert code[0]["source"][0] == "import sim\n"
    assert any("small" in cell["metadata"] for cell in code)
    pictures = [
        one for cell in code for one in cell["outputs"] if "image/png" in one.get("data", {})
    ]
    assert pictures
    assert "".join(notebook["cells"][0]["source"]).startswith("# ")
