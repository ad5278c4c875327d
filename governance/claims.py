"""Which prices, percentages, dates, times, identifiers and counts does a text state?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final, Literal

from governance.dates import (
    AHEAD,
    DATE_PATTERNS,
    DAY_OF_MONTH,
    MONTH_ALONE,
    ON_THE_DAY,
    PART_OF_MONTH,
    day_ahead,
    month_form,
    part_of_month,
    read_date,
    read_day_word,
)
from governance.measures import COMPOUND, MEASURE, SPOKEN_TOGETHER, compound_forms, measure_forms
from governance.numbers import NUMBER, parse_number, plain_number, words_to_digits
from governance.words import word_set

ClaimKind = Literal["money", "percent", "measure", "date", "time", "identifier", "count"]
Form = tuple[ClaimKind, str]

MAX_CLAIMS: Final = 200  # of one text: bounds the work; a text with more is not read to its end
_MOST_NUMBERS: Final = 2 * MAX_CLAIMS  # groups of digits: a text with more has too many claims, whatever they are
_DIGITS: Final = re.compile(r"\d+")
_BLANK: Final = "\x1f"  # stands for what has been read; joins nothing
_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_WORDS: Final = {"euro": "EUR", "dollar": "USD", "pound": "GBP", "yen": "JPY", "franc": "CHF"}
_CODES: Final = "|".join(
    sorted(
        word_set(
            "EUR USD GBP CHF JPY SEK NOK DKK PLN CZK HUF RON BGN ISK TRY ILS CAD AUD NZD MXN BRL CNY HKD SGD INR KRW",
            "ZAR AED SAR",
        )
    )
)
_WITHOUT_CENTS: Final = frozenset({"JPY", "KRW", "ISK"})
_NUM: Final = f"(?P<n>{NUMBER})"
_MONEY_BEFORE: Final = re.compile(
    rf"(?=[a-z€$£¥])(?:(?<![A-Za-z])(?P<c>{_CODES})|(?P<s>[€$£¥]))[ \u00a0]?{_NUM}", re.IGNORECASE
)
_MONEY_AFTER: Final = re.compile(
    rf"(?<![\w.,]){_NUM}[ \u00a0-]?"
    rf"(?:(?P<c>{_CODES})(?![A-Za-z])|(?P<s>[€$£¥])|(?P<w>euro|dollar|pound|yen|franc)s?\b)",
    re.IGNORECASE,
)
_NO_CHARGE: Final = re.compile(
    r"\b(?:free of charge|for free|(?:no|without) (?:extra |additional |any |an? )?(?:charge|cost|fee)s?|at no cost"
    r"|on the house|costs? (?:you )?nothing|(?:pay|owe) nothing|not cost (?:you )?anything"
    r"|(?:fee|charge|cost|price) is (?:zero|nil|0)"
    r"|(?<!how )\b(?!seats?\b|rooms?\b|places?\b|you\b|i\b|we\b|rows?\b|aisle\b|window\b)[a-z]{2,}(?: is| are|'s)"
    r" (?:completely |entirely |absolutely |always )?free(?! (?:to|until|from|of|for|again|on|at)\b)(?!-))\b",
    re.I,
)
_PERCENT: Final = re.compile(rf"(?<![\w.,]){_NUM}[ \u00a0-]?(?:%|per ?cent\b)", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(?<![\d:.,])(?P<h>[01]?\d|2[0-3])(?P<m>[:.][0-5]\d)?(?::[0-5]\d)?[ \u00a0]?(?P<half>[ap]\.?m\b\.?)?(?![\d:])",
    re.I,
)
_NO_CLOCK: Final = re.compile(r"(?<![\w:.,])\d{1,3}:[0-5]\d(?![\d:])")  # 25:00 is no time of any day
_OPTION: Final = re.compile(
    r"(?:^[\s>*#-]{0,8}\d{1,2}[.)](?=\s))|\b(?:options?|choices?|steps?|alternatives?|number)[ #]{1,2}\d\b|\b24/7\b"
    r"|\b\d(?:st|nd|rd|th)\b|\b\d{1,2} (?=(?:characters?|letters?|digits?)\b)"
    r"|\b\d (?=(?:\w{1,12} )?(?:options?|choices?|alternatives?|possibilities|ways|things|parts|steps|questions?)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_SPOKEN: Final = re.compile(
    r"\b(?P<m>half|quarter|[1-5]?\d)(?: minutes)? (?P<side>past|to) (?P<h>1[0-2]|[1-9])\b(?![:.]?\d)"
    r"|\b(?:at (?P<at>1[0-2]|[1-9])(?: sharp)?(?=[.,;!?]*(?:$|\n| (?:in the|on|tomorrow|today|this|and|or)\b))"
    r"|(?P<clock>1[0-2]|[1-9]) o'?clock\b)",
    re.IGNORECASE,
)
_NOON: Final = re.compile(
    r"\b(?:at|by|until|till|from|before|after) (?:(?P<noon>noon|midday)|midnight)\b", re.IGNORECASE
)
_SPACED_CODE: Final = re.compile(r"(?<![A-Za-z0-9])(?P<a>[A-Z]{2,3}) (?P<d>\d{1,4})(?![\w.,]\d|\w)")
_WORDLIKE: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]++(?:[-_][A-Za-z0-9]++)*+")
_UNIT_GLUED: Final = re.compile(r"(?P<n>\d++)-?(?:[a-z]{1,12}|[A-Z]{1,2}|KG)(?:-[a-z]{1,12})?")
_COUNT: Final = re.compile(rf"(?<![\w.,]){_NUM}")
_LONG_NUMBER: Final = 7  # digits with dashes between: a ticket or a phone number, not a range
_NAMING: Final = re.compile(
    r"\b(?:code|reference|booking|reservation|ticket|PNR)\W{1,3}(?:\w{2,6} )?(?P<c>[A-Z]{5,8})\b"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a text states; any of its normal forms backs it."""

    kind: ClaimKind
    text: str
    forms: tuple[Form, ...]
    at: int = 0  # where it begins in the text with its numbers in digits


