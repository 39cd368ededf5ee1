"""The words: for every thing that can be told, some ways of saying it.

The first way is taken first; when the same thing is told again, the next one is, and so on round.
A word in braces is filled in by who tells. What is said under a key is true of every row that has
it (`tests/narrative/test_five_minutes.py` holds both against each other).
"""

from __future__ import annotations

from collections.abc import Mapping

#: What the patient feels, and wants.
PATIENT: Mapping[str, tuple[str, ...]] = {
    "affect.quiet": ("The patient is calm", "Little stirs in the patient", "It is quiet"),
    "affect.mild": ("Something stirs in the patient", "The patient is a little moved"),
    "affect.moved": ("The patient is moved", "The feeling is plain", "It touches the patient"),
    "affect.strong": ("The feeling is strong", "The patient is deeply moved"),
    "affect.full": ("The feeling fills the room", "The patient is full of it"),
    "affect.rises.mild": ("Something begins to stir", "A little feeling comes up"),
    "affect.rises.moved": ("The feeling rises", "Something comes nearer, and it moves the patient"),
    "affect.rises.strong": ("The feeling grows strong", "More comes up, and it is strong now"),
    "affect.rises.full": ("The feeling rises until it fills the room", "All of it comes up"),
    "affect.eases.strong": ("It eases a little; the feeling is still strong",),
    "affect.eases.moved": ("It eases; the patient is moved still", "Some of it lets go"),
    "affect.eases.mild": ("The feeling ebbs, and a little of it stays", "Most of it lets go"),
    "affect.eases.quiet": ("The feeling ebbs away", "It grows quiet in the patient"),
    "affect.steady": (
        "The feeling stays as it is",
        "What the patient feels hardly changes",
        "It goes on like this",
        "The feeling neither rises nor ebbs",
    ),
    "need.near": ("closeness is wanted", "the therapist is wanted near", "nearness is wanted"),
    "need.apart": ("room is wanted", "some distance is wanted", "what is wanted is room"),
}

#: Where the therapist is, and the bowl.
THERAPIST: Mapping[str, tuple[str, ...]] = {
    "presence.whole": ("the therapist is wholly there", "the therapist is all there"),
    "presence.here": ("the therapist is there", "the therapist is with the patient"),
    "presence.partly": (
        "the therapist is there in part",
        "some of the therapist's attention is elsewhere",
    ),
    "presence.thin": ("little of the therapist is in the room", "the therapist is hardly there"),
    "presence.away": ("the therapist is somewhere else", "the therapist is far away"),
    "bowl.light": ("the bowl is nearly empty", "there is much room in the bowl"),
    "bowl.holding": ("the bowl holds what comes", "the bowl has room for it"),
    "bowl.heavy": ("the bowl is heavy, and holds", "the bowl is more than half full, and holds"),
    "bowl.brim": ("the bowl is full to the brim, and holds", "the bowl only just holds"),
    "lapse.slips": (
        "A lapse: the therapist loses the thread.",
        "The therapist's mind goes off, and nothing calls it back.",
        "Again the thread is lost.",
    ),
    "lapse.caught": (
        "The therapist's mind goes off, is caught in time, and comes back.",
        "A moment's absence, noticed by the therapist and mended.",
        "Again the mind goes off, and again it is caught.",
    ),
    "overflow.absorbed": (
        "The bowl runs over: the therapist is swallowed up by what the patient feels.",
        "It is more than the bowl can hold, and the therapist goes under in it.",
    ),
    "overflow.pushed_away": (
        "The bowl runs over, and the therapist pushes away what the patient feels.",
        "It is more than the bowl can hold; the therapist shuts it out.",
    ),
}

