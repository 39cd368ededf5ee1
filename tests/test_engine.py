"""The engine: many replicates at once, and nothing that only concerns how changes a result."""

import numpy as np
import pytest

import sim
from sim import engine, layout, rows, schema
from sim.engine import blocks, cache
from sim.errors import ConfigurationError
from sim.tables import KEYS

LEVELS = tuple(KEYS)
SMALL = ("therapists.n=3", "patients.total=8", "setting.weeks=9", "training=zen_daily", "seed=8")
REPLICATES = 6


def tables(config, replicates=REPLICATES, record="segments", **more):
    """All that a run gives, as columns; the same sort of thing whatever the blocks."""
    parts = {level: [] for level in LEVELS[: LEVELS.index(record) + 1]}
    for block in engine.run(config, replicates, record, **more):
        for level, part in parts.items():
            part.append(block.table(level))
    return {
        level: {name: np.concatenate([table[name] for table in part]) for name in part[0]}
        for level, part in parts.items()
    }


def same(one, other):
    """Whether two runs gave the same, to the last bit."""
    return list(one) == list(other) and all(
        list(one[level]) == list(other[level])
        and all(one[level][c].tobytes() == other[level][c].tobytes() for c in one[level])
        for level in one
    )


def where(table, **wanted):
    """The rows of a table with some values."""
    there = np.logical_and.reduce([np.isin(table[name], value) for name, value in wanted.items()])
    return {name: values[there] for name, values in table.items()}


@pytest.fixture(scope="module")
def config():
    return sim.configure(*SMALL)


@pytest.fixture(scope="module")
def found(config):
    return tables(config)


# ---- how it is computed changes nothing ----------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(found, threads):
    assert same(tables(sim.configure(*SMALL, f"engine.threads={threads}")), found)


@pytest.mark.parametrize("size", [1, 4])
def test_blocks_change_nothing(found, size):
    config = sim.configure(*SMALL)
    config.engine.block = size
    cuts = [block.replicates for block in engine.run(config, REPLICATES)]
    assert cuts == [min(size, REPLICATES - i) for i in range(0, REPLICATES, size)]
    assert same(tables(config), found)


@pytest.mark.parametrize("record", LEVELS[:-1])
def test_recording_changes_nothing(config, found, record):
    kept = tables(config, record=record)
    assert same(kept, {level: found[level] for level in kept})


def test_where_one_begins_changes_nothing(config, found):
    first = tables(config, 2)
    rest = tables(config, REPLICATES - 2, first_replicate=2)
    both = {
        level: {name: np.concatenate([first[level][name], rest[level][name]]) for name in table}
        for level, table in found.items()
    }
    assert same(both, found)


def test_the_order_of_arms_changes_nothing(found):
    turned = tables(sim.configure(*SMALL, "training=none", "control=zen_daily"))
    for level, table in found.items():
        for arm in (0, 1):
            mine = where(table, arm=[arm])
            theirs = where(turned[level], arm=[1 - arm])
            del mine["arm"], theirs["arm"]
            assert same({level: mine}, {level: theirs})


def test_progress_counts_replicates(config):
    told = []
    list(engine.run(config, REPLICATES, progress=told.append))
    assert told == sorted(set(told))
    assert told[-1] == REPLICATES


def test_a_run_can_be_left_half_way():
    config = sim.configure(*SMALL)
    config.engine.block = 1
    assert next(engine.run(config, 10_000)).first_replicate == 0


# ---- what should change nothing in the world -----------------------------------------------------


def test_one_more_therapist_changes_nobody(found):
    more = tables(sim.configure(*SMALL, "therapists.n=4", "patients.total=10"))
    for level in LEVELS[1:]:
        assert same({level: where(more[level], therapist=[0, 1, 2])}, {level: found[level]})


def test_one_more_patient_changes_nobody_when_sessions_leave_no_trace():
    words = [*SMALL, "parameters.strain=0", "parameters.carry_over=0"]
    words.append("parameters.session_learning=0")
    few = tables(sim.configure(*words, "patients.total=null", "patients.per_therapist=2"))
    more = tables(sim.configure(*words, "patients.total=null", "patients.per_therapist=3"))
    for level in LEVELS[2:]:
        kept = where(more[level], patient=np.unique(few[level]["patient"]))
        assert same({level: kept}, {level: few[level]})


