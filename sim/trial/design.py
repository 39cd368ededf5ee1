"""Designs: what the protocol of a trial comes to, and what no trial can be.

A design is worked out from the configuration once, checked, and handed to everything else here. It
prints itself, so that a trialist can check it (`sim.trial.wording`).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sim import layout
from sim.checks import WAKING_HOURS
from sim.errors import ConfigurationError, nearest
from sim.records import Programme
from sim.schema import SLOTS
from sim.trial import endpoints, generators

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.trial.endpoints import Endpoint

#: Designs in which therapists see one cohort of patients after the other.
SEVERAL_COHORTS = ("sequential_cohort", "stepped_wedge", "crossover", "abab")

#: Designs in which what was taught has to be taken back.
REVERSING = ("crossover", "abab")

#: What practice leaves behind; a programme that adds to none of these is a state programme.
LASTING = (
    *(
        field.name
        for field in layout.fields(Programme)
        if field.unit in {"SD/hour", "share/hour"}
        and field.name not in {"strain", "technique_drift"}
    ),
    "hope",
)

#: A clustered test needs that many therapists in an arm.
FEWEST = 2


@dataclasses.dataclass(frozen=True)
class Design:
    """A trial's design, worked out.

    Where only the trained arm has therapists in common (``partially_nested``), those recruited are
    all trained, and every untrained patient has another therapist, of his or her own.

    Attributes
    ----------
    config : Config
        What it was worked out from.
    endpoints : tuple of Endpoint
        The primary endpoints, in order.
    mediator : Endpoint or None
        What the effect may run through.
    """

    config: Config
    endpoints: tuple[Endpoint, ...]
    mediator: Endpoint | None = None

    @property
    def kind(self) -> str:
        """How arms are made up."""
        return self.config.design.kind

    @property
    def therapists(self) -> int:
        """How many therapists are recruited."""
        return int(self.config.therapists.n)

    @property
    def trained(self) -> int:
        """How many therapists are assigned to training; in a correlational study none."""
        said = self.config.design.trained
        if self.kind == "correlational":
            return 0
        if self.kind in SEVERAL_COHORTS or self.kind == "partially_nested":
            return self.therapists
        return self.therapists // 2 if said is None else int(said)

    @property
    def periods(self) -> int:
        """How many cohorts of patients every therapist sees, one after the other."""
        if self.kind in {"sequential_cohort", "crossover"}:
            return 2
        return int(self.config.design.periods) if self.kind in SEVERAL_COHORTS else 1

    @property
    def patients(self) -> int:
        """How many patients are recruited in a period."""
        return sum(self.patients_of_arms) if self.patients_of_arms else sum(self.config.caseloads())

    @property
    def patients_of_therapists(self) -> int:
        """How many of those patients the therapists recruited treat, and not others."""
        arms = self.patients_of_arms
        return arms[1] if arms and self.kind == "partially_nested" else self.patients

    @property
    def patients_of_arms(self) -> tuple[int, int] | None:
        """How many patients the untrained and the trained arm recruit, if that is laid down."""
        said = self.config.design.untrained_patients, self.config.design.trained_patients
        if said[0] is not None and said[1] is not None:
            return int(said[0]), int(said[1])
        each = sum(self.config.caseloads())
        return (each, each) if self.kind == "partially_nested" else None

    @property
    def wave(self) -> str:
        """When the outcome is measured: ``post`` or ``followup``."""
        return self.config.design.wave

    @property
    def follow_up_weeks(self) -> int:
        """Weeks from the end of the treatment to the follow-up."""
        week = self.config.design.follow_up
        setting = self.config.setting
        return int(setting.follow_up_weeks if week is None else week - setting.weeks)

    @property
    def waves(self) -> tuple[str, ...]:
        """When patients are asked: ``baseline``, ``post``, ``followup``, as far as they are."""
        linear = self.config.generator.name == "linear"
        first = ("baseline",) if self.config.design.baseline else ()
        between = ("post",) if self.wave == "followup" and not linear else ()
        return (*first, *between, self.wave)

    def unasked(self, wave: str) -> tuple[float, float]:
        """Tell between which values of a patient's lot he or she is left out at a wave, by plan."""
        said = self.config.design
        planned = self.waves if said.planned_at == "any" else (said.planned_at,)
        if wave not in planned:
            return 0.0, 0.0
        step, at = said.planned_missing / len(planned), planned.index(wave)
        return at * step, (at + 1) * step

    @property
    def varies_within(self) -> bool:
        """Whether the patients of one therapist are in different arms."""
        return self.kind in SEVERAL_COHORTS


