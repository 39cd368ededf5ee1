"""Who there is: distributions, correlations, and stable addresses."""

import dataclasses
import math

import numpy as np
import pytest

from sim import draws, population
from sim.parameters import Parameters
from sim.records import Dyad, Patient, PatientPopulation, Therapist
from sim.records import TherapistPopulation as Therapists

P = Parameters()
MANY = 3000
MIND = (
    *("attention", "curiosity", "openness", "acceptance", "love"),
    *("bowl_capacity", "decentring", "intention"),
)
APART = ("technique", "conceptualisation", "ego", "reactivity", "rigidity")
AIMS = ("regulation", "exploration", "liberation", "relation")


def therapist(who, p=P, a=None, people=7, replicate=0):
    t = Therapist()
    population.therapist(p, a or Therapists(), t, who, people, replicate)
    return t


def patient(who, p=P, b=None, people=7, replicate=0):
    c = Patient()
    population.patient(p, b or PatientPopulation(), c, who, people, replicate)
    return c


def table(made):
    return {
        field.name: np.array([getattr(one, field.name) for one in made])
        for field in dataclasses.fields(made[0])
    }


@pytest.fixture(scope="module")
def therapists():
    return table([therapist(who) for who in range(MANY)])


@pytest.fixture(scope="module")
def patients():
    return table([patient(who) for who in range(MANY)])


def standard_normal(values, mean=0.0):
    """Mean and spread within four standard errors of what they should be."""
    return abs(values.mean() - mean) < 4.0 / math.sqrt(len(values)) and abs(
        values.std() - 1.0
    ) < 4.0 / math.sqrt(2.0 * len(values))


def correlated(x, y, expected):
    found = np.corrcoef(x, y)[0, 1]
    return abs(math.atanh(found) - math.atanh(expected)) < 4.0 / math.sqrt(len(x) - 3)


# ---- therapists ----------------------------------------------------------------------------------


def test_untrained_therapists_are_the_reference(therapists):
    """Their traits are in SD of themselves."""
    for name in (*(f"{one}_baseline" for one in (*MIND, *APART)), "introject"):
        assert standard_normal(therapists[name]), name


def test_components_of_mindfulness_share_a_common_part(therapists):  # T06, T17
    for one in MIND:
        for other in MIND:
            if one < other:
                pair = therapists[f"{one}_baseline"], therapists[f"{other}_baseline"]
                assert correlated(*pair, P.therapist_common)


def test_the_introject_shares_less_of_it(therapists):  # T47, T52
    expected = math.sqrt(P.therapist_common * P.introject_common)
    assert correlated(therapists["introject"], therapists["love_baseline"], expected)


def test_technique_and_reactivity_are_apart_from_mindfulness(therapists):
    others = ("aptitude", "adherence", "adoption", "strain_proneness", "focus_self")
    for name in (*(f"{one}_baseline" for one in APART), *others):
        assert correlated(therapists[name], therapists["attention_baseline"], 0.0)
        for other in others:
            if name != other:
                assert correlated(therapists[name], therapists[other], 0.0)


def test_a_smaller_dose_of_the_patients_state_is_felt(therapists):  # T62
    dose = therapists["resonance_baseline"]
    assert (dose >= 0.0).all()
    assert (dose <= 1.0).all()
    assert abs(dose.mean() - P.resonance_mean) < 4 * P.resonance_spread / 50
    assert abs(dose.std() - P.resonance_spread) < 4 * P.resonance_spread / math.sqrt(2 * MANY)


@pytest.mark.parametrize("name", ["aptitude", "strain_proneness"])
def test_what_multiplies_is_one_on_average(therapists, name):
    error = therapists[name].std() / math.sqrt(MANY)
    assert abs(therapists[name].mean() - 1.0) < 4 * error
    assert (therapists[name] > 0.0).all()


def test_those_who_take_practice_up_stand_evenly_in_line(therapists):  # T143
    line = therapists["adoption"]
    assert ((line >= 0.0) & (line < 1.0)).all()
    took_it_up = (line < P.adoption).mean()
    error = math.sqrt(P.adoption * (1.0 - P.adoption) / MANY)
    assert abs(took_it_up - P.adoption) < 4.0 * error


def test_people_differ_in_what_they_aim_for_and_where_they_look(therapists):  # T20, T28
    for name in (*(f"own_aim_{aim}" for aim in AIMS), "focus_self", "focus_relationship"):
        spread = P.aim_spread if "aim" in name else P.focus_spread
        assert standard_normal(therapists[name] / spread), name
    for one, other in (("regulation", "exploration"), ("liberation", "relation")):
        pair = therapists[f"own_aim_{one}"], therapists[f"own_aim_{other}"]
        assert correlated(*pair, 0.0)


