"""What a sensitivity analysis comes to, in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.sensitivity.factors import CHANCE, REST
from sim.sensitivity.information import SURE
from sim.study import levers

if TYPE_CHECKING:
    import pandas as pd

    from sim.configuration import Config

#: How a therapist's mindfulness acts on ruptures, which T90 calls open; and all numbers.
RUPTURES, EVERYTHING = "mindfulness on ruptures (T90)", "all numbers at once"

#: From here on, shares are told without a digit.
_WHOLE = 0.0995


def answer(config: Config, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say what came out."""
    value = config.sensitivity.value
    own = {name: tables[name][tables[name]["outcome"] == value] for name in _BY_OUTCOME}
    return [
        _hangs_on(own["indices"], own["shares"]),
        _harms(own["regions"]),
        _decides(own["options"]),
        _knowing(tables["information"], config.sensitivity.cost),
    ]


#: The tables that have a row for each outcome.
_BY_OUTCOME = ("indices", "shares", "regions", "options")


def _hangs_on(found: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Say which numbers an effect hangs on."""
    (row,) = shares.to_dict("records")
    what = f"the effect on {str(row['label']).lower()}"
    if np.isnan(row["chance"]):
        return f"Nothing that varies moves {what}: it is the same in every world."
    most = found[~found["parameter"].isin([CHANCE, REST])].nlargest(3, "total")
    named = ", ".join(
        f"{one['parameter']} ({percent(one['total'])})" for one in most.to_dict("records")
    )
    many = found["parameter"].nunique() - (REST in set(found["parameter"])) - 1
    return (
        f"Over all that is not known, {what} is {_signed(row['mean'])} SD, give or take "
        f"{row['sd']:.3f}. Of that variance {percent(row['alone'])} comes from {many} numbers "
        f"alone, {percent(row['rest'])} from all others, {percent(row['together'])} from what "
        f"numbers do together (± {100 * row['together_half']:.0f}) and "
        f"{percent(row['chance'])} from chance; most has to do with {named}."
    )


def _harms(found: pd.DataFrame) -> str:
    """Say where the sign turns."""
    whole, *rest = found.to_dict("records")
    if whole["harmed"] == 0.0:
        return "Training harms in no world that was lived."
    said = (
        f"In {percent(whole['harmed'])} of worlds the trained do worse, by {whole['size']:.3f} SD "
        "on average"
    )
    if not rest:
        return f"{said}, and no corner of what may be stands out."
    worst = max(rest, key=lambda row: (row["harmed_low"], row["numbers"]))
    return (
        f"{said}, most often where {worst['where']} ({percent(worst['share'])} of worlds): "
        f"{percent(worst['harmed'])} there, by {worst['size']:.3f} SD."
    )


def _decides(found: pd.DataFrame) -> str:
    """Say what is best on average."""
    own = found[found["weighed"]].to_dict("records")
    nets = [row["better"] * row["mean"] - row["cost"] for row in own]
    best = int(np.argmax(nets))
    if nets[best] <= 0.0:
        return "At what training is said to cost, no training is best on average."
    row = own[best]
    cost = f", {row['cost']:.3g} SD of cost taken off," if row["cost"] else ""
    return (
        f"Of {levers.NOTHING} and {len(own)} ways of training, {_said(row['option'])} is best on "
        f"average{cost} at {nets[best]:.3f} SD a patient, and best of all in "
        f"{percent(row['best'])} of worlds."
    )


def _knowing(found: pd.DataFrame, cost: float) -> str:
    """Say which unmeasured link would change the decision most, and where T90 stands."""
    links = found[~found["link"].isin([RUPTURES, EVERYTHING])]
    of_nobody = links[~links["measured"]]
    ruptures = found[found["link"] == RUPTURES].to_dict("records")
    sure = of_nobody[of_nobody["value"] > SURE * of_nobody["error"]]
    if not sure.empty:
        first = sure.iloc[0]
        t90 = [f" {_t90(row['value'], row['error'])}" for row in ruptures]
        return (
            f"Of what nobody has measured, {first['link']} ({first['parameters']}) would change "
            f"that choice most if a study pinned it down: worth "
            f"{_worth(first['value'], first['error'])} SD a patient.{''.join(t90)}"
        )
    said = f"If training costs {_cost(cost)}, knowing no link would surely change that choice."
    dear = of_nobody[of_nobody["most"] > SURE * of_nobody["most_error"]]
    if dear.empty:
        return said
    first = dear.sort_values("most", ascending=False, kind="stable").iloc[0]
    t90 = [f" {_t90(row['most'], row['most_error'])}" for row in ruptures]
    return (
        f"{said} If it cost {first['at_cost']:.3f} SD, {first['link']} "
        f"({first['parameters']}), which nobody has measured, would change it most if a study "
        f"pinned it down: worth "
        f"{_worth(first['most'], first['most_error'])} SD a patient.{''.join(t90)}"
    )


def _cost(cost: float) -> str:
    """Write a cost."""
    return f"{cost:g} SD a patient" if cost else "nothing"


def _t90(value: float, error: float) -> str:
    """Say what it would be worth to know what T90 leaves open."""
    return (
        "To know how mindfulness acts on ruptures, which no study had looked at (T90), would be "
        f"worth {_worth(value, error)}."
    )


def _worth(value: float, error: float) -> str:
    """Write what something is worth, with its interval."""
    return f"{value:.4f} ± {2.0 * error:.4f}"


def _said(option: object) -> str:
    """Write the name of an option as it is read."""
    return str(option).replace("_", " ")


def percent(share: float) -> str:
    """Write a share in per cent, with one digit where it is small."""
    places = 0 if abs(share) >= _WHOLE else 1
    text = f"{100.0 * share:.{places}f}"
    text = text.lstrip("-") if float(text) == 0.0 else text
    return f"{text}%".replace("-", "−")


def _signed(value: float) -> str:
    """Write a number with its sign."""
    return f"{value:+.3f}".replace("-", "−")
