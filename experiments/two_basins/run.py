"""Two basins: when the loop of safety is strong, pairs end safe and open, or guarded and closed.

    python -m experiments.two_basins.run

Makes `figure.png` and the table of `README.md` beside this file. The loop's three numbers - how
much being felt makes safe, and how much safety opens what is shown and what is recognised - are
multiplied by one strength; the base of safety is lowered so that its middle stays in place. Every
pair is lived twice, the same people with the same luck: once from a guarded first meeting, once
from an open one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import sim
from experiments import page
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HERE = Path(__file__).parent

STRENGTHS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)
STARTS = {"guarded": -2.5, "open": 2.5}

#: What the loop consists of, in the world `theory`.
LOOP = ("safety_felt", "showing_safety", "recognise_safety")

#: Felt attunement of an average pair that is half safe: the middle that stays in place.
MIDDLE = 0.17

#: A pair below the first is closed, above the second open.
CLOSED, OPEN = 0.3, 0.7


def lived(strength: float, start: float) -> pd.DataFrame:
    """Live all pairs with a loop of this strength, from this first meeting."""
    plain = sim.configure("experiment=two_basins")
    own = vars(plain.parameters)
    loop = [f"parameters.{name}={strength * own[name]:g}" for name in LOOP]
    base = own["safety_base"] - (strength - 1.0) * own["safety_felt"] * MIDDLE
    config = sim.configure(
        "experiment=two_basins",
        *loop,
        f"parameters.safety_base={base:g}",
        f"parameters.safety_start={start:g}",
    )
    sessions = sim.simulate(config).sessions
    return sessions[sessions["arm"] == "untrained"]


def ends(sessions: pd.DataFrame) -> pd.Series:
    """Give the safety of every pair over its last five sessions."""
    late = sessions[sessions["session"] > sessions["session"].max() - 5]
    return late.groupby(["replicate", "patient"], observed=True)["safety"].mean()


def shocked(sessions: pd.DataFrame) -> pd.Series:
    """Tell which pairs had a hostile act in their first three sessions."""
    early = sessions[sessions["session"] <= 3]
    return early.groupby(["replicate", "patient"], observed=True)["hostile_acts"].sum() > 0


def main() -> None:
    """Live, draw, and write the table."""
    found, rows = {}, []
    for strength in STRENGTHS:
        safe, hurt = {}, {}
        for name, start in STARTS.items():
            sessions = lived(strength, start)
            safe[name], hurt[name] = ends(sessions), shocked(sessions)
        found[strength] = safe
        differ = (safe["open"] > OPEN) & (safe["guarded"] < CLOSED)
        row = {"strength": strength, "both": float(differ.mean())}
        for name in STARTS:
            row |= {f"{name} closed": float((safe[name] < CLOSED).mean())}
            row |= {f"{name} open": float((safe[name] > OPEN).mean())}
        closed = safe["open"] < CLOSED
        row |= {"shocked": float(closed[hurt["open"]].mean())}
        row |= {"spared": float(closed[~hurt["open"]].mean())}
        rows.append(row)
    table = pd.DataFrame(rows)
    style.write(lambda: draw(found, table), HERE, "figure")
    (HERE / "figure.svg").unlink()
    write(table)


def draw(found: dict[float, dict[str, pd.Series]], table: pd.DataFrame) -> Figure:
    """Draw where pairs come to rest, and what an early shock does."""
    colours = style.palette()
    looks = {"guarded": colours["orange"], "open": colours["blue"]}
    lines = style.foot_lines(
        "Left: each dot a pair, its safety over the last five of forty sessions. The same people "
        "and luck live both first meetings. Right: pairs with an open first meeting.",
        f"World: theory, its loop made stronger; closed: safety below {CLOSED:g}.",
    )
    figure, height = style.headed(
        3.9, "Safety has two basins where its loop is strong", "Where pairs come to rest."
    )
    axes = figure.add_axes((0.075, 1.05 / height, 0.52, 2.55 / height))
    scatter = np.random.default_rng(1)
    for strength, safe in found.items():
        for shift, (name, values) in zip((-0.09, 0.09), safe.items(), strict=True):
            x = strength + shift + scatter.uniform(-0.07, 0.07, len(values))
            axes.scatter(x, values, s=1.4, color=looks[name], alpha=0.22, linewidths=0)
    for name, colour in looks.items():
        axes.scatter([], [], s=16, color=colour, label=f"{name} first meeting")
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, 1.13), ncols=2, frameon=False)
    axes.set(ylim=(-0.02, 1.02), xlabel="strength of the loop (1: world theory)")
    axes.set_ylabel("safety in the end")
    axes = figure.add_axes((0.69, 1.05 / height, 0.29, 2.55 / height))
    for column, colour, mark, word in (
        ("shocked", colours["orange"], "D", "hostile act in sessions 1–3"),
        ("spared", colours["blue"], "o", "no such act"),
    ):
        axes.plot(table["strength"], table[column], color=colour, marker=mark, label=word)
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, 1.2), frameon=False)
    axes.set(ylim=(-0.02, 0.72), xlabel="strength of the loop")
    axes.set_ylabel("share of pairs that end closed")
    style.foot(figure, lines, height)
    return figure


def write(table: pd.DataFrame) -> None:
    """Write the table into the page."""
    head = (
        "strength of the loop",
        "guarded start: end closed",
        "end open",
        "open start: end closed",
        "end open",
        "open or closed by its start",
        "closed after an early shock",
        "closed without",
    )
    shares = ("guarded closed", "guarded open", "open closed", "open open", "both")
    rows = [
        [f"{row['strength']:g}", *(f"{row[name]:.0%}" for name in (*shares, "shocked", "spared"))]
        for row in table.to_dict("records")
    ]
    page.fill(HERE / "README.md", "basins", head, rows)


if __name__ == "__main__":
    main()
