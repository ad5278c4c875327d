"""Did the customer say this value?"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue

_EDGES: Final = "\"'“”‘’()[]!?;:"
_GAPS: Final = re.compile(r"[\s\-./,]+")


def word_set(*lines: str) -> frozenset[str]:
    """Return the words of some lines as a set."""
    return frozenset(word for line in lines for word in line.split())


def says(words: Sequence[str], value: JsonValue) -> bool:
    """Whether one of the messages holds the value (of a list: every item) as whole words.

    Case, width and the separators within it do not count: `k7q 2lm` says `K7Q2LM`, but `K7Q2LMX` does not.
    """
    if isinstance(value, list):
        return bool(value) and all(says(words, item) for item in value)
    if isinstance(value, bool | dict) or value is None:
        return False
    wanted = "".join(_words(str(value)))
    return bool(wanted) and any(_holds(_words(message), wanted) for message in words)


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
