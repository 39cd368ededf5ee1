"""The search for the smallest trial: nested luck, crossings, and the closed form."""

import math
from functools import cache

import numpy as np
import pytest
from scipy import special, stats

import sim
from sim.errors import ConfigurationError
from sim.study import afresh, crossing, search, sizes, verdicts
from sim.study.verdicts import EFFECT, FAILED, FOUND, MISSED
from sim.trial import design, linear, process

LINEAR = ("study=search", "generator=linear", "analysis=therapists", "design.baseline=false")
TINY = ("study=search", "setting.weeks=4", "setting.segments=2", "patients.per_therapist=3")


def power_of(therapists, patients, effect, icc):
    """Power of the t-test on means of equal caseloads: exact, by the noncentral t."""
    shift = effect / math.sqrt(4.0 * (icc + (1.0 - icc) / patients) / therapists)
    df = therapists - 2
    critical = stats.t.ppf(0.975, df)
    return 1.0 - special.nctdtr(df, shift, critical) + special.nctdtr(df, shift, -critical)


@cache
def searched(effect, icc, patients, budget=5_000_000):
    words = (f"generator.effect={effect}", f"generator.icc={icc}", f"budget={budget}")
    return search.search(sim.configure(*LINEAR, *words, f"patients.per_therapist={patients}"))


# ---- nested luck ---------------------------------------------------------------------------------


@pytest.mark.parametrize("generator", ["linear", "process"])
def test_a_smaller_trial_is_the_first_therapists_of_a_larger_one(generator):
    """To the last bit, whichever generator."""
    config = sim.configure(*TINY, f"generator={generator}", "therapists.n=12")
    simulated = {"linear": linear, "process": process}[generator].simulated
    large, small = (
        next(simulated(design.of(sizes.resized(config, "therapists", n)), 40)).batches[0]
        for n in (12, 6)
    )
    cut = sizes.first(large, 6)
    for name in ("arm", "outcome", "whole", "baseline", "clustered", "therapists"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(small, name))


def test_nested_luck_lowers_the_variance_of_a_difference_in_power_threefold():
    config = sim.configure(*LINEAR, "generator.effect=0.5", "therapists.n=20")
    codes = verdicts.of_trials(design.of(config), 0, 8000, therapists=[18, 20]).codes[EFFECT]
    hits = (codes == FOUND).astype(float)
    apart = hits[:, 0].var() + hits[:, 1].var()
    assert apart / (hits[:, 1] - hits[:, 0]).var() > 3.0


@pytest.mark.parametrize(
    ("words", "nested"),
    [
        ((), True),
        (("design.assignment=random",), True),
        (("design.block=4",), False),
        (("design=multicentre",), False),
        (("design=grepmair2007",), False),
        (("design.caseloads=drawn",), False),
    ],
)
def test_only_designs_whose_therapists_know_nothing_of_others_nest(words, nested):
    assert sizes.nests(design.of(sim.configure("study=search", *words))) == nested


def test_shares_stay_as_they_are():
    config = sim.configure("study=search", "design=grepmair2007")
    larger = design.of(sizes.resized(config, "therapists", 36))
    assert (larger.therapists, larger.trained, larger.patients_of_arms) == (36, 18, (122, 126))
    wider = design.of(sizes.resized(config, "patients", 14))
    assert wider.therapists == 18
    assert wider.patients == pytest.approx(2 * 124, abs=2)
    assert sizes.resized(config, "sessions", 24).setting.weeks == 12


# ---- crossings -----------------------------------------------------------------------------------


def test_power_crosses_between_two_sizes():
    """Where a z-test does, however far the sizes lie apart; and nowhere else."""
    at = np.array([10, 40, 90])
    exact = special.ndtr(0.5 * np.sqrt(at) - 1.96)
    curves = np.array([exact, [0.2, 0.3, 0.4], [0.85, 0.9, 1.0], [0.2, 0.8, 0.8], [0.0, 0.0, 1.0]])
    found = crossing.cross(at, curves, 0.8)
    wanted = ((1.96 + special.ndtri(0.8)) / 0.5) ** 2
    np.testing.assert_allclose(found[:4], [wanted, math.inf, 10.0, 40.0])
    assert 40.0 < found[4] < 90.0


def test_power_is_made_to_rise_and_what_falls_is_told():
    rng = np.random.default_rng(1)
    chance = rng.random((3000, 1))
    rising = np.where(chance < [0.3, 0.6, 0.8], FOUND, MISSED).astype(np.int8)
    falling = np.where(chance < [0.3, 0.8, 0.6], FOUND, MISSED).astype(np.int8)
    seen = crossing.curve(np.array([1, 2, 3]), rising, 0.7)
    np.testing.assert_allclose(seen.power, seen.raw)
    assert seen.crossing_low < seen.crossing < seen.crossing_high
    assert seen.fall == 0.0
    seen = crossing.curve(np.array([1, 2, 3]), falling, 0.7)
    assert (np.diff(seen.power) >= 0.0).all()
    assert seen.fall > search.FALLS


