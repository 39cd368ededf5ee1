"""More than two arms: named, checked, kept, and lived by both executors."""

import numpy as np
import pytest

import sim
from sim import configuration, results, schema
from sim.errors import ConfigurationError

SMALL = (
    "therapists.n=2",
    "patients.per_therapist=2",
    "setting.weeks=6",
    "setting.segments=2",
    "replicates=2",
    "precision=null",
)
THREE = (*SMALL, "arms=[none,reset,enthusiasm]")


def test_arms_are_named_after_their_programmes_and_the_first_is_the_reference():
    config = sim.configure(*THREE)
    assert list(config.programmes()) == ["none", "reset", "enthusiasm"]
    assert config.reference == "none"
    assert [arm.first_therapist for arm in config.study_arms("same")] == [0, 0, 0]
    assert [arm.first_therapist for arm in config.study_arms("independent")] == [0, 2, 4]
    assert config.study_arms()[1].programme.reset == config.programmes()["reset"].reset > 0.0


def test_two_arms_keep_their_names():
    config = sim.configure(*SMALL, "training=zen")
    assert [arm.name for arm in config.study_arms()] == [schema.TRAINED, schema.UNTRAINED]
    assert config.reference == schema.UNTRAINED
    apart = config.study_arms("independent")
    assert {arm.name: arm.first_therapist for arm in apart} == {"trained": 2, "untrained": 0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("arms=[none,mbsr,none]",), "arms=[none,mbsr,none] names none twice"),
        (("arms=[mbsr]",), "arms=[mbsr] names fewer than two arms: it takes two or more"),
        (("arms=[]",), "arms=[] names fewer than two arms"),
        (("arms=mbsr",), "arms=mbsr will not do: it takes two or more programmes"),
        (("arms=[none,zenn]",), "arms names zenn, which is no programme: it takes any of "),
        (("arms=[none,[zen]]",), "arms names ['zen'], which is no programme"),
        (("arms=[none,{a:1}]",), "arms names {'a': 1}, which is no programme"),
        (("arms=[none,zen]", "training=mbsr"), "arms=[none,zen] replaces training and control: "),
        (("arms=[none,zen]", "control.hope=1"), "arms=[none,zen] replaces training and control: "),
        (("arms=[none,zen_daily]", "setting.weeks=6"), "zen_daily.weeks="),
        (("reading=bot",), "reading=bot is no reading: it takes one of same, independent, both; "),
        (("replicates_max=3",), "replicates_max=3 is less than the first batch of replicates=200"),
        (("precision=0",), "precision=0 is out of range: it takes a number from 0.0001 to 10"),
        (("therapists.n=600000",), "therapists.n=600000 is too many for arms with people of "),
    ],
)
def test_a_mistake_gets_one_sentence(words, said):
    with pytest.raises(ConfigurationError) as caught:
        sim.configure(*words)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_the_nearest_programme_is_named():
    with pytest.raises(ConfigurationError, match="did you mean 'zen'"):
        sim.configure("arms=[none,zenn]")


def test_a_programme_of_ones_own_is_an_arm(tmp_path):
    (tmp_path / "training").mkdir()
    text = "name: ours\nabout: Ours.\nlove: 0.02\nweeks: 1\nhours_per_week: 1.0\n"
    (tmp_path / "training" / "ours.yaml").write_text(text, encoding="utf-8")
    config = sim.configure(*SMALL, "arms=[none,ours]", folder=tmp_path)
    assert config.programmes()["ours"].love == 0.02
    assert "--config-dir" in config.command
    (tmp_path / "training" / "same.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="names ours twice"):
        sim.configure(*SMALL, "arms=[ours,same]", folder=tmp_path)
    (tmp_path / "training" / "ours.yaml").write_text(text.replace("0.02", "7"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="love=7 of the arm ours is out of range"):
        sim.configure(*SMALL, "arms=[none,ours]", folder=tmp_path)


def test_arms_survive_the_manifest():
    config = sim.configure(*THREE)
    again = configuration.restore(config.to_dict())
    assert again.identity() == config.identity()
    assert again.study_arms() == config.study_arms()
    assert results.folder_of(config).name.startswith("none-vs-reset-enthusiasm-trainees-")


def test_only_what_is_lived_enters_the_identity():
    config = sim.configure(*THREE)
    assert not {"training", "control"} & set(config.identity())
    assert "about" not in config.identity()["arms"][0]
    other = sim.configure(*SMALL, "arms=[none,reset,zen]")
    assert other.identity() != config.identity()
    assert "arms" not in sim.configure(*SMALL).identity()


@pytest.fixture(scope="module")
def three():
    return sim.simulate(sim.configure(*THREE), record="patients")


def test_results_hold_every_arm_in_order(three):
    for table in (three.trials, three.patients):
        assert list(table["arm"].cat.categories) == ["none", "reset", "enthusiasm"]
        assert table["arm"].cat.ordered
    assert len(three.patients) == 2 * 3 * 4


def test_adding_an_arm_changes_no_other(three):
    two = sim.simulate(sim.configure(*SMALL, "training=enthusiasm"), record="patients")
    for mine, other in (("enthusiasm", "trained"), ("none", "untrained")):
        ours, theirs = three.patients, two.patients
        ours = ours[ours["arm"] == mine].drop(columns="arm").reset_index(drop=True)
        theirs = theirs[theirs["arm"] == other].drop(columns="arm").reset_index(drop=True)
        assert ours.equals(theirs)


@pytest.mark.parametrize(
    "words", [THREE, (*THREE, "reading=independent"), (*SMALL, "patients.shared=true")]
)
def test_the_clinic_lives_the_same_arms(words):
    config = sim.configure(*words)
    found = sim.simulate(config, record="patients")
    clinic = sim.Clinic(config, replicate=1).run().table("patients")
    table = found.patients[found.patients["replicate"] == 1]
    np.testing.assert_array_equal(clinic["arm"], table["arm"].cat.codes)
    np.testing.assert_array_equal(clinic["therapist"], table["therapist"])
    np.testing.assert_array_equal(clinic["patient"], table["patient"])
    np.testing.assert_array_equal(clinic["symptom_severity_post"], table["symptom_severity_post"])


def test_independent_arms_share_nobody():
    config = sim.configure(*SMALL, "reading=independent")
    patients = sim.simulate(config, record="patients").patients
    people = {arm: set(rows["patient"]) for arm, rows in patients.groupby("arm", observed=True)}
    assert not people["trained"] & people["untrained"]
    at_intake = patients.groupby("arm", observed=True)["symptom_severity_pre"].apply(set)
    assert not at_intake["trained"] & at_intake["untrained"]


def test_shared_patients_are_the_same_with_every_therapist():
    config = sim.configure(*SMALL, "patients.shared=true")
    patients = sim.simulate(config, record="patients").patients
    by_patient = patients.groupby(["replicate", "arm", "patient"], observed=True)
    assert set(patients["patient"]) == {0, 1}
    assert (by_patient["therapist"].nunique() == 2).all()
    assert (by_patient["symptom_severity_pre"].nunique() == 1).all()
    assert (by_patient["symptom_severity_post"].nunique() == 2).all()
