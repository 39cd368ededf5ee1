"""What should we expect of training therapists? The effect over all worlds that are left open.

    python -m experiments.what_to_expect.run [world=posterior] [sets=512] [each=4]

Makes the figure and the tables of `README.md` beside this file, in about six minutes on two
cores. `conditions.yaml` says what is asked. Worlds are those of the posterior where there is one,
else of the prior; ``world=theory`` or another asks a single one.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import yaml

import sim
from experiments import page
from experiments.what_to_expect import worlds
from experiments.what_to_expect.figure import draw
from sim import engine
from sim.calibration import estimators
from sim.figures import style
from sim.study import effects
from sim.study.steps import STEPS

if TYPE_CHECKING:
    from experiments.what_to_expect.worlds import Worlds
    from sim.configuration import Config
    from sim.engine.blocks import Block

HERE = Path(__file__).parent
README = HERE / "README.md"

#: What is told of every condition, in the order of the columns.
SHOWN = (
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
    "well_being",
    "relationships",
    "dropout",
)
PRIMARY = "symptom_severity"
LEVEL = 0.9

#: The lasting traits that training moves.
TRAITS = (
    "attention",
    "curiosity",
    "openness",
    "acceptance",
    "love",
    "bowl_capacity",
    "decentring",
)

#: Shares of outcome variance that lie between therapists, as the literature has them.
SHARES = (0.03, 0.05, 0.08)

#: Gains in the trait for which the ceiling is told, in SD.
GAINS = (0.25, 0.5, 1.0)

ASKED: dict[str, Any] = yaml.safe_load((HERE / "conditions.yaml").read_text(encoding="utf-8"))
GROUPS = ("severity", "setting", "programme", "dose", "route")


def main(words: Sequence[str]) -> None:
    """Live every condition in every world, draw, and write the tables."""
    said = {"world": "", "sets": "512", "each": "4", **dict(word.split("=") for word in words)}
    study = sim.configure(*_study(said["world"]))
    asked = worlds.of(said["world"], int(said["sets"]), study)
    each = int(said["each"]) * (1 if len(asked.sets) > 1 else int(said["sets"]))
    table, share = live(asked, each, said["world"])
    style.write(lambda: draw(table, share, asked.name), HERE, "figure")
    (HERE / "figure.svg").unlink()
    write(table, share, asked)


def live(asked: Worlds, each: int, world: str = "") -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Live every condition; give a row a condition and step, and therapists' share of outcome.

    Parameters
    ----------
    asked : Worlds
        The worlds.
    each : int
        How many replicates each of them lives.
    world : str
        The world of the configuration, if it is to be one.
    """
    rows, lived = [], {}
    for group in GROUPS:
        for name, words in ASKED[group].items():
            key = tuple(words)
            if key not in lived:
                lived[key] = compared(sim.configure(*_study(world), *words), asked, each)
            rows += [{"group": group, "condition": name, **row} for row in lived[key][0]]
    for kappa in ASKED["transfer"]:
        there = asked.with_values({"transfer": kappa})
        told, _ = compared(sim.configure(*_study(world)), there, each)
        rows += [{"group": "transfer", "condition": f"{kappa:g}", **row} for row in told]
    return pd.DataFrame(rows), lived[()][1]


def compared(
    config: Config, asked: Worlds, each: int
) -> tuple[list[dict[str, Any]], np.ndarray[Any, Any]]:
    """Compare trained and untrained in every world.

    Returns
    -------
    list of dict
        One a step: ``median``, ``low`` and ``high`` of the worlds' effects in SD, ``benefit``, the
        share of the worlds in which it is for the better, and the ``gain`` of the therapists'
        traits in the room (`_gain`).
    array
        Therapists' share of outcome variance in each world, among the untrained.
    """
    blocks = engine.run(
        config,
        len(asked.sets) * each,
        "patients",
        parameters=np.repeat(asked.sets, each),
        arms=config.study_arms("same"),
    )
    parts, shares, traits, names = [], [], [], ()
    for block in blocks:
        names = block.arms
        parts.append(pd.DataFrame(block.table("trials")))
        shares.append(_share(block))
        rooms = [block.rows.therapists[f"{name}_room"] for name in TRAITS]
        order = [names.index(arm) for arm in ("untrained", "trained")]
        traits.append(np.stack(rooms, axis=-1)[:, order])
    trials = pd.concat(parts, ignore_index=True)
    trials["arm"] = pd.Categorical.from_codes(trials["arm"], list(names), ordered=True)
    untrained, trained = (effects.of_arm(trials, arm) for arm in ("untrained", "trained"))
    gain = _gain(np.concatenate(traits))
    rows = []
    for step in STEPS:
        if step.name in SHOWN:
            difference = effects.differences(trials, step, "trained", "untrained")
            sd = effects.spread(step, untrained, trained)
            by_world = np.nan_to_num(difference).reshape(-1, each) / sd
            rows.append({"step": step.name, "label": step.label, **_summary(by_world, step.better)})
            rows[-1]["gain"] = gain
    share = np.concatenate(shares).reshape(-1, each).mean(axis=1)
    return rows, share


