"""In which words do German, Spanish and French say what the reply checks look for?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from governance.words import word_set


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language's words, in small letters: what claims a deed, commits the company, or says a figure.

    `deeds`: a participle, or a verb that itself says who did it (`did`), → the English participle of `action_claims`.
    `gifts`: how what is promised begins (with a blank: the whole word) → how policies put it. `figures`: words → what
    English says.
    """

    deeds: Mapping[str, str]
    did: Mapping[str, str]
    mine: frozenset[str]  # words by which the speaker has done something: `habe`
    done: frozenset[str]  # words by which something was done: `wurde`
    theirs: tuple[str, ...]  # what the customer has done themselves: `sie haben`
    near: int | None  # words from such a word to the participle at most; None: anywhere in the clause
    joins: frozenset[str]
    negations: frozenset[str]
    apart: frozenset[str]  # behind these a new part of a clause begins, which what was denied before is not about
    of_others: frozenset[str]  # behind these a negation is of the next word: `den nicht benutzten Flug`
    no_denial: frozenset[str]  # before these a negation denies nothing: `nicht nur`
    conditions: frozenset[str]  # as a clause's first or second word
    modals: frozenset[str]
    adverbs: frozenset[str]
    things: Mapping[str, str]
    both: frozenset[str]
    commits: frozenset[str]
    gifts: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    number_joins: frozenset[str]
    figures: Mapping[str, str]
    present: frozenset[str] = frozenset()  # of `done`, how things are now: `ist`
    statives: tuple[str, ...] = ()  # how participles begin that then tell a state, and no deed: `est ouvert`
    only: frozenset[str] = frozenset()  # behind a participle, they undo a negation: `n'ai annulé que`
    compound: Callable[[str], int | None] | None = None  # reads a number that is one long word
    relatives: frozenset[str] = frozenset()  # they begin a clause that only tells which: `die storniert wurden`


REFUND: Final = ("refund", "paid back", "reimburs")
COMPENSATION: Final = ("compensat",)
VOUCHER: Final = ("voucher",)
DISCOUNT: Final = ("discount",)
CREDIT: Final = ("credit",)
UPGRADE: Final = ("upgrad",)
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def means(*lines: str) -> dict[str, str]:
    """Read `english: word word` lines as word → English; `_` stands for a blank within a word."""
    pairs = (line.split(": ") for line in lines)
    return {word.replace("_", " "): english for english, words in pairs for word in words.split()}


def calendar(months: str, weekdays: str) -> dict[str, str]:
    """Month and weekday names, January and Monday first, → English."""
    return dict(zip(months.split(), _MONTHS, strict=True)) | dict(zip(weekdays.split(), _WEEKDAYS, strict=True))


def in_order(*lines: str) -> tuple[str, ...]:
    """The words of some lines, in order."""
    return tuple(word for line in lines for word in line.split())


def endings(words: Mapping[str, str], *those: str) -> dict[str, str]:
    """Each word with each of these endings."""
    return {word + ending: english for word, english in words.items() for ending in those}


def words(*lines: str) -> frozenset[str]:
    """The words of some lines."""
    return word_set(*lines)
