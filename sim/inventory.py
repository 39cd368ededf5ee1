"""The inventory: the instruments a study asks for, found and checked.

An instrument is an option of the group ``instrument``: ``instruments=[phq9,oq45]`` asks for two. It
changes nothing that happens, and adds columns to the tables (`sim.observation`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from sim import layout, parameters
from sim.errors import ConfigurationError, nearest
from sim.forms import GRADED, MEASURED, WAVES, Instrument
from sim.plans import TRIALS
from sim.rows import PatientRow, SessionRow, TherapistRow
from sim.schema import RECORD_LEVELS, Config

#: The studies that show instruments in their tables; those of trials may have them as endpoints.
SHOWING = ("compare", "simulate")

#: A bounded scale whose mean lies at a share s of it can spread sqrt(s (1 - s)) of its length,
#: with everybody at its ends; a norm that wants more than this share of that is a mistake.
WIDEST = 0.7

#: The ranges of numbers that do not depend on the scale.
_SHARES = ("missing", "response_shift")


def columns(of: str) -> tuple[str, ...]:
    """List the columns of the table of patients, therapists or sessions."""
    row = {"patients": PatientRow, "therapists": TherapistRow, "sessions": SessionRow}[of]
    return tuple(field.name for field in layout.fields(row))


def column(instrument: Instrument, stem: str, wave: str) -> str:
    """Tell which column holds a latent state at a wave.

    Returns
    -------
    str
        ``<stem>_<wave>``, or the stem where the column is the same at every wave; nothing if there
        is neither.
    """
    there = columns(instrument.of)
    return next((name for name in (f"{stem}_{wave}", stem) if name in there), "")


def endpoints(names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find the instruments among the endpoints of a trial.

    Parameters
    ----------
    names : iterable of str
        The endpoints as asked for: ``phq9``, or ``blri_therapist`` where several rate.
    known : iterable of str
        The instruments there are.

    Yields
    ------
    tuple of str
        The endpoint, and the instrument; what the engine scores itself is left out.
    """
    known = set(known)
    scored = [name for of in MEASURED for name in columns(of)]
    for name in names:
        instrument = name if name in known else name.rpartition("_")[0]
        if instrument in known and not any(one.startswith(f"{name}_") for one in scored):
            yield name, instrument


def check(config: Config) -> None:
    """Check every instrument a study asks for.

    Raises
    ------
    ConfigurationError
        For the first mistake, in one sentence.
    """
    instruments, study = config.instrument, config.study.name
    taken = list(instruments) if study in SHOWING else []
    if study in TRIALS:
        wanted = [*config.design.endpoints, str(config.design.mediator)]
        taken = [name for _, name in endpoints(wanted, instruments)]
    if unused := [name for name in instruments if name not in taken]:
        raise ConfigurationError(
            f"instruments=[{','.join(unused)}] goes with attune {' and attune '.join(SHOWING)}"
            "; a trial takes it as design.endpoints"
        )
    for key, one in instruments.items():
        if one.name != key:
            raise ConfigurationError(
                f"the file of the instrument {key} has to begin with where it belongs, "
                f"# @package instrument.{key}, and to say name: {key}"
            )
        for fault in _faults(one):
            raise ConfigurationError(f"the instrument {key} {fault}")
        if not one.waves and config.record not in RECORD_LEVELS[-2:]:
            raise ConfigurationError(
                f"the instrument {key} is filled in after sessions only: record=sessions shows it"
            )


