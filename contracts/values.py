"""Which plain values do the contracts share in meaning: money, durations, JSON, and how a pack's part is modelled?"""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, PlainSerializer, WithJsonSchema

type JsonObject = dict[str, JsonValue]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SHORT: Final = re.compile(r"(?P<number>\d{1,9})(?P<unit>ms|s|m|h|d)")
_ISO: Final = re.compile(r"P(?:(?P<d>\d{1,6})D)?(?:T(?:(?P<h>\d{1,6})H)?(?:(?P<m>\d{1,6})M)?(?:(?P<s>\d{1,6})S)?)?")


class Frozen(BaseModel):
    """A contract: immutable, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Frozen):
    """An amount in the minor units of its currency (4500 EUR is 45.00 euros)."""

    amount: int = Field(description="Minor units: 4500 means 45.00")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")


def parse_duration(value: object) -> object:
    """Return the timedelta that `15m`, `1d`, `250ms` or ISO 8601 (`PT15M`) says; other types pass through.

    Raises ValueError naming the text when it is neither form.
    """
    if not isinstance(value, str):
        return value
    if short := _SHORT.fullmatch(value):
        number, unit = int(short["number"]), short["unit"]
        return timedelta(milliseconds=number) if unit == "ms" else timedelta(**{_UNITS[unit]: number})
    iso = _ISO.fullmatch(value)
    if iso is None or not any(iso.groupdict().values()):
        raise ValueError(f"{value!r} is not a duration; write 20s, 15m, 1d or ISO 8601 such as PT15M")
    return timedelta(**{_UNITS[unit]: int(part) for unit, part in iso.groupdict().items() if part})


def format_duration(value: timedelta) -> str:
    """Return the shortest of the short forms that says exactly this duration."""
    milliseconds = value // timedelta(milliseconds=1)
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(\d{1,9}(ms|s|m|h|d)|P(\d{1,6}D)?(T(\d{1,6}H)?(\d{1,6}M)?(\d{1,6}S)?)?)$",
            "description": "20s, 15m, 1h, 1d, 250ms, or ISO 8601 (PT15M)",
        }
    ),
]
