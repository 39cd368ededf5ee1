"""The configuration as types: what a study can be told, and what each value may be.

The groups inherit the records of the chain, so a field of a record is a key of the configuration;
the parameters are made from the parameter table. `sim.checks` holds every value to its range.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sim import computing, draws, extent, inquiry, layout, parameters, plans, protocol, records
from sim.computing import Engine
from sim.cuts import Knockout
from sim.extent import Calibration
from sim.forms import Instrument
from sim.published import EXAM, MISSING, Published

Record = TypeVar("Record")

#: A therapist's patients have the ids therapist * 4096 + slot.
SLOTS = 4096

#: What is kept of a run, from least to most.
RECORD_LEVELS = ("trials", "therapists", "patients", "sessions", "segments")

#: How arms can be compared: the same therapists in all, people of their own, or one and the other.
READINGS = ("same", "independent", "both")

#: What ``attune session`` can look for.
FINDS = ("repaired_rupture", "missed_rupture", "first_parting")

#: How ``attune simulate`` writes its tables.
FORMATS = ("parquet", "csv")

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
    "share/hour": (0.0, 1.0),
    "sittings": (1, 28),
    "code": (0, 2),
    "logit": (-10.0, 10.0),
}

#: The range of every other number, and of the fields that allow less than their unit does.
BY_KEY: Mapping[str, tuple[float, float]] = {
    "seed.both": (0, draws.LARGEST_SEED),
    "seed.people": (0, draws.LARGEST_SEED),
    "seed.luck": (0, draws.LARGEST_SEED),
    "replicates": (1, draws.LARGEST_SEED),
    "replicates_max": (1, draws.LARGEST_SEED),
    "precision": (0.0001, 10.0),
    "study.first_replicate": (0, draws.LARGEST_SEED),
    "study.therapist": (0, (draws.LARGEST_ID + 1) // SLOTS - 1),
    "study.patient": (0, draws.LARGEST_ID),
    "luck_draws": (2, 1000),
    "therapists.n": (1, (draws.LARGEST_ID + 1) // SLOTS),
    "patients.per_therapist": (1, SLOTS - 1),
    "patients.total": (1, draws.LARGEST_ID),
    "patients.severity_spread": (0.0, 5.0),
    "setting.weeks": (1, 1040),
    "setting.segment_minutes": (1, 60),
    "setting.cancellations": (0.0, 1.0),
    "training.strain": (0.0, 1.0),
    "training.technique_drift": (0.0, 1.0),
    "control.strain": (0.0, 1.0),
    "control.technique_drift": (0.0, 1.0),
    **protocol.RANGES,
    **computing.RANGES,
    **extent.RANGES,
    **plans.RANGES,
    **inquiry.RANGES,
}
#: Numbers that may be left open.
OPTIONAL = protocol.OPTIONAL | {
    *("budget", "patients.total", "engine.threads", "engine.workers", "precision"),
    *("replicates_max", "study.therapist", "study.patient"),
}

#: Keys that are true or false.
FLAGS = protocol.FLAGS | {"fresh", "patients.shared", "sensitivity.frozen"}


@dataclasses.dataclass
class Named:
    """What every option of a group says about itself."""

    name: str = MISSING
    about: str = ""
    source: str = ""


@dataclasses.dataclass
class Study(Named):
    """What is asked; the keys are those of ``attune session``."""

    first_replicate: int = 0
    therapist: int | None = None
    patient: int | None = None
    sessions: Any = None
    find: str | None = None


@dataclasses.dataclass
class World(Named):
    """A named set of overrides of the parameter table; or many, from a file of `sets`."""

    sets: str | None = None


@dataclasses.dataclass
class Therapists(records.TherapistPopulation, Named):
    """Who treats."""

    n: int = 18


@dataclasses.dataclass
class Patients(records.PatientPopulation, Named):
    """Who comes, and how many to each therapist."""

    per_therapist: int = 7
    total: int | None = None
    shared: bool = False


@dataclasses.dataclass
class Setting(records.Frame, Named):
    """When and how long they meet."""

    segment_minutes: int = 5


@dataclasses.dataclass
class Training(records.Programme, Named):
    """What one arm of therapists is asked to practise."""

    evidence: str = ""


@dataclasses.dataclass
class Design(protocol.Design, Named):
    """How a trial is laid out."""


@dataclasses.dataclass
class Generator(protocol.Generator, Named):
    """Where simulated trials come from."""


@dataclasses.dataclass
class Seed:
    """The two seeds: who exists, and what happens. Both follow `both` unless given alone."""

    both: int = MISSING
    people: int = MISSING
    luck: int = MISSING


#: The arms, where training and control name their programmes.
TRAINED, UNTRAINED = "trained", "untrained"

#: The study that takes knock-outs one after the other; every other study takes them all at once.
LADDER = "mechanism"


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
class Config(plans.Plan):
    """The configuration of one study, complete and checked; made by `sim.configure`."""

    study: Study = dataclasses.field(default_factory=Study)
    name: str | None = None
    seed: Seed = dataclasses.field(default_factory=Seed)
    replicates: int = 200
    precision: float | None = None
    replicates_max: int | None = None
    reading: str = "both"
    luck_draws: int = 3
    record: str = "trials"
    format: str = "parquet"
    world: World = dataclasses.field(default_factory=World)
    therapists: Therapists = dataclasses.field(default_factory=Therapists)
    patients: Patients = dataclasses.field(default_factory=Patients)
    setting: Setting = dataclasses.field(default_factory=Setting)
    training: Training = dataclasses.field(default_factory=Training)
    control: Training = dataclasses.field(default_factory=Training)
    arms: Any = None
    knockout: dict[str, Knockout] = dataclasses.field(default_factory=dict)
    instrument: dict[str, Instrument] = dataclasses.field(default_factory=dict)
    design: Design = dataclasses.field(default_factory=Design)
    generator: Generator = dataclasses.field(default_factory=Generator)
    published: dict[str, Published] = dataclasses.field(default_factory=dict)
    calibration: Calibration = dataclasses.field(default_factory=Calibration)
    sensitivity: inquiry.Inquiry = dataclasses.field(default_factory=inquiry.Inquiry)
    parameters: Any = dataclasses.field(default_factory=ParameterValues)
    links: Any = dataclasses.field(default_factory=dict)
    engine: Engine = dataclasses.field(default_factory=Engine)
    output: str = "outputs"
    fresh: bool = False

    #: The command that gives this configuration again.
    command: str = ""

    def programmes(self) -> dict[str, Training]:
        """Give the programme of every arm: those of `arms`, or of training and control."""
        if self.arms is None:
            return {TRAINED: self.training, UNTRAINED: self.control}
        return {programme.name: programme for programme in self.arms}

    @property
    def reference(self) -> str:
        """The arm that all others are held against: untrained, or the first that was named."""
        return UNTRAINED if self.arms is None else str(self.arms[0].name)

    def study_arms(self, reading: str | None = None) -> tuple[Arm, ...]:
        """Give the arms of the study in their order.

        Parameters
        ----------
        reading : str, optional
            With ``independent`` every arm has therapists and patients of its own, otherwise the
            same people live in all of them; as configured if not given. The people of the
            reference are the same in every reading.
        """
        apart = (self.reading if reading is None else reading) == "independent"
        programmes = self.programmes()
        others = [name for name in programmes if name != self.reference]
        place = {name: i for i, name in enumerate([self.reference, *others])}
        return tuple(
            Arm(name, record_of(records.Programme, one), place[name] * self.therapists.n * apart)
            for name, one in programmes.items()
        )

    def parameters_record(self) -> parameters.Parameters:
        """Give the parameters as the chain takes them."""
        return parameters.Parameters(vars(self.parameters))

    def therapist_population(self) -> records.TherapistPopulation:
        """Give the population of therapists as the chain takes it."""
        return record_of(records.TherapistPopulation, self.therapists)

    def patient_population(self) -> records.PatientPopulation:
        """Give the population of patients as the chain takes it."""
        return record_of(records.PatientPopulation, self.patients)

    def frame(self) -> records.Frame:
        """Give the setting as the chain takes it."""
        return record_of(records.Frame, self.setting)

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

        Left out are engine, place, texts, and what only stands for other values (``seed.both``; the
        patients of a therapist, kept as caseloads). `sim.manifest` adds links of one's own.
        """
        left_out, study = {"engine", "output", "fresh", "name", "command", "links"}, self.study.name
        own = {"simulate": "format", "calibrate": "calibration", EXAM: "published"}
        own["sensitivity"] = "sensitivity"
        left_out |= {key for owner, key in own.items() if owner != study}
        left_out |= plans.unasked(study)
        left_out |= {"arms"} if self.arms is None else {"training", "control"}
        left_out |= set() if study in {LADDER, EXAM} else {"knockout"}  # cut already
        kept = {key: value for key, value in self.to_dict().items() if key not in left_out}
        groups = [*kept.values(), *kept.get("arms", []), *kept.get("knockout", {}).values()]
        groups += [*kept.get("departure", {}).values(), *kept["instrument"].values()]
        for group in groups:
            if isinstance(group, dict):
                for text in ("about", "source", "evidence", "title", "because"):
                    group.pop(text, None)
        del kept["seed"]["both"]
        del kept["patients"]["total"]
        kept["patients"]["per_therapist"] = self.caseloads()
        return kept


