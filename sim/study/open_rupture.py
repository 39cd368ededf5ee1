"""The rupture that is open between two people, followed through the rows of their five minutes."""

from __future__ import annotations

import dataclasses

from sim.study.partings import Row, Twin


@dataclasses.dataclass
class Rupture:
    """The rupture that is open between two people, followed through their rows.

    Attributes
    ----------
    session : int
        In which it began; 0 where none is open.
    noticed : bool
        Whether the therapist has noticed it.
    attempts : int
        How often working through was tried.
    age : int
        For how many five minutes of this session it has been open.
    """

    session: int = 0
    noticed: bool = False
    attempts: int = 0
    age: int = 0

    @property
    def standing(self) -> str:
        """How it stands: ``none`` is open, or one is, ``unnoticed`` or ``noticed``."""
        if not self.session:
            return "none"
        return "noticed" if self.noticed else "unnoticed"

    def follow(self, row: Row) -> None:
        """Go on by five minutes."""
        if row["rupture_begins"]:
            self.session, self.noticed = int(row["session"]), False
            self.attempts = self.age = 0
        elif self.session:
            self.age += 1
        if row["noticed"]:
            self.noticed = True
        if row["working_through"] != "not_tried":
            self.attempts += 1
        if not row["rupture_open"]:
            self.session = 0

    def meet(self, first: Row) -> int:
        """Come to the next session; by its first five minutes it may be over, without repair.

        Returns
        -------
        int
            The session whose rupture has closed over since; 0 where none has.
        """
        self.age = 0
        brought = self.session
        still_there = first["rupture_open"] or first["working_through"] == "worked_through"
        if first["rupture_begins"] or not still_there:
            self.session = 0
        return brought if not self.session else 0


def follow(twin: Twin, until: int | None = None) -> tuple[Rupture, dict[tuple[int, int], str]]:
    """Follow ruptures through a course.

    Parameters
    ----------
    twin : Twin
        The course.
    until : int, optional
        The session before which to stop; to the end if not given.

    Returns
    -------
    tuple of Rupture and dict
        The rupture as it stands then, and how one stood after every five minutes.
    """
    rupture, session = Rupture(), 0
    standing: dict[tuple[int, int], str] = {}
    for (number, index), row in twin.segments.items():
        if until is not None and number >= until:
            break
        if number != session:
            session = number
            rupture.meet(row)
        rupture.follow(row)
        standing[number, index] = rupture.standing
    return rupture, standing
