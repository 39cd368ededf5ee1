"""Targets: bands are the published table's, every row has its file, and the rule is kept."""

import csv
import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pytest

from sim import engine, parameters
from sim.calibration import estimators, leaks, ratings, studies
from sim.calibration.columns import Lived
from sim.calibration.ratings import DERIVED
from sim.calibration.studies import STUDIES
from sim.calibration.targets import Target, targets
from sim.engine import blocks

TABLE = Path(__file__).parents[2] / "docs" / "targets.csv"
ROWS = {row["id"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
TARGETS = targets()
each = pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])

#: Rows that no target stands for, and why: `docs/targets.md` says it in full.
ABSENT = {"E7", "M15", "P5", "TE4"}

#: Ends of bands that the table gives as a direction, or in another unit: where they come from.
ENDS = {
    "alliance_aggregated": {0.0, 0.15},  # "r with outcome rises": above 0; no upper end is given
    "alliance_skewness": {-2.0},  # "skew < 0": no lower end is given
    "empathy_order": {0.0, 1.0},  # "observer > therapist": their ratio is below 1
    "inpatient_alliance": {3.0, 4.05},  # "lower than outpatients", who rate it about 4.1
    "mindfulness_sign": {0.0, 2.0},  # "sign"
    "self_compassion_sign": {0.0, 2.0},
    "perspectives_converge_little": {0.0},  # "low (<.5)"
    "regard_outcome": {0.075, 0.22},  # g of .15 and .45 as r = g / sqrt(g^2 + 4)
    "ruptures_remembered": {1.0},  # ">= 60%"
    "ruptures_true": {0.8},  # "at least": no upper end is given
    "ruptures_therapist_over_patient": {1.0, 3.0},  # "> patient": their ratio is above 1
    "self_compassion_then_symptoms": {-0.3, -0.005},  # "negative"
}

#: Figures that follow from those a source gives, and how.
FOLLOWS = {
    "empathic_accuracy_ratio": 0.08 / 0.32,
    "empathy_observer_ratio": 0.25 / 0.32,
    "empathy_therapist_ratio": 0.20 / 0.32,
    "empathy_order": 0.18 / 0.23,
    "regard_outcome": 0.28 / math.sqrt(0.28**2 + 4.0),
    "ruptures_remembered": 30 / 38,
    "ruptures_resolved": 13 / 30,
    "self_compassion_relative": 1.22 / 1.03 - 1.0,
}


def numbers(text):
    """The numbers of a band, percentages as shares."""
    found = set()
    for word, percent in re.findall(r"(\d*\.?\d+)(?:-\d+)?(%?)", text):
        found.add(float(word))
        found.add(float(word) / 100.0 if percent else float(word))
    for a, b in re.findall(r"(\d+)-(\d+)%", text):
        found |= {float(a) / 100.0, float(b) / 100.0}
    for a, b in re.findall(r"(\d*\.?\d+)-(\d*\.?\d+)", text):
        found |= {float(a), float(b)}
    return found


@each
def test_a_band_is_that_of_the_table(target):
    row = ROWS[target.row]
    known = numbers(row["band"]) | ENDS.get(target.name, set())
    if "mean in band" in row["band"]:  # what the treatments of the source ranged over
        known |= numbers(row["value"])
    if "+-" in row["band"]:
        known |= {round(target.published + step, 2) for step in (-0.3, 0.3)}
    for end in (target.low, target.high):
        assert any(math.isclose(abs(end), abs(one)) for one in known), (end, row["band"])


@each
def test_a_published_figure_is_one_that_the_source_gives(target):
    """Where a source gives a band or a direction alone, the middle of it is not published."""
    if target.published is None:
        return
    if target.name in FOLLOWS:
        assert target.published == pytest.approx(FOLLOWS[target.name], abs=0.01)
        return
    given = numbers(ROWS[target.row]["value"])
    assert any(math.isclose(abs(target.published), one) for one in given), target.published


@each
def test_what_a_target_is_for_is_what_the_table_says(target):
    assert target.use == ROWS[target.row]["use"].split()[0]
    assert target.evidence.split(",")[0] in ROWS[target.row]["evidence"]


def test_a_recalled_figure_stays_recalled():
    for target in TARGETS:
        recalled = ROWS[target.row]["evidence"].startswith("recalled")
        assert target.evidence.startswith("recalled") == recalled, target.name


