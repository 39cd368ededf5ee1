"""The clinic: therapists and patients as Mesa agents, living one replicate of a study week by week.

The agents *are* the records the chain works on, so what the chain does to a record shows at once as
an attribute of the agent. Every number is that of the engine (`sim.engine`) to the last bit: no
draw comes from Mesa's generators, and the order within a week is that of the schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim import draws, ensemble, layout, own_links, records
from sim.errors import ConfigurationError, nearest
from sim.links import Replacements, link
from sim.rows import PatientRow, SegmentRow, SessionRow, TherapistRow
from sim.schema import SLOTS
from sim.tables import KEYS, ROWS

if TYPE_CHECKING:
    from sim.schema import Arm, Config

#: What the model's `DataCollector` writes down of every agent after each week.
THERAPIST_STATES = ("arm", "self_attunement", "attunement", "presence", "fatigue")
PATIENT_STATES = (
    "arm",
    "in_treatment",
    "felt_attunement",
    "self_attunement",
    "alliance",
    "rupture_probability",
    "repair_probability",
    "symptom_severity",
    "well_being",
    "relationships",
)


class Therapist(mesa.Agent, records.Therapist):
    """A therapist of one arm, with a caseload.

    Every field of `sim.records.Therapist` is an attribute: ``attention``, ``self_attunement``,
    ``attunement`` (to the current patient), ``presence`` and so on.

    Attributes
    ----------
    arm : str
        The arm.
    programme : Programme
        What the therapist is asked to practise.
    caseload : list of Patient
        The patients, in the order of their appointments.
    row : TherapistRow
        What the ledger has written down.
    """

    # Records are equal when their values are; agents are not: each is somebody.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __init__(self, model: Clinic, arm: Arm, who: int, caseload: int) -> None:
        """Make a therapist, and the patients assigned."""
        super().__init__(model)
        self.clinic = model
        self.arm = arm.name
        self.programme = arm.programme
        self.row = TherapistRow()
        chain, p = model.chain, model.parameters
        people, luck, replicate = model.people, model.luck, model.replicate
        population = model.config.therapist_population()
        chain.population.therapist(p, population, self, who, people, replicate)
        chain.course.prepare(p, model.frame, self.programme, self)
        chain.ledger.therapist_pre(p, self, self.row, people, luck, replicate)
        owner = arm.first_therapist if model.config.patients.shared else who
        self.caseload = [Patient(model, self, owner * SLOTS + k) for k in range(caseload)]

    def live_week(self, week: int) -> None:
        """Live a week: practise, and from the first week of the treatment on see the patients."""
        model, frame = self.clinic, self.clinic.frame
        chain, p, luck, replicate = model.chain, model.parameters, model.luck, model.replicate
        chain.course.week(p, self.programme, self, week, luck, replicate)
        if week < 0:
            return
        if week == 0:
            chain.ledger.therapist_start(p, self, self.row, luck, replicate)
        for turn in range(frame.sessions_per_week):
            number = week * frame.sessions_per_week + turn + 1
            for patient in self.caseload:
                if chain.course.takes_place(
                    frame, patient, self.therapist, luck, replicate, number
                ):
                    patient.attend(number)
                chain.course.between_sessions(
                    p, frame, patient, patient.dyad, self.therapist, luck, replicate, number
                )

    def end(self) -> None:
        """Come to the scheduled end of the treatment."""
        model = self.clinic
        model.chain.ledger.therapist_post(
            model.parameters,
            self,
            self.row,
            len(self.caseload),
            model.luck,
            model.replicate,
        )


class Patient(mesa.Agent, records.Patient):
    """A patient of one therapist.

    Every field of `sim.records.Patient` is an attribute: ``symptom_severity``,
    ``self_attunement``, ``in_treatment`` and so on.

    Attributes
    ----------
    arm : str
        The arm.
    therapist : Therapist
        The therapist.
    dyad : Dyad
        What is between the two.
    row : PatientRow
        What the ledger has written down.
    sessions : list of (int, SessionRow)
        The sessions attended, by number.
    segments : list of (int, int, SegmentRow)
        Their segments, by number of session and segment, if they are recorded.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __init__(self, model: Clinic, therapist: Therapist, who: int) -> None:
        """Make a patient, and let patient and therapist meet."""
        super().__init__(model)
        self.clinic = model
        self.arm = therapist.arm
        self.therapist = therapist
        self.dyad = records.Dyad()
        self.row = PatientRow()
        self.sessions: list[tuple[int, SessionRow]] = []
        self.segments: list[tuple[int, int, SegmentRow]] = []
        chain, p, people, replicate = model.chain, model.parameters, model.people, model.replicate
        population = model.config.patient_population()
        chain.population.patient(p, population, self, who, people, replicate)
        chain.population.dyad(p, therapist, self, self.dyad, people, replicate)
        chain.course.welcome(p, self, self.dyad)
        chain.ledger.patient_pre(
            p, therapist, self, self.row, model.people, model.luck, model.replicate
        )

    @property
    def felt_attunement(self) -> float:
        """Feeling felt by the therapist, over the last sessions; 0 to 1."""
        return self.dyad.felt_attunement

    @property
    def alliance(self) -> float:
        """The alliance with the therapist; 0 to 1."""
        return self.dyad.alliance

    @property
    def rupture_probability(self) -> float:
        """The probability of a rupture in a session like the last one."""
        return self.dyad.rupture_probability

    @property
    def repair_probability(self) -> float:
        """The probability that an open rupture is noticed and worked through at once."""
        return self.dyad.repair_probability

    def attend(self, number: int) -> None:
        """Attend a session; sessions count from 1."""
        model, t, d = self.clinic, self.therapist, self.dyad
        chain, p, f = model.chain, model.parameters, model.frame
        luck, replicate = model.luck, model.replicate
        chain.session.begin(p, t.programme, t, self, d, luck, replicate, number)
        for index in range(1, f.segments + 1):
            chain.session.segment(p, t, self, d, luck, replicate, number, index)
            if model.records_segments:
                segment_row = SegmentRow()
                chain.ledger.segment(t, self, d, segment_row)
                self.segments.append((number, index, segment_row))
        chain.session.finish(p, f, t, self, d)
        session_row = SessionRow()
        chain.ledger.session(p, f, t, self, d, self.row, session_row, luck, replicate, number)
        self.sessions.append((number, session_row))

    def end(self) -> None:
        """Come to the scheduled end of the treatment, treated until then or not."""
        self.clinic.chain.course.close(self)
        model = self.clinic
        model.chain.ledger.patient_post(
            model.parameters,
            self.therapist,
            self,
            self.dyad,
            self.row,
            model.luck,
            model.replicate,
        )

    def live_on(self, week: int) -> None:
        """Live a week after the end of the treatment."""
        model = self.clinic
        model.chain.course.afterwards(
            model.parameters, model.frame, self, self.dyad, model.luck, model.replicate, week
        )

    def come_back(self) -> None:
        """Come back once more, for the follow-up."""
        model = self.clinic
        model.chain.ledger.patient_followup(
            model.parameters, self, self.row, model.luck, model.replicate
        )


