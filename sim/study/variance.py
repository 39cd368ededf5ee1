"""Variance: how much of what becomes of patients lies in whom.

Every therapist of an arm treats the same patients (``patients.shared``), and all of it is lived
several times with fresh luck. So what a patient brings, what a therapist does to everybody, what
lies between these two, and what would have come out otherwise the next time can be told apart;
with every patient seen once and by one therapist, as in a trial, they cannot.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import draws, engine, ensemble, manifest
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import monte_carlo

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.manifest import Links

    Array = np.ndarray[Any, Any]


class Outcome(NamedTuple):
    """What is split: its label, a column of patients, and one that is taken off it."""

    label: str
    column: str
    less: str | None = None


OUTCOMES = {
    "symptom_severity": Outcome("Symptom severity, end", "symptom_severity_post"),
    "symptom_change": Outcome(
        "Symptom severity, change", "symptom_severity_post", "symptom_severity_pre"
    ),
    "well_being": Outcome("Well-being, end", "well_being_post"),
    "relationships": Outcome("Relationships, end", "relationships_post"),
    "alliance": Outcome("Alliance, last session", "alliance_late"),
}

#: The parts that add up to the whole, and those of chance.
PARTS = ("therapist", "patient", "dyad", "chance")
OF_CHANCE = ("chance_of_therapist", "chance_of_patient", "chance_of_dyad")

#: It takes that many of everything to tell one part from another.
FEWEST = 2


@dataclasses.dataclass(frozen=True, eq=False)
class Split:
    """How the variance of outcome is split.

    Attributes
    ----------
    results : Results
        Its table ``variance`` holds the components of every replicate.
    shares : DataFrame
        One row an arm, outcome and part: the ``share`` of the variance, with its 95% Monte Carlo
        interval ``low`` to ``high`` over replicates, and the ``variance`` itself; of a world that
        is many sets of parameters, `low` to `high` hold 95% of the sets instead. Therapist,
        patient, dyad and chance add up to 1; ``chance_of_…`` are parts of chance.
    """

    results: Results
    shares: pd.DataFrame

    @property
    def question(self) -> str:
        """What is asked."""
        config = self.results.config
        return (
            f"{config.therapists.n} therapists treat the same "
            f"{config.patients.per_therapist} patients, {config.luck_draws} times over with fresh "
            f"luck, in {config.replicates} replicates: how much of what becomes of patients lies "
            "in whom?"
        )


def variance(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Split:
    """Split the variance of outcome into patient, therapist, dyad and chance.

    Parameters
    ----------
    config : Config
        The configuration; with ``patients.total``, therapists share as many patients as the
        smallest caseload has.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress : callable, optional
        Is told the number of replicates done.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Split

    Raises
    ------
    ConfigurationError
        If there is but one therapist, or one patient.
    """
    import numpy as np
    import pandas as pd

    started = time.perf_counter()
    lived = crossed(config)
    found: dict[str, list[Array]] = {name: [] for name in OUTCOMES}
    for draw in range(config.luck_draws):
        luck = (int(config.seed.luck) + draw) % (draws.LARGEST_SEED + 1)
        fresh = dataclasses.replace(lived, seed=dataclasses.replace(config.seed, luck=luck))
        parts = engine.lived(
            fresh,
            fresh.replicates,
            "patients",
            _all_values,
            links=links,
            progress=_counted(progress, draw, config.luck_draws, config.replicates),
            say=say,
        )
        lives = list(parts)
        for name, kept in found.items():
            kept.append(np.concatenate([part[name] for part in lives]))
    arms = [arm.name for arm in lived.study_arms()]
    rows = []
    for name, kept in found.items():
        values = np.stack(kept, axis=-1)  # replicate, arm, therapist, patient, luck
        for code, arm in enumerate(arms):
            split = components(values[:, code])
            rows.append(pd.DataFrame({"arm": arm, "outcome": name, **split}))
            rows[-1].insert(0, "replicate", np.arange(len(values)))
    table = pd.concat(rows, ignore_index=True)
    table["arm"] = table["arm"].astype(pd.CategoricalDtype(arms, ordered=True))
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    return of(Results({"variance": table}, described, config))


def of(results: Results) -> Split:
    """Work the shares out from components that are there already."""
    import pandas as pd

    rows = []
    table = results.variance
    many = results.config.world.sets is not None
    for (arm, name), one in table.groupby(["arm", "outcome"], sort=False, observed=True):
        sets = ensemble.which(results.config, one["replicate"].to_numpy()) if many else None
        total = one[list(PARTS)].sum(axis=1).to_numpy()
        for part in (*PARTS, *OF_CHANCE):
            values = one[part].to_numpy()
            share = (
                monte_carlo.ratio(values, total)
                if sets is None
                else monte_carlo.over_sets(values / total, sets)
            )
            rows.append(
                {
                    "arm": arm,
                    "outcome": name,
                    "label": OUTCOMES[str(name)].label,
                    "part": part,
                    "share": share.mean,
                    "low": share.low,
                    "high": share.high,
                    "variance": monte_carlo.mean(values).mean,
                    "replicates": share.replicates,
                }
            )
    return Split(results, pd.DataFrame(rows))


def crossed(config: Config) -> Config:
    """Give the configuration in which all therapists of an arm treat the same patients.

    Raises
    ------
    ConfigurationError
        If there is but one therapist, or one patient.
    """
    each = min(config.caseloads())
    for key, many in (("therapists.n", config.therapists.n), ("patients.per_therapist", each)):
        if many < FEWEST:
            raise ConfigurationError(
                f"{key}={many} is too few to split variance: it takes {FEWEST} or more"
            )
    patients = dataclasses.replace(config.patients, shared=True, per_therapist=each, total=None)
    return dataclasses.replace(config, patients=patients)


def components(values: Array) -> Mapping[str, Array]:
    """Estimate the components of variance of a crossed design, by the analysis of variance.

    With J therapists, K patients and L draws of luck, one value each, and mean squares M of
    therapists (T), patients (P), their pairs (D), of therapists and patients by luck (TL, PL), and
    the rest (E):

        dyad = (M_D - M_E) / L
        chance_of_therapist = (M_TL - M_E) / K      chance_of_patient = (M_PL - M_E) / J
        therapist = (M_T - M_D - M_TL + M_E) / (K L)
        patient = (M_P - M_D - M_PL + M_E) / (J L)

    and chance is M_E + chance_of_therapist + chance_of_patient. A component of a single replicate
    may be negative; only the means over replicates are meant to be read (Searle, Casella &
    McCulloch 1992). Nothing is common to everybody under one draw of luck.

    Parameters
    ----------
    values : array
        By replicate, therapist, patient and draw of luck.

    Returns
    -------
    mapping of str to array
        For every replicate, each of `PARTS` and `OF_CHANCE`.
    """
    _, j, k, l = values.shape
    grand = _mean(values, 1, 2, 3)
    t, c, u = _mean(values, 2, 3), _mean(values, 1, 3), _mean(values, 1, 2)
    tc, tu, cu = _mean(values, 3), _mean(values, 2), _mean(values, 1)
    m_t = _square(t - grand, (j - 1) / (k * l))
    m_p = _square(c - grand, (k - 1) / (j * l))
    m_d = _square(tc - t - c + grand, (j - 1) * (k - 1) / l)
    m_tl = _square(tu - t - u + grand, (j - 1) * (l - 1) / k)
    m_pl = _square(cu - c - u + grand, (k - 1) * (l - 1) / j)
    rest = values - tc - tu - cu + t + c + u - grand
    m_e = _square(rest, (j - 1) * (k - 1) * (l - 1))
    of_therapist, of_patient = (m_tl - m_e) / k, (m_pl - m_e) / j
    return {
        "therapist": (m_t - m_d - m_tl + m_e) / (k * l),
        "patient": (m_p - m_d - m_pl + m_e) / (j * l),
        "dyad": (m_d - m_e) / l,
        "chance": m_e + of_therapist + of_patient,
        "chance_of_therapist": of_therapist,
        "chance_of_patient": of_patient,
        "chance_of_dyad": m_e,
    }


def _mean(values: Array, *axes: int) -> Array:
    """Average over some of the factors, and keep their places."""
    mean: Array = values.mean(axis=axes, keepdims=True)
    return mean


def _square(effects: Array, freedom: float) -> Array:
    """Give the mean square of effects, replicate by replicate."""
    mean: Array = (effects * effects).sum(axis=(1, 2, 3)) / freedom
    return mean


def _all_values(block: Block) -> dict[str, Array]:
    """Take every outcome from a block."""
    return {name: _values(one, block) for name, one in OUTCOMES.items()}


def _values(outcome: Outcome, block: Block) -> Array:
    """Take an outcome from a block: by replicate, arm, therapist and patient."""
    rows = block.rows.patients
    values: Array = rows[outcome.column].copy()
    return values if outcome.less is None else values - rows[outcome.less]


def _counted(
    progress: Callable[[int], object] | None, draw: int, of_all: int, replicates: int
) -> Callable[[int], object] | None:
    """Tell replicates done, each lived several times."""
    if progress is None:
        return None
    return lambda done: progress(round((draw * replicates + done) / of_all))
