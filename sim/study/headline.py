"""The headline over many worlds: what training does, and how much of that is prior alone.

Every set of parameters lives the same comparison. How its effects vary over the sets is what the
evidence leaves open. A part of that no evidence could have moved: the part that comes from numbers
which no target informs. It is told by letting these numbers be and drawing all others anew:

    share = Cov(effect of (a, b), effect of (a', b)) / Var(effect of (a, b))

where b is what is let be, and a and a' are the rest of two different sets (the first-order index of
b, Sobol 1993). Monte Carlo error is taken off the variance; it has no part in the covariance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.held import HELD, KAPPA
from sim.study import effects
from sim.study.simulate import tables
from sim.study.steps import STEPS

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: The steps of the chain that are shown.
SHOWN = (
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
    "well_being",
    "relationships",
    "dropout",
)

#: What the effect is shown along: shares of practice that reach the room.
KAPPAS = (0.0, 0.25, 0.5, 0.75, 1.0)

#: The level of the intervals over a posterior.
LEVEL = 0.9

#: The replicates of the headline's parts are numbered apart.
APART = 1_000_000


@dataclasses.dataclass(frozen=True)
class Headline:
    """What training does over the sets of a posterior.

    Attributes
    ----------
    effects : DataFrame
        One row a step: ``median``, ``mean``, ``low`` and ``high`` over the sets, in SD (``scale``
        as in `sim.study.effects`); ``benefit``, the share of the sets in which it is for the
        better; and of its variance the shares ``of_kappa``, ``of_held`` and ``of_prior`` that come
        from transfer alone, from all that may never be fitted, and from all that was not fitted.
    along_kappa : DataFrame
        One row a step and value of transfer, ``kappa``: the same over the sets, all with it.
    by_set : DataFrame
        One row a set: its effect at every step.
    """

    effects: pd.DataFrame
    along_kappa: pd.DataFrame
    by_set: pd.DataFrame


def headline(
    config: Config,
    sets: Array,
    fitted: Sequence[str],
    each: int,
    progress: Callable[[int, int], object] | None = None,
) -> Headline:
    """Live the comparison of a configuration in many worlds.

    Parameters
    ----------
    config : Config
        The comparison.
    sets : array of records
        The sets of parameters.
    fitted : sequence of str
        The parameters that were fitted.
    each : int
        How many replicates each set lives.
    progress : callable, optional
        Is told how many of the parts are done, and of how many.

    Returns
    -------
    Headline
    """
    import pandas as pd

    told = progress or (lambda _done, _all: None)
    parts = 2 + 3 + len(KAPPAS)
    trials = _lived(config, sets, each, 0)
    sds = _spreads(trials, config)
    told(1, parts)
    whole = _by_set(trials, config, sds, each)
    again = {name: values.mean(axis=1) for name, values in whole.items()}
    noise = {name: values.var(axis=1, ddof=1).mean() / each for name, values in whole.items()}
    names = sets.dtype.names or ()
    let_be = {
        "of_kappa": [KAPPA],
        "of_held": list(HELD),
        "of_prior": [name for name in names if name not in fitted],
    }
    shares: dict[str, dict[str, float]] = {}
    for part, (share, kept) in enumerate(let_be.items(), 1):
        others = np.roll(sets, len(sets) // 2 + 1).copy()
        for name in kept:
            others[name] = sets[name]
        mixed = _by_set(_lived(config, others, each, part), config, sds, each)
        for step, values in mixed.items():
            both = np.cov(again[step], values.mean(axis=1))
            left = max(0.5 * (both[0, 0] + both[1, 1]) - noise[step], 1e-12)
            shares.setdefault(step, {})[share] = min(1.0, max(0.0, float(both[0, 1] / left)))
        told(1 + part, parts)
    better = {step.name: step.better for step in STEPS}
    rows = [
        {
            "step": name,
            **_summary(values, better[name]),
            **shares[name],
        }
        for name, values in again.items()
    ]
    along = []
    for part, kappa in enumerate(KAPPAS, 1 + len(let_be)):
        set_to = sets.copy()
        set_to[KAPPA] = kappa
        at = _by_set(_lived(config, set_to, each, part), config, sds, each)
        along += [
            {"step": name, "kappa": kappa, **_summary(values.mean(axis=1), better[name])}
            for name, values in at.items()
        ]
        told(1 + part, parts)
    told(parts, parts)
    labels = {step.name: (step.label, step.scale) for step in STEPS}
    table = pd.DataFrame(rows)
    table.insert(1, "label", [labels[name][0] for name in table["step"]])
    table.insert(2, "scale", [labels[name][1] for name in table["step"]])
    return Headline(table, pd.DataFrame(along), pd.DataFrame(again))


def benefit(config: Config, sets: Array, first: int) -> Array:
    """Give the fall in symptom severity that training causes in each of some worlds, in SD.

    Parameters
    ----------
    config : Config
        The comparison.
    sets : array of records
        One replicate is lived with each.
    first : int
        The number of the first.
    """
    trials = _lived(config, sets, 1, 0, first)
    step = next(step for step in STEPS if step.name == "symptom_severity")
    return -effects.differences(trials, step, _treated(config), config.reference)


def _treated(config: Config) -> str:
    """Name the first arm besides the reference."""
    return next(arm.name for arm in config.study_arms() if arm.name != config.reference)


def _lived(config: Config, sets: Array, each: int, part: int, first: int = 0) -> pd.DataFrame:
    """Live every set so many times, and give the trials."""
    lived = dataclasses.replace(config, replicates=len(sets) * each, record="trials")
    given = np.repeat(sets, each)
    arms = lived.study_arms("same")
    start = APART * part + first
    return tables(lived, first_replicate=start, arms=arms, parameters=given)["trials"]


def _spreads(trials: pd.DataFrame, config: Config) -> Mapping[str, float]:
    """Give the SD by which each step's effect is standardised, over all sets."""
    arms = [effects.of_arm(trials, arm) for arm in (config.reference, _treated(config))]
    return {step.name: effects.spread(step, *arms) for step in STEPS if step.name in SHOWN}


def _by_set(
    trials: pd.DataFrame, config: Config, sds: Mapping[str, float], each: int
) -> dict[str, Array]:
    """Give every step's effect in SD, shape (sets, each)."""
    found = {}
    for step in STEPS:
        if step.name in sds:
            values = effects.differences(trials, step, _treated(config), config.reference)
            found[step.name] = np.nan_to_num(values).reshape(-1, each) / sds[step.name]
    return found


def _summary(values: Array, better: int) -> dict[str, float]:
    """Sum up what an effect is over the sets."""
    tail = 0.5 * (1.0 - LEVEL)
    low, median, high = np.quantile(values, [tail, 0.5, 1.0 - tail])
    return {
        "mean": float(values.mean()),
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "benefit": float((better * values > 0.0).mean()),
    }
