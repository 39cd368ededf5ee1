"""Mechanism: the ladder of knock-outs, which tells what carries the effect of training.

Every rung asks one question of a knock-out: the same study is lived with the link and without it,
each time by the same people under the same luck, trained and not. What becomes of the effect of
training is read at every step of the chain and held against what the theory expects.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim import manifest
from sim.results import Results
from sim.study import expectations, monte_carlo, quantities, rungs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.configuration import Config
    from sim.manifest import Links
    from sim.study.rungs import Rung

    Values = NDArray[np.float64]

#: The only world whose expectations are the theory's.
THEORY = "theory"

#: The table that results keep, in which one row is a replicate of a rung and quantity.
TABLE = "ladder"

#: What an expectation is about: the effect of training, or the arm of reference itself.
EFFECT, UNTRAINED = "effect", "untrained"


@dataclasses.dataclass(frozen=True, eq=False)
class Ladder:
    """What each knock-out does to the effect of training, at every step of the chain.

    Attributes
    ----------
    results : Results
        Its table ``ladder`` holds every replicate.
    effects : DataFrame
        One row a rung and quantity; see `table`.
    verdicts : DataFrame
        One row a declared expectation; see `judged`. Empty in every world but `THEORY`.
    """

    results: Results
    effects: pd.DataFrame
    verdicts: pd.DataFrame

    @property
    def question(self) -> str:
        """What is compared."""
        config = self.results.config
        training, control = self._arms
        return (
            f"{training} against {control}, once with every link of the theory and once without "
            f"one of them: the same {config.therapists.n} therapists and "
            f"{sum(config.caseloads())} patients under the same luck, in {config.replicates} "
            "replicates."
        )

    @property
    def answer(self) -> str:
        """How many expectations hold, and which knock-outs do not behave as expected."""
        verdicts = self.verdicts
        if verdicts.empty:
            world = self.results.config.world.name.replace("_", " ")
            return f"The theory's expectations are about the world {THEORY}; this one is {world}."
        counts = verdicts["verdict"].value_counts()
        said = f"{counts.get(expectations.MET, 0)} of {len(verdicts)} expectations are met"
        if counts.get(expectations.MET, 0) == len(verdicts):
            return f"{said}, those of all {verdicts['knockout'].nunique()} knock-outs."
        for kind, words in (
            (expectations.NOT_MET, "not as expected"),
            (expectations.OPEN, "open, with too wide an interval or nothing to lose"),
        ):
            names = verdicts.loc[verdicts["verdict"] == kind, "knockout"].str.upper()
            if len(names):
                said += f"; {len(names)} {words}: {', '.join(dict.fromkeys(names))}"
        return f"{said}."

    @property
    def caution(self) -> str:
        """What the numbers are not."""
        level = round(100 * monte_carlo.LEVEL)
        return (
            "A cut is made in both arms. What is left of an effect is a share of what it was, in "
            f"raw units. Verdicts rest on {level}% Monte Carlo intervals of paired contrasts: they "
            "say whether this model does what the theory says, not whether the theory is right."
        )

    @property
    def _arms(self) -> tuple[str, str]:
        """Name the two programmes, the one that is asked about first."""
        config = self.results.config
        programmes = config.programmes()
        (asked,) = (name for name in programmes if name != config.reference)
        names = [programmes[arm].name.replace("_", " ") for arm in (asked, config.reference)]
        return names[0], names[1]

    def save(
        self, folder: str | os.PathLike[str], also: Callable[[Path], object] | None = None
    ) -> Path:
        """Write the ladder to a folder: all, or nothing.

        Parameters
        ----------
        folder : path
            Where to; ``summary.csv`` holds the effects, ``verdicts.csv`` the verdicts.
        also : callable, optional
            Writes more files, the figure say, into the folder it is given.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ResultsError
            If the folder cannot be written.
        """

        def write(part: Path) -> None:
            self.verdicts.to_csv(part / "verdicts.csv", index=False, lineterminator="\n")
            if also is not None:
                also(part)

        return self.results.save(folder, summary=self.effects, also=write)


def mechanism(
    config: Config,
    links: Links | None = None,
    progress: Callable[[int], object] | None = None,
    say: Callable[[str], object] | None = None,
) -> Ladder:
    """Climb the ladder: live every rung of every knock-out that the configuration names.

    A study that several rungs have in common is lived once. All of them run in one compiled
    kernel, for what is cut are numbers.

    Parameters
    ----------
    config : Config
        The configuration.
    links : mapping of str to callable, optional
        Links of the user's own.
    progress : callable, optional
        Is told the number of studies done.
    say : callable, optional
        Is told when the chain is about to be compiled.

    Returns
    -------
    Ladder

    Raises
    ------
    ConfigurationError
        If an expectation cannot be understood, or there are more than two arms.
    """
    import pandas as pd

    started = time.perf_counter()
    climbed = rungs.of(config)
    wanted = rungs.studies(climbed)
    found: dict[str, quantities.Read] = {}
    for done, (key, (one, others)) in enumerate(wanted.items(), 1):
        found[key] = quantities.read(one, others, links=links, say=say)
        if progress is not None:
            progress(done)
    parts = [
        _rows(rung, found[rungs.key(rung.uncut)], found[rungs.key(rung.cut)]) for rung in climbed
    ]
    rows = pd.concat(parts, ignore_index=True)
    described = manifest.describe(config, seconds=time.perf_counter() - started, links=links)
    return of(Results({TABLE: rows}, described, config))


def of(results: Results) -> Ladder:
    """Judge a ladder whose replicates are there already."""
    rows = results.table(TABLE)
    climbed = rungs.of(results.config)
    verdicts = judged(rows, climbed if results.config.world.name == THEORY else ())
    return Ladder(results, table(rows, climbed), verdicts)


def table(rows: pd.DataFrame, climbed: Sequence[Rung]) -> pd.DataFrame:
    """Work out what each rung does to the effect of training.

    Parameters
    ----------
    rows : DataFrame
        One row a rung, quantity and replicate, as `Results` keep them.
    climbed : sequence of Rung
        The rungs.

    Returns
    -------
    DataFrame
        One row a rung and quantity: ``knockout, title, case``; ``quantity, label, place, unit,
        better``; the effect of training without the cut (``uncut``) and with it (``cut``) and their
        ``contrast``, each with its 95% Monte Carlo interval ``_low`` to ``_high``, in ``unit``;
        ``left``, the share of the effect that is left, likewise
        (`sim.study.expectations.relative`); and ``untrained_uncut`` and ``untrained_cut``, the
        means of the arm of reference.
    """
    import pandas as pd

    titles = {rung.name: rung.knockout.title for rung in climbed}
    listed = []
    for (name, case, quantity), one in _split(rows):
        what = quantities.ALL[quantity]
        uncut, cut = _effects(one, EFFECT)
        before, after = _effects(one, UNTRAINED)
        listed.append(
            {
                "knockout": name,
                "title": titles.get(name, ""),
                "case": case,
                "quantity": quantity,
                "label": what.label,
                "place": what.place,
                "unit": what.unit,
                "better": what.better,
                **_estimates(cut, uncut),
                "untrained_uncut": monte_carlo.mean(before).mean,
                "untrained_cut": monte_carlo.mean(after).mean,
                "replicates": len(one),
            }
        )
    return pd.DataFrame(listed)


def judged(rows: pd.DataFrame, climbed: Sequence[Rung]) -> pd.DataFrame:
    """Hold what was found against what is expected.

    Parameters
    ----------
    rows : DataFrame
        As for `table`.
    climbed : sequence of Rung
        The rungs that are judged.

    Returns
    -------
    DataFrame
        One row an expectation: ``knockout, title, case``; ``of``, whether it is about the
        ``effect`` of training or the ``untrained`` arm; ``quantity, label, unit``; what is
        ``expected``; ``uncut``, ``cut`` and ``contrast``, as in `table`; ``left``; and the
        ``verdict``.
    """
    import pandas as pd

    by_rung = dict(_split(rows))
    listed = []
    for rung in climbed:
        for of_what, asked in ((EFFECT, rung.case.expect), (UNTRAINED, rung.case.untrained)):
            for quantity, word in asked.items():
                what = quantities.ALL[quantity]
                uncut, cut = _effects(by_rung[rung.name, rung.case.name, quantity], of_what)
                listed.append(
                    {
                        "knockout": rung.name,
                        "title": rung.knockout.title,
                        "case": rung.case.name,
                        "of": of_what,
                        "quantity": quantity,
                        "label": what.label,
                        "unit": what.unit,
                        "expected": word,
                        "verdict": expectations.judge(word, cut, uncut, what.better),
                        **_estimates(cut, uncut),
                    }
                )
    columns = ["knockout", "title", "case", "of", "quantity", "label", "unit", "expected"]
    return pd.DataFrame(listed, columns=None if listed else [*columns, "verdict"])


def _rows(rung: Rung, uncut: quantities.Read, cut: quantities.Read) -> pd.DataFrame:
    """Put what was read off the two studies of a rung into rows."""
    import numpy as np
    import pandas as pd

    return pd.concat(
        [
            pd.DataFrame(
                {
                    "knockout": rung.name,
                    "case": rung.case.name,
                    "quantity": name,
                    "replicate": np.arange(len(uncut[name][0])),
                    "untrained_uncut": uncut[name][0],
                    "trained_uncut": uncut[name][1],
                    "untrained_cut": cut[name][0],
                    "trained_cut": cut[name][1],
                }
            )
            for name in uncut
            if name in cut
        ],
        ignore_index=True,
    )


def _split(rows: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Go through the rungs and quantities in their order."""
    for key, one in rows.groupby(["knockout", "case", "quantity"], sort=False, observed=True):
        name, case, quantity = (str(part) for part in key)
        yield (name, case, quantity), one


def _effects(rows: pd.DataFrame, of_what: str) -> tuple[Values, Values]:
    """Give the effect of training without and with the cut, or the arm of reference in both."""
    untrained = rows["untrained_uncut"].to_numpy(), rows["untrained_cut"].to_numpy()
    if of_what == UNTRAINED:
        return untrained
    trained = rows["trained_uncut"].to_numpy(), rows["trained_cut"].to_numpy()
    return trained[0] - untrained[0], trained[1] - untrained[1]


def _estimates(cut: Values, uncut: Values) -> dict[str, float]:
    """Estimate effects, contrast and what is left: ``<name>``, ``<name>_low``, ``<name>_high``."""
    estimates = {
        "uncut": monte_carlo.mean(uncut),
        "cut": monte_carlo.mean(cut),
        "contrast": monte_carlo.mean(cut - uncut),
        "left": expectations.relative(cut, uncut),
    }
    return {
        f"{name}{end}": value + 0.0  # never minus nought
        for name, one in estimates.items()
        for end, value in (("", one.mean), ("_low", one.low), ("_high", one.high))
    }
