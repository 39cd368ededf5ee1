"""The two ends of the profile, in words: what makes the effect small there, or large."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.space import normal
from sim.engine.edges import STAGES
from sim.study import decomposition, variance
from sim.study.splits import OUTCOMES

if TYPE_CHECKING:
    from sim.calibration.profile import Extreme
    from sim.calibration.space import Space
    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: Of the technical part of how therapists differ.
TECHNICAL = ("technique_spread", "conceptualisation_spread")

#: So many parameters are named as those that lie farthest from the calibrated world.
NAMED = 6

#: How far that is at least, in standard deviations of the prior.
FAR = 0.05

#: Replicates: of the split of variance, and of the split of the effect.
VARIANCE, EFFECT = 60, 12

#: An effect smaller than this has no parts worth telling.
NOTHING = 0.003


@dataclasses.dataclass(frozen=True)
class Portrait:
    """A world at an end of the profile.

    Attributes
    ----------
    which : str
        ``smallest`` or ``largest``.
    effect, error : float
        The fall in symptom severity that training causes, in SD, and its Monte Carlo error.
    outside : tuple of str
        Targets that left their bands.
    share, technical : float
        The therapist's share of the variance of outcome, and how much of it goes with technique
        and conceptualising alone.
    routes : tuple of (str, float)
        The routes into the patient, with their share of the effect, the largest first.
    moved : tuple of (str, float, float)
        The parameters farthest from the calibrated world: name, value there, prior quantile.
    """

    which: str
    effect: float
    error: float
    outside: tuple[str, ...]
    share: float
    technical: float
    routes: tuple[tuple[str, float], ...]
    moved: tuple[tuple[str, float, float], ...]

    @property
    def words(self) -> str:
        """Describe the world in a few sentences."""
        held = (
            "every target that the calibrated world meets stays in its band, or nearer to it than "
            "twice its Monte Carlo error"
            if not self.outside
            else f"but {', '.join(self.outside)} left the band"
        )
        moved = ", ".join(f"{name} at {value:.3g} ({_place(u)})" for name, value, u in self.moved)
        carried = (
            "no route carries anything"
            if not self.routes
            else "it is carried by " + ", ".join(f"{n} ({100 * s:.0f}%)" for n, s in self.routes)
        )
        return (
            f"The {self.which} effect found: symptom severity falls by {self.effect:.3f} SD "
            f"(± {1.96 * self.error:.3f}) through training, with all that is neither fitted nor "
            f"held at its prior median; {held}. Therapists make up "
            f"{100 * self.share:.1f}% of the variance of outcome there, "
            f"{100 * self.technical:.1f}% by technique and case conceptualisation and "
            f"{100 * (self.share - self.technical):.1f}% by the relationship; {carried}. "
            f"Farthest from the calibrated world: {moved}."
        )


def portrait(
    config: Config,
    space: Space,
    extreme: Extreme,
    values: Array,
    home: Array,
    outside: tuple[str, ...],
    *,
    replicates: float = 1.0,
) -> Portrait:
    """Look closely at a world at an end of the profile.

    Parameters
    ----------
    config : Config
        The comparison.
    space : Space
        The parameters.
    extreme : Extreme
        The world.
    values : array of records
        Its parameters, shape (1,).
    home : array
        The calibrated world, in the cube.
    outside : tuple of str
        The targets that left their bands.
    replicates : float
        A factor on the replicates of the splits.
    """
    numbers = {name: float(values[name][0]) for name in space.names}
    whole = _therapist_share(config, numbers, replicates)
    without = _therapist_share(config, numbers | dict.fromkeys(TECHNICAL, 0.0), replicates)
    far = np.abs(normal(extreme.world.u) - normal(home))
    most = [int(i) for i in np.argsort(-far, kind="stable")[:NAMED] if far[i] > FAR]
    u = extreme.world.u
    moved = tuple((space.names[i], numbers[space.names[i]], float(u[i])) for i in most)
    routes: tuple[tuple[str, float], ...] = ()
    if abs(extreme.effect) > NOTHING:
        routes = _routes(config, numbers, replicates)
    return Portrait(
        extreme.which, extreme.effect, extreme.error, outside, whole, max(0.0, whole - without),
        routes, moved,
    )  # fmt: skip


def _in(config: Config, numbers: dict[str, float], study: str, replicates: float) -> Config:
    """Give a configuration with other parameters."""
    return dataclasses.replace(
        config,
        study=dataclasses.replace(config.study, name=study),
        parameters=dataclasses.replace(config.parameters, **numbers),
        replicates=max(2, round(replicates)),
        record="trials",
    )


def _therapist_share(config: Config, numbers: dict[str, float], replicates: float) -> float:
    """Give the therapist's share of the variance of outcome among the untrained."""
    lived = _in(config, numbers, "variance", VARIANCE * replicates)
    shares = variance.variance(lived).shares
    own = shares[(shares["arm"] == config.reference) & (shares["outcome"] == "symptom_severity")]
    return float(own[own["part"] == "therapist"]["share"].iloc[0])


def _routes(
    config: Config, numbers: dict[str, float], replicates: float
) -> tuple[tuple[str, float], ...]:
    """Give the routes into the patient with their shares of the effect."""
    lived = _in(config, numbers, "decomposition", EFFECT * replicates)
    table = decomposition.decomposition(lived).effects
    stage = list(STAGES)[-1]
    own = table[(table["outcome"] == OUTCOMES[0]) & (table["stage"] == stage)]
    own = own[own["edge"].isin(list(STAGES[stage]))].sort_values("share", ascending=False)
    return tuple((str(row["label"]).lower(), float(row["share"])) for _, row in own.iterrows())


def _place(u: float) -> str:
    """Say where in its prior a number lies."""
    return f"{100 * u:.0f}th percentile of its prior" if 0.01 < u < 0.99 else "an end of its prior"  # noqa: PLR2004
