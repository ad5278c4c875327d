"""Which figures and words stand in one row of a list that a tool returned, and in no other row?"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import JsonValue

from governance.claims import Claim, Form
from governance.dates import MONTHS
from governance.result_forms import list_forms, result_forms

NAMING: Final = 4
"""Digits from which on a bare number names a row, as a card's last ones do."""
_MOST: Final = 60  # rows of one list: of a longer one nothing is held
_WORD: Final = re.compile(r"[a-z]{3,}")
_NO_NAMES: Final = frozenset(("status", "state", "counterparty", "currency", "language", "reason"))
"""Fields that tell nothing lasting of a row: a status changes, what strangers wrote is no name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a list: the figures it backs, the words that name it, its amounts, and what others may share."""

    forms: frozenset[Form]
    words: frozenset[str]
    amounts: tuple[tuple[str, Decimal], ...]
    shared: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The lists of one result by their path, and what it backs outside of them."""

    lists: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    outside: frozenset[Form] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of lists of one kind: in which rows a form or a word stands, as a set of bits; `only`: of no other."""

    rows: tuple[Row, ...]
    forms: Mapping[Form, int]
    words: Mapping[str, int]
    only: frozenset[Form]

    def rows_of(self, claim: Claim) -> int:
        """In which rows a claim may stand."""
        found = 0
        for form in claim.forms:
            found |= self.forms.get(form, 0)
        return found

    def holds_alone(self, claim: Claim) -> bool:
        """Whether nothing but rows of this list backs a claim."""
        return all(form in self.only for form in claim.forms if form in self.forms)

    def rows_named(self, text: str) -> int:
        """The rows that a text names by a word that not all rows have."""
        found = 0
        for word in _WORD.findall(text.casefold()):
            found |= self.words.get(word.removesuffix("s"), 0)
        return found


def read_rows(title: str, tree: JsonValue, today: date) -> ReadRows:
    """Read the lists of objects in a result. Lists that are too long count as outside: nothing is held against them."""
    lists: list[tuple[str, tuple[Row, ...]]] = []
    outside: set[Form] = set()
    stack: list[tuple[str, JsonValue]] = [(title, tree)]
    while stack:
        path, here = stack.pop()
        if isinstance(here, list):
            objects = [item for item in here if isinstance(item, dict)]
            if objects and len(objects) == len(here) <= _MOST:
                lists.append((path, tuple(_row(item, today) for item in objects)))
                outside.update(list_forms(here))
            else:
                outside.update(result_forms(here, today))
        elif isinstance(here, dict):
            plain = {name: value for name, value in here.items() if not isinstance(value, list)}
            nested = {name: value for name, value in plain.items() if isinstance(value, dict) and "amount" not in value}
            outside.update(result_forms({name: value for name, value in plain.items() if name not in nested}, today))
            stack.extend((f"{path} {name}", value) for name, value in here.items() if name not in plain)
            stack.extend((f"{path} {name}", value) for name, value in nested.items())
    return ReadRows(tuple(lists), frozenset(outside))


def _row(item: Mapping[str, JsonValue], today: date) -> Row:
    texts = {name: value for name, value in item.items() if isinstance(value, str) and not any(map(str.isdigit, value))}
    named = (value for name, value in texts.items() if name not in _NO_NAMES)
    words = (
        word.removesuffix("s") for value in named for word in _WORD.findall(value.casefold()) if word not in MONTHS
    )
    return Row(
        frozenset(result_forms(dict(item), today)),
        frozenset(words),
        tuple(_amounts(item.values())),
        frozenset(texts.items()),
    )


def _amounts(values: Iterable[JsonValue]) -> Iterator[tuple[str, Decimal]]:
    for value in values:
        if isinstance(value, dict):
            amount, currency = value.get("amount"), value.get("currency")
            if isinstance(amount, int) and isinstance(currency, str):
                yield currency, Decimal(amount)


def gather_listings(read: Sequence[ReadRows], stated: Iterable[Form]) -> tuple[Listing, ...]:
    """Join the lists of one kind, of however many calls. `stated`: the forms of passages and facts."""
    by_path: defaultdict[str, list[Row]] = defaultdict(list)
    for one in read:
        for path, rows in one.lists:
            by_path[path].extend(rows)
    outside = frozenset(form for one in read for form in one.outside) | frozenset(stated)
    joined = {path: tuple(dict.fromkeys(rows)) for path, rows in by_path.items()}
    return tuple(
        _listing(rows, outside.union(*(row.forms for other, those in joined.items() if other != path for row in those)))
        for path, rows in joined.items()
        if len(rows) > 1
    )


def _listing(rows: tuple[Row, ...], outside: frozenset[Form]) -> Listing:
    forms: defaultdict[Form, int] = defaultdict(int)
    words: defaultdict[str, int] = defaultdict(int)
    for place, row in enumerate(rows):
        for form in row.forms:
            forms[form] |= 1 << place
        for word in row.words:
            words[word] |= 1 << place
    everywhere = (1 << len(rows)) - 1
    telling = {word: held for word, held in words.items() if held != everywhere}
    return Listing(rows, dict(forms), telling, frozenset(forms.keys() - outside))
