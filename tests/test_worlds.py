"""Worlds in which training reaches only so far: exactly the ones they should be."""

import dataclasses

import numpy as np
import pytest

from sim import configuration, engine, links
from sim.chain import rupture
from sim.engine import components, counterfactual, edges, processes, routes, twins
from sim.engine.edges import ALL, OTHERS, STAGES
from sim.parameters import Parameters
from sim.records import Patient

SMALL = (
    "study=decomposition",
    "therapists.n=3",
    "patients.per_therapist=3",
    "setting.weeks=10",
    "setting.segments=5",
    "setting.follow_up_weeks=2",
    "seed=5",
)

#: A programme that trains, and costs, everything; so does what its twin does instead.
EVERYTHING = (
    "training=doorway",
    "control=supervision",
    *(
        f"training.{name}=0.02"
        for name in ("attention", "love", "bowl_capacity", "decentring", "intention", "resonance")
    ),
    *(f"training.{name}=0.02" for name in ("self_compassion", "hook_release", "noticing")),
    *(f"training.{name}=0.02" for name in ("technique", "working_through", "conceptualisation")),
    "training.hours_per_week=7",
    "training.weeks=8",
    "training.ego=-0.02",
    "training.reset=0.8",
    "training.hope=0.3",
    "training.strain=0.05",
)

REPLICATES = 3


def config(*words):
    return configuration.configure(*SMALL, *words)


def lived(asked, carried, replicates=REPLICATES):
    """The patients of every world, the untrained first: by replicate, world, therapist, slot."""
    trained, untrained = asked.study_arms()
    run = counterfactual.run(asked, trained, untrained, carried, replicates, "patients")
    return np.concatenate([block.rows.patients for block in run])


def plain(asked):
    """The patients of the trained and of the untrained arm, by the engine of every other study."""
    run = engine.run(asked, REPLICATES, "patients")
    return np.concatenate([block.rows.patients for block in run])


def same(one, other):
    return all(np.array_equal(one[n], other[n], equal_nan=True) for n in one.dtype.names)


def stage(name):
    """All edges of a stage."""
    return sum(STAGES[name].values())


def test_bits_are_those_of_the_stages():
    bits = [bit for own in STAGES.values() for bit in own.values()] + list(OTHERS.values())
    assert sum(bits) == ALL
    assert all(bit & (bit - 1) == 0 for bit in bits)
    for name, own in STAGES.items():
        every = (1 << len(own)) - 1
        assert edges.world(name, every) == ALL
        assert edges.world(name, 0) == ALL & ~stage(name)
        assert edges.world(name, 2) == ALL & ~stage(name) | list(own.values())[1]


def test_whatever_stands_around_a_link_fits_it():
    around = dict(counterfactual.LOOPS.around)
    assert len(around) == len(counterfactual.LOOPS.around)
    assert list(links.check(around)) == sorted(around)


@pytest.mark.parametrize("words", [EVERYTHING, ("training=mbsr", "control=technique")])
def test_worlds_are_what_the_engine_lives(words):
    asked = config(*words)
    gone = [ALL & ~(stage(name) | OTHERS[name]) for name in OTHERS]
    found = lived(asked, [ALL, *gone])
    trained, untrained = np.moveaxis(plain(asked), 1, 0)
    assert not same(trained, untrained)
    assert same(found[:, 0], untrained)
    assert same(found[:, 1], trained)
    # With every component, or every process, as without the training, nothing of it is left.
    assert same(found[:, 2], untrained)
    assert same(found[:, 3], untrained)


def test_without_training_no_edge_matters():
    asked = config("training=none", "control=none")
    found = lived(asked, [ALL, *(edges.world(name, 0) for name in STAGES), 0])
    assert all(same(found[:, 0], found[:, world]) for world in range(1, 6))


def test_every_edge_matters_where_everything_is_trained():
    """Closeness and hostile acts only tip scales, so they are given some weight, and time."""
    asked = config(*EVERYTHING, "parameters.onset_mismatch=2", "parameters.hostile_rate=0.1")
    bits = [bit for own in STAGES.values() for bit in own.values()] + list(OTHERS.values())
    found = lived(asked, [ALL, *(ALL & ~bit for bit in bits)], 120)
    for place, bit in enumerate(bits, start=2):
        assert not same(found[:, 1], found[:, place]), bit


def test_a_world_does_not_depend_on_its_neighbours():
    asked = config("training=mbsr")
    some = [edges.world("processes", 5), edges.world("routes", 3)]
    found, other = lived(asked, some), lived(asked, some[::-1])
    assert same(found[:, 1], other[:, 2])
    assert same(found[:, 2], other[:, 1])


def test_a_route_goes_on_as_in_the_twins_last_session():
    """Without dropout from the second session on, or with it: routes are driven all the same."""
    asked = config("training=mbsr", "world=theory", "parameters.dropout_base=-1")
    found = lived(asked, [ALL, edges.world("routes", 0)])
    attended = found["sessions_attended"]
    longer = attended[:, 2] > attended[:, 0]
    assert longer.any()
    kept = found["self_attunement_post"][:, 2][longer]
    assert np.isfinite(kept).all()
    assert not np.array_equal(kept, found["self_attunement_post"][:, 0][longer])


