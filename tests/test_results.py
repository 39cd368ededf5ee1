"""Results on disk: all of a result or nothing, found again when nothing that counts has changed."""

import copy
import errno
import json
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim import manifest as manifests
from sim import results
from sim.errors import ResultsError
from sim.results import Results

ENDINGS = ["ongoing", "completed", "improved", "dropped_out", "therapist_left"]


def named(name):
    return SimpleNamespace(name=name)


def a_config(output, **changes):
    """A stand-in for a configuration: what results need to know of one."""
    config = SimpleNamespace(
        study=named("compare"),
        name=None,
        arms=None,
        training=named("mbsr"),
        control=named("none"),
        therapists=named("trainees"),
        patients=named("outpatients"),
        setting=named("weekly_outpatient"),
        world=SimpleNamespace(name="theory", sets=None),
        engine=SimpleNamespace(name="cpu", kind="cpu", threads=None),
        output=str(output),
        seed=SimpleNamespace(people=1, luck=2),
        command="attune compare",
    )
    for name, value in changes.items():
        setattr(config, name, value)
    config.identity = lambda: {
        "record": "patients",
        "seed": vars(config.seed),
        "training": {"name": config.training.name},
    }
    config.links = {}
    config.to_dict = lambda: {"record": "patients", "output": config.output}
    return config


def tables():
    arms = pd.CategoricalDtype(["trained", "untrained"], ordered=True)
    trials = pd.DataFrame(
        {
            "replicate": [0, 0, 1, 1],
            "arm": pd.Categorical(["trained", "untrained"] * 2, dtype=arms),
            "symptom_severity_post": [0.1, 0.2, -0.3, np.nan],
            "ruptures": [3.0, 4.0, 1e-17, np.pi],
        }
    )
    patients = pd.DataFrame(
        {
            "replicate": [0, 0, 1],
            "arm": pd.Categorical(["untrained", "untrained", "trained"], dtype=arms),
            "therapist": [0, 0, 1],
            "patient": [0, 1, 4096],
            "ending": pd.Categorical(["completed", "dropped_out", "completed"], categories=ENDINGS),
            "ruptures": [0, 7, 2],
        }
    )
    return {"trials": trials, "patients": patients}


def a_result(config):
    return Results(tables(), manifests.describe(config, seconds=1.5), config)


@pytest.fixture
def config(tmp_path):
    return a_config(tmp_path / "outputs")


@pytest.fixture
def saved(config):
    return a_result(config).save(results.folder_of(config))


