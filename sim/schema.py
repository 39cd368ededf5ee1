"""The configuration as types: what a study can be told, and what each value may be.

The groups inherit the records of the chain, so a field of a record is a key of the configuration;
the parameters are made from the parameter table. `check` holds every value to its range.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sim import draws, parameters, records
from sim.errors import ConfigurationError, nearest

Record = TypeVar("Record")

#: OmegaConf's mark for a value that has to be given.
MISSING: Any = "???"

#: A therapist's patients have the ids therapist * 4096 + slot.
SLOTS = 4096

#: What is kept of a run, from least to most.
RECORD_LEVELS = ("trials", "therapists", "patients", "sessions", "segments")

#: Sums run over grains of 256 replicates, and blocks are made of whole grains.
GRAIN = 256

#: The range of a record's field, by its unit.
BY_UNIT: Mapping[str, tuple[float, float]] = {
    "hours": (0.0, 168.0),
    "weeks": (0, 1040),
    "week": (-1040, 1040),
    "sessions": (1, 14),
    "segments": (1, 1000),
    "share": (0.0, 1.0),
    "probability": (0.0, 1.0),
    "0 or 1": (0.0, 1.0),
    "SD": (-5.0, 5.0),
    "SD/hour": (-1.0, 1.0),
    "logit": (-10.0, 10.0),
}

#: The range of every other number, and of the fields that allow less than their unit does.
BY_KEY: Mapping[str, tuple[float, float]] = {
    "seed.both": (0, draws.LARGEST_SEED),
    "seed.people": (0, draws.LARGEST_SEED),
    "seed.luck": (0, draws.LARGEST_SEED),
    "replicates": (1, draws.LARGEST_SEED),
    "therapists.n": (1, (draws.LARGEST_ID + 1) // SLOTS),
    "patients.per_therapist": (1, SLOTS - 1),
    "patients.total": (1, draws.LARGEST_ID),
    "patients.severity_spread": (0.0, 5.0),
    "setting.weeks": (1, 1040),
    "setting.segment_minutes": (1, 60),
    "training.strain": (0.0, 1.0),
    "training.technique_drift": (0.0, 1.0),
    "control.strain": (0.0, 1.0),
    "control.technique_drift": (0.0, 1.0),
    "engine.threads": (1, 1024),
    "engine.block": (GRAIN, GRAIN * 4096),
}


#: Numbers that may be left open.
OPTIONAL = frozenset({"patients.total", "engine.threads"})


@dataclasses.dataclass
class Named:
    """What every option of a group says about itself."""

    name: str = MISSING
    about: str = ""
    source: str = ""


@dataclasses.dataclass
class Study(Named):
    """What is asked."""


@dataclasses.dataclass
class World(Named):
    """A named set of overrides of the parameter table."""


@dataclasses.dataclass
class Therapists(records.TherapistPopulation, Named):
    """Who treats."""

    n: int = 18


@dataclasses.dataclass
class Patients(records.PatientPopulation, Named):
    """Who comes, and how many to each therapist."""

    per_therapist: int = 7
    total: int | None = None


@dataclasses.dataclass
class Setting(records.Frame, Named):
    """When and how long they meet."""

    segment_minutes: int = 5


@dataclasses.dataclass
class Training(records.Programme, Named):
    """What one arm of therapists is asked to practise."""

    evidence: str = ""


@dataclasses.dataclass
class Engine(Named):
    """What computes; it changes no result."""

    threads: int | None = None
    block: int = GRAIN


@dataclasses.dataclass
class Seed:
    """The two seeds: who exists, and what happens. Both follow `both` unless given alone."""

    both: int = MISSING
    people: int = MISSING
    luck: int = MISSING


@dataclasses.dataclass(frozen=True)
class Arm:
    """Therapists who are asked to follow one programme."""

    name: str
    programme: records.Programme
    first_therapist: int = 0


#: A value for every parameter of the table, as attributes.
ParameterValues = dataclasses.make_dataclass(
    "ParameterValues",
    [(entry.name, float, entry.default) for entry in parameters.table().values()],
)


@dataclasses.dataclass
class Config:
    """The configuration of one study, complete and checked; made by `sim.configure`."""

    study: Study = dataclasses.field(default_factory=Study)
    name: str | None = None
    seed: Seed = dataclasses.field(default_factory=Seed)
    replicates: int = 200
    record: str = "trials"
    world: World = dataclasses.field(default_factory=World)
    therapists: Therapists = dataclasses.field(default_factory=Therapists)
    patients: Patients = dataclasses.field(default_factory=Patients)
    setting: Setting = dataclasses.field(default_factory=Setting)
    training: Training = dataclasses.field(default_factory=Training)
    control: Training = dataclasses.field(default_factory=Training)
    parameters: Any = dataclasses.field(default_factory=ParameterValues)
    engine: Engine = dataclasses.field(default_factory=Engine)
    output: str = "outputs"
    fresh: bool = False

    #: The command that gives this configuration again.
    command: str = ""

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms of the study, the trained one first; the same therapists live in both."""
        return (
            Arm("trained", _record(records.Programme, self.training)),
            Arm("untrained", _record(records.Programme, self.control)),
        )

    def parameters_record(self) -> parameters.Parameters:
        """Give the parameters as the chain takes them."""
        return parameters.Parameters(vars(self.parameters))

    def therapist_population(self) -> records.TherapistPopulation:
        """Give the population of therapists as the chain takes it."""
        return _record(records.TherapistPopulation, self.therapists)

    def patient_population(self) -> records.PatientPopulation:
        """Give the population of patients as the chain takes it."""
        return _record(records.PatientPopulation, self.patients)

    def frame(self) -> records.Frame:
        """Give the setting as the chain takes it."""
        return _record(records.Frame, self.setting)

    def caseloads(self) -> list[int]:
        """Tell how many patients each therapist has; the first ones take what is left over."""
        if self.patients.total is None:
            return [self.patients.per_therapist] * self.therapists.n
        each, left = divmod(self.patients.total, self.therapists.n)
        return [each + (therapist < left) for therapist in range(self.therapists.n)]

    def to_dict(self) -> dict[str, Any]:
        """Give the whole configuration as nested dictionaries."""
        return dataclasses.asdict(self)

    def to_yaml(self) -> str:
        """Give the whole configuration as YAML."""
        import yaml

        text: str = yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True, width=100)
        return text

    def identity(self) -> dict[str, Any]:
        """Give what determines the results: two configurations with one identity have the same.

        Left out are the engine, the place of the results, texts, and what only stands for other
        values (``seed.both``; the patients of a therapist, kept as caseloads).
        """
        left_out = {"engine", "output", "fresh", "name", "command"}
        kept = {key: value for key, value in self.to_dict().items() if key not in left_out}
        for group in kept.values():
            if isinstance(group, dict):
                for text in ("about", "source", "evidence"):
                    group.pop(text, None)
        del kept["seed"]["both"]
        del kept["patients"]["total"]
        kept["patients"]["per_therapist"] = self.caseloads()
        return kept


