"""A configuration: every choice composes, and means what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import choices, configuration, layout, mistakes, parameters, records, schema
from sim.configuration import configure
from sim.errors import ConfigurationError

GROUPS = choices.groups()
OPTIONS = [(group, name) for group in GROUPS if group != "experiment" for name in GROUPS[group]]


@pytest.fixture(scope="module")
def config():
    return configure()


# ---- what there is -------------------------------------------------------------------------------


#: The groups of which several options may be chosen.
SEVERAL = ("departure", "instrument", "knockout", "published")


@pytest.mark.parametrize(("group", "name"), OPTIONS)
def test_every_option_composes_and_says_what_it_is(group, name):
    if group in SEVERAL:
        all_of_them = f"{group}=[{','.join(GROUPS[group])}]"
        chosen = getattr(configure(all_of_them, "record=sessions"), group)[name]
    elif group == "training":
        config = configure(f"training={name}", f"control={name}")
        chosen = config.training
        assert config.control == chosen
    else:
        chosen = getattr(configure(f"{group}={name}"), group)
    assert chosen.name == name
    assert chosen.about.endswith(".")
    assert GROUPS[group][name].brief.endswith(".")
    if group not in {"study", "engine"}:
        assert chosen.source
    if group == "training":
        assert chosen.evidence


@pytest.mark.parametrize(
    ("group", "name"), [option for option in OPTIONS if option[0] in schema.RECORDS]
)
def test_an_option_gives_every_value_of_its_record(group, name):
    import yaml

    file = choices.shipped() / group / f"{name}.yaml"
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    listed = {field.name for field in layout.fields(schema.RECORDS[group])}
    assert listed <= set(said)


def test_attention_training_moves_attention_only():
    programme = configure("training=attention").training
    gains = [field.name for field in layout.fields(records.Programme) if field.unit == "SD/hour"]
    costs = {"strain", "technique_drift"}
    moved = {name for name in gains if getattr(programme, name) != 0.0}
    assert moved - costs == {"attention"}


def test_no_training_is_nothing():
    assert configure().study_arms()[1].programme == records.Programme()


# ---- what comes out ------------------------------------------------------------------------------


def test_records_are_those_of_the_chain(config):
    assert config.frame() == records.Frame(18, 1, 10, 8, 26, 1.0)
    assert isinstance(config.therapist_population(), records.TherapistPopulation)
    assert config.therapist_population().technique == config.therapists.technique
    assert config.patient_population() == records.PatientPopulation()
    trained, untrained = config.study_arms()
    assert (trained.name, untrained.name) == ("trained", "untrained")
    assert trained.programme.attention == config.training.attention
    assert trained.first_therapist == untrained.first_therapist == 0


def test_every_field_of_a_record_and_every_parameter_is_a_key():
    keys = set(mistakes.keys())
    for group, record in schema.RECORDS.items():
        assert {f"{group}.{field.name}" for field in layout.fields(record)} <= keys
    assert {f"parameters.{name}" for name in parameters.table()} <= keys


def test_parameters_come_from_the_table(config):
    assert vars(config.parameters) == {name: p.default for name, p in parameters.table().items()}
    changed = configure("parameters.transfer=0").parameters_record()
    assert changed.transfer == 0.0


def test_one_seed_sets_both(config):
    assert (config.seed.people, config.seed.luck) == (1, 1)
    both = configure("seed=7").seed
    assert (both.both, both.people, both.luck) == (7, 7, 7)
    luck = configure("seed=7", "seed.luck=8").seed
    assert (luck.people, luck.luck) == (7, 8)


@given(n=st.integers(1, 300), each=st.floats(1, 20))
def test_patients_are_spread_evenly(n, each):
    total = max(n, int(n * each))
    config = schema.Config()
    config.therapists.n, config.patients.total = n, total
    caseloads = config.caseloads()
    assert len(caseloads) == n
    assert sum(caseloads) == total
    assert max(caseloads) - min(caseloads) <= 1
    assert caseloads == sorted(caseloads, reverse=True)


def test_numbers_can_be_written_in_any_way():
    config = configure("therapists.n='18'", "training.love=1e-2", "parameters={transfer:.25}")
    assert config.therapists.n == 18
    assert config.training.love == 0.01
    assert config.parameters.transfer == 0.25


def test_it_can_be_written_down_and_restored():
    import yaml

    config = configure("training=zen_daily", "seed.luck=3", "patients.total=124")
    assert configuration.restore(config.to_dict()) == config
    assert configuration.restore(yaml.safe_load(config.to_yaml())) == config


def test_a_damaged_configuration_is_not_restored(config):
    said = config.to_dict()
    said["therapists"]["m"] = 3
    with pytest.raises(ConfigurationError, match=r"therapists\.m does not exist"):
        configuration.restore(said)


@pytest.mark.parametrize(
    "words",
    [
        ["engine.threads=1"],
        ["engine.block=512"],
        ["output=elsewhere"],
        ["name=mine"],
        ["fresh=true"],
        ["seed.people=1", "seed.luck=1", "seed=5"],
        ["patients.total=126"],
    ],
)
def test_what_determines_nothing_is_no_part_of_the_identity(config, words):
    assert configure(*words).identity() == config.identity()


@pytest.mark.parametrize(
    "word",
    [
        "seed=2",
        "seed.luck=2",
        "record=patients",
        "replicates=3",
        "therapists.n=17",
        "patients.total=125",
        "control=attention",
        "parameters.transfer=0",
        "setting.segments=9",
    ],
)
def test_what_determines_something_is(config, word):
    assert configure(word).identity() != config.identity()


def test_the_command_gives_the_same_again(tmp_path):
    (tmp_path / "training").mkdir()
    config = configure("control=mbsr", "seed=3", "study=compare", folder=tmp_path)
    assert config.command == f"attune compare --config-dir {tmp_path} control=mbsr seed=3"


def test_the_same_words_give_a_configuration_of_its_own():
    first = configure("training=zen", "therapists.n=3")
    first.therapists.n, first.parameters.transfer, first.training.love = 9, 0.0, 1.0
    again = configure("training=zen", "therapists.n=3")
    assert (again.therapists.n, again.training.name) == (3, "zen")
    assert again.parameters.transfer != 0.0
    assert again.training.love != 1.0
    assert configure("training=zen", "therapists.n=4").therapists.n == 4


def test_a_shipped_file_that_changes_is_read_anew(monkeypatch):
    made = []
    monkeypatch.setattr(configuration, "_chosen", lambda *_: made.append(1) or {})
    for state in ("before", "before", "after"):
        monkeypatch.setattr(choices, "state", lambda state=state: frozenset({(state, 0)}))
        configuration._kept(configuration._chosen, ["training=zen"], None)
    assert len(made) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("training=zen", "control=mbsr", "parameters.transfer=0.25", "seed.both=7"),
        ("study=power", "patients.total=null", "design.endpoints=[gsi_self,dropout]"),
        ("instrument=[phq9]", "seed.people=${seed.luck}", "output='x y'", "knockout=[k6]"),
        ("setting.weeks=4", "setting=weekly_outpatient", "++links.rupture.onset=mine.py:onset"),
    ],
)
def test_values_are_set_as_hydra_sets_them(words):
    import hydra

    words = [configuration.rewrite(word) for word in words]
    with configuration._composing(words, None):
        by_hydra = hydra.compose("config", words)
    composed = configuration.compose(*words)
    assert composed == by_hydra
    assert composed._metadata.flags == by_hydra._metadata.flags


def test_hydra_is_left_as_it_was():
    from hydra.core.global_hydra import GlobalHydra

    configure()
    with pytest.raises(ConfigurationError):
        configure("therapists.n=many")
    assert not GlobalHydra.instance().is_initialized()
