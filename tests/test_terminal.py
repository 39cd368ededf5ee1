"""What the command line shows of a study: readable on any terminal, honest about nought."""

import io
import math
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from sim import progress, terminal
from sim.study.measures import KINDS, MEASURES
from sim.study.steps import RELATIONSHIPS, STEPS

SIGNS = pd.DataFrame(
    {
        "label": ["Dropout", "Therapists' share of outcome variance", "Alliance, last session"],
        "value": [0.2, 0.31, math.nan],
        "band_low": [0.1, 0.02, 0.2],
        "band_high": [0.3, 0.12, 0.85],
        "inside": [True, False, False],
    }
)


def a_comparison(effect=-0.1234, half=0.0312, finding="lower", value=0.4, arms=("trained",)):
    """As much of a comparison as the terminal needs: every step has the same effect."""

    def rows(steps):
        return pd.DataFrame(
            [
                {
                    "arm": arm,
                    "reference": "untrained",
                    "step": step.name,
                    "label": step.label,
                    "place": step.place,
                    "kind": getattr(step, "kind", None),
                    "better": step.better,
                    "unit": step.unit,
                    "trained": value + effect,
                    "untrained": value,
                    "difference": effect / 10,
                    "low": (effect - half) / 10,
                    "high": (effect + half) / 10,
                    "standardised": effect,
                    "standardised_low": effect - half,
                    "standardised_high": effect + half,
                    "scale": step.scale,
                    "finding": finding,
                    "beside": effect * 2,
                }
                for arm in arms
                for step in steps
            ]
        )

    effects = rows(STEPS)
    columns = {"": "standardised", "_low": "standardised_low", "_high": "standardised_high"}
    both = {
        f"{one}{end}": effects[column]
        for one in ("same", "independent")
        for end, column in columns.items()
    }
    return SimpleNamespace(
        effects=effects,
        measures=rows(MEASURES),
        readings=effects[["arm", "step", "label"]].assign(gain=27.3, **both),
        vital_signs=SIGNS,
        question="Which [question]?",
        stopping="200 replicates.",
        caution="World: theory.",
    )


