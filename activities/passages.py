"""Which passages of a pack's knowledge may answer a message? Pure: no Temporal, no I/O."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import bm25s
import numpy as np

from contracts.knowledge import Passage
from governance.personal import TOKEN

_WORD: Final = re.compile(r"[^\W_]+")
_MAX_CHARS: Final = 1_000
# Words that stand in every question and tell nothing of its subject.
_EMPTY_TEXT: Final = """
a about all also am an and any anybody are as at be been bring but by can could d did do does doing for from get got had
has have hello hey hi how i if in is it its let like ll m many may me might much must my need no not of on one or our
out please re s shall should so some something t take tell than thank thanks that the their them then there these they
this those to too up us ve want was we were what when where which who will with would you your
"""
_EMPTY: Final = frozenset(_EMPTY_TEXT.split())


class FoundPassage(NamedTuple):
    """A passage and how well it matches; scores compare within one search only."""

    passage: Passage
    score: float


class PassageIndex:
    """BM25 over the passages of one pack, built once when the pack loads."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)
        self._index: bm25s.BM25 | None = None
        if self._passages:
            self._index = bm25s.BM25(method="lucene")
            # The heading counts twice: it says what the passage is about.
            corpus = [
                _stems(f"{item.title} {item.heading} {item.heading} {' '.join(item.words)} {item.text}")
                for item in self._passages
            ]
            self._index.index(corpus, show_progress=False)

    def search(self, text: str, k: int, today: date, least_score: float = 0.0) -> list[FoundPassage]:
        """Return at most k passages that are valid on this day and match above `least_score`, the best first."""
        stems = sorted(set(_stems(text)))
        if self._index is None or not stems:
            return []
        scores = self._index.get_scores(stems)
        found: list[FoundPassage] = []
        for place in np.argsort(-scores, kind="stable"):
            score, passage = float(scores[place]), self._passages[int(place)]
            if len(found) == k or score <= max(least_score, 0.0):
                break
            if passage.is_valid_on(today):
                found.append(FoundPassage(passage, score))
        return found


def _stems(text: str) -> list[str]:
    """Of a text's words; that something in it was hidden, such as a `<NAME_1>`, asks nothing about names."""
    plain = TOKEN.sub(" ", text[:_MAX_CHARS]).casefold()
    return [_stem(word) for word in _WORD.findall(plain) if word not in _EMPTY]


def _stem(word: str) -> str:
    """Fold plural and simple verb endings, so that `bags` finds `bag` and `cancelled` finds `cancel`."""
    for ending, left in (
        ("ies", "y"),
        ("ations", ""),
        ("ation", ""),
        ("lled", "l"),
        ("ing", ""),
        ("ed", ""),
        ("s", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + left
    return word
