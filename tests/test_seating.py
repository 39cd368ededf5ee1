"""Seating: who sits where decides who is lived, and nothing else."""

import numpy as np
import pytest

import sim
from sim import course, engine
from sim.engine import seating
from sim.schema import SLOTS

SMALL = ("therapists.n=4", "patients.per_therapist=3", "setting.weeks=6", "setting.segments=3")


@pytest.fixture(scope="module")
def config():
    return sim.configure(*SMALL, "training=mbsr", "setting.follow_up_weeks=2", "seed=3")


@pytest.fixture(scope="module")
def usual(config):
    return next(engine.run(config, 2, "patients"))


def patients(config, seats, replicates=2):
    return next(engine.run(config, replicates, "patients", seating=seats)).table("patients")


def test_the_usual_seating_is_that_of_the_configuration(config, usual):
    again = patients(config, seating.of(config, config.study_arms()))
    table = usual.table("patients")
    assert table.keys() == again.keys()
    for name, values in table.items():
        np.testing.assert_array_equal(values, again[name], err_msg=name)


def test_a_value_depends_on_who_sits_there_and_not_where(config, usual):
    """Replicate 1 sits in another order; its people live the same lives."""
    plain = seating.of(config, config.study_arms())
    turned = [np.concatenate([array, array[:, :, ::-1]]) for array in plain[:-1]]
    found = patients(config, seating.Seating(*turned, lucks=plain.lucks))
    table = usual.table("patients")
    for name, values in table.items():
        orders = [
            np.lexsort((one["patient"], one["arm"], one["replicate"])) for one in (table, found)
        ]
        np.testing.assert_array_equal(values[orders[0]], found[name][orders[1]], err_msg=name)


def test_arms_programmes_and_caseloads_may_differ_by_seat(config):
    plain = seating.of(config, config.study_arms()[:1])
    programmes = np.array([[[0, 1, 1, 0]]])
    caseloads = np.array([[[1, 3, 2, 1]]])
    seats = plain._replace(programmes=programmes, caseloads=caseloads)
    block = next(engine.run(config, 2, "patients", seating=seats))
    practised = block.rows.patients.shape, block.table("therapists")["practice_minutes"]
    assert practised[0] == (2, 1, 4, 3)
    assert ((practised[1] > 0).reshape(2, 4) == (programmes[0, 0] == 0)).all()
    table = block.table("patients")
    assert len(table["patient"]) == 2 * 7
    assert (table["patient"] // SLOTS == table["therapist"]).all()
    assert (block.table("trials")["patients"] == 7).all()
    assert (block.table("trials")["caseload_squares"] == 15).all()


def test_a_therapist_who_leaves_ends_the_treatments(config):
    plain = seating.of(config, config.study_arms()[:1])
    seats = plain._replace(departures=np.array([[[1, 2, seating.NEVER, seating.NEVER]]]))
    table = patients(config, seats)
    left = course.ENDINGS.index("therapist_left")
    gone = table["therapist"] == 0
    assert (table["ending"][gone] == left).all()
    assert (table["sessions_attended"][gone] == 1).all()
    second = table["therapist"] == 1
    assert (table["sessions_attended"][second] <= 2).all()
    assert (table["ending"][table["therapist"] > 1] != left).all()
    assert not np.isnan(table["symptom_severity_followup"]).any()


def test_another_luck_changes_what_happens_and_not_who_there_is(config):
    plain = seating.of(config, config.study_arms("same"))
    same = plain._replace(programmes=np.zeros_like(plain.programmes))
    other = same._replace(lucks=same.lucks + np.array([0, 1]))
    for seats, equal in ((same, True), (other, False)):
        table = patients(config, seats)
        arms = [{k: v[table["arm"] == arm] for k, v in table.items()} for arm in (0, 1)]
        np.testing.assert_array_equal(*(arm["symptom_severity_pre"] for arm in arms))
        assert np.array_equal(*(arm["symptom_severity_post"] for arm in arms)) == equal
