"""Several primary endpoints: which of them a trial may call significant.

Both procedures keep the chance of any false rejection at the level, whatever the endpoints'
correlation. Holm's step-down procedure treats endpoints alike (Holm 1979, Scandinavian Journal of
Statistics 6, 65-70); gatekeeping takes them family by family in an order laid down beforehand, and
goes on only while everything before was significant (Maurer, Hothorn & Lehmacher 1995).

A p that is NaN, of an analysis that failed, rejects nothing, and shuts the gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sim.trial.statistics import Flags, Floats


def holm(p: ArrayLike) -> Floats:
    """Adjust p-values by Holm's step-down procedure.

    Parameters
    ----------
    p : array of float, (..., endpoints)
        One p an endpoint.

    Returns
    -------
    array of float, (..., endpoints)
        Adjusted p-values, at most 1: an endpoint is significant if its own is at most the level.
        NaN stays NaN, and counts as an endpoint.
    """
    raw = np.asarray(p, np.float64)
    many = raw.shape[-1]
    order = np.argsort(raw, axis=-1)  # NaN comes last
    weighed = np.take_along_axis(raw, order, axis=-1) * np.arange(many, 0, -1)
    stepped = np.minimum(np.maximum.accumulate(weighed, axis=-1), 1.0)
    adjusted = np.empty_like(raw)
    np.put_along_axis(adjusted, order, stepped, axis=-1)
    return adjusted


def gatekeeping(p: ArrayLike, families: Sequence[Sequence[int]], level: float = 0.05) -> Flags:
    """Tell which endpoints are significant if families are tested one after the other.

    Within a family Holm's procedure holds; the next family is tested only if every endpoint of
    those before is significant. Families of one are a fixed sequence.

    Parameters
    ----------
    p : array of float, (..., endpoints)
        One p an endpoint.
    families : sequence of sequence of int
        The places of each family's endpoints, in the order in which families are tested.
    level : float
        Of the whole.

    Returns
    -------
    array of bool, (..., endpoints)

    Raises
    ------
    ValueError
        If an endpoint is in no family, or in two.
    """
    raw = np.asarray(p, np.float64)
    if sorted(place for family in families for place in family) != list(range(raw.shape[-1])):
        message = f"families={list(families)} do not hold each of {raw.shape[-1]} endpoints once"
        raise ValueError(message)
    significant = np.zeros(raw.shape, np.bool_)
    open_gate: Any = np.ones(raw.shape[:-1], np.bool_)
    for family in families:
        places = list(family)
        passed = (holm(raw[..., places]) <= level) & open_gate[..., None]
        significant[..., places] = passed
        open_gate = passed.all(axis=-1)
    return significant
