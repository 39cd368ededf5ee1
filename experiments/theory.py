"""The theory as a page, made anew: `make docs`.

    docs/theory.md    every claim of the paper: what became of it, the links and their equations,
                      the numbers with the grade of their evidence, the tests that show it

It is made of the register (`sim/claims.toml`), the links' docstrings, the parameter table and the
marks of the pattern tests; there is nothing to edit in it.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sim import choices, claims, equations, instruments, parameters, schema, tables
from sim.claims import Claim
from sim.equations import Link
from sim.parameters import Parameter

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "theory.md"
PATTERNS = ROOT / "tests" / "patterns"

#: What each status means.
STATUSES = {
    "mechanism": "links of the chain act as it says",
    "configuration": "a choice or a key, for the user to set",
    "measurement": "an instrument, or a column of a table",
    "study": "something to find out, and a study that does",
    "outside": "not in the model; [why](#what-is-outside-and-why)",
}

#: The choices that cut a mechanism.
CUT = "knockout="

PREFACE = """\
# The theory, claim by claim

What Bruce, Manber, Shapiro and Constantino (2010) say, in our words, and where it lives in the
model. Written by `make docs` from the register (`sim/claims.toml`), the docstrings of the links,
the parameter table and the marks of the pattern tests; change it there.

A claim has the number by which code, parameters and tests name it; in brackets stand its kind, the
paper's own certainty where it states one, and section and paragraph of the paper. Below its words:
what became of it, and where. A link's name leads to its place in the [ODD protocol](ODD.md), which
says in what order the links act. Equations and numbers fold out; of every number the table of
[parameters](parameters.md) says more.

| status | claims | which means |
|---|---:|---|
{statuses}

