"""The inquiry of a sensitivity analysis: what is not known, what can be chosen, what is looked at.

Three lists - uncertainties, levers, outcomes - and how large the analysis is. `sim.schema` makes a
section of the configuration of it; `sim.study.lists` reads the lists.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass
class Inquiry:
    """What is asked of a model that is not known.

    Attributes
    ----------
    uncertainties : list of str, optional
        Numbers that have a prior, by name, or links with all of theirs (``rupture.notice``,
        ``rupture``); all that have a prior if not given.
    levers : list of mapping
        What can be chosen: each a key of the configuration and the values it may take, as in
        ``training: [zen, loving_kindness]``.
    outcomes : list of str
        Steps of the chain at which the effect of training is looked at.
    value : str
        The outcome by which options are judged.
    cost, cost_per_hour : float
        What an option costs, in SD of that outcome for each patient, whatever it is, and for each
        hour of practice that it assigns. What that is, is for the user to say.
    trajectories : int
        Of the screening.
    parameters : int
        How many numbers have indices at most; the screening finds them.
    rows : int
        Of each matrix; a power of two.
    worlds : int
        Of the pool in which every option is lived.
    frozen : bool
        Whether all rows have the same people and the same luck, so that nothing is chance; what is
        found then holds for these people.
    """

    uncertainties: Any = None
    levers: Any = dataclasses.field(default_factory=list)
    outcomes: Any = dataclasses.field(default_factory=list)
    value: str = "symptom_severity"
    cost: float = 0.0
    cost_per_hour: float = 0.0
    trajectories: int = 8
    parameters: int = 12
    rows: int = 1024
    worlds: int = 2048
    frozen: bool = False


#: The tables that an analysis keeps.
TABLES = (
    "screening",
    "indices",
    "shares",
    "responses",
    "options",
    "information",
    "along_cost",
    "regions",
)

#: The range of every number.
RANGES: Mapping[str, tuple[float, float]] = {
    "sensitivity.cost": (0.0, 5.0),
    "sensitivity.cost_per_hour": (0.0, 1.0),
    "sensitivity.trajectories": (2, 1000),
    "sensitivity.parameters": (1, 60),
    "sensitivity.rows": (8, 65_536),
    "sensitivity.worlds": (64, 1_000_000),
}

#: What the lists take.
SAID: Mapping[str, str] = {
    "sensitivity.uncertainties": (
        "numbers or links by name, as in sensitivity.uncertainties=[transfer,rupture.notice], or "
        "null for all"
    ),
    "sensitivity.levers": (
        "keys with values, as in sensitivity.levers=[{training:[zen,metta]},"
        "{patients.per_therapist:[4,10]}]"
    ),
    "sensitivity.outcomes": (
        "steps of the chain, as in sensitivity.outcomes=[symptom_severity,dropout]"
    ),
}
