"""Where does a text hold a phone number, whatever country it is written for?"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from governance.personal import Span

_EXTENSION: Final = r"(?:[ ,]{0,2}(?:x|ext\.?|extension) ?[0-9]{1,5})?"
_NO_MORE: Final = r"(?![0-9A-Za-z])"
# E.164: a plus or 00, then 7 to 15 digits in groups.
_INTERNATIONAL: Final = re.compile(
    rf"(?<![0-9A-Za-z+])(?<![0-9][ .-])(?:\+|00)[1-9][0-9]{{0,14}}"
    rf"(?:[ .\-/\u00a0\u2010-\u2015]?\(?[0-9]{{1,10}}\)?){{0,8}}+{_EXTENSION}{_NO_MORE}"
)
_NATIONAL: Final = re.compile(
    r"(?<![0-9A-Za-z.,:+/-])(?:\([0-9]{1,5}\)[ -]?)?[0-9]{1,11}(?:[ .\-/\u00a0\u2010-\u2015][0-9]{1,8}){0,5}+"
    rf"{_EXTENSION}{_NO_MORE}"
)
_SIZES: Final = range(7, 16)
_BEFORE: Final = 48
_AFTER: Final = 12
_MEANT: Final = re.compile(
    r"\b(?:(?P<phone>(?:tele)?phones?|mobile|cell|tel|fax|desk|landline|whatsapp|telegram|sms|texts?|messages?"
    r"|call(?:ed|ing)?(?: me| us| him| her| them| back)?|reach(?:ed|able)?|ring|dial|answering|registered|contact"
    r"|voicemail)"
    r"|(?P<other>bookings?|reservations?|tickets?|references?|orders?|invoices?|flights?|cases?|accounts?|cards?"
    r"|polic(?:y|ies)"
    r"|passports?|licen[cs]es?|amounts?|price|pay|paid|eur|euros?|usd|dollars|pounds|ssn|tax|dates?|zip|box|apt|suite|code))\b",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"[0-9]")
_LETTERS: Final = re.compile(r"[a-zA-Z]")
_USED_FOR: Final = re.compile(r"[ \-]{1,2}(?:office|fax|mobile|cell|home|work|desk|phone|tel)\b", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?:(?:19|20)[0-9]{2}([ .\-/])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([ .\-/])[0-9]{1,2}\2(?:19|20)[0-9]{2})(?: .*)?"
)
_CURRENCY: Final = re.compile(r" ?(?:€|\$|£|eur\b|usd\b|gbp\b|euros?\b|dollars\b|pounds\b)", re.IGNORECASE)


def find_phones(text: str) -> Iterator[Span]:
    """Yield international numbers, and national ones that the words around them call a phone."""
    if _DIGIT.search(text) is None:
        return
    for found in _INTERNATIONAL.finditer(text):
        if _size(found[0]) in _SIZES:
            yield Span(found.start(), found.end(), "PHONE")
    words = list(_MEANT.finditer(text)) if _LETTERS.search(text) else []
    if not any(word["phone"] for word in words) and _USED_FOR.search(text) is None:
        return  # nothing calls any number a phone
    ends = [word.end() for word in words]
    for found in _NATIONAL.finditer(text):
        at = bisect_right(ends, found.start()) - 1
        meant = at >= 0 and words[at]["phone"] is not None and found.start() - ends[at] <= _BEFORE
        meant = meant or _USED_FOR.match(text, found.end(), found.end() + _AFTER) is not None
        if meant and _size(found[0]) in _SIZES and not _is_otherwise(text, found):
            yield Span(found.start(), found.end(), "PHONE")


def _size(number: str) -> int:
    """How many digits a number has, its extension aside."""
    return sum(char.isdecimal() for char in _LETTERS.split(number, maxsplit=1)[0])


def _is_otherwise(text: str, found: re.Match[str]) -> bool:
    """Whether its shape, or a currency behind it, says that it is a date or an amount."""
    return _DATE.fullmatch(found[0]) is not None or _CURRENCY.match(text, found.end()) is not None
