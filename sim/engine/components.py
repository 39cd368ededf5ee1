"""The first stage: each trained component may stay outside the room, while all else follows.

What practice gives on the cushion is the same in every world; what of it reaches the room is the
trained therapist's where the edge carries it, and otherwise the untrained twin's of that week.

- attention: stability of attention;
- attitude: curiosity, openness, acceptance, love, kindness toward oneself, and resonance;
- capacity: the bowl, and the hooks that were released;
- decentring: decentring, and letting go of being right, with what that does to reactivity;
- intention: the relational intention that practice gives;
- state programmes: settling and picturing the patient before a session;
- beside these: skills (technique, conceptualising, noticing, working through), hope, and costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.chain import intention, presence, transfer
from sim.engine.edges import (
    ATTENTION,
    ATTITUDE,
    CAPACITY,
    DECENTRING,
    INTENTION,
    OTHER_COMPONENTS,
    PRESENCE,
    STATE_PROGRAMMES,
    WARMTH,
)
from sim.engine.processes import stand_in

if TYPE_CHECKING:
    from sim.engine.twins import Dyad, Parameters, Programme, Therapist


def carry_into_room(p: Parameters, t: Therapist) -> None:
    """Set what the therapist brings into the room, some of it as the twin does."""
    transfer.carry_into_room(p, t)
    if p.edges & ATTENTION == 0:
        t.attention = t.twin.attention
    if p.edges & ATTITUDE == 0:
        t.curiosity = t.twin.curiosity
        t.openness = t.twin.openness
        t.acceptance = t.twin.acceptance
        t.love = t.twin.love
        t.self_compassion = t.twin.self_compassion
        t.resonance = t.twin.resonance
    if p.edges & CAPACITY == 0:
        t.bowl_capacity = t.twin.bowl_capacity
        t.hook_release = t.twin.hook_release
    if p.edges & DECENTRING == 0:
        t.decentring = t.twin.decentring
    if p.edges & INTENTION == 0:
        t.intention = t.twin.intention
    if p.edges & OTHER_COMPONENTS == 0:
        t.technique = t.twin.technique
        t.conceptualisation = t.twin.conceptualisation
        t.noticing = t.twin.noticing
        t.working_through = t.twin.working_through
        t.hope = t.twin.hope


def let_go(p: Parameters, t: Therapist) -> None:
    """Set how invested the therapist is in being right, or as the twin is."""
    transfer.let_go(p, t)
    if p.edges & DECENTRING == 0:
        t.ego = t.twin.ego
        t.reactivity = t.twin.reactivity
        t.rigidity = t.twin.rigidity


def reset(p: Parameters, g: Programme, t: Therapist, unrest: float) -> float:
    """Tell what settling before a session leaves of unrest: the programme's, or the twin's.

    It belongs to the state programmes as a component, and to presence as a process.
    """
    if p.edges & STATE_PROGRAMMES == 0 or p.edges & PRESENCE == 0:
        return transfer.reset(p, g.twin, t.twin, unrest)
    return transfer.reset(p, g, t, unrest)


def today(p: Parameters, g: Programme, t: Therapist, d: Dyad, z: float) -> float:
    """Tell the relational intention today; picturing the patient is a state programme."""
    if p.edges & WARMTH == 0:
        return intention.today(p, g.twin, stand_in(t), d, z)
    if p.edges & STATE_PROGRAMMES == 0:
        own = t.transfer
        t.transfer = t.twin.transfer
        meant = intention.today(p, g.twin, t, d, z)
        t.transfer = own
        return meant
    return intention.today(p, g, t, d, z)


def drift(p: Parameters, t: Therapist) -> float:
    """Tell how fast the mind drifts off; the strain of practice is beside the components."""
    if p.edges & PRESENCE == 0:
        return presence.drift(p, stand_in(t))
    if p.edges & OTHER_COMPONENTS == 0:
        transfer_of_own, strain = t.transfer, t.practice_strain
        t.transfer = t.twin.transfer
        t.practice_strain = t.twin.practice_strain
        drifting = presence.drift(p, t)
        t.transfer = transfer_of_own
        t.practice_strain = strain
        return drifting
    return presence.drift(p, t)


#: What stands around which link. The last three serve the second stage too.
AROUND: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("transfer.carry_into_room", carry_into_room),
    ("transfer.let_go", let_go),
    ("transfer.reset", reset),
    ("intention.today", today),
    ("presence.drift", drift),
)
