"""The test-choice panel: every analysis that applies, on the same simulated trials.

What each analysis answers under the effect and without one shows its power and its size; the
recommendation follows a rule that was fixed before anything was simulated, and is written down in
``docs/decisions/0014-test-choice.md``:

1. An analysis that forgets therapists, or that estimates something else, is shown and not
   recommended; nor is one that fails in more than one trial in a hundred.
2. Of the others, those that reject too often without an effect drop out; those that reject too
   seldom, whose intervals are too wide, are recommended only where no analysis keeps its size.
3. Of those that are left, the most powerful against a benchmark wins: the effect that the sharpest
   of them would find in 80% of trials, added to the trials without one. Less than one percentage
   point apart, two are equally powerful, and the simpler one wins (`sim.trial.analysis.ANALYSES` is
   in that order).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.trial import chance
from sim.trial.analysis import ANALYSES, BY_NAME, Trials
from sim.trial.batch import BASELINE, EARLIER
from sim.trial.characteristics import CONSERVATIVE, LIBERAL
from sim.trial.patients import Patients

if TYPE_CHECKING:
    import pandas as pd

    from sim.trial.answers import Answers
    from sim.trial.batch import Batch

#: Every analysis in words, by name.
LABELS: Mapping[str, str] = {analysis.name: analysis.label for analysis in ANALYSES}

#: What every analysis assumes, by name.
ASSUMPTIONS: Mapping[str, str] = {analysis.name: analysis.assumes for analysis in ANALYSES}

#: An analysis that fails more often is not recommended.
MOST_FAILED = 0.01

#: Powers not further than this apart count as equal.
EQUAL = 0.01


def trials(batch: Batch) -> Trials:
    """See a batch of simulated trials as analyses do."""
    adjusting = batch.covariates()
    always = batch.covariates(adjusted=False)
    names, values = ("arm", *adjusting, "outcome"), batch.values()
    if batch.earlier is not None:
        names, values = (*names, EARLIER), np.append(values, batch.earlier[..., None], axis=-1)
    course = (BASELINE, EARLIER, "outcome") if {BASELINE, EARLIER} <= set(names) else ()
    return Trials(
        patients=Patients(names, values, batch.clustered),
        outcome="outcome",
        waves=() if batch.earlier is None else (EARLIER, "outcome"),
        covariates=tuple(name for name in adjusting if name not in always),
        design=always,
        course=course,
        times=batch.weeks if course else (),
        luck=chance.luck_of_endpoint(batch.luck, batch.endpoint.name),
        first_trial=int(batch.replicates[0]) if batch.trials else 0,
    )


def applicable(seen: Trials) -> tuple[str, ...]:
    """Name the analyses that can be made on such trials, from simple to involved."""
    return tuple(analysis.name for analysis in ANALYSES if analysis.applies(seen))


def run(name: str, seen: Trials) -> Answers:
    """Make one analysis of every trial.

    Parameters
    ----------
    name : str
        One of `LABELS`.
    seen : Trials
        The trials.

    Returns
    -------
    Answers
    """
    return BY_NAME[name].run(seen)


def table(batch: Batch) -> pd.DataFrame:
    """Make every analysis that applies to a batch of simulated trials.

    Parameters
    ----------
    batch : Batch
        The trials, by one endpoint.

    Returns
    -------
    DataFrame
        One row a trial and analysis: ``replicate, endpoint, analysis, estimate, se, df, p,
        singular, failure``.
    """
    import pandas as pd

    seen = trials(batch)
    parts = []
    for name in applicable(seen):
        found = run(name, seen)
        numbers = found._asdict()
        keys: dict[str, Any] = {
            "replicate": batch.replicates,
            "endpoint": batch.endpoint.name,
            "analysis": name,
        }
        parts.append(pd.DataFrame(keys | numbers))
    return pd.concat(parts, ignore_index=True)


def recommend(rows: Sequence[Mapping[str, Any]]) -> str:
    """Recommend an analysis by the rule above.

    Parameters
    ----------
    rows : sequence of mapping
        One an analysis: ``analysis, verdict`` (on its size, `sim.trial.characteristics`),
        ``benchmark`` (power against the benchmark), ``failed, failed_null``.

    Returns
    -------
    str
        The name of one; nothing if none keeps its size.
    """
    able: dict[str, float] = {}
    wide: dict[str, float] = {}
    for row in rows:
        analysis = BY_NAME[str(row["analysis"])]
        if analysis.naive or not analysis.same_estimand or row["verdict"] == LIBERAL:
            continue
        if max(row["failed"], row["failed_null"]) <= MOST_FAILED:
            kept = wide if row["verdict"] == CONSERVATIVE else able
            kept[analysis.name] = float(row["benchmark"])
    able = able or wide
    if not able:
        return ""
    best = max(able.values())
    return next(name for name in BY_NAME if able.get(name, -1.0) > best - EQUAL)
