"""The register of claims: complete, true to itself, and held to the code in both directions."""

import dataclasses
import importlib
import re
from pathlib import Path

import pytest

from sim import claims, equations, parameters
from sim.claims import STATUSES, register

ROOT = Path(__file__).parents[1]
MOST_OUTSIDE = 12

#: Where claims are named: the theory, its numbers, its choices, what shows it, and what is said.
FILES = sorted(
    file
    for folder, suffixes in {
        "sim": {".py", ".toml"},
        "conf": {".yaml"},
        "experiments": {".py", ".toml", ".md"},
        "tests/patterns": {".py"},
        "docs": {".md"},
    }.items()
    for file in (ROOT / folder).rglob("*")
    if file.suffix in suffixes
)


@pytest.fixture(scope="module")
def theory():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "experiments")
        yield importlib.import_module("theory")


def changed(number, **parts):
    """The register with one claim changed."""
    return dict(register()) | {number: dataclasses.replace(register()[number], **parts)}


# ---- what is asked of the register: each returns its complaints in sentences ---------------------


def strangers(text, known):
    """Claims that a text names and nobody makes."""
    return [
        f"{claim} is named, and no such claim is in sim/claims.toml"
        for claim in claims.named(text)
        if claim not in known
    ]


def not_acted(known, links):
    """Mechanisms that no link says it acts by."""
    acted = {claim for link in links for claim in link.claims}
    return [
        f"{claim.number} is a mechanism, and no function names it: {claim.says}"
        for claim in known.values()
        if claim.status == "mechanism" and claim.number not in acted
    ]


def not_counted(known, links, table, choosing):
    """Mechanisms whose links have numbers, while no number and no choice says it serves them."""
    served = {claim for entry in table for claim in entry.claims}
    served |= {claim for claim, chosen in choosing.items() if not all(map(CUTS.match, chosen))}
    complaints = []
    for claim in known.values():
        own = {link.name for link in links if claim.number in link.claims}
        numbers = [entry.name for entry in table if entry.link in own]
        if claim.status == "mechanism" and claim.number not in served and numbers:
            complaints.append(
                f"{claim.number} is named by {', '.join(sorted(own))}, and by none of their "
                f"numbers: {', '.join(numbers)}"
            )
    return complaints


def not_outside(known, links, table):
    """Claims outside the model that it names after all."""
    names = [(link.name, link.claims) for link in links] + [(e.name, e.claims) for e in table]
    return [
        f"{claim} is outside, and {name} names it"
        for name, named in names
        for claim in named
        if claim in known and known[claim].status == "outside"
    ]


def lost(known, place):
    """Places that are not there, or are there though they are said to be planned."""
    complaints = []
    for claim in known.values():
        for address in claim.lives:
            try:
                place(address)
            except LookupError as error:
                complaints.append(f"{claim.number} is said to live where {error}")
        for address in claim.planned:
            try:
                place(address)
            except LookupError:
                continue
            complaints.append(f"{claim.number} waits for {address}, which is there: it lives there")
    return complaints


#: What the address of a claim of each status begins with.
HOMES = {
    "configuration": re.compile(
        r"(key |training=|world=|patients=|therapists=|setting=|knockout=|design=)"
    ),
    "measurement": re.compile(r"(instrument[ =]|table )"),
    "study": re.compile(r"(study=|experiment=|design=|target=)"),
}


def homeless(known, choosing, measures):
    """Claims that live nowhere that fits what became of them."""
    complaints = []
    for claim in known.values():
        where = [*claim.lives, *claim.planned, *choosing.get(claim.number, [])]
        measured = [name for name, one in measures.items() if claim.number in one.claims]
        where += [f"instrument {name.partition('.')[2]}" for name in measured]
        home = HOMES.get(claim.status)
        if home and not any(home.match(address) for address in where):
            complaints.append(
                f"{claim.number} is a {claim.status}, and lives in none: "
                f"{', '.join(where) or 'nowhere'}"
            )
    return complaints


#: A choice that cuts a mechanism, and so has none of its numbers.
CUTS = re.compile("knockout=")


def none_of(complaints):
    """Fail with every complaint on a line of its own."""
    assert not complaints, "\n" + "\n".join(complaints)


def everything():
    return [*equations.links().values(), *equations.steps().values()]


# ---- the register itself -------------------------------------------------------------------------


def test_it_has_every_claim_in_order():
    assert list(register()) == [f"T{number:02d}" for number in range(1, 148)]
    assert {claim.status for claim in register().values()} == set(STATUSES)


def test_claims_stand_in_the_order_of_the_paper():
    sections = [claim.section for claim in register().values()]
    assert list(dict.fromkeys(sections)) == list(claims.SECTIONS)
    assert sorted(sections, key=list(claims.SECTIONS).index) == sections


