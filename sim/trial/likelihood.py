"""The restricted likelihood of the random-intercept model, and where it is highest.

    y = X b + u_j + e        u_j ~ N(0, tau^2), therapist j        e ~ N(0, sigma^2)

With gamma = tau^2 / sigma^2 and omega_n = n / (1 + n gamma), the products of intercept, arm,
covariates and outcome weigh the means z_j of therapists with n patients by omega_n,

    T(gamma) = W + sum_n omega_n S_n        S_n = sum over those therapists of z_j z_j'

where W pools the products within therapists. Every term is positive semi-definite, so nothing
cancels. One Cholesky factor L of T gives the coefficients, the log determinant of its part A
without the outcome, and the residual sum of squares RSS, its last pivot squared. Twice the
restricted log likelihood is, up to sign and a constant,

    f(gamma) = (N - p) log RSS + sum_j log(1 + n_j gamma) + log |A|

Its derivatives follow from omega' = -omega^2. With M2 = L^-1 (sum omega^2 S) L^-T, M3 the same of
omega^3, and y for the outcome's place and x for all others,

    f'  = sum omega - tr M2_xx - (N - p) M2_yy
    f'' = 2 tr M3_xx - sum omega^2 - |M2_xx|^2 + (N - p) (2 M3_yy - 2 |M2_xy|^2 - M2_yy^2)

Newton's method works in log(1 + n gamma), in which f is convex if caseloads are even; elsewhere a
bracket guards it. f'(0) >= 0 is the singular fit: no therapist variance, gamma = 0. (A trial of a
handful of patients, some without a therapist, can have a second maximum far out; the first one is
taken, as a search from 0 finds it.)

Symmetric matrices are packed: entry (k, l), l <= k, lies at k (k + 1) / 2 + l.

Source: the model of Bates, Mächler, Bolker & Walker (2015, Journal of Statistical Software 67),
profiled to one parameter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.trial.kernels import kernel

if TYPE_CHECKING:
    from sim.trial.statistics import Floats

#: A step in log(1 + n gamma) below which the optimum is found: what is left of the way is its
#: square.
SMALL_STEP = 1e-7
MOST_STEPS = 60
#: No maximum is looked for beyond: a ratio of variances of about exp(40).
LARGEST = 40.0


@kernel
def solve(
    sizes: Floats,
    counts: Floats,
    squares: Floats,
    within: Floats,
    free: float,
    sums: Floats,
    inverse: Floats,
    square: Floats,
) -> tuple[float, float]:
    """Find the gamma of the highest restricted likelihood.

    Parameters
    ----------
    sizes, counts : array of float, (groups,)
        The caseloads there are, and how many therapists have each.
    squares : array of float, (groups, packed)
        S_n of each.
    within : array of float, (packed,)
        W.
    free : float
        Patients less coefficients, N - p.
    sums, inverse, square : array of float, (3, packed), (packed,), (p + 1, p + 1)
        Filled in: the Cholesky factor in ``sums[0]``, its inverse, and M2 in the lower triangle of
        `square`, all of them at the optimum.

    Returns
    -------
    gamma, f'' : float
        gamma is 0 for a singular fit, and NaN where there is no maximum.
    """
    patients = therapists = 0.0
    for g in range(sizes.shape[0]):
        patients += counts[g] * sizes[g]
        therapists += counts[g]
    typical = patients / therapists
    low = u = gamma = f_2 = 0.0
    high = LARGEST
    for _ in range(MOST_STEPS):
        f_1, f_2 = slopes(sizes, counts, squares, within, free, gamma, sums, inverse, square)
        if gamma == 0.0 and f_1 >= 0.0:
            return 0.0, f_2
        stretch = gamma + 1.0 / typical  # d gamma / d u
        slope = f_1 * stretch
        bend = f_2 * stretch * stretch + slope
        if slope < 0.0:
            low = u
        else:
            high = u
        step = -slope / bend if bend > 0.0 else math.copysign(1.0, -slope)
        if abs(step) < SMALL_STEP and bend > 0.0:
            return gamma, f_2
        if not low < u + step < high:
            step = 0.5 * (low + high) - u if high < LARGEST else 1.0
        u += step
        if not u < LARGEST:
            break
        gamma = math.expm1(u) / typical
    return math.nan, f_2


@kernel
def slopes(
    sizes: Floats,
    counts: Floats,
    squares: Floats,
    within: Floats,
    free: float,
    gamma: float,
    sums: Floats,
    inverse: Floats,
    square: Floats,
) -> tuple[float, float]:
    """Give f' and f'' at one gamma, and leave factor, inverse and M2 as they are there."""
    p = square.shape[0] - 1
    packed = within.shape[0]
    for e in range(packed):
        sums[0, e] = within[e]
        sums[1, e] = 0.0
        sums[2, e] = 0.0
    trace = trace_2 = 0.0
    for g in range(sizes.shape[0]):
        omega = sizes[g] / (1.0 + sizes[g] * gamma)
        omega_2 = omega * omega
        omega_3 = omega_2 * omega
        trace += counts[g] * omega
        trace_2 += counts[g] * omega_2
        for e in range(packed):
            sums[0, e] += omega * squares[g, e]
            sums[1, e] += omega_2 * squares[g, e]
            sums[2, e] += omega_3 * squares[g, e]
    for k in range(p + 1):
        pivot(sums[0], k, 0.0)
    invert(sums[0], inverse, p + 1)
    inward(sums[1], inverse, square)
    first = second = norm = cut = 0.0
    for k in range(p):
        first += square[k, k]
        second += along(sums[2], inverse, k)
        norm += square[k, k] * square[k, k]
        cut += square[p, k] * square[p, k]
        for m in range(k):
            norm += 2.0 * square[k, m] * square[k, m]
    rest = square[p, p]
    f_1 = trace - first - free * rest
    f_2 = 2.0 * along(sums[2], inverse, p) - 2.0 * cut - rest * rest
    return f_1, 2.0 * second - trace_2 - norm + free * f_2


