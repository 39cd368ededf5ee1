"""Links: the chain tied together anew, with links of one's own in their place."""

import math

import numpy as np
import pytest

import sim
from sim import engine, links
from sim.chain import curves, rupture
from sim.chain.curves import logistic
from sim.errors import LinkError
from sim.tables import ROWS

SMALL = ("therapists.n=2", "patients.total=5", "setting.weeks=9")

#: A constant that a link below uses.
STEEPNESS = 1.5


def onset_of_my_own(p, c, d):
    """A rival account: only what is not felt matters, and a little chance."""
    return 0.01 + 0.1 * steep(1.0 - d.felt) * math.exp(-d.alliance)


def steep(x):
    return logistic(STEEPNESS * (x - 0.5))


def lapse_as_it_is(p, t):
    """The link itself, called from a replacement: no change, and no going round in circles."""
    return rupture.lapse(p, t)


MINE = {"rupture.onset": onset_of_my_own, "rupture.lapse": lapse_as_it_is}


def rows(lived):
    """All tables of a clinic or block."""
    return {level: lived.table(level) for level in ROWS}


def same(one, other):
    """Whether tables are the same to the last bit."""
    return all(
        list(one[level]) == list(other[level])
        and all(one[level][c].tobytes() == other[level][c].tobytes() for c in one[level])
        for level in ROWS
    )


@pytest.fixture(scope="module")
def config():
    return sim.configure(*SMALL)


@pytest.fixture(scope="module")
def plain(config):
    """What the chain itself gives."""
    return rows(sim.Clinic(config).run())


def test_a_link_of_ones_own_is_the_same_in_clinic_and_engine(config, plain):
    clinic = rows(sim.Clinic(config, links=MINE).run())
    assert not same(clinic, plain)
    (block,) = engine.run(config, 1, "segments", links=MINE)
    assert same(rows(block), clinic)
    # A kernel with other links, in the same process, is another kernel.
    (block,) = engine.run(config, 1, "segments")
    assert same(rows(block), plain)
    # ... and the one that only calls its original has changed nothing.
    alone = {"rupture.onset": onset_of_my_own}
    assert same(rows(sim.Clinic(config, links=alone).run()), clinic)


@pytest.mark.parametrize("replacement", [rupture.lapse, lapse_as_it_is])
def test_replacing_a_link_by_itself_changes_nothing(config, plain, replacement):
    assert same(rows(sim.Clinic(config, links={"rupture.lapse": replacement}).run()), plain)


def test_a_replacement_is_for_one_run_only(config, plain):
    sim.Clinic(config, links=MINE)
    assert rupture.onset is links.original("rupture.onset")
    assert same(rows(sim.Clinic(config).run()), plain)


def test_without_replacements_the_plain_modules_serve():
    linked = links.link()
    assert linked.rupture is rupture
    assert linked.curves is curves
    assert {"draws", "session", "course", "population", "ledger", "instruments"} <= set(
        vars(linked)
    )


def test_everybody_sees_the_replacement():
    seen = []

    def onset(p, c, d):
        seen.append(d)
        return 0.0

    linked = links.link({"rupture.onset": onset})
    assert linked.rupture.onset is onset
    assert linked.session.rupture is linked.rupture
    assert linked.course.rupture is linked.rupture
    for name in links.names():
        module, _, function = name.partition(".")
        fresh = getattr(vars(linked)[module], function)
        assert fresh.__code__ is links.original(name).__code__ or fresh is onset
        assert fresh is not links.original(name)
    assert linked.rupture.notice.__globals__["logistic"] is linked.curves.logistic


def test_every_function_goes_through_the_compiler():
    compiled = []

    def compiler(function):
        compiled.append(f"{function.__module__}.{function.__name__}")
        return function

    links.link(compiler=compiler)
    assert len(compiled) == len(set(compiled))
    assert {f"sim.chain.{name}" for name in links.names()} <= set(compiled)
    assert {"sim.draws.philox", "sim.session._tally", "sim.ledger.segment"} <= set(compiled)


# ---- what is refused -----------------------------------------------------------------------------


def one_too_few(p, c):
    return 0.1


