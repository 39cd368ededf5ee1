"""What the page knows: numbers with their passports, choices, claims, and the chain as it is drawn.

All of it is read from the parameter table, the register of claims and ``conf/``; nothing is told
twice.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sim import choices, claims, course, equations, layout, parameters, records
from sim.choices import Option
from sim.study.steps import RELATIONSHIPS

#: The groups a reader can choose from, and the record that holds an option's numbers.
GROUPS: Mapping[str, type] = {
    "training": records.Programme,
    "therapists": records.TherapistPopulation,
    "patients": records.PatientPopulation,
    "setting": records.Frame,
}

#: A world that says nothing but these is a set of parameters, and the page can take it.
_WORLD = {"world", "parameters"}

#: What the page calls a world, in the order in which it offers them; any other goes by its name.
_WORLDS = {
    "theory": "what the theory says",
    "calibrated": "what the evidence allows",
    "plain": "plain, nothing untested",
}

#: What a programme is called where its name as words would be wrong.
_SPELT = {
    "alliance_focused": "alliance-focused",
    "loving_kindness": "loving-kindness",
    "self_compassion": "self-compassion",
}

#: How a knock-out names a parameter.
_PARAMETERS = "parameters."


def facts() -> dict[str, Any]:
    """Gather what the page knows, as it is written into the page."""
    drawn = chain()
    named = {claim for link in drawn["links"].values() for claim in link["claims"]}
    table = parameters.table().values()
    sources = sorted({entry.source for entry in table})
    return {
        "parameters": {
            entry.name: {
                "value": entry.default,
                "neutral": entry.neutral,
                "unit": entry.unit,
                "meaning": entry.meaning,
                "evidence": entry.evidence,
                "source": sources.index(entry.source),
            }
            for entry in table
        },
        "sources": sources,
        "claims": {
            number: {"says": claim.says, "certainty": claims.CERTAINTIES[claim.certainty]}
            for number, claim in claims.register().items()
            if number in named
        },
        "equations": {
            name: {"caption": equations.links()[name].caption}
            for link in drawn["links"].values()
            for name in link["links"]
        },
        "places": {"training": "Training", **RELATIONSHIPS},
        "endings": course.ENDINGS,
        "worlds": worlds(),
        "knockouts": knockouts(),
        "defaults": _defaults(),
        **drawn,
        **{group: _options(group) for group in GROUPS},
    }


@cache
def chain() -> dict[str, Any]:
    """Read the chain as the page draws it: its nodes and its links."""
    drawn = tomllib.loads(files("sim.page").joinpath("chain.toml").read_text(encoding="utf-8"))
    for link in drawn["links"].values():
        link.setdefault("parameters", [])
        link.setdefault("links", [])
        link.setdefault("knockouts", [])
    return drawn


def knockouts() -> dict[str, dict[str, Any]]:
    """List the knock-outs that links of the page name, and the parameters each sets.

    Returns
    -------
    dict
        Of each: its number as it is written (``K2``), its title, what it says about itself, and the
        parameters it sets (``parameters``); ``wider`` if it sets anything else besides.
    """
    named = {name for link in chain()["links"].values() for name in link["knockouts"]}
    return {
        option.name: {
            "number": option.name.upper(),
            "title": said["title"],
            "about": option.about,
            "parameters": [
                key.removeprefix(_PARAMETERS) for key in said["cut"] if key.startswith(_PARAMETERS)
            ],
            "wider": not all(key.startswith(_PARAMETERS) for key in said["cut"]),
        }
        for option, said in _files("knockout")
        if option.name in named
    }


def _options(group: str) -> dict[str, dict[str, Any]]:
    """List the options of a group: what each says about itself, and its numbers."""
    known = {field.name for field in layout.fields(GROUPS[group])}
    listed = {}
    for option, said in _files(group):
        numbers = {key: value for key, value in said.items() if key in known}
        about = typeset(option.brief)
        listed[option.name] = {"label": _words(option.name), "about": about, **numbers}
    return listed


def worlds() -> dict[str, dict[str, Any]]:
    """List the worlds: what each says about itself, and the parameters it sets.

    Every world of ``conf/world`` that is a set of parameters is there, so that one that is added is
    offered as soon as its file is.
    """
    found = {
        option.name: {
            "label": _WORLDS.get(option.name, _words(option.name)),
            "about": typeset(option.about),
            "parameters": said.get("parameters") or {},
        }
        for option, said in _files("world")
        if set(said) <= _WORLD and "sets" not in said["world"]
    }
    first = [name for name in _WORLDS if name in found]
    return {name: found[name] for name in dict.fromkeys([*first, *found])}


def typeset(text: str) -> str:
    """Set a text of ``conf/`` for reading: true apostrophes and dashes, names without marks."""
    return text.replace("'", "’").replace(" - ", " – ").replace("`", "")


def _defaults() -> dict[str, str]:
    """Tell the option of each group that is taken where none is chosen."""
    listed = choices.groups()
    return {
        group: next(name for name, option in listed[group].items() if option.is_default)
        for group in (*GROUPS, "world")
    }


def _files(group: str) -> Iterable[tuple[Option, dict[str, Any]]]:
    """Read the files of a group."""
    for name, option in choices.groups()[group].items():
        yield option, choices.read(choices.shipped() / group / f"{name}.yaml")


def _words(name: str) -> str:
    """Write a name as words."""
    known = {"mbsr": "MBSR", "zen": "Zen"}
    return _SPELT.get(name) or " ".join(known.get(word, word) for word in name.split("_"))
