"""The model of all waves is the one its whole matrices describe."""

import numpy as np
import pytest
from scipy import optimize

from sim.trial import failures, repeated_measures
from sim.trial.patients import Patients

WAVES = ["middle", "outcome"]


def trials(many=200, seed=3, therapist=0.3, patient=0.6):
    """Make trials up: who does badly half-way is often not seen at the end."""
    rng = np.random.default_rng(seed)
    shape = (many, 12, 6)
    arm = np.broadcast_to((np.arange(12) % 2)[None, :, None], shape).astype(float)
    baseline = rng.normal(size=shape)
    shared = therapist * rng.normal(size=(many, 12, 1)) + patient * rng.normal(size=shape)
    waves = [
        effect * arm + 0.5 * baseline + shared + 0.6 * rng.normal(size=shape)
        for effect in (0.1, 0.4)
    ]
    lost = rng.random(shape) < arm / (1.0 + np.exp(1.0 - 2.5 * waves[0]))
    waves[1] = np.where(lost, np.nan, waves[1])
    waves[0] = np.where(rng.random(shape) < 0.1, np.nan, waves[0])
    values = np.stack([arm, baseline, *waves], axis=-1)
    values[:, 0, 4:] = np.nan
    return Patients(("arm", "baseline", *WAVES), values, np.ones(12, np.bool_))


def matrices(patients, i):
    """Write one trial out: design, outcome, who is whose."""
    x, y, who, whose = [], [], [], []
    for j, s in np.argwhere(patients.there[i]):
        arm, baseline, *waves = patients.values[i, j, s]
        for w, seen in enumerate(waves):
            if not np.isnan(seen):
                row = np.zeros(6)
                row[3 * w : 3 * w + 3] = 1.0, baseline, arm
                x.append(row)
                y.append(seen)
                who.append(100 * j + s)
                whose.append(j)
    return tuple(map(np.array, (x, y, who, whose)))


def dense(x, y, who, whose, thetas):
    """Give criterion, coefficients and standard errors by whole matrices."""
    v = np.eye(len(y)) + thetas[0] ** 2 * (who[:, None] == who)
    v += thetas[1] ** 2 * (whose[:, None] == whose)
    inverse = np.linalg.inv(v)
    a = x.T @ inverse @ x
    b = np.linalg.solve(a, x.T @ inverse @ y)
    free = len(y) - x.shape[1]
    variance = (y - x @ b) @ inverse @ (y - x @ b) / free
    logs = np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1]
    return free * np.log(variance) + logs, b, np.sqrt(variance * np.diag(np.linalg.inv(a)))


@pytest.mark.parametrize(("therapist", "patient"), [(0.5, 0.6), (0.0, 0.6), (0.5, 0.0)])
def test_it_is_the_fit_by_whole_matrices(therapist, patient):
    patients = trials(many=1, therapist=therapist, patient=patient)
    found = repeated_measures.fit(patients, WAVES, ["baseline"])
    given = matrices(patients, 0)
    best = optimize.minimize(
        lambda thetas: dense(*given, thetas)[0],
        [0.7, 0.3],
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-8},
    )
    _, b, se = dense(*given, best.x)
    assert found.estimate[0] == pytest.approx(b[-1], abs=2e-4)
    assert found.se[0] == pytest.approx(se[-1], abs=2e-4)
    assert found.df[0] == 10


def test_who_is_missing_at_random_does_no_harm():
    patients = trials(many=400)
    found = repeated_measures.fit(patients, WAVES, ["baseline"])
    error = found.estimate.std() / np.sqrt(patients.trials)
    assert abs(found.estimate.mean() - 0.4) < 4 * error
    low, high = found.interval()
    assert 0.92 < ((low < 0.4) & (high > 0.4)).mean() < 0.99


def test_the_last_wave_is_the_one_that_is_tested():
    patients = trials(many=30)
    forward = repeated_measures.fit(patients, WAVES, ["baseline"])
    turned = repeated_measures.fit(patients, WAVES[::-1], ["baseline"])
    assert abs(forward.estimate - turned.estimate).min() > 0.0
    far = Patients(patients.variables, patients.values + 0.0, patients.clustered)
    far.values[..., 2:] += 1e4
    moved = repeated_measures.fit(far, WAVES, ["baseline"])
    np.testing.assert_allclose(moved.estimate, forward.estimate, atol=1e-6)


def test_what_cannot_be_fitted_is_failed():
    patients = trials(many=3)
    patients.values[1, ..., 3] = np.nan
    patients.values[2, ..., 2:] *= 0.0
    found = repeated_measures.fit(patients, WAVES, ["baseline"])
    assert found.failure.tolist() == [failures.NONE, failures.COLLINEAR, failures.NO_VARIANCE]
    two = Patients(patients.variables, patients.values[:, :2], np.ones(2, np.bool_))
    assert repeated_measures.fit(two, WAVES).failure[0] == failures.FEW_THERAPISTS
    with pytest.raises(ValueError, match="not repeated measures"):
        repeated_measures.fit(patients, ["outcome"])
