"""Sweeps: what many studies found, as one table.

The folder of a sweep holds ``sweep.json`` (what was swept over, and which conditions there are), a
folder of results for each condition, and in the end ``sweep.parquet`` and ``sweep.csv``: one row
for each condition and row of its ``summary.csv``, the swept keys as columns first.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import folders, results
from sim.errors import ResultsError

if TYPE_CHECKING:
    import pandas as pd

PLAN = "sweep.json"
TABLE = "sweep"

#: Raised by one when an older plan can no longer be read.
FORMAT = 1

#: What a swept key can be set to.
Value = str | int | float | bool | None

#: How deep below a folder results are looked for.
_DEPTH = 3

#: Keys of a group that determine nothing.
_TEXTS = frozenset({"name", "about", "source", "evidence"})


@dataclasses.dataclass(frozen=True)
class Condition:
    """One study of a sweep: what the swept keys are set to, and the name of its folder."""

    chosen: Mapping[str, Value] = dataclasses.field(hash=False)
    folder: str

    def __str__(self) -> str:
        """Write the condition as a user would type it."""
        return " ".join(f"{key}={_typed(value)}" for key, value in self.chosen.items())


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a sweep is made of."""

    axes: tuple[str, ...]
    conditions: tuple[Condition, ...]
    command: str = ""

    def save(self, folder: Path) -> None:
        """Write the plan into the folder of the sweep.

        Raises
        ------
        ResultsError
            If the folder cannot be written, or holds a single result.
        """
        if (folder / folders.MANIFEST).is_file():
            raise ResultsError(f"{folder} holds a single result: choose another name for the sweep")
        said = {"format": FORMAT, **dataclasses.asdict(self)}
        text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
        with folders.writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _replace(folder / PLAN, lambda file: file.write_text(text, encoding="utf-8"))


def load_plan(folder: Path) -> Plan:
    """Read the plan of a sweep; of other folders with results, make one.

    Raises
    ------
    ResultsError
        If there is no such folder, no result in it, or a damaged plan.
    """
    if not folder.is_dir():
        raise ResultsError(f"there is no sweep at {folder}: no such folder")
    file = folder / PLAN
    if not file.exists():
        return _guessed(folder)
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        known = said["format"] == FORMAT
        plan = Plan(
            tuple(map(str, said["axes"])),
            tuple(Condition(dict(each["chosen"]), each["folder"]) for each in said["conditions"]),
            str(said["command"]),
        )
        sound = all(set(each.chosen) == set(plan.axes) for each in plan.conditions)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            f"{folder} is damaged: its {PLAN} cannot be read; the command of the sweep writes it "
            "again and computes only what is missing"
        ) from error
    if not (known and sound):
        raise ResultsError(f"{folder} was written by another version: run the sweep again")
    return plan


def _guessed(folder: Path) -> Plan:
    """Make a plan of whatever results lie below a folder: its axes are the keys that differ."""
    found = {}
    for depth in range(1, _DEPTH + 1):
        for file in sorted(folder.glob("/".join(["*"] * depth) + f"/{folders.MANIFEST}")):
            place = file.parent.relative_to(folder)
            if not any(part.startswith(".") for part in place.parts):
                with contextlib.suppress(ResultsError):
                    found[place.as_posix()] = results.load(file.parent).manifest["config"]
    if not found:
        raise ResultsError(f"{folder} holds no results: attune -m compare ... makes some")
    said = {name: _keys(config) for name, config in found.items()}
    keys = dict.fromkeys(key for flat in said.values() for key in flat)
    axes = [key for key in keys if len({repr(flat.get(key)) for flat in said.values()}) > 1]
    # An option that differs explains every key of its group.
    chosen = {key for key in axes if "." not in key}
    axes = [key for key in axes if key in chosen or key.partition(".")[0] not in chosen]
    conditions = [Condition({k: flat.get(k) for k in axes}, name) for name, flat in said.items()]
    return Plan(tuple(axes), tuple(conditions))


