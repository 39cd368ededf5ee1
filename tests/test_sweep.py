"""Sweeps: every condition once, whatever happens meanwhile, and one table in the end."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from sim import cli, conditions, configuration, figures, manifest, results, terminal
from sim.errors import AttuneError, ConfigurationError
from sim.results import Results
from sim.study import sweep
from sim.study.sweep import Condition, Plan

SWEEP = ["-m", "compare", "training=none,mbsr", "therapists.n=2,3"]
SMALL = [
    "patients.per_therapist=2",
    "replicates=2",
    "setting.weeks=4",
    "reading=same",
    "precision=null",
]


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def ran(monkeypatch):
    """The configurations that were run, each by a study that only says how many therapists."""
    configs = []

    def face(config, _):
        configs.append(config)
        trials = pd.DataFrame({"replicate": [0], "arm": pd.Categorical(["trained"])})
        effects = pd.DataFrame({"step": ["a", "b"], "difference": [config.therapists.n, np.nan]})
        made = Results({"trials": trials}, manifest.describe(config, seconds=0.0), config)
        made.save(results.folder_of(config), summary=effects)

    monkeypatch.setattr(terminal, "compare", face)
    monkeypatch.setattr(figures, "draw_sweep", lambda *_: None, raising=False)
    return configs


def the_folder(study="compare"):
    (folder,) = (path.parent for path in results.Path("outputs").glob(f"{study}/*/sweep.json"))
    return folder


# ---- which conditions there are ------------------------------------------------------------------


def planned(*words, folder=None):
    words = [configuration.rewrite(word) for word in words]
    return [str(job.condition) for job in conditions.jobs(words, folder)]


def test_every_combination_is_a_condition_in_the_order_of_the_words():
    assert planned("training=mbsr,zen", "therapists.n=20,40", "replicates=3") == [
        "training=mbsr therapists.n=20",
        "training=mbsr therapists.n=40",
        "training=zen therapists.n=20",
        "training=zen therapists.n=40",
    ]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("seed=range(1,4)", ["seed=1", "seed=2", "seed=3"]),
        ("control=none,breath", ["control=none", "control=breath"]),
        ("patients.total=null,40", ["patients.total=null", "patients.total=40"]),
        ("parameters.transfer=0,.5", ["parameters.transfer=0", "parameters.transfer=0.5"]),
        ("training=mbsr,zen,mbsr", ["training=mbsr", "training=zen"]),
        (
            "world=glob(*)",
            [f"world={one}" for one in ("calibrated", "plain", "posterior", "theory")],
        ),
        ("replicates=3", [""]),
    ],
)
def test_ways_to_ask_for_several(word, said):
    assert planned(word) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["training=mbsr,zenn"], "training=zenn does not exist: .*; did you mean 'zen'"),
        (["training=mbsr,zen", "control=non"], "control=non does not exist: .*'none'"),
        (["therapist.n=1,2"], r"therapist\.n does not exist; did you mean 'therapists\.n'"),
        (["name=a,b"], "name cannot be swept over: every condition of a sweep has the same name"),
        (["output=a,b"], "output cannot be swept over"),
        (["engine.threads=1,2"], r"engine\.threads cannot be swept over"),
        (["therapists.n=[1"], "cannot be understood"),
        (["therapists.n=interval(1,2)"], "cannot be swept|does not support"),
    ],
)
def test_what_does_not_exist_is_refused_before_anything_runs(ran, somewhere, capsys, words, said):
    with pytest.raises(ConfigurationError, match=said):
        planned(*words)
    assert cli.main(["-m", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not ran
    assert not list(somewhere.iterdir())


# ---- running them --------------------------------------------------------------------------------


def test_a_sweep_ends_with_one_tidy_table(ran, capsys):
    assert cli.main([*SWEEP, "seed=5", "name=two"]) == 0
    assert [(c.training.name, c.therapists.n) for c in ran] == [
        ("none", 2),
        ("none", 3),
        ("mbsr", 2),
        ("mbsr", 3),
    ]
    assert {c.seed.luck for c in ran} == {5}
    assert ran[0].command == "attune compare training=none therapists.n=2 seed=5 name=two"
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "1 of 4  training=none therapists.n=2"
    assert said[-1].startswith("8 rows of 4 conditions: outputs/compare/two")
    table = pd.read_parquet("outputs/compare/two/sweep.parquet")
    assert list(table) == ["training", "therapists.n", "step", "difference"]
    assert table["training"].tolist() == ["none"] * 4 + ["mbsr"] * 4
    assert table["therapists.n"].tolist() == [2, 2, 3, 3] * 2
    assert table["difference"].dropna().tolist() == [2, 3, 2, 3]
    as_text = pd.read_csv("outputs/compare/two/sweep.csv")
    pd.testing.assert_frame_equal(as_text, table, check_dtype=False)


def test_what_is_there_is_not_computed_again(ran, capsys):
    cli.main(["compare", "training=mbsr", "therapists.n=3"])  # alone, somewhere else
    cli.main(SWEEP)
    assert len(ran) == 4
    before = {file: file.read_bytes() for file in the_folder().glob("*/*")}
    cli.main(SWEEP)
    assert len(ran) == 4
    assert capsys.readouterr().out.count("found") == 5
    assert {file: file.read_bytes() for file in the_folder().glob("*/*")} == before
    cli.main([*SWEEP, "fresh=true"])
    assert len(ran) == 8


def test_a_longer_sweep_takes_over_what_a_shorter_one_found(ran):
    cli.main(SWEEP)
    cli.main(["-m", "compare", "training=none,mbsr,zen", "therapists.n=2,3"])
    assert [c.training.name for c in ran[4:]] == ["zen", "zen"]


def test_one_that_fails_takes_no_other_down(ran, capsys):
    assert cli.main(["-m", "therapists.n=1,0,2", "name=some"]) == 2
    assert [config.therapists.n for config in ran] == [1, 2]
    condition, summary = capsys.readouterr().err.splitlines()
    assert condition.startswith("attune: therapists.n=0: therapists.n=0 is out of range: ")
    assert summary == "attune: 1 of the studies could not be run; the others are done"
    assert pd.read_csv("outputs/compare/some/sweep.csv")["therapists.n"].unique().tolist() == [1, 2]


def test_when_all_fail_nothing_is_left(ran, capsys, somewhere):
    assert cli.main(["-m", "therapists.n=0,-1"]) == 2
    assert "out of range" in capsys.readouterr().err
    assert not list(somewhere.iterdir())


def test_an_error_of_ours_keeps_its_traceback_and_takes_no_other_down(monkeypatch, ran):
    works = terminal.compare

    def fails(config, console):
        if config.training.name == "none":
            raise ZeroDivisionError(config.training.name)
        works(config, console)

    monkeypatch.setattr(terminal, "compare", fails)
    with pytest.raises(ZeroDivisionError, match="none"):
        cli.main(SWEEP)
    assert len(pd.read_parquet(the_folder() / "sweep.parquet")) == 4


def test_ctrl_c_keeps_what_is_finished(capsys, monkeypatch, ran):
    works = terminal.compare

    def interrupted(config, console):
        if len(ran) == 2:
            raise KeyboardInterrupt
        works(config, console)

    monkeypatch.setattr(terminal, "compare", interrupted)
    assert cli.main(SWEEP) == 130
    assert capsys.readouterr().err == (
        "attune: 2 of 4 conditions are done; the same command goes on from there\nattune: stopped\n"
    )
    assert len(list(the_folder().glob("*/manifest.json"))) == 2
    monkeypatch.setattr(terminal, "compare", works)
    assert cli.main(SWEEP) == 0
    assert len(ran) == 4


def test_a_full_disk_is_one_sentence(monkeypatch, ran, capsys):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    assert cli.main(SWEEP) == 2
    assert "No space left on device" in capsys.readouterr().err.splitlines()[0]
    assert not list(the_folder().rglob("*.parquet"))


def test_a_place_that_takes_no_sweep(ran, somewhere, capsys):
    (somewhere / "file").write_text("in the way")
    assert cli.main([*SWEEP, "output=file"]) == 2
    assert "cannot write the results to file/compare/" in capsys.readouterr().err
    assert cli.main(["compare", "name=taken"]) == 0
    assert cli.main([*SWEEP, "name=taken"]) == 2
    assert capsys.readouterr().err == (
        "attune: outputs/compare/taken holds a single result: choose another name for the sweep\n"
    )


def test_the_figure_is_drawn_against_the_swept_axes(monkeypatch, ran):
    drawn = []
    monkeypatch.setattr(figures, "draw_sweep", lambda *given: drawn.append(given), raising=False)
    cli.main([*SWEEP, "name=two"])
    ((table, axes, folder),) = drawn
    assert axes == ["training", "therapists.n"]
    assert len(table) == 8
    assert folder == results.Path("outputs/compare/two")


def test_a_configuration_can_be_made_within_a_sweep(monkeypatch, ran):
    works, names = terminal.compare, []

    def face(config, console):
        names.append((config.training.name, configuration.configure("training=none").training.name))
        works(config, console)

    monkeypatch.setattr(terminal, "compare", face)
    assert cli.main(["-m", "training=mbsr,attention"]) == 0
    assert names == [("mbsr", "none"), ("attention", "none")]


# ---- collecting ----------------------------------------------------------------------------------


def test_collect_does_the_same_afterwards(ran, capsys):
    cli.main([*SWEEP, "name=two"])
    folder = results.Path("outputs/compare/two")
    before = (folder / "sweep.parquet").read_bytes()
    for file in folder.glob("sweep.*"):
        if file.name != "sweep.json":
            file.unlink()
    assert cli.main(["collect", str(folder)]) == 0
    assert (folder / "sweep.parquet").read_bytes() == before
    (folder / "training=none,therapists.n=3" / "summary.csv").unlink()
    (folder / "training=none,therapists.n=2" / "trials.parquet").write_bytes(b"")
    capsys.readouterr()
    assert cli.main(["collect", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "missing  training=none therapists.n=2: " in said
    assert "is damaged: trials.parquet is not as it was written" in said
    assert "rows of 3 conditions" in said


def test_collect_takes_any_folder_of_results(ran):
    for words in (["training=mbsr"], ["training=zen"], ["training=zen", "seed.luck=4"]):
        cli.main(["compare", *words])
    assert cli.main(["collect", "outputs/compare"]) == 0
    table = pd.read_csv("outputs/compare/sweep.csv")
    assert list(table)[:2] == ["seed.luck", "training"]
    assert set(zip(table["training"], table["seed.luck"], strict=True)) == {
        ("mbsr", 1),
        ("zen", 1),
        ("zen", 4),
    }


def test_what_cannot_be_collected(ran, capsys, somewhere):
    def refused(*words):
        assert cli.main(["collect", *words]) == 2
        return capsys.readouterr().err.removeprefix("attune: ").strip()

    assert refused().startswith("attune collect takes one folder, as in ")
    assert refused("nowhere") == "there is no sweep at nowhere: no such folder"
    (somewhere / "empty").mkdir()
    assert refused("empty") == "empty holds no results: attune -m compare ... makes some"
    cli.main([*SWEEP, "name=two"])
    file = results.Path("outputs/compare/two/sweep.json")
    plan = json.loads(file.read_text())
    file.write_text(json.dumps(plan | {"format": 0}))
    assert refused(str(file.parent)).endswith("was written by another version: run the sweep again")
    file.write_text("{")
    assert "is damaged: its sweep.json cannot be read; the command of" in refused(str(file.parent))
    assert cli.main([*SWEEP, "name=two"]) == 0
    assert json.loads(file.read_text()) == plan
    other = next(file.parent.glob("*/manifest.json"))
    other.write_text(other.read_text().replace('"source_hash": "', '"source_hash": "0'))
    assert "were computed by different versions of the model" in refused(str(file.parent))


def test_columns_that_not_every_condition_has(tmp_path):
    plan = Plan(("x",), (Condition({"x": None}, "a"), Condition({"x": "b"}, "b")))
    for condition, summary in zip(plan.conditions, ({"y": [1]}, {"z": ["w"]}), strict=True):
        made = Results(
            {"trials": pd.DataFrame({"replicate": [0]})},
            {"format": manifest.FORMAT, "identity": condition.folder},
        )
        made.save(tmp_path / condition.folder, summary=pd.DataFrame(summary))
    collected = sweep.collect(tmp_path, plan)
    sweep.write(tmp_path, plan, collected.table)
    table = pd.read_parquet(tmp_path / "sweep.parquet")
    assert list(table) == ["x", "y", "z"]
    assert table["x"].isna().tolist() == [True, False]
    with pytest.raises(AttuneError, match="none of the 1 conditions"):
        sweep.collect(tmp_path, Plan(("x",), (Condition({"x": 1}, "c"),)))


# ---- the real thing ------------------------------------------------------------------------------


def test_a_sweep_killed_in_the_middle_goes_on_where_it_was(somewhere):
    words = ["-m", "compare", "training=none,mbsr,zen", *SMALL, "name=s"]
    assert cli.main([*words, "output=undisturbed"]) == 0
    with subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words],
        stdout=subprocess.PIPE,
        env=os.environ,
        text=True,
        start_new_session=True,
    ) as running:
        for line in running.stdout:
            if line.startswith("2 of 3"):
                os.killpg(running.pid, signal.SIGKILL)
                break
    assert running.returncode == -signal.SIGKILL
    folder = results.Path("outputs/compare/s")
    assert not (folder / "sweep.parquet").exists()
    done = {file: file.read_bytes() for file in folder.glob("*/manifest.json")}
    assert 1 <= len(done) < 3
    assert cli.main(words) == 0
    assert {file: file.read_bytes() for file in done} == done
    assert len(list(folder.glob("*/manifest.json"))) == 3
    undisturbed = results.Path("undisturbed/compare/s")
    for name in ("sweep.parquet", "sweep.csv"):
        assert (folder / name).read_bytes() == (undisturbed / name).read_bytes()
