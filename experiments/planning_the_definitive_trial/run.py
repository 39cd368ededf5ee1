"""Planning the definitive trial: how many therapists, and how sure that is.

    python -m experiments.planning_the_definitive_trial.run

Makes `figure.png`, `protocol.md` and the table of `README.md` beside this file: the smallest trial
that sees patients feel more met, its assurance over the prior, and the same search for symptoms.
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

HERE = Path(__file__).parent
STUDY = "experiment=definitive_trial"


def main() -> None:
    """Search, look at what is sure of it, and write figure, protocol and table."""
    found = search(sim.configure(STUDY))
    style.write(
        lambda: power_curve.lay_out(found, plan_report.question(found), findings.caution(found)),
        HERE,
        "figure",
    )
    (HERE / "figure.svg").unlink()
    rows = [["Attunement felt: the search", " ".join(findings.answer(found))]]
    planned = protocol.chosen(found)
    if planned is not None:
        (HERE / "protocol.md").write_text(plan_report.as_markdown(found), encoding="utf-8")
        n = f"therapists.n={planned.therapists}"
        rows += [["The same trial, by what is believed", said(assured(n))]]
        rows += [["If it goes otherwise than planned", said(departed(n))]]
    symptoms = search(sim.configure(STUDY, "design.endpoints=[gsi_self]", "budget=1500000"))
    rows.append(["Symptoms: the search", " ".join(findings.answer(symptoms))])
    page.fill(HERE / "README.md", "plan", ["question", "answer"], rows)


def assured(n: str) -> Results:
    """Average the power of the trial over the prior."""
    words = ("study=assurance", "over=prior", "sizes=null", "replicates=60", "budget=600000")
    return assurance(sim.configure(STUDY, n, *words))


def departed(n: str) -> Results:
    """Look at the power of the trial under every departure."""
    words = ("study=robustness", "over=null", "sizes=null", "replicates=200", "budget=4000000")
    return robustness(sim.configure(STUDY, n, *words))


def said(done: Results) -> str:
    """Say what a study came to, in one cell."""
    return " ".join(findings.answer(done))


if __name__ == "__main__":
    main()
