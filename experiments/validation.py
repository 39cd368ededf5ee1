"""Published studies beside simulated ones: `python -m experiments.validation`, a few minutes.

Writes ``docs/validation.md`` with its figures. Words after the command are choices of
`attune validate`, as in ``world=theory``; without any, the world is the default one.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from sim import figures, validation_report
from sim.published import CHECKS
from sim.study import agreement, counts, validate

if TYPE_CHECKING:
    from sim.study.validate import Validation

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "validation.md"

INTRODUCTION = """\
Could this model have found what was published? Each study below is described by a small file in
`conf/published/`: how it was done, and what it found. `attune validate` simulates it at its own
size {replicates} times over, and looks where what was published falls among what comes out.

This is the exam. Nothing that relates therapists' mindfulness, their training or their way with
themselves to patients has been fitted, and no study here may be. Three words say what agreement
with a study is worth:

{checks}

No number is invented. Where our sources tell a direction only, a direction is all that is held
against the model; a number quoted from memory is marked *recalled*; what a source does not tell is
listed under *assumed*, with what stands for it.
"""

TOGETHER = """\
The studies of which it is told whether they were significant, as a literature: how often a study
of that size finds something in this model, and what was published.
"""

BEWARE = """\
What does not succeed is published less often, which no simulation of single studies knows. More
significant studies than the model expects may mean that the model's effects are too small, or that
studies without an effect are missing; this table cannot tell which.
"""


def main(words: Sequence[str]) -> None:
    """Validate, draw, and write the page."""
    done = validate.validate(sim.configure("study=validate", *words))
    for file in figures.draw_validation(done, DOCS):
        if file.suffix == ".svg":
            file.unlink()
    text = "\n".join(lines(done, words))
    PAGE.write_text(f"{text}\n", encoding="utf-8")


def lines(done: Validation, words: Sequence[str] = ()) -> Iterator[str]:
    """Write the page, line by line."""
    checks = "\n".join(f"- *{name.replace('_', ' ')}*: {said}." for name, said in CHECKS.items())
    command = " ".join(["python -m experiments.validation", *words])
    yield from ("# Published studies beside simulated ones", "")
    yield f"Written by `{command}` in the world *{done.world}*."
    yield ""
    yield INTRODUCTION.format(checks=checks, replicates=f"{done.config.replicates:,}")
    yield "![Published findings among simulated ones](validation.png)"
    yield ""
    yield "| study | finding | published | evidence | simulated: median [95%] | where it lies |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in done.findings.to_dict("records"):
        unit = f" ({row['unit']})" if row["unit"] else ""
        cells = (
            f"{row['study']}, {row['check'].replace('_', ' ')}",
            f"{row['says']}{unit}",
            agreement.published(row),
            row["evidence"],
            f"{agreement.simulated(row)}{agreement.besides(row)}",
            agreement.verdict(row),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    if len(done.counted) >= counts.FEWEST:
        yield from _literature(done)
    yield from _studies(done)


def _literature(done: Validation) -> Iterator[str]:
    """Write the part about many studies."""
    yield from ("## As a literature", "", TOGETHER)
    yield f"| study | {' | '.join(counts.KINDS.values())} | published |"
    yield "| --- | --- | --- | --- | --- |"
    for row in done.counted.to_dict("records"):
        shares = " | ".join(f"{row[kind]:.1%}" for kind in counts.KINDS)
        yield f"| {row['study']} | {shares} | {counts.KINDS[row['observed']]} |"
    yield ""
    for sentence in counts.said(done.counted):
        yield from _wrapped(sentence)
    yield from ("", BEWARE)


def _studies(done: Validation) -> Iterator[str]:
    """Write how each study was done, and what is assumed of it."""
    yield from ("## The studies", "")
    for study in done.config.published.values():
        yield from (f"### {study.name}", "")
        yield from _wrapped(" ".join(study.about.split()))
        yield from ("", f"- *Source.* {' '.join(study.source.split())}")
        yield f"- *Agreement means* {CHECKS[study.check]}."
        for head, text in validation_report.design_lines(done.config, study):
            yield f"- *{head}.* {text}"
        for sentence in study.assumed:
            yield f"- *Assumed.* {sentence}"
        yield ""
    yield from ("## Your own", "")
    yield from _wrapped(
        "A file in `published/` in a folder of yours, as in [those shipped](../conf/published), "
        "and `attune --config-dir mine validate published=[mine,grepmair2007]`; `published=all` "
        "takes every study there is. `therapists.n=40` and the like go for a single study."
    )


def _wrapped(text: str) -> list[str]:
    """Break a paragraph into lines."""
    return textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    main(sys.argv[1:])
