"""The patients of many trials, one by one: for analyses that use those with missing values too.

Most analyses need sufficient statistics only (`sim.trial.statistics`). What uses patients of whom
not everything is known, or makes an outcome of several waves, needs the patients themselves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.trial import statistics

if TYPE_CHECKING:
    from sim.trial.statistics import Flags, Floats, Statistics


@dataclasses.dataclass(frozen=True)
class Patients:
    """The patients of many trials of one shape.

    Attributes
    ----------
    variables : tuple of str
        K names: the arm, and whatever else is known.
    values : array of float, (trials, clusters, slots, K)
        NaN for a value that is missing; in an empty slot the arm is NaN too.
    clustered : array of bool, (trials, clusters) or (clusters,)
        False for an entry that stands for patients without a therapist.
    """

    variables: tuple[str, ...]
    values: Floats
    clustered: Flags

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return int(self.values.shape[0])

    @property
    def there(self) -> Flags:
        """Mark the slots that hold a patient."""
        marks: Flags = ~np.isnan(self.values[..., 0])
        return marks

    def column(self, name: str) -> Floats:
        """Give one variable.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        column: Floats = self.values[..., self.variables.index(name)]
        return column

    def select(self, names: Sequence[str]) -> Floats:
        """Give the arm and some variables, compact in memory."""
        at = [0, *(self.variables.index(name) for name in names)]
        return np.ascontiguousarray(self.values[..., at])

    def statistics(self, outcome: str, covariates: Sequence[str] = ()) -> Statistics:
        """Take the statistics of those who have arm, covariates and outcome: complete cases."""
        names = (*covariates, outcome)
        return statistics.of_values(self.select(names), (self.variables[0], *names), self.clustered)

    def part(self, trials: slice) -> Patients:
        """Keep some of the trials."""
        clustered = np.broadcast_to(self.clustered, self.values.shape[:2])
        return dataclasses.replace(self, values=self.values[trials], clustered=clustered[trials])
