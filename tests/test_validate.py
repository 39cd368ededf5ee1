"""Published studies beside simulated ones: what is found, counted, refused and shown."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import sim
from sim import cli, ensemble, literature, published, validation_report, validations
from sim.errors import ConfigurationError
from sim.published import Finding
from sim.study import agreement, counts, findings, validate

SMALL = ("study=validate", "world=theory", "replicates=128")

MINE = """\
# @package published.mine
name: mine
about: A small study.
source: Nobody.
conduct: [therapists.n=6, patients.per_therapist=3, setting.weeks=4, setting.segments=2]
findings:
  symptoms:
    {{says: Symptoms, statistic: difference, of: gsi_self, analysis: therapists, {published},
      evidence: recalled}}
  improvement:
    {{says: Improvement, statistic: pre_post, of: gsi_self, value: 0.2, evidence: recalled}}
  alliance:
    {{says: Alliance and symptoms, statistic: correlation, of: alliance_early,
      against: symptom_severity_post, direction: -1, significant: false, evidence: recalled}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of one's own, with two studies."""
    place = tmp_path_factory.mktemp("own") / "published"
    place.mkdir()
    own = MINE.format(published="direction: -1, significant: true")
    (place / "mine.yaml").write_text(own, encoding="utf-8")
    other = own.replace("mine", "yours").replace("significant: true", "significant: false")
    (place / "yours.yaml").write_text(other, encoding="utf-8")
    return place.parent


@pytest.fixture(scope="module")
def done(folder):
    """Two studies of one's own, validated."""
    return validate.validate(sim.configure(*SMALL, "published=[mine,yours]", folder=folder))


def finding(**said):
    """Make a finding of a mean."""
    given = {"says": "x", "statistic": "mean", "of": "symptom_severity_pre", "evidence": "recalled"}
    return Finding(**(given | said))


def held(values, one):
    """Hold values against what was published."""
    n = len(values)
    found = {"value": values, "top": values, "bottom": np.ones(n), "p": np.full(n, np.nan)}
    study = published.Published(name="x")
    return validate.row(study, one, pd.DataFrame(found), 0.05)


# ---- what is found -------------------------------------------------------------------------------


def test_a_study_that_the_model_did_itself_falls_anywhere_with_equal_probability(done):
    value = done.results.table("published").groupby(["study", "finding"])["value"]
    for _, values in value:
        drawn = values.dropna().to_numpy()
        places = np.array(
            [
                held(np.delete(drawn, i), finding(value=float(x)))["percentile"]
                for i, x in enumerate(drawn)
            ]
        )
        assert places.mean() == pytest.approx(0.5, abs=0.01)
        assert np.quantile(places, [0.1, 0.9]) == pytest.approx([0.1, 0.9], abs=0.03)
        tails = [held(drawn, finding(value=float(x)))["tail"] for x in drawn]
        assert np.mean(np.array(tails) < 0.2) == pytest.approx(0.2, abs=0.05)


def test_numbers_ranges_and_directions_are_held_against_what_was_simulated():
    values = np.arange(100.0)
    assert held(values, finding(value=24.5))["percentile"] == 0.25
    assert held(values, finding(value=24.5))["tail"] == 0.5
    assert held(values, finding(value=-1.0))["tail"] == 0.0
    ranged = held(values, finding(low=10.0, high=29.0))
    assert (ranged["below"], ranged["inside"], ranged["above"]) == pytest.approx((0.1, 0.2, 0.7))
    one_way = held(values - 29.5, finding(direction=-1))
    assert one_way["alike"] == pytest.approx(0.3)
    assert np.isnan(one_way["percentile"])


def test_what_has_no_value_is_counted_apart_and_infinite_ratios_are_the_largest():
    values = np.array([1.0, 2.0, np.inf, np.nan])
    told = held(values, finding(value=3.0))
    assert told["failed"] == 0.25
    assert told["percentile"] == pytest.approx(2 / 3)
    assert (told["median"], told["high"]) == (2.0, np.inf)


def test_statistics_are_those_of_the_rows(folder):
    config = sim.configure(*SMALL, "published=mine", "replicates=3", folder=folder)
    study = config.published["mine"]
    lived = findings.check(validate.conducted(config, study), study.findings)
    found = findings.simulated(lived, study.findings)
    rows = sim.simulate(lived, replicates=3, record="patients").patients
    for number, mine in rows[rows["arm"] == "untrained"].groupby("replicate"):
        before, after = mine["gsi_self_pre"], mine["gsi_self_post"]
        by_hand = (before.mean() - after.mean()) / before.std()
        assert found["improvement"].value[number] == pytest.approx(by_hand)
        both = mine[["alliance_early", "symptom_severity_post"]].dropna()
        assert found["alliance"].value[number] == pytest.approx(both.corr().iloc[0, 1])


def test_a_ratio_splits_therapists_and_looks_at_one_session():
    words = (
        "published=henry1990",
        "therapists.n=40",
        "replicates=2",
        "parameters.hostile_rate=0.3",
    )
    config = sim.configure(*SMALL, *words)
    study = config.published["henry1990"]
    lived = validate.conducted(config, study)
    found = findings.simulated(lived, study.findings)["hostile_acts"].value
    told = sim.simulate(lived, replicates=2, record="sessions")
    third = told.sessions[(told.sessions["session"] == 3) & (told.sessions["arm"] == "untrained")]
    keys = ["replicate", "arm", "therapist"]
    third = third.merge(told.therapists[[*keys, "introject"]], on=keys)
    hostile, accepting = (
        third[side].groupby("replicate")["hostile_acts"].mean()
        for side in (third["introject"] < 0.0, third["introject"] >= 0.0)
    )
    assert found == pytest.approx((hostile / accepting).to_numpy())


def test_differences_in_pooled_deviations_and_in_per_cent():
    arm = np.array([[[0.0, 0.0], [1.0, 1.0]]])
    outcome = np.array([[[1.0, 3.0], [2.0, 4.0]]])
    assert findings.standardised_difference(arm, outcome).value == pytest.approx(1.0 / 2**0.5)
    config = sim.configure(*SMALL, "published=shapiro2005", "therapists.n=6", "replicates=4")
    study = config.published["shapiro2005"]
    lived = findings.check(validate.conducted(config, study), study.findings)
    found = findings.simulated(lived, study.findings)
    trained, untrained = (found[name].value for name in ("gain_trained", "gain_untrained"))
    assert np.isfinite([*trained, *untrained]).all()
    assert not np.allclose(trained, untrained)


def test_a_study_is_simulated_alike_whatever_stands_beside_it(done, folder):
    alone = validate.validate(sim.configure(*SMALL, "published=yours", folder=folder))
    both = done.results.table("published")
    mine, yours = (both[both["study"] == name].reset_index(drop=True) for name in ("mine", "yours"))
    pd.testing.assert_frame_equal(alone.results.table("published"), yours)
    assert not mine["value"].equals(yours["value"])


def test_the_world_and_its_parameters_reach_every_study(folder):
    closed = sim.configure(
        *SMALL, "published=all", "parameters.transfer=0", "seed=4", folder=folder
    )
    assert {"mine", "nagy1998", "grepmair2007"} <= set(closed.published)
    for study in closed.published.values():
        lived = validate.conducted(closed, study)
        assert (lived.parameters.transfer, lived.replicates) == (0.0, 128)
        assert lived.seed.people != 4
        assert findings.check(lived, study.findings)
    plain = sim.configure("study=validate", "world=plain", "published=mine", folder=folder)
    assert "world plain" in validate.of(_empty(plain)).question


def test_over_a_posterior_every_simulated_study_has_a_set_of_its_own(folder, tmp_path, monkeypatch):
    file = tmp_path / "posterior.parquet"
    pd.DataFrame({"transfer": [0.1, 0.9], "drift_base": [0.3, 0.8]}).to_parquet(file)
    monkeypatch.setattr(ensemble, "_file", lambda _: file)
    ensemble._read.cache_clear()
    words = ("published=mine", "replicates=2", "world=posterior")
    many = validate.validate(sim.configure("study=validate", *words, folder=folder))
    ensemble._read.cache_clear()
    words = ("published=mine", "parameters.transfer=0.9", "parameters.drift_base=0.8")
    one = validate.validate(
        sim.configure("study=validate", "world=theory", "replicates=2", *words, folder=folder)
    )
    theirs, ours = (
        done.results.table("published").query("replicate == 1")["value"] for done in (many, one)
    )
    assert ours.tolist() == theirs.tolist()
    assert "in the world posterior" in many.question


def _empty(config):
    """Results of studies that found nothing."""
    names = [(s.name, f) for s in config.published.values() for f in s.findings]
    table = pd.DataFrame(names, columns=["study", "finding"])
    table = table.assign(replicate=0, top=np.nan, bottom=np.nan, p=np.nan, value=np.nan)
    manifest = sim.manifest.describe(config, seconds=0.0)
    return sim.results.Results({"published": table}, manifest, config)


# ---- counted as a literature ---------------------------------------------------------------------


def test_a_literature_counts_the_first_tested_finding_of_each_study(done):
    rows = done.counted.set_index("study")
    assert rows["observed"].to_dict() == {"mine": "positive", "yours": "null"}
    assert rows[list(counts.KINDS)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    found = done.results.table("published").query("study == 'mine' and finding == 'symptoms'")
    better = (found["p"] < 0.05) & (found["value"] < 0.0)  # fewer symptoms
    assert rows.loc["mine", "positive"] == pytest.approx(better.mean())
    assert "1 significant, for the better" in counts.said(done.counted)[0]


def test_how_likely_so_many_are():
    assert counts.at_least([0.5, 0.5], 2) == 0.25
    assert counts.at_least([0.1, 0.3, 1.0], 1) == 1.0
    assert counts.at_least([0.2], 0) == pytest.approx(1.0)


# ---- a user's mistakes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["published=[]"], "published=[] names no study"),
        (["published=henri1990"], "did you mean 'henry1990'?"),
        (["therapists.n=9"], "therapists.n=9 does not go with 6 published studies"),
        (["generator=linear"], "generator=linear does not go with attune validate"),
        (["arms=[none,zen]"], "arms does not go with attune validate"),
    ],
)
def test_what_does_not_go_with_it_is_said_in_a_sentence(words, said):
    with pytest.raises(ConfigurationError, match=said.replace("[", r"\[").replace("?", r"\?")):
        sim.configure(*SMALL, *words)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statistic": "men"}, "has statistic=men.*did you mean 'mean'"),
        ({"evidence": "rumour"}, "has evidence=rumour"),
        ({"value": 1.0, "direction": 1}, "does not say what was published"),
        ({}, "does not say what was published"),
        ({"low": 1.0}, "does not say what was published"),
        ({"low": 2.0, "high": 1.0}, "low=2 above high=1"),
        ({"of": "symptoms", "value": 1.0}, "has of=symptoms"),
        ({"session": 3, "value": 1.0}, "session=3"),
        ({"statistic": "ratio", "value": 1.0}, "has split=nothing"),
        ({"value": float("nan")}, "a number that is none"),
    ],
)
def test_a_finding_that_makes_no_sense_is_refused(change, said):
    study = published.Published(name="x", findings={"y": finding(**change)})
    with pytest.raises(ConfigurationError, match=said):
        literature.check(study)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"analysis": "anova"}, "analysis=anova, which does not exist"),
        ({"analysis": "within_therapists"}, "which cannot be made of such a trial"),
        ({"of": "gsi", "analysis": "therapists"}, "gsi, which is no endpoint"),
        ({"statistic": "relative_gain", "of": "dropout"}, "which is not measured before"),
    ],
)
def test_a_finding_that_such_a_trial_cannot_make_is_refused(folder, change, said):
    config = sim.configure(*SMALL, "published=mine", "replicates=2", folder=folder)
    study = config.published["mine"]
    given = {"statistic": "difference", "of": "gsi_self", "direction": 1}
    study.findings = {"y": finding(**(given | change))}
    study.lived["design"]["endpoints"] = [study.findings["y"].of]
    with pytest.raises(ConfigurationError, match=said):
        validate.validate(config)


