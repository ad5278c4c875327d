"""Which amounts, counts and moments stand together in what a request holds?"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from pydantic import JsonValue

from governance.claims import Claim, Form, find_claims
from governance.language import language_of
from governance.other_figures import english_figures
from governance.sentences import split_sentences
from governance.subject import subject_of, subject_of_names

MOST_RECORDS: Final = 400  # of one request: bounds the work
_LISTED: Final = 100  # objects of a list that are added up
_MOST_TOTALS: Final = 12
_OF_THE_READ: Final = frozenset(("as_of", "expires_at"))
_ONE: Final = re.compile(r"\bone [a-z]+ (?:bag|seat|passenger|person|item|account|card|ticket)\b", re.IGNORECASE)
_DAY_AT_END: Final = re.compile(r"(?<!\d)20\d\d-[01]\d-[0-3]\d$")


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its unit (`EUR` in minor units, `count`, `percent`, `minute`) and what it is about."""

    number: Decimal
    unit: str
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a result, or one sentence of a text: what it states, where it is from and what it is about.

    `family`: objects of one list share it; a text has none.
    """

    source: str
    about: frozenset[str]
    forms: frozenset[Form] = frozenset()
    values: tuple[Value, ...] = ()
    moments: tuple[datetime, ...] = ()
    days: tuple[date, ...] = ()
    read_at: datetime | None = None  # when this was so
    text: str = ""
    family: str = ""
    general: bool = False  # it stands in every request, whatever was asked
    departures: frozenset[datetime] = frozenset()
    is_totals: bool = False  # the amounts of a list, added up by what its objects share

    def of_unit(self, unit: str) -> tuple[Decimal, ...]:
        """Its values in this unit, each once."""
        return tuple(dict.fromkeys(value.number for value in self.values if value.unit == unit))


def value_of(form: Form) -> tuple[Decimal, str] | None:
    """Return the number and the unit of a claim's form: of money, a measure, a count or a percentage."""
    kind, normal = form
    if kind in ("count", "percent"):
        return Decimal(normal), kind
    number, _, unit = normal.partition(" ")
    return (Decimal(number), unit) if unit and kind in ("money", "measure") else None


def text_records(source: str, title: str, text: str, today: date, *, general: bool) -> Iterator[Record]:
    """Yield a record for each sentence of a text that states anything; it is about its title too."""
    language = language_of(text) or ""
    for sentence in split_sentences(text):
        read = english_figures(sentence, language)
        claims = find_claims(read, today)
        if claims:
            yield _of_claims(source, subject_of(f"{title} {read}"), claims, read, general=general)


def _of_claims(source: str, about: frozenset[str], claims: Iterable[Claim], text: str, *, general: bool) -> Record:
    forms = [form for claim in claims for form in claim.forms]
    if _ONE.search(text) is not None:
        forms.append(("count", "1"))  # "one cabin bag": in replies read as a number only right before such a word
    values = tuple(Value(*value, about) for form in forms if (value := value_of(form)) is not None)
    return Record(source, about, frozenset(forms), values, text=text.casefold(), general=general)


def result_records(source: str, title: str, tree: JsonValue) -> Iterator[Record]:
    """Yield a record for each object of a result that holds numbers, moments or days of its own, amounts included."""
    stack: list[tuple[str, JsonValue]] = [("", tree)]
    title = title.replace("_", " ")
    read_at = _read_at(tree)
    while stack:
        path, here = stack.pop()
        if isinstance(here, list):
            stack.extend((path, item) for item in here)
            if totals := tuple(_totals(f"{title} {path}", here)):
                yield Record(source, subject_of_names(f"{title} {path}"), values=totals, is_totals=True)
        elif isinstance(here, dict):
            words = f"{title} {path}"
            named = tuple(_moments(here))
            values, moments = tuple(_numbers(words, here)), tuple(moment for _, moment in named)
            if values or moments:
                names = " ".join([words, *here])
                days = (*(moment.date() for moment in moments), *_days(here))
                yield Record(
                    source,
                    subject_of_names(names),
                    frozenset(),
                    values,
                    moments,
                    days,
                    read_at,
                    family=f"{source}{path}",
                    departures=frozenset(moment for name, moment in named if "depart" in name),
                )
            stack.extend((f"{path} {name}".replace("_", " "), value) for name, value in here.items())


def _read_at(tree: JsonValue) -> datetime | None:
    as_of = tree.get("as_of") if isinstance(tree, dict) else None
    return read_moment(as_of) if isinstance(as_of, str) else None


def _totals(words: str, items: Sequence[JsonValue]) -> Iterator[Value]:
    """The amounts of the objects that have one value of a field, added up: `direction: out`, `purpose: groceries`.

    Of the fields that tell most objects alike first; a field that differs in all objects, as an id does, is left out.
    """
    objects = [item for item in items[:_LISTED] if isinstance(item, dict)]
    groups: defaultdict[tuple[str, JsonValue], list[tuple[Decimal, str]]] = defaultdict(list)
    for one in objects:
        amounts = [(value.number, value.unit) for value in _numbers(words, one) if value.unit.isupper()]
        for name, shared in one.items():
            if len(amounts) == 1 and isinstance(shared, str):
                groups[name, shared].append(amounts[0])
    shared_fields = {name for (name, _), amounts in groups.items() if len(amounts) > 1}
    of_shared = [amounts for (name, _), amounts in groups.items() if name in shared_fields]
    about = subject_of_names(words)
    for amounts in sorted(of_shared, key=len, reverse=True)[:_MOST_TOTALS]:
        if len({unit for _, unit in amounts}) == 1:
            yield Value(sum((number for number, _ in amounts), Decimal(0)), amounts[0][1], about)


def _moments(record: dict[str, JsonValue]) -> Iterator[tuple[str, datetime]]:
    """The moments of an object by their fields' names, but for when it was read and how long it holds."""
    for name, value in record.items():
        if isinstance(value, str) and name not in _OF_THE_READ and (moment := read_moment(value)):
            yield name, moment


def _days(record: dict[str, JsonValue]) -> Iterator[date]:
    """The days in an object's identifiers: `NW210-2026-11-22`."""
    for value in record.values():
        if isinstance(value, str) and (found := _DAY_AT_END.search(value)):
            try:
                yield date.fromisoformat(found[0])
            except ValueError:
                continue


def _numbers(words: str, record: dict[str, JsonValue]) -> Iterator[Value]:
    for name, value in record.items():
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            unit = "percent" if "percent" in name else "count"
            yield Value(Decimal(repr(value)), unit, subject_of_names(f"{words} {name}"))
        elif isinstance(value, dict):
            amount, currency = value.get("amount"), value.get("currency")
            if isinstance(amount, int) and isinstance(currency, str):
                yield Value(Decimal(abs(amount)), currency, subject_of_names(f"{words} {name}"))


def read_moment(text: str) -> datetime | None:
    """Return the moment that an ISO text names (UTC where it names no offset), or None."""
    if len(text) < 16 or text[4:5] != "-" or text[10:11] not in ("T", " "):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
