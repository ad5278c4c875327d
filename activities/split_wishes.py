"""Does a message state several wishes? Split into sentences and clauses, each sure or unsure. Pure: no I/O."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from activities.classify_text import IntentGuess
from contracts.steps import Wish

type Predict = Callable[[str], IntentGuess]

MOST_WISHES = 4
"""A message with more is a story: its first wishes are worked on, and whoever thinks reads all of it."""
SHORTEST_PART = 3
"""Words. Fewer ask for nothing that a passage could answer."""
_SENTENCE: Final = re.compile(r"(?<=[.?!;])\s+|\n+")
# A run of white space is read from its beginning only: linear.
_CLAUSE: Final = re.compile(
    r"(?:,\s*+|(?<!\s)\s++)(?:and|plus|but|oh|while you're at it)\b,?\s*(?:also|then|besides|secondly)?\b,?\s*"
    r"|(?:,\s*+|(?<!\s)\s++)(?:also|besides|by the way)\b,?\s*|,\s++|(?<!\s)\s++[-–—]++\s++",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"^\W*(?:(?:and|also|plus|besides|oh|then|but|by the way)\b[,\s]*)+", re.IGNORECASE)
SURELY_ONE: Final = 0.9
"""From this confidence on a message as a whole states one wish: two together make the classifier doubt."""
_ASKS: Final = re.compile(
    r"\?\s*$|^\W*(?:please|can|could|may|i (?:want|need|wish|would)|i'd|is|are|when|where|what|how|do|does|will|has)\b",
    re.IGNORECASE,
)


def find_wishes(text: str, predict: Predict, besides: Collection[str]) -> tuple[Wish, ...]:
    """Return the wishes of a message, in its order, each with the intent it most likely states; none for a single one.

    Clauses count where they surely state an intent of their own; what does not belongs to the clause before it. A whole
    sentence that asks for something counts unsure as well. `besides` are intents that wish for nothing: greetings,
    thanks, answers.
    """
    if predict(text).confidence >= SURELY_ONE:
        return ()
    found: dict[str, Wish] = {}
    for sentence in _SENTENCE.split(text):
        for wish in _of_sentence(_LINK.sub("", sentence), predict):
            if wish.intent not in besides and (wish.intent not in found or wish.sure):
                found[wish.intent] = wish
    wishes = tuple(found.values())[:MOST_WISHES]
    return wishes if len(wishes) > 1 and any(wish.sure for wish in wishes) else ()


def parts_of(text: str) -> tuple[str, ...]:
    """Return the clauses of a message that could each ask for something: what passages are looked for by as well."""
    clauses = (clause for sentence in _SENTENCE.split(text) for clause in _CLAUSE.split(_LINK.sub("", sentence)))
    return tuple(clause for clause in clauses if len(clause.split()) >= SHORTEST_PART)[:MOST_WISHES]


def _of_sentence(sentence: str, predict: Predict) -> Iterator[Wish]:
    clauses = list(_clauses(sentence, predict))
    if len(clauses) > 1:
        yield from clauses
        return
    guess = predict(sentence)
    if guess.intent or (guess.doubt == "unsure" and _ASKS.search(sentence)):
        yield Wish(intent=guess.likeliest, confidence=round(guess.confidence, 4), sure=bool(guess.intent))


def _clauses(sentence: str, predict: Predict) -> Iterator[Wish]:
    """Yield the intents that clauses surely state, one after the other; the same one again is the same wish."""
    last = ""
    for clause in _CLAUSE.split(sentence):
        guess = predict(clause) if clause.strip() else None
        if guess is not None and guess.intent and guess.intent != last:
            last = guess.intent
            yield Wish(intent=guess.intent, confidence=round(guess.confidence, 4), sure=True)
