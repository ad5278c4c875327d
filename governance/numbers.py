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
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_NUMBER_WORDS: Final = frozenset((*_UNITS, *_TENS, *_SCALES))
# Only before one of these "one" is a number that must be backed: "one moment", "the first one".
_COUNTED: Final = word_set(
    "euro euros dollar dollars pound pounds cent cents percent per hour hours minute minutes day days week weeks month",
    "months year years point points mile miles seat seats bag bags kilo kilos kilogram kilograms kg working business",
    "night nights passenger passengers eur usd gbp",
)
_WORD: Final = re.compile(r"[A-Za-z]++")
_WORDY: Final = re.compile(
    "|".join((*_UNITS, *_TENS, *_SCALES, "half", "quarter", "quarters", r"\ban? ")), re.IGNORECASE
)
_LENGTH: Final = "hour|day|week|month|year"
_AND: Final = f"(?:{'|'.join((*_SMALL[2:], *_ROUND, 'half', 'quarter'))})\\b(?! (?:an? )?(?:past|to))"
# An article is a number in a length of time ("an hour before"), not in "have a nice day" or "one day".
_ARTICLE: Final = re.compile(
    rf"\b(?P<before>(?:within|in|for|by|after|takes?|lasts?|about|than|almost|nearly|only|up to|least|most) )an? "
    rf"(?P<unit>{_LENGTH})\b(?!-)"
    rf"|\ban? (?P<other>{_LENGTH})(?= (?:and (?:an? )?(?:\d|{_AND})|before(?! tax)|after|later|ahead|earlier"
    r"|early|late|ago|from|longer|in advance)\b)",
    re.IGNORECASE,
)
_PARTS: Final = tuple(
    (re.compile(rf"\b{words}\b", re.IGNORECASE), number)
    for words, number in (
        (r"(?:an? )?half an hour", "30 minutes"),
        (r"(?:an? )?hour and a half", "90 minutes"),
        (r"an? quarter of an hour", "15 minutes"),
        (r"three quarters of an hour", "45 minutes"),
        (r"(?:an? )?half (?:a|the) day", "12 hours"),
        (r"(?:an? )?half (?:a|the) year", "6 months"),
        (r"an? year and a half", "18 months"),
        (r"an? dozen", "12"),
        (r"an? fortnight", "14 days"),
        (r"a couple of (?=(?:minute|hour|day|week|month|year|seat|bag|night|ticket)s\b)", "2 "),
    )
)
_PART: Final = re.compile("half|quarter|dozen|fortnight|couple", re.IGNORECASE)
"""What every one of these holds."""
_HALVES: Final = re.compile(r"(?<![\d.,])(\d{1,3}) and a half\b", re.IGNORECASE)
_BARE_HOUR: Final = re.compile(r"(?<!\d )(?<!\d-)\bhour and (?=\d{1,2} minutes\b)", re.IGNORECASE)
_SPACED: Final = re.compile(r"(?<![\w.,:-])(?<!\d )(\d{1,3}) (\d{3})(?![\w:-]|[.,](?!\d\d(?!\d))\d| \d)")
_SCALED: Final = re.compile(rf"(?P<n>{NUMBER}) (?P<scale>hundred|thousand|million)\b", re.IGNORECASE)
_FRACTION: Final = re.compile(
    r"\b(?P<top>\d{1,2}) (?P<part>thirds|quarters|fifths|tenths)\b|\b(?:a|one) (?P<one>third|fifth|tenth) of\b", re.I
)
_CENTS: Final = re.compile(
    r"(?<![\d.,])(?P<n>\d++)[ \u00a0](?P<of>euros?|dollars?|pounds?)(?: and| y| et| und)? (?P<c>[1-9]\d)(?: cents?\b"
    r"|(?=[.,](?!\d)|[;:!?)\n]|\s*$))",
    re.IGNORECASE,
)
_THOUSANDS: Final = re.compile(rf"(?:(?<=[€$£])|(?<=[€$£] ))({NUMBER}) ?k\b|\b({NUMBER}) ?k(?= ?(?:€|EUR\b|euros?\b))")
_DIVISORS: Final = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}


