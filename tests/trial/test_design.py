"""Designs: what the protocol of a trial comes to, and the sentence for what no trial can be."""

from functools import cache

import numpy as np
import pytest

import sim
from sim import choices
from sim.errors import AttuneError
from sim.trial import allocation, caseload, design, wording


@cache
def planned(*words):
    return design.of(sim.configure("study=power", *words))


SHIPPED = sorted(choices.groups()["design"])
REPLICATES = np.arange(300)


# ---- every design that is shipped ----------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_every_design_can_be_planned_and_says_what_it_is(name):
    one = planned(f"design={name}")
    lines = dict(wording.lines(one))
    assert {"Design", "Therapists", "Patients", "Outcome", "Missing"} <= set(lines)
    assert all(text.endswith(".") and "  " not in text for text in lines.values())
    recruited, _, arms = wording.flow(one)
    assert str(one.therapists) in recruited
    assert len(arms) == (1 if one.kind == "correlational" else 2)


def test_grepmair_has_the_frame_that_was_published():
    one = planned("design=grepmair2007")
    setting = one.config.setting
    assert (one.therapists, one.trained, one.patients_of_arms) == (18, 9, (61, 63))
    assert (setting.weeks, setting.sessions_per_week) == (9, 2)
    assert one.config.training.hours_per_week == 5.0


@pytest.mark.parametrize("name", ["lesh1970", "shapiro1998", "shapiro2005", "dimidjian2003"])
def test_no_number_of_people_is_invented(name):
    """The seed paper does not tell it, so it is whatever therapists are set to."""
    assert planned(f"design={name}", "therapists.n=26").therapists == 26


def test_a_design_of_ones_own_is_a_file_in_a_folder(tmp_path):
    (tmp_path / "design").mkdir()
    file = tmp_path / "design" / "ours.yaml"
    file.write_text(
        "# @package _global_\ndefaults:\n  - override /training: zen\ndesign:\n  name: ours\n"
        "  about: Ours.\n  trained: 4\ntherapists:\n  n: 12\n"
    )
    config = sim.configure("study=power", "design=ours", folder=tmp_path)
    one = design.of(config)
    assert (one.therapists, one.trained, config.training.name) == (12, 4, "zen")


def test_a_design_changes_no_other_study():
    plain, other = (sim.configure(*words) for words in ((), ("design.patient_loss=0.3",)))
    assert plain.identity() == other.identity()
    powers = [sim.configure("study=power", *w) for w in ((), ("design.patient_loss=0.3",))]
    assert powers[0].identity() != powers[1].identity()


# ---- allocation ----------------------------------------------------------------------------------


def assigned(one, mindfulness=None, replicates=REPLICATES):
    return allocation.assign(one, replicates, mindfulness)


@pytest.mark.parametrize(
    ("n", "trained", "block"), [(18, 9, 2), (18, 9, 4), (19, 7, 6), (40, 20, 4)]
)
def test_blocks_keep_the_numbers_exact_and_the_order_balanced(n, trained, block):
    one = planned(f"therapists.n={n}", f"design.trained={trained}", f"design.block={block}")
    marks = assigned(one)[:, 0]
    assert (marks.sum(axis=1) == trained).all()
    so_far = marks.cumsum(axis=1)[:, block - 1 :: block]
    wanted = trained / n * np.arange(block, n + 1, block)
    assert np.abs(so_far - wanted).max() < 1.0
    # Every therapist is trained equally often, those of a last, incomplete block too.
    rate = assigned(one, replicates=np.arange(4000))[:, 0].mean(axis=0)
    assert np.abs(rate - trained / n).max() < 4.0 * np.sqrt(0.25 / 4000)


def test_a_coin_gives_arms_that_differ_in_size():
    many = assigned(planned("design.assignment=random"))[:, 0].sum(axis=1)
    assert many.std() > 1.5
    assert abs(many.mean() - 9.0) < 0.5


def test_strata_are_balanced():
    one = planned("design.assignment=stratified", "design.block=2", "therapists.n=20")
    scores = np.random.default_rng(1).normal(size=(300, 20))
    marks = assigned(one, scores)[:, 0]
    upper = scores.argsort(axis=1).argsort(axis=1) >= 10
    assert ((marks & upper).sum(axis=1) == 5).all()
    assert ((marks & ~upper).sum(axis=1) == 5).all()


@pytest.mark.parametrize("selection", [-1.0, 0.0, 1.0])
def test_those_who_are_mindful_choose_training_as_far_as_told(selection):
    one = planned("design.assignment=self_selected", f"design.selection={selection}")
    scores = np.random.default_rng(2).normal(size=(300, 18))
    marks = assigned(one, scores)[:, 0]
    assert (marks.sum(axis=1) == 9).all()
    lead = scores[marks].mean() - scores[~marks].mean()
    assert abs(lead) < 0.1 if selection == 0.0 else lead * selection > 0.3


