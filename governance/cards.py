"""Where does a text hold a payment card's number or its security code, and what is kept of either?"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from governance.personal import Span, replace_spans
from governance.plain_view import plain_view
from governance.screen import strip_invisible
from governance.security_codes import find_security_codes

CARD: Final = "CARD"
SECURITY_CODE: Final = "CVV"
"""A kind that no vault keeps: what is found is replaced by `REMOVED`."""
REMOVED: Final = "[security code removed]"

# Every pattern is bounded: linear on any text.
_PARTS_NUMBERS: Final = re.compile(r"[,;:+|~()\[\]{}#=&'’]")
_LISTS_NUMBERS: Final = re.compile(r"[,:\[\]{}]")
_WORD: Final = re.compile(r"[^\W\d_]")
_OF_FOUR: Final = 4
_DIGITS: Final = re.compile(r"[0-9]+")
_SAYS_NEXT: Final = (
    r"(?i:(?:then|next|followed|by|four|last|digits|are|dash|space|wait|dann|danach|weiter|letzte|puis|ensuite|luego"
    r"|después)[ ,.;:]{1,6}+){1,5}+"
)
_GAP: Final = (
    r"(?:[ \t\u00a0\u202f./\-_*·•\u2010-\u2015,;:+|~()\[\]{}#=&'’]{1,3}+"
    rf"|[ \t\u00a0]{{4,8}}+|(?:[ \t]?\r?\n){{1,3}}+|[ ,.;:]{{1,6}}+{_SAYS_NEXT})"
)
_RUN: Final = re.compile(rf"[0-9]++(?:{_GAP}[0-9]++)*+")
_LENGTHS: Final = range(12, 20)
_DOUBLED: Final = bytes.maketrans(bytes(range(10)), bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_NO_REST: Final = b"\xff"
# Without a word for it, a number is a card only where an issuer's numbers begin so: JCB's old series of fifteen digits,
# Maestro's of twelve, and the ranges of ISO/IEC 7812 that payment cards have.
_STARTS: Final = re.compile(r"(?:[3-6]\d{12,18}|2[2-7]\d{14}|(?:1800|2014|2131|2149)\d{11}|(?:50|5[6-8]|6\d)\d{10})")
_BEGINS: Final = re.compile(r"(?=[3-6]|2[1-7]|20|1800)(?!(\d)\1{18})")
"""How each of those begins; nineteen times the same digit is none."""
_SAID: Final = re.compile(
    r"\b(?:credit|debit|payment|bank)?[ -]?(?:cards?|cc|visa|mastercard|maestro|amex|pan)\b[^0-9\n]{0,24}$",
    re.IGNORECASE,
)
_BEFORE: Final = 48
_TOUCHING: Final = re.compile(
    r"(?<![A-Za-z])(?:card|karte|tarjeta|carte|visa|mastercard|maestro|amex|pan|cc|no|nr|num|nummer|number)$",
    re.IGNORECASE,
)
"""What may touch a card's first digit: `card4242…`. Any other letter makes it part of a code."""
_LONGEST_PHONE: Final = 15


def find_cards(text: str) -> list[Span]:
    """Return the spans of card numbers (12 to 19 digits that pass Luhn, however grouped) and of security codes."""
    cards = list(_find_numbers(text))
    codes = find_security_codes(text, [card.end for card in cards])
    return [*cards, *(Span(*found, SECURITY_CODE) for found in codes)]


def _find_numbers(text: str) -> Iterator[Span]:
    for groups in _digit_runs(text):
        run, start = _Run(text, groups), 0
        while start < len(groups):
            end = run.end_of_card(start)
            if end is None:
                start += 1
                continue
            yield Span(groups[start].start(), groups[end].end(), CARD)
            start = end + 1


def _digit_runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the groups of digits that only card-like gaps part, where they are enough for a card."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _LENGTHS[0]:
            continue
        groups = list(_DIGITS.finditer(text, run.start(), run.end()))
        if len(groups) >= _LENGTHS[0] or sum(group.end() - group.start() for group in groups) >= _LENGTHS[0]:
            yield groups


