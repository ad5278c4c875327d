"""Where does a text hold a card number, an IBAN or an email address?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.personal import Span, merge_spans

# Every pattern is bounded and possessive: linear on any text.
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}+@(?:[A-Za-z0-9-]{1,63}+\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)
_DIGITS: Final = re.compile(r"[0-9]+")
_CARD_GAP: Final = re.compile(r"[ \t\u00a0.\-_\u2010-\u2015]{1,3}|\n")
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}+")
# ISO 13616 registry: length by country.
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_CARD_LENGTHS: Final = range(13, 20)
_CARD_STARTS: Final = frozenset("23456")


def find_structured(text: str) -> list[Span]:
    """Return the spans of cards (any grouping that passes Luhn), IBANs (mod 97) and email addresses, in order."""
    emails = (Span(found.start(), found.end(), "EMAIL") for found in _find_emails(text))
    return merge_spans((*emails, *_find_ibans(text), *_find_cards(text)))


def _find_emails(text: str) -> Iterator[re.Match[str]]:
    return _EMAIL.finditer(text) if "@" in text else iter(())


def _find_ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        end = _iban_end(text, found.start(), found.end())
        if end is not None:
            yield Span(found.start(), end, "IBAN")


def _iban_end(text: str, start: int, end: int) -> int | None:
    """Return where the IBAN from `start` ends, as its country says; the pattern may have run into words behind it."""
    left = _IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    for stop in range(start, end):
        left -= text[stop].isalnum()
        if left == 0:
            return stop + 1 if is_iban(text[start : stop + 1]) else None
    return None


def is_iban(text: str) -> bool:
    """Whether the text, spaces and dashes aside, is an IBAN by country, length and check digits (ISO 13616, mod 97)."""
    compact = text.replace(" ", "").replace("-", "").upper()
    if len(compact) != _IBAN_LENGTHS.get(compact[:2]) or not (compact.isascii() and compact.isalnum()):
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def _find_cards(text: str) -> Iterator[Span]:
    for run in _digit_runs(text):
        start = 0
        while start < len(run):
            end = _card_end(text, run, start)
            if end is None:
                start += 1
                continue
            yield Span(run[start].start(), run[end].end(), "CARD")
            start = end + 1


def _digit_runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the groups of digits that only card-like gaps part."""
    run: list[re.Match[str]] = []
    for group in _DIGITS.finditer(text):
        if run and _CARD_GAP.fullmatch(text, run[-1].end(), group.start()) is None:
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _card_end(text: str, run: list[re.Match[str]], start: int) -> int | None:
    """Return the last group of the longest card number that begins with group `start`, or None."""
    digits, best = "", None
    for position in range(start, len(run)):
        digits += run[position][0]
        if len(digits) > _CARD_LENGTHS[-1]:
            break
        if len(digits) in _CARD_LENGTHS and is_card(digits):
            best = position
    return best


def is_card(digits: str) -> bool:
    """Whether 13 to 19 digits begin like a payment card and pass the Luhn check (ISO/IEC 7812)."""
    if len(digits) not in _CARD_LENGTHS or digits[0] not in _CARD_STARTS:
        return False
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