def test_periods_are_as_the_kind_has_them():
    sequential = assigned(planned("design=sequential_cohort"))
    assert (sequential == np.array([False, True])[:, None]).all()
    wedge = assigned(planned("design=stepped_wedge"))
    assert not wedge[:, 0].any()
    assert wedge[:, -1].all()
    assert (np.diff(wedge.astype(int), axis=1) >= 0).all(), "nobody is untrained again"
    assert (wedge.sum(axis=2) == [0, 6, 12, 18]).all()
    crossover = assigned(planned("design=crossover"))
    assert (crossover.sum(axis=1) == 1).all()
    assert (crossover.sum(axis=2) == 9).all()
    assert (assigned(planned("design=abab"))[:, :, 0] == [False, True, False, True]).all()


def test_an_assignment_hangs_on_its_address_alone():
    one = planned()
    whole = assigned(one)
    assert (assigned(one, replicates=REPLICATES[100:]) == whole[100:]).all()
    assert (assigned(planned("seed=2")) != whole).any()


# ---- caseloads -----------------------------------------------------------------------------------


def sizes(one):
    marks = assigned(one)[:, 0]
    return caseload.sizes(one, REPLICATES, marks), marks


@pytest.mark.parametrize("kind", ["fixed", "uneven", "drawn"])
def test_patients_are_shared_out_exactly(kind):
    one = planned("patients.total=124", f"design.caseloads={kind}")
    loads, _ = sizes(one)
    assert (loads.sum(axis=1) == 124).all()
    assert loads.min() >= 1
    spread = loads.std(axis=1) / loads.mean(axis=1)
    assert (spread < 0.1).all() if kind == "fixed" else 0.2 < spread.mean() < 0.5
    assert (loads == loads[0]).all() == (kind != "drawn")


def test_patients_are_counted_by_arm():
    loads, marks = sizes(planned("design=grepmair2007"))
    assert (np.where(marks, loads, 0).sum(axis=1) == 63).all()
    assert (np.where(marks, 0, loads).sum(axis=1) == 61).all()
    assert np.ptp(loads) == 1


# ---- what no trial can be ------------------------------------------------------------------------

MISTAKES = {
    ("therapists.n=3",): "1 therapist in the trained arm",
    ("design.trained=17",): "design.trained=17 of therapists.n=18 leaves 1 therapist in the untr",
    ("design.trained=18",): "leaves nobody untrained",
    ("design.kind=crossover",): "training cannot be untrained",
    ("design=abab", "training=zen"): "training cannot be untrained",
    ("design=abab", "therapists.n=4"): "one therapist's own",
    ("design.follow_up=18",): "before the end of the treatment",
    ("design.wave=followup", "setting.follow_up_weeks=0"): "no follow-up to look at",
    ("design.trained_patients=4000", "design.untrained_patients=50"): "cannot be seen by 9",
    ("design.trained_patients=5", "design.untrained_patients=50"): "takes 9 to",
    ("design.trained_patients=50",): "design.untrained_patients is missing",
    ("design=stepped_wedge", "therapists.n=2"): "more steps than there are therapists",
    ("design.selection=1",): "it takes self_selected",
    ("design.endpoints=[]",): "names none",
    ("design.endpoints=[gsi]",): "did you mean 'gsi_self'?",
    ("design.endpoints=[dropout,dropout]",): "names dropout twice",
    ("design.estimand=while_on_treatment",): "gsi_self is not measured",
    ("design.caseloads=uneven", "design.caseload_spread=2", "patients.per_therapist=60"): "larger",
    ("generator.effect=0.5",): "means nothing to generator=process",
    ("generator=linear", "generator.icc=0.8"): "zero variance",
    ("generator=linear", "design.uptake=0.5"): "means nothing to generator=linear",
    ("generator=linear", "design.endpoints=[ors]"): "makes up one outcome in SD",
    ("design=dimidjian2003", "design.uptake=0.5"): "means nothing to a correlational design",
    ("generator=linear", "design=dimidjian2003"): "it takes generator=process",
    ("design.kind=abbab",): "did you mean 'abab'?",
    ("design.mediator=gsi",): "is no mediator",
    ("design.mediator=dropout",): "is no mediator",
    ("design.mediator=gsi_self",): "among the endpoints already",
    ("design.mediator=alliance", "design=crossover"): "takes generator=process and",
    ("arms=[none,zen]",): "a trial has the arms of training and control",
    ("patients.shared=true",): "every patient one therapist",
    ("design.uptake=1.2",): "from 0 to 1",
    ("design=partially_nested", "design.trained=5"): "where all therapists are trained",
    ("design=dimidjian2003", "design.trained=5"): "where nobody is trained",
    ("design.planned_missing=0.2", "design.planned_at=followup"): "is no wave of this trial",
    ("design.endpoints=[GSI_SELF]",): "did you mean 'gsi_self'?",
    ("knockout=K6",): "did you mean 'k6'?",
}


@pytest.mark.parametrize(("words", "said"), MISTAKES.items(), ids=lambda x: " ".join(x)[:40])
def test_a_mistake_gets_one_sentence(words, said):
    with pytest.raises(AttuneError) as error:
        planned(*words)
    sentence = str(error.value)
    assert said in sentence
    assert "\n" not in sentence
    assert not sentence.endswith(".")
