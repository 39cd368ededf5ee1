"""Worlds that never were, many replicates at once: an untrained one, and others beside it.

In each of the others the training reaches only so far: some edges of the chain carry what they
would carry without it, while all else follows, with the same people and the same luck. All of them
run in one compiled kernel; which edges are cut is a number among the parameters.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sim import engine, own_links
from sim import links as chain_links
from sim.engine import (
    blocks,
    cache,
    components,
    edges,
    executors,
    processes,
    routes,
    twins,
    worlds,
)

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.engine.blocks import Array, Block, World
    from sim.links import Replacements as Links
    from sim.schema import Arm

#: The loops, and what they put around the links of the chain.
LOOPS = cache.Loops(
    worlds,
    around=(*components.AROUND, *processes.AROUND, *routes.AROUND),
    sources=(components, processes, routes, edges, twins),
)

Made = TypeVar("Made")

_log = logging.getLogger(__name__)


def run(
    config: Config,
    trained: Arm,
    untrained: Arm,
    carried: Sequence[int],
    replicates: int,
    record: str = "trials",
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    *,
    first_replicate: int = 0,
    say: Callable[[str], object] | None = None,
) -> Iterator[Block]:
    """Live many replicates of a study in several worlds.

    Parameters
    ----------
    config : Config
        The configuration.
    trained, untrained : Arm
        The arm whose effect is split, and that of reference; both have the same people.
    carried : sequence of int
        For every world the edges that carry what is theirs, as bits (`sim.engine.edges.world`).
    replicates : int
        How many.
    record : str
        What is kept: ``trials`` or ``patients``.
    links : mapping of str to function, optional
        Links of the user's own.
    progress : callable, optional
        Is told every now and then how many replicates are done.
    first_replicate : int
        The number of the first.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Yields
    ------
    Block
        A block after the other, in order; its first arm is the untrained world, and the others
        are those of `carried`.

    Raises
    ------
    LinkError
        If a link does not fit.
    """
    links = own_links.of(config, links)
    chain_links.check(links)
    level = blocks.level(record)
    arms = [
        dataclasses.replace(untrained, name="untrained"),
        *(dataclasses.replace(trained, name=f"{bits:b}") for bits in carried),
    ]
    told = say or executors.SAY.get() or _log.info
    world = _world(config, arms, [edges.ALL, *carried], first_replicate)
    names = tuple(arm.name for arm in arms)
    kernel = engine.compiler(config, links, told, LOOPS)

    def scratch(given: World) -> worlds.Scratch:
        return _scratch(given, config.frame().weeks * config.frame().sessions_per_week)

    made = engine.stream(config, names, world, replicates, level, kernel, scratch, progress)
    return engine.answering_for(links, made)


def lived(
    config: Config,
    trained: Arm,
    untrained: Arm,
    carried: Sequence[int],
    replicates: int,
    reduce: Callable[[Block], Made],
    *,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Made]:
    """Live several worlds wherever the configuration says, and keep what is asked for.

    Parameters
    ----------
    reduce : callable
        Takes what is wanted out of a block of trials; as for `sim.engine.lived`.
    config, trained, untrained, carried, replicates, links, progress, say
        As for `run`.

    Yields
    ------
    object
        What `reduce` took out of each block, in the order of the replicates.

    Raises
    ------
    LinkError
        If a link does not fit.
    EngineError
        If the engine cannot be had, or a block fails again and again.
    """
    chain_links.check(own_links.of(config, links))
    task = functools.partial(_lived, config, (trained, untrained), tuple(carried), reduce, links)
    size = blocks.replicates_at_once(config, 1 + len(carried), blocks.TRIALS)
    return executors.spread(config, task, replicates, size, progress=progress, say=say)


def _lived(
    config: Config,
    arms: tuple[Arm, Arm],
    carried: Sequence[int],
    reduce: Callable[[Block], Made],
    links: Links | None,
    first: int,
    many: int,
) -> Made:
    """Live one block, and take out of it what is wanted."""
    (block,) = run(config, *arms, carried, many, links=links, first_replicate=first)
    return reduce(block)


def _world(
    config: Config, arms: Sequence[Arm], carried: Sequence[int], first_replicate: int
) -> World:
    """Gather what is given, in records that have room for a twin."""
    sets = blocks.parameter_array([config.parameters_record()])
    plain = blocks.world(config, arms, sets, first_replicate)
    parameters = _with_room(sets, twins.parameters_dtype(), len(arms))
    parameters["edges"] = carried
    programmes = _with_room(plain.programmes, twins.programme_dtype())
    programmes["twin"] = plain.programmes[0]
    return plain._replace(
        parameters=parameters[None, :],
        programmes=programmes,
        therapist=_with_room(plain.therapist, twins.therapist_dtype()),
        patient=_with_room(plain.patient, twins.patient_dtype()),
        dyad=_with_room(plain.dyad, twins.dyad_dtype()),
    )


def _with_room(given: Array, kind: Any, times: int = 1) -> Array:
    """Copy records into a layout that has more fields; those are nought."""
    import numpy as np

    made: Array = np.zeros(len(given) * times, kind)
    for name in given.dtype.names or ():
        made[name] = given[name]
    return made


def _scratch(world: World, sessions: int) -> worlds.Scratch:
    """Make the records that one call of the loops works with."""
    import numpy as np

    from sim import layout

    plain = blocks.scratch(world)
    therapists, slots = plain.patient_rows.shape
    return worlds.Scratch(
        therapist=np.zeros(2, world.therapist.dtype),
        patients=np.zeros(slots, world.patient.dtype),
        dyads=np.zeros(slots, world.dyad.dtype),
        drivers=np.zeros((therapists, slots, sessions), layout.dtype(twins.Drivers)),
        therapist_rows=plain.therapist_rows,
        patient_rows=plain.patient_rows,
        session_row=plain.session_row,
    )
