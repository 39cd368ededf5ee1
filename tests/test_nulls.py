"""The two nulls of the design, and a real study from configuration to disk and back.

A programme that gives nothing and costs nothing must change nothing; and when nothing reaches the
room (transfer 0), therapists may answer their questionnaires differently, but no patient can know.
Both hold to the last bit: the arms share people and luck.
"""

import copy
import dataclasses

import numpy as np
import pandas as pd
import pytest

import sim
from sim import choices, layout, records, results
from sim.errors import ConfigurationError, ResultsError
from sim.study import compare, simulate
from sim.tables import KEYS

SMALL = (
    "therapists.n=3",
    "patients.total=7",
    "setting.weeks=10",
    "replicates=3",
    "precision=null",
    "seed=11",
)

#: When and how long a programme has its trainees practise.
TIMES = {"hours_per_week", "weeks", "start_week", "maintenance_hours", "sittings_per_week"}

#: What a programme gives and costs, as far as it is not time.
GIVEN = [field.name for field in layout.fields(records.Programme) if field.name not in TIMES]
EMPTY = tuple(f"training.{name}=0" for name in GIVEN)


@pytest.fixture(scope="module")
def empty():
    """Practice that gives nothing: hours are spent all the same."""
    return sim.simulate(sim.configure(*SMALL, "training=mbsr", *EMPTY), record="segments")


@pytest.fixture(scope="module")
def no_transfer():
    """Practice that helps on the cushion, and does not reach the room."""
    config = sim.configure(*SMALL, "training=zen_daily", "parameters.transfer=0")
    return sim.simulate(config, record="segments")


def differing(table):
    """The columns in which the two arms differ in any bit."""
    arms = [
        table[table["arm"] == arm].drop(columns="arm").reset_index(drop=True)
        for arm in ("trained", "untrained")
    ]
    keys = [key for key in KEYS["segments"] if key in arms[0]]
    if len(arms[0]) != len(arms[1]) or not arms[0][keys].equals(arms[1][keys]):
        return {"rows"}
    return {name for name in arms[0] if not arms[0][name].equals(arms[1][name])}


def test_arms_that_differ_are_seen_to():
    config = sim.configure(*SMALL, "training=zen_daily")
    found = sim.simulate(config, record="patients")
    assert {"attention_post", "attention_room", "practice_minutes"} <= differing(found.therapists)
    assert {"symptom_severity_post", "presence", "felt_attunement"} <= differing(found.patients)


@pytest.mark.parametrize("level", ["patients", "sessions", "segments"])
def test_an_empty_programme_changes_nothing_for_patients(empty, level):
    table = getattr(empty, level)
    assert len(table) > 0
    assert differing(table) == set()


def test_an_empty_programme_changes_only_the_record_of_practice(empty):
    """Hours, whether they are kept up, and what one practises for, which ripens with the hours."""
    practice = {"practice_minutes", "practising_post"}
    practice |= {
        f"aim_{aim}_post" for aim in ("regulation", "exploration", "liberation", "relation")
    }
    assert differing(empty.therapists) == practice
    trained = empty.therapists[empty.therapists["arm"] == "trained"]
    kept = trained["practising_post"] == 1
    assert (trained.loc[kept, "practice_minutes"] > 0).all()
    changed = differing(empty.trials)
    assert changed <= {f"therapist_{name}{sd}" for name in practice for sd in ("", "_sd")}


def test_an_empty_programme_is_said_to_do_nothing(empty):
    comparison = compare.of(empty)
    assert set(comparison.effects["finding"]) == {"exactly 0"}
    assert (comparison.effects[["difference", "low", "high"]] == 0.0).all(axis=None)
    assert "exactly as without" in comparison.answer


@pytest.mark.parametrize("level", ["patients", "sessions", "segments"])
def test_without_transfer_no_patient_can_know(no_transfer, level):
    assert differing(getattr(no_transfer, level)) == set()


def test_without_transfer_questionnaires_move(no_transfer):
    changed = differing(no_transfer.therapists)
    assert {"fmi_self_post", "scs_self_post", "attention_post", "love_post"} <= changed
    assert not {name for name in changed if name.endswith("_room")}
    assert not {name for name in changed if name.startswith(("self_attunement", "self_kindness"))}
    means = no_transfer.therapists.groupby("arm", observed=True)["fmi_self_post"].mean()
    assert means["trained"] > means["untrained"]


