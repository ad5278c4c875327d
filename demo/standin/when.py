"""Which day, part of the day or flight does a text name?"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FLIGHT = re.compile(r"\b(?:(?:NW|flight )\s?(\d{2,4})|(?:is|has|will) (\d{3,4}))\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b")
HOURS = {"morning": (4, 12), "afternoon": (12, 17), "evening": (17, 24)}


@dataclass(frozen=True)
class When:
    """What a text says of a flight: a day, a part of the day, the first or last one, a clock time, a number."""

    day: date | None = None
    part: str = ""
    order: str = ""
    clock: str = ""
    flight_number: str = ""

    @property
    def says_something(self) -> bool:
        """Whether the text names anything to choose a flight by."""
        return bool(self.day or self.part or self.order or self.clock or self.flight_number)


def read_when(text: str, today: date | None, booked: date | None = None) -> When:
    """Read a text; `today` resolves `tomorrow` and weekdays, `booked` resolves `a day earlier`, `the day after`."""
    low = text.lower()
    clock = _CLOCK.search(low)
    return When(
        day=_read_day(low, today, booked),
        part=_read_part(low),
        order=_read_order(low),
        clock=f"{int(clock.group(1)):02d}:{clock.group(2)}" if clock else "",
        flight_number=read_flight_number(text),
    )


def read_flight_number(text: str) -> str:
    """The flight number a text names, as `NW212`, or nothing."""
    match = _FLIGHT.search(text)
    return f"NW{match.group(1) or match.group(2)}" if match else ""


def _read_day(low: str, today: date | None, booked: date | None) -> date | None:
    iso = re.search(r"\d{4}-\d{2}-\d{2}", low)
    if iso:
        return date.fromisoformat(iso.group())
    if booked and re.search(r"\b(a|one|1) day (earlier|sooner|before)\b|\bday before\b", low):
        return booked - timedelta(days=1)
    if booked and re.search(r"\b(a|one|1) day later\b|\b(morning|day|evening|afternoon) after\b(?! tomorrow)", low):
        return booked + timedelta(days=1)
    if not today:
        return None
    if "day after tomorrow" in low:
        return today + timedelta(days=2)
    if re.search(r"\btomorr?ow|\btommorow", low):
        return today + timedelta(days=1)
    if re.search(r"\b(today|tonight)\b", low):
        return today
    return _read_weekday(low, today) or _read_month_day(low, today)


def _read_weekday(low: str, today: date) -> date | None:
    for number, name in enumerate(_DAYS):
        if re.search(rf"\b{name}\b", low):
            ahead = (number - today.weekday()) % 7 or 7
            return today + timedelta(days=ahead)
    return None


def _read_month_day(low: str, today: date) -> date | None:
    names = "|".join(name[:3] for name in _MONTHS)
    match = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({names})", low)
    swapped = re.search(rf"\b({names})[a-z]* (\d{{1,2}})\b", low)
    if not match and not swapped:
        return None
    number, name = (match.group(1), match.group(2)) if match else (swapped.group(2), swapped.group(1))  # pyright: ignore[reportOptionalMemberAccess]  # one of both matched
    month = next(index for index, full in enumerate(_MONTHS, 1) if full.startswith(name))
    try:
        day = date(today.year, month, int(number))
        return day if day >= today else date(today.year + 1, month, int(number))
    except ValueError:
        return None


def _read_part(low: str) -> str:
    if re.search(r"\b(morning|before noon|a\.?m\.?|breakfast|early (plane|flight|one|bird))\b", low):
        return "morning"
    if re.search(r"\b(afternoon|midday|after lunch)\b", low):
        return "afternoon"
    return "evening" if re.search(r"\b(evening|tonight|night)\b", low) else ""


def _read_order(low: str) -> str:
    if re.search(r"\b(earliest|first (flight|plane|one)|earlier)\b", low):
        return "first"
    return "last" if re.search(r"\b(latest|last (flight|plane|one)|later)\b", low) else ""
