"""Is the amount that was moved the one that a sentence says was moved?"""

import re
from typing import Final

from governance.action_claims import Deed, fits
from governance.claims import find_claims
from governance.evidence import Evidence
from governance.numbers import words_to_digits
from governance.records import result_records, value_of

_MOVED: Final = frozenset(
    ("refunded", "reimbursed", "charged", "debited", "credited", "paid", "captured", "transferred", "sent", "returned")
)
_APART: Final = re.compile(r"[;:\n]|[.,](?!\d)")
_NEAR: Final = 40  # characters between a verb and its amount


def other_amounts(deed: Deed, text: str, evidence: Evidence) -> str:
    """Return an amount beside a verb that moves money where no effect that fits has moved this amount, or nothing.

    Where the effects' results hold no amount at all, nothing is judged.
    """
    if deed.said not in _MOVED:
        return ""
    moved = {
        (value.number, value.unit)
        for effect in evidence.effects
        if fits(deed, effect)
        for record in result_records(effect.tool, effect.title, effect.result)
        for value in record.values
        if value.unit.isupper()
    }
    line = words_to_digits(text)
    place = line.casefold().find(deed.said)
    if not moved or place < 0:
        return ""
    for claim in find_claims(line, evidence.today):
        between = line[min(place, claim.at) : max(place, claim.at)]
        beside = claim.kind == "money" and len(between) <= _NEAR and _APART.search(between) is None
        if beside and not moved & {value for form in claim.forms if (value := value_of(form)) is not None}:
            return claim.text
    return ""
