"""The story: a session log in words, ready to be printed or made a page of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from sim.narrative import apart, bands, people, sessions
from sim.narrative.bands import Row, figure
from sim.narrative.beside import Beside
from sim.narrative.five_minutes import Teller
from sim.narrative.people import Outcome
from sim.narrative.voice import Line, Side, Voice
from sim.study import open_rupture
from sim.study.partings import Parting, Twin
from sim.study.session_log import SessionLog

#: What stands in the margin of five minutes, and of what a session leaves.
MARGIN = {"felt": "felt_attunement", "presence": "presence"}
AFTERWARDS = ("alliance", "bond", "safety")


@dataclasses.dataclass(frozen=True)
class Moment:
    """Five minutes in both worlds.

    Attributes
    ----------
    session, segment : int
        Which.
    clock : str
        From and to which minute: ``5–10``.
    told : Side
        In the world that is told.
    twin : Side or None
        In the twin's; none if there was no such session.
    other : tuple of Line
        What is told of the twin and not of the other, and what did not happen to the twin; nothing
        where the two are alike.
    parts : bool
        Whether the twins part here.
    """

    session: int
    segment: int
    clock: str
    told: Side
    twin: Side | None
    other: tuple[Line, ...]
    parts: bool


@dataclasses.dataclass(frozen=True)
class Chapter:
    """A session in both worlds: how it begins, its moments, and what it changes."""

    number: int
    heading: str
    opening: tuple[Side, Side | None]
    moments: tuple[Moment, ...]
    closing: tuple[Side, Side | None]
    absent: str


@dataclasses.dataclass(frozen=True)
class Story:
    """A session log in words.

    Attributes
    ----------
    title, lead : str
        What it is about, and of whom.
    worlds : tuple of str
        What the two worlds are called.
    people : tuple of str
        Who the two are, and what the twin practised.
    chapters : tuple of Chapter
        The sessions told.
    parting : tuple of str
        Where the two part.
    around : tuple of Moment
        The five minutes around the parting, if they are not among the chapters.
    ending : tuple of str
        How it went on.
    outcome : tuple of Outcome
        What became of the patient, in both worlds.
    honest : tuple of str
        What is model here, and what is not.
    """

    title: str
    lead: str
    worlds: tuple[str, str]
    people: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    parting: tuple[str, ...]
    around: tuple[Moment, ...]
    ending: tuple[str, ...]
    outcome: tuple[Outcome, ...]
    honest: tuple[str, ...]


def tell(log: SessionLog) -> Story:
    """Tell a session log.

    Parameters
    ----------
    log : SessionLog
        What `sim.study.session_log.session_log` took out of a study.

    Returns
    -------
    Story
    """
    config = log.results.config
    chapters = tuple(_chapters(log))
    told_there = {(moment.session, moment.segment) for one in chapters for moment in one.moments}
    around = tuple(_around(log)) if _place(log.parting) not in told_there else ()
    caseload = int(log.told.therapist["caseload"])
    return Story(
        title=apart.title(log),
        lead=apart.lead(log),
        worlds=apart.worlds(log),
        people=(
            people.therapist(log.told.therapist, config.therapists.n, config.therapists.name),
            people.patient(log.told.patient, log.place, caseload),
            people.training(log.told, log.twin),
        ),
        chapters=chapters,
        parting=apart.parting(log),
        around=around,
        ending=apart.ending(log),
        outcome=people.outcome(log.told, log.twin),
        honest=apart.honest(log),
    )


class _World:
    """One world, gone through from its first session on."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.voice = Voice()
        self.teller = Teller(self.voice)

    def sides(self, number: int) -> tuple[Side, dict[int, Side], Side]:
        """Tell a session: its opening, its five minutes by number, and its closing."""
        twin = self.twin
        rupture, _ = open_rupture.follow(twin, until=number)
        session = twin.sessions[number]
        rows = {i: row for (n, i), row in twin.segments.items() if n == number}
        before = self._before(number)
        fears = (
            (before["fear_rejection"], before["fear_harm"])
            if before is not None
            else (twin.patient["fear_rejection_pre"], twin.patient["fear_harm_pre"])
        )
        closed_over = rupture.meet(rows[1])
        self.teller.begin()
        opening = Side(
            tuple(sessions.opening(self.voice, session, rows[1], fears, rupture, closed_over)),
            {"shown": figure(session["vulnerability"])},
        )
        moments = {}
        for index, row in rows.items():
            rupture.follow(row)
            lines = self.teller.tell(row, rupture, last=index == len(rows))
            moments[index] = Side(lines, margin(row), rupture.standing)
        closing = Side(
            tuple(sessions.closing(self.voice, session, before, rupture)),
            {name: _moved(name, session, before) for name in AFTERWARDS},
        )
        return opening, moments, closing

    def _before(self, number: int) -> Row | None:
        """Give the session held before another."""
        earlier = [n for n in self.twin.sessions if n < number]
        return self.twin.sessions[earlier[-1]] if earlier else None


