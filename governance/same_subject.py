"""Is a figure said of the thing whose figure it is?"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from governance.claims import Claim
from governance.records import Record, value_of
from governance.wording import Wording, telling_words

_BOUND: Final = frozenset(("money", "measure"))
_PLAINLY: Final = 2
"""Words that a rule has to share more than the one whose figure it is."""


def names_another(claim: Claim, wording: Wording, records: Sequence[Record], done: frozenset[str]) -> bool:
    """Whether the clause of a figure names the record, or the field beside it, of another figure and not its own.

    "An extra bag costs 45 EUR" names the record of extra bags, which holds 40 EUR, while 45 EUR is the total of a
    quote. A clause that names neither, or both, is not judged, nor is what an effect (`done`: sources) has moved.
    """
    wanted = {value for form in claim.forms if (value := value_of(form)) is not None}
    words = wording.part_of(claim).about if claim.kind in _BOUND else frozenset[str]()
    if not words or not wanted:
        return False
    units = {unit for _, unit in wanted}
    if _is_another_sentences(claim, wording, records, wanted, units):
        return True
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


def _is_another_sentences(
    claim: Claim, wording: Wording, records: Sequence[Record], wanted: set[tuple[Decimal, str]], units: set[str]
) -> bool:
    """Whether a rule in other words has this figure, and a rule in plainly these words has another.

    "Most bags are found within one week": a week is the time to report one; "most bags are found within a day".
    """
    if claim.kind != "measure":
        return False
    said = wording.part_of(claim).words
    own = others = 0
    for record in records:
        values = {(one.number, one.unit) for one in record.values if one.unit in units} if record.text else ()
        if values:
            alike = len(said & _words(record.text))
            own, others = (max(own, alike), others) if wanted & values else (own, max(others, alike))
    return own > 0 and others >= own + _PLAINLY


@lru_cache(maxsize=4_096)
def _words(text: str) -> frozenset[str]:
    """Of a rule, which many replies are held against."""
    return telling_words(text)
