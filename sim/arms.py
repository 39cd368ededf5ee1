"""Arms by name: ``arms=[none,mbsr,zen]``, the first of them the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from sim import choices
from sim.errors import ConfigurationError, nearest
from sim.schema import Training, allowed

#: A comparison needs that many.
FEWEST = 2


def check_words(words: Sequence[str]) -> None:
    """Check that arms are not named in two ways at once.

    Raises
    ------
    ConfigurationError
        If programmes are chosen by ``arms`` and by ``training`` or ``control`` as well.
    """
    named = {word.partition("=")[0].lstrip("+"): word for word in words}
    if named.get("arms", "arms=null").partition("=")[2] == "null":
        return
    for key, word in named.items():
        if key.partition(".")[0] in {"training", "training@control", "control"}:
            said = word.replace("training@control=", "control=")
            raise ConfigurationError(
                f"{named['arms']} replaces training and control: leave out {said}"
            )


def programmes(
    said: Any, compose: Callable[[str], Training], folder: str | Path | None = None
) -> list[Training]:
    """Find the programmes that were named.

    Parameters
    ----------
    said : list
        Names of options of the group ``training``; or whole programmes, as a manifest holds them.
    compose : callable
        Gives a programme by its name.
    folder : str or Path, optional
        A folder with options of the user's own.

    Returns
    -------
    list of Training

    Raises
    ------
    ConfigurationError
        If there are fewer than two, one is named twice, or one does not exist.
    """
    if not isinstance(said, list):
        raise ConfigurationError(f"arms={said} will not do: it takes {allowed('arms')}")
    options = choices.groups(folder)["training"]
    found = [one if isinstance(one, Training) else _find(one, compose, options) for one in said]
    if len(found) < FEWEST:
        only = ",".join(one.name for one in found)
        raise ConfigurationError(
            f"arms=[{only}] names fewer than two arms: it takes {allowed('arms')}"
        )
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(
                f"arms=[{','.join(names)}] names {name} twice: every arm needs a programme and a "
                "name of its own"
            )
    return found


def _find(said: Any, compose: Callable[[str], Training], options: Mapping[str, Any]) -> Training:
    """Find one programme."""
    if isinstance(said, Mapping) and set(said) == {field.name for field in fields(Training)}:
        from omegaconf import OmegaConf

        merged = OmegaConf.merge(OmegaConf.structured(Training), OmegaConf.create(dict(said)))
        return cast("Training", OmegaConf.to_object(merged))
    if not isinstance(said, str) or said not in options:
        raise ConfigurationError(
            f"arms names {said}, which is no programme: it takes any of {', '.join(options)}"
            f"{nearest(str(said), options)}"
        )
    return compose(said)
