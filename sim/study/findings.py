"""What a simulated study finds: the statistics that published studies report, one value a study.

A statistic of a trial is taken from what the trial recorded, by the analysis that is named. One of
therapists as they are is taken from rows of the untrained arm. A ratio keeps top and bottom apart,
so that many studies taken together have one too, without the bias of ratios of small numbers.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import engine
from sim.calibration import estimators
from sim.errors import ConfigurationError, nearest
from sim.schema import UNTRAINED
from sim.study import verdicts
from sim.trial import design, endpoints, panel, student
from sim.trial.analysis import BY_NAME

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.manifest import Links
    from sim.published import Finding
    from sim.trial.batch import Batch, Simulated
    from sim.trial.endpoints import Endpoint

    Array = np.ndarray[Any, np.dtype[Any]]

#: A correlation takes that many pairs.
PAIRS = 3


class Found(NamedTuple):
    """What some simulated studies found; NaN where one found nothing.

    Attributes
    ----------
    top, bottom : array of float, (studies,)
        The value is top / bottom, infinite where bottom is 0 and top is not.
    p : array of float, (studies,)
        Two-sided; NaN where nothing is tested.
    """

    top: Array
    bottom: Array
    p: Array

    @property
    def value(self) -> Array:
        """The value of every study."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value: Array = self.top / self.bottom
        return value


def check(config: Config, findings: Mapping[str, Finding]) -> Config:
    """Check that a study can find what it is said to have found, before it is simulated.

    Parameters
    ----------
    config : Config
        How the study was conducted.
    findings : mapping of str to Finding
        By name.

    Returns
    -------
    Config
        The same.

    Raises
    ------
    ConfigurationError
        For an endpoint or analysis that does not exist, or a design that cannot be.
    """
    if not any(one.kind.of_trial for one in findings.values()):
        return config
    planned, known = design.of(config), endpoints.known(config)
    for name, one in findings.items():
        if one.statistic == "difference" and one.analysis not in BY_NAME:
            raise ConfigurationError(
                f"the finding {name} has analysis={one.analysis or 'nothing'}, which does not "
                f"exist: it takes one of {', '.join(BY_NAME)}{nearest(one.analysis, BY_NAME)}"
            )
        if one.kind.of_trial and one.statistic != "difference" and planned.kind == "correlational":
            raise ConfigurationError(
                f"the finding {name} compares arms, and design.kind=correlational has one: it "
                "takes statistic=difference, the slope on therapists' mindfulness"
            )
        endpoint = known.get(one.of)
        if one.statistic == "relative_gain" and (
            endpoint is None or "pre" not in endpoint.columns or not config.design.baseline
        ):
            raise ConfigurationError(
                f"the finding {name} is a relative gain of {one.of}, which is not measured before: "
                "it takes an endpoint with a baseline"
            )
    return config


