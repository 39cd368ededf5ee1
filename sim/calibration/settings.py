"""How large a calibration is."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass
class Settings:
    """The numbers of a calibration.

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
        Of each search, and how often each of its candidates is simulated.
    fresh : int
        How often what is found is simulated anew.
    size : float
        Of the virtual studies, by the number of their therapists.
    """

    trajectories: int = 8
    fitted: int = 20
    worlds: int = 4096
    nearer: int = 2048
    rounds: int = 2
    core: int = 2048
    share: float = 0.25
    sets: int = 512
    candidates: int = 256
    truths: int = 250
    fits: int = 3
    generations: int = 40
    repeats: int = 4
    fresh: int = 64
    size: float = 1.0
