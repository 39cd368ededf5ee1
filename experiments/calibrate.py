"""Calibrate, and write what the repository keeps of it: `make calibration`.

The calibrated world and its headline go to ``conf/``, the posterior's sets beside them, and the
page with its figures to ``docs/``. A run that was killed goes on where it was.

    python experiments/calibrate.py [words for attune calibrate]
"""

import shutil
import sys
from pathlib import Path

import sim
from sim import calibration_report as report
from sim import cli, results

ROOT = Path(__file__).parent.parent

#: Where each file is kept.
PLACES = {
    report.WORLD: ROOT / "conf" / "world",
    report.SETS: ROOT / "conf",
    report.HEADLINE: ROOT / "conf",
    report.NAME: ROOT / "docs",
    **{f"{name}.png": ROOT / "docs" for name in report.FIGURES},
}


def main(words):
    if (code := cli.main(["calibrate", *words])) != 0:
        return code
    folder = results.find(sim.configure("study=calibrate", *words)).folder
    for name, place in PLACES.items():
        part = place / f".{name}.part"
        shutil.copyfile(folder / name, part)
        part.replace(place / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