#: What of it is read, expressed and recognised.
ATTUNEMENT: Mapping[str, tuple[str, ...]] = {
    "felt.none": ("Hardly anything reaches the patient: {why}.", "It does not arrive: {why}."),
    "felt.little": ("Little reaches the patient: {why}.", "The patient feels little of it: {why}."),
    "felt.some": (
        "Some of it arrives; {why}.",
        "The patient feels met in part; {why}.",
        "Part of the way they meet; {why}.",
    ),
    "felt.met": (
        "What the therapist reads can be seen, and the patient feels met.",
        "The patient feels met.",
        "It arrives: the patient feels met.",
    ),
    "felt.deep": (
        "The patient feels felt.",
        "It is read, it shows, and it is taken in: the patient feels felt.",
    ),
    "weakest.read": ("most is lost in the reading", "the therapist reads it poorly"),
    "weakest.expressed": (
        "what is understood shows too little",
        "most is lost on the way to face and voice",
    ),
    "weakest.recognised": (
        "what is shown is hardly recognised",
        "the patient can hardly see that it is meant",
    ),
    "unsaid.missed": (
        "The words are heard; what face and voice say is missed.",
        "What is not put into words goes by.",
    ),
    "closeness.too_near": (
        "The therapist has come nearer than is wanted.",
        "The therapist is too near.",
    ),
    "closeness.too_far": (
        "The therapist stays further off than is wanted.",
        "The therapist is too far off.",
    ),
}

#: Hostile acts, and ruptures from their beginning to their end.
RUPTURE: Mapping[str, tuple[str, ...]] = {
    "hostile.act": (
        "A hostile or controlling word escapes the therapist.",
        "Another hostile or controlling word escapes.",
    ),
    "hostile.answered": ("The patient answers in kind.", "It is answered in kind."),
    "hostile.unanswered": ("The patient does not answer in kind.", "It is not answered in kind."),
    "begins.withdrawal": (
        "Something tears between them, and the patient draws back: a rupture begins.",
        "Another rupture begins: the patient draws back.",
    ),
    "begins.confrontation": (
        (
            "Something tears between them, and the patient turns against the therapist: "
            "a rupture begins."
        ),
        "Another rupture begins: the patient turns against the therapist.",
    ),
    "open.unnoticed": (
        "The rupture is open, and the therapist does not notice it.",
        "Nobody speaks of the rupture.",
        "The rupture stays open, unnoticed.",
        "Still it goes unnoticed.",
    ),
    "noticed.withdrawal": (
        "Now the therapist notices that the patient has drawn back.",
        "The therapist notices that the patient is not with them any more.",
    ),
    "noticed.confrontation": (
        "Now the therapist notices what has torn.",
        "The therapist takes in that the patient has turned.",
    ),
    "working.worked_through": (
        "They speak of it and work it through; the rupture is repaired.",
        "It is worked through: the rupture is repaired.",
    ),
    "working.unsettled": ("They try to speak of it; it is not settled.",),
    "working.unsettled.again": (
        "They try again, and it is not settled.",
        "Another try; it stays unsettled.",
        "They come back to it, and do not get to the end of it.",
    ),
    "working.defensive": (
        (
            "They try to speak of it; the therapist defends, with a hostile or controlling word, "
            "and the rupture deepens."
        ),
    ),
    "working.defensive.again": (
        (
            "At the next try the therapist defends, with a hostile or controlling word, and the "
            "rupture deepens."
        ),
    ),
    "working.rigid": (
        (
            "They try to speak of it; the therapist clings to the treatment model, and the rupture "
            "deepens."
        ),
    ),
    "working.rigid.again": (
        "At the next try the therapist clings to the treatment model, and the rupture deepens.",
        "Again the therapist clings to the treatment model, and the rupture deepens.",
    ),
    "adherence.loose": (
        "Meanwhile the treatment model is put aside.",
        "The treatment model has to wait.",
    ),
}

#: What the twin is spared, or misses, while it happens in the world that is told.
ABSENT: Mapping[str, tuple[str, ...]] = {
    "not.lapse": ("Here there is no lapse.",),
    "not.overflow": ("Here the bowl holds.",),
    "not.hostile": ("Here no such word escapes.",),
    "not.begins": ("Here nothing tears.", "Here no rupture begins."),
    "not.open": ("Here no rupture is open.",),
    "not.left": ("Between these two no rupture is open.",),
    "not.noticed": ("Here the rupture is still unnoticed.",),
}

