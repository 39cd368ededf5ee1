"""The mixed model is that of lme4, lmerTest and pbkrtest, whatever way the data come."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.trial import failures, reml, statistics

HERE = Path(__file__).parent / "reference"
SETS = ("random_intercept", "partially_nested")
VARIABLES = ["arm", "baseline", "outcome"]

#: How near: absolute for all but degrees of freedom, which are relative. Kenward and Roger's
#: columns of the clustered set come from a loose optimiser.
NEAR = {
    "estimate": 1e-6,
    "se": 1e-6,
    "p_satterthwaite": 1e-6,
    "df_satterthwaite": 1e-3,
    "se_kr": 5e-5,
    "df_kr": 5e-5,
    "p_kr": 5e-5,
    "theta": 1e-6,
    "sigma": 1e-6,
    "reml_criterion": 1e-6,
}
NESTED_NEAR = NEAR | {"df_satterthwaite": 1e-6, "se_kr": 1e-6, "df_kr": 1e-6}


def read(kind):
    """Give a set's patients and lme4's answers."""
    trials = pd.read_csv(HERE / f"{kind}_trials.csv.gz")
    return trials, pd.read_csv(HERE / f"{kind}_lme4.csv")


def reference(kind):
    """Give a set's statistics and lme4's answers."""
    trials, answers = read(kind)
    loose = (trials["arm"] == 0) if kind == "partially_nested" else False
    values = trials[VARIABLES].to_numpy()
    return statistics.of_rows(values, trials["trial"], trials["therapist"], loose=loose), answers


def made_up(seed=1, trials=200, therapists=12, slots=8, tau=0.4, effect=0.3):
    """Make trials up: half the therapists in each arm, some slots empty."""
    rng = np.random.default_rng(seed)
    shape = (trials, therapists, slots)
    arm = (np.arange(therapists) % 2)[None, :, None]
    baseline = rng.normal(size=shape)
    outcome = effect * arm + 0.5 * baseline + tau * rng.normal(size=shape[:2])[..., None]
    outcome = outcome + rng.normal(size=shape)
    outcome[:, 0, slots // 2 :] = np.nan
    return arm, outcome, baseline


@pytest.mark.parametrize("kind", SETS)
def test_the_answers_are_those_of_lme4(kind):
    given_statistics, answers = reference(kind)
    fits = reml.fit(given_statistics)
    assert not fits.failure.any()
    assert (fits.singular == answers["singular"]).all()
    assert 5 < answers["singular"].sum() < len(answers) / 2
    near = NESTED_NEAR if kind == "partially_nested" else NEAR
    for column in answers.columns.drop(["trial", "singular"]):
        mine = fits.criterion if column == "reml_criterion" else getattr(fits, column)
        scale = answers[column] if column.startswith("df") else 1.0
        assert (np.abs(mine - answers[column]) / scale).max() < near[column], column


@pytest.mark.parametrize("kind", SETS)
def test_the_reference_is_the_one_beside_the_repository(kind):
    shared = HERE.parents[3] / "shared" / "reference"
    if not shared.is_dir():
        shared = HERE.parents[4] / "shared" / "reference"
    if not shared.is_dir():
        pytest.skip("no reference beside the repository")
    trials, answers = read(kind)
    theirs = pd.read_csv(shared / f"{kind}_trials.csv.gz")
    pd.testing.assert_frame_equal(trials, theirs, rtol=0.0, atol=1e-9)
    pd.testing.assert_frame_equal(answers, pd.read_csv(shared / f"{kind}_lme4.csv"))


def test_arrays_rows_and_any_order_give_the_same_fit():
    arm, outcome, baseline = made_up()
    fits = reml.fit(statistics.of_arrays(arm, outcome, baseline))
    i, j, _ = np.indices(outcome.shape)
    arm = np.broadcast_to(arm, outcome.shape)
    order = np.random.default_rng(2).permutation(outcome.size)
    rows = np.stack([arm, baseline, outcome], axis=-1).reshape(-1, 3)[order]
    again = reml.fit(statistics.of_rows(rows, i.ravel()[order], j.ravel()[order]))
    for mine, theirs in zip(fits, again, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)


def test_even_caseloads_without_covariates_are_the_t_test_on_therapist_means():
    arm, outcome, _ = made_up(slots=6)
    outcome = np.nan_to_num(outcome, nan=0.1)
    outcome[:, 0, 3:] += np.random.default_rng(3).normal(size=outcome[:, 0, 3:].shape)
    fits = reml.fit(statistics.of_arrays(arm, outcome))
    means = outcome.mean(axis=2)
    t = stats.ttest_ind(means[:, 1::2], means[:, 0::2], axis=1)
    regular = ~fits.singular
    assert 100 < regular.sum() < len(regular)
    df = means.shape[1] - 2
    np.testing.assert_allclose(fits.df_satterthwaite[regular], df, rtol=1e-6)
    np.testing.assert_allclose(fits.df_kr[regular], df, rtol=1e-6)
    np.testing.assert_allclose(fits.df_between, df)
    for p in (fits.p_satterthwaite, fits.p_kr, fits.p_between):
        np.testing.assert_allclose(p[regular], t.pvalue[regular], rtol=1e-5)


def test_a_singular_fit_is_the_regression_that_knows_of_no_therapists():
    arm, outcome, baseline = made_up(tau=0.0, trials=50)
    fits = reml.fit(statistics.of_arrays(arm, outcome, baseline))
    assert fits.singular.sum() > 10
    for i in np.nonzero(fits.singular)[0]:
        there = ~np.isnan(outcome[i])
        y = outcome[i][there]
        x = np.stack([np.ones(y.size), np.broadcast_to(arm[0], there.shape)[there]])
        x = np.stack([*x, baseline[i][there]], axis=1)
        coefficients, rss, *_ = np.linalg.lstsq(x, y)
        variance = rss[0] / (len(y) - 3) * np.linalg.inv(x.T @ x)[1, 1]
        assert fits.estimate[i] == pytest.approx(coefficients[1], abs=1e-10)
        assert fits.se[i] == pytest.approx(np.sqrt(variance), abs=1e-10)
        assert fits.theta[i] == 0.0
        assert fits.df_satterthwaite[i] == len(y) - 3


@given(
    shift=st.floats(-1e6, 1e6),
    scale=st.floats(1e-3, 1e3),
    tilt=st.floats(-100.0, 100.0),
)
def test_units_do_not_matter(shift, scale, tilt):
    """A linear change of the outcome and of a covariate's origin changes no test."""
    arm, outcome, baseline = made_up(trials=3, seed=4)
    before = reml.fit(statistics.of_arrays(arm, outcome, baseline))
    moved = shift + scale * (outcome + tilt * baseline)
    after = reml.fit(statistics.of_arrays(arm, moved, baseline + shift))
    near = 1e-5 * (1.0 + (abs(shift) / scale) * 1e-3)
    np.testing.assert_allclose(
        after.estimate, scale * before.estimate, rtol=near, atol=near * scale
    )
    np.testing.assert_allclose(after.theta, before.theta, rtol=near, atol=near)
    np.testing.assert_allclose(after.df_kr, before.df_kr, rtol=near)


