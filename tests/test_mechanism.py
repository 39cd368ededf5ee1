"""The ladder: a cut is a contrast between two studies of the same people, judged and shown."""

import functools
import io
import itertools
import re

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import sim
from sim import cli, figures, ladder_report, ladders
from sim.configuration import configure
from sim.cuts import Case, Knockout
from sim.errors import ConfigurationError
from sim.figures import ladder as figure
from sim.study import mechanism, quantities, rungs
from sim.study.expectations import MET, NOT_MET, OPEN
from sim.study.steps import STEPS

SMALL = (
    "study=mechanism",
    "therapists.n=5",
    "patients.per_therapist=4",
    "setting.weeks=10",
    "setting.follow_up_weeks=0",
    "replicates=40",
    "training=zen_daily",
)

#: Expectations that hold whatever the numbers are: a link that is cut carries exactly nothing.
EXACT = {"nothing", "the same"}


@pytest.fixture(scope="module")
def ladder():
    return mechanism.mechanism(configure(*SMALL, "knockout=[k0,k2,k10]"))


@pytest.fixture(scope="module")
def saved(ladder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ladder") / "climbed"
    ladder.save(folder, also=lambda part: ladder_report.write(ladder, part))
    return folder


def show(ladder, width):
    console = Console(file=io.StringIO(), width=width, highlight=False)
    ladders.show_ladder(console, ladder)
    return console.file.getvalue()


# ---- what is lived -------------------------------------------------------------------------------


def test_a_study_that_rungs_have_in_common_is_lived_once():
    climbed = rungs.of(configure(*SMALL))
    lived = rungs.studies(climbed)
    assert len(climbed) < len(lived) < 2 * len(climbed)
    plain = {rungs.key(rung.uncut) for rung in climbed if not rung.case.name and not rung.case.only}
    assert len(plain) <= 2, "one for most, and one with more replicates"


def test_a_case_holds_on_both_sides_of_the_cut():
    for rung in rungs.of(configure(*SMALL)):
        for key, value in rung.case.given.items():
            group, _, name = key.partition(".")
            assert getattr(getattr(rung.uncut, group), name) == value
            if key not in {**rung.knockout.cut, **(rung.case.instead or {})}:
                assert getattr(getattr(rung.cut, group), name) == value


def test_other_quantities_are_read_only_where_they_are_asked_for():
    climbed = rungs.of(configure(*SMALL, "knockout=[k0,k7]"))
    assert [rung.others for rung in climbed] == [set(), {"reading"}]
    lived = rungs.studies(climbed)
    assert [sorted(others) for _, others in lived.values()] == [["reading"], ["reading"]]


def test_quantities_beside_the_chain():
    config = configure(*SMALL, "knockout=k0", "training=none", "replicates=12")
    names = {one.name for one in quantities.OTHERS}
    found = quantities.read(config, names)
    assert set(found) == set(quantities.ALL)
    for untrained, trained in found.values():
        np.testing.assert_array_equal(untrained, trained)  # nobody is trained
    reading, dyads, r = (
        found[name][0] for name in ("reading", "dyad_variance", "alliance_outcome")
    )
    assert len(reading) == quantities.FEW
    assert ((reading > 0.0) & (reading < 1.0)).all()
    assert len(dyads) == len(r) == 12
    assert (np.abs(r) < 1.0).all()


# ---- what must hold ------------------------------------------------------------------------------


def test_exact_expectations_hold_in_a_small_study(ladder):
    verdicts = ladder.verdicts
    exact = verdicts[verdicts["expected"].isin(EXACT)]
    assert len(exact) > 15
    assert (exact["verdict"] == MET).all()


def test_nothing_cut_changes_nothing(ladder):
    uncut = ladder.effects[ladder.effects["knockout"] == "k0"]
    assert (uncut["contrast"] == 0.0).all()
    assert uncut["left"].dropna().eq(1.0).all()
    assert (uncut["uncut"] == uncut["cut"]).all()


def test_effects_without_a_cut_are_those_of_compare(ladder):
    config = configure(
        "study=compare", "world=theory", *SMALL[1:], "reading=same", "precision=null"
    )
    effects = sim.compare(config).effects.set_index("step")
    plain = ladder.effects[ladder.effects["knockout"] == "k0"].set_index("quantity")
    for step in STEPS:
        for ours, theirs in (("uncut", "difference"), ("uncut_low", "low"), ("uncut_high", "high")):
            assert plain.loc[step.name, ours] == effects.loc[step.name, theirs]


def test_blocked_recognition_blocks_what_is_felt_and_not_what_is_sent(ladder):
    cut = ladder.effects[(ladder.effects["knockout"] == "k10") & (ladder.effects["case"] == "")]
    cut = cut.set_index("quantity")
    assert cut.loc["felt_attunement", "left"] == 0.0
    assert cut.loc["felt_attunement", "untrained_cut"] == 0.0
    assert cut.loc["sent_attunement", "cut_low"] > 0.0
    assert cut.loc["attention_in_the_room", "contrast"] == 0.0


def test_other_worlds_have_the_table_and_no_verdicts():
    found = mechanism.mechanism(
        configure(*SMALL, "knockout=[k0,k10]", "world=plain", "replicates=6")
    )
    assert found.verdicts.empty
    assert len(found.effects) > len(quantities.BESIDE)
    assert "one is plain" in found.answer
    assert "✓" not in figure._explained(found)
    assert "What the theory expects" not in ladder_report.html(found)
    assert "met" not in "".join(show(found, 80).split("parameters")[:1]).split("K0")[1]


# ---- verdicts on a made-up table -----------------------------------------------------------------


def made_up(left):
    """A rung whose felt attunement has an effect of 1, of which so much is left."""
    noise = 0.05 * np.random.default_rng(3).normal(size=30)
    return pd.DataFrame(
        {
            "knockout": "k99",
            "case": "",
            "quantity": "felt_attunement",
            "replicate": np.arange(30),
            "untrained_uncut": 0.2 + noise,
            "trained_uncut": 1.2 + 2.0 * noise,
            "untrained_cut": 0.1 + noise,
            "trained_cut": 0.1 + left + noise + left * noise,
        }
    )


@functools.cache
def usual():
    return configure()


def verdict(left, word, of=mechanism.EFFECT):
    asked = {"felt_attunement": word}
    case = Case(expect=asked) if of == mechanism.EFFECT else Case(untrained=asked)
    rung = rungs.Rung("k99", Knockout(name="k99", title="Made up"), case, usual(), usual())
    (row,) = mechanism.judged(made_up(left), [rung]).to_dict("records")
    assert row["expected"] == word
    assert row["of"] == of
    assert row["left"] == pytest.approx(left if of == mechanism.EFFECT else 0.5, abs=0.05)
    return row["verdict"]


def test_a_table_is_judged():
    assert verdict(0.5, "smaller") == MET
    assert verdict(0.5, "gone") == NOT_MET
    assert verdict(0.0, "gone") == MET
    assert verdict(1.0, "as before") == MET
    assert verdict(2.0, "larger") == MET
    assert verdict(-0.5, "better") == NOT_MET


def test_the_untrained_are_judged_by_themselves():
    assert verdict(1.0, "smaller", of=mechanism.UNTRAINED) == MET
    assert verdict(1.0, "as before", of=mechanism.UNTRAINED) == NOT_MET


def test_the_answer_counts_what_is_met_what_is_not_and_what_is_open(ladder):
    def answer(**changes):
        verdicts = ladder.verdicts.assign(verdict=MET)
        for row, kind in changes.items():
            verdicts.loc[int(row[1:]), "verdict"] = kind
        return mechanism.Ladder(ladder.results, ladder.effects, verdicts).answer

    many, last = len(ladder.verdicts), len(ladder.verdicts) - 1
    assert answer() == f"{many} of {many} expectations are met, those of all 3 knock-outs."
    assert answer(r0=NOT_MET) == f"{last} of {many} expectations are met; 1 not as expected: K0."
    assert answer(**{f"r{last}": OPEN}).endswith("; 1 open, with too wide an interval or nothing "
                                                 "to lose: K10.")  # fmt: skip


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (Case(expect={"presenc": "gone"}), "there is no presenc; did you mean 'presence'"),
        (Case(expect={"presence": "gon"}), "there is no gon; did you mean 'gone'"),
        (Case(untrained={"presence": "better"}), "nothing to be compared with"),
    ],
)
def test_an_expectation_that_cannot_be_judged_gets_a_sentence(case, sentence):
    config = configure(*SMALL, "knockout=k0")
    config.knockout["k0"].cases = [case]
    with pytest.raises(ConfigurationError, match=sentence):
        rungs.of(config)


