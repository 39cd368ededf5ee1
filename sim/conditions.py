"""Many studies, one after the other: ``attune -m ...`` and ``attune collect``.

A sweep is planned before it starts: Hydra's sweeper tells the conditions, each condition is a
study with a folder of its own, and one that lies there already is not computed again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim import configuration, folders, mistakes, results
from sim.errors import AttuneError, ConfigurationError
from sim.study import sweep
from sim.study.sweep import Condition, Plan

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override
    from rich.console import Console

    from sim.configuration import Config

    Face = Callable[[Config], Callable[[Config, Console], object]]

#: Keys that change no result, or the kind of it: there is nothing to compare along them.
NOT_SWEPT = ("study", "name", "output", "fresh", "engine")

#: Words that determine nothing about a sweep but its place.
_ASIDE = ("name=", "output=", "fresh=", "engine")

#: The longest name of a folder that is still read by anybody.
_LONGEST = 120


@dataclasses.dataclass(frozen=True)
class Job:
    """What one condition of a sweep is run with."""

    condition: Condition
    words: tuple[str, ...]


def jobs(words: Sequence[str], folder: str | None = None) -> list[Job]:
    """List the conditions that words ask for, as Hydra's sweeper tells them.

    Parameters
    ----------
    words : sequence of str
        As Hydra takes them (`sim.configuration.rewrite`), some with several values. An experiment
        file may sweep as well, by its ``hydra.sweeper.params``; a word for the same key goes first.
    folder : str, optional
        The user's own folder of options.

    Returns
    -------
    list of Job
        In the order in which they run; a condition that is asked for twice stands there once.

    Raises
    ------
    ConfigurationError
        If a word cannot be understood, or names a key that cannot be swept over.
    """
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper

    with configuration.parsing(words, folder) as (parser, params):
        own = {override.get_key_element() for override in parser.parse_overrides(list(words))}
        more = [f"{key}={value}" for key, value in params.items() if key not in own]
        overrides: list[Override] = parser.parse_overrides([*more, *words])
        swept = [one.get_key_element() for one in overrides if one.is_sweep_override()]
        for key in swept:
            if re.split(r"[.@/]", key.lstrip("+"))[0] in NOT_SWEPT:
                raise ConfigurationError(
                    f"{key} cannot be swept over: every condition of a sweep has the same "
                    f"{key.lstrip('+')}"
                )
        (batch,) = BasicSweeper.split_arguments(overrides, None)
        listed: dict[str, Job] = {}
        for job in batch:
            chosen = [one for one in parser.parse_overrides(job) if one.get_key_element() in swept]
            for one in chosen:
                mistakes.check_option(one.key_or_group, one.value(), folder)
            values = {_shown(one.get_key_element()): _value(one) for one in chosen}
            condition = Condition(values, _folder(values))
            listed.setdefault(condition.folder, Job(condition, tuple(job)))
    return list(listed.values())


def asked_for(words: Sequence[str], folder: str | None = None) -> bool:
    """Tell whether an experiment among the words is a sweep by itself."""
    if not any(word.startswith("+experiment=") for word in words):
        return False
    with configuration.parsing(words, folder) as (_, params):
        return bool(params)


def _value(override: Override) -> sweep.Value:
    """Tell what a key is set to; lists and dictionaries as text."""
    value = override.value()
    if value is None or isinstance(value, str | int | float):
        return value
    return str(override.get_value_element_as_str())


def _shown(key: str) -> str:
    """Write a key as a user would."""
    short = {"training@control": "control", "seed.both": "seed"}
    return short.get(key, key.lstrip("+"))


def _folder(values: dict[str, sweep.Value]) -> str:
    """Name the folder of a condition."""
    said = str(Condition(values, "")).replace(" ", ",") or "the_study"
    plain = re.sub(r"[^\w.=,+-]", "_", said).lstrip(".")
    if plain == said and len(said) <= _LONGEST:
        return said
    return f"{plain[:_LONGEST]}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def run(
    words: Sequence[str],
    face: Face,
    console: Console,
    folder: str | None = None,
) -> None:
    """Run a sweep: every condition that does not lie there yet, and the table in the end.

    Parameters
    ----------
    words : sequence of str
        As `jobs` takes them.
    face : callable
        Gives what runs and saves a study, by its configuration.
    console : Console
        Where to show what happens.
    folder : str, optional
        The user's own folder of options.

    Raises
    ------
    AttuneError
        If conditions failed, when all others are done; each has been named on stderr.
    """
    from rich.console import Console

    planned = jobs(words, folder)
    axes = tuple(planned[0].condition.chosen)
    common = [word for word in words if not word.startswith(_ASIDE)]
    place, name = _place(planned, axes, common, folder)
    plan = Plan(
        axes,
        tuple(job.condition for job in planned),
        configuration.command(list(words), folder).replace("attune ", "attune -m ", 1),
    )
    folders.check_place(place)
    plan.save(place)
    failures: list[tuple[Condition, Exception]] = []
    for number, job in enumerate(planned, 1):
        said = f"[bold]{number}[/] of {len(planned)}  {_escape(str(job.condition) or 'the study')}"
        try:
            config = configuration.configure(*job.words, folder=folder)
            config.name = f"{name}/{job.condition.folder}"
            again = _adopted(config)
            console.print(said + ("  [dim]found[/]" if again else ""), soft_wrap=True)
            if not again:
                face(config)(config, Console(quiet=True))
        except KeyboardInterrupt:
            sys.stderr.write(
                f"attune: {number - 1} of {len(planned)} conditions are done; the same command "
                "goes on from there\n"
            )
            raise
        except Exception as error:  # noqa: BLE001 - named at the end
            failures.append((job.condition, error))
            console.print(f"{said}  [dark_orange]failed[/]", soft_wrap=True)
    if len(failures) < len(planned):
        _finish(place, plan, console, {condition for condition, _ in failures})
    _name(failures)


def _adopted(config: Config) -> bool:
    """Give a condition the finished result that it is identical to; tell if there is one."""
    found, place = None if config.fresh else results.find(config), results.folder_of(config)
    if found is not None:
        folders.share(found.folder or place, place)
    return found is not None


def _place(
    planned: list[Job], axes: Sequence[str], common: Sequence[str], folder: str | None
) -> tuple[Path, str]:
    """Tell the folder of a sweep, and its name in ``<output>/<study>``."""
    first = None
    for job in planned:  # one condition may be wrong; what all share is found in any other
        try:
            first = configuration.configure(*job.words, folder=folder)
            break
        except AttuneError as error:
            last = error
    if first is None:
        raise last
    digest = hashlib.sha256("\n".join(common).encode()).hexdigest()[:8]
    swept = "-".join(re.sub(r"[^\w.]+", "_", axis) for axis in axes) or "one"
    experiments = [word.partition("=")[2] for word in common if word.startswith("+experiment=")]
    name = first.name or f"{'-'.join(experiments) or f'sweep-{swept}'}-{digest}"[-_LONGEST:]
    return Path(first.output) / first.study.name / name, name


def _name(failures: list[tuple[Condition, Exception]]) -> None:
    """Name the conditions that failed, each with its sentence."""
    for condition, error in failures:
        said = str(error) if isinstance(error, AttuneError) else f"{type(error).__name__}: {error}"
        sys.stderr.write(f"attune: {condition}: {said}\n")
    for _, error in failures:
        if not isinstance(error, AttuneError):
            raise error
    if failures:
        raise AttuneError(f"{len(failures)} of the studies could not be run; the others are done")


def _finish(place: Path, plan: Plan, console: Console, aside: set[Condition]) -> None:
    """Write the table of a sweep and draw it; say where it lies, and what is missing."""
    kept = dataclasses.replace(plan, conditions=tuple(c for c in plan.conditions if c not in aside))
    collected = sweep.collect(place, kept)
    files = sweep.write(place, kept, collected.table)
    _draw(place, kept)
    for condition, sentence in collected.missing.items():
        said = f"[dark_orange]missing[/]  {_escape(condition)}: {_escape(sentence)}"
        console.print(said, soft_wrap=True)
    there = len(kept.conditions) - len(collected.missing)
    names = " and ".join(file.name for file in files)
    console.print(
        f"{len(collected.table)} rows of {there} conditions: [bold]{_escape(place)}[/]  {names}",
        soft_wrap=True,
    )


def _draw(place: Path, plan: Plan) -> None:
    """Draw the effect against the swept axes."""
    import pandas as pd

    from sim import figures

    draw = getattr(figures, "draw_sweep", None)
    if draw is not None and plan.axes:
        table = pd.read_parquet(place / f"{sweep.TABLE}.parquet")
        if "step" in table:
            with folders.writing(place):
                draw(table, list(plan.axes), place)


def collect(words: Sequence[str], console: Console) -> None:
    """Put together what lies in the folder of a sweep, or in any folder of results.

    Raises
    ------
    AttuneError
        If there is nothing to be put together.
    """
    if len(words) != 1 or not words[0]:
        raise ConfigurationError(
            "attune collect takes one folder, as in attune collect outputs/compare/mine"
        )
    place = Path(words[0])
    plan = sweep.load_plan(place)
    folders.check_place(place)
    _finish(place, plan, console, set())


def _escape(text: object) -> str:
    """Keep square brackets in a text from being taken for a style."""
    from rich.markup import escape

    return escape(str(text))
