"""The size of every test where there is no effect: `python experiments/size.py`, a few minutes.

Therapists are few in most trials of therapist training. How often do the tests that are in use
then find an effect that is not there? Twenty thousand trials a cell, from the linear generator: 6,
18 and 60 therapists, even and uneven caseloads, with and without variance between therapists.

Writes ``docs/size.md``. What must hold is asserted, so that a change that breaks a test is noticed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import stats

import sim
from sim.trial import characteristics, design, linear, panel
from sim.trial.answers import Answers
from sim.trial.characteristics import CONSERVATIVE, LIBERAL, Share

TRIALS = 20_000
LEVEL = 0.05
PAGE = Path(__file__).parents[1] / "docs" / "size.md"

THERAPISTS = (6, 18, 60)
CASELOADS = ("fixed", "uneven")
ICCS = (0.0, 0.05)

#: Seven patients a therapist; uneven caseloads vary by as much as they do on average.
PATIENTS, SPREAD = 7, 1.0

#: Mixed models may exceed their nominal size by that much on even caseloads.
MOST = 0.055

#: What is exact on even caseloads, and what is a mixed model.
EXACT = ("therapists", "therapists_adjusted")
MIXED = "mixed_"


def cell(therapists: int, caseloads: str, icc: float) -> dict[str, Answers]:
    """Analyse all trials of one cell, by every analysis that applies."""
    planned = design.of(
        sim.configure(
            "study=power",
            "generator=linear",
            "generator.effect=0",
            f"generator.icc={icc}",
            f"therapists.n={therapists}",
            f"patients.per_therapist={PATIENTS}",
            f"design.caseloads={caseloads}",
            f"design.caseload_spread={SPREAD}",
        )
    )
    found: dict[str, list[Answers]] = {}
    for made in linear.simulated(planned, TRIALS):
        seen = panel.trials(made.batches[0])
        for name in panel.applicable(seen):
            if name != "imputed":  # nothing is missing: the mixed model again, only slower
                found.setdefault(name, []).append(panel.run(name, seen))
    return {
        name: Answers(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        for name, parts in found.items()
    }


def check(name: str, size: Share, caseloads: str) -> None:
    """Hold a test to what it promises on even caseloads."""
    if caseloads != "fixed":
        return
    hits = round(size.share * size.trials)
    low, high = stats.binom.interval(characteristics.SURE, size.trials, LEVEL)
    if name in EXACT:
        assert low <= hits <= high, f"{name} is exact, and rejects {size.share:.4f}"
    if name.startswith(MIXED):
        assert size.share <= MOST, f"{name} rejects {size.share:.4f}"


def said(size: Share, failed: float) -> str:
    """Write a size in per cent, with a sign where it is missed, and how many fits failed."""
    sign = {LIBERAL: " ▲", CONSERVATIVE: " ▽"}.get(characteristics.size_holds(size, LEVEL), "")
    text = f"{100.0 * size.share:.2f}{sign}"
    return f"{text} ({100.0 * failed:.1f}% failed)" if failed > 0.0 else text


def rows() -> Iterator[str]:
    """Run all cells; yield the lines of the table."""
    names: list[str] = []
    for therapists, caseloads, icc in itertools.product(THERAPISTS, CASELOADS, ICCS):
        found = cell(therapists, caseloads, icc)
        if not names:
            names = list(found)
            heads = ["therapists", "caseloads", "ICC", *(panel.LABELS[name] for name in names)]
            yield from (f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|")
        cells = []
        for name in names:
            size = characteristics.rejections(found[name], LEVEL)
            check(name, size, caseloads)
            cells.append(said(size, float(found[name].failed.mean())))
        words = {"fixed": "even", "uneven": "uneven"}[caseloads]
        yield f"| {therapists} | {words} | {icc:g} | {' | '.join(cells)} |"


def main() -> None:
    """Run all cells, and write the page."""
    lines = []
    for line in rows():
        print(line, flush=True)
        lines.append(line)
    half = characteristics.QUANTILE * math.sqrt(LEVEL * (1.0 - LEVEL) / TRIALS)
    text = f"""# The size of tests of therapist training

How often a test is significant at 5% where there is no effect, in per cent of {TRIALS:,} simulated
trials a cell; the 95% Monte Carlo interval is ±{100 * half:.1f}. Made by `experiments/size.py` with
the linear generator: {PATIENTS} patients a therapist, or as many on average with a coefficient of
variation of {SPREAD:g}; baseline correlates .5 with the outcome. ▲ too liberal, ▽ conservative:
outside the exact binomial 99.9% band, and off by more than a tenth of the level.

"""
    tail = """
- The t-test on therapist means is exact on even caseloads, however few therapists there are and
  however much they differ; adjusted for mean baseline it is so too.
- Mixed models are conservative where therapists are few or alike: their variance is never
  estimated as less than 0, so on average as too large. Satterthwaite's degrees of freedom make up
  for some of that, because those of a singular fit are far too many.
- Tests on patients reject too often as soon as therapists differ, and more so the more patients
  each has; baseline adjustment makes it worse, for it takes variance off patients and not off
  therapists.
- On uneven caseloads no test is exact; the panel of `attune power` shows what each does to the
  design at hand, and warns.
"""
    PAGE.write_text(text + "\n".join(lines) + "\n" + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
