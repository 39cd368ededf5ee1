"""The study of power: what it finds, shows, draws and keeps."""

import dataclasses
import io
import math

import numpy as np
import pytest
from rich.console import Console

import sim
from sim import cli, figures, results, trial_report, trialist
from sim.study import mediated, phrases, power, several, test_choice
from sim.study.test_choice import EFFECT, NULL
from sim.trial import design, failures
from sim.trial.characteristics import CONSERVATIVE, HOLDS, LIBERAL

TINY = (
    "study=power",
    "therapists.n=6",
    "patients.per_therapist=4",
    "setting.weeks=5",
    "setting.segments=2",
    "precision=null",
    "replicates=96",
)
ASSUMED = ("study=power", "generator=linear", "generator.effect=0.6", "replicates=4000")


@pytest.fixture(scope="module")
def lived():
    """Trials of the chain, with two endpoints and people lost."""
    words = ("design.endpoints=[gsi_self,symptom_severity]", "design.patient_loss=0.1")
    return power.power(sim.configure(*TINY, *words))


@pytest.fixture(scope="module")
def made_up():
    """Trials made up, with a strong effect and much clustering."""
    return power.power(sim.configure(*ASSUMED, "generator.icc=0.2"))


# ---- numbers -------------------------------------------------------------------------------------


def test_every_trial_is_analysed_in_both_worlds_by_every_analysis(lived):
    fits = lived.results.table("fits")
    counts = fits.groupby(["world", "endpoint", "analysis"], observed=True)["replicate"].nunique()
    assert (counts == 96).all()
    assert set(fits["world"]) == {EFFECT, NULL}
    assert len(counts) == 2 * len(lived.panel)
    assert len(lived.panel.groupby("endpoint", observed=True)) == 2


def test_without_an_effect_size_is_nominal_and_naive_tests_are_warned_of(made_up):
    rows = made_up.panel.set_index("analysis")
    assert rows.loc["therapists", "verdict"] == HOLDS
    assert rows.loc["patients", "verdict"] == LIBERAL
    assert rows.loc["patients", "size"] > 0.15
    assert any(said.startswith("t-test on patients is too liberal") for said in made_up.warnings)
    assert all("\n" not in said and said.endswith(".") for said in made_up.warnings)
    (chosen,) = rows.index[rows["recommended"]]
    assert rows.loc[chosen, "verdict"] != LIBERAL
    assert chosen not in {"patients", "patients_adjusted"}


def test_power_bias_and_coverage_are_held_against_the_assumed_effect(made_up):
    (told,) = made_up.implied.to_dict("records")
    assert (told["effect"], told["effect_error"], told["contrasts"]) == (0.6, 0.0, 0)
    assert told["icc"] == pytest.approx(0.2, abs=0.01)
    assert told["icc_low"] < told["icc"] < told["icc_high"]
    assert told["icc_trial_low"] < 0.05
    assert told["icc_trial_high"] > 0.35
    assert told["baseline_correlation"] == pytest.approx(0.5, abs=0.01)
    assert told["design_effect"] == pytest.approx(1 + 6 * told["icc"])
    row = made_up.panel.set_index("analysis").loc["therapists_adjusted"]
    assert row["bias_low"] < 0.0 < row["bias_high"]
    assert row["coverage_low"] < 0.95 < row["coverage_high"]
    assert row["power"] > row["size"] * 5
    assert row["type_m"] > 1.0
    assert row["type_s"] < 0.05


def test_the_benchmark_is_what_the_sharpest_sound_analysis_finds_in_four_of_five(made_up):
    rows = made_up.panel
    sound = rows[~rows["analysis"].isin(["patients", "patients_adjusted"])]
    assert sound["benchmark"].max() == pytest.approx(0.8, abs=0.03)
    assert rows["benchmark_effect"].nunique() == 1


