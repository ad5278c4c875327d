"""Where does a sentence end in a text that is still being written?

A sentence keeps the white space behind it: the sentences together are the text. Its end is decided when the next
sentence's first character is there: the result does not depend on how the text was cut into chunks.
"""

import re
from typing import Final

# Possessive, and only at the start of a run: linear on any text.
_END: Final = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++[\"'”’»)\]*_]*+(?=\s)|\n")
_SPACE: Final = re.compile(r"\s+")
_ABBREVIATIONS: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "approx",
        "e.g",
        "i.e",
        "etc",
        "vs",
        "incl",
        "excl",
        "dept",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "ref",
        "tel",
    ]
)
_DAY_FOLLOWS: Final = re.compile(
    r"(?:^|\s)(?:am|vom|zum|dem|den|der|ab|bis|(?:mon|diens|donners|frei|sams|sonn)tag,?|mittwoch,?) \d{1,2}$",
    re.IGNORECASE,
)
_WORD_LIMIT: Final = 24  # no abbreviation is longer: bounds the look back


class SentenceSplitter:
    """Cuts a stream of text into sentences as they end."""

    def __init__(self) -> None:
        self._text = ""
        self._scanned = 0

    def feed(self, chunk: str) -> list[str]:
        """Add a chunk and return the sentences that it completes, white space behind them included."""
        self._text += chunk
        return self._take()

    def finish(self) -> list[str]:
        """Return what is left as the last sentence, if anything, and start anew."""
        rest, self._text, self._scanned = self._text, "", 0
        return [rest] if rest else []

    def _take(self) -> list[str]:
        sentences: list[str] = []
        while (end := _END.search(self._text, self._scanned)) is not None:
            gap = _SPACE.match(self._text, end.start() if end[0] == "\n" else end.end())
            if gap is None or gap.end() == len(self._text):
                return sentences  # the next sentence's first character is not there yet
            if _is_end(self._text, end, gap):
                sentences.append(self._text[: gap.end()])
                self._text, self._scanned = self._text[gap.end() :], 0
            else:
                self._scanned = gap.end()
        if self._text and not self._text[-1].isspace():
            last_word = self._text.rsplit(maxsplit=1)[-1]
            self._scanned = max(self._scanned, len(self._text) - len(last_word))
        return sentences


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a whole text; joined they are the text."""
    splitter = SentenceSplitter()
    return [*splitter.feed(text), *splitter.finish()]


def _is_end(text: str, end: re.Match[str], gap: re.Match[str]) -> bool:
    before = text[max(0, end.start() - _WORD_LIMIT) : end.start()]
    if not before.strip() and "\n" not in gap[0]:
        return False  # white space alone is no sentence
    if "\n" in gap[0]:
        return bool(text[: end.start()].strip())
    if not end[0].startswith("."):
        return True
    last = "" if before[-1:].isspace() else before.split()[-1].lstrip("(\"'“‘[*")
    if last.casefold() in _ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last.isupper()):
        return False
    if last.casefold() in ("no", "nr") and text[gap.end()].isdigit():
        return False
    starts_line = not text[: end.start() - len(last)].strip(" \t*>#-")
    if last.isdigit() and (starts_line or (len(last) <= 2 and text[gap.end()].islower())):
        return False  # the number of a list item
    if last.isdigit() and len(last) <= 2 and _DAY_FOLLOWS.search(before) is not None:
        return False  # a day in German: "am 22. November"
    return not text[gap.end()].islower()
