"""What a comparison shows of the instruments asked for: scores, and who changed reliably."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from sim import observation
from sim.forms import Instrument
from sim.observation import LATENT, change, sums
from sim.study import score_entries
from sim.study.measures import Measure
from sim.study.steps import Step

#: By what categories of change are good; being unchanged is neither.
BETTER = {"recovered": 1, "improved": 1, "unchanged": 0, "deteriorated": -1}

#: The waves that a comparison shows.
SHOWN = ("mid", "late", "post", "followup")

#: The wave at which change is sorted into categories.
END = "post"


def measures(instruments: Mapping[str, Instrument]) -> tuple[Measure, ...]:
    """List what a comparison shows of instruments, in the order they were asked for.

    Scores that the engine makes itself are shown in any case (`sim.study.measures.MEASURES`); of
    those only the categories of change are listed.
    """
    scores = [one for form in instruments.values() for one in _scores(form)]
    return (*scores, *(one for form in instruments.values() for one in _changes(form)))


def _scores(form: Instrument) -> Iterator[Measure]:
    """List the scores of an instrument after the intake, each with the latent state beside it."""
    prefix = "therapist_" if form.of == "therapists" else ""
    for rater in [name for name, one in form.raters.items() if one.scored is None]:
        for wave in [wave for wave in form.waves if wave in SHOWN]:
            column = observation.column(form, rater, wave)
            latent = f"{prefix}{observation.column(form, LATENT, wave)}"
            yield Measure(
                name=column,
                label=f"{_titled(form, rater)}, {_short(wave)}",
                place="therapist" if form.of == "therapists" else "outcome",
                columns=(f"{prefix}{column}",),
                unit=f"{form.low:g}–{form.high:g}",
                scale="instrument",
                better=form.better,
                beside=Step(
                    name=latent,
                    label=latent,
                    place="latent",
                    columns=(latent,),
                    unit="SD",
                    scale="patients",
                ),
            )


def _changes(form: Instrument) -> Iterator[Measure]:
    """List the shares of the four categories of change at the end."""
    prefix = "therapist_" if form.of == "therapists" else ""
    for rater in form.raters:
        for word in change.CATEGORIES if END in sums.sorted_waves(form) else ():
            if word == "recovered" and form.cut is None:
                continue
            name = f"{observation.column(form, rater, END)}_{word}"
            step = Step(
                name=name,
                label=f"{_titled(form, rater)}: {word}",
                place="outcome",
                columns=(f"{prefix}{name}",),
                unit="share",
                scale="yes or no",
                better=BETTER[word],
            )
            said = {field.name: getattr(step, field.name) for field in dataclasses.fields(step)}
            yield Measure(kind="change", beside=step, **said)


def _titled(form: Instrument, rater: str) -> str:
    """Name an instrument and its rater, if that is not the person who is measured."""
    return form.title if rater == "self" else f"{form.title}, {score_entries.said(form, rater)}"


def _short(wave: str) -> str:
    """Say in one or two words when a wave is."""
    return {"post": "end", "mid": "half time", "followup": "follow-up"}.get(wave, wave)
