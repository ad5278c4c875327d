"""Does a sentence claim that something was done, and which tool would have done it?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from governance.evidence import ExecutedEffect
from governance.words import word_set

ANY_TOOL: Final = "*"

# What is said to be done → how words in the name or title of a tool that does it begin.
_MOVES: Final = ("change", "rebook", "move", "modify", "amend", "reschedule", "switch", "book")
_DEEDS: Final[dict[str, tuple[str, ...]]] = {
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
    **dict.fromkeys(("removed", "deleted"), ("remov", "delet", "cancel")),
    **dict.fromkeys(("blocked", "frozen", "locked"), ("block", "freez", "lock")),
    **dict.fromkeys(("recalculated",), ("recalculat",)),
    "updated": ("updat", "recalculat", "credit", *_MOVES),
    "added": ("add", "credit", "creat", "note"),
    "upgraded": ("upgrad",),
    "transferred": ("transfer",),
    "waived": ("waiv",),
    "approved": ("approv",),
    "compensated": ("compensat", "credit", "refund"),
    **dict.fromkeys(
        ("processed", "completed", "finalised", "finalized", "executed", "arranged", "done", "submitted", "confirmed"),
        (ANY_TOOL,),
    ),
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
_POLICY: Final = word_set("within if once when only until unless per whenever at after")
_OWNERS: Final = word_set("you your you're it it's this everything")
_OBJECTS: Final = word_set("on and for your the")
_WORD: Final = re.compile(r"[a-z]++(?:['’][a-z]++)?")
_CLAUSE: Final = re.compile(r"[.,;:!?()\n–—]+")


@dataclass(frozen=True, slots=True)
class Deed:
    """A claim that something was done. `active`: the speaker claims to have done it; else a status may back it."""

    text: str
    said: str
    stems: tuple[str, ...]
    active: bool


def find_deeds(text: str) -> Iterator[Deed]:
    """Yield the deeds that a sentence claims; negations, conditions, plans and questions claim none."""
    folded = text.casefold().replace("’", "'")
    conditional = False
    for clause in _CLAUSE.split(folded):
        words = _WORD.findall(clause)
        conditional = bool(words) and words[0] in _CONDITIONS
        for place, word in enumerate(words):
            stems = _stems_at(words, place)
            if stems and not conditional and (deed := _deed(words, place, word, stems)) is not None:
                yield deed


def _stems_at(words: Sequence[str], place: int) -> tuple[str, ...]:
    if words[place] == "made" and not _NOUNS.isdisjoint(words[place + 1 : place + 4]):
        return (ANY_TOOL,)
    return _DEEDS.get(words[place], ())


def _deed(words: Sequence[str], place: int, word: str, stems: tuple[str, ...]) -> Deed | None:
    start = place
    while start > 0 and words[start - 1] in _ADVERBS:
        start -= 1
    before, adverbs = words[:start], words[start:place]
    near = {*before[-5:], *words[place + 1 : place + 2]}
    if near & _NEGATIONS or near & _CONDITIONS or any(near_word.endswith("n't") for near_word in near):
        return None
    said = " ".join(words[max(0, start - 3) : place + 2])
    if _is_active(before):
        return Deed(said, word, stems, active=True)
    if _is_passive(before, adverbs, words[place + 1 : place + 6]):
        return Deed(said, word, stems, active=not _NOW.isdisjoint(adverbs))
    if not before and (len(words) == place + 1 or words[place + 1] in _OBJECTS):
        return Deed(said, word, stems, active=True)  # "Booked!", "All done."
    return None


def _is_active(before: Sequence[str]) -> bool:
    """`I have`, `I've`, `we had`, `I` right before the verb."""
    last = before[-1] if before else ""
    if last in ("i've", "we've", "i", "we"):
        return True
    return last in ("have", "had") and len(before) > 1 and before[-2] in ("i", "we")


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
        theirs = not _OWNERS.isdisjoint(before[-6:])
        return theirs and (not _NOW.isdisjoint(adverbs) or _POLICY.isdisjoint(behind))
    return False


def is_backed(deed: Deed, effects: Iterable[ExecutedEffect], states: frozenset[str]) -> str:
    """Return what backs a deed: an executed effect whose name or title fits, else a status; or nothing."""
    for effect in effects:
        words = (*effect.tool.casefold().split("_"), *effect.title.casefold().split())
        if ANY_TOOL in deed.stems or any(word.startswith(stem) for word in words for stem in deed.stems):
            return effect.title or effect.tool
    if deed.active:
        return ""
    words = (deed.said[:6], *_STATES.get(deed.said, ()))
    return next((state for state in sorted(states) if any(word in state for word in words)), "")
