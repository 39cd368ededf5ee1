"""Blocks: what goes into a kernel and what comes out, as arrays of fixed size.

A block is some replicates of a study. Its rows lie in arrays by replicate, arm, therapist, slot of
the caseload, session and segment; `Block.table` gives them as columns, keys first.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import layout, ledger, parameters, records
from sim.engine import seating as seatings
from sim.errors import ConfigurationError, nearest
from sim.rows import PatientRow, SessionRow, TherapistRow
from sim.schema import RECORD_LEVELS
from sim.tables import KEYS, ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.configuration import Config
    from sim.engine.seating import Seating
    from sim.schema import Arm

Array = np.ndarray[Any, np.dtype[Any]]

#: The record levels as numbers, for the kernel.
TRIALS, THERAPISTS, PATIENTS, SESSIONS, SEGMENTS = range(5)

#: The column whose variance is split between and within therapists.
OUTCOME = "symptom_severity_post"

#: About how much memory a block may take, in bytes; and one that a graphics card lives.
ROOM, MUCH_ROOM = 96 * 2**20, 2**30

#: About how long a segment takes on one core, and how long a block may take, in seconds.
SEGMENT, LONG = 2e-7, 4.0


class World(NamedTuple):
    """All that is given to a kernel: what is the same for the block, and blank records."""

    parameters: Array
    frame: Array
    programmes: Array
    seating: Seating
    therapist_population: Array
    patient_population: Array
    one_each: Array
    people: int
    first_replicate: int
    therapist: Array
    patient: Array
    dyad: Array
    therapist_row: Array
    patient_row: Array
    session_row: Array
    therapist_whole: Array
    patient_whole: Array
    codes: Array
    outcome: int


class Scratch(NamedTuple):
    """The records one call of a kernel works with."""

    therapist: Array
    patients: Array
    dyads: Array
    therapist_rows: Array
    patient_rows: Array
    session_row: Array


class Rows(NamedTuple):
    """What a kernel fills in; the arrays of levels that are not kept have no replicates."""

    level: int
    trials: Array
    therapists: Array
    patients: Array
    sessions: Array
    attended: Array
    segments: Array


def level(record: str) -> int:
    """Give the number of a record level.

    Raises
    ------
    ConfigurationError
        If there is none of that name.
    """
    if record not in RECORD_LEVELS:
        raise ConfigurationError(
            f"record={record} is no record level: it takes one of {', '.join(RECORD_LEVELS)}"
            f"{nearest(record, RECORD_LEVELS)}"
        )
    return RECORD_LEVELS.index(record)


def filled(record: type, shape: int | tuple[int, ...], made: Sequence[object] = ()) -> Array:
    """Make an array of records that hold their defaults, or what is given, in order."""
    listed = layout.fields(record)
    array = np.empty(shape, layout.dtype(record))
    array[...] = np.array(tuple(f.default for f in listed), array.dtype)
    for i, one in enumerate(made):
        array[i] = tuple(getattr(one, f.name) for f in listed)
    return array


def parameter_array(sets: Sequence[parameters.Parameters]) -> Array:
    """Make an array of parameter sets."""
    names = parameters.dtype().names or ()
    return np.array([tuple(getattr(p, n) for n in names) for p in sets], parameters.dtype())


def world(
    config: Config,
    arms: Sequence[Arm],
    sets: Array,
    first_replicate: int,
    seating: Seating | None = None,
) -> World:
    """Gather what is given.

    Parameters
    ----------
    config : Config
        The configuration.
    arms : sequence of Arm
        The arms to live.
    sets : array
        One set of parameters for all replicates, or one for each of the block.
    first_replicate : int
        The number of the block's first replicate.
    seating : Seating, optional
        Who sits where; as the configuration has it if not given.
    """
    seating = seatings.of(config, arms) if seating is None else seating
    return World(
        parameters=sets,
        frame=filled(records.Frame, 1, [config.frame()]),
        programmes=filled(records.Programme, len(arms), [arm.programme for arm in arms]),
        seating=seating,
        therapist_population=filled(
            records.TherapistPopulation, 1, [config.therapist_population()]
        ),
        patient_population=filled(records.PatientPopulation, 1, [config.patient_population()]),
        one_each=np.ones(seating.seats, np.int64),
        people=int(config.seed.people),
        first_replicate=first_replicate,
        therapist=filled(records.Therapist, 1),
        patient=filled(records.Patient, 1),
        dyad=filled(records.Dyad, 1),
        therapist_row=filled(TherapistRow, 1),
        patient_row=filled(PatientRow, 1),
        session_row=filled(SessionRow, 1),
        therapist_whole=np.array([f.kind is int for f in layout.fields(TherapistRow)]),
        patient_whole=np.array([f.kind is int for f in layout.fields(PatientRow)]),
        codes=np.array([(column, code) for column, code, _ in _codes()], np.int64),
        outcome=[f.name for f in layout.fields(PatientRow)].index(OUTCOME),
    )


def part(whole: World, start: int, replicates: int) -> World:
    """Give what is given to some of the replicates, counted from the first of the whole."""
    sets = whole.parameters
    return whole._replace(
        parameters=sets[start : start + replicates] if len(sets) > 1 else sets,
        seating=whole.seating.part(start, start + replicates),
        first_replicate=whole.first_replicate + start,
    )


def scratch(world: World) -> Scratch:
    """Make the records that one call of a kernel works with."""
    therapists, slots = world.seating.seats, world.seating.slots
    return Scratch(
        therapist=filled(records.Therapist, 1),
        patients=filled(records.Patient, slots),
        dyads=filled(records.Dyad, slots),
        therapist_rows=filled(TherapistRow, (therapists, 1)),
        patient_rows=filled(PatientRow, (therapists, slots)),
        session_row=filled(SessionRow, 1),
    )


def rows(
    config: Config, arms: int, record: int, replicates: int, seating: Seating | None = None
) -> Rows:
    """Make room for a block's rows."""
    shape = _shape(config, arms, replicates, seating)
    made = {
        name: np.zeros(
            shape[: 3 + depth] if record >= THERAPISTS + depth else (0,) * (3 + depth),
            layout.dtype(row),
        )
        for depth, (name, row) in enumerate(ROWS.items())
    }
    attended = np.zeros(made["sessions"].shape, np.bool_)
    trials = np.zeros((*shape[:2], sum(len(part) for part in _trial_layout())), np.float64)
    return Rows(record, trials, attended=attended, **made)