def of(config: Config) -> Design:
    """Work a design out, and check it.

    Raises
    ------
    ConfigurationError
        For what no trial can be, in one sentence.
    """
    said = config.design
    if not said.endpoints:
        raise ConfigurationError(
            "design.endpoints=[] names none: it takes one or more endpoints, as in "
            "design.endpoints=[gsi_self,dropout]"
        )
    linear = config.generator.name == "linear"
    found: tuple[Endpoint, ...] = (endpoints.ASSUMED,)
    known = endpoints.known(config)
    if not linear:
        found = tuple(
            endpoints.find(str(name), said.wave, said.estimand, known) for name in said.endpoints
        )
    for endpoint in found:
        if [one.name for one in found].count(endpoint.name) > 1:
            raise ConfigurationError(f"design.endpoints names {endpoint.name} twice")
    _check_people(config)
    design = Design(config, found, _mediator(config))
    _check_arms(design)
    _check_patients(design)
    _check_time(design)
    generators.check(design)
    return design


def _mediator(config: Config) -> Endpoint | None:
    """Find the mediator, and check that it can be one."""
    said = config.design
    if said.mediator is None:
        return None
    if config.generator.name == "linear" or said.kind != "parallel":
        raise ConfigurationError(
            f"design.mediator={said.mediator} takes generator=process and design.kind=parallel: "
            "what carries the effect is looked for between therapists of two arms"
        )
    name = str(said.mediator)
    known = endpoints.known(config)
    if name not in known or not known[name].mediates:
        able = [one.name for one in known.values() if one.mediates]
        raise ConfigurationError(
            f"design.mediator={name} is no mediator: it takes any of {', '.join(able)}"
            f"{nearest(name, able)}"
        )
    if name in said.endpoints:
        raise ConfigurationError(f"design.mediator={name} is among the endpoints already")
    return known[name]


def _check_people(config: Config) -> None:
    """Check that nothing is asked for that only comparisons have."""
    for key, taken in (
        ("arms", config.arms),
        ("patients.shared", config.patients.shared),
    ):
        if taken:
            raise ConfigurationError(
                f"{key} does not go with attune power: a trial has the arms of training and "
                "control, and every patient one therapist"
            )


def _check_arms(design: Design) -> None:
    """Check that every arm has therapists enough, and that what is taken back can be."""
    said, n = design.config.design, design.therapists
    if said.trained is not None and design.kind != "parallel":
        raise ConfigurationError(
            f"design.trained={said.trained} does not go with design.kind={design.kind}, where "
            f"{'nobody is' if design.kind == 'correlational' else 'all therapists are'} trained: "
            "it takes null, or design.kind=parallel"
        )
    if design.kind == "abab":
        if n != 1:
            raise ConfigurationError(
                f"therapists.n={n} does not go with design.kind=abab, which is one therapist's own"
            )
    elif design.kind in SEVERAL_COHORTS or design.kind == "correlational":
        fewest = 3 if design.kind == "correlational" else FEWEST
        if n < fewest:
            raise ConfigurationError(
                f"therapists.n={n} is too few for design.kind={design.kind}: it takes {fewest} or "
                "more"
            )
    elif design.kind == "partially_nested":
        if design.trained < FEWEST:
            raise ConfigurationError(
                f"therapists.n={n} leaves one therapist in the trained arm, where what the "
                "therapist does and what the arm does cannot be told apart by any clustered test: "
                f"it takes {FEWEST} or more"
            )
    else:
        _check_two_arms(design)
    if design.kind == "stepped_wedge" and n < design.periods - 1:
        raise ConfigurationError(
            f"design.periods={design.periods} has more steps than there are therapists: with "
            f"therapists.n={n} it takes at most {n + 1}"
        )
    if design.kind in REVERSING:
        lasting = [name for name in LASTING if getattr(design.config.training, name) != 0.0]
        if lasting or design.config.training.weeks > 0:
            raise ConfigurationError(
                f"design.kind={design.kind} cannot study training={design.config.training.name}: "
                "training cannot be untrained; it takes a programme without lasting gains, such "
                "as reset"
            )
    if said.selection != 0.0 and said.assignment != "self_selected":
        raise ConfigurationError(
            f"design.selection={said.selection:g} does not go with "
            f"design.assignment={said.assignment}: it takes self_selected"
        )


