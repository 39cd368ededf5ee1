"""Findings: what the studies that plan a trial came to, in sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.study import afresh, prices, search
from sim.study.sizes import NOUNS
from sim.study.verdicts import ASKED, BOTH_LINKS, EFFECT

if TYPE_CHECKING:
    from sim.results import Results

#: What a single number in a table is worth saying.
_SURE = 0.9995


def answer(results: Results) -> list[str]:
    """Say what a study came to.

    Parameters
    ----------
    results : Results
        Of one of the studies in `sim.plans.PLANS`.

    Returns
    -------
    list of str
        A few sentences.
    """
    return _ANSWERS[results.config.study.name](results)


def caution(results: Results) -> str:
    """Say what the numbers are not."""
    config = results.config
    if config.generator.name == "linear":
        return (
            "Trials are made up from assumed numbers: what is found is as good as they are. "
            "Intervals are 95% Monte Carlo intervals."
        )
    where = f"in the world {config.world.name}"
    if config.study.name in {"assurance", "detectable"}:
        where += f" and under sets of parameters from the {config.over}; what is set by hand stays"
    return (
        f"Trials are lived by the chain, {where}. Intervals say how well we know what this model "
        "does, not whether it is right."
    )


def share(share: float) -> str:
    """Write a share in per cent, to a tenth."""
    return f"{100.0 * share:.1f}%"


def target_of(row: Mapping[Any, Any]) -> str:
    """Write the power aimed for: ``80%``."""
    return f"{100.0 * row['target']:g}%"


def between(row: Mapping[Any, Any], name: str = "") -> str:
    """Write a share of a table with its interval: ``81.2% [79.9, 82.4]``."""
    point = row[name or "share"]
    low, high = (row[f"{name}_{end}" if name else end] for end in ("low", "high"))
    return f"{share(point)} [{100.0 * low:.1f}, {100.0 * high:.1f}]"


def anew(results: Results, world: str = "effect", asked: str = EFFECT) -> str:
    """Write the power, or the size, that was found by simulating anew."""
    return between(afresh.share(results.table("fresh"), world, asked)._asdict())


def sized(row: Mapping[Any, Any]) -> str:
    """Write a size with its interval: ``34 therapists [32, 36]``."""
    noun = NOUNS[row["over"]][1]
    high = f"{row['high']:.0f}" if math.isfinite(row["high"]) else "–"
    return f"{row['size']:.0f} {noun} [{row['low']:.0f}, {high}]"


def _search(results: Results) -> list[str]:
    """Say what a search found, and how it ended."""
    (row,) = results.table("search").to_dict("records")
    curve = results.table("curve")
    curve = curve[curve["asked"] == EFFECT]
    last = curve.iloc[-1].to_dict()
    noun, target = NOUNS[row["over"]][1], target_of(row)
    spent = f"{row['patients']:,} simulated patients"
    if not math.isfinite(row["size"]):
        power = between(_named(last))
        which = f"{last['size']:.0f} {noun}, the most that were tried, give {power}"
        said = {
            search.OUT_OF_REACH: f"Out of reach: {which}, and not {target}.",
            search.ENDED: f"The budget ended before {target} was reached: {which}.",
            search.NOT_MET: f"Not within reach of the budget ({spent}): {which}, and {target} are "
            "wanted; sizes and budget can be raised.",
        }.get(row["ended"], f"{which}.")
        return [said, *_mediation(results)]
    found = [
        f"{sized(row)} reach {target} power.",
        (
            f"Simulated anew, by luck that nothing was chosen by, that trial has {anew(results)} "
            f"power; without an effect {anew(results, 'null')} of trials are significant."
        ),
    ]
    if row["ended"] == search.CLEARED:
        found.append(
            f"The interval clears the target: it holds two neighbouring sizes at most ({spent})."
        )
    else:
        found.append(f"The budget ended before the interval cleared the target ({spent}).")
    if row["fall"] > search.FALLS:
        found.append(
            f"Power does not simply rise with {noun}: somewhere it falls by {row['fall']:.0f} "
            "standard errors, and the smallest size that reaches the target need not be the only "
            "answer."
        )
    return [*found, *_mediation(results)]


def _named(row: Mapping[Any, Any]) -> dict[str, float]:
    """Name the power of a curve as shares are named."""
    return {"share": row["power"], "low": row["low"], "high": row["high"]}


def _mediation(results: Results) -> list[str]:
    """Say how often each link of the mediation, and both, would be found at the sizes simulated."""
    curve = results.table("curve")
    if BOTH_LINKS not in set(curve["asked"]):
        return []
    said = []
    for asked, rows in curve.groupby("asked", sort=False):
        if asked == EFFECT:
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(f"{ASKED[str(asked)]} {share(first['power'])} to {share(last['power'])}")
    noun = NOUNS[str(results.config.over)][1]
    ends = f"{curve['size'].min()} to {curve['size'].max()}"
    return [f"Mediation, from {ends} {noun}: {'; '.join(said)}."]


def _cost(results: Results) -> list[str]:
    """Say which design is the cheapest, and how sure that is."""
    (row,) = results.table("search").to_dict("records")
    table, currency = results.table("cost"), results.config.price.currency
    if not math.isfinite(row["price"]):
        best = results.table("curve")["power"].max()
        return [
            (
                f"No design of the map reaches {target_of(row)}: the best has {share(best)}. "
                "sizes=[10,200] looks further."
            )
        ]
    ends = [prices.said(row[f"price_{end}"], "").strip() for end in ("low", "high")]
    rivals = table[table["cheapest"] > 1.0 - _SURE].sort_values("cheapest", ascending=False)
    shown = ", ".join(
        f"{one['patients']} each in {share(one['cheapest'])}" for one in rivals.to_dict("records")
    )
    return [
        (
            f"The cheapest trial with {target_of(row)} power: {row['therapists']:.0f} "
            f"therapists with {row['patients']} patients each, for "
            f"{prices.said(row['price'], currency)} [{ends[0]}, {ends[1]}]."
        ),
        (
            f"Simulated anew it has {anew(results)} power; without an effect "
            f"{anew(results, 'null')} of trials are significant."
        ),
        f"Resampling the {row['trials']:,} replicates, the cheapest has {shown}.",
        "Prices: " + " ".join(results.config.price.about.split()),
    ]


def _assurance(results: Results) -> list[str]:
    """Say what power is on average, and what its spread comes from."""
    (row,) = results.table("assurance").to_dict("records")
    what = {"prior": "what is believed before data", "posterior": "the calibrated parameter sets"}
    found = [
        (
            f"Averaged over {what[row['over']]} ({row['sets']} sets, {row['trials_of_a_set']} "
            f"trials of each), power is {between(row, 'mean')}: the assurance of this design."
        ),
        (
            f"Over the sets it runs from {share(row['low'])} to {share(row['high'])} (median "
            f"{share(row['median'])}); {share(row['adequate'])} of them give it "
            f"{target_of(row)} or more."
        ),
    ]
    whole = row["luck"] + row["ignorance"]
    if whole > 0.0:
        found.append(
            f"Of the variance of a single trial's success {share(row['luck'] / whole)} is luck, "
            f"and {share(row['ignorance'] / whole)} not knowing the numbers."
        )
    if not math.isnan(row["prior_alone"]):
        which = {
            "prior": "numbers that are assumed",
            "posterior": "numbers that no evidence was fitted to",
        }
        found.append(
            f"Of the latter, {share(row['prior_alone'])} comes from {which[row['over']]}, and so "
            "from the prior alone."
        )
    return found


def _detectable(results: Results) -> list[str]:
    """Say which effect would be found, and whether the theory can produce it."""
    (row,) = results.table("detectable").to_dict("records")
    made = results.config.generator.name == "linear"
    found = [
        (
            f"{row['label']}: this design finds an effect of {row['standardised']:.2f} SD "
            f"[{row['standardised_low']:.2f}, {row['standardised_high']:.2f}] with "
            f"{target_of(row)} power ({row['effect']:.3g} in units of {row['unit']})."
        ),
    ]
    who = "What is believed of the effect" if made else f"The theory, by its {row['over']},"
    if row["low"] == row["high"]:
        found.append(f"The effect is assumed to be {row['median']:+.2f} SD, and nothing else.")
        return found
    inside = row["low"] <= row["standardised"] <= row["high"]
    found.append(
        f"{who} runs from {row['low']:+.2f} to {row['high']:+.2f} SD (95% of {row['sets']} sets; "
        f"median {row['median']:+.2f}; above 0 patients do better)."
        if made
        else f"{who} predicts effects from {row['low']:+.2f} to {row['high']:+.2f} SD (95% of "
        f"{row['sets']} sets; median {row['median']:+.2f}; above 0 patients do better)."
    )
    found.append(
        f"The detectable effect lies {'within' if inside else 'outside'} that range: "
        f"{share(row['reached'])} of the sets predict it or more."
    )
    return found


def _robustness(results: Results) -> list[str]:
    """Say what departures cost."""
    table = results.table("robustness")
    plan, others = table.iloc[0].to_dict(), table.iloc[1:]
    worst = others.iloc[int(others["difference"].to_numpy().argmin())].to_dict()
    sure = others[others["difference_high"] < 0.0]
    return [
        f"As planned, power is {between(plan, 'power')} ({plan['trials']:,} trials).",
        (
            f"{len(sure)} of {len(others)} departures lower it beyond doubt; the worst, "
            f"{worst['departure'].replace('_', ' ')}, by {100 * -worst['difference']:.1f} points "
            f"[{100 * -worst['difference_high']:.1f}, {100 * -worst['difference_low']:.1f}], to "
            f"{share(worst['power'])}."
        ),
    ]


_ANSWERS: Mapping[str, Callable[[Results], list[str]]] = {
    "search": _search,
    "cost": _cost,
    "assurance": _assurance,
    "detectable": _detectable,
    "robustness": _robustness,
}
