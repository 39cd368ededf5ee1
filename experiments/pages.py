"""What the docs show of the model, made anew: `make docs`.

    docs/chain.png       the chain, in the default study
    docs/programmes.png  every programme at the main steps of the chain
    docs/programmes.md   the same as a table: what each trains, how many hours, what it does

and the world that is made of the table of parameters, `conf/world/plain.yaml`.

All programmes are arms of one study, with the same people and the same luck, so they can be held
against each other. The seed is fixed, and the figures are the same on every machine.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from sim import choices, figures, parameters
from sim.figures import style, sweep

if TYPE_CHECKING:
    import pandas as pd

    from sim.schema import Training
    from sim.study.compare import Comparison

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PLAIN = ROOT / "conf" / "world" / "plain.yaml"

#: The programme that all others are held against.
NONE = "none"

#: The steps of the table, and what they are called in its head.
STEPS = {
    "attention_in_the_room": "attention in the room",
    "attitude_in_the_room": "attitude in the room",
    "felt_attunement": "attunement felt",
    "alliance": "alliance",
    "patient_self_attunement": "patient's self-attunement",
    "symptom_severity": "symptom severity ↓",
    "dropout": "dropout ↓",
}

ATTITUDES = ("curiosity", "openness", "acceptance", "love")
TRAINED = {
    "attention": "attention",
    "bowl_capacity": "capacity of the bowl",
    "decentring": "decentring",
    "intention": "intention",
    "self_compassion": "kindness toward oneself",
    "resonance": "resonance",
    "hook_release": "letting go of hooks",
    "technique": "technique",
    "conceptualisation": "understanding of cases",
    "noticing": "noticing ruptures",
    "working_through": "working through",
}
OTHERS = {
    "reset": "reset before sessions",
    "imagery": "imagery before sessions",
    "supervision": "supervision",
    "hope": "hope",
}

PREFACE = """\
# Programmes

Every programme in the default study, held against no training:
{people}.
Written by `make docs`; the settings are in `conf/training/`, with what is known of their size.

![What each programme does at the main steps of the chain](programmes.png)

Hours are those of formal practice assigned by the end of the treatment and, in brackets, those
done on average. Effects are differences in standard deviations: of therapists' traits; of untrained
patients, for attunement felt and alliance; of patients at intake, for their states; of a single yes
or no, for dropout. ↓ less is better. They are means over {replicates} replicates, seed {seed}; 95%
Monte Carlo intervals reach at most {half:.3f} to either side.

The world is the [calibrated](calibration.md) one, but nothing in it that leads from a programme to a
patient was fitted: what an hour of practice gives is mostly assumed, and no interval shows that.

"""


def programmes(replicates: int = 200, *choice: str) -> Comparison:
    """Compare every programme there is with no training, in one study."""
    names = [name for name in choices.groups()["training"] if name != NONE]
    arms = f"arms=[{','.join([NONE, *names])}]"
    config = sim.configure(arms, "reading=same", f"replicates={replicates}", *choice)
    return sim.compare(config)


def trains(programme: Training) -> str:
    """Say what a programme trains, most first."""
    gains = {words: getattr(programme, name) for name, words in TRAINED.items()}
    gains["attitude"] = max(getattr(programme, name) for name in ATTITUDES)
    gains["letting go of being right"] = -programme.ego
    said = [words for words, gain in sorted(gains.items(), key=lambda one: -one[1]) if gain > 0.0]
    said += [words for name, words in OTHERS.items() if getattr(programme, name) > 0.0]
    return ", ".join(said) or "nothing"


def assigned(programme: Training, weeks: int) -> float:
    """Count the hours of practice that a programme asks for by the end of the treatment."""
    after = max(0, weeks - programme.start_week - programme.weeks)
    return programme.hours_per_week * programme.weeks + programme.maintenance_hours * after


def table(comparison: Comparison) -> str:
    """Write the page."""
    config, effects = comparison.results.config, comparison.effects
    trials = comparison.results.trials
    minutes = trials.groupby("arm", observed=True)["therapist_practice_minutes"].mean()
    shown = effects[effects["step"].isin(STEPS)]
    half = 0.5 * (shown["standardised_high"] - shown["standardised_low"]).max()
    chosen = (config.therapists.name, config.patients.name, config.setting.name)
    people, patients, setting = (name.replace("_", " ") for name in chosen)
    lines = [
        PREFACE.format(
            people=f"{people} with {patients}, {setting}, world {config.world.name}",
            replicates=effects["replicates"].max(),
            seed=config.seed.people,
            half=half,
        )
        + f"| programme | trains | hours | {' | '.join(STEPS.values())} |",
        "|---|---|---:|" + "---:|" * len(STEPS),
    ]
    for name, programme in config.programmes().items():
        hours = assigned(programme, config.setting.weeks)
        done = f"{hours:.0f} ({minutes[name] / 60.0:.0f})" if hours > 0.0 else "0"
        if name == NONE:
            cells = ["–"] * len(STEPS)
        else:
            own = effects[effects["arm"] == name].set_index("step")
            cells = [effect(own.loc[step]) for step in STEPS]
        lines.append(f"| `{name}` | {trains(programme)} | {done} | {' | '.join(cells)} |")
    lines += ["", "## What they are", ""]
    for name, programme in config.programmes().items():
        lines.append(f"- **{name.replace('_', ' ')}.** {' '.join(programme.about.split())}")
    return "\n".join(lines) + "\n"


def effect(row: pd.Series) -> str:
    """Write an effect in standard deviations."""
    if row["finding"] == "exactly 0":
        return "0"
    plus = "+" if row["standardised"] > 0.0 else ""
    return f"{plus}{style.number(row['standardised'])}"


def shrink(source: Path, place: Path, colours: int = 64) -> None:
    """Keep a figure with few colours: a quarter of the size, and no difference to the eye."""
    from PIL import Image

    with Image.open(source) as image:
        flat, whole = image.convert("RGB"), Image.Quantize.FASTOCTREE
        few = flat.quantize(colours, method=whole, dither=Image.Dither.NONE)
        few.save(place, optimize=True)


PLAINLY = """\
# @package _global_
# Every link whose evidence is graded *assumed*, at the value at which it does nothing. Written from
# the parameter table by `make docs`; a test holds it to the table.
world:
  name: plain
  about: >-
    What is left when nothing is believed that nobody has tested: every link graded as assumed is
    off. The way from practice to the room is one of them, so no training reaches a patient.
  source: The parameter table, its grades of evidence and its neutral values.
parameters:
"""


def plain() -> str:
    """Write the world in which every number that is only assumed is at its neutral value."""
    listed = parameters.table().values()
    assumed = [one for one in listed if one.evidence == "assumed" and one.neutral is not None]
    return PLAINLY + "".join(f"  {one.name}: {one.neutral}\n" for one in assumed)


def main() -> int:
    """Write the world, the page and both figures."""
    PLAIN.write_text(plain(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as made:
        chain = sim.compare(sim.configure("reading=same"))
        shrink(figures.draw_chain(chain, Path(made))[0], DOCS / "chain.png")
        every = programmes()
        title = "What each programme does, against no training"
        png, _ = style.write(
            lambda: sweep.lay_out(every.effects, ["arm"], title, every.caution),
            Path(made),
            "programmes",
        )
        shrink(png, DOCS / "programmes.png")
    (DOCS / "programmes.md").write_text(table(every), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
