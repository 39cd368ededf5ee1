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

#: What can be searched over, and what assurance can average over.
SEARCHED = ("therapists", "patients", "sessions")
BELIEVED = ("prior", "posterior")


@dataclasses.dataclass
class Price:
    """What each part of a trial costs, in one currency."""

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


#: The range of every number.
RANGES: Mapping[str, tuple[float, float]] = {
    "target": (0.01, 0.99),
    "budget": (1, 10**12),
    **{
        f"price.{field.name}": (0.0, 1e9)
        for field in dataclasses.fields(Price)
        if field.name != "currency"
    },
}

#: Numbers that may be left open.
OPTIONAL = frozenset({"budget"})

#: What keys take that are neither numbers nor one word of several.
SAID: Mapping[str, str] = {
    "over": f"one of {', '.join(SEARCHED)} in attune search, one of {', '.join(BELIEVED)} in "
    "attune assurance and attune detectable, or null",
    "sizes": "the smallest and the largest number to be tried, as in sizes=[10,60], or null",
    "analysis": "the name of an analysis, as in analysis=mixed_kenward_roger, or null",
}
