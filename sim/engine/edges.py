"""Edges: what can be cut between training and outcome, one stage of the chain after the other.

Links lie in series and in parallel, so an effect is split at one stage at a time: among the trained
components that enter the room, among the processes between the two, among the routes by which these
reach the patient. An edge is a bit; where it is set, the edge carries what it carries in the world
being lived, and where it is not, what it would carry if the therapist had not been trained.
"""

from __future__ import annotations

from collections.abc import Mapping

# What training moves, on its way from the cushion to the room.
ATTENTION = 1 << 0
ATTITUDE = 1 << 1
CAPACITY = 1 << 2
DECENTRING = 1 << 3
INTENTION = 1 << 4
STATE_PROGRAMMES = 1 << 5
OTHER_COMPONENTS = 1 << 6

# What the therapist in the room moves between the two.
PRESENCE = 1 << 7
HOLDING = 1 << 8
READING = 1 << 9
WARMTH = 1 << 10
CLOSENESS = 1 << 11
PREVENTION = 1 << 12
NOTICING = 1 << 13
WORKING_THROUGH = 1 << 14
HOSTILE_ACTS = 1 << 15
OTHER_PROCESSES = 1 << 16

# How what happens between the two reaches the patient.
SAFETY = 1 << 17
MODELLING = 1 << 18
DISCONFIRMED_FEARS = 1 << 19
ALLIANCE = 1 << 20
TECHNIQUE = 1 << 21

#: All edges carry what is theirs: the world as it is.
ALL = (1 << 22) - 1

#: The edges that an effect is split among, by stage, in the order of the theory.
STAGES: Mapping[str, Mapping[str, int]] = {
    "components": {
        "attention": ATTENTION,
        "attitude": ATTITUDE,
        "capacity": CAPACITY,
        "decentring": DECENTRING,
        "intention": INTENTION,
        "state_programmes": STATE_PROGRAMMES,
    },
    "processes": {
        "presence": PRESENCE,
        "holding": HOLDING,
        "reading": READING,
        "warmth": WARMTH,
        "closeness": CLOSENESS,
        "prevention": PREVENTION,
        "noticing": NOTICING,
        "working_through": WORKING_THROUGH,
        "hostile_acts": HOSTILE_ACTS,
    },
    "routes": {
        "safety": SAFETY,
        "modelling": MODELLING,
        "disconfirmed_fears": DISCONFIRMED_FEARS,
        "alliance": ALLIANCE,
        "technique": TECHNIQUE,
    },
}

#: What is beside the edges of a stage, where it can be cut as a whole: with these gone as well,
#: nothing of training is left.
OTHERS: Mapping[str, int] = {"components": OTHER_COMPONENTS, "processes": OTHER_PROCESSES}


def world(stage: str, carried: int) -> int:
    """Give the bits of a world in which only some edges of a stage carry what is theirs.

    Parameters
    ----------
    stage : str
        One of `STAGES`.
    carried : int
        The edges that do, as bits counted from the first edge of the stage.

    Returns
    -------
    int
        Bits; those of all other stages, and of what is beside the edges, are set.
    """
    bits = list(STAGES[stage].values())
    return ALL & ~sum(bits) | sum(bit for i, bit in enumerate(bits) if carried >> i & 1)
