"""What knowing is worth: against worked answers, and never feigned by noise."""

import numpy as np
import pytest
from scipy import stats

from sim.sensitivity import information
from sim.sensitivity.information import polynomials

WORLDS = 4096


@pytest.fixture(scope="module")
def worlds():
    u = stats.qmc.Sobol(3, rng=np.random.default_rng(2)).random(WORLDS)
    return u, stats.norm.ppf(u)


def worth(values, u):
    return information.worth(values, information.predicted(values, u))


def gain(mean, sd):
    """The worth of knowing a normal value before taking it or leaving it."""
    return mean * stats.norm.cdf(mean / sd) + sd * stats.norm.pdf(mean / sd) - max(0.0, mean)


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.8])
def test_worth_of_one_number_and_of_two(worlds, mean):
    u, z = worlds
    luck = stats.norm.rvs(size=WORLDS, random_state=1)
    take = mean + 1.0 * z[:, 0] + 0.6 * z[:, 1] + 0.5 * luck
    values = np.stack([np.zeros(WORLDS), take], axis=1)
    one, both = worth(values, u[:, :1]), worth(values, u[:, :2])
    assert one.value == pytest.approx(gain(mean, 1.0), abs=0.03 + 2.0 * one.error)
    assert both.value == pytest.approx(gain(mean, np.hypot(1.0, 0.6)), abs=0.03 + 2.0 * both.error)


def test_noise_feigns_no_worth(worlds):
    u, _ = worlds
    luck = stats.norm.rvs(size=(WORLDS, 3), random_state=4)
    found = worth(luck, u)
    assert found.value < 3.0 * found.error


def test_what_changes_no_choice_is_worth_nothing(worlds):
    u, z = worlds
    values = np.stack([np.zeros(WORLDS), 10.0 + z[:, 0]], axis=1)
    assert worth(values, u[:, :1]).value == 0.0


def test_numbers_that_only_act_together_are_worth_something_together(worlds):
    u, _ = worlds
    x = 2.0 * u - 1.0
    values = np.stack([np.zeros(WORLDS), x[:, 0] * x[:, 1]], axis=1)
    assert worth(values, u[:, :1]).value < 0.02
    assert worth(values, u[:, :2]).value == pytest.approx(0.125, abs=0.01)


def test_terms_are_few_where_worlds_are_few():
    u = np.random.default_rng(1).random((64, 8))
    assert polynomials(u).shape == (64, 9)


def test_a_cost_may_be_taken_off_afterwards(worlds):
    u, z = worlds
    values = np.stack([np.zeros(WORLDS), 0.3 + z[:, 0]], axis=1)
    cost = np.array([0.0, 0.7])
    shifted = information.predicted(values, u[:, :2]) - cost
    np.testing.assert_allclose(shifted, information.predicted(values - cost, u[:, :2]), atol=1e-9)
