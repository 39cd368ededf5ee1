"""How it splits: the effect of training on symptoms, divided exactly at three stages.

    python -m experiments.how_it_splits.run

Makes `decomposition.png` and the tables of `README.md` beside this file; the study is that of
`attune experiment=how_it_splits`.
"""

from __future__ import annotations

from pathlib import Path

import sim
from experiments import page
from sim import figures
from sim.study import decomposition

HERE = Path(__file__).parent
OUTCOME = "symptom_severity"


def main() -> None:
    """Split, draw, and write the tables."""
    split = decomposition.decomposition(sim.configure("experiment=how_it_splits"))
    for file in figures.draw_decomposition(split, HERE):
        if file.suffix == ".svg":
            file.unlink()
    own = split.effects[split.effects["outcome"] == OUTCOME]
    for stage, rows in own.groupby("stage", sort=False):
        cells = [
            [
                str(row["label"]),
                said(row, "shapley"),
                said(row, "telescoping"),
                f"{100 * row['share']:.0f}%".replace("-0%", "0%").replace("-", "−"),
            ]
            for row in rows.to_dict("records")
        ]
        head = [str(stage), "Shapley share, SD", "telescoping, SD", "of the whole"]
        page.fill(HERE / "README.md", str(stage), head, cells)


def said(row: dict, name: str) -> str:
    """Write a part of the effect with its interval."""
    point, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if point != point:  # noqa: PLR0124 - not a number
        return "–"
    if low == high == 0.0:
        return "exactly 0"
    said = f"{point:+.4f} [{low:+.4f}, {high:+.4f}]".replace("-0.0000", "0.0000")
    return said.replace("+0.0000", "0.0000").replace("-", "−")


if __name__ == "__main__":
    main()
