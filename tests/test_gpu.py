"""The graphics card: the same chain, on Numba's simulator of one; and what is said without one."""

import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim import engine
from sim.engine import gpu
from sim.errors import EngineError
from sim.tables import KEYS

#: Numba emulates every thread of a card in Python: two replicates of a few people.
TINY = (
    "therapists.n=2",
    "patients.per_therapist=2",
    "setting.weeks=2",
    "setting.segments=2",
    "setting.lead_in_weeks=1",
    "setting.follow_up_weeks=1",
    "training.weeks=1",
    "training.start_week=-1",
    "seed=3",
)

#: Lives them on the simulator, and writes the tables down.
LIVED = """
import sys
import numpy as np
import sim
from sim import engine
(block,) = engine.run(sim.configure("engine=gpu", *sys.argv[2:]), 2, "segments")
tables = {level: block.table(level) for level in sys.argv[1].split(",")}
np.savez("tables.npz", **{f"{level}/{name}": column
         for level, table in tables.items() for name, column in table.items()})
"""


@pytest.mark.filterwarnings("default")
def test_the_simulator_of_a_card_comes_to_the_same(tmp_path):
    levels = ",".join(KEYS)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LIVED, levels, *TINY],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        cwd=tmp_path,
        check=True,
    )
    found = np.load(tmp_path / "tables.npz")
    (block,) = engine.run(sim.configure(*TINY), 2, "segments")
    for level in KEYS:
        for name, column in block.table(level).items():
            other = found[f"{level}/{name}"]
            assert other.shape == column.shape
            if column.dtype.kind == "f":
                np.testing.assert_allclose(other, column, rtol=0.0, atol=1e-9, err_msg=name)
            else:
                assert (other == column).all(), name
    assert block.table("sessions")["session"].size > 10


def test_without_numba_cuda(monkeypatch):
    monkeypatch.delenv("NUMBA_ENABLE_CUDASIM", raising=False)
    monkeypatch.setattr(gpu, "find_spec", lambda _: None)
    gpu._cuda.cache_clear()
    with pytest.raises(EngineError, match=r"pip install -e '\.\[gpu\]' in a clone"):
        next(engine.run(sim.configure(*TINY, "engine=gpu"), 2))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (None, ""),
        ("CUDA_ERROR_NO_DEVICE", r" \(CUDA_ERROR_NO_DEVICE\)"),
        ("\nNo driver.\nIf there is one,\ntry\n:", r" \(No driver. If there is one, try\)"),
    ],
)
def test_without_a_card(monkeypatch, error, why):
    card = SimpleNamespace(is_available=lambda: False, cuda_error=lambda: error)
    monkeypatch.delenv("NUMBA_ENABLE_CUDASIM", raising=False)
    monkeypatch.setattr(gpu, "find_spec", lambda _: True)
    monkeypatch.setattr(gpu, "import_module", lambda _: card)
    gpu._cuda.cache_clear()
    heard = []
    with pytest.raises(EngineError, match=f"no graphics card .* on this machine{why}: engine=cpu"):
        next(engine.run(sim.configure(*TINY, "engine=gpu"), 2, say=heard.append))
    assert heard == [], "nothing is compiled for a card that is not there"
    gpu._cuda.cache_clear()


def test_a_card_with_little_memory(monkeypatch):
    monkeypatch.delenv("NUMBA_ENABLE_CUDASIM", raising=False)
    config = sim.configure(*TINY)
    (block,) = engine.run(config, 2, "patients")
    sets = engine.blocks.parameter_array([config.parameters_record()])
    world = engine.blocks.world(config, config.study_arms(), sets, 0)
    scratch = engine.blocks.scratch(world)

    def card(free):
        context = SimpleNamespace(get_memory_info=lambda: (free, free))
        return SimpleNamespace(current_context=lambda: context)

    assert gpu._at_once(card(2**30), world, block.rows, scratch, 2) == 2
    one = gpu._at_once(card(2**16), world, block.rows, scratch, 10**6)
    assert 1 <= one < 20
    with pytest.raises(EngineError, match="too little memory: a replicate of this study takes"):
        gpu._at_once(card(1000), world, block.rows, scratch, 2)


def test_a_block_for_a_card_is_larger():
    core, card = sim.configure(), sim.configure("engine=gpu")
    assert engine.blocks.replicates_at_once(core, 2, 0) == 256
    assert engine.blocks.replicates_at_once(card, 2, 0) > 10_000


#: Simulates a small study of power, in several blocks, and writes its tables down.
POWER = """
import sys
import sim
from sim.study import power
from sim.trial import contrast
contrast.BATCH, contrast.MOST, contrast.GRAIN = 4, 4, 2
done = power.power(sim.configure("study=power", *sys.argv[2:]))
for name in ("fits", "implied"):
    done.results.table(name).to_parquet(f"{sys.argv[1]}-{name}.parquet")
"""


@pytest.mark.filterwarnings("default")
def test_power_on_the_simulator_of_a_card_is_that_of_the_cores(tmp_path):
    """Blocks go to a card one by one: it has no room for two, and its simulator none either."""
    words = (*TINY, "therapists.n=4", "replicates=4", "precision=null")
    for kind in ("cpu", "gpu"):
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", POWER, kind, *words, f"engine={kind}"],
            env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
            cwd=tmp_path,
            check=True,
        )
    for name in ("fits", "implied"):
        core, card = (
            pd.read_parquet(tmp_path / f"{kind}-{name}.parquet") for kind in ("cpu", "gpu")
        )
        assert len(core) > 0
        pd.testing.assert_frame_equal(core, card, rtol=0.0, atol=1e-9)
