"""Planning a trial: cost, assurance, what is detectable, robustness; report and protocol."""

import dataclasses
import io
import math

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from scipy import integrate, special, stats

import sim
from sim import cli, configuration, ensemble, parameters, plan_report, planning, plans, results
from sim.calibration.held import HELD
from sim.errors import AttuneError, ConfigurationError, ResultsError
from sim.narrative import findings, protocol
from sim.plans import Departure
from sim.study import assurance, beliefs, cost, prices, robustness, search, verdicts
from sim.study.detectable import detectable
from sim.study.verdicts import EFFECT
from sim.trial import design

LINEAR = ("generator=linear", "generator.effect=0.5", "therapists.n=12")
MEANS = ("analysis=therapists", "design.baseline=false")
TINY = ("setting.weeks=4", "setting.segments=2", "patients.per_therapist=3", "therapists.n=4")


def power_of(therapists, patients, effect, icc):
    """Power of the t-test on means of equal caseloads: exact, by the noncentral t."""
    shift = effect / math.sqrt(4.0 * (icc + (1.0 - icc) / patients) / therapists)
    df = therapists - 2
    critical = stats.t.ppf(0.975, df)
    return 1.0 - special.nctdtr(df, shift, critical) + special.nctdtr(df, shift, -critical)


def row_of(done, name):
    (row,) = done.table(name).to_dict("records")
    return row


@pytest.fixture(scope="module")
def searched():
    words = ("study=search", *LINEAR, "budget=1500000", "generator.dropout=0.1")
    return search.search(sim.configure(*words))


@pytest.fixture(scope="module")
def mapped():
    words = ("study=cost", *LINEAR, *MEANS, "sizes=[4,60]", "budget=800000", "price.training=500")
    return cost.cost(sim.configure(*words))


# ---- cost ----------------------------------------------------------------------------------------


def test_a_trial_costs_the_sum_of_its_parts():
    words = ("price.trial=7", "price.therapist=100", "price.training=50", "price.patient=10")
    more = ("price.session=2", "price.assessment=1", "therapists.n=6", "patients.per_therapist=4")
    planned = design.of(sim.configure("study=cost", *words, *more))
    told = prices.parts(planned)
    assert told == {
        "trial": 7.0,
        "therapist": 600.0,
        "training": 150.0,
        "patient": 240.0,
        "session": 24 * 18 * 2.0,
        "assessment": 48.0,
    }
    assert prices.total(planned) == sum(told.values())


def test_nothing_on_the_front_is_beaten():
    rng = np.random.default_rng(1)
    price, power = rng.random(40), rng.random(40)
    marked = cost.front(price, power)
    for i in range(40):
        beaten = (
            (price <= price[i]) & (power >= power[i]) & ((price < price[i]) | (power > power[i]))
        )
        assert marked[i] != beaten.any()


def test_the_cheapest_of_the_designs_that_reach_the_target_is_found(mapped):
    table, best = mapped.table("cost"), row_of(mapped, "search")
    assert best["price"] == table["price"].min()
    assert best["price_low"] <= best["price"] <= best["price_high"]
    assert table["cheapest"].sum() == pytest.approx(1.0, abs=0.01)
    for row in table[np.isfinite(table["therapists"])].to_dict("records"):
        exact = next(n for n in range(4, 400, 2) if power_of(n, row["patients"], 0.5, 0.05) >= 0.8)
        assert abs(row["therapists"] - exact) <= max(2, 0.15 * exact)
    assert row_of(mapped, "implied")["effect"] == 0.5


# ---- assurance -----------------------------------------------------------------------------------


def test_assurance_of_what_is_certain_is_power_exactly():
    config = sim.configure("study=assurance", *LINEAR, "replicates=20", "budget=40000")
    row = row_of(assurance.assurance(config), "assurance")
    many = row["sets"] * row["trials_of_a_set"]
    codes = verdicts.of_trials(design.of(config), 0, many).codes[EFFECT]
    assert row["mean"] == pytest.approx(verdicts.share(codes), abs=1e-12)


