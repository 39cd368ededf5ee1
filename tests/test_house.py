"""The house itself: small files, and no package forgotten by the wheel."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 400
FILES = sorted((ROOT / "sim").rglob("*.py"))
OF_THE_PAGE = sorted(
    file for kind in ("js", "css", "html") for file in (ROOT / "sim" / "page").glob(f"*.{kind}")
)


@pytest.mark.parametrize(
    "file", [*FILES, *OF_THE_PAGE], ids=lambda file: file.relative_to(ROOT).as_posix()
)
def test_a_file_holds_one_noun(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_package_is_in_the_wheel():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {file.parent.relative_to(ROOT) for file in FILES}
    packages = {".".join(folder.parts) for folder in folders} | {"sim.conf"}
    assert set(project["tool"]["setuptools"]["packages"]) == packages
    assert all((ROOT / folder / "__init__.py").is_file() for folder in folders)
