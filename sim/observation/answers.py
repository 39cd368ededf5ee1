"""Answers: who fills a form in, by what habit, with what error, and whether at all.

A rater's way of answering one instrument holds at every wave, and a part of it
(``parameters.method_common``) is shared by all that this person fills in: method variance. Every
draw has an address, made of the ids of those concerned, the moment, and a number that stands for
the instrument and its rater.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import chances, draws

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

#: The moments of the waves, for addresses; what lasts has moment 0, sessions those from 1024 on.
MOMENTS = {"pre": 1, "early": 2, "mid": 3, "late": 4, "post": 5, "followup": 6, "last": 7}

#: Calls from here on are those of instruments.
FIRST_CALL = 1 << 31


class People(NamedTuple):
    """Who there is, in arrays that are broadcast against each other.

    Attributes
    ----------
    replicates, therapists, patients : array of int
        Numbers and stable ids; of therapists who are measured themselves, nobody as patients.
    people : int
        The seed of the people.
    luck : array of int
        The seed of the luck.
    """

    replicates: Array
    therapists: Array
    patients: Array | int
    people: int
    luck: Array


def call(instrument: str, rater: str) -> int:
    """Give the number that stands for an instrument and its rater in addresses."""
    return FIRST_CALL | zlib.crc32(f"{instrument}/{rater}".encode())


def style(who: People, instrument: str, rater: str, common: float) -> Array:
    """Give the raters' lasting ways of answering an instrument.

    sqrt(common) * c + sqrt(1 - common) * own, where c is a person's in all that he or she fills
    in. Of observers, who are other people for every dyad, nothing is in common.

    Parameters
    ----------
    who : People
        Who there is.
    instrument, rater : str
        The names of both.
    common : float
        The share that all instruments of a person have in common.

    Returns
    -------
    array of float
        Standard normal.
    """
    ids = _rater_ids(who, rater)
    number = call(instrument, rater)
    own = chances.normal(chances.uniform(who.people, who.replicates, number, **ids)[0])
    shared = _shared(who, rater)
    if shared is None:
        return own
    known, word = shared
    drawn = chances.uniform(who.people, who.replicates, known, **ids)[word]
    together: Array = common**0.5 * chances.normal(drawn) + (1.0 - common) ** 0.5 * own
    return together


def error(who: People, instrument: str, rater: str, moments: Array | int) -> tuple[Array, Array]:
    """Give the fresh errors at some moments, standard normal, and a uniform draw beside each."""
    ids = {"therapists": who.therapists, "patients": who.patients}
    if rater == "self" and not isinstance(who.patients, int):
        del ids["therapists"]
    first, second, _, _ = chances.uniform(
        who.luck, who.replicates, call(instrument, rater), moments=moments, **ids
    )
    return chances.normal(first), second


def _rater_ids(who: People, rater: str) -> dict[str, Any]:
    """Tell whose lasting way of answering it is: the therapist's, the patient's, the dyad's."""
    if isinstance(who.patients, int) or rater == "therapist":
        return {"therapists": who.therapists}
    if rater in {"self", "patient"}:
        return {"patients": who.patients}
    return {"therapists": who.therapists, "patients": who.patients}


def _shared(who: People, rater: str) -> tuple[int, int] | None:
    """Tell the call and the word of what a rater's answers have in common, if he or she is known.

    A patient's is that of the engine's own scores (`sim.ledger`).
    """
    ids = _rater_ids(who, rater)
    if len(ids) > 1 or (isinstance(who.patients, int) and rater != "self"):
        return None
    if "patients" in ids:
        purposes = draws.PURPOSES[draws.PATIENT_ANSWERING]
        return draws.PATIENT_ANSWERING, purposes.index("common_style")
    return call("", "therapist"), 0