def _keys(config: Mapping[str, Any]) -> dict[str, Value]:
    """List what can differ between two configurations; a group by the name of its option."""
    aside = {"name", "output", "fresh", "command", "engine"}
    flat: dict[str, Value] = {}
    for key, value in config.items():
        if key in aside:
            continue
        if not isinstance(value, dict) or key == "knockout":
            flat[key] = _flat(value if key != "knockout" else ",".join(value))
            continue
        if "name" in value:
            flat[key] = value["name"]
        for inner, one in value.items():
            if inner not in _TEXTS and (key, inner) != ("seed", "both"):
                flat[f"{key}.{inner}"] = _flat(one)
    return flat


def _flat(value: Any) -> Value:
    """Write lists and dictionaries as text."""
    return value if isinstance(value, str | int | float | None) else json.dumps(value)


@dataclasses.dataclass(frozen=True, eq=False)
class Collected:
    """What was found of a sweep.

    Attributes
    ----------
    table : DataFrame
        One row for each condition and row of its summary: the swept keys first.
    missing : mapping
        Conditions that could not be read, each with the sentence that says why.
    """

    table: pd.DataFrame
    missing: Mapping[Condition, str]


def collect(folder: Path, plan: Plan) -> Collected:
    """Put what the conditions found into one table, in the order of the plan.

    Parameters
    ----------
    folder : Path
        The folder of the sweep.
    plan : Plan
        Its plan.

    Returns
    -------
    Collected

    Raises
    ------
    ResultsError
        If nothing is there to be collected, or the conditions do not belong together.
    """
    import pandas as pd

    parts: list[pd.DataFrame] = []
    sources: dict[str, str] = {}
    missing: dict[Condition, str] = {}
    for condition in plan.conditions:
        place = folder / condition.folder
        try:
            manifest = results.load(place).manifest
            summary = _summary(place)
        except ResultsError as error:
            missing[condition] = str(error)
            continue
        sources.setdefault(str(manifest.get("source_hash")), condition.folder)
        for at, axis in enumerate(plan.axes):
            summary.insert(at, axis, [condition.chosen[axis]] * len(summary))
        parts.append(summary)
    if len(sources) > 1:
        one, other, *_ = sources.values()
        raise ResultsError(
            f"{one} and {other} were computed by different versions of the model: run the sweep "
            "again, so that all conditions are of one"
        )
    if not parts:
        raise ResultsError(f"none of the {len(plan.conditions)} conditions in {folder} is there")
    columns = dict.fromkeys(str(column) for part in parts for column in part)
    order = [*plan.axes, *(column for column in columns if column not in plan.axes)]
    table = pd.concat([part.dropna(axis="columns", how="all") for part in parts], ignore_index=True)
    return Collected(table.reindex(columns=order), missing)


def _summary(place: Path) -> pd.DataFrame:
    """Read the summary of a result; of one without, tell where it lies."""
    import pandas as pd
    from pyarrow import csv

    file = place / results.SUMMARY
    if not file.is_file():
        return pd.DataFrame({"folder": [place.name]})
    try:  # not pandas' reader: before pandas 3 it may miss the last bit of a number
        empty = csv.ConvertOptions(strings_can_be_null=True)
        summary: pd.DataFrame = csv.read_csv(file, convert_options=empty).to_pandas()
        return summary
    except (OSError, ValueError) as error:
        raise ResultsError(f"{place} is damaged: its {file.name} cannot be read") from error


def write(folder: Path, plan: Plan, table: pd.DataFrame) -> list[Path]:
    """Write the table of a sweep into its folder, and have it drawn.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    ResultsError
        If they cannot be written.
    """
    typed = table.copy()
    for axis in plan.axes:  # one kind of value a column, or text
        kinds = {type(value) for value in table[axis].dropna()}
        if len(kinds) > 1 and not kinds <= {int, float}:
            typed[axis] = [None if value is None else str(value) for value in table[axis]]
    files = [folder / f"{TABLE}.parquet", folder / f"{TABLE}.csv"]
    with folders.writing(folder):
        _replace(files[0], lambda file: typed.to_parquet(file, index=False, compression="zstd"))
        _replace(files[1], lambda file: typed.to_csv(file, index=False, lineterminator="\n"))
    return files


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and put it there when it is complete."""
    part = file.with_name(f".{uuid.uuid4().hex[:12]}.{file.name}")
    try:
        write(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _typed(value: Value) -> str:
    """Write a value as a user would type it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def unique(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """Give every condition once."""
    seen = set()
    for condition in conditions:
        if condition.folder not in seen:
            seen.add(condition.folder)
            yield condition
