"""The parameter table: every number has a passport that is right, and is used where it says."""

import ast
import dataclasses
import math
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from scipy import stats

from sim import draws, parameters
from sim.chain import (
    alliance,
    attitude,
    attunement,
    hostility,
    outcome,
    practice,
    rupture,
    safety,
)
from sim.errors import ConfigurationError
from sim.parameters import Parameters, table
from sim.records import CONFRONTATION, WITHDRAWAL, Dyad, Patient, Programme, Therapist

SIM = Path(parameters.__file__).parent
KERNEL = {
    file.stem: ast.parse(file.read_text(encoding="utf-8"))
    for file in [
        *(SIM / "chain").glob("*.py"),
        *(SIM / f"{name}.py" for name in ("population", "session", "course", "ledger")),
        SIM / "instruments.py",
    ]
}
FUNCTIONS = {
    (module, node.name): node
    for module, tree in KERNEL.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}
CLAIMS = {f"T{number:02d}" for number in range(1, 148)}
PRIOR = re.compile(r"(\w+)(?:\(([-\d., ]+)\))?")


def read_by(tree):
    """The parameters that a piece of code reads."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "p"
    }


def read_within(module, name, seen=()):
    """The parameters that a function reads, itself or through functions of its own file."""
    if (module, name) not in FUNCTIONS or name in seen:
        return set()
    tree = FUNCTIONS[module, name]
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return read_by(tree).union(*(read_within(module, one, (*seen, name)) for one in called))


def prior(entry):
    """The prior as a distribution of scipy's; none where the value is a convention."""
    kind, arguments = PRIOR.fullmatch(entry.prior).groups()
    numbers = [float(part) for part in (arguments or "").split(",") if part]
    if kind == "fixed":
        return None
    return {
        "uniform": lambda low, high: stats.uniform(low, high - low),
        "normal": stats.norm,
        "lognormal": lambda median, sd: stats.lognorm(sd, scale=median),
        "beta": stats.beta,
    }[kind](*numbers)


each = pytest.mark.parametrize("entry", table().values(), ids=list(table()))


# ---- the table -----------------------------------------------------------------------------------


def test_every_number_the_chain_reads_is_in_the_table_and_no_other():
    assert set().union(*map(read_by, KERNEL.values())) == set(table())


def test_no_name_stands_twice():
    text = files("sim").joinpath("parameters.toml").read_text(encoding="utf-8")
    names = [name for group in tomllib.loads(text).values() for name in group]
    assert sorted(names) == sorted(set(names)) == sorted(table())


@each
def test_a_parameter_is_read_by_the_link_it_names(entry):
    module, _, name = entry.link.partition(".")
    assert (module, name) in FUNCTIONS
    assert not name.startswith("_")
    assert entry.name in read_within(module, name)


def test_every_passport_is_complete():
    for name, entry in table().items():
        rival_or_norm = "theory map, section 11" in entry.source or entry.prior == "fixed"
        assert entry.claims or rival_or_norm, name
        assert set(entry.claims) <= CLAIMS, name
        assert len(set(entry.claims)) == len(entry.claims), name
        assert entry.unit.strip(), name
        assert entry.low < entry.high, name
        assert all(map(math.isfinite, (entry.default, entry.low, entry.high))), name


@each
def test_the_default_is_believable_under_its_prior(entry):
    distribution = prior(entry)
    if distribution is None:
        return
    assert 0.01 <= distribution.cdf(entry.default) <= 0.99
    outside = distribution.cdf(entry.low) + distribution.sf(entry.high)
    assert outside < 0.05


def test_what_is_not_assumed_gives_its_figure():
    for name, entry in table().items():
        assert entry.evidence == "assumed" or re.search(r"\d", entry.source), name


@pytest.mark.parametrize(
    "change",
    [
        {"low": 2.0},
        {"default": 1.5},
        {"neutral": -0.5},
        {"evidence": "hearsay"},
        {"prior": "normal(1)"},
        {"prior": "cauchy(0, 1)"},
        {"prior": "fixed(1)"},
        {"claims": ("K7",)},
        {"meaning": " "},
        {"source": ""},
    ],
    ids=str,
)
def test_a_passport_that_contradicts_itself_is_refused(change):
    good = table()["transfer"]
    dataclasses.replace(good)
    with pytest.raises(ValueError, match=r"parameter transfer: .* is not valid"):
        dataclasses.replace(good, **change)


# ---- where neutral is not nought -----------------------------------------------------------------


def test_neutral_is_nought_or_tested_here():
    others = {name for name, entry in table().items() if entry.neutral not in {None, 0.0}}
    assert others == {
        *("adoption", "attrition_base"),
        *("exchange_base", "answer_base"),
        *("due_base", "acting_base"),
        *("bond_ceiling", "ceiling_floor"),
        *("said_floor", "unsaid_floor", "express_floor", "safety_floor"),
        *("express_resonance", "fear_bias", "notice_subtle"),
    }


def neutral(*names):
    return Parameters({name: table()[name].neutral for name in names})


def test_neutral_floors_make_presence_and_safety_no_matter():
    p = neutral("said_floor", "unsaid_floor", "express_floor", "safety_floor")
    t, c = Therapist(resonance=0.5), Patient(affect=1.0)
    d = Dyad(reading=0.7, warmth=0.6)
    met = set()
    for t.presence in (0.0, 0.4, 1.0):
        for d.safety in (0.0, 0.5, 1.0):
            cues = attunement.read_said(p, t, d), attunement.read_unsaid(p, t, d)
            met.add((*cues, attunement.express(p, t, c, d)))
    ((said, unsaid, _),) = met
    assert (said, unsaid) == (0.7, 0.7)


