"""Does a sentence name something of the company's that nothing names, or a standing that the customer has not?"""

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NOUN: Final = (
    r"(?:club|pass|guarantee|rate|fare|tariff|program(?:me)?|membership|scheme|package|bundle|insurance|lounge"
    r"|protection)s?"
)
_OURS: Final = re.compile(
    rf"\b(?i:our) (?P<name>(?:[A-Z][a-z]{{1,15}} ){{1,3}}(?i:{_NOUN})"
    rf"|[A-Z][a-z]{{1,15}}[A-Z][A-Za-z]{{1,15}}(?: (?i:{_NOUN}))?)\b"
)
_GENERAL: Final = re.compile(_NOUN, re.IGNORECASE)
_DAYS: Final = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|summer|autumn|winter|spring|christmas|easter", re.I
)
_STANDING: Final = re.compile(
    r"\b(?:as an? (?P<as>[a-z]{3,12}) (?:members?|customers?|passengers?|travellers?|guests?)"
    r"|you(?:'re| are) (?:now |still |already |currently )?(?:an? )?(?P<are>[a-z]{3,12})(?: members?\b|(?=[.,;!]|$))"
    r"|your (?P<your>[a-z]{3,12}) (?:tickets?|fares?|status|tier|membership)\b)",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:if|were|would|once|when|become|unless|not|no|never|should|could|than|or)\b|n't\b", re.IGNORECASE
)


def find_unknown_name(text: str, policy: Iterable[str]) -> str:
    """Return what a sentence calls the company's own ("our Snow Club") where no passage or fact has a word of it.

    A name is written with capitals before a word of what companies sell, or as one word with a capital within.
    """
    for found in _OURS.finditer(text):
        words = (word.casefold() for word in _WORD.findall(found["name"]) if not _GENERAL.fullmatch(word))
        telling = {word for word in words if not _DAYS.fullmatch(word)}
        if telling and telling.isdisjoint(word for line in policy for word in _WORD.findall(line)):
            return found["name"]
    return ""


def find_other_standing(text: str, policy: Iterable[str], states: frozenset[str]) -> str:
    """Return what a sentence says that the customer is or has, where a rule lists it beside what they are by a result.

    "As a gold member" of a silver one, where a rule names silver, gold and platinum. What only may be is none.
    """
    for found in _STANDING.finditer(text):
        said = str(found["as"] or found["are"] or found["your"]).casefold()
        if said in states or _OPEN.search(text, max(0, found.start() - 60), found.end()) is not None:
            continue
        listed = (frozenset(_WORD.findall(rule)) for rule in policy if said in rule)
        if any(said in words and not words.isdisjoint(states) for words in listed):
            return found[0]
    return ""
