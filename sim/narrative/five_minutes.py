"""Five minutes in words.

What happens is always told: a lapse, a bowl that runs over, a hostile act, whatever becomes of a
rupture. How things stand is told when a session begins, and when it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.narrative import bands
from sim.narrative.bands import Row, word
from sim.narrative.voice import Line, Voice
from sim.study.open_rupture import Rupture

#: For how many five minutes a rupture has been open when it is said once more that it is.
_SAID_AGAIN = frozenset({1, 2, 4, 7})


class Teller:
    """Tells one world's five minutes, one after the other.

    Parameters
    ----------
    voice : Voice
        Whose words are used.
    """

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.before: dict[str, Any] = {}

    def begin(self) -> None:
        """Begin a session: how things stand is told anew."""
        self.before = {}

    def tell(self, row: Row, rupture: Rupture, *, last: bool) -> tuple[Line, ...]:
        """Tell five minutes.

        Parameters
        ----------
        row : Row
            What the ledger wrote down.
        rupture : Rupture
            The rupture as it stands after them.
        last : bool
            Whether they are the last of the session.

        Returns
        -------
        tuple of Line
            One sentence at least.
        """
        lines = [*self._patient(row), *self._therapist(row), *self._attunement(row)]
        lines += self._hostile(row)
        lines += self._rupture(row, rupture, last=last)
        return tuple(lines)

    def _patient(self, row: Row) -> Iterator[Line]:
        """Tell what the patient feels and wants."""
        now, was = word(row["affect"], bands.AFFECT), self.before.get("affect")
        change = row["affect"] - self.before.get("affect_level", row["affect"])
        if was is None:
            felt = f"affect.{now}"
        elif now != was:
            felt = f"affect.{'rises' if change > 0.0 else 'eases'}.{now}"
        else:
            felt = "affect.steady"
        need = word(row["need"], bands.NEED)
        wants = need != "neither" and need != self.before.get("need")
        self.before |= {"affect": now, "affect_level": row["affect"], "need": need}
        yield self.voice.joined((felt, f"need.{need}") if wants else (felt,), "; ")

    def _therapist(self, row: Row) -> Iterator[Line]:
        """Tell where the therapist is, and whether the bowl held."""
        here, bowl = word(row["presence"], bands.PRESENCE), word(bands.share(row), bands.BOWL)
        told = []
        if here != self.before.get("presence"):
            told.append(f"presence.{here}")
        if bowl != self.before.get("bowl") and row["overflow"] == "held":
            told.append(f"bowl.{bowl}")
        self.before |= {"presence": here, "bowl": bowl}
        if row["lapse"]:
            yield self.voice.line("lapse.caught" if row["caught"] else "lapse.slips")
        if row["overflow"] != "held":
            yield self.voice.line(f"overflow.{row['overflow']}")
        if told:
            yield self.voice.joined(tuple(told), ", and ")

    def _attunement(self, row: Row) -> Iterator[Line]:
        """Tell what was read, expressed and recognised."""
        felt, weakest = word(row["felt_attunement"], bands.FELT), bands.weakest(row)
        unsaid = bands.misses_the_unsaid(row)
        gap = word(row["closeness"] - row["need"], bands.GAP)
        lost = felt in {"none", "little", "some"}
        known = (felt, weakest if lost else "")
        if known != self.before.get("felt"):
            if lost:
                why = self.voice.words(f"weakest.{weakest}")
                text = self.voice.words(f"felt.{felt}", why=why)
                yield Line((f"felt.{felt}", f"weakest.{weakest}"), text)
            else:
                yield self.voice.line(f"felt.{felt}")
        if unsaid and not self.before.get("unsaid"):
            yield self.voice.line("unsaid.missed")
        if gap not in {"matched", self.before.get("gap")}:
            yield self.voice.line(f"closeness.{gap}")
        self.before |= {"felt": known, "unsaid": unsaid, "gap": gap}

    def _hostile(self, row: Row) -> Iterator[Line]:
        """Tell of a hostile or controlling act that was no answer to a rupture."""
        if row["hostile"] and row["working_through"] != "defensive":
            yield self.voice.line("hostile.act")
            yield from self._answer(row)

    def _answer(self, row: Row) -> Iterator[Line]:
        """Tell whether the patient answered a hostile act in kind."""
        yield self.voice.line("hostile.answered" if row["answered"] else "hostile.unanswered")

    def _rupture(self, row: Row, rupture: Rupture, *, last: bool) -> Iterator[Line]:
        """Tell what became of a rupture."""
        working, kind = row["working_through"], row["rupture_kind"]
        loose = row["adherence"] < bands.LOOSE
        if row["rupture_begins"]:
            yield self.voice.line(f"begins.{kind}")
        elif row["noticed"]:
            yield self.voice.line(f"noticed.{kind}")
        elif working != "not_tried":
            again = ".again" if rupture.attempts > 1 and working != "worked_through" else ""
            yield self.voice.line(f"working.{working}{again}")
            if working == "defensive":
                yield from self._answer(row)
        elif row["rupture_open"] and not rupture.noticed and (last or rupture.age in _SAID_AGAIN):
            yield self.voice.line("open.unnoticed")
        if loose and not self.before.get("loose"):
            yield self.voice.line("adherence.loose")
        self.before |= {"loose": loose}