def test_hooks_come_as_often_as_the_population_says(therapists):  # T49
    hooks = therapists["hooks"]
    assert hooks.min() >= 0
    assert hooks.max() <= 255
    rate = Therapists().hooks
    for theme in range(8):
        held = (hooks >> theme) & 1
        assert abs(held.mean() - rate) < 4.0 * math.sqrt(rate * (1.0 - rate) / MANY)
    first, second = (hooks >> 1) & 1, (hooks >> 6) & 1
    assert correlated(first, second, 0.0)
    assert therapist(1, a=Therapists(hooks=0.0)).hooks == 0
    assert therapist(1, a=Therapists(hooks=1.0)).hooks == 255


def test_a_population_of_therapists_is_shifted_by_what_it_says():
    names = [field.name for field in dataclasses.fields(Therapists) if field.name != "hooks"]
    shifted = Therapists(**{name: 0.1 * (i + 1) for i, name in enumerate(names)})
    here, there = therapist(5), therapist(5, a=shifted)
    for name in names:
        shift = getattr(shifted, name)
        for trait in {
            "attitude": ["curiosity_baseline", "openness_baseline", "acceptance_baseline"],
            "introject": ["introject"],
            "rigidity": ["rigidity_baseline"],
            "technique": ["technique_baseline", "conceptualisation_baseline"],
        }.get(name, [f"{name}_baseline"]):
            assert getattr(there, trait) - getattr(here, trait) == pytest.approx(shift)
    assert there.love_baseline - here.love_baseline == pytest.approx(shifted.attitude)
    for name in ("intention", "resonance", "ego", "reactivity"):
        assert getattr(there, f"{name}_baseline") == getattr(here, f"{name}_baseline")


# ---- patients ------------------------------------------------------------------------------------


def test_outpatients_at_intake_are_the_reference(patients):
    """Their states are in SD of themselves."""
    for name in (
        *("severity_intake", "well_being_intake", "relationships_intake"),
        *("self_attunement_intake", "trust", "difficulty"),
        *("openness", "expectancy", "sensitivity", "confrontation"),
    ):
        assert standard_normal(patients[name]), name


@pytest.mark.parametrize(
    "name", ["well_being", "relationships", "self_attunement", "trust", "difficulty"]
)
def test_what_leans_on_severity_leans_as_the_table_says(patients, name):
    state = patients.get(f"{name}_intake", patients.get(name))
    assert correlated(state, patients["severity_intake"], getattr(P, f"{name}_severity"))


def test_the_two_fears_lean_on_severity_and_not_on_each_other(patients):  # T64, T65
    fears = [patients[name] for name in ("fear_rejection_intake", "fear_harm_intake")]
    for fear in fears:
        assert ((fear > 0.0) & (fear < 1.0)).all()
        depth = (np.log(fear / (1.0 - fear)) - P.fear_base) / P.fear_spread
        assert standard_normal(depth)
        assert correlated(depth, patients["severity_intake"], P.fear_severity)
    depths = [np.log(fear / (1.0 - fear)) for fear in fears]
    assert correlated(*depths, P.fear_severity * P.fear_severity)


def test_what_does_not_lean_on_severity(patients):
    for name in ("openness", "expectancy", "sensitivity", "need_for_space", "responsiveness"):
        assert correlated(patients[name], patients["severity_intake"], 0.0)


def test_people_want_more_or_less_closeness(patients):  # T76
    assert standard_normal(patients["need_for_space"] / P.need_spread)


def test_how_much_can_be_borne(patients):  # T112
    """The patient's own bowl: above nought, narrower in the ill."""
    depth = np.log(patients["bowl"] / P.bowl_width) / P.bowl_spread
    assert standard_normal(depth)
    assert correlated(depth, patients["severity_intake"], P.bowl_severity)
    assert (patients["bowl"] > 0.0).all()
    assert patient(3, Parameters({"bowl_spread": 0.0})).bowl == P.bowl_width


def test_help_helps_by_one_on_average(patients):
    error = patients["responsiveness"].std() / math.sqrt(MANY)
    assert abs(patients["responsiveness"].mean() - 1.0) < 4 * error


@pytest.mark.parametrize("name", ["theme", "second_theme"])
def test_themes_are_eight_and_equally_common(patients, name):
    counts = np.bincount(patients[name], minlength=8)
    assert len(counts) == 8
    spread = math.sqrt(MANY * 7.0 / 64.0)
    assert (abs(counts - MANY / 8.0) < 4.5 * spread).all()


