"""How it scales, measured: cores, workers, blocks, memory, and a graphics card where there is one.

`make bench`. A trial is one of Grepmair's size: 18 therapists with 124 inpatients; a replicate of a
comparison holds two. *Strong* scaling: the same work by more hands; *weak*: more work by more
hands. Ratios are between runs that were made one after the other in the same round; on a machine
that others use as well they say less than on a quiet one, so the load is printed with them.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time

from bench import GREPMAIR, row

import sim
from sim import engine
from sim.engine import executors
from sim.errors import EngineError

ROUNDS = 3
REPLICATES = 512

#: Rows of trials are of one size however long the treatment: for memory, one short session will do.
SIZES = (5_000, 50_000)
SHORT = ("training=none", "setting.weeks=1", "setting.sessions_per_week=1", "setting.segments=1")


def nothing(first: int, many: int) -> int:
    """Do nothing: what is left is what a block costs."""
    return first + many


def trials_in(block) -> int:
    """Count the trials of a block."""
    return int(block.rows.trials.shape[0] * block.rows.trials.shape[1])


def seconds(words: tuple[str, ...], replicates: int) -> float:
    """Measure how long a number of replicates takes."""
    config = sim.configure(*GREPMAIR, *words)
    started = time.perf_counter()
    many = sum(engine.lived(config, replicates, "trials", trials_in))
    assert many == 2 * replicates
    return time.perf_counter() - started


def scaling(one: tuple[str, ...], two: tuple[str, ...], name: str) -> list[str]:
    """Compare one hand with two, at the same work and at twice the work."""
    seconds(one, 256)  # start workers, compile
    seconds(two, 512)
    strong, weak, rates = [], [], []
    for _ in range(ROUNDS):
        alone = seconds(one, REPLICATES)
        strong.append(alone / seconds(two, REPLICATES))
        weak.append(alone / seconds(two, 2 * REPLICATES))
        rates.append(2 * REPLICATES / alone)
    return [
        row(f"1 {name}", rates, "trials/s"),
        row(f"  2 {name}s, the same work (strong): times as fast", strong, "of 2"),
        row(f"  2 {name}s, twice the work (weak): efficiency", weak, "of 1"),
    ]


def overhead(words: tuple[str, ...], blocks: int = 400) -> float:
    """Give what a block costs besides living it, in milliseconds."""
    config = sim.configure(*words)
    list(executors.spread(config, nothing, 8, 1))
    started = time.perf_counter()
    list(executors.spread(config, nothing, blocks, 1))
    return 1e3 * (time.perf_counter() - started) / blocks


def memory(replicates: int) -> float:
    """Give the peak memory, in MB, of a fresh process that writes many trials to disk."""
    code = (
        "import resource, sys, tempfile\n"
        "import sim\n"
        "from sim.study import export\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        f"    words = (*{SHORT!r}, 'study=simulate', 'record=trials', 'replicates={replicates}')\n"
        f"    export.export(sim.configure(*{GREPMAIR!r}, *words, f'output={{folder}}'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def card() -> str:
    """Measure a graphics card, or say that there is none."""
    try:
        seconds(("engine=gpu",), 65536)
    except EngineError as error:
        return str(error)
    from numba import cuda

    name = cuda.get_current_device().name.decode()
    rates = [2 * 65536 / seconds(("engine=gpu",), 65536) for _ in range(ROUNDS)]
    return row(f"{name}, simulated", rates, "trials/s")


def main() -> None:
    """Measure and print; with the word ``memory`` the memory as well, which takes minutes."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores ({platform.machine()}), load before: {load}")
    for line in scaling(("engine.threads=1",), ("engine.threads=2",), "thread"):
        print(line, flush=True)
    workers = [("engine=dask", f"engine.workers={n}") for n in (1, 2)]
    for line in scaling(*workers, "worker"):
        print(line, flush=True)
    cpu = [overhead(("engine.threads=2",)) for _ in range(ROUNDS)]
    dask = [overhead(workers[1]) for _ in range(ROUNDS)]
    print(row("a block besides its trials, in this process", cpu, "ms"))
    print(row("a block besides its trials, by a worker", dask, "ms"))
    print(card(), flush=True)
    if "memory" in sys.argv:
        few, many = (memory(size) for size in SIZES)
        for size, peak in zip(SIZES, (few, many), strict=True):
            print(row(f"peak memory, {2 * size:,} trials at record=trials", [peak], "MB"))
        print(row("  ratio", [many / few], "x"))


if __name__ == "__main__":
    main()
