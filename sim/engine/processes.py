"""The second stage: each process between the two may be as the untrained twin would have it.

Where an edge is cut, the links of that process are worked out with the untrained twin in the
therapist's chair, at this moment of the world being lived: the twin's traits, skills and
self-attunement, and this world's presence, load, agitation and tiredness (`stand_in`).

- presence: drifting off and coming back, and settling before the session;
- holding: filling the bowl, its overflow, and the tiredness it leaves;
- reading: how well the patient is read, the unsaid too;
- warmth: attitude and intention toward the patient, and expressing what was read;
- closeness: what is sensed of how near one may come;
- prevention: catching one's own lapse before it does harm;
- noticing: noticing a rupture, and the stance toward the relationship;
- working through: working a rupture through, or failing at it by defending or clinging;
- hostile acts: hostile or controlling acts, of one's own accord and in return;
- beside these: technique, conceptualising, hope, acting where it is due, and the model that the
  therapist is (cut in `sim.engine.routes`, where the patient takes it in).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.chain import (
    alliance,
    attitude,
    attunement,
    closeness,
    hostility,
    outcome,
    presence,
    rupture,
    self_attunement,
)
from sim.engine.edges import (
    CLOSENESS,
    HOLDING,
    HOSTILE_ACTS,
    NOTICING,
    OTHER_PROCESSES,
    PRESENCE,
    PREVENTION,
    READING,
    WARMTH,
    WORKING_THROUGH,
)

if TYPE_CHECKING:
    from sim import records
    from sim.engine.twins import Dyad, Parameters, Patient, Therapist


def stand_in(t: Therapist) -> records.Therapist:
    """Put the untrained twin into the chair, at this moment of the therapist's."""
    twin = t.twin
    twin.presence = t.presence
    twin.load = t.load
    twin.agitation = t.agitation
    twin.dullness = t.dullness
    twin.fatigue = t.fatigue
    twin.stress = t.stress
    twin.hostility = t.hostility
    return twin


def level(p: Parameters, t: Therapist, drifting: float) -> float:
    """Tell the presence at which drifting off and coming back are in balance."""
    if p.edges & PRESENCE == 0:
        return presence.level(p, stand_in(t), drifting)
    return presence.level(p, t, drifting)


def settle(p: Parameters, t: Therapist, drifting: float, z: float) -> float:
    """Tell the presence after one segment of drifting off and coming back."""
    if p.edges & PRESENCE == 0:
        return presence.settle(p, stand_in(t), drifting, z)
    return presence.settle(p, t, drifting, z)


