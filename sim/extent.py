"""The extent of a calibration: how many worlds it simulates, and for what.

`sim.schema` makes a group of the configuration of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass
class Extent:
    """How large a calibration is.

    Attributes
    ----------
    trajectories : int
        Of Morris screening.
    fitted : int
        How many parameters are fitted at most.
    worlds, nearer, rounds, core : int
        How many worlds the pool has: over all priors; in each of so many rounds nearer to the
        evidence; and with all that is not fitted at its prior median.
    share : float
        The share of the pool that a posterior is made of.
    sets : int
        How many sets of parameters a posterior has.
    candidates : int
        How many sets are tried as the calibrated world.
    truths : int
        How many known worlds are looked for.
    fits : int
        How many fits there are, each from another start and seed.
    generations, repeats : int
        Of each search (a fit has twice as many), and how often each candidate is simulated.
    fresh : int
        How often what is found is simulated anew.
    size : float
        Of the virtual studies, by the number of their therapists.
    each : int
        How many replicates of the headline's comparison each set of parameters lives.
    """

    trajectories: int = 12
    fitted: int = 24
    worlds: int = 4096
    nearer: int = 2048
    rounds: int = 2
    core: int = 2048
    share: float = 0.25
    sets: int = 512
    candidates: int = 256
    truths: int = 250
    fits: int = 2
    generations: int = 40
    repeats: int = 3
    fresh: int = 64
    size: float = 1.0
    each: int = 4


@dataclasses.dataclass
class Calibration(Extent):
    """An extent that can be chosen: it says its name, what it is, and why."""

    name: str = "???"  # has to be given
    about: str = ""
    source: str = ""


#: The tables that a calibration keeps.
TABLES = (
    "targets",
    "settings",
    "ridges",
    "recovery",
    "sets",
    "predicted",
    "headline",
    "along_kappa",
    "by_set",
)

#: The range of every number.
RANGES: Mapping[str, tuple[float, float]] = {
    "calibration.trajectories": (2, 1000),
    "calibration.fitted": (1, 60),
    "calibration.worlds": (256, 1_000_000),
    "calibration.nearer": (256, 1_000_000),
    "calibration.rounds": (1, 20),
    "calibration.core": (256, 1_000_000),
    "calibration.share": (0.05, 1.0),
    "calibration.sets": (16, 100_000),
    "calibration.candidates": (16, 10_000),
    "calibration.truths": (10, 100_000),
    "calibration.fits": (1, 100),
    "calibration.generations": (1, 10_000),
    "calibration.repeats": (1, 1000),
    "calibration.fresh": (2, 1000),
    "calibration.size": (0.05, 100.0),
    "calibration.each": (2, 1000),
}
