"""Looking for a session in which something happens: a repaired rupture, a missed one, a parting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.study.partings import EVENTS

if TYPE_CHECKING:
    import pandas as pd

#: What names a dyad, a session and five minutes of it within an arm.
_DYAD = ["therapist", "patient"]
_SESSION = [*_DYAD, "session"]
_SEGMENT = [*_SESSION, "segment"]

#: A rupture counts as missed if it had so many five minutes left in which to be noticed.
CHANCES = 2


class Found(NamedTuple):
    """A session that was looked for.

    Attributes
    ----------
    event : str
        What was looked for.
    therapist, patient, session : int
        Whose, and which.
    alike, of : int
        How many there were like it, of how many that were looked at: sessions, or dyads where
        partings were looked for.
    """

    event: str
    therapist: int
    patient: int
    session: int
    alike: int
    of: int


def search(
    event: str,
    segments: pd.DataFrame,
    arms: tuple[str, str],
    therapist: int | None = None,
    patient: int | None = None,
) -> Found | None:
    """Find the first session in which something happens.

    Parameters
    ----------
    event : str
        ``repaired_rupture``: a rupture begins, is noticed and worked through in one session;
        ``missed_rupture``: one begins early enough to be noticed, and is not;
        ``first_parting``: the first session in which something happens in one arm only.
    segments : DataFrame
        One replicate's segments, both arms.
    arms : tuple of str
        The arm that is looked at, and the one that it is held against.
    therapist, patient : int, optional
        Whose; everybody's if not given.

    Returns
    -------
    Found or None
        The first in the order of therapists, patients and sessions.
    """
    for name, who in (("therapist", therapist), ("patient", patient)):
        if who is not None:
            segments = segments[segments[name] == who]
    one, other = (segments[segments["arm"] == arm].sort_values(_SEGMENT) for arm in arms)
    if event == "first_parting":
        places = _partings(one, other)
        of = len(one[_DYAD].drop_duplicates())
    else:
        sessions = _sessions(one)
        which = _repaired(sessions) if event == "repaired_rupture" else _missed(sessions)
        places = sessions.loc[which, _SESSION]
        of = len(sessions)
    if places.empty:
        return None
    first = places.iloc[0]
    who, whom, number = (int(first[name]) for name in _SESSION)
    return Found(event, who, whom, number, len(places), of)


def _sessions(segments: pd.DataFrame) -> pd.DataFrame:
    """Sum up in each session how often, and in which five minutes, a rupture was met."""
    at = segments["segment"]
    marks = segments[_SESSION].assign(
        last=at,
        begins=segments["rupture_begins"],
        noticed=segments["noticed"],
        worked=(segments["working_through"] == "worked_through").astype(int),
        began_at=at.where(segments["rupture_begins"] == 1),
        noticed_at=at.where(segments["noticed"] == 1),
        worked_at=at.where(segments["working_through"] == "worked_through"),
    )
    counts = dict.fromkeys(("begins", "noticed", "worked"), "sum")
    places = dict.fromkeys(("last", "began_at", "noticed_at", "worked_at"), "max")
    return marks.groupby(_SESSION).agg(counts | places).reset_index()


def _repaired(sessions: pd.DataFrame) -> pd.Series[bool]:
    """Tell in which sessions one rupture began, was noticed and was worked through, in order."""
    once = (sessions[["begins", "noticed", "worked"]] == 1).all(axis=1)
    in_order = (sessions["began_at"] < sessions["noticed_at"]) & (
        sessions["noticed_at"] < sessions["worked_at"]
    )
    return once & in_order


def _missed(sessions: pd.DataFrame) -> pd.Series[bool]:
    """Tell in which sessions one rupture began in good time, and was not noticed."""
    alone = (sessions["begins"] == 1) & (sessions["noticed"] == 0) & (sessions["worked"] == 0)
    return alone & (sessions["began_at"] <= sessions["last"] - CHANCES)


def _partings(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Find of every dyad the first session in which something happens in one arm only."""
    events = list(EVENTS)
    both = one[_SEGMENT + events].merge(
        other[_SEGMENT + events], on=_SEGMENT, how="outer", suffixes=("", "_other"), indicator=True
    )
    apart = both["_merge"] != "both"
    for name in events:
        apart |= both[name].astype(object) != both[f"{name}_other"].astype(object)
    return both[apart].sort_values(_SEGMENT).drop_duplicates(_DYAD)[_SESSION]
