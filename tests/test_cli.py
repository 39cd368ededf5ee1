"""The command line: what it understands, what it shows, and how it says no."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim import (
    choices,
    cli,
    conditions,
    configuration,
    guide,
    parameters,
    passports,
    terminal,
)

ROOT = Path(__file__).parents[1]

HEAVY = ["hydra", "matplotlib", "mesa", "numba", "numpy", "omegaconf", "pandas", "pyarrow", "scipy"]
STUDIES = choices.groups()["study"]
OTHER_WORDS = [f"attune {word}" for word in guide.OTHERS]
WHAT_IS_HEAVY = f"""
import sys
from sim import cli
code = cli.main(sys.argv[1:])
print("heavy:", *sorted(set({HEAVY}) & set(sys.modules)))
sys.exit(code)
"""


@pytest.fixture
def shown(monkeypatch):
    """The configurations that studies were run with, in place of running them."""
    configs = []
    for face in cli.FACES.values():
        module, _, function = face.partition(":")
        monkeypatch.setattr(f"{module}.{function}", lambda config, _: configs.append(config))
    return configs


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, tmp_path):
    """A folder in which nothing may be left behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    yield tmp_path
    assert not list(tmp_path.iterdir())


def refused(capsys, *words):
    """What a mistake is answered with, on stderr, with exit code 2."""
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("attune: ")
    return said.err.removeprefix("attune: ").removesuffix("\n")


# ---- studies -------------------------------------------------------------------------------------


def test_no_word_runs_the_default_study(shown):
    assert cli.main([]) == 0
    (config,) = shown
    assert config == configuration.configure("study=compare")


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "training=zen_daily", "therapists.n=40", "seed=3"],
        ["training=zen_daily", "therapists.n=40", "seed=3"],
        ["study=compare", "training=zen_daily", "therapists.n=40", "seed=3"],
        ["compare", "training=zen_daily", "--config-dir", ".", "therapists.n=40", "seed=3"],
    ],
)
def test_words_are_choices(shown, words):
    assert cli.main(words) == 0
    (config,) = shown
    assert config.training.name == "zen_daily"
    assert config.therapists.n == 40
    assert config.seed.luck == 3


def test_the_first_word_may_name_no_study(capsys):
    assert refused(capsys, "compaer", "seed=3") == (
        f"there is no study 'compaer': it takes one of {', '.join(STUDIES)}, collect, status, "
        "parameters, teach; did you mean 'compare'?"
    )


def test_a_study_nobody_can_show(capsys):
    assert refused(capsys, "study.name=guess") == (
        f"study.name=guess names no study: it takes one of {', '.join(cli.FACES)}"
    )


def test_every_study_has_a_face():
    assert set(cli.FACES) == set(choices.groups()["study"])


def test_the_configuration_can_be_shown(capsys, shown):
    import yaml

    assert cli.main(["compare", "control=mbsr", "--cfg", "job"]) == 0
    said = yaml.safe_load(capsys.readouterr().out)
    assert configuration.restore(said) == configuration.configure("control=mbsr", "study=compare")
    assert not shown


def test_hydras_own_settings_can_be_shown(capsys, shown):
    assert cli.main(["compare", "--cfg", "hydra"]) == 0
    assert capsys.readouterr().out.startswith("hydra:\n")
    assert not shown


def test_a_folder_of_ones_own(shown, tmp_path_factory):
    folder = tmp_path_factory.mktemp("it's mine")
    (folder / "training").mkdir()
    (folder / "training" / "ours.yaml").write_text("name: ours\nlove: 0.02\n", encoding="utf-8")
    assert cli.main(["--config-dir", str(folder), "compare", "training=ours"]) == 0
    assert [config.training.name for config in shown] == ["ours"]
    jobs = conditions.jobs(["training=ours,none"], str(folder))
    assert [str(job.condition) for job in jobs] == ["training=ours", "training=none"]


def test_a_sweep_is_told_its_words(shown, monkeypatch):
    told = []
    monkeypatch.setattr(conditions, "run", lambda words, *_: told.append(words))
    assert cli.main(["-m", "control=none,mbsr", "seed=1,2"]) == 0
    assert told == [["study=compare", "training@control=none,mbsr", "seed.both=1,2"]]
    assert not shown


def test_an_error_of_ours_keeps_its_traceback(monkeypatch):
    def fails(config, _):
        raise ZeroDivisionError(config.training.name)

    monkeypatch.setattr(terminal, "compare", fails)
    with pytest.raises(ZeroDivisionError, match="none"):
        cli.main(["training=none"])


def test_ctrl_c(capsys, monkeypatch):
    def interrupted(config, _):
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal, "compare", interrupted)
    assert cli.main(["compare"]) == 130
    assert capsys.readouterr().err == "attune: stopped\n"


