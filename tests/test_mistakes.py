"""Every mistake in a configuration has its sentence, and never a traceback."""

import contextlib
import dataclasses
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import checks, choices, cli, conditions, configuration, mistakes, schema
from sim.configuration import configure
from sim.errors import ConfigurationError


@pytest.fixture(scope="module")
def config():
    return configure()


def sentence(*words, **more):
    """What a mistake is answered with."""
    with pytest.raises(ConfigurationError) as caught:
        configure(*words, **more)
    return str(caught.value)


PROGRAMMES, STUDIES, EXPERIMENTS = (
    ", ".join(choices.groups()[group]) for group in ("training", "study", "experiment")
)

MISTAKES = {
    # a choice that does not exist
    ("training=zenn",): (
        f"training=zenn does not exist: it takes one of {PROGRAMMES}; did you mean 'zen'?"
    ),
    ("control=mbs",): (
        f"control=mbs does not exist: it takes one of {PROGRAMMES}; did you mean 'mbsr'?"
    ),
    ("training=null",): (f"training=null does not exist: it takes one of {PROGRAMMES}"),
    ("study=compaer",): (
        f"study=compaer does not exist: it takes one of {STUDIES}; did you mean 'compare'?"
    ),
    ("therapists=3",): (
        "therapists=3 does not exist: it takes one of experienced, meditators, trainees"
    ),
    ("experiment=wrad",): (
        f"experiment=wrad does not exist: it takes one of {EXPERIMENTS}; did you mean 'ward'?"
    ),
    ("trainings/x=mbsr",): "there is no group trainings/x; did you mean 'training'?",
    ("training@elsewhere=mbsr",): "elsewhere does not exist: attune --help lists what does",
    ("training=../world/theory",): (
        f"training.name is missing: it takes a file that has one, such as {PROGRAMMES}"
    ),
    # a key that does not exist
    ("published.nagy1998.findings.told.vale=3",): (
        "published.nagy1998.findings.told.vale does not exist; did you mean 'value'?"
    ),
    ("published.nagy1998.mine=3",): (
        "published.nagy1998.mine does not exist: published.nagy1998 has name, about, source, "
        "check, conduct, assumed, findings, lived"
    ),
    ("parameters.drift_flor=0",): (
        "parameters.drift_flor does not exist; did you mean 'drift_floor'?"
    ),
    ("parameters.xyz=0",): ("parameters.xyz does not exist: attune parameters lists those that do"),
    ("therapist.n=3",): "therapist.n does not exist; did you mean 'therapists.n'?",
    ("drift_floor=0",): "drift_floor does not exist; did you mean 'parameters.drift_floor'?",
    ("replicate=3",): "replicate does not exist; did you mean 'replicates'?",
    ("engine.zzz=3",): (
        "engine.zzz does not exist: engine has name, about, source, kind, threads, block, "
        "workers, scheduler, cluster, workers_per_job, memory, walltime, queue, account, "
        "directives, prologue"
    ),
    ("+engine.threads_=3",): "engine.threads_ does not exist; did you mean 'threads'?",
    ("therapists={m:3}",): (
        "therapists.m does not exist: therapists has name, about, source, attention, attitude, "
        "bowl_capacity, decentring, introject, technique, rigidity, hooks, n"
    ),
    ("command=x",): "command does not exist: attune --help lists what does",
    ("=3",): "a choice without a key does not exist: attune --help lists what does",
    # a value of the wrong type
    ("therapists.n=many",): (
        "therapists.n=many will not do: it takes a whole number from 1 to 1048575"
    ),
    ("therapists.n=4.5",): (
        "therapists.n=4.5 will not do: it takes a whole number from 1 to 1048575"
    ),
    ("therapists.n=null",): (
        "therapists.n=null will not do: it takes a whole number from 1 to 1048575"
    ),
    (
        "setting.may_leave=true",
    ): "setting.may_leave=true will not do: it takes a number from 0 to 1",
    ("fresh=perhaps",): "fresh=perhaps will not do: it takes true or false",
    ("output=null",): "output=null will not do: it takes text",
    ("engine.threads=all",): (
        "engine.threads=all will not do: it takes a whole number from 1 to 1024 or null"
    ),
    ("parameters.transfer=x",): (
        "parameters.transfer=x will not do: it takes a number from 0 to 1 (share)"
    ),
    ("parameters=3",): "parameters takes values by name, as in parameters.transfer=0.5",
    ("seed.people=${nobody}",): (
        "seed.people cannot be worked out: Interpolation key 'nobody' not found"
    ),
    # a value out of its range
    ("therapists.n=0",): (
        "therapists.n=0 is out of range: it takes a whole number from 1 to 1048575"
    ),
    ("patients.per_therapist=-1",): (
        "patients.per_therapist=-1 is out of range: it takes a whole number from 1 to 4095"
    ),
    ("setting.segments=1001",): (
        "setting.segments=1001 is out of range: it takes a whole number from 1 to 1000"
    ),
    (
        "therapists.hooks=1.5",
    ): "therapists.hooks=1.5 is out of range: it takes a number from 0 to 1",
    ("training.hours_per_week=-2",): (
        "training.hours_per_week=-2 is out of range: it takes a number from 0 to 168"
    ),
    ("seed=4294967296",): (
        "seed.both=4294967296 is out of range: it takes a whole number from 0 to 4294967295"
    ),
    ("parameters.transfer=2",): (
        "parameters.transfer=2.0 is out of range: it takes a number from 0 to 1 (share)"
    ),
    ("parameters.transfer=nan",): (
        "parameters.transfer=nan is out of range: it takes a number from 0 to 1 (share)"
    ),
    ("record=patient",): (
        "record=patient is no record level: it takes one of trials, therapists, patients, "
        "sessions, segments; did you mean 'patients'?"
    ),
    ("output=",): "output is empty: it takes the name of a folder",
    ("name=../secret",): "name=../secret will not do: it takes a name for a folder",
    # values that do not go together
    ("training.weeks=30",): (
        "training.weeks=30 from week -8 is longer than the study, whose treatment lasts 18 weeks "
        "(setting.weeks): it takes at most 26"
    ),
    ("setting.lead_in_weeks=4",): (
        "training.start_week=-8 lies before the study, which starts in week -4 "
        "(setting.lead_in_weeks=4)"
    ),
    ("control=zen_daily", "setting.weeks=8"): (
        "control.weeks=9 from week 0 is longer than the study, whose treatment lasts 8 weeks "
        "(setting.weeks): it takes at most 8"
    ),
    ("setting.may_leave=0.5",): "setting.may_leave=0.5 is neither 0 nor 1",
    ("engine.block=300",): "engine.block=300 is not a multiple of 256",
    ("patients.total=17",): (
        "patients.total=17 cannot be spread over 18 therapists: it takes a whole number from 18 to "
        "73710"
    ),
    # more than a week holds
    ("patients.per_therapist=200",): (
        "patients.per_therapist=200 cannot be scheduled: 200 patients for 0.833 hours a week each "
        "are more than the 112 waking hours of a therapist's week, which take at most 134 patients"
    ),
    ("patients.total=200", "therapists.n=1", "training=zen_daily"): (
        "patients.total=200 cannot be scheduled: 200 patients for 0.833 hours a week each beside 5 "
        "hours of practice are more than the 112 waking hours of a therapist's week, which take at "
        "most 128 patients"
    ),
    ("setting.segments=1000", "setting.sessions_per_week=2"): (
        "patients.per_therapist=7 cannot be scheduled: 7 patients for 167 hours a week each are "
        "more than the 112 waking hours of a therapist's week, which take at most 0 patients"
    ),
    # words that cannot be understood
    ("therapists.n==3",): (
        "'therapists.n==3' cannot be understood: a choice reads key=value, as in therapists.n=40"
    ),
    ("training=[",): (
        "'training=[' cannot be understood: a choice reads key=value, as in therapists.n=40"
    ),
    ("zen_daily",): (
        "'zen_daily' cannot be understood: a choice reads key=value, as in therapists.n=40"
    ),
    ("name=\n",): (
        "'name=\\n' cannot be understood: a choice reads key=value, as in therapists.n=40"
    ),
    (3,): "3 is no choice: it takes text such as 'therapists.n=40'",
    ("~training",): "'~training' takes away what a study needs: give another value",
    ("~therapists.n",): "'~therapists.n' takes away what a study needs: give another value",
    ("+training=mbsr",): "'+training=mbsr' adds a second training: leave out the +",
    ("+therapists.n=3",): "'+therapists.n=3' adds a second therapists.n: leave out the +",
    ("training=mbsr,none",): (
        "'training=mbsr,none' asks for several studies at once: attune -m runs one after the other"
    ),
    ("hydra.searchpath=[file:///no/where]",): "the folder /no/where does not exist",
    ("hydra.nothing=1",): "hydra.nothing is no setting of Hydra's",
}


