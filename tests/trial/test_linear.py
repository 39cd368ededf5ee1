"""The linear generator against closed forms, and what an analysis is worth."""

import math
from functools import cache

import numpy as np
import pytest
from scipy import special, stats

import sim
from sim.study import implications
from sim.trial import answers, characteristics, design, implied, least_squares, linear
from sim.trial.characteristics import CONSERVATIVE, HOLDS, LIBERAL

TRIALS = 8192
LEVEL = 0.05


@cache
def planned(*words):
    words = ("study=power", "generator=linear", *words)
    return design.of(sim.configure(*words))


def batches(*words, many=TRIALS, **more):
    return [made.batches[0] for made in linear.simulated(planned(*words), many, **more)]


def means_test(*words, adjusted=False, many=TRIALS, **more):
    """The t-test on therapists' means, on many trials."""
    parts = [
        least_squares.of_therapists(batch.statistics(adjusted=adjusted))
        for batch in batches(*words, many=many, **more)
    ]
    return answers.Answers(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def noncentral_power(therapists, patients, effect, icc):
    """Power of the t-test on means of equal caseloads: exact, by the noncentral t."""
    variance = icc + (1.0 - icc) / patients
    shift = effect / math.sqrt(4.0 * variance / therapists)
    df = therapists - 2
    critical = stats.t.ppf(1.0 - LEVEL / 2, df)
    return 1.0 - special.nctdtr(df, shift, critical) + special.nctdtr(df, shift, -critical)


DESIGNS = [
    (therapists, patients, effect, icc)
    for therapists, patients in ((4, 10), (6, 5), (10, 7), (18, 7), (40, 3))
    for effect, icc in ((0.3, 0.02), (0.5, 0.05), (0.8, 0.15), (0.5, 0.4))
] + [(18, 7, 0.0, 0.05), (6, 20, 1.2, 0.1)]


def test_whoever_is_left_out_at_any_wave_by_plan_misses_one():
    (batch,) = batches("design.planned_missing=0.4", "design.planned_at=any", many=200)
    gone = np.isnan(batch.baseline), np.isnan(batch.outcome)
    np.testing.assert_allclose([one[batch.there].mean() for one in gone], 0.2, atol=0.01)
    assert not (gone[0] & gone[1])[batch.there].any()


# ---- closed forms --------------------------------------------------------------------------------


def test_power_is_that_of_the_noncentral_t():
    """Balanced designs: all within Monte Carlo error, and together no further off than chance."""
    z = []
    for therapists, patients, effect, icc in DESIGNS:
        found = means_test(
            f"therapists.n={therapists}",
            f"patients.per_therapist={patients}",
            f"generator.effect={effect}",
            f"generator.icc={icc}",
            many=1024,
        )
        exact = noncentral_power(therapists, patients, effect, icc)
        share = characteristics.rejections(found, LEVEL)
        z.append((share.share - exact) / math.sqrt(exact * (1.0 - exact) / share.trials))
    assert len(z) >= 20
    assert np.abs(z).max() < 3.7
    assert 0.25 < np.mean(np.square(z)) < 2.2


def test_estimates_are_unbiased_and_their_intervals_cover():
    found = means_test("generator.effect=0.4", "generator.icc=0.1")
    told = characteristics.describe(found, 0.4, 0.0, LEVEL)
    assert told["bias_low"] < 0.0 < told["bias_high"]
    assert told["coverage_low"] < 0.95 < told["coverage_high"]
    assert told["spread"] == pytest.approx(math.sqrt(4 * (0.1 + 0.9 / 7) / 18), rel=0.03)
    assert told["mean_se"] == pytest.approx(told["spread"], rel=0.05)
    assert told["failed"] == 0.0


def test_adjusting_for_baseline_helps_as_the_correlation_says():
    words = ("generator.effect=0", "generator.icc=0", "generator.baseline_correlation=0.7")
    raw, adjusted = (means_test(*words, adjusted=way).estimate.var() for way in (False, True))
    # Slopes are estimated from 18 means, with 15 degrees of freedom left.
    assert adjusted / raw == pytest.approx((1 - 0.49) * 15 / 14, rel=0.08)


def test_trials_have_the_numbers_they_were_told():
    words = ("generator.icc=0.2", "generator.baseline_correlation=0.6", "generator.effect=0.5")
    sums = implied.joined([implied.sums(batch) for batch in batches(*words)])
    icc = sums.between.mean() / (sums.between + sums.within).mean()
    assert icc == pytest.approx(0.2, abs=0.01)
    correlation = sums.sxy.sum() / math.sqrt(sums.sxx.sum() * sums.syy.sum())
    assert correlation == pytest.approx(0.6, abs=0.005)
    assert implications.spread(sums) == pytest.approx(1.0, abs=0.01)


def test_outcomes_are_missing_at_random_as_often_as_told():
    parts = batches("generator.dropout=0.2", "design.patient_loss=0.1", many=1024)
    there = np.concatenate([batch.there for batch in parts])
    missing = np.concatenate([np.isnan(batch.outcome) for batch in parts])[there]
    assert missing.mean() == pytest.approx(1 - 0.8 * 0.9, abs=0.005)
    whole = np.concatenate([batch.whole for batch in parts])[there]
    assert whole[missing].mean() == pytest.approx(whole[~missing].mean(), abs=0.02)


def test_nothing_hangs_on_the_blocks():
    whole = np.concatenate([batch.outcome for batch in batches(many=linear.BLOCK + 40)])
    (rest,) = batches(many=10, first_replicate=linear.BLOCK + 5)
    np.testing.assert_array_equal(rest.outcome, whole[linear.BLOCK + 5 : linear.BLOCK + 15])


def test_nothing_pairs_the_arms():
    words = ("generator.icc=0.3",)
    parts = batches(*words, many=4096)
    arm, whole = (np.concatenate([getattr(b, name) for b in parts]) for name in ("arm", "whole"))
    arms = [np.nanmean(np.where(arm == one, whole, np.nan), axis=(1, 2)) for one in (0, 1)]
    assert abs(np.corrcoef(*arms)[0, 1]) < 4.0 / math.sqrt(4096)
    # The same draws are behind both worlds, but for the effect that was assumed.
    null = batches("generator.effect=0.4", many=64, null=True)[0]
    effect = batches("generator.effect=0.4", many=64)[0]
    shift = (effect.whole - null.whole)[effect.there]
    np.testing.assert_allclose(shift, 0.4 * effect.arm[effect.there], atol=1e-12)


# ---- what an analysis is worth -------------------------------------------------------------------


@pytest.mark.parametrize("hits", [0, 1, 37, 99, 100])
def test_wilson_is_the_interval_of_the_score_test(hits):
    """Its ends are the shares that the score test would just not reject."""
    found = characteristics.wilson(hits, 100)
    for end in (found.low, found.high):
        if 0.0 < end < 1.0:
            z = (found.share - end) / math.sqrt(end * (1.0 - end) / 100)
            assert abs(z) == pytest.approx(characteristics.QUANTILE)
    assert 0.0 <= found.low <= found.share <= found.high <= 1.0


def test_size_is_missed_only_beyond_chance_and_by_what_matters():
    def verdict(hits, trials):
        return characteristics.size_holds(characteristics.wilson(hits, trials), LEVEL)

    assert verdict(500, 10_000) == HOLDS
    assert verdict(545, 10_000) == HOLDS  # by less than a tenth of the level
    assert verdict(60, 1000) == HOLDS  # by chance
    assert verdict(600, 10_000) == LIBERAL
    assert verdict(400, 10_000) == CONSERVATIVE
    assert verdict(0, 0) == characteristics.OPEN


def answer(estimate, se, failure=None):
    estimate, se = np.array(estimate, float), np.array(se, float)
    failure = np.zeros(len(estimate), np.int8) if failure is None else np.array(failure, np.int8)
    return answers.of_estimates(estimate, se, np.full(len(estimate), 1e6), failure)


def test_type_m_and_type_s_are_of_the_significant_ones():
    found = answer(20 * [3.0, -3.0, 5.0, 0.5], 80 * [1.0])
    told = characteristics.describe(found, 1.0, 0.0, LEVEL)
    assert told["power"] == 0.75
    assert told["type_s"] == pytest.approx(1 / 3)
    assert told["type_m"] == pytest.approx(11 / 3)
    assert told["coverage"] == 0.25  # only the last interval holds 1
    unknown = characteristics.describe(found, 1.0, 0.5, LEVEL)
    few = characteristics.describe(answer(10 * [3.0, -3.0, 5.0, 0.5], 40 * [1.0]), 1.0, 0.0, LEVEL)
    assert math.isnan(few["type_s"])
    assert math.isnan(few["type_m"])
    assert few["coverage"] == 0.25
    assert math.isnan(unknown["type_s"])
    assert math.isnan(unknown["type_m"])


def test_a_failed_fit_is_failed_and_not_insignificant():
    found = answer([3.0, 3.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0, 0, 0, 4])
    told = characteristics.describe(found, 3.0, 0.0, LEVEL)
    assert told["power"] == pytest.approx(2 / 3)
    assert told["failed"] == 0.25
    nothing = answer([1.0], [1.0], [4])
    assert math.isnan(characteristics.describe(nothing, 1.0, 0.0, LEVEL)["power"])