def find_claims(text: str, today: date) -> list[Claim]:
    """Return what the text states, in normal forms; `today` says what "tomorrow" is. Linear; of more than MAX_CLAIMS
    claims only the first ones, and one more, are returned; where the numbers alone are too many, as bare counts.

    Forms: money `4500 EUR` (minor units) or `0`; percent `50`; measure `2880 minute`; date `2026-11-21`, `--11-21`
    without a year, `weekday-0` (Monday), `day-24`, `end-12`, `month-10`; time `07:40`; identifier in lower case without
    separators; count `1500`.
    """
    plain = words_to_digits(text)
    numbers = list(islice(_DIGITS.finditer(plain), _MOST_NUMBERS + 1))
    if len(numbers) > _MOST_NUMBERS:
        return [Claim("count", one[0], _forms("count", one[0]), one.start()) for one in numbers[: MAX_CLAIMS + 1]]
    return _Reader(plain, today).read()


class _Reader:
    """Reads one kind of claim after the other and blanks what it has read."""

    def __init__(self, text: str, today: date) -> None:
        self._text = text
        self._today = today
        self._claims: list[Claim] = []

    def read(self) -> list[Claim]:
        if _DIGITS.search(self._text) is not None:
            self._take(ON_THE_DAY, lambda found: (("date", f"day-{found['n'] or found['m']}"),), "date")
            self._take(_OPTION, lambda _: ())
            for pattern in DATE_PATTERNS:
                self._take(pattern, lambda found: _date_forms(read_date(found, self._today)), "date")
            self._take(DAY_OF_MONTH, _day_forms, "date")
            self._take(_MONEY_BEFORE, _money_forms, "money")
            self._take(_MONEY_AFTER, _money_forms, "money")
            self._take(_PERCENT, lambda found: _forms("percent", found["n"]), "percent")
            self._take(_SPOKEN, _spoken_forms, "time")
            self._take(_CLOCK, _clock_forms, "time")
            self._take(_NO_CLOCK, lambda found: (("time", found[0]),), "time")
            self._take(AHEAD, self._ahead_forms, "date")
            self._take(SPOKEN_TOGETHER, lambda found: _measures(compound_forms(found)), "measure")
            self._take(COMPOUND, lambda found: _measures(compound_forms(found)), "measure")
            self._take(MEASURE, lambda found: _measures(measure_forms(found)), "measure")
            self._take(_SPACED_CODE, _spaced_forms, "identifier")
            self._take(_WORDLIKE, _word_forms, "identifier")
            self._take(_COUNT, _count_forms, "count")
        self._take(_NOON, lambda found: (("time", "12:00" if found["noon"] else "00:00"),), "time")
        self._take(_NO_CHARGE, lambda _: (("money", "0"),), "money")
        self._take(PART_OF_MONTH, lambda found: (("date", part_of_month(found)),), "date")
        self._take(MONTH_ALONE, lambda found: (("date", month_form(found)),), "date")
        self._take(_NAMING, lambda found: (("identifier", found["c"].lower()),), "identifier")
        for said, at, forms in read_day_word(self._text, self._today):
            if len(self._claims) > MAX_CLAIMS:
                break
            self._claims.append(Claim("date", said, tuple(("date", form) for form in forms), at))
        return self._claims

    def _ahead_forms(self, found: re.Match[str]) -> tuple[Form, ...] | None:
        """`in 5 days` is a day, or a length of time that a rule states."""
        day, measure = day_ahead(found, self._today), MEASURE.search(found[0])
        if day is None or measure is None:
            return None
        return (("date", day), *(("measure", form) for form in measure_forms(measure)))

    def _take(
        self,
        pattern: re.Pattern[str],
        forms_of: Callable[[re.Match[str]], tuple[Form, ...] | None],
        kind: ClaimKind | None = None,
    ) -> None:
        def read(found: re.Match[str]) -> str:
            forms = forms_of(found) if len(self._claims) <= MAX_CLAIMS else None
            if forms is None:
                return found[0]
            if kind is not None and forms:
                self._claims.append(Claim(forms[0][0], found[0].strip(), forms, found.start()))
            return _BLANK * len(found[0])

        self._text = pattern.sub(read, self._text)


