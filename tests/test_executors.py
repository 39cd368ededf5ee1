"""Executors: blocks in order whoever lives them, kept as they come, and named when they fail."""

import functools
import itertools
import json
import os
import time

import pytest

import sim
from sim import cli, watching
from sim.engine import executors, keeping
from sim.errors import ConfigurationError, EngineError

MANY, SIZE = 1000, 256
IDENTITY, COMMAND = "0123456789abcdef" * 4, "attune compare"


@pytest.fixture(scope="module")
def config():
    return sim.configure("engine.threads=2", "seed=7")


def numbers(log, first, many, given=None):
    """The numbers of the replicates, and a line in a file for each block that was lived."""
    with log.open("a") as file:
        file.write(f"{first}\n")
    return list(range(first, first + many)) if given is None else list(given)


def failing(log, bad, times, first, many):
    """The same; a block fails the first times, or always."""
    made = numbers(log, first, many)
    before = log.read_text().split().count(str(first))
    if first == bad and before <= times:
        raise OSError("the disk is on fire")
    return made


def slow_at_first(first, many):
    """The earlier a block, the longer it takes."""
    time.sleep(0.1 if first == 0 else 0.0)
    return first


def lived(log):
    return sorted(map(int, log.read_text().split())) if log.exists() else []


def flat(parts):
    return list(itertools.chain.from_iterable(parts))


def spread(config, task, **more):
    return executors.spread(config, task, MANY, SIZE, **more)


# ---- order ---------------------------------------------------------------------------------------


def test_blocks_come_in_order_and_hold_every_replicate_once(config, tmp_path):
    told = []
    task = functools.partial(numbers, tmp_path / "log")
    parts = list(spread(config, task, first_replicate=50, progress=told.append))
    assert [len(part) for part in parts] == [256, 256, 256, 232]
    assert flat(parts) == list(range(50, 1050))
    assert told == [256, 512, 768, 1000]


def test_a_slow_block_holds_its_place(config):
    assert list(spread(config, slow_at_first)) == [0, 256, 512, 768]


def test_every_block_gets_its_own_part_of_what_is_given(config, tmp_path):
    task = functools.partial(numbers, tmp_path / "log")
    given = [f"set {i}" for i in range(MANY)]
    assert flat(spread(config, task, each=given)) == given


def test_a_run_can_be_left_half_way(config, tmp_path):
    log = tmp_path / "log"
    endless = executors.spread(config, functools.partial(numbers, log), 10**9, SIZE * 1000)
    assert next(endless)[0] == 0
    endless.close()
    many = len(lived(log))
    time.sleep(0.05)
    assert len(lived(log)) == many < 100


# ---- keeping -------------------------------------------------------------------------------------


def run(config, folder, task, *, stop_after=None, identity=IDENTITY):
    """Run a study of two runs and keep its blocks; it may be stopped."""
    with keeping.at(folder, identity, COMMAND):
        made = []
        for _ in range(2):
            for part in spread(config, task):
                made.append(part)
                if stop_after is not None and len(made) > stop_after:
                    raise KeyboardInterrupt
        return made


@pytest.fixture
def stopped(config, tmp_path):
    """A study that was stopped in its second run; its folder, the log, and what it makes."""
    folder, log = keeping.folder_beside(tmp_path / "study"), tmp_path / "log"
    task = functools.partial(numbers, log)
    with pytest.raises(KeyboardInterrupt):
        run(config, folder, task, stop_after=5)
    assert list(folder.glob("*/*.block"))
    kept = len(list(folder.glob("*/*.block")))
    log.unlink()
    return folder, log, task, kept


def test_a_study_goes_on_where_it_stopped(config, stopped):
    folder, log, task, kept = stopped
    made = run(config, folder, task)
    assert flat(made) == 2 * list(range(MANY))
    assert len(lived(log)) == 8 - kept < 8
    assert not folder.exists(), "a complete study leaves no blocks"


def test_a_damaged_block_is_lived_again(config, stopped):
    folder, log, task, kept = stopped
    files = sorted(folder.glob("*/*.block"))
    files[0].write_bytes(files[0].read_bytes()[:-1] + b"!")
    files[1].write_bytes(b"")
    files[3].write_bytes(files[2].read_bytes())  # a whole block, and not the one that was asked for
    assert flat(run(config, folder, task)) == 2 * list(range(MANY))
    assert len(lived(log)) == 8 - kept + 3


def test_blocks_of_another_result_are_no_use(config, stopped):
    folder, log, task, _ = stopped
    run(config, folder, task, identity="f" * 64)
    assert len(lived(log)) == 8


def test_a_study_that_cannot_be_lived_leaves_nothing_and_costs_no_other(
    config, stopped, tmp_path, monkeypatch
):
    folder, log, task, kept = stopped

    def missing(_):
        raise EngineError("no card")

    with monkeypatch.context() as patched:
        patched.setattr(executors, "of", missing)
        for place in (folder, keeping.folder_beside(tmp_path / "no" / "where")):
            with pytest.raises(EngineError, match="no card"):
                run(config, place, task, identity="f" * 64)
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name]
    assert [path.name for path in folder.iterdir()] == [IDENTITY[:32]]
    run(config, folder, task)
    assert len(lived(log)) == 8 - kept


