"""Chance in a trial: who is assigned to what, and who is lost; every draw with an address.

As in `sim.draws`, a draw is a pure function of whom it concerns and what it is for, so a trial of
forty therapists begins as one of twenty did. Here the addresses are arrays, and all trials are
drawn at once.
"""

from __future__ import annotations

import zlib

from sim import draws
from sim.chances import normal, uniform

__all__ = ["luck_of_endpoint", "luck_of_period", "normal", "uniform"]

# Calls from 128 on are those of trials; they are made under the seed of the luck.
ASSIGNMENT = 128
CASELOAD = 129
CASE_MIX = 130
UPTAKE = 131
DEPARTURE = 132
ANSWERING = 133
PERIOD = 134
LINEAR_THERAPIST = 135
LINEAR_PATIENT = 136
ENDPOINT = 137
IMPUTED_RATIO = 138
IMPUTED_VARIANCE = 139
IMPUTED_COEFFICIENT = 140
IMPUTED_THERAPIST = 141
IMPUTED_PATIENT = 142
MEDIATED = 143


def luck_of_period(seed: int, period: int) -> int:
    """Give the seed of the luck for a period of a trial in which therapists are met again."""
    if period == 0:
        return seed
    word, _, _, _ = draws.words(seed, 0, draws.NOBODY, draws.NOBODY, period, PERIOD)
    return word


def luck_of_endpoint(seed: int, name: str) -> int:
    """Give the seed of the luck for what analyses of one endpoint leave to chance."""
    address = zlib.crc32(name.encode())
    word, _, _, _ = draws.words(seed, 0, draws.NOBODY, draws.NOBODY, address, ENDPOINT)
    return word
