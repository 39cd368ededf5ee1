"""How fast it is, measured: `make bench`.

Machines are shared and noisy. So everything is measured in one run, in turn, several times; the
table gives medians with the spread beside them, and ratios between things measured side by side.
A patient-session is one session of ten five-minute segments, with all that belongs to it. A trial
is 18 therapists with 124 patients; a replicate holds two of them, one an arm.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numba

import sim
from sim import engine, page

#: Nine and nine therapists, 124 inpatients, two sessions a week for nine weeks.
GREPMAIR = (
    "therapists.n=18",
    "patients.total=124",
    "setting=twice_weekly_inpatient",
    "patients=severe_inpatients",
)
ROUNDS = 5
REPLICATES = 512
MANY = 10_000


def engine_rate(threads: int) -> tuple[float, float]:
    """Give patient-sessions and trials per second of the engine."""
    config = sim.configure(*GREPMAIR, f"engine.threads={threads}")
    sessions = 0.0
    started = time.perf_counter()
    for block in engine.run(config, REPLICATES, "trials"):
        table = block.table("trials")
        sessions += float((table["sessions_attended"] * table["patients"]).sum())
    seconds = time.perf_counter() - started
    return sessions / seconds, 2 * REPLICATES / seconds


def clinic_rate() -> float:
    """Give patient-sessions per second of the Clinic, in plain Python."""
    config = sim.configure(*GREPMAIR[2:], "therapists.n=6", "patients.per_therapist=7")
    clinic = sim.Clinic(config, rng=1)
    started = time.perf_counter()
    clinic.run()
    seconds = time.perf_counter() - started
    return sum(patient.sessions_attended for patient in clinic.patients) / seconds


def memory() -> float:
    """Give the peak memory, in MB, of a fresh process that simulates many trials."""
    code = (
        "import resource, sim;"
        f"r = sim.simulate(sim.configure(*{GREPMAIR!r}), replicates={MANY});"
        f"assert len(r.trials) == 2 * {MANY};"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def page_times() -> tuple[list[float], list[float]] | None:
    """Give the milliseconds until the page is there, and until it has followed a slider.

    None where there is no Chromium.
    """
    found = shutil.which("chromium")
    if found is None:
        return None
    from playwright.sync_api import sync_playwright

    follow = """() => [...Array(40).keys()].map((i) => {
        const started = performance.now();
        attune.change({ hours: 1 + i / 4 });
        return performance.now() - started;
    })"""
    loaded = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driven:
        url = page.write(Path(folder)).as_uri()
        browser = driven.chromium.launch(executable_path=found, args=["--no-sandbox"])
        loads, follows = [], []
        for view in ("chain", "population"):
            for _ in range(ROUNDS):
                tab = browser.new_page()
                tab.goto(f"{url}#{view}", wait_until="load")
                loads.append(tab.evaluate(loaded))
                follows += tab.evaluate(follow)
                tab.close()
        browser.close()
    return loads, follows


def row(name: str, values: list[float], unit: str) -> str:
    """Write one line of the table: the median, and the spread in brackets."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{name:<52}{middle:>14,.2f}  [{low:,.2f}, {high:,.2f}] {unit}"


def main() -> None:
    """Measure and print."""
    cores = numba.config.NUMBA_NUM_THREADS
    print(f"{cores} cores, Python {sys.version.split()[0]}, numba {numba.__version__}")
    print(f"medians of {ROUNDS} rounds [lowest, highest]; every round measures all in turn")
    engine_rate(1)  # compile, and warm up
    one, every, clinic, trials = [], [], [], []
    for _ in range(ROUNDS):
        one.append(engine_rate(1)[0])
        sessions, per_second = engine_rate(cores)
        every.append(sessions)
        trials.append(per_second)
        clinic.append(clinic_rate())
    print(row("engine, one thread", one, "patient-sessions/s"))
    print(row(f"engine, {cores} threads", every, "patient-sessions/s"))
    print(row("  ratio to one thread", [b / a for a, b in zip(one, every, strict=True)], "x"))
    print(row("Clinic, plain Python", clinic, "patient-sessions/s"))
    print(
        row(
            "  engine on one thread to Clinic",
            [a / b for a, b in zip(one, clinic, strict=True)],
            "x",
        )
    )
    print(row(f"Grepmair-size trials, {cores} threads", trials, "trials/s"))
    if (times := page_times()) is not None:
        print(row("the page: until it is there", times[0], "ms"))
        print(row("the page: until it follows a slider, 2 × 98 dyads", times[1], "ms"))
    print(row(f"peak memory, {MANY:,} such replicates at record=trials", [memory()], "MB"))


if __name__ == "__main__":
    main()