def test_several_endpoints_keep_the_error_of_the_family(lived):
    rows = several.table(lived.results.table("fits"), lived.panel, 0.05).set_index("procedure")
    assert list(rows.index) == ["holm", "sequence"]
    assert (rows["all"] <= rows["any"]).all()
    # Holm's first step is Bonferroni's, and a sequence begins with the first endpoint.
    fits = lived.results.table("fits")
    chosen = lived.panel[lived.panel["recommended"]].set_index("endpoint")["analysis"]
    null = fits[fits["world"] == NULL]
    p = {
        name: null[(null["endpoint"] == name) & (null["analysis"] == chosen[name])]["p"].to_numpy()
        for name in ("gsi_self", "symptom_severity")
    }
    least = np.minimum(*p.values())
    assert rows.loc["holm", "error"] == pytest.approx((least <= 0.025).mean())
    assert rows.loc["sequence", "error"] == pytest.approx((p["gsi_self"] <= 0.05).mean())
    assert all(sentence in lived.answer for sentence in lived.together)


def test_a_single_endpoint_has_no_family(made_up):
    assert made_up.together == []


def test_mediation_is_looked_for_in_every_trial(tmp_path):
    words = ("design.mediator=wai_patient", "replicates=48")
    done = power.power(sim.configure(*TINY, *words))
    paths = done.results.table("paths")
    assert len(paths) == 2 * 48
    np.testing.assert_allclose(paths["indirect"], paths["a"] * paths["b"])
    (row,) = mediated.table(paths, 0.05).to_dict("records")
    effect = paths[paths["world"] == EFFECT]
    assert row["joint"] == pytest.approx((effect["p_joint"] < 0.05).mean())
    assert row["interval"] == pytest.approx(((effect["low"] > 0) | (effect["high"] < 0)).mean())
    assert "Through WAI-SR, patient to GSI, self-report" in done.answer
    done.save(tmp_path / "power")
    assert power.of(results.load(tmp_path / "power")).mediation == done.mediation


def test_imputation_is_told_of_only_where_something_is_missing(lived, made_up):
    assert "imputed" in set(lived.panel["analysis"])
    assert "imputed" not in set(made_up.panel["analysis"])


def test_bias_coverage_singular_and_failed_are_said(lived):
    (row, *_) = lived.panel[lived.panel["recommended"]].to_dict("records")
    assert f"the effect in {100 * row['coverage']:.1f}% of trials [" in lived.answer
    assert "bias" in lived.answer.lower()
    assert any("(singular) in" in note for note in lived.notes)
    assert "No analysis failed in any trial." in lived.notes
    failing = phrases.fits(lived.panel.assign(failed=0.02))
    assert any("t-test on patients, GSI, self-report, in 2.0%;" in note for note in failing)


def test_contamination_is_said_to_count_as_bias():
    one = design.of(sim.configure(*TINY, "design.contamination=0.2", "design.therapist_loss=0.1"))
    (said,) = phrases.truth(one)
    assert "contamination and the loss of therapists did to them counts as bias" in said
    assert phrases.truth(design.of(sim.configure(*TINY))) == []


def test_a_correlational_study_is_not_said_to_assign_anybody():
    words = ("design=severe_to_the_mindful", "replicates=24")
    done = power.power(sim.configure(*TINY, *words))
    text = "\n".join(shown(done, 80)) + trial_report.html(done)
    assert "assigned to training" not in text
    assert "what case mix adds to it is" in text


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_coverage_is_nominal_where_dropout_is_not_informative(dropout):
    words = (*ASSUMED, f"generator.dropout={dropout}", "generator.icc=0.1")
    rows = power.power(sim.configure(*words)).panel
    (row,) = rows[rows["recommended"]].to_dict("records")
    # Off by no more than a conservative test may be.
    assert 0.94 < row["coverage"] < 0.97
    assert row["bias_low"] < 0.0 < row["bias_high"]


def test_a_strange_recommendation_is_none():
    """If nothing keeps its size, nothing is recommended, and the answer says so."""
    done = power.power(sim.configure(*ASSUMED[:3], "replicates=600", "generator.icc=0.4"))
    rows = done.panel.assign(recommended=False)
    answer = dataclasses.replace(done, panel=rows).answer
    assert answer.endswith("no analysis keeps its nominal size.")


