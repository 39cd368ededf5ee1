"""What of an answer is evidence, and what is prior: the headline of the calibration, read back.

`make calibration` writes ``conf/headline.yaml``: the effects of the default comparison over the
posterior, and how much of their variance no target informs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sim.ensemble import CALIBRATED

#: The other world that a calibration made.
POSTERIOR = "posterior"


@cache
def headline() -> Mapping[str, Any] | None:
    """Read the headline, if there is one."""
    import yaml

    file = files("sim.conf").joinpath("headline.yaml")
    if not file.is_file():
        return None
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return said if isinstance(said, dict) else None


def about(world: str, chosen: list[str]) -> str | None:
    """Say of a calibrated world what of an answer in it is evidence, and what is prior.

    Parameters
    ----------
    world : str
        The name of the world.
    chosen : list of str
        The programmes, people and setting that are compared.

    Returns
    -------
    str or None
        Two sentences; none in any other world, or where nothing was calibrated.
    """
    told = headline()
    if world not in {CALIBRATED, POSTERIOR} or told is None:
        return None
    effect = told["steps"]["symptom_severity"]
    words = [name.replace("_", " ") for name in told["comparison"]]
    trained, control, therapists, *where = words
    own = f" (of {trained} against {control}, {therapists} with {', '.join(where)})"
    of_what = "" if words == chosen else own
    there = "" if world == CALIBRATED else f" in the world {CALIBRATED}"
    low, middle, high = (
        f"{effect[key]:+.3f}".replace("-", "\u2212") for key in ("low", "median", "high")
    )
    return (
        f"fitted to {told['calibrated']} published statistics, {told['inside']} of them inside "
        f"their bands{there}; none links a therapist's mindfulness to a patient. Over all worlds "
        f"that these leave open the effect{of_what} on symptom severity is {middle} SD "
        f"[{low}, {high}] (90%); {100 * effect['of_prior']:.0f}% of that variance is prior alone "
        f"({100 * effect['of_kappa']:.0f}% is the share of practice that reaches the room), and "
        "evidence speaks to the rest only"
    )
