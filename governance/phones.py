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
    rf"(?:[ .\-/_\u00a0\u2010-\u2015]?\(?[0-9]{{1,10}}\)?){{0,8}}+{_EXTENSION}{_NO_MORE}"
)
_NATIONAL: Final = re.compile(
    r"(?<![0-9A-Za-z.,:+/-])(?:\([0-9]{1,5}\)[ -]?)?[0-9]{1,15}"
    r"(?:(?: ?[\-/\u2010-\u2015] ?|[ ._\u00a0])[0-9]{1,8}){0,5}+"
    rf"{_EXTENSION}{_NO_MORE}"
)
_SIZES: Final = range(7, 16)
_BEFORE: Final = 48
_AFTER: Final = 12
_MEANT: Final = re.compile(
    r"\b(?:(?P<phone>(?:tele)?phones?|mobile|cell|tel|fax|desk|landline|whatsapp|telegram|sms|texts?|messages?"
    r"|call(?:ed|ing)?(?: me| us| him| her| them| back)?|reach(?:ed|able)?|ring|dial|answering|registered|contact"
    r"|voicemail"
    r"|telefon(?:isch|nummer)?|handy(?:nummer)?|mobil(?:funk)?(?:nummer)?|festnetz|rückruf|anruf(?:en)?"
    r"|ruf(?:en|t)?(?: sie)? mich|erreich(?:bar|en)|téléphone|portable|tél|appele[zr](?:[- ]moi)?|joindre"
    r"|teléfono|móvil|celular|ll[áa]m[ae](?:me|r|rme|n)?)"
    r"|(?P<other>(?:buchungs?|reservierungs?|bestell|auftrags?|rechnungs?|kunden|flug|konto|karten|ticket|vorgangs?)"
    r"(?:nummer|nr)?|buchung|reservierung|bestellung|betrag|commande|facture|réservation|billet|dossier"
    r"|vol|compte|montant"
    r"|pedido|factura|reserva|vuelo|cuenta|importe"
    r"|bookings?|reservations?|tickets?|references?|orders?|invoices?|flights?|cases?|accounts?|cards?"
    r"|polic(?:y|ies)"
    r"|passports?|licen[cs]es?|amounts?|price|pay|paid|eur|euros?|usd|dollars|pounds|ssn|tax|dates?|zip|box"
    r"|apt|suite|code))\b",
    re.IGNORECASE,
)
_LINKED: Final = re.compile(
    r"(?:\bwa\.me/|\b(?:tel|sms|callto):|\bphone=)\+?(?P<number>[0-9]{7,15})(?![0-9A-Za-z])", re.IGNORECASE
)
"""A number in an address that dials it."""
_NAMED: Final = re.compile(
    r"\b(?:booking|reservation|order|ticket|reference|ref|invoice|case|customer|member(?:ship)?|tracking|transaction"
    r"|buchungs?|reservierungs?|bestell|auftrags?|rechnungs?|kunden|vorgangs?|referenz|réservation|commande|dossier|reserva"
    r"|pedido|factura)"
    r"[ -]?(?:number|no\.?|nr\.?|nummer|code|id)?(?: (?:is|was|ist|lautet|est|es))?[ :#]{0,2}$",
    re.IGNORECASE,
)
"""What calls the number behind it something else, whatever it looks like."""
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
        is_sure = found[0].startswith("+")
        if _size(found[0]) in _SIZES and (is_sure or not is_called_otherwise(text, found.start())):
            yield Span(found.start(), found.end(), "PHONE")
    yield from (Span(*found.span("number"), "PHONE") for found in _LINKED.finditer(text))
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


def is_called_otherwise(text: str, start: int) -> bool:
    """Whether the words right before a number say that it is a booking's, an order's or the like."""
    return _NAMED.search(text, max(0, start - _BEFORE), start) is not None


def _size(number: str) -> int:
    """How many digits a number has, its extension aside."""
    return sum(char.isdecimal() for char in _LETTERS.split(number, maxsplit=1)[0])


def _is_otherwise(text: str, found: re.Match[str]) -> bool:
    """Whether its shape, or a currency behind it, says that it is a date or an amount."""
    return _DATE.fullmatch(found[0]) is not None or _CURRENCY.match(text, found.end()) is not None
