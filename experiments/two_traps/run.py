"""Two traps for a study of training: another route, and an alliance that follows the symptoms.

    python -m experiments.two_traps.run

Makes the tables of `README.md` beside this file, from two rungs of the ladder of knock-outs.
"""

from __future__ import annotations

from pathlib import Path

import sim
from experiments import page
from sim.study import mechanism

HERE = Path(__file__).parent
ROUTE = ("presence", "felt_attunement", "alliance", "patient_self_attunement", "symptom_severity")


def main() -> None:
    """Climb both rungs, and write the tables."""
    climbed = mechanism.mechanism(sim.configure("experiment=two_traps"))
    effects = climbed.effects
    case = "fixed length, no way back to the alliance"
    rung = effects[(effects["knockout"] == "k17") & (effects["case"] == case)]
    rung = rung.set_index("quantity")
    rows = [
        [
            str(rung.loc[name, "label"]),
            said(*rung.loc[name, ["uncut", "uncut_low", "uncut_high"]]),
            said(*rung.loc[name, ["cut", "cut_low", "cut_high"]]),
        ]
        for name in ROUTE
    ]
    head = ["effect of training on", "world theory", "technique instead"]
    page.fill(HERE / "README.md", "route", head, rows)

    rows = []
    for about, part in effects[effects["knockout"] == "k18"].groupby("case", sort=False):
        r = part.set_index("quantity").loc["alliance_outcome"]
        with_it, without = (f"{r[f'untrained_{end}']:+.3f}" for end in ("uncut", "cut"))
        world = str(about) or "as it is"
        rows.append([world, with_it.replace("-", "−"), without.replace("-", "−")])
    head = ["world theory", "r with feedback", "r without"]
    page.fill(HERE / "README.md", "confounding", head, rows)


def said(point: float, low: float, high: float) -> str:
    """Write an effect with its interval."""
    if low == high == 0.0:
        return "exactly 0"
    return f"{point:+.4f} [{low:+.4f}, {high:+.4f}]".replace("-", "−")


if __name__ == "__main__":
    main()
