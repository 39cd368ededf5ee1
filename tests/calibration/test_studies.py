"""Virtual studies: a set of parameters has the same answers wherever it is lived."""

import numpy as np
import pytest

from sim.calibration import studies
from sim.calibration.columns import Lived
from sim.calibration.ratings import DERIVED
from sim.calibration.targets import targets
from sim.engine import blocks, run
from sim.parameters import Parameters

SIZE = 0.1
NAMES = [target.name for target in targets()]
FITTED = np.array([target.use == "calibrate" for target in targets()])


@pytest.fixture(scope="module")
def sets():
    values = [{}, {"climate_spread": 1.0}, {"transfer": 0.0}, {"remission": 1.0}]
    return blocks.parameter_array([Parameters(v) for v in values])


@pytest.fixture(scope="module")
def answers(sets):
    return studies.statistics(sets, size=SIZE, seed=3, first=7)


def test_every_statistic_that_is_fitted_is_a_number(sets, answers):
    assert answers.shape == (len(sets), len(targets()))
    missing = np.array(NAMES)[~np.isfinite(answers).all(axis=0) & FITTED]
    assert not len(missing), missing


def test_a_part_of_the_sets_gives_the_same_rows(sets, answers):
    again = studies.statistics(sets[2:], size=SIZE, seed=3, first=9)
    np.testing.assert_array_equal(again, answers[2:])


def test_blocks_are_no_part_of_the_address(sets, answers, monkeypatch):
    monkeypatch.setattr(studies, "AT_ONCE", 3)
    again = studies.statistics(sets, size=SIZE, seed=3, first=7)
    np.testing.assert_array_equal(again, answers)


def test_seed_and_number_are_part_of_the_address(sets, answers):
    for other in ({"seed": 4, "first": 7}, {"seed": 3, "first": 8}):
        assert not np.array_equal(studies.statistics(sets[:1], size=SIZE, **other), answers[:1])


def test_no_statistic_of_the_fit_knows_whether_training_reaches_the_room():
    """The rule once more, from outside: transfer moves no statistic that is fitted."""
    values = [{"transfer": share, "costs": 0.0} for share in (0.0, 1.0)]
    none, full = (
        studies.statistics(blocks.parameter_array([Parameters(v)]), size=SIZE) for v in values
    )
    assert np.array_equal(none[:, FITTED], full[:, FITTED])


def test_parameters_move_what_they_should(answers):
    waiting = answers[:, NAMES.index("effect_of_waiting")]
    assert waiting[3] > waiting[0] + 0.1


def test_ratings_are_as_valid_as_the_parameters_say():
    """An empathy that is rated without error is the attunement itself; with error it is less."""
    config = studies.composed("outpatients", 0.2, 1)
    valid = {"empathy_client_validity": 1.0, "empathy_reliability": 1.0}
    half = {"empathy_client_validity": 0.5, "empathy_reliability": 0.5}
    sets = blocks.parameter_array([Parameters(valid), Parameters(half)])
    arms = config.study_arms()[:1]
    block = next(iter(run(config, 2, "patients", parameters=sets, arms=arms)))
    lived = Lived(block, sets, 1)
    rating = DERIVED["empathy_client"].make(lived)[..., 0]
    felt = lived.written("patients", "felt_attunement")
    found = [np.corrcoef(rating[i].ravel(), felt[i].ravel())[0, 1] for i in range(2)]
    assert found == pytest.approx([1.0, 0.5], abs=0.1)
