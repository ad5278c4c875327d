"""Which words beside a name in an answer are a journey's, and nobody's name?"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final

from governance.name_words import PARTICLES
from governance.words import word_set

_DIRECTIONS: Final = word_set("to from nach aus ab hacia desde vers via")
_AIMS: Final = word_set("to nach hacia vers")
"""Directions in which a name may be changed as well: `Keller to Meier`."""
_DOUBTFUL: Final = frozenset(("a", "à"))
"""Directions that are other words as well: only behind a word of travel."""
_TRAVEL: Final = word_set(
    "fly flies flying flight flights travel travels travelling traveling trip journey train fliege fliegen fliegt flug",
    "reise reisen fahre fahren fahrt vuelo vuelos volar viajo viaje viajar vol vols voyage voyager",
)
_GIVING: Final = word_set(
    "belong belongs belonged registered addressed according related married issued assigned linked made sold",
    "sent given",
)
"""Behind these `to` leads to a person."""
_BLANK: Final = re.compile(r"[ \u00a0]{1,2}")
_BEHIND_FOUND: Final = re.compile(r"\n\n[ ,.;-]{1,3}$")
"""What stands between a name that was found anyhow, and reads as line ends, and the next word."""


def find_ways(text: str, words: Sequence[re.Match[str]], names: Collection[int]) -> frozenset[int]:
    """Return where those of the `names` begin that a direction leads to: Porto in `Anna Keller, to Porto`.

    `words` are all words of the text, in order; `names` are the beginnings of those that may be names. A direction
    counts behind a word of travel, a clause that ends with a name, or a name or place that is all before it: in `it
    belongs to Keller`, `changed from Meier to Keller` and `Meier to Keller` a person follows. What is personal anyhow
    reads as line ends.
    """
    ways: set[int] = set()
    for at in range(len(words)):
        if _leads(text, words, names, at, ways):
            ways.update(_place_behind(text, words[at:], names))
    return frozenset(ways)


def _leads(text: str, words: Sequence[re.Match[str]], names: Collection[int], at: int, ways: Collection[int]) -> bool:
    """Whether the word here is a direction in which somebody travels; `ways` are those that were found before it."""
    word, before = words[at][0].casefold(), words[at - 1] if at else None
    if before is not None and before[0].casefold() in _TRAVEL:
        return word in _DIRECTIONS or word in _DOUBTFUL
    gap = text[before.end() if before else 0 : words[at].start()]
    if word not in _DIRECTIONS or _BEHIND_FOUND.search(gap) is not None:
        return word in _DIRECTIONS
    if before is None or before.start() not in names or before[0].casefold() in _GIVING:
        return False
    fewest = 2 if word in _AIMS else 1
    return _BLANK.fullmatch(gap) is None or before.start() in ways or _stands_alone(text, words[:at], names, fewest)


def _stands_alone(text: str, words: Sequence[re.Match[str]], names: Collection[int], fewest: int) -> bool:
    """Whether the last words, the `fewest` or more, are names, written as such, with nothing before in their clause."""
    for at in range(len(words) - 1, -1, -1):
        if words[at].start() not in names or words[at][0].islower():
            return False
        if at == 0 or _BLANK.fullmatch(text, words[at - 1].end(), words[at].start()) is None:
            return len(words) - at >= fewest
    return False


def _place_behind(text: str, words: Sequence[re.Match[str]], names: Collection[int]) -> list[int]:
    """Where the words of a place begin that stands behind the first word; none where it owns something."""
    place = [*_place(text, words, names)]
    owns = bool(place) and place[-1][0].replace("’", "'").endswith("'s")
    return [] if owns else [one.start() for one in place]


def _place(text: str, words: Sequence[re.Match[str]], names: Collection[int]) -> Iterator[re.Match[str]]:
    """Those that may be names, as far as they and particles follow each other: `Rio de Janeiro`."""
    for before, one in pairwise(words):
        if _BLANK.fullmatch(text, before.end(), one.start()) is None:
            return
        if one.start() in names:
            yield one
        elif one[0].casefold() not in PARTICLES:
            return