def margin(row: Row) -> dict[str, str]:
    """Give the numbers that stand beside five minutes."""
    bowl = f"{100.0 * bands.share(row):.0f}%"
    return {name: figure(row[column]) for name, column in MARGIN.items()} | {"bowl": bowl}


def clock(segment: int, minutes: int) -> str:
    """Say from and to which minute a segment goes."""
    return f"{(segment - 1) * minutes}–{segment * minutes}"


def _chapters(log: SessionLog) -> Iterator[Chapter]:
    """Tell the sessions, in both worlds."""
    told, twin = _World(log.told), _World(log.twin)
    per_week = log.results.config.setting.sessions_per_week
    for number in log.numbers:
        opening, moments, closing = told.sides(number)
        there = number in log.twin.sessions
        other = twin.sides(number) if there else None
        beside = Beside(twin.voice)
        yield Chapter(
            number=number,
            heading=f"Session {number}, week {(number - 1) // per_week + 1}",
            opening=(opening, beside.opening(opening, other[0]) if other else None),
            moments=tuple(
                _moment(log, beside, number, index, side, other[1].get(index) if other else None)
                for index, side in moments.items()
            ),
            closing=(closing, other[2] if other else None),
            absent="" if there else apart.absent(log.twin, number),
        )


def _moment(
    log: SessionLog, beside: Beside, number: int, index: int, told: Side, twin: Side | None
) -> Moment:
    """Put five minutes of both worlds side by side."""
    place = (number, index)
    other: tuple[Line, ...] = ()
    if twin is not None:
        other = beside.other(told, twin, log.told.segments[place], log.twin.segments[place])
    return Moment(
        session=number,
        segment=index,
        clock=clock(index, log.minutes),
        told=told,
        twin=twin,
        other=other,
        parts=_place(log.parting) == place,
    )


def _around(log: SessionLog) -> Iterator[Moment]:
    """Tell the five minutes in which the twins part, with those before and after."""
    place = _place(log.parting)
    if log.parting is None or log.parting.in_one_world_only or place is None:
        return
    number, at = place
    (_, told, _), (_, twin, _) = (_World(one).sides(number) for one in (log.told, log.twin))
    beside = Beside(Voice())
    for index in (at - 1, at, at + 1):
        if index in told:
            yield _moment(log, beside, number, index, told[index], twin[index])


def _place(parting: Parting | None) -> tuple[int, int] | None:
    """Tell the session and the five minutes of a parting; the first ones, if at its beginning."""
    return None if parting is None else (parting.session, max(1, parting.segment))


def _moved(name: str, session: Row, before: Row | None) -> str:
    """Write how a state moved over a session: ``.58 → .60``."""
    now = figure(session[name])
    return now if before is None else f"{figure(before[name])} → {now}"
