"""A mixed model for repeated measures: all waves of a patient, and all patients of a therapist.

    y_iw = wave_w + arm * wave_w + covariates * wave_w + u_therapist + v_patient + e_iw

A patient who was seen at some waves only counts with those; what is missing may depend on what was
seen, on covariates and on the arm, but not on what was not seen. The answer is the difference
between the arms at the last wave, with between-within degrees of freedom: therapists less arms.

For a given ratio of the patients' to the residual variance, patients weigh by how often they were
seen, and what remains is the random-intercept model of `sim.trial.likelihood`, with the weights of
a therapist's patients in place of their number. So REML is a search along that one ratio.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.trial import answers
from sim.trial.failures import (
    COLLINEAR,
    FEW_PATIENTS,
    FEW_THERAPISTS,
    NO_OPTIMUM,
    NO_VARIANCE,
    NONE,
)
from sim.trial.gathering import NOTHING_LEFT
from sim.trial.kernels import kernel
from sim.trial.likelihood import pivot, solve
from sim.trial.statistics import complete, plain

if TYPE_CHECKING:
    from sim.trial.answers import Answers
    from sim.trial.failures import Codes
    from sim.trial.patients import Patients
    from sim.trial.statistics import Flags, Floats

#: The search along log(1 + patients' variance / residual variance), by golden section.
WIDEST = 7.0
GOLDEN = 0.6180339887498949
SECTIONS = 28


def fit(patients: Patients, waves: Sequence[str], covariates: Sequence[str] = ()) -> Answers:
    """Fit the model to every trial.

    Parameters
    ----------
    patients : Patients
        The patients of the trials.
    waves : sequence of str
        Two or more variables: the outcome at each wave, the one that is tested last.
    covariates : sequence of str
        Known at intake; whoever lacks one is left out.

    Returns
    -------
    Answers
        The difference between the arms at the last wave.

    Raises
    ------
    ValueError
        If there is only one wave.
    """
    if len(waves) < 2:  # noqa: PLR2004
        message = f"waves={list(waves)} are not repeated measures"
        raise ValueError(message)
    values = patients.select([*covariates, *waves])
    with np.errstate(invalid="ignore"):
        seen = np.maximum((~np.isnan(values[..., 1:])).sum(axis=(1, 2)), 1)
        values[..., 1:] -= (np.nansum(values[..., 1:], axis=(1, 2)) / seen)[:, None, None]
    clustered = plain(np.broadcast_to(patients.clustered, values.shape[:2]))
    out = np.full((patients.trials, 3), np.nan)
    failure = np.zeros(patients.trials, np.int8)
    singular = np.zeros(patients.trials, np.bool_)
    width = len(waves) * (len(covariates) + 2) + 1
    room = _room(values.shape[1], len(waves), width)
    _fit_trials(values, clustered, len(waves), room, out, singular, failure)
    made = answers.of_estimates(out[:, 0], out[:, 1], out[:, 2], failure)
    return made._replace(singular=singular)


class Room(NamedTuple):
    """What one trial is fitted from, and scratch.

    Attributes
    ----------
    inside : array of float, (packed,)
        Products within patients.
    outer : array of float, (waves, packed)
        Products of the sums of patients who were seen once, twice, ...
    sums, counts : array of float, (clusters, waves, width), (clusters, waves)
        Therapists' sums over such patients, and how many they are.
    sizes, ones, squares, within
        As `sim.trial.likelihood.solve` takes them.
    scratch, inverse, square
        As it fills them in.
    """

    inside: Floats
    outer: Floats
    sums: Floats
    counts: Floats
    sizes: Floats
    ones: Floats
    squares: Floats
    within: Floats
    scratch: Floats
    inverse: Floats
    square: Floats


def _room(clusters: int, waves: int, width: int) -> Room:
    """Make room for a trial."""
    packed = width * (width + 1) // 2
    return Room(
        inside=np.empty(packed),
        outer=np.empty((waves, packed)),
        sums=np.empty((clusters, waves, width)),
        counts=np.empty((clusters, waves)),
        sizes=np.empty(clusters),
        ones=np.ones(clusters),
        squares=np.empty((clusters, packed)),
        within=np.empty(packed),
        scratch=np.empty((3, packed)),
        inverse=np.empty(packed),
        square=np.empty((width, width)),
    )


@kernel
def _fit_trials(
    values: Floats,
    clustered: Flags,
    waves: int,
    room: Room,
    out: Floats,
    singular: Flags,
    failure: Codes,
) -> None:
    """Fit every trial: estimate, standard error, degrees of freedom."""
    width = room.square.shape[0]
    last = width - 1
    tested = last - 1  # of each wave: intercept, covariates, arm
    for i in range(values.shape[0]):
        df = _gather(values[i], clustered[i], waves, room)
        rows = 0.0
        for w in range(waves):
            rows += room.counts[:, w].sum() * (w + 1)
        free = rows - last
        failure[i] = _fault(room, free, df)
        if failure[i] != NONE:
            continue
        best = _search(clustered[i], free, room)
        f, gamma = _profile(best, clustered[i], free, room)
        if not f < math.inf:
            failure[i] = NO_OPTIMUM
            continue
        factor, row = room.scratch[0], last * (last + 1) // 2
        estimate = unscaled = 0.0
        for k in range(tested, last):
            c = room.inverse[k * (k + 1) // 2 + tested]
            estimate += factor[row + k] * c
            unscaled += c * c
        out[i, 0] = estimate
        out[i, 1] = math.sqrt(factor[row + last] * factor[row + last] / free * unscaled)
        out[i, 2] = df
        singular[i] = gamma == 0.0


@kernel
def _search(clustered: Flags, free: float, room: Room) -> float:
    """Find the best log(1 + patients' variance / residual variance) by golden section."""
    low, high = 0.0, WIDEST
    near, far = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    f_near, _ = _profile(near, clustered, free, room)
    f_far, _ = _profile(far, clustered, free, room)
    for _ in range(SECTIONS):
        if f_near <= f_far:
            high, far, f_far = far, near, f_near
            near = high - GOLDEN * (high - low)
            f_near, _ = _profile(near, clustered, free, room)
        else:
            low, near, f_near = near, far, f_far
            far = low + GOLDEN * (high - low)
            f_far, _ = _profile(far, clustered, free, room)
    f_zero, _ = _profile(0.0, clustered, free, room)
    if f_zero <= min(f_near, f_far):
        return 0.0
    return near if f_near <= f_far else far


@kernel
def _profile(at: float, clustered: Flags, free: float, room: Room) -> tuple[float, float]:
    """Give the criterion at one share of patients' variance, and the therapists' best ratio.

    A patient seen n times weighs 1 / (1 + n gamma); within therapists what is left of the products
    is what their sums do not hold.
    """
    gamma = math.expm1(at)
    waves, width = room.sums.shape[1:]
    packed = room.within.shape[0]
    for e in range(packed):
        room.within[e] = room.inside[e]
    logs = 0.0
    for w in range(waves):
        n = w + 1.0
        for e in range(packed):
            room.within[e] += room.outer[w, e] / (n * (1.0 + n * gamma))
        logs += room.counts[:, w].sum() * math.log(1.0 + n * gamma)
    groups = 0
    for j in range(room.counts.shape[0]):
        size = 0.0
        for w in range(waves):
            size += room.counts[j, w] * (w + 1.0) / (1.0 + (w + 1.0) * gamma)
        if size == 0.0 or not clustered[j]:
            continue
        _add_therapist(j, groups, size, gamma, room)
        groups += 1
    best, _ = solve(
        room.sizes[:groups],
        room.ones,
        room.squares,
        room.within,
        free,
        room.scratch,
        room.inverse,
        room.square,
    )
    if math.isnan(best):
        return math.inf, best
    factor = room.scratch[0]
    for g in range(groups):
        logs += math.log(1.0 + room.sizes[g] * best)
    for k in range(width - 1):
        logs += 2.0 * math.log(factor[k * (k + 1) // 2 + k])
    return logs + 2.0 * free * math.log(factor[packed - 1]), best


@kernel
def _add_therapist(j: int, group: int, size: float, gamma: float, room: Room) -> None:
    """Weigh a therapist's patients, and take what their sums hold out of the products within."""
    waves, width = room.sums.shape[1:]
    room.sizes[group] = size
    e = 0
    for k in range(width):
        for l in range(k + 1):
            one = other = 0.0
            for w in range(waves):
                weight = 1.0 / (1.0 + (w + 1.0) * gamma)
                one += weight * room.sums[j, w, k]
                other += weight * room.sums[j, w, l]
            room.squares[group, e] = one * other / (size * size)
            room.within[e] -= one * other / size
            e += 1


@kernel
def _gather(values: Floats, clustered: Flags, waves: int, room: Room) -> float:
    """Sum one trial up, and give its degrees of freedom: therapists less their arms."""
    clusters, slots, known = values.shape
    intake = known - waves  # arm and covariates
    each = intake + 1
    width = room.square.shape[0]
    sums = np.empty(width)
    room.inside[:], room.outer[:], room.sums[:], room.counts[:] = 0.0, 0.0, 0.0, 0.0
    therapists, lowest, highest = 0.0, math.inf, -math.inf
    for j in range(clusters):
        for s in range(slots):
            person = values[j, s]
            if not complete(person[:intake]):
                continue
            seen = 0
            sums[:] = 0.0
            for w in range(waves):
                y = person[intake + w]
                if math.isnan(y):
                    continue
                seen += 1
                sums[w * each] = 1.0
                for k in range(1, intake):
                    sums[w * each + k] = person[k]
                sums[(w + 1) * each - 1] = person[0]
                sums[width - 1] += y
                room.inside[room.inside.shape[0] - 1] += y * y
            if seen == 0:
                continue
            _add_patient(person, intake, waves, seen, sums, room)
            room.counts[j, seen - 1] += 1.0
            for k in range(width):
                room.sums[j, seen - 1, k] += sums[k]
            if clustered[j]:
                lowest, highest = min(lowest, person[0]), max(highest, person[0])
        if clustered[j] and room.counts[j].sum() > 0.0:
            therapists += 1.0
    return therapists - (2.0 if highest > lowest else 1.0)


@kernel
def _add_patient(
    person: Floats, intake: int, waves: int, seen: int, sums: Floats, room: Room
) -> None:
    """Add a patient's products: each wave touches its own coefficients only."""
    each = intake + 1
    last = sums.shape[0] - 1
    row = last * (last + 1) // 2
    for w in range(waves):
        y = person[intake + w]
        if math.isnan(y):
            continue
        for k in range(w * each, (w + 1) * each):
            room.inside[row + k] += sums[k] * y
            for l in range(w * each, k + 1):
                room.inside[k * (k + 1) // 2 + l] += sums[k] * sums[l]
    e = 0
    for k in range(last + 1):
        for l in range(k + 1):
            product = sums[k] * sums[l]
            room.outer[seen - 1, e] += product
            room.inside[e] -= product / seen
            e += 1


@kernel
def _fault(room: Room, free: float, df: float) -> int:
    """Tell why nothing can be fitted to a trial, or 0."""
    if free <= 0.0:
        return FEW_PATIENTS
    factor = room.inverse
    for e in range(factor.shape[0]):
        factor[e] = room.inside[e]
        for w in range(room.outer.shape[0]):
            factor[e] += room.outer[w, e] / (w + 1.0)
    last = room.square.shape[0] - 1
    for k in range(last + 1):
        total = factor[k * (k + 1) // 2 + k]
        if not pivot(factor, k, NOTHING_LEFT * total):
            return COLLINEAR if k < last else NO_VARIANCE
    return NONE if df > 0.0 else FEW_THERAPISTS
