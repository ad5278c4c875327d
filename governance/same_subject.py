"""Is a figure said of the thing whose figure it is?"""

import re
from collections.abc import Sequence
from typing import Final

from governance.claims import Claim
from governance.records import Record, value_of
from governance.subject import SCHEDULE, subject_of

_BOUND: Final = frozenset(("money", "measure"))
_CLAUSE: Final = re.compile(r"[;:|\n]|[.,](?!\d)|\band\b|\bbut\b")


def names_another(claim: Claim, text: str, records: Sequence[Record], done: frozenset[str]) -> bool:
    """Whether the clause of a figure names the record, or the field beside it, of another figure and not its own.

    "An extra bag costs 45 EUR" names the record of extra bags, which holds 40 EUR, while 45 EUR is the total of a
    quote. A clause that names neither, or both, is not judged, nor is what an effect (`done`: sources) has moved.
    """
    wanted = {value for form in claim.forms if (value := value_of(form)) is not None}
    words = subject_of(_clause(text, claim)) - SCHEDULE if claim.kind in _BOUND else frozenset[str]()
    if not words or not wanted:
        return False
    units = {unit for _, unit in wanted}
    own, others, best_beside = -1, 0, 0
    for record in records:
        scores = [
            ((one.number, one.unit) in wanted, len(one.about & words)) for one in record.values if one.unit in units
        ]
        mine = [score for is_own, score in scores if is_own]
        beside = max((score for is_own, score in scores if not is_own), default=0)
        if mine and record.source in done:
            return False
        own = max(own, *mine, -1)
        best_beside = max(best_beside, beside if mine else 0)
        others = max(others, beside)
    return own >= 0 and (best_beside > own or (own == 0 and others > 0))


def _clause(text: str, claim: Claim) -> str:
    """The clause that a figure stands in."""
    start = max((found.end() for found in _CLAUSE.finditer(text, 0, claim.at)), default=0)
    end = _CLAUSE.search(text, claim.at + len(claim.text))
    return text[start : end.start() if end else len(text)]
