"""A sample: some of a study's replicates once more, session by session, for what is drawn.

Most studies keep one row a trial. What a figure shows of patients and sessions is taken from the
first replicates of the same study, lived again; since every draw has an address, they are the
very replicates that the study summed up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.results import Results
from sim.study.simulate import simulate

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links

#: At most so many replicates, and about so many patients an arm.
REPLICATES, PATIENTS = 40, 5040

#: A single replicate with more sessions than this would fill the memory of a small machine.
MOST_SESSIONS = 4_000_000

#: What names a therapist, a patient and a session within an arm.
THERAPIST = ["replicate", "therapist"]
PATIENT = [*THERAPIST, "patient"]
SESSION = [*PATIENT, "session"]


def size(config: Config) -> int:
    """Tell how many replicates a sample takes; none where a single one is too large.

    Parameters
    ----------
    config : Config
        The resolved configuration.

    Returns
    -------
    int
        0 to `REPLICATES`.
    """
    patients = sum(config.caseloads())
    sessions = patients * config.setting.weeks * config.setting.sessions_per_week
    if sessions * len(config.study_arms()) > MOST_SESSIONS:
        return 0
    return max(1, min(REPLICATES, config.replicates, PATIENTS // patients))


def take(
    results: Results, links: Links | None = None, say: Callable[[str], object] | None = None
) -> Results | None:
    """Live the first replicates of a study again, and keep every session.

    Parameters
    ----------
    results : Results
        Those of the study.
    links : mapping of str to callable, optional
        Links of the user's own, if the study had some.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Results or None
        With ``patients`` and ``sessions``; none where they would be too many.
    """
    replicates = size(results.config)
    if replicates == 0:
        return None
    return simulate(results.config, replicates=replicates, record="sessions", links=links, say=say)


def pairs(rows: pd.DataFrame, arm: str, reference: str, keys: list[str]) -> pd.DataFrame:
    """Put the rows of the same people in two arms side by side.

    Parameters
    ----------
    rows : DataFrame
        Tidy rows with an ``arm``.
    arm, reference : str
        The two arms.
    keys : list of str
        What names a row within an arm.

    Returns
    -------
    DataFrame
        Indexed by the keys; the difference arm minus reference of every other column of numbers.
        Empty if the arms have people of their own.
    """
    numbers = rows.select_dtypes("number").columns.difference(keys)
    one, other = (
        rows.loc[rows["arm"] == name, [*keys, *numbers]].set_index(keys)
        for name in (arm, reference)
    )
    both = one.index.intersection(other.index)
    difference: pd.DataFrame = one.loc[both] - other.loc[both]
    return difference
