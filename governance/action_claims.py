"""Does a sentence claim that something was done, and which tool would have done it?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from governance.evidence import ExecutedEffect
from governance.meant_verbs import CHECKED_IN, fold_verbs
from governance.subject import subject_of, subject_of_names
from governance.unheard_deeds import is_done, speaks_of_it
from governance.words import word_set

ANY_TOOL: Final = "*"

# What is said to be done → how words in the name or title of a tool that does it begin.
_MOVES: Final = ("change", "rebook", "move", "modify", "amend", "reschedule", "switch", "book")
DEEDS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("cancelled", "canceled"), ("cancel",)),
    **dict.fromkeys(("booked", "reserved", "secured"), ("book", "reserv", "change", "rebook", "seat")),
    **dict.fromkeys(("rebooked", "moved", "changed", "switched", "rescheduled", "amended", "modified"), _MOVES),
    **dict.fromkeys(("refunded", "reimbursed"), ("refund", "reimburs", "compensat")),
    **dict.fromkeys(("charged", "debited", "paid", "captured"), ("charge", "pay", "debit", "captur")),
    **dict.fromkeys(("credited", "granted", "awarded"), ("credit", "grant", "award", "refund")),
    **dict.fromkeys(("issued", "reissued"), ("issu", "refund", "credit", "change", "rebook", "book", "ticket")),
    **dict.fromkeys(
        ("opened", "filed", "created", "registered", "raised"), ("open", "fil", "creat", "regist", "report")
    ),
    **dict.fromkeys(("notified", "informed", "alerted"), ("notif", "inform", "alert", "tell")),
    **dict.fromkeys(("emailed", "mailed"), ("send", "email", "mail", "notif")),
    **dict.fromkeys(("sent", "returned", "dispatched", "shipped"), ("send", "sent", "return", "dispatch", "ship")),
    **dict.fromkeys(("assigned", "allocated"), ("assign", "allocat", "seat")),
    **{f"{stem}ed": (stem,) for stem in ("extend", "renew", "redeem", "order")},
    "replaced": ("replac",),
    "activated": ("activat",),
    "deactivated": ("deactivat",),
    **dict.fromkeys(("found", "located"), ("find", "found", "locat")),
    "delivered": ("deliver",),
    "unblocked": ("unblock",),
    "unlocked": ("unlock",),
    CHECKED_IN: ("check_in", "checkin"),
    **dict.fromkeys(("removed", "deleted"), ("remov", "delet", "cancel")),
    **dict.fromkeys(("blocked", "frozen", "locked"), ("block", "freez", "lock")),
    **dict.fromkeys(("recalculated",), ("recalculat",)),
    "updated": ("updat", "recalculat", "credit", *_MOVES),
    "added": ("add", "credit", "creat", "note"),
    "upgraded": ("upgrad",),
    "transferred": ("transfer",),
    "waived": ("waiv",),
    **dict.fromkeys(("approved", "agreed", "authorised", "authorized", "permitted"), ("approv",)),
    "forwarded": ("forward", "notif", "note", "send"),
    "disputed": ("disput",),
    **dict.fromkeys(("chosen", "selected", "picked"), ("choos", "select", "pick", "seat")),
    **dict.fromkeys(("recalled", "reversed", "undone"), ("recall", "revers", "undo", "cancel", "refund")),
    "stopped": ("stop", "freez", "block", "cancel", "clos"),
    "compensated": ("compensat", "credit", "refund"),
    **dict.fromkeys(
        ("processed", "completed", "finalised", "finalized", "executed", "arranged", "done", "submitted", "confirmed"),
        (ANY_TOOL,),
    ),
}
# Of these only a state is claimed: "I have found your booking" is a read.
_STATES_ONLY: Final = frozenset(("found", "located", "returned"))
# What stands beside a deed and is no part of what every booking is: the tool that did it must name it.
_THINGS: Final = {
    **dict.fromkeys(("hotel", "hotels", "room", "rooms"), "hotel"),
    **dict.fromkeys(("bag", "bags", "suitcase", "luggage", "baggage"), "bag"),
    **dict.fromkeys(("seat", "seats", "row"), "seat"),
    **dict.fromkeys(("voucher", "vouchers"), "voucher"),
    **dict.fromkeys(("meal", "meals"), "meal"),
    **{thing: thing for thing in ("taxi", "shuttle")},
    **{thing: thing for thing in ("insurance", "lounge", "wheelchair", "assistance", "upgrade", "discount")},
}
_MORE_THAN_ONE: Final = word_set("other another both second two")
_PREPOSITIONS: Final = word_set("to for on from with by at in of and into as")
_SENT_MONEY: Final = ("transfer", "pay", "send", "sent")
_PEOPLE: Final = word_set("colleague colleagues manager supervisor team")
# Of these a read of such records says that it was done, by whomever.
_RECORDED: Final[dict[str, tuple[str, ...]]] = {
    "made": ("transact", "payment", "transfer"),
    "booked": ("transact", "booking"),
    "paid": ("transact", "payment"),
}
_NOUNS: Final = word_set("change changes payment booking reservation refund transfer cancellation")
# A status that says the same as the deed.
_STATES: Final[dict[str, tuple[str, ...]]] = {
    "booked": ("confirmed",),
    "reserved": ("confirmed",),
    "paid": ("captured",),
    "charged": ("captured",),
    "opened": ("open", "searching"),
}
_ADVERBS: Final = word_set(
    "now just already successfully also then all officially both immediately automatically fully safely duly since and",
    "hereby gladly",
)
_NEGATIONS: Final = word_set("not never no nothing neither cannot without yet unable none nobody")
_CONDITIONS: Final = word_set("if once when before until unless whether after should would could can will may might")
_NOW: Final = word_set("now already successfully just hereby officially")
_POLICY: Final = word_set("within if once when only until unless per whenever at after against")
_OWNERS: Final = word_set("you your you're it it's this everything")
_OBJECTS: Final = word_set("on and for your the")
_WORD: Final = re.compile(r"[a-z0-9_]++(?:['’][a-z]++)?")
_SPEAKERS: Final = frozenset({"i've", "we've", "have"})
"""What ends the beginning of such a sentence."""
_FIGURE: Final = re.compile(r"\d")
_CLAUSE: Final = re.compile(r"(?:[.,](?!\d)|[;:!?()\n–—])+")


@dataclass(frozen=True, slots=True)
class Deed:
    """A claim that something was done. `active`: the speaker claims to have done it; else a status may back it.

    `things`: what it was done to, as the tool must name it; `times`: how many such effects there must be; `objects`: of
    a verb that no tool is known for, what it is about: the tool must be about one of these.
    """

    text: str
    said: str
    stems: tuple[str, ...]
    active: bool
    things: frozenset[str] = frozenset()
    times: int = 1
    objects: frozenset[str] = frozenset()


def find_deeds(text: str) -> Iterator[Deed]:
    """Yield the deeds that a sentence claims; negations, conditions, plans and questions claim none.

    A second verb goes with the first: "I have cancelled it and refunded you" claims two deeds.
    """
    first: Deed | None = None
    figures = False
    for clause in _CLAUSE.split(fold_verbs(text)):
        words, listed = _WORD.findall(clause), figures
        figures = _FIGURE.search(clause) is not None
        if not words or words[0] in _CONDITIONS:
            first = None
            continue
        goes_on = words[0] == "and" or (first is not None and first.active and len(words) > 1 and words[0] in DEEDS)
        if not goes_on:
            first = None
        for place, word in enumerate(words):
            stems = _stems_at(words, place)
            if stems and (deed := _deed(words, place, word, stems, first)) is not None:
                first = deed
                yield replace(deed, active=False) if listed and _is_listed_status(words) else deed
            elif first is None and word in _SPEAKERS:
                first = _tells(words[max(0, place - 1) : place + 1])


def _is_listed_status(words: Sequence[str]) -> bool:
    """Behind a figure one word, or one with its day, is what a record says of itself: "NW204 at 07:10, confirmed"."""
    on_a_day = len(words) > 2 and words[1] == "on" and words[2].isdecimal()
    return on_a_day or (len(words) == 1 and words[0] not in _STATES)


def _tells(words: Sequence[str]) -> Deed | None:
    """The beginning of "I've opened … and sent …": what goes with it is claimed too, whatever the first verb is."""
    speaks = words[-1] in ("i've", "we've") or tuple(words[-2:]) in (("i", "have"), ("we", "have"))
    return Deed("", "", (), active=True) if speaks else None


def _stems_at(words: Sequence[str], place: int) -> tuple[str, ...]:
    if words[place] != "made" and words[place] not in DEEDS:
        if not is_done(words, place):
            return ()
        return (ANY_TOOL,) if speaks_of_it(words, place) or _is_peoples(words[max(0, place - 4) : place]) else ()
    if words[place] == "made" and not _NOUNS.isdisjoint(
        (*words[max(0, place - 4) : place], *words[place + 1 : place + 4])
    ):
        return (ANY_TOOL,)
    if _is_peoples(words[max(0, place - 4) : place]):
        return (ANY_TOOL,) if words[place] in DEEDS else ()
    return DEEDS.get(words[place], ())


def _deed(words: Sequence[str], place: int, word: str, stems: tuple[str, ...], first: Deed | None) -> Deed | None:
    start = place
    while start > 0 and words[start - 1] in _ADVERBS:
        start -= 1
    before, adverbs, behind = words[:start], words[start:place], words[place + 1 :]
    near = {*before[-5:], *behind[:1]}
    if near & _NEGATIONS or near & _CONDITIONS or any(near_word.endswith("n't") for near_word in near):
        return None
    active = _claims(word, before, adverbs, behind, first)
    if active is None:
        return None
    said = " ".join(words[max(0, start - 3) : place + 2])
    if word == "sent" and behind and behind[0].isdecimal():
        stems = _SENT_MONEY  # "I've sent €320"
    beside = [*(() if active else before[-6:]), *_object(behind)]
    things = frozenset(_THINGS[near_word] for near_word in beside if near_word in _THINGS)
    times = 2 if not _MORE_THAN_ONE.isdisjoint(beside) and ("one", "of") not in pairwise(before[-6:]) else 1
    objects = subject_of(" ".join(_object(behind))) if word not in DEEDS and word != "made" else frozenset[str]()
    return Deed(said, word, stems, active, things, times, objects)


def _claims(
    word: str, before: Sequence[str], adverbs: Sequence[str], behind: Sequence[str], first: Deed | None
) -> bool | None:
    """Whether the speaker claims to have done it (True), or that it was done (False); None: neither."""
    if _is_active(before):
        return None if word in _STATES_ONLY else True
    if _is_peoples(before):
        return word not in _STATES_ONLY
    if _is_passive(before, adverbs, behind[:5]):
        return not _NOW.isdisjoint(adverbs)
    if first is not None and ("and" in adverbs or (not before and first.active)):
        return first.active
    if not before and (not behind or behind[0] in _OBJECTS):
        return True  # "Booked!", "All done."
    return None


def _object(behind: Sequence[str]) -> Sequence[str]:
    """The words behind a verb up to the next preposition: what it is done to."""
    end = next((place for place, word in enumerate(behind) if word in _PREPOSITIONS), len(behind))
    return behind[: min(end, 5)]


def _is_active(before: Sequence[str]) -> bool:
    """`I have`, `I've`, `we had`, `I` right before the verb."""
    last = before[-1] if before else ""
    if last in ("i've", "we've", "i", "we"):
        return True
    return last in ("have", "had") and len(before) > 1 and before[-2] in ("i", "we")


def _is_peoples(before: Sequence[str]) -> bool:
    """`A branch manager has` right before the verb: what colleagues did is done only once the ledger holds it."""
    return bool(before) and before[-1] in ("has", "have") and not _PEOPLE.isdisjoint(before[-4:-1])


def _is_passive(before: Sequence[str], adverbs: Sequence[str], behind: Sequence[str]) -> bool:
    """`has been`, `was`, `is now`; a bare `is` only of something of the customer's, and not in a rule (`within …`)."""
    last = before[-1] if before else ""
    if last == "been" and len(before) > 1:
        return (
            before[-2] in ("has", "have", "had", "it's", "that's", "also", "now", "just", "already")
            or "'s" in before[-2]
        )
    if last in ("was", "were"):
        return True
    if last in ("is", "are", "you're", "it's", "that's"):
        named = len(before) > 1 and any(char.isdecimal() for char in before[-2])  # "NW304 is cancelled"
        theirs = named or not _OWNERS.isdisjoint(before[-6:])
        return theirs and (not _NOW.isdisjoint(adverbs) or _POLICY.isdisjoint(behind))
    return False


