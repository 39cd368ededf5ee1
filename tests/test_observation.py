"""What instruments show: attenuation, ceilings, norms, method variance, reliable change."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import choices, forms, inventory, observation
from sim.errors import ConfigurationError
from sim.observation import answers, change, scale
from sim.study import codebook, trials
from sim.trial import design, process

ROOT = Path(__file__).parents[1]
NAMES = sorted(choices.groups()["instrument"])

#: A study of untrained therapists with many patients.
WORDS = (
    *("training=none", "reading=same", "replicates=40", "precision=null"),
    *("setting.weeks=3", "setting.follow_up_weeks=1", "record=patients"),
)


def asked(*names):
    return f"instruments=[{','.join(names)}]"


@pytest.fixture(scope="module")
def config():
    return sim.configure(*WORDS, asked("phq9", "gad7", "who5", "blri", "maas", "vev", "srs"))


@pytest.fixture(scope="module")
def results(config):
    return sim.simulate(config)


@pytest.fixture(scope="module")
def patients(results):
    return results.patients[results.patients["arm"] == "untrained"].reset_index(drop=True)


def correlated(x, y):
    known = ~(np.isnan(x) | np.isnan(y))
    return np.corrcoef(x[known], y[known])[0, 1]


# ---- the model -----------------------------------------------------------------------------------


def model(reliability, validity, name="fine"):
    """One instrument on a scale so fine and wide that neither grid nor ends matter."""
    return forms.Instrument(
        name=name,
        title="Fine",
        reads={"symptom_severity": 1.0},
        waves=["pre", "post"],
        better=-1,
        low=-1000.0,
        high=1000.0,
        grid=1e-6,
        population="outpatients",
        mean=0.0,
        spread=1.0,
        reliability=reliability,
        raters={"self": forms.Rater(validity)},
        evidence=dict.fromkeys(("mean", "spread", "reliability", "validity"), "assumed"),
    )


@pytest.mark.parametrize(("reliability", "validity"), [(0.9, 0.8), (0.6, 0.9), (0.8, 0.3)])
def test_unreliability_attenuates_by_the_classical_formula(reliability, validity):
    """The correlation with the latent state is sqrt(rel val), and nothing else."""
    config = sim.configure(*WORDS, "setting.weeks=1")
    config.instrument = {"fine": model(reliability, validity)}
    found = sim.simulate(config).patients.query("arm == 'untrained'")
    z = found["symptom_severity_pre"].to_numpy()
    error = 3.5 / len(found) ** 0.5
    expected = (reliability * validity) ** 0.5
    assert correlated(found["fine_self_pre"].to_numpy(), z) == pytest.approx(expected, abs=error)
    assert np.allclose(found["fine_latent_pre"], z)


def test_two_waves_share_as_much_as_is_reliable():
    """The retest, where the state has not changed: its own lasting way of answering, and z."""
    who = answers.People(np.arange(4000), np.arange(4000), np.arange(4000), 1, np.array(2))
    u = answers.style(who, "phq9", "self", 0.3)
    first, second = (answers.error(who, "phq9", "self", moment)[0] for moment in (1, 5))
    z = np.random.default_rng(1).normal(size=4000)
    lasting = 0.8**0.5 * z + 0.2**0.5 * u
    waves = [0.84**0.5 * lasting + 0.16**0.5 * e for e in (first, second)]
    assert correlated(*waves) == pytest.approx(0.84, abs=0.02)
    for values in (u, first, second):
        assert values.mean() == pytest.approx(0.0, abs=0.05)
        assert values.std() == pytest.approx(1.0, abs=0.04)
    for one, other in itertools.combinations((u, first, second), 2):
        assert correlated(one, other) == pytest.approx(0.0, abs=0.055)


def test_what_a_person_fills_in_has_a_way_of_answering_in_common():
    who = answers.People(np.arange(4000), np.arange(4000), np.arange(4000), 1, np.array(1))
    styles = {name: answers.style(who, name, "self", 0.3) for name in ("phq9", "gad7")}
    assert correlated(*styles.values()) == pytest.approx(0.3, abs=0.05)
    alone = [answers.style(who, name, "self", 0.0) for name in ("phq9", "gad7")]
    assert correlated(*alone) == pytest.approx(0.0, abs=0.055)
    observers = [answers.style(who, name, "observer", 0.3) for name in ("phq9", "gad7")]
    assert correlated(*observers) == pytest.approx(0.0, abs=0.055)


def test_method_variance_correlates_scores_beyond_their_construct():
    """Two questionnaires of one state: sqrt of rel and val, and the style they share."""
    config = sim.configure(*WORDS, "setting.weeks=1", "parameters.method_common=0.5")
    config.instrument = {name: model(0.8, 0.5, name=name) for name in ("fine", "other")}
    found = sim.simulate(config).patients.query("arm == 'untrained'")
    x, y = (found[f"{name}_self_pre"].to_numpy() for name in config.instrument)
    assert correlated(x, y) == pytest.approx(0.8 * (0.5 + 0.5 * 0.5), abs=0.03)


# ---- the scale -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything():
    return sim.configure(asked(*NAMES), "record=sessions").instrument


@pytest.mark.parametrize("name", NAMES)
def test_the_population_of_the_norm_has_its_mean_and_spread(everything, name):
    one = everything[name]
    found = scale.moments(one)
    assert found.mean == pytest.approx(one.mean, abs=1e-6 * one.spread)
    assert found.spread == pytest.approx(one.spread, rel=1e-6)
    x = np.linspace(-12, 12, 500)
    scores = scale.scores(one, x)
    assert (np.diff(scores) >= 0).all()
    assert scores.min() >= one.low
    assert scores.max() <= one.high
    steps = (scores - one.low) / one.grid
    assert np.allclose(steps, np.round(steps))
    assert np.isnan(scale.scores(one, np.array([np.nan]))).all()


@pytest.mark.parametrize("name", ["tpi_c", "phq9"])
def test_a_ceiling_takes_what_the_moments_of_the_bounded_link_say(everything, name):
    """The mean score of a population that is half an SD better, before and after the link."""
    one = everything[name]
    x = 0.5 + np.sort(np.random.default_rng(2).normal(size=40_000))
    there = scale.moments(one, shift=0.5)
    found = scale.scores(one, x)
    assert found.mean() == pytest.approx(there.mean, abs=0.02 * one.spread + one.grid / 20)
    assert found.std() == pytest.approx(there.spread, rel=0.03, abs=one.grid / 8)
    effect = (there.mean - one.mean) / one.spread
    assert effect < 0.5
    if name == "tpi_c":  # whose norm lies near the top of the scale
        assert effect < 0.45


def test_scores_at_intake_have_the_norm_of_outpatients(config, patients):
    for name in ("phq9", "gad7", "who5"):
        one, found = config.instrument[name], patients[f"{name}_self_pre"]
        error = 4 * one.spread / len(found) ** 0.5
        assert found.mean() == pytest.approx(one.mean, abs=1.5 * error)
        assert found.std() == pytest.approx(one.spread, rel=0.05)


# ---- what is asked, by whom, when ----------------------------------------------------------------


def test_asking_changes_nothing_else_and_no_value_hangs_on_who_else_is_asked(config, results):
    alone = sim.configure(*WORDS, asked("gad7"), "engine.threads=1", "record=trials")
    plain = sim.simulate(sim.configure(*WORDS))
    there = sim.simulate(alone).trials
    for table in ("trials", "therapists", "patients"):
        without, with_scores = plain.table(table), results.table(table)
        assert without.equals(with_scores[without.columns])
    shared = [name for name in there if name.startswith("gad7")]
    assert shared
    assert there[shared].equals(results.trials[shared])


def test_a_block_more_or_less_changes_nothing(config, results):
    parts = [
        sim.study.simulate.tables(
            sim.configure(*WORDS, asked("gad7", "maas"), f"replicates={many}"),
            first_replicate=first,
        )["patients"]["gad7_self_post"].to_numpy()
        for first, many in ((0, 3), (3, 4))
    ]
    both = results.patients["gad7_self_post"].to_numpy()
    found = np.concatenate(parts)
    assert np.array_equal(found, both[: len(found)])


def test_empathy_by_raters_is_known_best_to_the_patient(patients):
    z = patients["blri_latent_late"].to_numpy()
    r = {
        rater: correlated(patients[f"blri_{rater}_late"].to_numpy(), z)
        for rater in ("patient", "observer", "therapist")
    }
    assert r["patient"] > r["observer"] > r["therapist"]


def test_an_instrument_of_change_reads_the_difference_of_two_states(patients):
    gone = patients["symptom_severity_pre"] - patients["symptom_severity_post"]
    come = patients["well_being_post"] - patients["well_being_pre"]
    assert np.allclose(patients["vev_latent_post"], (0.5 * gone + 0.5 * come) / 0.5)


def test_response_shift_hides_its_share_of_a_change():
    words = (*WORDS, "replicates=8", asked("who5"))
    kept, shifted = (
        sim.simulate(sim.configure(*words, *more)).patients
        for more in ((), ("instruments.who5.response_shift=1",))
    )
    assert kept["who5_self_pre"].equals(shifted["who5_self_pre"])
    better = kept["well_being_post"] > kept["well_being_pre"]
    assert (shifted["who5_self_post"][better] <= kept["who5_self_post"][better]).all()
    assert (shifted["who5_self_post"][~better] >= kept["who5_self_post"][~better]).all()


def test_forms_are_missing_as_often_as_said_and_more_of_the_severe():
    words = (*WORDS, asked("phq9"), "instruments.phq9.missing=0.3")
    at_random = sim.simulate(sim.configure(*words)).patients
    assert at_random["phq9_self_post"].isna().mean() == pytest.approx(0.3, abs=0.02)
    severe = sim.simulate(sim.configure(*words, "instruments.phq9.missing_severity=1")).patients
    gone = severe["phq9_self_pre"].isna()
    z = severe["symptom_severity_pre"]
    assert z[gone].mean() > z[~gone].mean() + 0.5


def test_a_trial_sees_the_scores_that_the_tables_show():
    """Same seed, same people: the endpoint of a trial is the column of the table."""
    words = ("therapists.n=4", "patients.per_therapist=3", "setting.weeks=2", "training=none")
    trial = design.of(
        sim.configure("study=power", *words, "design.endpoints=[phq9,blri_therapist,maas]")
    )
    made = next(process.simulated(trial, 2))
    config = sim.configure("study=simulate", *words, "reading=same", asked("phq9", "blri", "maas"))
    tables = sim.simulate(config, replicates=2)
    for batch, name in zip(made.batches, ("phq9_self_post", "blri_therapist_late"), strict=False):
        ours = tables.patients[tables.patients["arm"] == "untrained"]
        found = batch.whole[batch.there]
        assert set(found[~np.isnan(found)]) <= set(ours[name])
    maas = made.batches[2].whole
    assert set(maas[~np.isnan(maas)]) <= set(tables.therapists["maas_self_post"])


def test_compare_shows_the_latent_effect_beside_that_on_the_instrument():
    words = ("replicates=6", "reading=same", "precision=null", "setting.weeks=4")
    made = sim.compare(sim.configure(*words, asked("phq9", "maas", "gsi")))
    rows = made.measures.set_index("step")
    shown = rows.loc["phq9_self_post"]
    assert shown["beside"] == pytest.approx(
        made.effects.set_index("step").loc["symptom_severity", "difference"]
        / made.results.trials.query("arm == 'untrained'")["phq9_latent_post_sd"].pow(2).mean()
        ** 0.5
    )
    assert abs(rows.loc["maas_self_post", "standardised"]) < abs(
        rows.loc["maas_self_post", "beside"]
    )
    for name in ("phq9", "gsi"):
        shares = [rows.loc[f"{name}_self_post_{word}", "trained"] for word in change.CATEGORIES]
        assert sum(shares) == pytest.approx(1.0)
        assert set(rows.loc[f"{name}_self_post_{change.CATEGORIES[0]}", ["kind"]]) == {"change"}


def test_the_codebook_knows_every_column(config, results):
    columns = {name: list(results.table(name)) for name in ("trials", "therapists", "patients")}
    words = {"arm": ["trained", "untrained"], "ending": ["completed"]}
    entries = {(e.table, e.column): e for e in codebook.codebook(columns, words, config.instrument)}
    assert entries["patients", "phq9_self_post"].range == "0 to 27"
    assert entries["trials", "phq9_self_post_recovered"].unit == "share"
    assert trials.SPREAD


# ---- reliable and clinically significant change --------------------------------------------------


def test_reliable_change_is_that_of_jacobson_and_truax():
    """Their example: SD 7.5 and reliability .80 make a standard error of difference of 4.74."""
    assert change.reliable_change(7.5, 0.80) == pytest.approx(1.96 * 4.743, abs=0.01)
    assert change.reliable_change(5.0, 1.0) == 0.0


def test_categories_have_known_answers():
    before = np.array([20.0, 20.0, 20.0, 20.0, 12.0, 8.0, 20.0, np.nan])
    after = np.array([9.0, 14.0, 15.0, 26.0, 10.0, 2.0, 10.0, 3.0])
    found = change.categories(before, after, cut=10.0, reliable=6.0, better=-1)
    words = [change.CATEGORIES[code] if code >= 0 else "unknown" for code in found]
    assert words == [
        *("recovered", "improved", "unchanged", "deteriorated"),
        *("unchanged", "improved", "improved", "unknown"),
    ]
    mirrored = change.categories(-before, -after, cut=-10.0, reliable=6.0, better=1)
    assert np.array_equal(found, mirrored)
    uncut = change.categories(before, after, cut=None, reliable=6.0, better=-1)
    assert not (uncut == change.RECOVERED).any()


# ---- files ---------------------------------------------------------------------------------------

#: What each row of the specification is called here.
ROWS = {
    "SCL-90-R GSI": ("gsi",),
    "OQ-45.2": ("oq45", "oq45_distress", "oq45_relations", "oq45_role"),
    "CORE-OM": ("core_om",),
    "PHQ-9": ("phq9",),
    "GAD-7": ("gad7",),
    "BDI-II": ("bdi2",),
    "WHO-5": ("who5",),
    "IIP-32 / IIP-64": ("iip32", "iip64"),
    "ORS": ("ors",),
    "SRS": ("srs",),
    "WAI-SR (patient), WAI-T (therapist)": ("wai",),
    "BLRI empathy": ("blri",),
    "TPI-T / TPI-C": ("tpi_t", "tpi_c"),
    "STEP": ("step_clarification", "step_problem_solving", "step_relationship"),
    "VEV": ("vev",),
    "MAAS": ("maas",),
    "FMI-14": ("fmi",),
    "FFMQ-39": ("ffmq",),
    "SCS-26": ("scs", "scs_patients"),
    "IRI": ("iri_concern", "iri_perspective", "iri_distress"),
    "SASB": ("intrex", "sasb_acts"),
    "FIS task": ("fis",),
    "Rupture self-report (PSQ)": ("psq_intensity", "psq_resolution"),
}


def test_every_instrument_of_the_specification_has_its_file():
    assert sorted(itertools.chain(*ROWS.values())) == NAMES


def test_no_two_share_an_address(everything):
    numbers = [
        answers.call(name, rater) for name, one in everything.items() for rater in one.raters
    ]
    assert len(set(numbers)) == len(numbers)


def test_an_instrument_of_ones_own_is_a_file(tmp_path):
    (tmp_path / "instrument").mkdir()
    text = (ROOT / "conf" / "instrument" / "phq9.yaml").read_text(encoding="utf-8")
    file = tmp_path / "instrument" / "mine.yaml"
    file.write_text(text.replace("phq9", "mine"), encoding="utf-8")
    found = sim.configure(asked("mine"), folder=tmp_path)
    assert list(found.instrument) == ["mine"]
    assert sim.configuration.restore(found.to_dict()).instrument == found.instrument
    file.write_text(text.replace("phq9", "mine").partition("\n")[2], encoding="utf-8")
    with pytest.raises(ConfigurationError, match="has to begin with where it belongs"):
        sim.configure(asked("mine"), folder=tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((asked("phq8"),), "did you mean 'phq9'?"),
        (("instruments.phq9.mean=3",), "instruments=[phq9] does that"),
        ((asked("phq9"), "instruments.phq9.spreads=1"), "did you mean 'spread'?"),
        ((asked("phq9"), "instruments.phq9.missing=2"), "missing=2: it takes a share from 0 to 1"),
        ((asked("phq9"), "instruments.phq9.mean=99"), "between the ends of the scale"),
        ((asked("phq9"), "instruments.phq9.spread=20"), "spread=20: it takes more than 0 and at"),
        ((asked("phq9"), "instruments.phq9.waves=[pre,pots]"), "did you mean 'post'?"),
        (("study=variance", asked("phq9")), "goes with attune compare and attune simulate"),
        (("study=power", asked("phq9")), "a trial takes it as design.endpoints"),
        ((asked("psq_intensity"),), "record=sessions shows it"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(words, said):
    with pytest.raises(ConfigurationError, match=re.escape(said)) as caught:
        sim.configure(*words)
    assert "\n" not in str(caught.value)


def test_an_unknown_endpoint_may_be_an_instrument():
    config = sim.configure("study=power", "design.endpoints=[phq8]")
    with pytest.raises(ConfigurationError, match=r"did you mean 'phq9'\?"):
        design.of(config)


def test_every_fault_of_a_file_is_found():
    config = sim.configure()
    config.instrument = {"fine": model(0.9, 0.8)}
    inventory.check(config)
    for key, value, said in (
        ("of", "patient", "did you mean 'patients'?"),
        ("reads", {"severity": 1.0}, "have no column at the wave pre"),
        ("reads", {}, "reads nothing"),
        ("better", 0, "takes 1 where more is better"),
        ("grid", 0.0, "grid=0"),
        ("width", 0.0, "width=0"),
        ("raters", {}, "no raters"),
        ("evidence", {}, "no evidence for its mean"),
        ("change", True, "leave out the wave pre"),
    ):
        config.instrument = {"fine": model(0.9, 0.8)}
        setattr(config.instrument["fine"], key, value)
        with pytest.raises(ConfigurationError, match=re.escape(said)):
            inventory.check(config)


def test_every_column_is_listed_once(config):
    listed = observation.scores(config.instrument, "patients")
    assert "phq9_latent_pre" in listed
    assert observation.column(config.instrument["phq9"], "self", "pre") in listed
