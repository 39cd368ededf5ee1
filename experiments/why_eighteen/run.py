"""Why a trial of eighteen therapists sees so little.

    python -m experiments.why_eighteen.run

Makes `figure.png` and the tables of `README.md` beside this file: what the frame of Grepmair et al.
(2007) would find at three steps of the chain, what the theory predicts there, and what more
patients of the same therapists would buy.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from scipy import special, stats

import sim
from experiments import page
from sim import plan_report
from sim.figures import beliefs, style
from sim.narrative import findings
from sim.study.detectable import detectable

HERE = Path(__file__).parent
STUDY = "experiment=why_eighteen"
STEPS = ("felt_attunement", "wai_patient", "gsi_self")
PATIENTS = (3, 7, 14, 28, 1000)
ICCS = (0.02, 0.05, 0.10)


def main() -> None:
    """Find what is detectable and what is predicted, step by step, and write the tables."""
    rows = []
    for step in STEPS:
        done = detectable(sim.configure(STUDY, f"design.endpoints=[{step}]"))
        (row,) = done.table("detectable").to_dict("records")
        rows.append(
            [
                row["label"],
                (
                    f"{row['standardised']:.2f} [{row['standardised_low']:.2f}, "
                    f"{row['standardised_high']:.2f}]"
                ),
                f"{row['median']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]".replace("-", "−"),
                findings.share(row["reached"]),
            ]
        )
    style.write(
        lambda: beliefs.effects(done, plan_report.question(done), findings.caution(done)),
        HERE,
        "figure",
    )
    (HERE / "figure.svg").unlink()
    head = ["endpoint", "detectable, SD", "predicted, SD [95% of sets]", "sets that reach it"]
    page.fill(HERE / "README.md", "steps", head, rows)
    cells = [
        [str(m) if m < 1000 else "all there are"] + [f"{smallest(18, m, icc):.2f}" for icc in ICCS]
        for m in PATIENTS
    ]
    head = ["patients to each", *(f"ICC {icc:.2f}" for icc in ICCS)]
    page.fill(HERE / "README.md", "patients", head, cells)


def smallest(therapists: int, patients: int, icc: float, power: float = 0.8) -> float:
    """Give the effect that a t-test on means of equal caseloads finds, by the noncentral t."""
    df = therapists - 2
    critical = stats.t.ppf(0.975, df)
    spread = math.sqrt(4.0 * (icc + (1.0 - icc) / patients) / therapists)
    effects = np.linspace(0.0, 3.0, 30_001)
    found = 1.0 - special.nctdtr(df, effects / spread, critical)
    return float(effects[np.searchsorted(found, power)])


if __name__ == "__main__":
    main()
