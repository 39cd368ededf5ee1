"""Twins: the records of a world that is lived beside another.

They are those of the chain, each with something more at its end. A therapist has the untrained twin
at hand, a patient what drove each route in the untrained twin's own run, a dyad what the twin would
sense; a programme has that of the arm of reference, and parameters say which edges carry what is
theirs (`sim.engine.edges`).

What the twin is and what the world is. The untrained twin lives every week of the world being run,
with the same luck, and brings into the room what weeks without the training make of him or her:
all traits in the room, all that follows from them (`return_rate` to `stance`), and self-attunement,
a stock that deepens by the twin's own kindness and the presence there is in this world's sessions.
What a moment brings belongs to the world: presence, load, agitation, dullness, fatigue, stress.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

from sim import layout, parameters, records

if TYPE_CHECKING:
    import numpy as np

    Fields = list[tuple[str, Any]]


@dataclasses.dataclass(slots=True)
class Drivers:
    """What drives the routes to the patient, as a session leaves it."""

    felt: Annotated[float, "level", "attunement felt, mean of segments"] = 0.0
    presence: Annotated[float, "level", "the therapist's presence, mean of segments"] = 0.0
    window: Annotated[float, "level", "affect within the patient's window, mean"] = 0.0
    holding: Annotated[float, "level", "affect felt with and held, mean of segments"] = 0.0
    hurts: Annotated[float, "1/segment", "hostile acts, and overflows that pushed away"] = 0.0
    overflows: Annotated[float, "1/segment", "overflows"] = 0.0
    safety: Annotated[float, "level", "felt safety"] = 0.0
    vulnerability: Annotated[float, "level", "how much the patient showed"] = 0.0
    warmth: Annotated[float, "level", "attitude toward the patient"] = 0.0
    gentleness: Annotated[float, "level", "the therapist's kindness toward own reactions"] = 0.0
    alliance: Annotated[float, "level", "alliance"] = 0.0
    task: Annotated[float, "level", "agreement on tasks"] = 0.0
    skill: Annotated[float, "factor", "how well technique was used"] = 1.0


@dataclasses.dataclass(slots=True)
class Programme(records.Programme):
    """A programme, and that of the arm of reference."""

    twin: records.Programme = dataclasses.field(default_factory=records.Programme)


@dataclasses.dataclass(slots=True)
class Therapist(records.Therapist):
    """A therapist, and the untrained twin."""

    twin: records.Therapist = dataclasses.field(default_factory=records.Therapist)


@dataclasses.dataclass(slots=True)
class Patient(records.Patient):
    """A patient, and what drove the routes in the untrained twin's last session."""

    twin: Drivers = dataclasses.field(default_factory=Drivers)


@dataclasses.dataclass(slots=True)
class Dyad(records.Dyad):
    """A dyad, and how the patient is read by either therapist."""

    reading_trained: float = 0.0
    reading_untrained: float = 0.0
    sensed: float = 0.0


class Parameters(parameters.Parameters):
    """Parameters, and the edges that carry what is theirs."""

    __slots__ = ("edges",)

    edges: int


def accompanied(record: type, extra: Fields) -> np.dtype[Any]:
    """Give the layout of a record with something more at its end; eight bytes a number."""
    return extended(layout.dtype(record), extra)


def extended(plain: np.dtype[Any], extra: Fields) -> np.dtype[Any]:
    """Add fields in front of a layout: so that nobody takes one record for the other."""
    import numpy as np

    names = plain.names or ()
    return np.dtype([*extra, *((name, plain[name]) for name in names)], align=True)


def therapist_dtype() -> np.dtype[Any]:
    """Give the layout of a therapist with a twin: one record, and the other behind it."""
    return accompanied(records.Therapist, [("twin", layout.dtype(records.Therapist))])


def patient_dtype() -> np.dtype[Any]:
    """Give the layout of a patient with the drivers of a twin."""
    return accompanied(records.Patient, [("twin", layout.dtype(Drivers))])


def dyad_dtype() -> np.dtype[Any]:
    """Give the layout of a dyad that is read by two."""
    names = ("reading_trained", "reading_untrained", "sensed")
    return accompanied(records.Dyad, [(name, "f8") for name in names])


def programme_dtype() -> np.dtype[Any]:
    """Give the layout of a programme with that of the reference behind it."""
    return accompanied(records.Programme, [("twin", layout.dtype(records.Programme))])


def parameters_dtype() -> np.dtype[Any]:
    """Give the layout of parameters with the edges."""
    return extended(parameters.dtype(), [("edges", "i8")])
