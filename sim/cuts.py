"""Cuts: what the file of a knock-out says - a link to cut, and what has to follow."""

from __future__ import annotations

import dataclasses
from typing import Any

#: OmegaConf's mark for a value that has to be given.
MISSING: Any = "???"


@dataclasses.dataclass
class Case:
    """One question put to a knock-out: in which study, and what the theory expects there.

    A case compares two studies, one with the cut and one without. What is given holds in both.

    Attributes
    ----------
    name : str
        What is asked, in a few words; empty for the cut in the study as configured.
    only : list of str or None
        Gains of the programme; all others, its hope, its reset and its costs are off in both.
    given : dict of str to float
        Keys and values that hold in both, after `only`: ``setting.may_leave: 0``.
    instead : dict of str to float or None
        Keys and values that take the place of the cut.
    times : int
        So many times as many replicates as configured, where it takes more to tell.
    expect : dict of str to str
        What becomes of the effect of training on a step of the chain, in the words of
        `sim.study.expectations.WORDS`.
    untrained : dict of str to str
        What becomes of the arm of reference itself, likewise.
    """

    name: str = ""
    only: list[str] | None = None
    given: dict[str, float] = dataclasses.field(default_factory=dict)
    instead: dict[str, float] | None = None
    times: int = 1
    expect: dict[str, str] = dataclasses.field(default_factory=dict)
    untrained: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Knockout:
    """A link of the theory cut, and what has to follow if the theory is built faithfully.

    Attributes
    ----------
    name : str
        Its name, ``k3`` say.
    title : str
        What is cut, in two or three words.
    about, source : str
        What it says about itself; where the claim comes from.
    because : str
        Why the theory expects what it does, with its claims.
    cut : dict of str to float
        Keys and values that cut the link: ``parameters.transfer: 0``.
    cases : list of Case
        What is asked.
    """

    name: str = MISSING
    title: str = ""
    about: str = ""
    source: str = ""
    because: str = ""
    cut: dict[str, float] = dataclasses.field(default_factory=dict)
    cases: list[Case] = dataclasses.field(default_factory=list)
