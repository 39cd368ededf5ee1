"""From a few words to a complete, checked configuration.

The command line and Python take the same words: ``training=zen_daily`` chooses an option of a
group, ``therapists.n=40`` sets a value. They are composed by Hydra from the folder ``conf/`` (and
one of the user's own), held to the types of `sim.schema`, and checked.
"""

from __future__ import annotations

import copy
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sim import arms, checks, choices, inventory, knockouts, literature, mistakes, plans
from sim.errors import ConfigurationError
from sim.schema import Arm, Config, Training

if TYPE_CHECKING:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from omegaconf import DictConfig

Made = TypeVar("Made")

__all__ = [
    "Arm",
    "Config",
    "compose",
    "configure",
    "parsing",
    "restore",
    "rewrite",
    "typed",
    "usual_study",
]

#: The study that runs if nothing names one.
DEFAULT_STUDY = "compare"


def configure(*overrides: str, folder: str | Path | None = None) -> Config:
    """Compose and check the configuration of a study, as the command line does.

    Parameters
    ----------
    *overrides : str
        Choices such as ``"training=zen_daily"`` or ``"therapists.n=40"``.
    folder : str or Path, optional
        A folder with options of your own, laid out like ``conf/`` (``training/mine.yaml``).

    Returns
    -------
    Config
        The complete configuration.

    Raises
    ------
    ConfigurationError
        For any mistake, in one sentence that names the key, the value and what is allowed.

    Examples
    --------
    >>> config = configure("training=zen_daily", "therapists.n=40")
    >>> config.training.hours_per_week
    5.0
    """
    return _kept(_configured, overrides, folder)


def _configured(overrides: Sequence[str], folder: str | Path | None) -> Config:
    """Compose and check, whether or not it was done before."""
    words = literature.every([rewrite(word) for word in overrides], folder)
    config = _typed(words, folder)
    knockouts.check_words(words, config)
    config = literature.conducted(config, words, partial(_conducted, folder=folder))
    config.command = command(words, folder, config.study.name)
    return config


def _kept(
    make: Callable[[Sequence[str], str | Path | None], Made],
    words: Sequence[str],
    folder: str | Path | None,
) -> Made:
    """Make something of words, or copy what was made of the same words before.

    Composing takes a sixth of a second, and a sweep or an exam asks for the same again and again.
    Nothing is kept that may hang on anything but the words and the files that are shipped.
    """
    if folder is not None or not all(isinstance(word, str) for word in words):
        return make(words, folder)
    if any("$" in word or "hydra" in word for word in words):
        return make(words, folder)
    made: Made = copy.deepcopy(_made(make, tuple(words), choices.state()))
    return made


@lru_cache(maxsize=1024)
def _made(
    make: Callable[[Sequence[str], str | Path | None], Made],
    words: tuple[str, ...],
    state: frozenset[tuple[str, int]],  # noqa: ARG001 - what was made before a file changed is old
) -> Made:
    """Make something of words and the files that are shipped."""
    return make(words, None)


def rewrite(word: str) -> str:
    """Turn short forms into what Hydra knows: ``seed=7``, ``control=none``, ``experiment=x``."""
    if not isinstance(word, str):
        raise ConfigurationError(f"{word!r} is no choice: it takes text such as 'therapists.n=40'")
    word = re.sub(r"^experiment=", "+experiment=", word)
    word = re.sub(r"^\+{0,2}links\.", "++links.", word)
    word = re.sub(r"^instruments(?==|\.)", "instrument", word)
    word = re.sub(r"^(\+{0,2})seed=(?!\s*\{)", r"\1seed.both=", word)
    return re.sub(r"^(\+{0,2}|~)control(?==|$)", r"\1training@control", word)


def usual_study(words: Sequence[str], folder: str | Path | None = None) -> str:
    """Tell the study that runs if no word names one: an experiment's own, or a comparison."""
    named = [word for word in words if word.startswith("+experiment=")]
    if len(named) != 1 or mistakes.is_sweep(named[0]):
        return DEFAULT_STUDY
    return str(compose(*named, folder=folder).study.name)


