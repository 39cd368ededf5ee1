"""Executors: where the blocks of a study are lived, and what becomes of them.

A study that repeats trials says what is to be done with some replicates (a *task*: live them, and
keep of them what it needs), and how many there are. Here they are cut into blocks of about a
second, handed to an executor, and what was made of them comes back in the order of the replicates.
A task runs where the block is lived, so only what it returns travels. Everything that a draw
depends on is in its address, so it does not matter who lives a block, when, or after whom.

- A finished block is kept (`sim.engine.keeping`) when there is a place for it, and not lived again.
- A block whose worker was lost is given to another one; the blocks that worker had finished before
  are here already.
- A block that fails is tried again; then the others are finished, and it is named.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from sim.engine import keeping
from sim.errors import AttuneError, EngineError

if TYPE_CHECKING:
    from sim.configuration import Config

Made = TypeVar("Made")

#: What is done with some replicates: the first one's number, how many, and what is given for them.
Task = Callable[..., Made]

#: A block that failed is tried again so many times.
RETRIES = 2

#: So many blocks a worker are under way, so that none waits for the next.
AHEAD = 2

#: Seconds after which one looks up, whether or not a block has come back.
GLANCE = 0.5

#: Is told when something takes its time: that the chain is being compiled, say.
SAY: contextvars.ContextVar[Callable[[str], object] | None] = contextvars.ContextVar(
    "say", default=None
)

_log = logging.getLogger("sim.engine")


def said(sentence: str) -> None:
    """Say something to whoever listens, or to the log."""
    (SAY.get() or _log.info)(sentence)


class Executor(Protocol):
    """What lives blocks."""

    @property
    def workers(self) -> int:
        """How many work at this moment."""

    @property
    def ahead(self) -> int:
        """How many blocks are to be under way."""

    @property
    def most(self) -> int:
        """How many may be under way or wait for an earlier one: so much memory they take."""

    def submit(self, task: Task[Made], *arguments: Any) -> Future[Made]:
        """Have a task done, somewhere and soon."""

    def close(self) -> None:
        """Begin nothing more."""


class Cores:
    """The cores of this machine; the threads of one block are those of `sim.engine.stream`."""

    def __init__(self, workers: int, at_once: int = AHEAD) -> None:
        self.workers = workers
        self.ahead = self.most = at_once
        # Two, so that one block is lived while what was made of the last is being worked out.
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="attune-block")

    def submit(self, task: Task[Made], *arguments: Any) -> Future[Made]:
        """Have a task done by a thread of this process."""
        return self._pool.submit(contextvars.copy_context().run, task, *arguments)

    def close(self) -> None:
        """Wait for the blocks under way, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def of(config: Config) -> Executor:
    """Give the executor that a configuration names.

    Raises
    ------
    EngineError
        If it cannot be had: a package, a scheduler or a GPU is missing.
    """
    from sim import engine

    if config.engine.kind == "dask":
        from sim.engine import cluster

        return cluster.of(config.engine)
    # On a card one block at a time: it takes most of the memory there is.
    return Cores(engine.threads(config), 1 if config.engine.kind == "gpu" else AHEAD)


def spread(
    config: Config,
    task: Task[Made],
    replicates: int,
    size: int,
    *,
    first_replicate: int = 0,
    each: Any = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Made]:
    """Do a task with many replicates, block by block, wherever the configuration says.

    Parameters
    ----------
    config : Config
        The configuration; it names the engine.
    task : callable
        ``task(first, many)`` lives the replicates from the first on and gives what is wanted of
        them; with `each`, ``task(first, many, given)``. It has to be picklable: a function of a
        module, or a `functools.partial` of one.
    replicates : int
        How many.
    size : int
        How many a block.
    first_replicate : int
        The number of the first.
    each : array, optional
        Something for each replicate, parameter sets say; a block gets its own part.
    progress : callable, optional
        Is told how many replicates are done.
    say : callable, optional
        Is told when something takes its time.

    Yields
    ------
    object
        What the task gave, block by block, in order.

    Raises
    ------
    EngineError
        If a block failed again and again; the others are kept then.
    """
    # Told here and not when the first is asked for, so that runs are counted in their order.
    run = keeping.begin(size, replicates)
    blocks = [
        Piece(
            first_replicate + at,
            min(size, replicates - at),
            () if each is None else (each[at : at + size],),
        )
        for at in range(0, replicates, size)
    ]
    return _in_order(_Spread(config, task, blocks, run), progress, say)


class Piece(NamedTuple):
    """A block: its first replicate, how many there are, and what is given for them."""

    first: int
    many: int
    given: tuple[Any, ...] = ()