def test_a_study_is_conducted_with_people_and_design_only():
    study = published.Published(
        name="x", conduct=["world=plain"], findings={"y": finding(value=1.0)}
    )
    with pytest.raises(ConfigurationError, match="is conducted with world=plain: it takes choices"):
        literature.check(study)


# ---- what is shown, and kept ---------------------------------------------------------------------


def test_shipped_studies_say_where_their_numbers_come_from(folder):
    config = sim.configure("study=validate", "published=all", folder=folder)
    assert {"mine", "nagy1998", "lesh1970"} <= set(config.published)
    shipped = [one for one in config.published.values() if one.name not in {"mine", "yours"}]
    for study in shipped:
        assert study.assumed
        assert study.source
    recalled = {
        (study.name, name)
        for study in shipped
        for name, one in study.findings.items()
        if one.evidence == "recalled"
    }
    assert recalled == {("shapiro2005", "gain_trained"), ("shapiro2005", "gain_untrained")}
    checks = {study.name: study.check for study in shipped}
    assert checks["nagy1998"] == "in_sample"
    assert checks["grepmair2007"] == "exam"


def test_the_command_saves_and_reports_what_can_be_read_back(folder, tmp_path, capsys):
    words = ["validate", "--config-dir", str(folder), "published=[mine,yours]", "replicates=16"]
    words += ["world=theory"]
    assert cli.main([*words, f"output={tmp_path}"]) == 0
    first = capsys.readouterr().out
    assert "As a literature" in first
    assert "in the world theory" in " ".join(first.split())
    (place,) = (tmp_path / "validate").iterdir()
    page = (place / "report.html").read_text(encoding="utf-8")
    assert page.count('data-finding="mine.') == 3
    assert "recalled" in page
    for name in ("validation.png", "literature.svg", "counted.csv", "summary.csv"):
        assert (place / name).stat().st_size > 0
    assert json.loads((place / "manifest.json").read_text())["study"] == "validate"
    again = validate.of(sim.load(place))
    assert [row["study"] for row in again.findings.to_dict("records")] == ["mine"] * 3 + [
        "yours"
    ] * 3


def test_a_single_study_has_no_literature(done, folder):
    config = sim.configure(*SMALL, "published=mine", folder=folder)
    alone = validate.of(_empty(config))
    assert counts.said(alone.counted) == []
    told = io.StringIO()
    validations.show_validation(Console(file=told, width=80), alone)
    assert "Nothing could be found" in told.getvalue()
    assert "As a literature" not in told.getvalue()
    assert "As a literature" not in validation_report.html(alone)
    for row in done.findings.to_dict("records"):
        assert agreement.said(row).endswith(".")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("value: 0.2", "value: much"), "value=much will not do: it takes a number or null"),
        (("conduct: [", "conduct: 5 #"), "conduct=5 will not do: it takes a list"),
        (("statistic: pre_post", "statistics: pre_post"), "did you mean 'statistic'?"),
        (("# @package published.mine\n", ""), "has to begin with where it belongs: # @package"),
    ],
)
def test_a_mistake_in_a_file_of_ones_own_is_said_in_a_sentence(tmp_path, wrong, said):
    (tmp_path / "published").mkdir()
    text = MINE.format(published="direction: -1, significant: true").replace(*wrong)
    (tmp_path / "published" / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        sim.configure("study=validate", "published=mine", folder=tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
