"""Verdicts: what simulated trials of a design come to, by the one analysis that is planned.

A verdict is whether a trial is significant. Of trials whose design nests, those of many sizes are
read off the largest, so that they share all of their luck.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from sim.engine import executors
from sim.errors import ConfigurationError, nearest
from sim.study import sizes
from sim.trial import linear, mediation, panel, process, statistics
from sim.trial.analysis import BY_NAME
from sim.trial.batch import MEDIATOR

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.manifest import Links
    from sim.trial.answers import Answers
    from sim.trial.batch import Batch, Simulated
    from sim.trial.design import Design

    Array = np.ndarray[Any, np.dtype[Any]]

Made = TypeVar("Made")

#: What a verdict can be.
MISSED, FOUND, FAILED = np.int8(0), np.int8(1), np.int8(2)

#: From here on are the replicates of trials that are simulated anew, with people and luck that
#: nothing was chosen by.
FRESH = 2**31

#: What is asked of a trial: the effect; and of a mediation its two links, and both of them.
EFFECT, FIRST_LINK, SECOND_LINK, BOTH_LINKS = "effect", "first_link", "second_link", "both_links"

#: The same in words.
ASKED = {
    EFFECT: "the effect",
    FIRST_LINK: "training to mediator",
    SECOND_LINK: "mediator to outcome",
    BOTH_LINKS: "both links",
}


class Verdicts(NamedTuple):
    """The verdicts of many trials, of one size or of several.

    Attributes
    ----------
    codes : dict of str to array of int8, (trials, sizes)
        By what is asked: `MISSED`, `FOUND` or `FAILED`.
    patients : int
        How many patients were simulated for them.
    """

    codes: dict[str, Array]
    patients: int


def analysis_of(planned: Design) -> str:
    """Name the analysis that a trial is planned by.

    It is the one that was asked for; otherwise therapists' means, adjusted for baseline if there
    is one, where caseloads are even and the test therefore exact, and the mixed model by Kenward
    and Roger elsewhere.

    Raises
    ------
    ConfigurationError
        If there is no such analysis, or it forgets therapists.
    """
    config = planned.config
    name = config.analysis
    if name is None:
        means = planned.kind == "parallel" and config.design.caseloads == "fixed"
        able = [one for one in planned.endpoints[:1] if "pre" in one.columns]
        adjusted = bool(able) and config.design.baseline
        if not means:
            return "mixed_kenward_roger"
        return "therapists_adjusted" if adjusted else "therapists"
    if name not in BY_NAME:
        raise ConfigurationError(
            f"analysis={name} does not exist: it takes one of {', '.join(_sound())}"
            f"{nearest(str(name), BY_NAME)}"
        )
    if BY_NAME[name].naive:
        raise ConfigurationError(
            f"analysis={name} forgets that patients share therapists, and no trial is planned by "
            f"it: it takes one of {', '.join(_sound())}"
        )
    return str(name)


def of_trials(
    planned: Design,
    first_replicate: int,
    many: int,
    *,
    null: bool = False,
    therapists: Sequence[int] | None = None,
    say: Callable[[str], object] | None = None,
) -> Verdicts:
    """Simulate trials, and analyse each by the analysis that is planned.

    Parameters
    ----------
    planned : Design
        The design.
    first_replicate, many : int
        The number of the first trial, and how many.
    null : bool
        Whether nobody is trained.
    therapists : sequence of int, optional
        The numbers of therapists to be looked at, where the design nests; all if not given.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Raises
    ------
    ConfigurationError
        If the analysis does not apply to such trials.
    """
    name = analysis_of(planned)
    shown = list(therapists) if therapists is not None else [planned.therapists]
    parts: dict[str, list[Array]] = {}
    take = functools.partial(_judged, shown, name, planned.config.design.level)
    for judged in spread(planned, take, first_replicate, many, null=null, say=say):
        for asked, codes in judged.items():
            parts.setdefault(asked, []).append(codes)
    people = planned.patients * planned.periods
    return Verdicts({asked: np.concatenate(each) for asked, each in parts.items()}, people * many)


def judged(planned: Design, made: Simulated) -> tuple[Answers, dict[str, Array]]:
    """Analyse some trials by the analysis that is planned.

    Parameters
    ----------
    planned : Design
        The design.
    made : Simulated
        Trials of it.

    Returns
    -------
    tuple of Answers and dict of str to array of int8, (trials,)
        What the analysis says of the first endpoint; and the verdicts, by what is asked.
    """
    found = _run(analysis_of(planned), made.batches[0])
    level = planned.config.design.level
    codes = {EFFECT: _codes(found.p, level)}
    if made.mediator is not None:
        links = _links(made.batches[0], made.mediator)
        codes |= {asked: _codes(p, level) for asked, p in links.items()}
    return found, codes


def share(codes: Array) -> float:
    """Give the share of trials that are significant, of those that could be analysed."""
    told = codes != FAILED
    return float((codes == FOUND).sum() / told.sum()) if told.any() else float("nan")


def budget(config: Config) -> int:
    """Tell how many patients may be simulated."""
    if config.budget is not None:
        return int(config.budget)
    return 60_000_000 if config.generator.name == "linear" else 4_000_000


def spread(
    planned: Design,
    take: Callable[[Simulated], Made],
    first_replicate: int,
    many: int,
    *,
    null: bool = False,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Iterator[Made]:
    """Simulate trials wherever the configuration says, and take out of them what is wanted there.

    Parameters
    ----------
    planned : Design
        The design.
    take : callable
        Takes what is wanted out of some trials. It has to be picklable.
    first_replicate, many : int
        The number of the first trial, and how many.
    null : bool
        Whether nobody is trained.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress, say : callable, optional
        As for `sim.engine.run`.

    Yields
    ------
    object
        What was taken out of some trials, in their order.
    """
    blocks = executors.spread(
        planned.config,
        functools.partial(_taken, planned, take, null, links),
        many,
        at_once(planned),
        first_replicate=first_replicate,
        progress=progress,
        say=say,
    )
    for block in blocks:
        yield from block


def at_once(planned: Design) -> int:
    """Tell how many trials of a design a block holds."""
    if planned.config.generator.name == "linear":
        return linear.BLOCK
    return min(int(planned.config.engine.block), process.at_once(planned))


def simulated(
    planned: Design,
    first_replicate: int,
    many: int,
    *,
    null: bool = False,
    links: Links | None = None,
) -> Iterator[Simulated]:
    """Simulate trials of whatever generator, in this process; parameters are those of `spread`."""
    if planned.config.generator.name == "linear":
        return linear.simulated(planned, many, null=null, first_replicate=first_replicate)
    return process.simulated(planned, many, null=null, first_replicate=first_replicate, links=links)


def _taken(
    planned: Design,
    take: Callable[[Simulated], Made],
    null: bool,
    links: Links | None,
    first: int,
    many: int,
) -> list[Made]:
    """Simulate a block of trials, and take out of them what is wanted."""
    return [take(made) for made in simulated(planned, first, many, null=null, links=links)]


def _judged(shown: list[int], name: str, level: float, made: Simulated) -> dict[str, Array]:
    """Judge some trials at every size that is looked at."""
    whole = made.batches[0]
    found: dict[str, list[Array]] = {}
    for n in shown:
        clusters = whole.arm.shape[1]
        cut = len(shown) > 1 or n < clusters
        batch = sizes.first(whole, n) if cut else whole
        found.setdefault(EFFECT, []).append(_codes(_run(name, batch).p, level))
        if made.mediator is not None:
            through = sizes.first(made.mediator, n) if cut else made.mediator
            for asked, p in _links(batch, through).items():
                found.setdefault(asked, []).append(_codes(p, level))
    return {asked: np.stack(codes, axis=1) for asked, codes in found.items()}


def _links(batch: Batch, mediator: Batch) -> dict[str, Array]:
    """Test both links of a mediation in every trial."""
    values = batch.values()
    values = np.insert(values, values.shape[-1] - 1, mediator.outcome, axis=-1)
    names = ("arm", *batch.covariates(), MEDIATOR, "outcome")
    made = statistics.of_values(values, names, batch.clustered)
    a, b, _, _ = mediation.links(made, MEDIATOR)
    return {FIRST_LINK: a.p, SECOND_LINK: b.p, BOTH_LINKS: np.maximum(a.p, b.p)}


def _run(name: str, batch: Batch) -> Answers:
    """Make the analysis of every trial."""
    seen = panel.trials(batch)
    if not BY_NAME[name].applies(seen):
        able = [one for one in panel.applicable(seen) if not BY_NAME[one].naive]
        raise ConfigurationError(
            f"analysis={name} does not apply to such trials: it takes one of {', '.join(able)}"
        )
    return panel.run(name, seen)


def _codes(p: Array, level: float) -> Array:
    """Turn the p of every trial into a verdict; a failed fit is failed, not missed."""
    failed = np.isnan(p)
    found: Array = np.where(failed, FAILED, np.where(p < level, FOUND, MISSED)).astype(np.int8)
    return found


def _sound() -> list[str]:
    """Name the analyses that a trial may be planned by."""
    return [name for name, one in BY_NAME.items() if not one.naive and one.same_estimand]


def with_endpoint(planned: Design) -> Design:
    """Give the design with its first endpoint only: a trial is planned for that one."""
    return dataclasses.replace(planned, endpoints=planned.endpoints[:1])
