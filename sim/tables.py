"""The tables: their levels, their keys, and which rows they are made of."""

from __future__ import annotations

from sim.rows import PatientRow, SegmentRow, SessionRow, TherapistRow

#: The record levels, from least to most, and with each the keys of its table, in order.
KEYS: dict[str, tuple[str, ...]] = {
    "trials": ("replicate", "arm"),
    "therapists": ("replicate", "arm", "therapist"),
    "patients": ("replicate", "arm", "therapist", "patient"),
    "sessions": ("replicate", "arm", "therapist", "patient", "session"),
    "segments": ("replicate", "arm", "therapist", "patient", "session", "segment"),
}

#: The record whose fields are the other columns of a table; trials are sums of the others.
ROWS: dict[str, type] = {
    "therapists": TherapistRow,
    "patients": PatientRow,
    "sessions": SessionRow,
    "segments": SegmentRow,
}
