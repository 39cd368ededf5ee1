"""The stages of a calibration, one after the other, for whatever is simulated.

What is drawn, fitted and left alone, is decided by rules that stand here, and by no effect of
training: no stage of this file looks at one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import identification, pool, posterior, recovery, screening, search
from sim.calibration.space import normal, uniform
from sim.errors import AnalysisError

if TYPE_CHECKING:
    from sim.calibration.goals import Goals
    from sim.calibration.identification import Identified
    from sim.calibration.pool import Pool
    from sim.calibration.posterior import Sample
    from sim.calibration.recovery import Recovery
    from sim.calibration.screening import Screening
    from sim.calibration.search import Conflict, Found
    from sim.calibration.space import Simulator, Space
    from sim.extent import Extent

    Array = np.ndarray[Any, np.dtype[Any]]

#: Worlds simulated for one purpose alone are numbered from here on.
ERROR, PREDICTED, TRIED, JUDGED = 80_000_000, 100_000_000, 110_000_000, 120_000_000
SHORTLISTED = 115_000_000

#: What the calibrated world has to meet before anything else: by these a reader judges whether
#: the default world is believable (`sim.study.vital_signs` shows some of them beside every answer).
FIRST = frozenset(
    {
        "outcome_therapist_share",
        "effect_of_treatment",
        "dropout",
        "deterioration",
        "ruptures_by_patient",
        "ruptures_by_therapist",
        "alliance_raters_agree",
        "alliance_rater_gap",
        "empathy_observer_ratio",
        "empathy_therapist_ratio",
        "empathic_accuracy_ratio",
    }
)

#: So many of the candidates, those that miss least, are simulated again and again.
SHORT = 16

#: A number is unusual outside the range in which this share of the posterior's sets lie.
USUAL = 0.98

#: How near to the ends of a prior a regression may take a parameter.
ENDS = (0.001, 0.999)

#: So many rounds lead to the calibrated world.
CORE = 2

#: How often one world is simulated to learn its Monte Carlo error.
OFTEN = 64

#: So many times as many generations as any other search has one that has to meet all targets.
LONGER = 2

#: A target that cannot be computed in more than this share of the worlds is set aside.
LACKING = 0.2

Tell = Callable[[str, int, int], object]


@dataclasses.dataclass(frozen=True, eq=False)
class Problem:
    """What is calibrated.

    Attributes
    ----------
    space : Space
        The parameters.
    goals : Goals
        The targets, all of them.
    fitted : array of int
        The columns of those that are fitted; the others are reported.
    simulate : callable
        Gives the statistics of worlds, and is told the number of the first.
    seed : int
        The seed.
    """

    space: Space
    goals: Goals
    fitted: Array
    simulate: Simulator
    seed: int = 1


@dataclasses.dataclass(frozen=True, eq=False)
class Calibrated:
    """What came out.

    Attributes
    ----------
    error : array
        The Monte Carlo standard deviation of each statistic of one world.
    screening : Screening
        Which parameters move which targets.
    columns : array of int
        The parameters that were fitted.
    prior : array
        Statistics of the worlds over all priors, shape (worlds, targets).
    aside : tuple of str
        Targets that could not be computed in too many worlds, and were not fitted.
    lost : int
        How many worlds of the pool lack a fitted statistic, and were left out.
    worlds : int
        How many the pool had.
    effective : float
        The effective number of worlds behind the posterior.
    sets : array
        The posterior's sets of parameters, in the cube, shape (sets, parameters).
    predicted : array
        What virtual studies find in them, shape (sets, targets).
    identified : Identified
        What is known of the fitted parameters.
    recovery : Recovery
        How well known worlds are found back.
    calibrated : Found
        The calibrated world.
    fits : tuple of Found
        The fits, the best first.
    conflicts : tuple of Conflict
        What stands against the targets that the best fit misses.
    """

    error: Array
    screening: Screening
    columns: Array
    prior: Array
    aside: tuple[str, ...]
    lost: int
    worlds: int
    effective: float
    sets: Array
    predicted: Array
    identified: Identified
    recovery: Recovery
    calibrated: Found
    fits: tuple[Found, ...]
    conflicts: tuple[Conflict, ...]


def calibrate(problem: Problem, settings: Extent, tell: Tell | None = None) -> Calibrated:
    """Calibrate.

    Parameters
    ----------
    problem : Problem
        What is calibrated.
    settings : Extent
        How large.
    tell : callable, optional
        Is told the stage, and how many of how many of its parts are done.

    Returns
    -------
    Calibrated

    Raises
    ------
    AnalysisError
        If the pool is too small, or nothing moves a target.
    """
    told: Tell = tell or (lambda _stage, _done, _all: None)
    space, goals = problem.space, problem.goals
    error = _error(problem)
    screened = _screened(problem, settings, error, told)
    columns = space.columns(screened.fitted)
    wide = _wave(problem, "pool", settings.worlds, pool.whole(space.size), 0, told)
    lacking = np.isnan(wide.statistics[:, problem.fitted]).mean(axis=0) > LACKING
    aside = tuple(goals.names[int(t)] for t in problem.fitted[lacking])
    problem = dataclasses.replace(problem, fitted=problem.fitted[~lacking])
    both = wide
    for number in range(1, 1 + settings.rounds):
        box = _narrowed(problem, settings, both, columns)
        stage = f"pool, nearer {number}"
        near = _wave(problem, stage, settings.nearer, box, number, told)
        both = both.and_also(near)
    box = _narrowed(problem, settings, both, columns)
    sample, fit, evidence, lost = _posterior(problem, settings, both)
    at = posterior.sets(sample, settings.sets)
    sets = both.u[_there(problem, both)][sample.kept[at]].copy()
    moved = np.flatnonzero(space.may_be_fitted)
    sets[:, moved] = np.clip(uniform(sample.z[at][:, moved]), *ENDS)
    predicted = _many(problem, "posterior", sets, PREDICTED, told)
    found = identification.identify(
        screened.fitted,
        sample.mean()[columns],
        sample.covariance()[np.ix_(columns, columns)],
    )
    many = settings.truths
    seen = recovery.recover(fit, evidence, columns, many, lambda n: told("recovery", n, many))
    calibrated, starts = _calibrated(problem, settings, columns, sets, box, told)
    fits = _fits(problem, settings, columns, starts, told)
    torn = search.conflicts(
        fits[0], goals, problem.fitted, columns, space.names, problem.simulate,
        generations=max(1, settings.generations // 2), repeats=settings.repeats,
        seed=problem.seed, number=10,
    )  # fmt: skip
    return Calibrated(
        error, screened, columns, wide.statistics, aside, lost, len(both.u), sample.effective, sets,
        predicted, found, seen, calibrated, fits, tuple(torn),
    )  # fmt: skip


def _error(problem: Problem) -> Array:
    """Learn the Monte Carlo error of every statistic of one world: that of prior medians."""
    found = problem.simulate(problem.space.medians(OFTEN), ERROR)
    _, error = search.mean_and_error(found)
    spread: Array = np.nan_to_num(error * np.sqrt((~np.isnan(found)).sum(axis=0)))
    return spread


def _screened(problem: Problem, settings: Extent, error: Array, told: Tell) -> Screening:
    """Find the parameters that go on."""
    u = screening.trajectories(problem.space, settings.trajectories, problem.seed)
    statistics = _many(problem, "screening", u, screening.NUMBER, told)
    found = screening.screen(
        problem.space, problem.goals, u, statistics, error,
        calibrated=problem.fitted, most=settings.fitted,
    )  # fmt: skip
    if not found.fitted:
        raise AnalysisError("no parameter that may be fitted moves a target: nothing to calibrate")
    return found


def _wave(
    problem: Problem,
    stage: str,
    worlds: int,
    box: pool.Box,
    number: int,
    told: Tell,
    free: Array | None = None,
) -> Pool:
    """Simulate one wave of the pool."""
    return pool.wave(
        box, worlds, problem.simulate, seed=problem.seed, number=number, free=free,
        progress=lambda done: told(stage, done, worlds),
    )  # fmt: skip


def _there(problem: Problem, worlds: Pool) -> Array:
    """Mark the worlds in which every fitted statistic could be computed."""
    lacking = np.isnan(worlds.statistics[:, problem.fitted]).any(axis=1)
    return np.asarray(~lacking)


def _posterior(
    problem: Problem, settings: Extent, worlds: Pool
) -> tuple[Sample, posterior.Fit, Array, int]:
    """Give the posterior, what it was made from, the evidence, and how many worlds were lost."""
    there = _there(problem, worlds)
    aims = problem.goals.part(problem.fitted)
    noisy = aims.noisy(worlds.statistics[:, problem.fitted], problem.seed, worlds.number)
    fit = posterior.prepare(
        normal(worlds.u[there]), noisy[there], worlds.weights[there], settings.share
    )
    return posterior.sample(fit, aims.evidence), fit, aims.evidence, int((~there).sum())


def _narrowed(problem: Problem, settings: Extent, worlds: Pool, columns: Array) -> pool.Box:
    """Give the box in which the next wave looks."""
    sample, _, _, _ = _posterior(problem, settings, worlds)
    return pool.narrowed(
        uniform(sample.z), sample.weights, [int(c) for c in columns], worlds.boxes[-1]
    )


def _many(problem: Problem, stage: str, u: Array, first: int, told: Tell) -> Array:
    """Simulate worlds, and tell how many are done."""
    return problem.simulate(u, first, lambda done: told(stage, done, len(u)))


def _calibrated(
    problem: Problem,
    settings: Extent,
    columns: Array,
    sets: Array,
    box: pool.Box,
    told: Tell,
) -> tuple[Found, Array]:
    """Choose the calibrated world, and give the places from which fits begin.

    All that is not fitted is at its prior median here, so the posterior is made anew under that
    condition. Its sets are simulated a few times, those that miss least many times, and of these
    one is chosen (`choose`). No effect of training is looked at.
    """
    free = np.zeros(problem.space.size, np.bool_)
    free[columns] = True
    core: Pool | None = None
    for number in range(CORE):
        stage, at = f"pool, core {1 + number}", 1 + settings.rounds + number
        near = _wave(problem, stage, settings.core // CORE, box, at, told, free)
        core = near if core is None else core.and_also(near)
        sample, _, _, _ = _posterior(problem, settings, core)
        ours = [int(c) for c in columns]
        box = pool.narrowed(uniform(sample.z), sample.weights, ours, box)
    rows = posterior.resampled(sample, settings.candidates)
    u = problem.space.medians(settings.candidates)
    u[:, columns] = np.clip(uniform(sample.z[rows][:, columns]), *ENDS)
    tried = _many(problem, "candidates", np.repeat(u, settings.repeats, axis=0), TRIED, told)
    missed, off = _missed(problem, search.averaged(tried, settings.repeats))
    short = u[np.lexsort((np.arange(len(u)), off, missed[:, 1], missed[:, 0]))[:SHORT]]
    again = search.repeated(problem.simulate, short, settings.fresh, SHORTLISTED)
    missed_again, _ = _missed(problem, again)
    chosen = choose(missed_again, short[:, columns], sets[:, columns])
    best = np.lexsort((np.arange(len(u)), off, missed[:, 1]))
    return search.judged(short[chosen], problem.simulate, settings.fresh, JUDGED), u[best]


def _missed(problem: Problem, statistics: Array) -> tuple[Array, Array]:
    """Count the targets that worlds miss, of those that come first and of all; and how far off."""
    own, fitted = problem.goals.part(problem.fitted), statistics[:, problem.fitted]
    outside = ~own.inside(fitted)
    first = np.array([name in FIRST for name in own.names])
    missed = np.column_stack([outside[:, first].sum(axis=1), outside.sum(axis=1)])
    return missed, own.off(fitted).sum(axis=1).round(9)


def choose(missed: Array, candidates: Array, sets: Array) -> int:
    """Choose the calibrated world among candidates.

    Those are kept that miss the fewest of the targets that come first (`FIRST`), of these those
    that miss the fewest of all, of these those with the fewest numbers that are unusual in the
    posterior (`USUAL`), and of these the medoid is chosen.

    Parameters
    ----------
    missed : array of int
        How many targets each candidate misses, of those that come first and of all, shape
        (candidates, 2).
    candidates : array
        Where they lie in the cube of fitted parameters, shape (candidates, fitted).
    sets : array
        The posterior's sets there, shape (sets, fitted).

    Returns
    -------
    int
        Which of the candidates.
    """
    low, high = np.quantile(sets, (0.5 - 0.5 * USUAL, 0.5 + 0.5 * USUAL), axis=0)
    unusual = ((candidates < low) | (candidates > high)).sum(axis=1)
    kept = np.flatnonzero(missed[:, 0] == missed[:, 0].min())
    kept = kept[missed[kept, 1] == missed[kept, 1].min()]
    kept = kept[unusual[kept] == unusual[kept].min()]
    return int(kept[posterior.medoid(normal(candidates[kept]))])


def _fits(
    problem: Problem, settings: Extent, columns: Array, starts: Array, told: Tell
) -> tuple[Found, ...]:
    """Look for the set that meets all targets at once, from several starts; the best first."""
    aim = search.to_meet(problem.goals, problem.fitted, columns)
    found = []
    for number in range(settings.fits):
        found.append(
            search.minimise(
                starts[min(number, len(starts) - 1)], columns, problem.simulate, aim,
                generations=LONGER * settings.generations, repeats=settings.repeats,
                seed=problem.seed, number=number, step=0.3, fresh=settings.fresh,
            )
        )  # fmt: skip
        told("fits", number + 1, settings.fits)
    own = problem.goals.part(problem.fitted)

    def badness(one: Found) -> tuple[int, float]:
        statistics = one.statistics[problem.fitted]
        return int((~own.inside(statistics)).sum()), round(float(own.off(statistics).sum()), 9)

    return tuple(sorted(found, key=badness))
