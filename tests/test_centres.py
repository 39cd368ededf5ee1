"""Instruments that read a state without a norm have their middle where it was simulated."""

import numpy as np
import pytest

import sim
from experiments import centres


def test_the_middle_of_a_state_is_where_the_default_world_has_it():
    found = centres.middles(replicates=6)
    assert {"blri", "tpi_t", "sasb_acts", "psq_intensity"} <= set(found)
    known = sim.configure(f"instruments=[{','.join(found)}]", "record=sessions").instrument
    for name, keys in found.items():
        for key, value in keys.items():
            width = keys.get(key.replace("centre", "width"), np.nan)
            said = getattr(known[name], key)
            assert said == pytest.approx(value, abs=0.2 * width), (name, key)
