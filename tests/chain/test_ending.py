"""Ending: who does not come back, and who has had enough help."""

import pytest

from sim.chain import ending
from sim.parameters import Parameters
from sim.records import Dyad, Patient

P = Parameters()


def test_the_dissatisfied_leave(rises, falls):  # T88
    def leaves(alliance=0.6, damage=0.0, expectancy=0.0):
        d = Dyad(alliance=alliance, rupture_damage=damage)
        return ending.dropping_out(P, Patient(expectancy=expectancy), d)

    assert falls(lambda alliance: leaves(alliance=alliance), 0.0, 1.0)
    assert rises(lambda damage: leaves(damage=damage), 0.0, 1.0)
    assert falls(lambda expectancy: leaves(expectancy=expectancy), -3.0, 3.0)


def test_the_improved_leave_when_it_is_enough(rises):
    def leaves(relief):
        c = Patient(severity_intake=1.0, symptom_severity=1.0 - relief)
        return ending.leaving_improved(P, c)

    assert rises(leaves, -1.0, 4.0)
    assert leaves(P.improved_enough) == pytest.approx(0.5 * P.improved_rate)
    assert leaves(50.0) <= P.improved_rate
    assert leaves(0.0) < 0.05 * P.improved_rate
    never = Parameters({"improved_rate": 0.0})
    satisfied = Patient(severity_intake=1.0, symptom_severity=-3.0)
    assert ending.leaving_improved(never, satisfied) == 0.0
