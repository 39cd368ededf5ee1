"""Random numbers with an address.

Every draw is a pure function of *who* it concerns (therapist, patient), *when* it falls (a
moment) and *what* it is for (a purpose), under one of two seeds: *people* (who exists) or *luck*
(what happens). There is no stream and no order: a draw has the same value whether or not any
other draw is made, on every executor.

The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3", SC'11). One call turns a counter of four 32-bit words under a key of two into
four random words. Here

    counter = (therapist, patient, moment, call)      key = (seed, replicate)

and `PURPOSES` is the one enumeration of what each word of each call is for. Where a call is
unpacked, the names on the left are the purposes listed here (a test reads the code for it); a
name that begins with an underscore is a word nobody uses yet.
"""

from __future__ import annotations

import math

#: Stands in an address where no therapist or no patient is meant: "(therapist, -)".
NOBODY = 0xFFFFFFFF

#: Seeds, replicates and ids are 32-bit words; `NOBODY` is not an id.
LARGEST_SEED = 0xFFFFFFFF
LARGEST_ID = 0xFFFFFFFE

#: Segments and sessions share one word of the address, and weeks may lie before the treatment.
MOMENTS_PER_SESSION = 1024
WEEK_ORIGIN = 65536

# People: who exists. Calls 0 to 31 are made under the seed of the people.
THERAPIST_MIND = 0
THERAPIST_HEART = 1
THERAPIST_BOWL = 2
THERAPIST_REACTION = 3
THERAPIST_HOOKS_FIRST = 4
THERAPIST_HOOKS_LAST = 5
PATIENT_DISTRESS = 6
PATIENT_TRUST = 7
PATIENT_STYLE = 8
PATIENT_COURSE = 9
DYAD_FIT = 10
THERAPIST_ANSWERING = 11
PATIENT_ANSWERING = 12
THERAPIST_PRACTICE = 13
THERAPIST_AIMS = 14
THERAPIST_FOCUS = 15
PATIENT_BOWL = 16

# Luck: what happens. Calls from 32 on are made under the seed of the luck.
WEEK = 32
ARRIVAL = 33
SEGMENT_STATE = 34
SEGMENT_EVENTS = 35
OVERFLOW = 36
RUPTURE = 37
LIFE = 38
ENDING = 39
REPORT = 40
THERAPIST_ANSWERS = 41
PATIENT_ANSWERS = 42
ALLIANCE_ANSWERS = 43
MEETING = 44
APPOINTMENT = 45
EXCHANGE = 46
SUPERVISOR_ANSWERS = 47

