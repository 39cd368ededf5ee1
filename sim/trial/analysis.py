"""The analyses a trialist might choose from: what each assumes, and when it applies.

One table, `ANALYSES`, in the order from simple to involved; where two do equally well, the panel
recommends the one that comes first (`sim.trial.panel`). Every analysis looks at the same `Trials`
and gives `Answers`; what several of them need is worked out once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.trial import answers, growth, imputation, least_squares, reml, repeated_measures
from sim.trial import statistics as sufficient

if TYPE_CHECKING:
    from sim.trial.answers import Answers
    from sim.trial.patients import Patients
    from sim.trial.reml import Fits
    from sim.trial.statistics import Statistics

#: What a slope is called among the variables.
SLOPE = "slope"


@dataclasses.dataclass(frozen=True)
class Trials:
    """Many trials of one design, with one outcome, as all analyses see them.

    Attributes
    ----------
    patients : Patients
        Everything that is known of the patients.
    outcome : str
        The variable that is analysed.
    covariates : tuple of str
        What analyses adjust for, if they adjust.
    design : tuple of str
        What every analysis adjusts for: the periods of a stepped wedge.
    waves : tuple of str
        The outcome at several waves after intake, the last being `outcome`; empty if there is one.
    course : tuple of str
        The outcome at every wave that a slope goes through, intake included if it was taken.
    times : tuple of float
        When these are, in any unit.
    luck, first_trial : int
        The seed of the luck and the number of the first trial, for the draws of imputations.
    """

    patients: Patients
    outcome: str
    covariates: tuple[str, ...] = ()
    design: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    course: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    luck: int = 1
    first_trial: int = 0

    @cached_property
    def plain(self) -> Statistics:
        """The statistics without covariates, of those with an outcome."""
        return self.patients.statistics(self.outcome, self.design)

    @cached_property
    def adjusted(self) -> Statistics:
        """The statistics with covariates, of those who have all of them and an outcome."""
        if not self.covariates:
            return self.plain
        return self.patients.statistics(self.outcome, (*self.design, *self.covariates))

    @cached_property
    def fits(self) -> Fits:
        """The random-intercept models."""
        return reml.fit(self.adjusted)

    @property
    def therapists(self) -> int:
        """How many seats for therapists there are."""
        clustered = np.broadcast_to(self.patients.clustered, self.patients.values.shape[:2])
        return int(clustered.sum(axis=1).max(initial=0))

    @cached_property
    def nested(self) -> bool:
        """Whether some patients have no therapist in common."""
        return not bool(np.all(self.patients.clustered))

    @cached_property
    def crossed(self) -> bool:
        """Whether the arm varies within therapists."""
        arm = self.patients.values[..., 0]
        seen = self.patients.there
        low = np.where(seen, arm, np.inf).min(axis=2)
        high = np.where(seen, arm, -np.inf).max(axis=2)
        return bool((high > low).any())

    @cached_property
    def complete(self) -> bool:
        """Whether every patient has a value in everything that is analysed."""
        seen = self.patients.there
        names = (*self.design, *self.covariates, self.outcome)
        return not any(np.isnan(self.patients.column(name)[seen]).any() for name in names)

    @cached_property
    def several(self) -> bool:
        """Whether any therapist has more than one patient."""
        return bool((self.patients.there.sum(axis=2) > 1).any())


@dataclasses.dataclass(frozen=True)
class Analysis:
    """One way to analyse a trial.

    Attributes
    ----------
    name, label : str
        What it is called, in a table and in words.
    assumes : str
        What has to be true for its p to mean what it says.
    applies : callable
        Whether it can be made on such trials.
    run : callable
        Makes it.
    naive : bool
        Whether it forgets that patients share therapists: shown, and never recommended.
    same_estimand : bool
        Whether its estimate is the difference in the outcome between the arms; that of slopes is
        one a unit of time.
    """

    name: str
    label: str
    assumes: str
    applies: Callable[[Trials], bool]
    run: Callable[[Trials], Answers]
    naive: bool = False
    same_estimand: bool = True


def _modelled(way: str) -> Callable[[Trials], Answers]:
    """Give the random-intercept model's answer, degrees of freedom counted one way."""
    return lambda trials: answers.of_fits(trials.fits, way)


def _patients_plain(trials: Trials) -> Answers:
    return least_squares.of_patients(trials.plain)


def _patients_adjusted(trials: Trials) -> Answers:
    return least_squares.of_patients(trials.adjusted)


def _therapists_plain(trials: Trials) -> Answers:
    return least_squares.of_therapists(trials.plain)


def _therapists_adjusted(trials: Trials) -> Answers:
    return least_squares.of_therapists(trials.adjusted)


