"""How fast trials are simulated and analysed, measured on one core: `make bench`.

Medians of several rounds, with the lowest and the highest. Seconds are those of the processor, all
threads together, so that other people's work on the machine counts for less. The share of the chain
is taken within one and the same run: the clock is read whenever the engine is entered and left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from bench import ROUNDS, row

import sim
from sim import engine
from sim.engine.blocks import Block
from sim.trial import design, linear, panel, process, reml

#: Nine and nine therapists with 124 patients, and a baseline to adjust for.
TRIAL = "design=grepmair2007"
MADE_UP, LIVED = 20 * linear.BLOCK, process.BLOCK


def seconds(job: Callable[[], object]) -> float:
    """Measure how much of the processor's time a job takes."""
    started = time.process_time()
    job()
    return time.process_time() - started


def linear_rate(planned: design.Design) -> float:
    """Give trials per second from made-up patients to Satterthwaite's p, all steps included."""

    def job() -> None:
        for made in linear.simulated(planned, MADE_UP):
            reml.fit(made.batches[0].statistics(), kenward_roger=False)

    return MADE_UP / seconds(job)


def chain_share(planned: design.Design) -> float:
    """Give the share of the time that the chain takes of simulating trials and of the panel."""
    within = 0.0
    plain = engine.run

    def timed(*arguments: Any, **more: Any) -> Iterator[Block]:
        """Run the engine, and count the time spent in it."""
        nonlocal within
        blocks = plain(*arguments, **more)
        while True:
            started = time.process_time()
            block = next(blocks, None)
            within += time.process_time() - started
            if block is None:
                return
            yield block

    def whole() -> None:
        for made in process.simulated(planned, LIVED):
            panel.table(made.batches[0])

    with mock.patch.object(engine, "run", timed):
        total = seconds(whole)
    return within / total


def main() -> None:
    """Measure and print."""
    words = ("study=power", TRIAL, "engine.threads=1")
    assumed = design.of(sim.configure(*words, "generator=linear"))
    lived = design.of(sim.configure(*words))
    linear_rate(assumed)  # compile, and warm up
    chain_share(lived)
    rates, shares = [], []
    for _ in range(ROUNDS):
        rates.append(linear_rate(assumed))
        shares.append(100.0 * chain_share(lived))
    print(row("Grepmair-size trials made up and fitted", rates, "trials/s"))
    print(row("process: time in the chain, panel included", shares, "%"))


if __name__ == "__main__":
    main()