def _faults(one: Instrument) -> Iterator[str]:
    """Say everything that is wrong with an instrument."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", one.name):
        yield "has a name that is no column's: it takes small letters, digits and _"
    if one.of not in MEASURED:
        yield f"is of={one.of}: it takes {' or '.join(MEASURED)}{nearest(one.of, MEASURED)}"
        return
    yield from _faults_of_reading(one)
    yield from _faults_of_scale(one)
    yield from _faults_of_raters(one)
    for figure, keys in GRADED.items():
        grade = one.evidence.get(figure)
        given = all(getattr(one, key) is not None for key in keys)
        if given and grade not in parameters.EVIDENCE:
            said = "no evidence" if grade is None else f"the evidence '{grade}'"
            yield (
                f"has {said} for its {figure}: it takes {', '.join(parameters.EVIDENCE)}"
                f"{nearest(str(grade), parameters.EVIDENCE)}"
            )
    for figure in one.evidence:
        if figure not in GRADED:
            yield f"has evidence for {figure}: it takes {', '.join(GRADED)}"


def _faults_of_reading(one: Instrument) -> Iterator[str]:
    """Say what is wrong with what an instrument reads, and when."""
    waves = WAVES[one.of]
    for wave in one.waves:
        if wave not in waves:
            yield f"has the wave {wave}: it takes {', '.join(waves)}{nearest(wave, waves)}"
    if not one.reads and not one.sessions:
        yield "reads nothing: it takes columns and weights, as in reads: {symptom_severity: 1}"
    if not one.waves and not one.sessions:
        yield f"has no waves: it takes any of {', '.join(waves)}"
    if one.change and "pre" in one.waves:
        yield "reads a change since intake, and there is none at intake: leave out the wave pre"
    for wave in one.waves:
        for stem in [*one.reads, *([one.per] if one.per else [])]:
            if not column(one, stem, wave):
                yield (
                    f"reads {stem}, of which {one.of} have no column at the wave {wave}"
                    f"{nearest(f'{stem}_{wave}', columns(one.of))}"
                )
    for stem in [*one.sessions, *([one.given] if one.given else [])]:
        if stem not in columns("sessions"):
            yield (
                f"reads {stem}, of which sessions have no column"
                f"{nearest(stem, columns('sessions'))}"
            )
    if one.sessions and one.of != "patients":
        yield f"is of={one.of} and filled in after sessions: it takes of: patients"


def _faults_of_scale(one: Instrument) -> Iterator[str]:
    """Say what is wrong with the scale and the norm of an instrument."""
    if one.better not in {-1, 1}:
        yield f"has better={one.better}: it takes 1 where more is better, or -1"
    if not one.low < one.mean < one.high:
        yield (
            f"has low={one.low:g}, mean={one.mean:g} and high={one.high:g}: the norm's mean has to "
            "lie between the ends of the scale"
        )
        return
    length = one.high - one.low
    share = (one.mean - one.low) / length
    most = WIDEST * math.sqrt(share * (1.0 - share)) * length
    if not 0.0 < one.spread <= most:
        yield (
            f"has spread={one.spread:g}: it takes more than 0 and at most {most:.3g}, for a scale "
            f"from {one.low:g} to {one.high:g} with the mean {one.mean:g}"
        )
    if not 0.0 < one.grid <= length:
        yield f"has grid={one.grid:g}: it takes more than 0 and at most {length:g}"
    for key in ("width", "width_sessions"):
        value = getattr(one, key)
        if value is not None and value <= 0.0:
            yield f"has {key}={value:g}: it takes more than 0"
    if one.cut is not None and not one.low <= one.cut <= one.high:
        yield f"has cut={one.cut:g}: it takes a score from {one.low:g} to {one.high:g}"
    if one.reliable is not None and one.reliable <= 0.0:
        yield f"has reliable={one.reliable:g}: it takes more than 0"


def _faults_of_raters(one: Instrument) -> Iterator[str]:
    """Say what is wrong with the raters of an instrument."""
    if not one.raters:
        yield "has no raters: it takes at least one, as in raters: {self: {validity: 0.8}}"
    shares = {key: getattr(one, key) for key in (*_SHARES, "reliability")}
    for name, rater in one.raters.items():
        shares |= {f"raters.{name}.validity": rater.validity}
        if rater.reliability is not None:
            shares |= {f"raters.{name}.reliability": rater.reliability}
        if not re.fullmatch(r"[a-z]+", name):
            yield f"has the rater {name}: it takes a word in small letters"
        if rater.scored is not None and not any(
            field.startswith(f"{rater.scored}_") for field in columns(one.of)
        ):
            yield f"is said to be scored as {rater.scored}, which is no column of {one.of}"
    for key, share in shares.items():
        if not 0.0 <= share <= 1.0:
            yield f"has {key}={share:g}: it takes a share from 0 to 1"
