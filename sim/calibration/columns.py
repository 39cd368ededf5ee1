"""Columns: what a virtual study's people and sessions look like, as arrays.

An array of a level has one axis for each key after the arm: ``[replicate, therapist]``,
``[replicate, therapist, patient]`` or ``[replicate, therapist, patient, session]``; what is not
there is NaN. A statistic is given the columns its target names and can reach no other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.blocks import Block

    Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Lived:
    """Some replicates of a virtual study, and the parameter sets they were lived with.

    Attributes
    ----------
    block : Block
        What the engine made.
    parameters : array of parameter records
        One for each replicate.
    """

    block: Block
    parameters: NDArray[Any]

    def column(self, level: str, name: str, arm: int = 0) -> Numbers:
        """Give a column of an arm as an array.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        rows = self.block.rows
        values: Numbers = getattr(rows, level)[name][:, arm].astype(np.float64)
        if level == "sessions":
            return np.where(rows.attended[:, arm], values, np.nan)
        return values


def given(lived: Lived, level: str, names: Mapping[str, str]) -> dict[str, Numbers]:
    """Give the columns a statistic was promised, by the names it knows them by.

    For therapists every array has an axis for the arm after the replicate.
    """
    if level == "therapists":
        arms = range(len(lived.block.arms))
        return {
            known: np.stack([lived.column(level, name, arm) for arm in arms], axis=1)
            for known, name in names.items()
        }
    return {known: lived.column(level, name) for known, name in names.items()}