def record_of(kind: Callable[..., Record], group: object) -> Record:
    """Take the fields of a record out of a group."""
    return kind(**{field.name: getattr(group, field.name) for field in layout.fields(kind)})


#: The groups whose keys are the fields of a record.
RECORDS: Mapping[str, type] = {
    "therapists": records.TherapistPopulation,
    "patients": records.PatientPopulation,
    "setting": records.Frame,
    "training": records.Programme,
    "control": records.Programme,
}

#: What keys take that are neither numbers nor one word of several.
SAID: Mapping[str, str] = {
    "arms": "two or more programmes, the first as the reference, as in arms=[none,mbsr,zen]",
    "study.find": f"one of {', '.join(FINDS)}, or null",
    "study.sessions": "numbers of sessions, as in study.sessions=[3,4], or null",
    "design.endpoints": "one or more endpoints, as in design.endpoints=[gsi_self,dropout]",
    **plans.SAID,
    **computing.SAID,
    **inquiry.SAID,
    "instrument": "one or more instruments, as in instruments=[phq9,oq45]",
    "links": "a file and a function in it, as in links.rupture.onset=my_theory.py:my_onset",
}


@cache
def numbers() -> Mapping[str, tuple[type, float, float]]:
    """List the kind and the range of every number but the parameters, by key."""
    listed = {
        f"{group}.{field.name}": (field.kind, *BY_UNIT[field.unit])
        for group, record in RECORDS.items()
        for field in layout.fields(record)
        if f"{group}.{field.name}" not in BY_KEY
    }
    return listed | {key: (type(low), low, high) for key, (low, high) in BY_KEY.items()}


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """List the words that a key may take, by key."""
    ours = {
        "record": RECORD_LEVELS,
        "format": FORMATS,
        "reading": READINGS,
        "engine.kind": computing.KINDS,
        "engine.cluster": computing.CLUSTERS,
    }
    return ours | {key: words for key, (words, _) in protocol.WORDS.items()}


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
        return f"a {number} from {plain(low)} to {plain(high)}{null}"
    if key in _words():
        return "one of " + ", ".join(_words()[key])
    if key in SAID:
        return SAID[key]
    if key in FLAGS:
        return "true or false"
    return "text" if name or key in {"name", "output"} else f"keys and values, as in {key}.name"


def plain(number: float) -> str:
    """Write a number as short as can be, whole numbers in full."""
    return str(number) if isinstance(number, int) else f"{number:g}"