@pytest.mark.parametrize("words", MISTAKES, ids=lambda words: " ".join(map(str, words)))
def test_every_mistake_is_answered_with_a_sentence(words):
    assert sentence(*words) == MISTAKES[words]


@given(data=st.data())
def test_a_number_out_of_its_range_is_named(config, data):
    key, (kind, low, high) = data.draw(st.sampled_from(sorted(schema.numbers().items())))
    beyond = st.integers if kind is int else st.floats
    value = data.draw(beyond(max_value=low) | beyond(min_value=high) | st.just(float("nan")))
    if low <= value <= high:
        return
    changed = dataclasses.replace(config)
    group, _, name = key.rpartition(".")
    if group:
        setattr(changed, group, dataclasses.replace(getattr(config, group), **{name: value}))
    else:
        setattr(changed, name, value)
    with pytest.raises(ConfigurationError, match=rf"^{key}=\S+ is out of range: it takes a "):
        checks.check(changed)


VALUES = ["3", "-1", "0", ".5", "nan", "null", "true", "many", "mbsr", "none", "[1,2]", "{a:1}"]
VALUES += ["", "a,b", "${seed}", "${seed.both}", "1e999", "'x y'", "../..", "*", "é", "range(1,3)"]


@st.composite
def mangled(draw):
    """A word that a hurried user might type."""
    key = draw(
        st.sampled_from(mistakes.keys() + tuple(choices.group_names())) | st.text(max_size=8)
    )
    word = draw(st.sampled_from(["", "", "+", "++", "~"])) + key
    word += "=" + draw(st.sampled_from(VALUES) | st.text(max_size=8))
    if draw(st.booleans()):
        spot = draw(st.integers(0, len(word)))
        kept = draw(st.integers(spot, min(len(word), spot + 2)))
        word = word[:spot] + draw(st.text("=.@/+~$'\"{}[](),: \\ab1", max_size=2)) + word[kept:]
    return word


