"""What goes wrong while a study runs: one sentence, nothing half-written, finished work kept."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sim import cli, results

SMALL = ["therapists.n=2", "patients.per_therapist=2", "setting.weeks=4", "setting.segments=2"]
COMPARE = ["compare", *SMALL, "replicates=2", "precision=null", "name=mine"]
FOLDER = Path("outputs/compare/mine")


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def refused(capsys, *words):
    """What a mistake is answered with, on stderr, with exit code 2."""
    capsys.readouterr()
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert said.err.startswith("attune: ")
    assert said.err.count("\n") == 1
    return said.err.removeprefix("attune: ").removesuffix("\n")


@pytest.mark.parametrize("study", [COMPARE, ["simulate"], ["-m", "seed=1,2"]])
def test_a_place_that_takes_no_files_is_refused_before_anything_is_computed(
    capsys, monkeypatch, somewhere, study
):
    monkeypatch.setattr("sim.engine.run", None)
    (somewhere / "file").write_text("in the way")
    said = refused(capsys, *study, "output=file")
    assert said.startswith("cannot write the results to file/")
    assert said.endswith("file takes no files (Not a directory)")
    assert refused(capsys, *study, "output=/proc/x").startswith("cannot write the results to /proc")
    assert [path.name for path in somewhere.iterdir()] == ["file"]


@pytest.mark.parametrize("damaged", ["manifest.json", "trials.parquet"])
def test_a_damaged_result_is_computed_again(capsys, damaged):
    words = ["simulate", *SMALL, "name=mine"]
    folder = Path("outputs/simulate/mine")
    assert cli.main(words) == 0
    before = results.load(folder).trials
    file = folder / damaged
    file.write_bytes(file.read_bytes()[:-9])
    assert cli.main(words) == 0
    assert "found there" not in capsys.readouterr().out
    pd.testing.assert_frame_equal(results.load(folder).trials, before, check_exact=True)


def test_a_full_disk(capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pd.DataFrame, "to_parquet", full)
        said = f"cannot write the results to {FOLDER}: No space left on device"
        assert refused(capsys, *COMPARE) == said
        assert [part.name for part in FOLDER.parent.iterdir()] == [f".{FOLDER.name}.blocks"]
    assert cli.main(COMPARE) == 0
    before = {file.name: file.read_bytes() for file in FOLDER.iterdir() if file.is_file()}
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    assert refused(capsys, *COMPARE, "fresh=true") == said
    assert {file.name: file.read_bytes() for file in FOLDER.iterdir() if file.is_file()} == before


def test_ctrl_c_in_a_long_run():
    words = ["-m", "simulate", *SMALL, "replicates=1,1000000", "name=s"]
    with subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
        text=True,
        start_new_session=True,
    ) as running:
        for line in running.stdout:
            if line.startswith("2 of 2"):
                break
        folder = Path("outputs/simulate/s")
        while running.poll() is None and not list(folder.glob(".replicates=1000000.*")):
            time.sleep(0.05)
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
    assert running.returncode == 130
    assert said == (
        "attune: 1 of 2 conditions are done; the same command goes on from there\nattune: stopped\n"
    )
    visible = [path.name for path in folder.iterdir() if not path.name.endswith(".blocks")]
    assert sorted(visible) == ["replicates=1", "sweep.json"]
    assert len(results.load(folder / "replicates=1").trials) == 2
