"""May a figure in whole units be said for one that follows from others: "just under 160 EUR" for twice 79.90 EUR?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice
from typing import Final

from governance.records import Record
from governance.wording import Figures

_UNIT: Final = 100  # minor units
_SHARE: Final = Decimal("0.01")
"""Of a small figure not even a whole unit."""
_MOST: Final = 12  # figures that are compared
_LISTS: Final = 4  # whose amounts are added up
_LISTED: Final = 8  # amounts of a list that are added up
_TOGETHER: Final = 4


def follows_about(
    value: Decimal,
    unit: str,
    said: re.Match[str],
    factors: Sequence[int],
    stated: Figures,
    near: Sequence[Record],
    records: Sequence[Record],
) -> bool:
    """Whether a multiple, a part, a sum or a difference of held or stated amounts lies within one whole unit of it.

    On the side that its word names: "just under", "a little over".
    """
    if value % _UNIT or not value:
        return False
    held = list(dict.fromkeys(islice((one for record in near for one in record.of_unit(unit)), _MOST)))
    known = [*held, *stated.last(unit, _MOST)]
    totals = [one for record in records if record.is_totals for one in record.of_unit(unit)][:_MOST]
    exact = (
        *(factor * one for factor in factors for one in known),
        *(one * share / 100 for share in stated.last("percent", _MOST) for one in known),
        *totals,
        *_sums(records, unit),
        *(abs(one - two) for one, two in combinations([*known, *totals], 2)),
    )
    return any(_fits(one, value, said) for one in exact)


def _fits(exact: Decimal, value: Decimal, said: re.Match[str]) -> bool:
    if (said["below"] and exact > value) or (said["above"] and exact < value):
        return False
    return abs(exact - value) <= min(_UNIT - 1 if said["below"] or said["above"] else _UNIT / 2, value * _SHARE)


def _sums(records: Iterable[Record], unit: str) -> Iterator[Decimal]:
    lists: dict[str, list[Decimal]] = {}
    for record in records:
        if record.family:
            lists.setdefault(record.family, []).extend(record.of_unit(unit)[:1])
    for values in islice(lists.values(), _LISTS):
        for size in range(2, _TOGETHER + 1):
            yield from (sum(some, Decimal(0)) for some in combinations(values[:_LISTED], size))
