"""Chance for many at once: draws with an address (`sim.draws`), as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]


def uniform(
    seed: Array | int,
    replicates: Array,
    call: int,
    *,
    therapists: Array | int = draws.NOBODY,
    patients: Array | int = draws.NOBODY,
    moments: Array | int = 0,
) -> tuple[Array, Array, Array, Array]:
    """Draw four uniform numbers at every address.

    Parameters
    ----------
    seed : int or array of int
        The seed of the people or of the luck.
    replicates : array of int
        The numbers of the replicates; its shape, and those of the seed, the ids and the moments,
        are broadcast against each other.
    call : int
        What the draws are for.
    therapists, patients : array of int
        Stable ids.
    moments : array of int
        When; 0 for what holds for good.

    Returns
    -------
    tuple of array
        Four, each uniform on (0, 1).
    """
    given = (seed, replicates, therapists, patients, moments)
    address: list[Any] = [np.asarray(one, np.uint64) for one in given]
    key, replicate, therapist, patient, moment = np.broadcast_arrays(*address)
    words = draws.words(key, replicate, therapist, patient, moment, call)  # type: ignore[arg-type]
    first, second, third, fourth = (draws.uniform(word) for word in words)
    return first, second, third, fourth  # type: ignore[return-value]


def normal(uniforms: Array) -> Array:
    """Turn uniform numbers into standard normal ones."""
    from scipy import special

    values: Array = special.ndtri(uniforms)
    return values