Sections: {sections}.
"""

PARAGRAPHS = """\
Paragraphs are counted within the sections of the paper: ABS abstract, INT introduction, MF
Mindfulness, MA Mindfulness and Attunement, TSA Psychotherapist Self-Attunement, TIA Psychotherapist
Interpersonal Attunement, AE Attunement and Empathy, RUP Ruptures, PSA Patient Self-Attunement, MCT
Mindfulness as Clinical Training, REC Training; fn is a footnote.
"""

OPEN = """\
What a model needs and the paper does not say. Each point was decided, and can be set.
"""

TENSIONS = """\
Where the paper is at odds with itself, with its sources or with later work.
"""

OUTSIDE = """\
{count} of {all} claims have no place in the model.
"""

PLANNED = """\
For some claims the study, instrument or choice is still to be built.
"""


# ---- where a claim lives -----------------------------------------------------------------------


def place(address: str) -> str:
    """Give a link to an address of the register, as Markdown.

    Raises
    ------
    LookupError
        If there is nothing at that address.
    """
    kind, space, name = address.rpartition(" ")
    if not space and "=" in name:
        group, _, option = name.partition("=")
        found = option in options().get(group, {})
        said = f"[`{asked(name)}`](../conf/{group}/{option}.yaml)"
    elif kind == "key":
        found = name in keys()
        said = f"`{name}`"
    elif kind == "table":
        table, _, column = name.partition(".")
        row = tables.ROWS.get(table)
        found = row is not None and column in row.__dataclass_fields__
        said = f"`{name}`"
    elif kind == "instrument":
        found = callable(getattr(instruments, name, None))
        said = f"[`instruments.{name}`](../sim/instruments.py)"
    else:
        found, said = False, ""
    if not found:
        raise LookupError(f"'{address}' leads nowhere")
    return said


@cache
def options() -> dict[str, dict[str, choices.Option]]:
    """List the choices of the configuration by their groups."""
    return choices.groups()


@cache
def keys() -> set[str]:
    """List the keys of the configuration that take a number."""
    return set(schema.numbers()) | {f"parameters.{name}" for name in parameters.table()}


def naming(claim: Claim) -> list[Link]:
    """List the links, steps and instruments that name a claim, in the order of the chain."""
    everything = (equations.links(), equations.steps(), equations.measures())
    return [one for each in everything for one in each.values() if claim.number in one.claims]


@cache
def choosing() -> dict[str, list[str]]:
    """List the choices of the configuration that name each claim, as ``training=zen``."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "conf").glob("*/*.yaml")):
        for claim in claims.named(file.read_text(encoding="utf-8")):
            found.setdefault(claim, []).append(f"{file.parent.name}={file.stem}")
    return found


@cache
def patterns() -> dict[str, list[str]]:
    """List the pattern tests that name each claim, as ``file::test``."""
    found: dict[str, list[str]] = {}
    for file in sorted(PATTERNS.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            for claim in _marked(node):
                found.setdefault(claim, []).append(f"{file.name}::{node.name}")
    return found


def _marked(node: ast.stmt) -> Iterator[str]:
    """List the claims that a test's marks name."""
    for mark in getattr(node, "decorator_list", ()):
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.claims":
            yield from (argument.value for argument in mark.args)


# ---- the page ----------------------------------------------------------------------------------


def page() -> str:
    """Write the page."""
    register = claims.register()
    lines = [_preface(register.values())]
    for number, title in enumerate(claims.SECTIONS, start=1):
        lines += [f"## {number}. {title}", ""]
        for claim in register.values():
            if claim.section == title:
                lines += _claim(claim)
    lines += _left_open() + _tensions() + _outside(register.values()) + _planned(register.values())
    return "\n".join(lines).rstrip() + "\n"


def _preface(register: list[Claim]) -> str:
    """Say what the page is, and count."""
    count = Counter(claim.status for claim in register)
    rows = [f"| {name} | {count[name]} | {means} |" for name, means in STATUSES.items()]
    titles = [f"{n}. {title}" for n, title in enumerate(claims.SECTIONS, start=1)]
    titles += ["11. What the paper leaves open", "12. Tensions"]
    titles += ["What is outside, and why", "Still to come"]
    sections = [f"[{title}](#{anchor(title)})" for title in titles]
    return (
        PREFACE.format(statuses="\n".join(rows), sections=", ".join(sections)) + "\n" + PARAGRAPHS
    )


def anchor(heading: str) -> str:
    """Give the anchor that GitHub makes of a heading."""
    kept = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return kept.replace(" ", "-")


def _claim(claim: Claim) -> list[str]:
    """Write a claim."""
    kind = [claims.TYPES[claim.type], claims.CERTAINTIES[claim.certainty], claim.paragraph]
    named = naming(claim)
    shown = [
        f"[`{test}`](../tests/patterns/{test.partition('::')[0]})"
        for test in patterns().get(claim.number, ())
    ]
    lines = [
        f'<a id="{claim.number.lower()}"></a>',
        f"**{claim.number}** {claim.says} *({', '.join(part for part in kind if part)})*  ",
        f"{claim.status.capitalize()}{_where(claim, named)}",
    ]
    cut = [place(one) for one in choosing().get(claim.number, ()) if one.startswith(CUT)]
    for word, there in (("Shown by", shown), ("Cut by", cut)):
        if there:
            lines[-1] += "  "
            lines.append(f"{word} {', '.join(there)}.")
    return [*lines, *_details(claim, named), ""]


def _where(claim: Claim, named: list[Link]) -> str:
    """Say where a claim lives, or why it does not."""
    lives = [
        refer(link) + (f" ({link.reasons[claim.number]})" if claim.number in link.reasons else "")
        for link in named
    ]
    chosen = [one for one in choosing().get(claim.number, ()) if not one.startswith(CUT)]
    lives += [place(address) for address in dict.fromkeys([*chosen, *claim.lives])]
    planned = [f"to come: `{asked(address)}`" for address in claim.planned]
    said = ", ".join(lives + planned)
    return (f": {said}." if said else ".") + (f" {claim.why}" if claim.why else "")


def refer(link: Link) -> str:
    """Refer to a link, or to a step that calls links."""
    if link.name in equations.links():
        return f"[`{link.name}`](ODD.md#{anchor(link.name)})"
    return f"[`{link.name}`](../{link.file})"


def asked(address: str) -> str:
    """Say how a choice is asked for on the command line: a study by its name alone."""
    return f"attune {address[6:]}" if address.startswith("study=") else address


def _details(claim: Claim, named: list[Link]) -> list[str]:
    """Write equations and numbers, folded."""
    set_out = [text for link in named if (text := equations.typeset(link))]
    words = [
        f"`{link.name}` {' '.join(link.words)}"
        for link in named
        if link.name in equations.links() and link.words and not (link.equations or link.changes)
    ]
    numbers = [p for p in parameters.table().values() if claim.number in p.claims]
    if not set_out and not numbers and not words:
        return []
    counts = (("equation", set_out), ("number", numbers))
    said = [f"{len(one)} {word}{'s' * (len(one) > 1)}" for word, one in counts if one]
    said = said or ["in words"]
    lines = ["", f"<details><summary>{', '.join(said)}</summary>", ""]
    if set_out:
        lines += ["```text", "\n\n".join(set_out), "```", ""]
    lines += [line for said in words for line in (said.replace(" * ", " · "), "")]
    for grade in parameters.EVIDENCE:
        graded = [valued(p) for p in numbers if p.evidence == grade]
        if graded:
            lines += [f"{grade.capitalize()}: {', '.join(graded)}.", ""]
    return [*lines, "</details>"]


def valued(entry: Parameter) -> str:
    """Write a number with its default."""
    return f"`{entry.name}` {entry.default:g}".replace(" -", " −")


def _left_open() -> list[str]:
    """Write what the paper leaves open."""
    lines = ["## 11. What the paper leaves open", "", OPEN]
    for number, one in enumerate(claims.left_open(), start=1):
        set_by = (
            f" Set by {', '.join(place(f'key {key}') for key in one.keys)}." if one.keys else ""
        )
        lines.append(f"{number}. **{one.question}** {one.decision}{set_by}")
    return [*lines, ""]


def _tensions() -> list[str]:
    """Write the tensions."""
    lines = ["## 12. Tensions", "", TENSIONS]
    lines += [f"- **{one.issue}** {one.answer}" for one in claims.tensions()]
    return [*lines, ""]


def _outside(register: list[Claim]) -> list[str]:
    """Write what is outside."""
    outside = [claim for claim in register if claim.status == "outside"]
    lines = ["## What is outside, and why", ""]
    lines.append(OUTSIDE.format(count=len(outside), all=len(register)))
    lines += [f"- [**{c.number}**](#{c.number.lower()}) {c.says} {c.why}" for c in outside]
    return [*lines, ""]


def _planned(register: list[Claim]) -> list[str]:
    """Write what is still to come."""
    lines = ["## Still to come", "", PLANNED, "| for | claims |", "|---|---|"]
    waiting: dict[str, list[str]] = {}
    for claim in register:
        for address in claim.planned:
            waiting.setdefault(address, []).append(claim.number)
    for address, numbers in waiting.items():
        listed = ", ".join(f"[{number}](#{number.lower()})" for number in numbers)
        lines.append(f"| `{asked(address)}` | {listed} |")
    return lines


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
