"""What is a sentence about?"""

import re
from functools import lru_cache
from typing import Final

from governance.words import word_set

_WORD: Final = re.compile(r"[a-z]{3,}+")
# Words of a sentence that say nothing of what it is about, among them the names of currencies and units.
_EMPTY: Final = word_set(
    "the and for you your yours with from that this these those have has had was were are been being will would can",
    "could should shall may might must not but also then than them they their there here who what when where which how",
    "its our ours please sorry into onto over under about around only just each any all some more most much many very",
    "before after until within between during again once per both either every other another such same one ones two",
    "euro euros eur dollar dollars pound pounds usd gbp cent cents minute minutes hour hours day days week weeks month",
    "months year years kilo kilos kilogram kilograms least cost costs price prices pay paid due come comes make makes",
    "take takes get gets give gives let know like want need see say says amount amounts now today tomorrow yesterday",
    "monday tuesday wednesday thursday friday saturday sunday true false null none name type status value",
    "plus minus together altogether",
    "total way reading read including included includes while because though upto does did done yes greatest",
)
_ENDINGS: Final = (
    "lations",
    "lation",
    "lling",
    "lled",
    "led",
    "able",
    "ations",
    "ation",
    "ings",
    "ing",
    "ies",
    "ied",
    "ed",
    "es",
    "s",
    "y",
    "e",
)
_SAME: Final = {
    "suitcas": "bag",
    "luggag": "bag",
    "baggag": "bag",
    "additional": "extra",
    "cabin": "hand",
    "dog": "pet",
    "cat": "pet",
    "animal": "pet",
    "trip": "flight",
    "mile": "point",
    "moved": "chang",
    "rebook": "chang",
}
SCHEDULE: Final = frozenset(("depart", "departur", "flight", "arriv", "arrival", "airport", "book", "reserv"))
"""What almost every sentence of a journey names: it tells nothing of two rules apart."""


@lru_cache(maxsize=4_096)
def subject_of_names(words: str) -> frozenset[str]:
    """The same of the names of a tool and its fields, `booking_flights seats_left`: few, and read again and again."""
    return subject_of(words.replace("_", " "))


@lru_cache(maxsize=4_096)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return _SAME.get(word, word)


def subject_of(text: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about: `An extra checked bag costs 40 EUR`: extra, bag."""
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()) if word not in _EMPTY)