def _within(trials: Trials) -> Answers:
    return least_squares.within_therapists(trials.adjusted)


def _repeated(trials: Trials) -> Answers:
    covariates = (*trials.design, *trials.covariates)
    return repeated_measures.fit(trials.patients, trials.waves, covariates)


def _imputed(trials: Trials) -> Answers:
    """Impute, fit the random-intercept model to every completed trial, and pool."""
    covariates = (*trials.design, *trials.covariates)
    copies = imputation.IMPUTATIONS
    if trials.complete:  # all copies alike
        alike = answers.of_fits(trials.fits, "between_within")
        return imputation.pool(alike.repeat(copies), copies)
    made = imputation.impute(
        trials.patients,
        trials.outcome,
        covariates,
        trials.waves[:-1],
        luck=trials.luck,
        first_trial=trials.first_trial,
    )
    each = answers.of_fits(reml.fit(made, kenward_roger=False), "between_within")
    return imputation.pool(each, copies)


def _slopes(trials: Trials) -> Answers:
    """Fit the random-intercept model to patients' slopes."""
    patients = trials.patients
    waves = np.stack([patients.column(name) for name in trials.course], axis=-1)
    adjusting = (name for name in trials.covariates if name not in trials.course)
    covariates = (*trials.design, *adjusting)
    values = patients.select(covariates)
    made = sufficient.of_values(
        np.concatenate([values, growth.slopes(waves, trials.times)[..., None]], axis=-1),
        (patients.variables[0], *covariates, SLOPE),
        patients.clustered,
    )
    return answers.of_fits(reml.fit(made), "kenward_roger")


def _by_means(trials: Trials) -> bool:
    """Therapists' means can be compared: several in each arm, and each in one arm."""
    return not trials.nested and not trials.crossed and trials.therapists > 2  # noqa: PLR2004


def _by_model(trials: Trials) -> bool:
    """Therapists' variance can be told from patients'."""
    return trials.several and trials.therapists > 1


#: Every analysis, from simple to involved.
ANALYSES: tuple[Analysis, ...] = (
    Analysis(
        "patients",
        "t-test on patients",
        "patients do not share therapists, or therapists do not differ",
        lambda trials: trials.several,
        _patients_plain,
        naive=True,
    ),
    Analysis(
        "patients_adjusted",
        "Analysis of covariance on patients",
        "patients do not share therapists, or therapists do not differ",
        lambda trials: bool(trials.covariates) and trials.several,
        _patients_adjusted,
        naive=True,
    ),
    Analysis(
        "therapists",
        "t-test on therapist means",
        "therapists are independent, and their means equally precise: exact if caseloads are even",
        _by_means,
        _therapists_plain,
    ),
    Analysis(
        "therapists_adjusted",
        "Therapist means, adjusted",
        "as the t-test on therapist means, and that covariates matter as much between as within",
        lambda trials: bool(trials.covariates) and _by_means(trials),
        _therapists_adjusted,
    ),
    Analysis(
        "within_therapists",
        "Comparison within therapists",
        "the arm's effect is the same for every therapist",
        lambda trials: trials.crossed and trials.several,
        _within,
    ),
    Analysis(
        "mixed_between_within",
        "Mixed model, between-within df",
        "therapists and patients differ normally; degrees of freedom are those of therapists",
        _by_model,
        _modelled("between_within"),
    ),
    Analysis(
        "mixed_kenward_roger",
        "Mixed model, Kenward–Roger",
        "therapists and patients differ normally; corrected for few therapists",
        _by_model,
        _modelled("kenward_roger"),
    ),
    Analysis(
        "mixed_satterthwaite",
        "Mixed model, Satterthwaite",
        "therapists and patients differ normally, and the therapist variance is not estimated as 0",
        _by_model,
        _modelled("satterthwaite"),
    ),
    Analysis(
        "repeated_measures",
        "Mixed model of all waves",
        "as the mixed model, waves correlate alike, and what is missing depends on what was seen",
        lambda trials: len(trials.waves) > 1 and _by_model(trials) and not trials.crossed,
        _repeated,
    ),
    Analysis(
        "imputed",
        "Mixed model, multiple imputation",
        "as the mixed model, and what is missing depends on what was seen",
        lambda trials: bool(trials.covariates) and _by_model(trials),
        _imputed,
    ),
    Analysis(
        "growth",
        "Mixed model of slopes",
        "change is linear in time, and nobody's slope is missing for what it is",
        lambda trials: len(trials.course) > 1 and _by_model(trials),
        _slopes,
        same_estimand=False,
    ),
)

#: The analyses by name.
BY_NAME = {analysis.name: analysis for analysis in ANALYSES}
