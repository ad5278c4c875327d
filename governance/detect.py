"""Where does a text hold what its own shape shows to be personal: a card, an IBAN, an email address, a phone?"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from contracts.personal import PersonalCode
from governance.cards import find_cards
from governance.declared_codes import find_codes
from governance.ibans import find_ibans
from governance.identifiers import find_identifiers
from governance.personal import Span, first_of
from governance.phones import find_phones

# Bounded and possessive: linear on any text.
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}+@(?:[A-Za-z0-9-]{1,63}+\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)


def find_structured(text: str, codes: Sequence[PersonalCode] = ()) -> list[Span]:
    """Return the spans of email addresses, IBANs, cards, the company's `codes`, national numbers and phones, in order.

    What is surer comes first and keeps its characters: a card's digits are no phone. Network addresses count too.
    """
    return first_of(
        _find_emails(text),
        find_ibans(text),
        find_cards(text),
        find_codes(text, codes),
        find_identifiers(text),
        find_phones(text),
    )


def _find_emails(text: str) -> Iterable[Span]:
    if "@" in text:
        yield from (Span(*found.span(), "EMAIL") for found in _EMAIL.finditer(text))