def _check_two_arms(design: Design) -> None:
    """Check that a clustered test can be had: two therapists or more in each arm."""
    n, trained = design.therapists, design.trained
    if trained >= n:
        raise ConfigurationError(
            f"design.trained={trained} leaves nobody untrained: with therapists.n={n} it takes at "
            f"most {n - FEWEST}"
        )
    said = design.config.design.trained
    key = f"therapists.n={n}" if said is None else f"design.trained={said} of therapists.n={n}"
    for many, arm in ((trained, "trained"), (n - trained, "untrained")):
        if many < FEWEST:
            raise ConfigurationError(
                f"{key} leaves {many} therapist in the {arm} arm, where what the "
                "therapist does and what the arm does cannot be told apart by any clustered test: "
                f"it takes {FEWEST} or more in each arm"
            )


def _check_patients(design: Design) -> None:
    """Check that the patients of each arm can be seen by its therapists."""
    said, config = design.config.design, design.config
    given = (said.trained_patients, said.untrained_patients)
    if (given[0] is None) != (given[1] is None):
        missing = "untrained" if given[1] is None else "trained"
        raise ConfigurationError(
            f"design.{missing}_patients is missing: the patients of both arms are laid down, or of "
            "neither"
        )
    if design.patients_of_arms is not None and design.kind not in {"parallel", "partially_nested"}:
        raise ConfigurationError(
            f"design.trained_patients={given[0]} does not go with design.kind={design.kind}, whose "
            "arms are not made of different therapists"
        )
    frame = config.setting
    hours = frame.sessions_per_week * frame.segments * frame.segment_minutes / 60.0
    most = min(int(WAKING_HOURS / hours), (SLOTS - 1) // design.periods)
    arms = {"trained": (given[0], design.trained)}
    if design.kind != "partially_nested":
        arms["untrained"] = (given[1], design.therapists - design.trained)
    for arm, (patients, therapists) in arms.items():
        if patients is None:
            continue
        if not therapists <= patients <= therapists * most:
            raise ConfigurationError(
                f"design.{arm}_patients={patients} cannot be seen by {therapists} therapists: at "
                f"one patient or more each, and at most {most} in a therapist's waking hours, it "
                f"takes {therapists} to {therapists * most}"
            )
    largest = max(config.caseloads())
    if design.patients_of_arms is None and largest > most:
        raise ConfigurationError(
            f"{largest} patients a therapist are more than a therapist can see: it takes at most "
            f"{most}"
        )
    mean = design.patients / max(1, design.therapists)
    if said.caseloads != "fixed" and mean * (1.0 + 2.0 * said.caseload_spread) > most:
        raise ConfigurationError(
            f"design.caseload_spread={said.caseload_spread:g} makes some caseloads larger than a "
            f"therapist can see, which is at most {most}"
        )


def _check_time(design: Design) -> None:
    """Check that what comes after the end does, and that there is time to depart."""
    said, setting = design.config.design, design.config.setting
    if said.follow_up is not None and said.follow_up <= setting.weeks:
        raise ConfigurationError(
            f"design.follow_up={said.follow_up} lies before the end of the treatment, which lasts "
            f"{setting.weeks} weeks (setting.weeks): it takes {setting.weeks + 1} or more"
        )
    if said.wave == "followup" and said.estimand == "while_on_treatment":
        raise ConfigurationError(
            "design.wave=followup and design.estimand=while_on_treatment contradict each other: a "
            "follow-up comes after the treatment, so it takes design.estimand=treatment_policy"
        )
    if said.wave == "followup" and design.follow_up_weeks == 0:
        raise ConfigurationError(
            "design.wave=followup has no follow-up to look at: setting.follow_up_weeks=0"
        )
    if said.planned_missing > 0.0 and said.planned_at not in {*design.waves, "any"}:
        raise ConfigurationError(
            f"design.planned_at={said.planned_at} is no wave of this trial, whose patients are "
            f"asked at {', '.join(design.waves)}: it takes one of these, or any"
        )
    if said.therapist_loss > 0.0 and setting.weeks < FEWEST:
        raise ConfigurationError(
            f"design.therapist_loss={said.therapist_loss:g} leaves no time for leaving: the "
            f"treatment lasts {setting.weeks} week (setting.weeks)"
        )