def _gain(traits: np.ndarray[Any, Any]) -> float:
    """Tell how far training moves therapists, in SD of the combination of traits it moves most.

    That is Mahalanobis' distance between trained and untrained: no sum of the traits, however
    weighted, gains more of its own standard deviations.
    """
    untrained, trained = traits[:, 0], traits[:, 1]
    off = (untrained - untrained.mean(axis=1, keepdims=True)).reshape(-1, traits.shape[-1])
    many = len(untrained) * (untrained.shape[1] - 1)
    moved = (trained - untrained).mean(axis=(0, 1))
    return math.sqrt(float(moved @ np.linalg.solve(off.T @ off / many, moved)))


def _summary(by_world: np.ndarray[Any, Any], better: int) -> dict[str, float]:
    """Sum the effects of worlds up; of a single world, those of its replicates' means."""
    tail = 0.5 * (1.0 - LEVEL)
    values = by_world.mean(axis=1)
    if len(values) == 1:
        half = 1.645 * float(by_world.std(ddof=1)) / math.sqrt(by_world.size)
        low, median, high = values[0] - half, values[0], values[0] + half
    else:
        low, median, high = np.quantile(values, [tail, 0.5, 1.0 - tail])
    return {
        "better": better,
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "benefit": float((better * values > 0.0).mean()),
    }


def _share(block: Block) -> np.ndarray[Any, Any]:
    """Tell therapists' share of the variance of severity at the end, given that at intake."""
    arm = block.arms.index("untrained")
    rows = block.rows.patients[:, arm]
    after, before = rows["symptom_severity_post"], rows["symptom_severity_pre"]
    return estimators.therapist_share(after, before)


def write(table: pd.DataFrame, share: np.ndarray[Any, Any], asked: Worlds) -> None:
    """Write the tables into the page."""
    many = len(asked.sets)
    page.fill(
        README,
        "worlds",
        ["asked", "worlds", "range told"],
        [
            [
                asked.name,
                str(many),
                "90% of the worlds" if many > 1 else "90% Monte Carlo interval",
            ]
        ],
    )
    first = table[(table["group"] == "severity") & (table["condition"] == "outpatients")]
    rows = [[row["label"], *_told(row), f"{row['benefit']:.0%}"] for row in _records(first)]
    head = ["MBSR, trainees with outpatients", "effect, SD", "90%", "worlds for the better"]
    page.fill(README, "outcomes", head, rows)
    for group in GROUPS:
        mine = table[table["group"] == group]
        page.fill(README, group, [group, *_head()], _by_condition(mine))
    along = table[table["group"] == "transfer"]
    page.fill(README, "transfer", ["reaches the room (κ)", *_head()], _by_condition(along))
    gain = float(first["gain"].iloc[0])
    rows = []
    for v in (*SHARES, max(float(share.mean()), 0.0)):
        ceilings = [f"{g * math.sqrt(v):.3f}" for g in (*GAINS, gain)]
        rows.append([f"{100 * v:.1f}%", *ceilings])
    rows[-1][0] += " (these worlds)"
    gains = [f"gain of {g:g} SD" for g in GAINS]
    head = ["therapists' share of outcome", *gains, f"MBSR here, {gain:.2f} SD in the room"]
    page.fill(README, "ceiling", head, rows)


def _head() -> list[str]:
    """Name the columns of a condition."""
    labels = {step.name: step.label for step in STEPS}
    return [*(labels[name] for name in SHOWN), "worlds with fewer symptoms"]


def _by_condition(table: pd.DataFrame) -> list[list[str]]:
    """Write a row a condition: median, with the range for symptoms."""
    rows = []
    for name, part in table.groupby("condition", sort=False):
        by_step = {row["step"]: row for row in _records(part)}
        said = [
            " ".join(_told(by_step[step])) if step == PRIMARY else _told(by_step[step])[0]
            for step in SHOWN
        ]
        rows.append([str(name), *said, f"{by_step[PRIMARY]['benefit']:.0%}"])
    return rows


def _told(row: dict[Any, Any]) -> list[str]:
    """Write an effect and its range."""
    point, low, high = (f"{row[x]:+.3f}".replace("-", "−") for x in ("median", "low", "high"))
    return [point, f"[{low}, {high}]"]


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Give rows as mappings."""
    return table.to_dict("records")


def _study(world: str) -> list[str]:
    """Give the words of the study that every condition changes."""
    one = [f"world={world}"] if world not in {"", "posterior", "prior"} else ["world=theory"]
    return [*ASKED["study"], *one]


if __name__ == "__main__":
    main(sys.argv[1:])
