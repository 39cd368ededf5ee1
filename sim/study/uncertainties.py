"""Uncertainties: the numbers that are not known, by their names or by those of their links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import parameters
from sim.calibration import priors
from sim.errors import ConfigurationError, nearest
from sim.schema import allowed

if TYPE_CHECKING:
    from sim.configuration import Config

KEY = "sensitivity.uncertainties"


def named(config: Config) -> list[str] | None:
    """List the numbers that a configuration names as not known, each once, in its order.

    Parameters
    ----------
    config : Config
        The configuration. A link, ``rupture.notice``, or all links of a file, ``rupture``, stand
        for all of their numbers that have a prior.

    Returns
    -------
    list of str or None
        None for all there are.

    Raises
    ------
    ConfigurationError
        If a name is none, or is a convention.
    """
    given = config.sensitivity.uncertainties
    if given is None:
        return None
    if not isinstance(given, list) or not given or not all(isinstance(n, str) for n in given):
        raise ConfigurationError(f"{KEY}={given} will not do: it takes {allowed(KEY)}")
    return list(dict.fromkeys(number for name in given for number in _numbers(name)))


def _numbers(name: str) -> list[str]:
    """List the numbers that one name stands for."""
    table = parameters.table()
    drawn = priors.drawn()
    if name in drawn:
        return [name]
    if name in table:
        raise ConfigurationError(
            f"{KEY} names {name}, which is a convention: it has no prior and does not vary"
        )
    links = {entry.link for entry in table.values()}
    files = {link.partition(".")[0] for link in links}
    if name not in links | files:
        raise ConfigurationError(
            f"{KEY} names {name}, which is neither a number nor a link (attune parameters lists "
            f"them){nearest(name, [*table, *sorted(links | files)])}"
        )
    own = [one for one in drawn if name in {table[one].link, table[one].link.partition(".")[0]}]
    if not own:
        raise ConfigurationError(f"{KEY} names {name}, all of whose numbers are conventions")
    return own
