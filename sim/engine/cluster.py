"""Workers of Dask: on this machine, at a scheduler that runs already, or in an allocation.

Dask carries blocks to workers and what was made of them back, and gives the block of a worker that
was lost to another one. The workers have to run the same sources under the same versions: whoever
does not says so instead of living a block.
"""

from __future__ import annotations

import atexit
import functools
import math
import os
import pickle
import platform
import tempfile
import time
from concurrent.futures import Future
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from sim.errors import EngineError
from sim.sources import source_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.computing import Engine

Made = TypeVar("Made")

#: How many workers are asked for on a cluster, if nothing is said.
FEW = 10

#: Seconds in which a scheduler has to answer.
PATIENCE = 20

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
            f"engine=dask needs {error.name}: pip install 'attune-sim[cluster]'"
        ) from error
    if engine.scheduler is not None:
        try:
            client = distributed.Client(engine.scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(
                f"engine.scheduler={engine.scheduler} does not answer: it takes the address of a "
                "Dask scheduler that runs, tcp://host:8786 say"
            ) from error
        atexit.register(client.close)
        return Workers(client, 0)
    if jobs is None:
        workers = engine.workers or _cores()
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=50,  # a lost worker is no news: its block is lived elsewhere
            local_directory=tempfile.gettempdir(),
        )
    else:
        workers = engine.workers or FEW
        kind = getattr(jobs, ALLOCATIONS[engine.cluster][1])
        cluster = kind(**_asked(engine), scheduler_options={"dashboard_address": ":0"})
        cluster.scale(n=workers)
    client = distributed.Client(cluster, set_as_default=False)
    atexit.register(cluster.close)
    atexit.register(client.close)  # the last that was registered goes first
    return Workers(client, workers)


def _asked(engine: Engine) -> dict[str, Any]:
    """Say what a job is to have, in the words of dask-jobqueue."""
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
