"""Multiple imputation of missing values, with therapists in it.

Every variable with missing values gets a random-intercept model on the arm and all other variables.
Its parameters are drawn from their posterior distribution, then the therapists' effects, then the
missing values; where several variables have gaps they take turns (fully conditional specification,
van Buuren 2018, Flexible Imputation of Missing Data). Each completed trial is analysed like any
other, and the answers are pooled by Rubin's rules with the degrees of freedom of Barnard and Rubin
(1999, Biometrika 86, 948-955). Valid where what is missing depends on what was seen, as for the
mixed models; and able to use variables that are no part of the analysis.

The posterior of the ratio gamma of the therapists' to the residual variance is exact on a grid: the
restricted likelihood times Daniels' uniform-shrinkage prior (1999, Canadian Journal of Statistics
27, 567-578), 1 / (1 + n gamma) uniform between 0 and 1 for a typical caseload n. Given gamma, the
residual variance is RSS over a chi-square and coefficients are normal, as after any regression.

Every draw has an address (`sim.trial.lots`): the seed of the luck, the trial, which copy, turn and
variable, and for whom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.trial import answers, chance, statistics
from sim.trial.failures import NONE
from sim.trial.gathering import fault, gather, loosen
from sim.trial.kernels import kernel
from sim.trial.likelihood import invert, pivot
from sim.trial.lots import NOBODY, Moment, chi_square, normal, uniforms
from sim.trial.statistics import add_cluster, plain

if TYPE_CHECKING:
    from sim.trial.answers import Answers
    from sim.trial.patients import Patients
    from sim.trial.statistics import Flags, Floats, Statistics, Whole

#: How many completed copies of a trial are made; how often variables take turns before the first,
#: and before each of the others.
IMPUTATIONS = 20
TURNS, MORE_TURNS = 6, 2

#: So many variables can take turns; with the copy and the turn one's number makes a moment.
VARIABLES = 64

#: What is drawn, by name: a kernel knows constants of its own file.
GAMMA, VARIANCE = chance.IMPUTED_RATIO, chance.IMPUTED_VARIANCE
COEFFICIENT = chance.IMPUTED_COEFFICIENT
THERAPIST, PATIENT = chance.IMPUTED_THERAPIST, chance.IMPUTED_PATIENT

#: How fine the grid of gamma is.
GRID = 24


def impute(
    patients: Patients,
    outcome: str,
    covariates: Sequence[str] = (),
    auxiliaries: Sequence[str] = (),
    *,
    imputations: int = IMPUTATIONS,
    luck: int = 1,
    first_trial: int = 0,
) -> Statistics:
    """Complete every trial several times, and take the statistics.

    Parameters
    ----------
    patients : Patients
        The patients of the trials.
    outcome : str
        What is analysed.
    covariates : sequence of str
        What it is adjusted for.
    auxiliaries : sequence of str
        What else may tell about missing values: earlier waves, the alliance.
    imputations : int
        How many copies.
    luck : int
        The seed of the luck.
    first_trial : int
        The number of the first trial.

    Returns
    -------
    Statistics
        Of ``trials * imputations`` trials, the copies of a trial one after the other; a trial that
        no model can be fitted to is left without patients.
    """
    names = (*auxiliaries, *covariates, outcome)
    values = patients.select(names)
    clustered = np.broadcast_to(patients.clustered, values.shape[:2])
    kept = np.array([0, *range(1 + len(auxiliaries), values.shape[3])])
    made = statistics.empty(
        (patients.variables[0], *covariates, outcome),
        patients.trials * imputations,
        values.shape[1],
    )
    made.clustered[...] = np.repeat(clustered, imputations, axis=0)
    _complete_all(
        values,
        values.copy(),
        plain(clustered),
        kept,
        imputations,
        luck,
        first_trial,
        np.empty((values.shape[2], len(kept))),
        _room(*values.shape[1:]),
        made.n,
        made.means,
        made.products,
    )
    return made


def pool(each: Answers, imputations: int) -> Answers:
    """Pool the answers to a trial's completed copies by Rubin's rules.

    Parameters
    ----------
    each : Answers
        Those to the statistics that `impute` gave.
    imputations : int
        How many copies a trial has.

    Returns
    -------
    Answers
        One a trial; it failed if one of its copies did.
    """
    shape = (-1, imputations)
    estimates = each.estimate.reshape(shape)
    estimate, between = estimates.mean(axis=1), estimates.var(axis=1, ddof=1)
    within = (each.se.reshape(shape) ** 2).mean(axis=1)
    df = each.df.reshape(shape).mean(axis=1)
    extra = (1.0 + 1.0 / imputations) * between
    total = within + extra
    missing = extra / total
    seen = (df + 1.0) / (df + 3.0) * df * (1.0 - missing)
    pooled = 1.0 / (missing * missing / (imputations - 1) + 1.0 / seen)
    failure = each.failure.reshape(shape).max(axis=1)
    made = answers.of_estimates(estimate, np.sqrt(total), pooled, failure)
    singular: Any = each.singular.reshape(shape).all(axis=1)
    return made._replace(singular=singular)


class Room(NamedTuple):
    """Scratch: what one imputation model is made from."""

    values: Floats  # (clusters, slots, width): its outcome last
    n: Whole
    means: Floats
    products: Floats
    z: Floats
    sizes: Floats
    counts: Floats
    squares: Floats
    within: Floats
    factor: Floats
    inverse: Floats
    coefficients: Floats
    heights: Floats


def _room(clusters: int, slots: int, width: int) -> Room:
    """Make room for a model."""
    packed = (width + 1) * (width + 2) // 2
    return Room(
        values=np.empty((clusters, slots, width)),
        n=np.empty(clusters, np.int64),
        means=np.empty((clusters, width)),
        products=np.empty((clusters, width, width)),
        z=np.empty((clusters, width + 1)),
        sizes=np.empty(clusters),
        counts=np.empty(clusters),
        squares=np.empty((clusters, packed)),
        within=np.empty(packed),
        factor=np.empty(packed),
        inverse=np.empty(packed),
        coefficients=np.empty(width),
        heights=np.empty(GRID),
    )


@kernel
def _complete_all(
    values: Floats,
    filled: Floats,
    clustered: Flags,
    kept: Whole,
    imputations: int,
    luck: int,
    first_trial: int,
    small: Floats,
    room: Room,
    n: Whole,
    means: Floats,
    products: Floats,
) -> None:
    """Complete every trial."""
    width = values.shape[3]
    missing = np.zeros(width, np.bool_)
    for i in range(values.shape[0]):
        gaps = 0
        for k in range(1, width):
            missing[k] = _fill_in(values[i], filled[i], k)
            gaps += int(missing[k])
        fitted = True
        for copy in range(imputations):
            turns = TURNS if copy == 0 else MORE_TURNS
            for turn in range(turns if gaps > 1 else gaps):
                for k in range(1, width):
                    if not missing[k]:
                        continue
                    if gaps > 1 or copy == 0:  # one variable's model is the same in every copy
                        fitted = fitted and _model(values[i], filled[i], clustered[i], k, room)
                    if fitted:
                        when = (copy * TURNS + turn) * VARIABLES + k
                        at = Moment(luck, first_trial + i, when)
                        _draw(values[i], filled[i], clustered[i], k, at, room)
            if not fitted:
                break
            to = i * imputations + copy
            _keep(filled[i], kept, small, n[to], means[to], products[to])


@kernel
def _keep(
    filled: Floats, kept: Whole, small: Floats, n: Whole, means: Floats, products: Floats
) -> None:
    """Write the statistics of a completed trial, of the variables that are kept."""
    for j in range(filled.shape[0]):
        for s in range(filled.shape[1]):
            for k in range(kept.shape[0]):
                small[s, k] = filled[j, s, kept[k]]
        n[j] = add_cluster(small, means[j], products[j])


@kernel
def _fill_in(values: Floats, filled: Floats, k: int) -> bool:
    """Put a variable's mean where it is missing, and tell whether it was anywhere."""
    total = many = 0.0
    gap = False
    for j in range(values.shape[0]):
        for s in range(values.shape[1]):
            if not math.isnan(values[j, s, 0]):
                if math.isnan(values[j, s, k]):
                    gap = True
                else:
                    total += values[j, s, k]
                    many += 1.0
    for j in range(values.shape[0]):
        for s in range(values.shape[1]):
            if not math.isnan(values[j, s, 0]) and math.isnan(values[j, s, k]):
                filled[j, s, k] = total / many
    return gap


