"""Who the two are, what the therapist practised, and what became of the patient, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.narrative import bands
from sim.narrative.bands import Row, figure, word
from sim.study.partings import Twin

#: What a therapist brings along, by the band of a trait; of the average nothing is said.
_THERAPIST: Mapping[str, Mapping[str, str]] = {
    "attention_pre": {
        "low": "attention strays more easily than most people's",
        "high": "attention stays where it is put better than most people's",
    },
    "bowl_capacity_pre": {
        "low": "the bowl holds less than most",
        "high": "the bowl holds more than most",
    },
    "introject": {
        "low": "the therapist is harder on himself or herself than most",
        "high": "the therapist is on better terms with himself or herself than most",
    },
}

_SEVERITY = {
    "mild": "milder than those of most who come",
    "average": "about as severe as those of most who come",
    "severe": "more severe than those of most who come",
}

#: The traits that training may carry into the room, as they are called here.
_ROOM = {
    "attention": "attention",
    "curiosity": "curiosity",
    "openness": "openness",
    "acceptance": "acceptance",
    "love": "love",
    "bowl_capacity": "capacity of the bowl",
    "decentring": "decentring",
    "intention": "relational intention",
}

#: So many of them are named.
_NAMED = 3

_ENDINGS = {
    "completed": "came to the planned end",
    "improved": "ended because the patient was well enough",
    "dropped_out": "ended when the patient dropped out",
    "therapist_left": "ended when the therapist left",
    "ongoing": "still goes on",
}

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class Outcome(NamedTuple):
    """One line of what became of the patient: what, and its number in both worlds."""

    label: str
    told: str
    twin: str


def therapist(row: Row, many: int, population: str) -> str:
    """Say who the therapist is."""
    who = f"Therapist {row['therapist']}, one of {many} {population.replace('_', ' ')}"
    said = [
        words[band]
        for name, words in _THERAPIST.items()
        if (band := word(row[name], bands.TRAIT)) != "average"
    ]
    if not said:
        return f"{who}: in attention, in what the bowl holds and in self-regard like most."
    return f"{who}: {_listed(said)}."


def patient(row: Row, place: int, caseload: int) -> str:
    """Say who the patient is."""
    ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"
    symptoms = _SEVERITY[word(row["symptom_severity_pre"], bands.SEVERITY)]
    fears = [
        words
        for name, words in (
            ("fear_rejection_pre", "expects to be turned away"),
            ("fear_harm_pre", "fears to be too much for others"),
        )
        if word(row[name], bands.FEAR) == "high"
    ]
    self_attunement = {
        "low": "is less at one with himself or herself than most",
        "high": "is more at one with himself or herself than most",
    }.get(word(row["self_attunement_pre"], bands.TRAIT))
    more = [*fears, *([self_attunement] if self_attunement else [])]
    said = f"Patient {row['patient']}, the {ordinal} of {caseload} in the caseload, comes with "
    said += f"symptoms {symptoms}"
    return f"{said}; {_listed(more)}." if more else f"{said}."


def training(told: Twin, twin: Twin) -> str:
    """Say what the twin practised, and how much of it came into the room."""
    hours = twin.therapist["practice_minutes"] / 60.0
    practised = f"the same therapist was asked to follow {twin.programme.replace('_', ' ')}"
    if hours > 0.0:
        practised += f", and practised {hours:.0f} hours by the end of the treatment"
    other = told.programme.replace("_", " ")
    instead = "" if told.programme == "none" else f" (there: {other})"
    gains = {
        name: twin.therapist[f"{name}_room"] - told.therapist[f"{name}_room"] for name in _ROOM
    }
    most = sorted((name for name in gains if gains[name]), key=lambda name: -abs(gains[name]))
    if not most:
        reached = "None of it reached the traits with which the therapist sits in the room"
    else:
        sizes = [f"{_ROOM[name]} {_signed(gains[name])}" for name in most[:_NAMED]]
        reached = f"What of it had come into the room by then: {_listed(sizes)} SD"
    return f"In the other world {practised}{instead}. {reached}."


def ending(twin: Twin) -> str:
    """Say how a treatment ended."""
    return f"{_ENDINGS[str(twin.patient['ending'])]} after {_sessions(twin.patient)}"


def outcome(told: Twin, twin: Twin) -> tuple[Outcome, ...]:
    """List what became of the patient, in both worlds."""

    def numbers(label: str, column: str, places: int = 2) -> Outcome:
        one, other = (side.patient[column] for side in (told, twin))
        return Outcome(label, figure(one, places), figure(other, places))

    def counts(label: str, *columns: str) -> Outcome:
        one, other = (
            " / ".join(str(int(side.patient[name])) for name in columns) for side in (told, twin)
        )
        return Outcome(label, one, other)

    return (
        counts("Sessions attended", "sessions_attended"),
        counts("Ruptures / noticed / repaired", "ruptures", "noticed", "repaired"),
        counts("Bowl overflows", "overflows"),
        counts("Hostile acts", "hostile_acts"),
        numbers("Alliance at the last session (0 to 1)", "alliance_late"),
        numbers("Felt attunement, mean (0 to 1)", "felt_attunement"),
        numbers("Symptom severity at intake (SD)", "symptom_severity_pre"),
        numbers("Symptom severity at the planned end (SD)", "symptom_severity_post"),
        numbers("Symptom severity at follow-up (SD)", "symptom_severity_followup"),
    )


def _sessions(row: Row) -> str:
    """Count sessions in words that agree."""
    many = int(row["sessions_attended"])
    return f"{many} session{'' if many == 1 else 's'}"


def _signed(value: float) -> str:
    return ("+" if value > 0.0 else "") + figure(value)


def _listed(parts: list[str]) -> str:
    """Put words in a row: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
