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
    r"\s*(?:$|[.;:!?)|\n]|,(?!\d)|(?:is|are|was|were|of (?:it|that|them|which)|left|remains?|less|more|would"
    r"|will|and|or"
    r"|but|at (?:most|least)|in total|altogether|together|a (?:month|year|week|day)|each|per|for|to|from)\b)"
)
_WHOLE: Final = re.compile(NUMBER)


def with_currency(claim: Claim, claims: Sequence[Claim], text: str) -> Claim | None:
    """Return a bare number as an amount in the one currency that the sentence names; None where it can be none."""
    if claim.kind != "count" or _WHOLE.fullmatch(claim.text) is None:
        return None
    units = {form.partition(" ")[2] for one in claims for kind, form in one.forms if kind == "money"} - {""}
    if len(units) != 1 or _BEHIND.match(text, claim.at + len(claim.text)) is None:
        return None
    (unit,) = units
    return replace(
        claim, kind="money", forms=tuple(("money", money_form(value, unit)) for value in parse_number(claim.text))
    )
