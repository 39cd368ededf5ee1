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
from sim.sensitivity.information import SURE
from sim.study import sensitivity
from sim.study.sensitivity_words import percent

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

#: The figures that the page shows.
FIGURES = ("tornado", "information")

#: The page, with places for what came out.
PAGE = Path(__file__).with_suffix(".md")


def page(done):
    """Write the page."""
    config = done.results.config
    value = config.sensitivity.value
    tables = {name: done.table(name) for name in ("shares", "options", "regions")}
    own = {name: table[table["outcome"] == value] for name, table in tables.items()}
    said = [
        f"| {row['label']}{' ↓' if row['better'] < 0 else ''} | {_signed(row['mean'])} "
        f"| {row['sd']:.3f} | {percent(row['alone'])} | {percent(row['rest'])} "
        f"| {_share(row, 'together')} | {_share(row, 'chance')} |"
        for row in tables["shares"].to_dict("records")
    ]
    options = [
        f"| `{row['option']}` | {_range(row)} | {percent(row['harmed'])} "
        f"| {percent(row['best']) if row['weighed'] else ''} |"
        for row in own["options"].to_dict("records")
    ]
    known = [
        f"| {row['link']} | {row['parameters'].replace('_', ' ')} "
        f"| {_worth(row['value'], row['error'])} | {_worth(row['most'], row['most_error'])} "
        f"| {row['at_cost']:.3f} |"
        for row in shown(done.table("information")).to_dict("records")
    ]
    regions = [f"- {words[0].upper()}{words[1:]}." for words in own["regions"]["words"]]
    return PAGE.read_text(encoding="utf-8").format(
        command=config.command,
        question=done.question,
        answer=done.answer,
        caution=done.caution,
        count=len(done.told["indexed"]),
        numbers=done.told["numbers"],
        shares="\n".join(said),
        regions="\n".join(regions),
        options="\n".join(options),
        information="\n".join(known),
        label=str(own["shares"]["label"].iloc[0]).lower(),
    )


def _range(row):
    """Write an effect over worlds."""
    return f"{_signed(row['mean'])} [{_signed(row['low'])}, {_signed(row['high'])}]"


def _worth(value, error):
    """Write what knowing is worth, in brackets if chance could have made it."""
    said = f"{value:.4f} ± {2 * error:.4f}"
    return said if value > SURE * error else f"({said})"


def _share(row, name):
    """Write a share of the variance with the half-width of its interval."""
    return f"{percent(row[name])[:-1]} ± {100 * row[f'{name}_half']:.0f}%"


def _signed(x):
    """Write an effect with its sign; nought has none."""
    return f"{x:+.3f}".replace("-", "−") if abs(x) >= 0.0005 else "0.000"


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
