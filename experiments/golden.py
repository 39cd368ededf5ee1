"""Golden results: some small studies, kept to the last digit. `make golden` brings them up to date.

Every case is a quite different configuration, of a size that one can read. A change of the chain,
of a draw or of an instrument shows in the tables of ``tests/golden/``; `tests/test_golden.py` holds
the package to them. Whoever means to change results runs `make golden`, reads what moved, and
commits the tables with the change.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pandas as pd

import sim
from sim.tables import KEYS

FOLDER = Path(__file__).parents[1] / "tests" / "golden"

TINY = (
    "world=theory",
    "therapists.n=2",
    "patients.per_therapist=2",
    "replicates=2",
    "precision=null",
)

#: The configurations, and the tables kept of each.
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "outpatients": ((*TINY, "seed=1", "training=mbsr"), ("therapists", "patients")),
    "ward": (
        (
            *TINY,
            "replicates=1",
            "patients.total=5",
            "patients=severe_inpatients",
            "setting=twice_weekly_inpatient",
            "therapists=experienced",
            "training=zen_daily",
            "control=waiting_list",
            "seed=2",
        ),
        ("therapists", "patients"),
    ),
    "counselling": (
        (
            *TINY,
            "setting=open_counselling",
            "patients=community",
            "therapists=meditators",
            "training=loving_kindness",
            "seed.people=3",
            "seed.luck=4",
        ),
        ("patients",),
    ),
    "arms": (
        (
            *TINY,
            "replicates=1",
            "arms=[none,alliance_focused,enthusiasm,reset]",
            "reading=independent",
            "patients=mild_outpatients",
            "seed=5",
        ),
        ("therapists", "patients"),
    ),
    "shared": (
        (*TINY, "patients.shared=true", "training=objectless", "parameters.climate_spread=1"),
        ("patients",),
    ),
    "segments": (
        (
            *TINY,
            "therapists.n=1",
            "replicates=1",
            "setting.weeks=3",
            "setting.segments=6",
            "setting.follow_up_weeks=2",
            "training=supervised_mbsr",
            "parameters.transfer=1",
            "therapists.hooks=0.8",
            "parameters.onset_base=0",
            "seed=6",
        ),
        ("sessions", "segments"),
    ),
}


def texts(case: str) -> dict[str, str]:
    """Live a case, and write its tables down: by file name, every number in full."""
    words, levels = CASES[case]
    deepest = max(levels, key=list(KEYS).index)
    # A word given twice is given by the last.
    last = {word.partition("=")[0]: word for word in words}
    results = sim.simulate(sim.configure(*last.values()), record=deepest)
    return {
        f"{case}-{level}.csv": getattr(results, level).to_csv(index=False, lineterminator="\n")
        for level in levels
    }


def read(text: str) -> pd.DataFrame:
    """Read a table back."""
    return pd.read_csv(io.StringIO(text))


def moved(old: str, new: str) -> list[str]:
    """Say what moved between two tables: which column, in how many rows, by how much."""
    if old == new:
        return []
    before, after = read(old), read(new)
    said = [f"column {name} is new" for name in after.columns.difference(before.columns)]
    said += [f"column {name} is gone" for name in before.columns.difference(after.columns)]
    if len(before) != len(after):
        return [*said, f"{len(before)} rows have become {len(after)}"]
    for name in before.columns.intersection(after.columns):
        one, other = before[name], after[name]
        differ = ~((one == other) | (one.isna() & other.isna()))
        if not differ.any():
            continue
        rows = f"{name}: {int(differ.sum())} of {len(one)} rows"
        if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(other):
            most = (other - one).abs().max()
            mean = (other - one).mean()
            said.append(f"{rows}, by {most:.3g} at most and {mean:+.3g} on average")
        else:
            at = differ.idxmax()
            said.append(f"{rows}, such as {one[at]} to {other[at]}")
    return said or ["only the order of the columns, or the sign of a nought"]


def main() -> int:
    """Write the tables anew, and print what moved."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = {}
    for case in CASES:
        wanted |= texts(case)
    still = 0
    for file in sorted(FOLDER.glob("*.csv")):
        if file.name not in wanted:
            print(f"{file.name} is no longer kept")
            file.unlink()
    for name, text in wanted.items():
        file = FOLDER / name
        old = file.read_text(encoding="utf-8") if file.is_file() else None
        if old == text:
            still += 1
            continue
        print(f"{name} is new" if old is None else f"{name} moved")
        for line in [] if old is None else moved(old, text):
            print(f"    {line}")
        file.write_text(text, encoding="utf-8", newline="\n")
    print(f"{still} of {len(wanted)} tables are as they were")
    return 0


if __name__ == "__main__":
    sys.exit(main())
