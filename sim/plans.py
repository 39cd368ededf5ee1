"""What planning a trial is told: prices, and how a trial may depart from its plan.

`sim.schema` makes groups of the configuration of these; the studies that plan (`sim.study.search`
and its neighbours) read them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

#: OmegaConf's mark for a value that has to be given.
MISSING: Any = "???"

#: The studies of trials, which look at a design and a generator; the last ones plan.
PLANS = ("search", "cost", "assurance", "detectable", "robustness")
TRIALS = ("power", *PLANS)

#: The tables that these leave: one of their own, and power over sizes, what was simulated anew, and
#: what sets of parameters came to.
TABLES = (*PLANS, "curve", "fresh", "sets", "effects")

#: What can be searched over, and what assurance can average over.
SEARCHED = ("therapists", "patients", "sessions")
BELIEVED = ("prior", "posterior")


@dataclasses.dataclass
class Price:
    """What each part of a trial costs, in one currency."""

    name: str = MISSING
    about: str = ""
    source: str = ""
    currency: str = "euro"
    trial: float = 0.0
    therapist: float = 0.0
    training: float = 0.0
    patient: float = 0.0
    session: float = 0.0
    assessment: float = 0.0


@dataclasses.dataclass
class Departure:
    """A way in which a trial may come out other than planned.

    Attributes
    ----------
    name, about, source : str
        Its name; what happens; where its figure comes from.
    process, linear : dict of str to Any
        The keys that it sets in trials of the chain, and in trials made up: a value, or text such
        as ``times 0.8``, which multiplies what is configured.
    """

    name: str = MISSING
    about: str = ""
    source: str = ""
    process: dict[str, Any] = dataclasses.field(default_factory=dict)
    linear: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Plan:
    """What a configuration says of planning a trial: the keys are top-level ones.

    Attributes
    ----------
    price : Price
        What a trial costs.
    departure : dict of str to Departure
        How it may come out.
    over : str or None
        What is searched over, or averaged over.
    target : float
        The power that is aimed for.
    sizes : list of int or None
        The smallest and the largest size that are tried.
    budget : int or None
        How many patients may be simulated.
    analysis : str or None
        The one analysis that a trial is planned by.
    """

    price: Price = dataclasses.field(default_factory=Price)
    departure: dict[str, Departure] = dataclasses.field(default_factory=dict)
    over: str | None = None
    target: float = 0.8
    sizes: Any = None
    budget: int | None = None
    analysis: str | None = None


def unasked(study: str) -> set[str]:
    """Name the keys that do not determine what a study finds, because it does not look at them."""
    found = set() if study in TRIALS else {"design", "generator"}
    if study not in PLANS:
        found |= {"over", "target", "sizes", "budget", "analysis"}
    found |= set() if study == "cost" else {"price"}
    return found if study == "robustness" else found | {"departure"}


#: The range of every number.
RANGES: Mapping[str, tuple[float, float]] = {
    "target": (0.01, 0.99),
    "budget": (1, 10**12),
    **{
        f"price.{field.name}": (0.0, 1e9)
        for field in dataclasses.fields(Price)
        if field.default == 0.0
    },
}

#: What keys take that are neither numbers nor one word of several.
SAID: Mapping[str, str] = {
    "over": f"one of {', '.join(SEARCHED)} in attune search, one of {', '.join(BELIEVED)} in "
    "attune assurance and attune detectable, or null",
    "sizes": "the smallest and the largest number to be tried, as in sizes=[10,60], or null",
    "analysis": "the name of an analysis, as in analysis=mixed_kenward_roger, or null",
}
