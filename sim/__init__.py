"""A simulation of psychotherapy in which therapists differ in mindfulness and can be trained.

>>> import sim
>>> config = sim.configure("training=zen_daily", "therapists.n=4", "replicates=20")
>>> results = sim.simulate(config, record="patients")
>>> results.patients.groupby("arm", observed=True)["symptom_severity_post"].mean()  # doctest: +SKIP
>>> clinic = sim.Clinic(config, rng=1)

The names below are all there is to know; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import analysis
    from sim.clinic import Clinic
    from sim.configuration import configure
    from sim.errors import AttuneError
    from sim.results import Results, load
    from sim.study.compare import compare
    from sim.study.simulate import simulate

    __version__: str

__all__ = [
    "AttuneError",
    "Clinic",
    "Results",
    "__version__",
    "analysis",
    "compare",
    "configure",
    "load",
    "simulate",
]

_HOMES = {
    "AttuneError": "sim.errors",
    "Clinic": "sim.clinic",
    "Results": "sim.results",
    "compare": "sim.study.compare",
    "configure": "sim.configuration",
    "load": "sim.results",
    "simulate": "sim.study.simulate",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name == "__version__":
        value: Any = import_module("sim.guide").version()
    elif name == "analysis":
        value = import_module("sim.analysis")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