def test_people_of_their_own_get_a_sentence():
    with pytest.raises(ConfigurationError, match="reading=independent will not do"):
        rungs.of(configure(*SMALL, "reading=independent"))


def test_more_than_two_arms_get_a_sentence():
    words = [word for word in SMALL if not word.startswith("training")]
    config = configure(*words, "knockout=k0", "arms=[none,mbsr,zen]")
    with pytest.raises(ConfigurationError, match="names 3 programmes: attune mechanism compares"):
        mechanism.mechanism(config)


# ---- what is shown -------------------------------------------------------------------------------


def test_results_come_back_with_the_same_verdicts(ladder, saved):
    again = mechanism.of(sim.load(saved))
    pd.testing.assert_frame_equal(again.verdicts, ladder.verdicts)
    pd.testing.assert_frame_equal(again.effects, ladder.effects)
    names = {file.name for file in saved.iterdir()}
    assert {"summary.csv", "verdicts.csv", "ladder.png", "ladder.svg", "report.html"} <= names
    summary = pd.read_csv(saved / "summary.csv", keep_default_na=False)
    assert len(summary) == len(ladder.effects)


def test_the_report_shows_every_expectation_and_asks_for_nothing(ladder, saved):
    page = (saved / "report.html").read_text(encoding="utf-8")
    assert page.count("<tr data-step=") == len(ladder.verdicts)
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    for one in ladder.results.config.knockout.values():
        assert one.about in page.replace("&#39;", "'")
    assert ladder_report.html(ladder) == ladder_report.html(mechanism.of(sim.load(saved)))


