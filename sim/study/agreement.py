"""Agreement: where a published finding lies among simulated ones, in words.

A row is one of `sim.study.validate.row`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

#: A published number with so little beyond it on either side is said to be surprising.
SURPRISING = 0.05

#: Nothing but rounding is smaller.
_ROUNDING = 1e-9

Row = Mapping[Any, Any]


def said(row: Row) -> str:
    """Say of one finding what came out, in a sentence."""
    head = f"{row['study']}, {row['says'][0].lower()}{row['says'][1:]}"
    grade = f"{row['evidence']}; {row['check'].replace('_', ' ')}"
    return (
        f"{head}: {published(row)} was published ({grade}); simulated studies find "
        f"{simulated(row)}{besides(row)}. {verdict(row)}."
    )


def published(row: Row) -> str:
    """Write what was published: ``3``, ``0.11 to 0.38`` or ``above 0``."""
    if row["direction"] != 0:
        return f"{'above' if row['direction'] > 0 else 'below'} {number(row['nothing'])}"
    if there(row["published"]):
        return number(row["published"])
    return f"{number(row['published_low'])} to {number(row['published_high'])}"


def simulated(row: Row) -> str:
    """Write what simulated studies find, with where 95% of them lie: ``0.22 [0.19, 0.25]``."""
    return f"{number(row['median'])} [{number(row['low'])}, {number(row['high'])}]"


def verdict(row: Row) -> str:
    """Say where what was published lies among them."""
    if not there(row["median"]):
        return "Nothing could be found"
    if there(row["percentile"]):
        surprise = "Surprising" if row["tail"] < SURPRISING else "Not surprising"
        return (
            f"{surprise}: percentile {100 * row['percentile']:.0f}, two-sided tail "
            f"{row['tail']:.2f}"
        )
    if there(row["inside"]):
        return f"{row['inside']:.0%} of simulated studies lie inside"
    found = f"{row['alike']:.0%} of simulated studies lie that way"
    if not row["tested"]:
        return found
    hit, other = significant(row)
    return f"{found}, {hit:.1%} significantly; {other:.1%} significantly the other way"


def significant(row: Row) -> tuple[float, float]:
    """Give the shares that are significant in the published direction, and against it."""
    ways = row["positive"], row["negative"]
    return ways if row["better"] * row["direction"] > 0 else ways[::-1]


def number(value: float) -> str:
    """Write a number with three digits that count."""
    if math.isinf(value):
        return "∞"
    if math.isnan(value):
        return "–"
    return "0" if abs(value) < _ROUNDING else f"{value:.3g}".replace("-", "−")


def there(value: float | None) -> bool:
    """Tell whether there is a number."""
    return value is not None and not math.isnan(value)


def besides(row: Row) -> str:
    """Say how many studies have no value, and what all of them find as one, if that tells more."""
    told = f", {row['failed']:.0%} without a value" if row["failed"] > 0.0 else ""
    return told + (f", all as one {number(row['together'])}" if row["nothing"] != 0.0 else "")
