"""Which lengths of time, days and times of day follow from known moments?"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, islice
from typing import Final

from governance.claims import Claim, Form
from governance.dates import forms_of_day
from governance.records import Record, value_of
from governance.wording import Figures, Wording

_MOST: Final = 16  # moments of one request that are compared
_DAY: Final = 1_440  # minutes
_LOOK_BACK: Final = 48  # characters before a figure
_ROUNDED: Final = Decimal("0.10")
_MOVES_ON: Final = 5  # minutes: it is later than it was when something was read
_FROM: Final = re.compile(r"\b(?:before|after|ahead of|prior to)\b", re.I)
_FROM_TODAY: Final = re.compile(
    r" (?:before (?:you|your)\b|away\b|to go\b|left\b|until\b|till\b|ago\b|ahead of\b|from (?:now|today)\b)", re.I
)
_IN: Final = re.compile(
    r"\b(?:in|for (?:another|the next))(?: (?:about|around|roughly|just (?:over|under)|almost|nearly"
    r"|a little (?:over|under)))? ?$",
    re.I,
)


def minutes_apart(records: Sequence[Record]) -> frozenset[Decimal]:
    """How many minutes lie between any two known moments or days."""
    moments = list(dict.fromkeys(moment for record in records for moment in record.moments))[:_MOST]
    exact = {Decimal(int(abs((one - two).total_seconds())) // 60) for one, two in combinations(moments, 2)}
    return frozenset(exact | {Decimal(abs(one - two).days * _DAY) for one, two in combinations(_days(records), 2)})


def minutes_from(today: date, records: Sequence[Record]) -> Iterator[Decimal]:
    """How many minutes of whole days lie between today and each known day."""
    return (Decimal(abs(day - today).days * _DAY) for day in _days(records))


def is_nights_apart(nights: Decimal, records: Sequence[Record]) -> bool:
    """Whether two known days lie that many nights apart."""
    return any(abs(one - two).days == nights for one, two in combinations(_days(records), 2))


def from_now(form: Form, claim: Claim, wording: Wording, records: Sequence[Record], today: date) -> str:
    """How long it is from today to a known day, or, with "in" before it, from when a moment was read to that moment."""
    stated = value_of(form)
    if stated is None or stated[1] != "minute":
        return ""
    value = stated[0]
    from_today = value % _DAY == 0 and _FROM_TODAY.match(wording.text, claim.at + len(claim.text)) is not None
    if from_today and value in minutes_from(today, records):
        return "the calendar"
    if _IN.search(wording.text, max(0, claim.at - _LOOK_BACK), claim.at) is None:
        return ""
    read = ((one, record.read_at, record.source) for record in records for one in record.moments)
    for moment, read_at, source in read:
        minutes = Decimal(int(abs((moment - read_at).total_seconds()))) / 60 if read_at is not None else Decimal(0)
        if minutes and abs(minutes - value) <= max(_ROUNDED * minutes, _MOVES_ON):
            return f"from when it was read, {source}"
    return ""


def from_moments(form: Form, wording: Wording, stated: Figures, records: Sequence[Record]) -> str:
    """A day or a time that lies so long before or after a known moment, by a rule or by what the reply states."""
    moments = list(islice((moment for record in records for moment in record.moments), _MOST))
    for record in records:
        if not record.text or not record.about & wording.about or _FROM.search(record.text) is None:
            continue
        side = 1 if " after" in record.text else -1
        if any(_is_at(form, moments, side * minutes) for minutes in record.of_unit("minute")):
            return record.source
    declared = wording.find(_FROM)
    if declared is None:
        return ""
    side = 1 if declared[0].casefold() == "after" else -1
    lengths = stated.last("minute", _MOST)
    return "the length of time stated" if any(_is_at(form, moments, side * one) for one in lengths) else ""


def _is_at(form: Form, moments: Sequence[datetime], minutes: Decimal) -> bool:
    try:
        return any(form in _forms(moment + timedelta(minutes=int(minutes))) for moment in moments)
    except OverflowError:
        return False


def _days(records: Sequence[Record]) -> list[date]:
    return list(dict.fromkeys(day for record in records for day in record.days))[:_MOST]


def _forms(moment: datetime) -> tuple[Form, ...]:
    day: date = moment.date()
    return ("time", f"{moment:%H:%M}"), *(("date", form) for form in forms_of_day(day))
