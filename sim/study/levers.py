"""Levers: what can be chosen - programme, dose, supervision, caseload, setting - as options.

Every option is the configuration with one thing about it changed. Those that are another programme,
or the same in another dose, are weighed against each other: they are arms with the same people. A
caseload or a setting is another world for all arms, and is told beside them.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim import configuration
from sim.errors import ConfigurationError, nearest
from sim.records import Programme
from sim.schema import Arm, allowed, numbers, record_of

if TYPE_CHECKING:
    from sim.configuration import Config

#: The kinds of lever.
PROGRAMME, DOSE, SUPERVISION, CASELOAD, SETTING = (
    "programme", "dose", "supervision", "caseload", "setting",
)  # fmt: skip

#: The levers that are weighed against each other.
WEIGHED = (PROGRAMME, DOSE, SUPERVISION)

#: What is done where nothing is.
NOTHING = "no training"

KEY = "sensitivity.levers"


@dataclasses.dataclass(frozen=True, eq=False)
class Option:
    """Something that can be chosen.

    Attributes
    ----------
    name : str
        What it is called: the programme as configured by its name, all else by its choice.
    kind : str
        The kind of lever.
    config : Config
        The configuration under it.
    programme : Programme
        What the trained practise.
    """

    name: str
    kind: str
    config: Config
    programme: Programme

    @property
    def weighed(self) -> bool:
        """Whether it is a way of training, or another world."""
        return self.kind in WEIGHED

    @property
    def hours(self) -> float:
        """Hours of practice that it assigns in the course."""
        return float(self.programme.hours_per_week * self.programme.weeks)

    @property
    def cost(self) -> float:
        """What it costs, in SD of the outcome by which options are judged."""
        asked = self.config.sensitivity
        return float(asked.cost + asked.cost_per_hour * self.hours)

    @property
    def arm(self) -> Arm:
        """The arm that lives it."""
        return Arm(self.name, self.programme)


def options(config: Config) -> list[Option]:
    """List the options: what is configured first, then the levers in their order.

    Parameters
    ----------
    config : Config
        The configuration.

    Raises
    ------
    ConfigurationError
        If a lever is none, or a value cannot be.
    """
    found = [
        Option(programme.name, PROGRAMME, config, record_of(Programme, programme))
        for arm, programme in config.programmes().items()
        if arm != config.reference
    ]
    for key, values in _levers(config):
        kind = _kind(key)
        for value in values:
            changed = _changed(config, key, value)
            programmes = changed.programmes()
            treated = next(arm for arm in programmes if arm != config.reference)
            programme = programmes[treated]
            name = programme.name if key == "training" else f"{key}={value}"
            found.append(Option(name, kind, changed, record_of(Programme, programme)))
    return _different(found)


def control(config: Config) -> Arm:
    """Give the arm that all options are held against."""
    programme = config.programmes()[config.reference]
    return Arm(NOTHING, record_of(Programme, programme))


def _levers(config: Config) -> list[tuple[str, list[object]]]:
    """Read the list."""
    given = config.sensitivity.levers
    found: list[tuple[str, list[object]]] = []
    for one in given if isinstance(given, list) else [None]:
        if not isinstance(one, Mapping) or not one:
            raise ConfigurationError(f"{KEY} will not do: it takes {allowed(KEY)}")
        found += [
            (str(key), list(values) if isinstance(values, list) else [values])
            for key, values in one.items()
        ]
    return found


def _kind(key: str) -> str:
    """Tell what kind of lever a key is."""
    group, _, name = key.partition(".")
    if key == "training" or (group == "training" and key in numbers()):
        doses = {"hours_per_week", "weeks", "maintenance_hours", "sittings_per_week"}
        return DOSE if name in doses else SUPERVISION if name == "supervision" else PROGRAMME
    if key in {"patients.per_therapist", "patients.total"}:
        return CASELOAD
    if key == "setting" or (group == "setting" and key in numbers()):
        return SETTING
    known = [
        "training", "setting", "patients.per_therapist", "patients.total",
        *(number for number in numbers() if number.startswith(("training.", "setting."))),
    ]  # fmt: skip
    raise ConfigurationError(
        f"{KEY} names {key}, which is no lever: it takes training, a key of it such as "
        f"training.supervision, patients.per_therapist, setting or a key of it{nearest(key, known)}"
    )


def _changed(config: Config, key: str, value: object) -> Config:
    """Compose the configuration with one choice made otherwise."""
    said = shlex.split(config.command)[2:]  # attune sensitivity
    folder = said[1] if said[:1] == ["--config-dir"] else None
    words = [word for word in (said if folder is None else said[2:]) if not _about(word, key)]
    if key == "patients.per_therapist":
        words = [word for word in words if not _about(word, "patients.total")]
    study = f"study={config.study.name}"
    return configuration.configure(study, *words, f"{key}={value}", folder=folder)


def _about(word: str, key: str) -> bool:
    """Tell whether a word sets a key."""
    return word.partition("=")[0].lstrip("+") == key


def _different(found: Sequence[Option]) -> list[Option]:
    """Leave out what is as it was already."""
    kept: list[Option] = []
    for option in found:
        same = [
            one for one in kept
            if one.programme == option.programme
            and one.config.frame() == option.config.frame()
            and one.config.caseloads() == option.config.caseloads()
        ]  # fmt: skip
        if not same:
            kept.append(option)
    names = [option.name for option in kept]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"{KEY} names {name} twice: every option needs its own name")
    return kept