_TEENS: Final = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
_FIRST: Final = "first second third fourth fifth sixth seventh eighth ninth"
_ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        (
            *f"{_FIRST} {_TEENS} twentieth".split(),
            *(f"twenty-{word}" for word in _FIRST.split()),
            *("thirtieth", "thirty-first"),
        ),
        start=1,
    )
}
_MONTH: Final = "january|february|march|april|may|june|july|august|september|october|november|december"
_NTH: Final = "|".join(sorted(_ORDINALS, key=len, reverse=True)).replace("-", "[ -]")
_ORDINAL: Final = re.compile("first|second|third|th", re.IGNORECASE)
"""What every ordinal holds."""
_SPOKEN_DAY: Final = re.compile(
    rf"\b(?P<day>{_NTH})(?= (?:of )?(?:{_MONTH})\b)|(?P<month>\b(?:{_MONTH}) (?:the )?)(?P<behind>{_NTH})\b",
    re.IGNORECASE,
)


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
    """Return the text with its numbers in words written in digits: `forty-five euros`, `two bags`, `half an hour`.

    "one" and "zero" stay words unless a unit or a currency follows. What is already in digits stays as it is.
    """
    text = _SPACED.sub(r"\1\2", text)
    text = _THOUSANDS.sub(_thousands, text) if "k" in text else text
    text = _SPOKEN_DAY.sub(_day_in_digits, text) if _ORDINAL.search(text) is not None else text
    if _WORD.search(text) is None or _WORDY.search(text) is None:
        return text
    for pattern, number in _PARTS if _PART.search(text) is not None else ():
        text = pattern.sub(number, text)
    text = _ARTICLE.sub(lambda found: f"{found['before'] or ''}1 {found['unit'] or found['other']}", text)
    text = _HALVES.sub(r"\1.5", _digits_for_words(_SCALED.sub(_scaled, text)))
    text = _BARE_HOUR.sub("1 hour and ", text)
    return _CENTS.sub(r"\g<n>.\g<c> \g<of>", _FRACTION.sub(_percent, text))


def _day_in_digits(found: re.Match[str]) -> str:
    """`third of December`, `December the third`."""
    said = (found["day"] or found["behind"]).casefold().replace(" ", "-")
    return f"{found['month'] or ''}{_ORDINALS[said]}"


def _thousands(found: re.Match[str]) -> str:
    """`€20k`: before or behind its currency only, since 23k may be a seat."""
    return plain_number(parse_number(found[1] or found[2])[0] * _SCALES["thousand"])


def _scaled(found: re.Match[str]) -> str:
    value = parse_number(found["n"])[0] * _SCALES[found["scale"].lower()]
    return plain_number(value)


def _percent(found: re.Match[str]) -> str:
    """Two thirds are 66.67 percent."""
    part = (found["part"] or found["one"]).lower().rstrip("s")
    share = Decimal(100 * int(found["top"] or 1)) / _DIVISORS[part]
    return f"{plain_number(round(share, 2))} percent" + (" of" if found["one"] else "")


def _digits_for_words(text: str) -> str:
    parts: list[str] = []
    done = 0
    run: list[re.Match[str]] = []
    for word in (*_WORD.finditer(text), None):
        if not run and word is not None and word[0].casefold() not in _NUMBER_WORDS:
            continue
        if word is not None and (not run or _joined(text, run[-1], word)):
            lower = word[0].casefold()
            if lower in _NUMBER_WORDS or (lower == "and" and run and run[-1][0].casefold() in _SCALES):
                run.append(word)
                continue
        number = _number_of(run, word)
        if number is not None:
            last = run[-1] if run[-1][0].casefold() != "and" else run[-2]
            parts += (text[done : run[0].start()], number)
            done = last.end()
        run = [word] if word is not None and word[0].casefold() in _NUMBER_WORDS else []
    return "".join((*parts, text[done:]))


def _number_of(run: list[re.Match[str]], behind: re.Match[str] | None) -> str | None:
    """Return the number that a run of words is, or None: none, or a bare "one"."""
    words = [part[0].casefold() for part in run]
    if not words or words == ["and"]:
        return None
    value = _value(words)
    return str(value) if value > 1 or (behind is not None and behind[0].casefold() in _COUNTED) else None


def _joined(text: str, before: re.Match[str], word: re.Match[str]) -> bool:
    return text[before.end() : word.start()] in (" ", "-", "  ", "\u00a0", "‑")


def _value(words: list[str]) -> int:
    total, current = 0, 0
    for word in words:
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= _SCALES["thousand"]:
                total, current = total + current, 0
        else:
            current += _UNITS.get(word, _TENS.get(word, 0))
    return total + current