def test_warnings_name_the_too_liberal_first():
    rows = power.power(sim.configure(*ASSUMED, "generator.icc=0.2", "therapists.n=4")).panel
    said = test_choice.warnings(rows, 0.05)
    kinds = [LIBERAL if LIBERAL in one else CONSERVATIVE for one in said]
    assert kinds == sorted(kinds, key=[LIBERAL, CONSERVATIVE].index)
    assert {LIBERAL, CONSERVATIVE} == set(kinds)


@pytest.mark.parametrize(
    "name",
    ["dimidjian2003", "abab", "crossover", "stepped_wedge", "partially_nested", "shapiro2005"],
)
def test_every_kind_of_design_runs(name):
    few = ("therapists.n=1",) if name == "abab" else ()
    weeks = ("setting.weeks=1",) if name == "shapiro2005" else ()
    done = power.power(sim.configure(*TINY, f"design={name}", "replicates=24", *few, *weeks))
    assert len(done.panel) > 0
    assert (done.panel["failed"] < 1.0).all()
    assert done.answer


def test_what_fails_always_is_said_in_one_sentence():
    with pytest.raises(failures.AnalysisError) as error:
        failures.check(failures.words(np.array([3, 3], np.int8)), "t-test on therapist means")
    assert str(error.value).startswith("t-test on therapist means cannot be computed")


# ---- kept, shown and drawn -----------------------------------------------------------------------


def test_a_result_comes_back_as_it_was(lived, tmp_path):
    folder = lived.save(tmp_path / "power", also=lambda part: trial_report.write(lived, part))
    files = {file.name for file in folder.iterdir()}
    assert {"summary.csv", "implied.csv", "flow.csv", "fits.parquet", "report.html"} <= files
    assert {"flow.png", "flow.svg", "power.png", "power.svg"} <= files
    again = power.of(results.load(folder))
    for name in ("panel", "implied", "flow"):
        ours, theirs = getattr(lived, name), getattr(again, name)
        assert ours.columns.tolist() == theirs.columns.tolist()
        numbers = [one.select_dtypes("number").to_numpy() for one in (ours, theirs)]
        np.testing.assert_array_equal(*numbers)
    assert again.answer == lived.answer


def shown(done, width):
    console = Console(file=io.StringIO(), width=width, highlight=False)
    trialist.show_design(console, done.design)
    trialist.show(console, done)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 100, 130])
def test_the_terminal_shows_every_analysis_within_its_width(lived, width):
    lines = shown(lived, width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for label in lived.panel["analysis_label"]:
        assert label in text
    assert "…" not in text
    assert "Therapists    6 trainees, 3 of them trained" in text
    assert ("benchmark" in text) == (width == 130)
    for name in ("size", "power", "type M", "type S", "bias", "coverage"):
        assert name in text


def test_the_report_holds_everything_and_asks_for_nothing(lived):
    page = trial_report.html(lived)
    assert page.count("data-analysis=") == len(lived.panel)
    assert "http://" not in page
    assert "https://" not in page
    for sentence in lived.warnings:
        assert sentence in page
    assert lived.results.manifest["identity"][:16] in page


def test_the_flow_is_drawn_with_its_numbers(lived, tmp_path):
    files = figures.draw_trial(lived, tmp_path)
    assert [file.name for file in files] == ["flow.png", "flow.svg", "power.png", "power.svg"]
    flow = lived.flow.set_index(["arm", "stage"])["mean"]
    assert flow["trained", "therapists"] == flow["untrained", "therapists"] == 3.0
    assert flow["trained", "patients"] == 12.0
    assert flow["trained", "recorded"] < 12.0


def test_power_on_the_command_line_finds_what_is_done(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["power", "generator=linear", "replicates=300", "design=pilot"]
    assert cli.main(words) == 0
    first = capsys.readouterr().out
    assert "pilot-linear-" in first
    assert cli.main(words) == 0
    assert "found there" in capsys.readouterr().out


def test_a_mistake_ends_with_one_sentence_and_nothing_written(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["power", "therapists.n=3", "replicates=10"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "clustered test" in said.err
    assert not list(tmp_path.iterdir())


def test_a_share_that_is_not_known_is_a_dash():
    assert trialist.percent(math.nan) == "–"
    assert trialist.percent(0.0512, 0.04, 0.06) == "5.1 [4.0, 6.0]"
    assert trialist.times(1234.5) == ">99"
