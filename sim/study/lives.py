"""Trials lived and analysed where they are lived: what is left of them is what travels."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.engine import executors
from sim.study import mediated, verdicts
from sim.study.test_choice import EFFECT, NULL
from sim.trial import implied, panel

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.manifest import Links
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]


class Analysed(NamedTuple):
    """Some trials of one world, analysed.

    Attributes
    ----------
    fits : DataFrame
        One row a trial, endpoint and analysis (`sim.trial.panel.table`), and the ``world``.
    paths : DataFrame or None
        One row a trial and endpoint where the design has a mediator (`sim.study.mediated.analyse`).
    sums : tuple of list of Sums
        Of each endpoint what its trials add up to (`sim.trial.implied.sums`), under the effect.
    flow : array of int, (trials, arms, stages)
        How many people came how far; see `sim.trial.flow`.
    gaps : frozenset of str
        The endpoints that some of these trials lack of somebody.
    """

    fits: pd.DataFrame
    paths: pd.DataFrame | None
    sums: tuple[list[implied.Sums], ...]
    flow: Array
    gaps: frozenset[str]


def spread(
    planned: Design,
    world: str,
    *,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Analysed]:
    """Live and analyse the trials of one world, wherever the configuration says.

    Parameters
    ----------
    planned : Design
        The design; its configuration says how many trials.
    world : str
        `EFFECT` or `NULL`.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress, say : callable, optional
        As for `sim.engine.run`.

    Yields
    ------
    Analysed
        Block by block, in the order of the trials.

    Raises
    ------
    ConfigurationError
        If nothing can be analysed in any trial.
    """
    config = planned.config
    return executors.spread(
        config,
        functools.partial(analysed, planned, world, links),
        config.replicates,
        verdicts.at_once(planned),
        progress=progress,
        say=say,
    )


def analysed(planned: Design, world: str, links: Links | None, first: int, many: int) -> Analysed:
    """Live and analyse some trials of one world.

    Parameters
    ----------
    planned : Design
        The design.
    world : str
        `EFFECT` or `NULL`.
    links : mapping of str to callable, optional
        Links of the user's own.
    first, many : int
        The number of the first trial, and how many.
    """
    import numpy as np
    import pandas as pd

    level = planned.config.design.level
    fits: list[pd.DataFrame] = []
    paths: list[pd.DataFrame] = []
    flows: list[Array] = []
    gaps: set[str] = set()
    sums: tuple[list[implied.Sums], ...] = tuple([] for _ in planned.endpoints)
    for made in verdicts.simulated(planned, first, many, null=world == NULL, links=links):
        for kept, batch in zip(sums, made.batches, strict=True):
            if world == EFFECT:
                batch.check()
                kept.append(implied.sums(batch))
            fits.append(panel.table(batch).assign(world=world))
            if not panel.trials(batch).complete:
                gaps.add(batch.endpoint.name)
            if made.mediator is not None:
                found = mediated.analyse(batch, made.mediator, level)
                paths.append(found.assign(world=world))
        flows.append(made.flow)
    return Analysed(
        fits=pd.concat(fits, ignore_index=True),
        paths=pd.concat(paths, ignore_index=True) if paths else None,
        sums=sums,
        flow=np.concatenate(flows),
        gaps=frozenset(gaps),
    )
