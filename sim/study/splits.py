"""Splits: how the effect of training is split among the edges of a stage.

Of every outcome there is a value in each world and replicate (`sim.engine.edges`); what an edge
carries is a difference of such values (`sim.study.shares`), and beside it stands what trials would
estimate from a mediator they measured (`sim.study.mediation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.engine.edges import STAGES, world
from sim.study import mediation, monte_carlo, shares
from sim.study.steps import STEPS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.study.steps import Step

    Values = np.ndarray[Any, np.dtype[np.float64]]

#: The outcomes whose effect is split, the first being the one that is drawn.
OUTCOMES = ("symptom_severity", "well_being", "relationships", "patient_self_attunement")

#: What the stages are called.
TITLES: Mapping[str, str] = {
    "components": "Trained components in the room",
    "processes": "Processes between therapist and patient",
    "routes": "Routes to the patient",
}

#: What is beside the edges of a stage.
BESIDE: Mapping[str, str] = {
    "components": "beside: skills, hope, costs",
    "processes": "beside: technique, example",
    "routes": "beside: staying, being felt",
}

#: The rows of a stage that are no edges.
DIRECT, INDIRECT, TOTAL = "pure_direct", "total_indirect", "total"


def worlds() -> list[int]:
    """List the worlds of all stages, each once: the edges that carry what is theirs, as bits."""
    listed = [world(stage, s) for stage in STAGES for s in range(1 << len(STAGES[stage]))]
    return list(dict.fromkeys(listed))


def name_of(bits: int) -> str:
    """Name a world by what is cut in it: ``without warmth, closeness``, or ``trained``."""
    cut = [edge for own in STAGES.values() for edge, bit in own.items() if not bits & bit]
    return f"without {', '.join(cut)}" if cut else "trained"


def steps() -> Sequence[Step]:
    """List the steps of the chain whose effect is split."""
    named = {step.name: step for step in STEPS}
    return [named[name] for name in OUTCOMES]


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
    wide = lived.set_index(["replicate", "world"])[outcome].unstack("world")  # noqa: PD010
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
        for step in steps():
            split = _split(lived, stage, step.name)
            total = split[TOTAL]["shapley"]
            rows += [
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
                for edge in [*edges, DIRECT, INDIRECT, TOTAL]
            ]
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
        for step in steps():
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
    both = ("shapley", "telescoping")
    return split | {name: dict.fromkeys(both, one) for name, one in sums.items()}


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
