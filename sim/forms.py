"""Forms: what the file of an instrument says - what it asks about, of whom, and how well."""

from __future__ import annotations

import dataclasses
from typing import Any

#: OmegaConf's mark for a value that has to be given.
MISSING: Any = "???"

#: Who is measured.
MEASURED = ("patients", "therapists")

#: The moments at which each can be measured, in their order.
WAVES = {
    "patients": ("pre", "early", "mid", "late", "last", "post", "followup"),
    "therapists": ("pre", "post"),
}

#: Figures that need a grade of their evidence, and the keys of a file they are said in.
GRADED = {
    "mean": ("mean",),
    "spread": ("spread",),
    "reliability": ("reliability",),
    "validity": ("raters",),
    "cut": ("cut",),
    "change": ("reliable",),
}


@dataclasses.dataclass
class Rater:
    """How one rater fills the form in.

    Attributes
    ----------
    validity : float
        The share of what lasts in the answers that is what the form asks about; the rest is the
        rater's own way of answering.
    reliability : float or None
        The share of the answers that lasts from one wave to the next; that of the form if not
        given.
    bias : float
        By how much this rater scores higher than the norm, in its SD.
    scored : str or None
        The column that the engine fills in itself, without the wave, where it does: ``gsi_self``.
        Its figures are parameters (``instruments`` in the table of parameters).
    """

    validity: float = MISSING
    reliability: float | None = None
    bias: float = 0.0
    scored: str | None = None


@dataclasses.dataclass
class Instrument:
    """An instrument: a questionnaire, a rating, a count of coded acts.

    Attributes
    ----------
    name, title : str
        What its columns are called, ``phq9`` say, and what readers call it.
    about, source : str
        What it says about itself; where the figures come from.
    of : str
        Who is measured, one of `MEASURED`.
    reads : dict of str to float
        The latent columns it asks about, without the wave, each with its weight; a column without
        waves is the same at every wave.
    per : str or None
        A column to divide by: hostile acts per session.
    change : bool
        Whether it asks for the change since intake.
    sessions : dict of str to float
        The columns of the table of sessions that it asks about where it is filled in after every
        one of them.
    given : str or None
        A column of the table of sessions; only where it is not 0 is the form filled in.
    waves : list of str
        When it is filled in, of `WAVES`.
    better : int
        1 where a higher score is better, -1 where it is worse.
    low, high, grid : float
        The ends of the scale, and its steps.
    population : str
        Whose scores the norm is of.
    mean, spread : float
        The norm: mean and SD of the scores of that population.
    centre, width : float
        Mean and SD, in that population, of what the form reads (weights times columns).
    centre_sessions, width_sessions : float or None
        The same of what it reads in sessions; `centre` and `width` if not given.
    reliability : float
        The share of the answers that lasts from one wave to the next.
    raters : dict of str to Rater
        Who fills it in.
    cut : float or None
        The score between those who suffer and those who do not: not suffering is being on the
        better side of it.
    reliable : float or None
        The change that is larger than errors of measurement make it; worked out from reliability
        and spread (Jacobson & Truax 1991) if not given.
    missing, missing_severity : float
        The share of forms that are not filled in, and by how much (on the logistic scale) it grows
        with every SD that the person is worse.
    response_shift : float
        The share of a change that the answers do not show, because the inner standard moved too.
    evidence : dict of str to str
        The grade of the evidence of every figure: of `GRADED`, where the figure is given.
    """

    name: str = MISSING
    title: str = MISSING
    about: str = ""
    source: str = ""
    of: str = "patients"
    reads: dict[str, float] = MISSING
    per: str | None = None
    change: bool = False
    sessions: dict[str, float] = dataclasses.field(default_factory=dict)
    given: str | None = None
    waves: list[str] = dataclasses.field(default_factory=list)
    better: int = MISSING
    low: float = MISSING
    high: float = MISSING
    grid: float = MISSING
    population: str = MISSING
    mean: float = MISSING
    spread: float = MISSING
    centre: float = 0.0
    width: float = 1.0
    centre_sessions: float | None = None
    width_sessions: float | None = None
    reliability: float = MISSING
    raters: dict[str, Rater] = MISSING
    cut: float | None = None
    reliable: float | None = None
    missing: float = 0.0
    missing_severity: float = 0.0
    response_shift: float = 0.0
    evidence: dict[str, str] = dataclasses.field(default_factory=dict)
