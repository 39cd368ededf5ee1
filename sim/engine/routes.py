"""The third stage: each route to the patient may be driven as in the untrained twin's own run.

Where an edge is cut, the route receives what drove it in the untrained twin's session of the same
number; after that twin's treatment has ended, what drove it in the last one. The patient's own
state, and all that is no driver, is that of the world being lived.

- safety: being safe, showing oneself, and being met there;
- modelling: taking in how the therapist is;
- disconfirmed fears: being held, hurt, or too much for the other;
- alliance: what the relationship does by itself;
- technique: skill, and the tasks agreed on.

Beside these: how long the patient stays, hope, action where it is due, feeling alive when felt
with, and the template that repairs leave.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.chain import outcome, patient_self_attunement
from sim.chain import safety as safety_links
from sim.engine.edges import (
    ALLIANCE,
    DISCONFIRMED_FEARS,
    MODELLING,
    OTHER_PROCESSES,
    SAFETY,
    TECHNIQUE,
)

if TYPE_CHECKING:
    from sim.engine.twins import Dyad, Parameters, Patient, Therapist


def exploring(
    p: Parameters, c: Patient, d: Dyad, felt: float, window: float, regular: float
) -> float:
    """Tell what a session adds by the safety route."""
    if p.edges & SAFETY:
        return patient_self_attunement.exploring(p, c, d, felt, window, regular)
    safe, shown = d.safety, d.vulnerability
    d.safety = c.twin.safety
    d.vulnerability = c.twin.vulnerability
    added = patient_self_attunement.exploring(p, c, d, c.twin.felt, c.twin.window, regular)
    d.safety = safe
    d.vulnerability = shown
    return added


def modelling(
    p: Parameters, t: Therapist, c: Patient, d: Dyad, felt: float, presence: float
) -> float:
    """Tell what a session adds by the modelling route."""
    if p.edges & MODELLING:
        if p.edges & OTHER_PROCESSES == 0:
            return patient_self_attunement.modelling(p, t.twin, c, d, felt, presence)
        return patient_self_attunement.modelling(p, t, c, d, felt, presence)
    warm, gentle = d.warmth, t.gentleness
    d.warmth = c.twin.warmth
    t.gentleness = c.twin.gentleness
    added = patient_self_attunement.modelling(p, t, c, d, c.twin.felt, c.twin.presence)
    d.warmth = warm
    t.gentleness = gentle
    return added


def take_in(p: Parameters, t: Therapist, c: Patient, felt: float) -> None:
    """Let the patient's stance to own feelings take on a shape: a part of the modelling route."""
    if p.edges & MODELLING == 0:
        patient_self_attunement.take_in(p, t.twin, c, c.twin.felt)
    elif p.edges & OTHER_PROCESSES == 0:
        patient_self_attunement.take_in(p, t.twin, c, felt)
    else:
        patient_self_attunement.take_in(p, t, c, felt)


def fear_of_rejection(p: Parameters, c: Patient, holding: float, hurts: float) -> float:
    """Tell the fear of being rejected after a session."""
    if p.edges & DISCONFIRMED_FEARS:
        return safety_links.fear_of_rejection(p, c, holding, hurts)
    return safety_links.fear_of_rejection(p, c, c.twin.holding, c.twin.hurts)


def fear_of_harming(p: Parameters, c: Patient, holding: float, overflows: float) -> float:
    """Tell the fear that one's pain harms the other after a session."""
    if p.edges & DISCONFIRMED_FEARS:
        return safety_links.fear_of_harming(p, c, holding, overflows)
    return safety_links.fear_of_harming(p, c, c.twin.holding, c.twin.overflows)


def relational_work(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the work done by the relationship itself."""
    if p.edges & ALLIANCE:
        return outcome.relational_work(p, c, d)
    own = d.alliance
    d.alliance = c.twin.alliance
    work = outcome.relational_work(p, c, d)
    d.alliance = own
    return work


def technique_work(p: Parameters, c: Patient, d: Dyad, skill: float) -> float:
    """Tell the work done by technique."""
    if p.edges & TECHNIQUE:
        return outcome.technique_work(p, c, d, skill)
    own = d.task
    d.task = c.twin.task
    work = outcome.technique_work(p, c, d, c.twin.skill)
    d.task = own
    return work


#: What stands around which link.
AROUND: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("patient_self_attunement.exploring", exploring),
    ("patient_self_attunement.modelling", modelling),
    ("patient_self_attunement.take_in", take_in),
    ("safety.fear_of_rejection", fear_of_rejection),
    ("safety.fear_of_harming", fear_of_harming),
    ("outcome.relational_work", relational_work),
    ("outcome.technique_work", technique_work),
)
