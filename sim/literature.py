"""Published studies, chosen by name and worked out: ``published=[nagy1998,henry1990]``.

How a study was conducted is said by choices as on the command line, so that every design, setting
and programme there is can be used, those of one's own folder included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import choices, layout
from sim.errors import ConfigurationError, nearest
from sim.parameters import EVIDENCE
from sim.published import CHECKS, CONDUCTED, EXAM, STATISTICS
from sim.rows import PatientRow, SessionRow, TherapistRow

if TYPE_CHECKING:
    from sim.published import Finding, Published
    from sim.schema import Config

#: The word that chooses every study there is.
ALL = "published=all"

#: The rows that a statistic of untrained therapists and their patients may be taken from.
AMONG: Mapping[str, type] = {
    "therapists": TherapistRow,
    "patients": PatientRow,
    "sessions": SessionRow,
}

#: So many names are listed in a sentence.
_FEW = 12


def every(words: Sequence[str], folder: str | Path | None = None) -> list[str]:
    """Put the names of all published studies in the place of ``published=all``.

    Parameters
    ----------
    words : sequence of str
        The words of a command.
    folder : str or Path, optional
        The user's own folder of options.
    """
    if ALL not in words:
        return list(words)
    names = ",".join(choices.groups(folder)["published"])
    return [f"published=[{names}]" if word == ALL else word for word in words]


def conducted(
    config: Config, words: Sequence[str], compose: Callable[[Sequence[str]], Config]
) -> Config:
    """Work out how each of the published studies was conducted.

    Parameters
    ----------
    config : Config
        The configuration; a study other than `sim.published.EXAM` gets it back as it is.
    words : sequence of str
        The words of the command. What they say of people, setting, programmes or design goes for
        the published study, if there is but one.
    compose : callable
        Gives the configuration that some words come to.

    Returns
    -------
    Config

    Raises
    ------
    ConfigurationError
        If a study cannot be understood, or the words do not go with it.
    """
    if config.study.name != EXAM:
        return config
    if not config.published:
        raise ConfigurationError(
            "published=[] names no study: it takes one or more, as in published=[grepmair2007], or "
            "published=all"
        )
    own = [word for word in words if _group(word) in CONDUCTED]
    if own and len(config.published) > 1:
        raise ConfigurationError(
            f"{own[0]} does not go with {len(config.published)} published studies, each of which "
            "has people and a design of its own: it takes one of them, as in published=lesh1970"
        )
    for key, taken in (("arms", config.arms), ("generator=linear", _assumes(config))):
        if taken:
            raise ConfigurationError(
                f"{key} does not go with attune {EXAM}: the people and arms of a published study "
                "are its own, and live by the chain"
            )
    for study in config.published.values():
        check(study)
        about = dict.fromkeys(one.of for one in study.findings.values() if one.kind.of_trial)
        endpoints = [f"design.endpoints=[{','.join(about)}]"] if about else []
        made = compose(["study=power", *study.conduct, *own, *endpoints]).to_dict()
        study.lived = {group: made[group] for group in (*CONDUCTED, "instrument")}
    return config


def check(study: Published) -> None:
    """Check what a file says of a published study.

    Raises
    ------
    ConfigurationError
        For the first mistake.
    """
    for word in study.conduct:
        if _group(word) not in CONDUCTED:
            raise ConfigurationError(
                f"the published study {study.name} is conducted with {word}: it takes choices of "
                f"{', '.join(CONDUCTED)}, as in therapists.n=14"
            )
    _known(study.name, "check", study.check, CHECKS)
    if not study.findings:
        raise ConfigurationError(
            f"the published study {study.name} has no findings: it takes one or more"
        )
    for name, finding in study.findings.items():
        _check_finding(f"{study.name}, {name}", finding)


def _check_finding(where: str, finding: Finding) -> None:
    """Check one finding."""
    _known(where, "statistic", finding.statistic, STATISTICS)
    _known(where, "evidence", finding.evidence, EVIDENCE)
    _known(where, "direction", str(finding.direction), ("-1", "0", "1"))
    told = [
        finding.value is not None,
        finding.low is not None and finding.high is not None,
        finding.direction != 0,
    ]
    if sum(told) != 1 or (finding.low is None) != (finding.high is None):
        raise ConfigurationError(
            f"the finding {where} does not say what was published: it takes a value, or low and "
            "high, or a direction, and only one of these"
        )
    given = [x for x in (finding.value, finding.low, finding.high, finding.at) if x is not None]
    if not all(map(math.isfinite, given)):
        raise ConfigurationError(f"the finding {where} has a number that is none")
    if finding.low is not None and finding.high is not None and finding.low > finding.high:
        raise ConfigurationError(
            f"the finding {where} has low={finding.low:g} above high={finding.high:g}"
        )
    if finding.statistic == "relative_gain":
        _known(where, "arm", finding.arm, ("trained", "untrained"))
    if not finding.kind.of_trial:
        _check_columns(where, finding)


def _check_columns(where: str, finding: Finding) -> None:
    """Check that the columns are there."""
    _known(where, "among", finding.among, AMONG)
    if finding.session is not None and (finding.among != "sessions" or finding.session < 1):
        raise ConfigurationError(
            f"the finding {where} has session={finding.session}: it takes a number from 1, with "
            "among=sessions"
        )
    columns = [field.name for field in layout.fields(AMONG[finding.among])]
    if finding.statistic == "pre_post":
        for wave in ("pre", "post"):
            _known(where, "of", f"{finding.of}_{wave}", columns)
        return
    _known(where, "of", finding.of, columns)
    if finding.statistic == "correlation":
        _known(where, "against", finding.against, columns)
    if finding.statistic == "ratio":
        _known(where, "split", finding.split, [f.name for f in layout.fields(TherapistRow)])


def _known(where: str, key: str, said: str, known: Mapping[str, Any] | Sequence[str]) -> None:
    """Refuse a word that is not known."""
    if said not in known:
        which = "the codebook of attune simulate format=csv lists what there is"
        if len(known) <= _FEW:
            which = f"it takes one of {', '.join(known)}"
        raise ConfigurationError(
            f"the published study {where} has {key}={said or 'nothing'}, which does not exist: "
            f"{which}{nearest(said, known)}"
        )


def _group(word: str) -> str:
    """Tell the group that a word is about; the programme of the untrained is ``control``."""
    group = word.partition("=")[0].lstrip("+").partition(".")[0]
    return "control" if group == "training@control" else group


def _assumes(config: Config) -> bool:
    """Tell whether trials are made up instead of lived."""
    return config.generator.name == "linear"
