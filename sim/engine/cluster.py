"""Workers of Dask: on this machine, at a scheduler that runs already, or in an allocation.

Dask carries blocks to workers and what was made of them back, and gives the block of a worker that
was lost to another one. The workers have to run the same sources under the same versions: whoever
does not says so instead of living a block.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import math
import os
import pickle
import platform
import queue
import shlex
import shutil
import signal
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from importlib.metadata import version
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, TypeVar

from sim.engine import executors
from sim.errors import ConfigurationError, EngineError
from sim.sources import source_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.computing import Engine

Made = TypeVar("Made")

#: How many workers are asked for on a cluster, if nothing is said.
FEW = 10

#: Seconds in which a scheduler has to answer.
PATIENCE = 10

#: Seconds in which the command that submits jobs has to answer; after that it is not waited for.
QUEUING = 60

#: Finished blocks wait for an earlier one to be used; no more than so many for each under way.
WAITING = 8

#: Seconds after which workers are counted again.
OFTEN = 2.0

#: The classes of dask-jobqueue, by kind of cluster: of an allocation, and of one of its jobs.
ALLOCATIONS = {
    "slurm": ("slurm", "SLURMCluster", "SLURMJob"),
    "pbs": ("pbs", "PBSCluster", "PBSJob"),
    "sge": ("sge", "SGECluster", "SGEJob"),
    "lsf": ("lsf", "LSFCluster", "LSFJob"),
}


class Workers:
    """Workers of Dask.

    Parameters
    ----------
    client : distributed.Client
        Connected to their scheduler.
    expected : int
        How many were asked for; none where they are there already.
    """

    def __init__(self, client: Any, expected: int) -> None:
        self._client = client
        self._expected = expected
        self._pool = client.get_executor(pure=False)
        self._counted, self._there = -math.inf, 0

    @property
    def workers(self) -> int:
        """How many there are, as of a moment ago: the scheduler is not asked at every turn."""
        if time.monotonic() - self._counted > OFTEN:
            self._there = len(self._client.nthreads())
            self._counted = time.monotonic()
        return self._there

    @property
    def ahead(self) -> int:
        """How many blocks are to be under way, so that none waits for the next."""
        return 2 * max(self._expected, self.workers, 1)

    @property
    def most(self) -> int:
        """How many may be under way or wait for an earlier one, which a slow worker has, say."""
        return WAITING * self.ahead

    def submit(self, task: Callable[..., Made], *arguments: Any) -> Future[Made]:
        """Have a task done by a worker."""
        made: Future[Made] = self._pool.submit(_done, _packed(task), _same(), *arguments)
        return made

    def close(self) -> None:
        """Begin nothing more; the workers stay for the next run of this process."""


def of(engine: Engine) -> Workers:
    """Give the workers that the configuration of an engine names; the same for the same.

    Raises
    ------
    EngineError
        If Dask is missing, or no scheduler answers.
    """
    key = tuple(map(repr, vars(engine).values()))
    if key not in _there:
        _there[key] = _connected(engine)
    return _there[key]


def job_script(engine: Engine, scheduler: str = "tcp://scheduler:8786") -> str:
    """Write the script of the jobs that ask for an allocation, as it would be submitted.

    Parameters
    ----------
    engine : Engine
        The configuration of the engine.
    scheduler : str
        Where the workers will find their scheduler.

    Returns
    -------
    str
        Lines of a shell script.
    """
    module, _, job = ALLOCATIONS[engine.cluster]
    kind = getattr(import_module(f"dask_jobqueue.{module}"), job)
    script: str = kind(scheduler, name="attune", **_asked(engine)).job_script()
    return script


#: The workers that this process has, by what was asked for.
_there: dict[tuple[str, ...], Workers] = {}


def _connected(engine: Engine) -> Workers:
    """Connect to a scheduler, having started one if need be."""
    try:
        distributed: Any = import_module("distributed")
        jobs = import_module("dask_jobqueue") if engine.cluster != "local" else None
    except ImportError as error:
        raise EngineError(
            f"engine=dask needs {error.name}: pip install -e '.[cluster]' in a clone of attune"
        ) from error
    if engine.scheduler is not None:
        client = _client_of(engine.scheduler, distributed)
        atexit.register(client.close)
        return Workers(client, 0)
    if jobs is None:
        workers = engine.workers or _cores()
        with _deaf():
            cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address=":0",
                silence_logs=50,  # a lost worker is no news: its block is lived elsewhere
                local_directory=tempfile.gettempdir(),
            )
            atexit.register(cluster.close)
    else:
        workers = engine.workers or FEW
        cluster = _allocation(engine, getattr(jobs, ALLOCATIONS[engine.cluster][1]), workers)
    client = distributed.Client(cluster, set_as_default=False)
    atexit.register(client.close)  # the last that was registered goes first
    return Workers(client, workers)


def _client_of(address: str, distributed: Any) -> Any:
    """Connect to a scheduler that runs.

    The scheduler is asked for its name before: a client that was refused closes for a minute.
    """

    async def named() -> str:
        security = distributed.Security().get_connection_args("client")
        there = distributed.rpc(address, timeout=PATIENCE, connection_args=security)
        try:
            found = await asyncio.wait_for(there.identity(), PATIENCE)
        finally:
            await there.close_rpc()
        return str(found["type"])

    client = wrong = None
    try:
        with ThreadPoolExecutor(1) as apart:  # a notebook has a loop of its own in this thread
            kind = apart.submit(lambda: asyncio.run(named())).result()
        if kind == "Scheduler":
            client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # noqa: BLE001 - what is no scheduler answers in many ways
        wrong = error
    if client is None:
        raise EngineError(
            f"engine.scheduler={address} does not answer: it takes the address of a "
            "Dask scheduler that runs, tcp://host:8786 say"
        ) from wrong
    return client


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Begin processes that do not hear Ctrl-C: they are told by the one that began them.

    What a thread does not hear, neither do the threads and processes that it begins.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # begun later, it would open the ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _allocation(engine: Engine, kind: Any, workers: int) -> Any:
    """Ask a cluster for jobs, and hear what its command answers.

    Raises
    ------
    EngineError
        If there is no such command, or it takes none of them.
    """
    asked = _asked(engine)
    command = shlex.split(kind.job_cls.submit_command)[0]
    if shutil.which(command) is None:
        raise EngineError(
            f"engine.cluster={engine.cluster} needs the command {command}, and there is none on "
            f"{platform.node()}: begin where jobs are submitted, on a login node say"
        )
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()
    process = import_module("distributed.deploy.spec").ProcessInterface

    async def start(job: Any) -> None:
        try:
            await kind.job_cls.start(job)
        except (OSError, RuntimeError, ValueError) as error:
            answers.put(_answer(error))
            await process.start(job)  # Dask would tell it at great length, and wait for it
        else:
            answers.put("")

    try:
        cluster = kind(
            **asked,
            job_cls=type("Job", (kind.job_cls,), {"start": start}),
            scheduler_options={"dashboard_address": ":0"},
        )
    except ValueError as error:
        raise EngineError(
            f"engine.cluster={engine.cluster} cannot be asked for: {_answer(error)}"
        ) from error
    atexit.register(cluster.close)
    cluster.scale(n=workers)
    jobs = -(-workers // engine.workers_per_job)
    end, refused = time.monotonic() + QUEUING, []
    with contextlib.suppress(queue.Empty):
        for _ in range(jobs):
            answer = answers.get(timeout=max(0.0, end - time.monotonic()))
            refused += [answer] * bool(answer)
    if len(refused) == jobs:
        cluster.close()
        raise EngineError(
            f"engine.cluster={engine.cluster} takes no job, {command} answers: {refused[0]}"
        )
    if refused:
        executors.said(f"{command} refused {len(refused)} of {jobs} jobs: {refused[0]}")
    return cluster


def _answer(error: Exception) -> str:
    """Find what a command answered in what dask-jobqueue makes of it; on one line."""
    whole = str(error)
    out, _, wrong = whole.partition("stdout:\n")[2].partition("stderr:\n")
    return " ".join((wrong.strip() or out.strip() or whole).split())


def _asked(engine: Engine) -> dict[str, Any]:
    """Say what a job is to have, in the words of dask-jobqueue.

    Raises
    ------
    ConfigurationError
        If its memory is none.
    """
    try:
        memory = import_module("dask.utils").parse_bytes(engine.memory)
    except ValueError:
        memory = 0
    if memory < 1:
        raise ConfigurationError(
            f"engine.memory={engine.memory} is no amount of memory: it takes a number and a unit, "
            "as in engine.memory=4GB"
        )
    return {
        "cores": engine.workers_per_job,
        "processes": engine.workers_per_job,
        "memory": engine.memory,
        "walltime": engine.walltime,
        "queue": engine.queue,
        "job_extra_directives": list(engine.directives),
        "job_script_prologue": list(engine.prologue),
        "project" if engine.cluster in {"lsf", "sge"} else "account": engine.account,
        "job_name": "attune",
    }


def _cores() -> int:
    """Tell how many cores this process may use."""
    able = getattr(os, "sched_getaffinity", None)
    return len(able(0)) if able else os.cpu_count() or 1


@functools.cache
def _same() -> str:
    """Tell all that a number may hang on: the sources, and what compiles and runs them."""
    named = [f"{name} {version(name)}" for name in ("numba", "llvmlite", "numpy")]
    return (
        f"attune-sim {source_hash()[:12]}, Python {platform.python_version()}, {', '.join(named)}"
    )


def _packed(task: Callable[..., Any]) -> bytes:
    """Pack a task; functions of a script or notebook of the user's go along with their code."""
    import cloudpickle

    packed: bytes = cloudpickle.dumps(task)
    return packed


@functools.lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Callable[..., Any]:
    """Unpack a task once, so that kernels with links of the user's own are compiled once."""
    task: Callable[..., Any] = pickle.loads(packed)  # noqa: S301 - from whom one works for
    return task


def _done(packed: bytes, same: str, *arguments: Any) -> Any:
    """Do a task, on a worker.

    Raises
    ------
    EngineError
        If the worker would come to other numbers.
    """
    if same != _same():
        raise EngineError(
            f"a worker on {platform.node()} has {_same()}, and this process {same}: they have to "
            "be the same"
        )
    return _unpacked(packed)(*arguments)