def simulated(
    config: Config,
    findings: Mapping[str, Finding],
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> dict[str, Found]:
    """Simulate a study as often as configured, and take every finding from each.

    Parameters
    ----------
    config : Config
        How it was conducted (`check`).
    findings : mapping of str to Finding
        By name.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress, say : callable, optional
        As for `sim.engine.run`.

    Returns
    -------
    dict of str to Found
        One value a replicate, in order.

    Raises
    ------
    ConfigurationError
        If an analysis cannot be made of such a trial.
    """
    parts: dict[str, list[Found]] = {name: [] for name in findings}
    for way, of_trial in ((_of_trials, True), (_of_the_untrained, False)):
        asked = {name: one for name, one in findings.items() if one.kind.of_trial is of_trial}
        if asked:
            for made in way(config, asked, links, progress, say):
                for name, found in made.items():
                    parts[name].append(found)
    return {
        name: Found(*(np.concatenate(columns) for columns in zip(*part, strict=True)))
        for name, part in parts.items()
    }


def endpoint(config: Config, finding: Finding) -> Endpoint | None:
    """Give the endpoint that a finding is about; none, if it is about no trial."""
    return endpoints.known(config)[finding.of] if finding.kind.of_trial else None


# ---- trials --------------------------------------------------------------------------------------


def _of_trials(
    config: Config, findings: Mapping[str, Finding], *run: Any
) -> Iterator[dict[str, Found]]:
    """Take the findings from trials, as they were recorded and analysed."""
    links, progress, say = run
    planned = design.of(config)
    many = int(config.replicates)
    take = functools.partial(_of_some, findings)
    return verdicts.spread(planned, take, 0, many, links=links, progress=progress, say=say)


def _of_some(findings: Mapping[str, Finding], made: Simulated) -> dict[str, Found]:
    """Take the findings from some trials."""
    batches = {batch.endpoint.name: batch for batch in made.batches}
    return {name: _of_trial(name, one, batches[one.of]) for name, one in findings.items()}


def _of_trial(name: str, finding: Finding, batch: Batch) -> Found:
    """Take one finding from some trials."""
    if finding.statistic == "difference":
        return _difference(name, finding, batch)
    if finding.statistic == "standardised_difference":
        return standardised_difference(batch.arm, batch.outcome)
    return relative_gain(batch, 1.0 if finding.arm == "trained" else 0.0)


def _difference(name: str, finding: Finding, batch: Batch) -> Found:
    """Analyse some trials."""
    seen, analysis = panel.trials(batch), BY_NAME[finding.analysis]
    if not analysis.applies(seen):
        raise ConfigurationError(
            f"the finding {name} has analysis={analysis.name}, which cannot be made of such a "
            f"trial: it takes one of {', '.join(panel.applicable(seen))}"
        )
    answers = analysis.run(seen)
    return Found(answers.estimate, np.ones(batch.trials), answers.p)


def standardised_difference(arm: Array, outcome: Array) -> Found:
    """Give the difference between the arms in pooled standard deviations (Cohen's d).

    Parameters
    ----------
    arm, outcome : array of float, (trials, clusters, slots)
        1 where trained and 0 where not; NaN for nobody, and for what is missing.
    """
    flat = (len(arm), -1)
    arm, outcome = arm.reshape(flat), outcome.reshape(flat)
    n, mean, squares = zip(
        *(moments(np.where(arm == code, outcome, np.nan)) for code in (0.0, 1.0)), strict=True
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = np.sqrt((squares[0] + squares[1]) / (n[0] + n[1] - 2.0))
    return Found(mean[1] - mean[0], pooled, np.full(len(arm), np.nan))


def relative_gain(batch: Batch, code: float) -> Found:
    """Give by how many per cent the mean of an arm rose, of those measured before and after."""
    before = np.full_like(batch.outcome, np.nan) if batch.baseline is None else batch.baseline
    here = (batch.arm == code) & ~np.isnan(batch.outcome) & ~np.isnan(before)
    flat = (batch.trials, -1)
    first, last = (
        moments(np.where(here, values, np.nan).reshape(flat))[1]
        for values in (before, batch.outcome)
    )
    return Found(100.0 * (last - first), first, np.full(batch.trials, np.nan))


# ---- therapists as they are, and their patients --------------------------------------------------


def _of_the_untrained(
    config: Config, findings: Mapping[str, Finding], *run: Any
) -> Iterator[dict[str, Found]]:
    """Take the findings from the rows of the untrained arm."""
    links, progress, say = run
    levels = ("therapists", "patients", "sessions")
    record = max((one.among for one in findings.values()), key=levels.index)
    arms = [arm for arm in config.study_arms("same") if arm.name == UNTRAINED]
    return engine.lived(
        config, int(config.replicates), record, functools.partial(_of_block, findings),
        links=links, arms=arms, progress=progress, say=say,
    )  # fmt: skip


def _of_block(findings: Mapping[str, Finding], block: Block) -> dict[str, Found]:
    """Take the findings from some studies."""
    return {name: _of_rows(one, block) for name, one in findings.items()}


def _of_rows(finding: Finding, block: Block) -> Found:
    """Take one finding from some studies without arms."""
    untested = np.full(block.replicates, np.nan)
    if finding.statistic == "correlation":
        pair = (_column(finding, block, name) for name in (finding.of, finding.against))
        return correlation(*pair)
    if finding.statistic == "pre_post":
        waves = (_column(finding, block, f"{finding.of}_{wave}") for wave in ("pre", "post"))
        with _quietly():
            return Found(estimators.pre_post(*waves), np.ones(block.replicates), untested)
    values = _column(finding, block, finding.of)
    if finding.statistic == "mean":
        return Found(moments(values)[1], np.ones(block.replicates), untested)
    below = _therapists(block, finding.split, values) < finding.at
    top, bottom = (moments(np.where(side, values, np.nan))[1] for side in (below, ~below))
    return Found(top, bottom, untested)


def _column(finding: Finding, block: Block, name: str) -> Array:
    """Read a column by study and person or session; NaN for nobody, and for what did not happen."""
    rows: Array = getattr(block.rows, finding.among)[name][:, 0].astype(np.float64)
    if finding.among == "sessions":
        there = block.rows.attended[:, 0]
        if finding.session is not None:
            only = np.arange(there.shape[-1]) == finding.session - 1
            there = there & only
        rows = np.where(there, rows, np.nan)
    elif finding.among == "patients":
        slots = np.arange(rows.shape[-1]) < block.seating.caseloads[:, 0, :, None]
        rows = np.where(np.broadcast_to(slots, rows.shape), rows, np.nan)
    return rows.reshape(block.replicates, -1)


def _therapists(block: Block, name: str, like: Array) -> Array:
    """Read a column of therapists, laid out as the rows of their patients or sessions."""
    of_each: Array = block.rows.therapists[name][:, 0].astype(np.float64)
    return np.repeat(of_each, like.shape[1] // of_each.shape[1], axis=1)


def correlation(x: Array, y: Array) -> Found:
    """Correlate two columns study by study (Pearson), over those who have both.

    Parameters
    ----------
    x, y : array of float, (studies, people)
        NaN for what is missing.

    Returns
    -------
    Found
        With the p of t = r sqrt((n - 2) / (1 - r²)); NaN with fewer than `PAIRS` pairs.
    """
    n = (~np.isnan(x) & ~np.isnan(y)).sum(axis=1)
    with _quietly():
        r = np.where(n < PAIRS, np.nan, estimators.correlation(x, y))
        t = r * np.sqrt((n - 2.0) / np.maximum(1.0 - r * r, 1e-300))
        return Found(r, np.ones(len(x)), student.two_sided(t, n - 2.0))


@contextmanager
def _quietly() -> Iterator[None]:
    """Let studies without anybody, or without variance, have no value, and say nothing of it."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def moments(values: Array) -> tuple[Array, Array, Array]:
    """Count the values of every row that are no NaN; give their mean and sum of squares about it.

    Parameters
    ----------
    values : array of float, (studies, people)
    """
    there = ~np.isnan(values)
    n = there.sum(axis=1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=1) / n
    off = np.where(there, values - mean[:, None], 0.0)
    return n, mean, (off * off).sum(axis=1)
