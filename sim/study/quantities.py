"""Quantities: what a ladder of knock-outs reads off a study, at the steps of the chain and beside.

The steps of the chain are means of trials. Some expectations of the theory are about something
else: how an alliance goes with the outcome it is followed by, how much of the variance lies between
the two who meet, how well a patient is read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from sim import engine
from sim.errors import ConfigurationError
from sim.schema import Config
from sim.study import effects, simulate, variance
from sim.study.steps import STEPS, Step

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.engine.blocks import Block
    from sim.manifest import Links

    Values = NDArray[np.float64]

    #: By quantity, the untrained and the trained arm's value in each replicate.
    Read = dict[str, tuple[Values, Values]]

#: Means of trials besides the steps of the chain that an expectation may be about.
BESIDE = (
    Step(
        name="mindfulness_score",
        label="Mindfulness score (FMI)",
        place="therapist",
        columns=("therapist_fmi_self_post",),
        unit="14–56",
        scale="therapists",
    ),
    Step(
        name="self_compassion_score",
        label="Self-compassion score (SCS)",
        place="therapist",
        columns=("therapist_scs_self_post",),
        unit="1–5",
        scale="therapists",
    ),
    Step(
        name="self_kindness",
        label="Kindness toward oneself",
        place="therapist",
        columns=("therapist_self_kindness_post",),
        unit="level 0–1",
        scale="therapists",
    ),
    Step(
        name="bowl_capacity_in_the_room",
        label="Capacity of the bowl, in the room",
        place="therapist",
        columns=("therapist_bowl_capacity_room",),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="decentring_in_the_room",
        label="Decentring, in the room",
        place="therapist",
        columns=("therapist_decentring_room",),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="intention_in_the_room",
        label="Relational intention, in the room",
        place="therapist",
        columns=("therapist_intention_room",),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="technique_in_the_room",
        label="Technique, in the room",
        place="therapist",
        columns=("therapist_technique_room",),
        unit="SD",
        scale="trait",
    ),
    Step(
        name="overflows_per_session",
        label="Overflows per session",
        place="dyad",
        columns=("overflows",),
        per="sessions_attended",
        unit="per session",
        scale="patients",
        better=-1,
    ),
    Step(
        name="share_caught",
        label="Lapses caught in time",
        place="dyad",
        columns=("catches",),
        per="lapses",
        unit="share",
        scale="yes or no",
    ),
    Step(
        name="share_of_attempts",
        label="Attempts that work through",
        place="dyad",
        columns=("repaired",),
        per="attempts",
        unit="share",
        scale="yes or no",
    ),
    Step(
        name="safety",
        label="Safety, last session",
        place="dyad",
        columns=("safety_late",),
        unit="level 0–1",
        scale="patients",
    ),
    Step(
        name="fears",
        label="Fears, end",
        place="patient",
        columns=("fear_rejection_post", "fear_harm_post"),
        unit="level 0–1",
        scale="patients",
        better=-1,
    ),
    Step(
        name="accepting",
        label="Accepting own feelings, against the rest",
        place="patient",
        columns=("accepting_post",),
        unit="SD",
        scale="intake",
    ),
)

#: So many replicates are read segment by segment.
FEW = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Other:
    """A quantity that is no mean of trials.

    Attributes
    ----------
    name, label, unit : str
        As of a step.
    take : callable
        Reads it off a study: untrained and trained, in each replicate.
    better : int
        +1 if more is better, -1 if less is.
    """

    name: str
    label: str
    unit: str
    take: Callable[[Config, Links | None], tuple[Values, Values]]
    better: int = 1

    @property
    def place(self) -> str:
        """Such a quantity has no place in the chain."""
        return ""


def _alliance_outcome(config: Config, links: Links | None) -> tuple[Values, Values]:
    """Correlate the patients' alliance at half time with their symptoms at the end, trial by trial.

    Both as patients report them, and freed from what symptoms at intake say of them.
    """
    import numpy as np

    lived = dataclasses.replace(config, record="patients")
    patients = simulate.tables(lived, links=links)["patients"]
    names = ["wai_patient_mid", "gsi_self_post", "gsi_self_pre"]
    found = []
    for arm in _arms(config):
        rows = patients[patients["arm"] == arm].dropna(subset=names)
        by_trial = rows.groupby("replicate")[names]
        pairs = [np.corrcoef(one.to_numpy().T)[np.tril_indices(3, -1)] for _, one in by_trial]
        alliance_end, alliance_intake, intake_end = np.transpose(pairs)
        freed = (1.0 - alliance_intake**2) * (1.0 - intake_end**2)
        found.append((alliance_end - alliance_intake * intake_end) / np.sqrt(freed))
    return found[0], found[1]


def _dyads(config: Config, links: Links | None) -> tuple[Values, Values]:
    """Give the variance of the alliance that lies between two who meet, in each replicate."""
    lived = dataclasses.replace(config, luck_draws=variance.FEWEST)
    table = variance.variance(lived, links=links).results.variance
    table = table[table["outcome"] == "alliance"]
    untrained, trained = (
        table[table["arm"] == arm].sort_values("replicate")["dyad"].to_numpy()
        for arm in _arms(config)
    )
    return untrained, trained


def _means_read(block: Block) -> list[Values]:
    """Give how well patients are read in each replicate of a block, arm by arm."""
    import numpy as np

    read = np.where(block.rows.attended[..., None], block.rows.segments["read"], np.nan)
    return [np.nanmean(one, axis=(1, 2, 3, 4)) for one in np.moveaxis(read, 1, 0)]


def _reading(config: Config, links: Links | None) -> tuple[Values, Values]:
    """Give how well patients are read, over the segments of some replicates."""
    import numpy as np

    many = min(FEW, config.replicates)
    means = list(engine.lived(config, many, "segments", _means_read, links=links))
    by_arm = dict(
        zip(config.programmes(), map(np.concatenate, zip(*means, strict=True)), strict=True)
    )
    untrained, trained = _arms(config)
    return by_arm[untrained], by_arm[trained]


#: What takes more than the means of trials, by name.
OTHERS = (
    Other("reading", "How well the patient is read", "level 0–1", _reading),
    Other("dyad_variance", "Alliance: variance between the two", "level²", _dyads),
    Other(
        "alliance_outcome",
        "Alliance with outcome (r)",
        "partial r",
        _alliance_outcome,
        better=-1,
    ),
)

#: All that an expectation may be about, by name.
ALL: Mapping[str, Step | Other] = {one.name: one for one in (*STEPS, *BESIDE, *OTHERS)}


def read(
    config: Config,
    others: Iterable[str] = (),
    links: Links | None = None,
    say: Callable[[str], object] | None = None,
) -> Read:
    """Live a study and read everything off it.

    Parameters
    ----------
    config : Config
        The configuration; two arms, the same people in both.
    others : iterable of str
        Which of `OTHERS` to read as well.
    links : mapping of str to callable, optional
        Links of the user's own.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    dict of str to tuple of array
        By name: the values of the arm of reference and of the other, by replicate.
    """
    trials: pd.DataFrame = simulate.tables(config, links=links, say=say)["trials"]
    untrained, trained = (effects.of_arm(trials, arm) for arm in _arms(config))
    found = {
        step.name: (effects.value(step, untrained), effects.value(step, trained))
        for step in (*STEPS, *BESIDE)
    }
    wanted = set(others)
    return found | {one.name: one.take(config, links) for one in OTHERS if one.name in wanted}


def _arms(config: Config) -> tuple[str, str]:
    """Name the arm of reference and the one held against it.

    Raises
    ------
    ConfigurationError
        If there are more than these two.
    """
    others = [name for name in config.programmes() if name != config.reference]
    if len(others) != 1:
        raise ConfigurationError(
            f"arms names {len(others) + 1} programmes: attune {config.study.name} compares two"
        )
    return config.reference, others[0]
