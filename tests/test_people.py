"""What is drawn of patients, therapists and ruptures: known answers, and sums that hold."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.study import around_ruptures, courses, outcome_categories, sample, therapist_effects

KEYS = ["replicate", "therapist", "patient"]


@pytest.fixture(scope="module")
def results():
    config = sim.configure("therapists.n=5", "patients.per_therapist=4", "training=zen_daily")
    return sim.simulate(config, replicates=3, record="sessions")


class Made:
    """Results with tables made by hand."""

    def __init__(self, **tables):
        for name, rows in tables.items():
            frame = pd.DataFrame(rows)
            frame["arm"] = pd.Categorical(frame["arm"], list(dict.fromkeys(frame["arm"])))
            setattr(self, name, frame)


def a_dyad(arm, alliance, **events):
    """The sessions of one dyad; of an event, the sessions (from 1) in which it is 1."""
    names = ("ruptures", "noticed", "repaired", "rupture_open")
    return [
        {"replicate": 0, "arm": arm, "therapist": 0, "patient": 0, "session": i, "alliance": value}
        | {name: int(i in events.get(name, ())) for name in names}
        for i, value in enumerate(alliance, 1)
    ]


# ---- courses -------------------------------------------------------------------------------------


def test_courses_are_means_of_those_in_treatment(results):
    table = courses.table(results, "untrained")
    at = table[(table["wave"] == "session") & (table["session"] == 7)]
    rows = results.sessions[results.sessions["session"] == 7]
    for row in at.to_dict("records"):
        own = rows[rows["arm"] == row["arm"]][row["quantity"]]
        assert row["mean"] == pytest.approx(own.mean())
        assert (row["low"], row["high"]) == pytest.approx(tuple(own.quantile([0.1, 0.9])))
        assert row["patients"] == len(own)
        assert row["in_treatment"] == pytest.approx(len(own) / 60.0)


def test_courses_differ_by_what_the_same_patients_differ(results):
    table = courses.table(results, "untrained")
    both = results.patients.pivot_table(
        index=KEYS, columns="arm", values="symptom_severity_post", observed=True
    )
    per_replicate = (both["trained"] - both["untrained"]).groupby("replicate").mean()
    (row,) = table[
        (table["wave"] == "end")
        & (table["quantity"] == "symptom_severity")
        & (table["arm"] == "trained")
    ].to_dict("records")
    assert row["difference"] == pytest.approx(per_replicate.mean())
    first = table[(table["session"] == 1) & (table["arm"] == "trained")]
    severity = first[first["quantity"] == "symptom_severity"]
    assert severity["difference"].tolist() == [0.0]


def test_arms_with_people_of_their_own_differ_by_their_means():
    config = sim.configure(
        "therapists.n=5", "patients.per_therapist=4", "training=zen_daily", "reading=independent"
    )
    results = sim.simulate(config, replicates=3, record="sessions")
    assert sample.pairs(results.patients, "trained", "untrained", KEYS).empty
    table = courses.table(results, "untrained")
    end = table[(table["wave"] == "end") & (table["quantity"] == "well_being")].set_index("arm")
    means = results.patients.groupby("arm", observed=True)["well_being_post"].mean()
    difference = means["trained"] - means["untrained"]
    assert end.loc["trained", "difference"] == pytest.approx(difference)


# ---- ruptures ------------------------------------------------------------------------------------

ALLIANCE = [0.4, 0.4, 0.6, 0.6, 0.7, 0.8, 0.9]


@pytest.mark.parametrize(
    ("fate", "events"),
    [
        ("repaired", {"noticed": (5,), "repaired": (5,)}),
        ("failed", {"noticed": (5,), "rupture_open": (5, 6)}),
        ("missed", {"rupture_open": (5, 6)}),
    ],
)
def test_a_rupture_is_told_by_what_became_of_it_at_once(fate, events):
    made = Made(sessions=a_dyad("trained", ALLIANCE, ruptures=(5,), **events))
    table = around_ruptures.table(made)
    own = table[table["fate"] == fate].set_index("offset")
    assert own["dyads"].tolist() == [1] * 7
    assert own["mean"].tolist() == pytest.approx([x - 0.5 for x in ALLIANCE])
    others = set(table["fate"]) - {fate, "none"}
    assert not others


def test_a_rupture_while_one_is_open_or_too_early_does_not_count():
    early = a_dyad("trained", ALLIANCE, ruptures=(3,), repaired=(3,), noticed=(3,))
    again = a_dyad("trained", ALLIANCE, ruptures=(4, 5), rupture_open=(4, 5, 6, 7))
    for rows in (early, again):
        table = around_ruptures.table(Made(sessions=rows))
        assert set(table["fate"]) <= {"none"}


def test_dyads_only_get_fewer_after_a_rupture(results):
    table = around_ruptures.table(results)
    for _, own in table.groupby(["arm", "fate"]):
        dyads = own.sort_values("offset")["dyads"].to_numpy()
        assert len(set(dyads[: around_ruptures.REACH + 1])) == 1
        assert (np.diff(dyads) <= 0).all()


# ---- therapists and outcomes ---------------------------------------------------------------------


def test_therapists_are_adjusted_for_how_their_patients_came():
    before = [0.0, 2.0, 1.0, 3.0]
    effect = [0.0, 0.0, 1.0, 1.0]
    rows = [
        {"replicate": 0, "arm": "untrained", "therapist": i // 2, "patient": i}
        | {"symptom_severity_pre": x, "symptom_severity_post": 0.5 * x + effect[i]}
        for i, x in enumerate(before)
    ]
    table = therapist_effects.table(Made(patients=rows))
    assert table["adjusted"].tolist() == pytest.approx([0.75, 1.75])
    assert table["error"].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_categories_follow_the_rule_and_sum_to_one(results):
    table = outcome_categories.table(results, "untrained")
    for _, own in table.groupby(["sort", "arm"]):
        assert own["share"].sum() == pytest.approx(1.0)
        assert own["difference"].fillna(0.0).sum() == pytest.approx(0.0)
    change = results.patients["gsi_self_post"] - results.patients["gsi_self_pre"]
    trained = results.patients["arm"] == "trained"
    (improved,) = table[
        (table["sort"] == "change_post")
        & (table["category"] == "improved")
        & (table["arm"] == "trained")
    ]["share"]
    assert improved == pytest.approx((change[trained] <= -0.43).mean())
