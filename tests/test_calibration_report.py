"""What a calibration is told by, and what the repository keeps of it: from a toy."""

import dataclasses
import pickle
import types

import numpy as np
import pandas as pd
import pytest
import yaml

import sim
from sim import calibration_report as report
from sim import manifest, parameters
from sim.calibration import goals, space, stages, studies
from sim.calibration.space import Space, normal
from sim.engine import executors
from sim.extent import Extent
from sim.results import Results
from sim.study import calibrate as study
from sim.study import calibration_tables as make
from sim.study import evidence
from sim.study.calibrate import Calibration
from sim.study.extremes import Portrait
from sim.study.headline import KAPPAS, SHOWN

NAMES = ("drift_base", "return_base", "bond_base", "strain", "tiring", "transfer")
TARGETS = tuple(
    types.SimpleNamespace(
        name=name, row="A1", use=use, about="A figure.", study="outpatients", low=low, high=high,
        published=None if middle else 0.5 * (low + high), discrepancy=0.05, evidence="abstract",
        source="Somebody 2000",
    )
    for name, use, low, high, middle in (
        ("alliance_outcome", "calibrate", 0.2, 0.6, False),
        ("dropout", "calibrate", -0.6, 0.0, True),
        ("out_of_reach", "calibrate", 8.0, 9.0, False),
        ("sudden_gains", "check", -0.5, 0.5, False),
    )
)  # fmt: skip
SMALL = Extent(
    trajectories=4, fitted=3, worlds=512, nearer=256, rounds=1, core=256, share=0.4, sets=64,
    candidates=16, truths=40, fits=2, generations=4, repeats=2, fresh=8,
)  # fmt: skip


def simulate(u, first, progress=None):
    numbers = np.arange(first, first + len(u))[:, None] * 4 + np.arange(4)
    luck = np.sin(numbers * 12.9898) * 43758.5453
    return normal(u)[:, [0, 1, 2, 3]] + 0.1 * (luck - np.floor(luck) - 0.5)


@pytest.fixture(scope="module")
def calibration():
    where = Space(NAMES, frozenset({"transfer"}))
    problem = stages.Problem(where, goals.of(TARGETS), goals.fitted(TARGETS), simulate)
    done = stages.calibrate(problem, SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "targets", lambda: TARGETS)
        of_targets = make.of_targets(done)
    shown = pd.DataFrame(
        [
            {
                "step": step, "label": step.replace("_", " "), "scale": "intake", "mean": -0.03,
                "median": -0.03, "low": -0.08, "high": 0.01, "benefit": 0.9, "of_kappa": 0.3,
                "of_held": 0.6, "of_prior": 0.8,
            }
            for step in SHOWN
        ]
    )  # fmt: skip
    along = pd.DataFrame(
        [
            {"step": step, "kappa": kappa, "median": -0.06 * kappa, "low": -0.1 * kappa,
             "high": 0.01 * kappa, "mean": -0.06 * kappa, "benefit": 0.9}
            for step in SHOWN
            for kappa in KAPPAS
        ]
    )  # fmt: skip
    end = Portrait(
        "largest", 0.12, 0.01, (), 0.06, 0.02, (("safety", 0.7),), (("strain", 0.1, 0.9),)
    )
    tables = {
        "targets": of_targets,
        "settings": make.of_parameters(problem, done),
        "ridges": make.of_ridges(done),
        "recovery": make.of_recovery(done),
        "sets": make.of_sets(where, space.sets(where, done.sets)),
        "predicted": make.of_predicted(problem, done),
        "headline": shown,
        "along_kappa": along,
        "by_set": pd.DataFrame({"symptom_severity": np.linspace(-0.1, 0.02, 64)}),
    }
    config = sim.configure("study=calibrate", "calibration=quick")
    described = manifest.describe(config, seconds=1.0)
    described["calibration"] = make.told(problem, done) | {
        "extremes": [dataclasses.asdict(end) | {"words": end.words}]
    }
    return Calibration(Results(tables, described, config))


@pytest.fixture(scope="module")
def folder(calibration, tmp_path_factory):
    place = tmp_path_factory.mktemp("calibration")
    report.write(calibration, place)
    return place


def test_what_is_kept_is_the_same_on_every_run(calibration, folder, tmp_path):
    report.write(calibration, tmp_path)
    names = [report.NAME, report.WORLD, report.SETS, report.HEADLINE]
    for name in [*names, *(f"{figure}.png" for figure in report.FIGURES)]:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_calibrated_world_can_be_chosen(calibration, folder, tmp_path):
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "mine.yaml").write_bytes((folder / report.WORLD).read_bytes())
    config = sim.configure("world=mine", folder=tmp_path)
    settings = calibration.table("settings").set_index("parameter")
    assert config.world.name == "calibrated"
    for name in NAMES:
        value = getattr(config.parameters, name)
        assert value == pytest.approx(settings.loc[name, "calibrated"], rel=1e-5)
    assert settings.loc["transfer", "calibrated"] == settings.loc["transfer", "prior_median"]
    assert settings.loc["transfer", "status"] == make.HELD


def test_the_sets_are_small_and_within_their_ranges(folder):
    sets = pd.read_parquet(folder / report.SETS)
    assert sets.shape == (64, len(NAMES))
    for name in NAMES:
        entry = parameters.table()[name]
        assert sets[name].between(entry.low, entry.high).all()
    assert (folder / report.SETS).stat().st_size < 100_000


def test_the_page_names_what_is_missed_and_what_stands_against_it(folder):
    said = (folder / report.NAME).read_text(encoding="utf-8")
    assert "out_of_reach is missed at the best fit" in said
    assert "80% of that variance is prior alone" in said
    assert "`transfer`" in said
    assert "{{" not in said


def test_an_answer_in_a_calibrated_world_says_what_is_evidence(folder, monkeypatch):
    told = yaml.safe_load((folder / report.HEADLINE).read_text(encoding="utf-8"))
    monkeypatch.setattr(evidence, "headline", lambda: told)
    chosen = ["mbsr", "none", "trainees", "outpatients", "weekly outpatient"]
    said = evidence.about("calibrated", chosen)
    assert "−0.030 SD [−0.080, +0.010]" in said
    assert "80% of that variance is prior alone" in said
    assert "(of mbsr" not in said
    assert "(of mbsr against none" in evidence.about("posterior", ["zen", *chosen[1:]])
    assert evidence.about("theory", chosen) is None


def test_worlds_are_lived_wherever_the_configuration_says(monkeypatch):
    """In blocks, by the executor, and with the same numbers as all at once."""
    config = sim.configure("study=calibrate", "calibration=quick", "engine.threads=1")
    small = dataclasses.replace(config.calibration, size=0.03)
    config = dataclasses.replace(config, calibration=small)
    monkeypatch.setattr(studies, "AT_ONCE", 2)
    u = space.space().medians(3)
    told, handed = [], []
    spread = executors.spread

    def watched(config, task, *rest, **more):
        handed.append(config.engine)
        assert pickle.dumps(task)
        return spread(config, task, *rest, **more)

    monkeypatch.setattr(executors, "spread", watched)
    found = study.simulator(config)(u, 5, told.append)
    assert handed == [config.engine]
    assert told == [2, 3]
    again = studies.statistics(space.sets(space.space(), u), size=0.03, seed=1, first=5)
    assert np.array_equal(found, np.where(np.isfinite(again), again, np.nan), equal_nan=True)
