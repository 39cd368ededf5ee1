"""Golden results: six studies whose tables are kept, to the last digit on Linux x86-64.

If they moved and were meant to, `make golden` writes them anew and says what moved.
"""

import importlib.util
import platform
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
EXACT = sys.platform == "linux" and platform.machine() == "x86_64"


def script():
    spec = importlib.util.spec_from_file_location("golden", ROOT / "experiments" / "golden.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


golden = script()


@pytest.mark.parametrize("case", golden.CASES)
def test_results_are_as_they_were(case):
    for name, text in golden.texts(case).items():
        kept = (golden.FOLDER / name).read_text(encoding="utf-8")
        if EXACT:
            said = "\n".join(golden.moved(kept, text))
            assert text == kept, f"{name} moved; make golden keeps it:\n{said}"
        else:
            one, other = golden.read(kept), golden.read(text)
            pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-9)


def test_everything_kept_belongs_to_a_case():
    kept = {file.name for file in golden.FOLDER.iterdir()}
    assert kept == {
        f"{case}-{level}.csv" for case, (_, all_) in golden.CASES.items() for level in all_
    }


def test_something_happens_in_every_case():
    """Tables of nothing would hold nothing."""
    patients = [
        golden.read(file.read_text("utf-8")) for file in golden.FOLDER.glob("*-patients.csv")
    ]
    assert len(patients) == 5
    together = pd.concat(patients)
    assert {"completed", "dropped_out", "improved"} <= set(together["ending"])
    assert (together[["ruptures", "noticed", "repaired", "overflows"]].sum() > 0).all()
    segments = golden.read((golden.FOLDER / "segments-segments.csv").read_text("utf-8"))
    assert segments["rupture_begins"].sum() > 0
    assert len(segments["overflow"].unique()) > 1
    assert len(segments["working_through"].unique()) > 2


def test_what_moved_is_said():
    old = "replicate,arm,x,ending\n0,a,0.5,completed\n1,a,,completed\n"
    assert golden.moved(old, old) == []
    new = old.replace("0.5", "0.75").replace(",,completed", ",,dropped_out")
    assert golden.moved(old, new) == [
        "x: 1 of 2 rows, by 0.25 at most and +0.25 on average",
        "ending: 1 of 2 rows, such as completed to dropped_out",
    ]
    assert golden.moved(old, old.replace("ending", "end"))[:2] == [
        "column end is new",
        "column ending is gone",
    ]
    assert golden.moved(old, old[: old.index("1,a")]) == ["2 rows have become 1"]
    assert golden.moved(old.replace("0.5", "0.0"), old.replace("0.5", "-0.0")) == [
        "only the order of the columns, or the sign of a nought"
    ]
