"""The checks: every value of a configuration held to its range, and the values to each other."""

from __future__ import annotations

from typing import Any

from sim import draws, layout, parameters, protocol, records
from sim.computing import CLUSTERS, GRAIN, KINDS, Engine
from sim.errors import ConfigurationError, nearest
from sim.schema import (
    FINDS,
    FORMATS,
    READINGS,
    RECORD_LEVELS,
    SLOTS,
    TRAINED,
    UNTRAINED,
    Config,
    Named,
    ParameterValues,
    Study,
    allowed,
    numbers,
    plain,
)

#: Hours in which a therapist can see patients, if nothing but sleep is kept free: 7 times 16.
WAKING_HOURS = 112


def check(config: Config) -> None:
    """Hold every value to its range, and the values to each other.

    Raises
    ------
    ConfigurationError
        For the first mistake found.
    """
    for key, word, words, what in (
        ("record", config.record, RECORD_LEVELS, "record level"),
        ("reading", config.reading, READINGS, "reading"),
        ("format", config.format, FORMATS, "format"),
        ("engine.kind", config.engine.kind, KINDS, "kind of engine"),
        ("engine.cluster", config.engine.cluster, CLUSTERS, "kind of cluster"),
        *(
            (key, str(_value(config, key)), words, what)
            for key, (words, what) in protocol.WORDS.items()
        ),
    ):
        if word not in words:
            raise ConfigurationError(
                f"{key}={word} is no {what}: it takes {allowed(key)}{nearest(word, words)}"
            )
    for key, (_, low, high) in numbers().items():
        value = _value(config, key)
        if value is not None and not low <= value <= high:
            raise ConfigurationError(
                f"{key}={plain(value)} is out of range: it takes {allowed(key)}"
            )
    if not isinstance(config.parameters, ParameterValues):
        raise ConfigurationError("parameters takes values by name, as in parameters.transfer=0.5")
    for name, number in vars(config.parameters).items():
        parameters.check(name, number)
    _check_engine(config)
    _check_links(config)
    _check_session(config)
    _check_arms(config)
    if not config.output.strip():
        raise ConfigurationError("output is empty: it takes the name of a folder")
    if any(part.startswith(".") or not part.strip() for part in (config.name or "x").split("/")):
        raise ConfigurationError(f"name={config.name} will not do: it takes a name for a folder")
    _check_schedule(config)


def _check_session(config: Config) -> None:
    """Check what ``attune session`` is asked, and that no other study is asked it."""
    study = config.study
    if study.name != "session":
        for key, default in vars(Study()).items():
            if key not in vars(Named()) and getattr(study, key) != default:
                raise ConfigurationError(f"study.{key} goes with attune session only")
        return
    if study.find is not None and study.find not in FINDS:
        raise ConfigurationError(
            f"study.find={study.find} will not do: it takes {allowed('study.find')}"
            f"{nearest(study.find, FINDS)}"
        )
    numbered = [study.sessions] if isinstance(study.sessions, int) else study.sessions
    if numbered is not None:
        whole = isinstance(numbered, list) and numbered
        if not whole or not all(isinstance(n, int) and n > 0 for n in numbered):
            raise ConfigurationError(
                f"study.sessions={study.sessions} will not do: it takes {allowed('study.sessions')}"
            )
        if study.find is not None:
            raise ConfigurationError(
                f"study.find={study.find} and study.sessions={study.sessions} contradict each "
                "other: sessions are found, or named"
            )
    if config.reading == "independent":
        raise ConfigurationError(
            "reading=independent gives every arm people of its own, and attune session tells of "
            "the same people twice: it takes reading=same"
        )


