"""Knock-outs: each is a handful of overrides, with what the theory expects declared beside it."""

import re

import pytest

from sim import checks, choices, configuration, knockouts, layout, manifest, records
from sim.configuration import configure
from sim.cuts import Case
from sim.errors import ConfigurationError
from sim.study import expectations, quantities

NAMES = sorted(choices.groups()["knockout"], key=lambda name: int(name[1:]))

#: A handful.
MOST = 10


@pytest.fixture(scope="module")
def ladder():
    return configure("study=mechanism").knockout


@pytest.fixture(scope="module")
def usual():
    return configure()


# ---- the files -----------------------------------------------------------------------------------


def test_the_ladder_has_nineteen_rungs(ladder):
    assert list(ladder) == NAMES == [f"k{number}" for number in range(19)]


@pytest.mark.parametrize("name", NAMES)
def test_a_knockout_says_what_it_cuts_and_why(ladder, name):
    one = ladder[name]
    assert one.name == name
    assert one.title
    assert one.about.endswith(".")
    assert re.search(r"\bT\d{2,3}\b|[Tt]heory map", one.because)
    assert one.source
    assert (len(one.cut) > 0) == (name != "k0")
    assert len(one.cut) <= MOST


@pytest.mark.parametrize("name", NAMES)
def test_every_key_it_sets_exists_and_takes_the_value(ladder, usual, name):
    one = ladder[name]
    for values in (one.cut, *(case.given for case in one.cases), *_instead(one)):
        assert set(values) <= set(knockouts.settable())
        changed = knockouts.with_values(usual, values)
        checks.check(changed)  # holds every value to its range
        for key, value in values.items():
            group, _, key_in_group = key.partition(".")
            assert getattr(getattr(changed, group), key_in_group) == value


@pytest.mark.parametrize("name", NAMES)
def test_it_declares_what_the_theory_expects(ladder, name):
    cases = ladder[name].cases
    assert any(case.expect or case.untrained for case in cases)
    assert len({case.name for case in cases}) == len(cases)
    for case in cases:
        for asked in (case.expect, case.untrained):
            assert set(asked) <= set(quantities.ALL)
            assert set(asked.values()) <= set(expectations.WORDS)
        assert not {"better", "worse"} & set(case.untrained.values())


def test_a_gain_that_is_cut_is_cut_in_every_arm(ladder):
    for one in ladder.values():
        gains = {key for key in one.cut if key.startswith("training.")}
        controls = {key for key in one.cut if key.startswith("control.")}
        assert {key.replace("training.", "control.") for key in gains} == controls


def _instead(one):
    return [case.instead for case in one.cases if case.instead is not None]


# ---- cutting -------------------------------------------------------------------------------------


def test_a_knockout_goes_with_any_study(usual):
    cut = configure("knockout=k3")
    assert usual.training.love > 0.0 == cut.training.love
    assert cut.training.attention == usual.training.attention
    assert configure("study=variance", "knockout=k2").parameters.transfer == 0.0


def test_knockouts_combine():
    both = configure("knockout=[k6,k10]")
    alone = configure("knockout=k6"), configure("knockout=k10")
    assert list(both.knockout) == ["k6", "k10"]
    assert both.parameters.self_to_other == 0.0 == alone[0].parameters.self_to_other
    assert both.parameters.recognising_open == 0.0 == alone[1].parameters.recognising_open
    assert alone[0].parameters.recognising_open > 0.0 < alone[1].parameters.self_to_other


def test_the_ladder_cuts_nothing_by_itself():
    config = configure("study=mechanism", "knockout=[k1,k2]")
    assert list(config.knockout) == ["k1", "k2"]
    assert config.parameters == configure("world=theory").parameters


def test_arms_of_ones_own_are_cut_too():
    config = configure("knockout=k4", "arms=[breath,mbsr,zen]")
    assert [one.attention for one in config.arms] == [0.0, 0.0, 0.0]
    given = knockouts.with_values(
        configure("arms=[breath,mbsr,zen]"), {"training.hope": 1, "control.reset": 0.5}
    )
    assert [one.hope for one in given.arms] == [0.2, 1.0, 1.0]
    assert [one.reset for one in given.arms] == [0.5, 0.0, 0.0]


def test_whole_numbers_stay_whole(usual):
    changed = knockouts.with_values(usual, {"therapists.n": 7.0, "setting.weeks": 9.0})
    assert (changed.therapists.n, changed.setting.weeks) == (7, 9)
    assert isinstance(changed.therapists.n, int)


