"""What several tests share: average people who meet, and a small course lived in plain Python."""

import itertools

import pytest
from hypothesis import settings

from sim import course, ledger, population, session
from sim.parameters import Parameters
from sim.records import Dyad, Frame, Patient, PatientPopulation, Programme, Therapist
from sim.records import TherapistPopulation as Therapists
from sim.rows import PatientRow, SegmentRow, SessionRow, TherapistRow

# The same examples on every machine, and no alarm because one of them is slow.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("steady")


class Course:
    """A therapist's course: the people, and every row that the ledger wrote.

    Sessions are found by slot and number, segments by slot, number and index. ``blank`` makes the
    rows, so that a test can see who fills them in; ``watch`` is called with a word for the moment
    and the people after each thing that happens.
    """

    def __init__(self, p, programme, frame, seeds, blank, watch):
        self.p, self.programme, self.frame = p, programme, frame
        self.people, self.luck, self.replicate = seeds
        self.blank, self.watch = blank, watch
        self.therapist, self.therapist_row = Therapist(), blank(TherapistRow)
        self.patients, self.dyads, self.patient_rows = [], [], []
        self.sessions, self.segments = {}, {}

    def meet(self, therapists, patients, who, caseload):
        """Let a therapist be, and patients come."""
        p, t, people, replicate = self.p, self.therapist, self.people, self.replicate
        population.therapist(p, therapists, t, who, people, replicate)
        course.prepare(p, self.frame, self.programme, t)
        ledger.therapist_pre(p, t, self.therapist_row, people, self.luck, replicate)
        for k in range(caseload):
            c, d, row = Patient(), Dyad(), self.blank(PatientRow)
            population.patient(p, patients, c, 4096 * who + k, people, replicate)
            population.dyad(p, t, c, d, people, replicate)
            course.welcome(p, c, d)
            ledger.patient_pre(p, t, c, row, people, self.luck, replicate)
            self.patients.append(c)
            self.dyads.append(d)
            self.patient_rows.append(row)

    def live(self):
        """Live the weeks before the treatment, those of the treatment, and those afterwards."""
        for week in range(-self.frame.lead_in_weeks, self.frame.weeks):
            self.live_week(week)
        self.end()
        for week in range(self.frame.follow_up_weeks):
            for c, d in zip(self.patients, self.dyads, strict=True):
                course.afterwards(self.p, self.frame, c, d, self.luck, self.replicate, week)
                self.watch("afterwards", self.therapist, c, d)
        for c, row in zip(self.patients, self.patient_rows, strict=True):
            ledger.patient_followup(self.p, c, row, self.luck, self.replicate)

    def live_week(self, week):
        p, f, t, luck, replicate = self.p, self.frame, self.therapist, self.luck, self.replicate
        course.week(p, self.programme, t, week, luck, replicate)
        if week == 0:
            ledger.therapist_start(p, t, self.therapist_row, luck, replicate)
        for turn in range(f.sessions_per_week if week >= 0 else 0):
            number = week * f.sessions_per_week + turn + 1
            for k, (c, d) in enumerate(zip(self.patients, self.dyads, strict=True)):
                if course.takes_place(f, c, t.therapist, luck, replicate, number):
                    self.attend(k, number)
                course.between_sessions(p, f, c, d, t.therapist, luck, replicate, number)
                self.watch("between", t, c, d)

    def attend(self, k, number):
        p, f, t, luck, replicate = self.p, self.frame, self.therapist, self.luck, self.replicate
        c, d = self.patients[k], self.dyads[k]
        session.begin(p, self.programme, t, c, d, luck, replicate, number)
        self.watch("begin", t, c, d)
        for index in range(1, f.segments + 1):
            session.segment(p, t, c, d, luck, replicate, number, index)
            self.segments[k, number, index] = self.blank(SegmentRow)
            ledger.segment(t, c, d, self.segments[k, number, index])
            self.watch("segment", t, c, d)
        session.finish(p, f, t, c, d)
        row = self.sessions[k, number] = self.blank(SessionRow)
        ledger.session(p, f, t, c, d, self.patient_rows[k], row, luck, replicate, number)
        self.watch("finish", t, c, d)

    def end(self):
        ledger.therapist_post(
            self.p,
            self.therapist,
            self.therapist_row,
            len(self.patients),
            self.luck,
            self.replicate,
        )
        people = zip(self.patients, self.dyads, self.patient_rows, strict=True)
        for c, d, row in people:
            course.close(c)
            t, luck, replicate = self.therapist, self.luck, self.replicate
            ledger.patient_post(self.p, t, c, d, row, luck, replicate)


def _meet(p=None, programme=None, **traits):
    """Let an average therapist, but for the traits given, meet an average patient."""
    p = p or Parameters()
    t, c, d = Therapist(), Patient(), Dyad()
    for name, value in {"resonance": 0.5, **traits}.items():
        trained = f"{name}_baseline" if hasattr(t, f"{name}_baseline") else name
        setattr(t, trained, value)
    course.prepare(p, Frame(), programme or Programme(), t)
    c.hope = c.fear_rejection_intake = c.fear_harm_intake = c.fear_rejection = c.fear_harm = 0.5
    course.welcome(p, c, d)
    return t, c, d


def _live(
    p=None,
    programme=None,
    frame=None,
    *,
    caseload=2,
    who=0,
    people=1,
    luck=1,
    blank=lambda row: row(),
    watch=lambda *_: None,
):
    """Live a therapist's course, from the first week of practice to the follow-up."""
    lived = Course(
        p or Parameters(),
        programme or Programme(),
        frame or Frame(),
        (people, luck, 0),
        blank,
        watch,
    )
    lived.meet(Therapists(), PatientPopulation(), who, caseload)
    lived.live()
    return lived


def _rises(function, low, high):
    """Tell whether a function rises all the way from low to high."""
    values = [function(low + (high - low) * step / 8.0) for step in range(9)]
    return all(first < second for first, second in itertools.pairwise(values))


@pytest.fixture(scope="session")
def meet():
    return _meet


@pytest.fixture(scope="session")
def live():
    return _live


@pytest.fixture(scope="session")
def rises():
    return _rises


@pytest.fixture(scope="session")
def falls():
    return lambda function, low, high: _rises(lambda x: -function(x), low, high)
