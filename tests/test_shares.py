"""Shares: how what several edges do together is shared out, on games whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.study import shares

WAYS = (shares.shapley, shares.telescoping)


def game(function, n):
    """The value of every set of n edges, by a function of the list of edges in it."""
    return np.array([function([i for i in range(n) if s >> i & 1]) for s in range(1 << n)])


values = st.integers(1, 5).flatmap(
    lambda n: hnp.arrays(float, (3, 1 << n), elements=st.floats(-10.0, 10.0))
)


@given(values)
def test_shares_add_up(v):
    for way in WAYS:
        assert way(v).sum(axis=-1) == pytest.approx(v[:, -1] - v[:, 0], abs=1e-11)


@given(values)
def test_what_an_edge_adds_lies_between_the_least_and_the_most(v):
    n = v.shape[-1].bit_length() - 1
    for i in range(n):
        without = [s for s in range(1 << n) if not s >> i & 1]
        added = v[:, [s | 1 << i for s in without]] - v[:, without]
        share = shares.shapley(v)[:, i]
        assert (share >= added.min(axis=1) - 1e-11).all()
        assert (share <= added.max(axis=1) + 1e-11).all()


@given(values)
def test_shares_do_not_depend_on_where_one_counts_from(v):
    assert shares.shapley(v + 5.0) == pytest.approx(shares.shapley(v), abs=1e-10)


def test_an_edge_that_does_nothing_gets_exactly_nothing():
    v = game(lambda edges: 0.1 * (0 in edges) + 0.7 * (2 in edges) * (0 in edges), 3)
    for way in (*WAYS, shares.alone, shares.last):
        assert way(v)[1] == 0.0
    assert shares.interactions(v)[0, 1] == shares.interactions(v)[1, 2] == 0.0


def test_a_single_edge_gets_all():
    v = game(lambda edges: -0.3 * (1 in edges), 3)
    for way in (*WAYS, shares.alone, shares.last):
        assert way(v) == pytest.approx([0.0, -0.3, 0.0])


def test_edges_that_add_get_what_they_add():
    v = game(lambda edges: sum((1.0, -2.0, 4.0)[i] for i in edges), 3)
    for way in (*WAYS, shares.alone, shares.last):
        assert way(v) == pytest.approx([1.0, -2.0, 4.0])
    assert max(map(abs, shares.interactions(v).values())) < 1e-15


def test_edges_that_need_each_other_share_alike():
    """A product of two, and one that adds: the product is split in halves."""
    v = game(lambda edges: 6.0 * (0 in edges) * (1 in edges) + 1.0 * (2 in edges), 3)
    assert shares.shapley(v) == pytest.approx([3.0, 3.0, 1.0])
    assert shares.telescoping(v) == pytest.approx([0.0, 6.0, 1.0])
    assert shares.alone(v) == pytest.approx([0.0, 0.0, 1.0])
    assert shares.last(v) == pytest.approx([6.0, 6.0, 1.0])
    assert shares.interactions(v)[0, 1] == pytest.approx(6.0)
    assert shares.interactions(v)[0, 2] == pytest.approx(0.0)


def test_the_glove_game():
    """Two left gloves and a right one: the textbook's shares are 1/6, 1/6 and 4/6."""
    v = game(lambda edges: float(2 in edges and len(edges) > 1), 3)
    assert shares.shapley(v) == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert shares.interactions(v)[0, 1] == pytest.approx(-0.5)  # they stand in for each other


def test_values_of_some_sets_only_are_refused():
    with pytest.raises(ValueError, match="3 values are not those of all sets"):
        shares.shapley(np.zeros(3))
