"""What the codebook says of scores: of every column that an instrument adds to a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim import observation
from sim.forms import Instrument
from sim.observation import LATENT, change, sums
from sim.observation import Score as Column

#: The waves in words.
WAVES = {
    "pre": "at intake",
    "early": "after the third session",
    "mid": "at half time",
    "late": "at the last session attended",
    "last": "after the last session attended",
    "post": "at the scheduled end",
    "followup": "at follow-up",
    "": "after the session",
}

#: The waves of therapists that are called otherwise.
OF_THERAPISTS = {"pre": "before training", "post": "at the end of the treatment"}


def described(
    instruments: Mapping[str, Instrument],
) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Describe every column that instruments add.

    Parameters
    ----------
    instruments : mapping of str to Instrument
        The instruments.

    Returns
    -------
    dict of (str, str) to (str, str, str)
        By table and column: unit, range, meaning.
    """
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for table in ("patients", "therapists", "sessions"):
        for name, column in observation.scores(instruments, table).items():
            unit, extent, meaning = said = _said(column)
            found[table, name] = said
            if table != "sessions":
                prefix = "therapist_" if table == "therapists" else ""
                name_of = f"{prefix}{name}"
                found["trials", name_of] = (unit, extent, f"mean over {table}: {meaning}")
                spread = f"standard deviation over {table}: {meaning}"
                found["trials", f"{name_of}_sd"] = (unit, "0 or more", spread)
                count = f"how many {table} have a value: {meaning}"
                found["trials", f"{name_of}_n"] = ("count", "0 or more", count)
    for one in instruments.values():
        found |= {("trials", name): said for name, said in _of_change(one)}
    return found


def moment(one: Instrument, wave: str) -> str:
    """Say in words when a wave is."""
    return (OF_THERAPISTS if one.of == "therapists" else WAVES)[wave]


def _said(column: Column) -> tuple[str, str, str]:
    """Describe one column of scores."""
    one, when = column.instrument, moment(column.instrument, column.wave)
    if column.rater == LATENT:
        return "SD", "any number", f"what {one.title} asks about, without error, {when}"
    extent = f"{one.low:g} to {one.high:g}"
    return "score", extent, f"{one.title}, {said(one, column.rater)}, {when}"


def said(one: Instrument, rater: str) -> str:
    """Say in words who fills in an instrument."""
    return f"{'therapist' if one.of == 'therapists' else 'patient'}" if rater == "self" else rater


def _of_change(one: Instrument) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Describe the shares of the four categories of change."""
    prefix = "therapist_" if one.of == "therapists" else ""
    for rater in one.raters:
        for wave in sums.sorted_waves(one):
            for word in change.CATEGORIES:
                name = f"{prefix}{observation.column(one, rater, wave)}_{word}"
                meaning = f"share of {one.of} who are {word} by {one.title} {moment(one, wave)}"
                yield name, ("share", "0 to 1", meaning)