def shown(comparison, width=80):
    """The lines that are printed, without the blanks at their ends."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    terminal.show_comparison(console, comparison)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def row(lines, label):
    """The line of one step, in the chain."""
    end = next(i for i, line in enumerate(lines) if "as hoped" in line)
    (found,) = [line for line in lines[:end] if f" {label}" in line]
    return found


@pytest.mark.parametrize("width", [80, 100, 116, 160])
def test_every_step_and_number_is_whole(width):
    lines = shown(a_comparison(), width)
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)
    for step in STEPS:
        line = row(lines, step.label)
        assert "−0.12 [−0.15, −0.09]" in line
        assert line.split("]")[-1].strip() == step.scale
        assert ("−0.012 [−0.015, −0.009]" in line) == (width >= terminal.WIDE)
    assert [line for line in lines if line in RELATIONSHIPS.values()] == [*RELATIONSHIPS.values()]


@pytest.mark.parametrize("width", [80, 116])
def test_measures_and_readings_are_whole(width):
    lines = shown(a_comparison(), width)
    below = lines[next(i for i, line in enumerate(lines) if "as hoped" in line) :]
    asked = {one.kind for one in MEASURES}
    for kind, (title, beside) in KINDS.items():
        if kind not in asked:  # only where instruments are asked for
            continue
        (head,) = [line for line in below if line.startswith(title)]
        assert head.endswith(beside)
        for measure in (one for one in MEASURES if one.kind == kind):
            (line, *_) = [line for line in below if f" {measure.label}" in line]
            assert "−0.012 [−0.015, −0.009]" in line
            assert line.endswith("−0.25")
    (line,) = [line for line in below if line.startswith("Symptom severity")]
    assert line.count("−0.12 [−0.15, −0.09]") == 2
    assert line.endswith("27×")


@pytest.mark.parametrize("width", [80, 160])
def test_many_arms_stand_beside_each_other(width):
    arms = ("mbsr", "zen", "supervised_mbsr", "a_programme_of_our_own", "reset")
    lines = shown(a_comparison(arms=arms), width)
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)
    for arm in arms:
        assert sum(arm in line.split() for line in lines) == 3  # chain, measures, readings
    presence = [line for line in lines if line.startswith(" Presence")]
    assert sum(line.count("−0.12") for line in presence) == len(arms)
    assert sum("−0.12 [−0.15, −0.09]" in line for line in lines) == len(arms)


@pytest.mark.parametrize(
    ("times", "said"), [(27.3, "27×"), (9999, "9999×"), (123456, ">10⁴×"), (math.nan, "–")]
)
def test_gains(times, said):
    assert terminal.gain(times) == said


@pytest.mark.parametrize(
    ("finding", "up", "down"),
    [
        ("higher", "●", "◆"),
        ("lower", "◆", "●"),
        ("interval covers 0", "○", "○"),
        ("exactly 0", "○", "○"),
        ("one replicate", "○", "○"),
    ],
)
def test_a_sign_says_whether_it_moves_as_hoped(finding, up, down):
    lines = shown(a_comparison(finding=finding))
    assert row(lines, "Well-being").startswith(f" {up}")
    assert row(lines, "Symptom severity ↓").startswith(f" {down}")


def test_nought_is_said_to_be_exact():
    lines = shown(a_comparison(effect=0.0, half=0.0, finding="exactly 0"), 120)
    assert row(lines, "Presence").count("exactly 0") == 2


def test_what_is_not_there_is_not_made_up():
    lines = shown(a_comparison(effect=math.nan, half=math.nan, finding="one replicate"))
    assert row(lines, "Presence").split() == ["○", "Presence", "0.40", "–", "–", "patients"]
    lines = shown(a_comparison(0.12, math.nan, "one replicate"))
    assert row(lines, "Presence").split() == ["○", "Presence", "0.40", "0.52", "+0.12", "patients"]


def test_question_caution_and_strange_signs_are_shown():
    lines = " ".join(shown(a_comparison(), 120))
    assert "Which [question]?" in lines
    assert "World: theory." in lines
    assert "Therapists' share of outcome variance 0.31, believable 0.02 to 0.12" in lines
    assert "Dropout 0.2" not in lines


def test_a_believable_arm_is_said_to_be():
    fine = SIGNS[:1]
    assert "believable: 1 of 1 vital signs" in terminal.vital_signs_line(fine)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, "0.50"),
        (12.345, "12.35"),
        (-0.25, "−0.25"),
        (0.0612, "0.061"),
        (0.0, "0.00"),
        (-0.0, "0.00"),
        (-0.0001, "0.000"),
        (-12.3, "−12.30"),
        (math.nan, "–"),
    ],
)
def test_numbers(value, said):
    assert terminal.number(value) == said


def test_intervals():
    assert terminal.interval(0.21, 0.2, 0.22) == "+0.21 [0.20, 0.22]"
    assert terminal.interval(-0.0213, -0.04, 0.001) == "−0.021 [−0.040, 0.001]"
    assert terminal.interval(0.5, math.nan, math.nan) == "+0.50"
    assert terminal.interval(math.nan, math.nan, math.nan) == "–"


def test_progress_goes_to_stderr(capsys):
    with progress.progress(10) as (advance, say):
        advance(4)
        say("a word")
    said = capsys.readouterr()
    assert not said.out
    assert "a word" in said.err


def test_a_study_is_run_once_and_then_found(monkeypatch, tmp_path):
    from sim import configuration

    monkeypatch.chdir(tmp_path)
    words = [
        "precision=null",
        "therapists.n=2",
        "patients.per_therapist=2",
        "replicates=3",
        "setting.segments=2",
    ]
    said = []
    for more in ([], [], ["fresh=true"]):
        console = Console(file=io.StringIO(), width=300)
        terminal.compare(configuration.configure(*words, *more), console)
        said.append(console.file.getvalue())
    first, again, fresh = said
    assert "(found there; fresh=true computes it again)" in again
    assert again.replace(" (found there; fresh=true computes it again)", "") == first == fresh
    (folder,) = (tmp_path / "outputs" / "compare").iterdir()
    assert {"manifest.json", "summary.csv", "chain.png", "chain.svg"} <= {
        file.name for file in folder.iterdir()
    }


def test_nothing_is_computed_for_a_place_that_takes_no_files(tmp_path):
    from sim import configuration
    from sim.errors import ResultsError

    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    config = configuration.configure(f"output={tmp_path / 'file'}")
    with pytest.raises(ResultsError, match="cannot write the results to "):
        terminal.compare(config, Console(file=io.StringIO()))
