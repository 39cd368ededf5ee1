"""Slopes are those of a straight line through what was seen."""

import numpy as np
import pytest

from sim.trial import growth


def test_slopes_are_numpys():
    rng = np.random.default_rng(2)
    waves = rng.normal(size=(3, 4, 5))
    waves[0, 0, 3:] = np.nan
    times = (0.0, 1.0, 4.0, 9.0, 18.0)
    made = growth.slopes(waves, times)
    for place in np.ndindex(3, 4):
        seen = ~np.isnan(waves[place])
        line = np.polyfit(np.array(times)[seen], waves[place][seen], 1)
        assert made[place] == pytest.approx(line[0])


def test_who_was_seen_once_has_no_slope():
    made = growth.slopes([[1.0, np.nan], [np.nan, np.nan], [1.0, 3.0]], (0.0, 4.0))
    np.testing.assert_array_equal(made, [np.nan, np.nan, 0.5])
    with pytest.raises(ValueError, match="3 times for 2 waves"):
        growth.slopes([[1.0, 2.0]], (0.0, 1.0, 2.0))