def test_a_degenerate_posterior_of_the_chain_gives_power_exactly(tmp_path, monkeypatch):
    file = tmp_path / beliefs.POSTERIOR
    known = parameters.table()
    pd.DataFrame(
        {name: [known[name].default] * 3 for name in ("transfer", "resonance_mean")}
    ).assign(weight=1.0).to_parquet(file)
    monkeypatch.setattr(beliefs, "_file", lambda: file)
    words = ("study=assurance", "over=posterior", *TINY, "replicates=12", "budget=2000")
    config = sim.configure(*words)
    row = row_of(assurance.assurance(config), "assurance")
    many = row["sets"] * row["trials_of_a_set"]
    codes = verdicts.of_trials(design.of(config), 0, many).codes[EFFECT]
    assert row["mean"] == pytest.approx(verdicts.share(codes), abs=1e-12)


def test_assurance_of_a_wide_belief_is_the_integral_and_has_its_parts():
    words = ("generator.effect_spread=0.3", "replicates=400", "budget=2400000")
    config = sim.configure("study=assurance", *LINEAR, *MEANS, *words)
    done = assurance.assurance(config)
    row = row_of(done, "assurance")
    exact = integrate.quad(
        lambda x: stats.norm.pdf(x, 0.5, 0.3) * power_of(12, 7, x, 0.05), -1.0, 2.0
    )[0]
    assert row["mean_low"] - 0.02 < exact < row["mean_high"] + 0.02
    assert row["luck"] + row["ignorance"] == pytest.approx(row["mean"] * (1.0 - row["mean"]))
    square = integrate.quad(
        lambda x: stats.norm.pdf(x, 0.5, 0.3) * power_of(12, 7, x, 0.05) ** 2, -1.0, 2.0
    )[0]
    assert row["ignorance"] == pytest.approx(square - exact**2, rel=0.15)
    reach = next(x for x in np.arange(0, 2, 0.001) if power_of(12, 7, x, 0.05) >= 0.8)
    assert row["adequate"] == pytest.approx(stats.norm.sf(reach, 0.5, 0.3), abs=0.06)


def test_sets_of_the_prior_come_in_pairs_that_share_what_there_is_evidence_for():
    config = sim.configure("study=assurance", *TINY, "parameters.transfer=0.31")
    first, second, third = (vars(one.parameters) for one in beliefs.sets(config, 3))
    table = parameters.table()
    for name, entry in table.items():
        if entry.prior == "fixed" or name == "transfer":
            assert first[name] == second[name] == config.parameters_record().__getattribute__(name)
        elif entry.evidence != beliefs.GUESSED:
            assert first[name] == second[name] != third[name]
        else:
            assert len({first[name], second[name], third[name]}) > 1
        assert entry.low <= first[name] <= entry.high


def test_sets_of_the_posterior_come_in_pairs_that_share_what_can_be_fitted(tmp_path, monkeypatch):
    """And what is set by hand is in none of them."""
    file, rng = tmp_path / beliefs.POSTERIOR, np.random.default_rng(2)
    names = ["transfer", "self_to_other", "resonance_mean", "adherence_mean"]
    table = pd.DataFrame({name: 0.2 + 0.6 * rng.random(8) for name in names})
    table.to_parquet(file)
    monkeypatch.setattr(beliefs, "_file", lambda: file)
    monkeypatch.setattr(ensemble, "calibrated", dict)
    words = ("study=assurance", "over=posterior", *TINY, "parameters.self_to_other=0.31")
    drawn = [vars(one.parameters) for one in beliefs.sets(sim.configure(*words), 8)]
    assert {one["self_to_other"] for one in drawn} == {0.31}
    assert {one["transfer"] for one in drawn} == set(table["transfer"])
    for first, second in zip(drawn[::2], drawn[1::2], strict=True):
        assert first["resonance_mean"] == second["resonance_mean"]
        pair = {
            "resonance_mean": first["resonance_mean"],
            "adherence_mean": first["adherence_mean"],
        }
        assert (table[list(pair)] == pair).all(axis=1).any()  # what is fitted stays together


def test_what_calibration_left_at_its_prior_median_was_not_fitted(monkeypatch):
    entry = parameters.table()["adherence_mean"]
    median = float(beliefs.quantile(entry, np.array(0.5)))
    guessed = {"transfer": 0.4, "adherence_mean": float(f"{median:.6g}"), "resonance_mean": 0.1}
    monkeypatch.setattr(ensemble, "calibrated", lambda: guessed)
    assert beliefs.unfitted() == {"transfer", "adherence_mean"}
    monkeypatch.setattr(ensemble, "calibrated", dict)
    assert beliefs.unfitted() == set(HELD)


