"""Estimators on data whose answer is known."""

import math

import numpy as np
import pytest

from sim.calibration import estimators, gains

CHANCE = np.random.default_rng(11)


def normal(*shape):
    return CHANCE.standard_normal(shape)


def test_shares_medians_and_ratios_of_a_handful():
    x = np.array([[[1.0, 2.0, np.nan], [3.0, 4.0, 10.0]]])
    assert estimators.mean(x) == pytest.approx(4.0)
    assert estimators.share(x, low=3.0) == pytest.approx(0.6)
    assert estimators.ratio(x, np.where(np.isnan(x), np.nan, 2.0)) == pytest.approx(2.0)
    assert estimators.remission(x, x - 2.0, cut=2.0) == pytest.approx(0.5)
    moved = np.array([[[1.0, 0.0, 5.0], [2.0, 0.0, 0.0]]])
    assert estimators.reliable_change(x, x + moved, 1.0) == pytest.approx(0.4)
    assert estimators.reliable_change(x, x - moved, -1.0) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("numbers", "middle"), [([4.0, 4.0, 4.0], 4.0), ([4.0, 5.0], 4.5), ([1.0, 2.0, 2.0, 9.0], 2.0)]
)
def test_a_median_of_whole_numbers_is_smoothed(numbers, middle):
    assert estimators.median(np.array([[numbers]])) == pytest.approx(middle)


def test_a_correlation_is_numpys_and_leaves_out_who_has_no_value():
    x, y = normal(3, 5, 40), normal(3, 5, 40)
    y += 0.7 * x
    x[:, 0, :7] = np.nan
    there = ~np.isnan(x)
    wanted = [np.corrcoef(x[i][there[i]], y[i][there[i]])[0, 1] for i in range(3)]
    assert estimators.correlation(x, y) == pytest.approx(wanted)
    assert estimators.correlation(x, y, sign=-1.0) == pytest.approx(np.negative(wanted))
    assert estimators.disattenuated(x, y, 0.64, 0.25) == pytest.approx(np.array(wanted) / 0.4)


def test_a_partial_correlation_is_that_of_the_textbook():
    x, y, z = normal(1, 1, 500), normal(1, 1, 500), normal(1, 1, 500)
    x, y = x + z, y - z + 0.3 * x
    (xy, xz, yz) = (estimators.correlation(*pair) for pair in ((x, y), (x, z), (y, z)))
    wanted = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert estimators.correlation(x, y, given=z) == pytest.approx(wanted)


def test_several_raters_are_taken_one_by_one():
    x, y = normal(2, 4, 30), normal(2, 4, 30)
    both = np.stack([x, -x], axis=-1)
    assert estimators.correlation(both, y) == pytest.approx([0.0, 0.0])
    noisy = np.stack([x + normal(2, 4, 30), x], axis=-1)
    one = [estimators.correlation(noisy[..., i], y) for i in range(2)]
    assert estimators.correlation(noisy, y) == pytest.approx(np.mean(one, axis=0))


@pytest.mark.parametrize("known", [0.0, 0.05, 0.3])
def test_a_share_of_variance_comes_back(known):
    x = math.sqrt(known) * normal(200, 60, 1) + math.sqrt(1 - known) * normal(200, 60, 12)
    x[:, :20, 6:] = np.nan  # caseloads differ
    found = estimators.therapist_share(x)
    assert found.mean() == pytest.approx(known, abs=0.006)


def test_a_share_of_variance_leaves_out_what_a_covariate_predicts():
    therapist, severity = 0.5 * normal(100, 60, 1), normal(100, 60, 12)
    x = therapist + 2.0 * severity + normal(100, 60, 12)
    assert estimators.therapist_share(x, given=severity).mean() == pytest.approx(0.2, abs=0.015)
    assert estimators.therapist_share(x).mean() == pytest.approx(0.25 / 5.25, abs=0.015)


def test_one_session_generalises_as_far_as_patients_differ_lastingly():
    x = math.sqrt(0.77) * normal(50, 20, 15, 1) + math.sqrt(0.23) * normal(50, 20, 15, 8)
    x += np.arange(8.0)  # everybody rises alike
    x[:, :5, :3, 5:] = np.nan  # some have ended
    assert estimators.generalisability(x, 4).mean() == pytest.approx(0.77, abs=0.01)


def test_averaging_ratings_raises_their_correlation_as_spearman_and_brown_say():
    level = normal(60, 30, 20)
    x = level[..., None] + 0.6 * normal(60, 30, 20, 6)
    y, given = 0.4 * level + normal(60, 30, 20), normal(60, 30, 20)
    r = 0.4 / math.sqrt(0.16 + 1.0)
    wanted = r / math.sqrt(1.0 + 0.09) - r / math.sqrt(1.0 + 0.36)
    found = estimators.correlation_gain(x, y, given, several=4)
    assert found.mean() == pytest.approx(wanted, abs=0.005)


