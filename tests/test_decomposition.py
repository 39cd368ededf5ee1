"""The decomposition: adds up, and finds the truth in worlds built so that it is known."""

import io

import numpy as np
import pytest
from rich.console import Console

import sim
from sim import cli, configuration, decomposition_report, decompositions, engine, results
from sim.engine.edges import STAGES
from sim.errors import ConfigurationError
from sim.study import decomposition, mediation, monte_carlo, shares, splits
from sim.study.splits import DIRECT, INDIRECT, OUTCOMES, TOTAL

SMALL = (
    "study=decomposition",
    "therapists.n=3",
    "patients.per_therapist=3",
    "setting.weeks=8",
    "setting.segments=4",
    "setting.follow_up_weeks=0",
    "replicates=4",
    "seed=2",
)

#: Nobody leaves early, nothing but relationship and technique moves severity, and severity moves
#: nothing: the two routes that are left add up.
ADDITIVE = (
    "setting.may_leave=0",
    "setting.may_drop_out=0",
    *(f"parameters.severity_{way}=0" for way in ("self_attunement", "fear", "expectancy")),
    *(f"parameters.{name}=0" for name in ("safety_route", "modelling_route", "fear_learning")),
    *(f"parameters.{name}=0" for name in ("affect_severity", "task_relief", "goal_relief")),
    "parameters.inaction_cost=0",
)

#: A programme that trains nothing.
NOTHING = tuple(
    f"training.{name}=0"
    for name in (
        "attention",
        "curiosity",
        "openness",
        "acceptance",
        "love",
        "bowl_capacity",
        "decentring",
        "intention",
        "self_compassion",
        "ego",
        "resonance",
        "hook_release",
        "hope",
        "strain",
        "technique_drift",
        "displacement",
    )
)


def config(*words):
    return configuration.configure(*SMALL, "training=mbsr", *words)


def split(*words):
    return decomposition.decomposition(config(*words))


def rows(found, stage, outcome=OUTCOMES[0]):
    table = found.effects
    return table[(table["stage"] == stage) & (table["outcome"] == outcome)].set_index("edge")


def severity(*words):
    """Mean severity at the end by replicate in the plain engine: trained and untrained."""
    asked = config(*words)
    tables = [block.table("trials") for block in engine.run(asked, asked.replicates)]
    values = np.concatenate([table["symptom_severity_post"] for table in tables])
    return values.reshape(-1, 2).T


@pytest.fixture(scope="module")
def usual():
    return split()


# ---- what holds in every world -------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_replicate_adds_up(usual, stage, outcome):
    sets, untrained = splits.values(usual.results.table("worlds"), stage, outcome)
    for way in (shares.shapley, shares.telescoping):
        total = (sets[:, 0] - untrained) + way(sets).sum(axis=-1)
        assert total == pytest.approx(sets[:, -1] - untrained, abs=1e-14)


@pytest.mark.parametrize("stage", STAGES)
def test_the_table_adds_up(usual, stage):
    found = rows(usual, stage)
    for way in ("shapley", "telescoping"):
        parts = found.loc[list(STAGES[stage]), way].sum()
        assert parts == pytest.approx(found.loc[INDIRECT, way], abs=1e-14)
        whole = found.loc[DIRECT, way] + found.loc[INDIRECT, way]
        assert whole == pytest.approx(found.loc[TOTAL, way], abs=1e-14)
    assert found.loc[[*STAGES[stage], DIRECT], "share"].sum() == pytest.approx(1.0)


def test_all_stages_split_the_effect_that_compare_finds(usual):
    trained, untrained = severity()
    effect = monte_carlo.mean(trained - untrained)
    for stage in STAGES:
        total = rows(usual, stage).loc[TOTAL]
        assert tuple(total[["shapley", "shapley_low", "shapley_high"]]) == pytest.approx(effect[:3])


def test_an_edge_that_is_absent_has_no_share(usual):
    """The eight-week course has neither a reset nor a picture of the patient before the door."""
    for outcome in OUTCOMES:
        absent = rows(usual, "components", outcome).loc["state_programmes"]
        ways = [name for name in absent.index if name.startswith(("shapley", "telesc", "alone"))]
        assert all(absent[name] == 0.0 for name in [*ways, "last", "share"])


def test_worlds_are_named_by_what_is_cut(usual):
    names = usual.results.table("worlds")["world"].cat.categories
    assert len(names) == len(set(names)) == 1 + len(splits.worlds()) == 608 - 1
    assert {"untrained", "trained", "without warmth", "without safety, technique"} <= set(names)


# ---- worlds whose truth is known -----------------------------------------------------------------


@pytest.mark.parametrize("skill", ["noticing", "working_through"])
def test_one_process_only(skill):
    """A training in one skill with ruptures, which works by the process of that name alone."""
    found = split(*NOTHING, f"training.{skill}=0.1", "training.hours_per_week=10")
    total = rows(found, "processes").loc[TOTAL, "shapley"]
    assert total != 0.0
    processes = rows(found, "processes")["shapley"]
    assert processes[skill] == pytest.approx(total, abs=1e-14)
    others = [edge for edge in STAGES["processes"] if edge != skill]
    assert (processes[[*others, DIRECT]] == 0.0).all()
    # It is no component of mindfulness: all of it is beside them.
    components = rows(found, "components")["shapley"]
    assert (components[list(STAGES["components"])] == 0.0).all()
    assert components[DIRECT] == total


