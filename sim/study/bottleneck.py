"""The bottleneck: where in the chain a little help helps most, for a given population.

Every link in turn is made half a logit better - for everybody, in the untrained arm - while all
else stays as it is: a mind that comes back a little sooner, a patient read a little better, a
rupture noticed a little more often. What follows for feeling felt and for symptoms says which
link holds the others up. Training the link that does not limit yields little (T35).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim import engine, parameters
from sim.study import effects, monte_carlo
from sim.study.steps import STEPS

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.engine.blocks import Array, Block
    from sim.manifest import Links
    from sim.schema import Arm

#: By how much each link is made better.
HALF_A_LOGIT = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Lever:
    """A link, and the one number that moves it by so much on the logistic scale.

    Attributes
    ----------
    label : str
        What gets better, in the field's words.
    parameter : str
        The number that is changed.
    how : str
        ``add`` the half logit; ``times`` its exponential, where the link is x / (1 + x) or a
        ratio of rates; ``over`` a steepness, where the link is the logistic of steepness * x.
    steepness : str or None
        That steepness.
    """

    label: str
    parameter: str
    how: str = "add"
    steepness: str | None = None

    def moved(self, values: Mapping[str, float]) -> float:
        """Give the value that makes the link half a logit better, held within its range."""
        value = values[self.parameter]
        if self.how == "times":
            value *= math.exp(HALF_A_LOGIT)
        elif self.how == "over" and self.steepness is not None:
            value += HALF_A_LOGIT / values[self.steepness]
        else:
            value += HALF_A_LOGIT
        entry = parameters.table()[self.parameter]
        return min(max(value, entry.low), entry.high)


#: The links, from the therapist's mind to the patient's help.
LEVERS = (
    Lever("Coming back to presence", "return_base", "times"),
    Lever("A bowl that holds", "bowl_size", "over", "overflow_steepness"),
    Lever("Reading the patient", "read_base"),
    Lever("Warmth toward the patient", "rung_base"),
    Lever("Being moved by the patient", "express_resonance", "times"),
    Lever("The patient's recognising it", "recognise_base"),
    Lever("Catching one's own lapses", "catch_base"),
    Lever("Noticing ruptures", "notice_base"),
    Lever("Working ruptures through", "work_base"),
)

#: What is looked at.
SHOWN = ("felt_attunement", "alliance", "patient_self_attunement", "symptom_severity")


def table(config: Config, arm: Arm, links: Links | None = None) -> pd.DataFrame:
    """Make one link after the other better, and see what follows.

    Parameters
    ----------
    config : Config
        The configuration: who treats whom, where, how often, in how many replicates.
    arm : Arm
        The arm in which it is done; the same people and luck, with and without.
    links : mapping of str to callable, optional
        Links of the user's own.

    Returns
    -------
    DataFrame
        One row a link and step: ``link, parameter, was, became, step, label, better`` and the
        standardised effect with its 95% Monte Carlo interval.
    """
    import pandas as pd

    values = vars(config.parameters)
    before = _trials(config, arm, links)
    rows = []
    for lever in LEVERS:
        became = lever.moved(values)
        changed = dataclasses.replace(
            config, parameters=dataclasses.replace(config.parameters, **{lever.parameter: became})
        )
        after = _trials(changed, arm, links)
        for step in (step for step in STEPS if step.name in SHOWN):
            sd = effects.spread(step, before, before)
            found = monte_carlo.mean(effects.value(step, after) - effects.value(step, before))
            rows.append(
                {
                    "link": lever.label,
                    "parameter": lever.parameter,
                    "was": values[lever.parameter],
                    "became": became,
                    "step": step.name,
                    "label": step.label,
                    "better": step.better,
                    "standardised": found.mean / sd,
                    "standardised_low": found.low / sd,
                    "standardised_high": found.high / sd,
                }
            )
    return pd.DataFrame(rows)


def _trials(config: Config, arm: Arm, links: Links | None) -> pd.DataFrame:
    """Live one arm, and give its trials by replicate."""
    import numpy as np
    import pandas as pd

    lived = engine.lived(config, config.replicates, "trials", _table, links=links, arms=[arm])
    parts = list(lived)
    found = pd.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )
    return found.set_index("replicate").sort_index()


def _table(block: Block) -> dict[str, Array]:
    """Take the trials out of a block."""
    return block.table("trials")
