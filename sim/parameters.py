"""The parameter table: every number of the theory, with its passport.

The table itself is ``parameters.toml``, next to this file. Each entry gives the default, the unit,
the range a value may take, a prior, the grade of the evidence, the source, the claims of the
theory it serves (T-numbers), the neutral value at which its effect is absent, and a meaning.

Docs, configuration checks, sweep bounds and priors are all read from here.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sim.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    import numpy as np

#: The grades of evidence, best first.
EVIDENCE = ("meta-analysis", "study", "seed paper", "recalled", "assumed")

_PRIORS = {"uniform": 2, "normal": 2, "lognormal": 2, "beta": 2, "fixed": 0}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number and its passport.

    Attributes
    ----------
    name : str
        Its name in the chain and on the command line (``parameters.<name>``).
    default : float
        The value of the world ``theory``.
    low, high : float
        The range a value may take, ends included.
    unit : str
        Its unit.
    prior : str
        What we believe before data: ``uniform(low, high)``, ``normal(mean, sd)``,
        ``lognormal(median, sd of the log)``, ``beta(a, b)``, or ``fixed`` for a convention.
    evidence : str
        One of `EVIDENCE`.
    source : str
        Where the figure or the form comes from.
    claims : tuple of str
        The claims of the theory it serves.
    link : str
        The link it belongs to, ``file.function``.
    neutral : float or None
        The value at which the effect is absent; none where there is no such value.
    meaning : str
        One sentence.
    """

    name: str
    default: float
    low: float
    high: float
    unit: str
    prior: str
    evidence: str
    source: str
    claims: tuple[str, ...]
    link: str
    neutral: float | None
    meaning: str

    def __post_init__(self) -> None:
        """Refuse an entry that contradicts itself.

        Raises
        ------
        ValueError
            If a part of the passport is missing or out of bounds.
        """
        values = [self.default] if self.neutral is None else [self.default, self.neutral]
        kind, _, rest = self.prior.partition("(")
        arguments = [part for part in rest.rstrip(")").split(",") if part.strip()]
        faults = {
            "range": not self.low <= self.high,
            "default or neutral value": not all(self.low <= v <= self.high for v in values),
            "evidence": self.evidence not in EVIDENCE,
            "prior": _PRIORS.get(kind) != len(arguments),
            "claims": not all(re.fullmatch(r"T\d{2,3}", claim) for claim in self.claims),
            "meaning": not self.meaning.strip(),
            "source": not self.source.strip(),
        }
        for part, wrong in faults.items():
            if wrong:
                message = f"parameter {self.name}: {part} is not valid"
                raise ValueError(message)


@cache
def table() -> Mapping[str, Parameter]:
    """Read the parameter table, in its order."""
    text = files("sim").joinpath("parameters.toml").read_text(encoding="utf-8")
    entries: dict[str, Parameter] = {}
    for link, group in tomllib.loads(text).items():
        for name, entry in group.items():
            low, high = entry["range"]
            entries[name] = Parameter(
                name=name,
                default=float(entry["default"]),
                low=float(low),
                high=float(high),
                unit=entry["unit"],
                prior=entry["prior"],
                evidence=entry["evidence"],
                source=entry["source"],
                claims=tuple(entry.get("claims", ())),
                link=f"{link}.{entry['link']}",
                neutral=float(entry["neutral"]) if "neutral" in entry else None,
                meaning=entry["meaning"],
            )
    return entries


class Parameters:
    """A value for every parameter of the table, as attributes: ``p.drift_floor``."""

    __slots__ = tuple(table())

    def __init__(self, values: Mapping[str, float] | None = None) -> None:
        """Take the defaults of the table, and the values given.

        Raises
        ------
        ConfigurationError
            If a name is not in the table or a value is out of its range.
        """
        for name, parameter in table().items():
            setattr(self, name, parameter.default)
        for name, value in (values or {}).items():
            setattr(self, name, check(name, value))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> float: ...


def check(name: str, value: object) -> float:
    """Check one value against the table.

    Raises
    ------
    ConfigurationError
        If the name is unknown, or the value no number within the range.
    """
    parameter = table().get(name)
    if parameter is None:
        message = f"parameters.{name} does not exist{nearest(name, table())}"
        raise ConfigurationError(message)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not parameter.low <= float(value) <= parameter.high:  # type: ignore[arg-type]
        message = (
            f"parameters.{name}={value} is out of range: "
            f"it takes a number from {parameter.low:g} to {parameter.high:g} ({parameter.unit})"
        )
        raise ConfigurationError(message)
    return float(value)  # type: ignore[arg-type]


@cache
def dtype() -> np.dtype[Any]:
    """Give the layout of an array of parameter sets: one double a parameter."""
    import numpy as np

    return np.dtype([(name, "f8") for name in table()])