def test_a_cross_lag_comes_back_and_none_is_found_where_there_is_none():
    people, sessions = (8, 40, 25), 60
    x, y = np.zeros((*people, sessions)), np.zeros((*people, sessions))
    for t in range(1, sessions):
        x[..., t] = 0.4 * x[..., t - 1] + normal(*people)
        y[..., t] = 0.4 * y[..., t - 1] - 0.2 * x[..., t - 1] + normal(*people)
    x, y = x + 3.0 * normal(*people, 1), y - 0.05 * np.arange(sessions)
    there = estimators.cross_lag(x, y)
    back = estimators.cross_lag(y, x)
    sd_x, sd_y = x[..., 9:].std(axis=-1).mean(), (y - y.mean(axis=(1, 2), keepdims=True)).std()
    assert there.mean() == pytest.approx(-0.2 * sd_x / sd_y, abs=0.02)
    assert back.mean() == pytest.approx(0.0, abs=0.02)
    beyond = estimators.cross_lag(x, y, given=x + 0.01 * normal(*people, sessions))
    assert abs(beyond.mean()) < 0.5  # what is the same says nothing beyond itself, but is computed


def test_gaps_and_changes_are_in_standard_deviations():
    x = normal(2, 50, 50)
    assert estimators.standardised_gap(x + 0.63, normal(2, 50, 50)) == pytest.approx(0.63, abs=0.06)
    assert estimators.pre_post(2.0 * x, 2.0 * x - 1.0) == pytest.approx(0.5, abs=0.02)
    ending = np.where(normal(2, 50, 50) > 0.8, 3, 1)
    gap = estimators.gap_by_ending(np.where(ending == 3, x - 0.5, x), ending)
    assert gap == pytest.approx(0.5, abs=0.15)
    only = estimators.pre_post(x, np.where(ending == 3, 99.0, x - 1.0), ending)
    assert only == pytest.approx(1.0, abs=0.05)


def test_half_are_improved_after_the_session_at_which_they_are():
    pre = np.zeros((1, 1, 4))
    x = np.zeros((1, 1, 4, 6))
    x[0, 0, 0, 1:] = -1.0  # one improves after two sessions
    x[0, 0, 1, 3:] = -1.0  # one after four, and half are improved
    x[0, 0, 2, 2:] = np.nan  # one has ended unimproved
    assert estimators.session_of_improvement(x, pre, 1.0) == pytest.approx(4.0)
    assert estimators.session_of_improvement(x, pre, 1.5) == pytest.approx(7.0)


def test_a_sudden_gain_is_large_and_stands_out():
    x = np.full((1, 1, 3, 10), 5.0) + 0.01 * normal(1, 1, 3, 10)
    x[0, 0, 0, 5:] = 1.0 + 0.01 * normal(5)
    x[0, 0, 1] = np.linspace(5.0, 1.0, 10)  # as much, but step by step
    assert estimators.sudden_gains(x, large=1.0) == pytest.approx(1.0 / 3.0)


def test_gains_of_therapists_are_compared_between_arms():
    pre = normal(4, 3, 400)
    post = pre + 0.3 * normal(4, 3, 400)
    post[:, 1] += 0.5
    assert gains.gain_between(pre, post, 1, 0) == pytest.approx(0.5, abs=0.1)
    assert gains.gain_within(pre, post, 1) == pytest.approx(0.5, abs=0.1)
    assert gains.relative_gain(pre + 10.0, post + 10.0, 1, 0) == pytest.approx(0.05, abs=0.01)
    null = gains.significant_studies(pre, post, 2, 0, therapists=10)
    some = gains.significant_studies(pre, post, 1, 0, therapists=10)
    assert null.mean() < 0.12
    assert some.mean() > 0.8
    minutes = np.abs(normal(4, 3, 400))
    post[:, 1] += minutes[:, 1]
    assert (gains.correlation_in_arm(minutes, pre, post, 1) > 0.8).all()
    assert gains.mean_in_arm(minutes, 1, over=2.0, lowest=0.0) == pytest.approx(0.4, abs=0.06)


def test_acts_are_counted_by_the_session_in_two_groups_of_therapists():
    by = np.array([[-1.0, 0.0, 1.0]])
    acts = np.array([[[6.0, 0.0], [50.0, 50.0], [1.0, 1.0]]])
    assert estimators.rate_ratio(acts, np.full_like(acts, 10.0), by) == pytest.approx(3.0)
    assert estimators.therapist_correlation(acts, -by) == pytest.approx(0.02, abs=0.05)