def block(names: tuple[str, ...], given: World, made: Rows) -> Block:
    """Put what a kernel was given and what it made together."""
    caseloads = given.seating.caseloads[:, 0].max(axis=0)
    return Block(given.first_replicate, names, given.seating, caseloads, made)


def replicates_at_once(
    config: Config, arms: int, record: int, seating: Seating | None = None
) -> int:
    """Tell how many replicates a block holds.

    As many as configured, or fewer where rows are large or a replicate takes long. It depends on
    the study alone, not on the workers or their number: so all of them find a block that was kept.
    """
    one = sum(array.nbytes for array in rows(config, arms, record, 1, seating)[1:])
    if config.engine.kind == "gpu":  # which is quick with many at a time, and only then
        return max(1, min(int(config.engine.block), MUCH_ROOM // one))
    seconds = SEGMENT * math.prod(_shape(config, arms, 1, seating))
    return max(1, min(int(config.engine.block), ROOM // one, int(LONG / seconds)))


def _shape(config: Config, arms: int, replicates: int, seating: Seating | None) -> tuple[int, ...]:
    """Give the sizes: replicates, arms, therapists, slots, sessions, segments."""
    caseloads, frame = config.caseloads(), config.frame()
    sessions = frame.weeks * frame.sessions_per_week
    people = (len(caseloads), max(caseloads))
    if seating is not None:
        people = (seating.seats, seating.slots)
    return (replicates, arms, *people, sessions, frame.segments)


@cache
def _codes() -> tuple[tuple[int, int, str], ...]:
    """List the patients' columns that hold codes: column, code, and ``<column>_<word>``."""
    return tuple(
        (column, code, f"{field.name}_{word}")
        for column, field in enumerate(layout.fields(PatientRow))
        for code, word in enumerate(ledger.WORDS.get(field.name, ()))
    )


@cache
def _trial_layout() -> tuple[list[str], ...]:
    """Name the columns a kernel writes for a trial; those nobody wants have no name."""
    patient = layout.fields(PatientRow)
    coded = {patient[column].name for column, _, _ in _codes()}
    told = [f.name if f.unit != "id" and f.name not in coded else "" for f in patient]
    missing = {f.name for f in patient if math.isnan(f.default)}
    return (
        told,
        [name and f"{name}_sd" for name in told],
        [name and f"{name}_n" if name in missing else "" for name in told],
        [name for _, _, name in _codes()],
        [f"{OUTCOME}_ss_between", f"{OUTCOME}_ss_within"],
        [f"therapist_{f.name}" if f.unit != "id" else "" for f in layout.fields(TherapistRow)],
    )


def trial_columns() -> list[str]:
    """List the columns of the table of trials, after its keys.

    ``<column>`` and ``<column>_sd`` are mean and standard deviation over patients of each of their
    columns, leaving out those who have no value; how many have one is ``<column>_n`` for columns
    in which values may be missing. A code is told as shares, ``ending_dropped_out``.
    ``symptom_severity_post_ss_between`` and ``_ss_within`` are its sums of squares between and
    within therapists; ``patients``, ``therapists`` and ``caseload_squares`` (the sum of squared
    caseloads) are what a one-way analysis of variance needs besides. ``therapist_<column>`` is a
    mean over therapists.
    """
    named = [name for part in _trial_layout() for name in part if name]
    return ["therapists", "patients", "caseload_squares", *named]


@dataclasses.dataclass(frozen=True)
class Block:
    """Some replicates of a study, in arrays.

    Attributes
    ----------
    first_replicate : int
        The number of the first.
    arms : tuple of str
        The names of the arms, in the order of the arrays.
    seating : Seating
        Who sits where.
    caseloads : array of int
        Patients at each seat of the first arm; slots beyond are empty.
    rows : Rows
        The arrays: ``trials[replicate, arm, column]``, ``therapists[replicate, arm, therapist]``,
        ``patients[..., slot]``, ``sessions[..., session]`` with ``attended`` beside them,
        ``segments[..., segment]``.
    """

    first_replicate: int
    arms: tuple[str, ...]
    seating: Seating
    caseloads: Array
    rows: Rows

    @property
    def replicates(self) -> int:
        """How many replicates there are."""
        return int(self.rows.trials.shape[0])

    def table(self, record: str) -> dict[str, Array]:
        """Give the rows of a level as columns: keys first, in their order; the arm is a code.

        Parameters
        ----------
        record : str
            One of `RECORD_LEVELS`, at most the level that was recorded.

        Returns
        -------
        dict of str to array
            The code of an arm is its place in `arms`; sessions and segments count from 1.
        """
        if level(record) > self.rows.level:
            raise ValueError(f"{record} were not recorded, only {RECORD_LEVELS[self.rows.level]}")
        if record == "trials":
            return self._trials()
        array: Array = getattr(self.rows, record)
        at = np.nonzero(self.there(record))
        found, keys = array[at], self._keys(record, at)
        names = [name for name in found.dtype.names or () if name not in keys]
        return keys | {name: found[name].copy() for name in names}

    def there(self, record: str) -> Array:
        """Mark the entries that stand for somebody, and for a session held."""
        array: Array = getattr(self.rows, record)
        if record == "therapists":
            return np.ones(array.shape, np.bool_)
        if record == "patients":
            slots = np.arange(array.shape[-1]) < self.seating.caseloads[..., None]
            return np.broadcast_to(slots, array.shape)
        attended = self.rows.attended
        if record == "sessions":
            return attended
        return np.broadcast_to(attended[..., None], array.shape)

    def _keys(self, record: str, at: tuple[Array, ...]) -> dict[str, Array]:
        """Make the keys of some entries."""
        i, arm, j, *rest = at
        row = i if len(self.seating.therapists) > 1 else np.zeros_like(i)
        who = self.seating.therapists[row, arm, j]
        keys = {"replicate": self.first_replicate + i, "arm": arm, "therapist": who}
        for name, place in zip(KEYS[record][3:], rest, strict=True):
            of_all = name == "patient"
            keys[name] = self.seating.patients[row, arm, j, place] if of_all else 1 + place
        return keys

    def _trials(self) -> dict[str, Array]:
        """Give the table of trials."""
        replicates, arms, _ = self.rows.trials.shape
        at = np.divmod(np.arange(replicates * arms), arms)
        numbers = self.rows.trials.reshape(replicates * arms, -1)
        table = {"replicate": self.first_replicate + at[0], "arm": at[1]}
        caseloads = np.broadcast_to(
            self.seating.caseloads, (replicates, arms, self.seating.seats)
        ).reshape(replicates * arms, -1)
        about = (np.ones_like(caseloads), caseloads, caseloads**2)
        for name, numbers_of in zip(trial_columns(), about, strict=False):
            table[name] = numbers_of.sum(axis=1)
        named = enumerate(name for part in _trial_layout() for name in part)
        return table | {name: numbers[:, column].copy() for column, name in named if name}
