"""Hooks: themes a therapist cannot hold, and nobody else's business."""

import pytest

import sim

#: Nothing passes from one session of a therapist to the next.
APART = ("parameters.strain=0", "parameters.carry_over=0", "parameters.session_learning=0")
WORDS = (
    *("therapists.n=2", "patients.per_therapist=9", "setting.weeks=6", "setting.segments=4"),
    *("parameters.hook_load=5", "parameters.hook_capacity=0.9", "setting.follow_up_weeks=0"),
    *("training=none", "seed=4"),
)


def lived(*words, hooks=None):
    """A clinic at its end, in which the first therapist has these hooks."""
    clinic = sim.Clinic(sim.configure(*WORDS, *words), arm="untrained")
    if hooks is not None:
        clinic.therapists[0].hooks = hooks
    return clinic.run()


def sessions(clinic):
    """Every segment that each patient of the first therapist lived through."""
    return {c.patient: repr((c.row, c.segments)) for c in clinic.therapists[0].caseload}


@pytest.fixture(scope="module")
def before():
    return lived(*APART)


@pytest.mark.parametrize("theme", [0, 3, 6])
def test_other_hooks_are_felt_by_those_who_bring_the_theme_and_by_no_other(before, theme):  # T49
    first = before.therapists[0]
    after = lived(*APART, hooks=first.hooks ^ (1 << theme))
    themes = {c.patient: {c.theme, c.second_theme} for c in first.caseload}
    one, other = sessions(before), sessions(after)
    changed = {patient for patient in one if one[patient] != other[patient]}
    assert changed <= {patient for patient, brought in themes.items() if theme in brought}
    # Whoever came with it to a session felt it there.
    met = {c.patient for c in first.caseload if c.theme == theme and c.row.sessions_attended > 3}
    assert met <= changed
    # The other therapist's patients are untouched.
    bystanders = [
        [repr(c.row) for c in clinic.therapists[1].caseload] for clinic in (before, after)
    ]
    assert bystanders[0] == bystanders[1]

    assert changed


def test_with_a_day_that_carries_over_others_feel_it_too():  # T83
    carried = lived()
    first = carried.therapists[0]
    theme = first.caseload[0].theme
    without = {c.patient for c in first.caseload if theme not in {c.theme, c.second_theme}}
    one, other = sessions(carried), sessions(lived(hooks=first.hooks ^ (1 << theme)))
    assert any(one[patient] != other[patient] for patient in without)


def test_a_hook_released_in_full_is_no_hook():  # T137
    """Released altogether, one's own themes are as anybody's; only the record knows of them."""
    clinics = []
    for hooks in (0, 255):
        clinic = sim.Clinic(sim.configure(*WORDS), arm="untrained", links={
            "self_attunement.hook": lambda p, t, d: 0.0
        })  # fmt: skip
        clinic.therapists[0].hooks = hooks
        clinics.append(clinic.run())
    for one, other in zip(*(clinic.therapists[0].caseload for clinic in clinics), strict=True):
        assert one.segments == other.segments
        assert one.row.symptom_severity_post == other.row.symptom_severity_post
        assert (one.row.sessions_hooked, other.row.sessions_hooked) == (
            0,
            other.row.sessions_attended,
        )