class _Run:
    """Groups of digits in a row.

    Digits pass Luhn where the sums (modulo ten) before their first and up to their last are the same. `_rests` are
    those sums, and `_marks` those at which a group ends, so that one search finds the next end that passes.
    """

    def __init__(self, text: str, groups: Sequence[re.Match[str]]) -> None:
        self._text = text
        self._groups = groups
        self._digits = "".join(group[0] for group in groups)
        self._ends = list(accumulate(len(group[0]) for group in groups))
        self._begins = {found.start() for found in _BEGINS.finditer(self._digits)}
        self._rests = [_rests(self._digits, doubled) for doubled in (0, 1)]
        self._marks = [bytearray(_NO_REST * (len(self._digits) + 1)) for _ in (0, 1)]
        for end in self._ends:
            self._marks[end % 2][end] = self._rests[end % 2][end]

    def end_of_card(self, start: int) -> int | None:
        """Return the last group of the longest card number that begins with group `start`, or None."""
        first = self._ends[start - 1] if start else 0
        if start and first not in self._begins:  # only the run's first group has words before it
            return None
        low, high = first + _LENGTHS[0], first + _LENGTHS[-1] + 1
        (evens, odds), (even, odd) = self._marks, (rests[first] for rests in self._rests)
        while (last := max(evens.rfind(even, low, high), odds.rfind(odd, low, high))) >= 0:
            end = bisect_left(self._ends, last)
            if self._is_card(start, end, first):
                return end
            high = last
        return None

    def _is_card(self, start: int, end: int, first: int) -> bool:
        """Whether digits that pass Luhn are a card's by everything else."""
        last = self._ends[end]
        digits = self._digits[first:last]
        if digits.count(digits[0]) == len(digits):
            return False
        begins = _STARTS.fullmatch(digits) is not None or (start == 0 and self._is_named(start))
        return begins and not self._is_otherwise(start, len(digits)) and self._is_written_so(start, end)

    def _is_named(self, start: int) -> bool:
        place = self._groups[start].start()
        return _SAID.search(self._text, max(0, place - _BEFORE), place) is not None

    def _is_otherwise(self, start: int, length: int) -> bool:
        """Whether a letter or a plus touches it: part of a word, such as a licence's number, or a phone."""
        place = self._groups[start].start()
        before = self._text[max(0, place - 1) : place]
        if before == "+":
            return length <= _LONGEST_PHONE
        return before.isalpha() and _TOUCHING.search(self._text, max(0, place - _BEFORE), place) is None

    def _is_written_so(self, start: int, end: int) -> bool:
        """Whether a number over two lines, or with marks between that part numbers, is one.

        Equal groups but for the last, or an American Express's 4-6-5; where such marks stand between, groups of four;
        where they are those of a list (`4242, 4242`), only what is called a card. Words such as "then" part, too.
        """
        groups = self._groups[start : end + 1]
        written = self._text[groups[0].start() : groups[-1].end()]
        told = _WORD.search(written) is not None
        parted = told or _PARTS_NUMBERS.search(written) is not None
        if parted and len(groups[0][0]) != _OF_FOUR:
            return False
        if not told and _LISTS_NUMBERS.search(written) is not None and not self._is_named(start):
            return False
        if "\n" not in written and not parted:
            return True
        lengths = [len(group[0]) for group in groups]
        return len(set(lengths[:-1])) == 1 or lengths in ([4, 6, 5], [4, 6, 4])


def _rests(digits: str, doubled: int) -> bytes:
    """Before each digit, and behind the last, what those before it add up to, modulo ten."""
    values = bytearray(map(int, digits))
    values[doubled::2] = values[doubled::2].translate(_DOUBLED)
    return bytes(map((10).__rmod__, accumulate(values, initial=0)))


def is_card(digits: str) -> bool:
    """Whether 12 to 19 digits begin like a payment card and pass the Luhn check (ISO/IEC 7812)."""
    return _STARTS.fullmatch(digits) is not None and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    return _rests(digits, len(digits) % 2)[-1] == 0


def kept_of(kind: str, value: str) -> str:
    """What a vault keeps of a value: of a card's number its last four digits, of anything else all of it."""
    return last_four(value) if kind == CARD else value


def normal_of(kind: str, value: str) -> str:
    """The form by which two values are the same: a card's digits; words without regard to case and spacing."""
    if kind == CARD:
        return _digits_of(value)
    return " ".join(value.split()).casefold()


def hide_cards(text: str) -> str:
    """The text with every card's number as its last four digits, and without security codes: for a model's eyes."""
    seen = strip_invisible(text)
    view = plain_view(seen)
    spans = find_cards(view)
    return replace_spans(seen, [(span, _shown(view, span)) for span in spans]) if spans else text


def _shown(text: str, span: Span) -> str:
    return REMOVED if span.kind == SECURITY_CODE else last_four(text[span.start : span.end])


def last_four(value: str) -> str:
    """What is kept of a card's number: `•••• 4242`."""
    return "•••• " + _digits_of(value)[-4:]


def _digits_of(value: str) -> str:
    return "".join(char for char in plain_view(value) if char.isdecimal())
