"""Prevention or repair: which of the two makes training worth while for ruptures.

    python -m experiments.prevention_or_repair.run

Makes `figure.png` and the table of `README.md` beside this file. What training gains for catching
one's own lapses, and what it gains for noticing and working through (knock-outs 11 and 12), is cut
in both arms: neither, one, or both.
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
STUDY = "experiment=prevention_or_repair"
NO_PREVENTION = tuple(f"parameters.catch_{name}=0" for name in ("attention", "knowing", "focus"))
WORLDS: dict[str, tuple[str, ...]] = {
    "both": (),
    "prevention only": ("knockout=[k11,k12]",),
    "repair only": NO_PREVENTION,
    "neither": ("knockout=[k11,k12]", *NO_PREVENTION),
}
SHOWN = {
    "ruptures_per_session": "Ruptures per session",
    "share_noticed": "Noticed, of all",
    "share_repaired_of_noticed": "Repaired, of noticed",
    "share_repaired": "Repaired, of all",
    "alliance": "Alliance, last session",
    "symptom_severity": "Symptom severity",
}


def main() -> None:
    """Live the four worlds, draw, and write the table."""
    parts = []
    for name, words in WORLDS.items():
        effects = sim.compare(sim.configure(STUDY, *words)).effects
        parts.append(effects[effects["step"].isin(SHOWN)].assign(world=name))
    table = pd.concat(parts, ignore_index=True)
    style.write(lambda: draw(table), HERE, "figure")
    (HERE / "figure.svg").unlink()
    rows = []
    for name in WORLDS:
        by_step = table[table["world"] == name].set_index("step")
        rows.append([name, *(said(by_step.loc[step]) for step in SHOWN)])
    head = ["training reaches", *(f"{label}, SD" for label in SHOWN.values())]
    page.fill(HERE / "README.md", "worlds", head, rows)


def said(row: pd.Series) -> str:
    """Write an effect with its interval."""
    point, low, high = (row[f"standardised{end}"] for end in ("", "_low", "_high"))
    return f"{point:+.3f} [{low:+.3f}, {high:+.3f}]".replace("-", "−")


def draw(table: pd.DataFrame) -> Figure:
    """Draw a row a world, a column a step."""
    colours = style.palette()
    tall = 0.3 * len(WORLDS)
    lines = style.foot_lines(
        "Effect of training in standard deviations, with 95% Monte Carlo interval: of untrained "
        "patients, of a single yes or no for shares of ruptures, of patients at intake for "
        "symptoms. Same people, same luck.",
        "World: theory, with what training gains for catching lapses, or for noticing and working "
        "through, cut.",
    )
    figure, height = style.headed(
        tall + 1.55, "Prevention or repair?", "What training does for ruptures, in four worlds."
    )
    wide, left = 0.125, 0.125
    for i, (step, label) in enumerate(SHOWN.items()):
        axes = figure.add_axes((left + i * (wide + 0.02), 1.1 / height, wide, tall / height))
        part = table[table["step"] == step].set_index("world").loc[list(WORLDS)]
        lows, highs = part["standardised_low"], part["standardised_high"]
        for y, (point, low, high) in enumerate(zip(part["standardised"], lows, highs, strict=True)):
            clear = low > 0.0 or high < 0.0
            axes.hlines(y, low, high, color=colours["blue"], linewidth=1.6)
            face = colours["blue"] if clear else "white"
            axes.plot(point, y, "o", markersize=5, mec=colours["blue"], mfc=face)
        axes.axvline(0.0, color=style.INK, linewidth=0.9)
        axes.set_yticks(range(len(WORLDS)), list(WORLDS) if i == 0 else [""] * len(WORLDS))
        axes.tick_params(axis="y", length=0, labelcolor=style.INK)
        axes.set_ylim(len(WORLDS) - 0.5, -0.5)
        arrow = " ↓" if part["better"].iloc[0] < 0 else ""
        axes.set_title(label.replace(", ", ",\n") + arrow, loc="left", weight="bold")
        axes.locator_params(axis="x", nbins=3)
        axes.set_xlabel("SD")
        axes.margins(x=0.15)
    style.foot(figure, lines, height)
    return figure


if __name__ == "__main__":
    main()
