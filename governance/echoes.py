"""Does a sentence take up a price of the customer's without making it the company's?"""

import re
from typing import Final

# What parts clauses; the point of an amount parts none.
_CLAUSE: Final = re.compile(r"[,;:!?()\n–—]|[.](?!\d)|\b(?:but|and|so|because|since|then)\b", re.IGNORECASE)
_LOOK_BACK: Final = 160
"""Characters before a figure in which its own clause may begin."""
_ATTRIBUTED: Final = re.compile(
    r"(?<!as )\byou(?:'ve| have| had)? (?:just )?(?:said|mentioned|wrote|asked|told|expected|thought|name[d]?"
    r"|(?:were|are) (?:told|quoted|asked))\b",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"^\W{0,3}(?:do|did|have|had|were|are|was) you (?:mean|say|said|pay|paid|see|seen|read|expect(?:ed)?|asked"
    r"|quoted|charged|offered|told|want)\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:cannot|can not|unable to|never)\b|n't\b|\b(?:do|does|did|is|was|are|were|will|would|could|have|has) not\b"
    r"|\b(?:see|find|have|is|was|be) no\b",
    re.IGNORECASE,
)
# What the customer wants to move is their amount to name: "a transfer of 1 EUR needs an approval".
_ORDERED: Final = re.compile(
    r"\b(?:(?:transfers?|standing orders?) (?:of|over|for)"
    r"|(?:you(?:'d| would)? (?:like|want|wish|asked|need)(?: me)? to|shall i|should i|may i) "
    r"(?:send|transfer|move|pay|raise (?:it|your limit|the limit) to))"
    r"(?: (?:about|around))? ?[€$£]?$",
    re.IGNORECASE,
)
_TO_SOMEBODY: Final = re.compile(r"(?:EUR|[€$£])? ?[\d.,]{1,16} ?(?:EUR|euros?|[€$£])? to  ", re.IGNORECASE)
"""An amount to whom a token stood for, as a payee's name is shown."""
_GIVEN: Final = re.compile(r"\b(?:receiv\w*|get|refund\w*|compensat\w*|credit\w*|back)\b", re.IGNORECASE)
# "not more than 1 EUR", "not only 1 EUR", "doesn't it cost 1 EUR" state the figure.
_STATED: Final = re.compile(
    r"\b(?:more|less|over|above|below|under|beyond|exceeds?|only|just|but|even|at (?:most|least))\b"
    r"|n't (?:it|that|this|you|we)\b",
    re.IGNORECASE,
)


def takes_up(sentence: str, at: int) -> bool:
    """Whether the figure that begins at `at` is said as the customer's own: what they said, asked, ordered, or denied.

    What denies or attributes it stands before it, in the same clause; "no problem, it costs 1 EUR" and "as you said, it
    costs 1 EUR" state it. Linear: it looks back a fixed number of characters.
    """
    before = sentence[max(0, at - _LOOK_BACK) : at]
    clause = _CLAUSE.split(before)[-1]
    if _ATTRIBUTED.search(clause) is not None or (sentence.rstrip().endswith("?") and _ASKED.match(sentence)):
        return True
    if _ORDERED.search(clause) is not None and _GIVEN.search(clause) is None:
        return True
    if _TO_SOMEBODY.match(sentence, at) is not None and _GIVEN.search(clause) is None:
        return True
    denied = _DENIED.search(clause)
    return denied is not None and _STATED.search(clause, denied.start()) is None
