"""The Clinic: agents one can look at, living exactly what the engine computes."""

import mesa
import numpy as np
import pytest

import sim
from sim import draws, engine, layout, parameters, records
from sim.clinic import Patient, Therapist
from sim.errors import ConfigurationError, LinkError
from sim.tables import ROWS

SMALL = ("therapists.n=2", "patients.total=5")


def neutral():
    """Every parameter that has a value at which its effect is absent, at that value."""
    table = parameters.table()
    return [f"parameters.{n}={p.neutral}" for n, p in table.items() if p.neutral is not None]


def strange(seed):
    """Every parameter anywhere in its range."""
    rng = np.random.default_rng(seed)
    values = {n: rng.uniform(p.low, p.high) for n, p in parameters.table().items()}
    return [f"parameters.{name}={float(value)!r}" for name, value in values.items()]


#: Configurations as different as can be, and the replicate to live.
WORLDS = {
    "as it comes": (SMALL, 0),
    "zen in the clinic": (
        (
            "training=zen_daily",
            "therapists=experienced",
            "patients=severe_inpatients",
            "setting=twice_weekly_inpatient",
            "therapists.n=3",
            "patients.total=7",
            "seed=99",
        ),
        4,
    ),
    "nothing reaches the room": (
        (*SMALL, "training=zen_daily", "parameters.transfer=0", "seed.luck=5"),
        1,
    ),
    "attention against mbsr": (
        (
            *SMALL,
            "training=attention",
            "control=mbsr",
            "setting.lead_in_weeks=12",
            "setting.follow_up_weeks=0",
            "setting.may_leave=0",
        ),
        7,
    ),
    "long sessions every day": (
        (
            *SMALL,
            "setting.sessions_per_week=7",
            "setting.weeks=2",
            "setting.segments=31",
            "setting.lead_in_weeks=0",
            "training.start_week=0",
            "training.weeks=2",
        ),
        2**32 - 1,
    ),
    "appointments that fail": (
        (
            *SMALL,
            "training=doorway",
            "control=technique",
            "setting.cancellations=0.5",
            "setting.irregularity=0.7",
            "setting.weeks=6",
            "patients.practice_hours=3",
            "parameters.due_base=0",
            "parameters.attrition_base=-1",
        ),
        2,
    ),
    "bowls that run over": (
        (
            *SMALL,
            "parameters.bowl_size=0.3",
            "parameters.hostile_rate=0.2",
            "parameters.onset_base=-1",
            "parameters.strain=2",
            "parameters.dropout_base=-2",
            "therapists.hooks=0.9",
            f"seed={draws.LARGEST_SEED}",
        ),
        0,
    ),
    "no effects": ((*SMALL, *neutral()), 3),
    "strange": ((*SMALL, "training=zen_daily", *strange(1)), 0),
    "stranger": ((*SMALL, "setting=twice_weekly_inpatient", *strange(2)), 5),
}


@pytest.fixture(scope="module")
def clinic():
    """A clinic at its end."""
    return sim.Clinic(sim.configure(*SMALL), rng=1).run()


def same(one, other):
    """Whether two tables are the same to the last bit."""
    return list(one) == list(other) and all(
        one[name].dtype == other[name].dtype and one[name].tobytes() == other[name].tobytes()
        for name in one
    )


@pytest.mark.parametrize("world", WORLDS)
def test_clinic_and_engine_are_equal_to_the_last_bit(world):
    words, replicate = WORLDS[world]
    config = sim.configure(*words)
    lived = sim.Clinic(config, replicate=replicate).run()
    (block,) = engine.run(config, 1, "segments", first_replicate=replicate)
    for level in reversed(ROWS):
        mine, theirs = lived.table(level), block.table(level)
        assert len(mine["arm"]) > 0
        different = [name for name in mine if not same({"": mine[name]}, {"": theirs[name]})]
        assert not different, level
        assert same(mine, theirs)
        assert np.isfinite(mine["replicate"]).all()


def test_one_arm_is_lived_as_in_both():
    config = sim.configure(*SMALL, "training=zen_daily")
    both = sim.Clinic(config, rng=3).run().table("patients")
    for code, arm in enumerate(("trained", "untrained")):
        alone = sim.Clinic(config, rng=3, arm=arm, segments=False).run()
        assert {t.arm for t in alone.therapists} == {arm}
        there = both["arm"] == code
        assert same(alone.table("patients"), {name: both[name][there] for name in both})
        assert len(alone.table("segments")["arm"]) == 0


