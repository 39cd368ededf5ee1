"""Decomposition: why training works, split exactly, one stage of the chain at a time.

The links of the chain lie in series and in parallel, so an effect has no parts of its own; it can
be split among the edges of one stage, while all that lies before and after follows. Every set of
edges has its world (`sim.engine.edges`), lived by the same people with the same luck. So

    total = pure direct + total indirect

where the pure direct effect is what training does with all edges of the stage cut, and the total
indirect effect is shared out among the edges: in the order of the theory (a telescoping sum), and
over all orders (Shapley). Both add up in every replicate.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim import manifest
from sim.engine import counterfactual
from sim.engine.edges import STAGES
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import mediation, monte_carlo, splits
from sim.study.splits import OUTCOMES, TOTAL

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.manifest import Links
    from sim.schema import Arm

#: The two tables that results keep.
TABLE, MEASURED = "worlds", "mediation"

#: So many trials are lived for each replicate, to learn what a study would recover.
STUDIES = 5


@dataclasses.dataclass(frozen=True, eq=False)
class Decomposition:
    """The effect of training, split among the edges of each stage.

    Attributes
    ----------
    results : Results
        Its table ``worlds`` holds the outcome of every world and replicate, ``mediation`` what each
        of many trials would estimate.
    effects : DataFrame
        One row a stage, outcome and edge; see `sim.study.splits.table`.
    interactions : DataFrame
        One row a stage, outcome and two edges; see `sim.study.splits.together`.
    """

    results: Results
    effects: pd.DataFrame
    interactions: pd.DataFrame

    @property
    def question(self) -> str:
        """What is split."""
        config = self.results.config
        trained, reference = _arms(config)
        programmes = config.programmes()
        names = [programmes[arm.name].name.replace("_", " ") for arm in (trained, reference)]
        return (
            f"The effect of {names[0]} against {names[1]} on patients at the end, split at three "
            f"stages of the chain: {config.therapists.n} therapists and "
            f"{sum(config.caseloads())} patients, lived in {1 + len(splits.worlds())} worlds by "
            f"the same people with the same luck; {config.replicates} replicates."
        )

    @property
    def answer(self) -> str:
        """Which edges carry most of the effect on symptom severity."""
        rows = self.effects[self.effects["outcome"] == OUTCOMES[0]]
        (total, *_) = rows[rows["edge"] == TOTAL].to_dict("records")
        if total["shapley_low"] <= 0.0 <= total["shapley_high"]:
            return "There is no effect on symptom severity to split, or too few replicates for it."
        said = []
        for stage in STAGES:
            own = rows[(rows["stage"] == stage) & rows["edge"].isin(list(STAGES[stage]))]
            sign = 1.0 if total["shapley"] > 0.0 else -1.0
            top = own.assign(size=sign * own["shapley"]).nlargest(2, "size").to_dict("records")
            named = " and ".join(f"{row['label']} ({100 * row['share']:.0f}%)" for row in top)
            said.append(f"among {stage}, most by {named}")
        return f"Training moves symptom severity by {total['shapley']:+.3f} SD; {'; '.join(said)}."

    @property
    def held(self) -> str:
        """What is held at what, and what happens after dropout."""
        return (
            "A component that is cut is in the room what it is without the training. A process "
            "that is cut is worked out with the untrained twin in the therapist's chair: the "
            "twin's traits, skills and self-attunement, and the presence, load and tiredness of "
            "the world being lived, for as long as its patient comes. A route that is cut is "
            "driven as in the twin's own session of that number, after the twin's dropout as in "
            "the last one. All else follows, patients' staying included; all are measured at the "
            "scheduled end."
        )

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        level = round(100 * monte_carlo.LEVEL)
        return (
            f"Intervals are {level}% Monte Carlo intervals over replicates: they say how well we "
            "know what this model does with these parameters. Where edges interact, no split is "
            "the only right one. An estimate from mediators is the mean over trials of this size "
            "in which mediators are measured without error."
        )

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write the decomposition to a folder: all, or nothing.

        Parameters
        ----------
        folder : path
            Where to; ``summary.csv`` holds the effects, ``interactions.csv`` the interactions.
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
            self.interactions.to_csv(part / "interactions.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.effects, also=write)


def decomposition(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Decomposition:
    """Split the effect of training, one stage of the chain at a time.

    Parameters
    ----------
    config : Config
        The configuration; two arms.
    links : mapping of str to callable, optional
        Links of the user's own, such as ``{"rupture.onset": my_onset}``.
    progress : callable, optional
        Is told the number of replicates done.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Decomposition

    Raises
    ------
    ConfigurationError
        If there are more than two arms.
    """
    import pandas as pd

    started = time.perf_counter()
    trained, reference = _arms(config)
    asked = splits.worlds()
    columns = {one.name: one.columns[0] for one in splits.steps()}
    parts = counterfactual.lived(
        config,
        trained,
        reference,
        asked,
        config.replicates,
        functools.partial(_outcomes, columns),
        links=links,
        progress=progress,
        say=say,
    )
    found = pd.concat(parts, ignore_index=True)
    kind = pd.CategoricalDtype(["untrained", *map(splits.name_of, asked)])
    found["world"] = pd.Categorical.from_codes(found["world"].tolist(), dtype=kind)
    trials = mediation.estimates(
        config,
        _arms(config, "independent"),
        {name: (column, column.replace("_post", "_pre")) for name, column in columns.items()},
        STUDIES * config.replicates,
        links=links,
        say=say,
    )
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    return of(Results({TABLE: found, MEASURED: pd.DataFrame(trials)}, described, config))


def of(results: Results) -> Decomposition:
    """Split an effect whose worlds are there already."""
    lived, trials = results.table(TABLE), results.table(MEASURED)
    return Decomposition(results, splits.table(lived, trials), splits.together(lived))


def _outcomes(columns: Mapping[str, str], block: Block) -> pd.DataFrame:
    """Take the outcomes of every replicate and world out of a block."""
    import pandas as pd

    lived = block.table("trials")
    return pd.DataFrame(
        {"replicate": lived["replicate"], "world": lived["arm"]}
        | {name: lived[column] for name, column in columns.items()}
    )


def _arms(config: Config, reading: str = "same") -> tuple[Arm, Arm]:
    """Give the arm whose effect is split, and that of reference.

    Raises
    ------
    ConfigurationError
        If there are more than two.
    """
    arms = {arm.name: arm for arm in config.study_arms(reading)}
    others = [arm for name, arm in arms.items() if name != config.reference]
    if len(others) != 1:
        raise ConfigurationError(
            f"a decomposition splits the effect of one arm against another: arms=[...] names "
            f"{len(arms)}, it takes two"
        )
    return others[0], arms[config.reference]
