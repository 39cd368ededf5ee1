"""The panel: which analyses apply, that each is itself, and which is recommended."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim import choices
from sim.trial import analysis, answers, design, failures, linear, panel, reml
from sim.trial.analysis import ANALYSES, Trials
from sim.trial.characteristics import CONSERVATIVE, HOLDS, LIBERAL
from sim.trial.patients import Patients

NAIVE = {"patients", "patients_adjusted"}
MODELS = {"mixed_between_within", "mixed_kenward_roger", "mixed_satterthwaite", "imputed"}
MEANS = {"therapists", "therapists_adjusted"}


def batch(*words, replicates=40):
    """Make some trials of a design up."""
    config = sim.configure("study=power", "generator=linear", "therapists.n=8", *words)
    (made,) = linear.simulated(design.of(config), replicates)
    return made.batches[0]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["design=parallel"], NAIVE | MEANS | MODELS),
        (
            ["design=parallel", "design.baseline=false"],
            {"patients", "therapists"} | MODELS - {"imputed"},
        ),
        (["design=partially_nested"], NAIVE | MODELS),
        (["design=crossover"], NAIVE | MODELS | {"within_therapists"}),
        (["design=stepped_wedge"], NAIVE | MODELS | {"within_therapists"}),
        (["design=abab", "therapists.n=1"], NAIVE | {"within_therapists"}),
    ],
)
def test_which_analyses_apply(words, names):
    made = batch(*words)
    table = panel.table(made)
    assert set(table["analysis"]) == names
    assert (table["failure"] == failures.NONE).all()
    assert (table.groupby("analysis").size() == made.trials).all()
    assert table["p"].between(0.0, 1.0).all()


def test_every_analysis_is_said_in_words():
    assert set(panel.LABELS) == set(panel.ASSUMPTIONS) == {one.name for one in ANALYSES}
    assert len(set(panel.LABELS.values())) == len(ANALYSES)


def test_the_page_on_trials_names_every_design_and_analysis():
    page = (Path(__file__).parents[2] / "docs" / "trials.md").read_text(encoding="utf-8")
    for name in (*(one.label for one in ANALYSES), *choices.groups()["design"]):
        assert name in page, name


def test_each_answer_is_that_of_the_analysis_alone():
    made = batch("design=parallel", "generator.dropout=0.2")
    table = panel.table(made).set_index("analysis")
    fits = reml.fit(made.statistics())
    np.testing.assert_array_equal(table.loc["mixed_kenward_roger", "p"], fits.p_kr)
    np.testing.assert_array_equal(table.loc["mixed_satterthwaite", "singular"], fits.singular)
    means = np.nanmean(made.outcome, axis=2)
    arm = np.nanmax(made.arm, axis=2) == 1.0
    for i, p in enumerate(table.loc["therapists", "p"]):
        t = stats.ttest_ind(means[i, arm[i]], means[i, ~arm[i]])
        assert p == pytest.approx(t.pvalue)


def test_without_gaps_imputation_is_the_model_itself():
    seen = panel.trials(batch("design=parallel"))
    assert seen.complete
    found, plain = panel.run("imputed", seen), panel.run("mixed_between_within", seen)
    np.testing.assert_allclose(found.estimate, plain.estimate, rtol=1e-12)
    np.testing.assert_allclose(found.se, plain.se, rtol=1e-12)


def waves(many=60, seed=2):
    """Make trials up with two waves after intake."""
    rng = np.random.default_rng(seed)
    shape = (many, 10, 6)
    arm = np.broadcast_to((np.arange(10) % 2)[None, :, None], shape).astype(float)
    baseline = rng.normal(size=shape)
    shared = 0.3 * rng.normal(size=(many, 10, 1)) + 0.5 * rng.normal(size=shape)
    seen = [
        w * 0.3 * arm + 0.5 * baseline + shared + 0.6 * rng.normal(size=shape) for w in (1.0, 2.0)
    ]
    values = np.stack([arm, baseline, *seen], axis=-1)
    patients = Patients(("arm", "baseline", "middle", "end"), values, np.ones(10, np.bool_))
    return Trials(
        patients,
        "end",
        ("baseline",),
        waves=("middle", "end"),
        course=("middle", "end"),
        times=(9.0, 18.0),
    )


def test_several_waves_bring_their_own_analyses():
    seen = waves()
    assert {"repeated_measures", "growth"} <= set(panel.applicable(seen))
    growth = panel.run("growth", seen)
    slopes = (seen.patients.column("end") - seen.patients.column("middle")) / 9.0
    by_hand = Patients(
        ("arm", "baseline", "slope"),
        np.stack([*np.moveaxis(seen.patients.values[..., :2], -1, 0), slopes], axis=-1),
        seen.patients.clustered,
    )
    fits = reml.fit(by_hand.statistics("slope", ["baseline"]))
    np.testing.assert_allclose(growth.estimate, fits.estimate, atol=1e-9)
    np.testing.assert_allclose(growth.p, fits.p_kr, atol=1e-7)
    last = panel.run("repeated_measures", seen)
    assert abs(last.estimate.mean() - 0.6) < 4 * last.estimate.std() / np.sqrt(60)


def rows(**sharpness):
    """Write rows for the rule: all tests keep their size and never fail."""
    plain = {"verdict": HOLDS, "failed": 0.0, "failed_null": 0.0}
    return [plain | {"analysis": name, "benchmark": power} for name, power in sharpness.items()]


def test_the_sharpest_wins_and_of_equals_the_simplest():
    assert panel.recommend(rows(therapists=0.7, mixed_kenward_roger=0.8)) == "mixed_kenward_roger"
    assert panel.recommend(rows(mixed_kenward_roger=0.8, therapists=0.795)) == "therapists"
    assert panel.recommend(rows(mixed_satterthwaite=0.8, mixed_kenward_roger=0.8)) == (
        "mixed_kenward_roger"
    )


def test_what_must_not_win_does_not():
    found = rows(patients=0.99, growth=0.98, therapists=0.5)
    assert panel.recommend(found) == "therapists"
    liberal = rows(mixed_satterthwaite=0.9, therapists=0.5)
    liberal[0]["verdict"] = LIBERAL
    assert panel.recommend(liberal) == "therapists"
    liberal[0] |= {"verdict": CONSERVATIVE, "failed_null": 0.02}
    assert panel.recommend(liberal) == "therapists"
    assert panel.recommend(rows(patients=0.9)) == ""
    assert panel.recommend([]) == ""


def test_what_rejects_too_seldom_wins_only_where_nothing_keeps_its_size():
    found = rows(mixed_kenward_roger=0.9, therapists=0.5)
    found[0]["verdict"] = CONSERVATIVE
    assert panel.recommend(found) == "therapists"
    found[1]["verdict"] = LIBERAL
    assert panel.recommend(found) == "mixed_kenward_roger"


def test_answers_know_their_interval():
    seen = panel.trials(batch("design=parallel"))
    found = panel.run("therapists", seen)
    low, high = found.interval(0.95)
    np.testing.assert_array_equal((low > 0.0) | (high < 0.0), found.p < 0.05)
    assert not found.failed.any()
    assert analysis.BY_NAME["patients"].naive
    assert answers.WAYS[0] == "satterthwaite"