def _record(kind: Callable[..., Record], group: object) -> Record:
    """Take the fields of a record out of a group."""
    return kind(**{field.name: getattr(group, field.name) for field in records.fields(kind)})


#: The groups whose keys are the fields of a record.
RECORDS: Mapping[str, type] = {
    "therapists": records.TherapistPopulation,
    "patients": records.PatientPopulation,
    "setting": records.Frame,
    "training": records.Programme,
    "control": records.Programme,
}


@cache
def numbers() -> Mapping[str, tuple[type, float, float]]:
    """List the kind and the range of every number but the parameters, by key."""
    listed = {
        f"{group}.{field.name}": (field.kind, *BY_UNIT[field.unit])
        for group, record in RECORDS.items()
        for field in records.fields(record)
        if f"{group}.{field.name}" not in BY_KEY
    }
    return listed | {key: (type(low), low, high) for key, (low, high) in BY_KEY.items()}


def allowed(key: str) -> str:
    """Say in words what a key takes."""
    group, _, name = key.partition(".")
    if group == "parameters" and name in parameters.table():
        entry = parameters.table()[name]
        return f"a number from {entry.low:g} to {entry.high:g} ({entry.unit})"
    if key in numbers():
        kind, low, high = numbers()[key]
        number = "whole number" if kind is int else "number"
        null = " or null" if key in OPTIONAL else ""
        return f"a {number} from {_plain(low)} to {_plain(high)}{null}"
    if key == "record":
        return "one of " + ", ".join(RECORD_LEVELS)
    if key == "fresh":
        return "true or false"
    return "text" if name or key in {"name", "output"} else f"keys and values, as in {key}.name"


def check(config: Config) -> None:
    """Hold every value to its range, and the values to each other.

    Raises
    ------
    ConfigurationError
        For the first mistake found.
    """
    if config.record not in RECORD_LEVELS:
        raise ConfigurationError(
            f"record={config.record} is no record level: it takes {allowed('record')}"
            f"{nearest(config.record, RECORD_LEVELS)}"
        )
    for key, (_, low, high) in numbers().items():
        value: Any = config
        for part in key.split("."):
            value = getattr(value, part)
        if value is not None and not low <= value <= high:
            raise ConfigurationError(
                f"{key}={_plain(value)} is out of range: it takes {allowed(key)}"
            )
    if not isinstance(config.parameters, ParameterValues):
        raise ConfigurationError("parameters takes values by name, as in parameters.transfer=0.5")
    for name, number in vars(config.parameters).items():
        parameters.check(name, number)
    if not config.output.strip():
        raise ConfigurationError("output is empty: it takes the name of a folder")
    if any(part.startswith(".") or not part.strip() for part in (config.name or "x").split("/")):
        raise ConfigurationError(f"name={config.name} will not do: it takes a name for a folder")
    _check_schedule(config)


def _plain(number: float) -> str:
    """Write a number as short as can be, whole numbers in full."""
    return str(number) if isinstance(number, int) else f"{number:g}"


def _check_schedule(config: Config) -> None:
    """Check what has to fit together: programmes, caseloads, blocks, coming and going."""
    setting = config.setting
    for arm in ("training", "control"):
        programme: Training = getattr(config, arm)
        if programme.start_week < -setting.lead_in_weeks:
            raise ConfigurationError(
                f"{arm}.start_week={programme.start_week} lies before the study, which starts in "
                f"week {-setting.lead_in_weeks} (setting.lead_in_weeks={setting.lead_in_weeks})"
            )
        end = programme.start_week + programme.weeks
        if end > setting.weeks:
            raise ConfigurationError(
                f"{arm}.weeks={programme.weeks} from week {programme.start_week} is longer than "
                f"the study, whose treatment lasts {setting.weeks} weeks (setting.weeks): it takes "
                f"at most {max(0, setting.weeks - programme.start_week)}"
            )
    if setting.may_leave not in {0.0, 1.0}:
        raise ConfigurationError(f"setting.may_leave={setting.may_leave:g} is neither 0 nor 1")
    if config.engine.block % GRAIN:
        raise ConfigurationError(f"engine.block={config.engine.block} is not a multiple of {GRAIN}")
    total, n = config.patients.total, config.therapists.n
    if total is not None and not n <= total <= n * (SLOTS - 1):
        raise ConfigurationError(
            f"patients.total={total} cannot be spread over {n} therapists: it takes a whole number "
            f"from {n} to {n * (SLOTS - 1)}"
        )