@pytest.fixture(scope="module")
def quiet():
    """Studies that are only looked at, and sweeps that are only planned."""

    def face(config, _):
        assert configuration.restore(config.to_dict()) == config

    with pytest.MonkeyPatch.context() as patched:
        for name in cli.FACES.values():
            patched.setattr(name.replace(":", "."), face)
        patched.setattr(conditions, "run", lambda words, *_: conditions.jobs(words))
        yield


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.lists(mangled(), min_size=1, max_size=2),
    first=st.sampled_from([[], [], ["-m"], ["compare"], ["simulate"], ["-m", "simulate"]]),
)
def test_no_word_ends_in_a_traceback(quiet, words, first):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main([*first, "engine=cpu", *words])
    said = err.getvalue()
    if code == 0:
        assert not said
        return
    assert code == 2
    assert said.startswith("attune: ")
    assert said.endswith("\n")
    assert said[:-1].isprintable()
    assert len(said) > 20


# ---- words that contradict each other ------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["therapists.n=2", "therapists.n=3"],
            "therapists.n=2 and therapists.n=3 contradict each other: leave one out",
        ),
        (
            ["reading=same", "reading=independent"],
            "reading=same and reading=independent contradict each other: leave one out",
        ),
        (["control=mbsr", "control=zen"], "control=mbsr and control=zen contradict each other: "),
        (["seed=1", "seed.both=2"], "seed=1 and seed=2 contradict each other: leave one out"),
        (
            ["patients.total=40", "patients.per_therapist=3"],
            "patients.total=40 and patients.per_therapist=3 contradict each other: ",
        ),
        (
            ["arms=[none,mbsr]", "training=zen"],
            "arms=[none,mbsr] replaces training and control: leave out training=zen",
        ),
        (
            ["arms=[none,mbsr]", "control=zen"],
            "arms=[none,mbsr] replaces training and control: leave out control=zen",
        ),
        (
            ["compare", "study=simulate"],
            "'compare' names the study already: leave out study=...",
        ),
        (
            ["-m", "training=mbsr,zen", "training=none"],
            "training=mbsr,zen and training=none contradict each other: leave one out",
        ),
        (
            ["replicates=200", "replicates_max=100"],
            "replicates_max=100 is less than the first batch of replicates=200",
        ),
    ],
)
def test_words_that_contradict_each_other(quiet, capsys, words, said):
    assert cli.main(words) == 2
    assert capsys.readouterr().err.startswith(f"attune: {said}")


