"""Virtual studies: where and with whom the published figures were found, lived by the engine.

Each study is lived once for every parameter set, as the replicate of that set's number, and shared
by all statistics that are computed in it.
"""

from __future__ import annotations

import dataclasses
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import columns, estimators
from sim.calibration.targets import targets
from sim.configuration import configure
from sim.engine import run
from sim.schema import RECORD_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.computing import Engine
    from sim.configuration import Config

#: So many parameter sets are lived at a time: a block of a second or two.
AT_ONCE = 16


@dataclasses.dataclass(frozen=True)
class VirtualStudy:
    """A population, a setting, and whom it follows.

    Attributes
    ----------
    words : tuple of str
        The choices, in the words of the command line.
    therapists, patients : int
        How many therapists, and patients of each.
    arms : tuple of str
        The programmes whose therapists are compared; none in a study of patients.
    """

    words: tuple[str, ...]
    therapists: int
    patients: int
    arms: tuple[str, ...] = ("none",)


#: Nobody is treated, and time passes.
WAITING = "setting=waiting_list"

STUDIES: dict[str, VirtualStudy] = {
    "outpatients": VirtualStudy(
        ("therapists=experienced", "patients=outpatients", "setting=weekly_outpatient"), 100, 14
    ),
    "counselling": VirtualStudy(
        ("therapists=experienced", "patients=outpatients", "setting=open_counselling"), 20, 10
    ),
    "inpatients": VirtualStudy(
        (
            "therapists=experienced",
            "patients=severe_inpatients",
            "setting=twice_weekly_inpatient",
            "setting.weeks=5",
        ),
        10,
        10,
    ),
    "waiting": VirtualStudy(("patients=outpatients", WAITING), 20, 20),
    "waiting_mild": VirtualStudy(("patients=mild_outpatients", WAITING), 20, 20),
    "community": VirtualStudy(("patients=community", WAITING, "setting.weeks=1"), 40, 20),
    "programmes": VirtualStudy(
        ("therapists=trainees", WAITING, "setting.weeks=1"),
        180,
        1,
        ("none", "mbsr", "loving_kindness", "usual_training"),
    ),
}


def statistics(
    parameters: NDArray[Any],
    *,
    size: float = 1.0,
    seed: int = 1,
    first: int = 0,
    engine: Engine | None = None,
) -> NDArray[np.float64]:
    """Compute every target's statistic in worlds of given parameters.

    Parameters
    ----------
    parameters : array of parameter records, shape (n,)
        The parameter sets (`sim.parameters.dtype`).
    size : float
        Factor on the number of therapists of every study; 1 is the size meant for calibration.
    seed : int
        Seed of people and luck.
    first : int
        The number of the first set: set i is lived as replicate ``first + i``, so that a part of
        the sets gives the same rows as the whole.
    engine : Engine, optional
        What lives them, and with how many threads; that of the default configuration if not given.

    Returns
    -------
    array of float, shape (n, number of targets)
        In the order of `targets`; NaN where a statistic cannot be computed.
    """
    answers = np.full((len(parameters), len(targets())), np.nan)
    for start in range(0, len(parameters), AT_ONCE):
        some = slice(start, min(start + AT_ONCE, len(parameters)))
        for name in STUDIES:
            config = composed(name, size, seed)
            if engine is not None:
                config = dataclasses.replace(config, engine=engine)
            _answer(config, name, parameters[some], answers[some], first + start)
    return answers


def _answer(
    config: Config,
    name: str,
    parameters: NDArray[Any],
    answers: NDArray[np.float64],
    first: int,
) -> None:
    """Live one study with some parameter sets, and fill in what is computed in it."""
    asked = [(at, target) for at, target in enumerate(targets()) if target.study == name]
    if not asked:
        return
    level = max((target.level for _, target in asked), key=RECORD_LEVELS.index)
    done = 0
    arms = config.study_arms()[: len(STUDIES[name].arms)]
    for block in run(
        config, len(parameters), level, first_replicate=first, parameters=parameters, arms=arms
    ):
        part = slice(done, done + block.replicates)
        lived = columns.Lived(block, parameters[part], int(config.seed.both))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # what cannot be computed is NaN
            for at, target in asked:
                given = columns.given(lived, target.level, target.columns)
                estimator = estimators.ESTIMATORS[target.statistic]
                answers[part, at] = estimator(**given, **target.arguments)
        done += block.replicates


@cache
def composed(name: str, size: float, seed: int) -> Config:
    """Compose a study's configuration."""
    study = STUDIES[name]
    return configure(
        "study=simulate",
        *study.words,
        f"therapists.n={max(2, round(study.therapists * size))}",
        f"patients.per_therapist={study.patients}",
        f"seed={seed}",
        *_arms(study),
        "setting.follow_up_weeks=0",
    )


def _arms(study: VirtualStudy) -> tuple[str, ...]:
    """Tell which programmes are followed, and in how many weeks before the treatment."""
    if len(study.arms) == 1:
        return (f"training={study.arms[0]}", "setting.lead_in_weeks=0")
    return (f"arms=[{','.join(study.arms)}]", "setting.lead_in_weeks=8")
