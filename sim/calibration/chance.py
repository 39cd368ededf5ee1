"""Chance in virtual studies: the draws of `sim.draws` for whole arrays of addresses, compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]


def normals(
    seed: int, replicate: Array, therapist: Any, patient: Any, moment: Any, call: int
) -> list[Array]:
    """Draw four standard normal numbers at every address.

    Parameters
    ----------
    seed : int
        The seed.
    replicate, therapist, patient, moment : int or array of int
        The addresses (`sim.draws.words`), broadcast against each other.
    call : int
        What the draws are for.

    Returns
    -------
    list of array
        Four.
    """
    from scipy.special import ndtri

    words = (therapist, patient, moment, call, seed, replicate)
    return list(map(ndtri, _uniforms()(*(np.asarray(word, np.int64) for word in words))))


@cache
def _uniforms() -> Callable[..., tuple[Array, ...]]:
    """Compile Philox for arrays: four uniform numbers an address."""
    import numba

    philox = numba.njit(inline="never")(draws.philox)
    kinds = [(numba.int64,) * 6 + (numba.float64[:],) * 4]

    def draw(
        therapist: int, patient: int, moment: int, call: int, seed: int, replicate: int,
        first: Array, second: Array, third: Array, fourth: Array,
    ) -> None:  # fmt: skip
        a, b, c, d = philox(
            therapist, patient, moment, call, seed, replicate,
        )  # fmt: skip
        first[0] = (float(a) + 0.5) * 2.3283064365386963e-10
        second[0] = (float(b) + 0.5) * 2.3283064365386963e-10
        third[0] = (float(c) + 0.5) * 2.3283064365386963e-10
        fourth[0] = (float(d) + 0.5) * 2.3283064365386963e-10

    vectorized: Any = numba.guvectorize
    made: Callable[..., tuple[Array, ...]]
    made = vectorized(kinds, "(),(),(),(),(),()->(),(),(),()", nopython=True)(draw)
    return made
