"""Closeness: how near the patient wants the other, and how near the therapist comes."""

from __future__ import annotations

from sim.parameters import Parameters
from sim.records import ABSORBED, PUSHED_AWAY, Dyad, Patient


def need(p: Parameters, c: Patient, phase: float, z: float) -> float:
    """Tell the closeness the patient wants in the next segment.

    mean + need_staying * (need - mean) + need_noise * z, where the mean swings about the patient's
    own need: own + need_swing * phase, phase +1 while drawing near and -1 while standing off.

    Returns
    -------
    float
        SD; negative is distance.

    Notes
    -----
    Claims: T76, T77 (aligned engagement and distanced autonomy take turns).
    Without it: ``c.need_for_space``.
    """
    mean = c.need_for_space + p.need_swing * phase
    return mean + p.need_staying * (c.need - mean) + p.need_noise * z


def follow(p: Parameters, d: Dyad, wanted: float) -> float:
    """Tell the closeness the therapist offers after sensing how much of it is wanted.

    closeness + closeness_tracking * (read * (wanted - closeness) + (1 - read) *
    (closeness_habit - closeness)), pushed nearer by an overflow that absorbs and further off by
    one that pushes away; read is what was read of face, posture and tone

    What is not seen is met by habit, which is to come near.

    Returns
    -------
    float
        SD; negative is distance.

    Notes
    -----
    Claims: T43 (over-involvement and distance), T76 (sensing when room is needed), T78 (the cues
    are mostly non-verbal: who is blind to them comes too near).
    Without it: ``0.0``.
    """
    sensed = d.read_unsaid * (wanted - d.closeness)
    habit = (1.0 - d.read_unsaid) * (p.closeness_habit - d.closeness)
    offered = d.closeness + p.closeness_tracking * (sensed + habit)
    if d.overflow == ABSORBED:
        return offered + p.closeness_overflow
    if d.overflow == PUSHED_AWAY:
        return offered - p.closeness_overflow
    return offered


def mismatch(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell how badly closeness misses what is wanted: the squared difference, at most 9.

    Too near weighs (1 + crowding) times where the patient's affect is past what he or she can bear.

    Returns
    -------
    float
        SD squared, 0 to 9.

    Notes
    -----
    Claims: T76, T77 (constant closeness misses what tracked closeness meets), T78 (as with an
    overwhelmed infant).
    Without it: ``0.0``.
    """
    gap = d.closeness - c.need
    missed = gap * gap
    if gap > 0.0 and c.affect > c.bowl:
        missed *= 1.0 + p.crowding
    return min(9.0, missed)
