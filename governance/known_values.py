"""Where does a text hold a value that the customer's record holds, however it is written?"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import permutations
from typing import Final

from governance.cards import CARD
from governance.fold import Folded, fold
from governance.personal import KnownValue, Span, merge_spans

_NAME_PARTS: Final = 4  # of a name, every word order is looked for: 24 at most
_SHORTEST: Final = 2  # letters; a single letter is no value
_DIGITS: Final = 3  # a house's number may be any other number
_LINE: Final = 7  # letters and digits of a line of an address
_CARD: Final = 12  # digits; what is kept of a card, its last four, may be any other number
_SPELT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_STREETS: Final = (("strasse", "str"), ("street", "st"), ("road", "rd"), ("avenue", "ave"))
_NUMBERS: Final = frozenset({"PHONE", "CARD", "IBAN", "DOB"})


class KnownValues:
    """Finds known personal values whatever their case, accents, spacing, look-alike letters and word order."""

    def __init__(self, values: Iterable[KnownValue]) -> None:
        self._needles: dict[str, KnownValue] = {}
        for known in values:
            for needle in _needles(known):
                self._needles.setdefault(needle, known)

    def find(self, text: str) -> list[Span]:
        """Return the spans of known values in the text, in order and without overlaps."""
        folded = fold(text)
        return merge_spans(
            span for needle, known in self._needles.items() for span in _occurrences(text, folded, needle, known)
        )


def _needles(known: KnownValue) -> Iterator[str]:
    whole = fold(known.value).letters
    least = _CARD if known.kind == CARD else _DIGITS if whole.isdecimal() else _SHORTEST
    if len(whole) < least:
        return
    yield whole
    yield from _other_spellings(known, whole)
    if known.kind == "DOB":
        yield from _other_dates(known.value)
    if known.kind == "ADDRESS":
        yield from _lines(known.value)
    if known.kind == "NAME":
        words = [letters for word in known.value.split() if (letters := fold(word).letters)]
        if 1 < len(words) <= _NAME_PARTS:
            yield from ("".join(order) for order in permutations(words))
            yield whole + "s"  # German and Dutch: "Anna Kellers Koffer"
    if known.kind == "PHONE":
        national = whole.lstrip("0")
        for prefix in (1, 2, 3):  # country codes have one to three digits
            if known.value.strip().startswith("+") and len(national) - prefix >= 7:
                yield national[prefix:]


def _other_spellings(known: KnownValue, whole: str) -> Iterator[str]:
    """A name or an address without its umlauts, or with them again; shortened streets; a mail address said aloud."""
    if known.kind in ("NAME", "ADDRESS"):
        spelt = known.value.casefold().translate(_SPELT)
        variants = {fold(spelt).letters, *(whole.replace(pair, pair[0]) for pair in ("ae", "oe", "ue"))}
        yield from (variant for variant in variants - {whole} if len(variant) > _SHORTEST)
    if known.kind == "EMAIL" and known.value.count("@") == 1:
        user, host = known.value.split("@")
        said = host.replace(".", "dot")
        yield from (fold(f"{user}{at}{place}").letters for at, place in (("at", said), ("at", host), ("40", host)))


def _other_dates(value: str) -> Iterator[str]:
    """A recorded day as people write it: in other orders, with and without zeros, with the month's English name."""
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        return
    yield from (day.strftime(way) for way in ("%d%m%Y", "%m%d%Y"))
    yield from (f"{day.day}{day.month}{day.year}", f"{day.month}{day.day}{day.year}")
    for month in (day.strftime("%B").casefold(), day.strftime("%b").casefold()):
        for number in (f"{day.day}", f"{day.day}{_ending(day.day)}", f"{day.day:02}"):
            yield from (f"{number}{month}{day.year}", f"{number}of{month}{day.year}", f"{month}{number}{day.year}")


def _ending(number: int) -> str:
    """`st`, `nd`, `rd` or `th`."""
    return "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _lines(address: str) -> Iterator[str]:
    """Parts of an address that say where somebody lives: a street with its number, a code with its town."""
    for part in re.split(r"[,;\n]", address):
        letters = fold(part).letters
        if len(letters) >= _LINE and any(char.isdecimal() for char in letters) and not letters.isdecimal():
            yield letters
            yield from (letters.replace(long, short) for long, short in _STREETS if long in letters)


def _occurrences(text: str, folded: Folded, needle: str, known: KnownValue) -> Iterator[Span]:
    at = folded.letters.find(needle)
    while at >= 0:
        first, last = folded.places[at], folded.places[at + len(needle) - 1]
        if _stands_alone(text, folded, at, at + len(needle), known):
            yield Span(first, last + 1, known.kind, known.value)
        at = folded.letters.find(needle, at + 1)


def _stands_alone(text: str, folded: Folded, start: int, end: int, known: KnownValue) -> bool:
    """Whether no letter touches the value: `Ann` is not in `annual`, nor `1990` in `219904`.

    A number may follow leading zeros or a country code: `0049 170 …`, so only its end counts.
    """
    touches_before = start > 0 and folded.places[start - 1] == folded.places[start] - 1
    if start > 0 and folded.places[start - 1] == folded.places[start]:
        return False  # in the middle of one character
    touches_after = end < len(folded.places) and folded.places[end] <= folded.places[end - 1] + 1
    if known.kind in _NUMBERS:
        touches_before = touches_before and text[folded.places[start - 1]].isalpha()
    return not touches_before and not touches_after
