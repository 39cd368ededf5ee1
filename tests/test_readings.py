"""Two readings of one question, and how many replicates they take."""

import math

import numpy as np
import pandas as pd
import pytest

import sim
from sim.study import compare, effects, readings
from sim.study.steps import STEPS

SMALL = (
    "therapists.n=4",
    "patients.per_therapist=3",
    "setting.weeks=8",
    "setting.segments=3",
    "setting.follow_up_weeks=4",
    "seed=5",
)


def compared(*words, **more):
    return sim.compare(sim.configure(*SMALL, *words), **more)


@pytest.fixture(scope="module")
def both():
    """A strong programme, so that there is something to agree on."""
    words = (
        "training=mbsr",
        "training.attention=0.1",
        "training.love=0.1",
        "parameters.transfer=1",
    )
    return compared(*words, "replicates=400", "precision=null")


# ---- two readings --------------------------------------------------------------------------------


def test_the_readings_agree_within_monte_carlo_error(both):
    table = both.readings.set_index("step")
    assert list(table.index) == [step.name for step in STEPS]
    errors = [
        math.hypot(*(row[f"{one}_high"] - row[f"{one}_low"] for one in ("same", "independent")))
        / (2 * 1.966)
        for _, row in table.iterrows()
    ]
    z = (table["same"] - table["independent"]) / errors
    assert z.abs().max() < 3.5
    assert (z**2).mean() < 3.0
    strong = table.loc[["attention_in_the_room", "presence", "felt_attunement"]]
    assert (strong["independent_low"] > 0.0).all()


def test_the_gain_is_the_ratio_of_the_variances(both):
    trials, apart = both.results.trials, both.results.independent
    wide = [
        frame.pivot_table(index="replicate", columns="arm", values="well_being_post", observed=True)
        for frame in (trials, apart)
    ]
    spreads = [(one["trained"] - one["untrained"]).var() for one in wide]
    gain = both.readings.set_index("step").loc["well_being", "gain"]
    assert gain == pytest.approx(spreads[1] / spreads[0])
    assert gain > 2.0


def test_the_reference_is_the_same_people_in_both_readings(both):
    trials, apart = both.results.trials, both.results.independent
    for arm, same in (("untrained", True), ("trained", False)):
        one, other = (t[t["arm"] == arm].reset_index(drop=True) for t in (trials, apart))
        assert one.equals(other) == same
    assert list(apart["arm"].cat.categories) == list(trials["arm"].cat.categories)
    assert list(apart["replicate"]) == list(trials["replicate"])


def test_one_reading_alone_is_that_part_of_both():
    words = ("replicates=3", "precision=null")
    both, same, apart = (
        compared(*words, f"reading={one}") for one in ("both", "same", "independent")
    )
    assert same.readings is None
    assert same.results.independent is None
    pd.testing.assert_frame_equal(same.effects, both.effects)
    pd.testing.assert_frame_equal(apart.results.trials, both.results.independent)
    assert "Independent populations" in apart.question


def test_where_nothing_differs_there_is_no_gain():
    found = compared("training=supervision", "replicates=3", "precision=null")
    assert set(found.effects["finding"]) == {"exactly 0"}
    assert found.readings["gain"].isna().all()
    assert (found.readings["independent"] != 0.0).any()


def test_both_readings_survive_the_disk(tmp_path):
    found = compared("arms=[none,reset,enthusiasm]", "replicates=2", "precision=null")
    again = compare.of(sim.load(found.save(tmp_path / "three")))
    for name in ("effects", "measures", "readings", "vital_signs"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))
    assert again.reference == "none"
    assert again.stopping == found.stopping
    assert again.question == found.question


# ---- as many replicates as it takes --------------------------------------------------------------


def test_replicates_are_added_until_the_effect_is_precise():
    found = compared("replicates=4", "precision=0.002", "replicates_max=400")
    said = found.results.manifest["replicates"]
    assert said["stopped_by"] == readings.PRECISION
    assert 4 <= said["lived"] < 400
    assert said["standard_error"] <= 0.002
    step = next(step for step in STEPS if step.name == readings.TARGET)
    d = effects.differences(found.results.trials, step, "trained", "untrained")
    assert len(d) == said["lived"]
    assert said["standard_error"] == pytest.approx(d.std(ddof=1) / math.sqrt(len(d)))
    assert f"{said['lived']} replicates" in found.stopping
    assert "within precision=0.002" in found.stopping


def test_batches_are_the_replicates_of_one_run():
    found = compared("replicates=4", "precision=0.0001", "replicates_max=10")
    whole = compared("replicates=10", "precision=null")
    assert found.results.manifest["replicates"]["stopped_by"] == readings.CAP
    assert "not yet within precision=0.0001: replicates_max ended it" in found.stopping
    assert "as many as asked for" in whole.stopping
    pd.testing.assert_frame_equal(found.results.trials, whole.results.trials)
    pd.testing.assert_frame_equal(found.results.independent, whole.results.independent)
    pd.testing.assert_frame_equal(found.effects, whole.effects)


def test_the_number_of_replicates_depends_on_nothing_else():
    words = ("replicates=3", "precision=0.003", "replicates_max=200")
    one, two = (compared(*words, f"engine.threads={n}", "reading=same") for n in (1, 2))
    assert one.results.manifest["replicates"] == two.results.manifest["replicates"]
    pd.testing.assert_frame_equal(one.results.trials, two.results.trials)


def test_the_worst_arm_decides():
    words = ("arms=[none,supervision,mbsr]", "replicates=5", "precision=null")
    found = compared(*words)
    assert readings.standard_error(found.results.trials, "none") == pytest.approx(
        found.results.manifest["replicates"]["standard_error"]
    )
    two = found.results.trials[found.results.trials["arm"] != "mbsr"]
    two = two.assign(arm=two["arm"].cat.remove_unused_categories())
    assert readings.standard_error(two, "none") == 0.0


def test_a_single_replicate_is_followed_by_others():
    found = compared("replicates=1", "precision=0.01", "replicates_max=50")
    assert found.results.manifest["replicates"]["lived"] > 1
    alone = compared("replicates=1", "precision=null")
    assert alone.results.manifest["replicates"]["standard_error"] is None
    assert "unknown" in alone.stopping


def test_rows_are_kept_of_the_first_batch():
    found = compared("replicates=3", "precision=0.0001", "replicates_max=6", "record=patients")
    assert found.results.trials["replicate"].max() == 5
    assert set(found.results.patients["replicate"]) == {0, 1, 2}


def test_progress_counts_replicates_once():
    told = []
    compared("replicates=4", "precision=0.0001", "replicates_max=8", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 8
    assert np.diff(told).max() <= 4
