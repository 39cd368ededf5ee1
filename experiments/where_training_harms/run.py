"""Where training harms: every cost of practice that the model knows, as it is and turned up.

    python -m experiments.where_training_harms.run

Makes `figure.png` and the table of `README.md` beside this file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import sim
from experiments import page
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HERE = Path(__file__).parent

STUDY = "experiment=where_training_harms"
SEVERE = ("patients=severe_inpatients", "setting=twice_weekly_inpatient")

#: What is tried: a name, and the words that `attune compare` takes.
TRIED: dict[str, tuple[str, ...]] = {
    "MBSR, as it is": (),
    "MBSR, costs five times as high": ("parameters.costs=5",),
    "MBSR, costs twenty times as high": ("parameters.costs=20",),
    "MBSR, the same, held to a manual": ("parameters.costs=20", "setting.manualised=1"),
    "MBSR, acceptance where action is often due": (
        "parameters.due_base=-0.5",
        "parameters.acting_acceptance=1",
        "parameters.inaction_cost=0.15",
    ),
    "Zen during treatment, strain twenty times as high": (
        "training=zen_daily",
        "parameters.costs=20",
    ),
    "Resonance without holding": ("training=resonance",),
    "Resonance without holding, severe inpatients": ("training=resonance", *SEVERE),
    "Resonance without holding, all of it in the room": (
        "training=resonance",
        "parameters.transfer=1",
        *SEVERE,
    ),
}
SHOWN = {
    "felt_attunement": "Attunement felt",
    "symptom_severity": "Symptom relief",
    "dropout": "Fewer dropouts",
}


def main() -> None:
    """Live every setting, draw, and write the table."""
    parts = []
    for name, words in TRIED.items():
        effects = sim.compare(sim.configure(STUDY, *words)).effects
        parts.append(effects[effects["step"].isin(SHOWN)].assign(setting=name))
    table = pd.concat(parts, ignore_index=True)
    for end in ("", "_low", "_high"):
        table[f"turned{end}"] = table[f"standardised{end}"] * table["better"]
    style.write(lambda: draw(table), HERE, "figure")
    (HERE / "figure.svg").unlink()
    write(table)


def draw(table: pd.DataFrame) -> Figure:
    """Draw a row a setting: right of the line training helps, left of it it harms."""
    colours = style.palette()
    lines = style.foot_lines(
        "Right of the line training is for the better, left of it for the worse, in standard "
        "deviations, with 95% Monte Carlo interval. Same people, same luck.",
        "World: theory, changed as each row says.",
    )
    tall = 0.3 * len(TRIED)
    figure, height = style.headed(
        tall + 1.25, "Where training harms", "Costs of practice, as they are and turned up."
    )
    for i, (step, label) in enumerate(SHOWN.items()):
        axes = figure.add_axes((0.365 + 0.212 * i, 0.85 / height, 0.19, tall / height))
        part = table[table["step"] == step].set_index("setting").loc[list(TRIED)]
        ends = part[["turned_low", "turned_high"]]
        for y, (point, low, high) in enumerate(
            zip(part["turned"], ends.min(axis=1), ends.max(axis=1), strict=True)
        ):
            colour = colours["blue"] if low > 0 else colours["orange"] if high < 0 else style.QUIET
            axes.hlines(y, low, high, color=colour, linewidth=1.6)
            axes.plot(point, y, "D" if high < 0 else "o", color=colour, markersize=5)
        axes.axvline(0.0, color=style.INK, linewidth=0.9)
        axes.set_yticks(range(len(TRIED)), list(TRIED) if i == 0 else [""] * len(TRIED))
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(TRIED) - 0.5, -0.5)
        axes.grid(visible=True, axis="both", color=style.FAINT, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_title(label, loc="left", weight="bold")
        axes.set_xlabel("better by (SD)")
        axes.margins(x=0.12)
    style.foot(figure, lines, height)
    return figure


def write(table: pd.DataFrame) -> None:
    """Write the table into the page."""
    rows = []
    for name, words in TRIED.items():
        by_step = table[table["setting"] == name].set_index("step")
        said = [
            f"{by_step.loc[step, 'standardised']:+.3f}".replace("-", "−")
            if by_step.loc[step, "finding"] != "interval covers 0"
            else "open"
            for step in SHOWN
        ]
        rows.append([name, *said, f"`{' '.join(words) or 'training=mbsr'}`"])
    head = ["setting", "attunement felt, SD", "symptom severity, SD ↓", "dropout, SD ↓", "words"]
    page.fill(HERE / "README.md", "settings", head, rows)


if __name__ == "__main__":
    main()
