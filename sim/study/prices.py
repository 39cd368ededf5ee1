"""Prices: what a trial of a design costs, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.trial.design import Design


def parts(planned: Design) -> dict[str, float]:
    """Give what each part of a trial costs.

    Sessions are paid for as they are scheduled, whether or not patients stay; assessments at intake
    (if there is one), at the end, and at follow-up if that is the wave that counts.

    Parameters
    ----------
    planned : Design
        The design; its configuration holds the prices.

    Returns
    -------
    dict of str to float
        By part, in the currency of the prices: ``trial, therapist, training, patient, session,
        assessment``.
    """
    config = planned.config
    price, setting = config.price, config.setting
    people = planned.patients * planned.periods
    baseline = config.design.baseline and "pre" in planned.endpoints[0].columns
    waves = 1 + int(baseline) + int(planned.wave == "followup")
    return {
        "trial": float(price.trial),
        "therapist": price.therapist * planned.therapists,
        "training": price.training * planned.trained,
        "patient": price.patient * people,
        "session": price.session * people * setting.weeks * setting.sessions_per_week,
        "assessment": price.assessment * people * waves,
    }


def total(planned: Design) -> float:
    """Give what a trial costs in all."""
    return sum(parts(planned).values())


def said(amount: float, currency: str) -> str:
    """Write an amount of money, to three digits: ``129,000 euro``."""
    if not amount < float("inf"):
        return "–"
    digits = max(0, len(str(int(amount))) - 3)
    return f"{round(amount, -digits):,.0f} {currency}"
