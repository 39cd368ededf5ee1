"""Ratings: what patients, therapists and observers say beyond what the rows hold.

Every rating is made of columns it declares (``reads``), by the instrument's own arithmetic in
`sim.instruments`, with lasting ways of answering and fresh errors drawn at addresses of their own.
States are standardised over the people rated, so reliability and validity are meant among them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import draws, instruments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.calibration.columns import Lived

    Numbers = NDArray[np.float64]

#: What the normal numbers are drawn for, above every call of `sim.draws`.
DYAD_RATINGS, DYAD_ERRORS, SESSION_ERRORS, PATIENT_ERRORS, THERAPIST_ERRORS = range(4096, 4101)


#: So many raters of the same kind rate every dyad.
RATERS = 6


@dataclasses.dataclass(frozen=True)
class Derived:
    """A column that is made of others.

    Attributes
    ----------
    reads : tuple of (level, column)
        What it is made of.
    make : callable
        Makes it.
    """

    reads: tuple[tuple[str, str], ...]
    make: Callable[[Lived], Numbers]


def _each(lived: Lived, rate: Callable[..., Any], *columns: Numbers) -> Numbers:
    """Let an instrument rate every replicate with its own parameters."""
    sets = lived.parameters.view(np.recarray)
    return np.stack([rate(p, *(column[i] for column in columns)) for i, p in enumerate(sets)])


def _standardised(x: Numbers) -> Numbers:
    """Give the people of every replicate mean 0 and variance 1."""
    axes = tuple(range(1, x.ndim))
    spread = np.nanstd(x, axis=axes, keepdims=True)
    found: Numbers = (x - np.nanmean(x, axis=axes, keepdims=True)) / np.where(
        spread > 0.0, spread, np.nan
    )
    return found


def _answering(lived: Lived) -> list[Numbers]:
    """Give patients' lasting ways of answering: common, on symptoms, on the alliance, one more.

    They are those with which the ledger lets them answer.
    """
    return lived.normals(draws.PATIENT_ANSWERING, "patients", "patient")


def _style(lived: Lived, common: Numbers, own: Numbers) -> Numbers:
    """Give the lasting way of answering one instrument."""
    return _each(lived, instruments.answering, common, own)


# ---- ratings of empathy and of reactions ---------------------------------------------------------


def _of_dyad(column: str, rate: Callable[..., Any], place: int) -> Derived:
    """Make ratings of a dyad, by some whose way of answering is of this dyad alone.

    The last axis is the rater: a correlation is taken with each, and the mean of them has less
    Monte Carlo error than one.
    """

    def make(lived: Lived) -> Numbers:
        state = _standardised(lived.written("patients", column))[..., None]
        raters = np.arange(RATERS)
        style = lived.normals(DYAD_RATINGS, "patients", "dyad", raters)[place]
        error = lived.normals(DYAD_ERRORS, "patients", "dyad", raters)[place]
        return _each(lived, rate, state, style, error)

    return Derived((("patients", column),), make)


def _reactions(lived: Lived) -> Numbers:
    """Rate reactions: overflows and hostile acts a session."""
    acts = lived.written("patients", "overflows") + lived.written("patients", "hostile_acts")
    sessions = lived.written("patients", "sessions_attended")
    state = _standardised(acts / np.where(sessions > 0.0, sessions, np.nan))
    style = lived.normals(DYAD_RATINGS + 16, "patients", "dyad")[0]
    error = lived.normals(DYAD_ERRORS + 16, "patients", "dyad")[0]
    return _each(lived, instruments.countertransference_by_observer, state, style, error)


def _repaired(lived: Lived) -> Numbers:
    """Give the share of a patient's ruptures that was repaired; of those who had one."""
    ruptures = lived.written("patients", "ruptures")
    repaired = lived.written("patients", "repaired")
    return np.where(ruptures > 0.0, np.minimum(repaired / np.maximum(ruptures, 1.0), 1.0), np.nan)


def _any(column: str) -> Derived:
    """Tell whether it ever happened to a patient who attended a session."""

    def make(lived: Lived) -> Numbers:
        attended = lived.written("patients", "sessions_attended") > 0.0
        happened = (lived.written("patients", column) > 0.0).astype(np.float64)
        return np.where(attended, happened, np.nan)

    return Derived((("patients", column), ("patients", "sessions_attended")), make)


def _regard(lived: Lived) -> Numbers:
    """Rate the therapist's regard, as the patient does: by the mean warmth of all sessions."""
    state = _standardised(np.nanmean(lived.written("sessions", "warmth"), axis=-1))
    style = lived.normals(DYAD_RATINGS + 16, "patients", "dyad")[1]
    error = lived.normals(DYAD_ERRORS + 16, "patients", "dyad")[1]
    return _each(lived, instruments.empathy_by_client, state, style, error)


# ---- what patients answer ------------------------------------------------------------------------


def _session_errors(lived: Lived, place: int) -> Numbers:
    """Draw fresh errors of every session."""
    moments = 1 + np.arange(lived.sessions)
    return lived.normals(SESSION_ERRORS, "patients", "patient", moments)[place]


def _alliance(lived: Lived) -> Numbers:
    """Rate the alliance after every session, as the patient does (SD of the norm)."""
    level = lived.written("sessions", "alliance")
    norm, spread = (lived.parameter(f"alliance_norm{part}", 3) for part in ("", "_spread"))
    common, _, own, _ = _answering(lived)
    style = _style(lived, common, own)[..., None]

    def rate(p: Any, z: Any, style: Any, error: Any) -> Any:
        return instruments.observed(z, style, error, p.wai_patient_validity, p.wai_reliability)

    return _each(lived, rate, (level - norm) / spread, style, _session_errors(lived, 0))