def test_without_transfer_the_chain_breaks_at_the_door(no_transfer):
    table = compare.of(no_transfer).effects.set_index("step")
    moved = set(table.index[table["finding"] != "exactly 0"])
    assert moved == {"attention_on_the_cushion", "attitude_on_the_cushion"}


# ---- the same, of every programme there is -------------------------------------------------------

EVERY = tuple(choices.groups()["training"])
TINY = (
    *("therapists.n=2", "patients.per_therapist=2", "setting.weeks=9", "setting.segments=5"),
    *("setting.follow_up_weeks=4", "replicates=2", "precision=null", "seed=7"),
    f"arms=[none,{','.join(name for name in EVERY if name != 'none')}]",
)


@pytest.fixture(scope="module")
def every():
    """The study of every programme, composed once."""
    return sim.configure(*TINY)


def found_in(config, **parameters):
    """Sessions and people of every arm, arm by arm, with these parameters."""
    config = copy.deepcopy(config)
    for name, value in parameters.items():
        setattr(config.parameters, name, value)
    results = sim.simulate(config, record="sessions")
    tables = {}
    for level in ("therapists", "patients", "sessions"):
        table = getattr(results, level)
        tables[level] = {
            arm: rows.drop(columns="arm").reset_index(drop=True)
            for arm, rows in table.groupby("arm", observed=True)
        }
        assert set(tables[level]) == set(EVERY)
    return tables


def unlike_none(tables, level):
    """The columns in which any arm differs from no training in any bit, by arm."""
    arms = tables[level]
    return {
        arm: {name for name in rows if not rows[name].equals(arms["none"][name])}
        for arm, rows in arms.items()
        if not rows.equals(arms["none"])
    }


def test_programmes_differ_where_nothing_is_cut(every):
    differ = unlike_none(found_in(every), "patients")
    assert set(differ) == set(EVERY) - {"none", "waiting_list", "supervision"}


@pytest.mark.parametrize("cancellations", [0.0, 0.3])
@pytest.mark.parametrize("world", ["theory", "plain"])
def test_of_no_programme_a_patient_can_know_where_nothing_crosses(every, world, cancellations):
    """To the last bit: training, resets, imagery, supervision, hope, and all the costs."""
    config = copy.deepcopy(every)
    config.parameters = sim.configure(f"world={world}").parameters
    config.setting.cancellations = cancellations
    config.patients.practice_hours = 10.0 * cancellations
    tables = found_in(config, transfer=0.0)
    if world == "plain":  # in which nothing crosses anyhow
        assert config.parameters.transfer == 0.0
    assert unlike_none(tables, "patients") == {}
    assert unlike_none(tables, "sessions") == {}
    moved = unlike_none(tables, "therapists")
    assert {"mbsr", "zen", "technique", "resonance", "countertransference"} <= set(moved)
    assert not {name for names in moved.values() for name in names if name.endswith("_room")}
    severity = tables["patients"]["none"]["symptom_severity_post"]
    assert (severity != severity[0]).any()


#: What a programme gives besides what is learned, and what it costs.
BESIDES = ("hope_expectancy", "reset_effect", "warmth_intention", "costs")


def test_without_learning_only_what_is_not_learned_is_left(every):
    """Hours and costs, hope, and what is done at the door; cut these too, and nothing is."""
    slow = found_in(every, learning_speed=0.0)
    gained = {name for names in unlike_none(slow, "therapists").values() for name in names}
    assert not {name for name in gained if name.startswith(("attention", "love", "resonance"))}
    assert {"technique_room", "hope_room", "practice_minutes"} <= gained
    still = found_in(every, learning_speed=0.0, **dict.fromkeys(BESIDES, 0.0))
    assert unlike_none(still, "patients") == {}


def test_without_costs_technique_is_lost_by_nobody(every):
    def lost(**parameters):
        tables = found_in(every, **parameters)["therapists"]
        plain = tables["none"]["technique_room"]
        return {name for name in EVERY if (tables[name]["technique_room"] < plain).any()}

    assert {"mbsr", "zen_daily", "loving_kindness"} <= lost()
    assert lost(costs=0.0) == set()


def test_where_nobody_takes_it_up_only_what_asks_no_practice_is_left(every):
    left = set(unlike_none(found_in(every, adoption=0.0), "patients"))
    assert left == {"reset", "doorway", "doorway_breath", "doorway_imagery"}


# ---- tables --------------------------------------------------------------------------------------