def command(words: list[str], folder: str | Path | None = None, study: str = DEFAULT_STUDY) -> str:
    """Tell the command that gives the same configuration; the study, if no word chooses it."""
    words = [re.sub(r"^training@control=", "control=", word) for word in words]
    words = [re.sub(r"^seed\.both=", "seed=", word) for word in words]
    words = [re.sub(r"^\+\+links\.", "links.", word) for word in words]
    words = [re.sub(r"^instrument(?==|\.)", "instruments", word) for word in words]
    chosen = [word.removeprefix("study=") for word in words if word.startswith("study=")]
    rest = [word for word in words if not word.startswith("study=")]
    place = ["--config-dir", str(folder)] if folder is not None else []
    return shlex.join(["attune", chosen[-1] if chosen else study, *place, *rest])


def compose(*words: str, folder: str | Path | None = None) -> DictConfig:
    """Compose the choices, without checking the values yet.

    Raises
    ------
    ConfigurationError
        If a choice cannot be understood or does not exist.
    """
    from omegaconf import OmegaConf

    if folder is not None and not Path(folder).is_dir():
        raise ConfigurationError(f"the folder {folder} does not exist")
    mistakes.check_words(words, folder)
    arms.check_words(words)
    values = _values(words, folder)
    composed = _kept(_chosen, [word for word in words if word not in values], folder)
    with mistakes.explained(words, folder):
        for key, value, add in values.values():
            OmegaConf.update(composed, key, value, force_add=add)
    return composed


def _values(words: Sequence[str], folder: str | Path | None) -> dict[str, tuple[str, Any, bool]]:
    """Find the words that set one value: Hydra sets them when all choices are made, and so do we.

    Returns
    -------
    dict
        The key, the value, and whether it may be a key that was not there, by the word.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import OverrideType

    read = OverridesParser.create().parse_overrides(list(words))
    groups = choices.group_names(folder)
    return {
        word: (one.key_or_group, one.value(), one.is_force_add())
        for word, one in zip(words, read, strict=True)
        if one.type in {OverrideType.CHANGE, OverrideType.FORCE_ADD}
        and one.package is None
        and one.key_or_group not in groups
        and not re.search(r"[/@]|^hydra\b", one.key_or_group)
    }


def _chosen(words: Sequence[str], folder: str | Path | None) -> DictConfig:
    """Have Hydra compose what groups and files say."""
    import hydra

    with _composing(words, folder) as place:
        return hydra.compose("config", [*place, *words])


@contextmanager
def parsing(
    words: Sequence[str], folder: str | Path | None = None
) -> Iterator[tuple[OverridesParser, dict[str, str]]]:
    """Give what reads words with several values, and what an experiment file sweeps over.

    Yields
    ------
    tuple of OverridesParser and dict
        The parser, and the ``hydra.sweeper.params`` of the files chosen.

    Raises
    ------
    ConfigurationError
        If a choice cannot be understood or does not exist.
    """
    import hydra
    from hydra.core.global_hydra import GlobalHydra
    from hydra.core.override_parser.overrides_parser import OverridesParser

    with _composing(words, folder) as place:
        mistakes.check_words(words, folder, several=True)
        alone = [word for word in words if not mistakes.is_sweep(word)]
        composed = hydra.compose("config", [*place, *alone], return_hydra_config=True)
        params = composed.hydra.sweeper.params or {}
        loader = GlobalHydra.instance().config_loader()
        parser = OverridesParser.create(config_loader=loader)
        yield parser, {str(key): str(value) for key, value in params.items()}


@contextmanager
def _composing(words: Sequence[str], folder: str | Path | None) -> Iterator[list[str]]:
    """Have Hydra ready to compose; give what tells it of the user's own folder."""
    import hydra

    if folder is not None and not Path(folder).is_dir():
        raise ConfigurationError(f"the folder {folder} does not exist")
    place = [f"hydra.searchpath=[{quoted(f'file://{Path(folder).resolve()}')}]"] if folder else []
    register()
    with (
        mistakes.explained(words, folder),
        _outside_any_job(),
        hydra.initialize_config_module("sim.conf", version_base="1.3"),
    ):
        yield place


