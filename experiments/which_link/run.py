"""Which link carries the effect: the ladder of knock-outs.

    python -m experiments.which_link.run [FOLDER]

Makes the figure and the table of `README.md` beside this file; the study is that of
`attune mechanism`. With a folder, its results are taken instead of being computed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from experiments import page, pages
from sim import figures
from sim.study import expectations, mechanism

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).parent
README = HERE / "README.md"

#: What the table shows of a knock-out.
SHOWN = {
    "presence": "presence",
    "felt_attunement": "felt",
    "alliance": "alliance",
    "share_repaired": "repaired",
    "patient_self_attunement": "patient's self-attunement",
    "symptom_severity": "symptoms",
}


def main(folder: str | None = None) -> None:
    """Climb the ladder, draw it, and write the table."""
    if folder is None:
        ladder = mechanism.mechanism(sim.configure("study=mechanism"))
    else:
        ladder = mechanism.of(sim.load(folder))
    with tempfile.TemporaryDirectory() as place:
        png, _ = figures.draw_ladder(ladder, Path(place))
        pages.shrink(png, HERE / png.name, 128)
    rows = []
    for (name, case), rung in ladder.effects.groupby(["knockout", "case"], sort=False):
        verdicts = ladder.verdicts
        own = verdicts[(verdicts["knockout"] == name) & (verdicts["case"] == case)]
        met = int((own["verdict"] == expectations.MET).sum())
        title = rung["title"].iloc[0]
        what = f"… {case}" if case else f"**{name.upper()}** {title}"
        rows.append([what, *left(rung), f"{met} of {len(own)}" if len(own) else ""])
    page.fill(README, "ladder", ["cut", *SHOWN.values(), "met"], rows)


def left(rung: pd.DataFrame) -> list[str]:
    """Write what is left of the effect at the steps that are shown, in per cent."""
    shares = rung.set_index("quantity")["left"]
    return [f"{100.0 * shares[step]:.0f}".replace("nan", "·").replace("-0", "0") for step in SHOWN]


if __name__ == "__main__":
    main(*sys.argv[1:2])
