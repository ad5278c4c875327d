"""Does a verb that no list of deeds has claim one? "I've escalated it" does, "I've looked" does not.

Who says "I have …ed" to a customer has done something, or has only looked, thought or spoken: those verbs are few, and
the others are without end.
"""

from collections.abc import Sequence
from typing import Final

from governance.words import word_set

# Looking, thinking, speaking and writing here, and what happens to one: nothing outside this conversation changes.
_NO_DEEDS: Final = word_set(
    "accessed allowed analysed analyzed answered apologised apologized appreciated arrived assessed assisted",
    "assumed attempted avoided based browsed calculated checked cited clarified collected compared concluded",
    "confused considered consulted contrasted converted counted covered decided described detailed detected",
    "determined discovered discussed displayed divided encountered ended enjoyed estimated evaluated examined",
    "excluded expected experienced explained failed fetched filtered finished focused focussed followed formatted",
    "gathered grouped guessed happened headed helped highlighted hoped identified ignored imagined included",
    "indicated inferred inspected interpreted joined judged labelled learned linked listed lived loaded looked",
    "loved managed mapped matched mentioned missed misstated mixed multiplied named narrowed needed noted noticed",
    "observed offered omitted opted outlined overlooked passed pasted phrased planned pointed prepared presented",
    "promised proposed pulled queried quoted ranked rated reached realised realized recapped received recommended",
    "referenced referred related remembered repeated rephrased replied respected responded restated retrieved",
    "reviewed reworded rounded scanned searched served shared shortened simplified skimmed skipped sorted spelled",
    "spotted started stated stayed studied subtracted suggested summarised summarized summed supported talked",
    "tallied thanked totalled touched traced translated tried turned typed underestimated verified waited walked",
    "wanted watched weighed welcomed wished worded worked worried",
)
_WITHOUT_ED: Final = word_set("put set bought lent cut sold withdrawn")
_SHORTEST: Final = 5  # letters: "need" is no participle
_HAVE: Final = frozenset(("have", "had"))
_WE: Final = frozenset(("i", "we"))
_SAYS_SO: Final = frozenset(("i've", "we've"))
_BETWEEN: Final = word_set(
    "now just already successfully also then all officially both immediately fully hereby gladly therefore meanwhile"
)
# "We have limited seats" has no deed: who has done something names what, or stops.
_WHAT: Final = word_set(
    "the your this that it you them these those all both everything each every him her his their my our an a one for",
    "with to on in at so two three four five six seven eight nine ten several some another",
)
_APART: Final = frozenset((("put", "together"), ("set", "out"), ("called", "up"), ("asked", "you"), ("asked", "for")))


def speaks_of_it(words: Sequence[str], place: int) -> bool:
    """Whether the word at this place of a clause in small letters is what "I've" or "we have" claims."""
    start = place
    while start > 0 and words[start - 1] in _BETWEEN:
        start -= 1
    return start > 0 and (
        words[start - 1] in _SAYS_SO or (start > 1 and words[start - 1] in _HAVE and words[start - 2] in _WE)
    )


def is_done(words: Sequence[str], place: int) -> bool:
    """Whether this word is the participle of something done, by whomever: of no looking, thinking or speaking."""
    word = words[place]
    if word not in _WITHOUT_ED and (not word.endswith("ed") or len(word) < _SHORTEST or word in _NO_DEEDS):
        return False
    behind = words[place + 1] if place + 1 < len(words) else ""
    return (word, behind) not in _APART and (not behind or behind in _WHAT or behind[0].isdecimal())
