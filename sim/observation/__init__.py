"""What studies see: scores of instruments, beside the latent states they ask about.

An observation reads what the engine recorded and never changes it:

    x = sqrt(rel) * (sqrt(val) * z + sqrt(1 - val) * u) + sqrt(1 - rel) * e + bias

where z is what the instrument asks about in SD of the norm's population, u the rater's own lasting
way of answering (`sim.observation.answers`) and e a fresh error; x is put on the scale by
`sim.observation.scale`. The correlation with z is sqrt(rel * val) while two waves share rel. The
columns are called ``<instrument>_<rater>_<wave>``, and z itself ``<instrument>_latent_<wave>``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import inventory
from sim.forms import Instrument

if TYPE_CHECKING:
    import numpy as np

    from sim.configuration import Config
    from sim.engine.blocks import Block

    Array = np.ndarray[Any, np.dtype[Any]]

#: Stands for a rater where the latent state itself is meant.
LATENT = "latent"

#: The record of every state but these is one number for all waves.
INTAKE = "pre"


class Score(NamedTuple):
    """One column of scores: of which instrument, by whom, and when (nothing in sessions)."""

    instrument: Instrument
    rater: str
    wave: str = ""


def scores(instruments: Mapping[str, Instrument], table: str) -> dict[str, Score]:
    """List the columns that instruments add to a table.

    Parameters
    ----------
    instruments : mapping of str to Instrument
        The instruments.
    table : str
        ``patients``, ``therapists`` or ``sessions``.

    Returns
    -------
    dict of str to Score
        By the name of the column; what the engine scores itself is left out.
    """
    return {name: score for one in instruments.values() for name, score in _of(one, table)}


def _of(one: Instrument, table: str) -> Iterator[tuple[str, Score]]:
    """List the columns that one instrument adds to a table."""
    raters = [name for name, rater in one.raters.items() if rater.scored is None]
    if table == "sessions" and one.sessions:
        for rater in [LATENT, *raters]:
            yield f"{one.name}_{rater}", Score(one, rater)
    elif table == one.of:
        for rater in [LATENT, *raters]:
            for wave in one.waves:
                yield f"{one.name}_{rater}_{wave}", Score(one, rater, wave)


def column(one: Instrument, rater: str, wave: str) -> str:
    """Name the column of an instrument by a rater at a wave, the engine's own where it scores."""
    scored = None if rater == LATENT else one.raters[rater].scored
    return f"{scored or f'{one.name}_{rater}'}_{wave}"