def test_the_ladder_is_drawn_the_same_every_time(ladder, saved, tmp_path):
    for file in figures.draw_ladder(ladder, tmp_path):
        assert file.read_bytes() == (saved / file.name).read_bytes()


def test_less_is_lighter_in_grey_too():
    shades = [
        np.dot(figure.colour(share)[:3], (0.299, 0.587, 0.114)) for share in (0, 0.5, 1, 1.5, 2)
    ]
    assert all(first - second > 0.08 for first, second in itertools.pairwise(shades))


def test_the_terminal_shows_a_row_a_knockout_and_what_was_not_expected(ladder):
    narrow, wide = show(ladder, 80), show(ladder, 130)
    assert max(map(len, narrow.splitlines())) <= 80
    assert [line.split()[0] for line in narrow.splitlines() if re.match(r"K\d", line)] == [
        "K0",
        "K2",
        "K10",
    ]
    assert "expressing, blocked" in wide
    assert "expressing, blocked" not in narrow
    said = ladders.unexpected(ladder.verdicts.assign(verdict=OPEN))
    assert len(said) == len(ladder.verdicts)
    assert not ladders.unexpected(ladder.verdicts.assign(verdict=MET))


def test_the_command_line(tmp_path, capsys):
    words = ["mechanism", *SMALL[1:5], "replicates=4", "knockout=[k2]", f"output={tmp_path}"]
    assert cli.main(words) == 0
    first = capsys.readouterr().out
    assert "From cushion to room" in first
    assert cli.main(words) == 0
    assert "found there" in capsys.readouterr().out
    assert cli.main(["mechanism", "knockout=k99", f"output={tmp_path}"]) == cli.MISTAKE
    assert "knockout=k99 does not exist" in capsys.readouterr().err
