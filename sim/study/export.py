"""Export: tables of simulated studies on disk, written block by block.

Only a block of replicates is held in memory, so a study may be far larger than the machine.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import engine, folders, layout, ledger, manifest, observation, results, schema
from sim.errors import ResultsError
from sim.study import codebook, recorded
from sim.tables import KEYS, ROWS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from sim.configuration import Config
    from sim.engine.blocks import Block

    Array = np.ndarray[Any, Any]

CODEBOOK = "codebook"

#: The record levels that hold patients; `sim.study.recorded` needs them.
_WITH_PATIENTS = ("patients", "sessions", "segments")

#: About how many bytes a number takes on disk, by format: with digits behind the point, without.
_BYTES = {"parquet": (7.5, 1.0), "csv": (19.0, 2.5)}

#: About how many times a block's rows are in memory at once, and what is needed besides.
_COPIES, _BESIDES = 4, 350 * 2**20

#: How many rows are turned into a table at a time.
_SLICE = 2**17


class Size(NamedTuple):
    """How large an export becomes at most: rows by table, and bytes on disk and in memory."""

    rows: Mapping[str, int]
    disk: int
    memory: int


def levels(config: Config) -> tuple[str, ...]:
    """List the tables that are written."""
    return schema.RECORD_LEVELS[: schema.RECORD_LEVELS.index(config.record) + 1]


def size(config: Config) -> Size:
    """Work out beforehand how large an export becomes.

    Sessions and segments are counted as if everybody stayed to the end: it may become less.

    Parameters
    ----------
    config : Config
        The resolved configuration.

    Returns
    -------
    Size
    """
    from sim.engine import blocks

    arms, caseloads, frame = config.study_arms(), config.caseloads(), config.frame()
    rows = {"trials": config.replicates * len(arms)}
    rows["therapists"] = rows["trials"] * len(caseloads)
    rows["patients"] = rows["trials"] * sum(caseloads)
    rows["sessions"] = rows["patients"] * frame.weeks * frame.sessions_per_week
    rows["segments"] = rows["sessions"] * frame.segments
    kept = {level: rows[level] for level in levels(config)}
    real, whole = _BYTES[config.format]
    disk = 0.0
    for level, many in kept.items():
        disk += many * real * len(observation.scores(config.instrument, level))
        if level == "trials":
            disk += many * real * len(blocks.trial_columns())
            continue
        fields = layout.fields(ROWS[level])
        reals = sum(field.kind is float for field in fields)
        disk += many * (reals * real + (len(fields) - reals + len(KEYS[level])) * whole)
    lived = blocks.level(_lived(config))
    at_once = min(config.replicates, blocks.replicates_at_once(config, len(arms), lived))
    block = blocks.rows(config, len(arms), lived, 1)
    one = sum(array.nbytes for array in block[1:])
    return Size(kept, int(disk), _BESIDES + _COPIES * one * at_once)


def export(
    config: Config,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Path:
    """Simulate studies, and write their tables and the codebook to the folder of the result.

    Parameters
    ----------
    config : Config
        The resolved configuration: `Config.format` is ``parquet`` or ``csv``, `Config.record` says
        down to what is written.
    progress : callable, optional
        Is told the number of replicates done.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ResultsError
        If it cannot be written, or the disk has no room for it.
    """
    place = results.folder_of(config)
    folders.check_place(place)
    _check_room(config, place)
    started = time.perf_counter()
    with folders.writing(place), folders.beside(place) as part:
        files = {level: part / f"{level}.{config.format}" for level in levels(config)}
        with contextlib.ExitStack() as stack:
            writers = {level: _Writer(file, stack) for level, file in files.items()}
            for tables in engine.lived(
                config,
                config.replicates,
                _lived(config),
                functools.partial(_all_tables, config),
                progress=progress,
                say=say,
            ):
                for level, writer in writers.items():
                    for table in tables.pop(level):
                        writer.write(table)
        words = {"arm": [arm.name for arm in config.study_arms()], **ledger.WORDS}
        listed = {
            level: writer.listed() | {"words": _words(level, writer.columns, words)}
            for level, writer in writers.items()
        }
        columns = {name: writer.columns for name, writer in writers.items()}
        entries = codebook.codebook(columns, words, config.instrument)
        codebook.table(entries).to_csv(part / f"{CODEBOOK}.csv", index=False, lineterminator="\n")
        (part / f"{CODEBOOK}.md").write_text(codebook.markdown(entries), encoding="utf-8")
        described = manifest.describe(config, seconds=time.perf_counter() - started)
        text = json.dumps(described | {"tables": listed}, indent=2, ensure_ascii=False)
        (part / folders.MANIFEST).write_text(text + "\n", encoding="utf-8")
    return place


def _check_room(config: Config, place: Path) -> None:
    """Check that the disk has room.

    Raises
    ------
    ResultsError
        If it has not.
    """
    there = next(part for part in (place, *place.absolute().parents) if part.exists())
    needed, free = 2 * size(config).disk, shutil.disk_usage(there).free  # blocks are kept besides
    if needed > free:
        raise ResultsError(
            f"there is no room for the results in {place}: they take about {megabytes(needed)}, "
            f"and {megabytes(free)} are free"
        )


def megabytes(count: float) -> str:
    """Write a number of bytes for a reader: ``12 MB``, ``3.4 GB``."""
    if count < 1e9:  # noqa: PLR2004
        return f"{max(1, round(count / 1e6))} MB"
    return f"{count / 1e9:.1f} GB"


def _lived(config: Config) -> str:
    """Tell what the engine has to keep of a block."""
    return config.record if config.record in _WITH_PATIENTS else "patients"


def _all_tables(config: Config, block: Block) -> dict[str, list[pa.Table]]:
    """Give the rows of a block, level by level."""
    return {level: list(_tables(config, block, level)) for level in levels(config)}


def _tables(config: Config, block: Block, level: str) -> Iterator[pa.Table]:
    """Give the rows of a block as tables of some size, codes as words, what is missing as such."""
    import numpy as np
    import pyarrow as pa

    columns = recorded.columns(config, block, level)
    words = {"arm": block.arms, **(ledger.WORDS if level != "trials" else {})}
    many = len(columns["replicate"])
    for start in range(0, many, _SLICE):
        made = {}
        for name, values in columns.items():
            some = values[start : start + _SLICE]
            if name in words:
                made[name] = pa.DictionaryArray.from_arrays(
                    pa.array(some.astype(np.int8)), pa.array(list(words[name]))
                )
            else:
                made[name] = pa.array(some, from_pandas=True)
        yield pa.table(made)


def _words(level: str, columns: list[str], words: Mapping[str, Any]) -> dict[str, list[str]]:
    """List the words of each column of words."""
    return {
        name: list(words[name])
        for name in columns
        if name in words and (name == "arm" or level != "trials")
    }


class _Writer:
    """Writes one table to one file, part after part."""

    def __init__(self, file: Path, stack: contextlib.ExitStack) -> None:
        self.file = file
        self.columns: list[str] = []
        self._kinds: dict[str, str] = {}
        self._stack = stack
        self._rows = 0
        self._into: Any = None

    def write(self, table: pa.Table) -> None:
        """Write some rows."""
        if self.file.suffix == ".csv":
            table = table.cast(self._plain(table))
        if self._into is None:
            self.columns = list(table.column_names)
            self._kinds = {field.name: str(field.type) for field in table.schema}
            self._into = self._stack.enter_context(self._opened(table))
        self._into.write_table(table)
        self._rows += table.num_rows

    def listed(self) -> dict[str, Any]:
        """Say what a manifest says of the file."""
        said = {"file": self.file.name, "rows": self._rows, "bytes": self.file.stat().st_size}
        return said | ({"kinds": self._kinds} if self.file.suffix == ".csv" else {})

    def _opened(self, table: pa.Table) -> Any:
        """Open the file for tables like this one."""
        from pyarrow import csv, parquet

        if self.file.suffix == ".csv":
            options = csv.WriteOptions(quoting_style="needed")
            return csv.CSVWriter(self.file, table.schema, write_options=options)
        return parquet.ParquetWriter(
            self.file, table.schema, compression="zstd", write_page_checksum=True
        )

    @staticmethod
    def _plain(table: pa.Table) -> pa.Schema:
        """Give the table's schema with words as text."""
        import pyarrow as pa

        return pa.schema(
            [
                pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type)
                for f in table.schema
            ]
        )
