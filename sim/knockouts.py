"""Knock-outs: links of the theory cut, each by a handful of values.

A knock-out is an option of the group ``knockout``; whatever a study is told otherwise, it sets the
keys it names. Several can be cut at once, as in ``knockout=[k6,k10]``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sim import layout, parameters, records
from sim.cuts import Case, Knockout
from sim.errors import ConfigurationError, nearest
from sim.schema import LADDER, RECORDS, Config, Training, numbers, plain

#: What a programme does besides what it does by the hour.
_BESIDE = ("hope", "reset", "imagery", "displacement")


def cut(config: Config) -> Config:
    """Cut the links that a configuration names, all at once.

    Parameters
    ----------
    config : Config
        The configuration; the study `sim.schema.LADDER`, which cuts one link after the other, gets
        it back as it is.

    Returns
    -------
    Config

    Raises
    ------
    ConfigurationError
        If a knock-out names a key that does not exist, or no knock-out was found in its file.
    """
    check(config.knockout)
    if config.study.name == LADDER:
        return config
    for knockout in config.knockout.values():
        config = with_values(config, knockout.cut)
    return config


def check(knockouts: Mapping[str, Knockout]) -> None:
    """Check that every key that knock-outs set is there, and a number.

    Raises
    ------
    ConfigurationError
        For the first that is not.
    """
    for name, knockout in knockouts.items():
        for key in _keys(knockout):
            if key not in settable():
                raise ConfigurationError(
                    f"the knock-out {name} sets {key}, which does not exist"
                    f"{nearest(key, settable())}"
                )
        for case in knockout.cases:
            if [other.name for other in knockout.cases].count(case.name) > 1:
                raise ConfigurationError(
                    f"the knock-out {name} has two cases named '{case.name}': each needs its own"
                )
            if case.times < 1:
                raise ConfigurationError(
                    f"the knock-out {name} says times={case.times}: it takes 1 or more"
                )
            for gain in case.only or ():
                if gain not in gains():
                    raise ConfigurationError(
                        f"the knock-out {name} trains only {gain}, which no programme trains"
                        f"{nearest(gain, gains())}"
                    )


def check_words(words: Sequence[str], config: Config) -> None:
    """Check that no word sets a key that a knock-out sets as well.

    Raises
    ------
    ConfigurationError
        For the first word that does.
    """
    if config.study.name == LADDER:
        return
    for word in words:
        key, _, value = word.partition("=")
        for name, knockout in config.knockout.items():
            if key in knockout.cut and not _same(value, knockout.cut[key]):
                raise ConfigurationError(
                    f"{word} and knockout={name}, which sets it to {plain(knockout.cut[key])}, "
                    "contradict each other: leave one out"
                )


def with_values(config: Config, values: Mapping[str, float]) -> Config:
    """Give a configuration with some values changed.

    Parameters
    ----------
    config : Config
        The configuration; it stays as it is.
    values : mapping of str to float
        By key. ``training.…`` means the programmes of every arm but the reference, whatever the
        arms are called, and ``control.…`` that of the reference.

    Returns
    -------
    Config
    """
    changed = copy.deepcopy(config)
    for key, value in values.items():
        group, _, name = key.partition(".")
        kind = numbers()[key][0] if key in numbers() else float
        for target in _targets(changed, group):
            setattr(target, name, kind(value))
    return changed


def with_only(config: Config, kept: Iterable[str]) -> Config:
    """Give a configuration in which nothing is trained but some gains.

    Parameters
    ----------
    config : Config
        The configuration; it stays as it is.
    kept : iterable of str
        The gains that stay as they are; all others of the arms but the reference, their hope, their
        reset and their costs are nought.
    """
    off = [name for name in gains() if name not in set(kept)]
    return with_values(config, {f"training.{name}": 0.0 for name in off})


def with_case(config: Config, case: Case) -> Config:
    """Give the configuration in which a case is asked, without the cut."""
    asked = config if case.only is None else with_only(config, case.only)
    asked = with_values(asked, case.given)
    asked.replicates *= case.times
    return asked


def settable() -> tuple[str, ...]:
    """List the keys that a knock-out may set: numbers of people, setting, programmes and theory."""
    inherited = [key for key in numbers() if key.partition(".")[0] in RECORDS]
    return (*inherited, *(f"parameters.{name}" for name in parameters.table()))


def gains() -> tuple[str, ...]:
    """List what a programme changes: gains and costs by the hour, and besides."""
    listed = layout.fields(records.Programme)
    return tuple(f.name for f in listed if f.unit.endswith("/hour") or f.name in _BESIDE)


def _keys(knockout: Knockout) -> Iterator[str]:
    """List every key that a knock-out sets, its cases included."""
    yield from knockout.cut
    for case in knockout.cases:
        yield from case.given
        yield from case.instead or ()


def _same(word: str, value: float) -> bool:
    """Tell whether a word says the same number."""
    try:
        return float(word) == value
    except ValueError:
        return False


def _targets(config: Config, group: str) -> list[object]:
    """Give what a key's group stands for: one group, or the programmes of some arms."""
    if config.arms is None or group not in {"training", "control"}:
        return [getattr(config, group)]
    programmes: list[Training] = list(config.programmes().values())
    return list(programmes[:1] if group == "control" else programmes[1:])
