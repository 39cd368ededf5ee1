"""Worlds that are many sets of parameters."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import sim
from sim import ensemble
from sim.errors import ConfigurationError
from sim.study import monte_carlo, variance
from sim.study.effects import SETS
from sim.study.simulate import tables

SMALL = (
    "therapists.n=4",
    "patients.per_therapist=3",
    "setting.weeks=6",
    "training.weeks=4",
    "reading=same",
    "precision=null",
)
SAMPLE = pd.DataFrame({"transfer": [0.1, 0.5, 0.9], "drift_base": [0.3, 0.5, 0.8]})


@pytest.fixture
def sets(tmp_path, monkeypatch):
    """Let the posterior have three sets."""
    file = tmp_path / "posterior.parquet"
    SAMPLE.to_parquet(file)
    monkeypatch.setattr(ensemble, "_file", lambda name: file)
    ensemble._read.cache_clear()
    yield
    ensemble._read.cache_clear()


@pytest.mark.usefixtures("sets")
def test_replicates_take_the_sets_in_turn_whatever_else_is_lived():
    config = sim.configure("world=posterior", "replicates=6", *SMALL)
    trials = sim.simulate(config).trials
    assert trials[trials["arm"] == "trained"][SETS].tolist() == [0, 1, 2, 0, 1, 2]
    part = tables(dataclasses.replace(config, replicates=2), first_replicate=4)["trials"]
    ours = trials[trials["replicate"] >= 4].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, ours, check_exact=True)
    alone = sim.configure("parameters.transfer=0.9", "parameters.drift_base=0.8", *SMALL)
    other = tables(dataclasses.replace(alone, replicates=1), first_replicate=2)["trials"]
    lived = trials[trials["replicate"] == 2].drop(columns=SETS).reset_index(drop=True)
    pd.testing.assert_frame_equal(lived, other, check_exact=True)


@pytest.mark.usefixtures("sets")
def test_threads_change_nothing():
    one, two = (
        sim.simulate(
            sim.configure("world=posterior", f"engine.threads={n}", "replicates=6", *SMALL)
        ).trials
        for n in (1, 2)
    )
    pd.testing.assert_frame_equal(one, two, check_exact=True)


@pytest.mark.usefixtures("sets")
def test_what_is_set_by_hand_is_so_in_all_sets():
    config = sim.configure("world=posterior", "parameters.transfer=0.5", *SMALL)
    assert ensemble.of(config, 3)["transfer"].tolist() == [0.5, 0.5, 0.5]
    assert ensemble.of(config, 3)["drift_base"].tolist() == [0.3, 0.5, 0.8]
    cut = sim.configure("world=posterior", "parameters.transfer=0", *SMALL)
    trials = sim.simulate(cut, replicates=3).trials
    trained, untrained = (
        trials[trials["arm"] == arm]["symptom_severity_post"].to_numpy()
        for arm in ("trained", "untrained")
    )
    assert np.array_equal(trained, untrained)


@pytest.mark.usefixtures("sets")
def test_the_clinic_lives_in_the_set_of_its_replicate():
    config = sim.configure("world=posterior", *SMALL)
    assert sim.Clinic(config, rng=1, replicate=5).parameters.drift_base == 0.8


@pytest.mark.usefixtures("sets")
def test_the_answer_says_so_and_its_intervals_hold_the_posterior():
    config = sim.configure("world=posterior", "replicates=12", *SMALL)
    found = sim.compare(config)
    assert "3 sets of parameters" in found.caution
    row = found.effects.set_index("step").loc["attention_in_the_room"]
    assert row["low"] < 0.3 * row["difference"]  # transfer is 0.1, 0.5 or 0.9
    assert row["high"] > 1.5 * row["difference"]


@pytest.mark.usefixtures("sets")
def test_shares_of_variance_are_those_of_the_sets():
    words = ("study=variance", "world=posterior", "replicates=6", "luck_draws=2", *SMALL)
    split = variance.variance(sim.configure(*words))
    table = split.results.variance
    own = table[(table["arm"] == "trained") & (table["outcome"] == "well_being")]
    share = own["patient"] / own[list(variance.PARTS)].sum(axis=1)
    means = share.groupby(own["replicate"] % 3).mean()
    shares = split.shares.set_index(["arm", "outcome", "part"])
    row = shares.loc[("trained", "well_being", "patient")]
    assert row["share"] == pytest.approx(means.mean())
    assert row["low"] == pytest.approx(means.quantile(0.025))


def test_an_interval_over_sets_does_not_shrink():
    sets = np.arange(3000) % 100
    values = sets / 100.0
    found = monte_carlo.over_sets(values, sets)
    assert found.mean == pytest.approx(0.495)
    assert (found.low, found.high) == pytest.approx((0.025, 0.965), abs=0.01)


def test_a_study_that_takes_one_world_says_so():
    config = sim.configure("study=decomposition", "world=posterior", *SMALL)
    with pytest.raises(ConfigurationError, match="attune decomposition takes one"):
        ensemble.of(config, 3)


def test_sets_that_are_not_there():
    config = sim.configure("world=posterior", "world.sets=nowhere", *SMALL)
    with pytest.raises(ConfigurationError, match=r"world\.sets=nowhere names no file"):
        ensemble.of(config, 3)
