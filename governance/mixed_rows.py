"""Is a figure of a clause that of another row than the clause names?

"NW214 leaves at 07:10" names the row of NW214, and 07:10 stands in that of NW210 alone.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from governance.claims import Claim
from governance.rows import NAMING, Listing
from governance.wording import Wording

_NAMES: Final = frozenset(("identifier", "money"))
# What brings another row in: the figure beside it may be that one's.
_COMPARES: Final = re.compile(
    r"\b(?:than|instead|rather|compared|versus|vs|unlike|not|other|another|next|or|from|after|before|between|until|minus"
    r"|plus|als|statt|oder|que|o|ou|au lieu)\b|n't\b",
    re.IGNORECASE,
)
_MORE_ROWS: Final = re.compile(
    r"\b(?:first|second|third|last|earlier|later|also|both|all|each|then|one|ones|two|while|whereas|return|but|only|even)\b",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s|[^\n]*\|[^\n]*\|")
_LEADS_ON: Final = frozenset(("and", "or", "but", "und", "oder", "y", "et", "ou"))
_TWO: Final = 2


class _Held(NamedTuple):
    """A figure that rows of a list hold: in which, as bits, and whether nothing else backs it."""

    claim: Claim
    rows: int
    alone: bool


class _Stretch(NamedTuple):
    """A part of a sentence, where it begins, and its figures."""

    text: str
    start: int
    held: Sequence[_Held]
    is_clause: bool = False


def find_mixed(claims: Sequence[Claim], wording: Wording, listings: Sequence[Listing]) -> frozenset[int]:
    """Return where figures begin that stand in other rows only than the rest of their clause does.

    Of the two at least one is backed by nothing but this list. A clause that compares, or that names two rows, is not
    judged; a line of a table or a list is one clause, and so is what goes from one row's name to the next one's, unless
    a word in it may stand for another row.
    """
    mixed: set[int] = set()
    amounts = sum(claim.kind == "money" for claim in claims)
    for listing in listings:
        found = ((claim, listing.rows_of(claim)) for claim in claims)
        held = [_Held(claim, rows, listing.holds_alone(claim)) for claim, rows in found if rows]
        for stretch in _stretches(held, wording, listing, amounts) if held else ():
            mixed.update(_of_another_row(_without_compared(stretch), listing))
    return frozenset(mixed)


def _stretches(held: Sequence[_Held], wording: Wording, listing: Listing, amounts: int) -> Iterator[_Stretch]:
    """Each part of a sentence that speaks of one row, with its figures; a word names one beside one amount only."""
    if _LISTED.match(wording.text) is not None:
        yield _Stretch(wording.text, 0, held)
        return
    names = sorted((one for one in held if one.claim.kind == "identifier"), key=lambda one: one.claim.at)
    changes = [two.claim.at for one, two in pairwise(names) if not one.rows & two.rows]
    starts = [names[0].claim.at, *changes] if changes else [0]
    for start, end in pairwise((*starts, len(wording.text))) if names or (listing.words and amounts < _TWO) else ():
        text = wording.text[start:end]
        if _MORE_ROWS.search(_without_and(text)) is None:
            yield _Stretch(text, start, [one for one in held if start <= one.claim.at < end])
    clauses: dict[int, _Stretch] = {}
    for one in held:
        part = wording.part_of(one.claim)
        before = clauses.get(part.start)
        clauses[part.start] = _Stretch(part.text, part.start, [*(before.held if before else ()), one], is_clause=True)
    yield from clauses.values()


def _without_compared(stretch: _Stretch) -> _Stretch:
    """What stands before the first word that brings another row in."""
    compared = _COMPARES.search(stretch.text)
    if compared is None:
        return stretch
    end = stretch.start + compared.start()
    before = [one for one in stretch.held if one.claim.at < end]
    return stretch._replace(text=stretch.text[: compared.start()], held=before)


def _without_and(text: str) -> str:
    """The text without the word that leads on to the next row."""
    before, _, last = text.rstrip(" ,").rpartition(" ")
    return before if last.casefold() in _LEADS_ON else text


def _of_another_row(stretch: _Stretch, listing: Listing) -> Iterator[int]:
    names = [one for one in stretch.held if one.claim.kind in _NAMES]
    if any(one.claim.kind == two.claim.kind and not one.rows & two.rows for one, two in combinations(names, 2)):
        return
    for name in names:
        for one in stretch.held:
            if not name.rows & one.rows and (one.alone or name.alone):
                yield one.claim.at if one.claim.kind != "identifier" else name.claim.at
    if named := listing.rows_named(stretch.text):
        told = (one for one in stretch.held if _tells(one.claim, day_too=stretch.is_clause))
        yield from (one.claim.at for one in told if not named & one.rows)


def _tells(claim: Claim, *, day_too: bool) -> bool:
    """Whether a figure may be held against the words that name a row: no small count, no bare weekday or time."""
    if claim.kind == "date":
        return day_too and not claim.forms[0][1].startswith(("weekday-", "month-"))
    return claim.kind in _NAMES or (claim.kind == "count" and len(claim.text) >= NAMING)