@pytest.mark.parametrize(
    "words",
    [
        ["therapists.n=2", "therapists.n=2"],
        ["patients.total=null", "patients.per_therapist=3"],
        ["arms=null", "training=zen"],
    ],
)
def test_words_that_do_not(quiet, words):
    assert cli.main(words) == 0


# ---- a folder of one's own -----------------------------------------------------------------------


@pytest.fixture(params=["mine", "it's mine, [really]"])
def folder(request, tmp_path):
    place = tmp_path / request.param
    (place / "training").mkdir(parents=True)
    return place


def write(folder, text):
    (folder / "training" / "ours.yaml").write_text(text, encoding="utf-8")


def test_an_option_of_ones_own(folder):
    write(folder, "name: ours\nhours_per_week: 3\nweeks: 4\nlove: 0.02\n")
    config = configure("training=ours", "control=mbsr", folder=folder)
    assert config.training.love == 0.02
    assert config.training.attention == 0.0
    assert choices.groups(folder)["training"]["ours"].about == ""


def test_a_world_of_ones_own(tmp_path):
    (tmp_path / "world").mkdir()
    world = "# @package _global_\nworld: {name: flat}\nparameters: {transfer: 0.0}\n"
    (tmp_path / "world" / "flat.yaml").write_text(world, encoding="utf-8")
    config = configure("world=flat", "parameters.drift_floor=0.1", folder=tmp_path)
    assert (config.parameters.transfer, config.parameters.drift_floor) == (0.0, 0.1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name: ours\nlov: 1\n",
            "training/ours.yaml: training.lov does not exist; did you mean 'love'?",
        ),
        (
            "name: ours\nlove: much\n",
            "training/ours.yaml: training.love=much will not do: it takes a number from -1 to 1",
        ),
        (
            "name: ours\nlove: 2\n",
            "training.love=2 is out of range: it takes a number from -1 to 1",
        ),
        ("love: 0.1\n", "training.name is missing: it takes a file that has one, such as "),
    ],
)
def test_mistakes_in_a_file_of_ones_own(folder, text, said):
    write(folder, text)
    assert sentence("training=ours", folder=folder).startswith(said)


def test_a_file_that_is_no_yaml(folder):
    write(folder, "name: ours\nlove: [1, 2\nabout: x\n")
    said = sentence("training=ours", folder=folder)
    assert "ours.yaml is not valid YAML: " in said
    assert said.endswith("in line 3")


def test_a_folder_that_is_not_there(tmp_path):
    assert sentence(folder=tmp_path / "no") == f"the folder {tmp_path / 'no'} does not exist"
