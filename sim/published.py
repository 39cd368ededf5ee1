"""Published studies, as a small file describes them: how they were done, and what they found.

Nothing here is used for fitting. A study is simulated at its own size, many times over, and what it
published is held against what comes out (`sim.study.validate`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

#: OmegaConf's mark for a value that has to be given.
MISSING: Any = "???"

#: The study that holds the model against published ones.
EXAM = "validate"

#: The groups that every published study lays down for itself.
CONDUCTED = ("therapists", "patients", "setting", "training", "control", "design")

#: What a study's agreement with the model means: nothing was fitted to it, or something was.
CHECKS: Mapping[str, str] = {
    "exam": "an exam: nothing was fitted to it",
    "informed": "half an exam: nothing was fitted to it, but it was known when numbers were chosen",
    "in_sample": "in sample: numbers were chosen or fitted near it, so that agreement is no test",
}


class Statistic(NamedTuple):
    """A statistic that a study may have published.

    Attributes
    ----------
    label : str
        What it is called.
    nothing : float
        Its value where nothing is to be found; a direction counts from there.
    of_trial : bool
        Whether it compares arms, or describes therapists as they are and their patients.
    tested : bool
        Whether it comes with a p.
    unit : str
        Its unit; empty where it is that of what is measured.
    """

    label: str
    nothing: float = 0.0
    of_trial: bool = False
    tested: bool = False
    unit: str = ""


#: Every statistic, by name.
STATISTICS: Mapping[str, Statistic] = {
    "difference": Statistic("trained minus untrained", of_trial=True, tested=True),
    "standardised_difference": Statistic(
        "trained minus untrained, in pooled SD", of_trial=True, unit="SD"
    ),
    "relative_gain": Statistic("change of the mean, in per cent", of_trial=True, unit="%"),
    "mean": Statistic("mean"),
    "ratio": Statistic("ratio of two means", nothing=1.0),
    "correlation": Statistic("correlation", tested=True),
    "pre_post": Statistic("fall from intake to end, in SD at intake", unit="SD"),
}


@dataclasses.dataclass
class Finding:
    """One thing that a study published.

    Attributes
    ----------
    says : str
        What it is, in words.
    statistic : str
        One of `STATISTICS`.
    of : str
        The endpoint of a trial, or a column of `among`; of ``pre_post`` the column without wave.
    analysis : str
        By which analysis of `sim.trial.analysis` a difference is tested.
    arm : str
        Whose gain a relative gain is: ``trained`` or ``untrained``.
    among : str
        Which rows a mean, ratio or correlation is taken over: ``therapists``, ``patients`` or
        ``sessions``.
    session : int or None
        The only session looked at, counted from 1.
    against : str
        The other column of a correlation.
    split : str
        The column of therapists by which a ratio splits them.
    at : float
        Where: the ratio is that of therapists below to those at or above it.
    value, low, high : float or None
        What was published: one number, or a range.
    direction : int
        Or its direction only: 1 above nothing, -1 below.
    significant : bool or None
        Whether it was published as significant, if that is told.
    evidence : str
        A grade of `sim.parameters.EVIDENCE`.
    """

    says: str = MISSING
    statistic: str = MISSING
    of: str = MISSING
    analysis: str = ""
    arm: str = "trained"
    among: str = "patients"
    session: int | None = None
    against: str = ""
    split: str = ""
    at: float = 0.0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    direction: int = 0
    significant: bool | None = None
    evidence: str = MISSING

    @property
    def kind(self) -> Statistic:
        """The statistic."""
        return STATISTICS[self.statistic]


@dataclasses.dataclass
class Published:
    """A published study.

    Attributes
    ----------
    name, about, source : str
        What it is called, what it is, and where what is said of it comes from.
    check : str
        What agreement means, one of `CHECKS`.
    conduct : list of str
        How it was done: choices as on the command line, of people, setting, training and design.
    assumed : list of str
        What its source does not tell, and what stands for that here; a sentence each.
    findings : dict of str to Finding
        What it found; the first that is tested speaks for it where studies are counted.
    lived : dict
        The groups that `conduct` comes to, and the instruments that are asked for; filled in when
        the configuration is composed.
    """

    name: str = MISSING
    about: str = ""
    source: str = ""
    check: str = "exam"
    conduct: list[str] = dataclasses.field(default_factory=list)
    assumed: list[str] = dataclasses.field(default_factory=list)
    findings: dict[str, Finding] = dataclasses.field(default_factory=dict)
    lived: Any = dataclasses.field(default_factory=dict)
