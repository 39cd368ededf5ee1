"""Doses: the questions about practice that the paper leaves open, each as a row of programmes.

Every dose of every question is one arm: the programme that was chosen (``training``) with one
thing about it changed, and all else as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.errors import ConfigurationError
from sim.records import Programme
from sim.schema import Arm, Training, record_of

if TYPE_CHECKING:
    from sim.configuration import Config

#: What all doses are held against: therapists who are not trained.
NONE = "none"

#: What is no practice, and has no hours to be held equal.
_FREE = ("none", "waiting_list")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question: what is varied, and the doses that are tried.

    Attributes
    ----------
    name : str
        Its name in the tables.
    asks : str
        The question, in a trainer's words.
    along : str
        What is varied, with its unit.
    doses : mapping of str to Training
        By what the dose is called; where the doses are numbers, their text.
    claims : tuple of str
        The claims that leave it open.
    """

    name: str
    asks: str
    along: str
    doses: Mapping[str, Training]
    claims: tuple[str, ...]

    def arms(self) -> list[Arm]:
        """Give an arm for each dose; all have the same therapists and patients."""
        return [
            Arm(f"{self.name}={dose}", record_of(Programme, programme))
            for dose, programme in self.doses.items()
        ]


def check(config: Config) -> None:
    """Check that the programme chosen has a dose that could be varied.

    Raises
    ------
    ConfigurationError
        If it assigns no hours of practice.
    """
    base = config.training
    if base.weeks == 0 or base.hours_per_week == 0.0:
        raise ConfigurationError(
            f"training={base.name} assigns no hours of practice, so there is no dose to vary: "
            "choose a programme that does, training=mbsr say"
        )


def questions(config: Config, programmes: Mapping[str, Training]) -> list[Question]:
    """List the questions, asked of the programme that was chosen.

    Parameters
    ----------
    config : Config
        The configuration; its ``training`` is the programme whose dose is varied.
    programmes : mapping of str to Training
        All programmes there are, for the questions which kind helps most, and in which order.

    Returns
    -------
    list of Question

    Raises
    ------
    ConfigurationError
        If the programme chosen has no hours of practice whose number could be varied.
    """
    check(config)
    base = config.training
    lead_in, weeks = config.setting.lead_in_weeks, config.setting.weeks
    return [
        _numbers(
            base,
            "hours_per_week",
            (0.5, 1.0, 2.0, 3.5, 5.0, 7.0, 10.0),
            asks="How many hours a week?",
            along="hours of practice assigned a week",
            claims=("T138", "T142"),
        ),
        Question(
            name="weeks",
            asks="For how many weeks?",
            along="weeks of the course, all before treatment",
            doses={
                str(n): _changed(base, weeks=n, start_week=-n)
                for n in (1, 2, 4, 6, 8, 12, 16, 26)
                if n <= lead_in
            },
            claims=("T138",),
        ),
        _numbers(
            base,
            "sittings_per_week",
            (1, 2, 3, 6, 14),
            asks="In how many sittings?",
            along="sittings a week, over which the same hours are spread",
            claims=("T138",),
        ),
        Question(
            name="start_week",
            asks="Before treatment, or during it?",
            along="week in which the course starts; the treatment starts in week 0",
            doses={
                str(n): _changed(base, start_week=n)
                for n in sorted({-lead_in, -lead_in // 2, 0, weeks // 4, weeks - base.weeks})
                if n >= -lead_in and n + base.weeks <= weeks
            },
            claims=("T138", "T143"),
        ),
        _numbers(
            base,
            "maintenance_hours",
            (0.0, 0.5, 1.0, 2.0, 3.5),
            asks="What keeps it up afterwards?",
            along="hours of practice a week once the course is over",
            claims=("T138",),
        ),
        _numbers(
            base,
            "reset",
            (0.0, 0.25, 0.5, 0.75, 1.0),
            asks="A reset before each session besides?",
            along="share of arrival agitation that it stills",
            claims=("T139",),
        ),
        _numbers(
            base,
            "supervision",
            (0.0, 0.25, 0.5, 1.0),
            asks="Supervision as a bridge?",
            along="by how much supervision raises what reaches the room",
            claims=("T141",),
        ),
        Question(
            name="training",
            asks="Which practice helps most, at equal hours?",
            along=f"programme, {base.hours_per_week:g} hours a week for {base.weeks} weeks",
            doses={
                name: _changed(
                    one,
                    hours_per_week=base.hours_per_week,
                    weeks=base.weeks,
                    start_week=base.start_week,
                    sittings_per_week=base.sittings_per_week,
                    maintenance_hours=base.maintenance_hours,
                    supervision=base.supervision,
                )
                for name, one in programmes.items()
                if one.weeks > 0 and one.hours_per_week > 0.0 and name not in _FREE
            },
            claims=("T136", "T146"),
        ),
        Question(
            name="order",
            asks="Loosening first, or the heart first?",
            along="order of the two stages, the same gains",
            doses=_orders(programmes, base),
            claims=("T51", "T142"),
        ),
    ]


def _numbers(
    base: Training,
    key: str,
    values: Sequence[float],
    *,
    asks: str,
    along: str,
    claims: tuple[str, ...],
) -> Question:
    """Vary one number of the programme; the value it has is among the doses."""
    own = getattr(base, key)
    doses = {f"{value:g}": _changed(base, **{key: value}) for value in sorted({*values, own})}
    return Question(name=key, asks=asks, along=along, doses=doses, claims=claims)


def _orders(programmes: Mapping[str, Training], base: Training) -> dict[str, Training]:
    """Give the two-stage course in its three orders, where the base lies in time."""
    course = programmes["loosening_first"]
    placed = _changed(
        course,
        hours_per_week=base.hours_per_week,
        weeks=base.weeks,
        start_week=base.start_week,
        maintenance_hours=base.maintenance_hours,
    )
    words = {"all at once": 0, "loosening first": 1, "heart first": 2}
    return {word: _changed(placed, order=order) for word, order in words.items()}


def _changed(programme: Training, **values: float) -> Training:
    """Give a programme with some of its numbers changed."""
    return dataclasses.replace(programme, **values)  # type: ignore[arg-type]