def test_everybody_begins_at_intake(patients):
    for name in ("well_being", "relationships", "self_attunement", "fear_rejection", "fear_harm"):
        assert (patients[name] == patients[f"{name}_intake"]).all()
    assert (patients["symptom_severity"] == patients["severity_intake"]).all()
    assert (patients["self_attunement_in_room"] == patients["self_attunement_intake"]).all()
    facets = ("reflective", "understanding", "accepting", "comforting")
    works = ("fortune", "technique_work", "relational_work", "template", "sessions_attended")
    for name in (*works, *facets, "practice_hours"):
        assert not patients[name].any()
    assert (patients["in_treatment"] == 1).all()
    assert not patients["ending"].any()


def test_a_population_of_patients_is_shifted_by_what_it_says():
    shifted = PatientPopulation(
        severity=0.5,
        severity_spread=2.0,
        well_being=-0.1,
        relationships=-0.2,
        self_attunement=-0.3,
        difficulty=0.4,
        trust=-0.6,
        fear=0.7,
        expectancy=0.8,
        practice_hours=1.5,
    )
    here, there = patient(5), patient(5, b=shifted)
    assert there.severity_intake == pytest.approx(0.5 + 2.0 * here.severity_intake)
    for name in ("well_being", "relationships", "self_attunement"):
        moved = getattr(there, f"{name}_intake") - getattr(here, f"{name}_intake")
        assert moved == pytest.approx(getattr(shifted, name))
    for name in ("difficulty", "trust", "expectancy"):
        assert getattr(there, name) - getattr(here, name) == pytest.approx(getattr(shifted, name))
    for name in ("fear_rejection_intake", "fear_harm_intake"):
        odds = [math.log(getattr(one, name) / (1.0 - getattr(one, name))) for one in (here, there)]
        assert odds[1] - odds[0] == pytest.approx(0.7)
    assert there.hope > here.hope
    assert (here.practice_hours, there.practice_hours) == (0.0, 1.5)


# ---- addresses -----------------------------------------------------------------------------------


def test_the_same_address_is_the_same_person():
    assert therapist(3) == therapist(3)
    assert patient(3) == patient(3)


@pytest.mark.parametrize("make", [therapist, patient])
def test_another_person_seed_or_replicate_is_another_person(make):
    def traits(one):
        return {
            name: value
            for name, value in dataclasses.asdict(one).items()
            if isinstance(value, float) and value != getattr(type(one)(), name)
        }

    here = traits(make(3))
    for other in (make(4), make(3, people=8), make(3, replicate=1)):
        assert not {value for name, value in traits(other).items() if here.get(name) == value}


def test_who_a_person_is_depends_on_nobody_else(monkeypatch):
    """Therapists are drawn at (therapist, -), patients at (-, patient), the pair at both."""
    asked = []
    words = draws.words

    def watched(seed, replicate, therapist, patient, moment, call):
        asked.append((therapist, patient, moment))
        return words(seed, replicate, therapist, patient, moment, call)

    monkeypatch.setattr(draws, "words", watched)
    t, c = therapist(3), patient(9)
    population.dyad(P, t, c, Dyad(), 7, 0)
    assert set(asked) == {(3, draws.NOBODY, 0), (draws.NOBODY, 9, 0), (3, 9, 0)}


def test_what_is_special_to_a_pair():  # T74
    """A climate, and what this patient calls up in this therapist (T31)."""
    made = []
    for who in range(40):
        t = therapist(who)
        for one in range(40):
            d = Dyad()
            population.dyad(P, t, patient(one), d, 7, 0)
            made.append(
                (d.climate / P.climate_spread, d.own_intention / P.intention_patient_spread)
            )
    climates, intentions = (np.array(one).reshape(40, 40) for one in zip(*made, strict=True))
    assert correlated(climates.ravel(), intentions.ravel(), 0.0)
    for special in (climates, intentions):
        assert standard_normal(special.ravel())
        assert len(np.unique(special)) == 1600
        # Neither therapist nor patient carries it: means of rows and columns spread by chance.
        for axis in (0, 1):
            assert 0.6 < special.mean(axis=axis).var() * 40.0 < 1.6


def test_an_executor_may_reuse_a_record():
    """Nothing of whoever was in a record before stays behind."""
    used, fresh = Patient(), Patient()
    for field in dataclasses.fields(Patient):
        setattr(used, field.name, type(getattr(used, field.name))(7))
    population.patient(P, PatientPopulation(), used, 3, 7, 0)
    population.patient(P, PatientPopulation(), fresh, 3, 7, 0)
    left = {
        field.name
        for field in dataclasses.fields(Patient)
        if getattr(used, field.name) != getattr(fresh, field.name)
    }
    # Set when a session begins, and when the first questionnaire is filled in.
    assert left == {"affect", "need", "symptom_style", "alliance_style"}