def test_one_more_patient_is_felt_when_sessions_leave_a_trace():
    few = tables(sim.configure(*SMALL, "patients.total=null", "patients.per_therapist=2"))
    more = tables(sim.configure(*SMALL, "patients.total=null", "patients.per_therapist=3"))
    kept = where(more["patients"], patient=np.unique(few["patients"]["patient"]))
    assert not same({"patients": kept}, {"patients": few["patients"]})


def test_one_seed_at_a_time():
    people = tables(sim.configure(*SMALL, "seed.luck=9"), record="patients")
    luck = tables(sim.configure(*SMALL, "seed.people=9"), record="patients")
    base = tables(sim.configure(*SMALL), record="patients")
    pre = "symptom_severity_pre"
    assert (people["patients"][pre] == base["patients"][pre]).all()
    assert (people["patients"]["symptom_severity_post"] != base["patients"][pre]).all()
    assert (luck["patients"][pre] != base["patients"][pre]).all()


def test_each_replicate_can_have_its_own_parameters(config, found):
    odd = sim.configure(*SMALL, "parameters.transfer=0.9").parameters_record()
    sets = blocks.parameter_array([config.parameters_record(), odd] * (REPLICATES // 2))
    mixed = tables(config, parameters=sets)
    other = tables(sim.configure(*SMALL, "parameters.transfer=0.9"))
    for level in LEVELS:
        for start, base in ((0, found), (1, other)):
            those = range(start, REPLICATES, 2)
            one = where(mixed[level], replicate=list(those))
            assert same({level: one}, {level: where(base[level], replicate=list(those))})
    config = sim.configure(*SMALL)
    config.engine.block = 1
    assert same(tables(config, parameters=sets), mixed)
    with pytest.raises(ValueError, match="2 sets of parameters for 6 replicates"):
        engine.run(config, REPLICATES, parameters=sets[:2])


# ---- tables --------------------------------------------------------------------------------------


def test_tables_hold_those_who_are_there(found):
    assert len(found["trials"]["arm"]) == REPLICATES * 2
    assert len(found["therapists"]["arm"]) == REPLICATES * 2 * 3
    patients, sessions, segments = (found[level] for level in LEVELS[2:])
    assert len(patients["arm"]) == REPLICATES * 2 * 8
    assert len(sessions["arm"]) == patients["sessions_attended"].sum()
    assert len(segments["arm"]) == len(sessions["arm"]) * 10
    assert (patients["patient"] // schema.SLOTS == patients["therapist"]).all()
    assert set(segments["segment"]) == set(range(1, 11))
    assert sessions["session"].min() == 1
    for level, keys in KEYS.items():
        assert tuple(found[level])[: len(keys)] == keys
        order = np.lexsort([found[level][key] for key in reversed(keys)])
        assert (order == np.arange(len(order))).all()


def test_rows_know_the_same_people_as_their_keys(config):
    (block,) = engine.run(config, 1, "patients")
    table = block.table("patients")
    there = block.rows.patients[np.broadcast_to(np.arange(3) < 3, (1, 2, 3, 3)).nonzero()]
    assert set(table["patient"]) <= set(there["patient"])
    assert set(table) == set(KEYS["patients"]) | {f.name for f in layout.fields(rows.PatientRow)}


def test_trials_are_summaries_of_their_rows(found):
    patients, trials, therapists = found["patients"], found["trials"], found["therapists"]
    for at in range(len(trials["arm"])):
        mine = {"replicate": trials["replicate"][at], "arm": trials["arm"][at]}
        people = where(patients, **mine)
        for name in ("symptom_severity_post", "ruptures", "alliance_early", "presence"):
            values = people[name][~np.isnan(people[name].astype(float))]
            assert trials[name][at] == pytest.approx(values.mean(), rel=1e-13)
            assert trials[f"{name}_sd"][at] == pytest.approx(values.std(ddof=1), rel=1e-12)
        assert trials["alliance_early_n"][at] == np.isfinite(people["alliance_early"]).sum()
        assert trials["ending_dropped_out"][at] == (people["ending"] == 3).mean()
        post = people["symptom_severity_post"]
        groups = [post[people["therapist"] == j] for j in range(3)]
        between = sum(len(g) * (g.mean() - post.mean()) ** 2 for g in groups)
        within = sum(((g - g.mean()) ** 2).sum() for g in groups)
        assert trials["symptom_severity_post_ss_between"][at] == pytest.approx(between, rel=1e-12)
        assert trials["symptom_severity_post_ss_within"][at] == pytest.approx(within, rel=1e-12)
        assert trials["patients"][at] == 8
        assert trials["therapists"][at] == 3
        assert trials["caseload_squares"][at] == sum(len(g) ** 2 for g in groups) == 22
        minutes = where(therapists, **mine)["practice_minutes"]
        assert trials["therapist_practice_minutes"][at] == pytest.approx(minutes.mean(), rel=1e-13)


def test_every_number_of_the_rows_is_in_the_trials():
    columns = blocks.trial_columns()
    assert len(set(columns)) == len(columns)
    for field in layout.fields(rows.PatientRow):
        if field.unit != "id" and field.name != "ending":
            assert {field.name, f"{field.name}_sd"} <= set(columns)
    for field in layout.fields(rows.TherapistRow):
        assert (f"therapist_{field.name}" in columns) == (field.unit != "id")


def test_a_level_that_was_not_recorded(config):
    (block,) = engine.run(config, 1, "therapists")
    with pytest.raises(ValueError, match="patients were not recorded, only therapists"):
        block.table("patients")
    with pytest.raises(ConfigurationError, match="did you mean 'patients'"):
        engine.run(config, 1, "patient")


def test_memory_is_bounded_whatever_is_recorded():
    config = sim.configure("engine.block=25600", "patients.total=124")
    for level in range(len(LEVELS)):
        many = blocks.replicates_at_once(config, 2, level)
        size = sum(array.nbytes for array in blocks.rows(config, 2, level, many)[1:])
        assert many >= 1
        assert size <= blocks.ROOM


# ---- compiled kernels, kept ----------------------------------------------------------------------


def doubled(x):
    return 2 * x


def kept(place):
    """Compile a small function as the kernel is, with a folder to keep it in."""
    import numba

    entry = cache._kept(doubled, place, (numba.typeof(1),), whole=cache._whole(place))
    return entry and (entry(21), sum(entry.stats.cache_hits.values()))


def test_a_kernel_is_kept_for_the_next_process(tmp_path):
    assert not cache._whole(tmp_path / "a")
    assert kept(tmp_path / "a") == (42, 0)
    assert cache._whole(tmp_path / "a")
    assert kept(tmp_path / "a") == (42, 1)


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "seal", "gone"])
def test_a_damaged_kernel_is_made_again(tmp_path, damage):
    kept(tmp_path)
    for file in cache._files(tmp_path):
        content = file.read_bytes()
        if damage == "cut":
            file.write_bytes(content[: len(content) // 2])
        elif damage == "changed":
            file.write_bytes(content[:-40] + bytes(40))
        elif damage == "emptied":
            file.write_bytes(b"")
        elif damage == "gone":
            file.unlink()
    if damage == "seal":
        (tmp_path / "seal").write_bytes(b"\xff")
    assert not cache._whole(tmp_path)
    assert kept(tmp_path) == (42, 0)
    assert kept(tmp_path) == (42, 1)


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert kept(tmp_path / "file" / "kernel") is None


def test_a_kernel_that_cannot_be_saved_is_used_all_the_same(tmp_path, monkeypatch):
    from numba.core import caching

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    assert kept(tmp_path) == (42, 0)
    assert not cache._whole(tmp_path)


def test_old_kernels_are_removed(tmp_path, monkeypatch):
    import os

    monkeypatch.setattr(cache, "KEPT", 2)
    for age, name in enumerate("abcd"):
        kept(tmp_path / name)
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    (tmp_path / "not ours").mkdir()
    kept(tmp_path / "e")
    assert {folder.name for folder in tmp_path.iterdir()} == {"d", "e", "not ours"}


def test_where_kernels_are_kept_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.delenv("ATTUNE_CACHE_DIR", raising=False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    assert cache.root() == tmp_path / "numba" / "attune-sim"
    monkeypatch.setenv("ATTUNE_CACHE_DIR", str(tmp_path / "mine"))
    assert cache.folder().parent == tmp_path / "mine" / "attune-sim"


def test_numbas_own_folder_is_left_alone(tmp_path):
    import numba

    before = numba.config.CACHE_DIR
    kept(tmp_path)
    assert before == numba.config.CACHE_DIR


def test_a_word_is_said_before_compiling(config, monkeypatch):
    sample = (blocks.rows(config, 2, 0, 0),)
    monkeypatch.setattr(cache, "_ready", {})
    monkeypatch.setattr(cache, "_kept", lambda *_: print)
    for whole, said in ((False, [cache.NOTICE]), (True, [])):
        monkeypatch.setattr(cache, "_whole", lambda _, whole=whole: whole)
        told = []
        cache._ready.clear()
        assert cache.compiled(None, sample, told.append) is print
        assert told == said
