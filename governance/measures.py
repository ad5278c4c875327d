"""Which lengths of time, weights, sizes and volumes does a text state?"""

import re
from decimal import Decimal
from typing import Final

from governance.numbers import NUMBER, parse_number, plain_number

# Unit → what it is counted in, and how many of those. A month is no number of hours: it has no fixed length.
_UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    name: (base, Decimal(factor))
    for base, factor, names in (
        ("minute", "1", "minute minutes min mins"),
        ("minute", "60", "hour hours hr hrs h"),
        ("minute", "1440", "day days"),
        ("minute", "10080", "week weeks"),
        ("month", "1", "month months"),
        ("month", "12", "year years"),
        ("night", "1", "night nights"),
        ("gram", "1", "g gram grams gramme grammes"),
        ("gram", "1000", "kg kilo kilos kilogram kilograms kilogramme kilogrammes"),
        ("gram", "453.59237", "lb lbs"),
        ("gram", "28.349523125", "oz ounce ounces"),
        ("millimetre", "1", "mm millimetre millimetres millimeter millimeters"),
        ("millimetre", "10", "cm centimetre centimetres centimeter centimeters"),
        ("millimetre", "25.4", "inch inches"),
        ("millimetre", "304.8", "ft foot feet"),
        ("millimetre", "1000", "metre metres meter meters"),
        ("millimetre", "1000000", "km kilometre kilometres kilometer kilometers"),
        ("millilitre", "1", "ml millilitre millilitres milliliter milliliters"),
        ("millilitre", "1000", "l litre litres liter liters"),
    )
    for name in names.split()
}
_TIME: Final = ("minute", "month")
_NAMES: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_ONE: Final = r"(?P<{n}>{number})[ \u00a0-]?(?P<{w}>(?:working|business)[ -])?(?P<{u}>{names})\b"
_FIRST: Final = r"(?<![\w.,])" + _ONE.format(n="n", w="w", u="u", number=NUMBER, names=_NAMES)
_SECOND: Final = _ONE.format(n="n2", w="w2", u="u2", number=NUMBER, names=_NAMES)
MEASURE: Final = re.compile(_FIRST, re.IGNORECASE)
SPOKEN_TOGETHER: Final = re.compile(rf"{_FIRST}(?: and | ){_SECOND}", re.IGNORECASE)
COMPOUND: Final = re.compile(rf"{_FIRST}(?: and |, | ){_SECOND}", re.IGNORECASE)


def measure_forms(found: re.Match[str]) -> tuple[str, ...]:
    """Return the normal forms of a match of MEASURE: `2880 minute`, `23000 gram`, `7 working day`."""
    if found["w"]:
        return tuple(f"{plain_number(value)} working day" for value in parse_number(found["n"]))
    base, factor = _UNITS[found["u"].lower()]
    return tuple(measure_form(value * factor, base) for value in parse_number(found["n"]))


def compound_forms(found: re.Match[str]) -> tuple[str, ...] | None:
    """Return the forms of `3 hours and 10 minutes`, one length of time; None where two measures stand side by side."""
    (base, factor), (second, smaller) = _UNITS[found["u"].lower()], _UNITS[found["u2"].lower()]
    if second != base or base not in _TIME or smaller >= factor or found["w"] or found["w2"]:
        return None
    pairs = ((one, two) for one in parse_number(found["n"]) for two in parse_number(found["n2"]))
    return tuple(measure_form(one * factor + two * smaller, base) for one, two in pairs)


def measure_form(value: Decimal, base: str) -> str:
    """Return the normal form of so many of a base unit."""
    return f"{plain_number(value)} {base}"


def unit_of(name: str) -> tuple[str, Decimal] | None:
    """Return what a field counts in: `weight_kg` grams by the thousand; None where its name holds no unit."""
    return next((_UNITS[part] for part in reversed(name.lower().split("_")) if len(part) > 1 and part in _UNITS), None)
