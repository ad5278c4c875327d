"""Where does a text spell a card's or a phone's number out, digit by digit in words?"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from governance.cards import CARD, is_card
from governance.digit_words import DIGIT_WORDS
from governance.personal import Span

_TIMES: Final = {"double": 2, "doppelt": 2, "doble": 2, "triple": 3, "dreimal": 3}
_PLUS: Final = frozenset({"plus", "más"})
_PART: Final = re.compile(r"[0-9]+|[^\W\d_]+")
_GAP: Final = re.compile(r"[\s,.;:/\-–—]{1,4}")
_FEWEST: Final = 7  # words in a row: fewer are a count, an age or a time
_LONGEST_PHONE: Final = 15
_CALLED: Final = re.compile(
    r"\b(?:phones?|mobile|cell|tel|call|number|ring|text|whatsapp|(?:telefon|handy|mobil|mobilfunk|ruf|fax)?nummer|telefon|handy|número|teléfono|móvil"
    r"|numéro|téléphone|portable)\b",
    re.IGNORECASE,
)
_BEFORE: Final = 48

type Part = tuple[re.Match[str], str]


def find_spoken(text: str) -> Iterator[Span]:
    """Yield numbers of cards, and of phones that are called so or begin with "plus".

    In English, German, Spanish and French. `value` holds their digits. "Double four" is two fours; digits may stand
    between the words.
    """
    spelt = map(DIGIT_WORDS.__contains__, map(str.casefold, _PART.findall(text)))
    if sum(spelt) < _FEWEST:  # in all of the text, so that no row has them
        return
    for row, plus in _rows(text):
        if sum(not found[0].isdecimal() for found, _ in row) < _FEWEST:
            continue
        digits = "".join(said for _, said in row)
        start, end = row[0][0].start(), row[-1][0].end()
        if is_card(digits):
            yield Span(start, end, CARD, digits)
        elif _FEWEST <= len(digits) <= _LONGEST_PHONE and (plus or _is_called(text, start)):
            yield Span(start, end, "PHONE", f"+{digits}" if plus else digits)


def _is_called(text: str, start: int) -> bool:
    return _CALLED.search(text, max(0, start - _BEFORE), start) is not None


def _rows(text: str) -> Iterator[tuple[Sequence[Part], bool]]:
    """Digits in words and figures, with nothing but a gap between them, and whether "plus" stands before them."""
    row: list[Part] = []
    times, plus, end = 1, False, 0
    for found in _PART.finditer(text):
        word = found[0].casefold()
        said = word if word.isascii() and word.isdecimal() else DIGIT_WORDS.get(word)
        near = _GAP.fullmatch(text, end, found.start()) is not None
        if not near or (said is None and word not in _TIMES):
            if row:
                yield row, plus
            row, times, plus = [], 1, False
        if said is not None:
            row.append((found, said * times))
        times = _TIMES.get(word, 1)
        plus = plus or word in _PLUS
        end = found.end()
    if row:
        yield row, plus