#: What each of the four words of a call is for.
PURPOSES: dict[int, tuple[str, str, str, str]] = {
    THERAPIST_MIND: ("common", "attention", "curiosity", "openness"),
    THERAPIST_HEART: ("acceptance", "love", "intention", "introject"),
    THERAPIST_BOWL: ("bowl_capacity", "decentring", "resonance", "technique"),
    THERAPIST_REACTION: ("reactivity", "rigidity", "aptitude", "adherence"),
    THERAPIST_HOOKS_FIRST: ("hook_1", "hook_2", "hook_3", "hook_4"),
    THERAPIST_HOOKS_LAST: ("hook_5", "hook_6", "hook_7", "hook_8"),
    PATIENT_DISTRESS: ("severity", "well_being", "relationships", "self_attunement"),
    PATIENT_TRUST: ("trust", "fear_rejection", "fear_harm", "difficulty"),
    PATIENT_STYLE: ("openness", "expectancy", "space", "sensitivity"),
    PATIENT_COURSE: ("confrontation", "responsiveness", "theme", "second_theme"),
    DYAD_FIT: ("climate", "intention", "_3", "_4"),
    THERAPIST_ANSWERING: ("mindfulness_style", "compassion_style", "alliance_style", "_4"),
    PATIENT_ANSWERING: ("common_style", "symptom_style", "alliance_style", "_4"),
    THERAPIST_PRACTICE: ("adoption", "strain", "ego", "conceptualisation"),
    THERAPIST_AIMS: ("aim_regulation", "aim_exploration", "aim_liberation", "aim_relation"),
    THERAPIST_FOCUS: ("focus_self", "focus_relationship", "rapport", "_4"),
    PATIENT_BOWL: ("bowl", "_2", "_3", "_4"),
    WEEK: ("stress", "adherence", "attrition", "_4"),
    ARRIVAL: ("agitation", "theme", "affect", "space"),
    SEGMENT_STATE: ("presence", "affect", "space", "overflow"),
    SEGMENT_EVENTS: ("hostile", "lapse", "catch", "onset"),
    OVERFLOW: ("mode", "_2", "_3", "_4"),
    RUPTURE: ("kind", "notice", "work", "failure"),
    LIFE: ("severity", "well_being", "relationships", "_4"),
    ENDING: ("dropout", "improved", "closing", "stopping"),
    REPORT: ("patient", "therapist", "_3", "_4"),
    THERAPIST_ANSWERS: ("mindfulness", "compassion", "_3", "_4"),
    PATIENT_ANSWERS: ("symptoms", "_2", "_3", "_4"),
    ALLIANCE_ANSWERS: ("patient", "therapist", "_3", "_4"),
    MEETING: ("intention", "due", "acting", "_4"),
    APPOINTMENT: ("held", "_2", "_3", "_4"),
    EXCHANGE: ("answer", "_2", "_3", "_4"),
    SUPERVISOR_ANSWERS: ("technique", "conceptualisation", "_3", "_4"),
}


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Turn a counter of four 32-bit words under a key of two into four random words.

    Ten rounds of Philox4x32 (Salmon et al. 2011). Every product is masked to 32 bits, so that
    plain Python's unbounded integers and a machine's 64-bit ones give the same words.

    Returns
    -------
    tuple of int
        Four words, each in [0, 2**32).
    """
    for _ in range(10):
        even = 0xD2511F53 * c0
        odd = 0xCD9E8D57 * c2
        c0 = ((odd >> 32) & 0xFFFFFFFF) ^ c1 ^ k0
        c1 = odd & 0xFFFFFFFF
        c2 = ((even >> 32) & 0xFFFFFFFF) ^ c3 ^ k1
        c3 = even & 0xFFFFFFFF
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def words(
    seed: int, replicate: int, therapist: int, patient: int, moment: int, call: int
) -> tuple[int, int, int, int]:
    """Draw the four words of one call at one address.

    Parameters
    ----------
    seed, replicate : int
        The seed of the people or of the luck, and the replicate; each in [0, 2**32).
    therapist, patient : int
        Stable ids in [0, 2**32 - 1), or `NOBODY`.
    moment : int
        When: zero for what holds for good, else a session, a segment or a week.
    call : int
        One of the calls listed in `PURPOSES`.

    Returns
    -------
    tuple of int
        Four words in [0, 2**32), to be turned into numbers by `uniform`, `normal` or `jitter`.
    """
    return philox(therapist, patient, moment, call, seed, replicate)


def segment_moment(session: int, segment: int) -> int:
    """Tell the moment of a segment; segments count from 1, and 0 is the session as a whole."""
    return session * MOMENTS_PER_SESSION + segment


def week_moment(week: int) -> int:
    """Tell the moment of a week; week 0 is the first of the treatment, earlier ones negative."""
    return week + WEEK_ORIGIN


def uniform(word: int) -> float:
    """Turn a word into a uniform number on the open interval: (word + 1/2) / 2**32.

    The smallest value is 2**-33 and the largest 1 - 2**-33, both exact in double precision.
    """
    return (word + 0.5) * 2.3283064365386963e-10


def jitter(word: int) -> float:
    """Turn a word into a small disturbance: uniform, with mean 0 and variance 1.

    The range is -1.732 to 1.732: from one five minutes to the next nothing is out of all bounds,
    and what adds up over segments is near to normal all the same.
    """
    return (uniform(word) - 0.5) * 3.4641016151377544


def normal(word: int) -> float:
    """Turn a word into a standard normal number by the inverse of its distribution function.

    Algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37, 477-484), whose relative error
    is about 1e-15. With 32-bit uniforms the range is -6.338 to 6.338, so the algorithm's third,
    outermost branch is never reached and is left out.
    """
    u = uniform(word)
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        return q * _central_ratio(0.180625 - q * q)
    tail = u if q < 0.0 else 1.0 - u
    size = _tail_ratio(math.sqrt(-math.log(tail)) - 1.6)
    return -size if q < 0.0 else size


def _central_ratio(r: float) -> float:
    """Give Wichura's rational approximation for |u - 1/2| <= 0.425."""
    top = 2509.0809287301226727
    top = top * r + 33430.575583588128105
    top = top * r + 67265.770927008700853
    top = top * r + 45921.953931549871457
    top = top * r + 13731.693765509461125
    top = top * r + 1971.5909503065514427
    top = top * r + 133.14166789178437745
    top = top * r + 3.387132872796366608
    bottom = 5226.495278852854561
    bottom = bottom * r + 28729.085735721942674
    bottom = bottom * r + 39307.89580009271061
    bottom = bottom * r + 21213.794301586595867
    bottom = bottom * r + 5394.1960214247511077
    bottom = bottom * r + 687.1870074920579083
    bottom = bottom * r + 42.313330701600911252
    return top / (bottom * r + 1.0)


def _tail_ratio(r: float) -> float:
    """Give Wichura's rational approximation for the tails, r = sqrt(-log(tail)) - 1.6 <= 3.4."""
    top = 7.7454501427834140764e-4
    top = top * r + 0.0227238449892691845833
    top = top * r + 0.24178072517745061177
    top = top * r + 1.27045825245236838258
    top = top * r + 3.64784832476320460504
    top = top * r + 5.7694972214606914055
    top = top * r + 4.6303378461565452959
    top = top * r + 1.42343711074968357734
    bottom = 1.05075007164441684324e-9
    bottom = bottom * r + 5.475938084995344946e-4
    bottom = bottom * r + 0.0151986665636164571966
    bottom = bottom * r + 0.14810397642748007459
    bottom = bottom * r + 0.68976733498510000455
    bottom = bottom * r + 1.6763848301838038494
    bottom = bottom * r + 2.05319162663775882187
    return top / (bottom * r + 1.0)
