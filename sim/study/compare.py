"""Compare: what programmes change, at every step of the chain, in two readings."""

from __future__ import annotations

import dataclasses
import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ResultsError
from sim.results import Results
from sim.schema import UNTRAINED
from sim.study import effects, evidence, measures, monte_carlo, readings, vital_signs

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links

#: The steps that say how far practice reaches.
_MILESTONES = ("attention_on_the_cushion", "attention_in_the_room", "felt_attunement")

#: Worlds whose numbers are no more than a theory's, not fitted to anything.
_GUESSED = ("theory", "plain")


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison:
    """What training does at every step of the chain, in this model.

    Attributes
    ----------
    results : Results
        The simulated studies.
    effects : DataFrame
        One row a contrast and step of the chain; see `sim.study.effects.table`.
    vital_signs : DataFrame
        Whether the arm of reference is believable; see `sim.study.vital_signs.table`.
    measures : DataFrame
        What instruments show, and what is left at follow-up; see `sim.study.measures.table`.
    readings : DataFrame or None
        Same therapists beside independent populations (``reading=both``); see
        `sim.study.readings.table`.
    reference : str
        The arm that the others are held against.
    """

    results: Results
    effects: pd.DataFrame
    vital_signs: pd.DataFrame
    measures: pd.DataFrame
    readings: pd.DataFrame | None = None
    reference: str = UNTRAINED

    @property
    def question(self) -> str:
        """What is compared."""
        chosen = self._chosen
        config = self.results.manifest.get("config", {})
        same, apart = readings.NAMES["same"], readings.NAMES["independent"]
        apart_only = config.get("reading") == "independent"
        if config.get("arms"):
            names = [str(one["name"]).replace("_", " ") for one in config["arms"]]
            arms = f"{' and '.join(filter(None, [', '.join(names[1:-1]), names[-1]]))} against "
            arms += names[0]
        else:
            arms = f"{chosen('training')} against {chosen('control')}"
        head = (
            f"{apart}, each arm with people of its own"
            if apart_only
            else (f"{same}, with and without training (same people, same luck)")
        )
        return (
            f"{head[0].upper()}{head[1:]}: {arms}; {chosen('therapists')} with "
            f"{chosen('patients')}, {chosen('setting')}."
        )

    @property
    def answer(self) -> str:
        """What came out, in two sentences: how far practice reached, and what patients felt.

        With more than two arms, one sentence an arm.
        """
        rows = self.effects.to_dict("records")
        arms = list(dict.fromkeys(row["arm"] for row in rows))
        if len(arms) > 1:
            return " ".join(
                f"With {str(arm).replace('_', ' ')}: "
                + ", ".join(_words(row) for row in rows if row["arm"] == arm and _short(row))
                + "."
                for arm in arms
            )
        reached = ", ".join(_words(row) for row in rows if row["step"] in _MILESTONES)
        outcomes = ", ".join(_words(row) for row in rows if row["place"] == "outcome")
        return f"With training: {reached}. For patients at the end: {outcomes}."

    @property
    def stopping(self) -> str:
        """How many replicates there are, and what ended them."""
        manifest = self.results.manifest
        if "replicates" not in manifest:
            return f"{self.results.trials['replicate'].nunique()} replicates."
        return readings.stopping(manifest["replicates"], manifest["config"]["precision"])

    @property
    def changes(self) -> list[str]:
        """What was set by hand within the options chosen, such as ``parameters.transfer=0``."""
        words = shlex.split(str(self.results.manifest.get("command", "")))
        return [word for word in words if "." in word.partition("=")[0] and "=" in word]

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        world = self._chosen("world")
        groups = ("training", "control", "therapists", "patients", "setting")
        about = evidence.about(world, [self._chosen(group) for group in groups])
        if about is None:
            about = "defaults are guesses, not calibrated" if world in _GUESSED else "see its file"
        replicates = int(self.effects["replicates"].max())
        level = round(100 * monte_carlo.LEVEL)
        changed = f" Changed by hand: {', '.join(self.changes)}." if self.changes else ""
        cut = self.results.manifest.get("config", {}).get("knockout") or {}
        names = [f"{name.upper()} {one['title'].lower()}" for name, one in cut.items()]
        changed += f" Knocked out: {', '.join(names)}." if names else ""
        if effects.SETS in self.results.trials:
            sets = self.results.trials[effects.SETS].nunique()
            return (
                f"World: {world} - {about}.{changed} Intervals hold {level}% of the {sets} sets of "
                f"parameters that were lived, in {replicates} replicates: they say what is not "
                "known of the parameters, and do not shrink with more replicates."
            )
        return (
            f"World: {world} - {about}.{changed} Intervals are {level}% Monte Carlo intervals over "
            f"{replicates} replicates: they say how well we know what this model does with these "
            "parameters, not whether the parameters are right."
        )

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write tables, effects and vital signs to a folder: all, or nothing.

        Parameters
        ----------
        folder : path
            Where to.
        also : callable, optional
            Writes more files, the figure say, into the folder it is given.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ResultsError
            If the folder cannot be written.
        """

        def write(part: Path) -> None:
            for name, table in self._tables().items():
                table.to_csv(part / f"{name}.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.effects, also=write)

    def _tables(self) -> dict[str, pd.DataFrame]:
        """Name the tables that are kept beside the summary."""
        kept = {"vital_signs": self.vital_signs, "measures": self.measures}
        return kept if self.readings is None else kept | {"readings": self.readings}

    def _chosen(self, group: str) -> str:
        """Name the option that was chosen in a group."""
        option: dict[str, Any] = self.results.manifest.get("config", {}).get(group, {})
        return str(option.get("name", "?")).replace("_", " ")


def compare(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Comparison:
    """Compare what programmes change.

    All arms have the same people and the same luck, so a difference is caused by the programme
    and by nothing else - in this model, with these parameters. Beside it stands what an observer
    would see, for whom every arm has people of its own (``reading=both``).

    Parameters
    ----------
    config : Config
        The configuration, from `sim.configure`.
    links : mapping of str to callable, optional
        Links of your own, such as ``{"rupture.onset": my_onset}``.
    progress : callable, optional
        Is told the number of replicates done.
    say : callable, optional
        Is told when the chain is about to be compiled, once after every change of the sources.

    Returns
    -------
    Comparison
    """
    return of(readings.live(config, links=links, progress=progress, say=say))


def of(results: Results) -> Comparison:
    """Compare the arms of results that are there already.

    Raises
    ------
    ResultsError
        If the results hold a single arm, or lack a column.
    """
    trials, apart = results.trials, results.independent
    arms = [str(arm) for arm in trials["arm"].cat.categories]
    reference = UNTRAINED if UNTRAINED in arms else arms[0]
    if len(arms) == 1:
        raise ResultsError(
            f"there is only the arm '{arms[0]}' in these results: nothing to compare"
        )
    return Comparison(
        results=results,
        effects=effects.of_all(trials, reference),
        vital_signs=vital_signs.table(trials, reference),
        measures=measures.table(trials, reference),
        readings=None if apart is None else readings.table(trials, apart, reference),
        reference=reference,
    )


def _short(row: Mapping[Any, Any]) -> bool:
    """Tell whether a step stands in the answer when there are several arms."""
    return row["step"] in {"felt_attunement", readings.TARGET}


def _words(row: Mapping[Any, Any]) -> str:
    """Say one effect in words: ``symptom severity -0.05 SD at intake [-0.06, -0.04]``."""
    name = row["label"][0].lower() + row["label"][1:]
    if row["finding"] == "exactly 0":
        return f"{name} exactly as without"
    said = f"{name} {row['difference']:+.3f} {row['unit']}"
    if row["finding"] == "no interval":
        return f"{said} (one replicate has no interval)"
    interval = f"[{row['low']:+.3f}, {row['high']:+.3f}]"
    covers = ", which covers 0" if row["finding"] == "interval covers 0" else ""
    return f"{said} {interval}{covers}"
