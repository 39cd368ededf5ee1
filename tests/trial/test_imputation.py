"""Imputation gives back what is missing at random, and knows that it does not know it."""

import numpy as np
import pytest

from sim.trial import answers, imputation, least_squares, reml
from sim.trial.patients import Patients

VARIABLES = ("arm", "baseline", "middle", "outcome", "whole")
COPIES = 10


def trials(many=300, seed=1, gaps=("outcome",)):
    """Make trials up: in the trained arm, who does badly half-way is often lost."""
    rng = np.random.default_rng(seed)
    shape = (many, 16, 7)
    arm = np.broadcast_to((np.arange(16) % 2)[None, :, None], shape).astype(float)
    baseline = rng.normal(size=shape)
    middle = 0.5 * baseline + 0.2 * rng.normal(size=(many, 16, 1)) + 0.7 * rng.normal(size=shape)
    therapist = 0.3 * rng.normal(size=(many, 16, 1))
    whole = 0.3 * arm + 0.3 * baseline + 0.6 * middle + therapist + 0.6 * rng.normal(size=shape)
    lost = rng.random(shape) < arm / (1.0 + np.exp(1.0 - 2.5 * middle))
    outcome = np.where(lost, np.nan, whole)
    if "baseline" in gaps:
        baseline = np.where(rng.random(shape) < 0.15, np.nan, baseline)
    values = np.stack([arm, baseline, middle, outcome, whole], axis=-1)
    values[:, 0, 5:] = np.nan
    return Patients(VARIABLES, values, np.ones(16, np.bool_))


def model(statistics):
    return answers.of_fits(reml.fit(statistics, kenward_roger=False), "between_within")


def imputed(patients, auxiliaries=("middle",), outcome="outcome", copies=COPIES, **more):
    made = imputation.impute(
        patients, outcome, ["baseline"], auxiliaries, imputations=copies, **more
    )
    return imputation.pool(model(made), copies)


@pytest.mark.parametrize("gaps", [("outcome",), ("outcome", "baseline")])
def test_what_is_missing_at_random_biases_complete_cases_and_not_the_imputed(gaps):
    patients = trials(gaps=gaps)
    cases = model(patients.statistics("outcome", ["baseline"]))
    found = imputed(patients)
    error = found.estimate.std() / np.sqrt(patients.trials)
    assert cases.estimate.mean() < 0.3 - 6 * error
    assert abs(found.estimate.mean() - 0.3) < 4 * error
    low, high = found.interval()
    assert 0.92 < ((low < 0.3) & (high > 0.3)).mean() < 0.99
    assert found.se.mean() == pytest.approx(found.estimate.std(), rel=0.12)


def test_nothing_missing_changes_nothing():
    patients = trials(many=10)
    plain, found = model(patients.statistics("whole", ["baseline"])), imputed(patients, (), "whole")
    np.testing.assert_allclose(found.estimate, plain.estimate, rtol=1e-9)
    np.testing.assert_allclose(found.se, plain.se, rtol=1e-9)


def test_what_was_seen_stays():
    """A trial without gaps comes back as it was, and gaps change their own therapist only."""
    patients = trials(many=6)
    made = imputation.impute(patients, "outcome", ["baseline"], ["middle"], imputations=3)
    whole = patients.statistics("whole", ["baseline"])
    gone = np.isnan(patients.column("outcome")) & patients.there
    for i in range(6):
        for copy in range(3):
            at = 3 * i + copy
            np.testing.assert_array_equal(made.n[at], whole.n[i])
            untouched = ~gone[i].any(axis=1)
            np.testing.assert_allclose(made.products[at, untouched], whole.products[i, untouched])
            assert not np.allclose(made.means[at, ~untouched], whole.means[i, ~untouched])


def test_blocks_do_not_matter():
    patients = trials(many=9)
    whole = imputed(patients, first_trial=40)
    part = imputed(patients.part(slice(4, 7)), first_trial=44)
    for mine, theirs in zip(part, whole, strict=True):
        np.testing.assert_array_equal(mine, theirs[4:7])
    other = imputed(patients, first_trial=40, luck=2)
    assert (other.estimate != whole.estimate).all()


def test_rubins_rules_by_hand():
    each = answers.of_estimates(
        np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]), np.full(3, 10.0), np.zeros(3, np.int8)
    )
    (found,) = zip(*imputation.pool(each, 3), strict=True)
    total = 2.0 + 4.0 / 3.0  # mean of squared errors, and (1 + 1/3) times the variance between
    missing = (4.0 / 3.0) / total
    seen = 11.0 / 13.0 * 10.0 * (1.0 - missing)
    assert found[0] == 2.0
    assert found[1] == pytest.approx(np.sqrt(total))
    assert found[2] == pytest.approx(1.0 / (missing**2 / 2.0 + 1.0 / seen))


def test_a_trial_that_no_model_fits_fails():
    patients = trials(many=3)
    patients.values[1, :, :, 3] = np.nan
    found = imputed(patients)
    np.testing.assert_array_equal(found.failed, [False, True, False])
    assert np.isnan(found.p[1])


def test_any_analysis_can_follow():
    patients = trials(many=20)
    made = imputation.impute(patients, "outcome", (), ["baseline", "middle"], imputations=COPIES)
    assert made.variables == ("arm", "outcome")
    found = imputation.pool(least_squares.of_therapists(made), COPIES)
    assert not found.failed.any()
    assert (found.df < 14).all()