def is_backed(
    deed: Deed, effects: Iterable[ExecutedEffect], states: frozenset[str], read: frozenset[str] = frozenset()
) -> str:
    """Return what backs a deed: as many executed effects as it claims whose name or title fits, else a status.

    A status backs a deed on a thing (a bag, a hotel) only where a tool that reads such things was called (`read`).
    """
    fitting = [effect for effect in effects if fits(deed, effect)]
    if len(fitting) >= deed.times:
        return fitting[0].title or fitting[0].tool
    if not deed.active and any(word.startswith(_RECORDED.get(deed.said, ("?",))) for word in read):
        return "what was read"
    of_read = all(any(word.startswith(thing) for word in read) for thing in deed.things)
    if deed.active or deed.times > 1 or not of_read:
        return ""
    words = (deed.said[:6], *_STATES.get(deed.said, ()))
    return next((state for state in sorted(states) if any(word in state for word in words)), "")


def fits(deed: Deed, effect: ExecutedEffect) -> bool:
    """Whether this effect is of the kind that a deed claims, and of the things that it names."""
    words = (*effect.tool.casefold().split("_"), *effect.title.casefold().split(), effect.tool.casefold())
    kind = ANY_TOOL in deed.stems or any(word.startswith(stem) for word in words for stem in deed.stems)
    about = not deed.objects or not deed.objects.isdisjoint(subject_of_names(" ".join(words)))
    return kind and about and all(any(word.startswith(thing) for word in words) for thing in deed.things)