def _forms(kind: ClaimKind, number: str) -> tuple[Form, ...]:
    return tuple((kind, plain_number(value)) for value in parse_number(number))


def _measures(forms: tuple[str, ...] | None) -> tuple[Form, ...] | None:
    return None if forms is None else tuple(("measure", form) for form in forms)


def _spoken_forms(found: re.Match[str]) -> tuple[Form, ...] | None:
    """Return both times of the day that `five past seven` may be."""
    hour = int(found["h"] or found["at"] or found["clock"])
    past = {"half": 30, "quarter": 15}.get((found["m"] or "0").lower())
    minutes = int(found["m"] or 0) if past is None else past
    if found["side"] and found["side"].lower() == "to":
        hour, minutes = hour - 1, 60 - minutes
    if not 0 <= minutes < 60:
        return None
    return tuple(("time", f"{(hour + half) % 24:02}:{minutes:02}") for half in (0, 12))


def _money_forms(found: re.Match[str]) -> tuple[Form, ...]:
    named = found.groupdict()
    if code := named.get("c"):
        currency = code.upper()
    elif symbol := named.get("s"):
        currency = _SYMBOLS[symbol]
    else:
        currency = _WORDS[str(named.get("w")).lower()]
    return tuple(("money", money_form(value, currency)) for value in parse_number(found["n"]))


def money_form(value: Decimal, currency: str) -> str:
    """Return the normal form of an amount in major units."""
    exponent = 0 if currency in _WITHOUT_CENTS else 2
    return f"{plain_number(value.scaleb(exponent))} {currency}"


def _date_forms(forms: tuple[str, ...]) -> tuple[Form, ...] | None:
    return tuple(("date", form) for form in forms) or None


def _day_forms(found: re.Match[str]) -> tuple[Form, ...]:
    """`the 24th`: a day, or as a rule or the customer has it."""
    return (("date", f"day-{found['n']}"), ("identifier", found[0].lower()), ("count", found["n"]))


def _count_forms(found: re.Match[str]) -> tuple[Form, ...]:
    """Nothing for the 0 of a table's cell, which is no more to be backed than "none" is."""
    in_cell = found["n"] == "0" and found.string[: found.start()].rstrip().endswith("|")
    return () if in_cell else _forms("count", found["n"])


def _clock_forms(found: re.Match[str]) -> tuple[Form, ...] | None:
    hour, minute, half = int(found["h"]), found["m"], found["half"]
    if half is None and (minute is None or minute[0] == "."):
        return None  # a number, not a time
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return (("time", f"{hour:02}:{minute[1:] if minute else '00'}"),)


def _spaced_forms(found: re.Match[str]) -> tuple[Form, ...]:
    return (("identifier", f"{found['a']}{found['d']}".lower()),)


def _word_forms(found: re.Match[str]) -> tuple[Form, ...] | None:
    word = found[0]
    if word.isdecimal() or not any(char.isdecimal() for char in word):
        return None
    if glued := _UNIT_GLUED.fullmatch(word):
        return _either(("identifier", _compact(word)), _forms("count", glued["n"]))
    if not any(char.isalpha() for char in word) and len(_compact(word)) < _LONG_NUMBER:
        return None  # a range of numbers
    return (("identifier", _compact(word)),)


def _either(one: Form, others: tuple[Form, ...]) -> tuple[Form, ...]:
    return (one, *others)


def _compact(word: str) -> str:
    return word.replace("-", "").replace("_", "").lower()


def identifier_form(word: str) -> Form:
    """Return the form in which an identifier is compared."""
    return ("identifier", _compact(word))
