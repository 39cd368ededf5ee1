"""Generators: what can be told to the one that makes trials up, and to the chain."""

from __future__ import annotations

import dataclasses
import shlex
from typing import TYPE_CHECKING

from sim import protocol
from sim.errors import ConfigurationError

if TYPE_CHECKING:
    from sim.trial.design import Design


def check(design: Design) -> None:
    """Check that nothing is told to a generator that means nothing to it.

    Raises
    ------
    ConfigurationError
        If it is, in one sentence.
    """
    if design.config.generator.name == "linear":
        _check_linear(design)
    else:
        _check_process(design)


def _check_linear(design: Design) -> None:
    """Check that the assumed numbers leave some variance, and are for a design of two arms."""
    made = design.config.generator
    explained = made.icc + made.baseline_correlation * made.baseline_correlation
    if explained >= 1.0:
        raise ConfigurationError(
            f"generator.icc={made.icc:g} and "
            f"generator.baseline_correlation={made.baseline_correlation:g} leave the outcome zero "
            "variance of its own: the first plus the square of the second takes less than 1"
        )
    if design.kind == "correlational":
        raise ConfigurationError(
            "design.kind=correlational needs therapists who differ in mindfulness, of which "
            "generator=linear knows nothing: it takes generator=process"
        )
    words = [word.lstrip("+").partition("=")[0] for word in shlex.split(design.config.command)]
    if "design.endpoints" in words:
        raise ConfigurationError(
            "design.endpoints means nothing to generator=linear, which makes up one outcome in SD"
        )
    idle = ("assignment", "case_mix", "uptake", "contamination", "therapist_loss", "estimand")
    _check_idle(design, idle, "generator=linear, whose effect is that of being assigned")


def _check_idle(design: Design, keys: tuple[str, ...], where: str) -> None:
    """Check that nothing is set that means nothing there."""
    plain = protocol.Design()
    for key in keys:
        value, nothing = getattr(design.config.design, key), getattr(plain, key)
        if value not in {nothing, "random"}:
            raise ConfigurationError(
                f"design.{key}={value} means nothing to {where} (it takes {nothing})"
            )


def _check_process(design: Design) -> None:
    """Check that nothing is assumed where it comes out of the chain."""
    if design.kind == "correlational":
        _check_idle(design, ("uptake", "contamination"), "a correlational design")
    made, nothing = design.config.generator, protocol.Generator()
    for field in dataclasses.fields(nothing):
        value = getattr(made, field.name)
        if value != getattr(nothing, field.name):
            raise ConfigurationError(
                f"generator.{field.name}={value:g} means nothing to generator=process, where it "
                "comes out of the chain: it takes generator=linear"
            )
