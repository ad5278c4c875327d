"""Did the customer say this value?"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue

_EDGES: Final = "\"'“”‘’()[]!?;:"
_GAPS: Final = re.compile(r"[\s\-./,]+")
_SHORTEST_IN_PARTS: Final = 5
_SHORTEST_PART: Final = 2
"""Characters of a code, and of each of its two parts."""
_TOKEN: Final = re.compile(r"<[A-Z_]{2,41}_\d{1,6}>")
# Digits that touch no letter but a currency's, no date and no further digit; thousands in threes, cents behind a point
# or a comma.
_FIGURE: Final = re.compile(
    r"(?<![\w.,/:-])(?P<whole>\d{1,3}(?:[,.' ]\d{3}){1,3}|\d{1,9})(?:[.,](?P<cents>\d{1,2}))?"
    r"(?=(?:eur(?:os?)?)?(?!\w))(?![.,/:-]\d)",
    re.IGNORECASE,
)


def word_set(*lines: str) -> frozenset[str]:
    """Return the words of some lines as a set."""
    return frozenset(word for line in lines for word in line.split())


def says(words: Sequence[str], value: JsonValue) -> bool:
    """Whether one of the messages holds the value (of a list: every item) as whole words.

    Case, width and the separators within it do not count: `k7q 2lm` says `K7Q2LM`, but `K7Q2LMX` does not. Money
    ({amount: minor units, currency}) is said by its figure with or without cents: `120`, `120.00` or `1,200.50`. A code
    may be begun in one message and ended in a later one: `it begins with K7Q`, `and ends with 2LM`.
    """
    if isinstance(value, list):
        return bool(value) and all(says(words, item) for item in value)
    if isinstance(value, dict):
        return value.keys() == {"amount", "currency"} and _says_amount(words, value["amount"])
    if isinstance(value, bool) or value is None:
        return False
    wanted = "".join(_words(str(value)))
    messages = [_words(message) for message in words]
    if not wanted or any(_holds(message, wanted) for message in messages):
        return bool(wanted)
    return _is_code(value) and _in_two_parts(messages, wanted)


def _is_code(value: JsonValue) -> bool:
    """Whether it is written as codes are, with a digit or all in capitals: no name, no word, no number of its own."""
    if not isinstance(value, str) or len(value) < _SHORTEST_IN_PARTS or _TOKEN.search(value):
        return False
    return value.isupper() or any(character.isdigit() for character in value)


def _in_two_parts(messages: Sequence[list[str]], wanted: str) -> bool:
    """Whether a code's beginning stands in one message and all the rest of it in a later one, both as whole words."""
    return any(
        _holds(earlier, wanted[:cut]) and _holds(later, wanted[cut:])
        for cut in range(_SHORTEST_PART, len(wanted) - _SHORTEST_PART + 1)
        for place, earlier in enumerate(messages)
        for later in messages[place + 1 :]
    )


def _says_amount(words: Sequence[str], minor: JsonValue) -> bool:
    """Whether one of the messages holds the figure of so many hundredths."""
    if isinstance(minor, bool) or not isinstance(minor, int) or minor < 0:
        return False
    return any(_minor(found) == minor for message in words for found in _FIGURE.finditer(_plain(message)))


def _plain(text: str) -> str:
    return _TOKEN.sub(" ", unicodedata.normalize("NFKC", text))


def _minor(found: re.Match[str]) -> int:
    """The figure in hundredths: separators of thousands go, one or two digits after the last separator are cents."""
    whole, cents = re.sub(r"\D", "", found["whole"]), found["cents"] or ""
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def _words(text: str) -> list[str]:
    return [word for word in _GAPS.split(unicodedata.normalize("NFKC", text).casefold()) if word]


def _holds(words: list[str], wanted: str) -> bool:
    stripped = [bare for word in words if (bare := word.strip(_EDGES))]
    for start in range(len(stripped)):
        joined = ""
        for place in range(start, len(stripped)):
            joined += stripped[place]
            if joined == wanted:
                return True
            if not wanted.startswith(joined):
                break
    return False
