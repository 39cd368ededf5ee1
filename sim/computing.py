"""What computes: this machine's cores, workers of Dask, or a graphics card.

It changes no result. `sim.schema` makes a group of the configuration of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

#: Where blocks are lived: by this process, by workers of Dask, or by a graphics card.
KINDS = ("cpu", "dask", "gpu")

#: Where the workers of Dask come from: this machine, or an allocation of a cluster.
CLUSTERS = ("local", "slurm", "pbs", "sge", "lsf")

#: Sums run over grains of 256 replicates, and blocks are made of whole grains.
GRAIN = 256


@dataclasses.dataclass
class Engine:
    """What computes; from `workers` on, for Dask alone."""

    name: str = "???"  # has to be given
    about: str = ""
    source: str = ""
    kind: str = "cpu"
    threads: int | None = None
    block: int = GRAIN
    workers: int | None = None
    scheduler: str | None = None
    cluster: str = "local"
    workers_per_job: int = 1
    memory: str = "4GB"
    walltime: str = "01:00:00"
    queue: str | None = None
    account: str | None = None
    directives: Any = dataclasses.field(default_factory=list)
    prologue: Any = dataclasses.field(default_factory=list)


#: The range of every number.
RANGES: Mapping[str, tuple[float, float]] = {
    "engine.threads": (1, 1024),
    "engine.block": (GRAIN, GRAIN * 4096),
    "engine.workers": (1, 100_000),
    "engine.workers_per_job": (1, 1024),
}

#: What else its keys take, in words.
SAID: Mapping[str, str] = {
    "engine.directives": "lines of a job script, as in engine.directives=['--constraint=skylake']",
    "engine.prologue": "lines of a shell, as in engine.prologue=['module load python']",
}
