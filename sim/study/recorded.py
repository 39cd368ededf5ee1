"""What is recorded: the tables of a block, with the scores of the instruments asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import observation
from sim.study import trials

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config
    from sim.engine.blocks import Block

    Array = np.ndarray[Any, Any]


def columns(config: Config, block: Block, level: str) -> dict[str, Array]:
    """Give a table of a block as columns, keys first.

    Parameters
    ----------
    config : Config
        The configuration, with the instruments asked for.
    block : Block
        Some replicates, with the rows of their patients.
    level : str
        A record level, at most the one that was recorded.

    Returns
    -------
    dict of str to array
        What the engine recorded, in trials what a comparison needs besides (`sim.study.trials`),
        and what instruments show (`sim.observation`).
    """
    more = trials.more(block) if level == "trials" else {}
    return block.table(level) | more | observation.table(config, block, level)
