"""Which figures does a sentence in German, Spanish or French say, in the words that the readers of figures know?"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from governance.read_languages import TONGUES
from governance.tongues import Tongue

_WORD: Final = re.compile(r"[^\W\d_]+")
_BOTH: Final = re.compile(r"\b(?:los dos|(?:les|ces|des) deux)\b", re.IGNORECASE)
_ONE: Final = frozenset({"un", "une", "uno", "una"})
_HUNDRED: Final = 100
_THOUSAND: Final = 1_000
_BETWEEN: Final = re.compile(r"[ \u00a0-]{1,2}")


def _half_before(found: re.Match[str]) -> str:
    """`halb 6` is half past 5."""
    return f"half past {(int(found[1]) + 10) % 12 + 1}"


_LANGUAGE: Final[dict[str, tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]]] = {
    "de": (
        (re.compile(r"\b(\d{1,2})[.:](\d{2}) ?uhr\b", re.I), r"\1:\2"),
        (re.compile(r"(?<![:.\d])(\d{1,2}) ?uhr (\d{2})\b", re.I), r"\1:\2"),
        (re.compile(r"(?<![:.\d])(\d{1,2}) ?uhr\b", re.I), r"\1:00"),
        (re.compile(r"\b(?:anderthalb|eineinhalb)(?= stunden?\b)", re.I), "1.5"),
        (re.compile(r"\bhalb (1[0-2]|[1-9])\b", re.I), _half_before),
        (re.compile(r"\bzu zweit\b", re.I), "2"),
        (re.compile(r"\bzu dritt\b", re.I), "3"),
        (re.compile(r"\bzu viert\b", re.I), "4"),
        (re.compile(r"(?<=\d) ?am\b", re.I), " on"),  # "14:55 Uhr am Gate": no half of the day
        (re.compile(r"\b(?:guten|am|jeden|diesen) morgen\b", re.I), "morning"),
        (re.compile(r"\b(\d{1,2})\. ?(?=[^\W\d_]{3,9}\b)"), r"\1 "),
    ),
    "es": (
        (re.compile(r"\ba las? (\d{1,2}) y media\b", re.I), r"at \1:30"),
        (re.compile(r"\ba las? (\d{1,2})(?![:.\d])", re.I), r"at \1:00"),
        (re.compile(r"\b(?:por|de|en|esta) (?:la )?mañana\b", re.I), "morning"),
        (re.compile(r"\b(\d{1,2}) de (?=[^\W\d_]{4,10}\b)", re.I), r"\1 "),
        (re.compile(r"(?<=[^\W\d_]) del? (?=20\d\d\b)", re.I), " "),
        (re.compile(r"\b(?:este|el) mes\b", re.I), "month"),
        (re.compile(r"(?<=000) de (?=euros?\b)", re.I), " "),
    ),
    "fr": (
        (re.compile(r"\b(\d{1,2}) ?h(?:eures?)? ?([0-5]\d)\b", re.I), r"\1:\2"),
        (re.compile(r"\b(\d{1,2}) ?h(?:eures?)? et demie\b", re.I), r"\1:30"),
        (re.compile(r"(?<=à )(\d{1,2}) ?h(?:eures?)?\b(?! ?\d)", re.I), r"\1:00"),
        (re.compile(r"(?<=000) d'(?=euros?\b)", re.I), " "),
        (re.compile(r"\b1er (?=[^\W\d_]{3,9}\b)", re.I), "1 "),
    ),
}


def english_figures(text: str, language: str) -> str:
    """Return the text with its numbers, units, months and days in English; the text itself in any other language."""
    tongue = TONGUES.get(language)
    if tongue is None:
        return text
    text = _numbers_to_digits(_BOTH.sub("both", text), tongue)
    for pattern, english in _LANGUAGE[language]:
        text = pattern.sub(english, text)
    return _figure_words(language).sub(lambda found: tongue.figures[found[0].casefold()], text)


@cache
def _figure_words(language: str) -> re.Pattern[str]:
    longest_first = sorted(TONGUES[language].figures, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _numbers_to_digits(text: str, tongue: Tongue) -> str:
    """Numbers in words as digits. Words in a row are one number: "treinta y dos", "quatre-vingt-dix"."""
    parts: list[str] = []
    done = 0
    for row in _rows(text, tongue):
        parts += (text[done : row[0].start()], str(_value([word[0].casefold() for word in row], tongue)))
        done = row[-1].end()
    return "".join((*parts, text[done:]))


def _rows(text: str, tongue: Tongue) -> Iterator[list[re.Match[str]]]:
    """The numbers of a text, each as its words. "One" is one only behind others: else it is the article."""
    row: list[re.Match[str]] = []
    for found in _WORD.finditer(text):
        word = found[0].casefold()
        if row and _BETWEEN.fullmatch(text, row[-1].end(), found.start()) is None:
            yield from _whole(row, tongue)
            row = []
        joined = bool(row) and row[-1][0].casefold() in tongue.number_joins
        if _number(word, tongue) is not None or (row and word in tongue.number_joins) or (joined and word in _ONE):
            row.append(found)
        else:
            yield from _whole(row, tongue)
            row = []
    yield from _whole(row, tongue)


def _whole(row: Sequence[re.Match[str]], tongue: Tongue) -> Iterator[list[re.Match[str]]]:
    """The row without an "and" behind it: "two and"."""
    end = len(row)
    while end and row[end - 1][0].casefold() in tongue.number_joins:
        end -= 1
    if end:
        yield list(row[:end])


def _number(word: str, tongue: Tongue) -> int | None:
    number = tongue.numbers.get(word)
    return tongue.compound(word) if number is None and tongue.compound is not None else number


def _value(row: Sequence[str], tongue: Tongue) -> int:
    total = current = 0
    for word in row:
        if word in tongue.number_joins:
            continue
        number = _number(word, tongue)
        number = 1 if number is None else number
        if number >= _THOUSAND and number % _THOUSAND == 0:
            total, current = total + max(current, 1) * number, 0
        elif number == _HUNDRED and 0 < current < 10:
            current *= _HUNDRED
        elif number == 20 and current % _HUNDRED == 4:
            current += 76  # quatre-vingts
        else:
            current += number
    return total + current
