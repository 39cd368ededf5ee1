"""Targets: what published studies found, one statistic a file in ``conf/targets/``.

A target says where its figure comes from, in which virtual study the simulation computes it, from
which columns and how, and within which band it has to lie. Bands are those of
``docs/targets.csv`` and are never loosened; what the model is known to get wrong is declared
beside them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sim import choices

#: What a target is for: fitted, reported beside the fit, or told for context.
USES = ("calibrate", "check", "context")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One published statistic and its band.

    Attributes
    ----------
    name : str
        Its name, that of its file.
    row : str
        The row of ``docs/targets.csv`` it belongs to.
    about : str
        One sentence.
    study : str
        The virtual study it is computed in (`sim.calibration.studies.STUDIES`).
    level : str
        The level of the rows it reads: ``therapists``, ``patients`` or ``sessions``.
    columns : mapping of str to str
        The columns it reads, by the names the statistic knows them by.
    statistic : str
        One of `sim.calibration.estimators`.
    arguments : mapping
        What else the statistic is told.
    rater, wave, instrument : str
        Who answers, when, and what.
    low, high : float
        The band, ends included.
    published : float or None
        The figure the source gives, in units of the statistic; none where it gives a direction.
    discrepancy : float
        By how much the model may miss for reasons that lie in the model, as a standard deviation
        in units of the statistic; 0 or more.
    because : str
        Why that much.
    use : str
        One of `USES`.
    evidence, source : str
        The grade of the evidence in the words of ``docs/targets.csv``, and who found it.
    """

    name: str
    row: str
    about: str
    study: str
    level: str
    columns: Mapping[str, str]
    statistic: str
    arguments: Mapping[str, Any]
    rater: str
    wave: str
    instrument: str
    low: float
    high: float
    published: float | None
    discrepancy: float
    because: str
    use: str
    evidence: str
    source: str

    def __post_init__(self) -> None:
        """Refuse a target that contradicts itself.

        Raises
        ------
        ValueError
            If the band is empty, the discrepancy negative, or the use unknown.
        """
        if not self.low < self.high or self.discrepancy < 0.0 or self.use not in USES:
            message = f"target {self.name}: its band, discrepancy or use is not valid"
            raise ValueError(message)


@cache
def targets() -> tuple[Target, ...]:
    """Read all targets, ordered by name."""
    folder = files("sim.conf").joinpath("targets")
    read = [choices.read(file) for file in folder.iterdir() if file.name.endswith(".yaml")]
    return tuple(sorted((_target(entry) for entry in read), key=lambda target: target.name))


def _target(entry: Mapping[str, Any]) -> Target:
    """Make a target of what its file says."""
    defaults: dict[str, Any] = {"arguments": {}, "published": None, "discrepancy": 0.0}
    defaults |= {"because": "", "rater": "", "wave": "", "instrument": ""}
    numbers = {key: float(entry[key]) for key in ("low", "high")}
    return Target(**(defaults | dict(entry) | numbers))
