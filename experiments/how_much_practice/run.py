"""How much practice, of which kind, and when.

    python -m experiments.how_much_practice.run

Makes the figures and the tables of `README.md` beside this file; the study is that of
`attune experiment=how_much_practice`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sim
from experiments import page
from sim import figures
from sim.study import practice

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).parent
README = HERE / "README.md"

#: What the tables show of a dose.
SHOWN = {
    "attitude_in_the_room": "attitude in the room",
    "felt_attunement": "attunement felt",
    "patient_self_attunement": "patient's self-attunement",
    "symptom_severity": "symptom severity ↓",
}


def main() -> None:
    """Live, draw, and write the tables."""
    asked = practice.practice(sim.configure("experiment=how_much_practice"))
    for file in figures.draw_practice(asked, HERE):
        if file.suffix == ".svg":
            file.unlink()
    for question in dict.fromkeys(asked.doses["question"]):
        write_doses(asked.doses[asked.doses["question"] == question], question)
    write_links(asked.bottleneck)
    write_starts(asked.starts)


def write_doses(doses: pd.DataFrame, question: str) -> None:
    """Write a question's table: a row a dose."""
    rows = []
    for dose, part in doses.groupby("dose", sort=False):
        by_step = part.set_index("step")
        said = [number(by_step.loc[step, "standardised"]) for step in SHOWN]
        hours = by_step["hours"].iloc[0]
        each = number(1000.0 * -by_step.loc["symptom_severity", "per_hour"], 2)
        rows.append([str(dose).replace("-", "−"), f"{hours:.0f}", *said, each])
    head = [question, "hours done", *SHOWN.values(), "relief an hour, SD/1000"]
    page.fill(README, question, head, rows)


def write_links(links: pd.DataFrame) -> None:
    """Write the bottleneck: a row a link."""
    steps = [step for step in SHOWN if step in set(links["step"])]
    rows = [
        [str(link), *(number(part.set_index("step").loc[step, "standardised"]) for step in steps)]
        for link, part in links.groupby("link", sort=False)
    ]
    head = ["half a logit better", *(SHOWN[step] for step in steps)]
    page.fill(README, "bottleneck", head, rows)


def write_starts(starts: pd.DataFrame) -> None:
    """Write who gains most: a row a third of the therapists."""
    rows = []
    for third, part in starts.groupby("third", sort=False):
        by_measure = part.set_index("measure")
        said = []
        for measure in ("room", "felt_attunement", "symptom_severity_post"):
            row = by_measure.loc[measure]
            point, low, high = (number(row[f"standardised{e}"]) for e in ("", "_low", "_high"))
            said.append(f"{point} [{low}, {high}]")
        rows.append([str(third), *said])
    head = ["therapists by their start", "trait in the room", "attunement felt"]
    page.fill(README, "starts", [*head, "symptom severity ↓"], rows)


def number(value: float, places: int = 3) -> str:
    """Write a signed number with a true minus."""
    return f"{value:+.{places}f}".replace("-", "−")


if __name__ == "__main__":
    main()
