"""Two worlds side by side: what the story is about, where they part, and what all this is not."""

from __future__ import annotations

from sim.narrative.bands import figure
from sim.narrative.people import ending as _ending
from sim.study.partings import Parting, Twin
from sim.study.session_log import SessionLog

#: What is told, by what was looked for.
_TITLES = {
    "repaired_rupture": "A rupture that was repaired",
    "missed_rupture": "A rupture that nobody noticed",
    "first_parting": "Where two lives of one therapy part",
}

_SOUGHT = {
    "repaired_rupture": "a rupture begins, is noticed and is worked through",
    "missed_rupture": "a rupture begins early enough to be noticed, and is not",
}

#: What the two arms of most studies are called; any other is named by its programme.
_WORLDS = {"untrained": "untrained", "trained": "trained", "none": "untrained"}

#: What may happen in one world and not in the other, by column.
_APART = {
    "overflow": "whether the bowl holds",
    "hostile": "whether a hostile or controlling word escapes",
    "answered": "whether the patient answers in kind",
    "lapse": "whether the therapist's mind goes off",
    "caught": "whether the lapse is caught in time",
    "rupture_begins": "whether a rupture begins",
    "rupture_open": "whether a rupture is open",
    "rupture_kind": "how the rupture shows",
    "noticed": "whether the rupture is noticed",
    "working_through": "how working through goes",
    "hooked": "whether the theme hooks the therapist",
    "action_due": "whether the hour calls for action",
    "acted": "whether the therapist acts",
}

#: What goes without saying where something else differs already.
_IMPLIED = {
    "caught": "lapse",
    "answered": "hostile",
    "rupture_open": "rupture_begins",
    "rupture_kind": "rupture_begins",
}

#: What all this is not.
_NOBODY = (
    "Nobody said any of this. The model knows how strong a feeling is, how much closeness is "
    "wanted, how full the bowl is, whether a rupture is open and noticed; it knows no topics, no "
    "words and no faces. Each sentence is chosen by a rule from what the model wrote down for "
    "these five minutes, and the numbers in the margin are what it wrote down."
)
_TRUTH = (
    "“Noticed”, “felt” and “read” are the model's truth. What the two would report stands apart, "
    "at the end of a session, and may be wrong."
)

_NUMBERS = (
    "The numbers behind the links are those of the world {world}, not fitted to any therapy. One "
    "session shows how the links work together, not whether they are right."
)

#: A difference in symptoms, in SD, that two digits do not show.
_HAIR = 0.005

#: What first differs by a hair is shown by one of these, if they are among it.
_SHOWN = {"presence": "presence", "felt_attunement": "attunement felt", "load": "load of the bowl"}


def title(log: SessionLog) -> str:
    """Say what the story is about."""
    if log.found is not None:
        return _TITLES[log.found.event]
    numbers = [str(number) for number in log.numbers]
    if len(numbers) == 1:
        return f"Session {numbers[0]}, read slowly"
    return f"Sessions {', '.join(numbers[:-1])} and {numbers[-1]}, read slowly"


def lead(log: SessionLog) -> str:
    """Say of whom it is told, and how these sessions were chosen."""
    config = log.results.config
    where = (
        f"Therapist {log.therapist} with patient {log.patient}, replicate {log.replicate}, seed "
        f"{config.seed.people}; {config.patients.name.replace('_', ' ')}, "
        f"{config.setting.name.replace('_', ' ')}, world {config.world.name}."
    )
    found = log.found
    if found is None:
        return where
    if found.event == "first_parting":
        chosen = (
            f"Looked for, and so not typical: the first of {found.alike:,} such dyads among "
            f"{found.of:,}, one in which something happens in one world only."
        )
    else:
        chosen = (
            f"Looked for, and so not typical: the first of {found.alike:,} such sessions among "
            f"{found.of:,}, one in which {_SOUGHT[found.event]}."
        )
    return f"{where} {chosen}"


