"""Validation: published studies simulated at their own size, and what they published held against.

Every study is simulated many times over, in the world that is configured. Where the published
value falls among the simulated ones says whether the model could have produced it; many studies
together are counted as literatures are, by what is significant (`sim.study.counts`). Nothing here
is used for fitting.
"""

from __future__ import annotations

import dataclasses
import math
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import configuration, draws, manifest
from sim.results import Results
from sim.study import agreement, counts, findings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links
    from sim.published import Finding, Published
    from sim.trial.endpoints import Endpoint

    Array = np.ndarray[Any, np.dtype[Any]]

#: The interval in which most simulated studies lie.
INNER = (0.025, 0.975)


@dataclasses.dataclass(frozen=True, eq=False)
class Validation:
    """Published studies beside simulated ones.

    Attributes
    ----------
    results : Results
        Its table ``published``: one row a study, finding and replicate, with ``value`` and ``p``.
    findings : DataFrame
        One row a finding; see `table`.
    counted : DataFrame
        One row a study with a finding that is tested; see `sim.study.counts.table`.
    """

    results: Results
    findings: pd.DataFrame
    counted: pd.DataFrame

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.results.config

    @property
    def world(self) -> str:
        """In which world."""
        return str(self.config.world.name)

    @property
    def question(self) -> str:
        """What is asked."""
        many = len(self.config.published)
        studies = "1 published study" if many == 1 else f"{many} published studies, each"
        return (
            f"{studies} simulated {self.config.replicates:,} times at its own size in the "
            f"world {self.world}: could the model have found what was published?"
        )

    @property
    def answer(self) -> list[str]:
        """What came out, a sentence a finding; and of the studies together."""
        each = [agreement.said(row) for row in self.findings.to_dict("records")]
        return [*each, *counts.said(self.counted)]

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        return (
            f"World: {self.world}. This is the exam: but for what is marked in sample, nothing "
            "here was fitted to, and nothing may be. A published value in the middle of the "
            "simulated ones says that the model could be right, not that it is; small studies can "
            "hardly tell."
        )

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write the tables to a folder: all, or nothing.

        Parameters
        ----------
        folder : path
            Where to.
        also : callable, optional
            Writes more files, the report say, into the folder it is given.

        Raises
        ------
        ResultsError
            If the folder cannot be written.
        """

        def write(part: Path) -> None:
            self.counted.to_csv(part / "counted.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.findings, also=write)


def validate(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Validation:
    """Hold the model against published studies.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=validate", "published=all")``, say.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress : callable, optional
        Is told how many simulated studies are done, of `size`.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Validation

    Raises
    ------
    ConfigurationError
        If a study cannot be conducted, or cannot find what it is said to have found.
    """
    import pandas as pd

    started = time.perf_counter()
    planned = {
        name: findings.check(conducted(config, study), study.findings)
        for name, study in config.published.items()
    }
    parts = []
    for place, (name, study) in enumerate(config.published.items()):
        found = findings.simulated(
            planned[name],
            study.findings,
            links,
            _after(progress, place * int(config.replicates)),
            say,
        )
        for finding, one in found.items():
            columns = {"study": name, "finding": finding, "replicate": range(len(one.top))}
            parts.append(pd.DataFrame(columns | one._asdict() | {"value": one.value}))
    table_of_values = pd.concat(parts, ignore_index=True)
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    return of(Results({"published": table_of_values}, described, config))


def of(results: Results) -> Validation:
    """Hold simulated studies that are there already against the published ones."""
    import pandas as pd

    values, rows = results.table("published"), []
    for study in results.config.published.values():
        lived = conducted(results.config, study)
        for name, finding in study.findings.items():
            mine = (values["study"] == study.name) & (values["finding"] == name)
            about = findings.endpoint(lived, finding)
            told = row(study, finding, values[mine], lived.design.level, about)
            rows.append({"study": study.name, "finding": name, **told})
    listed = pd.DataFrame(rows)
    return Validation(results, listed, counts.table(listed))


def size(config: Config) -> int:
    """Tell how many studies are simulated."""
    return len(config.published) * int(config.replicates)


def conducted(config: Config, study: Published) -> Config:
    """Give the configuration in which a published study is conducted.

    People, setting, programmes and design are its own; world, parameters, links and replicates
    those of the configuration. Every study has people and luck of its own, told by its name, so
    that it is simulated alike whatever stands beside it.

    Parameters
    ----------
    config : Config
        The configuration.
    study : Published
        The study, worked out.
    """
    said = {**config.to_dict(), **study.lived, "published": {}, "study": {"name": "power"}}
    made = configuration.restore(said)
    apart = zlib.crc32(study.name.encode())
    for which in ("people", "luck"):
        seed = int(getattr(config.seed, which))
        setattr(made.seed, which, (seed + apart) % (draws.LARGEST_SEED + 1))
    made.replicates = int(config.replicates)
    made.links = config.links
    return made


def row(
    study: Published, finding: Finding, found: Any, level: float, about: Endpoint | None = None
) -> dict[str, Any]:
    """Say of one finding where what was published falls among what was simulated.

    Parameters
    ----------
    study : Published
        The study.
    finding : Finding
        What was published.
    found : DataFrame
        What simulated studies found.
    level : float
        Of significance.
    about : Endpoint, optional
        What the finding is about, if about a trial.

    Returns
    -------
    dict
        ``median``, ``low`` and ``high`` (of 95% of simulated studies), ``together`` (of all taken
        as one), ``failed`` (share without a value); of a published number the ``percentile`` and
        the two-sided ``tail``, of a range the shares ``below``, ``inside`` and ``above``, of a
        direction the share ``alike`` in it; where something is tested ``positive`` and
        ``negative``, the shares that are significant for the better and for the worse.
    """
    import numpy as np

    value, p = (found[column].to_numpy("float64") for column in ("value", "p"))
    there = value[~np.isnan(value)]
    top, bottom = (found[column].to_numpy("float64") for column in ("top", "bottom"))
    both = ~(np.isnan(top) | np.isnan(bottom))
    told: dict[str, Any] = {
        "says": finding.says,
        "statistic": finding.kind.label,
        "unit": finding.kind.unit or ("" if about is None else about.unit),
        "check": study.check,
        "evidence": finding.evidence,
        "published": finding.value,
        "published_low": finding.low,
        "published_high": finding.high,
        "direction": finding.direction,
        "significant": finding.significant,
        "tested": finding.kind.tested,
        "nothing": finding.kind.nothing,
        "better": 1 if about is None else about.better,
        "failed": 1.0 - len(there) / len(value),
        "together": _share(float(top[both].sum()), float(bottom[both].sum())),
    }
    quantiles = _quantiles(there, (0.5, *INNER))
    told |= dict(zip(("median", "low", "high"), quantiles, strict=True))
    told |= _against(there, finding)
    tested = ~np.isnan(p) & ~np.isnan(value)
    for word, sign in (("positive", 1.0), ("negative", -1.0)):
        beyond = sign * told["better"] * (value[tested] - finding.kind.nothing) > 0.0
        hit = float(np.mean(beyond & (p[tested] < level))) if tested.any() else math.nan
        told[word] = hit
    return told


def _against(there: Array, finding: Finding) -> dict[str, float]:
    """Hold values against what was published."""
    import numpy as np

    names = ("percentile", "tail", "below", "inside", "above", "alike")
    told = dict.fromkeys(names, math.nan)
    if len(there) == 0:
        return told
    if finding.value is not None:
        less, same = (float(np.mean(x)) for x in (there < finding.value, there == finding.value))
        told["percentile"] = less + 0.5 * same
        told["tail"] = min(1.0, 2.0 * min(less + same, 1.0 - less))
    elif finding.low is not None and finding.high is not None:
        told["below"], told["above"] = (
            float(np.mean(x)) for x in (there < finding.low, there > finding.high)
        )
        told["inside"] = 1.0 - told["below"] - told["above"]
    else:
        off = finding.direction * (there - finding.kind.nothing)
        told["alike"] = float(np.mean(off > 0.0))
    return told


def _quantiles(there: Array, shares: tuple[float, ...]) -> list[float]:
    """Give quantiles that are values themselves, so that infinite ones do no harm."""
    import numpy as np

    if len(there) == 0:
        return [math.nan for _ in shares]
    return [float(x) for x in np.quantile(there, shares, method="inverted_cdf")]


def _share(top: float, bottom: float) -> float:
    """Divide, if that can be."""
    return top / bottom if bottom != 0.0 else math.nan


def _after(progress: Callable[[int], object] | None, before: int) -> Callable[[int], object] | None:
    """Count on from studies that are done."""
    return None if progress is None else lambda done: progress(before + done)