def test_the_only_thing_trained():
    config = configure("training=supervised_mbsr")
    changed = knockouts.with_case(config, Case(only=["love"], given={"training.love": 0.05}))
    moved = {
        field.name
        for field in layout.fields(records.Programme)
        if getattr(changed.training, field.name) != field.default
    }
    assert changed.training.love == 0.05
    assert moved & set(knockouts.gains()) == {"love"}
    assert changed.training.weeks == config.training.weeks
    assert config.training.attention > 0.0, "the configuration itself stays as it is"


def test_more_replicates_where_it_takes_more_to_tell(usual):
    assert knockouts.with_case(usual, Case(times=3)).replicates == 3 * usual.replicates


def test_cut_is_the_same_as_set_by_hand(usual):
    cut, by_hand = configure("knockout=k2"), configure("parameters.transfer=0")
    assert manifest.identity(cut) == manifest.identity(by_hand)
    assert manifest.identity(cut) != manifest.identity(usual)
    assert cut.command == "attune compare knockout=k2"


def test_a_manifest_gives_the_knockouts_back():
    for words in (("knockout=[k6,k10]",), ("study=mechanism",)):
        config = configure(*words)
        again = configuration.restore(config.to_dict())
        assert again.to_dict() == config.to_dict()
        assert again.knockout == config.knockout


def test_other_expectations_make_another_ladder():
    one, other = (configure("study=mechanism", "knockout=k2") for _ in range(2))
    assert manifest.identity(one) == manifest.identity(other)
    other.knockout["k2"].about = "In other words."
    assert manifest.identity(one) == manifest.identity(other)
    other.knockout["k2"].cases[0].expect["presence"] = "larger"
    assert manifest.identity(one) != manifest.identity(other)


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["knockout=k33"], r"knockout=k33 does not exist: it takes one of k0, .*; did you mean"),
        (["knockout=[k6,k44]"], r"knockout=k44 does not exist: .*; did you mean 'k4'\?"),
        (
            ["knockout=k2", "parameters.transfer=0.5"],
            r"parameters.transfer=0.5 and knockout=k2, which sets it to 0, contradict each other",
        ),
    ],
)
def test_a_mistake_gets_a_sentence(words, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        configure(*words)


def test_saying_the_same_twice_is_no_mistake():
    assert configure("knockout=k2", "parameters.transfer=0.0").parameters.transfer == 0.0


OWN = """# @package knockout.own
name: own
about: Ours.
source: Us.
"""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("cut: {parameters.transferr: 0}", "sets parameters.transferr, which does not exist; did "),
        ("cut: {replicates: 3}", "sets replicates, which does not exist"),
        ("cut: {parameters.transfer: much}", "own.cut.*parameters.transfer.*=much will not do"),
        ("cut: {parameters.transfer: 3}", "parameters.transfer=3.* is out of range"),
        ("cases: [{only: [loves]}]", "trains only loves, which no programme trains; did you mean "),
        ("cases: [{times: 0}]", "the knock-out own says times=0: it takes 1 or more"),
        ("cases: [{name: a}, {name: a}]", "has two cases named 'a': each needs its own"),
        ("expects: {presence: gone}", "expects does not exist"),
    ],
)
def test_a_mistake_in_a_file_of_ones_own_gets_a_sentence(tmp_path, said, sentence):
    (tmp_path / "knockout").mkdir()
    (tmp_path / "knockout" / "own.yaml").write_text(f"{OWN}{said}\n")
    with pytest.raises(ConfigurationError, match=sentence):
        configure("knockout=own", folder=tmp_path)


def test_a_knockout_of_ones_own(tmp_path):
    (tmp_path / "knockout").mkdir()
    (tmp_path / "knockout" / "own.yaml").write_text(OWN + "cut: {parameters.transfer: 0.25}\n")
    config = configure("knockout=[own,k10]", folder=tmp_path)
    assert (config.parameters.transfer, config.parameters.recognising_open) == (0.25, 0.0)


def test_a_file_that_forgets_where_it_belongs_is_told(tmp_path):
    (tmp_path / "knockout").mkdir()
    (tmp_path / "knockout" / "own.yaml").write_text(OWN.partition("\n")[2])
    with pytest.raises(
        ConfigurationError, match=r"begin with where it belongs: # @package knockout\.own"
    ):
        configure("knockout=own", folder=tmp_path)