def test_neutral_resonance_makes_the_dose_no_matter():
    """Whatever is felt at all is expressed nearly in full, be it little or much."""
    p = neutral("express_resonance")
    d, c = Dyad(warmth=0.6, safety=0.5), Patient(affect=1.0)
    full = attunement.express(p, Therapist(presence=0.7, resonance=1.0), c, d)
    for dose in (0.1, 0.3, 0.5, 0.8):
        least = attunement.express(p, Therapist(presence=0.7, resonance=dose), c, d)
        assert least == pytest.approx(full, rel=0.1)


# Odds of -30 and 30 stand for never and always: a draw has 32 bits, and none of them lies beyond.
SMALLEST, LARGEST = draws.uniform(0), draws.uniform(2**32 - 1)


def test_where_practice_is_neutral_all_take_it_up_and_nobody_gives_it_up():
    p = neutral("adoption", "attrition_base", "attrition_readiness", "attrition_strain")
    g = Programme(weeks=8, hours_per_week=5.0)
    for adoption in (SMALLEST, LARGEST):
        for strain in (0.0, 50.0):
            t = Therapist(adoption=adoption, adherence=-9.0, practice_strain=strain)
            assert practice.keeps_practising(p, g, t, 3, SMALLEST) == 1


def test_neutral_odds_of_an_answer_or_an_exchange_are_none_at_all():
    weights = ("answer_confrontation", "answer_safety", "exchange_reactivity")
    p = neutral("answer_base", "exchange_base", *weights, "exchange_awareness")
    t, c, d = Therapist(reactivity=9.0), Patient(confrontation=9.0), Dyad(answered=1)
    assert hostility.answer(p, c, d) < SMALLEST
    assert hostility.exchange(p, t, d) < SMALLEST


def test_where_action_is_neutral_none_is_due_or_all_is_taken():
    p = neutral("due_base", "due_severity")
    assert outcome.action_due(p, Patient(symptom_severity=9.0)) < SMALLEST
    p = neutral("acting_base", "acting_technique", "acting_acceptance")
    assert outcome.acting(p, Therapist(technique=-9.0, acceptance=9.0)) > LARGEST


def test_a_neutral_ceiling_holds_nobody_down():
    p = neutral("ceiling_floor")
    assert attitude.ceiling(p, Therapist(self_kindness=0.0)) == 1.0
    p = neutral("bond_ceiling")
    high = Parameters({"bond_base": 1.0, "bond_ceiling": table()["bond_ceiling"].neutral})
    assert alliance.bond_target(high, Patient(), Dyad(felt_attunement=0.0)) == 1.0


def test_a_neutral_bias_weighs_hurts_like_holding():
    p = neutral("fear_bias")
    c = Patient(fear_rejection=0.5)
    assert safety.fear_of_rejection(p, c, 0.3, 0.3) == pytest.approx(0.5, abs=1e-15)


def test_neutral_subtlety_makes_presence_matter_alike_for_both_kinds():
    p = neutral("notice_subtle")
    p.notice_cue = 0.0
    for presence in (0.0, 0.5, 1.0):
        t, d = Therapist(presence=presence), Dyad()
        alike = {rupture.notice(p, t, d, kind) for kind in (WITHDRAWAL, CONFRONTATION)}
        assert len(alike) == 1


# ---- a set of parameters -------------------------------------------------------------------------


def test_a_set_starts_at_the_defaults():
    p = Parameters()
    assert {name: getattr(p, name) for name in table()} == {
        name: entry.default for name, entry in table().items()
    }


def test_both_ends_of_the_range_are_taken_and_nothing_beyond():
    for name, entry in table().items():
        for end, beyond in ((entry.low, -math.inf), (entry.high, math.inf)):
            assert parameters.check(name, end) == end
            with pytest.raises(ConfigurationError, match=f"^parameters.{name}="):
                parameters.check(name, math.nextafter(end, beyond))


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, True, "0.1", None, [0.1]], ids=str
)
def test_what_is_no_number_within_the_range_is_refused_in_a_sentence(value):
    with pytest.raises(ConfigurationError) as refusal:
        Parameters({"drift_floor": value})
    assert str(refusal.value) == (
        f"parameters.drift_floor={value} is out of range: it takes a number from 0 to 1 (1/segment)"
    )


def test_a_whole_number_becomes_a_double():
    value = Parameters({"drift_floor": 1}).drift_floor
    assert value == 1.0
    assert isinstance(value, float)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ConfigurationError) as refusal:
        Parameters({"drift_flor": 0.05})
    assert str(refusal.value) == "parameters.drift_flor does not exist; did you mean 'drift_floor'?"
    with pytest.raises(ConfigurationError, match=r"^parameters\.xyzzy does not exist$"):
        Parameters({"xyzzy": 0.05})


def test_a_misspelt_name_cannot_be_set_by_hand():
    with pytest.raises(AttributeError):
        Parameters().drift_flor = 0.05


def test_the_layout_is_one_double_a_parameter_in_order():
    layout = parameters.dtype()
    assert layout.names == tuple(table()) == Parameters.__slots__
    assert {layout[name].str for name in layout.names} == {"<f8"}
    assert layout.itemsize == 8 * len(table())