def test_tables_are_tidy_with_their_keys_first(empty):
    for level, keys in KEYS.items():
        table = getattr(empty, level)
        assert tuple(table.columns[: len(keys)]) == keys
        assert not table.duplicated(list(keys)).any()
        assert list(table["arm"].cat.categories) == ["trained", "untrained"]
        assert table["arm"].cat.ordered
    assert len(empty.patients) == 3 * 2 * 7
    assert len(empty.therapists) == 3 * 2 * 3
    assert len(empty.sessions) == empty.patients["sessions_attended"].sum()
    assert len(empty.segments) == 10 * len(empty.sessions)


def test_codes_are_words(empty):
    assert "dropped_out" in empty.patients["ending"].cat.categories
    assert "withdrawal" in empty.segments["rupture_kind"].cat.categories
    assert "pushed_away" in empty.segments["overflow"].cat.categories
    assert "worked_through" in empty.segments["working_through"].cat.categories


def test_trials_are_sums_of_patients(empty):
    by_trial = empty.patients.groupby(["replicate", "arm"], observed=True)
    trials = empty.trials.set_index(["replicate", "arm"])
    for name in ("symptom_severity_post", "ruptures", "alliance_late", "presence"):
        expected = by_trial[name].mean().loc[trials.index]
        np.testing.assert_allclose(trials[name], expected, rtol=1e-12)
        np.testing.assert_allclose(trials[f"{name}_sd"], by_trial[name].std(), rtol=1e-9)
    dropped = by_trial["ending"].agg(lambda ending: (ending == "dropped_out").mean())
    np.testing.assert_allclose(trials["ending_dropped_out"], dropped.loc[trials.index])


# ---- from a configuration to disk and back -------------------------------------------------------


def test_recording_less_changes_nothing(empty):
    config = sim.configure(*SMALL, "training=mbsr", *EMPTY)
    trials = sim.simulate(config).trials
    pd.testing.assert_frame_equal(trials, empty.trials, check_exact=True)


def test_a_study_survives_the_disk(no_transfer, tmp_path):
    folder = no_transfer.save(tmp_path / "study")
    back = sim.load(folder)
    for level in KEYS:
        pd.testing.assert_frame_equal(
            getattr(back, level), getattr(no_transfer, level), check_exact=True
        )
    assert back.config.identity() == no_transfer.config.identity()
    assert back.config.training.name == "zen_daily"


def test_a_finished_study_is_found_whatever_computes_it(tmp_path):
    words = (*SMALL, f"output={tmp_path}")
    found = sim.compare(sim.configure(*words))
    folder = found.save(results.folder_of(found.results.config))
    assert folder.parent == tmp_path / "compare"
    assert {
        *("manifest.json", "summary.csv", "trials.parquet", "independent.parquet"),
        *("vital_signs.csv", "measures.csv", "readings.csv"),
    } == {file.name for file in folder.iterdir()}
    again = results.find(sim.configure(*words, "engine.threads=1", "engine.block=512"))
    assert again.folder == folder
    pd.testing.assert_frame_equal(compare.of(again).effects, found.effects, check_exact=True)
    summary = pd.read_csv(folder / "summary.csv")
    assert list(summary["step"]) == list(found.effects["step"])
    for other in ("seed.luck=12", "replicates=4", "training=attention", "parameters.transfer=0.1"):
        assert results.find(sim.configure(*words, other)) is None


def test_more_replicates_in_python_say_so():
    config = sim.configure(*SMALL)
    found = sim.simulate(config, replicates=2, record="therapists")
    assert found.config.replicates == 2
    assert len(found.therapists) == 2 * 2 * 3
    assert found.manifest["command"].endswith("replicates=2 record=therapists")
    assert "replicates=3" not in found.manifest["command"]
    assert found.manifest["identity"] != sim.simulate(config).manifest["identity"]
    assert config.replicates == 3
    with pytest.raises(ResultsError, match="record=patients gives them"):
        _ = found.patients


@pytest.mark.parametrize("wrong", [{"replicates": 0}, {"record": "everything"}])
def test_a_wrong_wish_is_answered_before_anything_runs(wrong):
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        sim.simulate(sim.configure(*SMALL), **wrong)


def test_progress_is_told():
    told = []
    sim.compare(sim.configure(*SMALL), progress=told.append)
    assert told[-1] == 3


def test_the_configuration_is_left_alone():
    config = sim.configure(*SMALL)
    before = dataclasses.asdict(config)
    simulate.simulate(config, replicates=1)
    assert dataclasses.asdict(config) == before
