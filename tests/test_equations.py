"""The equations: read from docstrings as they stand, and set so that they can be read aloud."""

import pytest

from sim import equations
from sim.chain import rupture, transfer
from sim.equations import read, typeset


def onset(p, c, d):
    """Tell the probability that a rupture begins: in this segment.

    logistic(onset_base + onset_lapse * lapse - onset_alliance * (alliance - 1/2)), at most 0.9,
    where lapse is one not caught

    Nobody is spared.

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T82, T84 and T85 (a lapse caught
    does no damage), T111a. Via the seed paper.
    Without it: ``p.onset_base
    + 1.0``.
    """


def repair(p, d):
    """Close a rupture.

    bond + repair_bonus * (1 - bond); scar * (1 - healing), and strength alike

    Notes
    -----
    Claims: T87.
    Without it: ``nothing changes``.
    """


def spill(t):
    """Tell the presence after the bowl has overflowed: presence * (1 - overflow_blur).

    Returns
    -------
    float
        Level, 0 to 1.
    """


def hearing(t):
    """Tell how far the therapist can hear.

    Returns
    -------
    float
        Level, 0 to 1: logistic(-stance_slope * openness).
    """


def ripeness(t):
    """Tell how far aims have ripened: aim_maturing * x / (1 + x).

    where x = hours / aim_hours

    Returns
    -------
    float
        Logit.
    """


def hope(t):
    """Tell the hope that is left.

    hope * (1 - hope_fading)

    Returns
    -------
    float
        SD.
    """


def test_every_part_of_a_docstring_is_read():
    link = read(onset)
    assert link.name == "test_equations.onset"
    assert link.caption == "The probability that a rupture begins: in this segment."
    assert link.words == ("Nobody is spared.",)
    assert link.returns == "Probability, 0 to 1."
    assert not link.changes
    assert link.claims == ("T82", "T84", "T85", "T111")
    assert link.reasons == dict.fromkeys(("T84", "T85"), "a lapse caught does no damage")
    assert link.notes.startswith("Claims: T82, T84")
    assert link.notes.endswith("Via the seed paper.")
    assert link.neutral == "p.onset_base + 1.0"


def test_an_equation_has_its_name_on_the_left_and_its_conditions_below():
    assert typeset(read(onset)) == (
        "onset = logistic(onset_base + onset_lapse · lapse\n"
        "      − onset_alliance · (alliance − 1/2))\n"
        "  at most 0.9\n"
        "  where lapse is one not caught"
    )


def test_what_is_changed_has_an_arrow():
    link = read(repair)
    assert link.changes
    assert typeset(link).splitlines() == [
        "bond ← bond + repair_bonus · (1 − bond)",
        "scar ← scar · (1 − healing), and strength alike",
    ]
    assert typeset(read(hope)) == "hope ← hope · (1 − hope_fading)"


@pytest.mark.parametrize(
    ("function", "caption", "equation"),
    [
        (
            spill,
            "The presence after the bowl has overflowed.",
            "spill = presence · (1 − overflow_blur)",
        ),
        (
            hearing,
            "How far the therapist can hear.",
            "hearing = logistic(−stance_slope · openness)",
        ),
        (
            ripeness,
            "How far aims have ripened.",
            "ripeness = aim_maturing · x / (1 + x)\n  where x = hours / aim_hours",
        ),
    ],
)
def test_a_formula_at_the_end_of_a_sentence_is_an_equation(function, caption, equation):
    link = read(function)
    assert (link.caption, typeset(link)) == (caption, equation)
    assert ":" not in link.returns


def test_a_function_that_says_nothing_is_refused():
    def silent():
        pass

    with pytest.raises(ValueError, match=r"test_equations\.silent does not say in one sentence"):
        read(silent)


@pytest.mark.parametrize("link", equations.links().values(), ids=list(equations.links()))
def test_every_link_of_the_chain_says_what_it_is(link):
    set_out = typeset(link)
    assert all(len(line) <= equations.WIDTH for line in set_out.splitlines())
    assert set_out.count("(") == set_out.count(")")
    assert " * " not in set_out
    assert "Without it" not in set_out + link.notes + " ".join(link.words)
    assert link.caption[:1].isupper()
    assert link.claims or "heory map, section 11" in link.notes, "it serves no claim and no rival"


def test_links_are_read_from_the_chain_itself():
    assert equations.links()["rupture.onset"] == read(rupture.onset)
    assert not any(name.startswith("curves.") for name in equations.links())
    assert "transfer.share" in equations.links()
    assert equations.links()["transfer.share"].file == "sim/chain/transfer.py"
    assert read(transfer.share).claims == ("T140", "T141")
    assert {"session.segment", "course.week", "population.patient"} <= set(equations.steps())
    assert "instruments.symptoms" in equations.measures()
