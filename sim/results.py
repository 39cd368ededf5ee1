"""Results: the tables of a study with their manifest, on disk and back.

A folder of results holds ``manifest.json``, one Parquet file a table, ``summary.csv`` and whatever
figures the study draws; it is written as a whole (`sim.folders`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import extent, inquiry, plans
from sim import manifest as manifests
from sim.errors import ResultsError
from sim.folders import MANIFEST, beside, mend, writing
from sim.schema import RECORD_LEVELS

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config

SUMMARY = "summary.csv"

#: The tables there may be: a level each; trials in which every arm has people of its own; how the
#: variance of outcome is split; the rungs of a ladder; the worlds of a decomposition, with what
#: trials would estimate; of trials that were analysed the fits, what is implied, the flow and the
#: paths of mediation; what simulated studies find; those of calibrations, plans and inquiries.
TABLES = (
    *RECORD_LEVELS,
    *("independent", "variance", "ladder", "worlds", "mediation"),
    *("fits", "implied", "flow", "paths", "published"),
    *extent.TABLES,
    *plans.TABLES,
    *inquiry.TABLES,
)

#: So many arms enter the name of a folder besides the reference.
FEW_ARMS = 3


class Results:
    """Tables of simulated studies, with what determined them.

    Tables are tidy pandas frames, keys first (`sim.tables.KEYS`); code words are categorical
    columns, and ``arm`` is an ordered one, in the order of the configuration.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables there are, by record level (`RECORD_LEVELS`).
    manifest : mapping
        What `sim.manifest.describe` wrote down.
    config : Config, optional
        The resolved configuration; made again from the manifest if not given.
    folder : Path, optional
        Where the results lie, if they do.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        manifest: Mapping[str, Any],
        config: Config | None = None,
        folder: Path | None = None,
    ) -> None:
        self.manifest = dict(manifest)
        self.folder = folder
        self._config = config
        self._tables = dict(tables)

    @property
    def config(self) -> Config:
        """The resolved configuration."""
        if self._config is None:
            from sim import configuration

            self._config = configuration.restore(self.manifest["config"])
        return self._config

    @property
    def trials(self) -> pd.DataFrame:
        """One row a replicate and arm: means over its therapists and patients."""
        return self._table("trials")

    @property
    def therapists(self) -> pd.DataFrame:
        """One row a therapist."""
        return self._table("therapists")

    @property
    def patients(self) -> pd.DataFrame:
        """One row a patient."""
        return self._table("patients")

    @property
    def sessions(self) -> pd.DataFrame:
        """One row a session held."""
        return self._table("sessions")

    @property
    def segments(self) -> pd.DataFrame:
        """One row for each five minutes of a session held."""
        return self._table("segments")

    @property
    def independent(self) -> pd.DataFrame | None:
        """The trials of arms with people of their own (``reading=both``), if they were lived."""
        there = "independent" in self._tables or "independent" in self._on_disk()
        return self._table("independent") if there else None

    @property
    def variance(self) -> pd.DataFrame:
        """The components of variance of each replicate (`sim.study.variance`)."""
        return self._table("variance")

    def table(self, name: str) -> pd.DataFrame:
        """Give a table by its name.

        Raises
        ------
        ResultsError
            If there is none of that name, or it is damaged.
        """
        return self._table(name)

    def probe(self) -> None:
        """Read the first table, the others being read when they are asked for.

        Raises
        ------
        ResultsError
            If it is damaged.
        """
        for name in list(self._on_disk())[:1]:
            self._table(name)

    def __repr__(self) -> str:
        """Say what there is: ``Results(trials: 400 x 130, in outputs/compare/...)``."""
        tables = [f"{name}: {len(t)} x {t.shape[1]}" for name, t in self._tables.items()]
        where = [f"in {self.folder}"] if self.folder else []
        return f"Results({', '.join(tables + where)})"

    def summary(self) -> pd.DataFrame:
        """Sum the trials up: of every column and arm the mean over replicates and its error.

        Returns
        -------
        DataFrame
            ``quantity, arm, mean, sd, standard_error, replicates``, where the standard error is
            the Monte Carlo one of the mean.
        """
        import pandas as pd

        long = self.trials.melt(["replicate", "arm"], var_name="quantity")
        order = pd.Index(long["quantity"].unique())
        grouped = long.groupby(["quantity", "arm"], observed=True, sort=False)["value"]
        table = grouped.agg(mean="mean", sd="std", replicates="count").reset_index()
        table.insert(4, "standard_error", table["sd"] / table["replicates"] ** 0.5)
        rank = order.get_indexer(pd.Index(table["quantity"]))
        ordered: pd.DataFrame = table.iloc[rank.argsort(kind="stable")]
        return ordered.reset_index(drop=True)

    def save(
        self,
        folder: str | os.PathLike[str],
        summary: pd.DataFrame | None = None,
        also: Callable[[Path], object] | None = None,
    ) -> Path:
        """Write the results to a folder: all of it, or nothing.

        A finished result that lies there already is replaced in one step.

        Parameters
        ----------
        folder : path
            Where to.
        summary : DataFrame, optional
            What ``summary.csv`` shows; `summary` if not given.
        also : callable, optional
            Writes more files, figures say, into the folder it is given.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ResultsError
            If the folder cannot be written, or holds something that is no result.
        """
        place = Path(folder)
        with writing(place), beside(place) as part:
            self._write(part, self.summary() if summary is None else summary)
            if also is not None:
                also(part)
        self.folder = place
        return place

    def _write(self, folder: Path, summary: pd.DataFrame) -> None:
        """Write tables, summary and manifest into a folder."""
        listed = {}
        for name in [name for name in TABLES if name in self._tables or name in self._on_disk()]:
            table = self._table(name)
            file = folder / f"{name}.parquet"
            table.to_parquet(file, index=False, compression="zstd", write_page_checksum=True)
            listed[name] = {
                "file": file.name,
                "rows": len(table),
                "bytes": file.stat().st_size,
                "words": _words(table),
            }
        summary.to_csv(folder / SUMMARY, index=False, lineterminator="\n")
        self.manifest["tables"] = listed
        text = json.dumps(self.manifest, indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    def _table(self, name: str) -> pd.DataFrame:
        """Give a table; read it, if it still lies on disk."""
        if name in self._tables:
            return self._tables[name]
        listed = self._on_disk()
        if self.folder is None or name not in listed:
            raise ResultsError(
                f"these results hold no {name}: they were recorded with "
                f"record={self.manifest.get('config', {}).get('record', 'trials')}; "
                f"record={name} gives them"
            )
        self._tables[name] = _read(self.folder, name, listed[name])
        return self._tables[name]

    def _on_disk(self) -> Mapping[str, Any]:
        """List the tables of the folder that these results lie in, by what its manifest says."""
        listed: Mapping[str, Any] = self.manifest.get("tables", {})
        return listed if self.folder is not None else {}


def load(folder: str | os.PathLike[str]) -> Results:
    """Read results back.

    Tables are read when they are first asked for.

    Parameters
    ----------
    folder : path
        A folder of results.

    Returns
    -------
    Results

    Raises
    ------
    ResultsError
        If there is no such folder, or it is no result, half a result or a damaged one.
    """
    place = Path(folder)
    mend(place)
    manifest = _read_manifest(place)
    for table in manifest["tables"].values():
        file = place / table["file"]
        if not file.is_file():
            raise ResultsError(f"{place} is half a result: {file.name} is missing")
        if file.stat().st_size != table["bytes"]:
            raise ResultsError(f"{place} is damaged: {file.name} is not as it was written")
    return Results({}, manifest, folder=place)


def find(config: Config) -> Results | None:
    """Find a finished result that is identical to what this configuration would give.

    The folder of that name is looked at first, then the other results of the same study, those
    of its sweeps included. A damaged result is no result.

    Parameters
    ----------
    config : Config
        The resolved configuration.

    Returns
    -------
    Results or None
    """
    wanted = manifests.identity(config)
    place = folder_of(config)
    study = Path(config.output) / config.study.name
    others = [
        file.parent
        for file in [*sorted(study.glob(f"*/{MANIFEST}")), *sorted(study.glob(f"*/*/{MANIFEST}"))]
        if file.parent != place and not file.parent.name.startswith(".")
    ]
    for candidate in [place, *others]:
        with contextlib.suppress(ResultsError, OSError):
            if wanted not in (candidate / MANIFEST).read_text(encoding="utf-8", errors="replace"):
                continue
            found = load(candidate)
            if found.manifest["identity"] == wanted:
                found.probe()
                return found
    return None


def folder_of(config: Config) -> Path:
    """Name the folder of a result: ``<output>/<study>/<name>``, the name made from the choices.

    Parameters
    ----------
    config : Config
        The resolved configuration.

    Returns
    -------
    Path
        ``outputs/compare/mbsr-vs-none-trainees-outpatients-weekly_outpatient-1f0c44a9``, say; the
        last eight digits are those of the identity, so two results never fight over a name.
    """
    name = config.name
    if not name:
        arms = [config.training.name, "vs", config.control.name]
        if config.arms is not None:
            others = [one for one in config.programmes() if one != config.reference]
            others = others if len(others) <= FEW_ARMS else [f"{len(others)}_others"]
            arms = [config.reference, "vs", *others]
        people = [config.therapists.name, config.patients.name, config.setting.name]
        if config.study.name in plans.TRIALS:
            arms, people = [config.design.name, config.generator.name], []
        if config.study.name == "validate":
            arms, people = list(config.published), [config.world.name]
            arms = arms if len(arms) <= FEW_ARMS else [f"{len(arms)}_studies"]
        words = [re.sub(r"[^\w.]+", "_", word) for word in arms + people]
        name = "-".join([*words, manifests.identity(config)[:8]])
    return Path(config.output) / config.study.name / name


def _words(table: pd.DataFrame) -> dict[str, list[str]]:
    """List the words of each categorical column; Parquet forgets those that do not occur."""
    categorical = table.select_dtypes("category")
    return {str(name): categorical[name].cat.categories.tolist() for name in categorical}


def _read_manifest(place: Path) -> dict[str, Any]:
    """Read a manifest; whatever is wrong with it is said in one sentence."""
    if not place.is_dir():
        raise ResultsError(f"there are no results at {place}: no such folder")
    file = place / MANIFEST
    if not file.is_file():
        raise ResultsError(f"{place} is no result, or half of one: it has no {MANIFEST}")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        known = manifest["format"] == manifests.FORMAT
        complete = isinstance(manifest["identity"], str) and all(
            {"file", "rows", "bytes", "words"} <= set(table)
            for table in manifest["tables"].values()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultsError(f"{place} is damaged: its {MANIFEST} cannot be read") from error
    if not known:
        raise ResultsError(f"{place} was written by another version: compute it again")
    if not complete:
        raise ResultsError(f"{place} is damaged: its {MANIFEST} is not complete")
    return dict(manifest)


def _read(place: Path, name: str, listed: Mapping[str, Any]) -> pd.DataFrame:
    """Read one table, checking pages and length."""
    import pandas as pd
    import pyarrow as pa

    file = place / listed["file"]
    try:
        if file.suffix == ".csv":
            table = _read_csv(file, listed["kinds"])
        else:
            table = pd.read_parquet(file, page_checksum_verification=True)
        for column, words in listed["words"].items():
            ordered = column == "arm"
            table[column] = table[column].astype(pd.CategoricalDtype(words, ordered=ordered))
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise ResultsError(f"{place} is damaged: its {name} cannot be read") from error
    if len(table) != listed["rows"]:
        raise ResultsError(f"{place} is damaged: its {name} are not complete")
    return table


def _read_csv(file: Path, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Read a table from text, every column as the kind of value that it held."""
    from pyarrow import csv

    options = csv.ConvertOptions(column_types=dict(kinds))
    table: pd.DataFrame = csv.read_csv(file, convert_options=options).to_pandas()
    return table
