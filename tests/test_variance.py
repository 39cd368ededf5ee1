"""Variance of outcome: split into therapist, patient, dyad and chance."""

import io
import itertools

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import sim
from sim import configuration, results, terminal
from sim.errors import ConfigurationError
from sim.study import variance

SMALL = (
    "study=variance",
    "therapists.n=6",
    "patients.per_therapist=5",
    "setting.weeks=8",
    "setting.segments=3",
    "setting.follow_up_weeks=0",
    "replicates=30",
    "luck_draws=2",
    "seed=3",
    "arms=[none,waiting_list]",
)

#: The ways by which anything that happens in the room reaches severity; closed.
CLOSED = (
    *(
        f"parameters.severity_{way}=0"
        for way in ("technique", "relation", "self_attunement", "fear", "expectancy")
    ),
    "parameters.inaction_cost=0",
)


def split(*words):
    return variance.variance(configuration.configure(*SMALL, *words))


def shares(found, outcome="symptom_severity", arm="none"):
    rows = found.shares[(found.shares["arm"] == arm) & (found.shares["outcome"] == outcome)]
    return rows.set_index("part")


@pytest.fixture(scope="module")
def usual():
    return split()


# ---- the estimators ------------------------------------------------------------------------------


def crossed(rng, sd, shape=(400, 5, 4, 3)):
    """Values made of effects with known spreads, each normal and on its own."""
    places = {"t": (1,), "p": (2,), "d": (1, 2), "tl": (1, 3), "pl": (2, 3), "e": (1, 2, 3)}
    total = np.zeros(shape)
    for name, own in places.items():
        size = [n if axis == 0 or axis in own else 1 for axis, n in enumerate(shape)]
        total = total + sd[name] * rng.normal(size=size)
    return total


def test_known_components_are_found_again():
    sd = {"t": 0.5, "p": 1.0, "d": 0.4, "tl": 0.3, "pl": 0.6, "e": 0.7}
    found = variance.components(crossed(np.random.default_rng(2), sd))
    expected = {
        "therapist": 0.25,
        "patient": 1.0,
        "dyad": 0.16,
        "chance": 0.09 + 0.36 + 0.49,
        "chance_of_therapist": 0.09,
        "chance_of_patient": 0.36,
        "chance_of_dyad": 0.49,
    }
    assert set(found) == set(expected)
    for name, value in expected.items():
        error = found[name].std(ddof=1) / np.sqrt(len(found[name]))
        assert abs(found[name].mean() - value) < 3.5 * error
        assert error < 0.06


def test_a_single_source_takes_all():
    nothing = dict.fromkeys(("t", "p", "d", "tl", "pl", "e"), 0.0)
    rng = np.random.default_rng(4)
    for source, part in (("t", "therapist"), ("p", "patient")):
        found = variance.components(crossed(rng, nothing | {source: 1.0}, (1, 4, 3, 2)))
        rest = [found[name] for name in variance.PARTS if name != part]
        assert found[part] > 0.0
        np.testing.assert_allclose(rest, 0.0, atol=1e-12)


# ---- in the model --------------------------------------------------------------------------------


def test_the_parts_add_up(usual):
    parts = usual.shares[usual.shares["part"].isin(variance.PARTS)]
    total = parts.groupby(["arm", "outcome"])["share"].sum()
    assert len(total) == 2 * len(variance.OUTCOMES)
    np.testing.assert_allclose(total, 1.0, rtol=1e-12)
    chance = usual.shares[usual.shares["part"].isin(variance.OF_CHANCE)]
    total = chance.groupby(["arm", "outcome"])["share"].sum()
    whole = parts[parts["part"] == "chance"].set_index(["arm", "outcome"])["share"]
    np.testing.assert_allclose(total, whole.loc[total.index], rtol=1e-9, atol=1e-12)


def test_usually_there_is_something_of_everything(usual):
    for name in ("therapist", "patient", "dyad", "chance"):
        assert shares(usual, "alliance").loc[name, "low"] > 0.0


