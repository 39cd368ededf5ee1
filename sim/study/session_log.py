"""A session read slowly: one therapist with one patient, and the same two with the other training.

What is told is what the ledger wrote down of them, nothing else. The words are chosen above, in
`sim.narrative`.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim import manifest
from sim.errors import ConfigurationError
from sim.results import Results
from sim.schema import SLOTS, TRAINED
from sim.study import session_search, simulate
from sim.study.partings import Parting, Twin, first_difference, first_parting

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links

#: What is looked for where no sessions are named.
DEFAULT_FIND = "repaired_rupture"


@dataclasses.dataclass(frozen=True, eq=False)
class SessionLog:
    """One or more sessions of one dyad, in the world that is told and in the twin's.

    Attributes
    ----------
    results : Results
        The rows of this dyad, both worlds.
    replicate, therapist, patient : int
        Who, as numbered in the tables.
    told, twin : Twin
        The world that is told, that of the reference; and the one beside it.
    numbers : tuple of int
        The sessions that are told; each took place in the world that is told.
    found : Found or None
        How they were found, if they were looked for.
    parting : Parting or None
        Where something first happens in one of the two worlds only.
    first_difference : Parting or None
        Where any number first differs.
    """

    results: Results
    replicate: int
    therapist: int
    patient: int
    told: Twin
    twin: Twin
    numbers: tuple[int, ...]
    found: session_search.Found | None
    parting: Parting | None
    first_difference: Parting | None

    @property
    def place(self) -> int:
        """The patient's place in the caseload, from 0."""
        return self.patient % SLOTS

    @property
    def minutes(self) -> int:
        """How long a segment lasts."""
        return int(self.results.config.setting.segment_minutes)


