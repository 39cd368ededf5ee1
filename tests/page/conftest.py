"""What tests of the page share: courses, as plain Python lives them, and Node to run the page's."""

import dataclasses
import json
import random
import shutil
import subprocess
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from sim import draws, equations, layout, links, page, parameters, records
from sim.choices import shipped
from sim.parameters import Parameters
from sim.schema import SLOTS

#: How many courses there are, and how many of them have all their links.
COURSES, WHOLE = 66, 20

#: How the questionnaires are answered is not lived, but written down.
STYLES = {
    "mindfulness_style",
    "alliance_style",
    "compassion_style",
    "common_style",
    "symptom_style",
}

#: Lives courses by the page's engine.
DRIVER = Path(__file__).with_name("trajectories.js")

#: What Chromium is called.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

PRINT = "process.stdout.write(Buffer.from(trajectories(...said).buffer));"


def fields():
    """The fields of each record that are lived, in their order."""
    lived = (records.Therapist, records.Patient, records.Dyad)
    return {
        record.__name__: [f.name for f in layout.fields(record) if f.name not in STYLES]
        for record in lived
    }


def several():
    """Courses of every kind: programmes, settings, people, seeds, own parameters, cut links.

    Every link of the chain is cut in one of them.
    """
    chance = random.Random(9)  # noqa: S311 - courses, not secrets
    cut = list(equations.links())
    chance.shuffle(cut)
    listed = []
    for number in range(COURSES):
        share = number - WHOLE
        each = -(-len(cut) // (COURSES - WHOLE))
        listed.append(
            {
                "cuts": cut[share * each : (share + 1) * each] if share >= 0 else [],
                "parameters": _own_parameters(chance) if number % 3 else {},
                "frame": _frame(chance),
                "programme": _option(chance, "training", records.Programme),
                "therapists": _option(chance, "therapists", records.TherapistPopulation),
                "patients": _option(chance, "patients", records.PatientPopulation),
                "people": chance.randrange(draws.LARGEST_SEED + 1),
                "luck": chance.randrange(draws.LARGEST_SEED + 1),
                "replicate": chance.randrange(1000),
                "who": chance.randrange(1000),
                "caseload": chance.randint(1, 3),
            }
        )
    return listed


def in_python(course):
    """Live a course in plain Python."""
    mine = {name: without(name) for name in course["cuts"]}
    chain = links.link(mine)
    p = Parameters(course["parameters"])
    f = records.Frame(**course["frame"])
    g = records.Programme(**course["programme"])
    a = records.TherapistPopulation(**course["therapists"])
    b = records.PatientPopulation(**course["patients"])
    people, luck, replicate = course["people"], course["luck"], course["replicate"]
    take = {name: attrgetter(*listed) for name, listed in fields().items()}
    numbers = []

    def watch(t, c=None, d=None):
        numbers.extend(take["Therapist"](t))
        if c is not None:
            numbers.extend(take["Patient"](c))
            numbers.extend(take["Dyad"](d))

    t, who = records.Therapist(), course["who"]
    chain.population.therapist(p, a, t, who, people, replicate)
    chain.course.prepare(p, f, g, t)
    pairs = [(records.Patient(), records.Dyad()) for _ in range(course["caseload"])]
    for k, (c, d) in enumerate(pairs):
        chain.population.patient(p, b, c, who * SLOTS + k, people, replicate)
        chain.population.dyad(p, t, c, d, people, replicate)
        chain.course.welcome(p, c, d)
        watch(t, c, d)
    for week in range(-f.lead_in_weeks, f.weeks):
        chain.course.week(p, g, t, week, luck, replicate)
        watch(t)
        for turn in range(f.sessions_per_week if week >= 0 else 0):
            number = week * f.sessions_per_week + turn + 1
            for c, d in pairs:
                if chain.course.takes_place(f, c, who, luck, replicate, number):
                    chain.session.begin(p, g, t, c, d, luck, replicate, number)
                    watch(t, c, d)
                    for index in range(1, f.segments + 1):
                        chain.session.segment(p, t, c, d, luck, replicate, number, index)
                        watch(t, c, d)
                    chain.session.finish(p, f, t, c, d)
                    watch(t, c, d)
                chain.course.between_sessions(p, f, c, d, who, luck, replicate, number)
                watch(t, c, d)
    for c, d in pairs:
        chain.course.close(c)
        watch(t, c, d)
    for week in range(f.follow_up_weeks):
        for c, d in pairs:
            chain.course.afterwards(p, f, c, d, luck, replicate, week)
            watch(t, c, d)
    return np.array(numbers)


def without(name):
    """What stands in a link's place when it is cut, as it says itself."""
    neutral = equations.links()[name].neutral
    taken = ", ".join(links.original(name).__code__.co_varnames[: _arity(name)])
    told = "None" if neutral == "nothing changes" else neutral
    return eval(f"lambda {taken}: {told}")  # noqa: S307 - the words of the chain itself


class Node:
    """Node, where there is one."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, source):
        """Run a script, and give the bytes it printed."""
        script = self.folder / "script.js"
        script.write_text(source, encoding="utf-8")
        done = subprocess.run([shutil.which("node"), script], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def live(self, engine, lived):
        """Live courses by an engine's source, and give every number of every moment."""
        said = json.dumps([lived, fields()])
        lines = [engine, DRIVER.read_text(encoding="utf-8"), f"const said = {said};", PRINT]
        return np.frombuffer(self.run("\n".join(lines)))


@pytest.fixture
def node(tmp_path):
    if shutil.which("node") is None:
        pytest.skip("there is no Node on this machine, so the page's engine cannot be run in it")
    return Node(tmp_path)


@pytest.fixture(scope="session")
def browser():
    """The Chromium of this machine."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine, so the page cannot be opened")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driven:
        chromium = driven.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The page, written to a file."""
    return page.write(tmp_path_factory.mktemp("page"))


@pytest.fixture
def url(built):
    return built.as_uri()


@pytest.fixture
def asked():
    """The addresses that were asked for."""
    return []


@pytest.fixture
def tab(browser, asked):
    """A tab of the browser; an error or a warning in it is a failure."""
    context = browser.new_context()
    opened, wrong = context.new_page(), []
    opened.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    opened.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text))
    yield opened
    context.close()
    assert not wrong


