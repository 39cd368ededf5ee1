"""Rungs: the questions that a ladder puts to its knock-outs, and the studies that answer them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from sim import checks, knockouts
from sim.cuts import Case, Knockout
from sim.errors import ConfigurationError, nearest
from sim.schema import Config
from sim.study import expectations, quantities

#: The knock-out in which nothing is cut; what it finds stands at the head of the ladder.
UNCUT = "k0"


@dataclasses.dataclass(frozen=True, slots=True)
class Rung:
    """One question put to a knock-out: two studies that differ in a cut."""

    name: str
    knockout: Knockout
    case: Case
    uncut: Config
    cut: Config

    @property
    def others(self) -> set[str]:
        """The quantities that an expectation is about and that are no means of trials."""
        asked = {*self.case.expect, *self.case.untrained}
        return asked & {one.name for one in quantities.OTHERS}


def of(config: Config) -> tuple[Rung, ...]:
    """List the rungs of a configuration's knock-outs, with the studies that each compares.

    Raises
    ------
    ConfigurationError
        If an expectation is about something that is not read, in a word that is not known; a cut
        sets a value out of its range; or every arm is to have people of its own.
    """
    if config.reading == "independent":
        raise ConfigurationError(
            f"reading=independent will not do for attune {config.study.name}: what a cut does is "
            "seen only where the same people live with it and without"
        )
    asked = config.knockout or {UNCUT: Knockout(name=UNCUT, title="Nothing")}
    climbed = []
    for name, knockout in asked.items():
        for case in knockout.cases or [Case()]:
            _check(name, case)
            uncut = knockouts.with_case(config, case)
            values = knockout.cut if case.instead is None else case.instead
            cut = knockouts.with_values(uncut, values)
            checks.check(uncut)
            checks.check(cut)
            climbed.append(Rung(name, knockout, case, uncut, cut))
    return tuple(climbed)


def studies(climbed: Sequence[Rung]) -> dict[str, tuple[Config, set[str]]]:
    """List the studies that have to be lived, each once, and what else is read off each."""
    wanted: dict[str, tuple[Config, set[str]]] = {}
    for rung in climbed:
        for one in (rung.uncut, rung.cut):
            wanted.setdefault(key(one), (one, set()))[1].update(rung.others)
    return wanted


def key(config: Config) -> str:
    """Give the same text for configurations that give the same study."""
    return json.dumps(dataclasses.replace(config, knockout={}).identity(), sort_keys=True)


def _check(name: str, case: Case) -> None:
    """Check that what is expected can be read and judged."""
    for quantity, word in case.untrained.items():
        if word in {"better", "worse"}:
            raise ConfigurationError(
                f"the knock-out {name} expects {quantity}: {word} of the untrained, for whom there "
                "is nothing to be compared with: smaller, larger or as before will do"
            )
    for quantity, word in [*case.expect.items(), *case.untrained.items()]:
        for said, known in ((quantity, quantities.ALL), (word, expectations.WORDS)):
            if said not in known:
                raise ConfigurationError(
                    f"the knock-out {name} expects {quantity}: {word}, and there is no {said}"
                    f"{nearest(said, known)}"
                )
