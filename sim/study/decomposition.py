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
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import manifest
from sim.engine import counterfactual
from sim.engine.edges import STAGES, world
from sim.errors import ConfigurationError
from sim.results import Results
from sim.study import mediation, monte_carlo, shares
from sim.study.steps import STEPS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links
    from sim.schema import Arm

    Values = np.ndarray[Any, np.dtype[np.float64]]

#: The outcomes whose effect is split, the first being the one that is drawn.
OUTCOMES = ("symptom_severity", "well_being", "relationships", "patient_self_attunement")

#: What the stages and the edges are called.
TITLES: Mapping[str, str] = {
    "components": "Trained components in the room",
    "processes": "Processes between therapist and patient",
    "routes": "Routes to the patient",
}

#: What is beside the edges of a stage, and what the parts of an effect are called.
BESIDE: Mapping[str, str] = {
    "components": "beside: skills, hope, costs",
    "processes": "beside: technique, example",
    "routes": "beside: staying, repairs",
}

#: The rows of a stage that are no edges.
DIRECT, INDIRECT, TOTAL = "pure_direct", "total_indirect", "total"

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
        One row a stage, outcome and edge; see `table`.
    interactions : DataFrame
        One row a stage, outcome and two edges; see `together`.
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
            f"{sum(config.caseloads())} patients, lived in {1 + len(worlds())} worlds by the same "
            f"people with the same luck; {config.replicates} replicates."
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
            "A component that is cut is in the room what it is without the training. A process that "
            "is cut is worked out with the untrained twin in the therapist's chair: the twin's "
            "traits, skills and self-attunement, and the presence, load and tiredness of the world "
            "being lived, for as long as its patient comes. A route that is cut is driven as in the "
            "twin's own session of that number, after the twin's dropout as in the last one. All "
            "else follows, patients' staying included; all are measured at the scheduled end."
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
    asked = worlds()
    columns = {one.name: one.columns[0] for one in _steps()}
    parts = []
    for block in counterfactual.run(
        config,
        trained,
        reference,
        asked,
        config.replicates,
        links=links,
        progress=progress,
        say=say,
    ):
        lived = block.table("trials")
        parts.append(
            pd.DataFrame(
                {"replicate": lived["replicate"], "world": lived["arm"]}
                | {name: lived[column] for name, column in columns.items()}
            )
        )
    found = pd.concat(parts, ignore_index=True)
    found["world"] = pd.Categorical.from_codes(
        found["world"].to_numpy(), categories=["untrained", *map(name_of, asked)]
    )
    trials = mediation.estimates(
        config,
        _arms(config, "independent"),
        {one.name: (one.columns[0], one.columns[0].replace("_post", "_pre")) for one in _steps()},
        STUDIES * config.replicates,
        links=links,
        say=say,
    )
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    return of(Results({TABLE: found, MEASURED: pd.DataFrame(trials)}, described, config))


def of(results: Results) -> Decomposition:
    """Split an effect whose worlds are there already."""
    lived, trials = getattr(results, TABLE), getattr(results, MEASURED)
    return Decomposition(results, table(lived, trials), together(lived))


def worlds() -> list[int]:
    """List the worlds of all stages, each once: the edges that carry what is theirs, as bits."""
    listed = [world(stage, s) for stage in STAGES for s in range(1 << len(STAGES[stage]))]
    return list(dict.fromkeys(listed))


def name_of(bits: int) -> str:
    """Name a world by what is cut in it: ``without warmth, closeness``, or ``trained``."""
    cut = [edge for own in STAGES.values() for edge, bit in own.items() if not bits & bit]
    return f"without {', '.join(cut)}" if cut else "trained"


def values(lived: pd.DataFrame, stage: str, outcome: str) -> tuple[Values, Values]:
    """Give an outcome in the worlds of a stage.

    Parameters
    ----------
    lived : DataFrame
        The table ``worlds``: ``replicate, world`` and the outcomes.
    stage, outcome : str
        Of `STAGES`, and of `OUTCOMES`.

    Returns
    -------
    tuple of array
        By replicate and set of edges that carry what is theirs, as bits counted from the first
        edge of the stage (`sim.study.shares`); and in the untrained world, by replicate.
    """
    wide = lived.pivot(index="replicate", columns="world", values=outcome).sort_index()
    sets = [name_of(world(stage, s)) for s in range(1 << len(STAGES[stage]))]
    return wide[sets].to_numpy(), wide["untrained"].to_numpy()