class _Spread(Generic[Made]):
    """The blocks of one run: those to come, under way, made, and failed; by their place."""

    def __init__(
        self, config: Config, task: Task[Made], blocks: list[Piece], run: keeping.Run
    ) -> None:
        self.blocks = blocks
        self.made: dict[int, Made] = {}
        self.failed: dict[int, BaseException] = {}
        self._config = config
        self._task = task
        self._run = run
        self._begun = 0
        self._tried = [0] * len(blocks)
        self._under_way: dict[Future[Made], int] = {}
        self._executor: Executor | None = None
        self._waiting = False

    def begin(self) -> bool:
        """Find blocks that were kept, and have others lived; tell whether any are to come."""
        while self._begun < len(self.blocks):
            ahead = AHEAD if self._executor is None else self._executor.ahead
            most = AHEAD if self._executor is None else self._executor.most
            busy = len(self._under_way)
            if busy >= ahead or busy + len(self.made) >= most:
                break
            place = self._begun
            self._begun += 1
            found = self._run.find(self.blocks[place].first, self.blocks[place].many)
            if found is None:
                self._submit(place)
            elif not self.failed:
                self.made[place] = found.made
        return bool(self._under_way)

    def look(self) -> None:
        """Take in what has been made; have what failed lived again.

        Raises
        ------
        AttuneError
            For what lies with the user, and would fail again.
        """
        finished, _ = wait(self._under_way, GLANCE, FIRST_COMPLETED)
        workers = 0 if self._executor is None else self._executor.workers
        self._run.look(workers)
        if not (workers or finished):
            if not self._waiting:
                said("Waiting for workers: there are none at present ...")
            self._waiting = True
        elif workers:
            self._waiting = False
        for future in finished:
            place = self._under_way.pop(future)
            block, error = self.blocks[place], future.exception()
            if isinstance(error, AttuneError):
                raise error
            if error is None:
                self._run.keep(block.first, block.many, future.result())
                self.made[place] = future.result()
            elif self._tried[place] < RETRIES:
                self._tried[place] += 1
                self._submit(place)
            else:
                self.failed[place] = error
                self._run.fail(block.first, block.many, f"{type(error).__name__}: {error}")
        if self.failed:
            self.made.clear()  # nobody asks for them any more; they are kept
            if not self._run.keeps:
                self._begun = len(self.blocks)

    def close(self) -> None:
        """Leave what has not begun."""
        for future in self._under_way:
            future.cancel()
        if self._executor is not None:
            self._executor.close()

    def failure(self) -> EngineError:
        """Name the blocks that failed, with what replays them."""
        place = min(self.failed)
        block, error = self.blocks[place], self.failed[place]
        more = len(self.failed) - 1
        others = f", and {more} other block{'s' * (more > 1)}," if more else ""
        seed = self._config.seed
        seeds = f"seed={seed.people}"
        if seed.people != seed.luck:
            seeds = f"seed.people={seed.people} seed.luck={seed.luck}"
        again = f"{self._config.command or 'the same call'} engine=cpu"
        kept = f"'{again}' replays them in one process"
        if self._run.keeps:
            kept = f"all else is kept, and '{again}' replays these alone, in one process"
        return EngineError(
            f"replicates {block.first} to {block.first + block.many - 1} ({seeds}){others} failed "
            f"{RETRIES + 1} times ({type(error).__name__}: {error}); {kept}"
        )

    def _submit(self, place: int) -> None:
        """Have a block lived."""
        if self._executor is None:
            self._executor = of(self._config)
        first, many, given = self.blocks[place]
        self._under_way[self._executor.submit(self._task, first, many, *given)] = place


def _in_order(
    spread: _Spread[Made],
    progress: Callable[[int], object] | None,
    say: Callable[[str], object] | None,
) -> Iterator[Made]:
    """Give what was made of blocks, in their order.

    Yields
    ------
    object
        What the task gave.

    Raises
    ------
    EngineError
        If a block failed again and again.
    """
    done = place = 0
    with _saying(say), contextlib.closing(spread):
        while place < len(spread.blocks):
            busy = spread.begin()
            if place in spread.made:
                done += spread.blocks[place].many
                if progress is not None:
                    progress(done)
                yield spread.made.pop(place)
                place += 1
            elif busy:
                spread.look()
            else:
                raise spread.failure()


@contextlib.contextmanager
def _saying(say: Callable[[str], object] | None) -> Iterator[None]:
    """Have what takes its time said to somebody."""
    token = SAY.set(say if say is not None else SAY.get())
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # a generator may be closed elsewhere
            SAY.reset(token)
