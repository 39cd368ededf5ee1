"""Recovery: whether the method finds back what is known.

Worlds of the pool play the evidence: each in turn is taken out, its noisy statistics are given to
the method, and its parameters are looked for in the posterior. Those nearest to the real evidence
are taken, for it is there that the method has to work (Prangle and others 2014); as they are chosen
by their statistics alone, a posterior that is right covers them as often as it says.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration import posterior

if TYPE_CHECKING:
    from sim.calibration.posterior import Fit

    Array = np.ndarray[Any, np.dtype[Any]]

#: The level of the intervals.
LEVEL = 0.9


@dataclasses.dataclass(frozen=True)
class Recovery:
    """How well known worlds are found back.

    Attributes
    ----------
    ranks : array
        The place of each true value in its posterior, in [0, 1], shape (truths, parameters);
        uniform, if the posterior is right.
    truth, mean : array
        True values and posterior means, as normal quantiles of the priors; of the same shape.
    """

    ranks: Array
    truth: Array
    mean: Array

    @property
    def coverage(self) -> float:
        """How often intervals of 90% hold the truth, over all truths and parameters."""
        return float(self._covered.mean())

    @property
    def coverages(self) -> Array:
        """How often they do for each parameter."""
        found: Array = self._covered.mean(axis=0)
        return found

    @property
    def _covered(self) -> Array:
        edge = 0.5 * (1.0 - LEVEL)
        covered: Array = (self.ranks >= edge) & (self.ranks <= 1.0 - edge)
        return covered


def recover(
    fit: Fit,
    evidence: Array,
    columns: Array,
    truths: int,
    progress: Callable[[int], object] | None = None,
) -> Recovery:
    """Find known worlds back, each from all others of the pool.

    Parameters
    ----------
    fit : Fit
        The pool, from `sim.calibration.posterior.prepare`.
    evidence : array
        What the real evidence is; the truths lie around it.
    columns : array of int
        The parameters that are looked for.
    truths : int
        How many worlds are taken.
    progress : callable, optional
        Is told how many are done.

    Returns
    -------
    Recovery
    """
    off = posterior.offset(fit, evidence)
    nearest = np.argsort((off * off).sum(axis=1), kind="stable")[:truths]
    narrow = dataclasses.replace(fit, z=np.ascontiguousarray(fit.z[:, columns]))
    ranks, means = [], []
    for done, world in enumerate(nearest):
        found = posterior.sample(narrow, narrow.noisy[world], without=int(world))
        below = found.z < narrow.z[world]
        ranks.append(found.weights @ below)
        means.append(found.mean())
        if progress is not None:
            progress(done + 1)
    return Recovery(np.array(ranks), narrow.z[nearest], np.array(means))
