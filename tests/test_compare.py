"""Comparing: what is worked out from the trials table, and what the comparison says of it."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.errors import ResultsError
from sim.results import Results
from sim.study import compare, effects, monte_carlo, vital_signs
from sim.study.measures import MEASURES
from sim.study.steps import RELATIONSHIPS, SCALES, STEPS

ARMS = pd.CategoricalDtype(["trained", "untrained"], ordered=True)


# ---- a trials table of our own -------------------------------------------------------------------


def trials(replicates=6, seed=0, **shift):
    """A made-up trials table; `shift` moves columns of the trained arm."""
    rng = np.random.default_rng(seed)
    names = {name for step in STEPS for name in step.columns} | {"sessions_attended"}
    names |= {name for one in MEASURES for step in (one, one.beside) for name in step.columns}
    names |= {"ruptures_reported_patient", "ruptures_reported_therapist"}
    names |= {f"symptom_severity_{w}{s}" for w in ("pre", "post") for s in ("", "_completers")}
    names |= {
        f"symptom_severity_{sums}_{where}"
        for sums in ("pre_ss", "pre_post_sp", "post_ss")
        for where in ("between", "within")
    }
    rows = []
    for replicate in range(replicates):
        people = {name: float(rng.uniform(1.0, 2.0)) for name in sorted(names)}
        people |= {"ending_dropped_out": 0.2, "ruptures": 4.0, "noticed": 2.0, "repaired": 1.0}
        people |= {f"{name}_sd": 0.5 for name in sorted(names)}
        people |= {"therapists": 3, "patients": 12, "caseload_squares": 48}
        for arm in ("untrained", "trained"):  # the order of rows must not matter
            moved = shift if arm == "trained" else {}
            own = {name: value + moved.get(name, 0.0) for name, value in people.items()}
            rows.append({"replicate": replicate, "arm": arm, **own})
    table = pd.DataFrame(rows)
    table["arm"] = table["arm"].astype(ARMS)
    return table


def a_comparison(table, world="theory"):
    chosen = {
        "training": "mbsr",
        "control": "none",
        "therapists": "trainees",
        "patients": "outpatients",
        "setting": "weekly_outpatient",
        "world": world,
    }
    config = {group: {"name": name} for group, name in chosen.items()}
    return compare.of(Results({"trials": table}, {"config": config}))


def of_step(comparison, step):
    return comparison.effects.set_index("step").loc[step]


# ---- intervals -----------------------------------------------------------------------------------


def test_an_interval_is_students():
    values = np.array([0.3, -0.1, 0.25, 0.4, np.nan])
    found = monte_carlo.mean(values)
    expected = stats.ttest_1samp(values[:4], 0.0).confidence_interval(0.95)
    assert found.replicates == 4
    assert found.mean == pytest.approx(values[:4].mean())
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_one_replicate_has_no_interval():
    assert monte_carlo.mean(np.array([0.5]))[0] == 0.5
    assert all(math.isnan(x) for x in monte_carlo.mean(np.array([0.5]))[1:3])
    assert math.isnan(monte_carlo.mean(np.array([np.nan])).mean)


def test_a_ratio_of_means_covers_at_its_level():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        bottom = rng.uniform(1.0, 3.0, 30)
        top = 0.25 * bottom + rng.normal(0.0, 0.2, 30)
        found = monte_carlo.ratio(top, bottom)
        covered += found.low <= 0.25 <= found.high
    assert 0.92 <= covered / 400 <= 0.98


# ---- effects -------------------------------------------------------------------------------------


def test_the_chain_is_complete_and_in_order():
    table = a_comparison(trials()).effects
    places = list(dict.fromkeys(table["place"]))
    assert places == list(RELATIONSHIPS)
    assert table["place"].map(places.index).is_monotonic_increasing
    assert set(table["scale"]) <= set(SCALES)
    assert (table["scale_meaning"] == table["scale"].map(SCALES)).all()
    assert set(table["better"]) == {-1, 1}
    less = {"ruptures_per_session", "hostile_acts_per_session", "symptom_severity", "dropout"}
    assert set(table.loc[table["better"] < 0, "step"]) == less


def test_the_same_people_cancel():
    row = of_step(a_comparison(trials(symptom_severity_post=-0.25)), "symptom_severity")
    assert row["difference"] == pytest.approx(-0.25)
    assert row["high"] - row["low"] < 1e-12
    assert row["finding"] == "lower"
    assert row["untrained"] + row["difference"] == pytest.approx(row["trained"])


def test_a_step_of_the_process_is_in_sd_between_the_untrained():
    row = of_step(a_comparison(trials(felt_attunement=0.1)), "felt_attunement")
    assert row["sd"] == pytest.approx(0.5)
    assert row["standardised"] == pytest.approx(0.2)
    assert row["scale"] == "patients"
    row = of_step(
        a_comparison(trials(therapist_self_attunement_post=0.1)), "therapist_self_attunement"
    )
    assert row["standardised"] == pytest.approx(0.2)


def test_an_outcome_is_in_sd_at_intake():
    row = of_step(a_comparison(trials(well_being_post=0.1)), "well_being")
    assert row["sd"] == 1.0
    assert row["standardised"] == row["difference"]


def test_attitude_is_the_mean_of_four():
    row = of_step(a_comparison(trials(therapist_love_post=0.4)), "attitude_on_the_cushion")
    assert row["difference"] == pytest.approx(0.1)


def test_a_share_is_a_ratio_of_sums():
    comparison = a_comparison(trials(noticed=1.0, repaired=0.5))
    noticed = of_step(comparison, "share_noticed")
    assert (noticed["untrained"], noticed["trained"]) == pytest.approx((0.5, 0.75))
    assert noticed["sd"] == pytest.approx(0.5)
    assert of_step(comparison, "share_repaired")["trained"] == pytest.approx(1.5 / 4.0)
    assert of_step(comparison, "share_repaired_of_noticed")["trained"] == pytest.approx(0.5)


def test_a_replicate_without_ruptures_has_no_share():
    table = trials()
    table.loc[(table["replicate"] == 2) & (table["arm"] == "trained"), "ruptures"] = 0.0
    comparison = a_comparison(table)
    assert of_step(comparison, "share_noticed")["replicates"] == 5
    assert of_step(comparison, "ruptures_per_session")["replicates"] == 6


def test_a_missing_arm_or_column_is_named():
    table = trials()
    with pytest.raises(ResultsError, match="no arm 'zen'"):
        effects.table(table, "zen", "untrained")
    with pytest.raises(ResultsError, match="no column presence"):
        a_comparison(table.drop(columns="presence"))


# ---- words ---------------------------------------------------------------------------------------


def test_findings_say_what_the_interval_says():
    def finding(*values):
        return effects.finding(monte_carlo.mean(np.array(values)))

    assert finding(0.1, 0.2, 0.15) == "higher"
    assert finding(-0.1, -0.2, -0.15) == "lower"
    assert finding(-0.1, 0.2, 0.0) == "interval covers 0"
    assert finding(0.0, 0.0, 0.0) == "exactly 0"
    assert finding(0.3) == "no interval"


def test_an_interval_that_covers_nought_is_said_to():
    rng = np.random.default_rng(5)
    table = trials(replicates=20)
    table.loc[table["arm"] == "trained", "well_being_post"] += rng.normal(0.0, 0.1, 20)
    comparison = a_comparison(table)
    assert of_step(comparison, "well_being")["finding"] == "interval covers 0"
    said = comparison.answer
    assert "well-being" in said
    assert said.partition("well-being")[2].partition("relationships")[0].count("covers 0") == 1
    assert "symptom severity exactly as without" in said


def test_the_comparison_says_what_it_is_and_is_not():
    comparison = a_comparison(trials())
    assert comparison.question.startswith(
        "Same therapists, with and without training (same people, same luck): "
    )
    assert "mbsr against none" in comparison.question
    assert "World: theory - defaults are guesses, not calibrated" in comparison.caution
    assert "not whether the parameters are right" in comparison.caution
    assert "not calibrated" not in a_comparison(trials(), world="calibrated").caution
    everything = comparison.question + comparison.answer + comparison.caution
    assert not {"works", "improves", "proves", "effective"} & set(everything.lower().split())


def test_the_reading_and_the_arms_are_named():
    comparison = a_comparison(trials())
    config = comparison.results.manifest["config"]
    config["reading"] = "independent"
    assert comparison.question.startswith("Independent populations, each arm with people of its")
    config["arms"] = [{"name": name} for name in ("none", "mbsr", "zen_daily", "zen")]
    assert "mbsr, zen daily and zen against none" in comparison.question
    config["arms"] = config["arms"][:2]
    assert ": mbsr against none;" in comparison.question


def test_every_arm_is_held_against_the_reference():
    table = trials(well_being_post=0.5)
    third = table[table["arm"] == "trained"].assign(well_being_post=lambda t: t.well_being_post + 1)
    table = pd.concat(
        [one.assign(arm=name) for name, one in (("b", third), *table.groupby("arm", observed=True))]
    )
    names = {"untrained": "a", "trained": "c"}
    kind = pd.CategoricalDtype(["a", "b", "c"], ordered=True)
    table["arm"] = table["arm"].replace(names).astype(kind)
    comparison = a_comparison(table)
    assert comparison.reference == "a"
    rows = comparison.effects[comparison.effects["step"] == "well_being"]
    assert list(rows["arm"]) == ["b", "c"]
    assert set(rows["reference"]) == {"a"}
    assert list(rows["difference"]) == pytest.approx([1.5, 0.5])
    assert len(comparison.measures) == 2 * len(MEASURES)
    assert comparison.answer.startswith("With b: attunement felt exactly as without, symptom")


def test_one_arm_is_nothing_to_compare():
    table = trials()
    table = table[table["arm"] == "trained"]
    with pytest.raises(ResultsError, match="only the arm 'trained'"):
        a_comparison(table.assign(arm=table["arm"].cat.remove_unused_categories()))


# ---- instruments and follow-up -------------------------------------------------------------------


def of_measure(comparison, step):
    return comparison.measures.set_index("step").loc[step]


def test_an_instrument_stands_beside_its_latent_state():
    row = of_measure(
        a_comparison(trials(gsi_self_post=-0.05, symptom_severity_post=-0.2)), "gsi_self_post"
    )
    assert (row["kind"], row["unit"], row["better"]) == ("instrument", "score 0–4", -1)
    assert row["difference"] == pytest.approx(-0.05)
    assert row["standardised"] == pytest.approx(-0.1)  # 0.05 of an SD of 0.5
    assert row["beside"] == pytest.approx(-0.2)
    assert math.isnan(row["change"])


def test_a_score_is_standardised_by_both_arms():
    table = trials(wai_patient_late=0.1)
    table.loc[table["arm"] == "trained", "wai_patient_late_sd"] = 1.0
    row = of_measure(a_comparison(table), "wai_patient_late")
    assert row["sd"] == pytest.approx(math.sqrt((0.25 + 1.0) / 2))


def test_what_the_mindfulness_inventory_asks_is_weighted_as_it_asks():
    row = of_measure(a_comparison(trials(therapist_attention_post=0.6)), "fmi_self_post")
    assert row["beside"] == pytest.approx(0.3)
    row = of_measure(a_comparison(trials(therapist_openness_post=0.6)), "fmi_self_post")
    assert row["beside"] == pytest.approx(0.1)


def test_follow_up_says_what_fades():
    comparison = a_comparison(trials(well_being_post=0.5, well_being_followup=0.2))
    row = of_measure(comparison, "well_being_followup")
    assert (row["standardised"], row["beside"], row["change"]) == pytest.approx((0.2, 0.5, -0.3))
    assert row["change_low"] <= -0.3 <= row["change_high"]


def test_a_single_replicate_is_said_to_have_no_interval():
    comparison = a_comparison(trials(replicates=1, well_being_post=0.1))
    assert of_step(comparison, "well_being")["finding"] == "no interval"
    assert "no interval" in comparison.answer


# ---- vital signs ---------------------------------------------------------------------------------


def sums(x, y):
    """Sums of squares and products between and within groups, the plain way."""
    means = [(np.mean(a), np.mean(b), len(a)) for a, b in zip(x, y, strict=True)]
    mx, my = np.mean(np.concatenate(x)), np.mean(np.concatenate(y))
    between = sum(n * (a - mx) * (b - my) for a, b, n in means)
    within = sum(((a - a.mean()) * (b - b.mean())).sum() for a, b in zip(x, y, strict=True))
    return between, within


def test_the_therapists_share_is_found_again():
    rng = np.random.default_rng(11)
    rows = []
    caseloads = [4, 6, 8, 6] * 6
    for replicate in range(60):
        pre = [rng.normal(size=n) for n in caseloads]
        post = [0.6 * x + rng.normal(0.0, 0.3) + rng.normal(0.0, 0.9, len(x)) for x in pre]
        row = {
            "replicate": replicate,
            "therapists": len(caseloads),
            "patients": sum(caseloads),
            "caseload_squares": sum(n * n for n in caseloads),
        }
        pairs = {"pre_ss": (pre, pre), "pre_post_sp": (pre, post), "post_ss": (post, post)}
        for name, pair in pairs.items():
            between, within = sums(*pair)
            row |= {
                f"symptom_severity_{name}_between": between,
                f"symptom_severity_{name}_within": within,
            }
        rows.append(row)
    found = vital_signs.therapist_share(pd.DataFrame(rows))
    assert found.mean == pytest.approx(0.09 / (0.09 + 0.81), abs=0.015)
    assert found.low < 0.1 < found.high


def test_a_single_therapist_has_no_share():
    table = trials()
    table["therapists"] = 1
    assert math.isnan(vital_signs.therapist_share(table).mean)


def test_vital_signs_are_those_of_the_untrained():
    table = trials(symptom_severity_post=-5.0, ending_dropped_out=0.5)
    signs = a_comparison(table).vital_signs.set_index("sign")
    assert signs.loc["dropout", "value"] == pytest.approx(0.2)
    assert signs.loc["dropout", "inside"]
    untrained = table[table["arm"] == "untrained"]
    fall = untrained["symptom_severity_pre"] - untrained["symptom_severity_post"]
    assert signs.loc["pre_post_all", "value"] == pytest.approx(fall.mean())
    assert not signs.loc["alliance", "inside"]
