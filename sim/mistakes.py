"""What a user can get wrong in a configuration, said in one sentence each.

Hydra and OmegaConf know what is wrong, but say it in their own terms, over several lines. Here
the words of a user are checked as far as they can be beforehand, and what Hydra and OmegaConf
raise is put into a sentence that names the key, the value, what is allowed, and the nearest name.
"""

from __future__ import annotations

import dataclasses
import re
import typing
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import choices, forms, schema
from sim.errors import AttuneError, ConfigurationError, nearest
from sim.published import Published

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override

#: What a value of each kind is called; what holds others goes before what it holds.
_KINDS = {
    dict: "keys and values",
    list: "a list",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


@contextmanager
def explained(words: Sequence[str] = (), folder: str | Path | None = None) -> Iterator[None]:
    """Turn whatever Hydra and OmegaConf raise into one sentence.

    Raises
    ------
    ConfigurationError
        In place of their exceptions.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="provider=.* is not available")
        try:
            yield
        except AttuneError:
            raise
        except Exception as error:
            raise ConfigurationError(_sentence(error, words, folder)) from error


# ---- the words of a user, before anything is composed --------------------------------------------


def check_words(
    words: Sequence[str], folder: str | Path | None = None, *, several: bool = False
) -> None:
    """Check that every word can be understood and names something that exists.

    Parameters
    ----------
    words : sequence of str
        As in ``therapists.n=40``.
    folder : str or Path, optional
        The user's own folder of options.
    several : bool
        Whether a word may ask for several values.

    Raises
    ------
    ConfigurationError
        For the first word that will not do.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    groups = choices.group_names(folder)
    elsewhere = any(word.startswith("hydra.searchpath=") for word in words)
    for word in words:
        try:
            override = parser.parse_override(word)
        except HydraException as error:
            raise ConfigurationError(
                f"'{_typed(word)}' cannot be understood: a choice reads key=value, as in "
                "therapists.n=40"
            ) from error
        if re.match(r"hydra[./]", override.key_or_group):
            continue
        _check_word(override, word, groups, elsewhere=elsewhere)
        if override.is_sweep_override() and not several:
            raise ConfigurationError(
                f"'{_typed(word)}' asks for several studies at once: attune -m runs one after the "
                "other"
            )


def check_together(words: Sequence[str]) -> None:
    """Check that the words of one command do not contradict each other.

    Parameters
    ----------
    words : sequence of str
        As in ``therapists.n=40``.

    Raises
    ------
    ConfigurationError
        For the first two that do.
    """
    said: dict[str, str] = {}
    for word in words:
        key = word.partition("=")[0].lstrip("+")
        if said.setdefault(key, word) != word:
            raise ConfigurationError(
                f"{_typed(said[key])} and {_typed(word)} contradict each other: leave one out"
            )
    total = said.get("patients.total", "patients.total=null")
    if "patients.per_therapist" in said and total != "patients.total=null":
        raise ConfigurationError(
            f"{total} and {said['patients.per_therapist']} contradict each other: patients are "
            "counted in all, or for each therapist"
        )


def _typed(word: str) -> str:
    """Write a word as a user types it."""
    long_forms = {"training@control=": "control=", "seed.both=": "seed=", "++links.": "links."}
    word = re.sub(r"^instrument(?==|\.)", "instruments", word)
    for long, short in long_forms.items():
        word = word.replace(long, short)
    return word.removeprefix("+") if word.startswith("+experiment=") else word


def _check_word(override: Override, word: str, groups: set[str], *, elsewhere: bool) -> None:
    """Check one word that was parsed."""
    key = override.key_or_group
    if override.is_delete():
        raise ConfigurationError(f"'{word}' takes away what a study needs: give another value")
    if key in groups:
        place = override.package or key
        if place != key and place not in keys():
            raise ConfigurationError(_unknown(place))
        if override.is_add() and place in keys():
            raise ConfigurationError(f"'{word}' adds a second {place}: leave out the +")
        chosen = override.value()
        if not override.is_sweep_override() and not isinstance(chosen, str | list | dict):
            raise ConfigurationError(_no_option(key, _shown(chosen), word, None))
    elif key.startswith("links."):
        return  # which links there are is known above: sim.own_links
    elif key.startswith("instrument."):
        _check_form(key)
    elif elsewhere and override.is_add():
        return  # a group of a folder that only Hydra knows
    elif override.package is not None or "/" in key:
        raise ConfigurationError(f"there is no group {key}{nearest(key, groups)}")
    elif key not in keys():
        raise ConfigurationError(_unknown(key))
    elif override.is_add():
        raise ConfigurationError(f"'{word}' adds a second {key}: leave out the +")


def _check_form(key: str) -> None:
    """Check a word that changes a figure of an instrument."""
    _, name, *rest = key.split(".")
    kind: type = forms.Instrument
    if rest[:1] == ["raters"] and len(rest) > 2:  # noqa: PLR2004 - raters.self.validity
        kind, rest = forms.Rater, rest[2:]
    fields = [field.name for field in dataclasses.fields(kind)]
    if rest[:1] not in [[field] for field in fields]:
        said = rest[0] if rest else ""
        raise ConfigurationError(
            f"instruments.{name} has no key {said or 'of that name'}{nearest(said, fields)}"
        )


def is_sweep(word: str) -> bool:
    """Tell whether a word asks for several values, as in ``training=mbsr,none``."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    return OverridesParser.create().parse_override(word).is_sweep_override()


def check_option(group: str, option: Any, folder: str | Path | None = None) -> None:
    """Check that a group has an option, without composing it.

    Raises
    ------
    ConfigurationError
        If it has none of that name.
    """
    groups = choices.groups(folder)
    if group in groups and str(option) not in groups[group]:
        raise ConfigurationError(_no_option(group, _shown(option), None, folder))


def keys() -> tuple[str, ...]:
    """List every key that a user may set, the names of groups included."""
    listed: list[str] = []
    for key, value in schema.Config().to_dict().items():
        listed.append(key)
        if isinstance(value, dict):
            listed += [f"{key}.{inner}" for inner in value]
    listed.remove("command")
    return tuple(listed)


def _unknown(key: str) -> str:
    """Say that a key does not exist, and what was probably meant."""
    if re.match(r"hydra\b", key):
        return f"{key} is no setting of Hydra's"
    known = keys()
    parent, _, leaf = key.rpartition(".")
    siblings = [name.rpartition(".")[2] for name in known if name.rpartition(".")[0] == parent]
    siblings = siblings or _fields(parent)
    namesakes = [name for name in known if name.rpartition(".")[2] == leaf]
    said = f"{key or 'a choice without a key'} does not exist"
    if parent and (meant := nearest(leaf, siblings)):
        return said + meant
    if namesakes:
        return f"{said}; did you mean '{namesakes[0]}'?"
    if parent == "parameters":
        return f"{said}: attune parameters lists those that do"
    if parent and siblings:
        return f"{said}: {parent} has {', '.join(siblings)}"
    return said + (nearest(key, known) or ": attune --help lists what does")


def _fields(place: str) -> list[str]:
    """List the keys of whatever stands at a place deep in the configuration."""
    kind = _kind(place)
    return (
        [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    )


def _kind(place: str) -> Any:
    """Give the type of what stands at a place deep in the configuration; None if nothing does."""
    kind: Any = schema.Config
    for part in place.split("."):
        if typing.get_origin(kind) is dict:
            kind = typing.get_args(kind)[1]
        else:
            kind = typing.get_type_hints(kind).get(part) if dataclasses.is_dataclass(kind) else None
    return kind


def _taken(key: str) -> str:
    """Say in words what a key takes, however deep it stands."""
    kind, said = _kind(key), schema.allowed(key)
    if said != "text":
        return said
    kinds = {typing.get_origin(kind) or kind, *typing.get_args(kind)}
    said = next((words for one, words in _KINDS.items() if one in kinds), said)
    return f"{said} or null" if type(None) in kinds else said


def _no_option(group: str, option: str, word: str | None, folder: str | Path | None) -> str:
    """Say that a group has no such option, and which it has."""
    options = choices.groups(folder).get(group, {})
    said = _typed(word or f"{group}={option}")
    which = f": it takes one of {', '.join(options)}" if options else ""
    return f"{said} does not exist{which}{nearest(option, options)}"


# ---- what Hydra and OmegaConf raise --------------------------------------------------------------


def _sentence(error: BaseException, words: Sequence[str], folder: str | Path | None) -> str:
    """Put an exception of Hydra's or OmegaConf's into one sentence."""
    import yaml
    from hydra.errors import MissingConfigException
    from omegaconf.errors import OmegaConfBaseException

    where = re.match(r"In '([^']+)': \w+ raised while composing", str(error))
    file = f"{where[1]}.yaml: " if where else ""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, MissingConfigException) and link.missing_cfg_file:
            group, _, option = link.missing_cfg_file.rpartition("/")
            word = next((word for word in words if word.endswith(f"={option}")), None)
            return _no_option(group, option, word, folder)
        if isinstance(link, OmegaConfBaseException) and link.full_key:
            return file + _wrong_value(link, folder)
        if isinstance(link, yaml.MarkedYAMLError) and link.problem_mark is not None:
            mark = link.problem_mark
            return f"{mark.name} is not valid YAML: {link.problem} in line {mark.line + 1}"
        if isinstance(link, UserWarning) and (path := re.search(r"path=(.*) is not", str(link))):
            return f"the folder {path[1]} does not exist"
        link = link.__cause__ or link.__context__
    said = str(error).strip() or type(error).__name__
    return f"the choices do not fit together: {file}{said.splitlines()[0]}"


def _wrong_value(error: Any, folder: str | Path | None) -> str:
    """Say what is wrong with the value of one key."""
    from omegaconf import errors

    key = str(error.full_key)
    if form := re.fullmatch(r"instrument\.(\w+)(\..+)?", key):
        return _wrong_form(key, form[1], error)
    if isinstance(error, errors.MissingMandatoryValue):
        group = key.partition(".")[0]
        options = choices.groups(folder).get("training" if group == "control" else group, {})
        which = f": it takes a file that has one, such as {', '.join(options)}" if options else ""
        return f"{key} is missing{which}"
    if re.fullmatch(r"knockout\.(name|title|about|source|because|cut|cases)", key):
        return "a knock-out's file has to begin with where it belongs: # @package knockout.own, say"
    if key in {f"published.{field.name}" for field in dataclasses.fields(Published)}:
        return (
            "a published study's file has to begin with where it belongs: "
            "# @package published.own, say"
        )
    if isinstance(error, errors.InterpolationResolutionError):
        return f"{key} cannot be worked out: {str(error).splitlines()[0]}"
    if isinstance(error, errors.ConfigKeyError | errors.ConfigAttributeError):
        return _unknown(key)
    return f"{key}={_shown(error.value)} will not do: it takes {_taken(key)}"


def _wrong_form(key: str, name: str, error: Any) -> str:
    """Say what is wrong with the file of an instrument, or with what a word changes in it."""
    from omegaconf import errors

    if name in {field.name for field in dataclasses.fields(forms.Instrument)}:
        return (
            "an instrument's file has to begin with where it belongs: # @package instrument.own, "
            "say"
        )
    if isinstance(error, errors.MissingMandatoryValue):
        return f"{key} is missing: every instrument says its {key.rpartition('.')[2]}"
    if isinstance(error, errors.ConfigKeyError | errors.ConfigAttributeError):
        if key == f"instrument.{name}":
            return f"instruments.{name} is not asked for: instruments=[{name}] does that"
        return f"{key} is nothing that an instrument's file says: see docs/instruments.md"
    return f"{key}={_shown(error.value)} will not do: see docs/instruments.md"


def _shown(value: Any) -> str:
    """Write a value as a user would."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)
