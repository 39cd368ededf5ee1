"""The codebook: of every column of every table the unit, the range or words, and the meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sim import layout, ledger
from sim.rows import PatientRow, TherapistRow
from sim.schema import SLOTS
from sim.study import score_entries
from sim.tables import KEYS, ROWS

if TYPE_CHECKING:
    import pandas as pd

    from sim.forms import Instrument

#: The keys of the tables.
KEY_MEANINGS: Mapping[str, tuple[str, str, str]] = {
    "replicate": ("number", "from 0", "which of the simulated studies"),
    "arm": ("word", "", "the arm of the study"),
    "therapist": ("id", "from 0", "stable id of the therapist, within the replicate"),
    "patient": (
        "id",
        "from 0",
        f"stable id of the patient: therapist x {SLOTS} + place in caseload",
    ),
    "session": ("number", "from 1", "the session, counted over the scheduled ones"),
    "segment": ("number", "from 1", "the five minutes within the session"),
}

#: What a value can be, by its unit.
RANGES: Mapping[str, str] = {
    "SD": "any number",
    "level": "0 to 1",
    "share": "0 to 1",
    "probability": "0 to 1",
    "load": "0 or more",
    "count": "0 or more",
    "sessions": "0 or more",
    "patients": "0 or more",
    "minutes": "0 or more",
    "0 or 1": "0 no, 1 yes",
    "id": "from 0",
}

#: Columns of trials that are no mean of a column of the others.
TRIAL_MEANINGS: Mapping[str, tuple[str, str, str]] = {
    "therapists": ("count", "1 or more", "therapists in the arm"),
    "patients": ("count", "1 or more", "patients in the arm"),
    "caseload_squares": ("count", "1 or more", "sum over therapists of the caseload squared"),
    "completers": ("count", "0 or more", "patients who completed or improved"),
}

_SUMS = {
    "post_ss": "sum of squares of symptom severity at the end",
    "pre_ss": "sum of squares of symptom severity at intake",
    "pre_post_sp": "sum of products of symptom severity at intake and at the end",
}


class Entry(NamedTuple):
    """One column of one table."""

    table: str
    column: str
    unit: str
    range: str
    meaning: str


def codebook(
    columns: Mapping[str, Iterable[str]],
    words: Mapping[str, Iterable[str]],
    instruments: Mapping[str, Instrument] | None = None,
) -> list[Entry]:
    """Describe every column of some tables.

    Parameters
    ----------
    columns : mapping of str to iterable of str
        The columns of each table.
    words : mapping of str to iterable of str
        The words that a column of words may hold, by column.
    instruments : mapping of str to Instrument, optional
        The instruments that were asked for.

    Returns
    -------
    list of Entry
        In the order of the tables and columns.

    Raises
    ------
    KeyError
        If a column is not known.
    """
    shown = score_entries.described(instruments or {})
    return [
        Entry(table, name, *shown[table, name])
        if (table, name) in shown
        else _entry(table, name, words)
        for table, names in columns.items()
        for name in names
    ]


def _entry(table: str, name: str, words: Mapping[str, Iterable[str]]) -> Entry:
    """Describe one column."""
    if name in KEYS[table]:
        unit, extent, meaning = KEY_MEANINGS[name]
        return Entry(table, name, unit, ", ".join(words.get(name, ())) or extent, meaning)
    if table == "trials":
        return Entry(table, name, *_of_trial(name))
    field = {field.name: field for field in layout.fields(ROWS[table])}[name]
    meaning = _meaning(field)
    if name in words:
        return Entry(table, name, "word", ", ".join(words[name]), meaning)
    return Entry(table, name, field.unit, _range(field.unit), meaning)


def _of_trial(name: str) -> tuple[str, str, str]:
    """Describe a column of the table of trials: a sum of the people of one arm."""
    if name in TRIAL_MEANINGS:
        return TRIAL_MEANINGS[name]
    if split := re.fullmatch(r"symptom_severity_(\w+_s[sp])_(between|within)", name):
        return "SD^2", "any number", f"{_SUMS[split[1]]}, {split[2]} therapists"
    for column, said in ledger.WORDS.items():
        if name.startswith(f"{column}_") and name.removeprefix(f"{column}_") in said:
            word = name.removeprefix(f"{column}_")
            return "share", "0 to 1", f"share of patients with {column} = {word}"
    people, row = "patients", PatientRow  # type: tuple[str, type]
    if name.startswith("therapist_"):
        people, row, name = "therapists", TherapistRow, name.removeprefix("therapist_")
    fields = {field.name: field for field in layout.fields(row)}
    for suffix, what in _SUFFIXES.items():
        field = fields.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if field is not None:
            meaning = f"{what.format(people=people)}: {_meaning(field)}"
            if suffix == "_n":
                return "count", "0 or more", meaning
            extent = "0 or more" if suffix == "_sd" else _range(field.unit)
            return field.unit, extent, meaning
    raise KeyError(name)


_SUFFIXES = {
    "": "mean over {people}",
    "_sd": "standard deviation over {people}",
    "_n": "how many {people} have a value",
    "_completers": "mean over {people} who completed or improved",
}

#: What the end of a name says of the moment, where the meaning does not.
_WAVES = {
    "_pre": "at intake",
    "_post": "at the scheduled end, treated or not",
    "_last": "after the last session attended",
    "_followup": "at follow-up",
}


def _meaning(field: layout.Field) -> str:
    """Say what a field means, with the moment it was taken at."""
    if field.meaning.startswith("the same"):
        stem = field.name.rpartition("_")[0]
        rows = next(fields for row in ROWS.values() if field in (fields := layout.fields(row)))
        first = next(other.name for other in rows if other.name.startswith(f"{stem}_"))
        return f"as {first}, {field.meaning.removeprefix('the same').lstrip(', ')}"
    for suffix, moment in _WAVES.items():
        if field.name.endswith(suffix) and field in layout.fields(PatientRow):
            known = re.search(r"intake|end|follow-up|brought along|last session", field.meaning)
            return field.meaning if known else f"{field.meaning}, {moment}"
    return field.meaning


def _range(unit: str) -> str:
    """Say what a value can be."""
    if bounds := re.fullmatch(r"(\d+)-(\d+)", unit):
        return f"{bounds[1]} to {bounds[2]}"
    return RANGES[unit]


def table(entries: Iterable[Entry]) -> pd.DataFrame:
    """Give a codebook as a table."""
    import pandas as pd

    return pd.DataFrame(entries, columns=list(Entry._fields))


def markdown(entries: Iterable[Entry]) -> str:
    """Give a codebook as a page."""
    return "\n".join(_lines(entries)) + "\n"


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Write the lines of the page."""
    yield "# Codebook"
    yield ""
    yield "SD: in standard deviations, of untrained therapists for therapists' traits and of"
    yield "outpatients at intake for patients' states. What does not exist is empty."
    there = ""
    for entry in entries:
        if entry.table != there:
            there = entry.table
            keys = ", ".join(KEYS[there])
            yield from ("", f"## {there}", "", f"One row for each {keys}.", "")
            yield from ("| column | unit | range or words | meaning |", "| --- | --- | --- | --- |")
        yield f"| `{entry.column}` | {entry.unit} | {entry.range} | {entry.meaning} |"
