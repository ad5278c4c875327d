"""What may a reply of this request state, and from where is it known?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations
from typing import Final

from pydantic import JsonValue

from governance.claims import Claim, ClaimKind, Form, find_claims, identifier_form, money_form
from governance.dates import forms_of_day
from governance.numbers import plain_number

_CODE_NUMBER: Final = re.compile(r"[A-Za-z]{2,3}(\d{1,4})")
_TIMES_COMPARED: Final = 6  # of one object: bounds the pairs
# What the customer says backs these; for prices and percentages only the company's word counts.
_CUSTOMERS_WORD: Final = frozenset[ClaimKind]({"date", "time", "identifier", "count"})
_TAINTED_BACKS: Final = frozenset[ClaimKind]({"date", "time", "count"})


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text of the company's own: a passage, a fact of the pack, a confirmation card. `source` is what is shown."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class KnownResult:
    """A validated result of a tool. `source` is what is shown, such as `fare rules, read 12:03`."""

    source: str
    result: JsonValue


@dataclass(frozen=True, slots=True)
class ExecutedEffect:
    """A write that the ledger holds as executed or verified."""

    tool: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything of this request that may back a sentence. Built by `gather_evidence`."""

    today: date
    backed: Mapping[Form, str] = field(default_factory=dict[Form, str])
    said: frozenset[Form] = frozenset()  # by the customer
    states: frozenset[str] = frozenset()  # words that results hold as a status: cancelled, confirmed
    effects: tuple[ExecutedEffect, ...] = ()
    tokens: frozenset[str] = frozenset()  # personal values of this request
    canaries: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()  # where links may lead

    def source_of(self, claim: Claim, *, echoes: bool = False, price: bool = False) -> str:
        """Return what backs a claim, or an empty text.

        `echoes`: the sentence takes up what the customer said, so their prices count too. `price`: it speaks of a
        price, so that a bare number may be an amount.
        """
        for form in claim.forms:
            if source := self.backed.get(form):
                return source
            if form in self.said and (echoes or form[0] in _CUSTOMERS_WORD):
                return "the customer"
        if price and claim.kind == "count":
            amounts = {money_form(Decimal(normal), "")[:-1] for _, normal in claim.forms}
            return next(
                (at for (kind, form), at in self.backed.items() if kind == "money" and form[:-4] in amounts), ""
            )
        return ""


def gather_evidence(
    *,
    today: date,
    results: Iterable[KnownResult] = (),
    texts: Iterable[KnownText] = (),
    customer_words: Iterable[str] = (),
    effects: Iterable[ExecutedEffect] = (),
    tokens: Iterable[str] = (),
    canaries: Iterable[str] = (),
    hosts: Iterable[str] = (),
) -> Evidence:
    """Collect what backs a reply: results by their structure, what was written by its claims."""
    backed: dict[Form, str] = {}
    states: set[str] = set()
    for known in results:
        for form in _result_forms(known.result, today):
            backed.setdefault(form, known.source)
        states.update(_states(known.result))
    for text in texts:
        for form in _text_forms(text.text, today):
            backed.setdefault(form, text.source)
    for form in forms_of_day(today)[:2]:
        backed.setdefault(("date", form), "the calendar")
    backed.setdefault(("count", str(today.year)), "the calendar")
    return Evidence(
        today=today,
        backed=backed,
        said=frozenset(form for words in customer_words for form in _text_forms(words, today)),
        states=frozenset(states),
        effects=tuple(effects),
        tokens=frozenset(tokens),
        canaries=tuple(canaries),
        hosts=frozenset(hosts),
    )


def _text_forms(text: str, today: date) -> Iterator[Form]:
    for claim in find_claims(text, today):
        for form in claim.forms:
            yield form
            if form[0] == "date" and form[1][0].isdecimal():
                yield from _day(date.fromisoformat(form[1]))


def _day(day: date) -> Iterator[Form]:
    for form in forms_of_day(day):
        yield "date", form


def _result_forms(tree: JsonValue, today: date) -> Iterator[Form]:
    """Yield the forms of every typed value in a result; free text backs dates, times and counts only."""
    stack: list[tuple[str, JsonValue]] = [("", tree)]
    while stack:
        name, here = stack.pop()
        if isinstance(here, dict):
            amount, currency = here.get("amount"), here.get("currency")
            if isinstance(amount, int) and isinstance(currency, str):
                yield from _money(amount, currency)
                continue
            yield from _durations(here)
            stack.extend(here.items())
        elif isinstance(here, list):
            yield ("count", str(len(here)))
            stack.extend((name, item) for item in here)
        elif isinstance(here, bool):
            if here and "waive" in name:
                yield ("money", "0")
        elif isinstance(here, int | float):
            kind: ClaimKind = "percent" if "percent" in name else "count"
            yield kind, plain_number(here)
        elif isinstance(here, str):
            yield from _string_forms(here, today)


def _money(amount: int, currency: str) -> Iterator[Form]:
    yield ("money", f"{abs(amount)} {currency}")
    if amount == 0:
        yield ("money", "0")


def _string_forms(text: str, today: date) -> Iterator[Form]:
    if (moment := _moment(text)) is not None:
        for seen in (moment, moment.astimezone(UTC)):
            yield ("time", f"{seen:%H:%M}")
            yield from _day(seen.date())
        return
    if " " not in text:
        yield identifier_form(text)
        if text.isdecimal():
            yield ("count", plain_number(Decimal(text)))
        if found := _CODE_NUMBER.fullmatch(text):
            yield ("count", plain_number(Decimal(found[1])))
        if not text[:4].isdecimal():
            return
    yield from (form for form in _text_forms(text, today) if form[0] in _TAINTED_BACKS)


def _moment(text: str) -> datetime | None:
    if len(text) < 16 or text[4:5] != "-" or text[10:11] not in ("T", " "):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _durations(record: dict[str, JsonValue]) -> Iterator[Form]:
    """Yield how long it is between any two times of one object, in minutes, and in hours and minutes."""
    texts = [value for value in record.values() if isinstance(value, str)]
    moments = [moment for text in texts if (moment := _moment(text)) is not None][:_TIMES_COMPARED]
    for one, two in combinations(moments, 2):
        minutes = int(abs((two - one).total_seconds())) // 60
        yield ("count", str(minutes))
        yield ("count", str(minutes // 60))
        yield ("count", str(minutes % 60))
        if minutes % 30 == 0:
            yield ("count", plain_number(Decimal(minutes) / 60))


def _states(tree: JsonValue) -> Iterator[str]:
    stack: list[JsonValue] = [tree]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            stack.extend(here.values())
            yield from (name for name, value in here.items() if value is True)
        elif isinstance(here, list):
            stack.extend(here)
        elif isinstance(here, str) and len(here) <= 32 and here.islower():
            yield here
