"""Where the sign turns: a corner that was put there is found."""

import numpy as np
import pytest

from sim.sensitivity import regions


@pytest.fixture(scope="module")
def u():
    return np.random.default_rng(1).random((4000, 6))


def test_a_corner_of_two_is_found(u):
    benefit = np.where((u[:, 1] < 0.25) & (u[:, 4] >= 0.5), -1.0, 1.0)
    found = regions.worst(u, benefit)
    (best,) = [r for r in found if len(r.sides) == 2][:1]
    assert {(s.column, s.high, s.at) for s in best.sides} == {(1, False, 0.25), (4, True, 0.5)}
    assert best.harmed == best.of_all == 1.0
    assert best.share == pytest.approx(0.125, abs=0.02)
    (single, *_) = found
    assert [(s.column, s.high) for s in single.sides] == [(1, False)]


def test_noise_makes_no_corner_much_worse_than_all(u):
    benefit = np.random.default_rng(2).normal(size=len(u))
    assert all(region.low < 0.6 for region in regions.worst(u, benefit))


def test_a_case_or_two_make_no_corner(u):
    benefit = np.ones(len(u))
    benefit[np.flatnonzero((u[:, 1] < 0.25) & (u[:, 4] >= 0.75))[:8]] = -1.0
    harmed = regions.everywhere(benefit)
    assert harmed.cases == 8
    assert all(region.cases >= regions.FEWEST for region in regions.worst(u, benefit))
    benefit[:] = 1.0
    benefit[np.flatnonzero(u[:, 1] < 0.25)[:4]] = -1.0
    assert regions.worst(u, benefit) == []


def test_without_harm_there_is_no_corner(u):
    assert regions.worst(u, np.ones(len(u))) == []
    assert regions.everywhere(np.ones(len(u))).harmed == 0.0


def test_shares_are_counted(u):
    benefit = u[:, 0] - 0.3
    region = regions.everywhere(benefit)
    assert region.harmed == pytest.approx(0.3, abs=0.03)
    assert region.low < region.harmed < region.high
    assert (region.share, region.of_all) == (1.0, 1.0)
    assert region.size == pytest.approx(0.15, abs=0.01)
    assert region.mean == pytest.approx(0.2, abs=0.02)