def test_where_no_way_leads_from_the_room_to_severity_therapists_have_no_share():
    found = split(*CLOSED)
    severity = shares(found)
    for part in ("therapist", "dyad", "chance_of_therapist", "chance_of_dyad"):
        assert severity.loc[part, "share"] == pytest.approx(0.0, abs=1e-12)
    assert severity.loc["chance_of_patient", "low"] > 0.0
    assert shares(found, "alliance").loc["therapist", "low"] > 0.0
    still = split(*CLOSED, "parameters.life_noise=0")
    assert shares(still).loc["patient", "share"] == pytest.approx(1.0)


def test_without_climate_and_hooks_there_is_less_between_two(usual):
    found = split("parameters.climate_spread=0", "therapists.hooks=0")
    less, more = (shares(one, "alliance").loc["dyad"] for one in (found, usual))
    assert less["variance"] < 0.5 * more["variance"]
    assert less["share"] < more["share"]


def test_arms_alike_have_the_same_shares(usual):
    one, other = (shares(usual, arm=arm)["share"] for arm in ("none", "waiting_list"))
    np.testing.assert_array_equal(one, other)


def test_luck_is_redrawn_and_people_are_not():
    """The first draw of luck is the study's own, so more draws add and change nothing."""
    config = variance.crossed(configuration.configure(*SMALL))
    rows = sim.simulate(config, replicates=1, record="patients").patients
    rows = rows[rows["arm"] == "none"]
    assert rows["patient"].nunique() == 5
    assert len(rows) == 30
    seeds = {luck: f"seed.luck={luck}" for luck in (3, 4)}
    tables = [
        sim.simulate(configuration.configure(*SMALL, "patients.shared=true", word), 1, "patients")
        for word in seeds.values()
    ]
    before, after = ([t.patients[f"symptom_severity_{w}"] for t in tables] for w in ("pre", "post"))
    assert before[0].equals(before[1])
    assert not (after[0] == after[1]).any()


def test_few_people_cannot_be_split():
    for word in ("therapists.n=1", "patients.per_therapist=1"):
        with pytest.raises(ConfigurationError, match=f"{word} is too few to split variance"):
            split(word)
    with pytest.raises(ConfigurationError, match="luck_draws=1 is out of range"):
        split("luck_draws=1")


# ---- on the command line -------------------------------------------------------------------------


def test_the_command_line_shows_keeps_and_finds_it(tmp_path):
    config = configuration.configure(*SMALL, "replicates=4", f"output={tmp_path}")
    assert config.study.name == "variance"
    said = []
    for _ in range(2):
        console = Console(file=io.StringIO(), width=80, highlight=False)
        terminal.variance(config, console)
        said.append(console.file.getvalue())
    assert "(found there; fresh=true computes it again)" in said[1]
    lines = [line.rstrip() for line in said[0].splitlines()]
    for arm, outcome in itertools.product(("none", "waiting_list"), variance.OUTCOMES.values()):
        at = next(i for i, line in enumerate(lines) if line.split()[:1] == [arm])
        (line,) = [line for line in lines[at : at + 6] if line.startswith(outcome.label)]
        assert line.count("[") == len(variance.PARTS)
        assert "…" not in line
    folder = results.folder_of(config)
    assert {"manifest.json", "summary.csv", "variance.parquet"} == {
        file.name for file in folder.iterdir()
    }
    again = variance.of(sim.load(folder))
    summary = pd.read_csv(folder / "summary.csv")
    assert list(summary["part"]) == list(again.shares["part"])
    assert again.question in said[0].replace("\n", " ").replace("  ", " ")


def test_progress_counts_to_the_end():
    told = []
    variance.variance(configuration.configure(*SMALL, "replicates=4"), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 4


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((0.124, 0.09, 0.151), "12 [9, 15]"), ((-0.001, -0.02, 0.001), "0 [−2, 0]")],
)
def test_percentages(numbers, said):
    assert terminal.percent(*numbers) == said