class Observed:
    """Rows of a block by column, with the scores of instruments among them.

    A column of scores is made when it is first asked for.

    Parameters
    ----------
    config : Config
        The configuration, with the instruments.
    block : Block
        Some replicates, with the rows of the table.
    table : str
        ``patients``, ``therapists`` or ``sessions``. Therapists have an axis of length 1 where
        patients have slots.
    """

    def __init__(self, config: Config, block: Block, table: str) -> None:
        rows: Array = getattr(block.rows, table)
        self._rows = rows[..., None] if table == "therapists" else rows
        self._config, self._block, self._table = config, block, table
        self.scores = scores(config.instrument, table)
        self._made: dict[str, Array] = {}

    @property
    def shape(self) -> tuple[int, ...]:
        """Replicates, arms, therapists, slots, and sessions if they are the rows."""
        return self._rows.shape

    def __getitem__(self, name: str) -> Array:
        """Give a column; slots in which there is nobody hold any number."""
        if name not in self.scores:
            return self._rows[name]
        if name not in self._made:
            score = self.scores[name]
            z = self._latent(score)
            self._made[name] = z if score.rater == LATENT else self._answered(score, z)
        return self._made[name]

    def _latent(self, score: Score) -> Array:
        """Give what an instrument asks about, in SD of the norm's population."""
        import numpy as np

        one = score.instrument
        if self._table == "sessions":
            centre = one.centre if one.centre_sessions is None else one.centre_sessions
            width = one.width if one.width_sessions is None else one.width_sessions
            z = (self._mix(one, one.sessions, "") - centre) / width
            return z if one.given is None else np.where(self._rows[one.given] != 0, z, np.nan)
        mix = self._mix(one, one.reads, score.wave)
        if one.change:
            mix = mix - self._mix(one, one.reads, INTAKE)
        return (mix - one.centre) / one.width

    def _mix(self, one: Instrument, reads: Mapping[str, float], wave: str) -> Array:
        """Add up the columns an instrument reads, each with its weight."""
        import numpy as np

        def read(stem: str) -> Array:
            name = inventory.column(one, stem, wave) if wave else stem
            return self._rows[name].astype(np.float64)

        total: Array = np.zeros(self._rows.shape)
        for stem, weight in reads.items():
            total = total + weight * read(stem)
        if one.per is None or not wave:
            return total
        below = read(one.per)
        return np.divide(total, below, out=np.full_like(total, np.nan), where=below > 0.0)

    def _answered(self, score: Score, z: Array) -> Array:
        """Let the rater fill the form in."""
        import numpy as np
        from scipy import special

        from sim.observation import answers, scale

        one, rater = score.instrument, score.instrument.raters[score.rater]
        who = self._people()
        common = float(self._config.parameters.method_common)
        style = answers.style(who, one.name, score.rater, common)
        error, luck = answers.error(who, one.name, score.rater, self._moments(score))
        if one.response_shift and score.wave != INTAKE and INTAKE in one.waves:
            z = z - one.response_shift * (z - self._latent(score._replace(wave=INTAKE)))
        rel = one.reliability if rater.reliability is None else rater.reliability
        lasting = rater.validity**0.5 * z + (1.0 - rater.validity) ** 0.5 * style
        x = rel**0.5 * lasting + (1.0 - rel) ** 0.5 * error + rater.bias
        if one.missing > 0.0:
            worse = -one.better * z * one.missing_severity
            x = np.where(luck < special.expit(special.logit(one.missing) + worse), np.nan, x)
        return scale.scores(one, x)

    def _moments(self, score: Score) -> Array | int:
        """Give the moments of the addresses: of the wave, or of every session."""
        import numpy as np

        from sim import draws
        from sim.observation import answers

        if score.wave:
            return answers.MOMENTS[score.wave]
        moments: Array = draws.MOMENTS_PER_SESSION * (1 + np.arange(self.shape[-1]))
        return moments

    def _people(self) -> Any:
        """Tell who there is, as addresses of draws."""
        import numpy as np

        from sim import draws
        from sim.observation import answers

        seating = self._block.seating
        after = len(self.shape) - 4  # the axes behind the slots
        wide = (..., *(None,) * after)
        replicates = self._block.first_replicate + np.arange(self.shape[0])
        patients: Array | int = draws.NOBODY
        if self._table != "therapists":
            patients = seating.patients[wide]
        return answers.People(
            replicates=replicates.reshape(-1, 1, 1, 1)[wide],
            therapists=seating.therapists[..., None][wide],
            patients=patients,
            people=int(self._config.seed.people),
            luck=seating.lucks.reshape(1, -1, 1, 1)[wide],
        )


def table(config: Config, block: Block, record: str) -> dict[str, Array]:
    """Give the columns that instruments add to a table of a block, in the order of its rows.

    Parameters
    ----------
    config : Config
        The configuration.
    block : Block
        Some replicates.
    record : str
        A record level; trials get the means (`sim.observation.sums`), segments nothing.

    Returns
    -------
    dict of str to array
    """
    import numpy as np

    if record == "trials":
        from sim.observation import sums

        return sums.trials(config, block)
    if not config.instrument or record == "segments":
        return {}
    seen = Observed(config, block, record)
    there = block.there(record).reshape(seen.shape)
    return {name: np.broadcast_to(seen[name], seen.shape)[there].copy() for name in seen.scores}