def test_each_claim_says_something_of_its_own():
    said = [claim.says for claim in register().values()]
    assert len(set(said)) == len(said)
    assert all(len(words) < 200 for words in said)


@pytest.mark.parametrize(
    ("number", "parts", "fault"),
    [
        ("T43", {"status": "mechanic"}, "its status"),
        ("T43", {"type": "BOWL"}, "its type"),
        ("T43", {"certainty": "X"}, "its certainty"),
        ("T43", {"paragraph": "XYZ4"}, "its paragraph"),
        ("T43", {"says": ""}, "what it says"),
        ("T43", {"number": "43"}, "its number"),
        ("T43", {"status": "outside"}, "the reason why"),
        ("T48", {"status": "configuration"}, "the reason why"),
        ("T48", {"why": "For no reason."}, "the reason why"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(number, parts, fault):
    with pytest.raises(ValueError, match=f"{parts.get('number', number)}: {fault} is not valid"):
        dataclasses.replace(register()[number], **parts)


def test_few_claims_are_outside():
    outside = [claim.number for claim in register().values() if claim.status == "outside"]
    assert len(outside) <= MOST_OUTSIDE, f"{len(outside)} claims are outside: {outside}"


def test_what_the_paper_leaves_open_is_decided_and_can_be_set(theory):
    assert len(claims.left_open()) == 10
    assert len(claims.tensions()) == 5
    for one in claims.left_open():
        for key in one.keys:
            theory.place(f"key {key}")


# ---- from the code to the register ---------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_whoever_names_a_claim_names_one_there_is(file):
    none_of(strangers(file.read_text(encoding="utf-8"), register()))


def test_claims_are_found_in_text():
    assert claims.named("Claims: T43, T111a (a safe place), T43; not T1, GT40 or T1000.") == (
        "T43",
        "T111",
    )
    assert strangers("Claims: T43, T148.", register()) == [
        "T148 is named, and no such claim is in sim/claims.toml"
    ]


# ---- from the register to the code ---------------------------------------------------------------


def test_every_mechanism_is_named_by_a_link():
    none_of(not_acted(register(), everything()))


def test_every_mechanism_is_named_by_its_numbers(theory):
    none_of(not_counted(register(), everything(), parameters.table().values(), theory.choosing()))


def test_nothing_acts_by_a_claim_that_is_outside():
    none_of(not_outside(register(), everything(), parameters.table().values()))


def test_every_claim_lives_where_it_is_said_to(theory):
    none_of(lost(register(), theory.place))
    none_of(homeless(register(), theory.choosing(), equations.measures()))


def test_a_register_that_is_wrong_is_noticed(theory):
    links, table = everything(), list(parameters.table().values())
    unnamed = [dataclasses.replace(link, claims=()) for link in links]
    assert any(said.startswith("T43 is a mechanism") for said in not_acted(register(), unnamed))
    unserved = [dataclasses.replace(entry, claims=()) for entry in table]
    (said,) = (
        one
        for one in not_counted(register(), links, unserved, {})
        if one.startswith("T63 is named")
    )
    assert said.endswith("and by none of their numbers: held_affect")
    broken = changed("T43", status="outside", why="A mistake.")
    assert "T43 is outside, and presence.spill names it" in not_outside(broken, links, table)
    broken = changed("T57", lives=("training=mbrs",))
    assert lost(broken, theory.place) == ["T57 is said to live where 'training=mbrs' leads nowhere"]
    broken = changed("T57", planned=("training=zen",))
    assert lost(broken, theory.place) == [
        "T57 waits for training=zen, which is there: it lives there"
    ]
    broken = changed("T57", lives=("table sessions.warmth",), planned=())
    said = "T57 is a configuration, and lives in none: table sessions.warmth"
    assert said in homeless(broken, {}, {})


@pytest.mark.parametrize(
    "address",
    [
        "training=mbrs",
        "key training.bell",
        "table sessions.bell",
        "table rooms.bell",
        "instrument bell",
        "bell",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(theory, address):
    with pytest.raises(LookupError, match=f"'{address}' leads nowhere"):
        theory.place(address)


def test_an_address_is_a_link(theory):
    assert theory.place("training=zen") == "[`training=zen`](../conf/training/zen.yaml)"
    assert theory.place("study=compare") == "[`attune compare`](../conf/study/compare.yaml)"
    assert theory.place("key parameters.transfer") == "`parameters.transfer`"
    assert theory.place("table sessions.presence") == "`sessions.presence`"
    assert theory.place("instrument symptoms") == "[`instruments.symptoms`](../sim/instruments.py)"
