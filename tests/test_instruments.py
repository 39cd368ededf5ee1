"""Instruments: scores on their scale, and what is reported of ruptures."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import draws, instruments, population
from sim.parameters import Parameters
from sim.records import Dyad, Patient, PatientPopulation, Therapist
from sim.records import TherapistPopulation as Therapists

P = Parameters()
shares = st.floats(0.0, 1.0)
scores = st.floats(-20.0, 20.0)

#: Mean, spread, low, high, grid.
SCALES = {
    "fmi": (P.fmi_mean, P.fmi_spread, 14.0, 56.0, 1.0),
    "scs": (P.scs_mean, P.scs_spread, 1.0, 5.0, 1.0 / 26.0),
    "gsi": (P.gsi_mean, P.gsi_spread, 0.0, 4.0, 1.0 / 90.0),
    "wai_patient": (P.wai_patient_mean, P.wai_spread, 1.0, 5.0, 1.0 / 12.0),
    "wai_therapist": (P.wai_therapist_mean, P.wai_spread, 1.0, 5.0, 1.0 / 12.0),
}
scales = pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)


# ---- from latent to observed ---------------------------------------------------------------------


@given(shares, shares)
def test_an_observed_value_is_as_valid_and_reliable_as_stated(validity, reliability):
    """It is linear, so its moments follow from its three weights."""
    on_state = instruments.observed(1.0, 0.0, 0.0, validity, reliability)
    on_style = instruments.observed(0.0, 1.0, 0.0, validity, reliability)
    on_error = instruments.observed(0.0, 0.0, 1.0, validity, reliability)
    assert on_state == pytest.approx(math.sqrt(reliability * validity))
    lasting = on_state * on_state + on_style * on_style
    assert lasting == pytest.approx(reliability)  # what two waves share
    assert lasting + on_error * on_error == pytest.approx(1.0)


@given(scores, scores, scores, shares, shares)
def test_it_is_linear(z, style, error, validity, reliability):
    whole = instruments.observed(z, style, error, validity, reliability)
    parts = (
        instruments.observed(z, 0.0, 0.0, validity, reliability)
        + instruments.observed(0.0, style, 0.0, validity, reliability)
        + instruments.observed(0.0, 0.0, error, validity, reliability)
    )
    assert whole == pytest.approx(parts, abs=1e-12)


# ---- from observed to a score --------------------------------------------------------------------


@scales
@given(x=scores)
def test_a_score_lies_on_its_grid_within_its_bounds(scale, x):
    mean, spread, low, high, grid = scale
    score = instruments.score(x, mean, spread, low, high, grid)
    assert low <= score <= high
    steps = (score - low) / grid
    assert steps == pytest.approx(round(steps), abs=1e-9)


@scales
@given(x=scores, y=scores)
def test_more_is_never_less(scale, x, y):
    first, second = (instruments.score(value, *scale) for value in sorted((x, y)))
    assert first <= second


#: A normal population, as the middles of equal shares of it.
NORMAL = [draws.normal(round((i + 0.5) * 2**32 / 2000)) for i in range(2000)]


@scales
def test_a_normal_population_has_the_norms_mean_and_spread(scale):
    mean, spread, *_ = scale
    found = [instruments.score(x, *scale) for x in NORMAL]
    assert np.mean(found) == pytest.approx(mean, abs=0.005 * spread)
    assert np.std(found) == pytest.approx(spread, rel=0.01)


@given(share=st.floats(0.05, 0.95), part=st.floats(0.05, 0.5))
def test_so_it_has_wherever_the_norm_lies(share, part):
    spread = part * math.sqrt(share * (1.0 - share))
    a, b = instruments.bounded(share, spread, 0.0, 1.0)
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    weights /= weights.sum()
    y = 1.0 / (1.0 + np.exp(-(a + b * points)))
    mean = weights @ y
    assert mean == pytest.approx(share, abs=0.01 * spread)
    assert math.sqrt(weights @ (y - mean) ** 2) == pytest.approx(spread, rel=0.01)


@given(share=st.floats(0.001, 0.999), spread=st.floats(0.001, 2.0))
def test_a_norm_that_no_scale_can_have_still_gives_a_link(share, spread):
    a, b = instruments.bounded(share, spread, 0.0, 1.0)
    assert math.isfinite(a)
    assert 0.0 < b < math.inf


@scales
def test_nobody_scores_beyond_the_scale(scale):
    _, _, low, high, _ = scale
    assert instruments.score(-100.0, *scale) == low
    assert instruments.score(100.0, *scale) == pytest.approx(high, abs=1e-12)


# ---- the questionnaires --------------------------------------------------------------------------


def fill_in(name, p, t, c, d, error):
    """Let whoever is asked fill in one questionnaire."""
    return {
        "fmi": lambda: instruments.mindfulness(p, t, error),
        "scs": lambda: instruments.self_compassion(p, t, error),
        "gsi": lambda: instruments.symptoms(p, c, error),
        "wai_patient": lambda: instruments.alliance_by_patient(p, c, d, error),
        "wai_therapist": lambda: instruments.alliance_by_therapist(p, t, d, error),
    }[name]()


#: What each asks for, and the person's own way of answering it.
ASKED = {
    "fmi": {
        *("t.attention_baseline", "t.curiosity_baseline", "t.openness_baseline"),
        *("t.attention_gain", "t.curiosity_gain", "t.openness_gain"),
        *("t.acceptance_baseline", "t.acceptance_gain"),
    },
    "scs": {
        *("t.acceptance_baseline", "t.love_baseline", "t.acceptance_gain", "t.love_gain"),
        *("t.introject", "t.self_compassion_gain"),
    },
    "gsi": {"c.symptom_severity"},
    "wai_patient": {"d.alliance"},
    "wai_therapist": {"d.alliance"},
}
STYLE = {
    "fmi": "t.mindfulness_style",
    "scs": "t.compassion_style",
    "gsi": "c.symptom_style",
    "wai_patient": "c.alliance_style",
    "wai_therapist": "t.alliance_style",
}
RELIABILITY = {
    "fmi": P.fmi_reliability,
    "scs": P.scs_reliability,
    "gsi": P.gsi_reliability,
    "wai_patient": P.wai_reliability,
    "wai_therapist": P.wai_reliability,
}
VALIDITY = {
    "fmi": P.fmi_validity,
    "scs": P.scs_validity,
    "gsi": P.gsi_validity,
    "wai_patient": P.wai_patient_validity,
    "wai_therapist": P.wai_therapist_validity,
}
questionnaires = pytest.mark.parametrize("name", ASKED)


def answered(name, error=0.0, p=P, **changed):
    """The answer of average people but for the fields given, as ``t_introject=1.0``."""
    people = {"t": Therapist(), "c": Patient(), "d": Dyad(alliance=p.alliance_norm)}
    for where, value in changed.items():
        letter, _, field = where.partition("_")
        setattr(people[letter], field, value)
    return fill_in(name, p, *people.values(), error)


@questionnaires
def test_a_questionnaire_asks_what_it_says_and_nothing_else(name):  # T140: cushion, not room
    plain = answered(name)
    moved = set()
    for letter, record in (("t", Therapist), ("c", Patient), ("d", Dyad)):
        for field in dataclasses.fields(record):
            changed = answered(name, **{f"{letter}_{field.name}": 3})
            if changed != plain:
                moved.add(f"{letter}.{field.name}")
    assert moved == ASKED[name] | {STYLE[name]}


@pytest.mark.parametrize("name", ["fmi", "scs"])
def test_a_gain_counts_like_a_baseline(name):
    for where in ASKED[name]:
        if where.endswith("_baseline"):
            here = where.replace(".", "_")
            there = here.replace("_baseline", "_gain")
            assert answered(name, -0.2, **{here: 1.7}) == answered(name, -0.2, **{there: 1.7})


@questionnaires
def test_state_style_and_error_raise_a_score(rises, name):
    step = {"fmi": 2.0, "scs": 1.0, "gsi": 0.5}.get(name, P.alliance_norm_spread)
    for where in ASKED[name]:
        middle = P.alliance_norm if where == "d.alliance" else 0.0
        field = where.replace(".", "_")
        low, high = middle - 3.0 * step, middle + 3.0 * step
        assert rises(lambda x, field=field: answered(name, **{field: x}), low, high), where
    style = STYLE[name].replace(".", "_")
    assert rises(lambda x: answered(name, **{style: x}), -2.0, 2.0)
    assert rises(lambda error: answered(name, error), -4.0, 4.0)


def test_patients_and_therapists_see_one_alliance_and_therapists_less_of_it():  # T75
    assert P.wai_therapist_validity < P.wai_patient_validity
    assert answered("wai_therapist") < answered("wai_patient")


MANY = 3000

#: Instruments that err in nothing show the state itself, by the same bent scale.
FINE = Parameters(
    {
        **{
            f"{name}_{part}": 1.0
            for name in ("fmi", "scs", "gsi")
            for part in ("validity", "reliability")
        },
        "wai_patient_validity": 1.0,
        "wai_therapist_validity": 1.0,
        "wai_reliability": 1.0,
    }
)


@pytest.fixture(scope="module")
def norm():
    """The answers of the people each instrument is normed on: twice, and without any error."""
    found = {name: ([], [], []) for name in ASKED}
    for who in range(MANY):
        t, c, d = Therapist(), Patient(), Dyad()
        population.therapist(P, Therapists(), t, who, 5, 0)
        population.patient(P, PatientPopulation(), c, who, 5, 0)
        words = draws.words(5, 0, who, who, 0, 100)
        d.alliance = P.alliance_norm + P.alliance_norm_spread * draws.normal(words[0])
        styles = draws.words(5, 0, who, draws.NOBODY, 0, draws.THERAPIST_ANSWERING)
        t.mindfulness_style, t.compassion_style, t.alliance_style, _ = map(draws.normal, styles)
        styles = draws.words(5, 0, draws.NOBODY, who, 0, draws.PATIENT_ANSWERING)
        common, symptom, alliance, _ = map(draws.normal, styles)
        c.symptom_style = instruments.answering(P, common, symptom)
        c.alliance_style = instruments.answering(P, common, alliance)
        errors = [draws.normal(words[1]), draws.normal(words[2])]
        for name, (first, second, latent) in found.items():
            first.append(fill_in(name, P, t, c, d, errors[0]))
            second.append(fill_in(name, P, t, c, d, errors[1]))
            latent.append(fill_in(name, FINE, t, c, d, 0.0))
    return {name: tuple(map(np.array, answers)) for name, answers in found.items()}


def bent(name):
    """Mean and spread of the scores of standard normal people on this bounded scale."""
    x = np.linspace(-6.0, 6.0, 1201)
    weights = np.exp(-0.5 * x * x)
    weights /= weights.sum()
    scored = np.array([instruments.score(one, *SCALES[name]) for one in x])
    mean = (weights * scored).sum()
    return mean, math.sqrt((weights * (scored - mean) ** 2).sum())


@questionnaires
def test_the_people_of_the_norm_score_the_norm(norm, name):  # T12, T16
    mean, spread = bent(name)
    for wave in norm[name][:2]:
        assert abs(wave.mean() - mean) < 4.0 * spread / math.sqrt(MANY)


@questionnaires
def test_the_people_of_the_norm_differ_as_it_says(norm, name):  # T12, T16
    _, spread = bent(name)
    for wave in norm[name][:2]:
        assert abs(wave.std() / spread - 1.0) < 4.0 / math.sqrt(2.0 * MANY)


#: The bend and the grid of a scale take a little off a correlation.
BEND = 0.02


@questionnaires
def test_two_answers_agree_as_the_reliability_says(norm, name):  # T16
    first, second, _ = norm[name]
    found = math.atanh(np.corrcoef(first, second)[0, 1])
    margin = 4.0 / math.sqrt(MANY)
    assert math.atanh(RELIABILITY[name] - BEND) - margin < found
    assert found < math.atanh(RELIABILITY[name]) + margin


@questionnaires
def test_an_answer_shows_the_state_as_validity_and_reliability_say(norm, name):  # T16
    first, _, latent = norm[name]
    found = math.atanh(np.corrcoef(first, latent)[0, 1])
    expected = math.sqrt(RELIABILITY[name] * VALIDITY[name])
    margin = 4.0 / math.sqrt(MANY)
    assert math.atanh(expected - BEND) - margin < found < math.atanh(expected) + margin


@given(shares)
def test_a_way_of_answering_is_in_part_common_to_all_instruments(common):
    p = Parameters({"method_common": common})
    shared, own = instruments.answering(p, 1.0, 0.0), instruments.answering(p, 0.0, 1.0)
    assert min(shared, own) >= 0.0
    assert shared * shared == pytest.approx(common)
    assert shared * shared + own * own == pytest.approx(1.0)


# ---- ruptures, as reported -----------------------------------------------------------------------

DRAWS = [(index + 0.5) / 10_000 for index in range(10_000)]


@pytest.mark.parametrize(
    ("d", "there", "by_patient", "by_therapist"),
    [
        (Dyad(), False, P.report_patient_false, P.report_therapist_false),
        (Dyad(ruptures=1), True, P.report_patient, P.report_unnoticed),
        (Dyad(rupture_open=1), True, P.report_patient, P.report_unnoticed),
        (Dyad(rupture_open=1, noticed=1), True, P.report_patient, P.report_noticed),
        (Dyad(rupture_open=1, attempts=2), True, P.report_patient, P.report_noticed),
        (Dyad(attempts=1, repaired=1), True, P.report_patient, P.report_noticed),
    ],
    ids=["none", "begun", "old", "noticed", "worked on", "repaired"],
)
def test_reports_are_as_likely_as_the_table_says(d, there, by_patient, by_therapist):  # T86, T91
    assert instruments.rupture_there(d) is there
    patient = sum(instruments.rupture_by_patient(P, d, u) for u in DRAWS)
    therapist = sum(instruments.rupture_by_therapist(P, d, u) for u in DRAWS)
    assert patient == pytest.approx(by_patient * len(DRAWS), abs=1)
    assert therapist == pytest.approx(by_therapist * len(DRAWS), abs=1)


def test_therapists_miss_some_and_report_more_what_they_noticed():  # T91
    assert P.report_unnoticed < P.report_noticed < 1.0
    assert P.report_patient_false < P.report_patient < 1.0