def test_ctrl_c_that_strikes_in_a_finaliser_stops_all_the_same(monkeypatch, capsys):
    class Struck:
        def __del__(self):
            raise KeyboardInterrupt

    def run(_):
        Struck()  # Python drops what is raised there
        for _ in range(1000):
            time.sleep(0.01)
        pytest.fail("it went on")

    monkeypatch.setattr(cli, "_run", run)
    assert cli.main(["compare"]) == 130
    assert capsys.readouterr().err == "attune: stopped\n"


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["training=zenn"], "training=zenn does not exist: it takes one of "),
        (["therapists.n=0"], "therapists.n=0 is out of range: it takes a whole number from 1 to "),
        (["compare", "zen"], "'zen' cannot be understood: a choice reads key=value, as in "),
        (
            ["training=mbsr,none"],
            "'training=mbsr,none' asks for several studies at once: attune -m",
        ),
        (["--multi"], "there is no flag --multi; did you mean '--multirun'?"),
        (["--config-dir"], "argument --config-dir/-cd: expected one argument (attune --help "),
        (["--config-dir", "/no/where"], "the folder /no/where does not exist"),
        (["-m", "--cfg", "job"], "--cfg shows one configuration: leave out --multirun"),
        (["compare", "--markdown"], "--markdown goes with attune parameters only"),
        (["compaer", "--help"], "there is no study 'compaer'; did you mean 'compare'?"),
        (["parameters", "drift"], "'drift' is no filter of attune parameters: it takes link=..., "),
        (["parameters", "links=presence"], "'links=presence' is no filter of attune parameters: "),
        (
            ["parameters", "link=presencee"],
            "no parameter has link=presencee; did you mean 'presence",
        ),
        (["parameters", "claim=T999"], "no parameter has claim=T999"),
        (
            ["parameters", "evidence=guess"],
            "no parameter has evidence=guess: it takes one of meta-",
        ),
    ],
)
def test_every_mistake_is_answered_with_a_sentence(capsys, shown, words, said):
    assert refused(capsys, *words).startswith(said)
    assert not shown


# ---- help and parameters -------------------------------------------------------------------------


def test_help_shows_studies_groups_and_examples(capsys):
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    for group, options in choices.groups().items():
        assert group in said
        assert all(name in said for name in options)
    assert "The same therapists, trained and not." in said
    assert "attune -m compare training=mbsr,zen therapists.n=20,40" in said


def test_help_for_one_study(capsys):
    for words in (["compare", "--help"], ["parameters", "-h"]):
        assert cli.main(words) == 0
        assert capsys.readouterr().out.startswith(f"attune {words[0]}")


def test_examples_in_the_help_are_right(shown, monkeypatch, tmp_path_factory):
    mine = tmp_path_factory.mktemp("mine")
    (mine / "training").mkdir()
    (mine / "training" / "ours.yaml").write_text("name: ours\n", encoding="utf-8")
    swept, collected = [], []

    def run(words, *_):
        swept.extend(conditions.jobs(words))

    monkeypatch.setattr(conditions, "run", run)
    monkeypatch.setattr(conditions, "collect", lambda words, _: collected.append(words))
    for line in guide.EXAMPLES:
        words = [str(mine) if word == "mine" else word for word in line.split()[1:]]
        assert cli.main(words) == 0
    sweeps = [line for line in guide.EXAMPLES if " -m " in line or " experiment=" in line]
    others = [line for line in guide.EXAMPLES if line.startswith(tuple(OTHER_WORDS))]
    assert len(shown) == len(guide.EXAMPLES) - len(sweeps) - len(others)
    assert len(swept) >= 2 * len(sweeps)
    assert collected
    for line in guide.SETTINGS:
        assert cli.main([line]) == 0


def test_the_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"attune {sim.__version__}\n"


@pytest.mark.parametrize("words", [["--help"], ["compare", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words):
    command = [sys.executable, "-c", WHAT_IS_HEAVY, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["heavy:"]


@pytest.mark.parametrize("columns", [80, 120])
def test_parameters_fit_the_terminal(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert cli.main(["parameters"]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= columns
    assert "…" not in said
    assert all(name in said for name in parameters.table())


def test_parameters_can_be_filtered(capsys):
    entry = parameters.table()["drift_floor"]
    file = entry.link.partition(".")[0]
    for word in (f"link={file}", f"link={entry.link}", f"claim={entry.claims[0]}"):
        assert entry in passports.select([word])
        assert len(passports.select([word])) < len(parameters.table())
    both = passports.select([f"evidence={entry.evidence}", f"link={file}"])
    assert all(e.evidence == entry.evidence and e.link.startswith(file) for e in both)
    assert cli.main(["parameters", f"link={file}"]) == 0
    assert "drift_floor" in capsys.readouterr().out


def test_parameters_as_a_page(capsys):
    assert cli.main(["parameters", "--markdown"]) == 0
    said = capsys.readouterr().out
    assert said == passports.to_markdown(parameters.table().values())
    rows = [line for line in said.splitlines() if line.startswith("| `")]
    assert len(rows) == len(parameters.table())
    plain = [row.replace("\\|", "") for row in rows]
    assert {row.count("|") for row in plain} == {len(passports.COLUMNS) + 1}


def test_the_page_of_parameters_is_current():
    page = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert page == passports.to_markdown(parameters.table().values()), "make docs writes it anew"


def test_a_reader_who_has_seen_enough():
    command = f"{sys.executable} -m sim.cli parameters | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert not done.stderr
