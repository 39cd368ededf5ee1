"""Columns: what a virtual study's people and sessions look like, as arrays.

An array of a level has one axis for each key: ``[replicate, arm, therapist]``, ``[replicate,
therapist, patient]`` or ``[replicate, therapist, patient, session]`` (a study of patients has one
arm); what is not there is NaN. An estimator is given the columns its target names and can reach no
other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws
from sim.calibration import chance

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
    seed : int
        The seed of people and luck.
    known : dict
        What has been worked out already; it is never changed in place.
    """

    block: Block
    parameters: NDArray[Any]
    seed: int
    known: dict[tuple[Any, ...], Any] = dataclasses.field(default_factory=dict)

    def column(self, level: str, name: str) -> Numbers:
        """Give a column of the rows, or one that is derived from them.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        from sim.calibration.ratings import DERIVED

        if (level, name) not in self.known:
            derived = DERIVED.get(name)
            made = derived.make(self) if derived else self.written(level, name)
            self.known[level, name] = made
        found: Numbers = self.known[level, name]
        return found

    def written(self, level: str, name: str) -> Numbers:
        """Give a column of the rows."""
        rows = self.block.rows
        values: Numbers = getattr(rows, level)[name].astype(np.float64)
        if level == "therapists":
            return values
        if level == "sessions":
            values = np.where(rows.attended, values, np.nan)
        return values[:, 0]

    @property
    def sessions(self) -> int:
        """How many sessions there are at most."""
        return int(self.block.rows.sessions.shape[-1])

    def parameter(self, name: str, axes: int) -> Numbers:
        """Give a parameter of every replicate, with so many axes after the first."""
        values: Numbers = self.parameters[name].reshape(-1, *([1] * axes))
        return values

    def normals(self, call: int, level: str, who: str, moment: Any = 0) -> list[Numbers]:
        """Draw four standard normal numbers for everybody, at addresses of their own.

        Parameters
        ----------
        call : int
            What for; above every call of `sim.draws`.
        level : str
            ``therapists`` or ``patients``: who has a number each; with an array of moments there
            is one for each of them besides.
        who : str
            What the address names: ``therapist``, ``patient`` or ``dyad``.
        moment : int or array of int
            When.
        """
        address = (call, level, who, np.size(moment), np.max(moment))
        if address in self.known:
            known: list[Numbers] = self.known[address]
            return known
        seating = self.block.seating
        replicates = np.arange(self.block.replicates, dtype=np.uint64)
        replicate = (replicates + np.uint64(self.block.first_replicate))[:, None, None]
        if level == "therapists":
            therapist: Any = seating.therapists.astype(np.uint64)
            patient: Any = draws.NOBODY
        else:
            patient = seating.patients[:, 0].astype(np.uint64)
            therapist = seating.therapists[:, 0, :, None].astype(np.uint64)
        if who == "patient":
            therapist = draws.NOBODY
        elif who == "therapist":
            patient = draws.NOBODY
        if np.ndim(moment):
            replicate = replicate[..., None]
            therapist, patient = (
                one if isinstance(one, int) else one[..., None] for one in (therapist, patient)
            )
            moment = np.asarray(moment, np.uint64)
        found = chance.normals(self.seed, replicate, therapist, patient, moment, call)
        self.known[address] = found
        return found


def given(lived: Lived, level: str, names: Mapping[str, str]) -> dict[str, Numbers]:
    """Give the columns an estimator was promised, by the names it knows them by.

    A column of another level is named with it: ``patients.gsi_self_pre``. A column of therapists,
    read beside one of patients, has no axis for the arm.
    """
    found = {}
    for known, name in names.items():
        other, _, plain = name.rpartition(".")
        values = lived.column(other or level, plain)
        found[known] = values[:, 0] if other == "therapists" else values
    return found
