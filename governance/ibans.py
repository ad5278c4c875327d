"""Where does a text hold an IBAN?"""

import re
import string
from collections.abc import Iterator
from typing import Final

from governance.personal import Span

_BETWEEN: Final = r"(?:[ \t\u00a0./_\u2010-\u2015-]{1,2}|[ \t]?\r?\n)?"
# In capitals every letter may stand apart: lower-case words with a number behind them would be tried in vain.
_IBAN: Final = re.compile(
    r"(?:(?<=\b[Ii][Bb][Aa][Nn])|(?<![A-Za-z0-9]))(?:[A-Za-z]{2}[0-9]{2}|[A-Z][ ]?[A-Z][ ]?[0-9][ ]?[0-9])"
    rf"(?:{_BETWEEN}[A-Za-z0-9]){{11,30}}+"
)
_GAP: Final = re.compile(r"[ \t\r\n\u00a0./_\u2010-\u2015-]")
_FEWEST_DIGITS: Final = 10
"""No country has fewer in practice, and words that pass the check by chance have none."""
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

_AS_NUMBERS: Final = {ord(letter): str(int(letter, 36)) for letter in string.ascii_uppercase}


def find_ibans(text: str) -> Iterator[Span]:
    """Yield the IBANs of a text: country, length and check digits are right (ISO 13616)."""
    for found in _IBAN.finditer(text):
        end = _iban_end(text, found.start(), found.end())
        if end is not None:
            yield Span(found.start(), end, "IBAN")


def _iban_end(text: str, start: int, end: int) -> int | None:
    """Return where the IBAN from `start` ends, as its country says; the pattern may have run into words behind it."""
    left = _IBAN_LENGTHS.get(_GAP.sub("", text[start : start + 3])[:2].upper(), 0)
    for stop in range(start, end):
        left -= text[stop].isalnum()
        if left == 0:
            return stop + 1 if is_iban(text[start : stop + 1]) else None
    return None


def is_iban(text: str) -> bool:
    """Whether the text, gaps aside, is an IBAN by country, length and check digits (ISO 13616, mod 97)."""
    compact = _GAP.sub("", text).upper()
    if sum(map(str.isdecimal, compact)) < _FEWEST_DIGITS:
        return False
    if len(compact) != _IBAN_LENGTHS.get(compact[:2]) or not (compact.isascii() and compact.isalnum()):
        return False
    moved = compact[4:] + compact[:4]
    return int(moved.translate(_AS_NUMBERS)) % 97 == 1