def fill(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the load of the bowl after a segment of the patient's affect."""
    if p.edges & HOLDING == 0:
        return self_attunement.fill(p, stand_in(t), c, d)
    return self_attunement.fill(p, t, c, d)


def overflow(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell the probability that the bowl overflows."""
    if p.edges & HOLDING == 0:
        return self_attunement.overflow(p, stand_in(t), d)
    return self_attunement.overflow(p, t, d)


def absorbed(p: Parameters, t: Therapist) -> float:
    """Tell the probability that an overflow swallows rather than pushes away."""
    if p.edges & HOLDING == 0:
        return self_attunement.absorbed(p, t.twin)
    return self_attunement.absorbed(p, t)


def spent(p: Parameters, t: Therapist, load: float) -> float:
    """Tell the tiredness that a session leaves behind."""
    if p.edges & HOLDING == 0:
        return self_attunement.spent(p, stand_in(t), load)
    return self_attunement.spent(p, t, load)


def reading(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell how well this patient is read today, and keep how well by either therapist."""
    d.reading_trained = attunement.reading(p, t, c, d)
    d.reading_untrained = attunement.reading(p, stand_in(t), c, d)
    return d.reading_trained if p.edges & READING else d.reading_untrained


def read_unsaid(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far the unsaid is read, and keep what is sensed of it for closeness."""
    trained = p.edges & READING != 0
    read = _unsaid(p, t, d, trained)
    by_whom = p.edges & CLOSENESS != 0
    d.sensed = read if by_whom == trained else _unsaid(p, t, d, by_whom)
    return read


def _unsaid(p: Parameters, t: Therapist, d: Dyad, trained: bool) -> float:
    """Tell how far the unsaid is read by one of the two."""
    today = d.reading
    d.reading = d.reading_trained if trained else d.reading_untrained
    read = attunement.read_unsaid(p, t, d) if trained else _unsaid_by_twin(p, t, d)
    d.reading = today
    return read


def _unsaid_by_twin(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far the untrained twin reads the unsaid."""
    return attunement.read_unsaid(p, stand_in(t), d)


def follow(p: Parameters, d: Dyad, wanted: float) -> float:
    """Tell the closeness offered, by what the therapist of this edge senses."""
    read = d.read_unsaid
    d.read_unsaid = d.sensed
    offered = closeness.follow(p, d, wanted)
    d.read_unsaid = read
    return offered


def toward_patient(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the attitude toward this patient."""
    if p.edges & WARMTH == 0:
        return attitude.toward_patient(p, stand_in(t), c, d)
    return attitude.toward_patient(p, t, c, d)


def express(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell how far the reading is expressed."""
    if p.edges & WARMTH == 0:
        return attunement.express(p, stand_in(t), c, d)
    return attunement.express(p, t, c, d)


def catches(p: Parameters, t: Therapist) -> float:
    """Tell the probability of catching a lapse."""
    if p.edges & PREVENTION == 0:
        return presence.catches(p, stand_in(t))
    return presence.catches(p, t)


def toward_relationship(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell the attitude toward this relationship, which helps to notice."""
    if p.edges & NOTICING == 0:
        return attitude.toward_relationship(p, stand_in(t), d)
    return attitude.toward_relationship(p, t, d)


def notice(p: Parameters, t: Therapist, d: Dyad, kind: int) -> float:
    """Tell the probability that an open rupture is noticed."""
    if p.edges & NOTICING == 0:
        return rupture.notice(p, stand_in(t), d, kind)
    return rupture.notice(p, t, d, kind)


def work_through(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the probability that a noticed rupture is worked through."""
    if p.edges & WORKING_THROUGH == 0:
        return rupture.work_through(p, stand_in(t), c, d)
    return rupture.work_through(p, t, c, d)


def defend(p: Parameters, t: Therapist) -> float:
    """Tell the probability that a failed attempt fails by answering in kind."""
    if p.edges & WORKING_THROUGH == 0:
        return rupture.defend(p, stand_in(t))
    return rupture.defend(p, t)


def cling(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell the probability that a failed attempt fails by clinging to the model."""
    if p.edges & WORKING_THROUGH == 0:
        return rupture.cling(p, stand_in(t), d)
    return rupture.cling(p, t, d)


def adherence(p: Parameters, t: Therapist, d: Dyad) -> float:
    """Tell how far the therapist holds to the treatment model."""
    if p.edges & WORKING_THROUGH == 0:
        return rupture.adherence(p, stand_in(t), d)
    return rupture.adherence(p, t, d)


def rate(p: Parameters, t: Therapist) -> float:
    """Tell the rate of hostile acts while the bowl holds."""
    if p.edges & HOSTILE_ACTS == 0:
        return hostility.rate(p, t.twin)
    return hostility.rate(p, t)


def act(p: Parameters, t: Therapist, d: Dyad, overflowed: float) -> float:
    """Tell the probability of a hostile or controlling act."""
    if p.edges & HOSTILE_ACTS == 0:
        return hostility.act(p, stand_in(t), d, overflowed)
    return hostility.act(p, t, d, overflowed)


def task_target(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the agreement on tasks toward which a relationship tends."""
    if p.edges & OTHER_PROCESSES == 0:
        return alliance.task_target(p, t.twin, c, d)
    return alliance.task_target(p, t, c, d)


def goal_target(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the agreement on goals toward which a relationship tends."""
    if p.edges & OTHER_PROCESSES == 0:
        return alliance.goal_target(p, t.twin, c, d)
    return alliance.goal_target(p, t, c, d)


def technique_skill(p: Parameters, t: Therapist, presence: float) -> float:
    """Tell how well technique is used in a session."""
    if p.edges & OTHER_PROCESSES == 0:
        return outcome.technique_skill(p, t.twin, presence)
    return outcome.technique_skill(p, t, presence)


def acting(p: Parameters, t: Therapist) -> float:
    """Tell the probability of acting where action is due."""
    if p.edges & OTHER_PROCESSES == 0:
        return outcome.acting(p, t.twin)
    return outcome.acting(p, t)


def expectancy(p: Parameters, t: Therapist, c: Patient) -> float:
    """Tell the patient's expectancy of help."""
    if p.edges & OTHER_PROCESSES == 0:
        return outcome.expectancy(p, t.twin, c)
    return outcome.expectancy(p, t, c)


#: What stands around which link.
AROUND: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("presence.level", level),
    ("presence.settle", settle),
    ("self_attunement.fill", fill),
    ("self_attunement.overflow", overflow),
    ("self_attunement.absorbed", absorbed),
    ("self_attunement.spent", spent),
    ("attunement.reading", reading),
    ("attunement.read_unsaid", read_unsaid),
    ("closeness.follow", follow),
    ("attitude.toward_patient", toward_patient),
    ("attunement.express", express),
    ("presence.catches", catches),
    ("attitude.toward_relationship", toward_relationship),
    ("rupture.notice", notice),
    ("rupture.work_through", work_through),
    ("rupture.defend", defend),
    ("rupture.cling", cling),
    ("rupture.adherence", adherence),
    ("hostility.rate", rate),
    ("hostility.act", act),
    ("alliance.task_target", task_target),
    ("alliance.goal_target", goal_target),
    ("outcome.technique_skill", technique_skill),
    ("outcome.acting", acting),
    ("outcome.expectancy", expectancy),
)
