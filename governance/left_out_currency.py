"""Which bare numbers of a sentence are amounts, since another figure names the currency?

"Your limit is 4,000 euros, of which 750 are used": what stands before a noun ("750 points") is a count.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from governance.claims import Claim, money_form
from governance.numbers import NUMBER, parse_number

_BEHIND: Final = re.compile(
    r"\s*(?:$|[.;:!?)|\n]|,(?!\d)|(?:is|are|was|were|of (?:it|that|them|which)|that|which|left|remains?|less|more|would"
    r"|will|and|or|but|at (?:most|least)|in (?:all|total|a year|12 months)|altogether|together"
    r"|a (?:month|year|week|day)|each|per|for|to|from)\b)"
)
_CENTS: Final = re.compile(r"[.,]\d\d$")
"""Who writes the cents, means an amount, whatever stands behind it: "1,842.17 on your current account"."""
_WHOLE: Final = re.compile(NUMBER)


def currency_of(claims: Sequence[Claim]) -> str:
    """The one currency that a sentence with these figures names, or an empty text."""
    named = {form.partition(" ")[2] for one in claims for kind, form in one.forms if kind == "money"} - {""}
    return named.pop() if len(named) == 1 else ""


def with_currency(claim: Claim, currency: str, text: str) -> Claim | None:
    """Return a bare number of this text as an amount; None where it can be none."""
    if not currency or claim.kind != "count" or _WHOLE.fullmatch(claim.text) is None:
        return None
    if _CENTS.search(claim.text) is None and _BEHIND.match(text, claim.at + len(claim.text)) is None:
        return None
    forms = tuple(("money", money_form(value, currency)) for value in parse_number(claim.text))
    return replace(claim, kind="money", forms=forms)
