"""Afresh: a design that was found, simulated by people and luck that nothing was chosen by.

Whoever looks for the smallest trial that reaches a target finds one that was lucky; its power is
therefore told from other replicates than those it was found by.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.study import implications, verdicts
from sim.study.verdicts import EFFECT, FAILED, FOUND, FRESH
from sim.trial import characteristics, contrast, flow, implied
from sim.trial.answers import Answers
from sim.trial.contrast import Contrast

if TYPE_CHECKING:
    import pandas as pd

    from sim.trial.batch import Simulated
    from sim.trial.design import Design

#: The worlds, with an effect and without one.
WORLDS = {"effect": False, "null": True}

#: So many replicates tell the effect on the population.
CONTRASTS = 128


class _Some(NamedTuple):
    """What some trials say: of the endpoint, the verdicts, what they add up to, who was there."""

    answers: Answers
    judged: dict[str, Any]
    sums: implied.Sums
    flow: Any


def simulate(
    planned: Design, many: int, say: Callable[[str], object] | None = None
) -> tuple[dict[str, pd.DataFrame], int]:
    """Simulate a design anew.

    Parameters
    ----------
    planned : Design
        The design, with one endpoint.
    many : int
        How many trials with an effect, and as many without.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    tuple of dict of str to DataFrame and int
        Tables: ``fresh``, one row a world and question, the share of significant ``trials`` with
        its Wilson interval; of the effect also by how many times significant estimates exaggerate
        it (``type_m``), bias and coverage; ``implied`` (`sim.study.implications`); ``flow``
        (`sim.trial.flow`). And how many patients were simulated.
    """
    import pandas as pd

    level = planned.config.design.level
    rows: list[dict[str, Any]] = []
    sums, people, told = [], [], []
    for world, null in WORLDS.items():
        codes: dict[str, list[Any]] = {}
        taken = functools.partial(_of_some, planned)
        for one in verdicts.spread(planned, taken, FRESH, many, null=null, say=say):
            for asked, verdict in one.judged.items():
                codes.setdefault(asked, []).append(verdict)
            if not null:
                sums.append(one.sums)
                people.append(one.flow)
                told.append(one.answers)
        for asked, parts in codes.items():
            whole = np.concatenate(parts)
            share = characteristics.wilson(
                int((whole == FOUND).sum()), int((whole != FAILED).sum())
            )
            rows.append({"world": world, "asked": asked, **share._asdict()})
    effect, cost = _effect(planned, say)
    answered = Answers(*(np.concatenate(parts) for parts in zip(*told, strict=True)))
    found = characteristics.describe(answered, effect.effect, effect.standard_error, level)
    shown = ("type_m", "bias", "bias_low", "bias_high", "coverage")
    rows[0] |= {name: found[name] for name in shown}
    whole_sums = implied.joined(sums)
    tables = {
        "fresh": pd.DataFrame(rows),
        "implied": implications.table(planned.endpoints, [whole_sums], [effect]),
        "flow": flow.table(np.concatenate(people)),
    }
    return tables, 2 * many * planned.patients * planned.periods + cost


def share(fresh: pd.DataFrame, world: str, asked: str = EFFECT) -> characteristics.Share:
    """Take one share out of the table ``fresh``."""
    row = fresh[(fresh["world"] == world) & (fresh["asked"] == asked)].iloc[0]
    return characteristics.Share(row["share"], row["low"], row["high"], int(row["trials"]))


def _effect(planned: Design, say: Callable[[str], object] | None) -> tuple[Contrast, int]:
    """Tell the effect on the population, and how many patients that took."""
    if planned.config.generator.name == "linear":
        return contrast.assumed(planned)[0], 0
    if planned.kind == "correlational":
        return contrast.of_process(planned, [float("inf")], say=say)[0], 0
    (values,) = contrast.differences(planned, None, FRESH, CONTRASTS)
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    return Contrast(float(values.mean()), error, len(values)), 2 * CONTRASTS * planned.patients


def _of_some(planned: Design, made: Simulated) -> _Some:
    """Analyse some trials by the analysis that is planned."""
    answers, judged = verdicts.judged(planned, made)
    return _Some(answers, judged, implied.sums(made.batches[0]), made.flow)
