"""Draws inside analyses have addresses, and the distributions they say."""

import dataclasses

import pytest
from scipy import stats

import sim
from sim import draws
from sim.trial import chance, design, linear, lots, panel


@pytest.mark.parametrize("free", [2.0, 3.0, 120.0])
def test_chi_square_is_one(free):
    found = [lots.chi_square(lots.Moment(1, trial, 0), 5, free) for trial in range(4000)]
    assert stats.kstest(found, stats.chi2(free).cdf).pvalue > 1e-4


def test_a_normal_number_is_the_one_at_its_address():
    word, _, _, _ = draws.words(3, 7, 2, 4, 9, chance.IMPUTED_PATIENT)
    at = lots.Moment(3, 7, 9)
    assert lots.normal(at, chance.IMPUTED_PATIENT, 2, 4) == pytest.approx(draws.normal(word))


def test_the_seed_of_the_luck_reaches_what_is_imputed():
    def seen(*words):
        assumed = ("study=power", "generator=linear", "generator.dropout=0.3", "therapists.n=6")
        (made,) = linear.simulated(design.of(sim.configure(*assumed, *words)), 8)
        return made.batches[0]

    one, other = seen("seed.luck=1"), seen("seed.luck=2")
    assert panel.trials(one).luck != panel.trials(other).luck
    # The same patients, by another luck of the analysis alone.
    again = dataclasses.replace(one, luck=2)
    first, second = (panel.run("imputed", panel.trials(made)) for made in (one, again))
    assert (first.estimate != second.estimate).all()
