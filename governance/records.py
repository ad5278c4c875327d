"""Which amounts, counts and moments stand together in what a request holds?"""

import re
from collections.abc import Iterable, Iterator
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
_OF_THE_READ: Final = frozenset(("as_of", "expires_at"))
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
    text: str = ""
    family: str = ""
    general: bool = False  # it stands in every request, whatever was asked

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
    values = tuple(Value(*value, about) for form in forms if (value := value_of(form)) is not None)
    return Record(source, about, frozenset(forms), values, text=text.casefold(), general=general)


def result_records(source: str, title: str, tree: JsonValue) -> Iterator[Record]:
    """Yield a record for each object of a result that holds numbers, moments or days of its own, amounts included."""
    stack: list[tuple[str, JsonValue]] = [("", tree)]
    title = title.replace("_", " ")
    while stack:
        path, here = stack.pop()
        if isinstance(here, list):
            stack.extend((path, item) for item in here)
        elif isinstance(here, dict):
            words = f"{title} {path}"
            values, moments = tuple(_numbers(words, here)), tuple(_moments(here))
            if values or moments:
                names = " ".join([words, *here])
                days = (*(moment.date() for moment in moments), *_days(here))
                yield Record(
                    source, subject_of_names(names), frozenset(), values, moments, days, family=f"{source}{path}"
                )
            stack.extend((f"{path} {name}".replace("_", " "), value) for name, value in here.items())


def _moments(record: dict[str, JsonValue]) -> Iterator[datetime]:
    """The moments of an object, but for when it was read and how long it holds."""
    for name, value in record.items():
        if isinstance(value, str) and name not in _OF_THE_READ and (moment := read_moment(value)):
            yield moment


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
            yield Value(Decimal(repr(value)), "count", subject_of_names(f"{words} {name}"))
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
