"""Where does a text hold what its own shape shows to be personal: a card, an IBAN, an email address, a phone?"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from contracts.personal import PersonalCode
from governance.cards import find_cards
from governance.declared_codes import find_codes
from governance.encoded_values import find_encoded
from governance.ibans import find_ibans
from governance.identifiers import find_identifiers
from governance.personal import Span, first_of
from governance.phones import find_phones
from governance.plain_view import plain_view
from governance.screen import strip_invisible, visible_places
from governance.spoken_numbers import find_spoken

# Bounded and possessive: linear on any text.
_EMAIL: Final = re.compile(
    r"(?<![^\W_])(?<![.+-])(?<![^\W_][_'])[^\W_](?:[\w.+'-]|%(?!40)){0,63}+(?:@|%40)(?:[^\W_](?:[\w-]{0,62})\.){1,8}"
    r"[^\W\d_]{2,24}(?![^\W\d_])"
)
_AT: Final = r"\s{0,2}(?:[(\[{<]\s?(?:at|@|arroba|chez)\s?[)\]}>])\s{0,2}"
_DOT: Final = r"(?:\.|\s{0,2}[(\[{<]\s?(?:dot|punkt|punto|point)\s?[)\]}>]\s{0,2}|\s(?:dot|punkt|punto|point)\s)"
_SAYS_AT: Final = re.compile(r"\b(?:at|arroba|chez)\b|[(\[{<]@", re.IGNORECASE)
_SPELT: Final = re.compile(
    rf"(?<![\w.+-])[^\W_][\w.+-]{{0,63}}(?:{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}"
    rf"|\s(?:at|arroba)\s[\w-]{{1,63}}(?:\s(?:dot|punkt|punto|point)\s[\w-]{{1,63}}){{1,4}})(?!\w)",
    re.IGNORECASE,
)


def find_structured(text: str, codes: Sequence[PersonalCode] = ()) -> list[Span]:
    """Return the spans of email addresses, IBANs, cards, the company's `codes`, national numbers and phones, in order.

    What is surer comes first and keeps its characters: a card's digits are no phone. Network addresses count too.
    Digits of every script count, spelt out, and in base64 or hex as well; what no reader sees parts nothing.
    """
    shown = strip_invisible(text)
    if len(shown) == len(text):
        return _find_visible(text, codes)
    places = visible_places(text)
    return [
        replace(
            span,
            start=places[span.start],
            end=places[span.end - 1] + 1,
            value=span.value or shown[span.start : span.end],
        )
        for span in _find_visible(shown, codes)
    ]


def _find_visible(text: str, codes: Sequence[PersonalCode]) -> list[Span]:
    view = plain_view(text)
    return first_of(
        find_encoded(view, _find_surest),
        _find_surest(view),
        find_codes(text, codes),
        find_identifiers(view),
        find_spoken(view),
        find_phones(view),
    )


def _find_surest(view: str) -> list[Span]:
    return first_of(_find_emails(view), find_ibans(view), find_cards(view))


def _find_emails(text: str) -> Iterable[Span]:
    if "@" in text or "%40" in text:
        yield from (Span(*found.span(), "EMAIL") for found in _EMAIL.finditer(text))
    if _SAYS_AT.search(text) is not None:
        yield from (Span(*found.span(), "EMAIL") for found in _SPELT.finditer(text))
