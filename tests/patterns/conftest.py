"""What the pattern tests share: studies in the paper's world, and what their tables show.

A pattern test reads result tables and nothing else: it sees what a study would show. Studies of
the same people under the same luck can be held against each other replicate by replicate, so most
tests compare two worlds, or two arms, that differ in one thing. Thresholds come from the theory -
a sign, an order, exactly nothing - and a sign counts when it is beyond doubt (`positive`).

`make mutants` cuts one link of the chain after the other and asks which of these tests notices; the
words that cut it come in the environment variable ``PATTERNS_ALSO``.
"""

import collections
import copy
import os
import shlex

import numpy as np
import pandas as pd
import pytest

import sim
from sim import checks
from sim.study import simulate

#: A small study of strangers who stay to the end, in the paper's world.
SMALL = (
    "world=theory",
    "world=theory",
    "therapists.n=10",
    "patients.per_therapist=6",
    "setting.weeks=14",
    "setting.follow_up_weeks=12",
    "setting.may_leave=0",
    "setting.may_drop_out=0",
    "precision=null",
    "seed=5",
)

#: Training that reaches the room, and teaches as much as several courses.
STRONG = ("parameters.transfer=1", "parameters.learning_speed=3")

#: Standard errors that a mean has to lie above zero to count as positive.
SURE = 5.0

#: Replicates: fewer where every five minutes are kept.
REPLICATES = {"patients": 24, "sessions": 24, "segments": 10}

#: Studies that are remembered at a time; tables of segments are large.
KEPT = 12


class Study:
    """A study's tables, read replicate by replicate.

    ``what`` is a column, or an expression of columns; ``where`` picks rows. The table read is the
    finest that the study has recorded, if it is not named by ``of``.
    """

    def __init__(self, tables, record):
        self.tables, self.record = tables, record

    def rows(self, arm="untrained", of=None, where=None):
        """Give the rows of one arm."""
        table = self.tables[of or self.record]
        table = table[table["arm"] == arm]
        return table if where is None else table[table.eval(where)]

    def mean(self, what, **rows):
        """Give the mean of each replicate."""
        table = self.rows(**rows)
        return table.eval(what).astype(float).groupby(table["replicate"]).mean()

    def gain(self, what, arm="trained", **rows):
        """Give what an arm has more than the untrained one."""
        return self.mean(what, arm=arm, **rows) - self.mean(what, **rows)

    def share(self, part, whole, **rows):
        """Give the ratio of two sums in each replicate."""
        return self.mean(part, **rows) / self.mean(whole, **rows)

    def spread(self, what, by=None, **rows):
        """Give the standard deviation in each replicate; of the means by some keys, if named."""
        table = self.rows(**rows)
        values = table.eval(what).astype(float)
        if by is not None:
            values = values.groupby([table["replicate"], *(table[key] for key in by)]).mean()
            return values.groupby(level=0).std()
        return values.groupby(table["replicate"]).std()

    def slope(self, what, on, given=(), within=(), **rows):
        """Give the least-squares slope in each replicate, others given, within some keys."""
        return slopes(self.rows(**rows), what, on, given, within)


def slopes(table, what, on, given=(), within=()):
    """Give the least-squares slope of one column on another in each replicate of a table."""
    names = [what, on, *given]
    values = pd.DataFrame({name: table.eval(name).astype(float) for name in names})
    keys = [table[key] for key in ("replicate", *within)]
    values -= values.groupby(keys).transform("mean")
    return values.groupby(table["replicate"]).apply(_slope)


def _slope(values):
    y, x = values.to_numpy()[:, 0], values.to_numpy()[:, 1:]
    return np.linalg.lstsq(x, y, rcond=None)[0][0]


@pytest.fixture(scope="session")
def study():
    """Live a study, or remember it: ``study("training=mbsr", record="sessions")``.

    Where no training is chosen, the untrained arm alone is lived.
    """
    composed, lived = {}, collections.OrderedDict()
    also = shlex.split(os.environ.get("PATTERNS_ALSO", ""))

    def configured(words):
        """Compose each set of options once, for that takes time; set the numbers on a copy."""
        options = tuple(word for word in words if "." not in word.partition("=")[0])
        if options not in composed:
            composed[options] = sim.configure(*options)
        config = copy.deepcopy(composed[options])
        for word in words:
            key, _, value = word.partition("=")
            if word not in options:
                group, _, name = key.partition(".")
                record = getattr(config, group)
                setattr(record, name, type(getattr(record, name))(float(value)))
        checks.check(config)
        return config

    def live(*words, record="patients", replicates=None):
        many = replicates or REPLICATES[record]
        key = (words, record, many)
        if key not in lived:
            config = configured((*SMALL, *words, *also))
            config.replicates, config.record = many, record
            chosen = any(word.startswith(("training=", "arms=")) for word in words)
            arms = [arm for arm in config.study_arms() if chosen or arm.name == config.reference]
            lived[key] = Study(simulate.tables(config, arms=arms), record)
        lived.move_to_end(key)
        while len(lived) > KEPT:
            lived.popitem(last=False)
        return lived[key]

    return live


@pytest.fixture(scope="session")
def course(study):
    """Live a study of a course of eight weeks that trains nothing but what is named."""

    def taught(*words, record="patients", replicates=None, **gains):
        frame = {"hours_per_week": 7, "weeks": 8, "start_week": -8, **gains}
        said = tuple(f"training.{name}={value}" for name, value in frame.items())
        words = ("training=none", *STRONG, *said, *words)
        return study(*words, record=record, replicates=replicates)

    return taught


@pytest.fixture(scope="session")
def slope():
    """Give the slope of one column on another in each replicate of a table."""
    return slopes


@pytest.fixture(scope="session")
def positive():
    """Tell whether the mean of some numbers, one a replicate, lies above zero beyond doubt."""

    def tell(values):
        mean, error = np.mean(values), np.std(values, ddof=1) / len(values) ** 0.5
        return bool(mean > 0.0 and mean > SURE * error)

    return tell
