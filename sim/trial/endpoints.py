"""Endpoints: what a trial is about, and in which column of the engine's rows it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import choices, course, observation
from sim.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config
    from sim.engine.blocks import Block
    from sim.forms import Instrument
    from sim.observation import Observed

    Array = np.ndarray[Any, np.dtype[Any]]

#: The GSI below which nobody is taken for ill, and the change that no error of measurement makes
#: (Schauenburg & Strack 1999).
CUT, RELIABLE = 0.57, 0.43

#: The endings after which a patient is not asked any more, unless retrieved.
GONE = (course.ENDINGS.index("dropped_out"), course.ENDINGS.index("therapist_left"))


class Endpoint(NamedTuple):
    """One endpoint.

    Attributes
    ----------
    name, label, unit : str
        What it is called, in a configuration and in words, and its unit.
    better : int
        1 where more is better, -1 where less is.
    columns : mapping of str to str
        The column by wave (``pre``, ``post``, ``last``, ``followup``), as far as there are.
    binary : bool
        Whether it is 0 or 1 for each patient.
    of_therapists : bool
        Whether therapists, not patients, are measured.
    """

    name: str
    label: str
    unit: str
    better: int
    columns: Mapping[str, str]
    binary: bool = False
    of_therapists: bool = False

    @property
    def mediates(self) -> bool:
        """Whether it is a score of patients that an effect may run through."""
        return "post" in self.columns and not (self.binary or self.of_therapists)


def _waves(stem: str, *waves: str) -> dict[str, str]:
    return {wave: f"{stem}_{wave}" for wave in waves}


def _state(name: str, label: str, better: int) -> Endpoint:
    columns = _waves(name, "pre", "post", "last", "followup")
    return Endpoint(name, label, "SD", better, columns)


def _process(name: str, label: str, unit: str, column: str) -> Endpoint:
    return Endpoint(name, label, unit, 1, {"post": column, "last": column})


def _rated(name: str, label: str) -> Endpoint:
    return Endpoint(name, label, "SD", 1, _waves(name, "post"), of_therapists=True)


def _code(name: str, label: str, better: int, *columns: str) -> Endpoint:
    return Endpoint(name, label, "share", better, dict.fromkeys(columns, name), binary=True)


#: All endpoints, by name.
ENDPOINTS: Mapping[str, Endpoint] = {
    one.name: one
    for one in (
        Endpoint(
            "gsi_self",
            "GSI, self-report",
            "0–4",
            -1,
            _waves("gsi_self", "pre", "post", "followup"),
        ),
        _state("symptom_severity", "Symptom severity, latent", -1),
        _state("well_being", "Well-being, latent", 1),
        _state("relationships", "Relationships, latent", 1),
        _state("self_attunement", "Self-attunement, latent", 1),
        _process("wai_patient", "WAI-SR, patient", "1–5", "wai_patient_late"),
        _process("wai_patient_mid", "WAI-SR, patient, half time", "1–5", "wai_patient_mid"),
        _process("wai_therapist", "WAI-SR, therapist", "1–5", "wai_therapist_late"),
        _process("alliance", "Alliance, latent", "level", "alliance_late"),
        _process("felt_attunement", "Attunement felt, latent", "level", "felt_attunement"),
        _process("sent_attunement", "Attunement sent, latent", "level", "sent_attunement"),
        _code("response", "Reliable improvement", 1, "post", "followup"),
        _code("recovery", "Recovery", 1, "post", "followup"),
        _code("dropout", "Dropout", -1, "post", "last", "followup"),
        Endpoint(
            "fmi_self",
            "FMI, therapists",
            "14–56",
            1,
            _waves("fmi_self", "pre", "post"),
            of_therapists=True,
        ),
        Endpoint(
            "scs_self",
            "SCS, therapists",
            "1–5",
            1,
            _waves("scs_self", "pre", "post"),
            of_therapists=True,
        ),
        _rated("technique_supervisor", "Technique, rated by supervisors"),
        _rated("conceptualisation_supervisor", "Conceptualising, rated by supervisors"),
    )
}

#: What the linear generator makes up.
ASSUMED = Endpoint("outcome", "Outcome", "SD", 1, _waves("outcome", "pre", "post"))


def known(config: Config) -> dict[str, Endpoint]:
    """List the endpoints that a trial can have, by name.

    Beside `ENDPOINTS` those that its instruments give: ``phq9``, or ``blri_therapist`` where
    several rate, of whom the first one is meant by ``blri``.
    """
    listed = dict(ENDPOINTS)
    for one in config.instrument.values():
        for rater in reversed([name for name, said in one.raters.items() if said.scored is None]):
            for name in (f"{one.name}_{rater}", one.name):
                listed[name] = _scored(name, one, rater)
    return listed


def _scored(name: str, one: Instrument, rater: str) -> Endpoint:
    """Make an endpoint of an instrument; what is asked of the process counts at the end."""
    columns = {wave: observation.column(one, rater, wave) for wave in one.waves}
    if "late" in columns and "post" not in columns:
        columns = dict.fromkeys(("post", "last"), columns["late"])
    label = one.title if rater == "self" else f"{one.title}, {rater}"
    unit = f"{one.low:g}–{one.high:g}"
    of_therapists = one.of == "therapists"
    return Endpoint(name, label, unit, one.better, columns, of_therapists=of_therapists)


def find(name: str, wave: str, estimand: str, endpoints: Mapping[str, Endpoint]) -> Endpoint:
    """Find an endpoint that can be had at a wave.

    Parameters
    ----------
    name, wave, estimand : str
        What the design says.
    endpoints : mapping of str to Endpoint
        Those there are (`known`).

    Raises
    ------
    ConfigurationError
        If there is none of that name, or not at that wave or for that estimand.
    """
    if name not in endpoints:
        instruments = choices.groups()["instrument"]
        raise ConfigurationError(
            f"design.endpoints names {name}, which is no endpoint: it takes any of "
            f"{', '.join(ENDPOINTS)}, or an instrument such as phq9"
            f"{nearest(name, [*endpoints, *(one for one in instruments if one != name)])}"
        )
    endpoint = endpoints[name]
    if column_wave(endpoint, wave, estimand) not in endpoint.columns:
        able = [
            one.name
            for one in endpoints.values()
            if column_wave(one, wave, estimand) in one.columns
        ]
        raise ConfigurationError(
            f"design.endpoints={name} is not measured for design.wave={wave} and "
            f"design.estimand={estimand}: there it takes any of {', '.join(able)}"
        )
    return endpoint


def column_wave(endpoint: Endpoint, wave: str, estimand: str) -> str:
    """Tell the wave whose column answers: the last session for those asked while on treatment."""
    last = estimand == "while_on_treatment" and not endpoint.of_therapists and wave == "post"
    return "last" if last else wave


def seen(config: Config, block: Block, endpoint: Endpoint) -> Observed:
    """See the rows that an endpoint is read from: of patients, or of therapists."""
    table = "therapists" if endpoint.of_therapists else "patients"
    return observation.Observed(config, block, table)


def values(endpoint: Endpoint, rows: Array | Observed, wave: str) -> Array:
    """Read an endpoint from the engine's rows at one wave.

    Parameters
    ----------
    endpoint : Endpoint
        What is read.
    rows : array or Observed
        Rows of patients, or of therapists if they are measured (`seen`).
    wave : str
        One that the endpoint has.

    Returns
    -------
    array of float
        Of the same shape; NaN where there is no value.
    """
    import numpy as np

    if endpoint.name == "dropout":
        found: Array = rows["ending"] == GONE[0]
    elif endpoint.binary:
        before, after = rows["gsi_self_pre"], rows[f"gsi_self_{wave}"]
        found = before - after >= RELIABLE
        if endpoint.name == "recovery":
            found = found & (after < CUT)
    else:
        found = rows[endpoint.columns[wave]]
    return found.astype(np.float64)
