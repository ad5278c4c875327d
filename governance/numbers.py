"""Which numbers does a text write, in digits or in words?"""

import re
from decimal import Decimal
from typing import Final

from governance.words import word_set

# Possessive: linear on any text.
NUMBER: Final = r"\d++(?:[.,'’\u00a0\u202f]\d++)*+"

_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ROUND: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS: Final = {word: number for number, word in enumerate(_SMALL)}
_TENS: Final = {word: 10 * place for place, word in enumerate(_ROUND, start=2)}
_SCALES: Final = {"hundred": 100, "thousand": 1_000}
_NUMBER_WORDS: Final = frozenset((*_UNITS, *_TENS, *_SCALES))
# Only before one of these is a word such as "one" a number that must be backed.
_COUNTED: Final = word_set(
    "euro euros dollar dollars pound pounds cent cents percent per hour hours minute minutes day days week weeks month",
    "months year years point points mile miles seat seats bag bags kilo kilos kilogram kilograms kg working business",
    "night nights passenger passengers eur usd gbp",
)
_WORD: Final = re.compile(r"[A-Za-z]++")
_WORDY: Final = re.compile("|".join((*_UNITS, *_TENS, *_SCALES)), re.IGNORECASE)


def parse_number(text: str) -> tuple[Decimal, ...]:
    """Return every value that a number in digits may have: `1,500` is 1500, `1.500` is 1.5 or 1500, `45,00` is 45."""
    if text.isdecimal():
        return (Decimal(text),)
    plain = re.sub(r"['’\u00a0\u202f]", "", text)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return (Decimal(plain),)
    last = marks[-1]
    decimals = len(plain) - plain.rindex(last) - 1
    without = plain.replace(",", "").replace(".", "")
    whole, pointed = Decimal(without), Decimal(without).scaleb(-decimals)
    if len(set(marks)) == 2:
        return (pointed,)
    if len(marks) > 1:
        return (whole,)
    if decimals == 3:
        return (whole,) if last == "," else (pointed, whole)
    return (pointed,)


def plain_number(value: Decimal | float) -> str:
    """Return the one spelling of a number: no exponent, no trailing zeros, no sign."""
    exact = abs(value if isinstance(value, Decimal) else Decimal(repr(value)))
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def words_to_digits(text: str) -> str:
    """Return the text with numbers in words before a unit or currency written in digits: `forty-five euros`."""
    if _WORDY.search(text) is None:
        return text
    parts: list[str] = []
    done = 0
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and not _joined(text, run[-1], word):
            run = []
        lower = word[0].casefold()
        if lower in _NUMBER_WORDS or (lower == "and" and run):
            run.append(word)
            continue
        if run and lower in _COUNTED and run[0].start() >= done:
            number = _value([part[0].casefold() for part in run])
            parts += (text[done : run[0].start()], str(number), text[run[-1].end() : word.start()])
            done = word.start()
        run = []
    return "".join((*parts, text[done:]))


def _joined(text: str, before: re.Match[str], word: re.Match[str]) -> bool:
    return text[before.end() : word.start()] in (" ", "-", "  ", "\u00a0", "‑")


def _value(words: list[str]) -> int:
    total, current = 0, 0
    for word in words:
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if word == "thousand":
                total, current = total + current, 0
        else:
            current += _UNITS.get(word, _TENS.get(word, 0))
    return total + current
