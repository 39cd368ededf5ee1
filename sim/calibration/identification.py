"""Identification: what the evidence says of each parameter.

On the scale where a prior is standard normal: *pinned* if the posterior's standard deviation is
under a half; on a *ridge* if only a combination with another one is known so well, the sum say or
the difference, and neither alone; *in part* if it is under four fifths; *not at all* otherwise.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

#: Under this share of the prior's standard deviation, much is known.
PINNED = 0.5

#: Under this share, something is known, though little.
PARTLY = 0.8

#: What there is to be said of a parameter.
PINNED_DOWN, RIDGE, IN_PART, NOT_AT_ALL = "pinned", "ridge", "in part", "not at all"


@dataclasses.dataclass(frozen=True)
class Ridge:
    """Two parameters of which only a combination is known.

    Attributes
    ----------
    first, second : str
        Their names.
    correlation : float
        In the posterior.
    width : float
        The standard deviation across the ridge, in those of the priors.
    """

    first: str
    second: str
    correlation: float
    width: float


@dataclasses.dataclass(frozen=True)
class Identified:
    """What is known of the parameters.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    mean, sd : array
        Of the posterior, in standard deviations of the prior from its median.
    finding : tuple of str
        `PINNED_DOWN`, `RIDGE`, `IN_PART` or `NOT_AT_ALL`.
    ridges : tuple of Ridge
        The narrowest first.
    directions : array
        The standard deviations along the principal axes of the posterior, the narrowest first.
    """

    names: tuple[str, ...]
    mean: Array
    sd: Array
    finding: tuple[str, ...]
    ridges: tuple[Ridge, ...]
    directions: Array


def identify(names: tuple[str, ...], mean: Array, covariance: Array) -> Identified:
    """Tell what a posterior says of each parameter.

    Parameters
    ----------
    names : tuple of str
        The parameters.
    mean, covariance : array
        Of the posterior, where the prior is standard normal.

    Returns
    -------
    Identified
    """
    sd = np.sqrt(np.diag(covariance))
    pinned = sd < PINNED
    ridges = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            if pinned[i] or pinned[j]:
                continue
            pair = covariance[np.ix_([i, j], [i, j])]
            width = float(np.sqrt(np.linalg.eigvalsh(pair)[0]))
            if width < PINNED:
                together = float(pair[0, 1] / (sd[i] * sd[j]))
                ridges.append(Ridge(names[i], names[j], together, width))
    ridges.sort(key=lambda ridge: ridge.width)
    on_one = {name for ridge in ridges for name in (ridge.first, ridge.second)}
    finding = tuple(
        PINNED_DOWN if pinned[i]
        else RIDGE if name in on_one
        else IN_PART if sd[i] < PARTLY
        else NOT_AT_ALL
        for i, name in enumerate(names)
    )  # fmt: skip
    directions = np.sqrt(np.maximum(np.linalg.eigvalsh(covariance), 0.0))
    return Identified(names, mean, sd, finding, tuple(ridges), directions)
