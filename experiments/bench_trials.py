"""How fast trials are simulated and analysed, measured on one core: `make bench`.

Medians of several rounds, with the lowest and the highest. Seconds are those of the processor, all
threads together, so that other people's work on the machine counts for less.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from bench import ROUNDS, row

import sim
from sim import engine
from sim.trial import design, enrolment, linear, panel, process, reml

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

    def whole() -> None:
        for made in process.simulated(planned, LIVED):
            panel.table(made.batches[0])

    def chain() -> None:
        config = process.lived(planned)
        arms = process.programmes(config)
        for _ in engine.run(config, LIVED, "patients", arms=arms, seating=seats):
            pass

    seats = enrolment.enrol(planned, np.arange(LIVED)).seating
    return seconds(chain) / seconds(whole)


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
