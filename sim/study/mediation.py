"""Mediation: what a study could recover from mediators that it measured.

A trial in which therapists are trained or not has its cause at the therapists' level and mediator
and outcome at the patients': a 2-1-1 design. The usual estimator keeps the path between therapists
apart from the one within (Zhang, Zyphur & Preacher 2009): training can only move the mean of a
therapist's patients, so the indirect effect is

    a * b,   M_j = a X_j + ...,   Y_j = c' X_j + b M_j + e Y0_j + ...

over therapists' means, adjusted for the outcome at intake; the path within a caseload, of patients
who feel more than others of the same therapist, is reported beside it and says nothing of training.
Where the mediator is the therapist's own (2-2-1), there is no path within.

Mediators are taken as they are, without error of measurement, over all sessions attended, and no
patient is lost to measurement. So whatever the estimator misses here, it misses by what it assumes:
that nothing else moves mediator and outcome at once, and that mediators do not move each other.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import engine

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.manifest import Links
    from sim.schema import Arm

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Measures = Mapping[str, Array]


class Mediator(NamedTuple):
    """What a study measures of an edge.

    Attributes
    ----------
    label : str
        As a study would name it.
    columns : tuple of str
        Of sessions, or of therapists where `of` says so; their mean is taken.
    less : tuple of str
        Columns that are taken off.
    of : str
        ``sessions`` or ``therapists``.
    """

    label: str
    columns: tuple[str, ...]
    less: tuple[str, ...] = ()
    of: str = "sessions"


#: What a study can measure, by stage and edge; what is missing has no measure.
MEDIATORS: Mapping[str, Mapping[str, Mediator]] = {
    "components": {
        "attention": Mediator("attention in the room", ("attention_room",), of="therapists"),
        "attitude": Mediator(
            "attitude in the room",
            ("curiosity_room", "openness_room", "acceptance_room", "love_room"),
            of="therapists",
        ),
        "capacity": Mediator("capacity in the room", ("bowl_capacity_room",), of="therapists"),
        "decentring": Mediator("decentring in the room", ("decentring_room",), of="therapists"),
        "intention": Mediator("intention in the room", ("intention_room",), of="therapists"),
    },
    "processes": {
        "presence": Mediator("presence", ("presence",)),
        "holding": Mediator("overflows", ("overflows",)),
        "reading": Mediator("attunement sent", ("sent_attunement",)),
        "warmth": Mediator("warmth", ("warmth",)),
        "prevention": Mediator("lapses not caught", ("lapses",), ("catches",)),
        "noticing": Mediator("ruptures not noticed", ("ruptures",), ("noticed",)),
        "working_through": Mediator("noticed, not repaired", ("noticed",), ("repaired",)),
        "hostile_acts": Mediator("hostile acts", ("hostile_acts",)),
    },
    "routes": {
        "safety": Mediator("safety", ("safety",)),
        "modelling": Mediator("warmth", ("warmth",)),
        "disconfirmed_fears": Mediator("both fears", ("fear_rejection", "fear_harm")),
        "alliance": Mediator("alliance", ("alliance",)),
        "technique": Mediator("agreement on tasks", ("task",)),
    },
}


def estimates(
    config: Config,
    arms: tuple[Arm, Arm],
    outcomes: Mapping[str, tuple[str, str]],
    studies: int,
    links: Links | None = None,
    say: Callable[[str], object] | None = None,
) -> list[dict[str, Any]]:
    """Live trials with people of their own in each arm, and estimate every indirect effect.

    Parameters
    ----------
    config : Config
        The configuration.
    arms : tuple of Arm
        The trained arm and that of reference, with people of their own.
    outcomes : mapping of str to (str, str)
        Columns of patients by outcome: at the end, and at intake.
    studies : int
        How many trials.
    links : mapping of str to callable, optional
        Links of the user's own.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    list of dict
        One row a trial, stage, edge and outcome: ``moved``, by how much training moves the
        mediator (a); ``between`` and ``within``, the slopes of the outcome on it; ``indirect``,
        by this mediator alone (a * b); and ``jointly``, with all mediators of the stage in one
        equation. Not a number where therapists are too few, or nothing varies.
    """
    taken = functools.partial(_of_block, dict(outcomes))
    parts = engine.lived(config, studies, "sessions", taken, links=links, arms=arms, say=say)
    return [row for part in parts for row in part]


def _of_block(outcomes: Mapping[str, tuple[str, str]], block: Block) -> list[dict[str, Any]]:
    """Estimate every indirect effect in the trials of a block."""
    rows: list[dict[str, Any]] = []
    for i in range(block.replicates):
        for stage, listed in MEDIATORS.items():
            measured = {edge: _measure(one, block, i) for edge, one in listed.items()}
            for outcome, (end, intake) in outcomes.items():
                patients = block.rows.patients[i]
                found = estimate(measured, patients[end], patients[intake], block.caseloads)
                rows += [
                    {"study": block.first_replicate + i, "stage": stage, "edge": edge}
                    | {"outcome": outcome, **one}
                    for edge, one in found.items()
                ]
    return rows


def estimate(
    measured: Measures, end: Array, intake: Array, caseloads: Array
) -> dict[str, dict[str, float]]:
    """Estimate the indirect effects of one trial.

    Parameters
    ----------
    measured : mapping of str to array (2, therapists, slots)
        Mediators of patients, the trained arm first; not a number where there is no patient.
    end, intake : array (2, therapists, slots)
        The outcome.
    caseloads : array (therapists,)
        Patients of each therapist; slots beyond are empty.

    Returns
    -------
    dict of str to dict
        By mediator: ``moved, between, within, indirect, jointly``.
    """
    import numpy as np

    there = np.arange(end.shape[-1]) < np.asarray(caseloads)[:, None]
    trained = np.zeros(end.shape[:2])
    trained[0] = 1.0
    x = trained.ravel()
    y, y_off = _levels(np.where(there, end, np.nan))
    before, before_off = _levels(np.where(there, intake, np.nan))
    means, offs = {}, {}
    for name, values in measured.items():
        means[name], offs[name] = _levels(np.where(there, values, np.nan))
    moved = {name: _slopes(m, [x])[0] for name, m in means.items()}
    apart = {name: _slopes(y, [m, x, before])[0] for name, m in means.items()}
    joint = dict(zip(means, _slopes(y, [*means.values(), x, before]), strict=False))
    return {
        name: {
            "moved": moved[name],
            "between": apart[name],
            "within": _slopes(y_off, [offs[name], before_off])[0],
            "indirect": moved[name] * apart[name],
            "jointly": moved[name] * joint[name],
        }
        for name in measured
    }


def _measure(mediator: Mediator, block: Block, i: int) -> Array:
    """Measure a mediator in one replicate: by arm, therapist and slot."""
    import numpy as np

    if mediator.of == "therapists":
        own = block.rows.therapists[i]
        total = np.mean([own[name] for name in mediator.columns], axis=0)
        return np.repeat(total[..., None], block.rows.patients.shape[-1], axis=-1)
    rows, attended = block.rows.sessions[i], block.rows.attended[i]
    many = attended.sum(axis=-1)
    total = sum(
        sign * np.where(attended, rows[name], 0.0).sum(axis=-1) / len(names)
        for sign, names in ((1.0, mediator.columns), (-1.0, mediator.less))
        for name in names
    )
    means: Array = np.divide(total, many, out=np.full(many.shape, np.nan), where=many > 0)
    return means


def _levels(values: Array) -> tuple[Array, Array]:
    """Split patients' values into therapists' means, and what each is off them."""
    import numpy as np

    there = ~np.isnan(values)
    many = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    means = np.divide(total, many, out=np.full(many.shape, np.nan), where=many > 0)
    return means.ravel(), (values - means[..., None]).ravel()


def _slopes(y: Array, given: list[Array]) -> list[float]:
    """Regress by least squares, with an intercept; not a number where it cannot be done."""
    import numpy as np

    x = np.column_stack([np.ones_like(y), *given])
    there = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    x, y = x[there], y[there]
    if len(y) <= x.shape[1]:
        return [math.nan] * len(given)
    spread = x.std(axis=0)
    varies = spread > 1e-12 * (1.0 + np.abs(x).max(axis=0))
    varies[0] = True
    slopes = np.full(x.shape[1], math.nan)
    slopes[varies] = np.linalg.lstsq(x[:, varies], y, rcond=None)[0]
    return [float(slope) for slope in slopes[1:]]