def test_the_best_guess_of_a_calibration_is_not_taken_as_known(monkeypatch):
    config = sim.configure("study=assurance", "world=theory", "parameters.self_to_other=0.31")
    config = dataclasses.replace(
        config,
        world=dataclasses.replace(config.world, name=ensemble.CALIBRATED),
        parameters=dataclasses.replace(config.parameters, transfer=0.4, resonance_mean=0.1),
    )
    monkeypatch.setattr(ensemble, "calibrated", lambda: {"transfer": 0.4})
    assert ensemble.set_by_hand(config) == [
        name for name in parameters.table() if name in {"self_to_other", "resonance_mean"}
    ]


def test_what_is_assumed_is_told_apart_from_what_there_is_evidence_for():
    """Power that hangs on what pairs share has nothing of the prior alone, and the other way."""
    rng = np.random.default_rng(3)
    told = np.full(4000, 50)
    shared = np.repeat(rng.random(2000), 2)
    alone = rng.random(4000)
    for power, expected in ((shared, 0.0), (alone, 1.0)):
        row = assurance.described(rng.binomial(told, power), told, 0.8, paired=True)
        assert row["prior_alone"] == pytest.approx(expected, abs=0.08)


# ---- what is detectable, and robustness ----------------------------------------------------------


def test_the_detectable_effect_is_that_of_the_noncentral_t():
    words = ("study=detectable", *LINEAR, *MEANS, "generator.effect_spread=0.2", "budget=700000")
    row = row_of(detectable(sim.configure(*words)), "detectable")
    exact = next(x for x in np.arange(0, 2, 0.0005) if power_of(12, 7, x, 0.05) >= 0.8)
    assert row["standardised"] == pytest.approx(exact, rel=0.04)
    assert row["effect_low"] < row["effect"] < row["effect_high"]
    assert row["reached"] == pytest.approx(stats.norm.sf(exact, 0.5, 0.2), abs=0.12)


def test_the_theory_predicts_a_range_of_effects():
    words = ("study=detectable", *TINY, "replicates=12", "budget=9000")
    done = detectable(sim.configure(*words))
    row = row_of(done, "detectable")
    assert row["low"] < row["median"] < row["high"]
    assert row["standardised"] > row["high"]
    assert row["reached"] == 0.0
    assert "outside that range" in " ".join(findings.answer(done))


def test_departures_change_power_and_the_plan_does_not():
    words = ("study=robustness", *LINEAR, "replicates=600", "budget=2000000")
    table = robustness.robustness(sim.configure(*words)).table("robustness").set_index("departure")
    assert table.index[0] == robustness.AS_PLANNED
    assert table.loc[robustness.AS_PLANNED, "difference"] == 0.0
    assert (table.loc[["contamination", "early_closure"], "difference_high"] < 0.0).all()


def test_a_departure_sets_multiplies_or_adds():
    config = sim.configure("study=robustness", "therapists.n=18")
    made = Departure(
        name="mine",
        process={
            "therapists.n": "times 0.75",
            "design.uptake": "times 0.5",
            "parameters.dropout_base": "plus 0.5",
            "design.caseloads": "drawn",
        },
    )
    changed = robustness.departed(config, made)
    assert changed.therapists.n == 14
    assert changed.design.uptake == 0.5
    assert changed.parameters.dropout_base == config.parameters.dropout_base + 0.5
    assert config.design.caseloads == "fixed"
    for key, value, said in (
        ("design.uptak", 0.5, "did you mean 'design.uptake'?"),
        ("design.uptake", "times half", "cannot be worked out"),
        ("design.uptake", "times 3", "the departure mine cannot be: design.uptake=3"),
    ):
        with pytest.raises(ConfigurationError, match="mine") as error:
            robustness.departed(config, dataclasses.replace(made, process={key: value}))
        assert said in str(error.value)


