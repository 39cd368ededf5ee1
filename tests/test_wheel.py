"""The installed wheel works from any folder, without the repository."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ["pyproject.toml", "README.md", "LICENSE", "sim", "conf"]
DATA = (
    "claims.toml",
    "conf/posterior.parquet",
    "parameters.toml",
    "py.typed",
    "templates/calibration.md",
    "templates/chosen.html",
    "templates/decomposition.html",
    "templates/ladder.html",
    "templates/plan.html",
    "templates/repeat.html",
    "templates/report.html",
    "templates/sensitivity.html",
    "templates/session.html",
    "templates/style.css",
    "templates/trial.html",
    "templates/validation.html",
)

A_PROGRAMME_OF_ONES_OWN = """
name: ours
about: Ours.
hours_per_week: 2
weeks: 4
start_week: -4
love: 0.02
"""

A_TINY_STUDY = """
import json
import sim
config = sim.configure("therapists.n=2", "patients.per_therapist=2")
results = sim.simulate(config, replicates=2, record="patients")
print(json.dumps({"file": sim.__file__, "patients": len(results.patients)}))
"""


def run(*command, cwd):
    """What a command says that knows nothing of the repository; a failure shows it all."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment | {"COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy so that nothing left by earlier builds can slip in."""
    source = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, source)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", source, cwd=source)
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def target(wheel, tmp_path_factory):
    """An environment that holds the wheel, and borrows the libraries that it depends on."""
    folder = tmp_path_factory.mktemp("target")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q"]
    run(*install, "--disable-pip-version-check", "--no-deps", "--no-index", wheel, cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A .pth line adds a folder but does not read the .pth files in it, so the repository's own
    # editable install stays out of sight.
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "libraries.pth").write_text("\n".join(sorted(libraries)), encoding="utf-8")
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    code = {file.relative_to(ROOT).as_posix() for file in (ROOT / "sim").rglob("*.py")}
    conf = [*(ROOT / "conf").rglob("*.yaml"), ROOT / "conf" / "__init__.py"]
    choices = {f"sim/{file.relative_to(ROOT).as_posix()}" for file in conf}
    data = {f"sim/{name}" for name in DATA}
    the_page = [file for file in (ROOT / "sim" / "page").iterdir() if file.is_file()]
    data |= {f"sim/page/{file.name}" for file in the_page if file.suffix != ".py"}
    assert {name for name in names if ".dist-info/" not in name} == code | choices | data
    assert any(name.endswith("/LICENSE") for name in names)


def test_attune_answers_from_a_foreign_folder(target, tmp_path):
    attune = target / "bin" / "attune"
    assert "compare" in run(attune, "--help", cwd=tmp_path)
    assert len(run(attune, "parameters", cwd=tmp_path).splitlines()) > 10
    assert not list(tmp_path.iterdir())


def test_the_page_is_written_from_a_foreign_folder(target, tmp_path):
    said = run(target / "bin" / "attune", "teach", "open=false", cwd=tmp_path)
    assert "page/index.html" in said
    assert "rupture.onset" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")


def test_a_tiny_study_runs_from_a_foreign_folder(target, tmp_path):
    said = run(target / "bin" / "python", "-c", A_TINY_STUDY, cwd=tmp_path)
    answer = json.loads(said.splitlines()[-1])
    assert Path(answer["file"]).is_relative_to(target)
    arms, patients_left_over = divmod(answer["patients"], 2 * 2 * 2)
    assert arms >= 1
    assert patients_left_over == 0


def test_a_programme_of_ones_own_runs_from_a_foreign_folder(target, tmp_path):
    (tmp_path / "mine" / "training").mkdir(parents=True)
    file = tmp_path / "mine" / "training" / "ours.yaml"
    file.write_text(A_PROGRAMME_OF_ONES_OWN, encoding="utf-8")
    attune = [target / "bin" / "attune", "--config-dir", "mine"]
    assert "Ours." in run(*attune, "--help", cwd=tmp_path)
    tiny = ["therapists.n=2", "patients.per_therapist=2", "setting.weeks=3", "name=tiny"]
    run(*attune, "simulate", "training=ours", "format=csv", *tiny, cwd=tmp_path)
    manifest = (tmp_path / "outputs" / "simulate" / "tiny" / "manifest.json").read_text()
    assert json.loads(manifest)["config"]["training"]["love"] == 0.02
    run(*attune, "-m", "simulate", "training=ours,none", *tiny, "output=swept", cwd=tmp_path)
    assert "ours" in (tmp_path / "swept" / "simulate" / "tiny" / "sweep.csv").read_text()