def test_a_failed_fit_is_no_trial_that_missed():
    codes = np.array([[FOUND], [FAILED], [MISSED], [FAILED]], np.int8)
    share, _ = crossing.resampled(codes)
    assert share[0] == verdicts.share(codes) == 0.5


# ---- the search ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "icc", "patients"), [(0.8, 0.05, 7), (0.5, 0.1, 8), (0.35, 0.05, 8)]
)
def test_the_number_of_therapists_is_that_of_the_closed_form(effect, icc, patients):
    """Within one therapist an arm, and the power told is that of trials simulated anew."""
    listed = range(4, 62, 2)
    exact = next(n for n in listed if power_of(n, patients, effect, icc) >= 0.8)
    found = searched(effect, icc, patients)
    (row,) = found.table("search").to_dict("records")
    assert abs(row["size"] - exact) <= 2
    assert row["low"] <= row["size"] <= row["high"]
    anew = afresh.share(found.table("fresh"), "effect")
    truth = power_of(int(row["size"]), patients, effect, icc)
    assert abs(anew.share - truth) < 4.0 * math.sqrt(truth * (1.0 - truth) / anew.trials)
    null = afresh.share(found.table("fresh"), "null")
    assert abs(null.share - 0.05) < 4.0 * math.sqrt(0.05 * 0.95 / null.trials)
    assert row["patients"] <= 5_000_000


def test_what_is_told_anew_shares_no_luck_with_the_search():
    used = searched(0.8, 0.05, 7).table("curve")["trials"].max()
    assert used < verdicts.FRESH


def test_the_budget_ends_or_the_interval_clears_the_target():
    wide, close = searched(0.35, 0.05, 8, 600_000), searched(0.35, 0.05, 8)
    rows = [one.table("search").iloc[0] for one in (wide, close)]
    assert rows[0]["ended"] == search.ENDED
    assert rows[0]["high"] - rows[0]["low"] > rows[1]["high"] - rows[1]["low"]
    assert searched(0.8, 0.05, 7).table("search")["ended"].item() == search.CLEARED


@pytest.mark.parametrize(
    ("words", "ended"),
    [
        (("sizes=[4,24]", "budget=600000"), search.OUT_OF_REACH),
        (("budget=100000",), search.NOT_MET),
    ],
)
def test_a_trial_that_is_not_to_be_had_is_said_so(words, ended):
    done = search.search(sim.configure(*LINEAR, "generator.effect=0.05", *words))
    (row,) = done.table("search").to_dict("records")
    assert row["ended"] == ended
    assert math.isinf(row["size"])


def test_a_search_over_patients_and_over_sessions():
    words = ("generator.effect=0.6", "generator.icc=0.02", "budget=1500000", "over=patients")
    (row,) = search.search(sim.configure(*LINEAR, *words)).table("search").to_dict("records")
    exact = next(m for m in range(2, 31) if power_of(18, m, 0.6, 0.02) >= 0.8)
    assert abs(row["size"] - exact) <= 1
    words = ("over=sessions", "sizes=[2,4]", "budget=60000", "therapists.n=4")
    curve = search.search(sim.configure(*TINY, *words)).table("curve")
    assert set(curve["size"]) <= {2, 3, 4}


def test_links_of_a_mediation_are_judged_beside_the_effect():
    words = ("design.mediator=wai_patient_mid", "sizes=[4,8]", "budget=20000")
    done = search.search(sim.configure(*TINY, *words))
    curve = done.table("curve")
    told = curve.pivot_table(index="size", columns="asked", values="raw")
    assert set(told) == {EFFECT, "first_link", "second_link", "both_links"}
    assert (told["both_links"] <= told[["first_link", "second_link"]].min(axis=1) + 1e-9).all()


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("target=1.2",), "target=1.2 is out of range: it takes a number from 0.01 to 0.99"),
        (("target=0",), "target=0 is out of range"),
        (("budget=0",), "budget=0 is out of range: it takes a whole number from 1"),
        (("budget=10",), "budget=10 is too small"),
        (("price.coffee=3",), "price.coffee does not exist"),
        (("price=cheap",), "price=cheap does not exist: it takes one of"),
        (("over=therapist",), "over=therapist is nothing that can be searched"),
        (("over=sessions", "generator=linear"), "over=sessions means nothing to generator=linear"),
        (("sizes=[9]",), "sizes=[9] will not do"),
        (("sizes=[8,8]",), "leaves nothing to search"),
        (("analysis=patients",), "forgets that patients share therapists"),
        (("analysis=mixd",), "analysis=mixd does not exist: it takes one of"),
        (("analysis=within_therapists",), "does not apply to such trials"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(words, said):
    with pytest.raises(ConfigurationError) as error:
        search.search(sim.configure("study=search", *TINY[1:], *words))
    assert said in str(error.value)
    assert "\n" not in str(error.value)
