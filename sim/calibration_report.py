"""A calibration as files: a page in Markdown with its figures, and what the repository keeps."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import manifest, parameters
from sim.figures import calibration as drawn
from sim.study.calibration_tables import FITTED, HELD, IDLE, LEFT

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.calibrate import Calibration

#: The page, the calibrated world, the posterior's sets, and the headline.
NAME, WORLD, SETS, HEADLINE = (
    "calibration.md", "calibrated.yaml", "posterior.parquet", "headline.yaml",
)  # fmt: skip

#: The figures, by what they show.
FIGURES = ("calibration_targets", "calibration_identification", "calibration_recovery",
           "calibration_headline")  # fmt: skip


def write(calibration: Calibration, folder: Path) -> None:
    """Write the page, its figures, and what the repository keeps of a calibration.

    Nothing in them depends on when they were made, or how long that took.

    Parameters
    ----------
    calibration : Calibration
        What `sim.study.calibrate` gave.
    folder : Path
        Where to.
    """
    drawn.draw(calibration, folder)
    (folder / NAME).write_text(page(calibration), encoding="utf-8")
    (folder / WORLD).write_text(world(calibration), encoding="utf-8")
    (folder / HEADLINE).write_text(headline(calibration), encoding="utf-8")
    calibration.table("sets").astype("float32").to_parquet(
        folder / SETS, index=False, compression="zstd", use_dictionary=False, write_statistics=False
    )


def page(calibration: Calibration) -> str:
    """Write the page."""
    from jinja2 import Environment, StrictUndefined

    source = files("sim").joinpath("templates", "calibration.md").read_text(encoding="utf-8")
    environment = Environment(  # noqa: S701 - Markdown, made of our own tables
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"number": number, "percent": percent, "with_error": with_error}
    table = calibration.table("targets")
    settings = calibration.table("settings")
    own = table[table["use"] == "calibrate"]
    return environment.from_string(source).render(
        answer=calibration.answer,
        made=made(calibration),
        told=calibration.told,
        fitted_targets=own.to_dict("records"),
        other_targets=table[table["use"] != "calibrate"].to_dict("records"),
        missed=own[~own["calibrated_inside"].astype(bool)].to_dict("records"),
        with_discrepancy=int(own["with_discrepancy"].sum()),
        inside=int(own["calibrated_inside"].sum()),
        fit_inside=int(own["fit_inside"].sum()),
        settings=settings[settings["status"] == FITTED].sort_values("rank").to_dict("records"),
        held_many=int((settings["status"] == HELD).sum()),
        left_many=int((settings["status"] == LEFT).sum()),
        reach=_reach(calibration),
        left=", ".join(f"`{n}`" for n in settings[settings["status"] == LEFT]["parameter"]),
        held=", ".join(f"`{n}`" for n in settings[settings["status"] == HELD]["parameter"]),
        idle=int((settings["status"] == IDLE).sum()),
        ridges=calibration.table("ridges").to_dict("records"),
        headline=calibration.table("headline").to_dict("records"),
        kappa=_along(calibration.table("along_kappa")),
        findings=findings(calibration),
    )


def _reach(calibration: Calibration) -> dict[str, float]:
    """Give the largest fall and the largest rise of symptom severity over the sets."""
    effects = calibration.table("by_set")["symptom_severity"]
    return {"low": float(effects.min()), "high": float(effects.max())}


def _along(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the effect on symptom severity along transfer."""
    own = table[table["step"] == "symptom_severity"]
    return [{str(key): value for key, value in row.items()} for row in own.to_dict("records")]


def made(calibration: Calibration) -> str:
    """Say what a calibration was made with: the same on every run of the same sources."""
    told = calibration.results.manifest
    config = told["config"]
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    return (
        f"attune calibrate calibration={config['calibration']['name']} "
        f"seed={told['seed']['luck']}; {versions}; "
        f"parameter table {manifest.parameters_hash()[:12]}"
    )


