"""Ask what the effect of training hangs on, and write the page about it: `make sensitivity`.

    docs/sensitivity.md               what came out, by a reader's questions
    docs/sensitivity_tornado.png      what the effect on symptoms hangs on
    docs/sensitivity_information.png  what a study would be worth

A run that was killed goes on where it was.

    python experiments/sensitivity.py [words for attune sensitivity]
"""

import shutil
import sys
from pathlib import Path

import sim
from sim import cli, results
from sim.figures.information import shown
from sim.study import sensitivity
from sim.study.sensitivity_words import percent

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

#: The figures that the page shows.
FIGURES = ("tornado", "information")

PAGE = """# What matters most

Most numbers of the model are guesses. `attune sensitivity` asks which of these guesses the effect of
training hangs on, where it turns to harm, and what would be worth finding out. This page is what the
command prints, written by `make sensitivity`; nothing here is typed by hand.

```
{command}
```

{question} {answer}

> {caution}

## What the effect hangs on

![What the effect on symptom severity hangs on](sensitivity_tornado.png)

A row of the sample is one set of numbers and one trial, all arms with the same people and the same
luck. Chance - who comes, what happens - is a factor like any number, so that what {count} numbers do
alone, what all others do, what numbers do only together, and chance add up to all of the variance:

| effect on | mean, SD | SD over worlds | {count} numbers alone | all others | together | chance |
|---|---|---|---|---|---|---|
{shares}

{screened} of {numbers} numbers have indices of their own; long steps through all of them (Morris) found them.

## Where training harms

Corners of one or two numbers were looked for in one half of the worlds; what is told of them is what
the other half says.

{regions}

## What can be chosen

| option | effect on {label}, SD [90% of worlds] | harms in | best in |
|---|---|---|---|
{options}

*Best in*: in how many worlds no other way of training, nor none, does better. A caseload or a setting
is another world for trained and untrained alike, and is not weighed against a programme.

## What a study would be worth

![What it would be worth to know a link](sensitivity_information.png)

Who knew some numbers before choosing - no training, or which - would choose better. By how much, in
SD of {label} a patient, is what knowing them is worth. It hangs on what training costs: if it costs
nothing one trains, whatever else is known. What training costs in SD of an outcome is a judgement
nobody can make for the user: `sensitivity.cost=0.01`, and `sensitivity.cost_per_hour=0.0002` for each
hour of practice that is assigned.

| link | numbers | worth at no cost | at most | at a cost of |
|---|---|---|---|---|
{information}

## Ask it something else

```
attune sensitivity 'sensitivity.uncertainties=[transfer,rupture,presence]'   numbers, or whole links
attune sensitivity 'sensitivity.levers=[{{training:[zen,reset]}}]' sensitivity.cost=0.01
attune sensitivity sensitivity.value=dropout patients=severe_inpatients
attune sensitivity world=posterior            where a calibration has written one
```

The three lists stand in `conf/study/sensitivity.yaml`. Numbers that the evidence ties together are
drawn together from a posterior, as one factor; those that may never be fitted stay factors of their own.
"""


def page(done):
    """Write the page."""
    config = done.results.config
    value = config.sensitivity.value
    tables = {name: done.table(name) for name in ("shares", "options", "regions")}
    own = {name: table[table["outcome"] == value] for name, table in tables.items()}
    minus = str.maketrans("-", "−")
    said = [
        f"| {row['label']}{' ↓' if row['better'] < 0 else ''} | {row['mean']:+.3f} | {row['sd']:.3f} "
        f"| {percent(row['alone'])} | {percent(row['rest'])} | {percent(row['together'])} "
        f"| {percent(row['chance'])} |".translate(minus)
        for row in tables["shares"].to_dict("records")
    ]
    options = [
        f"| `{row['option']}` | {_range(row)} | {percent(row['harmed'])} "
        f"| {percent(row['best']) if row['weighed'] else ''} |"
        for row in own["options"].to_dict("records")
    ]
    known = [
        f"| {row['link']} | {row['parameters'].replace('_', ' ')} "
        f"| {row['value']:.4f} ± {2 * row['error']:.4f} "
        f"| {row['most']:.4f} ± {2 * row['most_error']:.4f} | {row['at_cost']:.3f} |"
        for row in shown(done.table("information")).to_dict("records")
    ]
    regions = [f"- {words[0].upper()}{words[1:]}." for words in own["regions"]["words"]]
    return PAGE.format(
        command=config.command,
        question=done.question,
        answer=done.answer,
        caution=done.caution,
        count=len(done.told["indexed"]),
        screened=len(done.told["indexed"]),
        numbers=done.told["numbers"],
        shares="\n".join(said),
        regions="\n".join(regions),
        options="\n".join(options),
        information="\n".join(known),
        label=str(own["shares"]["label"].iloc[0]).lower(),
    )


def _range(row):
    """Write an effect over worlds."""
    return f"{row['mean']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]".replace("-", "−")


def main(words):
    if (code := cli.main(["sensitivity", *words])) != 0:
        return code
    found = results.find(sim.configure("study=sensitivity", *words))
    for name in FIGURES:
        shutil.copyfile(found.folder / f"{name}.png", DOCS / f"sensitivity_{name}.png")
    text = page(sensitivity.of(found))
    (DOCS / "sensitivity.md").write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