#: How a session begins.
OPENING: Mapping[str, tuple[str, ...]] = {
    "left.unnoticed": (
        "The rupture of session {session} is still open, and the therapist has not noticed it.",
    ),
    "closed_over": (
        "The rupture of session {session} has closed over since; it was never spoken of.",
    ),
    "left.noticed": ("The rupture of session {session} was noticed, and is still unsettled.",),
    "hooked": (
        "The patient brings a theme that this therapist finds hard to hold.",
        "Again it is a theme that this therapist finds hard to hold.",
    ),
    "held": (
        "The patient brings a theme that the therapist can hold.",
        "The theme is one that the therapist can hold.",
    ),
    "shown.little": ("Little of what is inside is shown.", "The patient keeps most of it back."),
    "shown.some": ("Some of what is inside is shown.", "The patient shows a part of it."),
    "shown.much": ("Much of what is inside is shown.", "The patient lets a great deal be seen."),
    "fear.rejection": ("The patient expects to be turned away.",),
    "fear.harm": ("The patient fears to be too much for the therapist.",),
    "arrives.unsettled": ("The therapist arrives unsettled.",),
    "intention.clear": ("The therapist means to be there for this patient today.",),
    "intention.faint": ("Being there for this patient is not much on the therapist's mind today.",),
    "due.acted": (
        (
            "This is an hour in which something has to be done, and not only understood; the "
            "therapist does it."
        ),
    ),
    "due.left": (
        (
            "This is an hour in which something has to be done, and not only understood; the "
            "therapist lets it be."
        ),
    ),
}

#: What a session changes.
CLOSING: Mapping[str, tuple[str, ...]] = {
    "alliance.begins": ("With this an alliance begins.",),
    "alliance.grows": ("The alliance comes out of it stronger.", "The alliance grows."),
    "alliance.holds": ("The alliance stays where it was.", "The alliance hardly moves."),
    "alliance.weakens": ("The alliance comes out of it weaker.", "The alliance weakens."),
    "rupture.repaired": (
        "The rupture is behind them, and the bond is firmer than when they came.",
    ),
    "rupture.closed": ("The rupture is behind them.",),
    "rupture.left_unnoticed": ("They part with the rupture open, and unnoticed.",),
    "rupture.left_noticed": ("They part with the rupture open; it has been noticed.",),
    "safety.grows": ("The patient feels safer.",),
    "safety.weakens": ("The patient feels less safe.",),
    "fear_rejection.grows": ("The fear of being turned away has been fed.",),
    "fear_rejection.weakens": ("The fear of being turned away lets go a little.",),
    "fear_harm.grows": ("The fear of being too much has been fed.",),
    "fear_harm.weakens": ("The fear of being too much lets go a little.",),
    "self_attunement.grows": ("Something of it goes home with the patient.",),
    "self_attunement.weakens": ("The patient goes home a little less at one.",),
    "swamped": ("Much of it was more than the patient could bear.",),
    "told.both": (
        "Asked afterwards whether there was a rupture, both say yes; there was {truth}.",
    ),
    "told.patient": (
        "Asked afterwards, the patient speaks of a rupture, the therapist not; there was {truth}.",
    ),
    "told.therapist": (
        "Asked afterwards, the therapist speaks of a rupture, the patient not; there was {truth}.",
    ),
    "told.neither": (
        "Asked afterwards whether there was a rupture, neither says so; there was {truth}.",
    ),
}

#: All of them.
PHRASES: Mapping[str, tuple[str, ...]] = {
    **PATIENT,
    **THERAPIST,
    **ATTUNEMENT,
    **RUPTURE,
    **ABSENT,
    **OPENING,
    **CLOSING,
}
