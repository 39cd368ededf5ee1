"""What the docs say of instruments, made anew: `make docs`.

docs/instruments.md  every instrument of conf/instrument/: what it asks about, its norm, how
                     reliable and valid it is, and the evidence for each figure
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sim
from sim import choices
from sim.forms import Instrument
from sim.observation import change, scale
from sim.study import score_entries

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "instruments.md"

#: How the grades of evidence are marked.
MARKS = {"meta-analysis": "ᵐ", "study": "ˢ", "seed paper": "ᵖ", "recalled": "ʳ", "assumed": "ᵃ"}

HEAD = """\
# Instruments

What a study sees passes through an instrument. `attune compare instruments=[phq9,oq45]` shows
scores beside the latent states, `attune simulate` writes them into its tables, and a trial may have
them as `design.endpoints=[phq9]`. Asking changes nothing that happens. This page is written by
`make docs` from `conf/instrument/`, one file an instrument; change it there.

For a person's latent state z, in SD of the norm's population,

    x = √rel · (√val · z + √(1 − val) · u) + √(1 − rel) · e + bias

where u is the rater's lasting way of answering the instrument (a part of it shared by all that a
person fills in, `parameters.method_common`) and e fresh at every wave. So the score correlates with
the state by √(rel · val), while two waves share rel. x is mapped to the scale by a bounded link,
low + (high − low) · logistic(a + b x), with a and b such that the norm's population has its mean
and SD; then to the grid. *Half an SD* says how many SD of the norm a population moves that is half
an SD better in x: less than .50 is the ceiling (or floor) of the scale.

Scores are called `<instrument>_<rater>_<wave>`, what they ask about, without error,
`<instrument>_latent_<wave>`. Whether a change is reliable and clinically significant is told after
Jacobson & Truax (1991): *recovered* by a reliable improvement over the cut, *improved* by one that
does not lead over it, *unchanged*, *deteriorated*. Where no reliable change is published it is
worked out as 1.96 · √2 · SD · √(1 − rel).

A figure of a file can be set, as in `instruments.phq9.missing=0.2` (of the forms are not filled in;
`missing_severity` makes them more of the severe) or `instruments.maas.response_shift=0.3` (of a
change does not show, because the inner standard moved along). A file of your own,
`instrument/mine.yaml` in the folder given by `--config-dir`, begins with the line
`# @package instrument.mine`.

Grades of the evidence: {grades}.
"""

#: The columns of the table.
COLUMNS = (
    "instrument",
    "of, by",
    "asks about (weight)",
    "scale",
    "norm, of whom",
    "rel",
    "val",
    "cut",
    "reliable change",
    "half an SD",
)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Give the page."""
    names = sorted(choices.groups()["instrument"])
    forms = sim.configure(f"instruments=[{','.join(names)}]", "record=sessions").instrument
    grades = ", ".join(f"{mark} {grade}" for grade, mark in MARKS.items())
    lines = [HEAD.format(grades=grades), f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    lines += [row(forms[name]) for name in names]
    lines += ["", "## Each instrument, and its sources", ""]
    for name in names:
        one = forms[name]
        lines += [f"**[`{name}`](../conf/instrument/{name}.yaml)** {one.title}. {one.about}", ""]
        lines += [f"*Figures:* {one.source}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def row(one: Instrument) -> str:
    """Write one row of the table."""
    raters = ", ".join(score_entries.said(one, name) for name in one.raters)
    validities = ", ".join(f"{rater.validity:.2g}" for rater in one.raters.values())
    reliable = f"{change.reliable(one):.3g}" + (mark(one, "change") or " worked out")
    cells = [
        f"`{one.name}`",
        f"{one.of}; {raters}",
        ", ".join(reads(one)),
        f"{one.low:g} to {one.high:g}, {'better' if one.better > 0 else 'worse'} ↑",
        f"{one.mean:g}{mark(one, 'mean')} ({one.spread:g}{mark(one, 'spread')}), {one.population}",
        f"{one.reliability:.2g}{mark(one, 'reliability')}",
        f"{validities}{mark(one, 'validity')}",
        "–" if one.cut is None else f"{one.cut:g}{mark(one, 'cut')}",
        reliable if one.waves else "–",
        f"{(scale.moments(one, 0.5 * one.better).mean - one.mean) / one.spread * one.better:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def reads(one: Instrument) -> Iterator[str]:
    """Say what an instrument asks about."""
    for name, weight in (one.reads or one.sessions).items():
        words = name.replace("_", " ") + (" (change)" if one.change else "")
        yield words if weight == 1.0 else f"{words} {weight:.2g}".replace("-", "−")


def mark(one: Instrument, figure: str) -> str:
    """Give the mark of a figure's grade."""
    return MARKS.get(one.evidence.get(figure, ""), "")


if __name__ == "__main__":
    main()
