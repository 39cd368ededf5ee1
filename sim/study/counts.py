"""A literature: how many of several studies find something, for the better or for the worse.

Each study is simulated at its own size, so the shares of simulated studies that are significant are
what a literature of such studies would show if every one of them were published. Where more of the
published ones are significant than the model expects, either the model is wrong or what did not
succeed has not been published (Ioannidis & Trikalinos 2007).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: What a study can have found, with a word for each.
KINDS = {
    "positive": "significant, for the better",
    "null": "not significant",
    "negative": "significant, for the worse",
}

#: A literature has that many studies.
FEWEST = 2

#: A probability that a few thousand simulated studies cannot tell from nought.
_RARE = 1e-4


def table(listed: pd.DataFrame) -> pd.DataFrame:
    """Count the studies of which it is told whether what they found was significant.

    Parameters
    ----------
    listed : DataFrame
        One row a finding (`sim.study.validate.row`). Of each study the first finding that is tested
        speaks.

    Returns
    -------
    DataFrame
        One row a study: what was ``observed``, one of `KINDS`, and the share of simulated studies
        that find each of them.
    """
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    for row in listed.to_dict("records"):
        if row["tested"] and row["significant"] is not None and row["study"] not in rows:
            shares = {kind: row[kind] for kind in ("positive", "negative")}
            shares["null"] = 1.0 - sum(shares.values())
            rows[row["study"]] = {
                "study": row["study"],
                "says": row["says"],
                "observed": _observed(row),
                **{kind: shares[kind] for kind in KINDS},
            }
    return pd.DataFrame(rows.values(), columns=["study", "says", "observed", *KINDS])


def _observed(row: dict[Any, Any]) -> str:
    """Tell what a study published."""
    if not row["significant"]:
        return "null"
    value = row["published"] if row["direction"] == 0 else row["direction"]
    return "positive" if row["better"] * (value - _nought(row)) > 0.0 else "negative"


def _nought(row: dict[Any, Any]) -> float:
    """Tell from where what was published counts; a direction counts from 0."""
    return 0.0 if row["direction"] != 0 else float(row["nothing"])


def shares(counted: pd.DataFrame) -> dict[str, tuple[int, float]]:
    """Tell of each kind how many studies are of it, and how many the model expects."""
    return {
        kind: (int((counted["observed"] == kind).sum()), float(counted[kind].sum()))
        for kind in KINDS
    }


def at_least(chances: list[float], many: int) -> float:
    """Tell how likely at least so many of several independent things are, each with its chance."""
    import numpy as np

    whole = np.ones(1)
    for chance in chances:
        whole = np.convolve(whole, [1.0 - chance, chance])
    return float(whole[many:].sum())


def said(counted: pd.DataFrame) -> list[str]:
    """Say what several studies come to together; nothing, if there are not several."""
    many = len(counted)
    if many < FEWEST:
        return []
    told = ", ".join(
        f"{seen} {KINDS[kind]} (expected {expected:.1f})"
        for kind, (seen, expected) in shares(counted).items()
    )
    seen = int((counted["observed"] == "positive").sum())
    chance = at_least(list(counted["positive"]), seen)
    odds = f"{chance:.2g}" if chance >= _RARE else f"below {_RARE:g}"
    together = (
        f"Together, {many} studies with a test: {told}. If all such studies were published, {seen} "
        f"or more of them would be significant for the better with probability {odds}."
    )
    return [together]
