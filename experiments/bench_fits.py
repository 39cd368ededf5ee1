"""How fast trials are analysed, beside other programs, measured on one core: `make bench`.

All of it on the same design, as nearly as each program allows: 18 therapists with seven patients
each, an arm, a baseline, a tenth of the variance between therapists. MCPower and statsmodels are
measured where they are installed (``pip install -e '.[bench]'``). MCPower simulates its own data,
so it stands beside our trials from made-up patients to p; statsmodels' MixedLM is given ready data,
and stands beside our fits.

Seconds are those of the processor, so that other people's work on the machine counts for less. A
program that uses several cores is charged for all of them.
"""

from __future__ import annotations

import importlib.util
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bench import ROUNDS, row

import sim
from sim.trial import design, linear, reml, statistics

TRIALS = 20_000
FEW = 20
DESIGN = (
    "study=power",
    "generator=linear",
    "generator.icc=0.1",
    "generator.effect=0.4",
    "therapists.n=18",
    "patients.per_therapist=7",
    "engine.threads=1",
)


def rate(job: Callable[[], object], many: int) -> float:
    """Do a job that makes so many fits, and give them per second of the processor."""
    started = time.process_time()
    job()
    return many / (time.process_time() - started)


def patients(trials: int) -> np.ndarray:
    """Make patients up: arm, baseline, outcome by trial, therapist and slot."""
    rng = np.random.default_rng(1)
    shape = (trials, 18, 7)
    arm = np.broadcast_to((np.arange(18) % 2)[None, :, None], shape)
    baseline = rng.standard_normal(shape)
    outcome = 0.4 * arm + 0.5 * baseline + np.sqrt(0.1) * rng.standard_normal((trials, 18, 1))
    outcome = outcome + np.sqrt(0.65) * rng.standard_normal(shape)
    return np.stack([arm, baseline, outcome], axis=-1)


def made_up_and_fitted(planned: design.Design) -> None:
    """Go all the way from drawing patients to p, by our own linear generator."""
    for made in linear.simulated(planned, TRIALS):
        reml.fit(made.batches[0].statistics(), kenward_roger=False)


def mcpower() -> None:
    """Have MCPower simulate and fit the same design."""
    from mcpower import MCPower

    model = MCPower("outcome = arm + baseline + (1|therapist)", family="lme")
    model.set_effects({"arm": 0.4, "baseline": 0.5})
    model.set_variable_type("arm=binary")
    model.set_cluster("therapist", ICC=0.1, n_clusters=18, cluster_level_vars=["arm"])
    model.set_simulations(TRIALS)
    model.set_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # seven patients a therapist are few
        model.find_power(18 * 7, target_test="arm", progress_callback=False, verbose=False)


def mixed_lm(given: np.ndarray) -> tuple[int, float]:
    """Fit some trials by MixedLM, by default; tell how many do not converge, and how far off.

    Returns
    -------
    not converged, furthest : int and float
        How many fits, and the largest distance of a converged estimate from ours.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    ours = reml.fit(statistics.of_values(given), kenward_roger=False)
    therapist = np.repeat(np.arange(18), 7)
    lost, furthest = 0, 0.0
    for i, trial in enumerate(given.reshape(len(given), -1, 3)):
        x = np.stack([np.ones(len(trial)), trial[:, 0], trial[:, 1]], axis=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = MixedLM(trial[:, 2], x, therapist).fit()
        if fitted.converged:
            furthest = max(furthest, abs(fitted.fe_params[1] - ours.estimate[i]))
        else:
            lost += 1
    return lost, furthest


def main() -> None:
    """Measure and print."""
    given = patients(TRIALS)
    made = statistics.of_values(given)
    planned = design.of(sim.configure(*DESIGN))
    jobs: dict[str, tuple[Callable[[], object], int]] = {
        "fits from statistics, Satterthwaite": (
            lambda: reml.fit(made, kenward_roger=False),
            TRIALS,
        ),
        "fits from statistics, Kenward-Roger too": (lambda: reml.fit(made), TRIALS),
        "fits from arrays of patients, Satterthwaite": (
            lambda: reml.fit(statistics.of_values(given), kenward_roger=False),
            TRIALS,
        ),
        "trials made up and fitted, Satterthwaite": (
            lambda: made_up_and_fitted(planned),
            TRIALS,
        ),
    }
    there = [name for name in ("mcpower", "statsmodels") if importlib.util.find_spec(name)]
    if "mcpower" in there:
        jobs["MCPower: trials made up and fitted"] = (mcpower, TRIALS)
    if "statsmodels" in there:
        jobs["statsmodels MixedLM: fits"] = (lambda: mixed_lm(given[:FEW]), FEW)
    for job, _ in jobs.values():
        job()  # compile, and warm up
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, (job, many) in jobs.items():
            rates[name].append(rate(job, many))
    for name, values in rates.items():
        print(row(name, values, "/s"))
    if "statsmodels" in there:
        lost, furthest = mixed_lm(given[:FEW])
        print(f"  of {FEW} such fits {lost} did not converge; others within {furthest:.1e} of ours")
    absent = [name for name in ("MCPower", "statsmodels") if name.lower() not in there]
    if absent:
        print(
            f"  {' and '.join(absent)}, to compare with: left out, for not installed; "
            f"{Path(sys.executable).parent / 'pip'} install -e '.[bench]' adds them"
        )


if __name__ == "__main__":
    main()
