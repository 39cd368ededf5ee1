"""Compare: the same therapists, trained and not - same people, same luck."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results import Results
from sim.study import effects, monte_carlo, vital_signs
from sim.study.simulate import simulate

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links

#: The arms that are compared.
TRAINED, UNTRAINED = "trained", "untrained"

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
        One row a step of the chain; see `sim.study.effects.table`.
    vital_signs : DataFrame
        Whether the untrained arm is believable; see `sim.study.vital_signs.table`.
    """

    results: Results
    effects: pd.DataFrame
    vital_signs: pd.DataFrame

    @property
    def question(self) -> str:
        """What is compared."""
        chosen = self._chosen
        return (
            "The same therapists with and without training (same people, same luck): "
            f"{chosen('training')} against {chosen('control')}; {chosen('therapists')} with "
            f"{chosen('patients')}, {chosen('setting')}."
        )

    @property
    def answer(self) -> str:
        """What came out, in two sentences: how far practice reached, and what patients felt."""
        rows = self.effects.to_dict("records")
        reached = ", ".join(_words(row) for row in rows if row["step"] in _MILESTONES)
        outcomes = ", ".join(_words(row) for row in rows if row["place"] == "outcome")
        return f"With training: {reached}. For patients at the end: {outcomes}."

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        world = self._chosen("world")
        about = "defaults are guesses, not calibrated" if world in _GUESSED else "see its file"
        replicates = int(self.effects["replicates"].max())
        level = round(100 * monte_carlo.LEVEL)
        return (
            f"World: {world} - {about}. Intervals are {level}% Monte Carlo intervals over "
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
            self.vital_signs.to_csv(part / "vital_signs.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.effects, also=write)

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
    """Compare the same therapists, trained and not.

    Both arms have the same people and the same luck, so a difference is caused by the training
    and by nothing else - in this model, with these parameters.

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
    return of(simulate(config, links=links, progress=progress, say=say))


def of(results: Results) -> Comparison:
    """Compare the arms of results that are there already.

    Raises
    ------
    ResultsError
        If the results do not hold both arms.
    """
    return Comparison(
        results=results,
        effects=effects.table(results.trials, TRAINED, UNTRAINED),
        vital_signs=vital_signs.table(results.trials, UNTRAINED),
    )


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
