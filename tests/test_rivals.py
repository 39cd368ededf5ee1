"""What comes with training and is no mindfulness: the hope of being trained, and supervision."""

import pytest

import sim
from sim.tables import KEYS

SMALL = ("therapists.n=6", "patients.per_therapist=6", "precision=null", "reading=same", "seed=8")

#: Nothing that gets better or is hoped for comes back into the room, and nobody leaves for it.
NO_WAY_BACK = tuple(
    f"parameters.{name}=0"
    for name in (
        "affect_severity",
        "task_relief",
        "goal_relief",
        "goal_expectancy",
        "dropout_expectancy",
        "improved_rate",
    )
)

#: The steps at which attunement could show.
ATTUNEMENT = (
    "attention_on_the_cushion",
    "attitude_on_the_cushion",
    "attention_in_the_room",
    "attitude_in_the_room",
    "therapist_self_attunement",
    "presence",
    "sent_attunement",
    "felt_attunement",
    "alliance",
    "ruptures_per_session",
    "share_noticed",
    "share_repaired",
    "hostile_acts_per_session",
    "patient_self_attunement",
)


def compared(*words):
    return sim.compare(sim.configure("world=theory", *SMALL, *words))


def rows(comparison):
    return comparison.effects.set_index("step"), comparison.measures.set_index("step")


def test_enthusiasm_moves_expectancy_and_outcome_and_no_attunement():
    effects, measures = rows(compared("training=enthusiasm", "replicates=40", *NO_WAY_BACK))
    assert set(effects.loc[list(ATTUNEMENT), "finding"]) == {"exactly 0"}
    assert effects.loc["dropout", "finding"] == "exactly 0"
    assert measures.loc["expectancy", "finding"] == "higher"
    assert effects.loc["symptom_severity", "finding"] == "lower"
    assert measures.loc["gsi_self_post", "finding"] == "lower"
    for instrument in ("fmi_self_post", "scs_self_post", "wai_patient_late", "wai_therapist_late"):
        assert measures.loc[instrument, "finding"] == "exactly 0"


def test_with_all_ways_back_enthusiasm_moves_attunement_little():
    effects, measures = rows(compared("training=enthusiasm", "replicates=200"))
    outcome = abs(effects.loc["symptom_severity", "standardised"])
    assert outcome > 0.0
    assert measures.loc["expectancy", "finding"] == "higher"
    for step in ("presence", "sent_attunement", "felt_attunement", "patient_self_attunement"):
        assert abs(effects.loc[step, "standardised"]) < 0.5 * outcome


def test_the_hope_of_being_trained_stays_on_the_cushion_without_transfer():
    effects, measures = rows(
        compared("training=enthusiasm", "replicates=3", "parameters.transfer=0")
    )
    assert set(effects["finding"]) == {"exactly 0"}
    assert set(measures["finding"]) == {"exactly 0"}


def test_supervision_alone_carries_nothing():
    words = ("training=supervision", "replicates=3", "record=segments", "setting.weeks=8")
    found = compared(*words)
    assert set(found.effects["finding"]) == {"exactly 0"}
    assert set(found.measures["finding"]) == {"exactly 0"}
    for level in KEYS:
        table = getattr(found.results, level)
        arms = [
            table[table["arm"] == arm].drop(columns="arm").reset_index(drop=True)
            for arm in ("trained", "untrained")
        ]
        assert arms[0].equals(arms[1])


@pytest.mark.parametrize("programme", ["none", "waiting_list"])
def test_nothing_and_waiting_are_the_same(programme):
    found = compared(f"training={programme}", "replicates=2", "setting.weeks=8")
    assert set(found.effects["finding"]) == {"exactly 0"}


def test_supervision_raises_what_practice_gives():
    arms = "arms=[none,mbsr,supervised_mbsr]"
    table = compared(arms, "replicates=20").effects.set_index(["arm", "step"])["standardised"]
    assert table["supervised_mbsr", "attention_on_the_cushion"] == pytest.approx(
        table["mbsr", "attention_on_the_cushion"], rel=0.1
    )
    for step in ("attention_in_the_room", "presence", "felt_attunement"):
        assert table["supervised_mbsr", step] > 1.5 * table["mbsr", step] > 0.0
