"""Which forms does the result of a tool back, and which states does it hold?"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from decimal import Decimal
from itertools import combinations
from typing import Final

from pydantic import JsonValue

from governance.claims import ClaimKind, Form, find_claims, identifier_form
from governance.dates import forms_of_day, month_of, next_day
from governance.language import language_of
from governance.measures import measure_form, unit_of
from governance.numbers import plain_number
from governance.other_figures import english_figures
from governance.records import read_moment

_CODE_NUMBER: Final = re.compile(r"[A-Za-z]{2,3}(\d{1,4})")
_YEAR_AND_MONTH: Final = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_DAY_WITHIN: Final = re.compile(r"(?<!\d)20\d\d-[01]\d-[0-3]\d(?!\d)")
_TIMES_COMPARED: Final = 6  # of one object: bounds the pairs
_LISTED: Final = 100  # items of a list whose groups are counted
_TAINTED_BACKS: Final = frozenset[ClaimKind]({"date", "time", "count", "measure"})


def text_forms(text: str, today: date, language: str = "") -> Iterator[Form]:
    """Yield the forms that a text backs: those of its claims, and of every day that it names.

    `language`: the one that it is in; where that is empty, the one that its words tell.
    """
    for claim in find_claims(english_figures(text, language or language_of(text) or ""), today):
        for form in claim.forms:
            yield form
            yield from wider_forms(form)


def wider_forms(form: Form) -> Iterator[Form]:
    """Yield what a form backs besides itself: a day its weekday and month, a part of a month that month."""
    kind, text = form
    if kind != "date":
        return
    if text[0].isdecimal():
        yield from day_forms(text)
    elif (month := month_of(text)) is not None:
        yield "date", month


def day_forms(text: str) -> Iterator[Form]:
    """Yield the forms that an ISO date backs; none where there is no such day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return
    for form in forms_of_day(day):
        yield "date", form


def result_forms(tree: JsonValue, today: date) -> Iterator[Form]:
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
            yield from list_forms(here)
            stack.extend((name, item) for item in here)
        elif isinstance(here, bool):
            if here and "waive" in name:
                yield ("money", "0")
        elif isinstance(here, int | float):
            yield from _number_forms(name, here)
            if "day_of_month" in name and (day := next_day(int(here), today)) is not None:
                yield from day_forms(day.isoformat())
        elif isinstance(here, str):
            yield from _string_forms(here, today)


def _number_forms(name: str, number: float) -> Iterator[Form]:
    """Yield a number's form, and the measure that it is where the field's name holds a unit (`weight_kg`)."""
    kind: ClaimKind = "percent" if "percent" in name else "count"
    yield kind, plain_number(number)
    if (unit := unit_of(name)) is not None:
        base, factor = unit
        yield "measure", measure_form(Decimal(repr(number)) * factor, base)


def list_forms(items: Sequence[JsonValue]) -> Iterator[Form]:
    """Yield how many items a list has, and how many have one value of a field: two seats at a window."""
    yield "count", str(len(items))
    records = [item for item in items[:_LISTED] if isinstance(item, dict)]
    values = Counter(
        (name, value) for record in records for name, value in record.items() if isinstance(value, str | bool)
    )
    for size in set(values.values()) - {1}:
        yield "count", str(size)


def _money(amount: int, currency: str) -> Iterator[Form]:
    yield ("money", f"{abs(amount)} {currency}")
    if amount == 0:
        yield ("money", "0")


def _string_forms(text: str, today: date) -> Iterator[Form]:
    if (moment := read_moment(text)) is not None:
        for seen in (moment, moment.astimezone(UTC)):
            yield ("time", f"{seen:%H:%M}")
            yield from day_forms(seen.date().isoformat())
        return
    if " " not in text:
        yield identifier_form(text)
        for found in _DAY_WITHIN.findall(text):  # a flight's id holds its day
            yield from day_forms(found)
        if text.isdecimal():
            yield ("count", plain_number(Decimal(text)))
        if found := _CODE_NUMBER.fullmatch(text):
            yield ("count", plain_number(Decimal(found[1])))
        if not text[:4].isdecimal():
            return
        if _YEAR_AND_MONTH.fullmatch(text) is not None:
            yield "date", f"month-{int(text[5:])}"
    yield from (form for form in text_forms(text, today) if form[0] in _TAINTED_BACKS)


def _durations(record: dict[str, JsonValue]) -> Iterator[Form]:
    """Yield how long it is between any two times of one object."""
    texts = [value for value in record.values() if isinstance(value, str)]
    moments = [moment for text in texts if (moment := read_moment(text)) is not None][:_TIMES_COMPARED]
    for one, two in combinations(moments, 2):
        minutes = Decimal(int(abs((two - one).total_seconds())) // 60)
        yield "measure", measure_form(minutes, "minute")


def states_in(tree: JsonValue) -> Iterator[str]:
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