def one_renamed(p, d, c):
    return 0.1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"rupture.onst": onset_of_my_own},
            r"links.rupture.onst does not exist; did you mean 'rupture.onset'\?",
        ),
        ({"curves.logistic": logistic}, r"links.curves.logistic does not exist"),
        ({"rupture._close": onset_of_my_own}, r"links.rupture._close does not exist"),
        ({"rupture.onset": 0.1}, r"links.rupture.onset=0.1 is not a Python function"),
        ({"rupture.onset": max}, r"links.rupture.onset=.* is not a Python function"),
        (
            {"rupture.onset": one_too_few},
            r"links.rupture.onset takes \(p, c, d\), but one_too_few takes \(p, c\): ",
        ),
        ({"rupture.onset": one_renamed}, r"but one_renamed takes \(p, d, c\)"),
    ],
)
def test_a_link_that_does_not_fit_is_refused(config, given, sentence):
    for ask in (links.link, lambda mine: engine.run(config, 1, links=mine)):
        with pytest.raises(LinkError, match=sentence) as caught:
            ask(given)
        assert len(str(caught.value).splitlines()) == 1


def test_a_link_that_cannot_be_compiled_is_refused(config, monkeypatch):
    """Without the loops around it, so that the test is quick."""
    import numba

    from sim.engine import cache

    def unknown(p, c, d):
        return no_such_thing(d)  # noqa: F821

    def live(d):
        return rupture.onset(d, d, d)

    def small(mine, compiler, also, around):
        linked = links._adopt(live, {"sim.chain.rupture": fake(mine, compiler)}, compiler, {})
        return type("Linked", (), {"kernel": type("Kernel", (), {"live": linked})})

    def fake(mine, compiler):
        module = type(rupture)("sim.chain.rupture")
        module.onset = compiler(mine["rupture.onset"])
        return module

    assert numba.njit(live).py_func is live
    monkeypatch.setattr(cache.links, "link", small)
    with pytest.raises(LinkError, match=r"links.rupture.onset cannot be compiled: .*no_such_thing"):
        cache.compiled({"rupture.onset": unknown}, (1,), lambda _: None)


# ---- what tells links apart ----------------------------------------------------------------------


def of(function):
    """The fingerprint of a function in the place of a link."""
    return links.fingerprint({"rupture.onset": function})["rupture.onset"]


def made(source, **surroundings):
    """A function made from text, as in a notebook."""
    exec(source, surroundings)  # noqa: S102
    return surroundings["onset"]


SOURCE = "def onset(p, c, d):\n    return {body}\n"


def test_a_fingerprint_follows_what_a_function_does():
    one = of(made(SOURCE.format(body="0.1")))
    assert one == of(made(SOURCE.format(body="0.1")))
    assert one != of(made(SOURCE.format(body="0.2")))
    assert one != of(made(SOURCE.format(body="p.onset_base")))
    assert of(made(SOURCE.format(body="p.a"))) != of(made(SOURCE.format(body="p.b")))


def test_a_fingerprint_follows_what_a_function_uses():
    body = SOURCE.format(body="x * f(d.felt)")
    helper = made("def onset(y):\n    return y + 1\n")
    other = made("def onset(y):\n    return y + 2\n")
    base = of(made(body, x=1.0, f=helper))
    assert base is not None
    assert base == of(made(body, x=1.0, f=helper))
    assert base != of(made(body, x=2.0, f=helper))
    assert base != of(made(body, x=1.0, f=other))
    assert of(made(body, x=1.0, f=logistic)) != of(made(body, x=1.0, f=curves.closed))
    assert of(made(body, x=1.0, f=math.exp)) is None  # a builtin taken out of its module
    assert of(made(body, x=np.float64(1.0), f=logistic)) is not None
    assert of(made(body, x=[1.0], f=logistic)) is None
    assert of(made(SOURCE.format(body="np.exp(d.felt)"), np=np)) is None
    assert of(made(SOURCE.format(body="math.exp(d.felt)"), math=math)) is not None


def test_a_fingerprint_follows_what_a_function_closes_over():
    def onset_at(level):
        def onset(p, c, d):
            return level

        return onset

    assert of(onset_at(0.1)) == of(onset_at(0.1)) != of(onset_at(0.2))


def test_the_links_above_can_be_told_apart():
    prints = links.fingerprint(MINE)
    assert None not in prints.values()
    assert len(set(prints.values())) == 2