def test_a_disk_that_takes_nothing_stops_no_study(config, tmp_path):
    (tmp_path / "file").write_text("")
    task = functools.partial(numbers, tmp_path / "log")
    assert len(run(config, tmp_path / "file" / "folder", task)) == 8


# ---- failing -------------------------------------------------------------------------------------


def test_a_block_that_fails_once_is_lived_again(config, tmp_path):
    log = tmp_path / "log"
    parts = spread(config, functools.partial(failing, log, 512, 1))
    assert flat(parts) == list(range(MANY))
    assert lived(log) == [0, 256, 512, 512, 768]


def test_a_block_that_fails_for_good_is_named_when_all_others_are_kept(config, tmp_path):
    folder, log = tmp_path / ".study.blocks", tmp_path / "log"
    with pytest.raises(EngineError) as caught, keeping.at(folder, IDENTITY, COMMAND):
        list(spread(config, functools.partial(failing, log, 256, 99)))
    assert str(caught.value) == (
        "replicates 256 to 511 (seed=7) failed 3 times (OSError: the disk is on fire); all else is "
        f"kept, and '{config.command} engine=cpu' replays these alone, in one process"
    )
    assert lived(log) == [0, 256, 256, 256, 512, 768]
    log.unlink()
    with keeping.at(folder, IDENTITY, COMMAND):
        parts = spread(config, functools.partial(failing, log, 256, 0))
        assert flat(parts) == list(range(MANY))
    assert lived(log) == [256]


def test_a_mistake_of_the_users_is_not_tried_again(config, tmp_path):
    def mistaken(first, many):
        raise ConfigurationError("that will not do")

    with pytest.raises(ConfigurationError, match="that will not do"):
        list(spread(config, mistaken))


def test_with_two_seeds_both_are_named(tmp_path):
    config = sim.configure("seed.people=3", "seed.luck=4")
    with pytest.raises(EngineError, match=r"replicates 0 to 255 \(seed.people=3 seed.luck=4\)"):
        list(spread(config, functools.partial(failing, tmp_path / "log", 0, 99)))


# ---- seen from elsewhere -------------------------------------------------------------------------


def test_status_says_how_far_a_study_is(config, stopped, tmp_path, capsys, monkeypatch):
    assert cli.main(["status", str(tmp_path / "study")]) == 0
    own = capsys.readouterr().out
    assert cli.main(["status", str(tmp_path)]) == 0
    assert capsys.readouterr().out == own
    assert own.startswith(str(tmp_path / "study"))
    assert "of 8 blocks, 0 of them found" in own
    assert f"at work (process {os.getpid()} on" in own
    (file,) = stopped[0].glob("*/status.json")
    told = json.loads(file.read_text())
    assert told["lived"] >= 6 * SIZE - 2 * (SIZE - MANY % SIZE)
    file.write_text(json.dumps(told | {"process": 2**22 + 1, "seconds_left": 5.0}))
    assert cli.main(["status", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("goes on from there with\n    attune compare\n")


def test_time_left_counts_what_was_found_apart():
    status = keeping.Status()
    assert status.left is None
    status.found, status.share = 3, 0.5
    status.lived = 256
    assert status.left is None
    status.share = 0.75
    status._started -= 100.0
    assert status.left == pytest.approx(100.0, rel=0.05)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "attune status takes one folder, as in attune status outputs/power"),
        (["nowhere"], "there is no study at nowhere: no such folder, and none under way"),
    ],
)
def test_mistakes_about_status_are_told(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["status", *words]) == 2
    assert capsys.readouterr().err == f"attune: {said}\n"


def test_nothing_under_way(capsys, tmp_path):
    assert watching.found(tmp_path) == []
    assert cli.main(["status", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("nothing is under way in")


# ---- what an engine takes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["engine.workers=2"], "engine.workers goes with engine=dask only"),
        (["engine=gpu", "engine.memory=8GB"], "engine.memory goes with engine=dask only"),
        (["engine.kind=gpus"], "engine.kind=gpus is no kind of engine: it takes one of cpu, dask"),
        (["engine=dask", "engine.cluster=slum"], "did you mean 'slurm'?"),
        (
            ["engine=dask", "engine.cluster=slurm", "engine.scheduler=tcp://here:1"],
            "engine.scheduler=tcp://here:1 and engine.cluster=slurm contradict each other",
        ),
        (["engine=dask", "engine.prologue=3"], "engine.prologue=3 will not do: it takes lines of"),
    ],
)
def test_mistakes_about_engines_are_told(words, said):
    with pytest.raises(ConfigurationError) as caught:
        sim.configure(*words)
    assert said in str(caught.value)


def test_an_engine_changes_no_identity():
    plain = sim.configure().identity()
    assert sim.configure("engine=dask", "engine.workers=3").identity() == plain
    assert sim.configure("engine=gpu").identity() == plain
