"""How a session begins, and what it changes, in words."""

from __future__ import annotations

from collections.abc import Iterator

from sim.narrative import bands
from sim.narrative.bands import Row, word
from sim.narrative.voice import Line, Voice
from sim.study.open_rupture import Rupture


def opening(
    voice: Voice,
    session: Row,
    first: Row,
    fears: tuple[float, float],
    rupture: Rupture,
    closed_over: int = 0,
) -> Iterator[Line]:
    """Tell how a session begins.

    Parameters
    ----------
    voice : Voice
        Whose words are used.
    session, first : Row
        The session, and its first five minutes.
    fears : tuple of float
        The fear of being turned away, and that of being too much, as the patient brings them.
    rupture : Rupture
        The rupture that is open when they meet, if one is.
    closed_over : int
        The session whose rupture was open when they parted, and is open no more; 0 if none is.

    Yields
    ------
    Line
    """
    if closed_over:
        yield voice.line("closed_over", session=str(closed_over))
    if rupture.session:
        left = "left.noticed" if rupture.noticed else "left.unnoticed"
        yield voice.line(left, session=str(rupture.session))
    yield voice.line("hooked" if session["hooked"] else "held")
    yield voice.line(f"shown.{word(session['vulnerability'], bands.SHOWN)}")
    rejection, harm = fears
    if word(rejection, bands.FEAR) == "high":
        yield voice.line("fear.rejection")
    if word(harm, bands.FEAR) == "high":
        yield voice.line("fear.harm")
    if first["agitation"] >= bands.UNSETTLED:
        yield voice.line("arrives.unsettled")
    intention = word(session["intention"], bands.INTENTION)
    if intention != "there":
        yield voice.line(f"intention.{intention}")
    if session["action_due"]:
        yield voice.line("due.acted" if session["acted"] else "due.left")


def closing(voice: Voice, session: Row, before: Row | None, rupture: Rupture) -> Iterator[Line]:
    """Tell what a session changed.

    Parameters
    ----------
    voice : Voice
        Whose words are used.
    session : Row
        The session.
    before : Row or None
        The one before it; none before the first.
    rupture : Rupture
        The rupture that is open when they part, if one is.

    Yields
    ------
    Line
    """
    if rupture.session:
        yield voice.line("rupture.left_noticed" if rupture.noticed else "rupture.left_unnoticed")
    elif session["repaired"]:
        firmer = before is not None and session["bond"] > before["bond"]
        yield voice.line("rupture.repaired" if firmer else "rupture.closed")
    if before is None:
        yield voice.line("alliance.begins")
    else:
        yield voice.line(f"alliance.{_move('alliance', session, before)}")
        for name in ("safety", "fear_rejection", "fear_harm", "self_attunement"):
            moved = _move(name, session, before)
            if moved != "holds":
                yield voice.line(f"{name}.{moved}")
    if session["swamped"] >= bands.SWAMPED:
        yield voice.line("swamped")
    there = session["ruptures"] or session["repaired"] or session["rupture_open"]
    patient, therapist = session["rupture_reported_patient"], session["rupture_reported_therapist"]
    if there or patient or therapist:
        who = {(1, 1): "both", (1, 0): "patient", (0, 1): "therapist", (0, 0): "neither"}
        said = who[int(patient), int(therapist)]
        yield voice.line(f"told.{said}", truth="one" if there else "none")


def _move(name: str, session: Row, before: Row) -> str:
    """Say how a state moved over a session."""
    return bands.move(name, session[name] - before[name])
