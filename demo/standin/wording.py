"""How does the stand-in put times, money and lists into words?"""

from collections.abc import Sequence
from datetime import date, datetime

from demo.standin.wire import Obj

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def money(amount: Obj) -> str:
    """`{"amount": 4500, "currency": "EUR"}` as `45.00 EUR`."""
    return f"{int(amount['amount']) / 100:.2f} {amount['currency']}"


def is_due(amount: Obj | None) -> bool:
    """Whether an amount of money is more than zero."""
    return bool(amount) and int(amount["amount"]) > 0


def moment(iso: str) -> datetime:
    """An RFC 3339 time as the datetime it is."""
    return datetime.fromisoformat(iso)


def clock(iso: str) -> str:
    """The time of day as `07:40`."""
    return moment(iso).strftime("%H:%M")


def day(value: str | date) -> str:
    """A day as `22 November`."""
    when = moment(value) if isinstance(value, str) else value
    return f"{when.day} {_MONTHS[when.month - 1]}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def flight(entry: Obj) -> str:
    """A flight or a reservation as `NW208 from FRA to LIS on 22 November at 07:40`."""
    return f"{entry['flight_number']} {route(entry)} on {day(entry['departs_at'])} at {clock(entry['departs_at'])}"


def route(entry: Obj) -> str:
    """`from FRA to LIS`."""
    return f"from {entry['origin']} to {entry['destination']}"


def sentence(text: str) -> str:
    """The text ending with a full stop."""
    plain = text.strip()
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."
