"""Experiments: every one composes, with each of its conditions, and says what it is."""

import pytest

import sim
from experiments.more_therapists_patients_sessions import run as more
from sim import choices, cli, conditions, configuration, terminal
from sim.errors import ConfigurationError

EXPERIMENTS = choices.groups()["experiment"]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_composes(name):
    words = [configuration.rewrite(f"experiment={name}")]
    jobs = conditions.jobs(words)  # which holds every option that is named to those there are
    for job in jobs[:: 1 + len(jobs) // 6] + jobs[-1:]:
        config = configuration.configure(*job.words)
        assert configuration.restore(config.to_dict()) == config
    assert (len(jobs) > 1) == conditions.asked_for(words)
    assert EXPERIMENTS[name].brief.endswith(".")


def test_there_are_some_of_each_kind():
    sweeps = [conditions.asked_for([f"+experiment={name}"]) for name in EXPERIMENTS]
    assert sum(sweeps) >= 3
    assert not all(sweeps)


def test_all_programmes_are_compared():
    compared = {
        job.condition.chosen["training"] for job in conditions.jobs(["+experiment=programmes"])
    }
    assert compared == set(choices.groups()["training"]) - {"none"}


def test_a_word_goes_before_the_file():
    jobs = conditions.jobs(["+experiment=transfer", "training=zen", "replicates=7"])
    assert [set(job.condition.chosen) for job in jobs] == [{"parameters.transfer"}] * 6
    config = configuration.configure(*jobs[2].words)
    assert (config.training.name, config.replicates) == ("zen", 7)
    assert config.parameters.transfer == 0.25


def test_a_trial_is_doubled_in_three_ways(monkeypatch):
    monkeypatch.setattr(more, "CONTRASTS", 4)
    words = ("setting.weeks=4", "setting.segments=2", "therapists.n=4", "patients.per_therapist=3")
    rows = more.doubled("replicates=8", *words)
    said = [(row[0], *(int(cell) for cell in row[1:4])) for row in rows]
    assert said == [
        ("as it is", 4, 12, 4),
        ("twice the therapists", 8, 24, 4),
        ("twice the patients", 4, 24, 4),
        ("twice the sessions", 4, 12, 8),
    ]
    assert all(0.0 < float(row[5]) < 1.0 for row in rows)


def test_an_experiment_runs_the_study_it_chooses(monkeypatch):
    """In Python and on the command line, and the command that repeats it says so."""
    config = sim.configure("experiment=why_eighteen", "replicates=3")
    assert config.command == "attune detectable +experiment=why_eighteen replicates=3"
    assert sim.configure("experiment=ward").command == "attune compare +experiment=ward"
    ran = []
    monkeypatch.setattr(cli, "_face", lambda config: lambda *_: ran.append(config))
    assert cli.main(["experiment=why_eighteen", "replicates=3"]) == 0
    assert cli.main(["compare", "experiment=why_eighteen"]) == 0
    assert [one.study.name for one in ran] == ["detectable", "compare"]
    assert ran[0].command == config.command


def test_on_the_command_line(monkeypatch, capsys):
    runs, shown = [], []
    monkeypatch.setattr(conditions, "run", lambda words, *_: runs.append(words))
    monkeypatch.setattr(terminal, "compare", lambda config, _: shown.append(config))
    assert cli.main(["experiment=transfer"]) == 0
    assert cli.main(["-m", "compare", "+experiment=transfer"]) == 0
    assert runs == [["study=compare", "+experiment=transfer"]] * 2
    assert cli.main(["experiment=ward", "replicates=3"]) == 0
    (config,) = shown
    assert (config.setting.name, config.patients.total) == ("twice_weekly_inpatient", 124)
    assert config.replicates == 3
    assert cli.main(["experiment=wrad"]) == 2
    said = capsys.readouterr().err
    assert "experiment=wrad does not exist: it takes one of definitive_trial, " in said
    assert "did you mean 'ward'?" in said


def test_one_of_ones_own(tmp_path):
    (tmp_path / "experiment").mkdir()
    file = tmp_path / "experiment" / "ours.yaml"
    file.write_text(
        "# @package _global_\n# Our study. More.\nreplicates: 5\ntherapists: {n: 4}\n"
        "hydra: {sweeper: {params: {training: 'mbsr, zen'}}}\n",
        encoding="utf-8",
    )
    assert choices.groups(tmp_path)["experiment"]["ours"].brief == "Our study."
    jobs = conditions.jobs(["+experiment=ours"], str(tmp_path))
    configs = [configuration.configure(*job.words, folder=tmp_path) for job in jobs]
    assert [(c.training.name, c.replicates, c.therapists.n) for c in configs] == [
        ("mbsr", 5, 4),
        ("zen", 5, 4),
    ]
    file.write_text("# @package _global_\nreplicate: 5\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"ours.*replicate does not exist"):
        configuration.configure("experiment=ours", folder=tmp_path)
    file.write_text(
        "# @package _global_\nhydra: {sweeper: {params: {training: 'mbsr, zne'}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError, match="training=zne does not exist"):
        conditions.jobs(["+experiment=ours"], str(tmp_path))
