"""What one trial is fitted from, and whether it can be fitted at all.

The model weighs therapists by their caseload alone, so those with equally many patients go together
(`sim.trial.likelihood`): with even caseloads a trial of any size is as quick as one therapist.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.trial.failures import (
    COLLINEAR,
    FEW_PATIENTS,
    NO_VARIANCE,
    NONE,
    ONE_ARM,
)
from sim.trial.kernels import kernel
from sim.trial.likelihood import pivot

if TYPE_CHECKING:
    from sim.trial.statistics import Flags, Floats, Whole

#: What is left of a variable's sum of squares, as a share, when the others explain it.
NOTHING_LEFT = 1e-11

#: A spread below this share of the mean is rounding: the variable does not vary.
ROUNDING = 1e-13


@kernel
def gather(
    n: Whole,
    means: Floats,
    products: Floats,
    clustered: Flags,
    z: Floats,
    sizes: Floats,
    counts: Floats,
    squares: Floats,
    within: Floats,
) -> tuple[float, int]:
    """Gather one trial.

    Means are taken about the trial's own, which changes the intercept and nothing else.

    Parameters
    ----------
    n, means, products, clustered : array
        The statistics of one trial.
    z : array of float, (clusters, K + 1)
        Filled in: 1 and the means about the trial's own; an empty seat is left alone.
    sizes, counts, squares : array of float, (clusters,), (clusters,), (clusters, packed)
        Filled in: the caseloads there are, how many therapists have each, and S_n.
    within : array of float, (packed,)
        Filled in: W.

    Returns
    -------
    patients, groups : float and int
        How many patients, and how many different caseloads.
    """
    clusters, width = means.shape
    patients = 0.0
    within[:] = 0.0
    for j in range(clusters):
        if n[j] > 0:
            patients += n[j]
            for k in range(width):
                row = (k + 1) * (k + 2) // 2 + 1
                for l in range(k + 1):
                    within[row + l] += products[j, k, l]
    for k in range(1, width + 1):
        _centre(n, means, z, within, k, patients)
    groups = 0
    for j in range(clusters):
        if n[j] == 0:
            continue
        z[j, 0] = 1.0
        if not clustered[j]:
            continue
        g = 0
        while g < groups and sizes[g] != n[j]:
            g += 1
        if g == groups:
            groups += 1
            sizes[g] = n[j]
            counts[g] = 0.0
            squares[g] = 0.0
        counts[g] += 1.0
        _add(z[j], 1.0, squares[g])
    return patients, groups


@kernel
def _centre(n: Whole, means: Floats, z: Floats, within: Floats, k: int, patients: float) -> None:
    """Take one variable about its mean; what is only rounding is nothing."""
    mean = 0.0
    for j in range(n.shape[0]):
        if n[j] > 0:
            mean += n[j] * means[j, k - 1]
    mean /= patients
    nought = ROUNDING * abs(mean)
    for j in range(n.shape[0]):
        if n[j] > 0:
            off = means[j, k - 1] - mean
            z[j, k] = off if abs(off) > nought else 0.0
    if within[k * (k + 1) // 2 + k] <= patients * nought * nought:
        for l in range(z.shape[1]):
            within[max(k, l) * (max(k, l) + 1) // 2 + min(k, l)] = 0.0


@kernel
def _add(row: Floats, weight: float, packed: Floats) -> None:
    """Add the products of a row with itself."""
    e = 0
    for k in range(row.shape[0]):
        weighted = weight * row[k]
        for l in range(k + 1):
            packed[e] += weighted * row[l]
            e += 1


@kernel
def loosen(n: Whole, clustered: Flags, z: Floats, within: Floats) -> None:
    """Add patients without a therapist to the products within, as they are.

    That alone makes the model partially nested: their weight does not depend on gamma.
    """
    for j in range(n.shape[0]):
        if n[j] > 0 and not clustered[j]:
            _add(z[j], float(n[j]), within)


@kernel
def fault(
    sizes: Floats, squares: Floats, within: Floats, patients: float, p: int, factor: Floats
) -> int:
    """Tell why nothing can be fitted to a trial, or 0; `factor` is scratch.

    These reasons hold for every analysis of patients, whether it knows of therapists or not.
    """
    if patients <= p:
        return FEW_PATIENTS
    for e in range(factor.shape[0]):
        factor[e] = within[e]
        for g in range(sizes.shape[0]):
            factor[e] += sizes[g] * squares[g, e]
    if factor[2] <= 0.0:
        return ONE_ARM
    for k in range(p + 1):
        total = factor[k * (k + 1) // 2 + k]
        if not pivot(factor, k, NOTHING_LEFT * total):
            return COLLINEAR if k < p else NO_VARIANCE
    return NONE


@kernel
def between(n: Whole, clustered: Flags, z: Floats, within: Floats, tested: int) -> float:
    """Give the between-within degrees of freedom of the coefficient of variable `tested`.

    Of one that is constant within therapists: therapists less coefficients of that kind. Of one
    that is not: patients less therapists less coefficients of that kind. Not above 0 where the
    model cannot be estimated. To be called before `loosen`.
    """
    therapists = nested = 0.0
    for j in range(n.shape[0]):
        if n[j] > 0 and clustered[j]:
            therapists += 1.0
            nested += n[j]
    above = 1.0
    beneath = 0.0
    same = False
    for k in range(1, z.shape[1] - 1):
        constant = False
        spread = inside = within[k * (k + 1) // 2 + k]
        low, high = math.inf, -math.inf
        for j in range(n.shape[0]):
            if n[j] > 0:
                spread += n[j] * z[j, k] * z[j, k]
                if clustered[j]:
                    low, high = min(low, z[j, k]), max(high, z[j, k])
        if inside > NOTHING_LEFT * spread:
            beneath += 1.0
        else:
            constant = True
            if high - low > NOTHING_LEFT * math.sqrt(spread):
                above += 1.0
        if k == tested + 1:
            same = constant
    if same or therapists <= above:
        return therapists - above
    return nested - therapists - beneath
