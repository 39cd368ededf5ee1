"""Many replicates at once: the chain compiled, on all cores, a block at a time.

Replicates are shared out among threads in small shares; each writes its own part of the block's
arrays, so no value depends on who did what, or when. (Threads that call one compiled function
rather than Numba's ``prange``: it compiles faster, and it does not abort when a process was forked
or when two threads want to simulate at the same time.)
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from typing import TYPE_CHECKING, Any, TypeVar

from sim.engine import executors

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.engine.blocks import Array, Block, Rows, World
    from sim.engine.cache import Loops
    from sim.engine.seating import Seating
    from sim.links import Replacements
    from sim.schema import Arm

Made = TypeVar("Made")

__all__ = ["lived", "run"]

#: In how many shares each thread's part of a block is handed out, so that all end together.
SHARES = 8

_log = logging.getLogger(__name__)


def run(
    config: Config,
    replicates: int,
    record: str = "trials",
    links: Replacements | None = None,
    first_replicate: int = 0,
    progress: Callable[[int], object] | None = None,
    *,
    parameters: Array | None = None,
    arms: Sequence[Arm] | None = None,
    seating: Seating | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Block]:
    """Live many replicates of a study.

    Parameters
    ----------
    config : Config
        The configuration.
    replicates : int
        How many.
    record : str
        What is kept: ``trials``, ``therapists``, ``patients``, ``sessions`` or ``segments``.
    links : mapping of str to function, optional
        Links of the user's own, by ``module.function``.
    first_replicate : int
        The number of the first; replicates 0 to 9 and 10 to 19 are those of 0 to 19.
    progress : callable, optional
        Is told every now and then how many replicates are done.
    parameters : array, optional
        A set of parameters for each replicate (`sim.engine.blocks.parameter_array`); those of the
        configuration's world, one for all or one for each (`sim.ensemble`), if not given.
    arms : sequence of Arm, optional
        The arms to live; those of the configuration if not given.
    seating : Seating, optional
        Who sits where in each of them, and under which arm's programme; every arm's therapists
        and caseloads under its own if not given.
    say : callable, optional
        Is told when the chain is about to be compiled; otherwise the log ``sim.engine`` is.

    Yields
    ------
    Block
        A block after the other, in order; as many replicates as fit into some memory.

    Raises
    ------
    ConfigurationError
        If there is no such record level.
    LinkError
        If a link does not fit.
    """
    from sim import ensemble, own_links
    from sim import links as chain_links
    from sim.engine import blocks

    links = own_links.of(config, links)
    chain_links.check(links)
    level = blocks.level(record)
    if parameters is None:
        parameters = ensemble.of(config, replicates, first_replicate)
    if parameters is None:
        parameters = blocks.parameter_array([config.parameters_record()])
    elif len(parameters) != replicates:
        message = f"{len(parameters)} sets of parameters for {replicates} replicates"
        raise ValueError(message)
    arms = config.study_arms() if arms is None else tuple(arms)
    world = blocks.world(config, arms, parameters, first_replicate, seating)
    names = tuple(arm.name for arm in arms)
    if seating is not None:  # whose arms need not be those that have programmes
        names = tuple(f"arm_{i}" for i in range(seating.therapists.shape[1]))
    told = say or executors.SAY.get() or _log.info

    kernel = compiler(config, links, told)
    made = stream(config, names, world, replicates, level, kernel, blocks.scratch, progress)
    return answering_for(links, made)


def lived(
    config: Config,
    replicates: int,
    record: str,
    reduce: Callable[[Block], Made],
    *,
    links: Replacements | None = None,
    first_replicate: int = 0,
    parameters: Array | None = None,
    arms: Sequence[Arm] | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Made]:
    """Live many replicates of a study wherever the configuration says, and keep what is asked for.

    Parameters
    ----------
    config : Config
        The configuration; it names the engine.
    replicates : int
        How many.
    record : str
        What `reduce` is shown: ``trials``, ``therapists``, ``patients``, ``sessions`` or
        ``segments``.
    reduce : callable
        Takes what is wanted out of a block, where the block is lived. It has to be picklable: a
        function of a module, or a `functools.partial` of one.
    links, first_replicate, parameters, arms, progress, say
        As for `run`.

    Yields
    ------
    object
        What `reduce` took out of each block, in the order of the replicates.

    Raises
    ------
    ConfigurationError
        If there is no such record level.
    LinkError
        If a link does not fit.
    EngineError
        If the engine cannot be had, or a block fails again and again.
    """
    from sim import links as chain_links
    from sim import own_links
    from sim.engine import blocks

    chain_links.check(own_links.of(config, links))
    if parameters is not None and len(parameters) != replicates:
        message = f"{len(parameters)} sets of parameters for {replicates} replicates"
        raise ValueError(message)
    many = len(config.study_arms() if arms is None else arms)
    return executors.spread(
        config,
        functools.partial(_lived, config, record, reduce, links, arms),
        replicates,
        blocks.replicates_at_once(config, many, blocks.level(record)),
        first_replicate=first_replicate,
        each=parameters,
        progress=progress,
        say=say,
    )


def _lived(
    config: Config,
    record: str,
    reduce: Callable[[Block], Made],
    links: Replacements | None,
    arms: Sequence[Arm] | None,
    first: int,
    many: int,
    parameters: Array | None = None,
) -> Made:
    """Live one block, and take out of it what is wanted."""
    (block,) = run(config, many, record, links, first, parameters=parameters, arms=arms)
    return reduce(block)


def answering_for(links: Replacements | None, lived: Iterator[Block]) -> Iterator[Block]:
    """Pass blocks on; where arithmetic fails and links are the user's own, say whose it is.

    Yields
    ------
    Block
        The same blocks.

    Raises
    ------
    LinkError
        If the arithmetic of a study fails that runs with links of the user's own.
    """
    from sim.errors import LinkError

    try:
        yield from lived
    except (ArithmeticError, ValueError) as error:
        if not links:
            raise
        raise LinkError(
            f"links.{', links.'.join(links)} failed while the study was running ({error}): no "
            "denominator may reach zero, and no root or logarithm leave its range, for anybody"
        ) from error


def compiler(
    config: Config,
    links: Replacements | None,
    say: Callable[[str], object],
    loops: Loops | None = None,
) -> Callable[..., Callable[..., None]]:
    """Give what compiles the loops for the engine that a configuration names.

    Parameters
    ----------
    config : Config
        The configuration.
    links : mapping of str to function, optional
        Links of the user's own.
    say : callable
        Is told when compiling is about to take its time.
    loops : Loops, optional
        The loops over people; those of plain studies if not given.

    Returns
    -------
    callable
        Takes what the loops will be called with, and gives them.
    """

    def kernel(*arguments: Any) -> Callable[..., None]:
        from sim.engine import cache

        if config.engine.kind == "gpu":
            from sim.engine import gpu

            return gpu.compiled(links, say, loops or cache.PLAIN)
        return cache.compiled(links, arguments, say, loops or cache.PLAIN)

    return kernel


def threads(config: Config) -> int:
    """Tell how many threads work: as configured, or one for each core this process may use."""
    if config.engine.threads is not None:
        return int(config.engine.threads)
    able = getattr(os, "sched_getaffinity", None)
    return len(able(0)) if able else os.cpu_count() or 1


def stream(
    config: Config,
    names: tuple[str, ...],
    world: World,
    replicates: int,
    level: int,
    kernel: Callable[..., Callable[..., None]],
    scratch: Callable[[World], Any],
    progress: Callable[[int], object] | None = None,
) -> Iterator[Block]:
    """Live block after block; while one is being used, the next is being lived.

    Parameters
    ----------
    config : Config
        The configuration.
    names : tuple of str
        The names of the arms.
    world : World
        What is given, for all replicates.
    replicates, level : int
        How many, and what is kept of them.
    kernel : callable
        Gives the compiled loops for arguments of these types.
    scratch : callable
        Makes the records that one call of the loops works with.
    progress : callable, optional
        Is told every now and then how many replicates are done.

    Yields
    ------
    Block
        A block after the other, in order.
    """
    from sim.engine import blocks

    seated = (len(names), level)
    size = blocks.replicates_at_once(config, *seated, world.seating)
    nothing = blocks.rows(config, *seated, 0, world.seating)
    live = kernel(world, nothing, scratch(world), 0, 0)
    workers = threads(config)
    pool = _pool(workers)
    waiting: set[Future[int]] = set()

    def begin(start: int) -> tuple[Block, list[Future[int]]]:
        many = min(size, replicates - start)
        given = blocks.part(world, start, many)
        made = blocks.rows(config, *seated, many, world.seating)
        share = many if config.engine.kind == "gpu" else max(1, many // (workers * SHARES))
        shares = [
            pool.submit(_live, live, given, made, scratch, i, min(i + share, many))
            for i in range(0, many, share)
        ]
        waiting.update(shares)
        return blocks.block(names, given, made), shares

    begun = map(begin, range(0, replicates, size))
    done = 0
    try:
        ahead = next(begun, None)
        while ahead is not None:
            block, shares = ahead
            ahead = next(begun, None)
            for share in as_completed(shares):
                done += share.result()
                waiting.discard(share)
                if progress is not None:
                    progress(done)
            yield block
    finally:
        wait([share for share in waiting if not share.cancel()])


@functools.cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Give the threads that live; all blocks under way share them."""
    return ThreadPoolExecutor(workers, thread_name_prefix="attune")


if hasattr(os, "register_at_fork"):  # a forked process has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def _live(
    live: Callable[..., None],
    world: World,
    rows: Rows,
    scratch: Callable[[World], Any],
    start: int,
    stop: int,
) -> int:
    """Live one thread's share of a block; tell how many replicates that were."""
    live(world, rows, scratch(world), start, stop)
    return stop - start
