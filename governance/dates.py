"""Which days does a text name?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug"),
            *("september sep sept", "october oct", "november nov", "december dec"),
        ),
        start=1,
    )
    for name in names.split()
}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH: Final = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY: Final = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:,? ?(?P<year>20\d\d)(?!\d))?"
DATE_PATTERNS: Final = (
    re.compile(r"(?<![\w-])(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])"),
    re.compile(rf"\b{_DAY}(?: of)? {_MONTH}{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} (?:the )?{_DAY}(?![\d:.,]\d|\d){_YEAR}", re.IGNORECASE),
    re.compile(r"(?<![\w./])(?P<first>[0-3]?\d)(?P<mark>[./])(?P<second>[0-3]?\d)(?P=mark)(?P<year>20\d\d)(?![\w/])"),
)
_DAY_WORD: Final = re.compile(
    r"\b(?:(?P<relative>day after tomorrow|tomorrow|day before yesterday|yesterday|(?<!as of )today(?!'s)|tonight)"
    r"|(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?)\b",
    re.IGNORECASE,
)
_RELATIVE: Final = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "yesterday": -1,
    "day before yesterday": -2,
}
_IN_MONTH: Final = re.compile(r"(?:--(?P<a>\d\d)-\d\d|(?:start|middle|end)-(?P<b>\d{1,2}))")
_PARTS: Final = {"start": range(1, 8), "middle": range(11, 21), "end": range(24, 32)}
PART_OF_MONTH: Final = re.compile(rf"\b(?P<part>end|start|beginning|middle) of {_MONTH}", re.IGNORECASE)
DAY_OF_MONTH: Final = re.compile(
    r"(?<![\w.,])(?P<n>[12]\d|3[01])(?:st|nd|rd|th)\b(?! (?:weeks?|months?|years?|hours?|rows?|floors?|birthday)\b)"
)

ON_THE_DAY: Final = re.compile(
    r"\b(?:on|by|until|till|from|before|after|since) the (?P<n>[1-9])(?:st|nd|rd|th)\b"
    r"(?= of (?:every|each|the|next|this) month|\W*(?:$|\n|[.,;:!?)]|every\b|each\b|and\b|at\b|instead\b))"
    r"|\b(?P<m>[1-9])(?:st|nd|rd|th)(?= of (?:every|each|the|next|this) month\b)"
)
_ALONE: Final = "|".join(name.title() for name in MONTHS if len(name) > 3)
MONTH_ALONE: Final = re.compile(
    rf"\b(?:(?P<month>{_ALONE})|(?:in|of|for|since|until|during|last|next|this) (?P<may>May))\b"
)
"""Not at a sentence's start: "March" and "May" are verbs, too."""

AHEAD: Final = re.compile(
    r"\bin (?P<in>\d{1,3}) (?P<unit>day|week)s?(?:'? time)?\b"
    r"|\b(?P<n>\d{1,3}) (?P<unit2>day|week)s? (?P<side>ago|from (?:now|today))\b",
    re.IGNORECASE,
)


def day_ahead(found: re.Match[str], today: date) -> str | None:
    """Return the day of a match of AHEAD: `in 5 days`, `2 weeks ago`; None beyond the calendar."""
    days = int(found["in"] or found["n"]) * (7 if (found["unit"] or found["unit2"]).lower() == "week" else 1)
    try:
        return (today + timedelta(days=-days if (found["side"] or "").lower() == "ago" else days)).isoformat()
    except OverflowError:
        return None


def read_date(found: re.Match[str], today: date) -> tuple[str, ...]:
    """Return the forms of a match of DATE_PATTERNS; none when there is no such day. `1.2.2026` may be either order."""
    parts = found.groupdict()
    if first := parts.get("first"):
        one, two = int(first), int(parts["second"] or 0)
        return tuple(form for day, month in ((one, two), (two, one)) for form in _full(int(parts["year"]), month, day))
    month_text = str(parts["month"]).casefold()
    month = int(month_text) if month_text.isdecimal() else MONTHS[month_text]
    if parts["month"] == "may" and not parts.get("year"):
        return ()  # the verb: "from 5 to 11 may fly alone"
    day = int(str(parts["day"]))
    if year := parts.get("year"):
        return _full(int(year), month, day)
    return (f"--{month:02}-{day:02}",) if _full(today.year - today.year % 4, month, day) else ()


def _full(year: int, month: int, day: int) -> tuple[str, ...]:
    try:
        return (date(year, month, day).isoformat(),)
    except ValueError:
        return ()


def read_day_word(text: str, today: date) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield each weekday, `today`, `tomorrow` and `yesterday` of a text with its place and its forms."""
    for found in _DAY_WORD.finditer(text):
        if relative := found["relative"]:
            yield found[0], found.start(), ((today + timedelta(days=_RELATIVE[relative.casefold()])).isoformat(),)
        else:
            yield found[0], found.start(), (f"weekday-{_DAYS.index(found['weekday'].casefold())}",)


def forms_of_day(day: date) -> tuple[str, ...]:
    """Return every form that a known day backs: itself, without its year, its weekday, its number, its month's part."""
    parts = (f"{part}-{day.month}" for part, days in _PARTS.items() if day.day in days)
    weekday, month = f"weekday-{day.weekday()}", f"month-{day.month}"
    return day.isoformat(), f"--{day:%m-%d}", weekday, f"day-{day.day}", *parts, month


def part_of_month(found: re.Match[str]) -> str:
    """Return the form of a match of PART_OF_MONTH: `end of December` is `end-12`."""
    part = found["part"].casefold().replace("beginning", "start")
    return f"{part}-{MONTHS[found['month'].casefold()]}"


def month_form(found: re.Match[str]) -> str:
    """Return the form of a match of MONTH_ALONE: `October` is `month-10`."""
    return f"month-{MONTHS[(found['month'] or found['may']).casefold()]}"


def month_of(form: str) -> str | None:
    """Return the month that a day or a part of a month is in, as a form: `--12-05` and `end-12` are in `month-12`."""
    found = _IN_MONTH.fullmatch(form)
    return f"month-{int(found['a'] or found['b'])}" if found is not None else None


def next_day(number: int, today: date) -> date | None:
    """The next day after today that has this number in its month; None for a number that not every month has."""
    if not 1 <= number <= 28:
        return None
    later = today if today.day < number else (today.replace(day=1) + timedelta(days=32))
    return later.replace(day=number)