def worlds(log: SessionLog) -> tuple[str, str]:
    """Name the two worlds."""
    told, twin = (
        _WORLDS.get(one.arm, f"with {one.arm.replace('_', ' ')}") for one in (log.told, log.twin)
    )
    return f"The therapist {told}", f"The twin, {twin}"


def absent(twin: Twin, number: int) -> str:
    """Say why there was no such session in the twin's world."""
    if number < max(twin.sessions, default=0):
        return "In the other world this appointment was cancelled."
    return f"In the other world there is no such session: the treatment {_ending(twin)}."


def parting(log: SessionLog) -> tuple[str, ...]:
    """Say where numbers first differ, and where the two worlds part."""
    first, place = log.first_difference, log.parting
    if first is None:
        return (
            (
                "The two worlds never part. Not one number differs: what was practised reached "
                "nobody in this dyad."
            ),
        )
    said = [_numbers(log, first)]
    if place is None:
        said.append(
            "And yet the two never part: nothing happens in one of them that does not happen in "
            "the other, from the first session to the last."
        )
    elif place.in_one_world_only:
        there = log.told if place.session in log.told.sessions else log.twin
        said.append(
            f"What happens is the same in both up to session {place.session}, which only one of "
            f"them has, the {there.arm.replace('_', ' ')} one: the two part there."
        )
    else:
        what = [_APART[name] for name in place.columns if _IMPLIED.get(name) not in place.columns]
        said.append(
            f"What happens is the same in both until {_when(log, place)}. There they part: "
            f"in {', and in '.join(what[:2])}."
        )
    said.append(
        "That the two part here and not elsewhere is true of this coupling of luck: the same draws "
        "decide in both worlds, and other draws would have parted them elsewhere, or never. What "
        "the training does is said by the mean over many people, and that in this model only."
    )
    return tuple(said)


def ending(log: SessionLog) -> tuple[str, ...]:
    """Say how both treatments went on, and so if the twin's patient fares worse."""
    told, twin = _ending(log.told), _ending(log.twin)
    if told == twin:
        return (f"In both worlds the treatment {told}.", *_worse(log))
    return (f"The treatment {told}. In the other world it {twin}.", *_worse(log))


def honest(log: SessionLog) -> tuple[str, ...]:
    """Say what is model here, and what is not."""
    links = sorted(log.results.manifest["links"])
    own = [f"Links of one's own stand in for {', '.join(links)}."] if links else []
    world = log.results.config.world.name
    return (
        _NOBODY,
        _TRUTH,
        _NUMBERS.format(world=world),
        *own,
    )


def _worse(log: SessionLog) -> tuple[str, ...]:
    """Say by how much the twin's patient ends with more symptoms; nothing where it is not so."""
    told, twin = (side.patient["symptom_severity_post"] for side in (log.told, log.twin))
    if not twin - told > _HAIR:
        return ()
    said = (
        f"In the other world symptoms are more severe at the planned end, by {figure(twin - told)} "
        "SD. In a single dyad that happens; it says as little about what training does as the "
        "opposite would."
    )
    return (said,)


def _numbers(log: SessionLog, first: Parting) -> str:
    """Say where numbers first differ."""
    place = _when(log, first)
    row = (first.session, first.segment)
    for name, words in _SHOWN.items():
        if name in first.columns and row in log.told.segments:
            one, other = (side.segments[row][name] for side in (log.told, log.twin))
            if figure(one) != figure(other):
                return (
                    f"In numbers the two differ from {place} on, by a little: {words} "
                    f"{figure(one)} here, {figure(other)} there."
                )
    return f"In numbers the two differ from {place} on, by a little."


def _when(log: SessionLog, place: Parting) -> str:
    """Say where in the treatment a place is."""
    if place.segment < 0 or place.in_one_world_only:
        return f"the end of session {place.session}"
    if place.segment == 0:
        return f"the beginning of session {place.session}"
    start = (place.segment - 1) * log.minutes
    if start == 0:
        return f"the first {log.minutes} minutes of session {place.session}"
    return f"minute {start} of session {place.session}"
