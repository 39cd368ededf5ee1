"""Batches: many simulated trials, as one endpoint of them was recorded.

A batch holds arrays by trial, therapist and slot, and gives what analyses work on: sufficient
statistics, or the values themselves where patients with missing ones count. A data frame is made
only when somebody asks for one.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.errors import ConfigurationError
from sim.trial import statistics

if TYPE_CHECKING:
    import pandas as pd

    from sim.trial.endpoints import Endpoint
    from sim.trial.statistics import Statistics

    Array = np.ndarray[Any, np.dtype[Any]]

#: What the endpoint at intake is called among the variables, and that before the follow-up.
BASELINE, EARLIER = "baseline", "end"

#: What a mediator is called.
MEDIATOR = "mediator"


@dataclasses.dataclass(frozen=True)
class Batch:
    """Some simulated trials, by one endpoint.

    Attributes
    ----------
    endpoint : Endpoint
        What was measured.
    replicates : array of int, (trials,)
        The numbers of the trials.
    arm : array of float, (trials, clusters, slots)
        1 in the trained arm, 0 in the other, as assigned; in a correlational study the therapist's
        score on mindfulness, in SD of the trial's therapists. NaN in empty slots.
    outcome : array of float, (trials, clusters, slots)
        The endpoint as recorded; NaN where it is missing, and in empty slots.
    whole : array of float, (trials, clusters, slots)
        The endpoint as it is, recorded or not; NaN where there is none, and in empty slots.
    baseline : array of float, (trials, clusters, slots), or None
        The endpoint at intake; NaN where it is missing.
    period : array of int, (slots,)
        The cohort of patients that a slot belongs to.
    clustered : array of bool, (clusters,)
        False for an entry of patients who have no therapist in common.
    therapists : array of int, (clusters,)
        Stable ids; of an entry without a therapist in common the first one's.
    earlier : array of float, (trials, clusters, slots), or None
        The endpoint at the end of the treatment, where `outcome` is that at follow-up.
    by_period : bool
        Whether the arm differs within periods, so that analyses can adjust for them.
    weeks : tuple of float
        When baseline, the end of the treatment and the follow-up are.
    luck : int
        The seed of the luck, for what analyses leave to chance.
    """

    endpoint: Endpoint
    replicates: Array
    arm: Array
    outcome: Array
    whole: Array
    baseline: Array | None
    period: Array
    clustered: Array
    therapists: Array
    earlier: Array | None = None
    by_period: bool = False
    weeks: tuple[float, float, float] = (0.0, 1.0, 2.0)
    luck: int = 1

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return len(self.replicates)

    @property
    def there(self) -> Array:
        """Mark the slots that hold a patient."""
        return ~np.isnan(self.arm)

    def covariates(self, *, adjusted: bool = True) -> tuple[str, ...]:
        """Name the covariates: periods but the first where there are several, and baseline."""
        last = int(self.period.max()) if self.by_period else 0
        periods = (f"period_{g}" for g in range(1, last + 1))
        return (*periods, *([BASELINE] if adjusted and self.baseline is not None else []))

    def values(self, *, adjusted: bool = True) -> Array:
        """Give the variables of every patient.

        Parameters
        ----------
        adjusted : bool
            Whether baseline is among them.

        Returns
        -------
        array of float, (trials, clusters, slots, K)
            Arm, covariates (`covariates`), outcome; NaN for what is missing.
        """
        columns = [self.arm]
        for name in self.covariates(adjusted=adjusted):
            if name == BASELINE and self.baseline is not None:
                columns.append(self.baseline)
            else:
                here = self.period == int(name.removeprefix("period_"))
                columns.append(np.broadcast_to(here.astype(np.float64), self.arm.shape))
        return np.stack([*columns, self.outcome], axis=-1)

    def statistics(self, *, adjusted: bool = True) -> Statistics:
        """Give the sufficient statistics of every trial, of those with a value in all variables.

        Parameters
        ----------
        adjusted : bool
            Whether baseline is among the covariates.
        """
        names = ("arm", *self.covariates(adjusted=adjusted), "outcome")
        return statistics.of_values(self.values(adjusted=adjusted), names, self.clustered)

    def check(self) -> None:
        """Refuse what cannot be analysed in any trial.

        Raises
        ------
        ConfigurationError
            If nobody's outcome varies, or a whole arm lacks the covariate.
        """
        name = self.endpoint.name
        seen = self.outcome[~np.isnan(self.outcome)]
        if seen.size == 0:
            raise ConfigurationError(f"{name} is missing for everybody: nothing can be analysed")
        if np.ptp(seen) == 0.0:
            raise ConfigurationError(
                f"{name} has zero variance: it is {seen[0]:g} for every patient of every trial"
            )
        if self.baseline is None:
            return
        for arm in (0.0, 1.0):
            here = self.arm == arm
            if here.any() and np.isnan(self.baseline[here]).all():
                word = "trained" if arm else "untrained"
                raise ConfigurationError(
                    f"the baseline of {name} is missing for the whole {word} arm: "
                    "design.baseline=false leaves it out"
                )

    def frame(self) -> pd.DataFrame:
        """Give the patients as a data frame, one row each, as a trialist would have them.

        Returns
        -------
        DataFrame
            ``replicate, therapist, patient, period, arm, outcome``, and ``baseline`` and ``end``
            (of the treatment, where the outcome is at follow-up) if they were taken, without the
            truth; a patient's number counts the slots of the therapist. Of patients without a
            therapist in common the therapist is missing.
        """
        import pandas as pd

        i, j, k = np.nonzero(self.there)
        columns = {
            "replicate": self.replicates[i],
            "therapist": pd.Series(self.therapists[j], dtype="Int64").mask(~self.clustered[j]),
            "patient": k,
            "period": self.period[k],
            "arm": self.arm[i, j, k],
            "outcome": self.outcome[i, j, k],
        }
        for name, values in ((BASELINE, self.baseline), (EARLIER, self.earlier)):
            if values is not None:
                columns[name] = values[i, j, k]
        return pd.DataFrame(columns)


class Simulated(NamedTuple):
    """Some simulated trials.

    Attributes
    ----------
    batches : tuple of Batch
        One an endpoint, in the order of the design.
    flow : array of int, (trials, arms, stages)
        How many people came how far; see `sim.trial.flow`.
    mediator : Batch or None
        What the effect may run through, at the end of the treatment.
    """

    batches: tuple[Batch, ...]
    flow: Array
    mediator: Batch | None = None


def gathered(batch: Batch, trained: int) -> Batch:
    """Put the patients who each have a therapist of their own into one entry without one.

    Parameters
    ----------
    batch : Batch
        Of a partially nested design, with such therapists behind the others.
    trained : int
        How many therapists stand before them.
    """
    alone = batch.arm.shape[1] - trained
    wide = max(batch.arm.shape[2], alone)

    def fold(values: Array) -> Array:
        made = np.full((batch.trials, trained + 1, wide), np.nan)
        made[:, :trained, : values.shape[2]] = values[:, :trained]
        made[:, trained, :alone] = values[:, trained:, 0]
        return made

    return dataclasses.replace(
        batch,
        arm=fold(batch.arm),
        outcome=fold(batch.outcome),
        whole=fold(batch.whole),
        baseline=None if batch.baseline is None else fold(batch.baseline),
        earlier=None if batch.earlier is None else fold(batch.earlier),
        period=np.zeros(wide, np.int64),
        clustered=np.arange(trained + 1) < trained,
        therapists=batch.therapists[: trained + 1],
    )
