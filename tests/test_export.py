"""Data for elsewhere: tables on disk, streamed, with a codebook that knows every column."""

import errno
import shutil
import tracemalloc

import numpy as np
import pandas as pd
import pytest

import sim
from sim import cli, ledger, results, schema
from sim.engine import blocks
from sim.errors import ResultsError
from sim.study import codebook, export
from sim.study.simulate import tables

SMALL = ["therapists.n=3", "patients.total=7", "setting.weeks=5", "setting.segments=2"]


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def a_config(*words):
    return sim.configure("study=simulate", *SMALL, *words)


@pytest.fixture(params=schema.FORMATS)
def exported(request):
    config = a_config("replicates=3", "record=segments", f"format={request.param}")
    return config, export.export(config)


# ---- what is written -----------------------------------------------------------------------------


def test_what_is_written_is_what_was_simulated(exported):
    config, folder = exported
    back = results.load(folder)
    for level, table in tables(config).items():
        pd.testing.assert_frame_equal(getattr(back, level), table, check_exact=True)
    assert results.find(config).folder == folder
    assert back.config.format == config.format


def test_the_cut_into_blocks_changes_nothing(monkeypatch):
    config = a_config("replicates=5", "record=sessions", "name=one")
    one = {file.name: file.read_bytes() for file in export.export(config).glob("*.parquet")}
    monkeypatch.setattr(blocks, "ROOM", 1)  # a replicate a block
    config.name = "two"
    back = results.load(export.export(config))
    assert back.manifest["tables"].keys() == {name.partition(".")[0] for name in one}
    for level in back.manifest["tables"]:
        first = getattr(results.load("outputs/simulate/one"), level)
        pd.testing.assert_frame_equal(getattr(back, level), first, check_exact=True)


def test_a_csv_is_as_r_likes_it(somewhere):
    config = a_config("format=csv", "name=for_r", "setting.weeks=2")
    text = (export.export(config) / "patients.csv").read_text(encoding="utf-8")
    head, first, *_ = text.splitlines()
    assert head.startswith('"replicate","arm","therapist","patient","sessions_attended"')
    assert first.startswith('0,"trained",3,12288,')
    assert "nan" not in text.lower().replace('"', "")
    assert ",," in text  # two weeks have no third session: no early alliance
    assert "\r" not in text


def test_arms_have_people_of_their_own_unless_told_otherwise():
    def shared(*words):
        people = results.load(export.export(a_config(*words))).patients
        trained, untrained = (set(rows["patient"]) for _, rows in people.groupby("arm"))
        return trained & untrained

    assert a_config().replicates == 1
    assert not shared("name=own")
    assert len(shared("reading=same", "name=same")) == 7


# ---- the codebook --------------------------------------------------------------------------------


def test_the_codebook_knows_every_column(exported):
    _, folder = exported
    listed = pd.read_csv(folder / "codebook.csv", keep_default_na=False)
    back = results.load(folder)
    for level in schema.RECORD_LEVELS:
        table = getattr(back, level)
        entries = listed[listed["table"] == level].set_index("column")
        assert list(entries.index) == list(table)
        assert (entries[["unit", "range", "meaning"]] != "").all(axis=None)
        for column in table.select_dtypes("category"):
            assert entries.loc[column, "range"].split(", ") == list(table[column].cat.categories)
        for column, extent in entries["range"].items():
            low, _, high = extent.partition(" to ")
            if high:
                assert table[column].min() >= float(low) - 1e-9 or table[column].isna().all()
                assert table[column].max() <= float(high) + 1e-9 or table[column].isna().all()
    page = (folder / "codebook.md").read_text(encoding="utf-8")
    assert all(f"| `{column}` |" in page for column in listed["column"])
    assert page.count("\n## ") == len(schema.RECORD_LEVELS)


