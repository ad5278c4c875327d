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
_LONGEST: Final = 64
"""Characters. Longer values are free words, which nobody repeats letter by letter."""
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
    may be begun in one message and ended in a later one: `it begins with K7Q`, `and ends with 2LM`. A token is said as
    it is written only. Linear in the messages.
    """
    return _says(words, [_words(message) for message in words], value)


def _says(words: Sequence[str], messages: Sequence[list[str]], value: JsonValue) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_says(words, messages, item) for item in value)
    if isinstance(value, dict):
        return value.keys() == {"amount", "currency"} and _says_amount(words, value["amount"])
    if isinstance(value, bool) or value is None:
        return False
    wanted = "".join(_split(str(value)))
    if not wanted or len(wanted) > _LONGEST or not _holds_tokens(words, str(value)):
        return False
    if any(_beginnings(message, wanted) >> len(wanted) for message in messages):
        return True
    return _is_code(value) and _in_two_parts(messages, wanted)


def _holds_tokens(words: Sequence[str], value: str) -> bool:
    """Whether each token in a value stands in a message letter by letter: what only looks like one is no token."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", value).upper())
    return all(any(token in message for message in words) for token in tokens)


def _is_code(value: JsonValue) -> bool:
    """Whether it is written as codes are, with a digit or all in capitals: no name, no word, no number of its own."""
    if not isinstance(value, str) or len(value) < _SHORTEST_IN_PARTS or _TOKEN.search(value):
        return False
    return value.isupper() or any(character.isdigit() for character in value)


def _in_two_parts(messages: Sequence[list[str]], wanted: str) -> bool:
    """Whether a code's beginning stands in one message and all the rest of it in a later one, both as whole words."""
    cuts = sum(1 << cut for cut in range(_SHORTEST_PART, len(wanted) - _SHORTEST_PART + 1))
    begun = 0
    for message in messages:
        if begun & _rests(message, wanted) & cuts:
            return True
        begun |= _beginnings(message, wanted)
    return False


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
    """The words of a message as they are compared, without quotation marks and the like around them."""
    return [bare for word in _split(text) if (bare := word.strip(_EDGES))]


def _split(text: str) -> list[str]:
    return [word for word in _GAPS.split(unicodedata.normalize("NFKC", text).casefold()) if word]


# Both read a message once. A set of places in the value is a number: bit n is the place behind its n-th character.


def _beginnings(words: Sequence[str], wanted: str) -> int:
    """The places up to which some words in a row say the value."""
    fits = {word: _places(word, wanted) for word in words}
    reached = ever = 0
    for word in words:
        reached = ((reached | 1) & fits[word]) << len(word)
        ever |= reached
    return ever


def _rests(words: Sequence[str], wanted: str) -> int:
    """The places from which some words in a row say all the rest of the value."""
    fits = {word: _places(word, wanted) for word in words}
    left = ever = 0
    for word in reversed(words):
        left = ((left | 1 << len(wanted)) >> len(word)) & fits[word]
        ever |= left
    return ever


def _places(word: str, wanted: str) -> int:
    """Where in the value a word stands."""
    if word not in wanted:
        return 0
    return sum(1 << place for place in range(len(wanted)) if wanted.startswith(word, place))
