"""Power: a trial simulated as it would be run, and analysed as it would be analysed.

Under the effect and without one, every analysis that applies is made on the same simulated trials;
what it says is held against the population effect.
"""

from __future__ import annotations

import dataclasses
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import manifest
from sim.results import Results
from sim.study import implications, lives, mediated, phrases, several, test_choice
from sim.study.test_choice import EFFECT, NULL
from sim.trial import contrast, design, flow, implied, kernels, wording

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links
    from sim.trial.contrast import Contrast
    from sim.trial.design import Design

#: What is said before the analyses are compiled.
NOTICE = "Compiling the analyses for the first time (about half a minute) ..."

#: What is kept of a fit; four bytes a number.
NUMBERS = ("estimate", "se", "df", "p")


@dataclasses.dataclass(frozen=True, eq=False)
class Power:
    """What a trial of this design would find, over and over.

    Attributes
    ----------
    results : Results
        Its tables: ``fits``, one row a world, replicate, endpoint and analysis; ``implied``;
        ``flow``.
    design : Design
        The design.
    panel : DataFrame
        One row an endpoint and analysis; see `sim.study.test_choice.table`.
    implied : DataFrame
        One row an endpoint; see `sim.study.implications.table`.
    flow : DataFrame
        One row an arm and stage; see `sim.trial.flow.table`.
    """

    results: Results
    design: Design
    panel: pd.DataFrame
    implied: pd.DataFrame
    flow: pd.DataFrame

    @property
    def question(self) -> str:
        """What is asked."""
        told = dict(wording.lines(self.design))
        name = self.design.config.design.name.replace("_", " ")
        return f"{name}: {told['Therapists']} {told['Patients']}"

    @property
    def answers(self) -> list[str]:
        """What came out: of every endpoint, of all together, of what the effect runs through."""
        each = map(self._said, self.implied.to_dict("records"))
        return [*each, *self.together, *self.mediation]

    @property
    def answer(self) -> str:
        """What came out, in one piece."""
        return " ".join(self.answers)

    @property
    def warnings(self) -> list[str]:
        """Which analyses miss their nominal size, a sentence each."""
        return test_choice.warnings(self.panel, self.design.config.design.level)

    @property
    def together(self) -> list[str]:
        """What several endpoints come to together, a sentence a procedure."""
        level = self.design.config.design.level
        rows = several.table(self.results.table("fits"), self.panel, level)
        return [several.said(row, level) for row in rows.to_dict("records")]

    @property
    def mediation(self) -> list[str]:
        """How often the mediation would be found, a sentence an endpoint."""
        mediator = self.design.mediator
        if mediator is None:
            return []
        fits, level = self.results.table("paths"), self.design.config.design.level
        labels = dict(zip(self.implied["endpoint"], self.implied["label"], strict=True))
        return [
            mediated.said(row, labels[row["endpoint"]], mediator.label)
            for row in mediated.table(fits, level).to_dict("records")
        ]

    @property
    def notes(self) -> list[str]:
        """What one has to know to read the panel, a sentence each."""
        read = phrases.truth(self.design), phrases.chance(self.design)
        return [*phrases.fits(self.panel), *read[0], *read[1]]

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        config = self.design.config
        trials = f"{config.replicates:,} trials under the effect and as many without one"
        if config.generator.name == "linear":
            return f"{trials}, made up from assumed numbers: the power is as good as they are."
        return (
            f"{trials}, in the world {config.world.name}. Intervals say how well we know what this "
            "model does with these parameters, not whether the parameters are right."
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
            for name, one in (("implied", self.implied), ("flow", self.flow)):
                one.to_csv(part / f"{name}.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.panel, also=write)

    def _said(self, told: dict[Any, Any]) -> str:
        """Say what came out for one endpoint."""
        rows = self.panel[self.panel["endpoint"] == told["endpoint"]]
        return phrases.endpoint(told, rows, self.design)


def power(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Power:
    """Simulate and analyse a trial over and over.

    Parameters
    ----------
    config : Config
        The configuration, from ``sim.configure("study=power", "design=grepmair2007")``, say.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress : callable, optional
        Is told how many replicates are done, of those configured.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Power

    Raises
    ------
    ConfigurationError
        For a design that cannot be.
    """
    import pandas as pd

    started = time.perf_counter()
    planned = design.of(config)
    if say is not None and kernels.cold():
        say(NOTICE)
    parts: dict[str, list[lives.Analysed]] = {}
    for lived, world in enumerate((EFFECT, NULL)):
        told = _halved(progress, lived * config.replicates)
        parts[world] = list(lives.spread(planned, world, links=links, progress=told, say=say))
    both = [*parts[EFFECT], *parts[NULL]]
    each = zip(*(part.sums for part in parts[EFFECT]), strict=True)
    sums_of = [implied.joined([one for some in sums for one in some]) for sums in each]
    contrasts = _contrasts(planned, [implications.spread(one) for one in sums_of], links, say)
    tables = {
        "fits": _joined([part.fits for part in both], {one for part in both for one in part.gaps}),
        "implied": implications.table(planned.endpoints, sums_of, contrasts),
        "flow": _flow([part.flow for part in parts[EFFECT]]),
    }
    if planned.mediator is not None:
        tables["paths"] = pd.concat([part.paths for part in both], ignore_index=True)
    seconds = time.perf_counter() - started
    return of(Results(tables, manifest.describe(config, seconds=seconds, links=links), config))


def of(results: Results) -> Power:
    """Describe trials that are simulated and analysed already."""
    config = results.config
    told = results.table("implied")
    rows = test_choice.table(results.table("fits"), told, config.design.level)
    return Power(results, design.of(config), rows, told, results.table("flow"))


def _contrasts(
    planned: Design,
    spreads: list[float],
    links: Links | None,
    say: Callable[[str], object] | None,
) -> list[Contrast]:
    """Work the population effects out, to the precision that is asked for."""
    if planned.config.generator.name == "linear":
        return contrast.assumed(planned)
    precision = planned.config.precision
    precise = [math.inf if precision is None else precision * sd for sd in spreads]
    return contrast.of_process(planned, precise, links=links, say=say)


def _joined(parts: list[pd.DataFrame], gaps: set[str]) -> pd.DataFrame:
    """Put the fits of all blocks together, words as categories and numbers in four bytes.

    Where an endpoint has no gaps in any trial, nothing is imputed, and nothing is told of it.
    """
    import pandas as pd

    whole = pd.concat(parts, ignore_index=True)
    idle = (whole["analysis"] == "imputed") & ~whole["endpoint"].isin(gaps)
    whole = whole[~idle].reset_index(drop=True)
    for name in ("world", "endpoint", "analysis"):
        words = list(dict.fromkeys(whole[name]))
        whole[name] = whole[name].astype(pd.CategoricalDtype(words))
    for name in NUMBERS:
        whole[name] = whole[name].astype("float32")
    front = ["world", "replicate", "endpoint", "analysis"]
    ordered: pd.DataFrame = whole[[*front, *NUMBERS, "singular", "failure"]]
    return ordered


def _flow(parts: list[np.ndarray[Any, Any]]) -> pd.DataFrame:
    """Average the flow of people over trials."""
    import numpy as np

    return flow.table(np.concatenate(parts))


def _halved(
    progress: Callable[[int], object] | None, before: int
) -> Callable[[int], object] | None:
    """Tell replicates done, each lived in two worlds."""
    if progress is None:
        return None
    return lambda done: progress((before + done) // 2)
