"""The method on a toy whose posterior is known: parameters and statistics are jointly normal."""

import itertools

import numpy as np
import pytest

from sim.calibration import goals, identification, pool, posterior, recovery, screening, search
from sim.calibration.space import Space, normal, uniform
from sim.errors import AnalysisError, ConfigurationError

PARAMETERS, TARGETS = 6, 4
SLOPES = np.zeros((PARAMETERS, TARGETS))
SLOPES[0, 0], SLOPES[1, 1] = 1.0, 0.8
SLOPES[2, 2] = SLOPES[3, 2] = 0.7  # a ridge: only their sum is seen
SLOPES[4, 3] = 0.25
MONTE_CARLO = 0.1
SPACE = Space(("pinned", "known", "one", "other", "hardly", "never"), frozenset({"never"}))


def simulate(u, first, progress=None):
    numbers = np.arange(first, first + len(u))[:, None] * TARGETS + np.arange(TARGETS)
    luck = np.sin(numbers * 12.9898) * 43758.5453
    noise = normal(np.clip(luck - np.floor(luck), 1e-6, 1.0 - 1e-6))
    return normal(u) @ SLOPES + MONTE_CARLO * noise


AIMS = goals.Goals(
    ("a", "b", "c", "d"),
    low=np.array([0.2, -0.6, 0.1, -0.5]),
    high=np.array([0.8, 0.0, 0.7, 0.5]),
    published=np.array([0.5, -0.3, 0.4, 0.0]),
    discrepancy=np.full(TARGETS, 0.05),
)


def exact():
    """Give the exact posterior mean and covariance."""
    noise = np.diag(AIMS.error**2 + MONTE_CARLO**2)
    gain = SLOPES @ np.linalg.inv(SLOPES.T @ SLOPES + noise)
    return gain @ AIMS.evidence, np.eye(PARAMETERS) - gain @ SLOPES.T


def prepared(worlds, share=0.3):
    noisy = AIMS.noisy(worlds.statistics, 1, worlds.number)
    return posterior.prepare(normal(worlds.u), noisy, worlds.weights, share)


@pytest.fixture(scope="module")
def worlds():
    return pool.wave(pool.whole(PARAMETERS), 8192, simulate, seed=3, number=0)


@pytest.fixture(scope="module")
def found(worlds):
    return posterior.sample(prepared(worlds), AIMS.evidence)


def test_the_posterior_of_a_gaussian_toy_is_exact(found):
    mean, covariance = exact()
    assert found.mean() == pytest.approx(mean, abs=0.06)
    sd = np.sqrt(np.diag(covariance))
    assert np.sqrt(np.diag(found.covariance())) == pytest.approx(sd, rel=0.08)


def test_what_the_evidence_pins_and_what_it_does_not(found):
    seen = identification.identify(SPACE.names, found.mean(), found.covariance())
    known = dict(zip(seen.names, seen.finding, strict=True))
    assert known["pinned"] == known["known"] == identification.PINNED_DOWN
    assert known["one"] == known["other"] == identification.RIDGE
    assert known["hardly"] == identification.IN_PART
    assert known["never"] == identification.NOT_AT_ALL
    assert {seen.ridges[0].first, seen.ridges[0].second} == {"one", "other"}
    assert seen.ridges[0].correlation < -0.5


def test_weights_take_the_truncation_of_later_waves_back(worlds):
    box = pool.Box(
        np.array([0.4, 0.1, 0.2, 0.2, 0.005, 0.005]), np.array([0.9, 0.8, 0.97, 0.97, 0.995, 0.995])
    )
    more = pool.wave(box, 4096, simulate, seed=3, number=1)
    both = worlds.and_also(more)
    weights = both.weights / both.weights.sum()
    prior = weights @ normal(both.u)
    assert prior == pytest.approx(np.zeros(PARAMETERS), abs=0.02)
    assert weights @ normal(both.u) ** 2 == pytest.approx(np.full(PARAMETERS, 0.92), abs=0.03)
    assert np.average(normal(both.u), axis=0)[0] > 0.1  # without them the box would show
    again = posterior.sample(prepared(both), AIMS.evidence)
    mean, covariance = exact()
    assert again.mean() == pytest.approx(mean, abs=0.08)
    sd = np.sqrt(np.diag(covariance))
    assert np.sqrt(np.diag(again.covariance())) == pytest.approx(sd, rel=0.1)


def test_known_worlds_are_found_back_as_often_as_the_intervals_say(worlds):
    columns = np.arange(5)
    seen = recovery.recover(prepared(worlds), AIMS.evidence, columns, 300)
    assert seen.coverage == pytest.approx(0.9, abs=0.03)
    assert seen.ranks.mean() == pytest.approx(0.5, abs=0.03)
    assert seen.ranks.std() == pytest.approx(np.sqrt(1 / 12), abs=0.02)