def test_the_seed_sets_people_and_luck():
    one = sim.Clinic(sim.configure(*SMALL, "seed=5")).run().table("patients")
    other = sim.Clinic(sim.configure(*SMALL, "seed=6"), rng=5).run().table("patients")
    assert same(one, other)


def test_agents_carry_their_states_and_a_session_changes_them():
    clinic = sim.Clinic(sim.configure(*SMALL), rng=1)
    for _ in range(clinic.frame.lead_in_weeks):
        clinic.step()
    states = ("felt_attunement", "alliance", "rupture_probability", "repair_probability")
    before = [[getattr(c, name) for name in (*states, "self_attunement")] for c in clinic.patients]
    therapists = [(t.self_attunement, t.attunement) for t in clinic.therapists]
    assert clinic.week == 0
    clinic.step()
    after = [[getattr(c, name) for name in (*states, "self_attunement")] for c in clinic.patients]
    assert (np.array(before) != np.array(after)).all()
    for t, (self_attunement, attunement) in zip(clinic.therapists, therapists, strict=True):
        assert 0 < t.self_attunement < 1
        assert 0 < t.attunement < 1
        assert t.self_attunement != self_attunement
        assert t.attunement != attunement
    for c in clinic.patients:
        assert c.felt_attunement == c.dyad.felt_attunement
        assert c.sessions_attended == len(c.sessions) == 1
        assert len(c.segments) == clinic.frame.segments
        assert c in c.therapist.caseload


def test_agents_are_somebody(clinic):
    assert isinstance(clinic, mesa.Model)
    assert len(clinic.agents) == 2 * (2 + 5)
    for kind, record in ((Therapist, records.Therapist), (Patient, records.Patient)):
        agents = list(clinic.agents_by_type[kind])
        assert all(isinstance(agent, mesa.Agent) and isinstance(agent, record) for agent in agents)
        assert len(set(agents)) == len(agents)
        assert agents[0] != agents[1]
        # Mesa's own attributes and the chain's do not get into each other's way.
        ours = {field.name for field in layout.fields(record)}
        assert not ours & set(dir(mesa.Agent))
        assert not ours & {"model", "unique_id", "pos"}
    assert clinic.agents.select(agent_type=Patient).get("ending").count(0) == 0


def test_a_step_is_a_week(clinic):
    frame = clinic.frame
    weeks = frame.lead_in_weeks + frame.weeks + frame.follow_up_weeks
    assert len(clinic.datacollector.get_model_vars_dataframe()) == weeks
    assert clinic.steps >= weeks
    assert not clinic.running
    rows = clinic.table("patients")
    clinic.step()  # after the end nothing happens
    assert same(clinic.table("patients"), rows)


def test_the_collector_follows_model_and_agents(clinic):
    weekly = clinic.datacollector.get_model_vars_dataframe()
    assert weekly["week"].is_monotonic_increasing
    post = clinic.table("patients")["symptom_severity_followup"]
    assert weekly["symptom_severity_trained"].iloc[-1] == pytest.approx(post[:5].mean())
    patients = clinic.datacollector.get_agenttype_vars_dataframe(Patient)
    assert {"felt_attunement", "alliance", "repair_probability"} <= set(patients)
    assert len(patients) == len(weekly) * len(clinic.patients)


def test_nothing_comes_from_mesas_generators():
    clinic = sim.Clinic(sim.configure(*SMALL), rng=1)
    before = clinic.random.getstate(), clinic.rng.bit_generator.state
    clinic.run()
    assert (clinic.random.getstate(), clinic.rng.bit_generator.state) == before


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"rng": -1}, ConfigurationError, r"rng=-1 cannot be: .* 0 to 4294967295"),
        ({"rng": "one"}, ConfigurationError, r"rng=one cannot be"),
        ({"replicate": 0.5}, ConfigurationError, r"replicate=0.5 cannot be"),
        ({"arm": "traind"}, ConfigurationError, r"arm=traind .* did you mean 'trained'\?"),
        ({"links": {"rupture.onst": len}}, LinkError, r"did you mean 'rupture.onset'\?"),
    ],
)
def test_mistakes_are_answered(given, error, sentence):
    with pytest.raises(error, match=sentence):
        sim.Clinic(sim.configure(*SMALL), **given)


def test_a_table_that_is_not_there(clinic):
    with pytest.raises(ConfigurationError, match="did you mean 'sessions'"):
        clinic.table("session")
