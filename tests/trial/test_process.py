"""Trials that the chain lives: who is in them, what is recorded, and what is not."""

import dataclasses
from functools import cache

import numpy as np
import pytest

import sim
from sim.errors import ConfigurationError
from sim.trial import contrast, design, endpoints, enrolment, flow, implied, panel, process, survey

SMALL = ("setting.weeks=6", "setting.segments=3", "therapists.n=6", "patients.per_therapist=4")
MANY = 64


@cache
def planned(*words):
    return design.of(sim.configure("study=power", *SMALL, *words))


def simulated(*words, many=MANY, **more):
    """All trials of a small design, by its first endpoint, and their flow."""
    (made,) = process.simulated(planned(*words), many, **more)
    return made.batches[0], made.flow


# ---- nothing pairs the arms ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("design=grepmair2007", "therapists.n=18", "training.weeks=6"),
        ("design=partially_nested",),
    ],
    ids=" ".join,
)
def test_no_two_arms_have_anybody_in_common(words):
    enrolled = enrolment.enrol(planned(*words), np.arange(20))
    seats = enrolled.seating
    there = np.arange(seats.slots) < seats.caseloads[..., None]
    for i in range(20):
        for people in (seats.therapists[i, 0], seats.patients[i, 0][there[i, 0]]):
            assert len(np.unique(people)) == people.size
    assert len(np.unique(seats.lucks)) == len(seats.lucks)


@pytest.mark.parametrize("name", ["sequential_cohort", "stepped_wedge", "crossover"])
def test_a_therapist_in_both_arms_has_other_patients_and_another_luck(name):
    enrolled = enrolment.enrol(planned(f"design={name}"), np.arange(5))
    seats = enrolled.seating
    there = np.arange(seats.slots) < seats.caseloads[..., None]
    for i in range(5):
        patients = seats.patients[i][there[i]]
        assert len(np.unique(patients)) == patients.size
    assert len(np.unique(seats.lucks)) == enrolled.trained.shape[1]


def test_the_arms_of_a_trial_are_uncorrelated():
    """Under no effect, arms that shared luck would move together over trials."""
    batch, _ = simulated("design.endpoints=[symptom_severity]", many=1000, null=True)
    means = [
        np.nanmean(np.where(batch.arm == arm, batch.whole, np.nan), axis=(1, 2)) for arm in (0, 1)
    ]
    assert abs(np.corrcoef(*means)[0, 1]) < 4.0 / np.sqrt(1000)


# ---- the trial as it is lived --------------------------------------------------------------------


def test_trials_do_not_depend_on_how_they_are_cut():
    one = planned("design.assignment=self_selected", "design.selection=1", "design.case_mix=0.3")
    (whole,) = process.simulated(one, 40)
    (part,) = process.simulated(one, 15, first_replicate=25)
    for name in ("arm", "outcome", "baseline"):
        arrays = getattr(whole.batches[0], name)[25:], getattr(part.batches[0], name)
        np.testing.assert_array_equal(*arrays, err_msg=name)


def test_without_transfer_nothing_reaches_patients():
    effects, nulls = (
        simulated("training=mbsr", "design.endpoints=[felt_attunement]", null=null)[0]
        for null in (False, True)
    )
    untrained = effects.arm == 0.0
    np.testing.assert_array_equal(effects.whole[untrained], nulls.whole[untrained])
    assert (effects.whole[effects.arm == 1.0] != nulls.whole[nulls.arm == 1.0]).any()
    done = contrast.of_process(planned("parameters.transfer=0"), [np.inf])
    assert done[0].effect == done[0].standard_error == 0.0


def test_those_asked_before_answer_the_same_in_the_trial():
    one = planned("design=dimidjian2003", "therapists.n=6")
    (made,) = process.simulated(one, 10)
    scores = survey.mindfulness(one, np.arange(10))
    z = (scores - scores.mean(axis=1)[:, None]) / scores.std(axis=1)[:, None]
    np.testing.assert_allclose(np.nanmean(made.batches[0].arm, axis=2), z, atol=1e-12)


