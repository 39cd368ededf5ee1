"""What knowing would be worth: the expected value of partial perfect information.

Options have values that hang on numbers nobody knows. Without further knowledge one takes the
option that is best on average. Whoever knew some of the numbers would take the one that is best
there; by how much more that gives on average is what knowing them is worth.

The mean of an option's value, given those numbers, is fitted by a regression on Legendre
polynomials of their quantiles (Strong, Oakley & Brennan 2014 use splines). The fit chooses, and the
rows it was not made from judge what the choice was worth: so a fit to noise is worth nothing on
average. Worth below nothing is told as nothing, so noise alone shows a little, within its error.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: The degree of the polynomials of one number, and into how many parts the rows are dealt.
DEGREE, PARTS = 4, 10

#: What is added to the squares of the terms, as a share.
_LEAST = 1e-10

#: Of more numbers than this, products are left out.
FEW = 6

#: A regression takes at least so many rows for each of its terms.
ROWS_EACH = 5


#: From so many standard errors on worth is sure: where a hundred links are looked at, chance makes
#: one of them pass in one analysis of forty.
SURE = 3.5


class Worth(NamedTuple):
    """What knowing is worth, and the standard error of that."""

    value: float
    error: float


def predicted(values: Array, u: Array) -> Array:
    """Predict the value of every option in every world from some numbers.

    Parameters
    ----------
    values : array
        The value of every option in every world, shape (worlds, options).
    u : array
        The quantiles of those numbers, in [0, 1], shape (worlds, numbers).

    Returns
    -------
    array
        Shape (worlds, options); each world's from a fit to worlds of other parts. What is taken
        off an option in all worlds alike may as well be taken off its predictions.
    """
    terms = polynomials(u)
    own = [terms[part::PARTS] for part in range(PARTS)]
    squares = [part.T @ part for part in own]
    products = [part.T @ values[i::PARTS] for i, part in enumerate(own)]
    whole, aims = sum(squares), sum(products)
    least = _LEAST * len(values) * np.eye(terms.shape[1])  # where two terms are the same
    made = np.zeros(values.shape)
    for i, part in enumerate(own):
        made[i::PARTS] = part @ np.linalg.solve(whole - squares[i] + least, aims - products[i])
    return made


def worth(values: Array, predicted: Array) -> Worth:
    """Tell what it is worth to choose by predictions, and not by what is best on average.

    Parameters
    ----------
    values, predicted : array
        The value of every option in every world, and what was predicted of it.

    Returns
    -------
    Worth
        In the unit of the values; nought at least.
    """
    best = int(np.argmax(values.mean(axis=0)))
    chosen = np.argmax(predicted.round(12), axis=1)
    gained = values[np.arange(len(values)), chosen] - values[:, best]
    error = float(gained.std(ddof=1) / np.sqrt(len(gained)))
    return Worth(max(0.0, float(gained.mean())), error)


def polynomials(u: Array) -> Array:
    """Give the terms of the regression: of each number, and products of every two of a few.

    Parameters
    ----------
    u : array
        In [0, 1], shape (worlds, numbers).

    Returns
    -------
    array
        Shape (worlds, terms), the first term one; terms are at most as many as worlds allow.
    """
    worlds, numbers = u.shape
    room = worlds // ROWS_EACH - 1
    degree = max(1, min(DEGREE, room // max(numbers, 1)))
    x = 2.0 * u - 1.0
    own = np.polynomial.legendre.legvander(x, degree)[:, :, 1:].reshape(worlds, -1)
    columns = [np.ones((worlds, 1)), own]
    if numbers <= FEW:
        pairs = itertools.combinations(range(numbers), 2)
        columns += [(x[:, i] * x[:, j])[:, None] for i, j in pairs]
    terms: Array = np.concatenate(columns, axis=1)
    return terms
