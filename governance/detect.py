"""Where does a text hold what its own shape shows to be personal: a card, an IBAN, an email address, a phone?"""

from collections.abc import Sequence
from dataclasses import replace

from contracts.personal import PersonalCode
from governance.account_pairs import find_account_pairs
from governance.cards import find_cards
from governance.declared_codes import find_codes
from governance.emails import find_emails
from governance.encoded_values import find_encoded
from governance.ibans import find_ibans
from governance.identifiers import find_identifiers
from governance.personal import Span, first_of
from governance.phones import find_phones
from governance.plain_view import plain_view
from governance.screen import strip_invisible, visible_places
from governance.spoken_numbers import find_spoken


def find_structured(text: str, codes: Sequence[PersonalCode] = ()) -> list[Span]:
    """Return the spans of email addresses, IBANs, cards, `codes`, national numbers, accounts and phones.

    In order. What is surer comes first and keeps its characters: a card's digits are no phone. Network addresses count.
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
        find_account_pairs(view),
        find_spoken(view),
        find_phones(view),
    )


def _find_surest(view: str) -> list[Span]:
    return first_of(find_emails(view), find_ibans(view), find_cards(view))