@kernel
def _model(values: Floats, filled: Floats, clustered: Flags, k: int, room: Room) -> bool:
    """Gather what one variable's model is made from; false if it cannot be fitted."""
    clusters, slots, width = values.shape
    for j in range(clusters):
        for s in range(slots):
            for l in range(width):
                to = l if l < k else l - 1
                room.values[j, s, width - 1 if l == k else to] = filled[j, s, l]
            room.values[j, s, width - 1] = values[j, s, k]
        room.n[j] = add_cluster(room.values[j], room.means[j], room.products[j])
    patients, groups = gather(
        room.n, room.means, room.products, clustered,
        room.z, room.sizes, room.counts, room.squares, room.within,
    )  # fmt: skip
    room.counts[groups:] = 0.0
    room.sizes[groups:] = 0.0
    room.squares[groups:] = 0.0
    loosen(room.n, clustered, room.z, room.within)
    if groups == 0 or patients <= width + 1:
        return False
    if fault(room.sizes, room.squares, room.within, patients, width, room.factor) != NONE:
        return False
    _grid(patients - width, room)
    return True


@kernel
def _draw(values: Floats, filled: Floats, clustered: Flags, k: int, at: Moment, room: Room) -> None:
    """Draw a variable's parameters, then its missing values."""
    width = values.shape[2]
    free = room.n.sum() - width
    gamma = _gamma(at, room)
    _weigh(gamma, room)
    invert(room.factor, room.inverse, width + 1)
    row = width * (width + 1) // 2
    rss = room.factor[row + width] * room.factor[row + width]
    sigma = math.sqrt(rss / chi_square(at, VARIANCE, free))
    room.coefficients[:] = 0.0
    for a in range(width):
        drawn = room.factor[row + a] + sigma * normal(at, COEFFICIENT, NOBODY, a)
        for b in range(a + 1):
            room.coefficients[b] += room.inverse[a * (a + 1) // 2 + b] * drawn
    _draw_values(values, filled, clustered, k, gamma, sigma, at, room)


@kernel
def _weigh(gamma: float, room: Room) -> None:
    """Factorise the products at one gamma."""
    factor = room.factor
    for e in range(factor.shape[0]):
        factor[e] = room.within[e]
    for g in range(room.sizes.shape[0]):
        if room.counts[g] > 0.0:
            omega = room.sizes[g] / (1.0 + room.sizes[g] * gamma)
            for e in range(factor.shape[0]):
                factor[e] += omega * room.squares[g, e]
    for a in range(room.coefficients.shape[0] + 1):
        pivot(factor, a, 0.0)


@kernel
def _ratio(shrunk: float, room: Room) -> float:
    """Turn 1 / (1 + n gamma), for a typical caseload n, into gamma."""
    patients = therapists = 0.0
    for g in range(room.sizes.shape[0]):
        patients += room.counts[g] * room.sizes[g]
        therapists += room.counts[g]
    return (1.0 / shrunk - 1.0) * therapists / patients


@kernel
def _grid(free: float, room: Room) -> None:
    """Work out the posterior of the ratio of the therapists' to the residual variance."""
    width = room.coefficients.shape[0]
    highest = -math.inf
    for cell in range(GRID):
        gamma = _ratio((cell + 0.5) / GRID, room)
        _weigh(gamma, room)
        height = -free * math.log(room.factor[room.factor.shape[0] - 1])
        for a in range(width):
            height -= math.log(room.factor[a * (a + 1) // 2 + a])
        for g in range(room.sizes.shape[0]):
            height -= 0.5 * room.counts[g] * math.log(1.0 + room.sizes[g] * gamma)
        room.heights[cell] = height
        highest = max(highest, height)
    for cell in range(GRID):
        room.heights[cell] = math.exp(room.heights[cell] - highest)


@kernel
def _gamma(at: Moment, room: Room) -> float:
    """Draw that ratio."""
    which, where = uniforms(at, GAMMA)
    left = room.heights.sum() * which
    cell = 0
    while cell < GRID - 1 and left > room.heights[cell]:
        left -= room.heights[cell]
        cell += 1
    shrunk = (cell + where) / GRID
    return _ratio(max(shrunk, 0.5 / GRID), room)


@kernel
def _draw_values(
    values: Floats,
    filled: Floats,
    clustered: Flags,
    k: int,
    gamma: float,
    sigma: float,
    at: Moment,
    room: Room,
) -> None:
    """Draw the therapists' effects, then the missing values, given the coefficients."""
    clusters, slots, width = values.shape
    held = 0
    while room.n[held] == 0:
        held += 1
    for j in range(clusters):
        effect = 0.0
        if clustered[j]:
            effect = sigma * math.sqrt(gamma) * normal(at, THERAPIST, j, NOBODY)
            if room.n[j] > 0:
                residual = room.z[j, width]
                for a in range(width):
                    residual -= room.z[j, a] * room.coefficients[a]
                share = 1.0 / (1.0 + room.n[j] * gamma)
                effect = effect * math.sqrt(share) + (1.0 - share) * residual
        for s in range(slots):
            if math.isnan(values[j, s, 0]) or not math.isnan(values[j, s, k]):
                continue
            # z is taken about the mean over patients, which is what means and z differ by
            expected = room.means[held, width - 1] - room.z[held, width] + room.coefficients[0]
            for a in range(1, width):
                mean = room.means[held, a - 1] - room.z[held, a]
                expected += room.coefficients[a] * (room.values[j, s, a - 1] - mean)
            filled[j, s, k] = expected + effect + sigma * normal(at, PATIENT, j, s)
