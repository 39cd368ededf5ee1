"""Chance in a trial: who is assigned to what, and who is lost; every draw with an address.

As in `sim.draws`, a draw is a pure function of whom it concerns and what it is for, so a trial of
forty therapists begins as one of twenty did. Here the addresses are arrays, and all trials are
drawn at once.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]

# Calls from 128 on are those of trials; they are made under the seed of the luck.
ASSIGNMENT = 128
CASELOAD = 129
CASE_MIX = 130
UPTAKE = 131
DEPARTURE = 132
ANSWERING = 133
PERIOD = 134
LINEAR_THERAPIST = 135
LINEAR_PATIENT = 136
ENDPOINT = 137
IMPUTED_RATIO = 138
IMPUTED_VARIANCE = 139
IMPUTED_COEFFICIENT = 140
IMPUTED_THERAPIST = 141
IMPUTED_PATIENT = 142
MEDIATED = 143


def uniform(
    seed: int,
    replicates: Array,
    call: int,
    *,
    therapists: Array | int = draws.NOBODY,
    patients: Array | int = draws.NOBODY,
) -> tuple[Array, Array, Array, Array]:
    """Draw four uniform numbers at every address.

    Parameters
    ----------
    seed : int
        The seed of the luck.
    replicates : array of int
        The numbers of the trials, in the first axis; its shape, and those of the ids, are
        broadcast against each other.
    call : int
        What the draws are for: one of the calls above.
    therapists, patients : array of int
        Stable ids.

    Returns
    -------
    tuple of array
        Four, each uniform on (0, 1).
    """
    address = [np.asarray(one, np.uint64) for one in (replicates, therapists, patients)]
    replicate, therapist, patient = np.broadcast_arrays(*address)
    words = draws.words(seed, replicate, therapist, patient, 0, call)  # type: ignore[arg-type]
    first, second, third, fourth = (draws.uniform(word) for word in words)
    return first, second, third, fourth  # type: ignore[return-value]


def normal(uniforms: Array) -> Array:
    """Turn uniform numbers into standard normal ones."""
    from scipy import special

    values: Array = special.ndtri(uniforms)
    return values


def luck_of_period(seed: int, period: int) -> int:
    """Give the seed of the luck for a period of a trial in which therapists are met again."""
    if period == 0:
        return seed
    word, _, _, _ = draws.words(seed, 0, draws.NOBODY, draws.NOBODY, period, PERIOD)
    return word


def luck_of_endpoint(seed: int, name: str) -> int:
    """Give the seed of the luck for what analyses of one endpoint leave to chance."""
    address = zlib.crc32(name.encode())
    word, _, _, _ = draws.words(seed, 0, draws.NOBODY, draws.NOBODY, address, ENDPOINT)
    return word
