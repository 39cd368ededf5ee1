"""Alliance: bond, task and goal."""

from __future__ import annotations

from sim.chain.curves import between
from sim.parameters import Parameters
from sim.records import Dyad, Patient, Therapist


def bond_target(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the bond toward which this relationship tends.

    bond_base + bond_felt * felt attunement + bond_trust * trust, at most bond_ceiling +
    bond_felt_ceiling * felt attunement; plus the strength that repairs have left; less
    bond_damage * damage of an open rupture and less the scar; within 0 and 1

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T38 (without attunement the bond stays under a ceiling), T87, T88, T95.
    Without it: ``d.bond``.
    """
    reached = p.bond_base + p.bond_felt * d.felt_attunement + p.bond_trust * c.trust
    allowed = p.bond_ceiling + p.bond_felt_ceiling * d.felt_attunement
    harm = p.bond_damage * d.rupture_damage + d.scar
    return between(min(reached, allowed) + d.strength - harm, 0.0, 1.0)


def task_target(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the agreement on tasks toward which this relationship tends.

    task_base + task_technique * technique + task_relief * relief - task_damage * damage,
    within 0 and 1, where relief is the fall in severity since intake

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: theory map, section 11.2 (relief feeds the alliance) and 11.3 (technique as a rival).
    Without it: ``d.task``.
    """
    return between(
        p.task_base
        + p.task_technique * t.technique
        + p.task_relief * (c.severity_intake - c.symptom_severity)
        - p.task_damage * d.rupture_damage,
        0.0,
        1.0,
    )


def goal_target(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> float:
    """Tell the agreement on goals toward which this relationship tends.

    goal_base + goal_felt * felt attunement + goal_conceptualisation * conceptualisation +
    goal_expectancy * expectancy + goal_relief * relief, within 0 and 1

    Returns
    -------
    float
        Level, 0 to 1.

    Notes
    -----
    Claims: T33, T134 (a case well understood); theory map, section 11.2 and 11.3 (expectancy as a
    rival).
    Without it: ``d.goal``.
    """
    return between(
        p.goal_base
        + p.goal_felt * d.felt_attunement
        + p.goal_conceptualisation * t.conceptualisation
        + p.goal_expectancy * c.expectancy
        + p.goal_relief * (c.severity_intake - c.symptom_severity),
        0.0,
        1.0,
    )


def grow(p: Parameters, t: Therapist, c: Patient, d: Dyad) -> None:
    """Move bond, task and goal toward where they tend, let the past fade a little, take the mean.

    part + alliance_rate * (target - part); scar * (1 - scar_healing), and strength alike

    Notes
    -----
    Claims: T38, T95.
    Without it: ``nothing changes``.
    """
    share = p.alliance_rate
    d.bond += share * (bond_target(p, c, d) - d.bond)
    d.task += share * (task_target(p, t, c, d) - d.task)
    d.goal += share * (goal_target(p, t, c, d) - d.goal)
    d.scar *= 1.0 - p.scar_healing
    d.strength *= 1.0 - p.scar_healing
    d.alliance = (d.bond + d.task + d.goal) / 3.0
