"""A user's own data frame: read with care, fitted like lme4 would, refused in one sentence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim

HERE = Path(__file__).parent / "reference"
COLUMNS = [
    "estimate",
    "se",
    "df_satterthwaite",
    "p_satterthwaite",
    "se_kr",
    "df_kr",
    "p_kr",
    "theta",
    "sigma",
    "reml_criterion",
    "singular",
]


@pytest.fixture(scope="module")
def trials():
    return pd.read_csv(HERE / "random_intercept_trials.csv.gz")


def fit(frame, **changes):
    choices = {"outcome": "outcome", "arm": "arm", "cluster": "therapist"} | changes
    return sim.analysis.fit_trials(frame, **choices)


def test_one_row_a_trial_with_what_lme4_says(trials):
    fits = fit(trials, covariates=["baseline"], by="trial")
    answers = pd.read_csv(HERE / "random_intercept_lme4.csv")
    assert list(fits.columns) == ["trial", *COLUMNS, "failed"]
    assert (fits["failed"] == "").all()
    np.testing.assert_array_equal(fits["trial"], answers["trial"])
    np.testing.assert_allclose(fits["estimate"], answers["estimate"], atol=1e-6)
    np.testing.assert_allclose(fits["p_kr"], answers["p_kr"], atol=5e-5)


def test_patients_without_a_therapist_make_it_partially_nested():
    trials = pd.read_csv(HERE / "partially_nested_trials.csv.gz")
    answers = pd.read_csv(HERE / "partially_nested_lme4.csv")
    alone = trials["therapist"].where(trials["arm"] == 1)
    fits = fit(trials.assign(therapist=alone), covariates=["baseline"], by=["trial"])
    np.testing.assert_allclose(fits["se_kr"], answers["se_kr"], atol=1e-6)
    np.testing.assert_array_equal(fits["singular"], answers["singular"])


def test_order_names_and_words_do_not_matter(trials):
    plain = fit(trials, by="trial")
    words = trials.assign(
        arm=trials["arm"].map({0: "untrained", 1: "trained"}),
        therapist="T" + trials["therapist"].astype(str),
        site=trials["trial"] // 10,
        number=trials["trial"] % 10,
    ).sample(frac=1.0, random_state=1)
    for column in ("object", "category"):
        changed = words.astype({"arm": column, "therapist": column})
        fits = fit(changed, by=["site", "number"], control="untrained")
        np.testing.assert_allclose(fits[COLUMNS[:-1]], plain[COLUMNS[:-1]], rtol=1e-6, atol=1e-7)
    turned = fit(words, by=["site", "number"], control="trained")
    np.testing.assert_allclose(turned["estimate"], -plain["estimate"], rtol=1e-6, atol=1e-8)


def test_missing_values_leave_patients_out(trials):
    one = trials[trials["trial"] == 2].reset_index(drop=True)
    gone = one.index % 5 == 0
    gaps = one.assign(outcome=one["outcome"].mask(gone)).astype({"outcome": "Float64"})
    whole = fit(one[~gone], covariates=["baseline"])
    pd.testing.assert_frame_equal(fit(gaps, covariates=["baseline"]), whole)


def test_a_failed_trial_is_failed_among_others(trials):
    some = trials[trials["trial"] < 4]
    flat = some.assign(outcome=some["outcome"].where(some["trial"] != 2, 3.5))
    fits = fit(flat, covariates=["baseline"], by="trial")
    assert fits["failed"].ne("").tolist() == [False, False, True, False]
    assert "variance" in fits.loc[2, "failed"]
    assert fits.loc[2, COLUMNS[:-1]].isna().all()


def test_each_failed_trial_tells_its_own_reason(trials):
    some = trials[trials["trial"] < 4].copy()
    trained, of = some["arm"] == 1, some["trial"]
    some["baseline"] = some["baseline"].mask((of == 1) & trained)
    first = some.loc[(of == 2) & trained, "therapist"].iloc[0]
    some = some[(of != 2) | ~trained | (some["therapist"] == first)]
    fits = fit(some, covariates=["baseline"], by="trial").set_index("trial")
    assert fits.loc[1, "failed"].startswith("baseline is missing for everybody in the arm that is")
    assert fits.loc[2, "failed"].startswith("with one therapist in the arm that is tested")
    assert fits.loc[[1, 2], COLUMNS].isna().all(axis=None)
    assert fits.loc[[0, 3], COLUMNS].notna().all(axis=None)
    assert fits["singular"].dtype == "boolean"


@pytest.mark.parametrize(
    ("change", "choices", "words"),
    [
        ({}, {"outcome": "outcom"}, "outcome='outcom' is no column .* mean 'outcome'"),
        ({}, {"covariates": ["base"]}, "covariates='base' is no column"),
        ({}, {"by": "trail"}, "by='trail' is no column .* mean 'trial'"),
        ({"outcome": "high"}, {}, "outcome='outcome' holds .*: it takes a column of numbers"),
        ({"outcome": np.inf}, {}, "infinite"),
        ({"outcome": 2.5}, {}, "no variance"),
        ({"arm": 1}, {}, "two different values"),
        ({"arm": lambda rows: rows["arm"] + 1}, {}, "say which is the control, .* control=1"),
        ({}, {"control": 2}, "control=2 is no value of arm='arm'"),
        ({"therapist": lambda rows: rows["arm"]}, {}, "one therapist in the .* arm"),
        (
            {"baseline": lambda rows: rows["baseline"].where(rows["arm"] == 1)},
            {"covariates": ["baseline"]},
            "covariates='baseline' is missing for everybody in the control arm",
        ),
        ({"baseline": 1.0}, {"covariates": ["baseline"]}, "covariates do not vary"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(trials, change, choices, words):
    one = trials[trials["trial"] == 0].assign(**change)
    with pytest.raises(sim.analysis.AnalysisError, match=words) as caught:
        fit(one, **choices)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, sim.AttuneError)


def test_nobody_is_nobody(trials):
    with pytest.raises(sim.analysis.AnalysisError, match="no rows"):
        fit(trials.iloc[:0])
