"""Which of the given notes, and which sentence of it, is a question about?"""

import math
import re
from collections.abc import Sequence

from demo.standin.lexicon import ideas_in, topics_of
from demo.standin.state import Note
from demo.standin.wording import sentence

ENOUGH = 0.4  # of the question's weight that a note must share
_PRICE = re.compile(r"\d[\d.,]*\s?(EUR|USD|GBP|€)|€\s?\d|free of charge")
_PRICED = 0.5  # what a price adds for a question about one
_SPECIAL = frozenset(("assist", "extra"))  # topics of special cases: who does not ask about them means the ordinary one


def states_price(text: str) -> bool:
    """Whether a text names a price."""
    return bool(_PRICE.search(text))


class Relevance:
    """Weighs the topics of a question: those that few of the texts share weigh most, as do those that none has."""

    def __init__(self, question: str, texts: Sequence[str]) -> None:
        self._asks_price = "cost" in ideas_in(question)
        self._asked = topics_of(question) - {"cost"}
        have = [topics_of(text) for text in texts]
        self._weights = {topic: 1 + math.log((len(texts) + 1) / (1 + _count(topic, have))) for topic in self._asked}

    def of(self, text: str) -> float:
        """The share of the question's weight that a text covers, plus a bonus for a wished price; 0 without overlap."""
        shared = sum(self._weights[topic] for topic in self._asked & topics_of(text))
        if not shared:
            return 0.0
        bonus = _PRICED if self._asks_price and states_price(text) else 0.0
        return shared / sum(self._weights.values()) + bonus


def find_note(notes: Sequence[Note], question: str) -> Note | None:
    """The note that a question is most about, or None; of those that fit alike the one with the best sentence."""
    texts = [f"{note.note_id} {note.text}" for note in notes]
    relevance = Relevance(question, texts)
    scored = [
        (relevance.of(text), -_special_cases(text, question), _best(relevance, notes[place].body), -place)
        for place, text in enumerate(texts)
    ]
    score, _, _, place = max(scored, default=(0.0, 0, 0.0, 0))
    return notes[-place] if score >= ENOUGH else None


def pick_sentences(text: str, question: str) -> str:
    """The sentence of a text that fits a question best, with the next one when it goes on about the same."""
    parts = _parts(text)
    relevance = Relevance(question, parts)
    scores = [relevance.of(part) for part in parts]
    best = scores.index(max(scores))
    follows = best + 1 < len(parts) and scores[best + 1] >= 0.8 * scores[best] > 0
    return " ".join(sentence(part) for part in parts[best : best + 1 + follows])


def _special_cases(text: str, question: str) -> int:
    return len((topics_of(text) & _SPECIAL) - topics_of(question))


def _best(relevance: Relevance, text: str) -> float:
    return max((relevance.of(part) for part in _parts(text)), default=0.0)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def _count(topic: str, texts: Sequence[frozenset[str]]) -> int:
    return sum(topic in topics for topics in texts)
