"""Priors: the words of the parameter table, as quantiles within the range."""

import numpy as np
import pytest
from scipy import stats

from sim.calibration import priors
from sim.errors import ConfigurationError
from sim.parameters import table

U = np.linspace(0.001, 0.999, 41)


@pytest.mark.parametrize("name", priors.drawn())
def test_quantiles_rise_within_the_range_and_come_back(name):
    values = priors.quantile(name, U)
    assert (np.diff(values) > 0.0).all()
    assert table()[name].low <= values[0]
    assert values[-1] <= table()[name].high
    assert priors.probability(name, values) == pytest.approx(U, abs=1e-9)
    assert priors.quantile(name, [0.0, 1.0]) == pytest.approx(
        np.clip(priors.quantile(name, [0.0, 1.0]), table()[name].low, table()[name].high)
    )


def test_a_uniform_a_normal_and_a_truncated_prior_are_what_they_say():
    assert priors.quantile("transfer", U) == pytest.approx(U)
    assert priors.median("notice_worth") == pytest.approx(0.0, abs=1e-12)
    assert priors.sd("notice_worth") == pytest.approx(0.05, rel=0.01)
    cut = stats.beta(4, 6)
    whole = cut.ppf(0.5 * cut.cdf(table()["therapist_common"].high))
    assert priors.median("therapist_common") == pytest.approx(whole)


def test_a_convention_is_not_drawn():
    assert "gsi_mean" not in priors.drawn()
    assert priors.median("gsi_mean") == table()["gsi_mean"].default
    assert priors.sd("gsi_mean") == 0.0
    with pytest.raises(ConfigurationError, match="gsi_mean is a convention"):
        priors.quantile("gsi_mean", 0.5)


def test_an_unknown_name_is_answered_with_the_nearest():
    for ask in (priors.median, priors.sd, lambda name: priors.quantile(name, 0.5)):
        with pytest.raises(ConfigurationError, match="transfer"):
            ask("transfr")
