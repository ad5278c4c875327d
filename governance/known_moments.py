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
_FROM: Final = re.compile(
    r"\b(?:before|after|ahead of|prior to|earlier|later|vor(?:her)?|nach|antes|después|avant|après)\b", re.I
)
_AFTER: Final = re.compile(r"after|later|nach|después|après", re.I)
_WITHIN: Final = re.compile(r"\b(?:within|up to|no later than)\b", re.I)
_UNTIL: Final = re.compile(r"\b(?:until|till|by|latest|no later than|bis|hasta|jusqu)\b", re.I)
_THAT_IS: Final = re.compile(r"\b(?:that(?:'s| is| would be| makes| means)|so|i\.e|meaning|which is)\b", re.I)
_GOES_ON: Final = re.compile(r"\b(?:takes|lasts|usual|flying|flight time|journey time|holds)\b", re.I)
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


def minutes_between(one: str, two: str) -> Decimal:
    """How many minutes lie between two times of a day: `16:40`, `18:00`."""
    first, second = (60 * int(text[:2]) + int(text[3:]) for text in (one, two))
    return Decimal(abs(first - second))


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
    return next((source for moment, source in shifted(wording, stated, records) if form in _forms(moment)), "")


def shifted(wording: Wording, stated: Figures, records: Sequence[Record]) -> Iterator[tuple[datetime, str]]:
    """The moments that lie so long before or after a known one, by a rule on the same subject or by the reply."""
    moments = list(islice((moment for record in records for moment in record.moments), _MOST))
    if not moments:
        return
    departures = list(islice((one for record in records for one in sorted(record.departures)), _MOST))
    until = wording.find(_UNTIL) is not None
    for record in records:
        if not record.text or not record.about & wording.about:
            continue
        if until and _WITHIN.search(record.text) is not None:
            lengths = [minutes for minutes in record.of_unit("minute") if minutes % _DAY == 0]
            yield from ((moment, record.source) for moment in _moved(moments, lengths))
        if _FROM.search(record.text) is not None:
            side = 1 if " after" in record.text else -1
            lengths = [side * minutes for minutes in record.of_unit("minute")]
            those = departures if departures and "departure" in record.text else moments
            yield from ((moment, record.source) for moment in _moved(those, lengths))
    declared = wording.find(_FROM) or (stated.side if wording.find(_THAT_IS) else None)
    if declared is not None:
        side = 1 if _AFTER.fullmatch(declared[0]) else -1
        lengths = [side * minutes for minutes in stated.last("minute", _MOST)]
        yield from ((moment, "the length of time stated") for moment in _moved(moments, lengths))
    if wording.find(_GOES_ON):
        yield from ((one, "the length of time stated") for one in _moved(moments, stated.last("minute", _MOST)))


def _moved(moments: Sequence[datetime], lengths: Sequence[Decimal]) -> Iterator[datetime]:
    for moment in moments:
        for minutes in lengths:
            try:
                yield moment + timedelta(minutes=int(minutes))
            except OverflowError:
                continue


def _days(records: Sequence[Record]) -> list[date]:
    return list(dict.fromkeys(day for record in records for day in record.days))[:_MOST]


def _forms(moment: datetime) -> tuple[Form, ...]:
    day: date = moment.date()
    return ("time", f"{moment:%H:%M}"), *(("date", form) for form in forms_of_day(day))