@contextmanager
def _outside_any_job() -> Iterator[None]:
    """Put the Hydra that may be running aside: it allows for one of itself at a time."""
    from hydra.core.global_hydra import GlobalHydra

    running = GlobalHydra.instance().hydra
    GlobalHydra.instance().clear()
    try:
        yield
    finally:
        GlobalHydra.instance().hydra = running


def register() -> None:
    """Tell Hydra the types of the configuration."""
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    if "schema.yaml" not in store.repo:
        store.store(name="schema", node=Config)


def typed(composed: DictConfig, folder: str | Path | None = None) -> Config:
    """Turn what Hydra composed into a checked configuration.

    Raises
    ------
    ConfigurationError
        If a value is missing or out of its range.
    """
    from omegaconf import OmegaConf

    with mistakes.explained((), folder):
        _add_endpoints(composed, folder)
        config = OmegaConf.to_object(composed)
    if not isinstance(config, Config):
        raise ConfigurationError("what was composed is not the configuration of a study")
    if config.arms is not None:
        config.arms = arms.programmes(config.arms, partial(_programme, folder=folder), folder)
    config = knockouts.cut(config)
    checks.check(config)
    inventory.check(config)
    return config


def _add_endpoints(composed: DictConfig, folder: str | Path | None) -> None:
    """Add the instruments that a trial has as endpoints or mediator, where it names any."""
    from omegaconf import OmegaConf

    said = composed.design
    named = said.endpoints if OmegaConf.is_list(said.endpoints) else []
    if composed.study.name not in plans.TRIALS or not named:
        return
    known = choices.groups(folder)["instrument"]
    wanted = [str(name) for name in (*named, said.mediator)]
    for _, name in inventory.endpoints(wanted, known):
        if name not in composed.instrument:
            found = _kept(_composed, [f"instrument={name}"], folder)
            OmegaConf.update(composed, f"instrument.{name}", found.instrument[name], force_add=True)


def _programme(name: str, folder: str | Path | None) -> Training:
    """Compose one programme, as the option of a group that it is."""
    from omegaconf import OmegaConf

    composed = _kept(_composed, [f"training={name}"], folder)
    with mistakes.explained((f"training={name}",), folder):
        return cast("Training", OmegaConf.to_object(composed.training))


def _composed(words: Sequence[str], folder: str | Path | None) -> DictConfig:
    """Compose the choices, as `compose` does."""
    return compose(*words, folder=folder)


def _conducted(words: Sequence[str], folder: str | Path | None) -> Config:
    """Compose what a published study is conducted with, as the command line would."""
    return _kept(_typed, [rewrite(word) for word in words], folder)


def _typed(words: Sequence[str], folder: str | Path | None) -> Config:
    """Compose the choices, and turn them into a checked configuration."""
    return typed(compose(*words, folder=folder), folder=folder)


def restore(said: Mapping[str, Any]) -> Config:
    """Make a configuration again from what `Config.to_dict` gave, as a manifest holds it.

    Raises
    ------
    ConfigurationError
        If it is not a complete and valid configuration.
    """
    from omegaconf import OmegaConf

    with mistakes.explained():
        merged = OmegaConf.merge(OmegaConf.structured(Config), OmegaConf.create(_literal(said)))
    return typed(cast("DictConfig", merged))


def _literal(said: Any) -> Any:
    """Keep every ``${`` in a text from being taken for a reference to another value."""
    if isinstance(said, Mapping):
        return {key: _literal(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_literal(value) for value in said]
    if isinstance(said, str):
        return re.sub(r"(\\*)\$\{", r"\1\1\\${", said)
    return said


def quoted(text: str) -> str:
    """Write a text so that Hydra's grammar takes it as it is."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
