"""Mediation of the 2-1-1 kind finds what is between therapists, and only that."""

import numpy as np
import pytest

from sim.trial import mediation, reml, statistics


def trials(a=0.5, b=0.6, within=0.2, direct=0.1, many=300, seed=1):
    """Make trials up in which the therapist's part of the mediator carries the effect."""
    rng = np.random.default_rng(seed)
    shape = (many, 24, 10)
    arm = np.broadcast_to((np.arange(24) % 2)[None, :, None], shape).astype(float)
    between = a * arm + 0.4 * rng.normal(size=(many, 24, 1))
    inside = rng.normal(size=shape)
    inside -= inside.mean(axis=2, keepdims=True)
    outcome = direct * arm + b * between + within * inside
    outcome = outcome + 0.2 * rng.normal(size=(many, 24, 1)) + 0.7 * rng.normal(size=shape)
    values = np.stack([arm, between + inside, outcome], axis=-1)
    return statistics.of_values(values, ("arm", "alliance", "outcome"))


@pytest.fixture(scope="module")
def found():
    return mediation.mediate(trials(), "alliance")


def test_every_path_is_found(found):
    paths = {"a": 0.5, "b": 0.6, "direct": 0.1, "within": 0.2}
    for name, truth in paths.items():
        estimates = getattr(found, name).estimate
        error = estimates.std() / np.sqrt(len(estimates))
        assert abs(estimates.mean() - truth) < 4 * error, name
    np.testing.assert_allclose(found.indirect, found.a.estimate * found.b.estimate)
    np.testing.assert_allclose(found.p_joint, np.maximum(found.a.p, found.b.p))
    assert not found.failed.any()


def test_total_is_direct_plus_indirect():
    """With even caseloads the arm's whole effect is c' + a b exactly, as in any regression."""
    given = trials(many=40)
    found = mediation.mediate(given, "alliance")
    total = reml.fit(given.select("outcome")).estimate
    np.testing.assert_allclose(found.direct.estimate + found.indirect, total, atol=1e-9)


def test_the_interval_covers(found):
    covered = (found.low < 0.3) & (found.high > 0.3)
    assert 0.91 < covered.mean() < 0.99


def test_joint_significance_is_rare_where_one_path_is_closed():
    for closed in ({"a": 0.0}, {"b": 0.0}, {"a": 0.0, "b": 0.0}):
        found = mediation.mediate(trials(**closed, seed=3), "alliance", way="between_within")
        assert (found.p_joint < 0.05).mean() < 0.1, closed


def test_the_mediator_has_to_be_there():
    with pytest.raises(ValueError, match="presence is none of the covariates"):
        mediation.mediate(trials(many=2), "presence")


def test_the_interval_is_drawn_by_address():
    given = trials(many=6)
    whole = mediation.mediate(given, "alliance", luck=4, first_trial=10)
    part = mediation.mediate(given.part(slice(2, 5)), "alliance", luck=4, first_trial=12)
    np.testing.assert_array_equal(part.low, whole.low[2:5])
    other = mediation.mediate(given, "alliance", luck=5, first_trial=10)
    assert (other.low != whole.low).all()
