"""Where the instruments that read a state without a norm have their middle: as simulated.

Empathy, presence, hostile acts and what is done with a rupture are states of this model. A
published mean says where the middle of a *scale* lies, not where that of the state does. Both are
taken from untrained trainees and their outpatients in the default world, and written into its
file (``centre``, ``width``, and of sessions ``centre_sessions``, ``width_sessions``), where its
source says so. To be run again when the default world changes.

    python experiments/centres.py [words for attune simulate]
"""

import re
import sys
from pathlib import Path

import numpy as np

import sim
from sim.configuration import Config

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "conf" / "instrument"

#: As many digits as count.
DIGITS = 3


def ours(config: Config) -> list[str]:
    """List the instruments whose middle, or width, was simulated."""
    return [name for name in sorted(config.instrument) if "as simulated" in source(config, name)]


def source(config: Config, name: str) -> str:
    """Give what an instrument says of where its figures come from, on one line."""
    return " ".join(config.instrument[name].source.split())


def middles(*words: str, replicates: int = 20) -> dict[str, dict[str, float]]:
    """Simulate, and give each instrument's keys with their values.

    What an instrument asks about is in its latent columns, in units of the width and from the
    centre that its file has now; so what comes out does not depend on these.
    """
    names = [file.stem for file in sorted(FOLDER.glob("*.yaml"))]
    every = [f"instruments=[{','.join(names)}]", "record=sessions", *words]
    kept = ours(sim.configure(*every))
    config = sim.configure(f"instruments=[{','.join(kept)}]", "record=sessions", *words)
    results = sim.simulate(config, replicates=replicates, record="sessions")
    found: dict[str, dict[str, float]] = {}
    for name in kept:
        one = config.instrument[name]
        keys: dict[str, float] = {}
        if one.waves:
            people = _untrained(results.therapists if one.of == "therapists" else results.patients)
            columns = [people[f"{name}_latent_{wave}"].to_numpy() for wave in one.waves]
            keys |= _keys(np.concatenate(columns), one.centre, one.width, "")
        if one.sessions:
            own = one.centre_sessions is not None
            centre, width = (
                (one.centre_sessions, one.width_sessions) if own else (one.centre, one.width)
            )
            latent = _untrained(results.sessions)[f"{name}_latent"].to_numpy()
            keys |= _keys(latent, centre, width, "_sessions" if own else "")
        both = "Centre and width" in source(config, name)
        found[name] = {
            key: value
            for key, value in keys.items()
            if _is_number(name, key) and (both or key.startswith("width"))
        }
    return found


def _untrained(rows):
    """Keep the arm of reference."""
    return rows[rows["arm"] == rows["arm"].cat.categories[0]]


def _keys(latent, centre, width, end):
    """Give centre and width under their keys."""
    known = latent[~np.isnan(latent)].astype(np.float64)
    values = {
        f"centre{end}": centre + width * known.mean(),
        f"width{end}": width * known.std(ddof=1),
    }
    return {key: float(f"{value:.{DIGITS}g}") for key, value in values.items()}


def _is_number(name, key):
    """Tell whether a file gives a number there, and not a parameter."""
    text = (FOLDER / f"{name}.yaml").read_text("utf-8")
    return re.search(rf"^{key}: -?[\d.]+", text, re.MULTILINE) is not None


def main(words):
    for name, keys in middles(*words).items():
        file = FOLDER / f"{name}.yaml"
        text = file.read_text("utf-8")
        for key, value in keys.items():
            text = re.sub(rf"^({key}: )-?[\d.]+", rf"\g<1>{value:g}", text, flags=re.MULTILINE)
        file.write_text(text, "utf-8")
        print(f"{name:24}", "  ".join(f"{key} {value:g}" for key, value in keys.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
