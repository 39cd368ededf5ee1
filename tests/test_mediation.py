"""What a study would estimate from mediators: right where its assumptions hold."""

import math

import numpy as np
import pytest

from sim.study import mediation

THERAPISTS, PATIENTS = 400, 8
CASELOADS = np.full(THERAPISTS, PATIENTS)


def trial(rng, *, a=0.5, between=0.8, within=0.2, direct=0.1, confounded=0.0):
    """A 2-1-1 trial with known paths; a therapist's climate may move mediator and outcome."""
    shape = (2, THERAPISTS, PATIENTS)
    trained = np.zeros(shape)
    trained[0] = 1.0
    climate = rng.normal(size=shape[:2])[..., None]
    level = a * trained + 0.5 * rng.normal(size=shape[:2])[..., None] + confounded * climate
    off = rng.normal(size=shape)
    off -= off.mean(axis=-1, keepdims=True)
    intake = rng.normal(size=shape)
    end = direct * trained + between * level + within * off + 0.6 * intake
    end = end + confounded * climate + 0.3 * rng.normal(size=shape)
    return level + off, end, intake


def test_paths_between_and_within_are_told_apart():
    mediator, end, intake = trial(np.random.default_rng(1))
    (found,) = mediation.estimate({"m": mediator}, end, intake, CASELOADS).values()
    assert found["moved"] == pytest.approx(0.5, abs=0.08)
    assert found["between"] == pytest.approx(0.8, abs=0.05)
    assert found["within"] == pytest.approx(0.2, abs=0.02)
    assert found["indirect"] == pytest.approx(0.4, abs=0.07)
    assert found["jointly"] == pytest.approx(found["indirect"])


def test_a_common_cause_is_taken_for_the_mediator():
    mediator, end, intake = trial(np.random.default_rng(2), between=0.0, confounded=0.7)
    (found,) = mediation.estimate({"m": mediator}, end, intake, CASELOADS).values()
    assert found["indirect"] > 0.15  # and there is none


def test_two_mediators_in_one_equation():
    """What one of two correlated mediators does is not counted twice."""
    rng = np.random.default_rng(3)
    mediator, end, intake = trial(rng)
    shadow = mediator + 0.3 * rng.normal(size=mediator.shape[:2])[..., None]
    both = {"m": mediator, "shadow": shadow}
    found = mediation.estimate(both, end, intake, CASELOADS)
    assert found["shadow"]["indirect"] > 0.2
    assert found["shadow"]["jointly"] == pytest.approx(0.0, abs=0.05)
    assert found["m"]["jointly"] == pytest.approx(0.4, abs=0.1)


def test_a_mediator_of_therapists_has_no_path_within():
    mediator, end, intake = trial(np.random.default_rng(4))
    level = np.repeat(mediator.mean(axis=-1)[..., None], PATIENTS, axis=-1)
    (found,) = mediation.estimate({"m": level}, end, intake, CASELOADS).values()
    assert math.isnan(found["within"])
    assert found["between"] == pytest.approx(0.8, abs=0.05)


def test_empty_slots_and_patients_who_never_came_count_for_nothing():
    mediator, end, intake = trial(np.random.default_rng(5))
    caseloads = CASELOADS.copy()
    caseloads[::2] = PATIENTS - 3
    mediator[:, 1::4, 0] = np.nan
    whole = mediation.estimate({"m": mediator}, end, intake, caseloads)["m"]
    end[:, ::2, PATIENTS - 3 :] = 1e6
    mediator[:, ::2, PATIENTS - 3 :] = 1e6
    assert mediation.estimate({"m": mediator}, end, intake, caseloads)["m"] == whole
    assert whole["between"] == pytest.approx(0.8, abs=0.1)


def test_too_few_therapists_give_no_estimate():
    shape = (2, 1, 3)
    few = mediation.estimate({"m": np.ones(shape)}, np.ones(shape), np.ones(shape), np.array([3]))
    assert math.isnan(few["m"]["indirect"])


def test_what_does_not_vary_has_no_slope():
    _, end, intake = trial(np.random.default_rng(6))
    still = np.full(end.shape, 0.25)
    found = mediation.estimate({"m": still}, end, intake, CASELOADS)["m"]
    assert found["moved"] == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(found["between"])
