"""Shares: how what several edges do together is shared out among them.

Every set of edges has a value, the outcome in the world in which just these carry what is theirs.
Values lie in an array whose last axis has 2^n entries, entry s for the set of the edges whose bits
are set in s. All shares are differences of values, so they add up in every single replicate.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


def shapley(values: Array) -> Array:
    """Give each edge its mean contribution over all orders in which edges may come in.

    sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S with i) - v(S))

    Parameters
    ----------
    values : array (..., 2^n)
        The value of every set.

    Returns
    -------
    array (..., n)
        They add up to v(all) - v(none); an edge that never matters gets nought.

    Notes
    -----
    Source: Shapley (1953), A value for n-person games.
    """
    import numpy as np

    n = _edges(values)
    order = [math.factorial(k) * math.factorial(n - k - 1) / math.factorial(n) for k in range(n)]
    return np.stack([_weighted(values, [i], order) for i in range(n)], axis=-1)


def telescoping(values: Array) -> Array:
    """Give each edge what it adds when edges come in one after the other, in their order.

    Parameters
    ----------
    values : array (..., 2^n)
        The value of every set.

    Returns
    -------
    array (..., n)
        They add up to v(all) - v(none).
    """
    import numpy as np

    return np.diff(values[..., [(1 << k) - 1 for k in range(_edges(values) + 1)]], axis=-1)


def alone(values: Array) -> Array:
    """Give what each edge does when it is the only one that carries what is its own.

    Returns
    -------
    array (..., n)
        v(i) - v(none)
    """
    sets = [1 << i for i in range(_edges(values))]
    return values[..., sets] - values[..., :1]


def last(values: Array) -> Array:
    """Give what is lost of the effect when only this edge is cut.

    Returns
    -------
    array (..., n)
        v(all) - v(all without i)
    """
    n = _edges(values)
    every = (1 << n) - 1
    return values[..., every:] - values[..., [every & ~(1 << i) for i in range(n)]]


def interactions(values: Array) -> dict[tuple[int, int], Array]:
    """Give for each two edges what they do together beyond what each does, whatever else is there.

    The Shapley interaction index: sum over S without i and j of |S|! (n - |S| - 2)! / (n - 1)! *
    (v(S with both) - v(S with i) - v(S with j) + v(S)). Above nought the two need each other, below
    they stand in for each other - for an outcome of which more is meant.

    Returns
    -------
    dict of (int, int) to array (...)
        By the two edges.

    Notes
    -----
    Source: Grabisch & Roubens (1999), An axiomatic approach to the concept of interaction.
    """
    n = _edges(values)
    weights = [
        math.factorial(k) * math.factorial(n - k - 2) / math.factorial(n - 1) for k in range(n - 1)
    ]
    return {(i, j): _weighted(values, [i, j], weights) for i in range(n) for j in range(i + 1, n)}


def _edges(values: Array) -> int:
    """Tell how many edges there are.

    Raises
    ------
    ValueError
        If the number of values is no power of two.
    """
    many = values.shape[-1]
    if many < 1 or many & (many - 1):
        message = f"{many} values are not those of all sets of some edges"
        raise ValueError(message)
    return int(many).bit_length() - 1


def _weighted(values: Array, chosen: list[int], weights: list[float]) -> Array:
    """Sum the joint difference by some edges over all sets of the others, by the sets' sizes."""
    import numpy as np

    bits = sum(1 << i for i in chosen)
    others = [s for s in range(values.shape[-1]) if not s & bits]
    joint = np.zeros((*values.shape[:-1], len(others)))
    for part in range(1 << len(chosen)):
        also = sum(1 << i for place, i in enumerate(chosen) if part >> place & 1)
        sign = -1.0 if (len(chosen) - part.bit_count()) & 1 else 1.0
        joint += sign * values[..., [s | also for s in others]]
    total: Array = (joint * [weights[s.bit_count()] for s in others]).sum(axis=-1)
    return total