def _symptoms(lived: Lived) -> Numbers:
    """Rate symptoms at every session (SD of outpatients at intake)."""
    common, own, _, _ = _answering(lived)
    style = _style(lived, common, own)[..., None]

    def rate(p: Any, z: Any, style: Any, error: Any) -> Any:
        return instruments.observed(z, style, error, p.gsi_validity, p.gsi_reliability)

    state = lived.written("sessions", "symptom_severity")
    return _each(lived, rate, state, style, _session_errors(lived, 1))


def _symptoms_before(lived: Lived) -> Numbers:
    """Rate symptoms at intake on the same scale."""
    common, own, _, _ = _answering(lived)
    error = lived.normals(PATIENT_ERRORS, "patients", "patient")[3]

    def rate(p: Any, z: Any, style: Any, error: Any) -> Any:
        return instruments.observed(z, style, error, p.gsi_validity, p.gsi_reliability)

    state = lived.written("patients", "symptom_severity_pre")
    return _each(lived, rate, state, _style(lived, common, own), error)


def _self_compassion(level: str, column: str) -> Derived:
    """Rate self-compassion at intake, or at every session, as the patient does."""

    def rate(p: Any, z: Any, style: Any, error: Any) -> Any:
        return instruments.observed(z, style, error, p.scs_validity, p.scs_reliability)

    def make(lived: Lived) -> Numbers:
        common, _, _, own = _answering(lived)
        style = _style(lived, -common, own)
        state = lived.written(level, column)
        if level == "sessions":
            return _each(lived, rate, state, style[..., None], _session_errors(lived, 2))
        error = lived.normals(PATIENT_ERRORS, "patients", "patient")[0]
        return _each(lived, rate, _standardised(state), style, error)

    return Derived(((level, column),), make)


def _well_being(lived: Lived) -> Numbers:
    """Rate well-being at intake, as the patient does."""
    common = _answering(lived)[0]
    own = lived.normals(PATIENT_ERRORS + 16, "patients", "patient")[0]
    error = lived.normals(PATIENT_ERRORS, "patients", "patient")[1]
    state = _standardised(lived.written("patients", "well_being_pre"))
    return _each(lived, instruments.well_being, state, _style(lived, -common, own), error)


def _symptoms_among(lived: Lived) -> Numbers:
    """Rate symptoms at intake in a sample of its own, as its members do."""
    common, own, _, _ = _answering(lived)
    error = lived.normals(PATIENT_ERRORS, "patients", "patient")[2]

    def rate(p: Any, z: Any, style: Any, error: Any) -> Any:
        return instruments.observed(z, style, error, p.gsi_validity, p.gsi_reliability)

    state = _standardised(lived.written("patients", "symptom_severity_pre"))
    return _each(lived, rate, state, _style(lived, common, own), error)


# ---- what therapists answer ----------------------------------------------------------------------


def _of_therapist(wave: str, place: int, *columns: str) -> Derived:
    """Let therapists answer on the mean of some traits: `FMI`'s reliability, `SCS`'s validity."""

    def make(lived: Lived) -> Numbers:
        traits = [lived.written("therapists", f"{column}_{wave}") for column in columns]
        before = [lived.written("therapists", f"{column}_pre") for column in columns]
        spread = np.std(sum(before), axis=(1, 2), keepdims=True)
        state = sum(traits) / spread
        style = lived.normals(THERAPIST_ERRORS, "therapists", "therapist")[place]
        moment = 0 if wave == "pre" else 1
        error = lived.normals(THERAPIST_ERRORS + 16, "therapists", "therapist", moment)[place]

        def rate(p: Any, z: Any, style: Any, error: Any) -> Any:
            return instruments.observed(z, style, error, p.scs_validity, p.fmi_reliability)

        return _each(lived, rate, state, style, error)

    waves = ("pre", wave)
    return Derived(tuple(("therapists", f"{c}_{w}") for w in waves for c in columns), make)


#: Every derived column, by name.
DERIVED: dict[str, Derived] = {
    "empathy_client": _of_dyad("felt_attunement", instruments.empathy_by_client, 0),
    "empathy_observer": _of_dyad("sent_attunement", instruments.empathy_by_observer, 1),
    "empathy_therapist": _of_dyad("sent_attunement", instruments.empathy_by_therapist, 2),
    "empathic_accuracy": _of_dyad("sent_attunement", instruments.empathic_accuracy, 3),
    "reactions_observer": Derived(
        (
            ("patients", "overflows"),
            ("patients", "hostile_acts"),
            ("patients", "sessions_attended"),
        ),
        _reactions,
    ),
    "regard_client": Derived((("sessions", "warmth"),), _regard),
    "repaired_share": Derived((("patients", "ruptures"), ("patients", "repaired")), _repaired),
    "rupture_remembered": _any("ruptures_reported_patient"),
    "alliance_by_session": Derived((("sessions", "alliance"),), _alliance),
    "symptoms_by_session": Derived((("sessions", "symptom_severity"),), _symptoms),
    "symptoms_before": Derived((("patients", "symptom_severity_pre"),), _symptoms_before),
    "symptoms_among": Derived((("patients", "symptom_severity_pre"),), _symptoms_among),
    "self_compassion_by_session": _self_compassion("sessions", "self_attunement"),
    "self_compassion_among": _self_compassion("patients", "self_attunement_pre"),
    "well_being_among": Derived((("patients", "well_being_pre"),), _well_being),
    "empathy_self_pre": _of_therapist("pre", 0, "love", "openness", "intention"),
    "empathy_self_post": _of_therapist("post", 0, "love", "openness", "intention"),
    "compassion_self_pre": _of_therapist("pre", 1, "love", "acceptance"),
    "compassion_self_post": _of_therapist("post", 1, "love", "acceptance"),
}
