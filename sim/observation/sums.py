"""Sums over the people of a trial: means and spreads of scores, and shares of those who changed.

They run over people in their order, on all replicates of a block at once, so they do not depend on
how many replicates a block holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import observation
from sim.observation import change

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.forms import Instrument

    Array = np.ndarray[Any, np.dtype[Any]]

#: From where to where change is sorted into categories, and what the columns end in.
BEFORE, AFTER = "pre", ("post", "followup")


def trials(config: Config, block: Block) -> dict[str, Array]:
    """Work out the columns that instruments add to the table of trials.

    Parameters
    ----------
    config : Config
        The configuration.
    block : Block
        Some replicates, with the rows of their patients.

    Returns
    -------
    dict of str to array
        For each replicate and arm: of every column of scores, and of the latent state beside it,
        mean, ``_sd`` and how many have a value (``_n``), over patients, or over therapists
        (``therapist_…``); and of instruments filled in before and after, the shares of
        `sim.observation.change.CATEGORIES`, ``phq9_self_post_recovered`` say.
    """
    found: dict[str, Array] = {}
    for of, prefix in (("patients", ""), ("therapists", "therapist_")):
        seen = observation.Observed(config, block, of)
        there = block.there(of).reshape(seen.shape)
        for name in seen.scores:
            found |= _summary(f"{prefix}{name}", seen[name], there)
        for one in config.instrument.values():
            if one.of == of:
                found |= _shares(one, prefix, seen, there)
    return found


def sorted_waves(one: Instrument) -> tuple[str, ...]:
    """List the waves at which an instrument can tell a change since intake."""
    return tuple(wave for wave in AFTER if wave in one.waves and BEFORE in one.waves)


def _summary(name: str, values: Array, there: Array) -> dict[str, Array]:
    """Take mean and SD over those who have a value, and count them."""
    import numpy as np

    values = np.broadcast_to(values, there.shape)
    known = there & ~np.isnan(values)
    n = _total(known, known)
    nobody = np.full_like(n, np.nan)
    mean = np.divide(_total(values, known), n, out=nobody.copy(), where=n > 0.0)
    off = values - mean[:, :, None, None]
    squares = np.divide(_total(off * off, known), n - 1.0, out=nobody, where=n > 1.0)
    made = {name: mean, f"{name}_sd": np.sqrt(squares), f"{name}_n": n}
    return {key: column.reshape(-1) for key, column in made.items()}


def _shares(
    one: Instrument, prefix: str, seen: observation.Observed, there: Array
) -> dict[str, Array]:
    """Tell the shares of the four categories of change."""
    import numpy as np

    found: dict[str, Array] = {}
    for rater in one.raters:
        for wave in sorted_waves(one):
            before, after = (seen[observation.column(one, rater, w)] for w in (BEFORE, wave))
            codes = change.categories(
                before, after, cut=one.cut, reliable=change.reliable(one), better=one.better
            )
            known = there & (codes != change.UNKNOWN)
            n = _total(known, known)
            for code, word in enumerate(change.CATEGORIES):
                share = np.divide(
                    _total(codes == code, known), n, out=np.full_like(n, np.nan), where=n > 0.0
                )
                name = f"{prefix}{observation.column(one, rater, wave)}_{word}"
                found[name] = share.reshape(-1)
    return found


def _total(values: Array, known: Array) -> Array:
    """Add up over people, one after the other, those who are known."""
    import numpy as np

    total: Array = np.zeros(known.shape[:2])
    for j in range(known.shape[2]):
        for k in range(known.shape[3]):
            total += np.where(known[:, :, j, k], values[:, :, j, k], 0.0)
    return total
