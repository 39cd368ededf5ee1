"""The public names are few and flat, and nothing is imported before it is needed."""

import subprocess
import sys

import pytest

import sim

NAMES = {
    "AttuneError",
    "Clinic",
    "Results",
    "__version__",
    "analysis",
    "compare",
    "configure",
    "load",
    "simulate",
}


def test_these_are_the_public_names():
    assert set(sim.__all__) == NAMES
    assert dir(sim) == sorted(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_is_there(name):
    thing = getattr(sim, name)
    if name == "__version__":
        assert thing[0].isdigit()
    elif name == "analysis":
        assert set(thing.__all__) == {"AnalysisError", "fit_trials"}
    else:
        assert callable(thing)
        assert thing.__name__ == name
        assert thing.__doc__


def test_no_other_name():
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'simulation'"):
        _ = sim.simulation


def test_importing_sim_imports_nothing_else():
    code = "import sys, sim; print([name for name in sys.modules if name.startswith('sim.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_modules_of_the_package_can_still_be_imported():
    """Two public names are modules of that name further in; neither hides the other."""
    from sim.study import compare

    assert compare.compare is sim.compare