def test_morris_finds_the_inputs_that_matter():
    u = screening.trajectories(SPACE, 8, 1)
    seen = screening.screen(
        SPACE,
        AIMS,
        u,
        simulate(u, 0),
        np.full(TARGETS, MONTE_CARLO),
        calibrated=np.arange(TARGETS),
        most=3,
    )
    assert set(seen.ranked) == set(SPACE.names) - {"never"}
    assert "hardly" in seen.ranked[3:]
    assert seen.fitted == seen.ranked[:3]
    assert (seen.moves == (SLOPES != 0.0)).all()


def test_a_fit_meets_all_targets_where_that_can_be():
    columns = np.arange(5)
    found = search.minimise(
        np.full(PARAMETERS, 0.5),
        columns,
        simulate,
        search.to_meet(AIMS, np.arange(TARGETS), columns),
        generations=40,
        repeats=2,
        seed=1,
        number=0,
    )
    assert AIMS.inside(found.statistics).all()
    assert found.u[5] == 0.5


def test_a_fit_names_what_pulls_apart():
    def torn(u, first):
        statistics = simulate(u, first)
        statistics[:, 1] = -statistics[:, 0] + 0.02 * statistics[:, 1]
        return statistics

    aims = goals.Goals(
        ("up", "against", "c", "d"),
        np.array([1.0, 0.5, 0.1, -0.5]),
        np.array([1.4, 0.9, 0.7, 0.5]),
        np.full(TARGETS, np.nan),
        np.zeros(TARGETS),
    )
    columns, fitted = np.arange(5), np.arange(TARGETS)
    aim = search.to_meet(aims, fitted, columns, np.array([30.0, 1.0, 1.0, 1.0]))
    settings = {"generations": 60, "repeats": 20, "seed": 1}
    best = search.minimise(np.full(PARAMETERS, 0.5), columns, torn, aim, number=0, **settings)
    torn_apart = search.conflicts(
        best, aims, fitted, columns, SPACE.names, torn, number=1, **settings
    )
    assert [conflict.target for conflict in torn_apart] == ["against"]
    assert torn_apart[0].reached
    assert torn_apart[0].against == ("up",)
    assert torn_apart[0].moved[0] == "pinned"


def test_a_medoid_is_a_member_in_the_middle():
    z = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.1], [9.0, 9.0], [0.1, -1.0]])
    assert posterior.medoid(z) == 0


def test_sets_are_drawn_by_their_weights(found):
    rows = posterior.sets(found, 512)
    assert len(np.unique(rows)) == 512
    assert found.z[rows].mean(axis=0) == pytest.approx(found.mean(), abs=0.06)


def test_a_world_that_is_left_out_weighs_nothing_though_all_are_kept(worlds):
    whole = posterior.prepare(normal(worlds.u), worlds.statistics, worlds.weights, 1.0)
    seen = posterior.sample(whole, worlds.statistics[7], without=7)
    assert 7 not in seen.kept
    assert np.isfinite(seen.z).all()
    assert seen.weights.sum() == pytest.approx(1.0)
    assert len(seen.kept) == len(worlds.u) - 1


def test_a_pool_that_is_too_small_is_refused(worlds, found):
    with pytest.raises(AnalysisError, match="too small"):
        posterior.prepare(worlds.u[:50], worlds.statistics[:50], worlds.weights[:50], 0.2)
    few = posterior.Sample(found.z[:10], np.full(10, 0.1), np.arange(10))
    with pytest.raises(AnalysisError, match="10 different sets"):
        posterior.sets(few, 500)
    with pytest.raises(ConfigurationError, match="did you mean 'pinned'"):
        SPACE.columns(["pined"])


def test_where_there_is_no_figure_all_of_the_band_is_as_good():
    aims = goals.Goals(
        ("sign", "figure"), np.array([0.1, 0.1]), np.array([0.9, 0.9]), np.array([np.nan, 0.2]),
        np.zeros(2),
    )  # fmt: skip
    counted = aims.counted(np.array([[0.1, 0.1], [0.8, 0.8], [1.0, 1.0], [-0.2, -0.2]]))
    assert counted[:, 0] == pytest.approx([0.0, 0.0, 0.1, -0.3])
    assert counted[:, 1] == pytest.approx([0.1, 0.8, 1.0, -0.2])
    assert aims.evidence == pytest.approx([0.0, 0.2])
    assert 1.645 * aims.error[1] == pytest.approx(0.1, rel=1e-3)  # the nearer end of the band


def test_noise_has_an_address():
    statistics = np.zeros((6, TARGETS))
    whole = AIMS.noisy(statistics, 1, np.arange(10, 16))
    parts = [
        AIMS.noisy(statistics[i : i + 2], 1, np.arange(10 + i, 12 + i)) for i in range(0, 6, 2)
    ]
    assert np.array_equal(whole, np.concatenate(parts))
    assert len({*whole.ravel().tolist()}) == whole.size
    for one, other in itertools.pairwise(uniform(whole / AIMS.error)):
        assert not np.array_equal(one, other)
