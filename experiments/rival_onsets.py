"""Two rival accounts of how ruptures begin, each a link of one's own.

    attune compare links.rupture.onset=experiments/rival_onsets.py:of_being_missed
    attune compare links.rupture.onset=experiments/rival_onsets.py:of_the_patient

`docs/your_own_link.md` takes them apart. The numbers are set so that the untrained arm has about
as many ruptures under either account as under the chain's own: what differs is where they come
from.
"""

from sim.chain.curves import logistic

#: Where both accounts begin, and how steeply they rise, on the logit.
MISSED_BASE = -4.94
MISSED_BY_FELT = 1.8
MISSED_BY_DISTANCE = 0.35
PATIENT_BASE = -4.57
PATIENT_BY_FEAR = 2.4
PATIENT_BY_SENSITIVITY = 0.6


def of_being_missed(p, c, d):
    """A rupture begins where the patient is not met: unfelt, or too near, or too far.

    Everything lies in these five minutes between the two; what the patient fears does not count.
    """
    return logistic(MISSED_BASE + MISSED_BY_FELT * (1.0 - d.felt) + MISSED_BY_DISTANCE * d.mismatch)


def of_the_patient(p, c, d):
    """A rupture begins where the patient expects to be rejected, whatever the therapist does."""
    return logistic(
        PATIENT_BASE + PATIENT_BY_FEAR * c.fear_rejection + PATIENT_BY_SENSITIVITY * c.sensitivity
    )


def as_it_is(p, c, d):
    """The chain's own account, as a file of one's own would say it; a place to begin from."""
    overflowed = 1.0 if d.overflow > 0 else 0.0
    lapsed = 1.0 if d.lapse > d.caught else 0.0
    return logistic(
        p.onset_base
        + p.onset_misattunement * (1.0 - d.felt)
        + p.onset_overflow * overflowed
        + p.onset_mismatch * d.mismatch
        + p.onset_hostile * d.hostile
        + p.onset_lapse * lapsed
        + p.onset_sensitivity * c.sensitivity
        + p.onset_fear * c.fear_rejection
        - p.onset_alliance * d.alliance
    )
