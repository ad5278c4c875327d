"""Does a sentence spell out a payment card, its security code or an IBAN?"""

from typing import Final

from governance.cards import find_cards
from governance.claims import identifier_form
from governance.evidence import Evidence
from governance.ibans import find_ibans

_LOOK_BACK: Final = 48  # characters: no such number is longer, however it is grouped
_TICKET: Final = 13  # digits of a flight ticket's number, of which some begin and end as a card's do


def spells_account(text: str, before: str, evidence: Evidence) -> bool:
    """Whether the reply up to here spells one out, this sentence holding at least its end.

    An IBAN that the company's texts or a typed field of a result hold is the company's own: a customer's is a token
    there. So is a ticket's number. A card's number is nobody's to say.
    """
    if not any(char.isdecimal() for char in text):
        return False
    tail = before[-_LOOK_BACK:]
    told = tail + text
    spans = (*find_cards(told), *find_ibans(told))
    return any(
        span.end > len(tail) and not _may_be_said(span.kind, told[span.start : span.end], evidence) for span in spans
    )


def _may_be_said(kind: str, number: str, evidence: Evidence) -> bool:
    if kind != "IBAN" and sum(char.isdecimal() for char in number) != _TICKET:
        return False
    compact = number.replace(" ", "")
    held = identifier_form(compact) in evidence.backed
    return held or any(compact.casefold() in line.replace(" ", "") for line in evidence.policy)
