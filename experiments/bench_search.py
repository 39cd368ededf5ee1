"""How long a search for the smallest trial takes, and what nested luck saves: `make bench`.

Seconds are those of the processor, all threads together: of one core, that is. The search is for
80% power to see what training does to therapists' questionnaires, an effect of .3 SD, in the world
`theory`, with the budget that stands if nothing is said.
"""

from __future__ import annotations

import time

import sim
from sim.study import verdicts
from sim.study.search import search
from sim.study.verdicts import EFFECT, FOUND
from sim.trial import design

SEARCH = ("study=search", "world=theory", "design.endpoints=[fmi_self]", "patients.per_therapist=2")

#: Two neighbouring sizes whose power is compared, by generator, and how many trials of each.
NEIGHBOURS = [18, 20]
NESTED = {
    "made up": ("generator=linear", "generator.effect=0.5", "replicates=8000"),
    "lived": (*SEARCH[1:3], "patients.per_therapist=2", "replicates=2000"),
}


def searched() -> str:
    """Say how long the search takes, and how it ends."""
    config = sim.configure(*SEARCH)
    verdicts.of_trials(design.of(config), 0, 8)  # compile, and warm up
    started = time.process_time()
    done = search(config)
    spent = time.process_time() - started
    (row,) = done.table("search").to_dict("records")
    effect = done.table("implied")["standardised"].iloc[0]
    return (
        f"{spent:,.0f} s for {row['patients']:,} patients ({row['ended']}: {row['size']:.0f} "
        f"therapists [{row['low']:.0f}, {row['high']:.0f}], an effect of {effect:.2f} SD)"
    )


def saved(*words: str) -> float:
    """Give by how many times nested luck lowers the variance of a difference in power."""
    config = sim.configure("study=search", f"therapists.n={NEIGHBOURS[-1]}", *words)
    made = verdicts.of_trials(design.of(config), 0, config.replicates, therapists=NEIGHBOURS)
    hits = (made.codes[EFFECT] == FOUND).astype(float)
    apart: float = hits.var(axis=0).sum() / (hits[:, 1] - hits[:, 0]).var()
    return apart


def main() -> None:
    """Measure and print."""
    print(f"{'search over therapists, lived trials':<52}{searched()}")
    for name, words in NESTED.items():
        said = f"nested luck, trials {name}: variance of a difference"
        print(f"{said:<52}{saved(*words):>14.1f} times smaller")


if __name__ == "__main__":
    main()