def test_the_codebook_says_what_the_rows_say():
    entries = codebook.codebook(
        {
            "patients": ["arm", "ending", "gsi_self_post", "well_being_post"],
            "trials": [
                "ending_dropped_out",
                "alliance_late_n",
                "therapist_love_room",
                "presence_sd",
            ],
        },
        {"arm": ["a", "b"], **ledger.WORDS},
    )
    assert [entry[2:] for entry in entries] == [
        ("word", "a, b", "the arm of the study"),
        ("word", ", ".join(ledger.WORDS["ending"]), "how the treatment ended"),
        ("0-4", "0 to 4", "as gsi_self_pre, at the scheduled end"),
        ("SD", "any number", "well-being, at the scheduled end, treated or not"),
        ("share", "0 to 1", "share of patients with ending = dropped_out"),
        (
            "count",
            "0 or more",
            "how many patients have a value: alliance after the last session attended",
        ),
        ("SD", "any number", "mean over therapists: love in the room"),
        (
            "level",
            "0 or more",
            "standard deviation over patients: the therapist's presence, mean of sessions",
        ),
    ]
    with pytest.raises(KeyError):
        codebook.codebook({"trials": ["unheard_of"]}, {})


# ---- how large -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", schema.FORMATS)
def test_the_size_is_told_beforehand(form):
    words = ["therapists.n=20", "patients.total=200", "setting.weeks=8", "setting.segments=5"]
    config = a_config(*words, "record=segments", f"format={form}", "setting.may_leave=0")
    size = export.size(config)
    assert size.rows == {
        "trials": 2,
        "therapists": 40,
        "patients": 400,
        "sessions": 3200,
        "segments": 16000,
    }
    made = results.load(export.export(config)).manifest["tables"]
    assert all(made[level]["rows"] <= rows for level, rows in size.rows.items())
    assert size.disk / 3 < sum(table["bytes"] for table in made.values()) < size.disk * 1.2


def test_memory_does_not_grow_with_replicates(monkeypatch):
    monkeypatch.setattr(blocks, "ROOM", 2**20)

    def peak(replicates):
        config = a_config(
            "therapists.n=10",
            "patients.total=60",
            "setting.weeks=8",
            "setting.segments=8",
            "record=segments",
            f"replicates={replicates}",
        )
        tracemalloc.start()
        export.export(config)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)  # imports
    assert peak(24) < 1.5 * peak(3)


# ---- what goes wrong -----------------------------------------------------------------------------


def test_a_full_disk_leaves_what_was_there(monkeypatch, somewhere):
    config = a_config("name=kept")
    folder = export.export(config)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(export._Writer, "write", full)
        with pytest.raises(ResultsError) as caught:
            export.export(config)
    assert str(caught.value) == (
        "cannot write the results to outputs/simulate/kept: No space left on device"
    )
    usage = shutil.disk_usage(somewhere)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ResultsError, match=r"there is no room .* about 1 MB, and 1 MB are free"):
        export.export(config)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert len(list(folder.parent.iterdir())) == 1


def test_on_the_command_line(capsys):
    words = ["simulate", *SMALL, "format=csv", "name=mine", "replicates=2"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("Up to 4 trials, 12 therapists, 28 patients: about 1 MB on disk (csv), ")
    assert "patients.csv" in said
    assert "Results: outputs/simulate/mine" in said
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert "(found there; fresh=true computes it again)" in said
    assert "Up to" not in said
    assert cli.main(["simulate", "format=xlsx"]) == 2
    assert capsys.readouterr().err == (
        "attune: format=xlsx is no format: it takes one of parquet, csv\n"
    )


def test_a_sweep_of_simulations_lists_its_folders():
    assert cli.main(["-m", "simulate", *SMALL, "format=csv", "seed=1,2", "name=many"]) == 0
    table = pd.read_csv("outputs/simulate/many/sweep.csv")
    assert table.to_dict("list") == {"seed": [1, 2], "folder": ["seed=1", "seed=2"]}
    one, two = (results.load(f"outputs/simulate/many/seed={seed}").patients for seed in (1, 2))
    assert not np.array_equal(one["symptom_severity_pre"], two["symptom_severity_pre"])


def test_the_format_changes_no_comparison():
    one, other = (sim.configure("study=compare", f"format={form}") for form in schema.FORMATS)
    assert one.identity() == other.identity()
    assert a_config("format=csv").identity() != a_config().identity()
