"""What is left of an amount, or lacking of it, when the customer's own amount has been moved?"""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from governance.claims import Form
from governance.records import Record, value_of
from governance.wording import Wording

_THEN: Final = re.compile(
    r"\b(?:would|'d|will|after|once|remain\w*|rest|left|leav(?:es?|ing)|short|blieb\w*|bleib\w*"
    r"|qued\w*|reste\w*)\b",
    re.IGNORECASE,
)
_CENTS: Final = 2
_LEAST: Final = 100
"""A smaller bare number is a day, a gate or how many there are."""
_STOCK: Final = frozenset(("balanc", "limit", "left", "avail", "remain"))
"""What a known amount has to be about: money that is there. A price is not lowered by what a customer says."""


def left_of(form: Form, wording: Wording, records: Sequence[Record], said: Collection[Form]) -> str:
    """Return from where an amount is the difference between one that is known and one that the customer named.

    "Send 3200": of the 4,350 EUR that may leave today 1,150 EUR are left.
    """
    value = value_of(form)
    if value is None or not value[1].isupper() or not said or wording.find(_THEN) is None:
        return ""
    amount, unit = value
    asked = {number for one in said if (number := _asked(one, unit)) is not None}
    if not asked:
        return ""
    held = ((record.source, one) for record in records if not record.is_totals for one in record.values)
    known = ((source, one.number) for source, one in held if one.unit == unit and one.about & _STOCK)
    return next((f"difference, {source}" for source, one in known if {one - amount, one + amount} & asked), "")


def _asked(form: Form, unit: str) -> Decimal | None:
    if form[0] == "count":
        number = Decimal(form[1])
        return number.scaleb(_CENTS) if number >= _LEAST else None
    stated = value_of(form) if form[0] == "money" else None
    return stated[0] if stated is not None and stated[1] == unit else None
