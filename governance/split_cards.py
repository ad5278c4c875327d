"""Which digits of several messages are one card number, written in parts?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from governance.cards import passes_luhn
from governance.plain_view import plain_view

WINDOW: Final = 8
"""Messages that are read together: the new one and those before it."""

_GROUP: Final = re.compile(r"(?<![^\W_])[0-9]+(?![^\W_])")
_RUN: Final = re.compile(
    r"(?<![^\W_])[0-9]++(?![^\W_])(?:[\s./\-_*·\u2010-\u2015]{1,3}+(?<![^\W_])[0-9]++(?![^\W_]))*+"
)
_TOKEN: Final = re.compile(r"<[A-Z_]{2,41}_[0-9]{1,6}>")
# Parts of a number in different messages are looked for by the lengths that issuers use: any other would be chance.
_NUMBERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"
    r"|6(?:\d{15}|\d{18})|(?:50|5[6-8]|6\d)\d{10}"
)
_LONGEST: Final = 19
_SPAN: Final = _LONGEST + 3 * (_LONGEST - 1)  # characters of the longest number with the widest gaps

type Groups = Sequence[re.Match[str]]


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits with nothing but a gap between them: characters `start` to `end` of a text."""

    text: str
    start: int
    end: int

    def first(self) -> Groups:
        """Its first groups, as many as a number may have."""
        return list(_GROUP.finditer(self.text, self.start, min(self.end, self.start + _SPAN + 1)))

    def last(self) -> Groups:
        """Its last groups, as many as a number may have: a group that is cut is none."""
        return list(_GROUP.finditer(self.text, max(self.start, self.end - _SPAN), self.end))


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of message number `message`."""

    message: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SplitCard:
    """A card number and where its parts stand, in order."""

    digits: str
    pieces: tuple[Piece, ...]


def find_split_card(messages: Sequence[str]) -> SplitCard | None:
    """Return the card whose last digits stand in the last message and whose first ones in an earlier one, or None.

    Its parts are the last digits of one message, all digits of those between, and the first digits of the last one;
    messages without digits between them, and words around the digits, change nothing.
    """
    last = len(messages) - 1
    tail = next(_runs(messages[last]), None) if messages else None
    if tail is None:
        return None
    between: list[tuple[int, Groups]] = []
    for first in reversed(range(max(0, last - WINDOW + 1), last)):
        runs = list(_runs(messages[first]))
        if not runs:
            continue
        if found := _join([(first, runs[-1].last()), *between, (last, tail.first())]):
            return found
        if len(runs) > 1 or runs[0].end - runs[0].start > _SPAN:
            return None
        between.insert(0, (first, runs[0].first()))
    return None


def _runs(message: str) -> Iterator[_Run]:
    """Its runs of groups; numbers inside words and tokens are none."""
    text = plain_view(_TOKEN.sub(lambda found: " " * len(found[0]), message))
    return (_Run(text, *found.span()) for found in _RUN.finditer(text))


def _join(parts: Sequence[tuple[int, Groups]]) -> SplitCard | None:
    """The card that some of the first run's last groups, all between, and some of the last run's first groups make."""
    (first, head), *middle, (last, tail) = parts
    inner = "".join(group[0] for _, run in middle for group in run)
    for start in range(len(head)):
        begun = "".join(group[0] for group in head[start:]) + inner
        for end in range(len(tail)):
            digits = begun + "".join(group[0] for group in tail[: end + 1])
            if len(digits) > _LONGEST:
                break
            if _NUMBERS.fullmatch(digits) and passes_luhn(digits):
                chosen = [(first, head[start:]), *middle, (last, tail[: end + 1])]
                return SplitCard(digits, tuple(Piece(at, run[0].start(), run[-1].end()) for at, run in chosen))
    return None


def hide_pieces(messages: Sequence[str], card: SplitCard, token: str) -> list[str]:
    """The messages with every part of the card as the token."""
    hidden = list(messages)
    for piece in card.pieces:
        text = hidden[piece.message]
        hidden[piece.message] = text[: piece.start] + token + text[piece.end :]
    return hidden