def everything(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_what_is_read_back_is_what_was_written(saved):
    back = results.load(saved)
    for name, table in tables().items():
        pd.testing.assert_frame_equal(getattr(back, name), table, check_exact=True)
    assert back.folder == saved


def test_words_nobody_used_are_read_back_too(config, tmp_path):
    empty = {name: table.iloc[:0] for name, table in tables().items()}
    folder = Results(empty, manifests.describe(config, seconds=0.0)).save(tmp_path / "empty")
    back = results.load(folder)
    assert list(back.patients["ending"].cat.categories) == ENDINGS
    assert back.patients["arm"].cat.ordered


def test_the_manifest_says_what_made_the_result(saved):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == "attune compare"
    assert manifest["seed"] == {"people": 1, "luck": 2}
    assert manifest["wall_seconds"] == 1.5
    assert {"python", "numpy", "numba"} <= set(manifest["versions"])
    assert {"system", "processor", "cores"} == set(manifest["machine"])
    for name in ("identity", "source_hash", "parameters_hash"):
        assert re.fullmatch(r"[0-9a-f]{64}", manifest[name])
    assert manifest["tables"]["patients"]["rows"] == 3


def test_the_summary_is_a_plain_table(saved):
    summary = pd.read_csv(saved / "summary.csv")
    assert list(summary["quantity"].unique()) == ["symptom_severity_post", "ruptures"]
    row = summary[(summary["quantity"] == "ruptures") & (summary["arm"] == "trained")].iloc[0]
    assert row["mean"] == pytest.approx(1.5)
    assert row["standard_error"] == pytest.approx(1.5)
    assert row["replicates"] == 2


def test_the_name_of_the_folder_is_made_from_the_choices(config, tmp_path):
    folder = results.folder_of(config)
    assert folder.parent == tmp_path / "outputs" / "compare"
    choices = "mbsr-vs-none-trainees-outpatients-weekly_outpatient"
    assert re.fullmatch(choices + "-[0-9a-f]{8}", folder.name)
    config.name = "mine"
    assert results.folder_of(config).name == "mine"


def test_a_level_that_was_not_recorded_is_named(saved):
    with pytest.raises(ResultsError, match=r"no sessions: .*record=patients; record=sessions"):
        _ = results.load(saved).sessions


# ---- all of it, or nothing -----------------------------------------------------------------------


def test_an_error_in_the_middle_leaves_nothing(config, tmp_path):
    def fails(folder):
        assert (folder / "trials.parquet").exists()
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        a_result(config).save(tmp_path / "outputs" / "new", also=fails)
    assert list((tmp_path / "outputs").iterdir()) == []


def test_an_error_in_the_middle_leaves_the_old_result(config, saved, monkeypatch):
    before = everything(saved)

    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        a_result(config).save(saved, also=interrupted)
    assert everything(saved) == before
    # ... and so does a failure between the two renamings
    rename, calls = type(saved).rename, []

    def fails_the_second_time(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(type(saved), "rename", fails_the_second_time)
    with pytest.raises(ResultsError, match="No space left on device"):
        a_result(config).save(saved)
    assert everything(saved) == before
    assert len(list(saved.parent.iterdir())) == 1


KILLED = """
import os, pathlib, sys
import pandas as pd
from sim.results import Results
def dies(*_): os._exit(9)
if sys.argv[2] == "writing":
    also = dies
else:
    also = None
    rename = pathlib.Path.rename
    def between(self, target):
        rename(self, target)
        dies()
    pathlib.Path.rename = between
trials = pd.DataFrame({"replicate": [0], "arm": ["trained"], "x": [2.0]})
Results({"trials": trials}, {"format": 1, "identity": "other"}).save(sys.argv[1], also=also)
"""


@pytest.mark.parametrize("moment", ["writing", "renaming"])
def test_a_kill_leaves_the_old_result_whole(saved, moment):
    before = everything(saved)
    done = subprocess.run([sys.executable, "-c", KILLED, saved, moment], check=False)
    assert done.returncode == 9
    back = results.load(saved)
    assert len(back.trials) == 4
    assert everything(saved) == before
    assert visible(saved.parent) == [saved.name]


def test_another_result_takes_the_place_as_a_whole(saved):
    trials = tables()["trials"].iloc[:2]
    new = Results({"trials": trials}, {"format": manifests.FORMAT, "identity": "other"})
    new.save(saved)
    back = results.load(saved)
    assert back.manifest["identity"] == "other"
    assert visible(saved) == ["manifest.json", "summary.csv", "trials.parquet"]
    assert len(list(saved.parent.iterdir())) == 1


def test_a_result_read_lazily_can_be_saved_elsewhere(saved, tmp_path):
    results.load(saved).save(tmp_path / "copy")
    back = results.load(tmp_path / "copy")
    pd.testing.assert_frame_equal(back.patients, tables()["patients"])


def test_what_is_no_result_is_never_replaced(config, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter1.txt").write_text("dear")
    with pytest.raises(ResultsError, match="no result"):
        a_result(config).save(folder)
    assert visible(folder) == ["chapter1.txt"]
    file = tmp_path / "file"
    file.write_text("in the way")
    for place in (file, file / "below"):
        with pytest.raises(ResultsError):
            a_result(config).save(place)
    assert file.read_text() == "in the way"


# ---- what cannot be read -------------------------------------------------------------------------


def cut(file):
    file.write_bytes(file.read_bytes()[:-20])


def garble(file):
    content = bytearray(file.read_bytes())
    content[10:60] = bytes(50)
    file.write_bytes(bytes(content))


def fewer_tables(file):
    manifest = json.loads(file.read_text(encoding="utf-8"))
    del manifest["tables"]["patients"]["words"]
    file.write_text(json.dumps(manifest), encoding="utf-8")


def another_version(file):
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(manifest | {"format": 0}), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "damage", "says"),
    [
        ("patients.parquet", lambda file: file.unlink(), "half a result: patients.parquet"),
        ("patients.parquet", cut, "damaged"),
        ("patients.parquet", garble, "damaged"),
        ("manifest.json", lambda file: file.unlink(), "no manifest.json"),
        ("manifest.json", cut, "damaged"),
        ("manifest.json", lambda file: file.write_bytes(b"\xff\xfe"), "damaged"),
        ("manifest.json", lambda file: file.write_text("[1, 2]"), "damaged"),
        ("manifest.json", lambda file: file.write_text("{}"), "damaged"),
        ("manifest.json", fewer_tables, "not complete"),
        ("manifest.json", another_version, "another version"),
    ],
)
def test_a_damaged_result_is_named_in_one_sentence(saved, name, damage, says):
    damage(saved / name)
    with pytest.raises(ResultsError, match=says) as caught:
        _ = results.load(saved).patients
    assert str(saved) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ResultsError, match="no such folder"):
        results.load(tmp_path / "nowhere")


