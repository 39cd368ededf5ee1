"""Ending: who does not come back, and who has had enough help."""

from __future__ import annotations

from sim.chain.curves import logistic
from sim.parameters import Parameters
from sim.records import Dyad, Patient


def dropping_out(p: Parameters, c: Patient, d: Dyad) -> float:
    """Tell the probability that a dissatisfied patient does not come back after this session.

    logistic(dropout_base - dropout_alliance * (alliance - 1/2) + dropout_damage * damage of an
    open rupture - dropout_expectancy * expectancy)

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Claims: T88 (an unrepaired rupture leads to dropout); theory map, section 11.9.
    Without it: ``0.0``.
    """
    return logistic(
        p.dropout_base
        - p.dropout_alliance * (d.alliance - 0.5)
        + p.dropout_damage * d.rupture_damage
        - p.dropout_expectancy * c.expectancy
    )


def leaving_improved(p: Parameters, c: Patient) -> float:
    """Tell the probability that a patient who is improved enough ends after this session.

    improved_rate * logistic(improved_steepness * (fall in severity - improved_enough))

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Theory map, section 11.9 (who ends early).
    Without it: ``0.0``.
    """
    relief = c.severity_intake - c.symptom_severity
    return p.improved_rate * logistic(p.improved_steepness * (relief - p.improved_enough))
