"""Sizes: the same design with more or fewer therapists, patients to each, or sessions.

Because every draw has an address, the trial with twenty therapists is lived by the first twenty of
a trial with forty: luck is nested over size. Where a design says nothing of the others to any of
its therapists, the smaller trials can be read off the largest (`first`), to the last bit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim import checks, plans
from sim.errors import ConfigurationError, nearest
from sim.trial import design as designs

if TYPE_CHECKING:
    from sim.configuration import Config
    from sim.trial.batch import Batch
    from sim.trial.design import Design

#: What sizes are sizes of, for one and for several.
NOUNS: Mapping[str, tuple[str, str]] = {
    "therapists": ("therapist", "therapists"),
    "patients": ("patient to each therapist", "patients to each therapist"),
    "sessions": ("session", "sessions"),
}

#: The smallest and the largest that are tried if nothing is said.
_USUAL = {"therapists": (4, 200), "patients": (2, 30), "sessions": (4, 40)}

#: Designs whose arms are of equal size, so that therapists come in pairs.
_IN_PAIRS = ("parallel", "crossover")


def of(config: Config, over: str) -> int:
    """Tell the size that a configuration has."""
    if over == "therapists":
        return int(config.therapists.n)
    if over == "patients":
        planned = designs.of(config)
        return max(1, round(planned.patients_of_therapists / max(1, planned.therapists)))
    return int(config.setting.weeks * config.setting.sessions_per_week)


def resized(config: Config, over: str, size: int) -> Config:
    """Give the configuration of the same design at another size.

    Shares stay as they are: of therapists who are trained, of patients in each arm, of patients to
    each therapist.

    Parameters
    ----------
    config : Config
        The configuration; it stays as it is.
    over : str
        Of what: ``therapists``, ``patients`` (to each therapist) or ``sessions``.
    size : int
        How many.

    Raises
    ------
    ConfigurationError
        If there can be no such trial.
    """
    if over == "sessions":
        weeks = size // config.setting.sessions_per_week
        setting = dataclasses.replace(config.setting, weeks=weeks)
        made = dataclasses.replace(config, setting=setting)
    else:
        n = size if over == "therapists" else config.therapists.n
        each = size / of(config, over) if over == "patients" else 1.0
        made = _with_people(config, n, n / config.therapists.n * each, each)
    checks.check(made)
    return made


def _with_people(config: Config, therapists: int, times: float, each: float) -> Config:
    """Change the number of therapists, and of patients by a factor: in all, and to each."""
    said, people = config.design, config.patients

    def scaled(many: int | None, factor: float) -> int | None:
        return None if many is None else max(1, round(many * factor))

    more = therapists / config.therapists.n
    design = dataclasses.replace(
        said,
        trained=scaled(said.trained, more),
        trained_patients=scaled(said.trained_patients, times),
        untrained_patients=scaled(said.untrained_patients, times),
    )
    patients = dataclasses.replace(
        people,
        per_therapist=max(1, round(people.per_therapist * each)),
        total=scaled(people.total, times),
    )
    return dataclasses.replace(
        config,
        design=design,
        patients=patients,
        therapists=dataclasses.replace(config.therapists, n=therapists),
    )


def step(config: Config, over: str) -> int:
    """Tell by how many a size grows: therapists of two arms in pairs, sessions by the week."""
    if over == "therapists":
        return 2 if config.design.kind in _IN_PAIRS else 1
    return int(config.setting.sessions_per_week) if over == "sessions" else 1


def rounded(config: Config, over: str, size: float) -> int:
    """Round a size up to one that there is."""
    by = step(config, over)
    return int(-(-round(size, 9) // by) * by)


def listed(config: Config, over: str) -> list[int]:
    """List the sizes that may be tried, from the smallest to the largest.

    Parameters
    ----------
    config : Config
        The configuration; its ``sizes`` are the ends.
    over : str
        Of what.

    Returns
    -------
    list of int
        Two or more. Those that no trial can have are left out at both ends if no sizes were given.

    Raises
    ------
    ConfigurationError
        If the ends make no sense, or there can be no such trial.
    """
    check(config, over)
    given = config.sizes is not None
    low, high = config.sizes if given else _USUAL[over]
    by = step(config, over)
    found = list(range(rounded(config, over, low), high + 1, by))
    if given:
        for size in found[:1] + found[-1:]:
            designs.of(resized(config, over, size))
    else:
        while found and not _possible(config, over, found[0]):
            found.pop(0)
        while found and not _possible(config, over, found[-1]):
            found.pop()
    if len(found) < 2:  # noqa: PLR2004
        raise ConfigurationError(
            f"sizes={_said(config.sizes)} leaves nothing to search: with over={over} it takes two "
            f"numbers at least {by} apart, as in sizes=[10,60]"
        )
    return found


def check(config: Config, over: str) -> None:
    """Check that a search over this can be made at all.

    Raises
    ------
    ConfigurationError
        If not.
    """
    if over not in plans.SEARCHED:
        over = "null" if over == "None" else over
        raise ConfigurationError(
            f"over={over} is nothing that can be searched: it takes one of "
            f"{', '.join(plans.SEARCHED)}{nearest(str(over), plans.SEARCHED)}"
        )
    if over == "sessions" and config.generator.name == "linear":
        raise ConfigurationError(
            "over=sessions means nothing to generator=linear, whose effect does not grow with "
            "them: it takes generator=process"
        )
    if over == "therapists" and config.design.kind == "abab":
        raise ConfigurationError(
            "over=therapists does not go with design.kind=abab, which is one therapist's own"
        )
    ends = config.sizes
    if ends is None:
        return
    whole = isinstance(ends, list) and len(ends) == 2 and all(isinstance(n, int) for n in ends)  # noqa: PLR2004
    if not whole or not 1 <= ends[0] <= ends[1]:
        raise ConfigurationError(f"sizes={_said(ends)} will not do: it takes {plans.SAID['sizes']}")


def nests(planned: Design) -> bool:
    """Tell whether the first therapists of a trial are a smaller trial of the same design.

    So it is where nothing that concerns one therapist hangs on how many others there are: arms by
    blocks of two or by a coin, and the same number of patients to each, given to them at random.
    """
    config = planned.config
    said = config.design
    even = said.caseloads == "fixed" and said.case_mix == 0.0
    counted = config.patients.total is not None or planned.patients_of_arms is not None
    half = said.trained is None or 2 * said.trained == planned.therapists
    by_lot = said.assignment == "random" or (said.assignment == "blocks" and said.block == 2)  # noqa: PLR2004
    return planned.kind == "parallel" and even and not counted and half and by_lot


def first(batch: Batch, therapists: int) -> Batch:
    """Give the trials of a batch with their first therapists only.

    Parameters
    ----------
    batch : Batch
        Of a design that `nests`.
    therapists : int
        How many; an even number.
    """

    def cut(name: str) -> object:
        values = getattr(batch, name)
        return None if values is None else values[:, :therapists]

    parts = {name: cut(name) for name in ("arm", "outcome", "whole", "baseline", "earlier")}
    return dataclasses.replace(
        batch,
        **parts,  # type: ignore[arg-type]
        clustered=batch.clustered[:therapists],
        therapists=batch.therapists[:therapists],
    )


def _possible(config: Config, over: str, size: int) -> bool:
    """Tell whether there can be a trial of that size."""
    try:
        designs.of(resized(config, over, size))
    except ConfigurationError:
        return False
    return True


def _said(ends: object) -> str:
    """Write the ends as a user types them."""
    return "null" if ends is None else str(ends).replace(" ", "")