def test_one_route_only():
    found = rows(split(*ADDITIVE, "parameters.severity_technique=0"), "routes")["shapley"]
    assert found[TOTAL] != 0.0
    assert found["alliance"] == pytest.approx(found[TOTAL], abs=1e-14)
    others = [edge for edge in STAGES["routes"] if edge != "alliance"]
    assert (found[[*others, DIRECT]] == 0.0).all()


def test_two_routes_that_add():
    """Each share is the whole effect in the world that has only this route."""
    found = split(*ADDITIVE, "training.technique=0.02")
    table = rows(found, "routes")
    for edge, gone in (("alliance", "technique"), ("technique", "relation")):
        trained, untrained = severity(
            *ADDITIVE, "training.technique=0.02", f"parameters.severity_{gone}=0"
        )
        truth = float(np.mean(trained - untrained))
        assert truth != 0.0
        for way in ("shapley", "telescoping", "alone", "last"):
            assert table.loc[edge, way] == pytest.approx(truth, abs=1e-13)
    both = found.interactions
    both = both[(both["stage"] == "routes") & (both["outcome"] == OUTCOMES[0])]
    assert both["interaction"].abs().max() < 1e-13


def test_two_components_that_interact():
    """Attention and love: by worlds in which a programme trains one of them, both, or neither."""
    alone = (*NOTHING, "parameters.lesson_gentleness=0", "parameters.heart_gate=0")
    gains = {"attention": "training.attention=0.05", "attitude": "training.love=0.05"}
    both, untrained = severity(*alone, *gains.values())
    one, other = (severity(*alone, gains[edge])[0] for edge in gains)
    found = split(*alone, *gains.values())
    table = rows(found, "components")["shapley"]
    together = float(np.mean(both - one - other + untrained))
    assert abs(together) > 1e-6
    for edge, own, its in (("attention", one, other), ("attitude", other, one)):
        truth = 0.5 * np.mean(own - untrained) + 0.5 * np.mean(both - its)
        assert table[edge] == pytest.approx(float(truth), abs=1e-14)
    pairs = found.interactions.set_index(["stage", "outcome", "first", "second"])["interaction"]
    said = pairs["components", OUTCOMES[0], "attention", "attitude"]
    assert said == pytest.approx(together, abs=1e-14)
    assert table[DIRECT] == 0.0


def test_the_usual_estimator_credits_an_alliance_that_does_nothing():
    """Who feels better rates the relationship better: confounding (K18), and no effect of it."""
    asked = config(
        "parameters.severity_relation=0",
        "therapists.n=12",
        "patients.per_therapist=6",
        "setting.weeks=16",
        "training.hours_per_week=14",
    )
    outcomes = {OUTCOMES[0]: ("symptom_severity_post", "symptom_severity_pre")}
    arms = asked.study_arms("independent")
    found = mediation.estimates(asked, (arms[0], arms[1]), outcomes, 60)
    said = monte_carlo.mean(
        np.array([row["indirect"] for row in found if row["edge"] == "alliance"])
    )
    assert said.high < 0.0
    truth = rows(split("parameters.severity_relation=0"), "routes").loc["alliance"]
    assert truth["shapley"] == truth["shapley_low"] == truth["shapley_high"] == 0.0


# ---- on disk, on paper and in the terminal -------------------------------------------------------


def test_results_are_read_back_as_they_were(usual, tmp_path):
    folder = usual.save(tmp_path / "kept")
    assert (folder / "interactions.csv").is_file()
    again = decomposition.of(results.load(folder))
    for name in ("effects", "interactions"):
        one, other = getattr(usual, name), getattr(again, name)
        assert one.equals(other)
    assert again.answer == usual.answer


def test_the_terminal_shows_every_edge(usual):
    for width in (80, 130):
        said = io.StringIO()
        console = Console(file=said, width=width, highlight=False)
        decompositions.show_decomposition(console, usual)
        text = said.getvalue()
        for edges in STAGES.values():
            assert all(edge.replace("_", " ") in text for edge in edges)
        assert "…" not in text
        assert max(map(len, text.splitlines())) <= max(width, 400)


def test_the_page_tells_every_number_and_asks_for_nothing(usual):
    page = decomposition_report.html(usual)
    assert page.count('data-edge="total"') == len(STAGES) * len(OUTCOMES)
    assert "not measured" in page
    assert "http" not in page.replace("http-equiv", "")
    assert usual.held.partition("'")[0] in page
    assert "sim.engine" not in page.partition("<pre")[0]


def test_the_command_line_runs_it_and_finds_it_done(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["decomposition", *SMALL[1:], "training=zen"]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    (folder,) = (tmp_path / "outputs" / "decomposition").iterdir()
    for name in ("worlds.parquet", "mediation.parquet", "summary.csv", "interactions.csv"):
        assert (folder / name).is_file()
    assert (folder / "decomposition.png").is_file()
    assert (folder / "report.html").is_file()
    assert "Shapley" in said
    assert cli.main(words) == 0
    assert "found there" in capsys.readouterr().out


def test_more_than_two_arms_are_refused():
    asked = sim.configure("study=decomposition", "arms=[none,mbsr,zen]")
    with pytest.raises(ConfigurationError, match="it takes two"):
        decomposition.decomposition(asked)
