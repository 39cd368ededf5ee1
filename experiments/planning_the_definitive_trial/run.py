"""Planning the definitive trial: how many therapists, and how sure that is.

    python -m experiments.planning_the_definitive_trial.run

Makes `figure.png`, `protocol.md` and the table of `README.md` beside this file: the smallest trial
that sees what training does to therapists, its assurance over the prior, and the same search for
what patients feel and suffer.
"""

from __future__ import annotations

from pathlib import Path

import sim
from experiments import page
from sim import plan_report
from sim.figures import power_curve, style
from sim.narrative import findings, protocol
from sim.results import Results
from sim.study.assurance import assurance
from sim.study.robustness import robustness
from sim.study.search import search
from sim.trial import design as designs

HERE = Path(__file__).parent
STUDY = "experiment=definitive_trial"

#: What patients would show of it, and the departures that concern what therapists say.
PATIENTS = ("felt_attunement", "gsi_self")
DEPARTURES = ("contamination", "weak_adherence", "early_closure")


def main() -> None:
    """Search, look at what is sure of it, and write figure, protocol and table."""
    found = search(sim.configure("study=search", STUDY))
    style.write(
        lambda: power_curve.lay_out(found, plan_report.question(found), findings.caution(found)),
        HERE,
        "figure",
    )
    (HERE / "figure.svg").unlink()
    rows = [["FMI, therapists: the search", said(found)]]
    planned = protocol.chosen(found)
    if planned is not None:
        (HERE / "protocol.md").write_text(plan_report.as_markdown(found), encoding="utf-8")
        n = f"therapists.n={planned.therapists}"
        rows += [["the same trial, by what is believed", said(assured(n))]]
        rows += [["if it goes otherwise than planned", said(departed(n))]]
    for step in PATIENTS:
        words = (f"design.endpoints=[{step}]", "patients.per_therapist=7", "sizes=[120,160]")
        missed = search(sim.configure("study=search", STUDY, *words, "budget=700000"))
        label = designs.of(missed.config).endpoints[0].label
        rows.append([f"{label}: the search", said(missed)])
    page.fill(HERE / "README.md", "plan", ["question", "answer"], rows)


def assured(n: str) -> Results:
    """Average the power of the trial over the prior."""
    words = ("study=assurance", "over=prior", "sizes=null", "replicates=60", "budget=300000")
    return assurance(sim.configure(STUDY, n, *words))


def departed(n: str) -> Results:
    """Look at the power of the trial under the departures that concern therapists."""
    words = ("study=robustness", f"departure=[{','.join(DEPARTURES)}]", "over=null", "sizes=null")
    return robustness(sim.configure(STUDY, n, *words, "replicates=300", "budget=4000000"))


def said(done: Results) -> str:
    """Say what a study came to, in one cell."""
    return " ".join(findings.answer(done))


if __name__ == "__main__":
    main()