@pytest.fixture(scope="session")
def courses():
    """Courses of every kind, what lives them in Python, and the fields that are compared."""
    return SimpleNamespace(several=several, in_python=in_python, fields=fields, driver=DRIVER)


def _arity(name):
    return links.original(name).__code__.co_argcount


def _own_parameters(chance):
    """Forty numbers anywhere in their ranges, drawn toward their defaults."""
    chosen = chance.sample(list(parameters.table().values()), 40)
    return {e.name: e.default + 0.5 * (_within(chance, e) - e.default) for e in chosen}


def _within(chance, entry):
    return chance.uniform(entry.low, entry.high)


def _frame(chance):
    return {
        "weeks": chance.randint(3, 6),
        "sessions_per_week": chance.randint(1, 2),
        "segments": chance.choice([4, 10]),
        "lead_in_weeks": chance.choice([0, 8]),
        "follow_up_weeks": chance.choice([0, 3]),
        "may_leave": chance.choice([0.0, 1.0]),
        "may_drop_out": chance.choice([0.0, 1.0]),
        "stopping": chance.choice([0.0, 0.1]),
        "cancellations": chance.choice([0.0, 0.2]),
        "irregularity": chance.choice([0.0, 0.5]),
        "manualised": chance.choice([0.5, 1.0]),
    }


def _option(chance, group, record):
    """The numbers of one of the options that are shipped."""
    files = sorted(f.name for f in (shipped() / group).iterdir() if f.name.endswith(".yaml"))
    said = yaml.safe_load((shipped() / group / chance.choice(files)).read_text("utf-8"))
    known = {field.name for field in dataclasses.fields(record)}
    return {key: value for key, value in said.items() if key in known}
