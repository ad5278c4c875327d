"""Is the amount that was moved the one that a sentence says was moved?"""

import re
from decimal import Decimal
from typing import Final

from governance.action_claims import Deed, fits
from governance.claims import Claim, find_claims
from governance.evidence import Evidence
from governance.numbers import words_to_digits
from governance.records import result_records, value_of

_MOVED: Final = frozenset(
    ("refunded", "reimbursed", "charged", "debited", "credited", "paid", "captured", "transferred", "sent", "returned")
)
_APART: Final = re.compile(r"[;:\n]|[.,](?!\d)")
_CLAUSE: Final = re.compile(rf"{_APART.pattern}|\b(?:and|but|while)\b", re.IGNORECASE)
_ON_ITS_WAY: Final = re.compile(
    r"\b(?:on (?:its|the|their) way|(?:com|go)(?:es|ing) back|back (?:to|on|onto|into) your|(?:reach|arrive)\w* on your"
    r"|refunded)\b",
    re.IGNORECASE,
)
_PART: Final = re.compile(
    r"%|\b(?:half|quarter|third|part|percent|rest|out of|less|minus|not|no|if|would|kept)\b|n't\b", re.I
)
_NEAR: Final = 40  # characters between a verb and its amount


def returned_otherwise(text: str, evidence: Evidence) -> str:
    """Return an amount that is said to be on its way to the customer where a refund has moved other amounts only."""
    moved = _moved_by(Deed("", "refunded", ("refund", "reimburs"), active=True), evidence)
    if not moved:
        return ""
    for clause in _CLAUSE.split(words_to_digits(text)):
        if _ON_ITS_WAY.search(clause) is None or _PART.search(clause) is not None:
            continue
        amounts = [claim for claim in find_claims(clause, evidence.today) if claim.kind == "money"]
        if amounts and not any(moved & _values(claim) for claim in amounts):
            return amounts[0].text
    return ""


def _values(claim: Claim) -> set[tuple[Decimal, str]]:
    return {value for form in claim.forms if (value := value_of(form)) is not None}


def _moved_by(deed: Deed, evidence: Evidence) -> set[tuple[Decimal, str]]:
    """The amounts in the results of the effects that fit."""
    return {
        (value.number, value.unit)
        for effect in evidence.effects
        if fits(deed, effect)
        for record in result_records(effect.tool, effect.title, effect.result)
        for value in record.values
        if value.unit.isupper()
    }


def other_amounts(deed: Deed, text: str, evidence: Evidence) -> str:
    """Return an amount beside a verb that moves money where no effect that fits has moved this amount, or nothing.

    Where the effects' results hold no amount at all, nothing is judged.
    """
    if deed.said not in _MOVED:
        return ""
    moved = _moved_by(deed, evidence)
    line = words_to_digits(text)
    place = line.casefold().find(deed.said)
    if not moved or place < 0:
        return ""
    for claim in find_claims(line, evidence.today):
        between = line[min(place, claim.at) : max(place, claim.at)]
        beside = claim.kind == "money" and len(between) <= _NEAR and _APART.search(between) is None
        if beside and not moved & _values(claim):
            return claim.text
    return ""