# ---- one link, in plain Python -------------------------------------------------------------------


def parameters(carried):
    p = twins.Parameters()
    p.edges = carried
    return p


def pair():
    """A therapist who is present, and loaded, with a twin who cannot hold as much."""
    t = twins.Therapist(presence=0.9, load=1.0, capacity=2.0, noticing=1.0, catching=0.6)
    t.twin.capacity = 0.5
    t.twin.noticing = -1.0
    t.twin.catching = 0.1
    return t


def test_the_stand_in_has_own_traits_and_the_moment_of_the_other():
    t = pair()
    twin = processes.stand_in(t)
    assert twin is t.twin
    assert (twin.presence, twin.load) == (0.9, 1.0)
    assert (twin.capacity, twin.catching) == (0.5, 0.1)
    assert t.capacity == 2.0


def test_a_process_that_is_cut_sees_the_twin_at_this_moment():
    t, d = pair(), twins.Dyad(steadiness=0.5)
    whole = processes.notice(parameters(ALL), t, d, 1)
    cut = processes.notice(parameters(ALL & ~edges.NOTICING), t, d, 1)
    assert whole == rupture.notice(Parameters(), t, d, 1)
    assert cut == rupture.notice(Parameters(), dataclasses.replace(t.twin, presence=0.9), d, 1)
    assert cut < whole


def test_closeness_may_be_sensed_by_the_other_than_the_one_who_reads():
    t, c, d = pair(), twins.Patient(), twins.Dyad()
    t.knowing, t.to_patient, t.breadth = 0.9, 1.2, 1.0
    t.twin.knowing, t.twin.to_patient, t.twin.breadth = 0.1, 0.8, 0.5
    p = parameters(ALL & ~edges.CLOSENESS)
    d.reading = processes.reading(p, t, c, d)
    d.read_unsaid = processes.read_unsaid(p, t, d)
    assert d.sensed < d.read_unsaid
    assert d.reading == d.reading_trained > d.reading_untrained
    read = d.read_unsaid
    followed = processes.follow(p, d, 1.0)
    assert d.read_unsaid == read
    assert followed != processes.follow(parameters(ALL), _with_own_senses(d), 1.0)


def _with_own_senses(d):
    return dataclasses.replace(d, sensed=d.read_unsaid)


def test_what_a_route_borrows_it_gives_back():
    t, c, d = pair(), twins.Patient(), twins.Dyad()
    c.twin = twins.Drivers(felt=0.1, safety=0.2, vulnerability=0.3, warmth=0.4, alliance=0.5)
    d.safety, d.vulnerability, d.warmth, d.alliance, d.task = 0.9, 0.8, 0.7, 0.6, 0.5
    before = (dataclasses.replace(d), t.gentleness)
    p = parameters(ALL & ~stage("routes"))
    cut = [
        routes.exploring(p, c, d, 0.6, 0.9, 1.0),
        routes.modelling(p, t, c, d, 0.6, 0.9),
        routes.relational_work(p, c, d),
        routes.technique_work(p, c, d, 1.3),
        routes.fear_of_rejection(p, c, 0.5, 0.0),
    ]
    assert (d, t.gentleness) == before
    p = parameters(ALL)
    assert cut != [
        routes.exploring(p, c, d, 0.6, 0.9, 1.0),
        routes.modelling(p, t, c, d, 0.6, 0.9),
        routes.relational_work(p, c, d),
        routes.technique_work(p, c, d, 1.3),
        routes.fear_of_rejection(p, c, 0.5, 0.0),
    ]


def test_components_come_from_the_twin_one_by_one():
    for name, bit in STAGES["components"].items():
        t = twins.Therapist(attention_gain=1.0, love_gain=1.0, decentring_gain=1.0, transfer=1.0)
        t.bowl_capacity_gain = t.intention_gain = 1.0
        components.carry_into_room(parameters(ALL & ~bit), t)
        there = {
            "attention": t.attention,
            "attitude": t.love,
            "capacity": t.bowl_capacity,
            "decentring": t.decentring,
            "intention": t.intention,
        }
        assert there == {other: float(other != name) for other in there}


def test_a_link_of_ones_own_is_what_an_edge_cuts():
    seen = []

    def notice(p, t, d, kind):
        seen.append(t)
        return 0.25

    around = dict(counterfactual.LOOPS.around)
    linked = links.link({"rupture.notice": notice}, around=around)
    t, d = pair(), twins.Dyad()
    assert linked.rupture.notice(parameters(ALL), t, d, 1) == 0.25
    assert linked.rupture.notice(parameters(ALL & ~edges.NOTICING), t, d, 1) == 0.25
    assert seen == [t, t.twin]
    assert linked.session.rupture is linked.rupture
    assert linked.rupture.cling.__globals__["rupture"].notice is notice
    assert linked.outcome.expectancy(parameters(ALL), t, Patient()) == 0.0
