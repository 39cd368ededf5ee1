"""The same study on one core or several, by workers that live or die: the same bytes."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import sim
from sim import cli, progress, results
from sim.engine import cluster, executors, keeping
from sim.errors import EngineError
from sim.study import power

pytest.importorskip("distributed")

#: Sixteen blocks of trials, and two in which everybody lives twice.
WORDS = (
    "study=power",
    "therapists.n=6",
    "patients.per_therapist=4",
    "setting.weeks=5",
    "setting.segments=2",
    "precision=null",
    "replicates=2048",
)
ONE, TWO = ("engine=dask", "engine.workers=1"), ("engine=dask", "engine.workers=2")

#: Run as another process, to be killed.
RUN = """
import sys
from tests_of_clusters import run
if __name__ == "__main__":
    run(*sys.argv[1:])
"""


def run(output, *words):
    """Run the study as the command line does, without its report; give its summary."""
    config = sim.configure(*WORDS, f"output={output}", *words)
    with progress.working(config, config.replicates) as (advance, say):
        done = power.power(config, progress=advance, say=say)
        folder = done.save(results.folder_of(config))
    return (folder / results.SUMMARY).read_bytes()


def blocks(output):
    """The blocks that are kept at this moment."""
    return list(Path(output).glob("power/.*.blocks/*/*.block"))


def until(happened, seconds=120.0):
    """Wait for something."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def killed(output, *words):
    """Begin the study in another process, and kill it when some blocks are kept."""
    script = Path(output) / "script.py"
    script.parent.mkdir(parents=True)
    script.write_text(RUN)
    (script.parent / "tests_of_clusters.py").write_bytes(Path(__file__).read_bytes())
    command = [sys.executable, script, output, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as begun:
        until(lambda: len(blocks(output)) > 1 or begun.poll() is not None)
        begun.send_signal(signal.SIGKILL)
    assert begun.returncode == -signal.SIGKILL, begun.stderr.read().decode()
    return len(blocks(output))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The summary, lived by one thread of this process."""
    return run(tmp_path_factory.mktemp("one"), "engine.threads=1")


def test_two_threads_change_nothing(expected, tmp_path):
    assert run(tmp_path, "engine.threads=2") == expected


def test_a_worker_changes_nothing_though_the_main_process_was_killed(expected, tmp_path):
    """Begun on the cores of this machine, killed, and ended by a worker of Dask."""
    kept = killed(tmp_path / "cores", "engine.threads=1")
    assert 1 < kept < 18
    found = []
    keep = keeping.Run.keep

    def counted(self, *block):
        found.append(block)
        keep(self, *block)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keeping.Run, "keep", counted)
        assert run(tmp_path / "cores", *ONE) == expected
    assert len(found) == 18 - kept, "what was kept is not lived again"
    assert not blocks(tmp_path / "cores")


def test_a_worker_that_is_killed_costs_nothing_but_its_block(expected, tmp_path):
    config = sim.configure(*WORDS, *TWO)
    client = cluster.of(config.engine)._client
    workers = client.run(os.getpid)
    assert len(workers) == 2

    def kill():
        until(lambda: len(blocks(tmp_path)) > 2)
        os.kill(next(iter(workers.values())), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    assert run(tmp_path, *TWO) == expected
    killer.join()
    until(lambda: set(client.run(os.getpid).values()) - set(workers.values()))


def test_the_cores_go_on_where_workers_were_left(expected, tmp_path):
    """Begun by two workers of Dask, main process and all killed, and ended on the cores."""
    kept = killed(tmp_path / "workers", *TWO)
    assert 1 < kept < 18
    assert run(tmp_path / "workers", "engine.threads=2") == expected


def test_ctrl_c_is_said_in_one_sentence(tmp_path):
    """A terminal tells everybody: the process and its workers."""
    words = [*WORDS[1:-1], "replicates=100000", *ONE, f"output={tmp_path}"]
    with subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "power", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        until(lambda: blocks(tmp_path) or running.poll() is not None)
        os.killpg(running.pid, signal.SIGINT)
        said = running.stderr.read()
    assert said == "attune: stopped\n"
    assert running.returncode == 130


# ---- an allocation -------------------------------------------------------------------------------

ASKED = (
    "engine=dask",
    "engine.workers=64",
    "engine.workers_per_job=16",
    "engine.memory=32GB",
    "engine.walltime=02:30:00",
    "engine.queue=long",
    "engine.account=mindfulness",
    "engine.directives=['--constraint=skylake']",
    "engine.prologue=['module load python/3.12']",
)


def test_the_job_of_slurm():
    script = cluster.job_script(sim.configure(*ASKED, "engine.cluster=slurm").engine)
    lines = script.splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    for line in (
        "#SBATCH -J attune",
        "#SBATCH -p long",
        "#SBATCH -A mindfulness",
        "#SBATCH -n 1",
        "#SBATCH --cpus-per-task=16",
        "#SBATCH --mem=30G",
        "#SBATCH -t 02:30:00",
        "#SBATCH --constraint=skylake",
        "module load python/3.12",
    ):
        assert line in lines
    assert lines[-1].startswith(f"{sys.executable} -m distributed.cli.dask_worker tcp://scheduler")
    assert "--nworkers 16" in lines[-1]
    assert "--nthreads 1" in lines[-1]
    assert lines.index("module load python/3.12") < len(lines) - 1


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("pbs", "#PBS -A mindfulness"),
        ("sge", "#$ -P mindfulness"),
        ("lsf", '#BSUB -P "mindfulness"'),
    ],
)
def test_the_jobs_of_other_clusters(kind, line):
    script = cluster.job_script(sim.configure(*ASKED, f"engine.cluster={kind}").engine)
    assert line in script.splitlines()
    assert "dask_worker tcp://scheduler:8786" in script


# ---- what cannot be had --------------------------------------------------------------------------


SLURM = ("power", *WORDS[1:], "engine=dask", "engine.cluster=slurm", "engine.workers=3")


def refused(capsys, folder, *words):
    """The one sentence with which a command ends; nothing is left of it."""
    assert cli.main([*words, f"output={folder / 'results'}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("attune: ")
    assert said.count("\n") == 1
    assert not (folder / "results").exists()
    return said


def command(folder, monkeypatch, name, script):
    """Put a command on the PATH."""
    file = folder / "bin" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_a_cluster_whose_command_is_not_there(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = refused(capsys, tmp_path, *SLURM)
    assert "engine.cluster=slurm needs the command sbatch, and there is none on" in said


def test_a_cluster_that_takes_no_job(capsys, monkeypatch, tmp_path):
    command(tmp_path, monkeypatch, "sbatch", "echo invalid >&2; echo '  partition' >&2; exit 1")
    said = refused(capsys, tmp_path, *SLURM)
    assert said == (
        "attune: engine.cluster=slurm takes no job, sbatch answers: invalid partition\n"
    )


def test_a_cluster_that_takes_some_jobs(monkeypatch, tmp_path):
    once = f"mkdir {tmp_path}/taken 2>/dev/null && echo 7 && exit 0"
    command(tmp_path, monkeypatch, "scancel", f"echo $1 > {tmp_path}/cancelled")
    command(tmp_path, monkeypatch, "sbatch", f"{once}; echo 'too many jobs' >&2; exit 1")
    config = sim.configure(*WORDS, *SLURM[-3:])
    heard = []
    with executors._saying(heard.append):
        cluster.of(config.engine)._client.cluster.close()
    assert heard == ["sbatch refused 2 of 3 jobs: too many jobs"]
    assert (tmp_path / "cancelled").read_text() == "7\n"


@pytest.mark.parametrize("memory", ["lots", "0GB"])
def test_memory_that_is_none(capsys, monkeypatch, tmp_path, memory):
    command(tmp_path, monkeypatch, "sbatch", "exit 1")
    said = refused(capsys, tmp_path, *SLURM, f"engine.memory={memory}")
    assert f"engine.memory={memory} is no amount of memory" in said


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "node7", "foo://bar:1", "tcp://localhost:notaport"]
)
def test_a_scheduler_that_is_not_there(capsys, monkeypatch, tmp_path, address):
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)
    monkeypatch.setattr("distributed.Client", None)  # a client that was refused closes for long
    words = ("power", *WORDS[1:], "engine=dask", f"engine.scheduler={address}")
    assert f"engine.scheduler={address} does not answer" in refused(capsys, tmp_path, *words)


def test_a_scheduler_without_workers_is_waited_for_and_that_is_said():
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, dashboard_address=None, silence_logs=50) as empty:
        config = sim.configure("engine=dask", f"engine.scheduler={empty.scheduler_address}")
        heard = []

        def say(sentence):
            heard.append(sentence)
            empty.scale(1)

        assert list(executors.spread(config, max, 2, 1, say=say)) == [1, 1]
        cluster.of(config.engine)._client.close()
    assert heard == ["Waiting for workers: there are none at present ..."]


def test_dask_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    config = sim.configure("engine=dask", "engine.workers=77")
    with pytest.raises(
        EngineError, match=r"engine=dask needs .*: pip install -e '\.\[cluster\]' in"
    ):
        cluster.of(config.engine)


def test_a_worker_with_other_sources_lives_nothing():
    with pytest.raises(
        EngineError, match=r"a worker on .* has attune-sim .*, and this process old"
    ):
        cluster._done(b"", "old sources")