def session_log(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> SessionLog:
    """Live a study, and take one or more sessions of one dyad out of it.

    Parameters
    ----------
    config : Config
        The configuration of ``attune session``: whom, which sessions, or what to look for.
    links : mapping of str to callable, optional
        Links of your own, such as ``{"rupture.onset": my_onset}``.
    progress : callable, optional
        Is told the number of replicates that were searched.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    SessionLog

    Raises
    ------
    ConfigurationError
        If there is no such therapist, patient or session, or nothing of the kind was found.
    """
    started = time.perf_counter()
    study, arms = config.study, _arms(config)
    therapist, patient = _whom(config)
    event = study.find or (DEFAULT_FIND if study.sessions is None else None)
    if event is None:
        therapist, patient = therapist or 0, patient if patient is not None else 0
    found, lived = None, {}
    first = int(study.first_replicate)
    for replicate in range(first, first + (config.replicates if event is not None else 1)):
        lived = _live(config, replicate, links, say)
        if progress is not None:
            progress(replicate - first + 1)
        if event is not None:
            found = session_search.search(event, lived["segments"], arms, therapist, patient)
        if event is None or found is not None:
            break
    if event is not None and found is None:
        many = f"{config.replicates} replicate{'s' if config.replicates > 1 else ''}"
        raise ConfigurationError(
            f"study.find={event}: there is no such session in {many} of this study; more "
            "replicates, or another therapist or patient, may have one"
        )
    if found is not None:
        therapist, who = found.therapist, found.patient
    else:
        therapist = therapist or 0
        who = _id(config, therapist, patient or 0)
    rows = {
        level: _of(table, therapist, who) for level, table in lived.items() if level != "trials"
    }
    programmes = {name: one.name for name, one in config.programmes().items()}
    told, twin = (_twin(arm, programmes[arm], rows) for arm in arms)
    numbers = _numbers(config, told, found)
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    return SessionLog(
        results=Results(rows, described, config),
        replicate=replicate,
        therapist=therapist,
        patient=who,
        told=told,
        twin=twin,
        numbers=numbers,
        found=found,
        parting=first_parting(told, twin),
        first_difference=first_difference(told, twin),
    )


def _arms(config: Config) -> tuple[str, str]:
    """Name the arm that is told, and the twin's: the arm *trained*, or the first other one."""
    others = [name for name in config.programmes() if name != config.reference]
    return config.reference, TRAINED if TRAINED in others else others[0]


def _live(
    config: Config, replicate: int, links: Links | None, say: Callable[[str], object] | None
) -> dict[str, pd.DataFrame]:
    """Live one replicate, every five minutes kept."""
    one = dataclasses.replace(config, replicates=1, record="segments")
    wanted = _arms(config)
    arms = [arm for arm in config.study_arms("same") if arm.name in wanted]
    return simulate.tables(one, first_replicate=replicate, arms=arms, links=links, say=say)


def _whom(config: Config) -> tuple[int | None, int | None]:
    """Tell the therapist and the patient asked for, as numbered in the tables; none: any."""
    study, caseloads = config.study, config.caseloads()
    therapist, patient = study.therapist, study.patient
    if therapist is not None and therapist >= len(caseloads):
        raise ConfigurationError(
            f"study.therapist={therapist} does not exist: there are {len(caseloads)} therapists, "
            f"numbered from 0 to {len(caseloads) - 1}"
        )
    if patient is None:
        return therapist, None
    if therapist is None:
        therapist = 0 if config.patients.shared else patient // SLOTS
    return therapist, _id(config, therapist, patient)


def _id(config: Config, therapist: int, patient: int) -> int:
    """Give the number in the tables of a patient who may be named by the place in the caseload."""
    caseloads = config.caseloads()
    owner = 0 if config.patients.shared else therapist
    slot = patient if patient < SLOTS else patient - owner * SLOTS
    if therapist >= len(caseloads) or not 0 <= slot < caseloads[therapist]:
        there = therapist < len(caseloads)
        many = caseloads[therapist] if there else 0
        has = (
            f"therapist {therapist} has {many} patients, numbered from {owner * SLOTS} to "
            f"{owner * SLOTS + many - 1}, or from 0 to {many - 1} by their place in the caseload"
        )
        raise ConfigurationError(
            f"study.patient={patient} does not exist: "
            + (has if there else f"there are {len(caseloads)} therapists")
        )
    return owner * SLOTS + slot


def _of(table: pd.DataFrame, therapist: int, patient: int) -> pd.DataFrame:
    """Take the rows of one dyad out of a table."""
    mine = table["therapist"] == therapist
    if "patient" in table:
        mine &= table["patient"] == patient
    return table[mine].reset_index(drop=True)


def _twin(arm: str, programme: str, rows: Mapping[str, pd.DataFrame]) -> Twin:
    """Take one arm out of the rows of a dyad."""
    told: dict[str, list[dict[str, Any]]] = {
        level: [
            {str(name): value for name, value in row.items()}
            for row in table[table["arm"] == arm].to_dict("records")
        ]
        for level, table in rows.items()
    }
    return Twin(
        arm=arm,
        programme=programme,
        therapist=told["therapists"][0],
        patient=told["patients"][0],
        sessions={row["session"]: row for row in told["sessions"]},
        segments={(row["session"], row["segment"]): row for row in told["segments"]},
    )


def _numbers(config: Config, told: Twin, found: session_search.Found | None) -> tuple[int, ...]:
    """List the sessions to tell: those named, or the one found and, if need be, the next."""
    if found is not None:
        held = list(told.sessions)
        if found.session not in held:  # the twins part in that only one of them goes on
            return (held[-1],)
        place = held.index(found.session)
        more = 2 if found.event == "missed_rupture" else 1
        return tuple(held[place : place + more])
    asked = config.study.sessions
    numbers = sorted({asked} if isinstance(asked, int) else set(asked))
    for number in numbers:
        if number not in told.sessions:
            raise ConfigurationError(_never(config, told, number))
    return tuple(numbers)


def _never(config: Config, told: Twin, number: int) -> str:
    """Say why a session did not take place."""
    setting, said = config.setting, f"study.sessions: session {number} never took place"
    most, last = setting.weeks * setting.sessions_per_week, max(told.sessions, default=0)
    if number > most:
        return f"{said}: the treatment has {most} sessions"
    if number < last:
        return f"{said}: the appointment was cancelled"
    ending = str(told.patient["ending"]).replace("_", " ")
    if ending in {"completed", "ongoing"}:
        return f"{said}: the appointment was cancelled, and it would have been the last"
    return f"{said}: the patient's treatment had ended after session {last} ({ending})"
