"""What more therapists, more patients or more sessions would buy.

    python -m experiments.more_therapists_patients_sessions.run

Makes `figure.png` and the tables of `README.md` beside this file: one trial of the chain, and twice
as much of each: the effect that it would find, and the effect there is; and made-up trials with the
same number of patients in all, spread over more and more therapists.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import sim
from experiments import page
from sim.figures import style
from sim.study import implications, prices, sizes, verdicts
from sim.study.verdicts import EFFECT, FOUND
from sim.trial import characteristics, contrast, implied
from sim.trial import design as designs
from sim.trial.answers import Answers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HERE = Path(__file__).parent
STUDY = "experiment=more_of_what"
WAYS = ("therapists", "patients", "sessions")

#: Patients in all, the numbers of therapists who share them, and how alike those of one are.
IN_ALL, THERAPISTS = 240, (6, 10, 12, 20, 24, 40, 60, 120)
ICCS = (0.0, 0.05, 0.15)
MADE_UP = ("generator=linear", "generator.effect=0.35", "generator.baseline_correlation=0")
TRIALS = 8000

#: So many replicates tell the effect there is.
CONTRASTS = 256


def main() -> None:
    """Simulate, draw, and write the tables."""
    page.fill(
        HERE / "README.md",
        "doubled",
        [
            "trial",
            "therapists",
            "patients",
            "sessions",
            "not asked",
            "r with intake",
            "detectable, SD",
            "there is, SD",
            "price",
        ],
        doubled(),
    )
    curves = {f"ICC {icc:g}": spread(icc) for icc in ICCS}
    style.write(lambda: draw(curves), HERE, "figure")
    (HERE / "figure.svg").unlink()
    rows = [
        [str(n), str(IN_ALL // n), *(f"{100 * found[i].share:.0f}" for found in curves.values())]
        for i, n in enumerate(THERAPISTS)
    ]
    page.fill(HERE / "README.md", "spread", ["therapists", "patients each", *curves], rows)


def doubled(*words: str) -> list[list[str]]:
    """Take one trial of the chain, and twice as much of each: what it would find, and what is."""
    config = sim.configure(STUDY, *words)
    plans = {"as it is": config}
    for way in WAYS:
        plans[f"twice the {way}"] = sizes.resized(config, way, 2 * sizes.of(config, way))
    rows = []
    for name, plan in plans.items():
        planned = designs.of(plan)
        null, seen, missing = without_effect(planned, config.replicates)
        sd = implications.spread(seen)
        reach = characteristics.detectable(null, plan.design.level, plan.target) / sd
        (lives,) = contrast.differences(planned, None, 0, CONTRASTS)
        effect = planned.endpoints[0].better * lives / sd
        half = 1.96 * float(effect.std()) / math.sqrt(len(effect))
        rows.append(
            [
                name,
                str(planned.therapists),
                str(planned.patients),
                str(plan.setting.weeks * plan.setting.sessions_per_week),
                f"{100.0 * missing:.0f}%",
                f"{seen.sxy.sum() / math.sqrt(seen.sxx.sum() * seen.syy.sum()):.2f}",
                f"{reach:.2f}",
                f"{effect.mean():+.4f} ± {half:.4f}".replace("-", "−"),
                prices.said(prices.total(planned), plan.price.currency),
            ]
        )
    return rows


def without_effect(planned: designs.Design, many: int) -> tuple[Answers, implied.Sums, float]:
    """Analyse trials without an effect; give what outcome and intake are like, and what lacks."""
    made = list(verdicts.simulated(planned, 0, many, null=True))
    found = [verdicts.judged(planned, one)[0] for one in made]
    sums = implied.joined([implied.sums(one.batches[0]) for one in made])
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    lacking = [np.isnan(one.batches[0].outcome[one.batches[0].there]).mean() for one in made]
    return Answers(*columns), sums, float(np.mean(lacking))


def spread(icc: float) -> list[characteristics.Share]:
    """Spread the same number of patients over more and more therapists, in made-up trials."""
    found = []
    for n in THERAPISTS:
        config = sim.configure(
            "study=search",
            *MADE_UP,
            f"generator.icc={icc}",
            f"therapists.n={n}",
            f"patients.per_therapist={IN_ALL // n}",
            "analysis=therapists",
        )
        codes = verdicts.of_trials(designs.of(config), 0, TRIALS).codes[EFFECT][:, 0]
        found.append(characteristics.wilson(int((codes == FOUND).sum()), TRIALS))
    return found


def draw(curves: dict[str, list[characteristics.Share]]) -> Figure:
    """Draw power against the number of therapists who share the same patients."""
    looks = style.series(list(curves))
    lines = style.foot_lines(
        f"{IN_ALL} patients in all, an effect of .35 SD, no baseline; t-test on therapist means; "
        f"band: 95% Wilson interval of {TRIALS:,} made-up trials.",
    )
    figure, height = style.headed(
        3.6, "The same patients, more therapists", "What spreading patients over therapists buys."
    )
    axes = figure.add_axes((0.08, 0.95 / height, 0.88, 2.3 / height))
    for name, shares in curves.items():
        look = looks[name]
        axes.fill_between(
            THERAPISTS,
            [one.low for one in shares],
            [one.high for one in shares],
            color=look.colour,
            alpha=0.2,
            linewidth=0,
        )
        axes.plot(
            THERAPISTS,
            [one.share for one in shares],
            color=look.colour,
            linestyle=look.line,
            **look.dots,
        )
    axes.set_xscale("log")
    axes.set_xticks(THERAPISTS, [f"{n}\n({IN_ALL // n})" for n in THERAPISTS])
    axes.minorticks_off()
    axes.set_xlabel("therapists (patients of each)")
    axes.set_ylabel("power")
    axes.set_ylim(0.0, 1.0)
    axes.grid(visible=True, color=style.FAINT, linewidth=0.6)
    style.legend(figure, looks, (height - 0.62) / height)
    style.foot(figure, lines, height)
    return figure


if __name__ == "__main__":
    main()
