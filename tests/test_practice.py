"""Practice: doses are arms of one study, and say what the programme's own numbers say."""

import dataclasses

import pytest

import sim
from sim import cli, figures, parameters
from sim.errors import ConfigurationError
from sim.study import bottleneck, compare, simulate
from sim.study import practice as study
from sim.study.doses import questions

SMALL = ("study=practice", "replicates=4", "therapists.n=6", "patients.per_therapist=2")
FOLDER = ("setting.follow_up_weeks=1",)


@pytest.fixture(scope="module")
def config():
    return sim.configure(*SMALL, *FOLDER)


@pytest.fixture(scope="module")
def asked(config):
    return study.practice(config)


def effect(asked, question, dose, step="felt_attunement"):
    table = asked.doses
    (row,) = table[
        (table["question"] == question) & (table["dose"] == dose) & (table["step"] == step)
    ].to_dict("records")
    return row


def test_every_dose_changes_one_thing_and_nothing_else(config):
    base = dataclasses.asdict(config.training)
    programmes = study._programmes(config)
    for question in questions(config, programmes):
        if question.name in {"training", "order", "weeks"}:
            continue
        for dose, programme in question.doses.items():
            changed = {k for k, v in dataclasses.asdict(programme).items() if v != base[k]}
            assert changed <= {question.name}
            assert getattr(programme, question.name) == float(dose)


def test_the_programme_as_it_is_has_the_same_effect_in_every_question(asked, config):
    base = config.training
    felt = {
        effect(asked, name, f"{getattr(base, name):g}")["difference"]
        for name in ("hours_per_week", "start_week", "maintenance_hours", "reset", "supervision")
    }
    felt.add(effect(asked, "training", base.name)["difference"])
    assert len(felt) == 1


def test_a_dose_is_what_compare_would_find(asked, config):
    found = compare.compare(dataclasses.replace(config, record="trials"))
    row = found.effects.set_index("step").loc["felt_attunement"]
    assert effect(asked, "hours_per_week", "7")["difference"] == row["difference"]


@pytest.mark.parametrize(
    ("question", "doses"),
    [
        ("hours_per_week", ("0.5", "2", "5", "10")),
        ("weeks", ("1", "4", "8")),
        ("sittings_per_week", ("1", "3", "14")),
        ("maintenance_hours", ("0", "1", "3.5")),
        ("supervision", ("0", "0.5", "1")),
    ],
)
def test_more_is_more_attitude_in_the_room(asked, question, doses):
    found = [effect(asked, question, dose, "attitude_in_the_room")["difference"] for dose in doses]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_an_hour_gives_less_the_more_there_are(asked):
    few, many = (
        effect(asked, "hours_per_week", dose, "attitude_in_the_room")["per_hour"]
        for dose in ("0.5", "10")
    )
    assert few > many > 0.0


def test_the_same_gains_under_another_name_are_the_same_practice(asked):
    for step in study.JUDGED:
        mbsr, other = (effect(asked, "training", name, step) for name in ("mbsr", "own_therapy"))
        assert mbsr["difference"] == other["difference"]


def test_helping_a_link_helps_and_is_held_within_its_range(asked, config):
    table = asked.bottleneck
    felt = table[table["step"] == "felt_attunement"].set_index("link")["standardised"]
    for link in ("Coming back to presence", "Reading the patient", "Warmth toward the patient"):
        assert felt[link] > 0.0
    at_the_end = dataclasses.replace(config.parameters, read_base=8.0)
    lever = next(one for one in bottleneck.LEVERS if one.parameter == "read_base")
    low, high = lever.moved(vars(config.parameters)), lever.moved(vars(at_the_end))
    assert low == pytest.approx(vars(config.parameters)["read_base"] + 0.5)
    assert high <= parameters.table()["read_base"].high


def test_therapists_fall_into_thirds_by_their_start(asked):
    assert set(asked.starts["third"]) == set(study.THIRDS)
    assert asked.starts.groupby("measure").size().eq(len(study.THIRDS)).all()


def test_two_therapists_do_not_make_three_thirds(config):
    few = dataclasses.replace(config, record="patients", replicates=2)
    lived = simulate.tables(few)
    people = (lived[level][lived[level]["therapist"] < 2] for level in ("therapists", "patients"))
    named = {"trained": config.training.name, "untrained": study.NONE}
    renamed = [one.assign(arm=one["arm"].astype(str).map(named)) for one in people]
    starts = study._starts(*renamed, config.training.name)
    assert 0 < starts["third"].nunique() < len(study.THIRDS)


def test_a_programme_without_hours_has_no_dose():
    config = sim.configure(*SMALL, "training=reset")
    with pytest.raises(ConfigurationError, match="training=reset assigns no hours of practice"):
        study.practice(config)


def test_what_is_kept_reads_back_and_is_drawn(asked, tmp_path):
    folder = asked.save(tmp_path / "kept", also=lambda part: figures.draw_practice(asked, part))
    names = {file.name for file in folder.iterdir()}
    assert {"doses.png", "kinds.png", "bottleneck.png", "summary.csv", "starts.csv"} <= names
    again = study.of(sim.load(folder))
    assert again.doses["standardised"].to_numpy() == pytest.approx(
        asked.doses["standardised"].to_numpy()
    )
    assert list(again.doses["dose"]) == list(asked.doses["dose"])


def test_the_command_line_shows_every_question(capsys, tmp_path):
    words = ["practice", *SMALL[1:], *FOLDER, f"output={tmp_path}"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    for question in ("How many hours a week?", "Where is the bottleneck?", "Which practice helps"):
        assert question in said
    assert cli.main(words) == 0
    assert "found there" in capsys.readouterr().out
