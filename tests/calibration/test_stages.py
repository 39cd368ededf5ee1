"""The whole calibration, on a toy."""

import dataclasses

import numpy as np
import pytest

from sim.calibration import goals, identification, stages
from sim.calibration.space import Space, normal
from sim.calibration.targets import targets
from sim.errors import AnalysisError
from sim.extent import Extent
from sim.study.calibrate import stages_of

SPACE = Space(("a", "b", "c", "weak", "idle", "held"), frozenset({"held"}))
SLOPES = np.zeros((6, 4))
SLOPES[0, 0], SLOPES[1, 1], SLOPES[2, 2], SLOPES[5, 0] = 1.0, 1.0, 1.0, 0.2
SLOPES[3, 3] = 0.5
SMALL = Extent(
    trajectories=4, fitted=3, worlds=1024, nearer=512, core=512, share=0.3, sets=128,
    candidates=32, truths=100, fits=2, generations=10, repeats=2, fresh=16,
)  # fmt: skip


def simulate(u, first, progress=None):
    numbers = np.arange(first, first + len(u))[:, None] * 4 + np.arange(4)
    luck = np.sin(numbers * 12.9898) * 43758.5453
    if progress is not None:
        progress(len(u))
    return normal(u) @ SLOPES + 0.1 * (luck - np.floor(luck) - 0.5)


PROBLEM = stages.Problem(
    SPACE,
    goals.Goals(
        ("one", "two", "three", "reported"),
        np.array([0.3, -0.8, -0.2, 5.0]),
        np.array([0.8, -0.3, 0.3, 6.0]),
        np.array([0.5, -0.6, 0.0, 5.5]),
        np.zeros(4),
    ),
    np.array([0, 1, 2]),
    simulate,
)


@pytest.fixture(scope="module")
def done():
    return stages.calibrate(PROBLEM, SMALL)


def test_what_moves_a_target_is_fitted_and_nothing_else(done):
    assert set(done.screening.fitted) == {"a", "b", "c"}
    assert set(done.identified.finding) == {identification.PINNED_DOWN}
    inside = PROBLEM.goals.inside(done.calibrated.statistics)
    assert inside[:3].all()
    assert not inside[3]


def test_what_is_not_fitted_keeps_its_prior(done):
    others = [SPACE.names.index(name) for name in ("weak", "idle", "held")]
    assert done.sets[:, others].mean(axis=0) == pytest.approx(np.full(3, 0.5), abs=0.1)
    assert done.sets[:, others].std(axis=0) == pytest.approx(np.full(3, 0.29), abs=0.05)
    assert (done.calibrated.u[others] == 0.5).all()


def test_the_posterior_predicts_what_it_was_fitted_to(done):
    predicted = done.predicted[:, :3].mean(axis=0)
    assert predicted == pytest.approx(PROBLEM.goals.evidence[:3], abs=0.1)


def test_it_repeats_to_the_last_bit_and_tells_of_every_stage(done):
    told = set()
    again = stages.calibrate(PROBLEM, SMALL, lambda stage, _done, _all: told.add(stage))
    assert len(told | {"headline", "profile"}) == stages_of(SMALL)
    assert np.array_equal(again.sets, done.sets)
    assert np.array_equal(again.calibrated.u, done.calibrated.u)
    assert np.array_equal(again.fits[0].u, done.fits[0].u)


def test_the_calibrated_world_misses_little_is_usual_and_lies_in_the_middle():
    sets = np.tile(np.linspace(0.2, 0.6, 101)[:, None], 2)
    candidates = np.array([[0.4, 0.4], [0.3, 0.3], [0.35, 0.41], [0.5, 0.5], [0.4, 0.9]])
    missed = np.array([[0, 3], [0, 1], [0, 1], [0, 1], [0, 1]])
    assert stages.choose(missed, candidates, sets) == 2
    assert stages.choose(missed[[0, 4]], candidates[[0, 4]], sets) == 1, (
        "misses before what is usual"
    )
    assert stages.choose(missed[[4, 3]], candidates[[4, 3]], sets) == 1, "then what is usual"
    vital = np.array([[1, 1], [0, 3]])
    assert stages.choose(vital, candidates[[1, 4]], sets) == 1, "what comes first before all"


def test_what_comes_first_is_fitted():
    calibrated = {target.name for target in targets() if target.use == "calibrate"}
    assert calibrated >= stages.FIRST


def test_nothing_to_fit_is_said():
    idle = dataclasses.replace(PROBLEM, fitted=np.array([3]))
    held = dataclasses.replace(idle, space=Space(SPACE.names, frozenset(SPACE.names)))
    with pytest.raises(AnalysisError, match="nothing to calibrate"):
        stages.calibrate(held, SMALL)
