"""What a calibration found, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import identification, recovery, space
from sim.calibration.goals import HALF
from sim.calibration.targets import targets

if TYPE_CHECKING:
    import pandas as pd

    from sim.calibration.space import Space
    from sim.calibration.stages import Calibrated, Problem

    Array = np.ndarray[Any, np.dtype[Any]]

#: What becomes of a parameter: it is fitted; it moves targets and others move them more; nothing
#: may move it; or it moves no calibrated target.
FITTED, LEFT, HELD, IDLE = "fitted", "left at its prior", "held at its prior", "moves no target"

#: The quantiles that an interval of 90% and its middle are told by.
_QUANTILES = {"low": 0.05, "median": 0.5, "high": 0.95}

#: So many targets are named as those that a parameter moves most.
_NAMED = 3


def of_targets(done: Calibrated) -> pd.DataFrame:
    """Give one row a target.

    Returns
    -------
    DataFrame
        What is known of it, its Monte Carlo ``error`` in one world, and where the simulated
        statistic lies: over the worlds of the prior (``prior_low``, ``_median``, ``_high`` and
        the share ``prior_inside``), at the best ``fit``, in the ``calibrated`` world (each with
        its ``_error`` and whether it is ``_inside``), and over the posterior (``predicted_…``).
    """
    import pandas as pd

    best, home = done.fits[0], done.calibrated
    rows = []
    for i, target in enumerate(targets()):
        row: dict[str, Any] = {
            name: getattr(target, name)
            for name in (
                "name", "row", "use", "about", "study", "low", "high", "published",
                "discrepancy", "evidence", "source",
            )
        }  # fmt: skip
        row["published"] = np.nan if target.published is None else target.published
        row["error"] = done.error[i]
        row |= _over("prior", done.prior[:, i], target.low, target.high)
        for name, found in (("fit", best), ("calibrated", home)):
            value = found.statistics[i]
            row |= {
                name: value,
                f"{name}_error": found.error[i],
                f"{name}_inside": bool(target.low <= value <= target.high),
            }
        slack = HALF * target.discrepancy
        value = home.statistics[i]
        row["with_discrepancy"] = bool(target.low - slack <= value <= target.high + slack)
        row["fits_inside"] = sum(
            bool(target.low <= one.statistics[i] <= target.high) for one in done.fits
        )
        row |= _over("predicted", done.predicted[:, i], target.low, target.high)
        rows.append(row)
    return pd.DataFrame(rows)


def _over(name: str, values: Array, low: float, high: float) -> dict[str, float]:
    """Sum statistics of many worlds up."""
    there = values[~np.isnan(values)]
    if len(there) == 0:
        return dict.fromkeys((*(f"{name}_{end}" for end in _QUANTILES), f"{name}_inside"), np.nan)
    found = {f"{name}_{end}": float(np.quantile(there, q)) for end, q in _QUANTILES.items()}
    return found | {f"{name}_inside": float(((there >= low) & (there <= high)).mean())}


def of_parameters(problem: Problem, done: Calibrated) -> pd.DataFrame:
    """Give one row a parameter: what became of it, what it moves, and what is known of it."""
    import pandas as pd

    where, seen = problem.space, done.identified
    screened = done.screening
    values = space.sets(where, done.sets)
    home = space.sets(where, done.calibrated.u[None, :])
    middle = space.sets(where, where.medians())
    place = {name: i for i, name in enumerate(screened.ranked)}
    known = {name: i for i, name in enumerate(seen.names)}
    rows = []
    for column, name in enumerate(where.names):
        moved = np.where(screened.moves[column], screened.effects[column], 0.0)[problem.fitted]
        order = [int(problem.fitted[i]) for i in np.argsort(-moved, kind="stable")[:_NAMED]]
        named = [problem.goals.names[t] for t in order if screened.moves[column, t]]
        at = known.get(name)
        low, median, high = np.quantile(values[name], list(_QUANTILES.values()))
        rows.append(
            {
                "parameter": name,
                "status": _status(name, where, screened.fitted, screened.ranked),
                "rank": place.get(name, -1) + 1,
                "moves": ", ".join(named),
                "finding": "" if at is None else seen.finding[at],
                "posterior_mean": np.nan if at is None else seen.mean[at],
                "posterior_sd": np.nan if at is None else seen.sd[at],
                "coverage": np.nan if at is None else done.recovery.coverages[at],
                "prior_median": float(middle[name][0]),
                "calibrated": float(home[name][0]),
                "of_prior": float(done.calibrated.u[column]),
                "of_posterior": float((done.sets[:, column] < done.calibrated.u[column]).mean()),
                "low": low,
                "median": median,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def _status(name: str, where: Space, fitted: tuple[str, ...], ranked: tuple[str, ...]) -> str:
    """Tell what became of a parameter."""
    if name in fitted:
        return FITTED
    if name in where.held:
        return HELD
    return LEFT if name in ranked else IDLE


def of_ridges(done: Calibrated) -> pd.DataFrame:
    """Give one row a ridge: the two parameters, their correlation, and the width across it."""
    import pandas as pd

    columns = ["first", "second", "correlation", "width"]
    ridges = [(one.first, one.second, one.correlation, one.width) for one in done.identified.ridges]
    return pd.DataFrame(ridges, columns=columns)


def of_recovery(done: Calibrated) -> pd.DataFrame:
    """Give one row a truth and parameter: the true value, the posterior mean, and the rank."""
    import pandas as pd

    truths, fitted = done.recovery.ranks.shape
    return pd.DataFrame(
        {
            "truth": np.repeat(np.arange(truths), fitted),
            "parameter": np.tile(np.array(done.identified.names), truths),
            "value": done.recovery.truth.ravel(),
            "mean": done.recovery.mean.ravel(),
            "rank": done.recovery.ranks.ravel(),
        }
    )


def of_sets(where: Space, sets: Array) -> pd.DataFrame:
    """Give one row a set of the posterior: a value for every parameter that has a prior.

    Six digits are kept, so that files are small and the same on every run.
    """
    import pandas as pd

    return pd.DataFrame({name: short(sets[name]) for name in where.names})


def short(values: Array) -> Array:
    """Round to six digits that count."""
    return np.array([float(f"{value:.6g}") for value in values])


def of_predicted(problem: Problem, done: Calibrated) -> pd.DataFrame:
    """Give one row a set of the posterior: what virtual studies find in it."""
    import pandas as pd

    return pd.DataFrame(done.predicted, columns=list(problem.goals.names))


def told(problem: Problem, done: Calibrated) -> dict[str, Any]:
    """Give what is to be told besides tables."""
    finding = done.identified.finding
    return {
        "parameters": problem.space.size,
        "moving": len(done.screening.ranked),
        "fitted": len(finding),
        "pinned": finding.count(identification.PINNED_DOWN),
        "on_ridges": finding.count(identification.RIDGE),
        "in_part": finding.count(identification.IN_PART),
        "not_at_all": finding.count(identification.NOT_AT_ALL),
        "directions": [float(f"{sd:.4g}") for sd in done.identified.directions],
        "coverage": done.recovery.coverage,
        "level": recovery.LEVEL,
        "truths": len(done.recovery.ranks),
        "worlds": done.worlds,
        "lost": done.lost,
        "aside": list(done.aside),
        "screened": done.screening.worlds,
        "effective": done.effective,
        "sets": len(done.sets),
        "conflicts": [
            {
                "target": one.target,
                "reached": one.reached,
                "against": list(one.against),
                "moved": list(one.moved),
            }
            for one in done.conflicts
        ],
    }