def table(lived: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    """Split the effect of training on every outcome at every stage.

    Parameters
    ----------
    lived : DataFrame
        The table ``worlds``.
    trials : DataFrame
        The table ``mediation``.

    Returns
    -------
    DataFrame
        One row a stage, outcome and edge, and three rows more (`DIRECT`, `INDIRECT`, `TOTAL`):
        ``stage, outcome, edge, label, unit, better``; ``shapley``, ``telescoping``, ``alone`` (all
        other edges cut) and ``last`` (no other edge cut), each with its 95% Monte Carlo interval
        ``_low`` to ``_high``; ``share``, the Shapley share of the total, likewise; ``mediator``,
        what a study would measure; ``estimated``, the indirect effect by that mediator as the
        usual estimator finds it on average, with its interval; ``estimated_sd``, how far single
        trials scatter; ``jointly``, the same with all mediators of the stage in one equation; and
        ``between`` and ``within``, the slopes of the outcome on the mediator.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    measured = dict(list(trials.groupby(["stage", "outcome", "edge"], sort=False)))
    for stage, edges in STAGES.items():
        for step in _steps():
            split = _split(lived, stage, step.name)
            total = split[TOTAL]["shapley"]
            for edge in [*edges, DIRECT, INDIRECT, TOTAL]:
                rows.append(
                    {
                        "stage": stage,
                        "outcome": step.name,
                        "edge": edge,
                        "label": BESIDE[stage] if edge == DIRECT else edge.replace("_", " "),
                        "unit": step.unit,
                        "better": step.better,
                        **_spread_out(split[edge]),
                        **_share(split[edge]["shapley"], total),
                        **_recovered(stage, edge, measured.get((stage, step.name, edge))),
                        "replicates": len(total),
                    }
                )
    return pd.DataFrame(rows)


def together(lived: pd.DataFrame) -> pd.DataFrame:
    """Tell what each two edges do together beyond what each does (`sim.study.shares`).

    Returns
    -------
    DataFrame
        ``stage, outcome, first, second, interaction``, with its interval ``_low`` to ``_high``.
    """
    import pandas as pd

    rows = []
    for stage, edges in STAGES.items():
        names = list(edges)
        for step in _steps():
            found = shares.interactions(values(lived, stage, step.name)[0])
            rows += [
                {"stage": stage, "outcome": step.name, "first": names[i], "second": names[j]}
                | _spread_out({"interaction": both})
                for (i, j), both in found.items()
            ]
    return pd.DataFrame(rows)


def _split(lived: pd.DataFrame, stage: str, outcome: str) -> dict[str, dict[str, Values]]:
    """Split one effect: for every edge, and for the rows that are no edges, all replicates."""
    sets, untrained = values(lived, stage, outcome)
    ways = {
        "shapley": shares.shapley(sets),
        "telescoping": shares.telescoping(sets),
        "alone": shares.alone(sets),
        "last": shares.last(sets),
    }
    split = {
        edge: {way: one[..., i] for way, one in ways.items()}
        for i, edge in enumerate(STAGES[stage])
    }
    sums = {
        DIRECT: sets[:, 0] - untrained,
        INDIRECT: sets[:, -1] - sets[:, 0],
        TOTAL: sets[:, -1] - untrained,
    }
    return split | {
        name: dict.fromkeys(("shapley", "telescoping"), one) for name, one in sums.items()
    }


def _share(part: Values, total: Values) -> dict[str, float]:
    """Give the share of the total, with its interval."""
    one = monte_carlo.ratio(part, total)
    return {"share": one.mean, "share_low": one.low, "share_high": one.high}


def _recovered(stage: str, edge: str, trials: pd.DataFrame | None) -> dict[str, Any]:
    """Sum up what trials estimated of an edge."""
    if trials is None:
        return {}
    found = {name: trials[name].to_numpy() for name in ("indirect", "jointly", "between", "within")}
    estimated = {"estimated": found["indirect"], "jointly": found["jointly"]}
    return {
        "mediator": mediation.MEDIATORS[stage][edge].label,
        **_spread_out(estimated),
        "estimated_sd": float(trials["indirect"].std()),
        "between": monte_carlo.mean(found["between"]).mean,
        "within": monte_carlo.mean(found["within"]).mean,
    }


def _spread_out(values: Mapping[str, Values]) -> dict[str, float]:
    """Estimate means over replicates, as columns ``<name>``, ``<name>_low``, ``<name>_high``."""
    estimates = {name: monte_carlo.mean(one) for name, one in values.items()}
    return {
        f"{name}{end}": number
        for name, one in estimates.items()
        for end, number in (("", one.mean), ("_low", one.low), ("_high", one.high))
    }


def _steps() -> Sequence[Any]:
    """List the steps of the chain whose effect is split."""
    named = {step.name: step for step in STEPS}
    return [named[name] for name in OUTCOMES]


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