@pytest.mark.parametrize("mix", [-0.5, 0.0, 0.5])
def test_severity_goes_with_mindfulness_as_told(mix):
    """The survey's severity carries error, but is what patients are given by."""
    batch, _ = simulated(
        "design=dimidjian2003", "therapists.n=12", f"design.case_mix={mix}", "patients.total=120",
        many=200,
    )  # fmt: skip
    there = batch.there
    assert np.corrcoef(batch.arm[there], batch.baseline[there])[0, 1] == pytest.approx(
        mix, abs=0.05
    )


def test_contamination_and_poor_uptake_dilute():
    """Who follows the programme is another question than who was assigned to it."""
    _, people = simulated("design.uptake=0.5", "design.contamination=0.25", many=400)
    practised = people[:, :, list(flow.STAGES).index("practised")].mean(axis=0)
    assert practised == pytest.approx([3 * 0.25, 3 * 0.5], abs=0.2)


# ---- what is recorded ----------------------------------------------------------------------------


def test_dropouts_are_missing_unless_they_are_asked_again():
    lost, people = simulated("patients.fear=3")
    kept, _ = simulated("patients.fear=3", "design.retrieved=1")
    np.testing.assert_array_equal(lost.whole, kept.whole)
    missing = np.isnan(lost.outcome) & lost.there
    dropped = people[:, :, list(flow.STAGES).index("dropped_out")].sum()
    assert missing.sum() == dropped > 0
    assert (~np.isnan(kept.outcome) == kept.there).all()
    seen = ~np.isnan(lost.outcome)
    np.testing.assert_array_equal(lost.outcome[seen], lost.whole[seen])


def test_outcomes_are_lost_and_baselines_not_asked_as_often_as_told():
    batch, _ = simulated(
        "design.patient_loss=0.2", "design.planned_missing=0.4", "design.retrieved=1", many=300
    )
    there = batch.there
    assert np.isnan(batch.outcome[there]).mean() == pytest.approx(0.2, abs=0.02)
    assert np.isnan(batch.baseline[there]).mean() == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("wave", ["post", "any"])
def test_patients_are_left_out_by_plan_at_any_wave(wave):
    words = ("design.wave=followup", "setting.follow_up_weeks=2", "design.retrieved=1")
    plan = ("design.planned_missing=0.3", f"design.planned_at={wave}")
    batch, _ = simulated(*words, *plan, many=200)
    there = batch.there
    gone = [np.isnan(one[there]) for one in (batch.baseline, batch.earlier, batch.outcome)]
    share = {"post": (0.0, 0.3, 0.0), "any": (0.1, 0.1, 0.1)}[wave]
    np.testing.assert_allclose([one.mean() for one in gone], share, atol=0.02)
    assert np.sum(gone, axis=0).max() == 1  # nobody is left out twice


def test_the_course_to_the_follow_up_has_slopes_in_the_panel():
    batch, _ = simulated("design.wave=followup", "setting.follow_up_weeks=2", many=8)
    seen = panel.trials(batch)
    assert (seen.course, seen.times) == (("baseline", "end", "outcome"), (0.0, 6.0, 8.0))
    assert "growth" in panel.applicable(seen)
    assert "growth" not in panel.applicable(panel.trials(simulated(many=8)[0]))


def test_a_therapist_who_leaves_takes_the_outcomes_along():
    batch, people = simulated("design.therapist_loss=0.5", many=200)
    stages = list(flow.STAGES)
    left = people[:, :, stages.index("therapist_left")].sum()
    assert left > 0
    gone = people[:, :, stages.index("dropped_out")].sum() + left
    assert (np.isnan(batch.outcome) & batch.there).sum() == gone


def test_while_on_treatment_everybody_is_recorded_where_he_or_she_left():
    words = ("design.endpoints=[symptom_severity]", "patients.fear=3")
    policy, _ = simulated(*words, "design.retrieved=1")
    staying, _ = simulated(*words, "design.estimand=while_on_treatment")
    assert (~np.isnan(staying.outcome) == staying.there).all()
    assert (policy.outcome[policy.there] != staying.outcome[staying.there]).any()