def run(*words):
    config = sim.configure(*words)
    return planning.study(config)(config)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("study=assurance", "over=posterior"), "and there is none: over=prior"),
        (("study=detectable", "over=posterior"), "and there is none: over=prior"),
        (("study=assurance", "over=belief"), "it takes one of prior, posterior"),
        (("study=assurance", "over=posterior", *LINEAR), "over=posterior means nothing to"),
        (("study=assurance", "replicates=2"), "it takes 10 or more"),
        (("study=assurance", "budget=50"), "budget=50 is too small"),
        (("study=detectable", "budget=50"), "budget=50 is too small"),
        (("study=robustness", "budget=50"), "budget=50 is too small"),
        (("study=robustness", "departure=[]"), "departure=[] leaves nothing to ask"),
        (("study=cost", "budget=50"), "budget=50 is too small for a map"),
        (("study=detectable", "design.kind=correlational"), "has no effect to detect"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(words, said, monkeypatch, tmp_path):
    monkeypatch.setattr(beliefs, "_file", lambda: tmp_path / "posterior.parquet")
    with pytest.raises(AttuneError) as error:
        run(*words)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", plans.PLANS)
def test_a_budget_too_small_is_refused_before_anything_is_shown(name, capsys):
    words = ["budget=50", "fresh=true"]
    assert cli.main([name, *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("attune: budget=50 is too small")


def test_a_posterior_that_is_none_is_said_so(tmp_path, monkeypatch):
    file = tmp_path / "posterior.parquet"
    monkeypatch.setattr(beliefs, "_file", lambda: file)
    config = sim.configure("study=assurance", "over=posterior")
    file.write_text("nothing", encoding="utf-8")
    with pytest.raises(ResultsError, match="cannot be read"):
        next(beliefs.sets(config, 2))
    pd.DataFrame({"weight": [1.0]}).to_parquet(file)
    with pytest.raises(ResultsError, match="no column bears"):
        next(beliefs.sets(config, 2))
    pd.DataFrame({"transfer": [7.0]}).to_parquet(file)
    with pytest.raises(ConfigurationError, match=r"parameters.transfer=7.0 is out of range"):
        next(beliefs.sets(config, 2))


# ---- told, shown and kept ------------------------------------------------------------------------


def test_the_protocol_holds_the_numbers_and_the_command_repeats_them(searched):
    text = plan_report.as_markdown(searched)
    row = row_of(searched, "search")
    assert f"{row['size']:.0f} therapists" in text
    assert findings.anew(searched) in text
    assert "SPIRIT" in text
    assert "Repeat: attune search" in text
    assert "Outcome recorded" not in text  # said as CONSORT says it
    words = searched.manifest["command"].split()
    again = search.search(sim.configure(f"study={words[1]}", *words[2:]))
    for name in ("search", "curve", "fresh", "implied"):
        pd.testing.assert_frame_equal(searched.table(name), again.table(name))


def test_the_design_found_can_be_asked_for_by_every_analysis(searched, mapped):
    for done in (searched, mapped):
        planned = protocol.chosen(done)
        _, study, *words = protocol.power_command(done, planned).split()
        config = sim.configure(f"study={study}", *words)
        assert config.therapists.n == planned.therapists
        assert sum(config.caseloads()) == planned.patients
        assert dataclasses.asdict(config.design) == dataclasses.asdict(planned.config.design)


@pytest.mark.parametrize("name", ["searched", "mapped"])
def test_a_result_is_kept_and_shown_within_its_width(name, request, tmp_path):
    done = request.getfixturevalue(name)
    study, summary = done.config.study.name, done.table("curve")
    also = lambda part: plan_report.write(done, part)  # noqa: E731
    folder = done.save(tmp_path / name, summary=summary, also=also)
    files = {file.name for file in folder.iterdir()}
    assert {f"{study}.png", f"{study}.svg", "report.html", "protocol.md"} <= files
    again = results.load(folder)
    assert findings.answer(again) == findings.answer(done)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "For the protocol" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    console = Console(file=io.StringIO(), width=80, highlight=False)
    planning.show(console, done)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("…" in line for line in lines)


def test_only_studies_that_plan_keep_what_planning_is_told():
    plain = sim.configure("study=power", "target=0.9")
    assert "target" not in plain.identity()
    planned = sim.configure("study=search", "target=0.9")
    assert planned.identity()["target"] == 0.9
    assert configuration.restore(planned.to_dict()) == planned