class Clinic(mesa.Model):
    """One replicate of a study as a Mesa model; a step is a week.

    Steps begin with the weeks before the treatment and end with the follow-up; `run` lives them
    all. The same people live in every arm.

    Parameters
    ----------
    config : Config
        The configuration, from `sim.configure`.
    rng : int, optional
        The seed of people and luck; those of the configuration if not given.
    replicate : int
        Which replicate of ``sim.simulate`` with that seed to live.
    links : mapping of str to function, optional
        Links of your own, such as ``{"rupture.onset": my_onset}``.
    arm : str, optional
        Live one arm only.
    segments : bool
        Whether to keep what happened in every five minutes. It changes nothing else.

    Attributes
    ----------
    therapists, patients : AgentSet
        The agents, in order of arms.
    week : int
        The week that the next step lives; since the treatment starts in week 0, also how long it
        has lasted.
    datacollector : mesa.DataCollector
        Means by arm and the state of every agent, after every week.

    Examples
    --------
    >>> import sim
    >>> clinic = sim.Clinic(sim.configure("therapists.n=2"), rng=1)
    >>> clinic.step()
    >>> clinic.week
    -7
    """

    def __init__(
        self,
        config: Config,
        rng: int | None = None,
        replicate: int = 0,
        links: Replacements | None = None,
        *,
        arm: str | None = None,
        segments: bool = True,
    ) -> None:
        self.people = _word("rng", config.seed.people if rng is None else rng)
        self.luck = _word("rng", config.seed.luck if rng is None else rng)
        self.replicate = _word("replicate", replicate)
        super().__init__(rng=self.luck)
        self.config = config
        self.chain = link(own_links.of(config, links))
        self.parameters = ensemble.record(config, self.replicate)
        self.frame = config.frame()
        self.records_segments = segments
        self.week = -self.frame.lead_in_weeks
        self.arms = config.study_arms()
        self._offices = [
            Therapist(self, one, one.first_therapist + j, caseload)
            for one in self._chosen(arm)
            for j, caseload in enumerate(config.caseloads())
        ]
        self.therapists = self.agents_by_type[Therapist]
        self.patients = self.agents_by_type[Patient]
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "week": "week",
                **{
                    f"{name}_{one.name}": partial(Clinic.mean, name=name, arm=one.name)
                    for one in self._chosen(arm)
                    for name in PATIENT_STATES[1:]
                },
            },
            agenttype_reporters={
                Therapist: {name: name for name in THERAPIST_STATES},
                Patient: {name: name for name in PATIENT_STATES},
            },
        )

    def step(self) -> None:
        """Live a week."""
        if not self.running:
            return
        weeks = self.frame.weeks
        if self.week < weeks:
            self.therapists.do("live_week", self.week)
        else:
            self.patients.do("live_on", self.week - weeks)
        if self.week == weeks - 1:
            self.agents.do("end")
        self.week += 1
        if self.week >= weeks + self.frame.follow_up_weeks:
            self.patients.do("come_back")
            self.running = False
        self.datacollector.collect(self)

    def run(self) -> Clinic:
        """Live all the weeks that are left, to the end of the follow-up."""
        self.run_model()
        return self

    def mean(self, name: str, arm: str) -> float:
        """Tell the mean of a state over the patients of an arm, treated or not."""
        patients = [c for t in self._offices if t.arm == arm for c in t.caseload]
        return sum(float(getattr(patient, name)) for patient in patients) / len(patients)

    def table(self, record: str) -> dict[str, np.ndarray[Any, Any]]:
        """Give what the ledger has written down so far, as the engine's tables do.

        Parameters
        ----------
        record : str
            ``therapists``, ``patients``, ``sessions`` or ``segments``.

        Returns
        -------
        dict of str to array
            The columns, keys first. The code of an arm is its place in `arms`; what other codes
            mean stands in ``sim.ledger.WORDS``.
        """
        if record not in ROWS:
            raise ConfigurationError(
                f"a Clinic has no table {record}: it takes one of {', '.join(ROWS)}"
                f"{nearest(record, ROWS)}"
            )
        codes = {arm.name: code for code, arm in enumerate(self.arms)}
        listed = list(self._listed(record))
        table = {
            name: np.array([keys[i] for keys, _ in listed], np.int64)
            for i, name in enumerate(KEYS[record][2:], start=1)
        }
        arms = np.array([codes[keys[0]] for keys, _ in listed], np.int64)
        table = {"replicate": np.full(len(listed), self.replicate), "arm": arms} | table
        for field in layout.fields(ROWS[record]):
            if field.name not in table:
                values = [getattr(row, field.name) for _, row in listed]
                table[field.name] = np.array(values, np.int64 if field.kind is int else np.float64)
        return table

    def _listed(self, record: str) -> Iterator[tuple[tuple[Any, ...], object]]:
        """List the rows of a table with their keys from the arm on, in the engine's order."""
        for t in self._offices:
            if record == "therapists":
                yield (t.arm, t.therapist), t.row
            for c in t.caseload:
                who = (t.arm, t.therapist, c.patient)
                if record == "patients":
                    yield who, c.row
                elif record == "sessions":
                    yield from (((*who, number), row) for number, row in c.sessions)
                elif record == "segments":
                    yield from (((*who, *place), row) for *place, row in c.segments)

    def _chosen(self, name: str | None) -> tuple[Arm, ...]:
        """Give the arm of a name, or all of them."""
        chosen = tuple(arm for arm in self.arms if name in {None, arm.name})
        if not chosen:
            names = [arm.name for arm in self.arms]
            raise ConfigurationError(
                f"arm={name} does not exist: it takes one of {', '.join(names)}"
                f"{nearest(str(name), names)}"
            )
        return chosen


def _word(name: str, value: object) -> int:
    """Check a seed or a replicate."""
    if not isinstance(value, int | np.integer) or not 0 <= value <= draws.LARGEST_SEED:
        raise ConfigurationError(
            f"{name}={value} cannot be: it takes a whole number from 0 to {draws.LARGEST_SEED}"
        )
    return int(value)