def test_therapists_can_be_the_ones_measured():
    batch, _ = simulated("design=shapiro2005", "setting.weeks=1")
    assert batch.outcome.shape == (MANY, 6, 1)
    gain = batch.outcome - batch.baseline
    assert gain[batch.arm == 1.0].mean() > gain[batch.arm == 0.0].mean()


def test_patients_without_a_therapist_in_common_are_one_entry():
    batch, _ = simulated("design=partially_nested", "therapists.n=6")
    made = batch.statistics(adjusted=False)
    assert batch.clustered.tolist() == [True] * 6 + [False]
    whole = dataclasses.replace(batch, outcome=batch.whole).statistics(adjusted=False)
    assert (whole.n[:, :6] == 4).all()
    assert (whole.n[:, 6] == 24).all()
    assert (made.means[:, 6, 0] == 0.0).all()


def test_a_frame_holds_what_a_trialist_would_have():
    batch, _ = simulated("design.retrieved=0.5", many=3)
    frame = batch.frame()
    assert len(frame) == batch.there.sum() == 3 * 24
    assert frame.groupby("replicate")["therapist"].nunique().tolist() == [6, 6, 6]
    assert frame.groupby(["replicate", "therapist"])["arm"].nunique().max() == 1
    assert frame["outcome"].isna().sum() == (np.isnan(batch.outcome) & batch.there).sum()


def test_who_has_no_therapist_in_common_has_none_in_a_frame():
    batch, _ = simulated("design=partially_nested", many=2)
    frame = batch.frame()
    assert frame["therapist"].isna().equals(frame["arm"] == 0.0)


def test_an_endpoint_without_variance_and_an_arm_without_baseline_are_refused():
    flat, _ = simulated("design.endpoints=[dropout]", "setting.may_drop_out=0", many=8)
    with pytest.raises(ConfigurationError, match="dropout has zero variance"):
        flat.check()
    batch, _ = simulated(many=8)
    half = np.where(batch.arm == 1.0, np.nan, batch.baseline)
    with pytest.raises(ConfigurationError, match="missing for the whole trained arm"):
        dataclasses.replace(batch, baseline=half).check()


# ---- what is implied -----------------------------------------------------------------------------


def test_the_contrast_is_what_the_engine_gives_for_the_same_people():
    one = planned("training=mbsr", "design.endpoints=[symptom_severity,dropout]")
    found = contrast.of_process(one, [np.inf, np.inf])
    config = dataclasses.replace(one.config, reading="same")
    trials = sim.simulate(
        sim.configure(*SMALL, "training=mbsr", "reading=same"), contrast.BATCH
    ).trials
    assert config.identity()
    for effect, column in zip(found, ("symptom_severity_post", "ending_dropped_out"), strict=True):
        arms = trials.groupby("arm", observed=True)[column].mean()
        assert effect.effect == pytest.approx(arms["trained"] - arms["untrained"], abs=1e-12)


def test_implied_clustering_is_that_of_the_untrained_world():
    batch, _ = simulated("parameters.transfer=0", "design.retrieved=1", many=400)
    sums = implied.sums(batch)
    n, k = 24, 6
    assert (sums.freedom == n - 2).all()
    assert (sums.caseload == 4.0).all()
    by_hand = []
    for i in range(20):
        within = batch.whole[i].var(axis=1, ddof=1).mean()
        between = (
            sum(
                batch.whole[i][batch.arm[i, :, 0] == arm].mean(axis=1).var(ddof=1) for arm in (0, 1)
            )
            / 2
        )
        by_hand.append((between - within / 4, within))
    np.testing.assert_allclose(np.transpose(by_hand), [sums.between[:20], sums.within[:20]])
    assert k == batch.whole.shape[1]


def test_at_follow_up_the_end_is_known_as_well():
    words = ("design.patient_loss=0.3", "setting.follow_up_weeks=2", "patients.fear=3")
    late, _ = simulated(*words, "design.wave=followup", many=200)
    at_end, _ = simulated(*words, many=200)
    there = late.there
    seen = ~np.isnan(late.earlier)
    np.testing.assert_array_equal(late.earlier[seen], at_end.whole[seen])
    missed = [np.isnan(values[there]) for values in (late.outcome, late.earlier)]
    assert missed[0].mean() == pytest.approx(missed[1].mean(), abs=0.03)
    assert (missed[0] != missed[1]).mean() > 0.1, "one may be lost and not the other"
    assert "end" in late.frame().columns