@kernel
def pivot(factor: Floats, k: int, least: float) -> bool:
    """Turn row k of packed products into that of their Cholesky factor, after those above it.

    Returns
    -------
    bool
        False if not more than `least` is left of the variable, given those before it.
    """
    row = k * (k + 1) // 2
    for l in range(k):
        above = l * (l + 1) // 2
        total = factor[row + l]
        for m in range(l):
            total -= factor[row + m] * factor[above + m]
        factor[row + l] = total / factor[above + l]
    left = factor[row + k]
    for m in range(k):
        left -= factor[row + m] * factor[row + m]
    factor[row + k] = math.sqrt(max(left, 0.0))
    return bool(left > least)


@kernel
def invert(factor: Floats, inverse: Floats, width: int) -> None:
    """Invert a packed triangular factor."""
    for k in range(width):
        row = k * (k + 1) // 2
        one = 1.0 / factor[row + k]
        inverse[row + k] = one
        for l in range(k):
            total = 0.0
            for m in range(l, k):
                total -= factor[row + m] * inverse[m * (m + 1) // 2 + l]
            inverse[row + l] = total * one


@kernel
def inward(packed: Floats, inverse: Floats, square: Floats) -> None:
    """Bring products into the factor's coordinates: L^-1 B L^-T, in the lower triangle."""
    width = square.shape[0]
    for k in range(width):
        row = k * (k + 1) // 2
        for m in range(k + 1):
            total = 0.0
            column = m * (m + 1) // 2
            for a in range(k + 1):
                line = a * (a + 1) // 2
                inner = 0.0
                for b in range(min(m, a) + 1):
                    inner += packed[line + b] * inverse[column + b]
                for b in range(a + 1, m + 1):
                    inner += packed[b * (b + 1) // 2 + a] * inverse[column + b]
                total += inverse[row + a] * inner
            square[k, m] = total


@kernel
def along(packed: Floats, inverse: Floats, k: int) -> float:
    """Give one diagonal entry of products in the factor's coordinates."""
    row = k * (k + 1) // 2
    total = 0.0
    for a in range(k + 1):
        line = a * (a + 1) // 2
        for b in range(a):
            total += 2.0 * packed[line + b] * inverse[row + a] * inverse[row + b]
        total += packed[line + a] * inverse[row + a] * inverse[row + a]
    return total
