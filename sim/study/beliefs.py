"""Beliefs: what is thought of the theory's numbers, as sets of parameters.

Before data they come from the priors of the parameter table; after calibration they are the sets
in ``conf/posterior.parquet``. What is set by hand (`sim.ensemble.set_by_hand`) stays as it is: that
is known. Two sets, one after the other, share the numbers that there is evidence for, and
differ in those that no evidence moves: so their part in whatever comes out can be told apart.
Before data these are the numbers graded *assumed*, after it those that were not fitted and keep
their priors, whatever the others are (`unfitted`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws, ensemble, parameters, plans
from sim.calibration.held import HELD
from sim.errors import ConfigurationError, ResultsError, nearest
from sim.parameters import Parameter

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config

    Array = np.ndarray[Any, np.dtype[Any]]

#: Calls from 192 on are those of beliefs; the address is the set, and the place in the table.
PARAMETER, ASSUMED_EFFECT, ORDER = 192, 193, 194

#: Where calibration leaves its sets.
POSTERIOR = "posterior.parquet"

#: The grade of a number that nobody has measured.
GUESSED = "assumed"

#: A prior is cut off where a parameter's range ends.
_EDGE = 1e-9


def sets(config: Config, many: int) -> Iterator[Config]:
    """Give the configuration under one set of parameters after the other.

    Parameters
    ----------
    config : Config
        The configuration; its ``over`` says which beliefs.
    many : int
        How many sets.

    Yields
    ------
    Config
        The same, with other parameters; with the linear generator, with another effect, of the
        normal distribution that its mean and ``effect_spread`` make.

    Raises
    ------
    ConfigurationError
        If there are no such beliefs.
    ResultsError
        If the theory has not been calibrated, or the sets cannot be read.
    """
    check(config)
    if config.generator.name == "linear":
        yield from _effects(config, many)
        return
    found = _prior(config, many) if config.over == "prior" else _posterior(config, many)
    names = [one.name for one in dataclasses.fields(config.parameters)]
    for row in zip(*(found.get(name, [None] * many) for name in names), strict=True):
        given = {n: float(x) for n, x in zip(names, row, strict=True) if x is not None}
        yield dataclasses.replace(
            config, parameters=dataclasses.replace(config.parameters, **given)
        )


def check(config: Config) -> None:
    """Check that there are such beliefs.

    Raises
    ------
    ConfigurationError
        If not.
    ResultsError
        If the theory has not been calibrated, or the sets cannot be read.
    """
    if config.over not in plans.BELIEVED:
        over = "null" if config.over is None else config.over
        raise ConfigurationError(
            f"over={over} is nothing that is believed: it takes one of "
            f"{', '.join(plans.BELIEVED)}{nearest(over, plans.BELIEVED)}"
        )
    if config.generator.name == "linear" and config.over == "posterior":
        raise ConfigurationError(
            "over=posterior means nothing to generator=linear, which knows no theory: it takes "
            "over=prior, with generator.effect_spread"
        )
    if config.over == "posterior":
        _read()


def known(config: Config) -> list[Parameter]:
    """List the parameters that are believed to be other than certain, but for those set by hand."""
    by_hand = set(ensemble.set_by_hand(config))
    return [
        entry
        for name, entry in parameters.table().items()
        if entry.prior != "fixed" and name not in by_hand
    ]


def quantile(entry: Parameter, share: Array) -> Array:
    """Give the quantiles of a parameter's prior, cut off where its range ends.

    Parameters
    ----------
    entry : Parameter
        The parameter.
    share : array of float
        Between 0 and 1.
    """
    from scipy import stats

    kind, _, rest = entry.prior.partition("(")
    if kind == "fixed":
        return np.full(np.shape(share), entry.default)
    a, b = (float(part) for part in rest.rstrip(")").split(","))
    law = {
        "uniform": lambda: stats.uniform(a, b - a),
        "normal": lambda: stats.norm(a, b),
        "lognormal": lambda: stats.lognorm(b, scale=a),
        "beta": lambda: stats.beta(a, b),
    }[kind]()
    low, high = law.cdf(entry.low), law.cdf(entry.high)
    found = law.ppf(low + np.clip(share, _EDGE, 1.0 - _EDGE) * (high - low))
    held: Array = np.clip(found, entry.low, entry.high)
    return held


def _prior(config: Config, many: int) -> dict[str, Array]:
    """Draw sets of the prior, in pairs that share what there is evidence for."""
    number = np.arange(many)
    places = {name: i for i, name in enumerate(parameters.table())}
    found = {}
    for entry in known(config):
        at = number if entry.evidence == GUESSED else number // 2
        found[entry.name] = quantile(entry, _uniform(config, at, places[entry.name], PARAMETER))
    return found


def _posterior(config: Config, many: int) -> dict[str, Array]:
    """Take sets that calibration left, in pairs that share what can be fitted.

    Each part goes through the file in an order of its own, over and over if there are fewer.
    """
    table = _read()
    number, by_hand = np.arange(many), set(ensemble.set_by_hand(config))
    orders = [
        np.argsort(_uniform(config, np.arange(len(table)), place, ORDER), kind="stable")
        for place in range(2)
    ]
    alone = unfitted()
    fitted, held = orders[0][number // 2 % len(table)], orders[1][number % len(table)]
    return {
        name: table[name].to_numpy(float)[held if name in alone else fitted]
        for name in map(str, table)
        if name not in by_hand
    }


def unfitted() -> set[str]:
    """Name the numbers that calibration did not fit, and left at the medians of their priors.

    Where there is no calibrated world, those that may never be fitted.
    """
    guessed, table = ensemble.calibrated(), parameters.table()
    return {
        name
        for name in (guessed or HELD)
        if name in HELD or np.isclose(guessed[name], quantile(table[name], np.array(0.5)), 1e-5)
    }


def _read() -> pd.DataFrame:
    """Read the sets that calibration left."""
    import pandas as pd

    file = _file()
    if not file.is_file():
        raise ResultsError(
            f"over=posterior needs the sets of parameters that calibration leaves in conf/"
            f"{POSTERIOR}, and there is none: over=prior averages over the priors"
        )
    try:
        table = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise ResultsError(f"{file} cannot be read as a table of parameter sets") from error
    names = [name for name in table.columns if name in parameters.table()]
    if not names or table.empty:
        raise ResultsError(f"{file} holds no sets of parameters: no column bears one's name")
    for name in names:
        for value in (float(table[name].min()), float(table[name].max())):
            parameters.check(name, value)
    return table[names]


def _file() -> Path:
    """Tell where the posterior lies."""
    from sim import choices

    return Path(str(choices.shipped() / POSTERIOR))


def _effects(config: Config, many: int) -> Iterator[Config]:
    """Give the linear generator one effect after the other."""
    from scipy import special

    made = config.generator
    z = special.ndtri(_uniform(config, np.arange(many), 0, ASSUMED_EFFECT))
    for shift in z:
        effect = made.effect + made.effect_spread * float(shift)
        yield dataclasses.replace(config, generator=dataclasses.replace(made, effect=effect))


def _uniform(config: Config, number: Array, place: int, call: int) -> Array:
    """Draw a uniform number for each set at one place of the table."""
    at = np.asarray(number, np.uint64)
    nobody = np.full(at.shape, draws.NOBODY, np.uint64)
    where = np.full(at.shape, place, np.uint64)
    word = draws.words(int(config.seed.luck), at, nobody, where, 0, call)[0]  # type: ignore[arg-type]
    drawn: Array = draws.uniform(word)  # type: ignore[assignment]
    return drawn