def _check_engine(config: Config) -> None:
    """Check what is said of workers, and that no other engine is told of them."""
    engine, plain_engine = config.engine, Engine()
    for key in ("directives", "prologue"):
        lines = getattr(engine, key)
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            raise ConfigurationError(
                f"engine.{key}={lines} will not do: it takes {allowed(f'engine.{key}')}"
            )
    if engine.kind == "dask":
        if engine.scheduler is not None and engine.cluster != "local":
            raise ConfigurationError(
                f"engine.scheduler={engine.scheduler} and engine.cluster={engine.cluster} "
                "contradict each other: workers are there already, or asked for"
            )
        return
    for key in list(vars(plain_engine))[list(vars(plain_engine)).index("workers") :]:
        if getattr(engine, key) != getattr(plain_engine, key):
            raise ConfigurationError(f"engine.{key} goes with engine=dask only")


def _check_links(config: Config) -> None:
    """Check that links of one's own are named, each with a place where it stands."""
    given = config.links
    if not isinstance(given, dict) or not all(isinstance(part, dict) for part in given.values()):
        raise ConfigurationError(f"links will not do: it takes {allowed('links')}")
    for module, functions in given.items():
        for function, place in functions.items():
            if place is not None and not isinstance(place, str):
                raise ConfigurationError(
                    f"links.{module}.{function}={place} will not do: it takes {allowed('links')}"
                )


def _value(config: Config, key: str) -> Any:
    """Look a value up by its key."""
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _check_arms(config: Config) -> None:
    """Check the arms that were named, and that there are people enough for all of them."""
    for name, programme in config.programmes().items() if config.arms is not None else ():
        for field in layout.fields(records.Programme):
            value = getattr(programme, field.name)
            _, low, high = numbers()[f"training.{field.name}"]
            if not low <= value <= high:
                raise ConfigurationError(
                    f"{field.name}={plain(value)} of the arm {name} is out of range: it takes "
                    f"{allowed(f'training.{field.name}')}"
                )
    most = (draws.LARGEST_ID + 1) // SLOTS // len(config.programmes())
    if config.reading != "same" and config.therapists.n > most:
        raise ConfigurationError(
            f"therapists.n={config.therapists.n} is too many for arms with people of their own: "
            f"it takes at most {most} (reading=same takes more)"
        )
    if config.replicates_max is not None and config.replicates_max < config.replicates:
        raise ConfigurationError(
            f"replicates_max={config.replicates_max} is less than the first batch of "
            f"replicates={config.replicates}"
        )


def _check_schedule(config: Config) -> None:
    """Check what has to fit together: programmes, caseloads, blocks, coming and going."""
    setting = config.setting
    named = {TRAINED: "training", UNTRAINED: "control"} if config.arms is None else {}
    for name, programme in config.programmes().items():
        arm = named.get(name, name)
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
    _check_week(config)


def _check_week(config: Config) -> None:
    """Check that the sessions, and the practice beside them, fit into a therapist's week.

    A week that is too full is the model's business (fatigue, strain). Only what no therapist can
    do is a mistake: more hours than he or she is awake.
    """
    setting = config.setting
    hours = setting.sessions_per_week * setting.segments * setting.segment_minutes / 60.0
    patients = max(config.caseloads())
    practice = 0.0
    for programme in config.programmes().values():
        end = programme.start_week + programme.weeks
        if end > 0 and programme.weeks > 0:
            practice = max(practice, programme.hours_per_week)
        if end < setting.weeks:
            practice = max(practice, programme.maintenance_hours)
    if patients * hours + practice > WAKING_HOURS:
        key = "patients.per_therapist" if config.patients.total is None else "patients.total"
        value = getattr(config.patients, key.partition(".")[2])
        beside = f" beside {practice:g} hours of practice" if practice > 0.0 else ""
        most = max(0, int((WAKING_HOURS - practice) / hours))
        raise ConfigurationError(
            f"{key}={value} cannot be scheduled: {patients} patients for {hours:.3g} hours a week "
            f"each{beside} are more than the {WAKING_HOURS} waking hours of a therapist's week, "
            f"which take at most {most} patients"
        )
