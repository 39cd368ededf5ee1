"""Between cut off and overwhelmed: too little resonance leaves the patient unmet, and too much.

    python -m experiments.inverted_u.run

Makes `figure.png` and the tables of `README.md` beside this file. First, how much of a patient's
affect therapists feel is set to one dose for all, from none to all of it, for bowls of three sizes.
Then training in resonance is crossed with training in holding, the same people with the same luck.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import sim
from experiments import page
from sim.figures import style
from sim.records import Programme
from sim.schema import Arm, record_of
from sim.study import effects
from sim.study.simulate import tables
from sim.study.steps import STEPS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HERE = Path(__file__).parent

DOSES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
BOWLS = {"small bowl": 2.2, "bowl of the world theory": 3.4, "large bowl": 5.0}
STUDY = "experiment=inverted_u"

#: What the two programmes of the two by two give in their first hour, in SD.
RESONANCE, HOLDING = 0.04, 0.04
SHOWN = ("felt_attunement", "symptom_severity")


def curve(bowl: float) -> pd.DataFrame:
    """Live every dose of resonance with a bowl of this size."""
    rows = []
    for dose in DOSES:
        words = (
            f"parameters.resonance_mean={dose}",
            "parameters.resonance_spread=0",
            f"parameters.bowl_size={bowl}",
        )
        trials = sim.simulate(sim.configure(STUDY, *words), record="trials").trials
        arm = trials[trials["arm"] == "untrained"]
        rows.append(
            {
                "dose": dose,
                "felt": arm["felt_attunement"].mean(),
                "overflows": arm["overflows"].sum() / arm["sessions_attended"].sum(),
            }
        )
    return pd.DataFrame(rows)


def crossed() -> pd.DataFrame:
    """Cross training in resonance with training in holding."""
    config = sim.configure(STUDY, "parameters.transfer=1")
    course = dataclasses.replace(
        record_of(Programme, config.training), hours_per_week=7.0, weeks=8, start_week=-8
    )
    arms = {
        "neither": {},
        "resonance alone": {"resonance": RESONANCE},
        "holding alone": {"bowl_capacity": HOLDING, "decentring": HOLDING},
        "both": {"resonance": RESONANCE, "bowl_capacity": HOLDING, "decentring": HOLDING},
    }
    listed = [Arm(name, dataclasses.replace(course, **gains)) for name, gains in arms.items()]
    trials = tables(config, arms=listed)["trials"]
    steps = [step for step in STEPS if step.name in SHOWN]
    found = effects.of_all(trials, "neither", steps)
    rate = trials.groupby("arm", observed=True)[["overflows", "sessions_attended"]].mean()
    found["overflows"] = found["arm"].map(rate["overflows"] / rate["sessions_attended"])
    return found


def main() -> None:
    """Live, draw, and write the tables."""
    curves = {name: curve(size) for name, size in BOWLS.items()}
    four = crossed()
    style.write(lambda: draw(curves, four), HERE, "figure")
    (HERE / "figure.svg").unlink()
    write(curves, four)


def draw(curves: dict[str, pd.DataFrame], four: pd.DataFrame) -> Figure:
    """Draw the curves, and the two by two beside them."""
    looks = style.series(list(curves))
    lines = style.foot_lines(
        "Left: all therapists feel the same dose of their patients' affect; level of attunement "
        "felt, mean over a treatment; the ring marks the best dose. Right: eight weeks of "
        "training, all of it reaching the room, against neither; 95% Monte Carlo intervals.",
        "World: theory.",
    )
    figure, height = style.headed(
        3.75, "Between cut off and overwhelmed", "Resonance against the capacity to hold."
    )
    axes = figure.add_axes((0.075, 1.05 / height, 0.5, 2.4 / height))
    for name, found in curves.items():
        look = looks[name]
        axes.plot(
            found["dose"],
            found["felt"],
            color=look.colour,
            linestyle=look.line,
            label=name,
            **look.dots,
        )
        best = found.loc[found["felt"].idxmax()]
        axes.plot(best["dose"], best["felt"], "o", ms=11, mfc="none", mec=look.colour)
    axes.legend(loc="lower right", frameon=False)
    axes.set_xlabel("resonance: share of the patient's affect that is felt")
    axes.set_ylabel("attunement felt")
    axes.set_ylim(bottom=0.0)
    names = list(dict.fromkeys(four["arm"]))
    for i, (step, label) in enumerate(
        (("felt_attunement", "Attunement felt"), ("symptom_severity", "Symptom relief"))
    ):
        axes = figure.add_axes((0.70 + 0.155 * i, 1.05 / height, 0.13, 2.4 / height))
        part = four[four["step"] == step].set_index("arm").loc[names]
        sign = part["better"].to_numpy()
        point = part["standardised"] * sign
        half = np.abs(part["standardised_high"] - part["standardised_low"]) / 2.0
        axes.errorbar(point, range(3), xerr=half, fmt="o", color=style.palette()["blue"])
        axes.axvline(0.0, color=style.INK, linewidth=0.9)
        axes.set_yticks(range(3), names if i == 0 else [""] * 3)
        axes.set_ylim(2.5, -0.5)
        axes.set_title(label, loc="left", weight="bold")
        axes.set_xlabel("better by (SD)")
        axes.margins(x=0.15)
    style.foot(figure, lines, height)
    return figure


def said_of(row: pd.Series) -> str:
    """Write an effect with its interval."""
    point, low, high = (row[f"standardised{end}"] for end in ("", "_low", "_high"))
    return f"{point:+.3f} [{low:+.3f}, {high:+.3f}]".replace("-", "−")


def write(curves: dict[str, pd.DataFrame], four: pd.DataFrame) -> None:
    """Write the tables into the page."""
    rows = [
        [f"{dose:g}"]
        + [
            f"{found.loc[i, 'felt']:.3f} ({found.loc[i, 'overflows']:.2f})"
            for found in curves.values()
        ]
        for i, dose in enumerate(DOSES)
    ]
    page.fill(HERE / "README.md", "curves", ["dose", *curves], rows)
    said = []
    for arm, part in four.groupby("arm", sort=False, observed=True):
        by_step = part.set_index("step")
        cells = [said_of(by_step.loc[step]) for step in SHOWN]
        said.append([str(arm), *cells, f"{by_step['overflows'].iloc[0]:.2f}"])
    head = ["trained", "attunement felt, SD", "symptom severity, SD ↓", "overflows a session"]
    page.fill(HERE / "README.md", "crossed", head, said)


if __name__ == "__main__":
    main()