# ---- found again ---------------------------------------------------------------------------------


def test_an_identical_result_is_found(config, saved):
    assert results.find(config).folder == saved


def test_what_determines_nothing_does_not_matter(config, saved):
    other = copy.copy(config)
    other.engine = SimpleNamespace(name="cpu", kind="cpu", threads=7)
    other.name = "another-name"
    assert results.find(other).folder == saved


def test_another_choice_is_another_result(config, saved, tmp_path):
    assert (
        results.find(a_config(tmp_path / "outputs", seed=SimpleNamespace(people=2, luck=2))) is None
    )
    assert results.find(a_config(tmp_path / "outputs", training=named("zen"))) is None
    assert results.find(a_config(tmp_path / "elsewhere")) is None


def test_other_sources_make_another_result(config, saved, monkeypatch):
    monkeypatch.setattr(manifests, "source_hash", lambda: "changed")
    assert results.find(config) is None


def test_a_damaged_result_is_not_found(config, saved):
    garble(saved / "trials.parquet")
    assert results.find(config) is None


def test_a_result_with_own_links_is_not_taken_for_the_real_one(config):
    own = {"rupture.onset": lambda p, c, d: 0.0}
    manifest = manifests.describe(config, seconds=1.0, links=own)
    assert "lambda p, c, d: 0.0" in manifest["links"]["rupture.onset"]["text"]
    Results(tables(), manifest).save(results.folder_of(config))
    assert results.find(config) is None


def test_the_hash_of_the_sources_knows_contents_only(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two" / "deeper"
    for root, end in ((one, "\n"), (two, "\r\n")):
        (root / "chain").mkdir(parents=True)
        (root / "chain" / "rupture.py").write_bytes(f"onset = 1{end}".encode())
        (root / "parameters.toml").write_bytes(f"[rupture]{end}".encode())
    expected = manifests.source_hash(one)
    (two / "chain" / "__pycache__").mkdir()
    (two / "chain" / "__pycache__" / "rupture.cpython-311.pyc").write_bytes(b"compiled")
    (two / "conf").mkdir()
    (two / "conf" / "__init__.py").write_text("# shipped in the wheel only")
    assert manifests.source_hash(two) == expected
    shutil.copytree(one, tmp_path / "three")
    (tmp_path / "three" / "chain" / "rupture.py").write_text("onset = 2\n")
    assert manifests.source_hash(tmp_path / "three") != expected
    shutil.copytree(one, tmp_path / "four")
    (tmp_path / "four" / "chain" / "rupture.py").rename(tmp_path / "four" / "rupture.py")
    assert manifests.source_hash(tmp_path / "four") != expected
