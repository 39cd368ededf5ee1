"""Practice: how much of it, of which kind, and when - as dose and response.

The paper leaves open when and how often one must practise, which practice helps most, and how it
is carried into the room (T136, T138 to T142). Here each question is a row of doses, every dose an
arm of one study with the same people and the same luck; held against therapists without training.
Beside the doses stand the therapists' own start (who gains most, T127) and the bottleneck of the
chain (where a little help helps most, T35).
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import choices, configuration, manifest
from sim.records import Programme
from sim.results import Results
from sim.schema import Arm, record_of
from sim.study import bottleneck, effects, monte_carlo
from sim.study.doses import NONE, Question, check, questions
from sim.study.simulate import tables
from sim.study.steps import STEPS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.configuration import Config
    from sim.manifest import Links
    from sim.schema import Training

    Values = np.ndarray[Any, np.dtype[np.float64]]

#: The steps at which a dose is judged, from the therapist to the outcome.
JUDGED = (
    "attention_in_the_room",
    "attitude_in_the_room",
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
    "well_being",
)

#: Thirds of the therapists by where they start.
THIRDS = ("lowest third", "middle third", "highest third")


@dataclasses.dataclass(frozen=True, eq=False)
class Practice:
    """What doses of practice do.

    Attributes
    ----------
    results : Results
        The simulated study; its trials hold an arm for each dose.
    doses : DataFrame
        One row a question, dose and step: ``question, asks, along, dose, step, label, better``,
        the standardised effect against no training with its 95% Monte Carlo interval, the
        ``hours`` practised on average, and ``per_hour``: the effect divided by them.
    starts : DataFrame
        One row a third of the therapists (by attention and attitude before training) and measure:
        the effect of the programme chosen, with its interval.
    bottleneck : DataFrame
        One row a link and step; see `sim.study.bottleneck.table`.
    """

    results: Results
    doses: pd.DataFrame
    starts: pd.DataFrame
    bottleneck: pd.DataFrame

    @property
    def question(self) -> str:
        """What is asked, of whom."""
        config = self.results.config
        people = [one.name.replace("_", " ") for one in (config.therapists, config.patients)]
        setting = config.setting.name.replace("_", " ")
        return (
            f"How much practice, of which kind, and when? {config.training.name} with one thing "
            f"about it changed, against no training; {people[0]} with {people[1]}, {setting}; the "
            "same people and the same luck under every dose."
        )

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        config = self.results.config
        return (
            f"World: {config.world.name}. Intervals are 95% Monte Carlo intervals over "
            f"{config.replicates} replicates. Doses, and what an hour gives, are assumed: the "
            "shape of a curve is the model's, not a finding."
        )

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write tables and figures to a folder: all, or nothing.

        Raises
        ------
        ResultsError
            If the folder cannot be written.
        """

        def write(part: Path) -> None:
            for name, table in (("starts", self.starts), ("bottleneck", self.bottleneck)):
                table.to_csv(part / f"{name}.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.doses, also=write)


def practice(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Practice:
    """Ask the open questions about practice.

    Parameters
    ----------
    config : Config
        The configuration; its ``training`` is the programme whose dose is varied.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress : callable, optional
        Is told the number of replicates done, out of ``config.replicates``.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Practice

    Raises
    ------
    ConfigurationError
        If the programme chosen has no hours whose number could be varied.
    """
    started = time.perf_counter()
    check(config)
    asked = questions(config, _programmes(config))
    control = Arm(NONE, record_of(Programme, config.control))
    arms = [control, *(arm for one in asked for arm in one.arms())]
    lived = tables(
        dataclasses.replace(config, record="trials"),
        arms=arms,
        links=links,
        progress=progress,
        say=say,
    )
    trained = Arm(config.training.name, record_of(Programme, config.training))
    people = tables(
        dataclasses.replace(config, record="patients"), arms=[control, trained], links=links
    )
    narrow = bottleneck.table(config, control, links=links)
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    results = Results({"trials": lived["trials"]}, described, config)
    return Practice(
        results=results,
        doses=_doses(lived["trials"], asked),
        starts=_starts(people["therapists"], people["patients"], trained.name),
        bottleneck=narrow,
    )


def of(results: Results) -> Practice:
    """Read a practice study that was kept."""
    import pandas as pd

    folder = results.folder
    if folder is None:
        message = "these results were never kept"
        raise ValueError(message)
    read = {
        name: pd.read_csv(folder / f"{name}.csv", dtype={"dose": str})
        for name in ("summary", "starts", "bottleneck")
    }
    return Practice(results, read["summary"], read["starts"], read["bottleneck"])


def _programmes(config: Config) -> dict[str, Training]:
    """Compose every programme that comes with the package."""
    names = list(choices.groups()["training"])
    everything = configuration.configure(f"arms=[{','.join(names)}]")
    return {one.name: one for one in everything.arms} | {config.training.name: config.training}


def _doses(trials: pd.DataFrame, asked: Sequence[Question]) -> pd.DataFrame:
    """Hold every dose against no training, at the steps at which it is judged."""
    import pandas as pd

    steps = [step for step in STEPS if step.name in JUDGED]
    minutes = trials.groupby("arm", observed=True)["therapist_practice_minutes"].mean()
    parts = []
    for question in asked:
        for dose in question.doses:
            arm = f"{question.name}={dose}"
            table = effects.table(trials, arm, NONE, steps)
            hours = float(minutes[arm]) / 60.0
            table.insert(0, "question", question.name)
            table.insert(1, "asks", question.asks)
            table.insert(2, "along", question.along)
            table.insert(3, "dose", dose)
            table["hours"] = hours
            table["per_hour"] = table["standardised"] / hours if hours > 0.0 else float("nan")
            parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _starts(therapists: pd.DataFrame, patients: pd.DataFrame, trained: str) -> pd.DataFrame:
    """Tell what training does for therapists who start low, in the middle, and high."""
    import pandas as pd

    own = ["attention", "curiosity", "openness", "acceptance", "love"]
    start = therapists[[f"{name}_pre" for name in own]].mean(axis=1)
    rank = start.groupby([therapists["replicate"], therapists["arm"]], observed=True).rank(
        pct=True, method="first"
    )
    third = (rank * len(THIRDS)).clip(upper=len(THIRDS) - 1e-9).astype(int)
    room = therapists[[f"{name}_room" for name in own]].mean(axis=1)
    keys = ["replicate", "arm", "therapist"]
    whose = therapists[keys].assign(third=third, room=room)
    seen = patients[[*keys, "felt_attunement", "symptom_severity_post"]].merge(whose, on=keys)
    rows = []
    for place, name in enumerate(THIRDS):
        for measure, table, better in (
            ("room", whose, 1),
            ("felt_attunement", seen, 1),
            ("symptom_severity_post", seen, -1),
        ):
            part = table[table["third"] == place]
            if part.empty:  # fewer than three therapists
                continue
            means = part.pivot_table(measure, "replicate", "arm", observed=True)
            estimate = monte_carlo.mean((means[trained] - means[NONE]).to_numpy())
            sd = 1.0 if measure != "felt_attunement" else float(patients[measure].std())
            rows.append(
                {
                    "third": name,
                    "measure": measure,
                    "better": better,
                    "standardised": estimate.mean / sd,
                    "standardised_low": estimate.low / sd,
                    "standardised_high": estimate.high / sd,
                }
            )
    return pd.DataFrame(rows)