def test_every_row_of_the_table_has_a_target_or_is_said_to_have_none():
    assert {target.row for target in TARGETS} == set(ROWS) - ABSENT
    text = TABLE.with_suffix(".md").read_text(encoding="utf-8")
    for row in ABSENT:
        assert f"**{row}**" in text, row


@each
def test_a_target_can_be_computed(target):
    assert target.study in STUDIES
    assert target.statistic in estimators.ESTIMATORS
    assert target.name == target.name.lower()
    assert not target.discrepancy or target.because
    if target.published is not None and target.row != "O3":
        assert target.low <= target.published <= target.high


def test_names_are_in_order_and_unlike():
    names = [target.name for target in TARGETS]
    assert names == sorted(set(names))


# ---- the rule ------------------------------------------------------------------------------------


@each
def test_nothing_that_links_mindfulness_to_patients_is_fitted(target):
    assert leaks.leak(target) is None


def leaking(**changes):
    model = next(target for target in TARGETS if target.name == "alliance_outcome_mid")
    return dataclasses.replace(model, name="leaking", **changes)


@pytest.mark.parametrize(
    "target",
    [
        leaking(columns={"x": "gsi_self_post", "by": "therapists.fmi_self_pre"}),
        leaking(columns={"x": "gsi_self_post", "by": "therapists.attention_pre"}),
        leaking(columns={"x": "wai_patient_mid", "by": "therapists.introject"}),
        leaking(level="therapists", columns={"x": "scs_self_pre", "y": "patients.empathy_client"}),
        leaking(columns={"x": "presence", "y": "gsi_self_post"}),
        leaking(level="sessions", columns={"x": "therapist_self_attunement", "y": "alliance"}),
        leaking(columns={"x": "regard_client", "y": "gsi_self_post"}),
        leaking(study="programmes", columns={"x": "gsi_self_pre", "y": "gsi_self_post"}),
        leaking(columns={"x": "noticed", "y": "gsi_self_post"}),
        leaking(columns={"x": "attempts", "y": "gsi_self_post"}),
        leaking(level="segments", columns={"x": "felt", "y": "hostile"}),
    ],
    ids=lambda target: " ".join(target.columns.values()),
)
def test_a_target_that_leaks_is_found(target):
    assert leaks.leak(target)
    assert leaks.leak(dataclasses.replace(target, use="check")) is None


def test_every_state_of_therapists_in_the_rows_of_patients_is_known_as_one():
    """Whoever writes a new state of the therapist into these rows has to say so."""
    from sim import layout
    from sim.records import Dyad, Patient, Therapist
    from sim.rows import PatientRow, SessionRow

    states = {field.name for field in layout.fields(Therapist)}
    own = {field.name for record in (Patient, Dyad) for field in layout.fields(record)}
    for row in (PatientRow, SessionRow):
        for field in layout.fields(row):
            if field.name in states - own and field.name != "therapist":
                assert field.name in leaks.THERAPIST_STATES, field.name


class Watched(Lived):
    """Some lived replicates that remember which columns of the rows were read."""

    def __init__(self, lived):
        super().__init__(lived.block, lived.parameters, lived.seed, {})
        object.__setattr__(self, "seen", set())

    def written(self, level, name):
        """Give a column of the rows, and remember it."""
        self.seen.add((level, name))
        return super().written(level, name)


@pytest.fixture(scope="module")
def lived():
    """A few outpatients, with all that is written down of them."""
    (block,) = engine.run(studies.composed("outpatients", 0.05, 1), 1, "sessions")
    return Lived(block, blocks.parameter_array([parameters.Parameters()]), 1)


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_column_reads_what_it_says(name, lived):
    """No more, so that the rule cannot be gone round; and no less, so that it is not too strict."""
    watched = Watched(lived)
    made = DERIVED[name].make(watched)
    assert not np.isnan(made).all()
    assert watched.seen == set(DERIVED[name].reads)


def test_a_derived_column_reaches_the_rows_in_no_other_way():
    """Only `Lived.written` reads rows; a derived column asks it."""
    source = Path(ratings.__file__).read_text(encoding="utf-8")
    assert ".rows" not in source
    assert "getattr" not in source


def test_a_target_that_contradicts_itself_is_refused():
    model = dataclasses.asdict(TARGETS[0])
    for wrong in ({"low": 1.0, "high": 0.0}, {"discrepancy": -1.0}, {"use": "fit"}):
        with pytest.raises(ValueError, match="not valid"):
            Target(**(model | wrong))