def test_exchanging_the_arms_turns_the_sign_and_nothing_else():
    arm, outcome, baseline = made_up()
    fits = reml.fit(statistics.of_arrays(arm, outcome, baseline))
    turned = reml.fit(statistics.of_arrays(1 - arm, outcome, baseline))
    np.testing.assert_allclose(turned.estimate, -fits.estimate, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(turned.p_kr, fits.p_kr, rtol=1e-6)


def test_an_empty_seat_changes_nothing():
    arm, outcome, baseline = made_up(trials=20)
    plain = statistics.of_arrays(arm, outcome, baseline)
    wider = statistics.empty(plain.variables, plain.trials, plain.clusters + 3)
    for name in ("n", "means", "products", "clustered"):
        getattr(wider, name)[:, 2:-1] = getattr(plain, name)
    for mine, theirs in zip(reml.fit(plain), reml.fit(wider), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_one_trial_does_not_touch_another():
    plain = statistics.of_arrays(*made_up(trials=30))
    whole = reml.fit(plain)
    alone = reml.fit(plain.part(slice(17, 18)))
    for mine, theirs in zip(whole, alone, strict=True):
        np.testing.assert_array_equal(mine[17:18], theirs)


def test_the_criterion_is_lowest_where_it_says():
    """The restricted likelihood, written out with whole matrices, has its minimum at theta."""
    arm, outcome, baseline = made_up(trials=12, seed=8)
    fits = reml.fit(statistics.of_arrays(arm, outcome, baseline))
    for i in range(12):
        there = ~np.isnan(outcome[i])
        who = np.nonzero(there)[0]
        y = outcome[i][there]
        arms = np.broadcast_to(arm[0], there.shape)[there]
        x = np.stack([np.ones(y.size), arms, baseline[i][there]], axis=1)

        def criterion(theta, x=x, y=y, who=who):
            v = np.eye(len(y)) + theta**2 * (who[:, None] == who)
            inverse = np.linalg.inv(v)
            a = x.T @ inverse @ x
            b = np.linalg.solve(a, x.T @ inverse @ y)
            r = y - x @ b
            free = len(y) - x.shape[1]
            variance = r @ inverse @ r / free
            logs = np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1]
            return free * (1.0 + np.log(2.0 * np.pi * variance)) + logs

        theta = fits.theta[i]
        assert fits.criterion[i] == pytest.approx(criterion(theta), abs=1e-8)
        assert criterion(theta) <= criterion(theta + 0.01)
        assert criterion(theta) <= criterion(abs(theta - 0.01))


def test_between_within_counts_what_varies_where():
    arm, outcome, baseline = made_up(trials=2, therapists=10)
    of = statistics.of_arrays
    assert (reml.fit(of(arm, outcome, baseline)).df_between == 10 - 2).all()
    trait = np.random.default_rng(5).normal(size=(1, 10, 1))
    assert (reml.fit(of(arm, outcome, baseline, trait)).df_between == 10 - 3).all()
    crossed = np.arange(outcome.shape[2]) % 2
    patients = int((~np.isnan(outcome[0])).sum())
    assert (reml.fit(of(crossed, outcome, baseline)).df_between == patients - 10 - 2).all()


def failing(arm, outcome, *covariates, clustered=True):
    """Give the reasons for which trials cannot be fitted."""
    made = statistics.of_arrays(arm, outcome, *covariates, clustered=clustered)
    fits = reml.fit(made)
    failed = fits.failure != failures.NONE
    for column in ("estimate", "se", "p_satterthwaite", "p_kr", "p_between", "criterion"):
        assert (np.isnan(getattr(fits, column)) == failed).all(), column
    return fits.failure.tolist()


def test_what_cannot_be_fitted_is_failed_and_not_insignificant():
    arm, outcome, baseline = made_up(trials=3)
    assert failing(arm, outcome, baseline) == [failures.NONE] * 3
    lost = baseline.copy()
    lost[1, 0::2] = np.nan
    assert failing(arm, outcome, lost) == [failures.NONE, failures.ONE_ARM, failures.NONE]
    flat = outcome.copy()
    flat[2] = np.where(np.isnan(flat[2]), np.nan, 0.1)
    assert failing(arm, flat, baseline)[2] == failures.NO_VARIANCE
    assert failing(arm, outcome, baseline, 3.0 - 0.1 * baseline) == [failures.COLLINEAR] * 3
    assert failing(arm, outcome, np.full(outcome.shape, 0.1)) == [failures.COLLINEAR] * 3
    few = outcome[:, :, :1].copy()
    few[:, 3:] = np.nan
    assert failing(arm, few, baseline[:, :, :1]) == [failures.FEW_PATIENTS] * 3
    assert failing(arm, outcome[:, :, :1]) == [failures.ONE_PATIENT_EACH] * 3
    alike = outcome[:, :, :1] + np.zeros(8)
    assert failing(arm, alike) == [failures.NO_OPTIMUM] * 3


def test_one_therapist_an_arm_is_no_clustered_trial():
    arm, outcome, baseline = made_up(trials=2, therapists=2)
    assert failing(arm, outcome, baseline) == [failures.FEW_THERAPISTS] * 2
    with pytest.raises(failures.AnalysisError, match="one therapist an arm"):
        failures.check(
            failures.words(reml.fit(statistics.of_arrays(arm, outcome)).failure), "model"
        )


def test_a_covariate_that_is_known_by_heart_is_found():
    """A coefficient other than the arm's, with an arm that does nothing."""
    arm, outcome, baseline = made_up(trials=400, effect=0.0)
    made = statistics.of_arrays(arm, outcome, baseline)
    fits = reml.fit(made, tested="covariate_1")
    assert fits.estimate.mean() == pytest.approx(0.5, abs=0.02)
    assert np.isnan(reml.fit(made, kenward_roger=False).p_kr).all()
    swapped = dataclasses.replace(
        made,
        means=made.means[..., [1, 0, 2]],
        products=made.products[..., [1, 0, 2], :][..., [1, 0, 2]],
    )
    for mine, theirs in zip(reml.fit(swapped), fits, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)
