"""Kenward and Roger's standard error and degrees of freedom, for one coefficient.

With few therapists the model's own standard error forgets that the variances, too, were estimated.
The adjusted one adds that back, and the degrees of freedom are those of the F distribution that
matches its first two moments; for a single coefficient the scale factor is 1 and df = 2 / A1.

With sigma^2 = 1, V = I + gamma Z Z', and W and S_n as in `sim.trial.likelihood`, the derivatives
with respect to the therapists' variance (1) and the residual one (2) are

    P1  = -sum omega^2 S         P2  = -(W + sum (omega^2 / n) S)
    Q11 = sum omega^3 S          Q12 = sum (omega^3 / n) S        Q22 = W + sum (omega^3 / n^2) S

They are brought into the coordinates of the Cholesky factor of X'V^-1 X, where that matrix is the
identity and the contrast is c = L^-1 e.

Source: Kenward & Roger (1997, Biometrics 53, 983-997), with the expected information, as pbkrtest
has it (Halekoh & Højsgaard 2014, Journal of Statistical Software 59).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.trial.kernels import kernel
from sim.trial.likelihood import inward

if TYPE_CHECKING:
    from sim.trial.statistics import Floats


@kernel
def adjust(
    sizes: Floats,
    counts: Floats,
    squares: Floats,
    within: Floats,
    patients: float,
    gamma: float,
    inverse: Floats,
    tested: int,
) -> tuple[float, float]:
    """Adjust the variance of one coefficient, as a multiple of sigma^2, and give its df.

    Parameters
    ----------
    sizes, counts : array of float, (groups,)
        The caseloads there are, and how many therapists have each.
    squares : array of float, (groups, packed)
        S_n of each.
    within : array of float, (packed,)
        W.
    patients : float
        How many there are.
    gamma : float
        tau^2 / sigma^2.
    inverse : array of float, (packed,)
        The inverse of the Cholesky factor at the optimum.
    tested : int
        The place of the coefficient; the intercept's is 0.

    Returns
    -------
    variance, df : float
        NaN where the information about the two variances is singular.
    """
    packed = within.shape[0]
    sums = np.zeros((5, packed))
    for e in range(packed):
        sums[1, e] = -within[e]
        sums[4, e] = within[e]
    t11 = t12 = 0.0
    t22 = patients
    for g in range(sizes.shape[0]):
        shrunk = 1.0 / (1.0 + sizes[g] * gamma)
        omega = sizes[g] * shrunk
        t11 += counts[g] * omega * omega
        t12 += counts[g] * omega * shrunk
        t22 += counts[g] * (shrunk * shrunk - 1.0)
        for e in range(packed):
            product = omega * squares[g, e]
            sums[0, e] -= omega * product
            sums[1, e] -= shrunk * product
            sums[2, e] += omega * omega * product
            sums[3, e] += omega * shrunk * product
            sums[4, e] += shrunk * shrunk * product
    width = 1
    while width * (width + 1) // 2 < packed:
        width += 1
    inner = np.empty((5, width, width))
    for which in range(5):
        inward(sums[which], inverse, inner[which])
    P1, P2, Q11, Q12, Q22 = inner[0], inner[1], inner[2], inner[3], inner[4]
    i11 = t11 - 2.0 * _trace(Q11) + _inner(P1, P1)
    i12 = t12 - 2.0 * _trace(Q12) + _inner(P1, P2)
    i22 = t22 - 2.0 * _trace(Q22) + _inner(P2, P2)
    determinant = i11 * i22 - i12 * i12
    if not (determinant > 0.0 and i11 > 0.0):
        return math.nan, math.nan
    w11, w12, w22 = 2.0 * i22 / determinant, -2.0 * i12 / determinant, 2.0 * i11 / determinant
    q = p1 = p2 = u = 0.0
    for k in range(width - 1):
        along_1 = along_2 = weighted = 0.0
        for m in range(tested, width - 1):
            c = inverse[m * (m + 1) // 2 + tested]
            a, b = max(k, m), min(k, m)
            along_1 += P1[a, b] * c
            along_2 += P2[a, b] * c
            weighted += (w11 * Q11[a, b] + 2.0 * w12 * Q12[a, b] + w22 * Q22[a, b]) * c
        if k >= tested:
            c = inverse[k * (k + 1) // 2 + tested]
            q += c * c
            p1 += c * along_1
            p2 += c * along_2
            u += c * weighted
        u -= w11 * along_1 * along_1 + 2.0 * w12 * along_1 * along_2 + w22 * along_2 * along_2
    a1 = (w11 * p1 * p1 + 2.0 * w12 * p1 * p2 + w22 * p2 * p2) / (q * q)
    return q + 2.0 * u, 2.0 / a1


@kernel
def _trace(square: Floats) -> float:
    """Sum the diagonal, the outcome's entry left out."""
    total = 0.0
    for k in range(square.shape[0] - 1):
        total += square[k, k]
    return total


@kernel
def _inner(one: Floats, other: Floats) -> float:
    """Give the trace of a product of two symmetric matrices, the outcome's entries left out."""
    total = 0.0
    for k in range(one.shape[0] - 1):
        total += one[k, k] * other[k, k]
        for m in range(k):
            total += 2.0 * one[k, m] * other[k, m]
    return total