def findings(calibration: Calibration) -> list[str]:
    """Say in sentences what does not fit, and what the profile is."""
    table = calibration.table("targets")
    own = table[(table["use"] == "calibrate") & ~table["calibrated_inside"].astype(bool)]
    lines = [
        f"{row['name']}: {number(row['calibrated'])} in the calibrated world, the band is "
        f"{number(row['low'])} to {number(row['high'])}"
        for row in own.to_dict("records")
    ]
    for one in calibration.told["conflicts"]:
        against = ", ".join(one["against"])
        what = (
            f"can be met by giving up {against}" if one["reached"] and against
            else "can be met alone" if one["reached"]
            else "was not met by this search, even with all others given up"
        )  # fmt: skip
        lines.append(
            f"{one['target']} is missed at the best fit: it {what} "
            f"(moved most: {', '.join(one['moved'])})."
        )
    return [*lines, *(one["words"] for one in calibration.told["extremes"])]


def world(calibration: Calibration) -> str:
    """Write the calibrated world, as a choice of the group ``world``."""
    settings = calibration.table("settings")
    table = parameters.table()
    lines = [
        "# @package _global_",
        "# Written by `make calibration`. Fitted parameters are at the medoid of the posterior,",
        "# all others at their prior medians; no effect of training was looked at.",
        f"# {made(calibration)}",
        "world:",
        "  name: calibrated",
        "  about: >-",
        "    What the evidence allows: the generic world fitted to published statistics, and the",
        "    numbers between a therapist's mindfulness and a patient at their prior medians.",
        "  source: docs/calibration.md",
        "parameters:",
    ]
    for status, title in ((FITTED, "fitted"), (None, "at their prior medians")):
        own = settings[(settings["status"] == FITTED) == (status == FITTED)]
        lines.append(f"  # {title}")
        for row in own.to_dict("records"):
            entry = table[row["parameter"]]
            value = min(max(float(f"{row['calibrated']:.6g}"), entry.low), entry.high)
            lines.append(f"  {row['parameter']}: {value!r}")
    return "\n".join(lines) + "\n"


def headline(calibration: Calibration) -> str:
    """Write the headline, which `attune compare` reads beside its answer."""
    table = calibration.table("targets")
    own = table[table["use"] == "calibrate"]
    config = calibration.results.manifest["config"]
    said: dict[str, Any] = {
        "made": made(calibration),
        "comparison": [
            config[group]["name"]
            for group in ("training", "control", "therapists", "patients", "setting")
        ],
        "calibrated": len(own),
        "inside": int(own["calibrated_inside"].sum()),
        "sets": calibration.told["sets"],
        "steps": {
            row["step"]: {key: _six(row[key]) for key in _KEPT}
            for row in calibration.table("headline").to_dict("records")
        },
        "along_kappa": [
            {key: _six(row[key]) for key in ("kappa", "median", "low", "high")}
            for row in _along(calibration.table("along_kappa"))
        ],
    }
    lines = ["# Written by `make calibration`: effects of training over the posterior, in SD."]
    lines += [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    return "\n".join(lines) + "\n"


#: What is kept of a step's headline.
_KEPT = ("median", "low", "high", "benefit", "of_kappa", "of_held", "of_prior")


def _six(value: float) -> float:
    """Round to six digits that count."""
    return float(f"{value:.6g}")


def cells(row: Mapping[Any, Any]) -> list[str]:
    """Write one target: its name, band, and where the simulated statistic lies."""
    return [
        str(row["name"]).replace("_", " "),
        f"{number(row['low'])} to {number(row['high'])}",
        number(row["fit"]),
        f"{'✓' if row['calibrated_inside'] else '·'} {number(row['calibrated'])}",
        f"{number(row['predicted_low'])} to {number(row['predicted_high'])}",
    ]


def number(value: float, digits: int = 2) -> str:
    """Write a number with two digits after the point, fewer where it is large."""
    if math.isnan(value):
        return "–"
    places = digits if abs(value) < 10 else 1  # noqa: PLR2004
    text = f"{value:.{places}f}"
    return text.replace("-", "−") if float(text) != 0.0 else text.lstrip("-")


def with_error(value: float, error: float) -> str:
    """Write a statistic with its Monte Carlo standard error."""
    return number(value) if math.isnan(error) else f"{number(value, 3)} ± {number(error, 3)}"


def percent(value: float) -> str:
    """Write a share as per cent."""
    return f"{100 * value:.0f}%"