def test_a_correlational_study_has_a_correlation():
    batch, _ = simulated("design=dimidjian2003", "design.retrieved=1")
    r = implied.sums(batch).r
    by_hand = [
        np.corrcoef(np.nanmean(batch.arm[i], axis=1), np.nanmean(batch.outcome[i], axis=1))[0, 1]
        for i in range(MANY)
    ]
    np.testing.assert_allclose(r, by_hand, atol=1e-12)
    assert np.isnan(implied.sums(simulated()[0]).r).all()


def test_a_mediator_is_measured_at_the_end_of_the_same_patients():
    words = ("design.mediator=alliance", "design.wave=followup", "setting.follow_up_weeks=2")
    (made,) = process.simulated(planned(*words, "patients.fear=3"), MANY)
    alone, _ = simulated("design.endpoints=[alliance]", "patients.fear=3")
    np.testing.assert_array_equal(made.mediator.outcome, alone.outcome)
    np.testing.assert_array_equal(made.mediator.there, made.batches[0].there)


def test_every_endpoint_is_measured():
    names = ",".join(endpoints.ENDPOINTS)
    (made,) = process.simulated(planned(f"design.endpoints=[{names}]"), 8)
    assert [batch.endpoint.name for batch in made.batches] == list(endpoints.ENDPOINTS)
    for batch in made.batches:
        seen = batch.outcome[~np.isnan(batch.outcome)]
        assert seen.size > 0, batch.endpoint.name
        assert np.isin(seen, (0.0, 1.0)).all() == batch.endpoint.binary
        assert (batch.outcome.shape[2] == 1) == batch.endpoint.of_therapists


def test_the_null_of_a_correlational_study_keeps_who_is_given_whom():
    """Severe patients still go to mindful therapists, whose mindfulness does nothing."""
    words = (
        "design=severe_to_the_mindful", "design.endpoints=[symptom_severity]", "therapists.n=12",
        "design.case_mix=0.6", "design.retrieved=1",
    )  # fmt: skip
    effect, null = (simulated(*words, many=200, null=null)[0] for null in (False, True))
    np.testing.assert_array_equal(effect.arm, null.arm)
    np.testing.assert_array_equal(effect.baseline, null.baseline)
    there = null.there
    assert (null.outcome != effect.outcome)[there].mean() > 0.9
    assert np.corrcoef(null.arm[there], null.baseline[there])[0, 1] > 0.4
    assert np.mean(implied.sums(null).r) > 0.2
    # Nothing else ties the score to the outcome: among patients given at random there is nothing.
    fair, _ = simulated(*words, "design.case_mix=0", many=400, null=True)
    r = implied.sums(fair).r
    assert abs(r.mean()) < 4 * r.std() / np.sqrt(len(r))


def test_in_the_null_all_go_on_as_the_control_does():
    """A control that is a programme of its own keeps its effect, in both arms."""
    words = ("control=mbsr", "training=zen_daily", "training.weeks=6")
    words = (*words, "design.endpoints=[felt_attunement]")
    effect, null = (simulated(*words, many=8, null=null)[0] for null in (False, True))
    untrained = effect.arm == 0.0
    np.testing.assert_array_equal(effect.whole[untrained], null.whole[untrained])
    never, _ = simulated("control=none", *words[1:], many=8, null=True)
    assert (null.whole != never.whole)[null.there].any()


@pytest.mark.parametrize("endpoint", ["scs_self", "gsi_self"])
def test_in_the_null_nobody_is_trained_therapists_own_scores_included(endpoint):
    words = (f"design.endpoints=[{endpoint}]", "training.weeks=6")
    null, _ = simulated(*words, many=16, null=True)
    nothing = ("training.hours_per_week=0", "training.hope=0")
    never, _ = simulated(*words, *nothing, "parameters.transfer=0", many=16)
    np.testing.assert_array_equal(null.whole, never.whole)
    trained, _ = simulated(*words, many=16)
    assert (null.whole != trained.whole).any()
