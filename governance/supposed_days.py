"""Is a day only supposed?"""

import re
from typing import Final

from governance.claims import Claim

_LOOK_BACK: Final = 120  # characters before a day in which its own clause may begin
_CLAUSE: Final = re.compile(r"[,;:.!?()\n–—]|\b(?:then|but|and)\b", re.IGNORECASE)
_IF: Final = re.compile(
    r"^\W*(?:if|in case|should|were|had|even if|only if|unless|whether|wenn|falls|sollte|si|en caso de que"
    r"|au cas où)\b",
    re.IGNORECASE,
)
_LIMIT: Final = re.compile(r"\b(?:by|until|till|before|within|bis|antes|hasta|avant|jusqu)\b", re.IGNORECASE)
_RELATIVE: Final = frozenset(("today", "tonight", "tomorrow", "yesterday", "day after tomorrow"))


def is_supposed(claim: Claim, text: str) -> bool:
    """Whether a day said as "tomorrow" stands in a clause that begins with "if": "if you only leave tomorrow".

    "If you pay by tomorrow" sets a term, and states it. Linear: it looks back a fixed number of characters.
    """
    if claim.kind != "date" or claim.text.casefold() not in _RELATIVE:
        return False
    clause = _CLAUSE.split(text[max(0, claim.at - _LOOK_BACK) : claim.at])[-1]
    return _IF.match(clause) is not None and _LIMIT.search(clause) is None
