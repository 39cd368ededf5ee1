"""Sensitivity: three lists, rows that are trials, shares that add up, mistakes in a sentence."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim import cli, ensemble, progress, results
from sim.calibration.held import HELD
from sim.errors import ConfigurationError
from sim.sensitivity import screened
from sim.sensitivity.factors import CHANCE, REST, WHOLE
from sim.study import levers, uncertainties, worlds_lived
from sim.study import sensitivity as study
from sim.study.sensitivity_words import RUPTURES

SMALL = (
    "study=sensitivity",
    "therapists.n=3",
    "patients.per_therapist=2",
    "setting.weeks=4",
    "setting.follow_up_weeks=1",
    "sensitivity.rows=16",
    "sensitivity.worlds=64",
    "sensitivity.trajectories=2",
    "sensitivity.outcomes=[symptom_severity,felt_attunement]",
)
FEW = (
    "sensitivity.uncertainties=[transfer,rupture.notice,who_validity]",
    "sensitivity.parameters=3",
    "sensitivity.levers=[{training:[zen]},{patients.per_therapist:[3]}]",
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """One small analysis, as the command line makes it."""
    folder = tmp_path_factory.mktemp("sensitivity")
    words = [word for word in (*SMALL, *FEW) if not word.startswith("study=")]
    assert cli.main(["sensitivity", *words, f"output={folder}", "name=small"]) == 0
    return folder / "sensitivity" / "small"


@pytest.fixture(scope="module")
def done(lived):
    return study.of(results.load(lived))


def configured(*words):
    return sim.configure(*SMALL, *words)


# ---- what comes out ------------------------------------------------------------------------------


def test_where_no_training_helps_that_is_what_comes_out(tmp_path, capsys):
    """And an outcome that nobody has in any world - without ruptures none is repaired - is none."""
    words = [word for word in SMALL if not word.startswith(("study=", "sensitivity.outcomes"))]
    assert cli.main(["sensitivity", *words, *FEW, "world=plain", f"output={tmp_path}"]) == 0
    assert "no training is best on average" in " ".join(capsys.readouterr().out.split())
    (folder,) = (tmp_path / "sensitivity").iterdir()
    lived = study.of(results.load(folder))
    assert set(lived.table("along_cost")["cost"]) == {0.0}


def test_shares_add_up_to_one(done):
    shares = done.table("shares")
    whole = shares[["alone", "rest", "together", "chance"]].sum(axis=1)
    np.testing.assert_allclose(whole, 1.0, atol=1e-12)


def test_a_number_that_cannot_act_has_no_share(lived):
    config = configured(
        "sensitivity.uncertainties=[transfer,who_validity]", "sensitivity.levers=[]"
    )
    rows = study._Rows(study.plan(config), outcomes(config), None)
    rows.planned.config.output = str(lived.parent / "who")
    design, values = study._matrices(rows, ["transfer", "who_validity"])
    assert design.shape == (16, 5, 3)
    np.testing.assert_array_equal(values[:, 2], values[:, 0])  # moved alone: nothing
    assert (values[:, 1] != values[:, 0]).any()
    assert (values[:, 3] != values[:, 0]).any()  # chance


def outcomes(config):
    return worlds_lived.outcomes(config, study.plan(config).factors, 1)


def test_what_has_no_index_of_its_own_is_one_factor(done):
    names = list(dict.fromkeys(done.table("indices")["parameter"]))
    assert len(names) == 3 + 2
    assert names[-2:] == [REST, CHANCE]
    assert set(done.told["indexed"]) == set(names[:3])


def test_what_is_written_can_be_read_by_anybody(lived, done):
    page = (lived / "report.html").read_text(encoding="utf-8")
    for name in ("tornado", "indices", "responses", "information"):
        assert (lived / f"{name}.png").is_file()
        assert f'id="figure-{name}"' in page
    assert done.told["answer"][0] in page.replace("&#39;", "'")
    assert "http" not in page.replace("http-equiv", "")
    summary = pd.read_csv(lived / "summary.csv")
    assert set(summary["outcome"]) == {"symptom_severity", "felt_attunement"}
    assert not list(lived.parent.glob(".*.blocks"))


def test_t90_has_its_answer(done):
    table = done.table("information").set_index("link")
    assert table.loc[RUPTURES, "parameters"].startswith("notice_")
    assert (table["value"] >= 0.0).all()
    assert not table.loc["rupture.notice", "measured"]


def test_every_option_is_told(done):
    table = done.table("options")
    own = table[table["outcome"] == "symptom_severity"].set_index("option")
    assert list(own.index) == ["mbsr", "zen", "patients.per_therapist=3"]
    assert own["weighed"].tolist() == [True, True, False]
    assert own["worlds"].tolist() == [64, 64, 16]
    assert own["best"].sum() <= 1.0


def test_it_is_found_again(lived, capsys):
    words = [word for word in (*SMALL, *FEW) if not word.startswith("study=")]
    cli.main(["sensitivity", *words, f"output={lived.parents[1]}", "name=small"])
    assert "found there" in capsys.readouterr().out


# ---- rows ----------------------------------------------------------------------------------------


def test_a_row_is_a_trial_with_an_address_of_its_own():
    config = configured(*FEW[:2], "sensitivity.levers=[]")
    planned = study.plan(config)
    live = worlds_lived.lived(config, planned.weighed, planned.factors, outcomes(config))
    u = np.random.default_rng(1).random((5, len(planned.factors.names)))
    together = live(u, 100)
    np.testing.assert_array_equal(live(u[3:4], 103)[0], together[3])
    assert (live(u[3:4], 104)[0] != together[3]).any()


def test_frozen_rows_share_their_chance():
    config = configured(*FEW[:2], "sensitivity.levers=[]", "sensitivity.frozen=true")
    planned = study.plan(config)
    live = worlds_lived.lived(config, planned.weighed, planned.factors, outcomes(config))
    u = np.random.default_rng(1).random((3, len(planned.factors.names)))
    np.testing.assert_array_equal(live(u, 100), live(u, 7))
    np.testing.assert_array_equal(live(u[[1, 1]], 0)[1], live(u, 0)[1])


def test_a_killed_analysis_goes_on_and_ends_the_same(tmp_path, done):
    config = configured(*FEW, f"output={tmp_path}")

    def stop(rows):
        if rows > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), progress.kept(config):
        study.sensitivity(config, progress=stop)
    left = list((tmp_path / "sensitivity").glob(".*.blocks/*/*.block"))
    assert len(left) > 4
    with progress.kept(config) as status:
        again = study.sensitivity(config)
    assert status.found == len(left), "what was kept is not lived again"
    for name in ("indices", "options", "information", "regions"):
        pd.testing.assert_frame_equal(again.table(name), done.table(name), check_exact=True)


def test_twelve_numbers_take_as_many_rows_as_were_asked_for():
    config = sim.configure("study=sensitivity", "sensitivity.worlds=64", "sensitivity.levers=[]")
    planned = study.plan(config)
    screening = config.sensitivity.trajectories * (len(planned.factors.names) + 1)
    assert planned.rows == screening + 1024 * (12 + 2 + 2) + 64


# ---- the three lists -----------------------------------------------------------------------------


def test_links_stand_for_their_numbers():
    config = configured("sensitivity.uncertainties=[transfer,rupture.notice,transfer]")
    named = uncertainties.named(config)
    assert named[0] == "transfer"
    assert "notice_presence" in named
    assert len(named) == len(set(named))


def test_what_is_set_by_hand_does_not_vary():
    none = "sensitivity.levers=[]"
    free = study.plan(configured(none)).factors.names
    held = study.plan(configured(none, "parameters.transfer=0.5")).factors.names
    assert set(free) - set(held) == {"transfer"}


def test_options_are_the_configuration_with_one_thing_changed():
    config = configured(
        "sensitivity.levers=[{training:[mbsr,zen]},{training.supervision:[0.5]},"
        "{setting:[twice_weekly_inpatient]}]",
        "sensitivity.cost=0.01",
        "sensitivity.cost_per_hour=0.001",
        "setting.weeks=9",
    )
    found = levers.options(config)
    assert [(one.name, one.kind) for one in found] == [
        ("mbsr", "programme"),
        ("zen", "programme"),
        ("training.supervision=0.5", "supervision"),
        ("setting=twice_weekly_inpatient", "setting"),
    ]
    assert found[2].programme.supervision == 0.5
    assert found[0].cost == pytest.approx(0.01 + 0.001 * 7.0 * 8)


def test_a_posterior_is_drawn_whole(tmp_path, monkeypatch):
    file = tmp_path / "posterior.parquet"
    pd.DataFrame({"transfer": [0.1, 0.9], "drift_base": [0.3, 0.8]}).to_parquet(file)
    monkeypatch.setattr(ensemble, "_file", lambda name: file)
    ensemble._read.cache_clear()
    words = ("world=posterior", "sensitivity.levers=[]")
    factors = study.plan(configured(*words)).factors
    assert factors.names[-1] == WHOLE
    assert set(factors.own) <= set(HELD)
    u = np.full((2, len(factors.names)), 0.25)
    u[1, -1] = 0.75
    assert factors.sets(u)["drift_base"].tolist() == [0.3, 0.8]
    assert len(set(factors.sets(u)["transfer"])) == 1
    with pytest.raises(ConfigurationError, match="names drift_base, which the evidence ties"):
        study.plan(configured(*words, "sensitivity.uncertainties=[drift_base]"))
    ensemble._read.cache_clear()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("sensitivity.uncertainties=[transfr]", "names transfr.*did you mean 'transfer'"),
        ("sensitivity.uncertainties=[]", "uncertainties=.* will not do: it takes numbers or links"),
        ("sensitivity.levers=[{setting.week:[4]}]", "setting.week, which is no lever.*'setting.w"),
        ("sensitivity.levers=[{training:[zenn]}]", "training=zenn does not exist.*'zen'"),
        ("sensitivity.levers=[zen]", "levers will not do: it takes keys with values"),
        ("sensitivity.outcomes=[dropot]", "names dropot, which is no step.*'dropout'"),
        ("sensitivity.value=happiness", "sensitivity.value names happiness, which is no step"),
        ("sensitivity.rows=1000", "rows=1000 is no power of two"),
        ("sensitivity.cost=-1", "sensitivity.cost=-1 is out of range"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(word, sentence, tmp_path):
    with pytest.raises(ConfigurationError, match=sentence) as told:
        study.plan(configured(word, f"output={tmp_path}"))
    assert "\n" not in str(told.value)
    assert not list(tmp_path.iterdir())


# ---- screening -----------------------------------------------------------------------------------


def test_elementary_effects_of_a_plane_are_its_slopes():
    rng = np.random.default_rng(2)
    slopes = np.array([[3.0, 0.0], [-1.0, 0.5], [0.0, 2.0]])
    steps = np.repeat(rng.random((4, 1, 3)), 4, axis=1)
    for row, order in enumerate([(0, 1, 2), (2, 0, 1), (1, 2, 0), (1, 0, 2)]):
        for at, column in enumerate(order, 1):
            steps[row, at:, column] += 0.25
    found = screened.elementary(steps, steps @ slopes)
    np.testing.assert_allclose(found, np.broadcast_to(slopes, found.shape), atol=1e-12)
    assert screened.strongest(["a", "b", "c"], found, 2, 0) == ["a", "c"]
    more = np.concatenate([found, found[..., 1:]], axis=2)  # two that c moves most, and one a
    assert screened.strongest(["a", "b", "c"], more, 1, 1) == ["c"]
    assert screened.strongest(["a", "b", "c"], more, 2, 0) == ["a", "c"]
