"""Is what a sentence calls the cheapest, the dearest or the largest of a list the one that is?"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from governance.claims import Claim
from governance.rows import Listing
from governance.wording import Wording

_CALLED: Final = re.compile(
    r"\b(?:(?P<least>cheapest|least expensive|lowest|smallest|best[- ]priced)"
    r"|(?P<most>dearest|most expensive|priciest|highest|largest|biggest))\b",
    re.IGNORECASE,
)
# Which of the rows are compared is then not known.
_OF_SOME: Final = re.compile(
    r"\b(?:morning|afternoon|evening|night|other|others|another|next|second|third|remaining|still|under|direct|non-?stop"
    r"|from|until|before|after|later|earlier|left|among|these|those|not|than|would|if|flexible|your|\d{1,2}(?:st|nd|rd|th))\b"
    r"|n't\b",
    re.IGNORECASE,
)
_NAMES: Final = frozenset(("identifier", "money", "date", "time"))


def find_false_superlatives(claims: Sequence[Claim], wording: Wording, listings: Sequence[Listing]) -> frozenset[int]:
    """Return where figures begin that are called the least or the most of a list in which another row has less or more.

    Compared are all rows of a list, those of the day that is named, and those that share a field's word; a sentence in
    which some of them may be meant is not judged.
    """
    called = wording.find(_CALLED)
    if called is None or _OF_SOME.search(wording.text) is not None:
        return frozenset()
    clause = wording.part_of(Claim("count", called[0], (), called.start())).text
    said = [claim for claim in claims if claim.kind in _NAMES and wording.part_of(claim).text == clause]
    amounts = [claim for claim in claims if claim.kind == "money"]
    said = said or (amounts if len(amounts) == 1 else [])
    wrong = {one.at for listing in listings if (one := _not_extreme(said, listing, least=bool(called["least"])))}
    return frozenset(wrong)


def _not_extreme(said: Sequence[Claim], listing: Listing, *, least: bool) -> Claim | None:
    held = [claim for claim in said if listing.rows_of(claim)]
    named = [claim for claim in held if claim.kind in ("identifier", "money")]
    meant = (1 << len(listing.rows)) - 1
    for claim in held:
        meant &= listing.rows_of(claim)
    if not named or not meant:
        return None
    amounts = {place: _amount(listing, place) for place in range(len(listing.rows))}
    if any(amount is None for amount in amounts.values()):
        return None
    for group in _groups(listing, [claim for claim in held if claim.kind == "date"]):
        known = [amount for place in group if (amount := amounts[place]) is not None]
        extreme = min(known) if least else max(known)
        if any(meant >> place & 1 and amounts[place] == extreme for place in group):
            return None
    return named[0]


def _amount(listing: Listing, place: int) -> Decimal | None:
    amounts = listing.rows[place].amounts
    return amounts[0][1] if len(amounts) == 1 else None


def _groups(listing: Listing, days: Sequence[Claim]) -> Iterator[list[int]]:
    places = list(range(len(listing.rows)))
    yield places
    yield from ([place for place in places if listing.rows_of(day) >> place & 1] for day in days)
    shared = {one for row in listing.rows for one in row.shared}
    for one in shared:
        group = [place for place in places if one in listing.rows[place].shared]
        if len(group) > 1:
            yield group
